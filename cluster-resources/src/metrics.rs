//! Prometheus families for what is declared, seen, done and held back.
