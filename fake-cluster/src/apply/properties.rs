//! What holds for every sequence of writes: random configurations of built-in and custom kinds, applied and updated in turn.
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::json;

use super::path::Element;
use super::remove::remove;
use super::typed::field_set;
use super::*;
use crate::schema::FieldValidation;

const MANAGERS: [&str; 3] = ["alpha", "beta", "gamma"];

static WIDGET: LazyLock<Arc<KindSchema>> = LazyLock::new(|| {
    let schema = json!({"type": "object", "properties": {
        "spec": {"type": "object", "properties": {
            "size": {"type": "integer"},
            "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "whole": {"type": "array", "x-kubernetes-list-type": "atomic", "items": {"type": "string"}},
            "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                "items": {"type": "object", "required": ["name"], "properties": {
                    "name": {"type": "string"}, "port": {"type": "integer"}, "colour": {"type": "string"}}}},
            "atomic": {"type": "object", "x-kubernetes-map-type": "atomic",
                       "additionalProperties": {"type": "string"}},
            "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}}});
    let definition = json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced",
            "names": {"kind": "Widget", "listKind": "WidgetList", "plural": "widgets", "singular": "widget"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}]}});
    KindSchema::from_crd_version(&definition, "v1").unwrap()
});

static CONFIG_MAP: LazyLock<Arc<KindSchema>> = LazyLock::new(|| KindSchema::builtin("", "v1", "ConfigMap").unwrap());
static DEPLOYMENT: LazyLock<Arc<KindSchema>> =
    LazyLock::new(|| KindSchema::builtin("apps", "v1", "Deployment").unwrap());

/// A write of one manager.
#[derive(Clone, Debug)]
enum Write {
    Apply { manager: &'static str, patch: Value, force: bool },
    Update { manager: &'static str, object: Value },
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn word() -> impl Strategy<Value = Value> {
    select(&["x", "y", "z"][..]).prop_map(Value::from)
}

fn map(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    subsequence(keys, 0..=keys.len())
        .prop_flat_map(|keys| (Just(keys.clone()), prop::collection::vec(word(), keys.len())))
        .prop_map(|(keys, values)| keys.into_iter().map(str::to_owned).zip(values).collect::<Object<_, _>>().into())
}

fn words() -> impl Strategy<Value = Value> {
    subsequence(vec!["p", "q", "r", "s"], 0..=4).prop_shuffle().prop_map(|words| json!(words))
}

/// Some of these members, each with a value of its own.
fn members(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> impl Strategy<Value = Value> {
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, value)| prop::option::of(value).prop_map(move |value| value.map(|value| (name.to_owned(), value))))
        .collect();
    fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect()))
}

fn metadata() -> impl Strategy<Value = Value> {
    members(vec![("labels", map(&["a", "b"]).boxed()), ("annotations", map(&["note"]).boxed())]).prop_map(|mut meta| {
        meta["name"] = "one".into();
        meta
    })
}

fn object(schema: &KindSchema, fields: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let (api_version, kind) = (schema.api_version().to_owned(), schema.kind().to_owned());
    (metadata(), fields)
        .prop_map(move |(metadata, mut object)| {
            object["apiVersion"] = api_version.clone().into();
            object["kind"] = kind.clone().into();
            object["metadata"] = metadata;
            object
        })
        .boxed()
}

fn widgets() -> BoxedStrategy<Value> {
    let port = (
        select(&["http", "grpc", "dns"][..]),
        members(vec![("port", (1..4).prop_map(Value::from).boxed()), ("colour", word().boxed())]),
    );
    let ports = prop::collection::btree_map(port.0, port.1, 0..=3).prop_map(|ports| {
        let item = |(name, mut port): (&str, Value)| {
            port["name"] = name.into();
            port
        };
        Value::Array(ports.into_iter().map(item).collect())
    });
    let spec = members(vec![
        ("size", (0..3).prop_map(Value::from).boxed()),
        ("tags", words().boxed()),
        ("whole", words().boxed()),
        ("ports", ports.boxed()),
        ("atomic", map(&["k", "l"]).boxed()),
        ("free", members(vec![("deep", map(&["m", "n"]).boxed()), ("list", words().boxed())]).boxed()),
    ]);
    object(&WIDGET, members(vec![("spec", spec.boxed())]).boxed())
}

