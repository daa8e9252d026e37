//! One page of a list, read leniently: an object that cannot be read is one object less, not a page less. Plain functions.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// One page, its objects not yet looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Page<'a> {
    #[serde(default)]
    metadata: Option<ListMeta>,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListMeta {
    #[serde(default)]
    r#continue: Option<String>,
    #[serde(default)]
    remaining_item_count: Option<u64>,
}

/// An object that was read: where it is, its name, and all of it.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) namespace: Option<Arc<str>>,
    pub(super) name: Arc<str>,
    pub(super) value: Value,
}

/// An object that could not be read: as much as is known of it, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) namespace: Option<Arc<str>>,
    pub(super) name: Option<Arc<str>>,
    pub(super) why: String,
}

impl<'a> Page<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub(super) fn items(&self) -> &[&'a RawValue] {
        self.items.as_deref().unwrap_or_default()
    }

    /// Leads to the next page.
    pub(super) fn next(&self) -> Option<&str> {
        self.metadata.as_ref()?.r#continue.as_deref().filter(|token| !token.is_empty())
    }

    /// How many objects are left, if the server says so.
    pub(super) fn remaining(&self) -> Option<u64> {
        self.metadata.as_ref()?.remaining_item_count
    }
}

/// Reads one object. Objects in lists lack their type, and their metadata alone has another: it is written in.
pub(super) fn object(text: &str, api_version: &str, kind: &str) -> Result<Read, Unreadable> {
    let mut value: Value = serde_json::from_str(text).map_err(|error| unreadable(text, error.to_string()))?;
    let text_of = |key: &str| value.get("metadata").and_then(|meta| meta.get(key)).and_then(Value::as_str);
    let namespace = text_of("namespace").filter(|namespace| !namespace.is_empty()).map(Arc::from);
    let Some(name) = text_of("name").filter(|name| !name.is_empty()).map(Arc::from) else {
        return Err(Unreadable { namespace, name: None, why: "it has no name".into() });
    };
    if let Some(missing) = ["uid", "resourceVersion"].into_iter().find(|key| text_of(key).is_none_or(str::is_empty)) {
        return Err(Unreadable { namespace, name: Some(name), why: format!("it has no metadata.{missing}") });
    }
    value["apiVersion"] = api_version.into();
    value["kind"] = kind.into();
    Ok(Read { namespace, name, value })
}

fn unreadable(text: &str, why: String) -> Unreadable {
    #[derive(Deserialize)]
    struct Named {
        metadata: Meta,
    }
    #[derive(Deserialize)]
    struct Meta {
        name: Option<Arc<str>>,
        namespace: Option<Arc<str>>,
    }
    match serde_json::from_str(text) {
        Ok(Named { metadata: Meta { name, namespace } }) => Unreadable { namespace, name, why },
        Err(_) => Unreadable { namespace: None, name: None, why },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_that_cannot_be_read_is_named_and_takes_no_other_with_it() {
        let text = r#"{"metadata":{"continue":"t","remainingItemCount":7},"items":[
            {"metadata":{"name":"good","namespace":"ns","uid":"1","resourceVersion":"2"},"data":{"a":"b"}},
            {"metadata":{"name":"bad","namespace":"ns"},"spec":{"size":1e999}},
            {"metadata":{"namespace":"ns","uid":"1","resourceVersion":"2"}},
            {"metadata":{"name":"young","uid":"1"}},
            7
        ]}"#;
        let page = Page::read(text).unwrap();
        assert_eq!((page.next(), page.remaining()), (Some("t"), Some(7)));
        let read: Vec<_> = page.items().iter().map(|item| object(item.get(), "v1", "ConfigMap")).collect();
        let good = read[0].as_ref().unwrap();
        assert_eq!((&*good.name, good.namespace.as_deref()), ("good", Some("ns")));
        assert_eq!(good.value["apiVersion"], "v1");
        assert_eq!(good.value["kind"], "ConfigMap");
        let bad: Vec<_> = read[1..].iter().map(|read| read.as_ref().unwrap_err()).collect();
        assert_eq!((bad[0].name.as_deref(), bad[0].namespace.as_deref()), (Some("bad"), Some("ns")));
        assert!(bad[0].why.contains("number out of range"), "{}", bad[0].why);
        assert_eq!((bad[1].name.as_deref(), bad[1].why.as_str()), (None, "it has no name"));
        assert_eq!(bad[2].why, "it has no metadata.resourceVersion");
        assert_eq!(bad[3].why, "it has no name");
    }

    #[test]
    fn an_empty_page_is_written_in_many_ways() {
        for text in
            ["{}", r#"{"items":null}"#, r#"{"metadata":null,"items":[]}"#, r#"{"metadata":{"continue":""},"items":[]}"#]
        {
            let page = Page::read(text).unwrap();
            assert!(page.items().is_empty() && page.next().is_none(), "{text}");
        }
        assert!(Page::read("<html>").is_err());
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,60}") {
            if let Ok(page) = Page::read(&text) {
                for item in page.items() {
                    let _read = object(item.get(), "v1", "Pod");
                }
            }
            let _read = object(&text, "v1", "Pod");
        }

        #[test]
        fn what_was_written_is_what_is_read(name in "[a-z]{1,20}", data in prop::collection::btree_map("[a-z]{1,5}", "\\PC{0,9}", 0..5)) {
            let written = json!({ "metadata": { "name": name, "uid": "u", "resourceVersion": "1" }, "data": data });
            let read = object(&written.to_string(), "v1", "ConfigMap").unwrap();
            prop_assert_eq!(&read.value["data"], &written["data"]);
        }
    }
}
