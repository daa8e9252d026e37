//! A place inside of a declaration, written out only when something is wrong there.

use std::fmt;

/// A place: the way there from the root, as a chain of borrowed steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    outer: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    pub(super) const ROOT: Place<'static> = Place { outer: None, step: Step::Root };

    /// The place of an entry.
    pub(super) fn key(&'a self, key: &'a str) -> Place<'a> {
        Place { outer: Some(self), step: Step::Key(key) }
    }

    /// The place of an item.
    pub(super) fn index(&'a self, index: usize) -> Place<'a> {
        Place { outer: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            outer.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) if !plain(key) => write!(f, "[{key:?}]"),
            Step::Key(key) => match self.outer {
                None | Some(Place { step: Step::Root, .. }) => f.write_str(key),
                Some(_) => write!(f, ".{key}"),
            },
        }
    }
}

fn plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
