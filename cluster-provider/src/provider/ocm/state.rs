//! What the state of a cluster at OCM means for its record. Pure; knows nothing of requests.
//!
//! Source: `ClusterState` in `clusters_mgmt/v1` of ocm-api-model.

use serde_json::{Map, Value, json};

use super::wire::Cluster;
use crate::cluster::{ClusterStatus, Condition, InvalidId, ProviderClusterId};
use crate::provider::ClusterSpec;

/// Keys of [`ClusterSpec::additional_info`].
pub(super) const HYPERSHIFT: &str = "hypershift";

/// Reason of a cluster that somebody else is taking away.
pub(super) const UNINSTALLING_EXTERNALLY: &str = "UninstallingExternally";

/// What OCM says about a cluster, over what was known of it.
///
/// # Errors
/// When the answer has no usable id.
pub(super) fn spec_of(cluster: &Cluster, known: Option<&ClusterSpec>) -> Result<ClusterSpec, InvalidId> {
    let id = ProviderClusterId::new(cluster.id.clone())?;
    let before = known.map(|known| known.status);
    let (status, conditions) = judge(cluster, before);
    let mut spec = ClusterSpec::new(id, status);
    spec.conditions = conditions;
    spec.status_details = details(cluster, status);
    spec.external_id =
        said(cluster.external_id.as_deref()).or_else(|| known.and_then(|known| known.external_id.clone()));
    let or_known = |new: &str, old: fn(&ClusterSpec) -> &String| match new {
        "" => known.map(|known| old(known).clone()).unwrap_or_default(),
        new => new.to_owned(),
    };
    spec.region = or_known(&cluster.region.id, |known| &known.region);
    spec.cloud_provider = or_known(&cluster.cloud_provider.id, |known| &known.cloud_provider);
    spec.multi_az = cluster.multi_az;
    spec.additional_info = info(cluster, known.map(|known| &known.additional_info));
    Ok(spec)
}

