//! What is asked about clusters, and what becomes of it. Knows a factory and a store; knows no provider by name.
