//! Clients against the double: what holds over real HTTP, by a clock that is the test's.

mod access;
mod caching;
mod calls;
mod factory;
mod limits;
mod redaction;
mod repositories;

use std::time::Duration;

use octocrab::Octocrab;

use super::*;
use crate::testing::github::{GithubDouble, ManualTime, World};

/// A secret that must not be seen anywhere.
const SENTINEL: &str = "ghp_sentinel7f3a";

/// A double, a clock that both go by, and a factory with the token `bot`.
struct Stand {
    double: GithubDouble,
    time: ManualTime,
    github: GithubApi,
}

impl Stand {
    async fn new(prepare: impl FnOnce(&mut World)) -> Self {
        Self::with(GithubOptions::default(), prepare).await
    }

    async fn with(options: GithubOptions, prepare: impl FnOnce(&mut World)) -> Self {
        let time = ManualTime::new();
        let double = GithubDouble::start_with_clock(std::sync::Arc::new(time.clone())).await.unwrap();
        double.change(|world| {
            world.accept_token(SENTINEL);
            prepare(world);
        });
        let instance = Instance::enterprise("double", double.url())
            .with_insecure_http()
            .with_credential("bot", Credential::token(SENTINEL.into()))
            .with_credential("nobody", Credential::anonymous())
            .with_default("bot");
        let github = GithubApi::builder("cloud-client tests")
            .instance(instance)
            .options(options)
            .time(time.clone())
            .build()
            .unwrap();
        Self { double, time, github }
    }

    fn client(&self) -> GithubClient {
        self.github.client("double", "bot").unwrap()
    }

    fn octocrab(&self) -> Octocrab {
        self.github.github_api("double", "bot").unwrap()
    }

    fn waited(&self) -> Duration {
        self.time.waits().iter().sum()
    }

    async fn end(self) {
        self.github.close().await;
        self.double.shutdown().await;
    }
}

/// The failure of this crate within one of octocrab's.
fn own(error: &octocrab::Error) -> &GithubError {
    GithubError::find(error).unwrap_or_else(|| panic!("not ours: {error:?}"))
}

fn nothing() -> Option<&'static ()> {
    None
}
