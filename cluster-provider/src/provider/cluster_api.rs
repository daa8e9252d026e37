//! Clusters that Cluster API builds from objects in a management cluster.
