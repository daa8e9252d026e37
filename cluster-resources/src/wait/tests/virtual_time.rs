//! What deadlines mean, in virtual time and without a cluster.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::super::board::{Board, Seen};
use super::super::drive::drive;
use super::*;
use crate::restart::Trouble;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What is seen, and after how many seconds each.
type Script = Vec<(u64, Seen)>;

fn play(script: Script) -> BoxStream<'static, Seen> {
    let begun = Instant::now();
    futures::stream::iter(script)
        .then(move |(at, seen)| async move {
            tokio::time::sleep_until(begun + seconds(at)).await;
            seen
        })
        .chain(futures::stream::pending())
        .boxed()
}

fn things(names: &[&str]) -> Vec<Target> {
    names.iter().map(|name| target("Thing.example.com", name).since(Baseline::new(*name, Some(1)))).collect()
}

fn options() -> WaitOptions {
    WaitOptions::default().with_deadline(seconds(60)).with_rules(rules())
}

struct Ran {
    outcomes: Vec<ReadyOutcome>,
    events: Vec<String>,
    took: Duration,
}

async fn run(targets: &[Target], options: &WaitOptions, script: Script) -> Ran {
    run_until(targets, options, script, &CancellationToken::new()).await
}

async fn run_until(targets: &[Target], options: &WaitOptions, script: Script, cancel: &CancellationToken) -> Ran {
    let begun = Instant::now();
    let told = Told::default();
    let mut board = Board::new(targets, &[(0..targets.len()).collect()], options, begun);
    let epoch: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let clock = || epoch + jiff::SignedDuration::try_from(begun.elapsed()).unwrap();
    drive(&mut board, vec![(0, play(script))], &told, cancel, clock).await;
    Ran { outcomes: board.outcomes(), events: told.all(), took: begun.elapsed() }
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_as_soon_as_everything_is_ready() {
    let script = vec![
        (0, Seen::Listing),
        (0, Seen::Object(thing("a", "Waiting"))),
        (0, Seen::Object(thing("b", "Ready"))),
        (0, Seen::Object(thing("stranger", "Broken"))),
        (0, Seen::Listed),
        (7, Seen::Object(thing("a", "Ready"))),
    ];
    let ran = run(&things(&["a", "b"]), &options(), script).await;
    assert_eq!(results(&ran.outcomes), [("a", &Waited::Ready), ("b", &Waited::Ready)]);
    assert_eq!(ran.outcomes.iter().map(|outcome| outcome.millis).collect::<Vec<_>>(), [7000, 0]);
    assert_eq!(ran.took, seconds(7));
    assert_eq!(
        ran.events,
        [
            "a inProgress: no condition of its kind holds",
            "b current: status.phase == \"Ready\"",
            "a current: status.phase == \"Ready\"",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_ready_in_time_is_late_and_says_what_it_said_last() {
    let script = vec![(0, Seen::Object(thing("a", "Waiting"))), (1, Seen::Object(thing("b", "Ready")))];
    let ran = run(&things(&["a", "b"]), &options(), script).await;
    assert_eq!(results(&ran.outcomes), [("a", &Waited::TimedOut), ("b", &Waited::Ready)]);
    assert_eq!(ran.took, seconds(60));
    let issue = ran.outcomes[0].issue().unwrap();
    assert_eq!(
        issue.to_string(),
        "[one/default] Thing.example.com a it was not ready in time: no condition of its kind holds (Rule)"
    );
    assert_eq!(issue.class, IssueClass::Unready);
    assert_eq!(ran.outcomes[1].issue(), None);
}

#[tokio::test(start_paused = true)]
async fn an_object_has_a_deadline_of_its_own_within_that_of_all() {
    let mut targets = things(&["own", "common", "longer"]);
    targets[0] = targets[0].clone().within(seconds(5));
    targets[2] = targets[2].clone().within(seconds(500));
    let ran = run(&targets, &options().with_per_object(seconds(20)), Vec::new()).await;
    let millis: Vec<u64> = ran.outcomes.iter().map(|outcome| outcome.millis).collect();
    assert_eq!(millis, [5_000, 20_000, 60_000]);
    assert!(ran.outcomes.iter().all(|outcome| outcome.result == Waited::TimedOut));
    assert_eq!(ran.took, seconds(60));
}

#[tokio::test(start_paused = true)]
async fn a_failure_may_pass_and_counts_when_it_lasts() {
    let script = vec![
        (0, Seen::Object(thing("recovers", "Broken"))),
        (0, Seen::Object(thing("stays", "Broken"))),
        (8, Seen::Object(thing("recovers", "Waiting"))),
        (9, Seen::Object(thing("recovers", "Broken"))),
        (15, Seen::Object(thing("recovers", "Ready"))),
    ];
    let ran = run(&things(&["recovers", "stays"]), &options(), script).await;
    assert_eq!(results(&ran.outcomes), [("recovers", &Waited::Ready), ("stays", &Waited::Failed)]);
    assert_eq!(ran.outcomes[1].millis, 10_000);
    assert_eq!(ran.took, seconds(15));
    assert!(ran.outcomes[1].issue().unwrap().message.starts_with("it failed: Broken"));
}

#[tokio::test(start_paused = true)]
async fn failing_fast_stops_everything_else() {
    let script = vec![(0, Seen::Object(thing("a", "Waiting"))), (3, Seen::Object(thing("b", "Broken")))];
    let options = options().with_fail_fast().with_failed_for(Duration::ZERO);
    let ran = run(&things(&["a", "b"]), &options, script).await;
    assert_eq!(results(&ran.outcomes), [("a", &Waited::Stopped), ("b", &Waited::Failed)]);
    assert_eq!(ran.took, seconds(3));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_failed_has_failed_at_once_and_one_that_was_cleaned_up_was_complete() {
    let job = |name: &str, condition: &str| {
        json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "uid": name, "generation": 1},
            "status": {"startTime": "2026-01-01T00:00:00Z", "conditions": [{"type": condition, "status": "True"}]},
        })
    };
    let script = vec![
        (1, Seen::Object(job("fails", "Failed"))),
        (2, Seen::Gone(job("is-cleaned-up", "Complete"))),
        (3, Seen::Gone(job("is-deleted", "Nothing"))),
    ];
    let names = ["fails", "is-cleaned-up", "is-deleted"];
    let targets: Vec<Target> =
        names.iter().map(|name| target("Job.batch", name).since(Baseline::new(*name, Some(1)))).collect();
    let ran = run(&targets, &options(), script).await;
    let expected = [("fails", &Waited::Failed), ("is-cleaned-up", &Waited::Ready), ("is-deleted", &Waited::Failed)];
    assert_eq!(results(&ran.outcomes), expected);
    assert_eq!(ran.outcomes.iter().map(|outcome| outcome.millis).collect::<Vec<_>>(), [1_000, 2_000, 13_000]);
}

#[tokio::test(start_paused = true)]
async fn an_unschedulable_pod_fails_by_time_alone() {
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "p", "uid": "p", "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z"},
        "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
    });
    let targets = [target("Pod", "p").since(Baseline::new("p", Some(1)))];
    let ran = run(&targets, &options(), vec![(0, Seen::Object(pod))]).await;
    assert_eq!(results(&ran.outcomes), [("p", &Waited::Failed)]);
    // Unschedulable for more than 15 seconds, seen at 20, and so for another 10.
    assert_eq!(ran.took, seconds(30));
}

