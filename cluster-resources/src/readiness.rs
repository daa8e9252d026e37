//! Whether an object is what it should become, from the object alone.

/// Arbitrary JSON, with the words that objects use among its keys.
#[cfg(test)]
pub(crate) fn any_json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    use serde_json::Value;
    let key = prop_oneof![
        Just("metadata"),
        Just("spec"),
        Just("status"),
        Just("conditions"),
        Just("type"),
        Just("reason"),
        Just("replicas"),
        Just("generation"),
        Just("observedGeneration"),
        Just("secret"),
        Just("name"),
        Just("items"),
        Just("key"),
        Just("env"),
        Just("containers"),
        Just("phase"),
        Just("template"),
        Just("envFrom"),
        Just("projected"),
        Just("sources"),
        Just("uid"),
    ]
    .prop_map(String::from);
    let word = prop_oneof![Just("True"), Just("False"), Just("Ready"), Just("1Gi"), Just(""), Just("é😀")]
        .prop_map(String::from);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}
