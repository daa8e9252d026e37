//! Keeps a network from disappearing while something uses it.
