//! What holds for every schema and object: reading twice is reading once, and what fits goes on fitting.
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::{FieldValidation, KindSchema};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn name() -> impl Strategy<Value = &'static str> {
    select(&NAMES[..])
}

/// A structural schema, sometimes with a default that fits it.
fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(|default| with_default(json!({"type": "string"}), default, json!("word"))),
        any::<bool>().prop_map(|default| with_default(json!({"type": "integer", "minimum": 0}), default, json!(3))),
        any::<bool>().prop_map(|default| with_default(json!({"type": "boolean"}), default, json!(true))),
        any::<bool>().prop_map(|nullable| json!({"type": "string", "nullable": nullable, "maxLength": 5})),
        Just(json!({"x-kubernetes-int-or-string": true})),
        Just(json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let fields = prop::collection::btree_map(name().prop_map(str::to_owned), inner.clone(), 0..4);
        prop_oneof![
            3 => (fields, any::<bool>()).prop_map(|(fields, default)| {
                let object = json!({"type": "object", "properties": fields});
                with_default(object, default, json!({}))
            }),
            1 => inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            1 => inner.prop_map(|values| json!({"type": "object", "additionalProperties": values})),
        ]
    })
}

fn with_default(mut schema: Value, wanted: bool, default: Value) -> Value {
    if wanted {
        schema["default"] = default;
    }
    schema
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..5).prop_map(Value::from),
        select(&["word", "a longer word", ""][..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            2 => prop::collection::btree_map(name().prop_map(str::to_owned), inner.clone(), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            1 => prop::collection::vec(inner, 0..3).prop_map(Value::from),
        ]
    })
}

/// A value that mostly follows a schema; `odd` decides where it does not.
fn fitting(schema: &Value, odd: &mut impl FnMut() -> u8) -> Value {
    let choice = odd();
    if choice == 0 {
        return [json!(null), json!(7), json!("stray"), json!([]), json!({"stray": 1})][usize::from(odd() % 5)].clone();
    }
    if schema["x-kubernetes-int-or-string"] == true {
        return if choice.is_multiple_of(2) { json!(8080) } else { json!("http") };
    }
    match schema["type"].as_str().unwrap_or_default() {
        "string" => json!(["word", "", "other"][usize::from(choice % 3)]),
        "integer" => json!(choice % 4),
        "boolean" => json!(choice.is_multiple_of(2)),
        "array" => (0..choice % 3).map(|_| fitting(&schema["items"], odd)).collect(),
        _ => {
            let mut out = Map::new();
            for (name, below) in schema["properties"].as_object().into_iter().flatten() {
                if !odd().is_multiple_of(3) {
                    out.insert(name.clone(), fitting(below, odd));
                }
            }
            if let Some(values) = schema.get("additionalProperties") {
                out.insert("key".into(), fitting(values, odd));
            }
            if odd().is_multiple_of(8) {
                out.insert("unknown".into(), json!({"x": 1}));
            }
            out.into()
        }
    }
}

fn definition(spec: &Value) -> Value {
    let schema = json!({"type": "object", "properties": {"spec": spec}});
    json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced",
            "names": {"kind": "Widget", "listKind": "WidgetList", "plural": "widgets", "singular": "widget"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}]}})
}

fn kind(spec: &Value) -> Arc<KindSchema> {
    KindSchema::from_crd_version(&definition(spec), "v1").unwrap()
}

fn widget(spec: Value) -> Value {
    json!({"apiVersion": "example.com/v1", "kind": "Widget", "spec": spec,
           "metadata": {"name": "one", "namespace": "default", "uid": "u", "labels": {}, "annotations": {"a": "b"}}})
}

fn specs() -> impl Strategy<Value = (Value, Value)> {
    let random = (schemas(), values());
    let near = (schemas(), prop::collection::vec(any::<u8>(), 1..64)).prop_map(|(schema, choices)| {
        let mut at = 0;
        let value = fitting(&schema, &mut || {
            at += 1;
            choices[at % choices.len()]
        });
        (schema, value)
    });
    prop_oneof![1 => random, 3 => near]
}

