//! Doc comments as a person would write them.

use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, parse_quote};

/// Cuts what readers of the rendered docs have no use for, and gives every line its space.
pub(super) fn tidy(attributes: &mut Vec<Attribute>) {
    let mut tidied: Vec<Attribute> = Vec::with_capacity(attributes.len());
    for attribute in attributes.drain(..) {
        let Some(text) = doc(&attribute) else {
            tidied.push(attribute);
            continue;
        };
        // Examples that cannot be compiled, and a copy of the schema.
        let text = ["```ignore", "<details>"]
            .into_iter()
            .filter_map(|cut| text.find(cut))
            .min()
            .map_or(text.as_str(), |end| &text[..end]);
        let inner = matches!(attribute.style, syn::AttrStyle::Inner(_));
        for line in text.trim().lines() {
            let line = if line.is_empty() { String::new() } else { format!(" {}", line.trim()) };
            tidied.push(if inner { parse_quote!(#![doc = #line]) } else { parse_quote!(#[doc = #line]) });
        }
    }
    *attributes = tidied;
}

fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if pair.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// A doc line, as an attribute.
pub(super) fn line(text: &str) -> Attribute {
    let text = format!(" {text}");
    let attribute = quote!(#[doc = #text]);
    parse_quote!(#attribute)
}
