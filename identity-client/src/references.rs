//! Keeps a project from disappearing while something uses it.
