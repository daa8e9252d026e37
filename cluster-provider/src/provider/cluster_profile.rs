//! Clusters that others list as `ClusterProfile` objects.
