//! Shows values in a line or as a difference of lines; nothing that is shown can move a cursor. Knows nothing of colour.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

/// Texts of more lines are not compared line by line.
const MOST_LINES: usize = 20_000;

/// Lines around a difference.
const CONTEXT: usize = 3;

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DiffLine {
    /// Where the next lines are.
    Hunk(String),
    /// On both sides.
    Same(String),
    /// Goes away.
    Removed(String),
    /// Comes.
    Added(String),
    /// Something about the difference.
    Note(String),
}

/// The text without what a terminal or a reader could take for something else: control characters, and those that change the direction
/// of writing, are written out.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            other if other.is_control() || is_directing(other) => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(other)));
            }
            other => out.push(other),
        }
    }
    out
}

fn is_directing(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A value in one line of at most so many characters.
pub(super) fn one_line(value: &Value, limit: usize) -> String {
    let text = match value {
        Value::String(text) if speaks_for_itself(text) => text.clone(),
        Value::String(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        other => other.to_string(),
    };
    shorten(&plain(&text), limit)
}

/// Whether a text can stand without quotes: it is not taken for a number, a word of JSON, or for what stands around it.
pub(super) fn speaks_for_itself(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.starts_with(['"', '{', '['])
        && !text.contains(" -> ")
        && serde_json::from_str::<Value>(text).is_err()
}

/// At most so many characters; how long it was is said.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    // As many characters again are not worth hiding.
    let whole = text.chars().count();
    let note = format!("… ({whole} characters)");
    if whole <= limit.saturating_add(note.chars().count()) {
        return text.to_owned();
    }
    format!("{}{note}", text.get(..cut).unwrap_or_default())
}

/// Whether a change is better shown line by line.
pub(super) fn has_lines(before: Option<&Value>, after: Option<&Value>) -> bool {
    let text = |value: Option<&Value>| value.is_none_or(Value::is_string);
    let lines =
        |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| text.trim_end().contains('\n'));
    text(before) && text(after) && (lines(before) || lines(after))
}

/// The difference of two texts, at most so many lines of it.
pub(super) fn diff(before: &str, after: &str, most: usize) -> Vec<DiffLine> {
    let (old, new) = (before.lines().count(), after.lines().count());
    if old.max(new) > MOST_LINES {
        return vec![DiffLine::Note(format!("{old} lines become {new} lines"))];
    }
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(DiffLine::Hunk(hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let value = change.value();
            let line = plain(value.strip_suffix('\n').unwrap_or(value));
            lines.push(match change.tag() {
                ChangeTag::Equal => DiffLine::Same(line),
                ChangeTag::Delete => DiffLine::Removed(line),
                ChangeTag::Insert => DiffLine::Added(line),
            });
        }
    }
    if before != after && before.lines().eq(after.lines()) {
        lines.push(DiffLine::Note("only the line ends differ".to_owned()));
    }
    if lines.len() > most {
        let rest = lines.len() - most;
        lines.truncate(most);
        lines.push(DiffLine::Note(format!("… {rest} lines more")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_quoted_where_they_could_be_misread() {
        for (value, shown) in [
            (json!("web:1"), "web:1"),
            (json!("1"), "\"1\""),
            (json!(1), "1"),
            (json!("true"), "\"true\""),
            (json!(""), "\"\""),
            (json!(" a"), "\" a\""),
            (json!("a -> b"), "\"a -> b\""),
            (json!("a\u{1b}[31mb"), "a\\u{1b}[31mb"),
            (json!("\u{202e}evil"), "\\u{202e}evil"),
            (json!({ "a": [1, "x"] }), "{\"a\":[1,\"x\"]}"),
        ] {
            assert_eq!(one_line(&value, 120), shown);
        }
    }

    #[test]
    fn long_values_are_shortened_and_say_so() {
        let shown = one_line(&json!("é".repeat(500)), 10);
        assert_eq!(shown, format!("{}… (500 characters)", "é".repeat(10)));
    }

    #[test]
    fn a_difference_has_context_and_a_bound() {
        let before: String = (0..100).map(|line| format!("line {line}\n")).collect();
        let after = before.replace("line 50\n", "line fifty\n");
        let lines = diff(&before, &after, 100);
        assert_eq!(lines.len(), 1 + 2 + 2 * CONTEXT);
        assert!(
            lines.contains(&DiffLine::Removed("line 50".into()))
                && lines.contains(&DiffLine::Added("line fifty".into()))
        );
        let cut = diff("", &before, 10);
        assert_eq!((cut.len(), cut.last()), (11, Some(&DiffLine::Note("… 91 lines more".into()))));
        let many = "a\n".repeat(MOST_LINES + 1);
        assert_eq!(diff(&many, "a", 10), [DiffLine::Note("20001 lines become 1 lines".into())]);
    }

    proptest! {
        #[test]
        fn nothing_that_is_shown_can_move_a_cursor(text in any::<String>(), other in any::<String>(), limit in 0usize..200) {
            let calm = |shown: &str| shown.chars().all(|c| !c.is_control());
            let value = json!(text);
            prop_assert!(calm(&one_line(&value, limit)));
            for line in diff(&text, &other, 50) {
                let (DiffLine::Hunk(line) | DiffLine::Same(line) | DiffLine::Removed(line) | DiffLine::Added(line) | DiffLine::Note(line)) = line;
                prop_assert!(calm(&line));
            }
        }
    }
}
