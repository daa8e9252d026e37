//! Compares times of different granularity, as Kubernetes objects and clocks hold them; knows nothing of clusters.
//!
//! A `metav1.Time` is true to the second, a `metav1.MicroTime` to the microsecond, a clock to the nanosecond. Two of them are compared at the
//! coarser of their granularities, so that a time which was written to an object and read back is equal to the one it was made from. A time
//! that is absent is the zero time, the beginning of the year 1 in UTC.
//!
//! ```
//! use cluster_client::revision::MicroTime;
//! use cluster_client::time;
//!
//! let clock: jiff::Timestamp = "2026-03-01T12:00:00.123456789Z".parse()?;
//! assert!(time::equal(&clock, &MicroTime::from_timestamp(clock)));
//! assert!(time::before(&None::<MicroTime>, &clock));
//! # Ok::<(), jiff::Error>(())
//! ```
//!
//! Source: Tilt's `internal/timecmp/cmp.go`.

use std::cmp::Ordering;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;

use crate::revision::MicroTime;

/// The time that stands for "never": the beginning of the year 1 in UTC, Go's zero time.
pub const ZERO: Timestamp = Timestamp::constant(-62_135_596_800, 0);

/// How fine a kind of time is; the coarser is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums, reason = "Kubernetes has these two and clocks have the third")]
pub enum Granularity {
    /// As it is: nanoseconds.
    Raw,
    /// Microseconds.
    Micro,
    /// Seconds.
    Second,
}

impl Granularity {
    /// The number of whole units since 1970, counted towards the past.
    fn units(self, time: Timestamp) -> i128 {
        let nanoseconds = time.as_nanosecond();
        match self {
            Self::Raw => nanoseconds,
            Self::Micro => nanoseconds.div_euclid(1_000),
            Self::Second => nanoseconds.div_euclid(1_000_000_000),
        }
    }
}

/// Something that says a time.
pub trait Moment {
    /// How fine it is.
    const GRANULARITY: Granularity;

    /// The time, [`ZERO`] when it is absent.
    fn moment(&self) -> Timestamp;
}

impl Moment for Timestamp {
    const GRANULARITY: Granularity = Granularity::Raw;

    fn moment(&self) -> Timestamp {
        *self
    }
}

impl Moment for MicroTime {
    const GRANULARITY: Granularity = Granularity::Micro;

    fn moment(&self) -> Timestamp {
        self.timestamp()
    }
}

impl Moment for meta::MicroTime {
    const GRANULARITY: Granularity = Granularity::Micro;

    fn moment(&self) -> Timestamp {
        self.0
    }
}

impl Moment for meta::Time {
    const GRANULARITY: Granularity = Granularity::Second;

    fn moment(&self) -> Timestamp {
        self.0
    }
}

impl<T: Moment> Moment for Option<T> {
    const GRANULARITY: Granularity = T::GRANULARITY;

    fn moment(&self) -> Timestamp {
        self.as_ref().map_or(ZERO, Moment::moment)
    }
}

impl<T: Moment> Moment for &T {
    const GRANULARITY: Granularity = T::GRANULARITY;

    fn moment(&self) -> Timestamp {
        (**self).moment()
    }
}

/// Compares two times at the coarser of their granularities.
#[must_use]
pub fn compare<A: Moment, B: Moment>(a: &A, b: &B) -> Ordering {
    let granularity = A::GRANULARITY.max(B::GRANULARITY);
    granularity.units(a.moment()).cmp(&granularity.units(b.moment()))
}

/// Whether two times are the same at the coarser of their granularities.
#[must_use]
pub fn equal<A: Moment, B: Moment>(a: &A, b: &B) -> bool {
    compare(a, b).is_eq()
}

/// Whether `a` is earlier than `b`.
#[must_use]
pub fn before<A: Moment, B: Moment>(a: &A, b: &B) -> bool {
    compare(a, b).is_lt()
}

/// Whether `a` is earlier than `b`, or the same.
#[must_use]
pub fn before_or_equal<A: Moment, B: Moment>(a: &A, b: &B) -> bool {
    compare(a, b).is_le()
}

/// Whether `a` is later than `b`.
#[must_use]
pub fn after<A: Moment, B: Moment>(a: &A, b: &B) -> bool {
    compare(a, b).is_gt()
}

