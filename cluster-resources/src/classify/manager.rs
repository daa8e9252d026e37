//! Reads who holds a field out of a conflict's cause, the only place where the API server says it. Pure text work.
//!
//! Source: `printManager` in `k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go`.

use super::{FieldConflict, Operation};

/// `conflict with "kubectl" with subresource "scale" using v1 at 2020-02-03T04:05:06Z`, and the shorter forms of it.
pub(super) fn conflict(message: &str, field: &str) -> FieldConflict {
    let rest = message.strip_prefix("conflict with ").unwrap_or(message);
    let (manager, rest) = quoted(rest).unwrap_or(("unknown".to_owned(), ""));
    let (subresource, rest) = match rest.strip_prefix(" with subresource ").and_then(quoted) {
        Some((subresource, rest)) => (Some(subresource), rest),
        None => (None, rest),
    };
    let (operation, time) = match rest.strip_prefix(" using ") {
        Some(using) => (Operation::Update, using.split_once(" at ").map(|(_, time)| time.to_owned())),
        None => (Operation::Apply, None),
    };
    FieldConflict { manager, operation, time, subresource, path: field.trim_start_matches('.').to_owned() }
}

/// A string as Go's `%q` writes it, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut chars = text.char_indices();
    chars.next().filter(|(_, first)| *first == '"')?;
    let mut value = String::new();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => {
                let (_, escaped) = chars.next()?;
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                if digits == 0 {
                    value.push(plain(escaped));
                    continue;
                }
                let hex: String = chars.by_ref().take(digits).map(|(_, digit)| digit).collect();
                value.push(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
            }
            char => value.push(char),
        }
    }
    None
}

fn plain(escaped: char) -> char {
    match escaped {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_of_a_conflict_is_read() {
        let read = |message: &str| {
            let conflict = conflict(message, ".spec.replicas");
            assert_eq!(conflict.path, "spec.replicas");
            (conflict.manager, conflict.operation, conflict.time, conflict.subresource)
        };
        assert_eq!(read(r#"conflict with "one""#), ("one".into(), Operation::Apply, None, None));
        assert_eq!(read(r#"conflict with "two" using v1"#), ("two".into(), Operation::Update, None, None));
        assert_eq!(
            read(r#"conflict with "kubectl \"edit\"" with subresource "scale" using apps/v1 at 2020-02-03T04:05:06Z"#),
            (r#"kubectl "edit""#.into(), Operation::Update, Some("2020-02-03T04:05:06Z".into()), Some("scale".into()))
        );
        assert_eq!(read(r#"conflict with "a\u00e9\x41\n" using v1"#).0, "a\u{e9}A\n");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(message in ".{0,60}", field in ".{0,20}") {
            conflict(&message, &field);
        }

        #[test]
        fn a_quoted_name_comes_back(name in "[ -~]{1,40}") {
            let message = format!("conflict with {name:?} using v1");
            prop_assert_eq!(conflict(&message, "").manager, name);
        }
    }
}
