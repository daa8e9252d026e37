//! Plans that are made by hand are carried out on fake clusters, over real connections.

mod apply;
mod delete;
mod lasting;
mod order;
mod trouble;
mod verifying;
mod whole;
pub(super) mod world;
