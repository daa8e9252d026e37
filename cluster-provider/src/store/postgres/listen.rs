//! Hears what is notified at the database, and goes back to it when the connection is lost. Knows nothing of what it is about.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use crate::store::topics::Topics;

/// The first wait after a failure; doubled up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Connects and listens.
pub(super) async fn begin(pool: &PgPool, channel: &str) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(channel).await?;
    Ok(listener)
}

/// Hands on what is heard, until it is stopped. What may have been missed is made up by one empty topic, once it listens again.
pub(super) async fn listen(
    listener: PgListener,
    pool: PgPool,
    channel: String,
    topics: Arc<Topics>,
    stop: CancellationToken,
) {
    let hearing = async {
        let mut listener = listener;
        loop {
            match listener.try_recv().await {
                Ok(Some(heard)) => topics.send(heard.payload()),
                // Lost, and there again.
                Ok(None) => topics.send(""),
                Err(error) => {
                    tracing::warn!(%error, "notifications are not heard; connecting again");
                    // There is one connection, and the old listener has it.
                    drop(listener);
                    listener = again(&pool, &channel).await;
                    topics.send("");
                }
            }
        }
    };
    tokio::select! {
        () = hearing => {}
        () = stop.cancelled() => {}
    }
    pool.close().await;
}

async fn again(pool: &PgPool, channel: &str) -> PgListener {
    let mut wait = FIRST_WAIT;
    loop {
        match begin(pool, channel).await {
            Ok(listener) => return listener,
            Err(error) => tracing::debug!(%error, ?wait, "the database is not there to listen to"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
