//! Records in PostgreSQL. Needs feature `postgres`.
