//! The claims.

use anyhow::{Result, ensure};
use cluster_resources::execute::RealizeOptions;
use cluster_resources::id::GroupKind;
use cluster_resources::outcome::{Applied, Done};
use cluster_resources::plan::{Action, Reason};
use cluster_resources::policy::{ConflictRule, OnConflict};
use futures::FutureExt as _;
use serde_json::json;

use super::Claim;
use super::bed::{Bed, Declared, outcome, planned, said, written};

macro_rules! claims {
    ($($name:ident),* $(,)?) => {
        pub(super) const ALL: &[Claim] = &[$(Claim { name: stringify!($name), run: |bed| $name(bed).boxed() }),*];
    };
}

claims! {
    what_is_declared_is_applied_and_a_second_run_writes_nothing,
    a_changed_declaration_is_applied_and_what_it_gave_up_is_gone,
    drift_is_seen_and_undone,
    a_rule_that_somebody_added_to_a_role_is_taken_away,
    a_container_that_somebody_added_is_reported_and_stays,
    what_two_others_added_together_is_taken_away_at_once,
    a_field_that_another_applier_holds_is_a_conflict_that_names_it,
    a_field_can_be_left_to_its_manager,
    a_declaration_can_say_itself_what_becomes_of_conflicts,
    what_was_applied_by_kubectl_is_taken_over,
    what_is_no_longer_declared_is_deleted_and_nothing_else,
    what_somebody_made_again_is_not_deleted,
    a_kind_that_is_dropped_is_reported_once_and_deleted_then,
    another_set_keeps_its_objects,
    a_field_that_cannot_change_blocks_its_object_alone,
    a_field_that_cannot_change_is_replaced_where_that_is_allowed,
    a_definition_and_its_objects_are_one_declaration,
    a_namespace_and_what_is_in_it_are_one_declaration,
    a_dry_run_asks_the_server_and_writes_nothing,
    a_run_that_is_killed_anywhere_is_finished_by_the_next,
}