#[tokio::test(start_paused = true)]
async fn what_a_list_lacks_does_not_exist() {
    let targets = [things(&["applied"]).remove(0), target("Thing.example.com", "only-asked-for")];
    let script = vec![(0, Seen::Listing), (0, Seen::Listed), (30, Seen::Object(thing("only-asked-for", "Ready")))];
    let ran = run(&targets, &options(), script).await;
    assert_eq!(results(&ran.outcomes), [("applied", &Waited::Failed), ("only-asked-for", &Waited::Ready)]);
    assert_eq!(ran.outcomes[0].millis, 10_000);
    assert_eq!(ran.outcomes[0].readiness.reason, "NotFound");
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_waits_for_its_first_consumer_is_ready() {
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "disk", "uid": "disk"},
        "status": {"phase": "Pending"},
    });
    let targets = [target("PersistentVolumeClaim", "disk").since(Baseline::new("disk", None))];
    let ran = run(&targets, &options(), vec![(0, Seen::Object(claim.clone())), (4, Seen::Unused(claim.clone()))]).await;
    assert_eq!(ran.outcomes[0].readiness.reason, "WaitForFirstConsumer");
    assert_eq!(ran.took, seconds(4));
    let other = [target("PersistentVolumeClaim", "disk").since(Baseline::new("another", None))];
    let ran = run(&other, &options(), vec![(0, Seen::Unused(claim))]).await;
    assert_eq!(results(&ran.outcomes), [("disk", &Waited::Failed)], "it is not the one that was applied");
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_waiting_with_an_outcome_for_everything() {
    let cancel = CancellationToken::new();
    let later = cancel.clone();
    let canceller = tokio::spawn(async move {
        tokio::time::sleep(seconds(5)).await;
        later.cancel();
    });
    let script = vec![(0, Seen::Object(thing("a", "Ready")))];
    let ran = run_until(&things(&["a", "b"]), &options(), script, &cancel).await;
    canceller.await.unwrap();
    assert_eq!(results(&ran.outcomes), [("a", &Waited::Ready), ("b", &Waited::Cancelled)]);
    assert_eq!(ran.took, seconds(5));
    assert_eq!(ran.outcomes[1].issue().unwrap().severity, crate::issue::Severity::Warning);
}

