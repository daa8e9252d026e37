//! Clusters of OpenShift Cluster Manager.
