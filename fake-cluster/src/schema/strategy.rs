//! What a built-in kind does with its own objects, as a row of a table: defaults, preparation, rules and habits. Knows no
//! kinds and no requests.

use std::fmt;

use serde_json::Value;

use crate::schema::defaults::Fields;
use crate::schema::names::NameRule;
use crate::schema::refusal::Cause;

/// One check of a changed object. The real server's kinds run these in different orders, and may find a fault twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The metadata, as if the object were new.
    Metadata,
    /// The change of the metadata.
    MetadataChange,
    /// The rest.
    Rules,
}

/// What is checked: the new object, and the old one if there is one.
pub(crate) type Check = fn(&Value, Option<&Value>, &mut Vec<Cause>);

/// A row of the table. Its fields follow the methods of the strategies in `k8s.io/kubernetes/pkg/registry`.
pub(crate) struct Strategy {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) cluster: bool,
    pub(crate) status: bool,
    /// How objects are named.
    pub(crate) names: NameRule,
    /// Whether finalizers without a domain must be known ones.
    pub(crate) kube_finalizers: bool,
    /// The fields whose change moves the generation; nothing for kinds without one.
    pub(crate) generation: Option<&'static [&'static str]>,
    /// What a write to `/status` does not track.
    pub(crate) status_keeps: &'static [&'static [&'static str]],
    /// Brings an object into another version of the kind, if there are several.
    pub(crate) convert: Option<fn(&mut Value, &str)>,
    /// Fills in defaults.
    pub(crate) fill: fn(&mut Fields),
    /// Prepares a new or changed object, after status and generation are settled.
    pub(crate) prepare: fn(&mut Value, Option<&Value>),
    /// Prepares an object whose status changes, after the spec is settled.
    pub(crate) prepare_status: fn(&mut Value, &Value),
    /// Brings an object into the form in which it is stored.
    pub(crate) store: fn(&mut Value),
    /// What is checked in a new object.
    pub(crate) on_create: &'static [Step],
    /// What is checked in a changed object.
    pub(crate) on_update: &'static [Step],
    /// What is checked when the status changes; the rules are then those of the status.
    pub(crate) on_status: &'static [Step],
    /// The rules of the kind.
    pub(crate) rules: Check,
    /// The rules of the status.
    pub(crate) status_rules: Check,
    /// What clients are warned of.
    pub(crate) warnings: fn(&Value, Option<&Value>) -> Vec<String>,
    /// Whether a PUT creates what does not exist.
    pub(crate) creates_on_update: bool,
    /// Whether a PUT may leave out the resource version.
    pub(crate) unconditional: bool,
    /// Whether a delete is answered with the object.
    pub(crate) shows_deleted: bool,
    /// Fields that objects can be selected by besides their name; `None` for kinds that know name and namespace only.
    pub(crate) selectable: Option<&'static [&'static str]>,
}

impl Strategy {
    /// The row of a kind that does what most do.
    pub(crate) const fn of(group: &'static str, kind: &'static str) -> Self {
        Self {
            group,
            kind,
            cluster: false,
            status: false,
            names: NameRule::Subdomain,
            kube_finalizers: true,
            generation: None,
            status_keeps: &[&["spec"]],
            convert: None,
            fill: |_| {},
            prepare: |_, _| {},
            prepare_status: |_, _| {},
            store: |_| {},
            on_create: &[Step::Metadata, Step::Rules],
            on_update: &[Step::MetadataChange, Step::Rules],
            on_status: &[Step::MetadataChange, Step::Rules],
            rules: |_, _, _| {},
            status_rules: |_, _, _| {},
            warnings: |_, _| Vec::new(),
            creates_on_update: false,
            unconditional: true,
            shows_deleted: false,
            selectable: None,
        }
    }
}

impl fmt::Debug for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Strategy({}/{})", self.group, self.kind)
    }
}

impl PartialEq for Strategy {
    fn eq(&self, other: &Self) -> bool {
        (self.group, self.kind) == (other.group, other.kind)
    }
}

impl Eq for Strategy {}
