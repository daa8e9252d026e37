//! W3C trace context.