const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: example.com/web:1
        args: [serve, --port, '80']
        ports: [{containerPort: 80}]
        resources: {limits: {memory: 1024Mi, cpu: 1000m}, requests: {memory: 1Gi, cpu: '1'}}
        env: [{name: EMPTY, value: ''}, {name: FULL, value: 'yes'}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {greeting: hello, volume: loud}
---
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {password: sentinel-9b1f}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules: [{apiGroups: [''], resources: [configmaps], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: Group, name: readers, apiGroup: rbac.authorization.k8s.io}]
";

async fn what_is_declared_is_applied_and_a_second_run_writes_nothing(bed: &Bed) -> Result<()> {
    let first = bed.apply(WEB, &[]).await?;
    ensure!(first.outcome.counts().created == 6, "{}", said(&first));
    for what in ["Deployment/web", "Service/web", "ConfigMap/web", "Secret/web", "Role/web", "RoleBinding/web"] {
        let version = bed.get(what).await?["metadata"]["resourceVersion"].clone();
        let again = bed.apply(WEB, &[]).await?;
        ensure!(
            written(&again) == 0 && again.plan.items.iter().all(|item| item.action == Action::Unchanged),
            "{:#?}",
            again.plan
        );
        ensure!(bed.get(what).await?["metadata"]["resourceVersion"] == version, "{what} was written");
    }
    ensure!(!format!("{first:?}").contains("sentinel-9b1f"), "a secret is told");
    Ok(())
}

async fn a_changed_declaration_is_applied_and_what_it_gave_up_is_gone(bed: &Bed) -> Result<()> {
    bed.apply(WEB, &[]).await?;
    let changed = WEB.replace("greeting: hello, volume: loud", "greeting: good morning").replace("web:1", "web:2");
    let done = bed.apply(&changed, &[]).await?;
    ensure!(done.outcome.counts().configured == 2, "{}", said(&done));
    ensure!(bed.get("ConfigMap/web").await?["data"] == json!({"greeting": "good morning"}));
    ensure!(written(&bed.apply(&changed, &[]).await?) == 0);
    Ok(())
}

async fn drift_is_seen_and_undone(bed: &Bed) -> Result<()> {
    bed.apply(WEB, &[]).await?;
    bed.edit("ConfigMap/web", json!({"data": {"greeting": "bye", "added": "by hand"}})).await?;
    bed.edit("Secret/web", json!({"stringData": {"more": "x"}})).await?;
    let done = bed.apply(WEB, &[]).await?;
    ensure!(outcome(&done, "ConfigMap", "web")?.action == Action::Update, "{:#?}", done.plan);
    ensure!(bed.get("ConfigMap/web").await?["data"] == json!({"greeting": "hello", "volume": "loud"}));
    ensure!(bed.get("Secret/web").await?["data"].as_object().is_some_and(|data| data.len() == 1));
    let again = bed.apply(WEB, &[]).await?;
    ensure!(written(&again) == 0, "{:#?}", again.plan);
    Ok(())
}

async fn a_rule_that_somebody_added_to_a_role_is_taken_away(bed: &Bed) -> Result<()> {
    bed.apply(WEB, &[]).await?;
    let rules = json!([{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]},
        {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]);
    bed.edit("Role/web", json!({"rules": rules})).await?;
    bed.edit(
        "RoleBinding/web",
        json!({"subjects": [{"kind": "User", "name": "mallory", "apiGroup": "rbac.authorization.k8s.io"}]}),
    )
    .await?;
    let done = bed.apply(WEB, &[]).await?;
    ensure!(done.outcome.counts().configured == 2, "{}", said(&done));
    ensure!(bed.get("Role/web").await?["rules"].as_array().is_some_and(|rules| rules.len() == 1));
    ensure!(bed.get("RoleBinding/web").await?["subjects"][0]["name"] == "readers");
    ensure!(written(&bed.apply(WEB, &[]).await?) == 0);
    Ok(())
}

async fn a_container_that_somebody_added_is_reported_and_stays(bed: &Bed) -> Result<()> {
    bed.apply(WEB, &[]).await?;
    let sidecar = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {
        "template": {"spec": {"containers": [{"name": "sidecar", "image": "example.com/side:1"}]}}}});
    bed.apply_as("injector", "Deployment/web", sidecar).await?;
    let done = bed.apply(WEB, &[]).await?;
    let item = planned(&done, "Deployment")?;
    ensure!(
        item.foreign.iter().any(|field| field.manager == "injector" && field.path.contains("sidecar")),
        "{item:#?}"
    );
    ensure!(written(&done) == 0, "{}", said(&done));
    ensure!(
        bed.get("Deployment/web").await?["spec"]["template"]["spec"]["containers"]
            .as_array()
            .is_some_and(|all| all.len() == 2)
    );
    Ok(())
}

const MAP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: map}, data: {mine: one, shared: ours}}";

async fn a_field_that_another_applier_holds_is_a_conflict_that_names_it(bed: &Bed) -> Result<()> {
    bed.apply(MAP, &[]).await?;
    let theirs = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"shared": "theirs"}});
    bed.apply_as("somebody-else", "ConfigMap/map", theirs).await?;
    let done = bed.run(&Declared { text: MAP, kinds: &[] }, &bed.policy(), &RealizeOptions::wet()).await?;
    ensure!(done.outcome.exit_status().code() == 1, "{}", said(&done));
    let Done::Failed { issue, .. } = &outcome(&done, "ConfigMap", "map")?.result else {
        anyhow::bail!("{}", said(&done));
    };
    ensure!(issue.message.contains("somebody-else"), "{issue}");
    ensure!(bed.get("ConfigMap/map").await?["data"]["shared"] == "theirs");
    let policy = bed.policy().with_conflict_rule(ConflictRule::new(OnConflict::Force));
    let done = bed.run(&Declared { text: MAP, kinds: &[] }, &policy, &RealizeOptions::wet()).await?;
    ensure!(done.outcome.exit_status().code() == 0, "{}", said(&done));
    ensure!(bed.get("ConfigMap/map").await?["data"]["shared"] == "ours");
    Ok(())
}

