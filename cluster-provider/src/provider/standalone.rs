//! Clusters that exist already: adopted, looked at, filled and emptied, and never deleted.
