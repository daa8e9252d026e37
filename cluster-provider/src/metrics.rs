//! What is counted about clusters and their providers. Needs feature `metrics`.
