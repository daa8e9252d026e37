//! What every store has to do, as tests that run against any of them.
