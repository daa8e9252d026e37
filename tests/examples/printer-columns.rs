//! Prints the columns that a real kube-apiserver shows, for `fake-cluster/src/api/table/columns.txt`.
//!
//! ```text
//! cargo xtask control-plane   # once: provides the server
//! cargo run -p tests --example printer-columns > columns.txt && mv columns.txt fake-cluster/src/api/table/
//! ```

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use kube::Client;
use serde_json::{Value, json};
use tests::access::Who;
use tests::control_plane::{Assets, ControlPlane};

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";

/// The columns of each group and kind, in the order in which the server names them.
type Columns = Vec<((String, String), Value)>;

#[tokio::main]
async fn main() -> Result<()> {
    let plane = ControlPlane::start(&Assets::find().context(Assets::ABSENT)?).await?;
    let columns = columns(&plane.client(&Who::Admin)?).await?;
    plane.shutdown()?;
    std::io::stdout().lock().write_all(text(&columns).as_bytes())?;
    Ok(())
}

async fn columns(client: &Client) -> Result<Columns> {
    let mut versions = vec!["api/v1".to_owned()];
    for group in list(&get(client, "/apis", "application/json").await?, "groups") {
        let of = list(&group, "versions")
            .into_iter()
            .filter_map(|version| version["groupVersion"].as_str().map(|version| format!("apis/{version}")));
        versions.extend(of);
    }
    let mut columns = Columns::new();
    for version in versions {
        let group = version.split('/').nth(1).filter(|_| version != "api/v1").unwrap_or_default().to_owned();
        for resource in list(&get(client, &format!("/{version}"), "application/json").await?, "resources") {
            if list(&resource, "verbs").contains(&json!("list")) {
                let name = resource["name"].as_str().unwrap_or_default();
                let table = get(client, &format!("/{version}/{name}"), TABLE).await?;
                let kind = resource["kind"].as_str().unwrap_or_default().to_owned();
                if !columns.iter().any(|(known, _)| *known == (group.clone(), kind.clone())) {
                    columns.push(((group.clone(), kind), table["columnDefinitions"].clone()));
                }
            }
        }
    }
    let scaled = "/apis/apps/v1/namespaces/default/deployments";
    let request = http::Request::post(scaled)
        .header("content-type", "application/json")
        .body(serde_json::to_vec(&tests::scenarios::objects::deployment("scaled", 1))?)?;
    client.request::<Value>(request).await?;
    let table = get(client, &format!("{scaled}/scaled/scale"), TABLE).await?;
    columns.push((("autoscaling".into(), "Scale".into()), table["columnDefinitions"].clone()));
    Ok(columns)
}

async fn get(client: &Client, path: &str, accept: &str) -> Result<Value> {
    let request = http::Request::get(path).header("accept", accept).body(Vec::new())?;
    client.request(request).await.with_context(|| path.to_owned())
}

fn list(value: &Value, field: &str) -> Vec<Value> {
    value[field].as_array().cloned().unwrap_or_default()
}

/// The data: each description once, then the columns of each kind with the number of their description.
fn text(columns: &Columns) -> String {
    let mut texts: Vec<&str> = Vec::new();
    let mut kinds = String::new();
    let sorted: BTreeMap<_, _> = columns.iter().map(|(kind, columns)| (kind, columns)).collect();
    for ((group, kind), columns) in sorted {
        kinds.push_str(&format!("kind {group}/{kind}\n"));
        for column in columns.as_array().into_iter().flatten() {
            let of = |field: &str| column[field].as_str().unwrap_or_default();
            let description = of("description");
            let number = texts.iter().position(|text| *text == description).unwrap_or_else(|| {
                texts.push(description);
                texts.len() - 1
            });
            let priority = &column["priority"];
            kinds.push_str(&format!(" {}\t{}\t{}\t{priority}\t{number}\n", of("name"), of("type"), of("format")));
        }
    }
    let mut out = "# Written by `cargo run -p tests --example printer-columns`, do not edit. The columns that a \
                   kube-apiserver v1.36.3 shows.\n"
        .to_owned();
    for text in texts {
        out.push_str(&format!("text {}\n", json!(text)));
    }
    out.push_str(&kinds);
    out
}
