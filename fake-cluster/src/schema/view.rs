//! A kind in one of its versions, as the ownership rules need it.
use crate::schema::types::{TypeId, Types};

/// The types of one version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) types: &'a Types,
    pub(crate) root: TypeId,
    /// `apps/v1`, or `v1` for core kinds.
    pub(crate) api_version: &'a str,
}
