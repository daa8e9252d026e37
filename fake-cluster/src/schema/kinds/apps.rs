//! The kind of `apps` that runs nothing: a revision of a controller's template. Knows no other kinds.

use serde_json::Value;

use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;
use crate::schema::strategy::{Step, Strategy};

pub(crate) static CONTROLLER_REVISION: Strategy = Strategy {
    on_update: &[Step::MetadataChange, Step::Metadata, Step::Rules],
    rules: revision,
    ..Strategy::of("apps", "ControllerRevision")
};

fn revision(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let at = Place::new("data");
    causes.nonnegative(&Place::new("revision"), object.number("revision"));
    let data = object.get_or_null("data");
    match old {
        None if data.is_null() => causes.required(&at, "data is mandatory"),
        None if !data.is_object() => causes.required(&at, "data must be a valid JSON object"),
        Some(old) if old.get_or_null("data") != data => causes.invalid(&at, data.clone(), "field is immutable"),
        _ => {}
    }
}
