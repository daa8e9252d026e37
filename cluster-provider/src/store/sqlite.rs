//! Records in one SQLite file, or in memory. Needs feature `sqlite`.
