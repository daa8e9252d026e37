//! The ownership rules: who keeps, gains and loses which paths when an object changes. Knows nothing of requests.
use std::borrow::Cow;

use serde_json::Value;

use crate::apply::compare::{Comparison, compare};
use crate::apply::managed::{Manager, Operation};
use crate::apply::merge::merge;
use crate::apply::reconcile::reconcile;
use crate::apply::remove::remove;
use crate::apply::set::Set;
use crate::apply::typed::field_set;
use crate::schema::KindSchema;
use crate::schema::view::View;

/// Paths that another manager holds with another value.
#[derive(Debug)]
pub(crate) struct Conflict {
    pub(crate) manager: Manager,
    pub(crate) set: Set,
}

/// What applying does to the object and its managers.
#[derive(Debug)]
pub(crate) struct Applied {
    /// `None` when the patch changes no value.
    pub(crate) object: Option<Value>,
    pub(crate) managers: Vec<Manager>,
}

/// One change of one object, seen from the version of the request.
#[derive(Clone, Copy)]
pub(crate) struct Change<'a> {
    pub(crate) schema: &'a KindSchema,
    pub(crate) subresource: Option<&'a str>,
}

impl Change<'_> {
    fn view(&self) -> View<'_> {
        self.schema.view()
    }

    fn filter(&self, api_version: &str, set: Set) -> Set {
        if set.is_empty() { set } else { self.schema.tracked(api_version, self.subresource, set) }
    }

    /// Drops managers of versions that are gone, and collapses what became atomic.
    fn reconciled(&self, managers: Vec<Manager>) -> Vec<Manager> {
        managers
            .into_iter()
            .filter_map(|mut manager| {
                let view = self.schema.view_of(&manager.api_version)?;
                if let Some(set) = reconcile(view.types, view.root, &manager.set) {
                    manager.set = set;
                }
                Some(manager)
            })
            .collect()
    }

    /// Records an update: `own` stands for this very operation and is no manager yet.
    pub(crate) fn update(&self, old: &Value, new: &Value, managers: Vec<Manager>) -> (Vec<Manager>, Set) {
        let managers = self.reconciled(managers);
        // Forced changes do not conflict.
        let (managers, comparison) = self.settle(old, new, managers, None, true).unwrap_or_default();
        let own = self.filter(self.view().api_version, comparison.touched());
        (managers, own)
    }

    /// Applies `patch`, which must fit its type.
    ///
    /// # Errors
    /// Other managers hold paths that the patch changes, and it is not forced.
    pub(crate) fn apply(
        &self,
        live: &Value,
        patch: &Value,
        managers: Vec<Manager>,
        mut applier: Manager,
        force: bool,
    ) -> Result<Applied, Vec<Conflict>> {
        let view = self.view();
        let mut managers = self.reconciled(managers);
        let mut merged = live.clone();
        merge(view.types, view.root, &mut merged, patch);
        applier.set = self.filter(view.api_version, field_set(view.types, view.root, patch));
        let last = match managers.iter_mut().find(|manager| manager.is(&applier)) {
            Some(known) => {
                applier.time.clone_from(&known.time);
                Some(std::mem::replace(known, applier.clone()))
            }
            None => {
                managers.push(applier.clone());
                None
            }
        };
        if let Some(last) = last.filter(|last| !last.set.is_empty())
            && let Some(pruned) = self.prune(&merged, &managers, &last)
        {
            merged = pruned;
        }
        let (managers, _) = self.settle(live, &merged, managers, Some(&applier), force)?;
        let object = (!crate::apply::path::equal(live, &merged)).then_some(merged);
        Ok(Applied { object, managers })
    }

    /// Takes changed and removed paths away from every manager but `except`.
    fn settle(
        &self,
        old: &Value,
        new: &Value,
        managers: Vec<Manager>,
        except: Option<&Manager>,
        force: bool,
    ) -> Result<(Vec<Manager>, Comparison), Vec<Conflict>> {
        let view = self.view();
        let found = compare(view.types, view.root, old, new).map(|set| self.filter(view.api_version, set));
        let touched = found.touched();
        let mut conflicts = Vec::new();
        let mut kept = Vec::with_capacity(managers.len());
        for mut manager in managers {
            if except.is_some_and(|except| manager.is(except)) {
                kept.push(manager);
                continue;
            }
            let other = (manager.api_version != view.api_version)
                .then(|| self.compare_as(&manager.api_version, old, new))
                .flatten();
            let (changed, removed) = match &other {
                Some(found) => (Cow::Owned(found.touched()), &found.removed),
                None => (Cow::Borrowed(&touched), &found.removed),
            };
            if !changed.is_empty() && manager.set.intersects(&changed) {
                if force {
                    manager.set = manager.set.difference(&changed);
                } else {
                    let set = manager.set.intersection(&changed);
                    conflicts.push(Conflict { manager: manager.clone(), set });
                }
            }
            if !removed.is_empty() && manager.set.intersects(removed) {
                manager.set = manager.set.difference(removed);
            }
            kept.push(manager);
        }
        if !conflicts.is_empty() {
            conflicts.sort_by_key(|conflict| conflict.manager.identity());
            return Err(conflicts);
        }
        kept.retain(|manager| !manager.set.is_empty());
        Ok((kept, found))
    }

    fn compare_as(&self, api_version: &str, old: &Value, new: &Value) -> Option<Comparison> {
        let view = self.schema.view_of(api_version)?;
        let old = self.schema.convert(old, api_version)?;
        let new = self.schema.convert(new, api_version)?;
        Some(compare(view.types, view.root, &old, &new).map(|set| self.filter(api_version, set)))
    }

    /// Removes what the applier applied last time, did not apply this time, and nobody else manages.
    /// `None` when nothing goes.
    fn prune(&self, merged: &Value, managers: &[Manager], last: &Manager) -> Option<Value> {
        let view = self.schema.view_of(&last.api_version)?;
        if managers.iter().any(|manager| manager.api_version == last.api_version && last.set.is_subset(&manager.set)) {
            return None;
        }
        let here = self.view().api_version;
        let merged = self.schema.convert(merged, &last.api_version)?;
        let named = |set: &Set| set.with_named_fields(view.types, Some(view.root));
        let lasts = named(&last.set);
        let mut pruned = merged.clone().into_owned();
        remove(view.types, view.root, &mut pruned, &lasts);
        let pruned = self.add_back_owned(&merged, pruned, &last.api_version, managers)?;

        let left = named(&field_set(view.types, view.root, &pruned));
        let all = named(&field_set(view.types, view.root, &merged));
        let gone = all.difference(&left).intersection(&lasts);
        if gone.is_empty() {
            return None;
        }
        let mut result = merged.into_owned();
        remove(view.types, view.root, &mut result, &gone);
        self.schema.convert_from(&last.api_version, result, here)
    }

    /// Puts back what another manager, or the new configuration, still holds. The version that was pruned comes first.
    fn add_back_owned(
        &self,
        merged: &Value,
        mut pruned: Value,
        api_version: &str,
        managers: &[Manager],
    ) -> Option<Value> {
        let mut versions: Vec<&str> = vec![api_version];
        for manager in managers {
            if !versions.contains(&manager.api_version.as_str()) {
                versions.push(&manager.api_version);
            }
        }
        for version in versions {
            let Some(view) = self.schema.view_of(version) else { continue };
            let mut managed = Set::new();
            for manager in managers.iter().filter(|manager| manager.api_version == version) {
                managed = managed.union(&manager.set);
            }
            if managed.is_empty() {
                continue;
            }
            let named = |set: &Set| set.with_named_fields(view.types, Some(view.root));
            let there = self.schema.convert_between(api_version, merged, version)?;
            let left = self.schema.convert_between(api_version, &pruned, version)?;
            let all = named(&field_set(view.types, view.root, &there));
            let kept = named(&field_set(view.types, view.root, &left)).union(&named(&managed));
            let mut next = there.into_owned();
            remove(view.types, view.root, &mut next, &all.difference(&kept));
            pruned = self.schema.convert_from(version, next, api_version)?;
        }
        Some(pruned)
    }
}

/// The entry of an applier before it is known what it manages.
pub(crate) fn applier(name: &str, api_version: &str, subresource: Option<&str>) -> Manager {
    manager(name, Operation::Apply, api_version, subresource)
}

/// The entry of an updater before it is known what it manages.
pub(crate) fn updater(name: &str, api_version: &str, subresource: Option<&str>) -> Manager {
    manager(name, Operation::Update, api_version, subresource)
}

fn manager(name: &str, operation: Operation, api_version: &str, subresource: Option<&str>) -> Manager {
    Manager {
        name: if name.is_empty() { "unknown" } else { name }.to_owned(),
        operation,
        api_version: api_version.to_owned(),
        subresource: subresource.unwrap_or_default().to_owned(),
        time: None,
        set: Set::new(),
    }
}