#[tokio::test(start_paused = true)]
async fn trouble_is_waited_out_and_a_refusal_is_not() {
    let trouble = Trouble { class: IssueClass::Unavailable, message: "the server is away".into() };
    let script = vec![(0, Seen::Trouble(trouble)), (9, Seen::Object(thing("a", "Ready")))];
    let ran = run(&things(&["a"]), &options(), script).await;
    assert_eq!(results(&ran.outcomes), [("a", &Waited::Ready)]);
    assert_eq!(ran.events[0], "a unknown: it cannot be looked at: the server is away");

    let issue = Issue::error(Reach::Run, IssueClass::Forbidden, "no");
    let script = vec![(0, Seen::Object(thing("a", "Ready"))), (2, Seen::Refused(issue.clone()))];
    let ran = run(&things(&["a", "b"]), &options(), script).await;
    assert_eq!(results(&ran.outcomes), [("a", &Waited::Ready), ("b", &Waited::Unwatchable(Box::new(issue.clone())))]);
    assert_eq!(ran.outcomes[1].issue(), Some(issue));
    assert_eq!(ran.took, seconds(2));
}

#[tokio::test(start_paused = true)]
async fn data_that_was_applied_is_ready_without_being_watched() {
    let targets = [
        target("ConfigMap", "settings").since(Baseline::new("u", None)),
        target("Role.rbac.authorization.k8s.io", "reader").since(Baseline::new("u", None)),
    ];
    let board = Board::new(&targets, &[vec![0], vec![1]], &options(), Instant::now());
    assert!(board.is_done() && !board.is_open(0) && !board.is_open(1));
    let ran = run(&targets, &options(), Vec::new()).await;
    assert!(ran.outcomes.iter().all(ReadyOutcome::is_ready));
    assert_eq!(ran.events, ["settings current: it is there", "reader current: it is there"]);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_never_rests_keeps_nothing_from_being_late() {
    let (send, mut receive) = mpsc::channel::<Seen>(1);
    let noise = tokio::spawn(async move {
        let mut turn = 0_u64;
        while send.send(Seen::Object(thing("a", &format!("Waiting {turn}")))).await.is_ok() {
            turn += 1;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let stream = futures::stream::poll_fn(move |context| receive.poll_recv(context)).boxed();
    let begun = Instant::now();
    let targets = things(&["a"]);
    let mut board = Board::new(&targets, &[vec![0]], &options(), begun);
    drive(&mut board, vec![(0, stream)], &Told::default(), &CancellationToken::new(), Timestamp::now).await;
    assert_eq!(results(&board.outcomes()), [("a", &Waited::TimedOut)]);
    assert!(begun.elapsed() < seconds(61));
    // The watch was dropped with the waiting.
    noise.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn fifty_thousand_objects_are_judged_in_one_go() {
    let names: Vec<String> = (0..50_000).map(|index| format!("thing-{index}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let script = names.iter().map(|name| (1, Seen::Object(thing(name, "Ready")))).collect();
    let ran = run(&things(&names), &options(), script).await;
    assert!(ran.outcomes.iter().all(ReadyOutcome::is_ready));
    assert_eq!(ran.took, seconds(1));
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_when_everything_it_is_for_has_ended() {
    let targets = things(&["a", "b"]);
    let mut board = Board::new(&targets, &[vec![0], vec![1]], &options(), Instant::now());
    let (send, receive) = mpsc::channel::<Seen>(1);
    let mut receive = Some(receive);
    let first = futures::stream::poll_fn(move |context| {
        receive.as_mut().map_or(std::task::Poll::Ready(None), |receive| receive.poll_recv(context))
    });
    send.send(Seen::Object(thing("a", "Ready"))).await.unwrap();
    let watching = send.clone();
    let second = play(vec![(9, Seen::Object(thing("b", "Ready")))])
        .inspect(move |_| assert!(watching.is_closed(), "the first watch was dropped long before"));
    let watches = vec![(0, first.boxed()), (1, second.boxed())];
    drive(&mut board, watches, &Told::default(), &CancellationToken::new(), Timestamp::now).await;
    assert!(board.outcomes().iter().all(ReadyOutcome::is_ready));
}
