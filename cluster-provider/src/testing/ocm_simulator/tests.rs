mod accounts;
mod belongings;
mod clusters;
mod connection;
mod counting;
mod lists;
mod tokens;

use std::time::Duration;

use http::{Method, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::*;

const CLUSTERS: &str = "/api/clusters_mgmt/v1/clusters";

/// A caller with a token, over real HTTP.
struct Caller {
    ocm: OcmSimulator,
    http: reqwest::Client,
    token: String,
}

/// Status and body; null when there is none or it is not JSON.
type Answered = (u16, Value);

impl Caller {
    async fn of(builder: OcmSimulatorBuilder) -> Self {
        let ocm = builder.start().await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut caller = Self { ocm, http, token: String::new() };
        caller.renew().await;
        caller
    }

    async fn new() -> Self {
        Self::of(OcmSimulator::builder()).await
    }

    async fn renew(&mut self) {
        let credentials = self.ocm.credentials();
        let (status, body) = self
            .form(&[
                ("grant_type", "client_credentials"),
                ("client_id", &credentials.client_id),
                ("client_secret", credentials.client_secret.expose_secret()),
            ])
            .await;
        assert_eq!(status, 200, "{body}");
        self.token = body["access_token"].as_str().unwrap().to_owned();
    }

    async fn form(&self, fields: &[(&str, &str)]) -> Answered {
        answered(self.http.post(self.ocm.token_url()).form(fields).send().await.unwrap()).await
    }

    async fn try_ask(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<reqwest::Response> {
        let mut request = self.http.request(method, self.ocm.url().join(path).unwrap()).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answered {
        answered(self.try_ask(method, path, body).await.unwrap()).await
    }

    async fn get(&self, path: &str) -> Answered {
        self.ask(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answered {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answered {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    async fn delete(&self, path: &str) -> Answered {
        self.ask(Method::DELETE, path, None).await
    }

    /// The path of a new cluster.
    async fn cluster(&self, body: Value) -> String {
        let (status, cluster) = self.post(CLUSTERS, body).await;
        assert_eq!(status, 201, "{cluster}");
        cluster["href"].as_str().unwrap().to_owned()
    }
}

async fn answered(response: reqwest::Response) -> Answered {
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null))
}

fn body(name: &str) -> Value {
    json!({ "name": name, "cloud_provider": {"id": "aws"}, "region": {"id": "us-east-1"}, "properties": {"token": name} })
}

fn id(href: &str) -> &str {
    href.rsplit('/').next().unwrap()
}
