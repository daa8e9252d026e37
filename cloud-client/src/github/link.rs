//! `Link` headers (RFC 8288): where the next page is. Pure; knows nothing of hosts that may be asked.

use http::{HeaderMap, header};

/// The target of the first link whose relation is `next`; nothing when there is none or the header cannot be read.
///
/// Only `next` is looked at: cursors have no `last`, so a reader that waits for one stops after the first page.
pub(super) fn next(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok()).find_map(|value| {
        let mut rest = value;
        loop {
            let start = rest.find('<')?;
            let target = &rest[start + 1..];
            let end = target.find('>')?;
            let (parameters, after) = split_parameters(&target[end + 1..]);
            if is_next(parameters) {
                return Some(&target[..end]);
            }
            rest = after;
        }
    })
}

/// What belongs to this link, and what comes after the comma that ends it. Commas within quotes end nothing.
fn split_parameters(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

fn is_next(parameters: &str) -> bool {
    parameters.split(';').any(|parameter| {
        let Some((name, value)) = parameter.split_once('=') else { return false };
        name.trim().eq_ignore_ascii_case("rel")
            && value.trim().trim_matches('"').split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn links(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::LINK, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_cursor_without_a_last_page_is_followed() {
        let headers = links("<https://api.github.com/orgs/acme/audit-log?after=abc%3D>; rel=\"next\"");
        assert_eq!(next(&headers), Some("https://api.github.com/orgs/acme/audit-log?after=abc%3D"));
    }

    #[test]
    fn next_is_found_among_others_in_any_spelling() {
        for value in [
            "<https://a/1>; rel=\"prev\", <https://a/3>; rel=\"next\", <https://a/9>; rel=\"last\"",
            "<https://a/3>; rel=next",
            "<https://a/3>;title=\"a, b; c\";REL=\"last Next\"",
            "<https://a/1>; title=\"rel=next, <x>\"; rel=prev , <https://a/3>; rel=\"next\"",
        ] {
            assert_eq!(next(&links(value)), Some("https://a/3"), "{value}");
        }
    }

    #[test]
    fn the_last_page_has_no_next() {
        assert_eq!(next(&links("<https://a/1>; rel=\"first\", <https://a/1>; rel=\"prev\"")), None);
        assert_eq!(next(&HeaderMap::new()), None);
    }

    proptest! {
        #[test]
        fn nothing_in_the_header_can_panic(value in "[ -~]{0,80}") {
            let _read = next(&links(&value));
        }

        #[test]
        fn a_target_comes_out_as_it_went_in(target in "[a-z0-9/:?&=,;%]{1,40}", others in "(, [a-z]{0,5})?") {
            let value = format!("<x>; rel=\"prev\", <{target}>; rel=\"next\"{others}");
            let headers = links(&value);
            prop_assert_eq!(next(&headers), Some(target.as_str()));
        }
    }
}
