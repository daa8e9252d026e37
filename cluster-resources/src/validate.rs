//! What can be told to be wrong before anything is applied: references to what is neither declared nor there.

mod references;

pub use self::references::{Reference, Referent, pod_spec, references, refers_to};
