//! One error vocabulary for the family.
