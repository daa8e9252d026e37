//! GitHub clients for instances and credentials; knows nothing of what is done with them.
