//! Which repositories of an organisation say who owns them?
//!
//! You learn how one factory gives the same client to everybody, how an app becomes an installation whose tokens it never sees, how a
//! listing is read while it arrives, and how "there is no such file" differs from every other failure. Alone it runs against a GitHub
//! double in this process:
//!
//! ```sh
//! cargo run -p examples --example github_repos
//! cargo run -p examples --example github_repos -- --organisation acme --token-file ~/.github-token
//! ```
#![expect(clippy::print_stdout, reason = "an example speaks to a person")]

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;
use cloud_client::github::{App, Credential, GithubApi, GithubClient, Instance};
use cloud_client::secret::SecretValue;
use cloud_client::testing::github::{AppKey, GithubDouble, InstallationSpec, Repository};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::Deserialize;

const OWNERS: &str = ".github/CODEOWNERS";
/// How many repositories are looked at together; the client bounds what is under way by itself.
const TOGETHER: usize = 16;

/// Lists the repositories of an organisation that have no CODEOWNERS.
#[derive(Debug, Parser)]
struct Cli {
    /// An organisation on github.com, instead of the one in this process.
    #[arg(long, requires = "token_file")]
    organisation: Option<String>,
    /// Where the token for it is.
    #[arg(long)]
    token_file: Option<PathBuf>,
}

/// What is read of a repository in the listing.
#[derive(Debug, Deserialize)]
struct Listed {
    name: String,
    #[serde(default)]
    archived: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    match (cli.organisation, cli.token_file) {
        (Some(organisation), Some(file)) => {
            // Read when it is needed, and again should GitHub refuse it: a token can be exchanged under a running program.
            let token = Credential::token_from(SecretValue::file(file));
            let github = factory(Instance::github_com().with_credential("reader", token).with_default("reader"))?;
            survey(&github.for_organisation("github.com", &organisation)?, &organisation).await?;
            github.close().await;
        }
        _ => alone().await?,
    }
    Ok(())
}

fn factory(instance: Instance) -> Result<GithubApi> {
    Ok(GithubApi::builder("mooring-example/0.1 (https://example.com)").instance(instance).build()?)
}

/// Reads the listing and looks into each repository as it comes.
async fn survey(client: &GithubClient, organisation: &str) -> Result<()> {
    let listing = client.pages::<Listed>(&format!("/orgs/{organisation}/repos?per_page=100"));
    let looked = listing
        .try_filter(|repository| std::future::ready(!repository.archived))
        .map_ok(|repository| async move {
            // `None` only when GitHub says that there is no such file. A refusal or an outage ends the survey with an error.
            let owners = client.repository(organisation, &repository.name).file(OWNERS, None).await?;
            Ok((repository.name, owners.is_some()))
        })
        .try_buffer_unordered(TOGETHER);
    let (mut all, mut without) = (0, Vec::new());
    let mut looked = std::pin::pin!(looked);
    while let Some(outcome) = looked.next().await {
        let (name, owned) = outcome?;
        all += 1;
        if !owned {
            without.push(name);
        }
    }
    without.sort_unstable();
    println!("{} of {all} repositories have no owners: {}", without.len(), without.join(", "));
    if let Some(allowance) = client.health().allowance {
        println!("{} of {} requests are left until {}", allowance.remaining, allowance.limit, allowance.reset);
    }
    Ok(())
}

/// The same against a double, as an installation of an app.
async fn alone() -> Result<()> {
    let key = AppKey::generate()?;
    let double = GithubDouble::start().await?;
    double.change(|world| {
        world.app("1234", &key);
        world.install("1234", InstallationSpec::new(42, "acme"));
        for name in ["api", "console", "docs", "infra", "network"] {
            world.repository("acme", name, Repository::new().with_file("main", OWNERS, "* @acme/platform"));
        }
        world.repository("acme", "attic", Repository::new());
        world.repository("acme", "sandbox", Repository::new().with_default_branch("trunk"));
    });
    let app = App::new("1234", key.pem().into());
    let github = factory(
        Instance::enterprise("here", double.url())
            .with_insecure_http()
            .with_credential("acme", Credential::installation_of_organisation(&app, "acme"))
            .with_organisation("acme", "acme"),
    )?;
    let client = github.for_organisation("here", "acme")?;
    survey(&client, "acme").await.context("the first survey")?;

    // Everything is known now: what has not changed is asked for by its tag and not counted.
    survey(&client, "acme").await.context("the second survey")?;
    let counted = double.calls().iter().filter(|call| call.counted && call.path.contains("/contents/")).count();
    println!("{counted} files were counted in two surveys; tokens fetched for both: {}", {
        double.count(&http::Method::POST, "/app/installations")
    });
    github.close().await;
    double.shutdown().await;
    Ok(())
}
