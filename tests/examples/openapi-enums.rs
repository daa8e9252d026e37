//! Prints the values that a real kube-apiserver names for fields, for `fake-cluster/src/api/openapi/enums.txt`.
//!
//! ```text
//! cargo xtask control-plane   # once: provides the server
//! cargo run -p tests --example openapi-enums > enums.txt && mv enums.txt fake-cluster/src/api/openapi/
//! ```

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use kube::Client;
use serde_json::Value;
use tests::access::Who;
use tests::control_plane::{Assets, ControlPlane};

#[tokio::main]
async fn main() -> Result<()> {
    let plane = ControlPlane::start(&Assets::find().context(Assets::ABSENT)?).await?;
    let enums = enums(&plane.client(&Who::Admin)?).await?;
    plane.shutdown()?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "# Written by `cargo run -p tests --example openapi-enums`, do not edit. The values that fields of built-in kinds \
         may have."
    )?;
    for ((model, field), values) in enums {
        writeln!(out, "{model} {field} {values}")?;
    }
    Ok(())
}

async fn enums(client: &Client) -> Result<BTreeMap<(String, String), String>> {
    let mut enums = BTreeMap::new();
    let index = get(client, "/openapi/v3").await?;
    for entry in index["paths"].as_object().into_iter().flatten().map(|(_, entry)| entry) {
        let document = get(client, entry["serverRelativeURL"].as_str().unwrap_or_default()).await?;
        for (model, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            for (field, of) in schema["properties"].as_object().into_iter().flatten() {
                for (mark, of) in [("", of), ("[]", &of["items"]), ("{}", &of["additionalProperties"])] {
                    let values: Vec<&str> =
                        of["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                    if of["enum"].is_array() {
                        enums.insert((model.clone(), format!("{field}{mark}")), values.join(","));
                    }
                }
            }
        }
    }
    Ok(enums)
}

async fn get(client: &Client, path: &str) -> Result<Value> {
    let text = client.request_text(http::Request::get(path).body(Vec::new())?).await?;
    serde_json::from_str(&text).with_context(|| path.to_owned())
}
