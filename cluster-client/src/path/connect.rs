//! `CONNECT` through an HTTP proxy (RFC 9110, section 9.3.6). Knows nothing of how the proxy is reached.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::future::{Either, select};
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use secrecy::{ExposeSecret as _, SecretString};

use super::proxied::Refusal;
use super::{BehindError, HopError, Io, Target};

/// The value of `Proxy-Authorization` for a name and a password (RFC 7617).
pub(super) fn authorization(name: &str, password: &SecretString) -> Option<HeaderValue> {
    let encoded = STANDARD.encode(format!("{name}:{}", password.expose_secret()));
    let mut value = HeaderValue::try_from(format!("Basic {encoded}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Asks the proxy at the other end of the stream for a connection to the target.
pub(super) async fn connect(
    stream: Box<dyn Io>,
    target: &Target,
    login: Option<(&str, &HeaderValue)>,
) -> Result<Box<dyn Io>, Refusal> {
    let broken = |error: hyper::Error| Refusal::Hop(HopError::Broken(Arc::new(error)));
    let request = request(target, login.map(|(_, value)| value))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let connection = std::pin::pin!(connection.with_upgrades());
    let asking = std::pin::pin!(async {
        let mut response = sender.send_request(request).await?;
        let status = response.status();
        if !status.is_success() {
            return Ok(Err(status));
        }
        hyper::upgrade::on(&mut response).await.map(Ok)
    });
    // The connection ends when it is given away; the asking side then has it.
    let answer = match select(asking, connection).await {
        Either::Left((answer, _)) => answer,
        Either::Right((Ok(()), asking)) => asking.await,
        Either::Right((Err(error), _)) => Err(error),
    };
    match answer.map_err(broken)? {
        Ok(stream) => Ok(Box::new(TokioIo::new(stream))),
        Err(status) => Err(refusal(status, target, login.map(|(name, _)| name))),
    }
}

fn request(target: &Target, login: Option<&HeaderValue>) -> Result<Request<Empty<Bytes>>, Refusal> {
    let authority = target.to_string();
    let unusable =
        Refusal::Hop(HopError::Protocol { protocol: "HTTP", what: "the target's name cannot be said in it" });
    let (Ok(uri), Ok(host)) = (Uri::builder().authority(authority.as_str()).build(), HeaderValue::try_from(authority))
    else {
        return Err(unusable);
    };
    let mut request = Request::new(Empty::new());
    *request.method_mut() = Method::CONNECT;
    *request.uri_mut() = uri;
    request.headers_mut().insert(header::HOST, host);
    if let Some(login) = login {
        request.headers_mut().insert(header::PROXY_AUTHORIZATION, login.clone());
    }
    Ok(request)
}

/// What a status other than 2xx means: the proxy's own refusal, or that it did not get through.
///
/// squid answers 503 and tinyproxy 500 when the target does not take the connection, others 502 and 504; so the whole class counts.
fn refusal(status: StatusCode, target: &Target, user: Option<&str>) -> Refusal {
    match (status, user) {
        (StatusCode::PROXY_AUTHENTICATION_REQUIRED, None) => Refusal::Hop(HopError::LoginRequired),
        (StatusCode::PROXY_AUTHENTICATION_REQUIRED, Some(user)) => {
            Refusal::Hop(HopError::LoginRefused { user: user.to_owned() })
        }
        (StatusCode::FORBIDDEN, _) => Refusal::Hop(HopError::Forbidden { target: target.clone() }),
        (status, _) if status.is_server_error() => Refusal::Behind(BehindError::Status { status: status.as_u16() }),
        (status, _) => Refusal::Hop(HopError::Status { status: status.as_u16() }),
    }
}
