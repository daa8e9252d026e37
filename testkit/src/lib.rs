//! Certificates made at run time and in-process peers.
