use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

use super::{TraceContext, TraceError};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn parse(text: &str) -> Result<TraceContext, TraceError> {
    TraceContext::parse(text, None)
}

#[test]
fn the_example_of_the_recommendation_is_read_and_written() {
    let context = TraceContext::parse(PARENT, Some("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")).unwrap();
    assert_eq!(context.traceparent(), PARENT);
    assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(context.span_id(), "00f067aa0ba902b7");
    assert!(context.is_sampled());
    assert_eq!(context.tracestate(), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
}

#[test]
fn what_breaks_the_rules_is_refused() {
    for bad in [
        "",
        "00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
    ] {
        assert_eq!(parse(bad), Err(TraceError::Form), "{bad}");
    }
    assert_eq!(parse(&PARENT.replacen("00", "ff", 1)), Err(TraceError::Version));
    assert_eq!(parse("00-00000000000000000000000000000000-00f067aa0ba902b7-01"), Err(TraceError::Zero));
    assert_eq!(parse("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"), Err(TraceError::Zero));
    assert_eq!(TraceContext::new([0; 16], [1; 8], true), None);
}

#[test]
fn a_later_version_is_read_as_far_as_it_is_promised_and_written_as_ours() {
    let context = parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-09-what-the-future-brings").unwrap();
    assert_eq!(context.traceparent(), PARENT);
}

#[test]
fn a_bad_tracestate_is_dropped_and_the_trace_kept() {
    for bad in ["=", "a", "A=1", "a=1,a=2", "a=\u{7f}", "a@=1", "a=b=c", &format!("{}=1", "a".repeat(257))] {
        assert_eq!(TraceContext::parse(PARENT, Some(bad)).unwrap().tracestate(), "", "{bad}");
    }
    let many: Vec<String> = (0..33).map(|n| format!("a{n}=1")).collect();
    assert_eq!(TraceContext::parse(PARENT, Some(&many.join(","))).unwrap().tracestate(), "");
    assert_eq!(TraceContext::parse(PARENT, Some(&many[..32].join(","))).unwrap().tracestate(), many[..32].join(","));
    assert_eq!(TraceContext::parse(PARENT, Some("1a@b=x y")).unwrap().tracestate(), "1a@b=x y");
}

#[test]
fn headers_without_a_trace_have_none() {
    let mut headers = HeaderMap::new();
    assert_eq!(TraceContext::extract(&headers), None);
    headers.append("traceparent", HeaderValue::from_static(PARENT));
    headers.append("tracestate", HeaderValue::from_static("a=1"));
    headers.append("tracestate", HeaderValue::from_static("b=2"));
    assert_eq!(TraceContext::extract(&headers).unwrap().tracestate(), "a=1,b=2");
    headers.append("traceparent", HeaderValue::from_static(PARENT));
    assert_eq!(TraceContext::extract(&headers), None, "two parents are no parent");
}

#[test]
fn an_empty_state_removes_the_header_of_another_trace() {
    let mut headers = HeaderMap::new();
    headers.insert("tracestate", HeaderValue::from_static("old=1"));
    parse(PARENT).unwrap().inject(&mut headers);
    assert_eq!(headers.get("tracestate"), None);
    assert_eq!(headers.len(), 1);
}

#[test]
fn without_a_span_there_is_no_context() {
    assert_eq!(TraceContext::current(), None);
}

proptest! {
    #[test]
    fn every_context_survives_the_headers(
        trace_id: [u8; 16],
        span_id: [u8; 8],
        flags: u8,
        state in "([a-z][a-z0-9_*/-]{0,9}=[!-+.-<>-~]{1,9}){0,1}",
    ) {
        if let Ok(context) = TraceContext::build(trace_id, span_id, flags, &state) {
            let mut headers = HeaderMap::new();
            context.inject(&mut headers);
            prop_assert_eq!(TraceContext::extract(&headers), Some(context));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(parent: String, state: Option<String>) {
        let _outcome = TraceContext::parse(&parent, state.as_deref());
    }
}

#[cfg(feature = "otel")]
mod otel {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    fn with_exporter(test: impl FnOnce()) -> Vec<opentelemetry_sdk::trace::SpanData> {
        let _listener = crate::telemetry::tests::another_listener();
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), test);
        provider.force_flush().unwrap();
        exporter.get_finished_spans().unwrap()
    }

    #[test]
    fn the_current_span_continues_the_trace_it_adopted() {
        let parent = TraceContext::parse(PARENT, Some("vendor=1")).unwrap();
        let mut inside = None;
        let spans = with_exporter(|| {
            let span = tracing::info_span!("served");
            assert!(parent.adopt(&span));
            span.in_scope(|| inside = TraceContext::current());
        });
        let inside = inside.unwrap();
        assert_eq!(inside.trace_id(), parent.trace_id());
        assert_ne!(inside.span_id(), parent.span_id());
        assert_eq!(inside.tracestate(), "vendor=1");
        assert_eq!(spans[0].parent_span_id.to_string(), parent.span_id());
        assert_eq!(spans[0].span_context.span_id().to_string(), inside.span_id());
    }

    #[test]
    fn without_a_layer_nothing_is_adopted_and_nothing_is_current() {
        let parent = TraceContext::parse(PARENT, None).unwrap();
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let span = tracing::info_span!("served");
            assert!(!parent.adopt(&span));
            assert_eq!(span.in_scope(TraceContext::current), None);
        });
    }
}
