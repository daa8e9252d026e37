//! HTTPS on loopback: connections, authentication, shutdown.
