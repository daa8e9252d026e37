//! Turns credentials into HTTP clients whose certificates and trust rotate in place.

pub mod options;
pub mod credentials;
pub mod tls;
pub mod http;
pub mod jws;
pub mod trace;
pub mod reference;
pub mod error;
pub mod telemetry;
