use proptest::prelude::*;

use super::*;

fn encode(label: &str, der: &[u8], width: usize, newline: &str) -> String {
    let body: Vec<String> =
        STANDARD.encode(der).as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!("-----BEGIN {label}-----{newline}{}{newline}-----END {label}-----{newline}", body.join(newline))
}

fn summary(text: &str) -> Vec<Result<(String, usize), Reason>> {
    split(text.as_bytes())
        .into_iter()
        .map(|block| block.map(|block| (block.label, block.line)).map_err(|fault| fault.reason))
        .collect()
}

#[test]
fn blocks_are_found_between_other_text_with_their_lines() {
    let text = format!("first\n{}\nbetween\n{}last", encode("A", b"one", 64, "\n"), encode("B C", b"two", 2, "\r\n"));
    assert_eq!(summary(&text), [Ok(("A".to_owned(), 2)), Ok(("B C".to_owned(), 7))]);
}

#[test]
fn a_damaged_block_does_not_hide_the_next() {
    let good = encode("A", b"one", 64, "\n");
    let ok = || Ok::<_, Reason>("A".to_owned());
    for (bad, reason) in [
        ("-----BEGIN A-----\nb25l\n", Reason::NoEnd),
        ("-----BEGIN A-----\nb25l\n-----END B-----\n", Reason::NoEnd),
        ("-----BEGIN A-----\nb*5l\n-----END A-----\n", Reason::NotBase64),
        ("-----BEGIN A-----\nb25\n-----END A-----\n", Reason::NotBase64),
        ("-----BEGIN A-----\nName: value\n\nb25l\n-----END A-----\n", Reason::Headers),
        ("-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nb25l\n-----END A-----\n", Reason::Encrypted),
    ] {
        let found = summary(&format!("{bad}{good}"));
        let labels: Vec<_> = found.into_iter().map(|block| block.map(|(label, _)| label)).collect();
        assert_eq!(labels, [Err(reason), ok()], "{bad}");
    }
}

#[test]
fn what_only_looks_like_a_block_is_none() {
    for text in ["", "-----END A-----", "-----BEGIN A", "----BEGIN A-----", "-----BEGIN \u{7}-----"] {
        assert!(summary(text).is_empty(), "{text}");
    }
}

/// W-15
#[test]
fn printing_a_block_shows_no_content() {
    let block = split(encode("PRIVATE KEY", b"secret", 64, "\n").as_bytes()).remove(0).unwrap();
    assert_eq!(format!("{block:?}"), "Block { label: \"PRIVATE KEY\", line: 1, .. }");
}

proptest! {
    #[test]
    fn splitting_never_panics(text: Vec<u8>) {
        drop(split(&text));
    }

    #[test]
    fn splitting_what_resembles_pem_never_panics(text in "(-----(BEGIN|END) [A-B]{0,2}-----\n?|[A-Za-z0-9+/=:\\n \\r-]{0,20}\n?){0,12}") {
        drop(split(text.as_bytes()));
    }

    #[test]
    fn what_was_encoded_is_decoded(der: Vec<u8>, label in "[A-Z0-9]{1,12}( [A-Z0-9]{1,12}){0,2}", width in 1_usize..80, crlf: bool) {
        let text = encode(&label, &der, width, if crlf { "\r\n" } else { "\n" });
        let blocks = split(text.as_bytes());
        prop_assert_eq!(blocks.len(), 1);
        let block = blocks.into_iter().next().unwrap().unwrap();
        prop_assert_eq!(block.label, label);
        prop_assert_eq!(&block.der[..], &der[..]);
    }
}
