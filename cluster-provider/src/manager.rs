//! Brings every recorded cluster to where it should be. Knows the service, and nothing below it.
