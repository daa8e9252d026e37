//! The main job on real input: mutual-TLS calls to a region service as a user and as a controller.
//!
//! You see certificates come out of Kubernetes Secrets, principals cross the wire in both encodings, references keep a network alive,
//! every certificate rotate under load without a failed request, forged principals refused, a fleet of clusters come, change its
//! credentials, fail and be replaced, what its clusters hold be planned, applied, defended and pruned, clusters be born through two
//! providers while a manager dies, and GitHub be asked once for what a hundred callers want. Everything runs in this process, over real
//! sockets and real TLS; the exit code says whether every claim held.
//!
//! ```sh
//! cargo run -p examples --example tour
//! ```
//!
//! `--list` names the chapters, `--chapter` tells some of them, `--json` writes a summary for a program instead.
//!
//! With a cluster and a region service of your own, the same calls go there:
//!
//! ```sh
//! cargo run -p examples --example tour -- --region-host https://region.example.com \
//!     --region-ca-secret-namespace cert-manager --region-ca-secret-name unikorn-ca \
//!     --client-certificate-namespace unikorn --client-certificate-name compute-client-certificate \
//!     --organization f47ac10b-58cc-4372-a567-0e02b2c3d479 --actor joe@acme.com
//! ```
#![expect(clippy::print_stdout, reason = "the tour speaks to a person")]

mod calls;
mod chapter;
mod clusters;
mod fleet;
mod github;
mod narrate;
mod outside;
mod references;
mod resources;
mod rotation;
mod spoof;
mod world;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum as _};

use chapter::{Chapter, Chosen};
use narrate::{Audience, Narrator};
use world::World;

/// Mutual-TLS calls to the region API on behalf of a user and of a controller, narrated.
#[derive(Debug, Parser)]
struct Cli {
    /// Tell these chapters only; what they need of others happens in silence. May be given several times.
    #[arg(long, value_enum, value_name = "NAME")]
    chapter: Vec<Chapter>,
    /// Name the chapters and end.
    #[arg(long)]
    list: bool,
    /// Write one JSON document at the end, and nothing else, to standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    outside: outside::Outside,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let cli = Cli::parse();
    if cli.list {
        for chapter in Chapter::value_variants() {
            println!("{:<12}{}", chapter.name(), chapter.title());
        }
        return ExitCode::SUCCESS;
    }
    let mut tell = Narrator::new(if cli.json { Audience::Program } else { Audience::Person });
    let outcome = match cli.outside.wanted() {
        true => outside::tour(&mut tell, &cli.outside).await,
        false => inside(&mut tell, &Chosen::of(cli.chapter)).await,
    };
    tell.ends(&outcome);
    if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn inside(tell: &mut Narrator, chosen: &Chosen) -> Result<()> {
    if chosen.needs(Chapter::World) {
        in_the_world(tell, chosen).await?;
    }
    if chosen.has(Chapter::Resources) {
        tell.chapter(Chapter::Resources, true);
        resources::are_as_declared(tell).await?;
    }
    if chosen.has(Chapter::Clusters) {
        tell.chapter(Chapter::Clusters, true);
        clusters::are_born_once(tell).await?;
    }
    if chosen.has(Chapter::Github) {
        tell.chapter(Chapter::Github, true);
        github::is_asked_once(tell).await?;
    }
    Ok(())
}

/// The chapters that share a cluster and a region service.
async fn in_the_world(tell: &mut Narrator, chosen: &Chosen) -> Result<()> {
    tell.chapter(Chapter::World, chosen.has(Chapter::World));
    let world = World::start().await?;
    tell.say(format_args!("in-process Kubernetes API   {}", world.cluster.url()));
    tell.say(format_args!("region service (mutual TLS) {}", world.server.url()));
    tell.say(format_args!(
        "our certificate             {} from Secret {}/{}",
        world::ACCOUNT,
        world::CERTIFICATE.0,
        world::CERTIFICATE.1
    ));
    tell.say(format_args!("our trust                   Secret {}/{}", world::TRUST.0, world::TRUST.1));

    if chosen.needs(Chapter::User) {
        tell.chapter(Chapter::User, chosen.has(Chapter::User));
        let network = calls::as_a_user(tell, &world).await?;
        if chosen.has(Chapter::Controller) {
            tell.chapter(Chapter::Controller, true);
            calls::as_a_controller(tell, &world, network).await?;
        }
        if chosen.has(Chapter::References) {
            tell.chapter(Chapter::References, true);
            references::keep_and_release(tell, &world, network).await?;
        }
    }
    if chosen.has(Chapter::Rotation) {
        tell.chapter(Chapter::Rotation, true);
        rotation::under_load(tell, &world).await?;
    }
    if chosen.has(Chapter::Spoof) {
        tell.chapter(Chapter::Spoof, true);
        spoof::is_refused(tell, &world).await?;
    }
    if chosen.has(Chapter::Fleet) {
        tell.chapter(Chapter::Fleet, true);
        fleet::lives_and_changes(tell, &world).await?;
    }
    world.shutdown().await;
    Ok(())
}
