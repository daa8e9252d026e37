//! `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. Pure.

use std::time::{Duration, SystemTime};

use ::http::{HeaderMap, header};

/// What the answer asks for, counted from `now`. A date in the past asks for nothing.
pub(in crate::http) fn read(headers: &HeaderMap, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are still an answer: not any time soon.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now()).unwrap_or(Duration::ZERO))
}
