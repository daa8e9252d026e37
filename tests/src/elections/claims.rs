//! The claims.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use cluster_provider::cluster::NewCluster;
use cluster_provider::manager::election::Term;
use cluster_provider::store::memory::MemoryStore;
use cluster_provider::store::{ClusterStore as _, Fence, StoreError};

use super::process::Process;
use super::{Claim, Place};

macro_rules! claims {
    ($($name:ident),* $(,)?) => {
        pub(super) const ALL: &[Claim] = &[$(Claim { name: stringify!($name), run: $name }),*];
    };
}

claims! {
    of_two_candidates_one_leads_for_as_long_as_it_can,
    a_leader_that_died_is_followed_when_its_lease_ran_out_and_not_before,
    a_leader_that_is_cut_off_stops_before_anybody_follows,
    a_leader_that_was_stopped_is_fenced_when_it_goes_on,
    a_leader_that_stops_is_followed_at_once,
    a_term_that_was_ended_is_given_back,
}

/// How long a Lease is good, in seconds.
const DURATION: u32 = 15;
/// How often others look, in seconds.
const LOOK: u32 = 2;

fn fence(term: &Term) -> Result<Fence> {
    term.fence().cloned().context("a term without a fence")
}

fn of_two_candidates_one_leads_for_as_long_as_it_can(place: &Place) -> Result<()> {
    let (a, mut b) = (Process::start(place, "a")?, Process::start(place, "b")?);
    let term = a.lead();
    b.campaign();
    for second in 0..4 * DURATION {
        a.pass(1);
        b.pass(1);
        ensure!(!term.is_over() && b.is_waiting(), "after {second} s the other one leads");
    }
    ensure!(b.asked() > DURATION as usize, "the other one has looked {} times", b.asked());
    let holder = a.holder()?.context("nobody holds the Lease")?;
    ensure!(holder.starts_with("a_"), "it is held by {holder}");
    Ok(())
}

fn a_leader_that_died_is_followed_when_its_lease_ran_out_and_not_before(place: &Place) -> Result<()> {
    let (a, mut b) = (Process::start(place, "a")?, Process::start(place, "b")?);
    let first = fence(&a.lead())?;
    drop(a);
    b.campaign();
    b.pass(DURATION - 1);
    ensure!(b.is_waiting(), "it leads before the Lease ran out");
    b.pass(1 + LOOK);
    let second = fence(&b.led()?)?;
    ensure!(second.epoch > first.epoch && second.lease == first.lease, "{first:?} is followed by {second:?}");
    Ok(())
}

fn a_leader_that_is_cut_off_stops_before_anybody_follows(place: &Place) -> Result<()> {
    let (a, mut b) = (Process::start(place, "a")?, Process::start(place, "b")?);
    let term = a.lead();
    a.pass(2 * LOOK);
    b.campaign();
    a.cut_off();
    for _ in 0..2 * DURATION {
        // Whoever follows has the quicker clock.
        b.pass(1);
        ensure!(b.is_waiting() || term.is_over(), "two lead");
        a.pass(1);
    }
    ensure!(term.is_over(), "it leads without a Lease");
    drop(b.led()?);
    Ok(())
}

fn a_leader_that_was_stopped_is_fenced_when_it_goes_on(place: &Place) -> Result<()> {
    let (a, mut b) = (Process::start(place, "a")?, Process::start(place, "b")?);
    let term = a.lead();
    b.campaign();
    b.pass(DURATION + LOOK);
    let (old, new) = (fence(&term)?, fence(&b.led()?)?);
    // It knows nothing of that yet, and is about to write.
    ensure!(!term.is_over(), "a process that is stopped cannot know");
    let store = MemoryStore::new();
    b.does(store.insert(NewCluster::default(), Some(new.clone())))?;
    b.does(store.fence_raise(&new))?;
    let written = a.does(store.insert(NewCluster::default(), Some(old.clone())));
    ensure!(matches!(written, Err(StoreError::Fenced { .. })), "written for {old:?} after {new:?}: {written:?}");
    let raised = a.does(store.fence_raise(&old));
    ensure!(matches!(raised, Err(StoreError::Fenced { .. })), "{old:?} counts after {new:?}: {raised:?}");
    a.pass(LOOK);
    ensure!(term.is_over(), "it has seen who leads, and goes on");
    let holder = a.holder()?.context("nobody holds the Lease")?;
    ensure!(holder.starts_with("b_"), "it took the Lease back: {holder}");
    Ok(())
}

fn a_leader_that_stops_is_followed_at_once(place: &Place) -> Result<()> {
    let (a, mut b) = (Process::start(place, "a")?, Process::start(place, "b")?);
    let term = a.lead();
    let first = fence(&term)?;
    b.campaign();
    ensure!(b.is_waiting(), "two lead");
    let token = term.token();
    a.does(term.resign(Duration::from_secs(5)));
    ensure!(token.is_cancelled(), "those who work in the term do not hear of its end");
    ensure!(a.holder()?.is_none(), "the Lease is still held");
    b.pass(LOOK);
    let second = fence(&b.led()?)?;
    ensure!(second.epoch > first.epoch, "{first:?} is followed by {second:?}");
    Ok(())
}

fn a_term_that_was_ended_is_given_back(place: &Place) -> Result<()> {
    let (a, mut b) = (Process::start(place, "a")?, Process::start(place, "b")?);
    let term = a.lead();
    b.campaign();
    // Somebody was told that another one leads.
    term.end();
    a.pass(LOOK);
    b.pass(LOOK);
    ensure!(!b.is_waiting(), "a Lease is kept for a term that is over");
    drop(b.led()?);
    Ok(())
}
