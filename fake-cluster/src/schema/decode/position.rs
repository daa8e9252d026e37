//! Where the decoder is, printed only when something is wrong. Knows no values.
use std::fmt::Write as _;

/// Where the decoder is; printed only when something is wrong.
pub(super) struct Place<'a> {
    pub(super) parent: Option<&'a Place<'a>>,
    pub(super) step: Step<'a>,
}

pub(super) enum Step<'a> {
    Root,
    /// A field of a struct, with the struct's Go name.
    Field(&'a str, &'a str),
    /// A key of a map.
    Key(&'a str),
    Index(usize),
}

impl Place<'_> {
    /// `spec.containers[0].name`.
    pub(super) fn path(&self) -> String {
        let mut out = self.parent.map(Self::path).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Field(name, _) | Step::Key(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(name);
            }
            Step::Index(index) => {
                // Writing to a String cannot fail.
                let _infallible = write!(out, "[{index}]");
            }
        }
        out
    }

    /// The fields of structs on the way, as Go names them in type errors.
    fn fields(&self, out: &mut Vec<String>) {
        if let Some(parent) = self.parent {
            parent.fields(out);
        }
        if let Step::Field(name, owner) = self.step {
            out.extend(embedding(owner, name).map(str::to_owned));
            out.push(name.to_owned());
        }
    }

    fn owner(&self) -> Option<&str> {
        match self.step {
            Step::Field(_, owner) => Some(owner),
            _ => self.parent.and_then(Self::owner),
        }
    }
}

/// The struct through which Go reaches a field that is written as one of the struct around it.
fn embedding(owner: &str, field: &str) -> Option<&'static str> {
    match (owner, field) {
        ("Volume", "name") | ("EphemeralContainer", "targetContainerName") => None,
        ("Volume", _) => Some("VolumeSource"),
        ("EphemeralContainer", _) => Some("EphemeralContainerCommon"),
        ("Probe", "exec" | "httpGet" | "tcpSocket" | "grpc") => Some("ProbeHandler"),
        (
            "ConfigMapVolumeSource"
            | "ConfigMapProjection"
            | "SecretProjection"
            | "ConfigMapEnvSource"
            | "SecretEnvSource"
            | "ConfigMapKeySelector"
            | "SecretKeySelector",
            "name",
        ) => Some("LocalObjectReference"),
        _ => None,
    }
}

pub(super) fn mismatch(found: &str, wanted: &str, place: &Place<'_>) -> String {
    let mut fields = Vec::new();
    place.fields(&mut fields);
    match place.owner() {
        Some(owner) => {
            let path = fields.join(".");
            format!("json: cannot unmarshal {found} into Go struct field {owner}.{path} of type {wanted}")
        }
        None => format!("json: cannot unmarshal {found} into Go value of type {wanted}"),
    }
}
