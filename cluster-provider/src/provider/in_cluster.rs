//! What all providers do that reach the cluster itself: connect, look, apply, remove. Knows nothing of where the connection is described.
