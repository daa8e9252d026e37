//! Paths out of names that anybody may have chosen. Pure.

/// A path of these parts, each of them escaped and none of them able to leave its place.
pub(super) fn route(parts: &[&str]) -> Result<String, String> {
    let mut path = String::new();
    for part in parts {
        if part.is_empty() || *part == "." || *part == ".." {
            return Err((*part).to_owned());
        }
        path.push('/');
        for byte in part.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
                _ => {
                    path.push('%');
                    path.extend(
                        [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])),
                    );
                }
            }
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_escaped() {
        assert_eq!(route(&["repos", "a/b", "ü?#"]).unwrap(), "/repos/a%2Fb/%C3%BC%3F%23");
    }

    #[test]
    fn no_name_leaves_its_place() {
        for name in ["", ".", ".."] {
            assert_eq!(route(&["repos", name]), Err(name.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn every_path_is_an_address_with_as_many_parts(parts in proptest::collection::vec("\\PC{1,8}", 1..5)) {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            if let Ok(path) = route(&parts) {
                prop_assert_eq!(path.matches('/').count(), parts.len());
                prop_assert!(path.parse::<http::Uri>().is_ok_and(|uri| uri.query().is_none() && uri.path() == path));
            }
        }
    }
}
