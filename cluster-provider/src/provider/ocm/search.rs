//! What is put into a `search` parameter: attributes, values that cannot end before their end, nothing else. Pure; knows nothing of requests.
//!
//! OCM reads it like the `where` of SQL: text in single quotes, a quote in it doubled.

use std::fmt;

/// A condition on listed objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Search(String);

/// A value that does not go into a search, or a name that is no attribute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} cannot be searched for: {why}")]
pub(super) struct Unsearchable {
    what: String,
    why: &'static str,
}

/// Longest value; nothing that is searched for is longer.
const LONGEST: usize = 512;

impl Search {
    /// The attribute has this value.
    pub(super) fn equals(attribute: &str, value: &str) -> Result<Self, Unsearchable> {
        let refused = |why| Unsearchable { what: attribute.chars().take(64).collect(), why };
        if !is_attribute(attribute) {
            return Err(refused("it is no attribute"));
        }
        if value.is_empty() {
            return Err(refused("its value is empty"));
        }
        if value.len() > LONGEST {
            return Err(refused("its value is longer than 512 bytes"));
        }
        if value.chars().any(char::is_control) {
            return Err(refused("its value holds control characters"));
        }
        Ok(Self(format!("{attribute} = '{}'", value.replace('\'', "''"))))
    }

    /// Both.
    pub(super) fn and(self, other: &Self) -> Self {
        Self(format!("{self} and {other}"))
    }
}

/// Words of letters, digits, `_` and `-`, with dots between them.
fn is_attribute(name: &str) -> bool {
    name.split('.').all(|word| {
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    })
}

/// Whether this may be the key of a property that is searched for.
pub(super) fn is_key(name: &str) -> bool {
    !name.contains('.') && is_attribute(name)
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads `attribute = '…'` as SQL does: the value, and what stands behind its end.
    fn read_back(search: &str) -> (String, String) {
        let (_, quoted) = search.split_once(" = '").unwrap();
        let (mut value, mut rest) = (String::new(), quoted.chars().peekable());
        while let Some(next) = rest.next() {
            match (next, rest.peek()) {
                ('\'', Some('\'')) => {
                    rest.next();
                    value.push('\'');
                }
                ('\'', _) => break,
                (other, _) => value.push(other),
            }
        }
        (value, rest.collect())
    }

    /// W-41
    #[test]
    fn text_that_looks_like_sql_is_a_value() {
        let search = Search::equals("name", "x' or name like '%").unwrap();
        assert_eq!(search.to_string(), "name = 'x'' or name like ''%'");
        assert!(Search::equals("name", "a\nb").is_err() && Search::equals("name", "").is_err());
        assert!(Search::equals("name = '' or name", "a").is_err() && Search::equals("properties.", "a").is_err());
        let both = search.and(&Search::equals("properties.mooring_create_token", "t").unwrap());
        assert!(both.to_string().ends_with(" and properties.mooring_create_token = 't'"));
    }

    proptest! {
        #[test]
        fn any_value_is_refused_or_comes_back_whole(value: String) {
            if let Ok(search) = Search::equals("external_id", &value) {
                prop_assert_eq!(read_back(&search.to_string()), (value, String::new()));
            }
        }

        #[test]
        fn no_attribute_brings_its_own_condition(attribute: String) {
            if let Ok(search) = Search::equals(&attribute, "v") {
                prop_assert!(!attribute.contains([' ', '\'', '=', '(', ';']), "{}", search);
            }
        }
    }
}
