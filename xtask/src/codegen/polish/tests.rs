use quote::ToTokens;

use super::*;

fn types(file: File) -> Vec<Item> {
    file.items
}

fn text(items: &[Item]) -> String {
    prettyplease::unparse(&File { shebang: None, attrs: Vec::new(), items: items.to_vec() })
}

/// An enum as the generator writes it.
fn phase() -> Vec<Item> {
    types(parse_quote! {
        /// A phase.
        #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Copy, Debug)]
        pub enum Phase {
            #[serde(rename = "up")]
            Up,
            Down,
        }
        impl ::std::fmt::Display for Phase {}
        impl ::std::str::FromStr for Phase {}
        impl ::std::convert::TryFrom<&str> for Phase {}
    })
}

#[test]
fn an_enum_is_opened_and_keeps_its_names_on_the_wire() {
    let mut items = phase();
    strings::open_enums(&mut items).unwrap();
    let text = text(&items);
    assert!(text.contains("Unrecognized(core_client::wire::Unrecognized)"), "{text}");
    assert!(text.contains("Self::Up => \"up\"") && text.contains("Self::Down => \"Down\""), "{text}");
    assert!(text.contains("not one of `up`, `Down`"), "{text}");
    assert!(!text.contains("Copy") && !text.contains("rename"), "{text}");
    assert!(text.contains("TryFrom<&str> for Phase"), "what still fits is kept: {text}");
}

#[test]
fn an_enum_that_cannot_be_opened_is_refused_and_named() {
    let clash = types(parse_quote!(
        pub enum Phase {
            Unrecognized,
        }
    ));
    let data = types(parse_quote!(
        pub enum Phase {
            Up(u8),
        }
    ));
    let attribute = types(parse_quote!(
        pub enum Phase {
            #[serde(other)]
            Up,
        }
    ));
    for mut items in [clash, data, attribute] {
        let error = strings::open_enums(&mut items).unwrap_err();
        assert_eq!(error.to_string(), "enum Phase");
    }
}

#[test]
fn a_generator_that_writes_enums_differently_is_noticed() {
    let mut items = phase();
    items.remove(1);
    let error = strings::open_enums(&mut items).unwrap_err();
    assert!(error.to_string().contains("new shape"), "{error}");
}

#[test]
fn a_restricted_string_decodes_as_anything() {
    let mut items = types(parse_quote! {
        /// A name.
        #[derive(Clone)]
        pub struct Name(::std::string::String);
        impl<'de> ::serde::Deserialize<'de> for Name {
            fn deserialize<D>(deserializer: D) -> Result<Self, D::Error> {
                ::std::string::String::deserialize(deserializer)?.parse()
            }
        }
    });
    strings::lenient_newtypes(&mut items).unwrap();
    let text = text(&items);
    assert!(text.contains("deserialize(deserializer).map(Self)"), "{text}");
    assert!(text.contains("/// Decoding takes whatever the server says"), "{text}");
}

#[test]
fn docs_lose_what_cannot_be_compiled_and_gain_their_space() {
    let mut attributes: Vec<Attribute> = vec![
        parse_quote!(#[doc = "One line.\n\n```ignore\ncode\n```"]),
        parse_quote!(#[derive(Debug)]),
        parse_quote!(#[doc = "`Name`\n\n<details><summary>JSON schema</summary></details>"]),
    ];
    docs::tidy(&mut attributes);
    let text: Vec<String> = attributes.iter().map(|it| it.to_token_stream().to_string()).collect();
    assert_eq!(text, ["# [doc = \" One line.\"]", "# [derive (Debug)]", "# [doc = \" `Name`\"]"]);
}

#[test]
fn a_client_without_the_expected_constructor_is_refused() {
    let mut items = types(parse_quote!(
        pub struct Client;
    ));
    assert!(client::own_transport(&mut items).is_err());
}

/// An operation as the generator writes it.
fn operation() -> File {
    parse_quote! {
        async fn send(self) {
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map.append("api-version", "1");
            let mut request = client.client.get(url).header(ACCEPT, "application/json").headers(header_map).build()?;
            match response.status().as_u16() {
                200u16 => one(),
                400u16..=499u16 => two(),
                500u16..=599u16 => two(),
                _ => three(),
            }
        }
    }
}

#[test]
fn errors_have_one_arm_and_the_transports_own_status_is_not_in_it() {
    let mut file = operation();
    client::one_error_arm(&mut file).unwrap();
    let text = text(&file.items);
    assert!(text.contains("400u16..=598u16 => two()") && !text.contains("500u16"), "{text}");
    assert!(client::one_error_arm(&mut file).is_err(), "arms of another shape are noticed");
}

#[test]
fn the_version_header_goes_and_the_others_stay() {
    let mut file = operation();
    client::drop_api_version(&mut file).unwrap();
    let text = text(&file.items);
    assert!(!text.contains("header_map") && !text.contains("api-version"), "{text}");
    assert!(text.contains(".header(ACCEPT, \"application/json\")"), "{text}");
    assert!(client::drop_api_version(&mut file).is_err(), "operations of another shape are noticed");
}
