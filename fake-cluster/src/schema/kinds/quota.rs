//! What a namespace may hold: quotas, and the limits of single objects. Knows no other kinds.

use crate::schema::strategy::{Step, Strategy};

pub(crate) static LIMIT_RANGE: Strategy =
    Strategy { creates_on_update: true, on_update: &[Step::Metadata, Step::Rules], ..Strategy::of("", "LimitRange") };

pub(crate) static RESOURCE_QUOTA: Strategy =
    Strategy { status: true, shows_deleted: true, ..Strategy::of("", "ResourceQuota") };
