//! One webhook of a configuration, and what its failures and refusals mean. Knows nothing of what it is asked.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::api::cause::quote;
use crate::api::status::Status;
use crate::storage::Object;

/// One webhook of a configuration.
#[derive(Clone)]
pub(super) struct Hook {
    pub(super) configuration: Arc<Object>,
    pub(super) at: usize,
    /// Among all webhooks.
    pub(super) id: String,
}

/// Why a webhook did not let a write through.
pub(super) enum Refusal {
    /// It could not be asked, or its answer is none; what that means is for the failure policy to say.
    Failed(String),
    /// It said no, or what it said cannot be done.
    Refused(Status),
}

impl Hook {
    pub(super) fn value(&self) -> &Value {
        &self.configuration.value()["webhooks"][self.at]
    }

    pub(super) fn name(&self) -> &str {
        self.value()["name"].as_str().unwrap_or_default()
    }

    /// What an error means for the write.
    pub(super) fn verdict(&self, refusal: Refusal) -> Result<(), Status> {
        match refusal {
            Refusal::Refused(status) => Err(status),
            Refusal::Failed(_) if self.value()["failurePolicy"] == "Ignore" => Ok(()),
            Refusal::Failed(why) => {
                Err(Status::internal(format!("failed calling webhook {}: {why}", quote(self.name()))))
            }
        }
    }

    /// Whether the hook may be asked in a dry run.
    pub(super) fn check_dry_run(&self) -> Result<(), Refusal> {
        match self.value()["sideEffects"].as_str() {
            Some("None" | "NoneOnDryRun") => Ok(()),
            Some(_) => {
                let why = format!("admission webhook {} does not support dry run", quote(self.name()));
                Err(Refusal::Refused(Status::bad_request(why)))
            }
            None => Err(Refusal::Failed("Webhook SideEffects is nil".into())),
        }
    }
}

/// The refusal of a webhook, as the client gets it.
pub(super) fn denied(hook: &Hook, status: Value) -> Status {
    let by = format!("admission webhook {} denied the request", quote(hook.name()));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut status = if status.is_object() { status } else { json!({}) };
    let message = match (text(&status["message"]), text(&status["reason"])) {
        (message, _) if !message.is_empty() => format!("{by}: {message}"),
        (_, reason) if !reason.is_empty() => format!("{by}: {reason}"),
        _ => format!("{by} without explanation"),
    };
    let code = status["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or_default().max(400);
    status["message"] = json!(message);
    status["code"] = json!(code);
    if matches!(status["status"].as_str(), None | Some("" | "Success")) {
        status["status"] = json!("Failure");
    }
    Status::told(code, message, status)
}

/// The PEM text that a base64 field holds.
pub(super) fn pem(encoded: &str) -> String {
    use base64::Engine as _;
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap_or_default();
    String::from_utf8_lossy(&decoded).into_owned()
}
