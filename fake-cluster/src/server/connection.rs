//! Connections: accepted, secured, served until the cluster stops.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::body::Reply;
use super::inner::Inner;
use super::tls::Peer;
use super::watching;
use crate::api::{Answer, Call, MAX_BODY_BYTES, Status};

/// A peer that does not finish its handshake in this time is dropped.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(10);

/// Accepts connections until the cluster stops.
pub(super) async fn accept(inner: Arc<Inner>, listener: TcpListener) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = inner.stop.cancelled() => return,
        };
        // A failed accept concerns one peer, or too many open files: others may still come.
        let Ok((socket, _)) = accepted else {
            tokio::task::yield_now().await;
            continue;
        };
        inner.counters.accepted();
        let stop = inner.stop.clone();
        let serving = serve(inner.clone(), socket);
        inner.tasks.spawn(async move {
            tokio::select! {
                () = serving => {}
                () = stop.cancelled() => {}
            }
        });
    }
}

async fn serve(inner: Arc<Inner>, socket: TcpStream) {
    // Small answers must not wait for more data.
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let acceptor = TlsAcceptor::from(inner.tls.load().server.clone());
    let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_DEADLINE, acceptor.accept(socket)).await else {
        inner.counters.handshake_failed();
        return;
    };
    inner.counters.handshaken();
    let peer = Mutex::new(Peer::new(stream.get_ref().1.peer_certificates()));
    let service = service_fn(|request| answer(&inner, &peer, request));
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // The peer went away, or spoke something else than HTTP: neither is anybody's fault here.
    drop(connection.await);
}

async fn answer(
    inner: &Arc<Inner>,
    peer: &Mutex<Peer>,
    request: Request<Incoming>,
) -> Result<Response<Reply>, Infallible> {
    let (parts, body) = request.into_parts();
    let call = Call::of(&parts);
    inner.counters.request(call.verb);
    let certificate =
        peer.lock().unwrap_or_else(PoisonError::into_inner).certificate(&inner.tls.load(), inner.api.now());
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return Ok(full(crate::api::failure(&status))),
    };
    Ok(match inner.api.answer(&call, &parts, &body, &certificate) {
        Answer::Full(response) => full(response),
        Answer::Watch(watch) => {
            let pieces = Box::pin(watching::pieces(inner.clone(), *watch));
            let mut response = Response::new(Reply::Stream(pieces));
            let json = header::HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        }
    })
}

async fn read(body: Incoming) -> Result<Bytes, Status> {
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Status::too_large(format!("Request entity too large: limit is {MAX_BODY_BYTES}")))
        }
        Err(error) => Err(Status::bad_request(error.to_string())),
    }
}

fn full(response: Response<Bytes>) -> Response<Reply> {
    response.map(|body| Reply::Full(Some(body)))
}
