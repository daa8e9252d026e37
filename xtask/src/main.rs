//! The workshop: `cargo xtask <command>`, one module a command.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks to a person")]

use clap::{Parser, Subcommand};

mod api;
mod bench;
mod ci;
mod codegen;
mod control_plane;
mod deps;
mod fuzz;
mod interop;
mod path_tools;
mod postgres;
mod process;
mod release;
mod soak;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The workshop of the family.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List what each crate offers to others in docs/api.
    Api(api::Args),
    /// Measure named figures, each printed as one line of JSON; all of them without a name.
    Bench(bench::Args),
    /// Everything that is checked after the tests.
    Ci,
    /// Make the typed clients from the API documents.
    Codegen(codegen::Args),
    /// Provide etcd, kube-apiserver and kubectl for the control-plane tier: found, cached, or built with Go.
    ControlPlane,
    /// Check the resolved dependency graph: one TLS stack, one HTTP stack, the stated Rust version.
    Deps,
    /// Build the fuzz targets and run each for a while.
    Fuzz(fuzz::Args),
    /// Compare with the Go services' own packages, in both directions.
    Interop,
    /// Install the SSH server and the proxies that connection paths are tested against; as root, on Debian, where no init would start them.
    PathTools,
    /// Run tests with a PostgreSQL beside them: the server in MOORING_TEST_POSTGRES, or one found or installed, started on loopback.
    Postgres(postgres::Args),
    /// Check what is checked before a release: licences, combinations of features, oldest compilers and dependencies, what is public.
    Release(release::Args),
    /// Run for a long time what tests run for a moment.
    Soak(soak::Args),
}

fn main() -> anyhow::Result<()> {
    if let Some(ended) = api::stand_in() {
        return ended;
    }
    match Cli::parse().command {
        Command::Api(args) => api::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Ci => ci::run(),
        Command::Codegen(args) => codegen::run(&args),
        Command::ControlPlane => control_plane::run(),
        Command::Deps => deps::run(),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Interop => interop::run(),
        Command::PathTools => path_tools::run(),
        Command::Postgres(args) => postgres::run(&args),
        Command::Release(args) => release::run(&args),
        Command::Soak(args) => soak::run(&args),
    }
}
