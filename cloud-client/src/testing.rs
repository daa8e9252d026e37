//! Doubles of STS and GitHub on loopback: real HTTP, signatures checked, a clock of the test's.

#[cfg(feature = "github")]
pub mod github;
#[cfg(feature = "aws")]
pub mod sts;
