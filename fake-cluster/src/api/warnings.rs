//! What clients are warned of, in `Warning` headers: nothing twice, and no more than clients read. Knows nothing of what is worth a
//! warning.
//!
//! It follows `k8s.io/apiserver/pkg/endpoints/filters/warning.go`.

use std::collections::HashSet;

use bytes::Bytes;
use http::header::WARNING;
use http::{HeaderValue, Response};

/// How many characters all warnings of an answer may have together before they are cut.
const TOTAL: usize = 4 * 1024;
/// How many characters of a warning are left when it is cut.
const EACH: usize = 256;

/// What an answer warns of so far.
#[derive(Clone, Debug, Default)]
struct Said(Vec<String>);

/// Warns of something more.
pub(super) fn warn(response: &mut Response<Bytes>, warnings: &[String]) {
    if warnings.is_empty() {
        return;
    }
    let Said(mut all) = response.extensions_mut().remove().unwrap_or_default();
    all.extend_from_slice(warnings);
    say(response, all);
}

/// Warns of something before anything else.
pub(super) fn warn_first(response: &mut Response<Bytes>, warning: &str) {
    let Said(mut all) = response.extensions_mut().remove().unwrap_or_default();
    all.insert(0, warning.to_owned());
    say(response, all);
}

fn say(response: &mut Response<Bytes>, all: Vec<String>) {
    response.headers_mut().remove(WARNING);
    let told = Told::of(all.iter().map(String::as_str));
    for text in &told.texts {
        let shown: String = text.chars().take(if told.is_cut { EACH } else { TOTAL }).collect();
        let quoted = shown.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
            response.headers_mut().append(WARNING, value);
        }
    }
    response.extensions_mut().insert(Said(all));
}

/// As many warnings as clients are told.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) texts: Vec<&'a str>,
    /// Whether they are too long together, and each of them is cut.
    is_cut: bool,
}

impl<'a> Told<'a> {
    /// Picks from what there is. What comes behind these is never told, whatever it is.
    pub(super) fn of(all: impl Iterator<Item = &'a str>) -> Self {
        let mut seen = HashSet::new();
        let (mut texts, mut whole, mut cut) = (Vec::new(), 0, 0);
        for text in all {
            if whole > TOTAL && cut >= TOTAL {
                break;
            }
            // What no header can hold is not told.
            if text.is_empty() || text.chars().any(char::is_control) || !seen.insert(text) {
                continue;
            }
            let length = text.chars().count();
            whole += length;
            cut += length.min(EACH);
            texts.push(text);
        }
        Self { texts, is_cut: whole > TOTAL }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(texts: &[String]) -> Vec<String> {
        let mut response = Response::new(Bytes::new());
        warn(&mut response, texts);
        let values = response.headers().get_all(WARNING).iter();
        values.map(|value| String::from_utf8(value.as_bytes().to_vec()).unwrap()).collect()
    }

    #[test]
    fn nothing_is_said_twice_and_nothing_that_no_header_holds() {
        let texts = ["a \"b\" \\", "", "c", "two\nlines", "c", "ü"].map(str::to_owned);
        assert_eq!(headers(&texts), ["299 - \"a \\\"b\\\" \\\\\"", "299 - \"c\"", "299 - \"ü\""]);
    }

    #[test]
    fn what_fits_is_told_in_full() {
        let texts = ["a".repeat(4000), "b".repeat(96)];
        assert_eq!(headers(&texts), texts.map(|text| format!("299 - \"{text}\"")));
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(headers(&["ü".repeat(70_000)]), [format!("299 - \"{}\"", "ü".repeat(256))]);
        let texts: Vec<String> = (0..100_000).map(|at| format!("{at:0300}")).collect();
        let told = headers(&texts);
        assert_eq!(told.len(), 16);
        assert!(told.iter().all(|text| text.len() == 256 + "299 - \"\"".len()));
        let short: Vec<String> = (0..100_000).map(|at| format!("{at:010}")).collect();
        assert_eq!(headers(&short).len(), 410);
    }

    #[test]
    fn what_comes_first_is_told_first() {
        let mut response = Response::new(Bytes::new());
        warn(&mut response, &["second".to_owned()]);
        warn_first(&mut response, "first");
        warn(&mut response, &["third".to_owned(), "first".to_owned()]);
        let told: Vec<_> = response.headers().get_all(WARNING).iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(told, ["299 - \"first\"", "299 - \"second\"", "299 - \"third\""]);
    }
}
