//! From a position in a JSON text to the path of the value there. Pure; knows nothing of types.

/// Longest path worth printing, in bytes.
const MAX_PATH_BYTES: usize = 256;

enum Frame {
    Object { key: Option<String> },
    Array { index: usize },
}

/// Byte offset of a one-based line and a column in bytes, as `serde_json` counts them.
pub(super) fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(breaks) => {
            body.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(breaks).map_or(body.len(), |(at, _)| at + 1)
        }
    };
    start.saturating_add(column).min(body.len())
}

/// Path of the value in which `offset` lies, `$` for the root. Works on anything; on text that is not JSON it is a best effort.
pub(super) fn at(body: &[u8], offset: usize) -> String {
    let end = offset.min(body.len());
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = 0;
    let mut expect_key = false;
    while at < end {
        match body[at] {
            b'{' => {
                frames.push(Frame::Object { key: None });
                expect_key = true;
            }
            b'[' => {
                frames.push(Frame::Array { index: 0 });
                expect_key = false;
            }
            b'}' | b']' => {
                frames.pop();
                expect_key = false;
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object { key }) => {
                    *key = None;
                    expect_key = true;
                }
                Some(Frame::Array { index }) => *index += 1,
                None => {}
            },
            b'"' => {
                let close = string_end(body, at, end);
                if expect_key && let Some(Frame::Object { key }) = frames.last_mut() {
                    *key = Some(String::from_utf8_lossy(body.get(at + 1..close).unwrap_or_default()).into_owned());
                    expect_key = false;
                }
                at = close;
            }
            _ => {}
        }
        at += 1;
    }
    render(&frames)
}

/// Index of the closing quote of the string that opens at `open`, or `end`.
fn string_end(body: &[u8], open: usize, end: usize) -> usize {
    let mut at = open + 1;
    while at < end {
        match body[at] {
            b'\\' => at += 1,
            b'"' => return at,
            _ => {}
        }
        at += 1;
    }
    end
}

fn render(frames: &[Frame]) -> String {
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Object { key: None } => {}
            Frame::Object { key: Some(key) } => {
                let plain = !key.is_empty()
                    && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
                if !plain {
                    path.push_str(&format!("[{key:?}]"));
                } else {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
            }
            Frame::Array { index } => path.push_str(&format!("[{index}]")),
        }
        if path.len() > MAX_PATH_BYTES {
            let mut end = MAX_PATH_BYTES;
            while !path.is_char_boundary(end) {
                end -= 1;
            }
            path.truncate(end);
            path.push('…');
            return path;
        }
    }
    if path.is_empty() { "$".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::{at, offset};

    fn path_of<T: serde::de::DeserializeOwned + std::fmt::Debug>(body: &str) -> String {
        let error = serde_json::from_str::<T>(body).unwrap_err();
        at(body.as_bytes(), offset(body.as_bytes(), error.line(), error.column()))
    }

    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code, reason = "only decoded")]
    struct Outer {
        items: Vec<Item>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code, reason = "only decoded")]
    struct Item {
        id: u32,
        spec: Option<Spec>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code, reason = "only decoded")]
    struct Spec {
        prefix: String,
    }

    #[test]
    fn the_path_of_a_wrong_type_ends_at_the_value() {
        assert_eq!(path_of::<Outer>(r#"{"items":[{"id":1},{"id":"x"}]}"#), "items[1].id");
        assert_eq!(
            path_of::<Outer>("{\n \"items\": [\n  {\"id\": 1,\n   \"spec\": {\"prefix\": 7}}]}"),
            "items[0].spec.prefix"
        );
        assert_eq!(path_of::<Outer>(r#"{"items":7}"#), "items");
    }

    #[test]
    fn the_path_of_a_missing_member_is_the_object() {
        assert_eq!(path_of::<Outer>(r#"{"items":[{"id":1,"spec":{}}]}"#), "items[0].spec");
        assert_eq!(path_of::<Outer>("{}"), "$");
    }

    #[test]
    fn the_root_is_a_dollar() {
        assert_eq!(path_of::<Outer>("<html>"), "$");
        assert_eq!(path_of::<Outer>(""), "$");
        assert_eq!(path_of::<u32>("\"x\""), "$");
    }

    #[test]
    fn braces_and_quotes_inside_strings_do_not_confuse_it() {
        assert_eq!(path_of::<Outer>(r#"{"a\"}[":"}]{","items":[{"id":"\\"}]}"#), "items[0].id");
    }

    #[test]
    fn a_key_that_is_not_a_word_is_quoted() {
        let body = r#"{"a b":{"c.d":tru"#;
        assert_eq!(at(body.as_bytes(), body.len()), r#"["a b"]["c.d"]"#);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_and_any_position_have_a_short_path(body: Vec<u8>, line in 0usize..9, column in 0usize..99) {
            let path = at(&body, offset(&body, line, column));
            proptest::prop_assert!(path.len() <= super::MAX_PATH_BYTES + 3);
        }
    }
}
