//! Every certificate changes while requests are in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use testkit::pki::{Ca, Leaf};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::calls::user;
use crate::narrate::Narrator;
use crate::world::{ACCOUNT, World};

const CALLERS: usize = 32;
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn under_load(tell: &mut Narrator, world: &World) -> Result<()> {
    tell.say(format_args!(
        "{CALLERS} callers send without pause while a Secret brings a new client certificate, and then"
    ));
    tell.say("the service moves to another certificate authority, the bundle first, the service second.");
    let before = world.server.requests_by_serial();
    let load = Load::start(world)?;
    let first = world.pair.serial_hex();
    load.more(200).await?;

    let renewed = world.client_ca.issue(Leaf::client(ACCOUNT).key(&world.key).serial(0x7071));
    let written = Instant::now();
    world.renew(&renewed).await?;
    world
        .server
        .wait_until("a request with the new certificate", |server| {
            server.requests_by_serial().contains_key(&renewed.serial_hex())
        })
        .await;
    tell.say(format_args!("new certificate in use {} ms after it was written", written.elapsed().as_millis()));
    load.more(200).await?;

    let next_ca = Ca::new("tour servers, next generation");
    let generation = world.region.http_client().generation().number();
    world.trust(&[&world.server_ca, &next_ca]).await?;
    wait_for(|| world.region.http_client().generation().number() > generation).await?;
    world.server.set_pair(&next_ca.issue(Leaf::server()));
    load.more(200).await?;
    let generation = world.region.http_client().generation().number();
    world.trust(&[&next_ca]).await?;
    wait_for(|| world.region.http_client().generation().number() > generation).await?;
    load.more(200).await?;

    let (sent, failed) = load.stop().await;
    let serials = world.server.requests_by_serial();
    for (serial, requests) in &serials {
        let requests = requests - before.get(serial).unwrap_or(&0);
        tell.say(format_args!("{requests:>6} requests with client certificate {serial}"));
    }
    tell.proves(
        "the old certificate was used before, the new one after",
        serials.contains_key(&first) && serials.contains_key(&renewed.serial_hex()),
    )?;
    tell.proves(format_args!("{sent} requests sent, {failed} failed"), sent > 0 && failed == 0)?;
    Ok(())
}

/// Callers that send until they are told to stop.
struct Load {
    sent: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
    stop: CancellationToken,
    callers: TaskTracker,
}

impl Load {
    fn start(world: &World) -> Result<Self> {
        let load = Self {
            sent: Arc::default(),
            failed: Arc::default(),
            stop: CancellationToken::new(),
            callers: TaskTracker::new(),
        };
        for _ in 0..CALLERS {
            let api = world.region.api_client(&user())?;
            let (sent, failed, stop) = (load.sent.clone(), load.failed.clone(), load.stop.clone());
            load.callers.spawn(async move {
                while !stop.is_cancelled() {
                    let answer = api.list_networks().send().await;
                    sent.fetch_add(1, Ordering::Relaxed);
                    if let Err(error) = answer {
                        failed.fetch_add(1, Ordering::Relaxed);
                        let error = region_client::Error::from(error);
                        eprintln!("   ✘ {}", core_client::error::ErrorChain::new(&error));
                    }
                }
            });
        }
        load.callers.close();
        Ok(load)
    }

    /// Waits until so many more requests were answered.
    async fn more(&self, requests: usize) -> Result<()> {
        let goal = self.sent.load(Ordering::Relaxed) + requests;
        wait_for(|| self.sent.load(Ordering::Relaxed) >= goal).await
    }

    async fn stop(self) -> (usize, usize) {
        self.stop.cancel();
        self.callers.wait().await;
        (self.sent.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }
}

async fn wait_for(condition: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !condition() {
        if begun.elapsed() > PATIENCE {
            bail!("waited {} s for something that did not happen", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}
