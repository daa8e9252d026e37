//! Objects, resource versions and the watch history.
