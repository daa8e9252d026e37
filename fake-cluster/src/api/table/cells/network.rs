//! Services and what leads to them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::selector::{labels, shown};
use super::{NONE, Row, UNSET, at, first_three, list, or, text, texts};

pub(super) fn service(row: &Row<'_>) -> Vec<Value> {
    let ports: Vec<String> = row.list("/spec/ports").iter().map(port).collect();
    vec![
        row.name(),
        json!(row.text("/spec/type")),
        json!(row.given("/spec/clusterIPs/0").unwrap_or(NONE)),
        json!(external(row)),
        json!(or(&ports.join(","), NONE)),
        row.age(),
        json!(labels(row.at("/spec/selector"))),
    ]
}

fn port(port: &Value) -> String {
    let number = |pointer: &str| at(port, pointer).as_i64().unwrap_or_default();
    let protocol = text(port, "/protocol");
    match number("/nodePort") {
        1.. => format!("{}:{}/{protocol}", number("/port"), number("/nodePort")),
        _ => format!("{}/{protocol}", number("/port")),
    }
}

/// Where a service is reached from outside.
fn external(row: &Row<'_>) -> String {
    let given: Vec<&str> = row.list("/spec/externalIPs").iter().filter_map(Value::as_str).collect();
    let balanced = balanced(row);
    match row.text("/spec/type") {
        "ClusterIP" | "NodePort" => or(&given.join(","), NONE).to_owned(),
        "LoadBalancer" => {
            let all: Vec<&str> =
                Some(balanced.as_str()).filter(|text| !text.is_empty()).into_iter().chain(given).collect();
            or(&all.join(","), "<pending>").to_owned()
        }
        "ExternalName" => row.text("/spec/externalName").to_owned(),
        _ => "<unknown>".to_owned(),
    }
}

/// The addresses of a load balancer, sorted.
fn balanced(row: &Row<'_>) -> String {
    let address = |ingress| or(text(ingress, "/ip"), text(ingress, "/hostname"));
    let all: BTreeSet<&str> = row.list("/status/loadBalancer/ingress").iter().map(address).collect();
    all.into_iter().filter(|address| !address.is_empty()).collect::<Vec<_>>().join(",")
}

pub(super) fn endpoints(row: &Row<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    for subset in row.list("/subsets") {
        let addresses = texts(list(subset, "/addresses"), "/ip");
        let ports = list(subset, "/ports");
        if ports.is_empty() {
            all.extend(addresses.iter().map(|&address| address.to_owned()));
        }
        for port in ports {
            let port = at(port, "/port").as_i64().unwrap_or_default();
            all.extend(addresses.iter().map(|address| match address.contains(':') {
                true => format!("[{address}]:{port}"),
                false => format!("{address}:{port}"),
            }));
        }
    }
    let shown = if row.list("/subsets").is_empty() { NONE.to_owned() } else { first_three(&all, "") };
    vec![row.name(), json!(shown), row.age()]
}

pub(super) fn endpoint_slice(row: &Row<'_>) -> Vec<Value> {
    let port = |port: &Value| match (at(port, "/port").as_i64(), at(port, "/name").as_str()) {
        (Some(number), _) => number.to_string(),
        (None, Some(name)) => name.to_owned(),
        (None, None) => "*".to_owned(),
    };
    let ports: Vec<String> = row.list("/ports").iter().map(port).collect();
    let addresses = row.list("/endpoints").iter().flat_map(|endpoint| list(endpoint, "/addresses"));
    let addresses: Vec<String> = addresses.filter_map(Value::as_str).map(str::to_owned).collect();
    let (ports, addresses) = (first_three(&ports, UNSET), first_three(&addresses, UNSET));
    vec![row.name(), json!(row.text("/addressType")), json!(ports), json!(addresses), row.age()]
}

pub(super) fn ingress(row: &Row<'_>) -> Vec<Value> {
    let ports = if row.list("/spec/tls").is_empty() { "80" } else { "80, 443" };
    let class = row.given("/spec/ingressClassName").unwrap_or(NONE);
    vec![row.name(), json!(class), json!(hosts(row)), json!(balanced(row)), json!(ports), row.age()]
}

/// The first three hosts; rules without a host are counted among the rest only.
fn hosts(row: &Row<'_>) -> String {
    let rules = row.list("/spec/rules");
    let (mut shown, mut more) = (Vec::new(), false);
    for rule in rules {
        more |= shown.len() == 3;
        let host = text(rule, "/host");
        if !more && !host.is_empty() {
            shown.push(host);
        }
    }
    match (shown.join(","), more) {
        (shown, true) => format!("{shown} + {} more...", rules.len() - 3),
        (shown, false) => or(&shown, "*").to_owned(),
    }
}

pub(super) fn ingress_class(row: &Row<'_>) -> Vec<Value> {
    let is_default = row.annotation("ingressclass.kubernetes.io/is-default-class") == Some("true");
    let parameters = row.at("/spec/parameters");
    let parameters = if parameters.is_null() {
        NONE.to_owned()
    } else {
        let group = at(parameters, "/apiGroup").as_str().map(|group| format!(".{group}")).unwrap_or_default();
        format!("{}{group}/{}", text(parameters, "/kind"), text(parameters, "/name"))
    };
    let name = named(row, is_default);
    vec![name, json!(row.text("/spec/controller")), json!(parameters), row.age()]
}

/// The name, with a word for the one that is taken by default.
pub(super) fn named(row: &Row<'_>, is_default: bool) -> Value {
    let default = if is_default { " (default)" } else { "" };
    json!(format!("{}{default}", row.text("/metadata/name")))
}

pub(super) fn policy(row: &Row<'_>) -> Vec<Value> {
    vec![row.name(), json!(shown(row.at("/spec/podSelector"))), row.age()]
}

pub(super) fn service_cidr(row: &Row<'_>) -> Vec<Value> {
    let ranges: Vec<&str> = row.list("/spec/cidrs").iter().filter_map(Value::as_str).collect();
    vec![row.name(), json!(ranges.join(",")), row.age()]
}

/// One cell more than there are columns, as in the real server.
pub(super) fn ip_address(row: &Row<'_>) -> Vec<Value> {
    let parent = row.at("/spec/parentRef");
    let parent = if parent.is_null() {
        NONE.to_owned()
    } else {
        let part = |pointer: &str| text(parent, pointer).to_owned();
        let dot = if part("/group").is_empty() { "" } else { "." };
        let mut shown = format!("{}{dot}{}", part("/resource"), part("/group")).to_lowercase();
        for part in [part("/namespace"), part("/name")].into_iter().filter(|part| !part.is_empty()) {
            shown.push('/');
            shown.push_str(&part);
        }
        shown
    };
    vec![row.name(), json!(parent), row.age()]
}
