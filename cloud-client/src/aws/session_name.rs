//! How a session of a role is called, so that its traces lead back to who made it. Does no I/O.

use sha2::{Digest as _, Sha256};

/// The longest name that STS takes.
const LONGEST: usize = 64;
/// Room for a dash and eight digits that keep shortened names apart.
const TAIL: usize = 9;

/// `<integration>-<account>` in the letters that STS takes, 2 to 64 of them. A name that has to be shortened ends in a digest of the whole, so
/// that two long names stay two.
///
/// Source: the pattern of `RoleSessionName`, `[\w+=,.@-]{2,64}`, AWS STS API reference.
#[must_use]
pub fn session_name(integration: &str, account: &str) -> String {
    let whole = match (integration.is_empty(), account.is_empty()) {
        (false, false) => format!("{integration}-{account}"),
        _ => format!("{integration}{account}"),
    };
    let mut name: String = whole.chars().map(|letter| if is_taken(letter) { letter } else { '-' }).collect();
    if name.len() > LONGEST {
        // All of it is ASCII by now.
        name.truncate(LONGEST - TAIL);
        let digest = Sha256::digest(whole.as_bytes());
        name.push('-');
        name.extend(digest.iter().take(4).flat_map(|byte| [byte >> 4, byte & 15]).map(digit));
    }
    while name.len() < 2 {
        name.push('-');
    }
    name
}

/// Whether STS takes this for the name of a session.
pub(crate) fn is_session_name(name: &str) -> bool {
    (2..=LONGEST).contains(&name.len()) && name.chars().all(is_taken)
}

fn is_taken(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter)
}

fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_name_is_one_that_sts_takes(integration in "\\PC{0,80}", account in "\\PC{0,80}") {
            let name = session_name(&integration, &account);
            prop_assert!(is_session_name(&name), "{name}");
        }

        #[test]
        fn what_sts_takes_is_left_as_it_is(integration in "[A-Za-z0-9_+=,.@-]{1,31}", account in "[A-Za-z0-9_+=,.@-]{1,32}") {
            prop_assert_eq!(session_name(&integration, &account), format!("{integration}-{account}"));
        }

        #[test]
        fn long_names_that_differ_stay_different(one in "[a-z]{1,20}", other in "[a-z]{1,20}") {
            let long = "x".repeat(70);
            let (a, b) = (session_name("run", &format!("{long}{one}")), session_name("run", &format!("{long}{other}")));
            prop_assert_eq!(a == b, one == other);
        }
    }

    #[test]
    fn what_sts_does_not_take_becomes_a_dash() {
        assert_eq!(session_name("terraform resources", "prod/eu"), "terraform-resources-prod-eu");
        assert_eq!(session_name("", "a"), "a-");
    }
}