async fn a_field_can_be_left_to_its_manager(bed: &Bed) -> Result<()> {
    bed.apply(MAP, &[]).await?;
    let theirs = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"shared": "theirs"}});
    bed.apply_as("somebody-else", "ConfigMap/map", theirs).await?;
    let policy = bed.policy().with_conflict_rule(ConflictRule::new(OnConflict::Yield).for_path("data"));
    let changed = MAP.replace("one", "two");
    let done = bed.run(&Declared { text: &changed, kinds: &[] }, &policy, &RealizeOptions::wet()).await?;
    ensure!(done.outcome.exit_status().code() == 0, "{}", said(&done));
    ensure!(bed.get("ConfigMap/map").await?["data"] == json!({"mine": "two", "shared": "theirs"}));
    Ok(())
}

async fn what_was_applied_by_kubectl_is_taken_over(bed: &Bed) -> Result<()> {
    let data = json!({"mine": "old", "gone": "soon"});
    bed.create_with_kubectl("ConfigMap/map", json!({"apiVersion": "v1", "kind": "ConfigMap", "data": data})).await?;
    let done = bed.apply(MAP, &[]).await?;
    ensure!(outcome(&done, "ConfigMap", "map")?.action == Action::TakeOver, "{:#?}", done.plan);
    let live = bed.get("ConfigMap/map").await?;
    ensure!(live["data"] == json!({"mine": "one", "shared": "ours"}), "{live}");
    let again = bed.apply(MAP, &[]).await?;
    ensure!(written(&again) == 0, "{:#?}", again.plan);
    Ok(())
}

const TWO: &str = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: stays}, data: {a: b}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: goes}, data: {a: b}}
";
const ONE: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: stays}, data: {a: b}}";

async fn what_is_no_longer_declared_is_deleted_and_nothing_else(bed: &Bed) -> Result<()> {
    bed.apply_as("somebody", "ConfigMap/theirs", json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}}))
        .await?;
    bed.apply(TWO, &[]).await?;
    let done = bed.apply(ONE, &[]).await?;
    ensure!(done.outcome.counts().deleted == 1, "{}", said(&done));
    ensure!(bed.get_opt("ConfigMap/goes").await?.is_none());
    ensure!(bed.get_opt("ConfigMap/stays").await?.is_some() && bed.get_opt("ConfigMap/theirs").await?.is_some());
    Ok(())
}

async fn what_somebody_made_again_is_not_deleted(bed: &Bed) -> Result<()> {
    bed.apply(TWO, &[]).await?;
    bed.delete("ConfigMap/goes").await?;
    bed.apply_as("somebody", "ConfigMap/goes", json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}}))
        .await?;
    let done = bed.apply(ONE, &[]).await?;
    ensure!(done.outcome.counts().deleted == 0 && bed.get_opt("ConfigMap/goes").await?.is_some(), "{}", said(&done));
    Ok(())
}

async fn a_kind_that_is_dropped_is_reported_once_and_deleted_then(bed: &Bed) -> Result<()> {
    let both = format!(
        "{ONE}\n---\n{{apiVersion: v1, kind: Service, metadata: {{name: svc}}, spec: {{ports: [{{port: 1}}]}}}}"
    );
    bed.apply(&both, &[]).await?;
    let first = bed.apply(ONE, &[]).await?;
    let item = first.plan.items.iter().find(|item| &*item.id.kind.kind == "Service");
    ensure!(item.is_some_and(|item| item.reason == Reason::DroppedFromScope), "{:#?}", first.plan);
    ensure!(bed.get_opt("Service/svc").await?.is_some(), "deleted by the run that reports it");
    let second = bed.apply(ONE, &[]).await?;
    ensure!(second.outcome.counts().deleted == 1 && bed.get_opt("Service/svc").await?.is_none(), "{:#?}", second.plan);
    let third = bed.apply(ONE, &[]).await?;
    ensure!(written(&third) == 0 && third.plan.items.len() == 1, "{:#?}", third.plan);
    Ok(())
}

