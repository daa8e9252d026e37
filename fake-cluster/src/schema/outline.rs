//! The keys of a JSON text in the order in which they stand there, repeated ones too: what a parsed value no longer knows.
//! Knows no types.

/// The shape of a value.
#[derive(Debug)]
pub(crate) enum Outline {
    Leaf,
    List(Vec<Outline>),
    Object(Vec<(String, Outline)>),
}

impl Outline {
    /// Reads the shape of a text that was parsed before.
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut reader = Reader { text, at: 0 };
        reader.value()
    }

    /// The keys of an object; nothing for anything else.
    pub(crate) fn keys(&self) -> &[(String, Outline)] {
        match self {
            Self::Object(keys) => keys,
            Self::Leaf | Self::List(_) => &[],
        }
    }

    /// An item of a list.
    pub(crate) fn item(&self, index: usize) -> Option<&Self> {
        match self {
            Self::List(items) => items.get(index),
            Self::Leaf | Self::Object(_) => None,
        }
    }

    /// The paths of repeated keys, in the order of the text.
    pub(crate) fn repeated(&self, path: &str, out: &mut Vec<String>) {
        match self {
            Self::Leaf => {}
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.repeated(&format!("{path}[{index}]"), out);
                }
            }
            Self::Object(keys) => {
                for (index, (key, below)) in keys.iter().enumerate() {
                    let here = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    if keys.iter().take(index).any(|(other, _)| other == key) && !out.contains(&here) {
                        out.push(here.clone());
                    }
                    below.repeated(&here, out);
                }
            }
        }
    }
}

/// Whether an object in a text that was parsed before has a key twice. Much faster than an [`Outline`].
pub(crate) fn has_repeated_keys(text: &[u8]) -> bool {
    // The keys of all open objects, one after another, and where those of each begin.
    let mut keys: Vec<&[u8]> = Vec::new();
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut expects_key = false;
    let mut reader = Reader { text, at: 0 };
    while let Some(byte) = reader.text.get(reader.at).copied() {
        match byte {
            b'"' => {
                let string = reader.string();
                if let (true, Some(Some(first))) = (expects_key, open.last()) {
                    if keys.get(*first..).is_some_and(|keys| keys.contains(&string)) {
                        return true;
                    }
                    keys.push(string);
                    expects_key = false;
                }
                continue;
            }
            b'{' => {
                open.push(Some(keys.len()));
                expects_key = true;
            }
            b'[' => {
                open.push(None);
                expects_key = false;
            }
            b'}' | b']' => {
                if let Some(Some(first)) = open.pop() {
                    keys.truncate(first);
                }
                expects_key = false;
            }
            b',' => expects_key = matches!(open.last(), Some(Some(_))),
            _ => {}
        }
        reader.at += 1;
    }
    false
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> u8 {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b':')) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or_default()
    }

    /// A string with its quotes, as it stands in the text.
    fn string(&mut self) -> &'a [u8] {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'"' => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at = (self.at + 1).min(self.text.len());
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self) -> Outline {
        match self.peek() {
            b'{' => {
                self.at += 1;
                let mut keys = Vec::new();
                while self.peek() == b'"' {
                    let key = self.string();
                    let key = serde_json::from_slice(key).unwrap_or_default();
                    keys.push((key, self.value()));
                }
                self.at += 1;
                Outline::Object(keys)
            }
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !matches!(self.peek(), b']' | 0) {
                    items.push(self.value());
                }
                self.at += 1;
                Outline::List(items)
            }
            b'"' => {
                self.string();
                Outline::Leaf
            }
            _ => {
                let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
                let rest = self.text.get(self.at..).unwrap_or_default();
                self.at += rest.iter().position(is_end).unwrap_or(rest.len());
                Outline::Leaf
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_keys_are_found_where_they_stand() {
        let text = br#"{"b": [{"x": 1, "y": {}, "x": "}"}], "a": {"\u0061": 2, "a": [1, 2]}, "b": null}"#;
        assert!(has_repeated_keys(text));
        let mut paths = Vec::new();
        Outline::of(text).repeated("", &mut paths);
        assert_eq!(paths, ["b[0].x", "a.a", "b"]);
        for clean in [&br#"{"a": {"a": 1}, "b": [{"a": 1}, {"a": "a"}], "c": "\"a\": 1"}"#[..], b"[]", b"", b"\"x"] {
            assert!(!has_repeated_keys(clean));
            let mut paths = Vec::new();
            Outline::of(clean).repeated("", &mut paths);
            assert!(paths.is_empty());
        }
    }
}
