//! Restarting what reads a ConfigMap or Secret that changed.
