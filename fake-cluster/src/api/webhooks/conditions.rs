//! Conditions under which a webhook is asked, over the request and its objects. Knows nothing of the other ways to choose requests.

use serde_json::Value;

use crate::api::cause::aggregated;
use crate::schema::{Broken, Condition};

/// Whether all conditions of a webhook hold for these variables. One that does not decides alone; otherwise, one that says neither yes nor
/// no is for the failure policy to judge.
///
/// # Errors
/// Why conditions say neither yes nor no.
pub(super) fn hold(hook: &Value, variables: &[(&str, Value)]) -> Result<bool, String> {
    let mut failures = Vec::new();
    for expression in expressions(hook) {
        let held = match Condition::read(expression) {
            Ok(condition) => condition.holds(variables),
            Err(Broken::Invalid(why)) => Err(why),
            Err(Broken::AsksAuthorizer) => Err("fake-cluster does not ask the authorizer".to_owned()),
        };
        match held {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(why) => failures.push(why),
        }
    }
    match failures.as_slice() {
        [] => Ok(true),
        _ if hook["failurePolicy"] == "Ignore" => Ok(false),
        failures => Err(aggregated(failures)),
    }
}

/// Whether there are any conditions.
pub(super) fn any(hook: &Value) -> bool {
    expressions(hook).next().is_some()
}

/// Whether a condition asks the authorizer, which this server cannot follow.
pub(super) fn ask_authorizer(hook: &Value) -> bool {
    expressions(hook).any(|expression| matches!(Condition::read(expression), Err(Broken::AsksAuthorizer)))
}

fn expressions(hook: &Value) -> impl Iterator<Item = &str> {
    let conditions = hook["matchConditions"].as_array().into_iter().flatten();
    conditions.filter_map(|condition| condition["expression"].as_str())
}
