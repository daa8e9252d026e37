//! The kind of `apps` that runs nothing: a revision of a controller's template. Knows no other kinds.

use crate::schema::strategy::Strategy;

pub(crate) static CONTROLLER_REVISION: Strategy = Strategy { ..Strategy::of("apps", "ControllerRevision") };
