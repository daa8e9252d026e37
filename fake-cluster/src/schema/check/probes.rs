//! Probes and lifecycle hooks of containers. Knows no pods.
use serde_json::Value;

use crate::schema::names;
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

const HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc", "sleep"];
/// How long a pod may take to end.
pub(crate) type Grace = Option<i64>;

/// A port by number or name.
pub(crate) fn port(port: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    match port {
        Value::String(name) => causes.wrong(at, name, names::port_name(name)),
        other => {
            let number = other.as_i64().unwrap_or_default();
            if let Some(why) = names::port_number(number) {
                causes.invalid(at, number, &why);
            }
        }
    }
}

/// Checks the probes of a container that may have them.
pub(crate) fn probes(container: &Value, grace: Grace, at: &Place<'_>, causes: &mut Vec<Cause>) {
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = container.sub(name) else { continue };
        let at = at.child(name);
        handler(probe, grace, &at, causes);
        for field in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]
        {
            causes.nonnegative(&at.child(field), probe.number(field));
        }
        let own = probe.number("terminationGracePeriodSeconds");
        let period = at.child("terminationGracePeriodSeconds");
        if let Some(own) = own.filter(|own| *own <= 0) {
            causes.invalid(&period, own, "must be greater than 0");
        }
        if name == "readinessProbe" {
            if let Some(own) = own {
                causes.invalid(&period, own, "must not be set for readinessProbes");
            }
        } else if probe.int("successThreshold") != 1 {
            causes.invalid(&at.child("successThreshold"), probe.int("successThreshold"), "must be 1");
        }
    }
}

/// Checks the hooks of a container that may have them.
pub(crate) fn lifecycle(container: &Value, grace: Grace, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(lifecycle) = container.sub("lifecycle") else { return };
    let at = at.child("lifecycle");
    for hook in ["postStart", "preStop"] {
        if let Some(hook_value) = lifecycle.sub(hook) {
            handler(hook_value, grace, &at.child(hook), causes);
        }
    }
}

fn handler(holder: &Value, grace: Grace, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let mut handlers = 0;
    for name in HANDLERS {
        let Some(handler) = holder.sub(name) else { continue };
        let at = at.child(name);
        handlers += 1;
        if handlers > 1 {
            causes.forbidden(&at, "may not specify more than 1 handler type");
            continue;
        }
        match *name {
            "exec" => {
                if handler.items("command").is_empty() {
                    causes.required(&at.child("command"), "");
                }
            }
            "httpGet" => http_get(handler, &at, causes),
            "sleep" => sleep(handler, grace, &at, causes),
            _ => port(handler.get_or_null("port"), &at.child("port"), causes),
        }
    }
    if handlers == 0 {
        causes.required(at, "must specify a handler type");
    }
}

fn http_get(get: &Value, at: &Place<'_>, causes: &mut Vec<Cause>) {
    if get.text("path").is_empty() {
        causes.required(&at.child("path"), "");
    }
    port(get.get_or_null("port"), &at.child("port"), causes);
    causes.any_of(&at.child("scheme"), get.text("scheme"), &["HTTP", "HTTPS"]);
    for header in get.items("httpHeaders") {
        let name = header.text("name");
        causes.wrong(&at.child("httpHeaders"), name, names::http_header(name));
    }
}

fn sleep(sleep: &Value, grace: Grace, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let seconds = sleep.int("seconds");
    if let Some(grace) = grace.filter(|grace| seconds < 0 || seconds > *grace) {
        let why = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        causes.invalid(at, seconds, &why);
    }
}
