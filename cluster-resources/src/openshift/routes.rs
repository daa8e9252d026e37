//! What routers made of a Route (`route.openshift.io/v1`), read from the object; no requests.

use serde::Serialize;
use serde_json::Value;

/// What one router made of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Admission {
    /// Which router.
    pub router: String,
    /// Under which host it serves the route.
    pub host: String,
    /// Whether it does; `None` as long as it has not said.
    pub admitted: Option<bool>,
    /// Why not, as a word such as `HostAlreadyClaimed`; empty when nothing is said.
    pub reason: String,
    /// Why not, for people.
    pub message: String,
}

/// What the routers of a cluster made of a live route, in their order. Empty as long as none has looked at it.
#[must_use]
pub fn admissions(route: &Value) -> Vec<Admission> {
    let ingresses = route.pointer("/status/ingress").and_then(Value::as_array).into_iter().flatten();
    ingresses.map(admission).collect()
}

/// Whether any router serves it.
#[must_use]
pub fn is_admitted(route: &Value) -> bool {
    admissions(route).iter().any(|admission| admission.admitted == Some(true))
}

/// Where a live route is served: its own host or the one that a router gave it, over `https` when the route has TLS. `None` without a
/// router that admitted it.
#[must_use]
pub fn url(route: &Value) -> Option<String> {
    let served = admissions(route).into_iter().find(|admission| admission.admitted == Some(true))?;
    let spec = route.get("spec")?;
    let field = |name: &str| spec.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let host = if served.host.is_empty() { field("host")?.to_owned() } else { served.host };
    let scheme = if spec.get("tls").is_some_and(|tls| !tls.is_null()) { "https" } else { "http" };
    Some(format!("{scheme}://{host}{}", field("path").unwrap_or_default()))
}

fn admission(ingress: &Value) -> Admission {
    let mut conditions = ingress.get("conditions").and_then(Value::as_array).into_iter().flatten();
    let condition = conditions.find(|condition| text(condition, "type") == "Admitted");
    let said = |key: &str| condition.map(|condition| text(condition, key)).unwrap_or_default();
    let admitted = match said("status").as_str() {
        "True" => Some(true),
        "False" => Some(false),
        _ => None,
    };
    Admission {
        router: text(ingress, "routerName"),
        host: text(ingress, "host"),
        admitted,
        reason: said("reason"),
        message: said("message"),
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn route(spec: Value, conditions: Value) -> Value {
        let ingress = json!({"routerName": "default", "host": "app.apps.example.com", "conditions": conditions});
        json!({"spec": spec, "status": {"ingress": [ingress]}})
    }

    #[test]
    fn a_route_is_admitted_when_a_router_says_so() {
        let admitted = route(
            json!({"host": "a", "tls": {"termination": "edge"}, "path": "/x"}),
            json!([{"type": "Admitted", "status": "True"}]),
        );
        assert!(is_admitted(&admitted));
        assert_eq!(url(&admitted).as_deref(), Some("https://app.apps.example.com/x"));
        let plain = route(json!({"tls": null}), json!([{"type": "Admitted", "status": "True"}]));
        assert_eq!(url(&plain).as_deref(), Some("http://app.apps.example.com"));
    }

    #[test]
    fn a_refused_route_says_why_and_is_served_nowhere() {
        let condition = json!({"type": "Admitted", "status": "False", "reason": "HostAlreadyClaimed", "message": "taken by ns/other"});
        let refused = route(json!({"host": "a"}), json!([condition]));
        assert_eq!(
            admissions(&refused),
            [Admission {
                router: "default".into(),
                host: "app.apps.example.com".into(),
                admitted: Some(false),
                reason: "HostAlreadyClaimed".into(),
                message: "taken by ns/other".into(),
            }]
        );
        assert!(!is_admitted(&refused) && url(&refused).is_none());
    }

    #[test]
    fn what_no_router_has_looked_at_is_not_known() {
        for route in [json!({}), json!({"status": null}), json!({"status": {"ingress": "x"}}), json!(1)] {
            assert!(admissions(&route).is_empty() && !is_admitted(&route) && url(&route).is_none());
        }
        assert_eq!(admissions(&route(json!({}), json!(null)))[0].admitted, None);
    }
}
