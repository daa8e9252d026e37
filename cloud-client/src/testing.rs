//! Doubles of STS and GitHub on loopback: real HTTP, signatures checked, a clock of the test's.

#[cfg(feature = "aws")]
pub mod sts;
