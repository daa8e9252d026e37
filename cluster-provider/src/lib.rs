//! The life of Kubernetes clusters through interchangeable providers.
