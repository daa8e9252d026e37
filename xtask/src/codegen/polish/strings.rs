//! Strings from a server: enums it may extend, names it may not keep to the rules for.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use quote::quote;
use syn::{Attribute, Fields, Ident, Item, ItemEnum, ItemImpl, Type, Variant, parse_quote};

use super::{changed, docs};

/// Holds a value that is not in the document.
const OPEN: &str = "Unrecognized";

/// Opens every enum of strings: an unknown value is kept on decode and cannot be made otherwise.
pub(super) fn open_enums(types: &mut Vec<Item>) -> Result<()> {
    let mut opened: BTreeMap<Ident, Vec<Item>> = BTreeMap::new();
    for item in types.iter_mut() {
        if let Item::Enum(item) = item {
            let impls = open(item).with_context(|| format!("enum {}", item.ident))?;
            opened.insert(item.ident.clone(), impls);
        }
    }
    let expected = opened.len() * 2;
    let mut replaced = 0;
    types.retain(|item| {
        let ours = matches!(item, Item::Impl(block)
            if target(block).is_some_and(|name| opened.contains_key(&name))
                && (implements(block, "Display") || implements(block, "FromStr")));
        replaced += usize::from(ours);
        !ours
    });
    changed("Display and FromStr of enums", replaced, expected)?;

    let mut after = Vec::with_capacity(types.len());
    for item in types.drain(..) {
        let impls = match &item {
            Item::Enum(item) => opened.remove(&item.ident),
            _ => None,
        };
        after.push(item);
        after.extend(impls.into_iter().flatten());
    }
    *types = after;
    Ok(())
}

/// Opens one enum and returns the implementations that go with it.
fn open(item: &mut ItemEnum) -> Result<Vec<Item>> {
    let mut known = Vec::new();
    for variant in &mut item.variants {
        ensure!(
            matches!(variant.fields, Fields::Unit) && variant.ident != OPEN,
            "variant {} is not one of a plain enum",
            variant.ident
        );
        known.push((variant.ident.clone(), take_wire_name(variant)?));
    }
    let open = quote::format_ident!("{OPEN}");
    item.variants.push(parse_quote! {
        /// A value the document does not list. Only decoding makes one; encoding writes it back.
        #open(core_client::wire::Unrecognized)
    });
    item.attrs.retain(|it| !it.path().is_ident("derive"));
    item.attrs.push(parse_quote! {
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    });
    item.attrs.push(parse_quote!(#[non_exhaustive]));

    let name = &item.ident;
    let variants: Vec<&Ident> = known.iter().map(|(variant, _)| variant).collect();
    let wires: Vec<&String> = known.iter().map(|(_, wire)| wire).collect();
    let refusal = format!("not one of `{}`", {
        let wires: Vec<&str> = wires.iter().map(|wire| wire.as_str()).collect();
        wires.join("`, `")
    });
    let block = quote! {
        impl #name {
            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #wires,)*
                    Self::#open(value) => value.as_str(),
                }
            }
        }
        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        /// Takes the values the document lists and no other.
        impl ::std::str::FromStr for #name {
            type Err = self::error::ConversionError;
            fn from_str(value: &str) -> ::std::result::Result<Self, self::error::ConversionError> {
                match value {
                    #(#wires => Ok(Self::#variants),)*
                    _ => Err(#refusal.into()),
                }
            }
        }
        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                core_client::wire::decode_open(deserializer, Self::#open)
            }
        }
    };
    Ok(syn::parse2::<syn::File>(block)?.items)
}

/// Removes `#[serde(rename = "…")]` and returns the name; the variant's own name without it.
fn take_wire_name(variant: &mut Variant) -> Result<String> {
    let mut wire = variant.ident.to_string();
    let mut unknown = false;
    for attribute in &variant.attrs {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                wire = meta.value()?.parse::<syn::LitStr>()?.value();
            } else {
                unknown = true;
            }
            Ok(())
        })?;
    }
    ensure!(!unknown, "variant {wire} has a serde attribute other than rename");
    variant.attrs.retain(|it| !it.path().is_ident("serde"));
    Ok(wire)
}

/// Lets decoding of restricted strings take anything; making one still keeps to the restriction.
///
/// One name that breaks the rules must not make a whole list undecodable.
pub(super) fn lenient_newtypes(types: &mut [Item]) -> Result<()> {
    let mut names = Vec::new();
    for item in types.iter_mut() {
        let Item::Impl(block) = item else { continue };
        if !implements(block, "Deserialize") {
            continue;
        }
        let Some(name) = target(block) else { continue };
        if quote!(#block).to_string().contains("decode_open") {
            continue;
        }
        *block = parse_quote! {
            impl<'de> ::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    ::std::string::String::deserialize(deserializer).map(Self)
                }
            }
        };
        names.push(name);
    }
    let mut documented = 0;
    for item in types.iter_mut() {
        if let Item::Struct(item) = item
            && names.contains(&item.ident)
            && is_string_newtype(&item.fields)
        {
            let lines: [Attribute; 2] =
                [docs::line(""), docs::line("Decoding takes whatever the server says; parsing enforces the rules.")];
            let place = item.attrs.iter().rposition(|it| it.path().is_ident("doc")).map_or(0, |last| last + 1);
            item.attrs.splice(place..place, lines);
            documented += 1;
        }
    }
    changed("restricted strings", documented, names.len())
}

fn is_string_newtype(fields: &Fields) -> bool {
    matches!(fields, Fields::Unnamed(fields)
    if fields.unnamed.len() == 1
        && fields.unnamed.iter().all(|it| {
            let kind = &it.ty;
            quote!(#kind).to_string().ends_with("String")
        }))
}

fn implements(block: &ItemImpl, name: &str) -> bool {
    block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last()).is_some_and(|segment| segment.ident == name)
}

fn target(block: &ItemImpl) -> Option<Ident> {
    match &*block.self_ty {
        Type::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}
