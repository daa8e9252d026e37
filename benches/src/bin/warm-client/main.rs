//! What a client of a cloud costs that is there already, and how often a cloud is asked when a hundred want one that is not.
//!
//! Accounts and regions are warm; each is then asked for in turn, by names that are not the instances the factory holds, on one thread, in
//! rounds of half a second. Allocations are counted by the allocator over one walk through all of them. Nothing is compared with, as there
//! is no other way to the same thing; of a client of GitHub, what a bare clone of octocrab costs stands beside it. The hundred first callers are tasks on two threads, against doubles on loopback.

mod aws;
mod github;

use anyhow::Result;
use benches::Figure;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts allocations.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<()> {
    let figure = Figure::new(
        "warm-client",
        "ns; allocations; requests",
        "AWS: 20 accounts in 10 regions each, one thread, median of 9 rounds of 0.5 s; 100 first callers on two threads, calls counted by the double. GitHub: the same with 64 credentials of an instance",
    );
    github::measure(aws::measure(figure)?)?.print();
    Ok(())
}
