//! Whether an object is what it should become, from the object alone.