async fn another_set_keeps_its_objects(bed: &Bed) -> Result<()> {
    let others = bed.policy_of("others");
    bed.run(&Declared { text: ONE, kinds: &[] }, &others, &RealizeOptions::wet()).await?;
    let done = bed
        .run(&Declared { text: &ONE.replace("a: b", "a: c"), kinds: &[] }, &bed.policy(), &RealizeOptions::wet())
        .await?;
    ensure!(matches!(outcome(&done, "ConfigMap", "stays")?.result, Done::Blocked(_)), "{}", said(&done));
    ensure!(bed.get("ConfigMap/stays").await?["data"]["a"] == "b");
    Ok(())
}

const JOB: &str = "
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: 'example.com/job:1'}]}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: beside}, data: {a: b}}
";

async fn a_field_that_cannot_change_blocks_its_object_alone(bed: &Bed) -> Result<()> {
    bed.apply(JOB, &[]).await?;
    let uid = bed.get("Job/once").await?["metadata"]["uid"].clone();
    let changed = JOB.replace("job:1", "job:2").replace("a: b", "a: c");
    let done = bed.run(&Declared { text: &changed, kinds: &[] }, &bed.policy(), &RealizeOptions::wet()).await?;
    let job = outcome(&done, "Job", "once")?;
    ensure!(matches!(job.result, Done::Blocked(_) | Done::Failed { .. }), "{}", said(&done));
    ensure!(said(&done).contains("spec.template"), "{}", said(&done));
    ensure!(bed.get("Job/once").await?["metadata"]["uid"] == uid);
    ensure!(bed.get("ConfigMap/beside").await?["data"]["a"] == "c", "{}", said(&done));
    Ok(())
}

async fn a_field_that_cannot_change_is_replaced_where_that_is_allowed(bed: &Bed) -> Result<()> {
    bed.apply(JOB, &[]).await?;
    let uid = bed.get("Job/once").await?["metadata"]["uid"].clone();
    let policy = bed.policy().with_recreate([GroupKind::new("batch", "Job")]);
    let changed = JOB.replace("job:1", "job:2");
    let done = bed.run(&Declared { text: &changed, kinds: &[] }, &policy, &RealizeOptions::wet()).await?;
    ensure!(
        matches!(outcome(&done, "Job", "once")?.result, Done::Applied { how: Applied::Replaced, .. }),
        "{}",
        said(&done)
    );
    let live = bed.get("Job/once").await?;
    ensure!(live["metadata"]["uid"] != uid);
    ensure!(live["spec"]["template"]["spec"]["containers"][0]["image"] == "example.com/job:2");
    let again = bed.run(&Declared { text: &changed, kinds: &[] }, &policy, &RealizeOptions::wet()).await?;
    ensure!(written(&again) == 0, "{:#?}", again.plan);
    Ok(())
}

async fn a_definition_and_its_objects_are_one_declaration(bed: &Bed) -> Result<()> {
    let group = format!("{}.example.com", bed.namespace);
    let text = format!(
        "
{{apiVersion: {group}/v1, kind: Widget, metadata: {{name: one}}, spec: {{size: 3}}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: widgets.{group}}}
spec:
  group: {group}
  scope: Namespaced
  names: {{kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{size: {{type: integer}}}}}}}}}}}}
"
    );
    let done = bed.apply(&text, &[]).await?;
    ensure!(done.outcome.counts().created == 2, "{}", said(&done));
    let item = planned(&done, "Widget")?;
    ensure!(!item.unverifiable.is_empty() && item.stage > 2, "{item:#?}");
    let again = bed.apply(&text, &[]).await?;
    ensure!(written(&again) == 0, "{:#?}", again.plan);
    Ok(())
}

