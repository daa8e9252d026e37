//! A place in an object, as validation messages name it: `spec.containers[0].name`. Printed only when something is wrong.
use std::fmt;

/// A step below another place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Child(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Place<'a> {
    /// The object itself.
    pub(crate) const fn root() -> Self {
        Self { parent: None, step: Step::Root }
    }

    pub(crate) const fn new(name: &'a str) -> Self {
        Self { parent: None, step: Step::Child(name) }
    }

    pub(crate) const fn child(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Child(name) }
    }

    pub(crate) const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }

    pub(crate) const fn key(&'a self, key: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Key(key) }
    }

    /// Another child of this one's parent.
    pub(crate) const fn sibling(&self, name: &'a str) -> Self {
        Self { parent: self.parent, step: Step::Child(name) }
    }

    const fn is_root(&self) -> bool {
        matches!(self.step, Step::Root)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = match self.parent {
            Some(parent) if !parent.is_root() => {
                parent.fmt(f)?;
                true
            }
            _ => false,
        };
        match self.step {
            // The real server prints its nil path.
            Step::Root => f.write_str("<nil>"),
            Step::Child(name) if below => write!(f, ".{name}"),
            Step::Child(name) => f.write_str(name),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => write!(f, "[{key}]"),
        }
    }
}

/// Causes refer to places by their text.
impl From<&Place<'_>> for String {
    fn from(place: &Place<'_>) -> Self {
        place.to_string()
    }
}
