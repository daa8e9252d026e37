//! Discovery and the verbs.
