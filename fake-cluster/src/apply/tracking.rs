//! Who set what with a write other than apply. Knows nothing of configurations.
use jiff::Timestamp;
use serde_json::Value;

use super::{ANCIENT_CHANGES, MAX_UPDATE_MANAGERS, NEVER_OWNED, managed_fields, set_managed_fields};
use crate::apply::managed::{self, Manager};
use crate::apply::set::Set;
use crate::apply::typed;
use crate::apply::update::{Change, updater};
use crate::schema::{KindSchema, time};

/// Records in `new`'s `metadata.managedFields` what `manager` changed by create, update or a patch other than apply.
///
/// `new` is the decoded, defaulted object before it is admitted. Time stamps stay when nothing changed.
pub fn track(
    live: Option<&Value>,
    new: &mut Value,
    manager: &str,
    subresource: Option<&str>,
    schema: &KindSchema,
    now: Timestamp,
) {
    let base = live.unwrap_or_else(|| schema.zero());
    let Some(mut managers) = managers_of(base, new, subresource) else {
        set_managed_fields(new, None);
        return;
    };
    set_managed_fields(new, None);
    if managers.is_empty() && live.is_some() {
        // Nobody was tracked before, and tracking starts at creation or with the first apply.
        return;
    }
    let view = schema.view();
    let fits = if schema.is_builtin() {
        // Decoding let pass what has the right types.
        !typed::has_nameless_items(view.types, view.root, new)
    } else {
        typed::validate(view.types, view.root, new, true).is_ok()
    };
    if !fits {
        // Nobody can own parts of an object that does not fit its kind.
        return;
    }
    let change = Change { schema, subresource };
    let (settled, own) = change.update(base, new, managers);
    managers = settled;
    let own = own.difference(&NEVER_OWNED);
    record(&mut managers, updater(manager, schema.api_version(), subresource), &own, &time::seconds(now));
    cap(&mut managers);
    set_managed_fields(new, managed::encode(managers));
}

/// The managers an update starts from; `None` when the request's and the live ones cannot be read.
fn managers_of(live: &Value, new: &Value, subresource: Option<&str>) -> Option<Vec<Manager>> {
    let of_live = || managed::decode(managed_fields(live)).unwrap_or_default();
    if subresource.is_some() {
        return Some(of_live());
    }
    if managed::is_reset(managed_fields(new)) {
        return Some(Vec::new());
    }
    match managed::decode(managed_fields(new)) {
        Ok(managers) if !managers.is_empty() => Some(managers),
        _ => Some(of_live()),
    }
}

/// Adds what an update took to its manager's entry.
pub(super) fn record(managers: &mut Vec<Manager>, mut own: Manager, set: &Set, at: &str) {
    if set.is_empty() {
        return;
    }
    match managers.iter_mut().find(|known| known.is(&own)) {
        Some(known) => {
            known.set = known.set.union(set);
            known.time = Some(at.to_owned());
        }
        None => {
            own.set = set.clone();
            own.time = Some(at.to_owned());
            managers.push(own);
        }
    }
}

/// Folds the oldest update managers of each version into one until few enough are left.
fn cap(managers: &mut Vec<Manager>) {
    let is_update = |manager: &Manager| manager.operation == managed::Operation::Update;
    let mut left = managers.iter().filter(|manager| is_update(manager)).count();
    if left <= MAX_UPDATE_MANAGERS {
        return;
    }
    let mut oldest: Vec<Manager> = managers.iter().filter(|manager| is_update(manager)).cloned().collect();
    oldest.sort_by(|a, b| a.by_time(b).then_with(|| a.identity().cmp(&b.identity())));
    let mut first_of_version: Vec<(String, Manager)> = Vec::new();
    for manager in oldest {
        if left <= MAX_UPDATE_MANAGERS {
            break;
        }
        let Some((_, first)) = first_of_version.iter().find(|(version, _)| *version == manager.api_version) else {
            first_of_version.push((manager.api_version.clone(), manager));
            continue;
        };
        let bucket = updater(ANCIENT_CHANGES, &manager.api_version, None);
        if !managers.iter().any(|known| known.is(&bucket)) {
            let mut folded = bucket.clone();
            folded.set = first.set.clone();
            managers.retain(|known| !known.is(first));
            managers.push(folded);
        }
        if let Some(folded) = managers.iter_mut().find(|known| known.is(&bucket)) {
            folded.set = folded.set.union(&manager.set);
            folded.time.clone_from(&manager.time);
        }
        if !manager.is(&bucket) {
            managers.retain(|known| !known.is(&manager));
        }
        left -= 1;
    }
}
