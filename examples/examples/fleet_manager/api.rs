//! The handlers. All they know is a service.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use cluster_provider::cluster::{
    Cluster, ClusterId, ClusterStatus, Condition, CreateToken, DeletionPolicy, NewCluster, ProviderClusterId,
};
use cluster_provider::provider::CallContext;
use cluster_provider::service::{ClusterService, Deregistration, ServiceError};
use cluster_provider::store::{ClusterQuery, Cursor};
use core_client::ErrorChain;
use futures::{Stream, StreamExt as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What handlers know.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) service: Arc<dyn ClusterService>,
    pub(crate) metrics: Arc<prometheus_client::registry::Registry>,
    pub(crate) stop: CancellationToken,
}

/// A cluster that somebody wants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// Which provider; the default one when nothing is said.
    #[serde(default)]
    provider: String,
    #[serde(default)]
    cloud_provider: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    multi_az: bool,
    name: Option<String>,
    /// It exists already, under this name of the provider.
    existing: Option<ProviderClusterId>,
    /// What the provider is told besides.
    #[serde(default)]
    spec: Value,
    #[serde(default)]
    labels: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    deletion_policy: DeletionPolicy,
}

#[derive(Debug, Default, Deserialize)]
struct Filter {
    status: Option<ClusterStatus>,
    region: Option<String>,
    limit: Option<u32>,
    /// What `next` of the page before said.
    after: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Removal {
    /// Whatever runs in it.
    #[serde(default)]
    force: bool,
    policy: Option<DeletionPolicy>,
}

/// A cluster as it is shown.
#[derive(Debug, Serialize)]
struct View {
    id: ClusterId,
    name: String,
    provider: String,
    provider_cluster_id: Option<ProviderClusterId>,
    external_id: Option<String>,
    cloud_provider: String,
    region: String,
    status: ClusterStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_details: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dns: Option<String>,
    conditions: Vec<Condition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    created_at: jiff::Timestamp,
    version: i64,
}

/// What a caller is told when it did not work.
struct Refusal(StatusCode, String);

pub(crate) fn router(api: Api) -> Router {
    Router::new()
        .route("/clusters", get(list).post(create))
        .route("/clusters/{id}", get(show).delete(remove))
        .route("/clusters/{id}/retry", axum::routing::post(retry))
        .route("/events", get(events))
        .route("/metrics", get(metrics))
        .route("/healthz", get(async || "ok"))
        .with_state(api)
}

/// Records the wish, and answers at once; the manager does the rest. The same `Idempotency-Key` is the same cluster.
async fn create(
    State(api): State<Api>,
    headers: HeaderMap,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, Json<View>), Refusal> {
    let mut new =
        NewCluster::new(wish.provider.as_str(), wish.cloud_provider, wish.region).with_provider_spec(wish.spec);
    (new.name, new.multi_az, new.labels, new.deletion_policy) =
        (wish.name, wish.multi_az, wish.labels, wish.deletion_policy);
    if let Some(key) = headers.get("idempotency-key") {
        let key = key.to_str().ok().and_then(|key| CreateToken::new(key).ok());
        new.create_token = Some(key.ok_or_else(|| bad("Idempotency-Key has to be 1 to 512 visible characters"))?);
    }
    let cluster = match wish.existing {
        Some(id) => api.service.adopt(&call(), new.with_provider_cluster_id(id)).await?,
        None => api.service.register(&call(), new).await?,
    };
    Ok((StatusCode::ACCEPTED, Json(cluster.into())))
}

async fn list(State(api): State<Api>, Query(filter): Query<Filter>) -> Result<Json<Value>, Refusal> {
    let mut query = ClusterQuery::all().in_status(filter.status);
    query.regions.extend(filter.region);
    query.limit = filter.limit;
    query.after = filter.after.as_deref().map(cursor).transpose()?;
    let page = api.service.list(&call(), query).await?;
    let next = page.next.map(|next| format!("{},{}", next.created_at, next.id));
    let unreadable: Vec<_> = page.unreadable.iter().map(ToString::to_string).collect();
    let items: Vec<_> = page.items.into_iter().map(View::from).collect();
    Ok(Json(json!({ "items": items, "unreadable": unreadable, "next": next })))
}

async fn show(State(api): State<Api>, Path(id): Path<ClusterId>) -> Result<Json<View>, Refusal> {
    Ok(Json(api.service.get(&call(), &id).await?.into()))
}

async fn remove(
    State(api): State<Api>,
    Path(id): Path<ClusterId>,
    Query(removal): Query<Removal>,
) -> Result<(StatusCode, Json<View>), Refusal> {
    let mut request = Deregistration::default();
    request.policy = removal.policy;
    if removal.force {
        request = request.forced();
    }
    let cluster = api.service.deregister(&call(), &id, request).await?;
    Ok((StatusCode::ACCEPTED, Json(cluster.into())))
}

async fn retry(State(api): State<Api>, Path(id): Path<ClusterId>) -> Result<Json<View>, Refusal> {
    Ok(Json(api.service.retry(&call(), &id).await?.into()))
}

/// Every change as it is made, until the caller goes or the service stops.
async fn events(State(api): State<Api>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = api.service.watch().filter_map(async |change| Event::default().json_data(change).ok()).map(Ok);
    Sse::new(changes.take_until(api.stop.cancelled_owned())).keep_alive(KeepAlive::default())
}

async fn metrics(State(api): State<Api>) -> Result<Response, Refusal> {
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &api.metrics)
        .map_err(|error| Refusal(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}

fn call() -> CallContext {
    CallContext::within(PATIENCE)
}

fn cursor(text: &str) -> Result<Cursor, Refusal> {
    let read = || {
        let (time, id) = text.split_once(',').context("no comma")?;
        anyhow::Ok(Cursor::new(time.parse()?, ClusterId::new(id)?))
    };
    read().map_err(|_| bad("`after` has to be what `next` of a page said"))
}

fn bad(why: &str) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, why.to_owned())
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self(error.status(), ErrorChain::new(&error).to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<Cluster> for View {
    fn from(cluster: Cluster) -> Self {
        Self {
            id: cluster.id,
            name: cluster.name,
            provider: cluster.provider_type.to_string(),
            provider_cluster_id: cluster.provider_cluster_id,
            external_id: cluster.external_id,
            cloud_provider: cluster.cloud_provider,
            region: cluster.region,
            status: cluster.status,
            status_details: cluster.status_details,
            dns: cluster.cluster_dns,
            conditions: cluster.conditions.into(),
            last_error: cluster.last_error,
            created_at: cluster.created_at,
            version: cluster.resource_version,
        }
    }
}
