//! Carries the acting principal across service hops.
