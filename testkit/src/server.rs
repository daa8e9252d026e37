//! A mutual-TLS server on loopback that records what it receives.
