//! The identity API on behalf of a user or a controller.
