//! Names of spans, attributes and metrics, and the list of headers that may be written down. Knows nothing of exporters.

use std::fmt;

use ::http::{HeaderMap, HeaderName};

/// Whether a header's value may appear in logs and traces. An allow-list: everything else is masked, the headers that carry trust
/// (`X-Principal`, `X-Impersonate`, `Unikorn-Client-Certificate`, `Ssl-Client-Cert`, `Authorization`, cookies) most of all.
#[must_use]
pub fn is_loggable(name: &HeaderName) -> bool {
    const LOGGABLE: [&str; 13] = [
        "allow",
        "cache-control",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "retry-after",
        "server",
        "traceparent",
        "transfer-encoding",
        "user-agent",
        "via",
        "x-request-id",
    ];
    LOGGABLE.contains(&name.as_str())
}

/// Headers for a log line or a `Debug` output: names all, values only when [`is_loggable`].
pub struct LoggableHeaders<'a>(&'a HeaderMap);

// === impl LoggableHeaders ===

impl<'a> LoggableHeaders<'a> {
    /// These headers, fit to be written down.
    #[must_use]
    pub fn new(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }
}

impl fmt::Debug for LoggableHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.0 {
            if is_loggable(name) && !value.is_sensitive() {
                map.entry(name, value);
            } else {
                map.entry(name, &format_args!("<masked>"));
            }
        }
        map.finish()
    }
}
