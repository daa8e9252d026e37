use http::Request;

use super::*;
use crate::api::Call;

fn call(method: &str, uri: &str) -> (Call, String) {
    let (parts, ()) = Request::builder().method(method).uri(uri).body(()).unwrap().into_parts();
    (Call::of(&parts), parts.uri.path().to_owned())
}

fn hits(faults: &Faults, method: &str, uri: &str) -> bool {
    let (call, path) = call(method, uri);
    let verdict = faults.decide(&call, &path);
    verdict.effect.is_some() || !verdict.delay.is_zero()
}

#[test]
fn a_fault_strikes_only_what_it_names() {
    let faults = Faults::default();
    let fault = Fault::new(Effect::unavailable()).on_verb(Verb::List).on_resource("secrets").on_namespace("a");
    let handle = faults.add(fault);
    assert!(hits(&faults, "GET", "/api/v1/namespaces/a/secrets"));
    for (method, uri) in [
        ("GET", "/api/v1/namespaces/a/secrets/x"),
        ("GET", "/api/v1/namespaces/b/secrets"),
        ("GET", "/api/v1/namespaces/a/configmaps"),
        ("GET", "/version"),
    ] {
        assert!(!hits(&faults, method, uri), "{uri}");
    }
    assert_eq!(handle.hits(), 1);
    handle.remove();
    assert!(!hits(&faults, "GET", "/api/v1/namespaces/a/secrets"));
}

#[test]
fn resources_may_be_named_with_group_and_subresource() {
    let faults = Faults::default();
    faults.add(Fault::new(Effect::Hang).on_resource("deployments.apps").on_resource("pods/status"));
    assert!(hits(&faults, "GET", "/apis/apps/v1/namespaces/a/deployments"));
    assert!(hits(&faults, "GET", "/api/v1/namespaces/a/pods/p/status"));
    assert!(!hits(&faults, "GET", "/api/v1/namespaces/a/pods/p"));
    assert!(!hits(&faults, "GET", "/apis/other/v1/namespaces/a/deployments"));
}

#[test]
fn the_first_requests_can_be_spared_and_the_fault_can_end() {
    let faults = Faults::default();
    faults.add(Fault::new(Effect::Reset).after(1).times(2));
    let struck: Vec<bool> = (0..5).map(|_| hits(&faults, "GET", "/version")).collect();
    assert_eq!(struck, [false, true, true, false, false]);
}

#[test]
fn the_same_seed_gives_the_same_dice() {
    let run = |seed| {
        let faults = Faults::seeded(seed);
        faults.add(Fault::new(Effect::Reset).with_rate(0.5));
        (0..64).map(|_| hits(&faults, "GET", "/version")).collect::<Vec<_>>()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    let struck = run(1).into_iter().filter(|hit| *hit).count();
    assert!((16..48).contains(&struck), "{struck} of 64");
}

#[test]
fn delays_add_up_and_stay_within_their_bounds() {
    let faults = Faults::seeded(3);
    let ms = Duration::from_millis;
    faults.add(Fault::new(Effect::latency(ms(10))));
    faults.add(Fault::new(Effect::Latency(Latency::Uniform(ms(5), ms(9)))));
    faults.add(Fault::new(Effect::Latency(Latency::Exponential(ms(2)))));
    let (call, path) = call("GET", "/version");
    for _ in 0..200 {
        let delay = faults.decide(&call, &path).delay;
        assert!((ms(15)..=ms(39)).contains(&delay), "{delay:?}");
    }
}

#[test]
fn watch_faults_leave_other_requests_alone() {
    let faults = Faults::default();
    faults.add(Fault::new(Effect::SilentWatch));
    assert!(hits(&faults, "GET", "/api/v1/pods?watch=1"));
    assert!(!hits(&faults, "GET", "/api/v1/pods"));
}
