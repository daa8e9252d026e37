//! What goes over the wire: requests as they are understood, answers, lists and errors in the shapes of OCM. Knows nothing of clusters.

use std::collections::BTreeMap;

use http::{HeaderMap, Method, StatusCode};
use serde_json::{Map, Value, json};

use super::search::Search;

/// The clusters service.
pub(super) const CLUSTERS: &str = "/api/clusters_mgmt/v1";
/// The accounts service.
pub(super) const ACCOUNTS: &str = "/api/accounts_mgmt/v1";
/// How many items a page has when nobody asks.
const PAGE: usize = 100;

/// One request, understood.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    pub(super) headers: HeaderMap,
    /// Null when there is none.
    pub(super) body: Value,
    /// Pages without an order come in a different order each time.
    pub(super) unordered: bool,
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) retry_after: Option<u64>,
    pub(super) body: Content,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Nothing,
    Json(Value),
    Html(String),
}

/// Why something was not done, as OCM says it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// The number in the code; the status where the clusters service is asked.
    pub(super) number: u16,
    pub(super) reason: String,
    pub(super) details: Value,
}

/// What a handler answers.
pub(super) type Handled = Result<Answer, Refusal>;

// === impl Ask ===

impl Ask {
    /// The parts of the path behind a prefix; `None` when it has another one.
    pub(super) fn behind(&self, prefix: &str) -> Option<Vec<&str>> {
        let rest = self.path.strip_prefix(prefix)?;
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
        // A slash at the end changes nothing there: who asks for the cluster without a name gets the list.
        Some(rest.strip_suffix('/').unwrap_or(rest).split('/').collect())
    }

    /// A parameter that is true or false.
    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool, Refusal> {
        match self.query.get(name).map(String::as_str) {
            None => Ok(default),
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(_) => Err(Refusal::invalid(format!("Parameter '{name}' is neither true nor false"))),
        }
    }

    /// The body, which has to be an object.
    pub(super) fn object(&self) -> Result<&Map<String, Value>, Refusal> {
        self.body.as_object().ok_or_else(|| Refusal::invalid("The request body is not a JSON object"))
    }

    /// One page of a list: searched, ordered and cut as was asked. `searchable` says whether a field is known.
    pub(super) fn page(
        &self,
        kind: &str,
        mut items: Vec<Value>,
        searchable: impl Fn(&str) -> bool,
        seed: u64,
    ) -> Handled {
        let search = Search::parse(self.query.get("search").map_or("", String::as_str));
        let search = search.map_err(|error| Refusal::invalid(format!("Invalid search: {error}")))?;
        if let Some(field) = search.fields().into_iter().find(|field| !searchable(field)) {
            return Err(Refusal::invalid(format!("Invalid search: '{field}' is not a field that can be searched")));
        }
        items.retain(|item| search.finds(item));
        match self.query.get("order").or_else(|| self.query.get("orderBy")) {
            Some(order) => sort(&mut items, order, searchable)?,
            None if self.unordered => shuffle(&mut items, seed),
            None => {}
        }
        let number = |name: &str, default: i64| match self.query.get(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| Refusal::invalid(format!("Parameter '{name}' is not a number"))),
        };
        let (page, size) = (number("page", 1)?, number("size", i64::try_from(PAGE).unwrap_or(100))?);
        if page < 1 || size < -1 {
            return Err(Refusal::invalid("Parameters 'page' and 'size' have to be positive"));
        }
        let total = items.len();
        let window = match usize::try_from(size) {
            Err(_) => items,
            Ok(size) => {
                let before = usize::try_from(page - 1).unwrap_or(usize::MAX).saturating_mul(size);
                items.into_iter().skip(before).take(size).collect()
            }
        };
        Ok(Answer::json(
            StatusCode::OK,
            json!({ "kind": format!("{kind}List"), "page": page, "size": window.len(), "total": total, "items": window }),
        ))
    }
}

