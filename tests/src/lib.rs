//! Fixtures shared by the test tiers.
