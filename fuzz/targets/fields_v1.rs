//! Objects with the books that servers keep of who owns which field: whatever stands there is read, and compared with a declaration.
#![no_main]

use cluster_resources::id::Origin;
use cluster_resources::plan::compare;
use cluster_resources::plan::managed::Managed;
use cluster_resources::policy::{Actor, Policy};
use cluster_resources::resource::Resource;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|data: &[u8]| {
    let Ok(live) = serde_json::from_slice::<Value>(data) else { return };
    let managed = Managed::of(&live);
    drop(format!("{managed:?}"));
    for (key, _) in managed.entries.iter().flat_map(|entry| &entry.fields.items) {
        drop((key.label(), key.fits(0, &live)));
    }
    let declared = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "ns", "labels": {"a": "1"}},
        "spec": {"selector": {"app": "s"}, "ports": [{"port": 80, "name": "http"}, {"port": 80, "protocol": "UDP", "name": "dns"}]},
    });
    let Ok(declared) = Resource::new(declared, Origin::default()) else { return };
    let policy = Policy::new(Actor::new("mooring", "fuzz", "1.0.0")).with_mask_key([0; 16]);
    let comparison = compare(&declared, &live, &policy);
    assert_eq!(comparison, compare(&declared, &live, &policy), "the same input says the same");
});
