//! Server-side apply: managed fields, ownership and conflicts.
