//! Clients of GitHub.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use benches::{Bound, Figure};
use cloud_client::github::{App, Credential, GithubApi, GithubClient, Instance};
use cloud_client::testing::github::{AppKey, GithubDouble, InstallationSpec, Repository};
use futures::future::join_all;
use http::Method;
use stats_alloc::Region;

use crate::ALLOCATOR;

const CREDENTIALS: usize = 64;
const ROUNDS: usize = 9;
const PERIOD: Duration = Duration::from_millis(500);
const CALLERS: usize = 100;
const TOKENS: &str = "/app/installations/42/access_tokens";

pub(crate) fn measure(figure: Figure) -> Result<Figure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let double = GithubDouble::start().await?;
        let (github, names) = factory(&double)?;
        let acme = github.client("here", "acme")?;
        let first = storm(&acme, &double).await?;
        double.change(|world| world.forget_installation_tokens());
        let refused = storm(&acme, &double).await?;
        ensure!(first > 0 && refused > 0, "tokens were asked for, not remembered");

        double.forget_calls();
        let clients: Vec<_> = names.iter().map(|name| github.github_api("here", name)).collect::<Result<_, _>>()?;
        let before = Region::new(ALLOCATOR);
        copy(&clients)?;
        let bare_allocations = before.change().allocations;
        let before = Region::new(ALLOCATOR);
        walk(&github, &names)?;
        let allocations = before.change().allocations;

        let (mut times, mut bare) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let (time, bare_time) = (nanos(|| walk(&github, &names))?, nanos(|| copy(&clients))?);
            if round > 0 {
                times.push(time);
                bare.push(bare_time);
            }
        }
        ensure!(double.calls().is_empty(), "who hands out a client asks nobody");
        github.close().await;
        double.shutdown().await;
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        Ok(figure
            .with_rounds("github_api_ns", times, Bound::AtMost(200.0))
            .with_rounds("bare_clone_of_octocrab_ns", bare, Bound::Beside)
            .with("github_api_allocations_beyond_a_clone", (allocations - bare_allocations) as f64, Bound::AtMost(0.0))
            .with("token_requests_for_100_first_callers", first as f64, Bound::AtMost(1.0))
            .with("token_requests_after_100_refusals", refused as f64, Bound::AtMost(1.0)))
    })
}

/// Requests for a token that a hundred callers at once lead to.
async fn storm(client: &GithubClient, double: &GithubDouble) -> Result<usize> {
    double.forget_calls();
    let callers = (0..CALLERS).map(|n| {
        let client = client.clone();
        tokio::spawn(async move {
            let path = format!("/repos/acme/infra?caller={n}");
            client.octocrab().get::<serde_json::Value, _, _>(&path, None::<&()>).await.is_ok()
        })
    });
    ensure!(join_all(callers).await.into_iter().all(|answered| answered.unwrap_or_default()), "all are answered");
    Ok(double.count(&Method::POST, TOKENS))
}

fn walk(github: &GithubApi, names: &[String]) -> Result<()> {
    for name in names {
        black_box(github.github_api(black_box("here"), black_box(name))?);
    }
    Ok(())
}

fn copy<C: Clone>(clients: &[C]) -> Result<()> {
    for client in clients {
        black_box(black_box(client).clone());
    }
    Ok(())
}

/// The time for one of a walk's clients.
fn nanos(mut walk: impl FnMut() -> Result<()>) -> Result<f64> {
    let (begun, mut walks) = (Instant::now(), 0_u32);
    while begun.elapsed() < PERIOD {
        walk()?;
        walks += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "there are few names")]
    Ok(begun.elapsed().as_secs_f64() * 1e9 / (f64::from(walks) * CREDENTIALS as f64))
}

fn factory(double: &GithubDouble) -> Result<(GithubApi, Vec<String>)> {
    let key = AppKey::generate()?;
    double.change(|world| {
        world.app("1", &key);
        world.install("1", InstallationSpec::new(42, "acme"));
        world.repository("acme", "infra", Repository::new());
    });
    let app = App::new("1", key.pem().into());
    let acme = Credential::installation_of_organisation(&app, "acme");
    let names: Vec<_> = (0..CREDENTIALS).map(|n| format!("credential-{n}")).collect();
    let instance = Instance::enterprise("here", double.url()).with_insecure_http().with_credential("acme", acme);
    let instance = names.iter().fold(instance, |instance, name| {
        instance.with_credential(name, Credential::token(format!("ghp_{name}").into()))
    });
    Ok((GithubApi::builder("benches").instance(instance).build()?, names))
}
