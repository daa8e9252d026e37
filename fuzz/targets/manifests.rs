//! Manifests as others may write them: YAML or JSON, several documents, lists. What is read once reads the same when it is written.
#![no_main]

use cluster_resources::resource::manifests;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for found in manifests(text, "fuzz.yaml") {
        match found {
            Ok(resource) => {
                drop(format!("{resource:?}"));
                let written = resource.body().to_string();
                if let [Ok(again)] = &manifests(&written, "fuzz.json")[..] {
                    assert_eq!(again.hash(), resource.hash(), "the hash is of what is declared, and not of how");
                }
            }
            Err(invalid) => drop(invalid.to_string()),
        }
    }
});
