use ::http::{HeaderMap, HeaderValue, Method};

use super::*;

/// Hold this next to a subscriber of a test. While only one subscriber exists, `tracing` asks the thread that first comes by a call
/// site whether anybody listens, and remembers a no from a thread of another test.
pub(crate) fn another_listener() -> tracing::Dispatch {
    tracing::Dispatch::new(tracing_subscriber::registry())
}

/// W-20
#[test]
fn headers_that_carry_trust_are_masked() {
    let mut headers = HeaderMap::new();
    for name in [
        "x-principal",
        "x-impersonate",
        "unikorn-client-certificate",
        "ssl-client-cert",
        "ssl-client-verify",
        "authorization",
        "cookie",
        "x-anything-new",
    ] {
        headers.insert(name, HeaderValue::from_static("hush"));
    }
    headers.insert("content-type", HeaderValue::from_static("text/plain"));
    let mut sensitive = HeaderValue::from_static("hush");
    sensitive.set_sensitive(true);
    headers.insert("server", sensitive);
    let text = format!("{:?}", LoggableHeaders::new(&headers));
    assert!(!text.contains("hush"), "{text}");
    assert!(text.contains("\"x-principal\": <masked>") && text.contains("text/plain"), "{text}");
}

#[test]
fn methods_are_a_closed_set() {
    assert_eq!(method_name(&Method::PATCH), "PATCH");
    assert_eq!(method_name(&Method::from_bytes(b"BREW").unwrap()), "_OTHER");
}

#[cfg(feature = "metrics")]
mod metrics {
    use std::sync::Arc;

    use prometheus_client::registry::Registry;
    use testkit::pki::{Ca, Leaf};
    use testkit::server::{Fault, TlsServer};

    use crate::credentials::{Bundle, Credentials, Identity, Trust};
    use crate::http::{ClientOptions, HttpClient, RetryOptions};
    use crate::options::HttpOptions;
    use crate::telemetry::ClientMetrics;

    fn exposed(registry: &Registry) -> String {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, registry).unwrap();
        text
    }

    #[tokio::test]
    async fn calls_retries_rotations_and_certificates_are_counted_under_their_documented_names() {
        let (servers, clients) = (Ca::new("servers"), Ca::new("clients"));
        let pair = clients.issue(Leaf::client("unikorn-region"));
        let server =
            TlsServer::builder(&servers.issue(Leaf::server())).client_ca(&clients).json(200, "{}").start().await;
        let identity = Identity::from_pem(pair.chain_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap();
        let not_after = identity.not_after().as_second();
        let bundle = Bundle::new(Some(identity), Trust::from_pem(servers.pem().as_bytes()).unwrap());
        let credentials = Credentials::fixed(bundle.clone());
        let metrics = ClientMetrics::default();
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        let retry = RetryOptions::default().with_backoff(std::time::Duration::ZERO, std::time::Duration::ZERO);
        let http = HttpClient::builder(
            HttpOptions::new("region").with_host(server.url()).endpoint().unwrap(),
            credentials.clone(),
        )
        .options(ClientOptions::default().with_retry(retry))
        .metrics(&metrics)
        .build()
        .unwrap();

        server.fail_next([Fault::status(503)]);
        http.get("/api/v2/networks/secret-id").operation("get_network").send().await.unwrap();
        server.fail_next([Fault::Close]);
        http.post("/").operation("create_network").send().await.unwrap_err();
        credentials.replace(bundle);

        let text = exposed(&registry);
        for line in [
            r#"core_client_request_duration_seconds_count{service="region",method="GET",operation="get_network",status="503",error_type=""} 1"#,
            r#"core_client_request_duration_seconds_count{service="region",method="GET",operation="get_network",status="200",error_type=""} 1"#,
            r#"core_client_request_duration_seconds_count{service="region",method="POST",operation="create_network",status="",error_type="closed"} 1"#,
            r#"core_client_retries_total{service="region",method="GET",operation="get_network"} 1"#,
            r#"core_client_rotations_total{service="region",in_use="true"} 1"#,
            &format!(r#"core_client_certificate_not_after_timestamp_seconds{{service="region"}} {not_after}"#),
            r#"core_client_credentials_generation{service="region"} 2"#,
            r#"core_client_credentials_failing_since_timestamp_seconds{service="region"} 0"#,
        ] {
            assert!(text.contains(line), "{line}\nis not in\n{text}");
        }
        assert!(text.contains("core_client_credentials_loaded_timestamp_seconds{service=\"region\"} "));
        assert!(!text.contains("secret-id") && !text.contains(&pair.serial_hex()));
        drop(http);
        assert!(!exposed(&registry).contains("not_after"), "who is gone has no certificate");
        server.shutdown().await;
    }

    #[test]
    fn the_same_labels_are_resolved_once_and_observed_often() {
        let metrics = ClientMetrics::default();
        let recorder = crate::telemetry::Recorder::new(&metrics, "region");
        let (operation, took) = ("get_network", std::time::Duration::from_millis(3));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        recorder.finished(&http::Method::GET, operation, Ok(http::StatusCode::OK), took);
                    }
                });
            }
        });
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        assert!(exposed(&registry).contains(r#"status="200",error_type=""} 400"#));
        drop(Arc::new(recorder));
    }
}
