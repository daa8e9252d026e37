//! Kubeconfigs as others may write them: under the strict policy and under one that allows all but files.
#![no_main]

use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::spec::Change;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for policy in [TrustPolicy::for_secrets(), TrustPolicy::for_local_files().with_files(false)] {
        let config = match kubeconfig::parse(data, &policy, None) {
            Ok(config) => config,
            Err(error) => return drop(error.to_string()),
        };
        drop(format!("{config:?}"));
        drop(config.current());
        assert!(policy.allow_files || config.files().is_empty());
        for (name, spec) in config.contexts() {
            match spec {
                Ok(spec) => {
                    drop(format!("{spec:?} {}", spec.fingerprint()));
                    let again = config.context(name).expect("what was read once is read again");
                    assert_eq!(again.change_from(&spec), Change::None);
                }
                Err(error) => drop(format!("{error} {}", error.root())),
            }
        }
    }
});
