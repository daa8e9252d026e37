//! The pooled HTTP client: generations, deadlines, retries, per-request hooks.
