//! One run of an integration and caller at a time in a cluster, by a Lease.
