//! What roles and bindings grant: nothing may be left out by mistake, so that an empty list must be written.

use serde_json::{Map, Value};

use super::Findings;
use crate::resource::place::Place;
use crate::resource::prepare;

impl Findings {
    pub(super) fn role(&mut self, root: &Map<String, Value>) {
        let rules = Place::ROOT.key("rules");
        if !root.contains_key("rules") && !root.contains_key("aggregationRule") {
            self.add(&rules, "is missing; write [] if it grants nothing");
        }
        let declared = root.get("rules").filter(|rules| !prepare::dropped(root, "rules", rules));
        for (index, item) in self.list(declared, &rules).iter().enumerate() {
            let place = rules.index(index);
            let Some(rule) = self.map(Some(item), &place) else { continue };
            if !rule.contains_key("verbs") {
                self.add(&place.key("verbs"), "is missing");
            }
            for key in ["apiGroups", "nonResourceURLs", "resourceNames", "resources", "verbs"] {
                self.texts(rule.get(key), &place.key(key));
            }
        }
    }

    pub(super) fn binding(&mut self, root: &Map<String, Value>) {
        let subjects = Place::ROOT.key("subjects");
        if !root.contains_key("subjects") {
            self.add(&subjects, "is missing; write [] if it binds nobody");
        }
        for (index, item) in self.list(root.get("subjects"), &subjects).iter().enumerate() {
            let place = subjects.index(index);
            let Some(subject) = self.map(Some(item), &place) else { continue };
            self.text(subject, &place, "name");
            if self.text(subject, &place, "kind") == Some("ServiceAccount") {
                self.text(subject, &place, "namespace");
            }
        }
        let place = Place::ROOT.key("roleRef");
        match root.get("roleRef") {
            None => self.add(&place, "is missing"),
            role => {
                if let Some(role) = self.map(role, &place) {
                    self.text(role, &place, "kind");
                    self.text(role, &place, "name");
                }
            }
        }
    }

    /// A list of strings, if there is one.
    fn texts(&mut self, value: Option<&Value>, place: &Place<'_>) {
        for (index, item) in self.list(value, place).iter().enumerate().filter(|(_, item)| !item.is_string()) {
            self.wrong(&place.index(index), "a string", item);
        }
    }
}
