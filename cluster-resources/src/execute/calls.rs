//! The requests that a dry run would make, for printing. Plain functions; nothing is sent.

use std::fmt;

use crate::id::ObjectId;
use crate::plan::{Action, Plan, PlanItem};

/// One request that would be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiCall {
    /// The HTTP method.
    pub method: &'static str,
    /// The object it is about.
    pub id: ObjectId,
    /// `apiVersion` of the object.
    pub api_version: String,
    /// Parameters, in the order in which they are sent.
    pub parameters: Vec<(&'static str, String)>,
    /// With the privileged connection.
    pub privileged: bool,
}

impl fmt::Display for ApiCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.method, self.id, self.api_version)?;
        for (at, (name, value)) in self.parameters.iter().enumerate() {
            write!(f, "{}{name}={value}", if at == 0 { " ?" } else { "&" })?;
        }
        if self.privileged { f.write_str(" (privileged)") } else { Ok(()) }
    }
}

/// The requests by which [`verify`](crate::execute::verify) asks for the items of a plan, in the order of the plan. What cannot be asked
/// has none.
#[must_use]
pub fn api_calls(plan: &Plan) -> Vec<ApiCall> {
    plan.items.iter().filter(|item| item.unverifiable.is_empty()).filter_map(|item| api_call(plan, item)).collect()
}

fn api_call(plan: &Plan, item: &PlanItem) -> Option<ApiCall> {
    let dry_run = ("dryRun", "All".to_owned());
    let (method, parameters) = match item.action {
        Action::Create | Action::Update | Action::TakeOver => {
            let apply = [
                ("fieldManager", plan.field_manager.clone()),
                ("fieldValidation", "Strict".to_owned()),
                dry_run,
                ("force", "false".to_owned()),
            ];
            ("PATCH", apply.to_vec())
        }
        Action::Delete | Action::Replace => {
            let live = item.live.as_ref()?;
            let preconditions = [
                dry_run,
                ("preconditions.uid", live.uid.to_string()),
                ("preconditions.resourceVersion", live.resource_version.to_string()),
            ];
            ("DELETE", preconditions.to_vec())
        }
        Action::Detach => {
            let patch =
                [("fieldManager", plan.field_manager.clone()), ("fieldValidation", "Strict".to_owned()), dry_run];
            ("PATCH", patch.to_vec())
        }
        Action::Restart | Action::Unchanged | Action::Skip | Action::Blocked => return None,
    };
    Some(ApiCall {
        method,
        id: item.id.clone(),
        api_version: item.api_version.to_string(),
        parameters,
        privileged: item.privileged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BucketId, GroupKind};
    use crate::plan::{LiveVersion, PLAN_VERSION, Reason};

    fn item(name: &str, action: Action) -> PlanItem {
        PlanItem {
            id: BucketId::new("prod", Some("app"), GroupKind::core("ConfigMap")).object(name),
            api_version: "v1".into(),
            stage: 5,
            action,
            reason: Reason::Missing,
            desired_hash: None,
            live: Some(LiveVersion::new("u", "7")),
            changes: Vec::new(),
            foreign: Vec::new(),
            after: Vec::new(),
            unverifiable: Vec::new(),
            privileged: action == Action::Delete,
            origin: None,
        }
    }

    #[test]
    fn what_would_be_asked_is_listed_and_what_cannot_be_is_not() {
        let waits = PlanItem { unverifiable: vec![item("x", Action::Create).id], ..item("waits", Action::Create) };
        let plan = Plan {
            version: PLAN_VERSION,
            digest: String::new(),
            field_manager: "mooring/test".into(),
            items: vec![
                item("new", Action::Create),
                waits,
                item("same", Action::Unchanged),
                item("old", Action::Delete),
            ],
            parents: Vec::new(),
            issues: Vec::new(),
        };
        let lines: Vec<String> = api_calls(&plan).iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "PATCH [prod/app] ConfigMap new v1 ?fieldManager=mooring/test&fieldValidation=Strict&dryRun=All&force=false",
                "DELETE [prod/app] ConfigMap old v1 ?dryRun=All&preconditions.uid=u&preconditions.resourceVersion=7 (privileged)",
            ]
        );
    }
}
