//! The region API, three ways.
