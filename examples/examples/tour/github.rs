//! GitHub: one token for a hundred callers, answers that are not paid for twice, limits that are waited for or told.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cloud_client::github::{
    App, Credential, GithubApi, GithubClient, GithubErrorKind, GithubOptions, Instance, LimitKind,
};
use cloud_client::testing::github::{AppKey, Fault, GithubDouble, InstallationSpec, ManualTime, Repository};
use futures::TryStreamExt as _;
use futures::future::join_all;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::narrate::Narrator;

const TOKENS: &str = "/app/installations/42/access_tokens";
const CALLERS: usize = 100;

/// A GitHub in this process, and a clock that both sides go by.
struct Stage {
    double: GithubDouble,
    time: ManualTime,
    github: GithubApi,
}

pub(crate) async fn is_asked_once(tell: &mut Narrator) -> Result<()> {
    let stage = Stage::set().await?;
    tell.say(format_args!(
        "GitHub in this process      {}, by a clock that moves when somebody waits",
        stage.double.url()
    ));
    let client = stage.github.for_organisation("here", "acme")?;

    one_token(tell, &stage, &client).await?;
    nothing_twice(tell, &stage, &client).await?;
    faults(tell, &stage, &client).await?;
    limits(tell, &stage, &client).await?;
    strangers(tell, &stage, &client).await?;

    stage.github.close().await;
    stage.double.shutdown().await;
    Ok(())
}

async fn one_token(tell: &mut Narrator, stage: &Stage, client: &GithubClient) -> Result<()> {
    tell.say(format_args!(
        "{CALLERS} callers ask at once, as an installation of an app that nobody has a token of yet."
    ));
    let callers = (0..CALLERS).map(|n| get(client, format!("/repos/acme/infra?caller={n}")));
    let well = join_all(callers).await.iter().filter(|answer| answer.is_ok()).count();
    let tokens = stage.double.count(&Method::POST, TOKENS);
    tell.proves(format_args!("{well} answers, {tokens} token was fetched"), well == CALLERS && tokens == 1)?;

    tell.say("An hour later the token has ended, and GitHub has forgotten it besides.");
    stage.time.advance(Duration::from_secs(3_600));
    stage.double.change(|world| world.forget_installation_tokens());
    let callers = (0..CALLERS).map(|n| get(client, format!("/repos/acme/infra?caller={n}")));
    let well = join_all(callers).await.iter().filter(|answer| answer.is_ok()).count();
    let tokens = stage.double.count(&Method::POST, TOKENS) - tokens;
    tell.proves(format_args!("{well} answers again, {tokens} more token was fetched"), well == CALLERS && tokens == 1)
}

async fn nothing_twice(tell: &mut Narrator, stage: &Stage, client: &GithubClient) -> Result<()> {
    stage.double.forget_calls();
    for _ in 0..20 {
        get(client, "/repos/acme/infra".to_owned()).await?;
    }
    let calls = stage.double.calls();
    let unchanged = calls.iter().filter(|call| call.status == Some(StatusCode::NOT_MODIFIED)).count();
    let counted = calls.iter().filter(|call| call.counted).count();
    let claim = format!("one caller, 20 times the same: {unchanged} times 304, {counted} counted towards the limit");
    tell.proves(claim, unchanged == 19 && counted == 1)?;

    stage.double.forget_calls();
    let members: Vec<_> = client.members("acme").try_collect().await?;
    let pages = stage.double.calls().len();
    tell.proves(
        format_args!("{} members over {pages} pages, along rel=next", members.len()),
        members.len() == 250 && pages == 3,
    )
}

async fn faults(tell: &mut Narrator, stage: &Stage, client: &GithubClient) -> Result<()> {
    let path = "/repos/acme/infra/contents/a.txt";
    let body = json!({ "message": "write", "content": "aGVsbG8=" });
    stage.double.forget_calls();
    stage.double.change(|world| world.fault(Fault::Status(StatusCode::BAD_GATEWAY), path, 2));
    let _written: Value = client.octocrab().put(path, Some(&body)).await?;
    let bodies = stage.double.calls();
    let kept = bodies.iter().filter(|call| call.body == body.to_string()).count();
    tell.proves(
        format_args!("a PUT that met 502 twice was sent {kept} times, each with its body"),
        kept == 3 && bodies.len() == 3,
    )?;

    stage.double.forget_calls();
    stage
        .double
        .change(|world| world.fault(Fault::StatusAfter(StatusCode::BAD_GATEWAY), "/repos/acme/infra/issues", 1));
    let issue = client.octocrab().post::<_, Value>("/repos/acme/infra/issues", Some(&json!({ "title": "once" }))).await;
    let sent = stage.double.calls().len();
    tell.proves(format_args!("a POST that met 502 was sent {sent} time"), issue.is_err() && sent == 1)
}

