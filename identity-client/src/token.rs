//! Access tokens and their exchange.
