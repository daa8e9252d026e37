//! Serves fake clusters until it is told to end: for `kubectl`, scripts, and programs in other languages.
//!
//! It puts the library behind a command line, and knows nothing of Kubernetes.

mod arguments;
mod error;
mod files;
mod serve;

use std::error::Error as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use arguments::Arguments;
use error::CommandError;

#[tokio::main]
async fn main() -> ExitCode {
    match serve::run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

/// Says on standard error what went wrong, and why.
fn tell(error: &CommandError) {
    let mut said = format!("fake-cluster: {error}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        said.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    // Where nobody listens nothing can be said.
    let _unheard = writeln!(std::io::stderr(), "{said}");
}