fn config_maps() -> BoxedStrategy<Value> {
    object(&CONFIG_MAP, members(vec![("data", map(&["a", "b", "c"]).boxed())]).boxed())
}

fn deployments() -> BoxedStrategy<Value> {
    let container = members(vec![
        ("image", word().boxed()),
        ("args", words().boxed()),
        (
            "env",
            subsequence(vec!["E", "F"], 0..=2)
                .prop_map(|names| names.into_iter().map(|name| json!({"name": name, "value": "1"})).collect())
                .boxed(),
        ),
    ]);
    let containers = prop::collection::btree_map(select(&["c", "d", "e"][..]), container, 0..=3).prop_map(|items| {
        let item = |(name, mut container): (&str, Value)| {
            container["name"] = name.into();
            container
        };
        Value::Array(items.into_iter().map(item).collect())
    });
    let template = members(vec![("spec", members(vec![("containers", containers.boxed())]).boxed())]);
    let spec = members(vec![
        ("replicas", (0..3).prop_map(Value::from).boxed()),
        ("paused", any::<bool>().prop_map(Value::from).boxed()),
        ("template", template.boxed()),
    ]);
    object(&DEPLOYMENT, members(vec![("spec", spec.boxed())]).boxed())
}

fn writes(objects: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<Write>> {
    let manager = || select(&MANAGERS[..]);
    let apply = (manager(), objects.clone(), any::<bool>()).prop_map(|(manager, patch, force)| Write::Apply {
        manager,
        patch,
        force,
    });
    let update = (manager(), objects).prop_map(|(manager, object)| Write::Update { manager, object });
    prop::collection::vec(prop_oneof![3 => apply, 1 => update], 1..6)
}

/// A kind, writes of its objects, and one more configuration.
fn story() -> impl Strategy<Value = (Arc<KindSchema>, Vec<Write>, Value)> {
    let of = |schema: &Arc<KindSchema>, objects: BoxedStrategy<Value>| {
        (Just(schema.clone()), writes(objects.clone()), objects).boxed()
    };
    prop_oneof![of(&WIDGET, widgets()), of(&CONFIG_MAP, config_maps()), of(&DEPLOYMENT, deployments())]
}

fn run(schema: &KindSchema, writes: &[Write]) -> Option<Value> {
    let mut live: Option<Value> = None;
    for (second, write) in (0..).zip(writes) {
        match write {
            Write::Apply { manager, patch, force } => {
                let applied = apply(live.as_ref(), patch, manager, *force, None, schema, at(second));
                live = applied.ok().or(live);
            }
            Write::Update { manager, object } => {
                let mut new = object.clone();
                schema.decode(&mut new, FieldValidation::Ignore).unwrap();
                track(live.as_ref(), &mut new, manager, None, schema, at(second));
                live = Some(new);
            }
        }
    }
    live
}

fn managers(object: &Value) -> Vec<Manager> {
    managed::decode(managed_fields(object)).unwrap()
}

fn fields(schema: &KindSchema, object: &Value) -> Set {
    let view = schema.view();
    let mut object = object.clone();
    set_managed_fields(&mut object, None);
    field_set(view.types, view.root, &object).difference(&NEVER_OWNED)
}

/// What is left of an object without the fields that are not in the set.
fn extract(schema: &KindSchema, object: &Value, set: &Set) -> Value {
    let view = schema.view();
    let mut out = object.clone();
    set_managed_fields(&mut out, None);
    let named = |set: &Set| set.with_named_fields(view.types, Some(view.root));
    let all = field_set(view.types, view.root, &out);
    let mut kept = set.union(&NEVER_OWNED);
    kept.insert(&[Element::field("metadata"), Element::field("name")]);
    remove(view.types, view.root, &mut out, &named(&all).difference(&named(&kept)));
    out
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().all(is_empty),
        Value::Array(items) => items.is_empty(),
        Value::Null => true,
        _ => false,
    }
}

