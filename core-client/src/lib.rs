//! Turns credentials into HTTP clients whose certificates and trust rotate in place.

pub mod credentials;
pub mod error;
pub mod http;
pub mod jws;
pub mod options;
pub mod reference;
pub mod telemetry;
pub mod tls;
pub mod trace;
pub mod wire;
