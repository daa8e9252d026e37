//! From requests to answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_client::credentials::Clock as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::Shared;
use super::answer::{self, Refusal, StsFault};
use super::signature::{Shown, Signed, Unreadable, parameter};
use super::world::{StsCall, World};
use crate::aws::StsOperation;

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>, stop: CancellationToken) {
    let router = Router::new().fallback(handle).with_state(shared);
    // It fails only when the listener does, which ends it as well.
    let _ended = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
}

/// Counts a call for as long as it is under way.
struct UnderWay(Arc<Shared>);

impl UnderWay {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.under_way.send_modify(|calls| *calls += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|calls| *calls = calls.saturating_sub(1));
    }
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let _under_way = UnderWay::new(&shared);
    let mut held = shared.held.subscribe();
    // The sender lives as long as the state.
    let _open = held.wait_for(|held| !held).await.is_ok();
    let now = shared.clock.now();
    let query = uri.query().unwrap_or_default();
    let signed = Signed { method: method.as_str(), path: uri.path(), query, headers: &headers, body: &body };
    let form = if body.is_empty() { query } else { std::str::from_utf8(&body).unwrap_or_default() };
    let (mut response, number) = {
        let mut world = shared.world();
        (answer(&mut world, &signed, form, now), world.calls.len())
    };
    if let Ok(id) = HeaderValue::try_from(format!("request-{number}")) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    if let Some(date) = answer::date(now) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

fn answer(world: &mut World, signed: &Signed<'_>, form: &str, now: Timestamp) -> Response {
    let shown = Shown::read(signed);
    let call = call(form, shown.as_ref().ok());
    world.calls.push(call.clone());
    let request_id = format!("request-{}", world.calls.len());
    let planned = world.fault(call.operation);
    if let Some(fault) = &planned
        && let Some(response) = faulty(fault, shown.as_ref().ok(), &request_id)
    {
        return response;
    }
    let elsewhere = planned == Some(StsFault::OtherAccount);
    proper(world, &call, shown, form, now, &request_id, elsewhere)
        .unwrap_or_else(|refusal| refusal.into_response(&request_id))
}

fn proper(
    world: &mut World,
    call: &StsCall,
    shown: Result<Shown, Unreadable>,
    form: &str,
    now: Timestamp,
    request_id: &str,
    elsewhere: bool,
) -> Result<Response, Refusal> {
    let Some(operation) = call.operation else {
        return Err(Refusal::new(400, "InvalidAction", "Could not find operation"));
    };
    if operation == StsOperation::AssumeRoleWithWebIdentity {
        let subject = world.web_identity(&parameter(form, "WebIdentityToken").unwrap_or_default())?;
        let issued = world.assume(&subject, call, None, now)?;
        return Ok(answer::credentials(operation.as_str(), &issued, request_id));
    }
    let shown = shown.map_err(|unreadable| match unreadable {
        Unreadable::Missing => {
            Refusal::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
        }
        Unreadable::Incomplete => Refusal::new(400, "IncompleteSignature", "The signature is not complete"),
    })?;
    let caller = world.caller(&shown, now.into())?;
    Ok(match operation {
        StsOperation::GetCallerIdentity => {
            answer::identity(&caller.arn, caller.account.as_str(), &caller.user, request_id)
        }
        StsOperation::AssumeRole => {
            let external_id = parameter(form, "ExternalId");
            let mut issued = world.assume(&caller.arn, call, external_id.as_deref(), now)?;
            if let Some((arn, _)) = issued.role.as_mut().filter(|_| elsewhere) {
                "arn:aws:sts::999999999999:assumed-role/other/session".clone_into(arn);
            }
            answer::credentials(operation.as_str(), &issued, request_id)
        }
        StsOperation::GetSessionToken | StsOperation::AssumeRoleWithWebIdentity => {
            let issued = world.issue(&caller, call.duration_seconds.unwrap_or(43_200), now);
            answer::credentials(operation.as_str(), &issued, request_id)
        }
    })
}

