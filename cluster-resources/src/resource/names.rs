//! Which names Kubernetes takes for what; plain functions over text.

/// What a name must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// RFC 1123 subdomain of at most 253 characters.
    Subdomain,
    /// RFC 1123 label of at most 63 characters.
    Label,
    /// Anything that can be one segment of a path.
    Segment,
}

impl Syntax {
    /// What names of this kind of object must look like.
    pub(super) fn of(group: &str, kind: &str) -> Self {
        match (group, kind) {
            (
                "rbac.authorization.k8s.io" | "authorization.openshift.io",
                "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding",
            )
            | ("user.openshift.io" | "oauth.openshift.io" | "image.openshift.io", _) => Self::Segment,
            ("", "Namespace" | "Service") => Self::Label,
            _ => Self::Subdomain,
        }
    }

    pub(super) fn accepts(self, name: &str) -> bool {
        match self {
            Self::Subdomain => subdomain(name),
            Self::Label => label(name),
            Self::Segment => segment(name),
        }
    }

    /// What would be right, for a message.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::Subdomain => {
                "must be a DNS-1123 subdomain: at most 253 lower case letters, digits, '-' and '.', with a letter or digit at both ends \
                 of each part"
            }
            Self::Label => {
                "must be a DNS-1123 label: at most 63 lower case letters, digits and '-', with a letter or digit at both ends"
            }
            Self::Segment => "must not be '.' or '..', nor contain '/' or '%'",
        }
    }
}

/// RFC 1123 label, at most 63 characters.
pub(super) fn label(text: &str) -> bool {
    text.len() <= 63 && dns_part(text)
}

/// RFC 1123 subdomain, at most 253 characters.
pub(super) fn subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(dns_part)
}

fn dns_part(part: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    part.bytes().all(|byte| alphanumeric(byte) || byte == b'-') && ends(part, alphanumeric)
}

/// One segment of a path.
fn segment(text: &str) -> bool {
    !text.is_empty() && text != "." && text != ".." && !text.contains(['/', '%'])
}

/// A name with an optional DNS prefix, as labels and annotations have it.
pub(super) fn qualified(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => subdomain(prefix) && plain(name),
        None => plain(key),
    }
}

/// What a label may say.
pub(super) fn label_value(text: &str) -> bool {
    text.is_empty() || plain(text)
}

/// What a key of a Secret or ConfigMap may be: at most 253 letters, digits, `-`, `_` and `.`.
pub(super) fn data_key(key: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=253).contains(&key.len()) && key.bytes().all(allowed)
}

fn plain(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.len() <= 63 && text.bytes().all(allowed) && ends(text, |byte| byte.is_ascii_alphanumeric())
}

fn ends(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    text.bytes().next().is_some_and(&allowed) && text.bytes().next_back().is_some_and(&allowed)
}
