//! AWS sessions for accounts, regions and roles; knows nothing of Kubernetes.