fn said(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Status and conditions, by the state and by how far the record is.
fn judge(cluster: &Cluster, before: Option<ClusterStatus>) -> (ClusterStatus, Vec<Condition>) {
    use ClusterStatus as S;
    let state = cluster.state();
    // A record that is set up, or on its way out, does not go back to being built. What is wrong with it are conditions.
    let settled = before.filter(|status| {
        matches!(status, S::Provisioned | S::WaitingForAgent | S::Ready | S::Deprovisioning | S::Cleanup)
    });
    let leaving = matches!(before, Some(S::Deprovisioning | S::Cleanup));
    let known_state = State::of(state);
    let status = match known_state {
        State::Uninstalling if leaving => before.unwrap_or(S::Deprovisioning),
        State::Uninstalling => S::Failed,
        _ if settled.is_some() => settled.unwrap_or(S::Provisioned),
        State::Building | State::Waiting | State::Updating | State::Asleep => S::Provisioning,
        State::Ready => S::Provisioned,
        State::Error => S::Failed,
        State::Unknown => match before {
            None | Some(S::Accepted) => S::Provisioning,
            Some(before) => before,
        },
    };
    (status, conditions(cluster, known_state, settled.is_some()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Building,
    Waiting,
    Ready,
    Updating,
    Error,
    Uninstalling,
    Asleep,
    Unknown,
}

impl State {
    fn of(word: &str) -> Self {
        match word {
            "validating" | "pending" | "installing" => Self::Building,
            "waiting" => Self::Waiting,
            "ready" => Self::Ready,
            "updating" => Self::Updating,
            "error" => Self::Error,
            "uninstalling" => Self::Uninstalling,
            "hibernating" | "powering_down" | "resuming" => Self::Asleep,
            _ => Self::Unknown,
        }
    }
}

/// All that this module ever says, so that what is over is said to be.
fn conditions(cluster: &Cluster, state: State, settled: bool) -> Vec<Condition> {
    let word = cluster.state();
    let is = |kind: &str, so: bool| if so { Condition::yes(kind) } else { Condition::no(kind) };
    let available = match state {
        State::Ready | State::Updating if cluster.health_state.as_deref() == Some("unhealthy") => {
            Condition::no(Condition::AVAILABLE).because("Unhealthy", "OCM says that its health is not good")
        }
        State::Ready | State::Updating => Condition::yes(Condition::AVAILABLE).because("Ready", ""),
        State::Error => {
            let status = &cluster.status;
            let reason = said(status.provision_error_code.as_deref()).unwrap_or_else(|| "Error".to_owned());
            let message = status.provision_error_message.clone().or_else(|| status.description.clone());
            Condition::no(Condition::AVAILABLE).because(reason, message.unwrap_or_default())
        }
        State::Asleep => Condition::no(Condition::AVAILABLE).because("Hibernation", format!("it is {word}")),
        State::Uninstalling => {
            Condition::no(Condition::AVAILABLE).because(UNINSTALLING_EXTERNALLY, "it is being uninstalled")
        }
        State::Unknown => Condition::unknown(Condition::AVAILABLE).because("StatusUnknown", ""),
        State::Building | State::Waiting => Condition::no(Condition::AVAILABLE).because("Installing", ""),
    };
    let waiting = is(Condition::USER_ACTION_REQUIRED, state == State::Waiting);
    let drifted = settled && matches!(state, State::Building | State::Waiting);
    let unknown = is(Condition::STATUS_UNKNOWN, state == State::Unknown);
    let drift = is(Condition::DRIFTED, drifted);
    vec![
        available,
        if state == State::Waiting {
            waiting.because("Waiting", cluster.status.description.clone().unwrap_or_default())
        } else {
            waiting
        },
        is(Condition::UPGRADING, state == State::Updating),
        if drifted { drift.because("Reinstalling", format!("OCM says that it is {word}")) } else { drift },
        if state == State::Unknown {
            unknown.because("UnknownState", format!("OCM says {:?}", word.chars().take(64).collect::<String>()))
        } else {
            unknown
        },
    ]
}

fn details(cluster: &Cluster, status: ClusterStatus) -> Option<String> {
    if status == ClusterStatus::Failed && State::of(cluster.state()) == State::Uninstalling {
        return Some(format!(
            "{UNINSTALLING_EXTERNALLY}: it is being uninstalled, and not because it was asked for here"
        ));
    }
    let nested = &cluster.status;
    let message = said(nested.provision_error_message.as_deref());
    match (said(nested.provision_error_code.as_deref()), message) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (code, message) => code.or(message).or_else(|| said(nested.description.as_deref())),
    }
}

/// What there is to say now over what was said before; keys of others stay.
fn info(cluster: &Cluster, known: Option<&Value>) -> Value {
    let mut info = match known {
        Some(Value::Object(known)) => known.clone(),
        _ => Map::new(),
    };
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            info.insert(key.to_owned(), value);
        }
    };
    let text = |text: &str| said(Some(text)).map(Value::from);
    put(HYPERSHIFT, Some(json!(cluster.hypershift.enabled)));
    put("name", text(&cluster.name));
    put("api_url", text(&cluster.api.url));
    put("console_url", text(&cluster.console.url));
    put("openshift_version", cluster.openshift_version.as_deref().and_then(text));
    put("subscription_id", text(&cluster.subscription.id));
    put("state", text(cluster.state()));
    put("dns_ready", cluster.status.dns_ready.map(Value::from));
    put("oidc_ready", cluster.status.oidc_ready.map(Value::from));
    put("limited_support_reasons", cluster.status.limited_support_reason_count.map(Value::from));
    Value::Object(info)
}

/// Whether the control plane runs elsewhere, as far as is known.
pub(super) fn is_hosted(known: &ClusterSpec) -> Option<bool> {
    known.additional_info.get(HYPERSHIFT)?.as_bool()
}

#[cfg(test)]
mod tests;
