//! What the server knows about kinds: their fields, lists and defaults.
