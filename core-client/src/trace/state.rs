//! The grammar of `tracestate` (W3C Trace Context, 3.3). Checks; keeps nothing.

/// Most members a list may have.
const MAX_MEMBERS: usize = 32;

/// Longest list that is passed on, in bytes. The recommendation asks for at least 512.
const MAX_BYTES: usize = 4 * 1024;

/// Whether a list follows the rules and may be passed on as it is.
pub(super) fn is_valid(text: &str) -> bool {
    let members: Vec<&str> =
        text.split(',').map(|member| member.trim_matches([' ', '\t'])).filter(|member| !member.is_empty()).collect();
    let mut keys: Vec<&str> = Vec::with_capacity(members.len());
    for member in &members {
        match member.split_once('=') {
            Some((key, value)) if is_key(key) && is_value(value) && !keys.contains(&key) => keys.push(key),
            _ => return false,
        }
    }
    text.len() <= MAX_BYTES && members.len() <= MAX_MEMBERS
}

fn is_key(key: &str) -> bool {
    let word = |word: &str, max: usize, digit_first: bool| {
        let begins =
            word.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || (digit_first && byte.is_ascii_digit()));
        begins
            && word.len() <= max
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/".contains(&byte))
    };
    match key.split_once('@') {
        None => word(key, 256, false),
        Some((tenant, system)) => word(tenant, 241, true) && word(system, 14, false),
    }
}

fn is_value(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= 256
        && !value.ends_with(' ')
        && value.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b",=".contains(&byte))
}
