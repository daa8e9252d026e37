//! When objects of a kind have their turn: a table; knows nothing of single objects.

use crate::id::GroupKind;

/// The stage of objects of a kind: lower ones are applied first, and deleted last.
///
/// | Stage | Kinds |
/// |---|---|
/// | 1 | Namespace, Project, ProjectRequest |
/// | 2 | CustomResourceDefinition, APIService |
/// | 3 | kinds whose names end in `Class` |
/// | 4 | ResourceQuota, LimitRange, NetworkPolicy, ServiceAccount, roles and bindings, SecurityContextConstraints |
/// | 5 | ConfigMap, Secret, PersistentVolume, PersistentVolumeClaim |
/// | 6 | Service, workloads, and everything else that is built in |
/// | 7 | kinds that CustomResourceDefinitions serve |
/// | 8 | Ingress, Route, HorizontalPodAutoscaler, PodDisruptionBudget |
/// | 9 | webhooks and admission policies with their bindings |
///
/// Entries of `overrides` come first.
#[must_use]
pub fn stage_of(kind: &GroupKind, served_by_crd: bool, overrides: &[(GroupKind, u8)]) -> u8 {
    if let Some((_, stage)) = overrides.iter().find(|(own, _)| own == kind) {
        return *stage;
    }
    match (&*kind.group, &*kind.kind) {
        ("", "Namespace") | ("project.openshift.io", "Project" | "ProjectRequest") => 1,
        ("apiextensions.k8s.io", "CustomResourceDefinition") | ("apiregistration.k8s.io", "APIService") => 2,
        (_, name) if name.ends_with("Class") => 3,
        ("", "ResourceQuota" | "LimitRange" | "ServiceAccount")
        | ("networking.k8s.io", "NetworkPolicy")
        | ("quota.openshift.io", "ClusterResourceQuota")
        | ("security.openshift.io", "SecurityContextConstraints")
        | ("rbac.authorization.k8s.io" | "authorization.openshift.io", _) => 4,
        ("", "ConfigMap" | "Secret" | "PersistentVolume" | "PersistentVolumeClaim") => 5,
        ("networking.k8s.io" | "extensions", "Ingress")
        | ("route.openshift.io", "Route")
        | ("autoscaling", "HorizontalPodAutoscaler")
        | ("policy", "PodDisruptionBudget") => 8,
        ("admissionregistration.k8s.io", _) => 9,
        _ if served_by_crd => 7,
        _ => 6,
    }
}

/// Groups that API servers serve themselves, or that come with an aggregated server.
const BUILT_IN: &[&str] = &[
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
    "apps.openshift.io",
    "authorization.openshift.io",
    "build.openshift.io",
    "image.openshift.io",
    "oauth.openshift.io",
    "project.openshift.io",
    "quota.openshift.io",
    "route.openshift.io",
    "security.openshift.io",
    "template.openshift.io",
    "user.openshift.io",
];

/// Whether kinds of a group come from CustomResourceDefinitions, as far as its name tells.
pub(crate) fn is_custom(group: &str) -> bool {
    !BUILT_IN.contains(&group)
}

/// Kinds that an application may allow to be deleted and made again when a field cannot change, as most want it: Job, Route, Secret and
/// ConfigMap (type, or marked immutable), Service (its address), bindings (their role), StorageClass.
#[must_use]
pub fn default_recreate_kinds() -> std::collections::BTreeSet<GroupKind> {
    [
        ("batch", "Job"),
        ("route.openshift.io", "Route"),
        ("", "Secret"),
        ("", "ConfigMap"),
        ("", "Service"),
        ("rbac.authorization.k8s.io", "RoleBinding"),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        ("storage.k8s.io", "StorageClass"),
    ]
    .map(|(group, kind)| GroupKind::new(group, kind))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_turn() {
        for (stage, kinds) in [
            (1, "Namespace ProjectRequest.project.openshift.io"),
            (2, "CustomResourceDefinition.apiextensions.k8s.io APIService.apiregistration.k8s.io"),
            (3, "StorageClass.storage.k8s.io PriorityClass.scheduling.k8s.io GatewayClass.gateway.networking.k8s.io"),
            (4, "ServiceAccount ResourceQuota LimitRange NetworkPolicy.networking.k8s.io"),
            (4, "ClusterRole.rbac.authorization.k8s.io RoleBinding.rbac.authorization.k8s.io"),
            (5, "ConfigMap Secret PersistentVolume PersistentVolumeClaim"),
            (6, "Service Deployment.apps Job.batch DeploymentConfig.apps.openshift.io Lease.coordination.k8s.io"),
            (7, "Widget.example.com Certificate.cert-manager.io"),
            (8, "Ingress.networking.k8s.io Route.route.openshift.io"),
            (8, "HorizontalPodAutoscaler.autoscaling PodDisruptionBudget.policy"),
            (9, "ValidatingWebhookConfiguration.admissionregistration.k8s.io"),
            (9, "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io"),
        ] {
            for kind in kinds.split(' ') {
                let kind: GroupKind = kind.parse().unwrap();
                assert_eq!(stage_of(&kind, is_custom(&kind.group), &[]), stage, "{kind}");
            }
        }
        let widget = GroupKind::new("example.com", "Widget");
        assert_eq!(stage_of(&widget, true, &[(widget.clone(), 3)]), 3);
    }
}
