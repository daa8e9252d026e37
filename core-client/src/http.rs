//! HTTP clients whose certificates and trust rotate in place. Knows nothing of principals or of any particular API.

pub(crate) mod carry;
pub(crate) mod failure;
