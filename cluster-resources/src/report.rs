//! What a run would do or did, for people and programs: text, JSON, JSON lines and Markdown, all from one value without secrets.
//! Knows nothing of clusters, terminals or files.
//!
//! A [`Report`] gathers a plan and what became of it; its [`Document`] is what is shown, in any form:
//!
//! ```
//! use cluster_resources::plan::Plan;
//! use cluster_resources::report::{MarkdownOptions, Report, TextOptions};
//!
//! fn show(plan: &Plan) -> String {
//!     let document = Report::new(plan).document();
//!     let comment = document.markdown(&MarkdownOptions::default());
//!     format!("{}{}{comment}", document.text(&TextOptions::default()), document.json())
//! }
//! ```
//!
//! The JSON forms follow `schema/report.json`, which [`schema`] makes from the types. When a type changes, a test says that the file is
//! old; `UPDATE_SCHEMA=1 cargo test -p cluster-resources --all-features the_committed_schema` writes it anew.

mod build;
mod document;
mod hide;
mod json;
mod markdown;
mod text;
mod unified;
mod value;
mod words;
mod yaml;

pub use build::Report;
pub use document::{
    Change, Counts, Document, Extent, Finding, ForeignFinding, Item, ItemResult, Line, ObjectRef, REPORT_VERSION,
    ReadinessFinding, ResultState, Source, Summary, Trailer, Verification, Why,
};
pub use hide::{HIDDEN, SHORTEST, SecretValues};
pub use json::schema;
pub use markdown::MarkdownOptions;
pub use text::TextOptions;

#[cfg(test)]
mod tests;
