//! Where a service is and which Secrets hold the certificates to call it.
