//! The inventory of a cluster: the parent object of an ApplySet, its id, and how it is read, widened and shrunk. Knows nothing of plans' contents.