/// Takes away what holds nothing: the same configuration can be written with and without it.
fn dense(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        *fields = std::mem::take(fields)
            .into_iter()
            .filter(|(_, value)| !is_empty(value))
            .map(|(key, value)| (key, dense(value)))
            .collect();
    }
    if let Value::Array(items) = &mut value {
        *items = std::mem::take(items).into_iter().map(dense).collect();
    }
    value
}

impl Write {
    /// The same without what holds nothing.
    fn dense(self) -> Self {
        match self {
            Self::Apply { manager, patch, force } => Self::Apply { manager, patch: dense(patch), force },
            Self::Update { manager, object } => Self::Update { manager, object: dense(object) },
        }
    }
}

proptest! {
    #[test]
    fn applying_the_same_again_changes_nothing((schema, writes, patch) in story()) {
        let live = run(&schema, &writes);
        let first = apply(live.as_ref(), &patch, "delta", true, None, &schema, at(100)).unwrap();
        // An object that nobody owns anything of is new to ownership each time, as on the real server.
        prop_assume!(!managers(&first).is_empty());
        let mut again = apply(Some(&first), &patch, "delta", false, None, &schema, at(200)).unwrap();
        keep_times(&mut again, &first);
        // Empty metadata of custom objects is applied anew each time, and never stays.
        let times = |object: &Value| managers(object).into_iter().map(|entry| (entry.identity(), entry.set)).collect::<Vec<_>>();
        prop_assert_eq!(times(&again), times(&first));
        set_managed_fields(&mut again, managed_fields(&first).cloned());
        prop_assert_eq!(again, first);
    }

    #[test]
    fn what_was_applied_is_there_and_owned((schema, writes, patch) in story()) {
        let live = run(&schema, &writes);
        let applied = apply(live.as_ref(), &patch, "delta", true, None, &schema, at(100)).unwrap();
        let wanted = fields(&schema, &patch);
        let entry = managers(&applied).into_iter().find(|entry| entry.name == "delta");
        let mine = entry.map(|entry| entry.set).unwrap_or_default();
        prop_assert!(wanted.is_subset(&mine) && mine.is_subset(&wanted), "{:?} is not {:?}", mine.paths(), wanted.paths());
        let mut decoded = patch.clone();
        schema.decode(&mut decoded, FieldValidation::Ignore).unwrap();
        let both = (extract(&schema, &applied, &wanted), extract(&schema, &decoded, &wanted));
        prop_assert_eq!(dense(both.0), dense(both.1));
    }

    #[test]
    fn force_takes_what_stood_in_the_way((schema, writes, patch) in story()) {
        let live = run(&schema, &writes);
        let forced = apply(live.as_ref(), &patch, "delta", true, None, &schema, at(100)).unwrap();
        match apply(live.as_ref(), &patch, "delta", false, None, &schema, at(100)) {
            // Nothing was in the way: force made no difference.
            Ok(applied) => prop_assert_eq!(applied, forced),
            Err(refusal) => {
                prop_assert_eq!(refusal.code, 409);
                let live = live.unwrap();
                if managers(&live).is_empty() {
                    // Whoever wrote it before is found out on the way.
                    return Ok(());
                }
                let mut taken: Vec<String> = Vec::new();
                for before in managers(&live) {
                    let after = managers(&forced).into_iter().find(|entry| entry.is(&before));
                    taken.extend(before.set.difference(&after.map(|entry| entry.set).unwrap_or_default()).paths());
                }
                for cause in &refusal.causes {
                    prop_assert!(taken.contains(&cause.field), "{} stays with its owner", cause.field);
                }
            }
        }
    }

    #[test]
    fn a_field_that_stays_keeps_its_owners((schema, writes, patch) in story(), force in any::<bool>()) {
        let Some(live) = run(&schema, &writes) else { return Ok(()) };
        let Ok(applied) = apply(Some(&live), &patch, "delta", force, None, &schema, at(100)) else { return Ok(()) };
        let (left, wanted) = (fields(&schema, &applied), fields(&schema, &patch));
        for before in managers(&live) {
            let after = managers(&applied).into_iter().find(|entry| entry.is(&before));
            let lost = before.set.difference(&after.map(|entry| entry.set).unwrap_or_default());
            // Only what the patch wants, by force, or what is no more.
            let taken = lost.intersection(&left).difference(&wanted);
            prop_assert!(taken.is_empty(), "{:?} of {}", taken.paths(), before.name);
        }
    }

    #[test]
    fn nobody_owns_what_is_not_there((schema, writes, _) in story()) {
        let Some(live) = run(&schema, &writes) else { return Ok(()) };
        for entry in managers(&live) {
            prop_assert!(!entry.set.is_empty());
            prop_assert!(!entry.set.intersects(&NEVER_OWNED));
        }
    }

    #[test]
    fn what_a_manager_owns_can_be_applied_by_it_without_effect((schema, writes, patch) in story()) {
        let live = run(&schema, &writes);
        let live = apply(live.as_ref(), &patch, "delta", true, None, &schema, at(100)).unwrap();
        let mine = managers(&live).into_iter().find(|entry| entry.name == "delta");
        let mine = mine.map(|entry| entry.set).unwrap_or_default();
        let extracted = extract(&schema, &live, &mine);
        let again = apply(Some(&live), &extracted, "delta", false, None, &schema, at(200)).unwrap();
        let bare = |object: &Value| {
            let mut object = object.clone();
            set_managed_fields(&mut object, None);
            object
        };
        // A required list that is given up empty is written as null: both hold nothing.
        prop_assert_eq!(dense(bare(&again)), dense(bare(&live)));
    }

    #[test]
    fn giving_everything_up_leaves_the_others_alone((schema, writes, patch) in story()) {
        // Who owns nothing but an empty map or list loses it when somebody empties it again.
        let writes: Vec<Write> = writes.into_iter().map(Write::dense).collect();
        let patch = dense(patch);
        let Some(live) = run(&schema, &writes) else { return Ok(()) };
        let nothing = json!({"apiVersion": schema.api_version(), "kind": schema.kind(), "metadata": {"name": "one"}});
        // A manager that was never there comes and goes.
        let applied = apply(Some(&live), &patch, "delta", false, None, &schema, at(100));
        let Ok(applied) = applied else { return Ok(()) };
        let gone = apply(Some(&applied), &nothing, "delta", false, None, &schema, at(200)).unwrap();
        prop_assert!(managers(&gone).iter().all(|entry| entry.name != "delta"));
        for before in managers(&live) {
            let after = managers(&gone).into_iter().find(|entry| entry.is(&before));
            prop_assert_eq!(after.map(|entry| entry.set.paths()), Some(before.set.paths()));
        }
    }

    #[test]
    fn managed_fields_survive_their_text((schema, writes, _) in story()) {
        let Some(live) = run(&schema, &writes) else { return Ok(()) };
        let written = managed_fields(&live).cloned();
        prop_assert_eq!(managed::encode(managed::decode(written.as_ref()).unwrap()), written);
    }

    #[test]
    fn sets_are_sets((schema, one, two) in prop_oneof![
        (Just(WIDGET.clone()), widgets(), widgets()), (Just(DEPLOYMENT.clone()), deployments(), deployments())
    ]) {
        let (a, b) = (fields(&schema, &one), fields(&schema, &two));
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.intersection(&b), b.intersection(&a));
        prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
        prop_assert!(!a.difference(&b).intersects(&b));
        prop_assert_eq!(a.intersects(&b), !a.intersection(&b).is_empty());
        prop_assert_eq!(a.is_subset(&b), a.difference(&b).is_empty());
        prop_assert_eq!(fields::parse(&fields::to_value(&a)).unwrap(), a);
    }
}