fn sort(items: &mut [Value], order: &str, searchable: impl Fn(&str) -> bool) -> Result<(), Refusal> {
    let mut keys = Vec::new();
    for key in order.split(',') {
        let mut words = key.split_whitespace();
        let (field, direction) = (words.next().unwrap_or_default(), words.next().unwrap_or("asc"));
        let descending = match direction.to_ascii_lowercase().as_str() {
            "asc" => false,
            "desc" => true,
            _ => return Err(Refusal::invalid(format!("Invalid order: '{direction}' is no direction"))),
        };
        if !searchable(field) || words.next().is_some() {
            return Err(Refusal::invalid(format!("Invalid order: '{field}' is not a field to order by")));
        }
        keys.push((format!("/{}", field.replace('.', "/")), descending));
    }
    let text = |item: &Value, pointer: &str| match item.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    items.sort_by(|one, other| {
        keys.iter().fold(std::cmp::Ordering::Equal, |so_far, (pointer, descending)| {
            let order = text(one, pointer).cmp(&text(other, pointer));
            so_far.then(if *descending { order.reverse() } else { order })
        })
    });
    Ok(())
}

fn shuffle(items: &mut [Value], seed: u64) {
    use rand::SeedableRng as _;
    use rand::seq::SliceRandom as _;
    items.shuffle(&mut rand::rngs::StdRng::seed_from_u64(seed));
}

// === impl Answer ===

impl Answer {
    pub(super) fn json(status: StatusCode, body: Value) -> Self {
        Self { status, retry_after: None, body: Content::Json(body) }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(super) fn created(body: Value) -> Self {
        Self::json(StatusCode::CREATED, body)
    }

    pub(super) fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, retry_after: None, body: Content::Nothing }
    }
}

// === impl Refusal ===

impl Refusal {
    pub(super) fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self { status, number: status.as_u16(), reason: reason.into(), details: Value::Null }
    }

    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    pub(super) fn not_found(what: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} '{id}' not found"))
    }

    pub(super) fn no_such_path(path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("The requested resource '{path}' doesn't exist"))
    }

    pub(super) fn no_such_method(method: &Method) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("Method '{method}' is not allowed here"))
    }

    pub(super) fn with_details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// The body that every error has. The accounts service counts its own way.
    pub(super) fn answer(self, path: &str, operation_id: &str, at: jiff::Timestamp) -> Answer {
        let (api, prefix, number) = if path.starts_with(ACCOUNTS) {
            let number = match self.number {
                400 => 21,
                401 => 15,
                403 => 11,
                404 => 7,
                409 => 6,
                other => other,
            };
            (ACCOUNTS, "ACCT-MGMT", number)
        } else {
            (CLUSTERS, "CLUSTERS-MGMT", self.number)
        };
        let mut body = json!({
            "kind": "Error",
            "id": number.to_string(),
            "href": format!("{api}/errors/{number}"),
            "code": format!("{prefix}-{number}"),
            "reason": self.reason,
            "operation_id": operation_id,
            "timestamp": at.to_string(),
        });
        if let (Value::Object(body), false) = (&mut body, self.details.is_null()) {
            body.insert("details".to_owned(), self.details);
        }
        Answer::json(self.status, body)
    }
}

/// A reference to something else.
pub(super) fn link(kind: &str, collection: &str, id: &str) -> Value {
    json!({ "kind": format!("{kind}Link"), "id": id, "href": format!("{collection}/{id}") })
}

/// Writes `patch` over `held`: objects are merged, null takes away, everything else is put in its place.
pub(super) fn merge(held: &mut Value, patch: &Value) {
    match (held, patch) {
        (Value::Object(held), Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    held.remove(key);
                } else {
                    merge(held.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (held, patch) => *held = patch.clone(),
    }
}

/// Takes everything out of an object that OCM takes in and never gives back.
pub(super) fn without_secrets(mut value: Value) -> Value {
    const SECRETS: [&str; 7] = [
        "client_secret",
        "password",
        "bind_password",
        "hashed_password",
        "access_key_id",
        "secret_access_key",
        "private_key",
    ];
    match &mut value {
        Value::Object(members) => {
            members.retain(|key, _| !SECRETS.contains(&key.as_str()));
            for member in members.values_mut() {
                *member = without_secrets(member.take());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_secrets(item.take())),
        _ => {}
    }
    value
}
