//! Where in an object something is: for people, as a JSON pointer, and against the patterns of rules. Knows nothing of objects.

use std::borrow::Cow;

/// One step from a value into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// Into a field of a map.
    Field(Cow<'a, str>),
    /// Into an item of a list: what it is called, and where it is in the object that was seen.
    Item(String, Option<usize>),
}

impl<'a> Step<'a> {
    pub(crate) fn field(name: &'a str) -> Self {
        Self::Field(Cow::Borrowed(name))
    }

    /// As rules write it.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Field(name) => name,
            Self::Item(label, _) => label,
        }
    }
}

/// For people: `spec.containers[name=app].image`. Names of fields that are no plain words stand in brackets, too.
pub(crate) fn display(steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Field(name) if is_word(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Step::Field(name) => bracket(&mut text, name),
            Step::Item(label, _) => bracket(&mut text, label),
        }
    }
    text
}

fn bracket(text: &mut String, inner: &str) {
    text.push('[');
    text.push_str(inner);
    text.push(']');
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// As a JSON pointer into the object that was seen; `None` when an item is not in it.
pub(crate) fn pointer(steps: &[Step<'_>]) -> Option<String> {
    let mut text = String::new();
    for step in steps {
        text.push('/');
        match step {
            Step::Field(name) => text.push_str(&name.replace('~', "~0").replace('/', "~1")),
            Step::Item(_, index) => text.push_str(&(*index)?.to_string()),
        }
    }
    Some(text)
}

/// The steps of a path or pattern that was written: `spec.ports[port=80].name`, `.metadata.annotations["a.b/c"]`.
pub(crate) fn steps_of(text: &str) -> Vec<Cow<'_, str>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']').unwrap_or(inner.len());
            let step = &inner[..end];
            steps.push(if step.contains('"') { Cow::Owned(step.replace('"', "")) } else { Cow::Borrowed(step) });
            rest = inner.get(end + 1..).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            steps.push(Cow::Borrowed(&rest[..end]));
            rest = &rest[end..];
        }
    }
    steps
}

/// Whether something is at or below what a pattern names. `*` as a step stands for any step, within a step for anything.
pub(crate) fn covers<'s>(pattern: &str, mut steps: impl Iterator<Item = &'s str>) -> bool {
    steps_of(pattern).iter().all(|wanted| steps.next().is_some_and(|step| glob(wanted, step)))
}

/// Whether a text is as a pattern says; `*` stands for anything.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let Some((head, mut pattern)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    while let Some((part, after)) = pattern.split_once('*') {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
        pattern = after;
    }
    text.ends_with(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(pattern: &str, path: &str) -> bool {
        let steps = steps_of(path);
        covers(pattern, steps.iter().map(AsRef::as_ref))
    }

    #[test]
    fn a_path_is_written_for_people_and_for_patches() {
        let steps = [
            Step::field("metadata"),
            Step::field("annotations"),
            Step::field("a.b/c~d"),
            Step::Item("name=app".into(), Some(2)),
            Step::field("image"),
        ];
        assert_eq!(display(&steps), "metadata.annotations[a.b/c~d][name=app].image");
        assert_eq!(pointer(&steps).as_deref(), Some("/metadata/annotations/a.b~1c~0d/2/image"));
        assert_eq!(pointer(&[Step::Item("name=app".into(), None)]), None);
    }

    #[test]
    fn a_pattern_covers_what_is_at_or_below_it() {
        assert!(below("spec.template", "spec.template.spec.containers[name=app].image"));
        assert!(below("", "spec"));
        assert!(below("spec.ports.*.nodePort", ".spec.ports[port=80,protocol=\"TCP\"].nodePort"));
        assert!(below("metadata.annotations[olm.*]", "metadata.annotations[olm.providedAPIs]"));
        assert!(!below("spec.template", "spec"));
        assert!(!below("spec.rep", "spec.replicas"));
        assert!(!below("metadata.labels[olm.*]", "metadata.labels[helm.sh/chart]"));
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("kubectl*", "kubectl-edit", true),
            ("*-restart", "mooring-restart", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b", "ab", true),
            ("kubectl", "kubectl-edit", false),
            ("a*a", "a", false),
            ("", "", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }
}
