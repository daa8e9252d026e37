//! Resource references and the finalizers they become.
