//! What a write does to the quotas of its namespace: it is charged to them, or refused; and what is used altogether.
//!
//! Plain functions, after `CheckRequest` in `k8s.io/apiserver/pkg/admission/plugin/resourcequota` and `CalculateUsage` in
//! `k8s.io/apiserver/pkg/quota/v1`. Knows no store.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::amounts::{self, Amounts};
use super::kind::Kind;
use crate::schema::quantity::Quantity;

/// A write that quotas look at.
#[derive(Debug)]
pub(super) struct Charge<'a> {
    pub(super) kind: &'a Kind,
    pub(super) object: &'a Value,
    pub(super) old: Option<&'a Value>,
    pub(super) now: Timestamp,
}

/// What is used of each quota once a write is charged to it; nothing for those that it leaves alone.
///
/// # Errors
/// Why a quota refuses the write.
pub(super) fn charged(quotas: &[&Value], charge: &Charge<'_>) -> Result<Vec<Option<Amounts>>, String> {
    let (kind, object) = (charge.kind, charge.object);
    let mut meant = Vec::new();
    for quota in quotas {
        let (hard, used) = (amounts::read(&quota["status"]["hard"]), amounts::read(&quota["status"]["used"]));
        let counted: BTreeSet<&str> = hard.keys().map(String::as_str).filter(|name| kind.counts_for(name)).collect();
        if counted.is_empty() || !kind.in_scope(quota, object) {
            meant.push(None);
            continue;
        }
        let name = quota["metadata"]["name"].as_str().unwrap_or_default();
        if let Some(missing) = kind.missing(&counted, object) {
            return Err(format!("failed quota: {name}: {missing}"));
        }
        if counted.iter().any(|name| !used.contains_key(*name)) {
            let counted: Vec<&str> = counted.into_iter().collect();
            return Err(format!("status unknown for quota: {name}, resources: {}", counted.join(",")));
        }
        meant.push(Some((name, hard, used)));
    }
    let mut more = kind.usage(object, charge.now);
    let before = charge.old.map(|old| kind.usage(old, charge.now)).unwrap_or_default();
    more = amounts::beyond(&more, &before);
    let mut all = Vec::new();
    for quota in meant {
        let Some((name, hard, used)) = quota else {
            all.push(None);
            continue;
        };
        let requested = amounts::among(&more, |name| hard.contains_key(name));
        let mut sum = used.clone();
        amounts::add(&mut sum, &requested);
        let exceeded = |name: &str| requested.contains_key(name) && sum.get(name) > hard.get(name);
        if requested.keys().any(|name| exceeded(name)) {
            let [requested, used, limited] =
                [&requested, &used, &hard].map(|list| amounts::told(&amounts::among(list, exceeded)));
            return Err(format!("exceeded quota: {name}, requested: {requested}, used: {used}, limited: {limited}"));
        }
        all.push((sum != used).then_some(sum));
    }
    Ok(all)
}

/// The kinds that a quota counts.
pub(super) fn kinds(quota: &Value) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let hard = quota["spec"]["hard"].as_object();
    for kind in hard.into_iter().flat_map(Map::keys).filter_map(|name| Kind::behind(name)) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// The status of a quota, given all objects in its namespace of the kinds that it counts, as far as there are such kinds.
pub(super) fn counted(quota: &Value, objects: &[(Kind, Vec<&Value>)], now: Timestamp) -> Value {
    let hard = amounts::read(&quota["spec"]["hard"]);
    let limited = |name: &str| hard.contains_key(name);
    // What nobody counts stays as it was.
    let mut used = amounts::among(&amounts::read(&quota["status"]["used"]), limited);
    for (kind, objects) in objects {
        let names = hard.keys().filter(|name| kind.counts_for(name));
        let mut sum: Amounts = names.map(|name| (name.clone(), Quantity::whole(0))).collect();
        for object in objects.iter().filter(|object| kind.in_scope(quota, object)) {
            amounts::add(&mut sum, &amounts::among(&kind.usage(object, now), limited));
        }
        used.extend(sum);
    }
    let lists = [("hard", &hard), ("used", &used)].into_iter().filter(|(_, list)| !list.is_empty());
    Value::Object(lists.map(|(field, list)| (field.to_owned(), Value::Object(amounts::written(list)))).collect())
}
