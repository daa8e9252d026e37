//! What is known of the value of an expression before it is evaluated: its type, as far as that matters. Knows no schemas.

use std::fmt;

use super::functions;
use super::parse::Expr;

/// A type of the language.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    /// Nothing is known here: whatever is done with it is fine.
    Any,
    /// Nothing is known until it is evaluated.
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Duration,
    Time,
    Quantity,
    List(Box<Self>),
    Map(Box<Self>, Box<Self>),
    Optional(Box<Self>),
    /// An object with known fields.
    Record(&'static Record),
}

/// The fields of an object.
#[derive(Debug, PartialEq)]
pub(super) struct Record {
    name: &'static str,
    fields: &'static [(&'static str, Field)],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    Text,
    Bool,
    Dyn,
    Texts,
    /// Lists of texts by name.
    Extra,
    Record(&'static Record),
}

static KIND: Record = Record {
    name: "kubernetes.GroupVersionKind",
    fields: &[("group", Field::Text), ("version", Field::Text), ("kind", Field::Text)],
};
static RESOURCE: Record = Record {
    name: "kubernetes.GroupVersionResource",
    fields: &[("group", Field::Text), ("version", Field::Text), ("resource", Field::Text)],
};
static USER: Record = Record {
    name: "kubernetes.UserInfo",
    fields: &[("username", Field::Text), ("uid", Field::Text), ("groups", Field::Texts), ("extra", Field::Extra)],
};

/// The request of an admission review, without its id and objects.
pub(super) static REQUEST: Record = Record {
    name: "kubernetes.AdmissionRequest",
    fields: &[
        ("kind", Field::Record(&KIND)),
        ("resource", Field::Record(&RESOURCE)),
        ("subResource", Field::Text),
        ("requestKind", Field::Record(&KIND)),
        ("requestResource", Field::Record(&RESOURCE)),
        ("requestSubResource", Field::Text),
        ("name", Field::Text),
        ("namespace", Field::Text),
        ("operation", Field::Text),
        ("userInfo", Field::Record(&USER)),
        ("dryRun", Field::Bool),
        ("options", Field::Dyn),
    ],
};

impl Field {
    fn found(self) -> Type {
        match self {
            Self::Text => Type::Text,
            Self::Bool => Type::Bool,
            Self::Dyn => Type::Dyn,
            Self::Texts => Type::list(Type::Text),
            Self::Extra => Type::Map(Box::new(Type::Text), Box::new(Type::list(Type::Text))),
            Self::Record(record) => Type::Record(record),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any | Self::Dyn => f.write_str("dyn"),
            Self::Null => f.write_str("null_type"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::Text => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Duration => f.write_str("google.protobuf.Duration"),
            Self::Time => f.write_str("google.protobuf.Timestamp"),
            Self::Quantity => f.write_str("kubernetes.Quantity"),
            Self::List(item) => write!(f, "list({item})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Optional(inner) => write!(f, "optional_type({inner})"),
            Self::Record(record) => f.write_str(record.name),
        }
    }
}

impl Type {
    fn list(item: Self) -> Self {
        Self::List(Box::new(item))
    }

    const fn is_open(&self) -> bool {
        matches!(self, Self::Any | Self::Dyn)
    }

    const fn may_be_bool(&self) -> bool {
        self.is_open() || matches!(self, Self::Bool)
    }

    const fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Uint | Self::Double)
    }

    const fn has_order(&self) -> bool {
        self.is_number() || matches!(self, Self::Bool | Self::Text | Self::Bytes | Self::Duration | Self::Time)
    }

    /// Whether values of both types can be told apart.
    fn compares(&self, other: &Self) -> bool {
        let may_be_absent =
            |one: &Self| matches!(one, Self::Record(_) | Self::Duration | Self::Time | Self::Optional(_));
        match (self, other) {
            (one, other) if one.is_open() || other.is_open() => true,
            (Self::Null, other) | (other, Self::Null) => *other == Self::Null || may_be_absent(other),
            (Self::List(one), Self::List(other)) | (Self::Optional(one), Self::Optional(other)) => one.compares(other),
            (Self::Map(key, value), Self::Map(other, there)) => key.compares(other) && value.compares(there),
            (one, other) => one == other,
        }
    }

