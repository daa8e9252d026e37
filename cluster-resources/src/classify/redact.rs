//! Takes out of an API server's words what may be secret: everything about Secrets, and elsewhere the values and differences it quotes.

use kube::core::Status;

use crate::id::GroupKind;

/// Longest message that is passed on, in characters.
pub(super) const LONGEST: usize = 600;
/// Longest quoted value that is passed on, in characters.
const LONGEST_VALUE: usize = 64;

/// Whether nothing an API server says of objects of this kind may be passed on.
pub(super) fn is_secret(kind: &GroupKind) -> bool {
    kind.is("", "Secret")
}

/// What the server says, in one line, without what may be secret.
pub(super) fn message(status: &Status, kind: &GroupKind) -> String {
    let causes = status.details.as_ref().map(|details| details.causes.as_slice()).unwrap_or_default();
    let about = |field: &str, said: String| if field.is_empty() { said } else { format!("{field}: {said}") };
    let mut said: Vec<String> = if is_secret(kind) {
        causes
            .iter()
            .filter(|cause| !cause.reason.is_empty())
            .map(|cause| about(&cause.field, cause.reason.clone()))
            .collect()
    } else {
        causes.iter().map(|cause| about(&cause.field, sentence(&cause.message))).collect()
    };
    said.dedup();
    let told = if is_secret(kind) {
        let reason = if status.reason.is_empty() { "refused" } else { &status.reason };
        let what = format!("{} {reason}", status.code);
        if said.is_empty() { what } else { format!("{what}: {}", said.join(", ")) }
    } else if said.is_empty() || status.code != 422 {
        sentence(&status.message)
    } else {
        said.join(", ")
    };
    shortened(&told, LONGEST)
}

/// A sentence without quoted values that are long or have structure, and without differences.
fn sentence(message: &str) -> String {
    // Differences of whole objects follow in lines of their own.
    let line = message.lines().next().unwrap_or_default();
    let line = line.split_once(", got &value").map_or(line, |(before, _)| before);
    for quoting in ["Invalid value: ", "Duplicate value: ", "Unsupported value: "] {
        let Some((before, rest)) = line.split_once(quoting) else { continue };
        let simple = !rest.starts_with(['{', '[', '&']);
        let (value, said) = match rest.rsplit_once(": ") {
            Some((value, said)) => (value, format!(": {said}")),
            None => (rest, String::new()),
        };
        if simple && value.chars().count() <= LONGEST_VALUE {
            return line.to_owned();
        }
        return format!("{before}{quoting}…{said}");
    }
    line.to_owned()
}

/// At most so many characters.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_objects_and_differences_are_left_out_and_short_values_stay() {
        assert_eq!(sentence("Invalid value: 5: field is immutable"), "Invalid value: 5: field is immutable");
        assert_eq!(
            sentence(r#"Invalid value: {"env": "password: x"}: field is immutable"#),
            "Invalid value: …: field is immutable"
        );
        assert_eq!(sentence("Forbidden: spec is immutable\n@@ -1 +1 @@\n- secret"), "Forbidden: spec is immutable");
        assert_eq!(
            sentence(".data.a: expected string, got &value.valueUnstructured{secret}"),
            ".data.a: expected string"
        );
        assert_eq!(sentence(&format!("Invalid value: {:?}: too long", "x".repeat(100))), "Invalid value: …: too long");
    }
}
