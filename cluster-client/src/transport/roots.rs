//! Follows a file of authorities. Old ones stay until the file holds good new ones.

use std::path::PathBuf;
use std::sync::Arc;

use core_client::error::ErrorChain;

use super::connector::Workshop;
use super::generation::Shown;
use crate::auth::{Auth, read_bounded};

/// Reads the file again and again, for as long as it is polled.
pub(super) async fn follow(path: PathBuf, workshop: Arc<Workshop>, auth: Arc<Auth<Shown>>) {
    let interval = workshop.interval();
    loop {
        tokio::time::sleep(interval).await;
        let believed = match read_bounded(&path).await {
            Ok(pem) => workshop.believe(&pem).map_err(|error| ErrorChain::new(&error).to_string()),
            Err(error) => Err(ErrorChain::new(&error).to_string()),
        };
        match believed {
            Ok(true) => auth.remake().await,
            Ok(false) => {}
            Err(error) => tracing::warn!(?path, %error, "authorities cannot be read; the old ones stay"),
        }
    }
}
