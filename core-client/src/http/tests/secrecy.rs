//! What is written down about a call, and what is not.

use std::sync::Mutex;

use http::{HeaderMap, HeaderValue, Method};
use testkit::server::Fault;
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::fmt::format::FmtSpan;

use super::*;
use crate::error::ErrorChain;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Captured {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Captured {
    /// Everything that is logged from here on, at every level, spans included.
    fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + 'static {
        let writer = self.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish()
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[derive(Debug)]
struct Secretive;

impl RequestHook for Secretive {
    fn apply<'a>(&'a self, _generation: &'a Arc<Generation>, headers: &mut HeaderMap) -> Hooked<'a> {
        for name in ["x-principal", "unikorn-client-certificate", "x-impersonate"] {
            headers.insert(name, HeaderValue::from_static("hush"));
        }
        Hooked::DONE
    }
}

/// W-15, W-20
#[tokio::test]
async fn nothing_secret_is_logged_at_any_level() {
    let world = World::new();
    let server = world.friendly_server().await;
    server.fail_next([
        Fault::status(503).with_header("set-cookie", "hush"),
        Fault::body(200, "application/json", r#"{"hush":1}"#),
        Fault::body(500, "text/html", "hush"),
    ]);
    let _listener = crate::telemetry::tests::another_listener();
    let captured = Captured::default();
    let work = async {
        let mut tokens = MockTokenSource::new();
        tokens.expect_token().returning(|_| Ok(Token::new("hush")));
        let http = world.client(&server).with_token_source(Arc::new(tokens));
        let call = CallContext::new(http.clone()).with_hook(Arc::new(Secretive));
        let send =
            || call.request(Method::PUT, "/hush").query(&[("q", "hush")]).json(&"hush").operation("put_network").send();
        let error = send().await.unwrap().json::<Network>().await.unwrap_err();
        tracing::warn!(error = %ErrorChain::new(&error), debug = ?error, "failed");
        let error = send().await.unwrap_err();
        tracing::warn!(error = %ErrorChain::new(&error), debug = ?error, "failed");
        let response = send().await.unwrap();
        tracing::warn!(?response, ?call, ?http, "done");
    };
    work.with_subscriber(captured.subscriber()).await;
    server.shutdown().await;
    let text = captured.text();
    assert!(text.contains("repeating the request") && text.contains("PUT put_network"), "{text}");
    // What libraries below us say at trace level about addresses is theirs; ours must not hold a single secret.
    let ours: Vec<_> =
        text.lines().filter(|line| line.contains("core_client")).filter(|line| line.contains("hush")).collect();
    assert!(ours.is_empty(), "{ours:#?}");
    assert!(!text.contains(&world.pair.key_pem()[40..80]));
}

#[cfg(feature = "otel")]
mod spans {
    use opentelemetry::trace::{SpanKind, Status, TracerProvider as _};
    use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::trace::TraceContext;

    async fn with_exporter(work: impl Future<Output = ()>) -> Vec<SpanData> {
        let _listener = crate::telemetry::tests::another_listener();
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        work.with_subscriber(tracing_subscriber::registry().with(layer)).await;
        provider.force_flush().unwrap();
        exporter.get_finished_spans().unwrap()
    }

    fn attribute(span: &SpanData, key: &str) -> Option<String> {
        span.attributes.iter().find(|pair| pair.key.as_str() == key).map(|pair| pair.value.to_string())
    }

    #[tokio::test]
    async fn each_attempt_is_a_client_span_and_the_service_continues_it() {
        let world = World::new();
        let server = world.friendly_server().await;
        server.fail_next([Fault::status(503)]);
        let call = CallContext::new(world.client(&server));
        let send = async {
            call.request(Method::GET, "/a?b=c").operation("get_network").send().await.unwrap();
        };
        let spans: Vec<_> =
            with_exporter(send).await.into_iter().filter(|span| span.name == "GET get_network").collect();
        assert_eq!(spans.len(), 2);
        for (span, request) in spans.iter().zip(server.requests()) {
            assert_eq!(span.span_kind, SpanKind::Client);
            let sent = TraceContext::extract(&request.headers).unwrap();
            assert_eq!(sent.span_id(), span.span_context.span_id().to_string());
            assert_eq!(request.header("tracestate"), None);
            assert_eq!(request.header("baggage"), None);
            assert_eq!(attribute(span, "http.request.method").as_deref(), Some("GET"));
            assert_eq!(attribute(span, "server.address").as_deref(), Some("127.0.0.1"));
            assert_eq!(attribute(span, "server.port"), Some(server.address().port().to_string()));
            assert_eq!(attribute(span, "url.template").as_deref(), Some("get_network"));
            assert_eq!(attribute(span, "url.full"), None);
        }
        assert_eq!(attribute(&spans[0], "http.response.status_code").as_deref(), Some("503"));
        assert_eq!(attribute(&spans[0], "error.type").as_deref(), Some("503"));
        assert_eq!(attribute(&spans[0], "http.request.resend_count"), None);
        assert!(matches!(spans[0].status, Status::Error { .. }));
        assert_eq!(attribute(&spans[1], "http.request.resend_count").as_deref(), Some("1"));
        assert_eq!(attribute(&spans[1], "error.type"), None);
        assert_eq!(spans[1].status, Status::Unset);
        server.shutdown().await;
    }

    #[tokio::test]
    async fn a_404_on_a_read_is_no_error_and_no_answer_is_one() {
        let world = World::new();
        let server = world.friendly_server().await;
        server.fail_next([Fault::status(404), Fault::status(404), Fault::Close]);
        let call = CallContext::new(world.client_with(&server, quick().with_retry(RetryOptions::none())));
        let send = async {
            call.request(Method::GET, "/").send().await.unwrap_err();
            call.request(Method::PUT, "/").send().await.unwrap_err();
            call.request(Method::PUT, "/").send().await.unwrap_err();
        };
        let spans: Vec<_> =
            with_exporter(send).await.into_iter().filter(|span| span.span_kind == SpanKind::Client).collect();
        assert_eq!(spans[0].status, Status::Unset);
        assert!(matches!(spans[1].status, Status::Error { .. }));
        assert_eq!((attribute(&spans[2], "error.type").as_deref(), spans[2].name.as_ref()), (Some("closed"), "PUT"));
        server.shutdown().await;
    }

    #[tokio::test]
    async fn without_a_span_the_trace_of_the_caller_is_passed_on_and_the_plain_client_sends_none() {
        let world = World::new();
        let server = world.friendly_server().await;
        let http = world.client(&server);
        let trace =
            TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Some("a=1")).unwrap();
        let call = CallContext::new(http.clone()).with_trace(Some(trace.clone()));
        call.request(Method::GET, "/").send().await.unwrap();
        CallContext::new(http.clone()).request(Method::GET, "/").send().await.unwrap();
        let spans = with_exporter(async { drop(http.get("/").send().await.unwrap()) }).await;
        assert!(!spans.is_empty());
        let sent: Vec<_> = server.requests().iter().map(|request| TraceContext::extract(&request.headers)).collect();
        assert_eq!(sent, [Some(trace), None, None]);
        server.shutdown().await;
    }
}
