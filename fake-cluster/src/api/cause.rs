//! Field errors, worded as `k8s.io/apimachinery/pkg/util/validation/field` words them.

use std::fmt;

use super::status::StatusCause;
use crate::schema::Cause;
pub(super) use crate::schema::text::quote;

/// A value that is not allowed; `value` is already spelled (see [`quote`]).
pub(super) fn invalid(field: impl Into<String>, value: impl fmt::Display, detail: impl fmt::Display) -> StatusCause {
    StatusCause::new("FieldValueInvalid", format!("Invalid value: {value}: {detail}"), field)
}

/// A value that is missing.
pub(super) fn required(field: impl Into<String>, detail: &str) -> StatusCause {
    let message = if detail.is_empty() { "Required value".into() } else { format!("Required value: {detail}") };
    StatusCause::new("FieldValueRequired", message, field)
}

/// A value that may not be given here.
pub(super) fn forbidden(field: impl Into<String>, detail: impl fmt::Display) -> StatusCause {
    StatusCause::new("FieldValueForbidden", format!("Forbidden: {detail}"), field)
}

/// A value outside of a fixed set.
pub(super) fn not_supported(field: impl Into<String>, value: impl fmt::Display, supported: &[&str]) -> StatusCause {
    let supported: Vec<_> = supported.iter().map(|value| quote(value)).collect();
    let message = format!("Unsupported value: {value}: supported values: {}", supported.join(", "));
    StatusCause::new("FieldValueNotSupported", message, field)
}

/// A value that is too long; the value itself is not repeated.
pub(super) fn too_long(field: impl Into<String>, max_bytes: usize) -> StatusCause {
    StatusCause::new("FieldValueTooLong", format!("Too long: may not be more than {max_bytes} bytes"), field)
}

/// Several errors as one, as Go puts them together: each once.
pub(super) fn aggregated(errors: &[String]) -> String {
    let mut all: Vec<&str> = Vec::with_capacity(errors.len());
    for error in errors {
        if !all.contains(&error.as_str()) {
            all.push(error);
        }
    }
    match all.as_slice() {
        [one] => (*one).to_owned(),
        many => format!("[{}]", many.join(", ")),
    }
}

impl From<Cause> for StatusCause {
    fn from(cause: Cause) -> Self {
        Self::new(cause.reason, cause.message, cause.field)
    }
}