    /// The type of what is either.
    fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Dyn }
    }
}

/// The type of an expression.
///
/// # Errors
/// What is not declared, or does not fit.
pub(super) fn infer(expr: &Expr, variables: Vec<(String, Type)>) -> Result<Type, String> {
    Inference { scope: variables }.of(expr)
}

struct Inference {
    scope: Vec<(String, Type)>,
}

type Answer = Result<Type, String>;

fn no_overload(called: &str, arguments: &[&Type]) -> Answer {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    Err(format!("found no matching overload for '{called}' applied to '({})'", arguments.join(", ")))
}

impl Inference {
    fn of(&mut self, expr: &Expr) -> Answer {
        match expr {
            Expr::Null => Ok(Type::Null),
            Expr::Bool(_) => Ok(Type::Bool),
            Expr::Int(_) => Ok(Type::Int),
            Expr::Uint(_) => Ok(Type::Uint),
            Expr::Double(_) => Ok(Type::Double),
            Expr::Text(_) => Ok(Type::Text),
            Expr::Bytes(_) => Ok(Type::Bytes),
            Expr::Name(name) => {
                let known = self.scope.iter().rev().find(|(known, _)| known == name).map(|(_, known)| known.clone());
                let known = known.or_else(|| functions::type_named(name).map(|_| Type::Any));
                known.ok_or_else(|| format!("undeclared reference to '{name}' (in container '')"))
            }
            Expr::Maybe(inner) => match self.of(inner)? {
                Type::Optional(inner) => Ok(*inner),
                open if open.is_open() => Ok(open),
                other => no_overload("?_", &[&other]),
            },
            Expr::Has(of, name) => {
                let of = self.of(of)?;
                member(&of, name).map(|_| Type::Bool)
            }
            Expr::Member(of, name, optional) => {
                let of = self.of(of)?;
                chained(&of, *optional, |of| member(of, name))
            }
            Expr::Index(of, index, optional) => {
                let (of, index) = (self.of(of)?, self.of(index)?);
                chained(&of, *optional, |of| item(of, &index))
            }
            Expr::List(items) => {
                let mut all: Option<Type> = None;
                for item in items {
                    let item = self.of(item)?;
                    all = Some(all.map_or_else(|| item.clone(), |all| all.or(item.clone())));
                }
                Ok(Type::list(all.unwrap_or(Type::Dyn)))
            }
            Expr::Map(entries) => {
                let mut all: Option<(Type, Type)> = None;
                for (key, value) in entries {
                    let key = match self.of(key)? {
                        // Were they known in full, a type could double at every step of a chain.
                        Type::List(_) | Type::Map(..) | Type::Optional(_) => Type::Dyn,
                        key => key,
                    };
                    let value = self.of(value)?;
                    all = Some(match all {
                        Some((keys, values)) => (keys.or(key), values.or(value)),
                        None => (key, value),
                    });
                }
                let (key, value) = all.unwrap_or((Type::Dyn, Type::Dyn));
                Ok(Type::Map(Box::new(key), Box::new(value)))
            }
            Expr::Not(inner) => match self.of(inner)? {
                flag if flag.may_be_bool() => Ok(Type::Bool),
                other => no_overload("!_", &[&other]),
            },
            Expr::Negative(inner) => match self.of(inner)? {
                number @ (Type::Int | Type::Double | Type::Any | Type::Dyn) => Ok(number),
                other => no_overload("-_", &[&other]),
            },
            Expr::And(left, right) | Expr::Or(left, right) => {
                self.flag(left)?;
                self.flag(right)?;
                Ok(Type::Bool)
            }
            Expr::If(condition, yes, no) => {
                let (condition, yes, no) = (self.of(condition)?, self.of(yes)?, self.of(no)?);
                if !condition.may_be_bool() || !yes.compares(&no) {
                    return no_overload("_?_:_", &[&condition, &yes, &no]);
                }
                Ok(yes.or(no))
            }
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.of(left)?, self.of(right)?);
                binary(operator, &left, &right)
            }
            Expr::Over(of, name, variables, bodies) => {
                let of = self.of(of)?;
                self.over(&of, name, variables, bodies)
            }
            Expr::Call(target, name, arguments) => self.call(target.as_deref(), name, arguments),
        }
    }

    fn flag(&mut self, expr: &Expr) -> Result<(), String> {
        let found = self.of(expr)?;
        if found.may_be_bool() { Ok(()) } else { Err(format!("expected type 'bool' but found '{found}'")) }
    }

    fn over(&mut self, of: &Type, name: &str, variables: &[String], bodies: &[Expr]) -> Answer {
        let (first, second) = match of {
            Type::List(item) if variables.len() == 1 => ((**item).clone(), Type::Any),
            Type::List(item) => (Type::Int, (**item).clone()),
            Type::Map(key, value) => ((**key).clone(), (**value).clone()),
            Type::Optional(inner) => ((**inner).clone(), Type::Any),
            open if open.is_open() => (Type::Dyn, Type::Dyn),
            other => {
                return Err(format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be list, map, or dynamic)"
                ));
            }
        };
        let before = self.scope.len();
        self.scope.extend(variables.iter().cloned().zip([first, second]));
        let bodies: Result<Vec<Type>, String> = bodies.iter().map(|body| self.of(body)).collect();
        self.scope.truncate(before);
        let mut bodies = bodies?;
        let last = bodies.pop().unwrap_or(Type::Any);
        let is_test = matches!(name, "all" | "exists" | "exists_one" | "existsOne" | "filter");
        if let Some(wrong) = bodies.iter().chain(is_test.then_some(&last)).find(|body| !body.may_be_bool()) {
            return Err(format!("expected type 'bool' but found '{wrong}'"));
        }
        Ok(match (name, of) {
            ("all" | "exists" | "exists_one" | "existsOne", _) => Type::Bool,
            ("filter", Type::Map(key, _)) => Type::List(key.clone()),
            ("filter", Type::List(_)) => of.clone(),
            ("map", _) => Type::list(last),
            ("optMap", _) => Type::Optional(Box::new(last)),
            ("optFlatMap", _) => last,
            _ => Type::Any,
        })
    }

    fn call(&mut self, target: Option<&Expr>, name: &str, arguments: &[Expr]) -> Answer {
        if !functions::is_known(name) {
            return Err(format!(
                "undeclared reference to '{name}' (in container ''), or fake-cluster does not know the function"
            ));
        }
        let of = match target {
            Some(target) => Some(self.of(target)?),
            None => None,
        };
        let mut given = Vec::new();
        for argument in arguments {
            given.push(self.of(argument)?);
        }
        if name == "size" {
            let measured = of.as_ref().or(given.first()).filter(|_| given.len() + usize::from(of.is_some()) == 1);
            let has_size =
                |one: &Type| one.is_open() || matches!(one, Type::Text | Type::Bytes | Type::List(_) | Type::Map(..));
            if !measured.is_some_and(has_size) {
                return no_overload("size", &of.iter().chain(&given).collect::<Vec<_>>());
            }
        }
        Ok(match (name, of, given.as_slice()) {
            ("or", Some(of @ Type::Optional(_)), _) => of,
            ("orValue", Some(Type::Optional(inner)), [other]) => inner.or(other.clone()),
            ("value", Some(Type::Optional(inner)), []) => *inner,
            ("optional.of" | "optional.ofNonZeroValue", None, [inner]) => Type::Optional(Box::new(inner.clone())),
            (called, ..) => returned(called),
        })
    }
}

