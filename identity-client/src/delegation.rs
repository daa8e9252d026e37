//! The two ways to call on behalf of somebody.
