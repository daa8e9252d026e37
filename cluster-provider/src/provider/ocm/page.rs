//! Which page of a list comes next, and when there is none. Pure; knows nothing of requests.
//!
//! OCM leaves the order undefined unless it is told one, and moves objects between pages then: lists that can be ordered are ordered by `id`,
//! objects that come twice are taken once, and where some must have been missed for that, all are read at once.

use std::collections::HashSet;

/// How far a list has been read.
#[derive(Debug)]
pub(super) struct Pages {
    size: usize,
    next: usize,
    seen: HashSet<String>,
    twice: bool,
    total: Option<usize>,
    read: usize,
}

/// A list that goes on for longer than any does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the list has more than {0} pages")]
pub(super) struct Endless(usize);

/// More pages than any list has.
const MOST_PAGES: usize = 1000;

// === impl Pages ===

impl Pages {
    /// Nothing has been read; so many objects a page.
    pub(super) fn of(size: usize) -> Self {
        Self { size: size.max(1), next: 1, seen: HashSet::new(), twice: false, total: None, read: 0 }
    }

    /// The page to read, counted from one, and how many objects to ask for.
    pub(super) fn page(&self) -> (usize, usize) {
        (self.next, self.size)
    }

    /// Whether this object is new.
    pub(super) fn is_new(&mut self, id: &str) -> bool {
        let is_new = id.is_empty() || self.seen.insert(id.to_owned());
        self.twice |= !is_new;
        is_new
    }

    /// How many objects to ask for at once, because some moved from a page that was not read yet to one that was.
    pub(super) fn missed(&self) -> Option<usize> {
        self.total.filter(|total| self.twice && self.seen.len() < *total)
    }

    /// So many objects were on the page, of so many in all. Whether there is another page.
    ///
    /// A total ends with as many objects, or with a page that has none: a page that is short may be one of a server that shows fewer at once
    /// than it was asked for, or one that an object moved away from. Without a total, a page that is not full is the last.
    pub(super) fn came(&mut self, items: usize, total: Option<u64>) -> Result<bool, Endless> {
        self.read = self.read.saturating_add(items);
        self.total = total.and_then(|total| usize::try_from(total).ok());
        let is_over = match self.total {
            Some(total) => items == 0 || self.read >= total,
            None => items < self.size,
        };
        if is_over {
            return Ok(false);
        }
        self.next += 1;
        if self.next > MOST_PAGES { Err(Endless(MOST_PAGES)) } else { Ok(true) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(list: &[String], size: usize, tells_total: bool) -> (Vec<String>, usize) {
        let (mut pages, mut all, mut calls) = (Pages::of(size), Vec::new(), 0);
        loop {
            calls += 1;
            let (page, size) = pages.page();
            let items: Vec<_> = list.iter().skip((page - 1) * size).take(size).cloned().collect();
            let came = items.len();
            all.extend(items.into_iter().filter(|id| pages.is_new(id)));
            if !pages.came(came, tells_total.then_some(list.len() as u64)).unwrap() {
                return (all, calls);
            }
        }
    }

    #[test]
    fn a_server_that_shows_fewer_at_once_than_it_was_asked_for_hides_none() {
        let (mut pages, mut read) = (Pages::of(1000), 0);
        for came in [100, 100, 50] {
            read += 1;
            assert_eq!(pages.came(came, Some(250)).unwrap(), read < 3, "page {read}");
        }
        // And one that says more than there are ends all the same.
        let mut pages = Pages::of(100);
        assert!(pages.came(90, Some(91)).unwrap() && !pages.came(0, Some(91)).unwrap());
    }

    #[test]
    fn a_list_without_end_ends() {
        let mut pages = Pages::of(1);
        assert_eq!((1..=MOST_PAGES).find_map(|_| pages.came(1, None).err()), Some(Endless(MOST_PAGES)));
    }

    proptest! {
        /// W-35
        #[test]
        fn every_object_is_read_once(count in 0_usize..60, size in 1_usize..9, tells_total: bool) {
            let list: Vec<_> = (0..count).map(|n| format!("id-{n}")).collect();
            let (all, calls) = read_all(&list, size, tells_total);
            prop_assert_eq!(all, list);
            prop_assert!(calls <= count / size + 1);
        }

        #[test]
        fn an_object_that_moved_between_pages_is_taken_once(count in 1_usize..40, size in 1_usize..7) {
            let list: Vec<_> = (0..count).flat_map(|n| [format!("id-{n}"), format!("id-{n}")]).collect();
            let (all, _) = read_all(&list, size, false);
            prop_assert_eq!(all.len(), count);
        }

        #[test]
        fn an_object_that_was_missed_is_noticed(size in 1_usize..7) {
            let mut pages = Pages::of(size);
            prop_assert!(pages.is_new("a") && !pages.is_new("a"));
            pages.came(2, Some(2)).unwrap();
            prop_assert_eq!(pages.missed(), Some(2));
            prop_assert!(pages.is_new("b"));
            prop_assert_eq!(pages.missed(), None);
        }
    }
}
