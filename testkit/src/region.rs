//! A region and identity service in memory that checks what it receives.
