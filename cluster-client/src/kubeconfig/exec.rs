//! The `exec` member of a user; knows nothing of running programs.

use serde_json::Value;

use super::document::{Fields, Place};
use super::policy::{ExecPolicy, TrustPolicy};
use super::resolve::absolute;
use crate::spec::{ExecSpec, SpecError};

/// The extension of a cluster whose content a program is told.
pub(crate) const CLUSTER_EXTENSION: &str = "client.authentication.k8s.io/exec";

/// What programs may speak.
pub(crate) const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

pub(super) fn read(
    exec: &Fields<'_>,
    cluster: &Fields<'_>,
    place: &Place,
    policy: &TrustPolicy,
) -> Result<ExecSpec, SpecError> {
    let mut command =
        exec.text("command")?.ok_or_else(|| exec.malformed("exec.command", "it must name a program"))?.to_owned();
    // A bare name is looked for in PATH, as client-go does.
    if command.contains(std::path::MAIN_SEPARATOR) && std::path::Path::new(&command).is_relative() {
        command = absolute("exec.command", &command, place)?.to_string_lossy().into_owned();
    }
    let env = variables(exec)?;
    policy.check_exec(&command, env.iter().map(|(name, _)| name.as_str()))?;

    let version = exec.text("apiVersion")?.unwrap_or_default();
    if !VERSIONS.contains(&version) {
        return Err(SpecError::Unsupported {
            what: format!("exec.apiVersion {version:?}"),
            instead: "use client.authentication.k8s.io/v1",
        });
    }
    match exec.text("interactiveMode")? {
        None | Some("Never" | "IfAvailable") => {}
        Some("Always") => {
            return Err(SpecError::Unsupported {
                what: format!("exec {command:?} with interactiveMode Always"),
                instead: "nobody is there to ask; use a program that needs no input",
            });
        }
        Some(_) => {
            return Err(exec.malformed("exec.interactiveMode", "it is none of Never, IfAvailable and Always"));
        }
    }
    let mut spec = ExecSpec::new(command).with_args(exec.texts("args")?).with_env(env).with_api_version(version);
    if exec.flag("provideClusterInfo")? {
        spec = spec.with_cluster_info(extension(cluster, CLUSTER_EXTENSION)?);
    }
    spec.in_process_only = policy.exec == ExecPolicy::InProcess;
    spec.install_hint = exec.text("installHint")?.map(str::to_owned);
    Ok(spec)
}

/// `env: [{name: …, value: …}]`.
pub(super) fn variables(exec: &Fields<'_>) -> Result<Vec<(String, String)>, SpecError> {
    let wrong = || exec.malformed("exec.env", "each member must have a name and a value, both text");
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    exec.mappings("env")?
        .into_iter()
        .map(|variable| {
            let name = text(variable.get("name")).filter(|name| !name.is_empty() && !name.contains(['=', '\0']));
            let value = text(variable.get("value")).filter(|value| !value.contains('\0'));
            name.zip(value).ok_or_else(wrong)
        })
        .collect()
}

/// The content of an extension of a cluster.
pub(super) fn extension(cluster: &Fields<'_>, name: &str) -> Result<Option<Value>, SpecError> {
    let extensions = cluster.mappings("extensions")?;
    let found = extensions.into_iter().find(|extension| extension.get("name").is_some_and(|found| found == name));
    Ok(found.and_then(|found| found.get("extension")).filter(|content| !content.is_null()).cloned())
}
