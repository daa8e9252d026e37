//! Turns credentials into HTTP clients whose certificates and trust rotate in place.
