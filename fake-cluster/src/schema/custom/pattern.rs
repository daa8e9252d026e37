//! Regular expressions as Go writes them. What both languages have means the same in both, but for what is translated here.
//!
//! `\Q…\E` is refused; some of what Go refuses is taken: counts over 1000, `a**`, a class that ends a range.

use regex::{Error, RegexBuilder};

/// How much memory a pattern of a rule or a schema may take once it is compiled.
const MOST: usize = 10 << 20;

/// Compiles a pattern of Go.
///
/// # Errors
/// When it is none.
pub(super) fn compile(text: &str) -> Result<regex::Regex, Error> {
    compile_within(text, MOST)
}

/// As [`compile`], with a bound of its own, in bytes; looking for the pattern may take as much again.
///
/// # Errors
/// When it is none, or is too large.
pub(super) fn compile_within(text: &str, bytes: usize) -> Result<regex::Regex, Error> {
    RegexBuilder::new(&translated(text)).size_limit(bytes).dfa_size_limit(bytes).build()
}

/// Go's `\d`, `\w`, `\s`, `\b` and `\B` know ASCII alone, `\<` is a character, a brace that does not count is one, and its classes hold no
/// other classes and are not reckoned with.
fn translated(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut in_class = false;
    // In a class: whether a range may begin with what came last, and whether one ends with what comes next.
    let (mut low, mut high) = (false, false);
    while let Some(char) = chars.next() {
        if in_class && char == '-' {
            let spans = low && chars.peek() != Some(&']');
            out.push_str(if spans { "-" } else { r"\-" });
            (low, high) = (!spans && !high, spans);
            continue;
        }
        (low, high) = (in_class && !high, false);
        match char {
            '\\' => match chars.next() {
                Some(perl @ ('d' | 'D' | 'w' | 'W' | 's' | 'S')) => {
                    low = false;
                    out.push_str(ascii(perl));
                }
                Some('b') if !in_class => out.push_str(r"(?-u:\b)"),
                Some('B') if !in_class => out.push_str(r"(?-u:\B)"),
                Some(angle @ ('<' | '>')) => out.push(angle),
                escaped => {
                    out.push('\\');
                    out.extend(escaped);
                    if matches!(escaped, Some('p' | 'P' | 'x')) {
                        out.extend(chars.next_if_eq(&'{'));
                    }
                }
            },
            '{' if !in_class && !counts(chars.clone()) => out.push_str(r"\{"),
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                out.extend(chars.next_if_eq(&'^'));
                if chars.next_if_eq(&']').is_some() {
                    low = true;
                    out.push_str(r"\]");
                }
            }
            '[' if chars.peek() == Some(&':') => {
                // A class by name, `[:alpha:]`, up to its end.
                low = false;
                out.push('[');
                for char in chars.by_ref() {
                    out.push(char);
                    if char == ']' {
                        break;
                    }
                }
            }
            '[' | '&' | '~' if in_class => out.extend(['\\', char]),
            ']' => {
                in_class = false;
                out.push(']');
            }
            char => out.push(char),
        }
    }
    out
}

/// Whether what follows a brace says how often: `2}`, `2,}`, `2,5}`.
fn counts(rest: impl Iterator<Item = char>) -> bool {
    let mut rest = rest.peekable();
    if !rest.peek().is_some_and(char::is_ascii_digit) {
        return false;
    }
    let mut rest = rest.skip_while(char::is_ascii_digit);
    match rest.next() {
        Some('}') => true,
        Some(',') => rest.find(|char| !char.is_ascii_digit()) == Some('}'),
        _ => false,
    }
}

/// What one of Perl's classes stands for.
fn ascii(perl: char) -> &'static str {
    match perl {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        's' => r"[\t\n\f\r ]",
        _ => r"[^\t\n\f\r ]",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn classes_know_ascii_alone() {
        for (pattern, text, expected) in [
            (r"^\d$", "5", true),
            (r"^\d$", "٣", false),
            (r"^\w+$", "é", false),
            (r"^\W$", "é", true),
            (r"^[\w-]+$", "a-1_", true),
            (r"^[^\d.]+$", "a", true),
            (r"^[^\d.]+$", "1", false),
            (r"^[\D]$", "1", false),
            (r"^\s$", "\u{a0}", false),
            (r"^\s$", "\t", true),
            (r"\bé", "é", false),
            (r"a\b", "aé", true),
            (r"^.$", "é", true),
            (r"^\p{L}$", "é", true),
            (r"^\\d$", r"\d", true),
            (r"^\<a\>$", "<a>", true),
            (r"^\${.+}$", "${a}", true),
            (r"^a{2}$", "aa", true),
            (r"^a{1,}b{0,1}$", "aa", true),
            (r"^\p{L}{2}$", "éé", true),
            (r"^\x{61}$", "a", true),
            (r"a\Bé", "aé", false),
        ] {
            assert_eq!(compile(pattern).unwrap().is_match(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn in_a_class_stand_characters() {
        for (pattern, text, expected) in [
            ("^[a&&b]+$", "a&b", true),
            ("^[a~~b]+$", "a~b", true),
            ("^[[a]$", "[", true),
            ("^[[a]]$", "a]", true),
            ("^[]a]+$", "]a", true),
            ("^[^]a]$", "]", false),
            ("^[[:digit:]x]+$", "1x", true),
            (r"^[\]a]+$", "]a", true),
            (r"^a]$", "a]", true),
            ("^[+--]+$", "+,-", true),
            ("^[--/]+$", "-./", true),
            ("^[a-z--]+$", "a-", true),
            ("^[---]$", "-", true),
            ("^[a-c-e]+$", "b-e", true),
            ("^[a-]+$", "-a", true),
        ] {
            assert_eq!(compile(pattern).unwrap().is_match(text), expected, "{pattern} {text}");
        }
        assert!(compile("[a").is_err());
        assert!(compile("(").is_err());
        assert!(compile("a\\").is_err());
    }

    #[test]
    fn a_pattern_is_no_larger_than_its_bound() {
        assert!(compile_within(r"^\w{1,63}$", 1 << 20).is_ok());
        assert!(compile_within(r"\p{L}{900}", 1 << 20).is_err());
    }

    proptest! {
        #[test]
        fn what_has_no_classes_stays_as_it_is(text in "([a-z0-9.()|*+?^$ ]|\\\\[.nt$]){0,20}") {
            prop_assert_eq!(translated(&text), text);
        }

        #[test]
        fn any_text_is_compiled_or_refused(text in r"[\\\[\]&~:^dwsbDWSB a-c()*+-]{0,16}|\PC{0,12}") {
            let _compiled = compile_within(&text, 1 << 16);
        }
    }
}
