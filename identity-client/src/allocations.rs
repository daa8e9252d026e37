//! Quota allocations.
