//! What every provider has to do, as tests that run against any of them.
