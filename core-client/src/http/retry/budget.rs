//! How many retries a client has earned. One relaxed load a call in the usual case that the purse is full.

use std::sync::atomic::{AtomicU32, Ordering};

/// What one retry costs; a call earns a percentage of it.
const RETRY: u32 = 100;

#[derive(Debug)]
pub(super) struct Budget {
    balance: AtomicU32,
    earned: u32,
    full: u32,
}

// === impl Budget ===

impl Budget {
    /// Each call earns `percent` of a retry; `burst` retries can be saved, and are there to begin with.
    pub(super) fn new(percent: u32, burst: u32) -> Self {
        let full = burst.saturating_mul(RETRY);
        Self { balance: AtomicU32::new(full), earned: percent, full }
    }

    pub(super) fn earn(&self) {
        if self.balance.load(Ordering::Relaxed) >= self.full {
            return;
        }
        let _before = self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| {
            Some(balance.saturating_add(self.earned).min(self.full))
        });
    }

    /// Takes the price of one retry, if it is there.
    pub(super) fn spend(&self) -> bool {
        self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| balance.checked_sub(RETRY)).is_ok()
    }
}
