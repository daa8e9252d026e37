//! GitHub's limits as values: what an answer says about them, and when the next request may go. Pure: the time is an argument.
//!
//! Source: *Rate limits for the REST API* and *Best practices for using the REST API*, docs.github.com.

#[cfg(test)]
mod tests;

use std::time::Duration;

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use super::error::LimitKind;

/// How long after the moment a limit is said to end it is taken for ended: the moment is told in whole seconds.
const GRACE: SignedDuration = SignedDuration::from_secs(1);
/// Windows whose ends differ by no more are one window: the end is told in whole seconds and corrected by another clock's seconds.
const SAME: SignedDuration = SignedDuration::from_secs(3);

/// What is counted together. GitHub has more kinds; those that are not listed are told from the header and kept in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Resource {
    Core,
    Search,
    CodeSearch,
    Graphql,
    Other,
}

/// What an answer says about the primary limit, its end by our clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) resource: Resource,
    pub(super) limit: u64,
    pub(super) remaining: u64,
    pub(super) reset: Timestamp,
}

/// From how much on requests are spread over what is left of the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pacing {
    pub(super) below: u64,
}

/// Whether a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    Go,
    /// Not before then, for this limit; ask again.
    Closed(Timestamp, LimitKind),
    /// It has a place of its own then; no need to ask again.
    Paced(Timestamp),
}

/// What is known of the limits of one token.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    windows: [Option<Window>; Resource::COUNT],
    under_way: [u64; Resource::COUNT],
    /// The secondary limit.
    closed_until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    limit: u64,
    remaining: u64,
    reset: Timestamp,
    /// When the next paced request has its place.
    next_place: Timestamp,
}

// === impl Resource ===

impl Resource {
    const COUNT: usize = 5;

    /// What a request is counted as, by its path beneath the API.
    pub(super) fn of_path(path: &str) -> Self {
        match path {
            "/graphql" => Self::Graphql,
            "/search/code" => Self::CodeSearch,
            _ if path.starts_with("/search/") => Self::Search,
            _ => Self::Core,
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "core" => Self::Core,
            "search" => Self::Search,
            "code_search" => Self::CodeSearch,
            "graphql" => Self::Graphql,
            _ => Self::Other,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Search => "search",
            Self::CodeSearch => "code_search",
            Self::Graphql => "graphql",
            Self::Other => "other",
        }
    }
}

/// What an answer says about the primary limit. `asked` is what the request was counted as, should the answer not tell.
///
/// The end of the window is told by GitHub's clock; when the answer is dated, only the distance counts.
pub(super) fn read(headers: &HeaderMap, asked: Resource, now: Timestamp) -> Option<Rate> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let reset = Timestamp::from_second(i64::try_from(number("x-ratelimit-reset")?).ok()?).ok()?;
    let theirs = date(headers);
    let reset = match theirs {
        Some(theirs) => now.checked_add(reset.duration_since(theirs)).unwrap_or(reset),
        None => reset,
    };
    let resource =
        headers.get("x-ratelimit-resource").and_then(|name| name.to_str().ok()).map_or(asked, Resource::named);
    Some(Rate {
        resource,
        limit: number("x-ratelimit-limit").unwrap_or(0),
        remaining: number("x-ratelimit-remaining")?,
        reset,
    })
}

/// When the answer was made, by GitHub's clock.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(http::header::DATE)?.to_str().ok()?)
}

/// What `Retry-After` asks for: seconds, or a date by the answerer's clock.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are still an answer: not any time soon.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::from(u32::MAX))));
    }
    let until = http_date(text)?;
    let now = date(headers).unwrap_or(now);
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}

fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}

// === impl Standing ===

impl Standing {
    /// Whether a request may go now. When it may, or has its place, it counts as under way until [`ended`](Self::ended).
    pub(super) fn admit(&mut self, resource: Resource, now: Timestamp, pacing: Pacing) -> Admission {
        if let Some(until) = self.closed_until {
            if until > now {
                return Admission::Closed(until, LimitKind::Secondary);
            }
            self.closed_until = None;
        }
        let (window, under_way) = (&mut self.windows[resource as usize], &mut self.under_way[resource as usize]);
        let Some(open) = window.as_mut().filter(|open| after(open.reset, GRACE) > now) else {
            *window = None;
            *under_way += 1;
            return Admission::Go;
        };
        let left = open.remaining.saturating_sub(*under_way);
        if left == 0 {
            return Admission::Closed(after(open.reset, GRACE), LimitKind::Primary);
        }
        *under_way += 1;
        if left >= pacing.below.min(open.limit) {
            return Admission::Go;
        }
        let place = open.next_place.max(now);
        let rest = Duration::try_from(open.reset.duration_since(place)).unwrap_or(Duration::ZERO);
        let step = rest / u32::try_from(left).unwrap_or(u32::MAX);
        open.next_place = after(place, SignedDuration::try_from(step).unwrap_or(SignedDuration::MAX));
        if place > now { Admission::Paced(place) } else { Admission::Go }
    }

    /// A request is no longer under way, however it ended.
    pub(super) fn ended(&mut self, resource: Resource) {
        let under_way = &mut self.under_way[resource as usize];
        *under_way = under_way.saturating_sub(1);
    }

    /// Takes what an answer says. Answers may come in any order: within one window what is left only falls.
    pub(super) fn observe(&mut self, rate: Rate) {
        let window = &mut self.windows[rate.resource as usize];
        let fresh =
            Window { limit: rate.limit, remaining: rate.remaining, reset: rate.reset, next_place: Timestamp::MIN };
        *window = Some(match *window {
            Some(open) if rate.reset.duration_since(open.reset).abs() <= SAME => {
                Window { limit: rate.limit, remaining: open.remaining.min(rate.remaining), ..open }
            }
            // An answer that was long on its way tells of a window that is over.
            Some(open) if open.reset > rate.reset => open,
            _ => fresh,
        });
    }

    /// Nothing of this resource may go until then, whatever its headers said.
    pub(super) fn exhaust(&mut self, resource: Resource, until: Timestamp) {
        let window = &mut self.windows[resource as usize];
        let limit = window.map_or(0, |open| open.limit);
        *window = Some(Window { limit, remaining: 0, reset: after(until, -GRACE), next_place: Timestamp::MIN });
    }

    /// The secondary limit holds until then.
    pub(super) fn close(&mut self, until: Timestamp) {
        self.closed_until = self.closed_until.max(Some(until));
    }

    /// What is left and until when, as far as is known.
    pub(super) fn left(&self, resource: Resource, now: Timestamp) -> Option<(u64, u64, Timestamp)> {
        let open = self.windows[resource as usize].filter(|open| open.reset > now)?;
        Some((open.remaining.saturating_sub(self.under_way[resource as usize]), open.limit, open.reset))
    }
}

/// So much later, or as late as can be told.
pub(super) fn after(moment: Timestamp, wait: SignedDuration) -> Timestamp {
    moment.checked_add(wait).unwrap_or(Timestamp::MAX)
}
