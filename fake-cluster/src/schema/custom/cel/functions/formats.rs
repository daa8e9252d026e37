//! The named formats of Kubernetes' CEL library: what is wrong with a text. Knows no schemas.

use std::rc::Rc;

use super::super::eval::Answer;
use super::super::value::Val;
use super::urls;
use crate::schema::custom::formats;
use crate::schema::names;

/// Their names; each is a function without arguments as well.
const NAMES: [&str; 13] = [
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
];

/// `format.uri()`.
pub(super) fn named(name: &str) -> Option<Val> {
    NAMES.iter().find(|known| **known == name).map(|known| Val::Format(known))
}

/// `format.named('uri')`.
pub(super) fn looked_up(name: &str) -> Val {
    Val::Optional(named(name).map(Rc::new))
}

/// `format.uri().validate(text)`: what is wrong, if anything is.
pub(super) fn call(name: &str, own: &str, rest: &[Val]) -> Option<Answer> {
    let ("validate", [Val::Text(text)]) = (name, rest) else { return None };
    let wrong = wrong(own, text);
    let wrong = (!wrong.is_empty()).then(|| Rc::new(Val::list(wrong.into_iter().map(Val::text).collect())));
    Some(Ok(Val::Optional(wrong)))
}

fn wrong(format: &str, text: &str) -> Vec<String> {
    let fits = |format: &str, why: &str| if formats::check(format, text) { Vec::new() } else { vec![why.to_owned()] };
    match format {
        "dns1123Label" => names::label(text),
        "dns1123Subdomain" => names::subdomain(text),
        "dns1035Label" => names::label_1035(text),
        "dns1123LabelPrefix" => names::NameRule::Label.check(text, true),
        "dns1123SubdomainPrefix" => names::NameRule::Subdomain.check(text, true),
        "dns1035LabelPrefix" => names::label_1035(&begun(text)),
        "qualifiedName" => names::qualified(text),
        "labelValue" => names::label_value(text),
        "uri" => urls::wrong(text).into_iter().collect(),
        "uuid" => fits("uuid", "does not match the UUID format"),
        "byte" => fits("byte", "invalid base64"),
        "date" => fits("date", "invalid date"),
        _ => fits("datetime", "invalid datetime"),
    }
}

/// The beginning of a name, as a whole one: the dash at its end stands before more.
fn begun(text: &str) -> String {
    match text.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => {
            let mut chars = rest.chars();
            chars.next_back();
            format!("{}a", chars.as_str())
        }
        _ => text.to_owned(),
    }
}
