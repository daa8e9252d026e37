//! A named piece of behaviour, run on any server; knows nothing of what it does.

use crate::backend::Backend;
use crate::session::Session;
use crate::transcript::Transcript;
use anyhow::Result;
use futures::future::BoxFuture;
use std::time::Duration;

/// How long one scenario may take.
const LIMIT: Duration = Duration::from_secs(120);

/// One scenario: an async function over a [`Session`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Scenario {
    /// The group it belongs to, such as `watch`.
    pub theme: &'static str,
    /// A claim, such as `watch_resumes_after_a_version`.
    pub name: &'static str,
    run: Run,
}

/// What a scenario does.
pub type Run = for<'a> fn(&'a Session<'a>) -> BoxFuture<'a, Result<()>>;

/// How a scenario went.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What was asked and answered.
    pub transcript: Transcript,
    /// What the scenario expected in vain.
    pub failure: Option<anyhow::Error>,
}

impl Scenario {
    /// A scenario; use [`scenarios!`](crate::scenarios!) instead.
    pub const fn new(theme: &'static str, name: &'static str, run: Run) -> Self {
        Self { theme, name, run }
    }

    /// The namespace in which it runs, which is its own.
    pub fn namespace(&self) -> String {
        let mut name = self.name.replace('_', "-");
        name.truncate(63);
        name.trim_end_matches('-').to_owned()
    }

    /// Runs it in its own namespace.
    pub async fn run(&self, backend: &Backend) -> Outcome {
        let session = match Session::open(backend, &self.namespace()).await {
            Ok(session) => session,
            Err(failure) => return Outcome { transcript: Transcript::default(), failure: Some(failure) },
        };
        let result = match tokio::time::timeout(LIMIT, (self.run)(&session)).await {
            Ok(result) => result,
            Err(_) => Err(anyhow::anyhow!("not done after {LIMIT:?}")),
        };
        Outcome { transcript: session.transcript(), failure: result.err() }
    }
}

/// Lists the scenarios of a theme: `scenarios!("watch": first, second);`
#[macro_export]
macro_rules! scenarios {
    ($theme:literal: $($name:ident),+ $(,)?) => {
        /// The scenarios of this theme.
        pub const SCENARIOS: &[$crate::scenario::Scenario] = &[$(
            $crate::scenario::Scenario::new($theme, stringify!($name), |session| Box::pin($name(session))),
        )+];
    };
}
