//! What is done when an object cannot be changed in place: replacing it, handing a Deployment's pods over, growing volumes.
