//! Records in memory: for tests, and for what need not survive.
