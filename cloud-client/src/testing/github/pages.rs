//! Cuts lists into pages and says where the next one is.

use serde_json::Value;

/// A page, and the `Link` header that goes with it.
pub(super) struct Page {
    pub(super) items: Vec<Value>,
    pub(super) link: Option<String>,
}

/// One value of a query.
pub(super) fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn number(query: &str, name: &str, default: usize) -> usize {
    parameter(query, name).and_then(|value| value.parse().ok()).filter(|number| *number > 0).unwrap_or(default)
}

/// Pages by number, with links to the next and to the last.
pub(super) fn numbered(all: &[Value], base: &str, path: &str, query: &str) -> Page {
    let (page, per_page) = (number(query, "page", 1), number(query, "per_page", 30).min(100));
    let last = all.len().div_ceil(per_page).max(1);
    let items = all.iter().skip((page - 1) * per_page).take(per_page).cloned().collect();
    let link = (page < last).then(|| {
        let to = |page: usize| format!("{base}{path}?page={page}&per_page={per_page}");
        format!("<{}>; rel=\"next\", <{}>; rel=\"last\"", to(page + 1), to(last))
    });
    Page { items, link }
}

/// Pages by cursor: there is a next one and never a last.
pub(super) fn by_cursor(all: &[Value], base: &str, path: &str, query: &str) -> Page {
    let (after, per_page) = (number(query, "after", 0), number(query, "per_page", 30).min(100));
    let items: Vec<_> = all.iter().skip(after).take(per_page).cloned().collect();
    let end = after + items.len();
    let link = (end < all.len()).then(|| format!("<{base}{path}?per_page={per_page}&after={end}>; rel=\"next\""));
    Page { items, link }
}
