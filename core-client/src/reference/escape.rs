//! Escaping one path segment as Go's `url.PathEscape` does. Knows nothing of references.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but `A-Z a-z 0-9 - _ . ~ $ & + = : @`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Escapes a text for one path segment, as Go's `url.PathEscape` does: `A-Z a-z 0-9 - _ . ~ $ & + = : @` stay, every
/// other byte becomes `%XX`.
pub fn path_escape(segment: &str) -> String {
    utf8_percent_encode(segment, ESCAPED).to_string()
}
