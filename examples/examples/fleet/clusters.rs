//! Which clusters there are, and how they do.

use anyhow::{Context as _, Result};
use cluster_client::{ClientError, ClusterHandle, ClusterKey, ClusterState};
use comfy_table::Table;
use comfy_table::presets::{ASCII_MARKDOWN, NOTHING};
use core_client::ErrorChain;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::Output;
use crate::connect::Fleet;
use crate::output::answer;

/// One line of the table, one member of the document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    cluster: String,
    state: &'static str,
    version: Option<String>,
    /// The UID of the cluster, by which it is told apart from another one under its name.
    identity: Option<String>,
    credential_expires: Option<String>,
    error: Option<Trouble>,
}

#[derive(Debug, Serialize)]
struct Trouble {
    class: Option<&'static str>,
    message: String,
}

/// Asks all of them at once, and waits for the first word of each.
pub(crate) async fn show(fleet: &Fleet, output: Output, stop: &CancellationToken) -> Result<u8> {
    let words = stop.run_until_cancelled(fleet.ask_all()).await.context("stopped before all clusters had answered")?;
    let rows: Vec<Row> = fleet.keys.iter().zip(words).map(|(key, word)| row(fleet, key, word)).collect();
    let text = match output {
        Output::Text => table(&rows, NOTHING).to_string(),
        Output::Markdown => table(&rows, ASCII_MARKDOWN).to_string(),
        Output::Json => serde_json::to_string_pretty(&rows)?,
        Output::Ndjson => rows.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?.join("\n"),
    };
    answer(format_args!("{text}\n"))?;
    let failed = rows.iter().filter(|row| row.error.is_some()).count();
    Ok(match failed {
        0 => 0,
        all if all == rows.len() => 1,
        _ => 3,
    })
}

fn row(fleet: &Fleet, key: &ClusterKey, word: Result<ClusterHandle, ClientError>) -> Row {
    let status = fleet.registry.status(key);
    let failure = status.as_ref().and_then(|status| status.error.clone());
    let error = match (word, failure) {
        (_, Some((_, error))) => {
            Some(Trouble { class: Some(error.class().as_str()), message: ErrorChain::new(error.as_ref()).to_string() })
        }
        (Err(error), None) => Some(Trouble { class: None, message: ErrorChain::new(&error).to_string() }),
        (Ok(_), None) => None,
    };
    Row {
        cluster: key.to_string(),
        state: status.as_ref().map_or(ClusterState::Failed, |status| status.state).as_str(),
        version: status.as_ref().and_then(|status| status.server_version.as_deref().map(str::to_owned)),
        identity: status.as_ref().and_then(|status| status.identity.as_ref().map(ToString::to_string)),
        credential_expires: status.and_then(|status| status.credential_expires.map(|at| at.to_string())),
        error,
    }
}

fn table(rows: &[Row], style: comfy_table::TableStyle) -> Table {
    let mut table = Table::new();
    table.load_style(style).set_header(["CLUSTER", "STATE", "VERSION", "CREDENTIAL ENDS", "IDENTITY", "ERROR"]);
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    for row in rows {
        let error = row.error.as_ref().map_or_else(|| "-".to_owned(), |error| error.message.clone());
        table.add_row([
            row.cluster.clone(),
            row.state.to_owned(),
            or(&row.version),
            or(&row.credential_expires),
            or(&row.identity),
            error,
        ]);
    }
    table
}
