//! The columns of built-in kinds: data that a real server told (`columns.txt`). Knows nothing of cells.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

const TEXT: &str = include_str!("columns.txt");

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// The OpenAPI type of its cells.
    pub(crate) of: String,
    pub(crate) format: String,
    pub(crate) description: String,
    /// Columns other than 0 are shown in wide output only.
    pub(crate) priority: i64,
}

/// Read once per process, when the first table is asked for.
static BUILTIN: LazyLock<HashMap<(&'static str, &'static str), Vec<Column>>> = LazyLock::new(read);

/// The columns of a built-in kind.
pub(super) fn of(group: &str, kind: &str) -> &'static [Column] {
    // The names are looked up by value; the map holds them for ever.
    let found = BUILTIN.iter().find(|((g, k), _)| (*g, *k) == (group, kind)).map(|(_, columns)| columns);
    found.or_else(|| BUILTIN.get(&("", "LimitRange"))).map(Vec::as_slice).unwrap_or_default()
}

/// The kinds that have columns of their own.
#[cfg(test)]
pub(super) fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILTIN.keys().copied()
}

/// What is said of the metadata field that a column shows.
pub(super) fn described(column: &str) -> String {
    let of = |kind: &str| of("", kind).iter().find(|known| known.name == column);
    of("ServiceAccount").or_else(|| of("LimitRange")).map(|column| column.description.clone()).unwrap_or_default()
}

fn read() -> HashMap<(&'static str, &'static str), Vec<Column>> {
    let texts: Vec<String> =
        TEXT.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("text ")?).ok()).collect();
    let mut kinds: HashMap<(&'static str, &'static str), Vec<Column>> = HashMap::new();
    let mut open = ("", "");
    for line in TEXT.lines() {
        if let Some(kind) = line.strip_prefix("kind ").and_then(|name| name.split_once('/')) {
            open = kind;
        } else if let Some(column) = line.strip_prefix(' ').and_then(|line| column(line, &texts)) {
            kinds.entry(open).or_default().push(column);
        }
    }
    kinds
}

fn column(line: &str, texts: &[String]) -> Option<Column> {
    let mut parts = line.split('\t');
    let mut next = || parts.next().map(str::to_owned);
    let (name, of, format) = (next()?, next()?, next()?);
    let priority = next()?.parse().ok()?;
    let description = texts.get(next()?.parse::<usize>().ok()?)?.clone();
    Some(Column { name, of, format, description, priority })
}

// === impl Column ===

impl Column {
    pub(super) fn shown(&self) -> Value {
        serde_json::json!({
            "name": self.name, "type": self.of, "format": self.format, "description": self.description,
            "priority": self.priority,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_read() {
        let lines = TEXT.lines().filter(|line| line.starts_with(' ')).count();
        assert_eq!(BUILTIN.values().map(Vec::len).sum::<usize>(), lines);
        assert!(BUILTIN.values().flatten().all(|column| !column.name.is_empty() && !column.of.is_empty()));
    }

    #[test]
    fn a_kind_without_columns_of_its_own_shows_name_and_time() {
        let names: Vec<&str> = of("rbac.authorization.k8s.io", "Role").iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["Name", "Created At"]);
        assert_eq!(of("none.example.com", "Thing"), of("", "LimitRange"));
        assert!(described("Age").starts_with("CreationTimestamp"));
    }
}
