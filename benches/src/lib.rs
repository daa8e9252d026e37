//! Shared pieces of the benchmark book.
