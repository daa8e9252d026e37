//! What goes wrong, and for which calls. Knows nothing of how it looks on the wire.

use http::{Method, StatusCode};

/// Something that goes wrong instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// This status, and nothing is carried out.
    Status(StatusCode),
    /// This status after the call was carried out.
    StatusAfter(StatusCode),
    /// 503 with `Retry-After` in seconds.
    Busy(u64),
    /// The secondary limit: 403, with `Retry-After` in seconds or with a link to its documentation only.
    Secondary(Option<u64>),
    /// 429 and nothing else.
    TooMany,
    /// 401, whatever the credential.
    Unauthorized,
    /// A success whose body breaks off.
    Cut,
    /// No answer, ever.
    Silence,
}

#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Planned>);

#[derive(Debug)]
struct Planned {
    fault: Fault,
    method: Option<Method>,
    path: String,
    times: usize,
}

// === impl Faults ===

impl Faults {
    pub(super) fn plan(&mut self, fault: Fault, method: Option<Method>, path: String, times: usize) {
        self.0.push(Planned { fault, method, path, times });
    }

    /// The first that is planned for such a call and not used up.
    pub(super) fn take(&mut self, method: &Method, path: &str) -> Option<Fault> {
        let planned = self.0.iter_mut().find(|planned| {
            planned.times > 0
                && planned.method.as_ref().is_none_or(|wanted| wanted == method)
                && path.starts_with(&planned.path)
        })?;
        planned.times -= 1;
        Some(planned.fault)
    }
}
