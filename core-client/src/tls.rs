//! From a validated bundle to a TLS client configuration.
