//! A manager needs a service and nothing else, and there is no way from it to a provider.

use std::path::{Path, PathBuf};

use super::*;
use crate::service::MockClusterService;
use crate::store::Page;

#[tokio::test]
async fn a_manager_works_on_a_fake_service_alone() {
    let mut service = MockClusterService::new();
    service.expect_list().returning(|_, _| Ok(Page::new(Vec::new(), None)));
    let report = ClusterManager::builder(Arc::new(service)).build().reconcile_once().await;
    assert!(report.is_clean(), "{report:?}");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(sources(&path)),
            false => found.push(path),
        }
    }
    found
}

/// Whoever holds a factory, a store or a provider could go around the service. Nobody above it does.
#[test]
fn nothing_above_the_service_can_reach_a_provider() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut above = sources(&source.join("manager"));
    above.extend(sources(&source.join("terraform")));
    above.extend(["manager.rs", "terraform.rs"].map(|name| source.join(name)));
    above.retain(|path| !path.to_string_lossy().contains("tests"));
    assert!(above.len() > 20);
    let ways = ["factory", "ProviderFactory", "dyn Provider", "ClusterStore", "ocm::", "standalone::", "cluster_api::"];
    for path in above {
        let text = std::fs::read_to_string(&path).unwrap();
        for way in ways {
            assert!(!text.contains(way), "{} mentions {way}", path.display());
        }
    }
    // And the service gives none away.
    let service = std::fs::read_to_string(source.join("service.rs")).unwrap();
    for way in ["dyn Provider", "dyn ClusterStore", "dyn ProviderFactory"] {
        assert!(!service.contains(way), "the service's contract mentions {way}");
    }
}
