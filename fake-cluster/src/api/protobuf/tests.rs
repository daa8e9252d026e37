use proptest::prelude::*;

use super::*;

/// A field whose value has a length.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap();
    assert!(length < 0x80, "one byte of length");
    [&[number << 3 | 2, length], value].concat()
}

fn text(number: u8, value: &str) -> Vec<u8> {
    field(number, value.as_bytes())
}

fn int(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

fn enveloped(version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let meta = [text(1, version), text(2, kind)].concat();
    [MAGIC.to_vec(), field(1, &meta), field(2, raw), text(3, ""), text(4, "")].concat()
}

#[test]
fn a_config_map_is_read() {
    // Go writes what is empty as well: generateName, selfLink, and a time that is not set.
    let metadata = [text(1, "a"), text(2, ""), text(3, "default"), text(4, ""), int(7, 0), field(8, &[])].concat();
    let entry = [text(1, "key"), text(2, "value")].concat();
    let raw = [field(1, &metadata), field(2, &entry)].concat();
    let read = object(&enveloped("v1", "ConfigMap", &raw)).unwrap();
    assert_eq!(
        read,
        json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"},
            "data": {"key": "value"},
        })
    );
}

#[test]
fn embedded_messages_quantities_and_numbers_are_read() {
    let quantity = field(2, &text(1, "1Gi"));
    let limits = field(1, &[text(1, "memory"), quantity].concat());
    let probe_port = field(2, &[int(1, 1), int(2, 0), text(3, "http")].concat());
    let http = field(2, &probe_port);
    let probe = [field(1, &http), int(2, 7)].concat();
    let port = [int(3, 80), text(4, "TCP")].concat();
    let container = [text(1, "c"), text(2, "i"), field(6, &port), field(8, &limits), field(10, &probe)].concat();
    let source = field(6, &text(1, "s"));
    let volume = [text(1, "v"), field(2, &source)].concat();
    let spec = [field(1, &volume), field(2, &container), int(4, 0)].concat();
    let read = object(&enveloped("v1", "Pod", &field(2, &spec))).unwrap();
    let spec = &read["spec"];
    assert_eq!(spec["volumes"], json!([{"name": "v", "secret": {"secretName": "s"}}]));
    let container = &spec["containers"][0];
    assert_eq!(container["resources"]["limits"], json!({"memory": "1Gi"}));
    assert_eq!(container["ports"], json!([{"containerPort": 80, "protocol": "TCP"}]));
    assert_eq!(container["livenessProbe"], json!({"httpGet": {"port": "http"}, "initialDelaySeconds": 7}));
    // A pointer to zero is set.
    assert_eq!(spec["terminationGracePeriodSeconds"], 0);
}

#[test]
fn lists_inside_of_maps_and_bytes_are_read() {
    let groups = field(2, &text(1, "ops"));
    let extra = field(5, &[text(1, "k"), groups].concat());
    let review = object(&enveloped("authorization.k8s.io/v1", "SubjectAccessReview", &field(2, &extra))).unwrap();
    assert_eq!(review["spec"]["extra"], json!({"k": ["ops"]}));
    let entry = [text(1, "k"), text(2, "secret")].concat();
    let secret = object(&enveloped("v1", "Secret", &field(2, &entry))).unwrap();
    assert_eq!(secret["data"], json!({"k": "c2VjcmV0"}));
}

#[test]
fn what_is_no_object_is_broken() {
    for body in
        [&b"{}"[..], b"k8s\0\xff", b"k8s\0", &enveloped("v1", "Nothing", &[]), &enveloped("v1", "Pod", &[0x12, 9])]
    {
        assert_eq!(object(body), Err(Broken), "{body:?}");
    }
}

#[test]
fn every_type_with_numbers_has_its_fields() {
    for (name, slots) in NUMBERS.iter() {
        // What is embedded has no block of its own.
        let fields = MODELS.fields(name);
        for slot in slots.values().filter(|_| !fields.is_empty()) {
            if let Slot::Field(json) = slot {
                assert!(fields.iter().any(|field| field.name == *json), "{name}.{json}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..96)) {
        for kind in ["Pod", "Secret", "Event", "Namespace"] {
            drop(object(&enveloped("v1", kind, &bytes)));
        }
        drop(object(&bytes));
    }
}
