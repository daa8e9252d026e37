//! Connections: accepted, secured, served until the cluster stops.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::body::Reply;
use super::inner::Inner;
use super::tls::Peer;
use super::wire::{Socket, Wire};
use super::{asking, unwell, watching};
use crate::api::{Answer, Call, Hearing, MAX_BODY_BYTES, Status, Verb};

/// A peer that does not finish its handshake in this time is dropped.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(10);

/// Accepts connections until `stop`.
pub(super) async fn accept(inner: Arc<Inner>, listener: TcpListener, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        // A failed accept concerns one peer, or too many open files: others may still come.
        let Ok((socket, _)) = accepted else {
            tokio::task::yield_now().await;
            continue;
        };
        inner.counters.accepted();
        let connection = serve(inner.clone(), socket);
        let stop = inner.stop.clone();
        inner.tasks.spawn(async move {
            tokio::select! {
                () = connection => {}
                () = stop.cancelled() => {}
            }
        });
    }
}

async fn serve(inner: Arc<Inner>, stream: TcpStream) {
    // Small answers must not wait for more data.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let registered = inner.wires.register();
    let wire = &registered.wire;
    if inner.is_mute() {
        // The peer is connected, and nobody speaks to it.
        let _held = stream;
        return wire.broken().await;
    }
    let acceptor = TlsAcceptor::from(inner.tls.load().server.clone());
    let handshake = acceptor.accept(Socket::new(stream, wire.clone()));
    let handshake = tokio::select! {
        handshake = tokio::time::timeout(HANDSHAKE_DEADLINE, handshake) => handshake,
        () = wire.broken() => return,
    };
    let Ok(Ok(stream)) = handshake else {
        inner.counters.handshake_failed();
        return;
    };
    inner.counters.handshaken();
    let peer = Mutex::new(Peer::new(stream.get_ref().1.peer_certificates()));
    let service = service_fn(|request| answer(&inner, &peer, wire, request));
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        // The peer went away, or spoke something else than HTTP: neither is anybody's fault here.
        _ended = connection.as_mut() => {}
        () = wire.broken() => {}
        () = inner.drain.cancelled() => {
            // The request in flight is the last one.
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                _ended = connection => {}
                () = wire.broken() => {}
            }
        }
    }
}

async fn answer(
    inner: &Arc<Inner>,
    peer: &Mutex<Peer>,
    wire: &Arc<Wire>,
    request: Request<Incoming>,
) -> Result<Response<Reply>, Infallible> {
    let (parts, body) = request.into_parts();
    let call = Call::of(&parts);
    inner.counters.request(call.verb);
    let verdict = inner.faults.decide(&call, parts.uri.path());
    if !verdict.delay.is_zero() {
        tokio::time::sleep(verdict.delay).await;
    }
    let effect = match verdict.effect {
        Some(effect) => match unwell::instead(effect, wire).await {
            Ok(response) => return Ok(response),
            // The request is served, and something happens to the answer.
            Err(effect) => Some(effect),
        },
        None => None,
    };
    let certificate =
        peer.lock().unwrap_or_else(PoisonError::into_inner).certificate(&inner.tls.load(), inner.api.now());
    let mut hearing = inner.api.hearing();
    let refused = |hearing: &Hearing, why: &Status| full(inner.api.refuse(&call, &parts, &certificate, hearing, why));
    let body = match read(body, call.verb).await {
        Ok(body) => body,
        Err(status) => return Ok(refused(&hearing, &status)),
    };
    Ok(match asking::answer(inner, &call, &parts, &body, &certificate, &mut hearing).await {
        Answer::Ask(_) => refused(&hearing, &asking::never_ending()),
        Answer::Full(response) => match effect {
            Some(effect) => unwell::spoiled(response, effect, wire.clone()),
            None => full(response),
        },
        Answer::Watch(watch) => {
            let pieces = Box::pin(watching::pieces(inner.clone(), *watch, effect, wire.clone()));
            let mut response = Response::new(Reply::Stream(pieces));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
    })
}

async fn read(body: Incoming, verb: Verb) -> Result<Bytes, Status> {
    if matches!(verb, Verb::Get | Verb::List | Verb::Watch) {
        return Ok(Bytes::new());
    }
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Status::too_large(format!("Request entity too large: limit is {MAX_BODY_BYTES}")))
        }
        Err(error) => Err(Status::bad_request(error.to_string())),
    }
}

pub(super) fn full(response: Response<Bytes>) -> Response<Reply> {
    response.map(|body| Reply::Full(Some(body)))
}