/// What a step through an optional value leads to.
fn chained(of: &Type, optional: bool, step: impl Fn(&Type) -> Answer) -> Answer {
    match of {
        Type::Optional(inner) => step(inner).map(|found| Type::Optional(Box::new(found))),
        of if optional => step(of).map(|found| Type::Optional(Box::new(found))),
        of => step(of),
    }
}

fn member(of: &Type, name: &str) -> Answer {
    match of {
        Type::Map(_, value) => Ok((**value).clone()),
        Type::Optional(inner) => member(inner, name),
        Type::Record(record) => {
            let found = record.fields.iter().find(|(known, _)| *known == name);
            found.map(|(_, field)| field.found()).ok_or_else(|| format!("undefined field '{name}'"))
        }
        open if open.is_open() => Ok(open.clone()),
        other => Err(format!("type '{other}' does not support field selection")),
    }
}

fn item(of: &Type, index: &Type) -> Answer {
    match of {
        Type::List(item) if index.is_open() || *index == Type::Int => Ok((**item).clone()),
        Type::Map(key, value) if key.compares(index) => Ok((**value).clone()),
        open if open.is_open() => Ok(open.clone()),
        other => no_overload("_[_]", &[other, index]),
    }
}

fn binary(operator: &str, left: &Type, right: &Type) -> Answer {
    let called = || format!("_{operator}_");
    let is_open = left.is_open() || right.is_open();
    match operator {
        "==" | "!=" if left.compares(right) => Ok(Type::Bool),
        "<" | "<=" | ">" | ">=" => {
            let ordered = |one: &Type| one.is_open() || one.has_order();
            let alike = is_open || left == right || left.is_number() && right.is_number();
            if ordered(left) && ordered(right) && alike {
                Ok(Type::Bool)
            } else {
                no_overload(&called(), &[left, right])
            }
        }
        "in" => match right {
            Type::List(key) | Type::Map(key, _) if key.compares(left) => Ok(Type::Bool),
            open if open.is_open() => Ok(Type::Bool),
            _ => no_overload("@in", &[left, right]),
        },
        "+" | "-" | "*" | "/" | "%" if is_open => Ok(Type::Dyn),
        "+" if left == right && matches!(left, Type::Text | Type::Bytes | Type::List(_) | Type::Duration) => {
            Ok(left.clone())
        }
        "+" | "-" if *left == Type::Time && *right == Type::Duration => Ok(Type::Time),
        "+" if *left == Type::Duration && *right == Type::Time => Ok(Type::Time),
        "-" if left == right && matches!(left, Type::Time | Type::Duration) => Ok(Type::Duration),
        "%" if left == right && matches!(left, Type::Int | Type::Uint) => Ok(left.clone()),
        "+" | "-" | "*" | "/" if left == right && left.is_number() => Ok(left.clone()),
        _ => no_overload(&called(), &[left, right]),
    }
}

