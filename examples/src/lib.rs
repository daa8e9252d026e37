//! One lesson a file, in `examples/`; `tour` is where to begin. The library holds nothing but the README's snippets, which compile here.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
