//! How many small requests a second one `kube::Client` gets out of a fake cluster in the same process, on two threads.
//!
//! GET: a config map of one entry, decoded. Apply: a server-side apply of a config map whose value changes every time, so that each one
//! merges, tracks managers and writes. 32 callers share one client; client and server share the two threads. The same calls run against a
//! real kube-apiserver when its binaries are there: in alternating rounds, each half a second, medians of 7.

use anyhow::Result;
use benches::{Bound, Figure, calls_per_second, paired_rates};
use futures::future::BoxFuture;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tests::access::Who;
use tests::backend::Backend;
use tests::control_plane::Assets;

const CALLERS: usize = 32;
const ROUNDS: usize = 7;
const PERIOD: Duration = Duration::from_millis(500);

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    let fake = Backend::fake().await?;
    let on_fake = Load::prepare(fake.client(&Who::Admin).await?).await?;
    let method = "one kube::Client, 32 callers, client and server on the same two threads; 7 rounds of 0.5 s, medians";
    let mut figure = Figure::new("fake-throughput", "requests/s", method);
    if let Some(assets) = Assets::find() {
        let real = Backend::real(&assets).await?;
        let on_real = Load::prepare(real.client(&Who::Admin).await?).await?;
        let gets = paired_rates(CALLERS, ROUNDS, PERIOD, on_fake.gets(), on_real.gets()).await;
        let applies = paired_rates(CALLERS, ROUNDS, PERIOD, on_fake.applies(), on_real.applies()).await;
        figure = goals(figure, gets.a, applies.a).with_rounds("real_gets", gets.b, Bound::Beside).with_rounds(
            "real_applies",
            applies.b,
            Bound::Beside,
        );
        real.shutdown().await?;
    } else {
        let gets = alone(on_fake.gets()).await;
        figure = goals(figure, gets, alone(on_fake.applies()).await);
    }
    figure.print();
    fake.shutdown().await
}

fn goals(figure: Figure, gets: Vec<f64>, applies: Vec<f64>) -> Figure {
    figure.with_rounds("gets", gets, Bound::AtLeast(20_000.0)).with_rounds("applies", applies, Bound::AtLeast(5_000.0))
}

async fn alone<C, F>(call: C) -> Vec<f64>
where
    C: Fn() -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let mut rates = Vec::new();
    for _ in 0..=ROUNDS {
        rates.push(calls_per_second(CALLERS, PERIOD, call.clone()).await);
    }
    // The first is the warm-up.
    rates.split_off(1)
}

/// The calls against one server.
struct Load {
    objects: Api<ConfigMap>,
    next: Arc<AtomicU64>,
}

impl Load {
    async fn prepare(client: Client) -> Result<Self> {
        let load = Self { objects: Api::namespaced(client, "default"), next: Arc::default() };
        for at in 0..CALLERS {
            load.objects.patch(&name(at), &params(), &Patch::Apply(object(at, 0))).await?;
        }
        Ok(load)
    }

    fn gets(&self) -> impl Fn() -> BoxFuture<'static, ()> + Clone + Send + 'static {
        let objects = self.objects.clone();
        move || {
            let objects = objects.clone();
            Box::pin(async move {
                let read = objects.get(&name(0)).await;
                assert!(read.is_ok(), "{read:?}");
            })
        }
    }

    fn applies(&self) -> impl Fn() -> BoxFuture<'static, ()> + Clone + Send + 'static {
        let (objects, next) = (self.objects.clone(), self.next.clone());
        move || {
            let (objects, value) = (objects.clone(), next.fetch_add(1, Ordering::Relaxed) + 1);
            Box::pin(async move {
                #[expect(clippy::cast_possible_truncation, reason = "a remainder below 32")]
                let at = (value % CALLERS as u64) as usize;
                let applied = objects.patch(&name(at), &params(), &Patch::Apply(object(at, value))).await;
                assert!(applied.is_ok(), "{applied:?}");
            })
        }
    }
}

fn name(at: usize) -> String {
    format!("load-{at}")
}

fn params() -> PatchParams {
    PatchParams::apply("bench").force()
}

fn object(at: usize, value: u64) -> serde_json::Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name(at)}, "data": {"value": value.to_string()}})
}
