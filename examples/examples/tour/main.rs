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
//! With a cluster and a region service of your own, the same calls go there:
//!
//! ```sh
//! cargo run -p examples --example tour -- --region-host https://region.example.com \
//!     --region-ca-secret-namespace cert-manager --region-ca-secret-name unikorn-ca \
//!     --client-certificate-namespace unikorn --client-certificate-name compute-client-certificate \
//!     --organization f47ac10b-58cc-4372-a567-0e02b2c3d479 --actor joe@acme.com
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the tour speaks to a person")]

mod calls;
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
use clap::Parser;

use narrate::Narrator;
use world::World;

/// Mutual-TLS calls to the region API on behalf of a user and of a controller, narrated.
#[derive(Debug, Parser)]
struct Cli {
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
    let mut tell = Narrator::new();
    let outcome = match cli.outside.wanted() {
        true => outside::tour(&mut tell, &cli.outside).await,
        false => inside(&mut tell).await,
    };
    match outcome {
        Ok(()) => {
            tell.summary();
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\n   ✘ {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn inside(tell: &mut Narrator) -> Result<()> {
    tell.chapter("A cluster, a region service, and the certificates between them");
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

    let network = calls::as_a_user(tell, &world).await?;
    calls::as_a_controller(tell, &world, network).await?;
    references::keep_and_release(tell, &world, network).await?;
    rotation::under_load(tell, &world).await?;
    spoof::is_refused(tell, &world).await?;
    fleet::lives_and_changes(tell, &world).await?;
    resources::are_as_declared(tell).await?;
    clusters::are_born_once(tell).await?;
    github::is_asked_once(tell).await?;
    world.shutdown().await;
    Ok(())
}