async fn a_namespace_and_what_is_in_it_are_one_declaration(bed: &Bed) -> Result<()> {
    let other = format!("{}-more", bed.namespace);
    let text = format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: inside, namespace: {other}}}, data: {{a: b}}}}\n---\n\
         {{apiVersion: v1, kind: Namespace, metadata: {{name: {other}}}}}"
    );
    let done = bed.apply(&text, &[]).await?;
    ensure!(done.outcome.counts().created == 2, "{}", said(&done));
    ensure!(written(&bed.apply(&text, &[]).await?) == 0);
    Ok(())
}

async fn a_dry_run_asks_the_server_and_writes_nothing(bed: &Bed) -> Result<()> {
    let text = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: fine}, data: {a: b}}
---
{apiVersion: v1, kind: Service, metadata: {name: refused}, spec: {type: Unheard, ports: [{port: 80}]}}
";
    let mut options = RealizeOptions::default();
    options.verify = true;
    let done = bed.run(&Declared { text, kinds: &[] }, &bed.policy(), &options).await?;
    ensure!(
        done.outcome.dry_run && matches!(outcome(&done, "ConfigMap", "fine")?.result, Done::Planned(_)),
        "{}",
        said(&done)
    );
    ensure!(outcome(&done, "Service", "refused")?.result.is_failure(), "{}", said(&done));
    ensure!(bed.get_opt("ConfigMap/fine").await?.is_none() && bed.get_opt("Service/refused").await?.is_none());
    Ok(())
}

async fn what_two_others_added_together_is_taken_away_at_once(bed: &Bed) -> Result<()> {
    bed.apply(MAP, &[]).await?;
    let theirs = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"more": "theirs"}});
    bed.apply_as("one", "ConfigMap/map", theirs.clone()).await?;
    bed.apply_as("other", "ConfigMap/map", theirs).await?;
    bed.apply(MAP, &[]).await?;
    ensure!(bed.get("ConfigMap/map").await?["data"].get("more").is_none());
    let again = bed.apply(MAP, &[]).await?;
    ensure!(written(&again) == 0, "{:#?}", again.plan);
    Ok(())
}

async fn a_declaration_can_say_itself_what_becomes_of_conflicts(bed: &Bed) -> Result<()> {
    bed.apply(MAP, &[]).await?;
    let theirs = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"shared": "theirs"}});
    bed.apply_as("somebody-else", "ConfigMap/map", theirs).await?;
    let says = |word: &str| {
        MAP.replace("{name: map}", &format!("{{name: map, annotations: {{mooring.dev/conflicts: {word}}}}}"))
    };
    bed.apply(&says("yield"), &[]).await?;
    ensure!(bed.get("ConfigMap/map").await?["data"]["shared"] == "theirs");
    bed.apply(&says("force"), &[]).await?;
    ensure!(bed.get("ConfigMap/map").await?["data"]["shared"] == "ours");
    Ok(())
}

async fn a_run_that_is_killed_anywhere_is_finished_by_the_next(bed: &Bed) -> Result<()> {
    let after = format!("{ONE}\n---\n{WEB}");
    for events in 1.. {
        bed.apply(TWO, &[]).await?;
        let ended = bed.run_until(&Declared { text: &after, kinds: &[] }, &bed.policy(), events).await?;
        bed.apply(&after, &[]).await?;
        ensure!(bed.get_opt("ConfigMap/goes").await?.is_none(), "killed after {events} events, something stays");
        let again = bed.apply(&after, &[]).await?;
        ensure!(written(&again) == 0, "killed after {events} events: {:#?}", again.plan);
        if ended {
            ensure!(events > 10, "nothing was ever killed");
            break;
        }
        for what in ["Deployment/web", "Service/web", "ConfigMap/web", "Secret/web", "Role/web", "RoleBinding/web"] {
            bed.delete(what).await?;
        }
    }
    Ok(())
}
