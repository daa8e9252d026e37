//! Tokens for EKS clusters: a signed question who somebody is, which the cluster asks in their stead. Knows nothing of clusters' clients.
