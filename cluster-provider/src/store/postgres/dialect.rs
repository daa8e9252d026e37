//! How PostgreSQL is spoken to.
