//! Two ways of doing the same thing, in alternating rounds on a machine whose speed drifts.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// Calls per second of two ways, one pair a round.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Rate {
    /// The first way.
    pub a: Vec<f64>,
    /// The second way.
    pub b: Vec<f64>,
}

impl Rate {
    /// The median of the [`costs`](Self::costs).
    #[must_use]
    pub fn cost(&self) -> f64 {
        median(self.costs())
    }

    /// What the second way costs in terms of the first, round by round: its time per call over the first's.
    #[must_use]
    pub fn costs(&self) -> Vec<f64> {
        self.a.iter().zip(&self.b).map(|(a, b)| a / b).collect()
    }

    /// The medians of both ways, calls per second.
    #[must_use]
    pub fn medians(&self) -> (f64, f64) {
        (median(self.a.clone()), median(self.b.clone()))
    }
}

/// Runs both ways in turn: `callers` tasks each, for `period`, `rounds` times after one warm-up of each. The order within a round
/// alternates, so that neither way always runs first.
///
/// # Panics
///
/// When a call does: a figure made of failures is worth nothing.
pub async fn paired_rates<A, B, FA, FB>(callers: usize, rounds: usize, period: Duration, a: A, b: B) -> Rate
where
    A: Fn() -> FA + Clone + Send + 'static,
    B: Fn() -> FB + Clone + Send + 'static,
    FA: Future<Output = ()> + Send,
    FB: Future<Output = ()> + Send,
{
    let mut rate = Rate::default();
    for round in 0..=rounds {
        let (ra, rb) = if round % 2 == 0 {
            let ra = calls_per_second(callers, period, a.clone()).await;
            (ra, calls_per_second(callers, period, b.clone()).await)
        } else {
            let rb = calls_per_second(callers, period, b.clone()).await;
            (calls_per_second(callers, period, a.clone()).await, rb)
        };
        if round > 0 {
            rate.a.push(ra);
            rate.b.push(rb);
        }
    }
    rate
}

/// Calls per second of one way.
///
/// # Panics
///
/// When a call does.
pub async fn calls_per_second<C, F>(callers: usize, period: Duration, call: C) -> f64
where
    C: Fn() -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let done = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (done, call) = (done.clone(), call.clone());
        tasks.spawn(async move {
            while begun.elapsed() < period {
                call().await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended
            && error.is_panic()
        {
            std::panic::resume_unwind(error.into_panic());
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
    let count = done.load(Ordering::Relaxed) as f64;
    count / begun.elapsed().as_secs_f64()
}

/// The middle value; NaN of nothing.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}
