//! What the generator cannot be told: open enums, lenient strings, our transport, readable docs.
//!
//! Works on the syntax tree, and fails when the generator's output is not shaped as expected, so
//! that a new version of it cannot silently undo any of this. Knows nothing of OpenAPI.

use anyhow::{Context, Result, bail, ensure};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, Ident, Item, ItemMod, parse_quote};

use super::service::Service;
use super::{COMMAND, Output};

mod client;
mod docs;
mod strings;

/// Names the generator makes of names it does not understand.
const RENAMED: [(&str, &str); 1] = [("size_gi_b", "size_gib")];

pub(crate) fn polish(mut file: File, service: &Service) -> Result<Vec<Output>> {
    Tidy.visit_file_mut(&mut file);
    client::own_transport(&mut file.items)?;
    client::drop_api_version(&mut file)?;
    client::one_error_arm(&mut file)?;
    file.items.retain(|item| !is_module(item, "prelude"));

    let mut types = take_module(&mut file.items, "types")?;
    let operations = take_module(&mut file.items, "builder")?;
    strings::open_enums(&mut types)?;
    strings::lenient_newtypes(&mut types)?;
    let builders = take_module(&mut types, "builder")?;

    file.items.push(parse_quote! {
        /// One builder an operation: its parameters, then `send`.
        pub mod builder;
    });
    file.items.push(parse_quote! {
        /// What operations take and return.
        pub mod types;
    });
    types.push(parse_quote! {
        /// Builders of the types, for use in `body_map`.
        pub mod builder;
    });
    Ok(vec![
        output("mod.rs", file.items, service, &[allowed()]),
        output("types.rs", types, service, &[]),
        output("types/builder.rs", builders, service, &[]),
        output("builder.rs", operations, service, &[]),
    ])
}

/// Lints that generated code is excused from; the attribute covers the modules below.
fn allowed() -> Attribute {
    parse_quote! {
        #![allow(
            clippy::all,
            clippy::exhaustive_enums,
            clippy::exhaustive_structs,
            clippy::missing_errors_doc,
            clippy::unwrap_used,
            elided_lifetimes_in_paths,
            missing_docs,
            unreachable_pub,
            unused_imports,
            reason = "generated; held to account by its tests, not by its looks"
        )]
    }
}

fn output(name: &'static str, items: Vec<Item>, service: &Service, attributes: &[Attribute]) -> Output {
    let file: File = syn::parse_quote! {
        #![cfg_attr(rustfmt, rustfmt_skip)]
        #(#attributes)*
        #(#items)*
    };
    let text = prettyplease::unparse(&file);
    let header = format!(
        "// Generated from {} by `{COMMAND}`. Do not edit: change the document, or the command.\n\n",
        service.document
    );
    Output { name, text: header + &text }
}

fn is_module(item: &Item, name: &str) -> bool {
    matches!(item, Item::Mod(module) if module.ident == name)
}

/// Removes a module and returns what it holds.
fn take_module(items: &mut Vec<Item>, name: &str) -> Result<Vec<Item>> {
    let place = items
        .iter()
        .position(|item| is_module(item, name))
        .with_context(|| format!("the generator wrote no module `{name}`"))?;
    match items.remove(place) {
        Item::Mod(ItemMod { content: Some((_, items)), .. }) => Ok(items),
        _ => bail!("the generator wrote module `{name}` without content"),
    }
}

/// Changes that need no context: lint attributes, docs, names, room to grow.
struct Tidy;

impl VisitMut for Tidy {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("allow"));
        docs::tidy(attributes);
    }

    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        for (from, to) in RENAMED {
            if ident == from {
                *ident = Ident::new(to, ident.span());
            }
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        visit_mut::visit_item_struct_mut(self, item);
        let serde = item.attrs.iter().any(|it| quote!(#it).to_string().contains("serde"));
        if serde && matches!(item.fields, syn::Fields::Named(_)) {
            item.attrs.push(parse_quote!(#[non_exhaustive]));
        }
    }
}

/// That something was changed exactly as often as expected.
fn changed(what: &str, found: usize, expected: usize) -> Result<()> {
    ensure!(found == expected, "{what}: changed {found}, expected {expected}; the generator's output has a new shape");
    Ok(())
}

#[cfg(test)]
mod tests;
