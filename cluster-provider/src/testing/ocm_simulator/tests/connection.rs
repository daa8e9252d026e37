use super::*;

#[tokio::test(start_paused = true)]
async fn a_lost_answer_leaves_a_cluster_behind() {
    let caller = Caller::new().await;
    let fault = caller.ocm.fault(Fault::new(Effect::LoseAnswer).on_method(Method::POST).on_path(CLUSTERS).once());
    let error = caller.try_ask(Method::POST, CLUSTERS, Some(body("one"))).await.unwrap_err();
    assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
    assert_eq!((caller.ocm.hits(fault), caller.ocm.clusters_named("one").len()), (1, 1));
    assert_eq!(caller.ocm.requests().last().unwrap().answered, None);
    assert_eq!(caller.get(CLUSTERS).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_leaves_nothing_behind() {
    let caller = Caller::new().await;
    caller.ocm.fault(Fault::new(Effect::LoseRequest).on_method(Method::POST).once());
    assert!(caller.try_ask(Method::POST, CLUSTERS, Some(body("one"))).await.is_err());
    assert!(caller.ocm.clusters().is_empty());
}

#[tokio::test]
async fn what_hangs_is_never_answered_and_does_not_hold_up_the_end() {
    let caller = Caller::new().await;
    caller.ocm.fault(Fault::new(Effect::Hang).on_path(CLUSTERS).once());
    caller.ocm.fault(Fault::new(Effect::DoAndHang).on_path(CLUSTERS).once());
    let url = caller.ocm.url().join(CLUSTERS).unwrap();
    let hanging: Vec<_> = [Method::GET, Method::POST]
        .map(|method| {
            let request = caller.http.request(method, url.clone()).bearer_auth(&caller.token).json(&body("one"));
            tokio::spawn(request.send())
        })
        .into();
    let both = async {
        while caller.ocm.count(&Method::GET, CLUSTERS) + caller.ocm.count(&Method::POST, CLUSTERS) < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), both).await.unwrap();
    assert!(hanging.iter().all(|one| !one.is_finished()));
    tokio::time::timeout(Duration::from_secs(10), caller.ocm.shutdown()).await.unwrap();
    for one in hanging {
        assert!(one.await.unwrap().is_err());
    }
}

#[tokio::test]
async fn what_was_dropped_answers_nobody() {
    let Caller { ocm, http, .. } = Caller::new().await;
    let url = ocm.url();
    drop(ocm);
    let gone = async {
        while http.get(url.clone()).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_refusal_on_demand_says_what_it_was_told_to() {
    let caller = Caller::new().await;
    for (fault, status) in [
        (Fault::throttled(Some(7)), 429),
        (Fault::throttled(None), 429),
        (Fault::unavailable(), 503),
        (Fault::internal(), 500),
        (Fault::unauthenticated(), 401),
        (Fault::forbidden(), 403),
        (Fault::quota(), 403),
        (Fault::terms(), 451),
    ] {
        caller.ocm.fault(fault.once());
        let (answered, error) = caller.post(CLUSTERS, body("one")).await;
        assert_eq!((answered, &error["kind"]), (status, &json!("Error")));
    }
    caller.ocm.fault(Fault::terms().once());
    let (_, terms) = caller.get(CLUSTERS).await;
    assert!(terms["details"][0]["legal_terms_url"].as_str().unwrap().starts_with("https://"));
    caller.ocm.fault(Fault::throttled(Some(7)).once());
    let throttled = caller.try_ask(Method::GET, CLUSTERS, None).await.unwrap();
    assert_eq!(throttled.headers()["retry-after"], "7");
    assert!(caller.ocm.clusters().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_gateway_answers_in_html() {
    let caller = Caller::new().await;
    caller.ocm.fault(Fault::html().once());
    let answer = caller.try_ask(Method::GET, CLUSTERS, None).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (502, &"text/html".parse().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_name_is_taken_by_nobody_when_it_is_so() {
    let caller = Caller::new().await;
    caller.ocm.fault(Fault::new(Effect::NameTaken).on_method(Method::POST).once());
    assert_eq!(caller.post(CLUSTERS, body("one")).await.1["reason"], "Cluster 'one' already exists");
    assert!(caller.ocm.clusters().is_empty());
}

#[tokio::test(start_paused = true)]
async fn slow_is_as_slow_as_it_was_told_to_be() {
    let caller = Caller::new().await;
    caller.ocm.fault(Fault::new(Effect::Slow(Duration::from_secs(30))).on_path(CLUSTERS));
    let began = Instant::now();
    assert_eq!(caller.get(CLUSTERS).await.0, 200);
    assert!(began.elapsed() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_json_or_too_much_is_refused() {
    let caller = Caller::of(OcmSimulator::builder().body_limit(1_000)).await;
    let url = caller.ocm.url().join(CLUSTERS).unwrap();
    let send = async |content_type: &str, body: String| {
        let request = caller.http.post(url.clone()).bearer_auth(&caller.token).header("content-type", content_type);
        request.body(body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(send("application/json", "{".to_owned()).await, 400);
    assert_eq!(send("text/plain", "{}".to_owned()).await, 415);
    assert_eq!(send("application/json", "x".repeat(1_001)).await, 413);
    assert_eq!(caller.ask(Method::PUT, CLUSTERS, None).await.0, 405);
    assert_eq!(caller.get("/api/clusters_mgmt/v1/").await.0, 404);
    assert_eq!(caller.get("/api/clusters_mgmt/v1/clusters/").await.1["kind"], "ClusterList");
}