async fn limits(tell: &mut Narrator, stage: &Stage, client: &GithubClient) -> Result<()> {
    stage.double.change(|world| world.fault(Fault::Secondary(Some(17)), "/repos/acme/infra", 1));
    let before = stage.waited();
    get(client, "/repos/acme/infra?limited".to_owned()).await?;
    let waited = (stage.waited() - before).as_secs();
    tell.proves(format_args!("the secondary limit asked for 17 s, and {waited} s were waited"), waited == 17)?;

    tell.say("The allowance is used up by somebody else with the same installation; it comes back in 40 s.");
    stage.time.advance(Duration::from_secs(3_600));
    stage.double.change(|world| world.limit(1, SignedDuration::from_secs(40)));
    get(client, "/repos/acme/infra?last".to_owned()).await?;
    stage.double.forget_calls();
    let hasty = client.with_deadline(Duration::from_secs(10))?;
    let error = hasty.repository("acme", "infra").file("a.txt", None).await.err().context("there was nothing left")?;
    tell.say(core_client::ErrorChain::new(&error));
    let told = matches!(error.kind(), GithubErrorKind::RateLimited { limit: LimitKind::Primary, .. });
    let sent = stage.double.calls().len();
    tell.proves(
        format_args!("who has 10 s is told at once until when, and {sent} requests are sent"),
        told && sent == 0,
    )?;
    let before = stage.waited();
    get(client, "/repos/acme/infra?patient".to_owned()).await?;
    let waited = (stage.waited() - before).as_secs();
    tell.proves(format_args!("who has a minute waits {waited} s and is answered"), (40..=42).contains(&waited))?;
    stage.double.change(|world| world.limit(5_000, SignedDuration::from_hours(1)));
    stage.time.advance(Duration::from_secs(60));
    Ok(())
}

async fn strangers(tell: &mut Narrator, stage: &Stage, client: &GithubClient) -> Result<()> {
    let stranger = GithubDouble::start().await?;
    stage.double.change(|world| world.lead_astray(stranger.url()));
    let listing = client.pages::<Value>("/orgs/acme/audit-log").try_collect::<Vec<_>>().await;
    let error = listing.err().context("the link was followed")?;
    tell.say(core_client::ErrorChain::new(&error));
    tell.proves("a next page on another host is not followed, and no credential went there", {
        matches!(error.kind(), GithubErrorKind::ForeignLink { .. }) && stranger.calls().is_empty()
    })?;
    stranger.shutdown().await;

    stage.double.change(|world| world.revoke_installation(42));
    let error = client.repository("acme", "infra").file("a.txt", None).await.err().context("it was revoked")?;
    tell.say(core_client::ErrorChain::new(&error));
    let named = error.instance() == "here" && error.organisation() == Some("acme");
    tell.proves("a revoked installation is an error that names it, not a file that is not there", {
        error.is_unauthenticated() && named
    })
}

// === impl Stage ===

impl Stage {
    async fn set() -> Result<Self> {
        let (key, time) = (AppKey::generate()?, ManualTime::new());
        let double = GithubDouble::start_with_clock(Arc::new(time.clone())).await?;
        double.change(|world| {
            world.app("1234", &key);
            world.install("1234", InstallationSpec::new(42, "acme"));
            world.repository("acme", "infra", Repository::new());
            world.members("acme", (0..250).map(|n| format!("member-{n}")));
        });
        let app = App::new("1234", key.pem().into());
        let instance = Instance::enterprise("here", double.url())
            .with_insecure_http()
            .with_credential("acme", Credential::installation_of_organisation(&app, "acme"))
            .with_organisation("acme", "acme");
        let github = GithubApi::builder("mooring-tour")
            .instance(instance)
            .options(GithubOptions::default().with_pacing_below(0))
            .time(time.clone())
            .build()?;
        Ok(Self { double, time, github })
    }

    fn waited(&self) -> Duration {
        self.time.waits().iter().sum()
    }
}

async fn get(client: &GithubClient, path: String) -> Result<Value> {
    let answer = client.octocrab().get(&path, None::<&()>).await;
    answer.map_err(|error| client.from_octocrab("a tour", error).into())
}
