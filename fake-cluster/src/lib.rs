//! A Kubernetes API server inside the test process.
