//! Certificates, keys and trust as one validated unit, and where they come from.
