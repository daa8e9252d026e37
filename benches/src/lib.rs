//! Shared pieces of the benchmark book.
//!
//! A figure is a program in `src/bin` whose name is the figure's; its method is its module documentation. It compares two ways of doing
//! the same thing in one process, in alternating rounds, and prints one line of JSON. See [`Figure`].

mod figure;
mod rounds;
pub mod stand;

pub use figure::{Bound, Figure};
pub use rounds::{Rate, calls_per_second, median, paired_rates};