/// Whether `a` is later than `b`, or the same.
#[must_use]
pub fn after_or_equal<A: Moment, B: Moment>(a: &A, b: &B) -> bool {
    compare(a, b).is_ge()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clock() -> Timestamp {
        "2026-03-01T12:00:00.123456789Z".parse().unwrap()
    }

    fn later(nanoseconds: i64) -> Timestamp {
        clock() + jiff::SignedDuration::from_nanos(nanoseconds)
    }

    fn micro(time: Timestamp) -> meta::MicroTime {
        meta::MicroTime(time)
    }

    fn second(time: Timestamp) -> meta::Time {
        meta::Time(time)
    }

    /// tilt internal/timecmp/cmp_test.go: every time equals itself, whichever way it is held.
    #[test]
    fn a_time_equals_itself_at_every_granularity() {
        let raw = clock();
        assert!(equal(&raw, &raw) && equal(&raw, &micro(raw)) && equal(&raw, &second(raw)));
        assert!(
            equal(&micro(raw), &second(raw)) && equal(&second(raw), &micro(raw)) && equal(&second(raw), &second(raw))
        );
        assert!(
            equal(&raw, &MicroTime::from_timestamp(raw)) && equal(&Some(raw), &raw) && equal(&&raw, &Some(micro(raw)))
        );
    }

    /// tilt internal/timecmp/cmp_test.go: a nanosecond tells two clock readings apart, and nothing coarser.
    #[test]
    fn one_nanosecond_is_seen_by_clocks_only() {
        let (a, b) = (clock(), later(1));
        assert!(before(&a, &b) && after(&b, &a) && before_or_equal(&a, &b) && after_or_equal(&b, &a) && !equal(&a, &b));
        assert!(equal(&micro(a), &b) && equal(&a, &micro(b)) && equal(&second(a), &b) && equal(&second(a), &micro(b)));
        assert!(before_or_equal(&micro(a), &b) && after_or_equal(&micro(a), &b) && !before(&micro(a), &b));
    }

    /// tilt internal/timecmp/cmp_test.go: a microsecond is lost where seconds are kept.
    #[test]
    fn one_microsecond_is_lost_in_seconds() {
        let (a, b) = (clock(), later(1_000));
        assert!(before(&a, &b) && before(&micro(a), &b) && before(&a, &micro(b)) && before(&micro(a), &micro(b)));
        assert!(equal(&second(a), &b) && equal(&micro(a), &second(b)) && equal(&second(a), &second(b)));
    }

    /// tilt internal/timecmp/cmp_test.go: a second is seen by all.
    #[test]
    fn one_second_is_seen_at_every_granularity() {
        let (a, b) = (clock(), later(1_000_000_000));
        assert!(before(&a, &b) && before(&micro(a), &b) && before(&second(a), &b) && before(&second(a), &second(b)));
        assert!(after(&second(b), &micro(a)) && after(&b, &second(a)));
    }

    /// tilt internal/timecmp/cmp_test.go: nil, whatever its type, is the zero time.
    #[test]
    fn an_absent_time_is_the_zero_time() {
        assert!(equal(&None::<meta::Time>, &None::<meta::MicroTime>));
        assert!(equal(&None::<MicroTime>, &ZERO) && equal(&Some(ZERO), &None::<meta::Time>));
        assert!(before(&None::<meta::Time>, &clock()) && after(&second(clock()), &None::<MicroTime>));
        assert_eq!(ZERO.to_string(), "0001-01-01T00:00:00Z");
    }

    /// tilt pkg/apis/time_test.go: what was written to JSON and read back is the same time.
    #[test]
    fn a_time_survives_a_status() {
        let time = MicroTime::from_timestamp(clock());
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, "\"2026-03-01T12:00:00.123456Z\"");
        assert_eq!(serde_json::from_str::<MicroTime>(&json).unwrap(), time);
        let coarse: meta::Time = serde_json::from_str(&serde_json::to_string(&second(clock())).unwrap()).unwrap();
        assert!(equal(&coarse, &time) && equal(&coarse, &clock()));
    }

    proptest! {
        #[test]
        fn the_five_questions_agree_with_the_order(a in -9_000_000_000_i64..9_000_000_000, b in -9_000_000_000_i64..9_000_000_000) {
            let (a, b) = (later(a), micro(later(b)));
            let order = compare(&a, &b);
            prop_assert_eq!(order.reverse(), compare(&b, &a));
            prop_assert_eq!(equal(&a, &b), order.is_eq());
            prop_assert_eq!(before(&a, &b), order.is_lt());
            prop_assert_eq!(before_or_equal(&a, &b), order.is_le());
            prop_assert_eq!(after(&a, &b), order.is_gt());
            prop_assert_eq!(after_or_equal(&a, &b), order.is_ge());
        }

        #[test]
        fn what_is_finer_refines_what_is_coarser(a in any::<i32>(), b in any::<i32>()) {
            let (a, b) = (later(i64::from(a) * 3), later(i64::from(b) * 3));
            if equal(&a, &b) { prop_assert!(equal(&micro(a), &b)); }
            if equal(&micro(a), &b) { prop_assert!(equal(&second(a), &b)); }
        }
    }
}
