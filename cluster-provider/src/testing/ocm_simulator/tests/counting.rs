//! Whatever is asked for in whatever order: what the simulator says there is, is what came of what it was asked for.

use http::HeaderMap;
use proptest::prelude::*;

use super::*;
use crate::testing::ocm_simulator::tokens::Tokens;
use crate::testing::ocm_simulator::wire::Ask;

#[derive(Debug, Clone)]
enum Step {
    Create { name: usize, dry_run: bool },
    Delete { which: usize, query: &'static str },
    Protect { which: usize },
    Vanish { which: usize },
    Advance,
    Wait { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let queries = prop::sample::select(vec!["", "dry_run", "deprovision", "best_effort"]);
    prop_oneof![
        4 => (0..4_usize, prop::bool::weighted(0.2)).prop_map(|(name, dry_run)| Step::Create { name, dry_run }),
        3 => (0..6_usize, queries).prop_map(|(which, query)| Step::Delete { which, query }),
        1 => (0..6_usize).prop_map(|which| Step::Protect { which }),
        1 => (0..6_usize).prop_map(|which| Step::Vanish { which }),
        1 => Just(Step::Advance),
        1 => (0..20_u64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

fn ask(method: Method, path: String, parameter: Option<(&str, &str)>, body: Value) -> Ask {
    let query = parameter.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ask { method, path, query, headers: HeaderMap::new(), body, unordered: false }
}

proptest! {
    #[test]
    fn what_there_is_is_what_was_made_less_what_is_gone(
        steps in proptest::collection::vec(step(), 0..60),
        equal_names in any::<bool>(),
        by_hand in any::<bool>(),
    ) {
        let builder = OcmSimulator::builder();
        let mut builder = if equal_names { builder.allow_equal_names() } else { builder };
        if !by_hand {
            builder = builder.pace(Pace::each(Duration::from_secs(5)));
        }
        let mut now = Instant::now();
        let mut world = World::new(builder.settings(), Tokens::new(Duration::MAX, true), now);
        for step in steps {
            world.settle(now);
            let ids: Vec<String> = world.clusters.keys().cloned().collect();
            let id = |which: usize| ids.get(which % ids.len().max(1)).cloned().unwrap_or_default();
            match step {
                Step::Create { name, dry_run } => {
                    let mut body = body(&format!("name-{name}"));
                    body["product"] = json!({"id": if name == 0 { "ocp" } else { "osd" }});
                    let dry_run = dry_run.then_some(("dryRun", "true"));
                    let before = world.clusters.len();
                    let answer = world.clusters_collection(&ask(Method::POST, CLUSTERS.to_owned(), dry_run, body), now);
                    let made = usize::from(answer.is_ok_and(|answer| answer.status == 201));
                    prop_assert_eq!(world.clusters.len(), before + made);
                }
                Step::Delete { which, query } => {
                    let query = match query {
                        "" => None,
                        "deprovision" => Some((query, "false")),
                        query => Some((query, "true")),
                    };
                    // A cluster that is not there, or that is protected, refuses; nothing else is looked at here.
                    let id = id(which);
                    let asked = ask(Method::DELETE, format!("{CLUSTERS}/{id}"), query, Value::Null);
                    let status = world.one_cluster(&asked, &id, now).map_or_else(|no| no.status, |yes| yes.status);
                    prop_assert!([204, 400, 403, 404].contains(&status.as_u16()));
                }
                Step::Protect { which } => {
                    if let Ok(cluster) = world.cluster_mut(&id(which)) {
                        cluster.protected = !cluster.protected;
                    }
                }
                Step::Vanish { which } => {
                    world.tally.vanished += u64::from(world.clusters.remove(&id(which)).is_some());
                }
                Step::Advance => world.advance(None, now),
                Step::Wait { seconds } => now += Duration::from_secs(seconds),
            }
            let Tally { created, creates_received, deleted, vanished, released, deletes_received } = world.tally;
            let live = u64::try_from(world.clusters.len()).unwrap();
            prop_assert_eq!(created, live + deleted + vanished + released);
            prop_assert!(creates_received >= created && deletes_received >= deleted + released);
            let names: std::collections::BTreeSet<_> = world.clusters.values().map(|cluster| &cluster.name).collect();
            prop_assert!(equal_names || names.len() == world.clusters.len());
        }
    }
}
