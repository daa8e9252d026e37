//! Between `tracing` spans and trace contexts, through OpenTelemetry. The only module that knows its types.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::TraceContext;

pub(super) fn current() -> Option<TraceContext> {
    let span = tracing::Span::current();
    if span.is_disabled() {
        return None;
    }
    let context = span.context();
    let span = context.span();
    let span = span.span_context();
    TraceContext::build(
        span.trace_id().to_bytes(),
        span.span_id().to_bytes(),
        span.trace_flags().to_u8(),
        &span.trace_state().header(),
    )
    .ok()
}

pub(super) fn adopt(parent: &TraceContext, span: &tracing::Span) -> bool {
    let pairs = parent.state.split(',').filter_map(|member| member.trim_matches([' ', '\t']).split_once('='));
    let remote = SpanContext::new(
        TraceId::from_bytes(parent.trace_id),
        SpanId::from_bytes(parent.span_id),
        TraceFlags::new(parent.flags),
        true,
        TraceState::from_key_value(pairs).unwrap_or_default(),
    );
    span.set_parent(Context::new().with_remote_span_context(remote)).is_ok()
}