/// What functions give, as far as it is always the same.
fn returned(function: &str) -> Type {
    match function {
        "contains"
        | "startsWith"
        | "endsWith"
        | "matches"
        | "isQuantity"
        | "isGreaterThan"
        | "isLessThan"
        | "isInteger"
        | "isIP"
        | "isCIDR"
        | "sets.contains"
        | "sets.equivalent"
        | "sets.intersects"
        | "hasValue"
        | "bool"
        | "isSorted"
        | "isURL"
        | "isSemver"
        | "ip.isCanonical"
        | "isUnspecified"
        | "isLoopback"
        | "isLinkLocalMulticast"
        | "isLinkLocalUnicast"
        | "isGlobalUnicast"
        | "containsIP"
        | "containsCIDR" => Type::Bool,
        "size" | "indexOf" | "lastIndexOf" | "compareTo" | "sign" | "int" | "getSeconds" | "getMinutes"
        | "getHours" | "getMilliseconds" | "getFullYear" | "getMonth" | "getDate" | "getDayOfMonth"
        | "getDayOfWeek" | "getDayOfYear" | "asInteger" | "major" | "minor" | "patch" | "family" | "prefixLength" => {
            Type::Int
        }
        "string" | "charAt" | "lowerAscii" | "upperAscii" | "replace" | "substring" | "trim" | "join" | "find"
        | "format" | "strings.quote" | "getScheme" | "getHost" | "getHostname" | "getPort" | "getEscapedPath" => {
            Type::Text
        }
        "split" | "findAll" => Type::list(Type::Text),
        "uint" => Type::Uint,
        "double" => Type::Double,
        "bytes" => Type::Bytes,
        "timestamp" => Type::Time,
        "duration" => Type::Duration,
        "quantity" | "add" | "sub" => Type::Quantity,
        "dyn" => Type::Dyn,
        "optional.none" => Type::Optional(Box::new(Type::Dyn)),
        _ => Type::Any,
    }
}
