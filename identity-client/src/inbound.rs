//! Receives principals safely.
