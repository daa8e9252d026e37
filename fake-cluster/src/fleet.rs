//! Many clusters behind one runtime.
