//! Values of the Common Expression Language, made from JSON as a schema says. Knows no expressions.
use std::cmp::Ordering;
use std::net::IpAddr;
use std::rc::Rc;

use base64::Engine as _;
use jiff::Timestamp;
use serde_json::Value;

use super::eval::{Budget, Stop};
use super::functions::{Semver, Url};
use crate::schema::custom::props::Props;
use crate::schema::quantity::Quantity;
use crate::schema::time;

/// One value.
#[derive(Clone, Debug)]
pub(super) enum Val {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(Rc<str>),
    Bytes(Rc<[u8]>),
    List(Rc<List>),
    Map(Rc<Vec<(Self, Self)>>),
    /// In nanoseconds.
    Duration(i64),
    Time(Timestamp),
    Quantity(Quantity),
    Ip(IpAddr),
    /// An address, and how many of its bits name the network.
    Cidr(IpAddr, u8),
    Url(Rc<Url>),
    Semver(Rc<Semver>),
    /// A format, by its name.
    Format(&'static str),
    Type(&'static str),
    Optional(Option<Rc<Self>>),
}

/// A list, and how its items are told apart when lists are compared and joined.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) items: Vec<Val>,
    pub(super) relation: Relation,
}

/// The list types of Kubernetes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Relation {
    #[default]
    Atomic,
    Set,
    Keys(Vec<String>),
}

impl Val {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(List { items, relation: Relation::Atomic }))
    }

    /// Reads JSON as a schema says; what the schema does not know is not there.
    pub(super) fn read(value: &Value, props: &Props, is_resource: bool) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) if props.of != "number" => Self::Int(whole),
                #[expect(clippy::cast_possible_truncation, reason = "a whole number, which the schema has checked")]
                (_, Some(float)) if props.of == "integer" => Self::Int(float as i64),
                (_, float) => Self::Double(float.unwrap_or_default()),
            },
            Value::String(text) => Self::read_text(text, props),
            Value::Array(items) => {
                let of =
                    |item| props.items.as_deref().map_or(Self::Null, |props| Self::read(item, props, props.embedded));
                let relation = match props.list_type.as_deref() {
                    Some("set") => Relation::Set,
                    Some("map") => Relation::Keys(props.list_keys.clone()),
                    _ => Relation::Atomic,
                };
                Self::List(Rc::new(List { items: items.iter().map(of).collect(), relation }))
            }
            Value::Object(members) => {
                let mut entries = Vec::new();
                let nothing = Props::default();
                for (name, value) in members {
                    let entry = match (props.additional_props(), props.properties.get(name), name.as_str()) {
                        (Some(below), _, _) => Some((name.clone(), below)),
                        (None, _, "apiVersion" | "kind" | "metadata") if is_resource => Some((name.clone(), &nothing)),
                        (None, Some(below), _) if is_typed(below) => escaped(name).map(|name| (name, below)),
                        _ => None,
                    };
                    let Some((known_as, below)) = entry else { continue };
                    if value.is_null() && !below.nullable {
                        continue;
                    }
                    let value = if is_resource && name == "metadata" {
                        names_only(value)
                    } else {
                        Self::read(value, below, below.embedded)
                    };
                    entries.push((Self::text(known_as), value));
                }
                Self::Map(Rc::new(entries))
            }
        }
    }

    fn read_text(text: &str, props: &Props) -> Self {
        let plain = || Self::text(text);
        if props.int_or_string {
            return plain();
        }
        match props.format.as_str() {
            "byte" => base64::engine::general_purpose::STANDARD
                .decode(text)
                .map_or_else(|_| plain(), |bytes| Self::Bytes(bytes.into())),
            "date-time" => time::parse_seconds(text).map_or_else(|_| plain(), Self::Time),
            "date" => format!("{text}T00:00:00Z").parse().map_or_else(|_| plain(), Self::Time),
            "duration" => duration(text).map_or_else(plain, Self::Duration),
            _ => plain(),
        }
    }

    pub(super) fn member(&self, name: &str) -> Option<Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(key, _)| matches!(key, Self::Text(key) if **key == *name)).map(|(_, value)| value.clone())
    }

    #[expect(clippy::cast_precision_loss, reason = "the language compares numbers of different types like this")]
    fn number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Uint(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            _ => None,
        }
    }

    /// Which of two values comes first; nothing when they cannot be compared.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(right)),
            (Self::Int(left), Self::Int(right)) => Some(left.cmp(right)),
            (Self::Uint(left), Self::Uint(right)) => Some(left.cmp(right)),
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            (Self::Bytes(left), Self::Bytes(right)) => Some(left.cmp(right)),
            (Self::Duration(left), Self::Duration(right)) => Some(left.cmp(right)),
            (Self::Time(left), Self::Time(right)) => Some(left.cmp(right)),
            (Self::Quantity(left), Self::Quantity(right)) => Some(left.cmp(right)),
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    /// Whether two values are the same. A value can be far larger than what was paid for it, as it may hold one thing many times: each
    /// pair that is looked at has its price.
    pub(super) fn equals(&self, other: &Self, budget: &mut Budget) -> Result<bool, Stop> {
        budget.spend(1)?;
        match (self, other) {
            (Self::Null, Self::Null) => Ok(true),
            (Self::List(left), Self::List(right)) => same_items(left, right, budget),
            (Self::Map(left), Self::Map(right)) => same_entries(left, right, budget),
            (Self::Optional(Some(left)), Self::Optional(Some(right))) => left.equals(right, budget),
            (Self::Optional(left), Self::Optional(right)) => Ok(left.is_none() && right.is_none()),
            (Self::Text(left), Self::Text(right)) => {
                let alike = left.len() == right.len();
                budget.spend(if alike { left.len() / 10 } else { 0 })?;
                Ok(alike && left == right)
            }
            (Self::Bytes(left), Self::Bytes(right)) => {
                let alike = left.len() == right.len();
                budget.spend(if alike { left.len() / 10 } else { 0 })?;
                Ok(alike && left == right)
            }
            (Self::Ip(left), Self::Ip(right)) => Ok(left == right),
            (Self::Cidr(left, bits), Self::Cidr(right, others)) => Ok((left, bits) == (right, others)),
            (Self::Url(left), Self::Url(right)) => Ok(left == right),
            (Self::Semver(left), Self::Semver(right)) => Ok(left == right),
            (Self::Format(left), Self::Format(right)) | (Self::Type(left), Self::Type(right)) => Ok(left == right),
            _ => Ok(self.order(other) == Some(Ordering::Equal)),
        }
    }

    /// What it costs to tell which of this and another value comes first.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => 1 + text.len() / 10,
            Self::Bytes(bytes) => 1 + bytes.len() / 10,
            _ => 1,
        }
    }

    /// What `type()` calls it.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Time(_) => "google.protobuf.Timestamp",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Ip(_) => "net.IP",
            Self::Cidr(..) => "net.CIDR",
            Self::Url(_) => "kubernetes.URL",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
            Self::Type(_) => "type",
            Self::Optional(_) => "optional_type",
        }
    }
}

