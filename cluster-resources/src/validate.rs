//! What can be told to be wrong before anything is applied: references to what is neither declared nor there.
