//! What travels with one inbound request.