/// Objects of built-in kinds, complete enough to be admitted or nearly so.
fn builtin() -> impl Strategy<Value = (Arc<KindSchema>, Value)> {
    let kinds = prop_oneof![
        Just(("", "v1", "ConfigMap", json!({"data": {"a": "b"}, "binaryData": {}}))),
        Just(("", "v1", "Secret", json!({"data": {"a": "YQ=="}, "type": ""}))),
        Just((
            "",
            "v1",
            "Service",
            json!({"spec": {"ports": [{"port": 80}], "selector": {"a": "b"}, "clusterIP": "None"}})
        )),
        Just((
            "apps",
            "v1",
            "Deployment",
            json!({"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {
                "metadata": {"labels": {"a": "b"}},
                "spec": {"containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80}],
                    "resources": {"limits": {"cpu": "1000m", "memory": "1024Ki"}}}]}}}})
        )),
        Just((
            "batch",
            "v1",
            "CronJob",
            json!({"spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": {
                "restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}}}}})
        )),
        Just((
            "coordination.k8s.io",
            "v1",
            "Lease",
            json!({"spec": {"holderIdentity": "me", "renewTime": "2001-02-03T04:05:06.500000Z"}})
        )),
    ];
    (kinds, name(), prop::option::of(values())).prop_map(|((group, version, kind, mut object), at, stray)| {
        let schema = KindSchema::builtin(group, version, kind).unwrap();
        object["apiVersion"] = schema.api_version().into();
        object["kind"] = kind.into();
        object["metadata"] = json!({"name": "one", "namespace": "default", "uid": "u", "labels": {}});
        if let Some(stray) = stray {
            object["metadata"]["annotations"] = json!({"stray": stray.to_string()});
            object[at] = stray;
        }
        (schema, object)
    })
}

proptest! {
    #[test]
    fn reading_a_custom_object_again_changes_nothing((spec, value) in specs()) {
        let schema = kind(&spec);
        let mut once = widget(value);
        if schema.decode(&mut once, FieldValidation::Ignore).is_err() {
            return Ok(());
        }
        let mut twice = once.clone();
        prop_assert_eq!(schema.decode(&mut twice, FieldValidation::Strict), Ok(Vec::new()), "{}", once);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn pruning_again_drops_nothing((spec, value) in specs()) {
        let schema = kind(&spec);
        let mut once = widget(value);
        schema.prune(&mut once);
        let mut twice = once.clone();
        schema.prune(&mut twice);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn settling_again_fills_in_nothing((spec, value) in specs()) {
        let schema = kind(&spec);
        let mut once = widget(value);
        schema.settle(&mut once).unwrap();
        let mut twice = once.clone();
        schema.settle(&mut twice).unwrap();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn an_admitted_custom_object_stays_admitted((spec, value) in specs()) {
        let schema = kind(&spec);
        let mut object = widget(value);
        if schema.decode(&mut object, FieldValidation::Ignore).is_err() || schema.admit_create(&mut object).is_err() {
            return Ok(());
        }
        let mut again = object.clone();
        prop_assert!(schema.decode(&mut again, FieldValidation::Strict).is_ok());
        prop_assert_eq!(&again, &object);
        schema.prune(&mut again);
        schema.settle(&mut again).unwrap();
        prop_assert_eq!(&again, &object);
        prop_assert!(schema.admit_create(&mut again).is_ok());
        again["metadata"]["resourceVersion"] = "7".into();
        let old = again.clone();
        prop_assert!(schema.admit_update(&mut again, &old, None).is_ok());
        prop_assert_eq!(again, old);
    }

    #[test]
    fn only_what_is_told_is_dropped((spec, value) in specs()) {
        let schema = kind(&spec);
        let (mut kept, mut told) = (widget(value.clone()), widget(value));
        let Ok(warnings) = schema.decode(&mut told, FieldValidation::Warn) else { return Ok(()) };
        let strict = schema.decode(&mut kept, FieldValidation::Strict);
        prop_assert_eq!(strict.is_err(), !warnings.is_empty());
    }

    #[test]
    fn reading_a_built_in_object_again_changes_nothing((schema, object) in builtin()) {
        let mut once = object;
        prop_assert!(schema.decode(&mut once, FieldValidation::Ignore).is_ok());
        let mut twice = once.clone();
        prop_assert_eq!(schema.decode(&mut twice, FieldValidation::Strict), Ok(Vec::new()));
        prop_assert_eq!(&twice, &once);
        let mut converted = once.clone();
        schema.settle(&mut converted).unwrap();
        prop_assert_eq!(converted, once);
    }

    #[test]
    fn an_admitted_built_in_object_stays_admitted((schema, object) in builtin()) {
        let mut object = object;
        prop_assert!(schema.decode(&mut object, FieldValidation::Ignore).is_ok());
        if schema.admit_create(&mut object).is_err() {
            return Ok(());
        }
        object["metadata"]["resourceVersion"] = "7".into();
        let mut again = object.clone();
        prop_assert!(schema.decode(&mut again, FieldValidation::Strict).is_ok());
        prop_assert_eq!(&again, &object);
        let admitted = schema.admit_update(&mut again, &object, None);
        prop_assert!(admitted.is_ok(), "{:?}", admitted);
        prop_assert_eq!(again, object);
    }
}
