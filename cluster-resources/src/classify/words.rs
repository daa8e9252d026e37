//! The one place where words of API servers are looked at, because they say it in no other way. Every entry was met on a real server, but
//! for the two that are marked.
//!
//! | Words | Said by |
//! |---|---|
//! | `field is immutable`, and its relatives | `apimachinery/pkg/api/validation`, and the kinds' own validation |
//! | `failed to create typed patch object`, `failed to convert new object` | server-side apply of what does not fit the schema, 500 without reason |
//! | `request is too large`, `message larger than max` | etcd, 500 without reason |
//! | `exceeded quota`, `failed quota` | the ResourceQuota plugin, 403 like any other |
//! | `admission webhook "…" denied the request` | webhooks (marked: by source), 4xx as they like |
//! | `ValidatingAdmissionPolicy '…'` | policies, 422 without a field |
//! | `violates PodSecurity` | the PodSecurity plugin, 403 like any other (marked: by source) |
//! | `failed calling webhook "…"` | webhooks that are down, 500 `InternalError` |
//! | `admission webhook "…" does not support dry run` | webhooks with side effects, 400 (by source) |
//! | `object is being deleted: ` | creating what is still being deleted, 409 `AlreadyExists` |

/// Whether a cause says that its field cannot change.
pub(super) fn says_immutable(message: &str) -> bool {
    const SAYINGS: [&str; 7] = [
        "field is immutable",
        "may not change once set",
        "primary clusterIP can not be unset",
        "cannot change roleRef",
        "may not be changed in an update",
        "is immutable after creation",
        "updates to statefulset spec for fields other than",
    ];
    let line = message.lines().next().unwrap_or_default();
    // What is quoted before may say anything.
    let said = line.rsplit_once(": ").map_or(line, |(_, said)| said);
    SAYINGS.iter().any(|saying| said.contains(saying))
}

/// Whether a server error is a mistake of what was sent.
pub(super) fn says_malformed(message: &str) -> bool {
    ["failed to create typed patch object", "failed to convert new object", "failed to create typed live object"]
        .iter()
        .any(|saying| message.starts_with(saying))
}

/// Whether storage found it too large.
pub(super) fn says_too_large(message: &str) -> bool {
    message.starts_with("etcdserver: request is too large")
        || message.contains("trying to send message larger than max")
}

/// Whether a quota refuses.
pub(super) fn says_quota(message: &str) -> bool {
    let said = after_forbidden(message);
    said.starts_with("exceeded quota: ") || said.starts_with("failed quota: ")
}

/// The webhook or policy that refuses, or what stands for it.
pub(super) fn denied_by(message: &str) -> Option<String> {
    if let Some(rest) = message.strip_prefix("admission webhook \"") {
        let (name, rest) = rest.split_once('"')?;
        return rest.starts_with(" denied the request").then(|| name.to_owned());
    }
    let said = after_forbidden(message);
    if let Some(rest) = said.strip_prefix("ValidatingAdmissionPolicy '") {
        return rest.split_once('\'').map(|(name, _)| name.to_owned());
    }
    said.starts_with("violates PodSecurity ").then(|| "PodSecurity".to_owned())
}

/// The webhook that could not be called.
pub(super) fn failed_webhook(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("failed calling webhook \"")?;
    rest.split_once('"').map(|(name, _)| name.to_owned())
}

/// The webhook that cannot be asked without effect.
pub(super) fn without_dry_run(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("admission webhook \"")?;
    let (name, rest) = rest.split_once('"')?;
    rest.starts_with(" does not support dry run").then(|| name.to_owned())
}

/// Whether an object that is there is on its way out.
pub(super) fn says_being_deleted(message: &str) -> bool {
    message.starts_with("object is being deleted: ")
}

/// What follows `configmaps "name" is forbidden: `, or everything.
pub(super) fn after_forbidden(message: &str) -> &str {
    message.split_once(" is forbidden: ").map_or(message, |(_, said)| said)
}
