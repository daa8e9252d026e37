//! Runs the generator over a normalised document.
//!
//! Knows nothing of files, and leaves what the generator cannot be told to `polish`.

use anyhow::{Context, Result};
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use quote::quote;
use serde_json::Value;

use super::normalise::ERROR;
use super::schema::{SECRET, TIMESTAMP};
use super::service::Service;

pub(crate) fn generate(document: Value, service: &Service) -> Result<syn::File> {
    let document = serde_json::from_value(document).context("not an OpenAPI 3.0 document")?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(core_client::http::CallContext))
        .with_map_type("::std::collections::BTreeMap");
    let replaced = [
        (ERROR, "core_client::error::ErrorBody"),
        (TIMESTAMP, "jiff::Timestamp"),
        (SECRET, "core_client::wire::SecretText"),
    ];
    for (schema, path) in replaced.iter().chain(service.ids) {
        settings.with_replacement(pascal(schema), path, std::iter::empty());
    }
    let tokens = Generator::new(&settings).generate_tokens(&document).context("the generator refused the document")?;
    syn::parse2(tokens).context("the generator wrote something that is not Rust")
}

/// The name the generator gives the type of a camel-cased schema.
fn pascal(schema: &str) -> String {
    let mut letters = schema.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