fn faulty(fault: &StsFault, shown: Option<&Shown>, request_id: &str) -> Option<Response> {
    let token = shown.and_then(|shown| shown.session_token.as_deref()).unwrap_or_default();
    let refusal = match fault {
        StsFault::Throttled(retry_after) => {
            Refusal { retry_after: *retry_after, ..Refusal::new(400, "Throttling", "Rate exceeded") }
        }
        StsFault::AccessDenied => {
            let caller = shown.map_or("nobody", |shown| shown.access_key_id.as_str());
            Refusal::new(403, "AccessDenied", format!("User: {caller} {token} is not authorized to perform this"))
        }
        StsFault::ExpiredToken => Refusal::new(403, "ExpiredToken", format!("The security token {token} is expired")),
        StsFault::InvalidClientTokenId => {
            Refusal::new(403, "InvalidClientTokenId", format!("The token {token} is invalid"))
        }
        StsFault::SignatureDoesNotMatch => Refusal::new(
            403,
            "SignatureDoesNotMatch",
            format!("The String-to-Sign should have been x-amz-security-token:{token}"),
        ),
        StsFault::RegionDisabled => Refusal::new(403, "RegionDisabledException", "STS is not activated in this region"),
        StsFault::Status(status) => {
            return Some(answer::page(*status, "text/html", format!("<html>{token} is of no use here</html>")));
        }
        StsFault::Gibberish => return Some(answer::page(200, "text/html", format!("<html>{token} is of no use here"))),
        StsFault::OtherAccount => return None,
    };
    Some(refusal.into_response(request_id))
}

fn call(form: &str, shown: Option<&Shown>) -> StsCall {
    let one = |name: &str| parameter(form, name);
    let operation = match one("Action").as_deref() {
        Some("GetCallerIdentity") => Some(StsOperation::GetCallerIdentity),
        Some("AssumeRole") => Some(StsOperation::AssumeRole),
        Some("AssumeRoleWithWebIdentity") => Some(StsOperation::AssumeRoleWithWebIdentity),
        Some("GetSessionToken") => Some(StsOperation::GetSessionToken),
        _ => None,
    };
    let tags = (1..).map_while(|n| one(&format!("Tags.member.{n}.Key")).zip(one(&format!("Tags.member.{n}.Value"))));
    StsCall {
        operation,
        access_key_id: shown.map(|shown| shown.access_key_id.clone()),
        region: shown.map(|shown| shown.region.clone()),
        role: one("RoleArn"),
        session_name: one("RoleSessionName"),
        tags: tags.collect(),
        token_code: one("TokenCode"),
        duration_seconds: one("DurationSeconds").and_then(|seconds| seconds.parse().ok()),
    }
}

/// As `aws-iam-authenticator` does on the side of a cluster, which asks STS with the URL that the token is.
pub(super) fn caller_of_token(world: &World, token: &str, cluster: &str, now: Timestamp) -> Result<String, String> {
    let url = token.strip_prefix("k8s-aws-v1.").ok_or("the token has another beginning")?;
    let url = URL_SAFE_NO_PAD.decode(url).map_err(|_| "the token is no base64 of the right kind")?;
    let url = String::from_utf8(url).ok().and_then(|url| Url::parse(&url).ok()).ok_or("the token is no URL")?;
    let query = url.query().unwrap_or_default();
    if url.scheme() != "https"
        || url.path() != "/"
        || parameter(query, "Action").as_deref() != Some("GetCallerIdentity")
    {
        return Err("the token asks for something else".to_owned());
    }
    let host = url.host_str().unwrap_or_default();
    if !host.starts_with("sts.") && !host.starts_with("sts-fips.") {
        return Err("the token is for another service".to_owned());
    }
    let mut headers = HeaderMap::new();
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| "a header cannot be made");
    headers.insert(header::HOST, value(host)?);
    headers.insert(HeaderName::from_static("x-k8s-aws-id"), value(cluster)?);
    let signed = Signed { method: "GET", path: "/", query, headers: &headers, body: &[] };
    let shown = Shown::read(&signed).map_err(|_| "the token is not signed")?;
    if !shown.signed_headers.iter().any(|name| name == "x-k8s-aws-id") {
        return Err("the cluster's name is not signed".to_owned());
    }
    let expires = shown.expires.unwrap_or_default().as_secs();
    if expires == 0 || expires > 900 {
        return Err("the token is good for too long".to_owned());
    }
    world.caller(&shown, now.into()).map(|caller| caller.arn).map_err(|refusal| refusal.code.to_owned())
}
