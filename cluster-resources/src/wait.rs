//! Waiting until applied objects are ready: one watch a kind and place, with deadlines.
