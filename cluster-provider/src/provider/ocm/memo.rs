//! Answers that are good for a while, by what was asked. Knows nothing of the answers.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::locked;

/// Most answers that are held.
const MOST: usize = 512;

/// Remembers answers.
#[derive(Debug)]
pub(super) struct Memo<T> {
    lasts: Duration,
    held: Mutex<BTreeMap<String, (Instant, T)>>,
}

impl<T: Clone> Memo<T> {
    /// Each answer is good for so long.
    pub(super) fn new(lasts: Duration) -> Self {
        Self { lasts, held: Mutex::default() }
    }

    /// What was answered to this, if that is still good.
    pub(super) fn get(&self, asked: &str) -> Option<T> {
        let held = locked(&self.held);
        held.get(asked).filter(|(since, _)| since.elapsed() < self.lasts).map(|(_, answer)| answer.clone())
    }

    /// This was answered to that, now.
    pub(super) fn put(&self, asked: &str, answer: T) {
        if self.lasts.is_zero() {
            return;
        }
        let mut held = locked(&self.held);
        if held.len() >= MOST {
            held.retain(|_, (since, _)| since.elapsed() < self.lasts);
        }
        if held.len() >= MOST {
            held.pop_first();
        }
        held.insert(asked.to_owned(), (Instant::now(), answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// W-36
    #[tokio::test(start_paused = true)]
    async fn an_answer_is_found_under_what_was_asked_until_it_is_old() {
        let memo = Memo::new(Duration::from_secs(300));
        memo.put("aws", 1);
        memo.put("gcp", 2);
        assert_eq!((memo.get("aws"), memo.get("gcp"), memo.get("azure")), (Some(1), Some(2), None));
        tokio::time::advance(Duration::from_secs(300)).await;
        assert_eq!(memo.get("aws"), None);
        (0..10_000).for_each(|n| memo.put(&n.to_string(), n));
        assert!(locked(&memo.held).len() <= MOST);
    }
}
