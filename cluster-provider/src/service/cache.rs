//! Answers that are asked for once and remembered for a while, each under its own question. Knows nothing of what is asked.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

type Slot<V> = Arc<tokio::sync::Mutex<Option<(Instant, V)>>>;

/// Remembered answers. Those who ask the same at the same time wait for one who asks.
#[derive(Debug)]
pub(super) struct Remembered<K, V> {
    slots: Mutex<HashMap<K, Slot<V>>>,
    lasts: Duration,
}

/// An answer that was worked out, and whether it may be remembered.
#[derive(Debug)]
pub(super) enum Worked<V> {
    /// It is whole.
    Whole(V),
    /// Something is missing in it: the next one asks again.
    Partly(V),
}

/// More questions than these are not remembered at the same time.
const MOST: usize = 1024;

impl<K: Eq + Hash + Clone, V: Clone> Remembered<K, V> {
    /// Remembers for so long.
    pub(super) fn new(lasts: Duration) -> Self {
        Self { slots: Mutex::default(), lasts }
    }

    /// The answer that is remembered, or a new one.
    ///
    /// Cancel safety: whoever is cancelled while asking leaves the question to the next one who waits.
    pub(super) async fn get<E, F>(&self, key: &K, work: impl FnOnce() -> F) -> Result<V, E>
    where
        F: Future<Output = Result<Worked<V>, E>>,
    {
        let slot = self.slot(key);
        // Not a lock for data, but the queue of those who ask the same.
        let mut held = slot.lock().await;
        if let Some((at, value)) = held.as_ref()
            && at.elapsed() < self.lasts
        {
            return Ok(value.clone());
        }
        match work().await? {
            Worked::Whole(value) => {
                *held = Some((Instant::now(), value.clone()));
                Ok(value)
            }
            Worked::Partly(value) => Ok(value),
        }
    }

    fn slot(&self, key: &K) -> Slot<V> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    async fn ask(memory: &Remembered<String, usize>, key: &str, asked: &AtomicUsize) -> usize {
        let work = || async {
            let count = asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok::<_, ()>(Worked::Whole(count))
        };
        memory.get(&key.to_owned(), work).await.unwrap()
    }

    /// W-36
    #[tokio::test(start_paused = true)]
    async fn each_question_has_its_own_answer_and_is_asked_once() {
        let (memory, asked) = (Remembered::new(Duration::from_secs(300)), AtomicUsize::new(0));
        let both = futures::join!(ask(&memory, "aws", &asked), ask(&memory, "aws", &asked));
        assert_eq!(both, (0, 0));
        assert_eq!(ask(&memory, "gcp", &asked).await, 1);
        assert_eq!(ask(&memory, "aws", &asked).await, 0);
        tokio::time::advance(Duration::from_secs(301)).await;
        assert_eq!(ask(&memory, "aws", &asked).await, 2);
    }

    #[tokio::test]
    async fn what_is_not_whole_is_asked_again() {
        let (memory, mut asked) = (Remembered::new(Duration::from_secs(300)), 0);
        for _ in 0..2 {
            let answer: Result<u32, ()> = memory
                .get(&"aws", || {
                    asked += 1;
                    std::future::ready(Ok(Worked::Partly(asked)))
                })
                .await;
            assert_eq!(answer, Ok(asked));
        }
        assert_eq!(asked, 2);
    }
}
