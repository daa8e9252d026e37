use serde_json::json;

use super::*;
use crate::stamp::Ownership;

#[test]
fn what_is_not_decided_is_careful() {
    let policy = Policy::new(Actor::new("mooring", "shop", "1.0.0"));
    assert!(!policy.take_over && !policy.prune.enabled && !policy.prune.allow_empty);
    assert!(policy.recreate.is_empty() && policy.restart_on_change);
    assert_eq!(policy.adoption, Adoption::IfUnowned);
    assert!(policy.all_callers.is_none() && policy.inventory.is_none());
    assert!(policy.prune.protected_kinds.contains(&GroupKind::core("Namespace")));
    let ours = json!({"metadata": {"annotations": {"mooring.dev/integration": "shop"}}});
    assert_eq!(policy.scheme.ownership(&ours, None), Ownership::Ours);
}

#[test]
fn every_run_masks_with_a_key_of_its_own() {
    let actor = Actor::new("mooring", "shop", "1.0.0");
    assert_ne!(Policy::new(actor.clone()).mask_key, Policy::new(actor.clone()).mask_key);
    assert_eq!(Policy::new(actor).with_mask_key([7; 16]).mask_key, [7; 16]);
}

#[test]
fn rules_come_in_the_order_they_were_given() {
    let kind = GroupKind::core("ConfigMap");
    let policy = Policy::new(Actor::new("mooring", "shop", "1.0.0"))
        .with_foreign_rule(ForeignRule::new(Foreign::Report).for_kind(kind.clone()).for_path("data").for_manager("oc*"))
        .with_foreign_rule(ForeignRule::new(Foreign::Revert))
        .with_conflict_rule(ConflictRule::new(OnConflict::Force).for_path("spec.replicas"))
        .ignoring(Some(kind.clone()), "data.generated")
        .with_recreate([GroupKind::new("batch", "Job")])
        .with_stage(kind.clone(), 2)
        .with_prune(Prune::enabled())
        .with_all_callers(["a", "b"])
        .with_inventory(InventoryConfig::new("ns", "shop").migrating_from(["old"]).in_config_map());
    assert_eq!(policy.foreign[0].kind, Some(kind));
    assert_eq!(policy.foreign[1].path, "");
    assert_eq!(policy.conflicts[0].path, "spec.replicas");
    assert!(policy.prune.enabled && policy.all_callers.is_some_and(|callers| callers.contains("b")));
    assert_eq!(policy.inventory.map(|inventory| inventory.kind), Some(InventoryKind::ConfigMap));
}