/// The entry of a key; `near` is where it most likely is.
pub(super) fn entry<'a>(
    entries: &'a [(Val, Val)],
    key: &Val,
    near: usize,
    budget: &mut Budget,
) -> Result<Option<&'a Val>, Stop> {
    for (at, (known, value)) in around(entries, near) {
        let found = match (known, key) {
            // Names are told apart fast.
            (Val::Text(known), Val::Text(key)) => {
                budget.spend(usize::from(at % 16 == 15))?;
                known == key
            }
            _ => known.equals(key, budget)?,
        };
        if found {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Everything once, from one place on; with how many came before.
fn around<T>(all: &[T], from: usize) -> impl Iterator<Item = (usize, &T)> {
    let (before, after) = all.split_at(from.min(all.len()));
    after.iter().chain(before).enumerate()
}

fn same_items(left: &List, right: &List, budget: &mut Budget) -> Result<bool, Stop> {
    if left.items.len() != right.items.len() {
        return Ok(false);
    }
    for (at, item) in left.items.iter().enumerate() {
        // The order counts only if the list is one that has an order; most often it is the same anyway.
        let reach = if left.relation == Relation::Atomic { 1 } else { right.items.len() };
        let mut found = false;
        for (_, other) in around(&right.items, at).take(reach) {
            if other.equals(item, budget)? {
                found = true;
                break;
            }
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

fn same_entries(left: &[(Val, Val)], right: &[(Val, Val)], budget: &mut Budget) -> Result<bool, Stop> {
    if left.len() != right.len() {
        return Ok(false);
    }
    for (at, (key, value)) in left.iter().enumerate() {
        let Some(there) = entry(right, key, at, budget)? else { return Ok(false) };
        if !there.equals(value, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Of the metadata, rules see the names.
fn names_only(metadata: &Value) -> Val {
    let of = |key: &str| Some((Val::text(key), Val::text(metadata.get(key)?.as_str()?)));
    Val::Map(Rc::new(["name", "generateName"].into_iter().filter_map(of).collect()))
}

/// Whether rules see a field of this schema.
pub(super) fn is_typed(props: &Props) -> bool {
    !props.of.is_empty() || props.int_or_string
}

const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// The name by which rules know a field; none when they cannot.
pub(super) fn escaped(name: &str) -> Option<String> {
    if RESERVED.contains(&name) {
        return Some(format!("__{name}__"));
    }
    let out = name
        .replace("__", "\u{0}")
        .replace('.', "__dot__")
        .replace('-', "__dash__")
        .replace('/', "__slash__")
        .replace('\u{0}', "__underscores__");
    let mut bytes = out.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    (begins && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')).then_some(out)
}

/// A duration as Go writes them, `1h30m`, in nanoseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, left) = rest.split_at(end);
        let number: f64 = number.parse().ok()?;
        let unit_end = left.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(left.len());
        let (unit, left) = left.split_at(unit_end);
        total += number
            * match unit {
                "ns" => 1.0,
                "us" | "µs" | "μs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 6e10,
                "h" => 3.6e12,
                _ => return None,
            };
        rest = left;
    }
    let total: f64 = sign * total;
    #[expect(clippy::cast_possible_truncation, reason = "checked to fit")]
    (total.abs() < 9.2e18).then_some(total as i64)
}
