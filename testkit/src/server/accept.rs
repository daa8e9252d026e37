//! The listening task and the task of each connection.

use std::future::pending;
use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::fault::{Accepting, Fault, partial};
use super::record::{Connection, Recorded};
use super::{Shared, lock};
use crate::region::Peer;

/// Longest handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Largest request body that is recorded.
const BODY_BYTES: usize = 64 << 20;

pub(super) async fn run(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let accepted = tokio::select! {
            () = shared.stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((socket, _)) = accepted else { continue };
        let accepting = lock(&shared.faults).accepting;
        let hang_up = lock(&shared.hang_up).clone();
        let own = Arc::clone(&shared);
        shared.tasks.spawn(async move {
            // A count of tasks is a count of sockets: the socket lives and dies with this future.
            tokio::select! {
                () = own.stop.cancelled() => {}
                () = hang_up.cancelled() => {}
                () = connection(socket, accepting, &own) => {}
            }
            own.changed.send_replace(());
        });
        shared.changed.send_replace(());
    }
}

async fn connection(socket: TcpStream, accepting: Accepting, shared: &Arc<Shared>) {
    match accepting {
        Accepting::Normally => {}
        Accepting::InSilence => return pending().await,
        Accepting::Closing => return,
    }
    let _nodelay = socket.set_nodelay(true);
    let config = Arc::clone(&shared.config.read().unwrap_or_else(PoisonError::into_inner));
    let handshake = TlsAcceptor::from(config).accept(socket);
    let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, handshake).await else { return };
    let tls = stream.get_ref().1;
    let peer = tls.peer_certificates().and_then(<[_]>::first).and_then(|leaf| Peer::from_der(leaf));
    let resumed = tls.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
    let record = Open(shared.log.open(peer, resumed));
    shared.changed.send_replace(());
    let service = service_fn(|request| serve(request, record.0.clone(), Arc::clone(shared)));
    // An error here is the client's or a fault's doing, and shows on the client's side.
    let _ended = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Marks the connection as closed however its task ends.
struct Open(Connection);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.close();
    }
}

async fn serve(request: Request<Incoming>, connection: Connection, shared: Arc<Shared>) -> io::Result<Response> {
    connection.count_request();
    let (mut parts, body) = request.into_parts();
    if let Some(peer) = connection.peer() {
        parts.extensions.insert(peer.clone());
    }
    let body = if shared.log.keeps_requests() {
        let body = axum::body::to_bytes(Body::new(body), BODY_BYTES).await.map_err(io::Error::other)?;
        shared.log.record(Recorded {
            method: parts.method.clone(),
            target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
            headers: parts.headers.clone(),
            body: body.clone(),
            connection,
        });
        shared.changed.send_replace(());
        Body::from(body)
    } else {
        Body::new(body)
    };
    let fault = lock(&shared.faults).take();
    let request = Request::from_parts(parts, body);
    match fault {
        None => answer(&shared, request).await,
        Some(Fault::Answer { status, headers, body }) => {
            let mut response = (status, body).into_response();
            *response.headers_mut() = headers;
            Ok(response)
        }
        Some(Fault::Delay(delay)) => {
            tokio::time::sleep(delay).await;
            answer(&shared, request).await
        }
        Some(Fault::Hold(token)) => {
            token.cancelled().await;
            answer(&shared, request).await
        }
        Some(Fault::Never) => pending().await,
        Some(Fault::Close) => {
            let _unsent = answer(&shared, request).await;
            Err(io::Error::other("closed on purpose"))
        }
        Some(Fault::CloseMidBody { status, body }) => Ok(partial(status, body, false)),
        Some(Fault::StallMidBody(body)) => Ok(partial(StatusCode::OK, body, true)),
    }
}

async fn answer(shared: &Shared, request: Request<Body>) -> io::Result<Response> {
    match shared.router.clone().oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}
