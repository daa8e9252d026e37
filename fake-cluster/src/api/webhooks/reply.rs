//! What a webhook said: an HTTP answer read as a verdict, or as one of the ways not to give one.
//!
//! The words are those of `client-go/rest` and `k8s.io/apiserver/pkg/admission/plugin/webhook/request`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Outcome;
use crate::api::body::parsed;
use crate::api::cause::quote;
use crate::api::warnings::Told;

/// A verdict.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) allowed: bool,
    /// The `Status` that comes with a refusal.
    pub(super) status: Value,
    pub(super) warnings: Vec<String>,
    /// A JSON patch; empty if there is none.
    pub(super) patch: Vec<u8>,
    pub(super) patch_type: String,
}

/// Reads what came of a call. An error tells why there is no verdict.
pub(super) fn read(outcome: &Outcome, version: &str, uid: &str, mutating: bool) -> Result<Verdict, String> {
    let body = match outcome {
        Outcome::Failed(why) => return Err(format!("failed to call webhook: {why}")),
        Outcome::Answered { code, body, text } if !(200..=206).contains(code) => {
            let said = if *text { String::from_utf8_lossy(body) } else { "unknown".into() };
            return Err(format!("failed to call webhook: {}", refused(*code, &said)));
        }
        Outcome::Answered { body, .. } => body,
    };
    let review = decoded(body).map_err(|why| format!("failed to call webhook: {why}"))?;
    verified(&review, version, uid, mutating).map_err(|why| format!("received invalid webhook response: {why}"))
}

/// What is no JSON object is taken for YAML, as everywhere.
fn decoded(body: &[u8]) -> Result<Value, String> {
    let yaml = body.trim_ascii_start().first() != Some(&b'{');
    parsed(body, yaml).map(|(review, _)| review)
}

fn verified(review: &Value, version: &str, uid: &str, mutating: bool) -> Result<Verdict, String> {
    let response = &review["response"];
    if !response.is_object() {
        return Err("webhook response was absent".into());
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let strict = version == "v1";
    if strict {
        let found = text(&response["uid"]);
        if found != uid {
            return Err(format!("expected response.uid={}, got {}", quote(uid), quote(&found)));
        }
        let (api_version, kind) = (text(&review["apiVersion"]), text(&review["kind"]));
        if (api_version.as_str(), kind.as_str()) != ("admission.k8s.io/v1", "AdmissionReview") {
            let expected = "admission.k8s.io/v1, Kind=AdmissionReview";
            let api_version = if api_version.contains('/') { api_version } else { format!("/{api_version}") };
            return Err(format!("expected webhook response of {expected}, got {api_version}, Kind={kind}"));
        }
    }
    let patch = STANDARD.decode(text(&response["patch"])).map_err(|error| error.to_string())?;
    let patch_type = response["patchType"].as_str();
    match (patch.is_empty(), patch_type) {
        _ if !strict => {}
        (false, _) if !mutating => return Err("validating webhook may not return response.patch".into()),
        (_, Some(_)) if !mutating => return Err("validating webhook may not return response.patchType".into()),
        (false, None) => return Err("webhook returned response.patch but not response.patchType".into()),
        (true, Some(_)) => return Err("webhook returned response.patchType but not response.patch".into()),
        (false, Some("")) => return Err("webhook returned invalid response.patchType of \"\"".into()),
        _ => {}
    }
    let warnings = Told::of(response["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str));
    let warnings = warnings.texts.into_iter().map(str::to_owned).collect();
    Ok(Verdict {
        allowed: response["allowed"] == true,
        status: response["status"].clone(),
        warnings,
        patch: if mutating { patch } else { Vec::new() },
        patch_type: if strict { patch_type.unwrap_or_default().to_owned() } else { "JSONPatch".into() },
    })
}

/// What a Go client makes of an answer that is none.
fn refused(code: u16, body: &str) -> String {
    let body = body.trim();
    let said = match code {
        400 => "the server rejected our request for an unknown reason",
        401 => "the server has asked for the client to provide credentials",
        403 | 415 => return body.to_owned(),
        404 => "the server could not find the requested resource",
        405 => "the server does not allow this method on the requested resource",
        406 => "the server was unable to respond with a content type that the client supports",
        409 => "the server reported a conflict",
        422 => "the server rejected our request due to an error in our request",
        429 => "the server has received too many requests and has asked us to try again later",
        503 => "the server is currently unable to handle the request",
        504 => {
            "the server was unable to return a response in the time allotted, but may still be processing the request"
        }
        500.. => {
            return format!("an error on the server ({}) has prevented the request from succeeding", quote(body));
        }
        _ => return format!("the server responded with the status code {code} but did not return more information"),
    };
    said.to_owned()
}
