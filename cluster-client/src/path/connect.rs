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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::SecretString;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::super::{BehindError, HopError, Io, Target};
    use super::{Refusal, authorization, connect};

    /// What we make of an answer, and what was asked.
    async fn ask(host: &str, answer: &[u8]) -> (Result<Box<dyn Io>, Refusal>, String) {
        let (ours, mut theirs) = duplex(4096);
        let login = authorization("user", &SecretString::from("secret")).unwrap();
        let target = Target::new(host, 443);
        let mut asked = Vec::new();
        let proxy = async {
            while !asked.ends_with(b"\r\n\r\n") && theirs.read_buf(&mut asked).await.unwrap() > 0 {}
            // Somebody who asked for nothing hears nothing.
            drop(theirs.write_all(answer).await);
        };
        let (outcome, ()) = tokio::join!(connect(Box::new(ours), &target, Some(("user", &login))), proxy);
        (outcome, String::from_utf8(asked).unwrap())
    }

    #[tokio::test]
    async fn bytes_behind_the_answer_belong_to_the_api_server() {
        let (stream, asked) = ask("api.internal", b"HTTP/1.1 200 OK\r\n\r\nhi").await;
        let mut early = [0; 2];
        stream.unwrap().read_exact(&mut early).await.unwrap();
        assert_eq!(&early, b"hi");
        assert!(asked.starts_with("CONNECT api.internal:443 HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("host: api.internal:443\r\n"), "{asked}");
        assert!(asked.contains("proxy-authorization: Basic dXNlcjpzZWNyZXQ=\r\n"), "{asked}");
        let (_, asked) = ask("::1", b"HTTP/1.1 200 OK\r\n\r\n").await;
        assert!(asked.starts_with("CONNECT [::1]:443 HTTP/1.1\r\n"), "{asked}");
    }

    #[tokio::test]
    async fn a_status_is_told_and_a_body_is_left_alone() {
        let (refused, _) = ask("api", b"HTTP/1.1 407 No\r\nContent-Length: 100\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Hop(HopError::LoginRefused { user })) if user == "user"));
        let (refused, _) = ask("api", b"HTTP/1.0 503 No\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Behind(BehindError::Status { status: 503 }))));
        let (refused, _) = ask("api", b"SSH-2.0-OpenSSH_9.2\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Hop(HopError::Broken(_)))));
        let (refused, _) = ask("no host", b"HTTP/1.1 200 OK\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Hop(HopError::Protocol { .. }))));
    }

    proptest! {
        #[test]
        fn no_answer_makes_us_panic_or_hang(answer in proptest::collection::vec(any::<u8>(), 0..300), http: bool) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let (ours, mut theirs) = duplex(4096);
                let target = Target::new("api", 1);
                let proxy = async {
                    theirs.read_u8().await.unwrap();
                    if http {
                        theirs.write_all(b"HTTP/1.1 ").await.unwrap();
                    }
                    drop(theirs.write_all(&answer).await);
                    drop(theirs.shutdown().await);
                };
                drop(tokio::join!(connect(Box::new(ours), &target, None), proxy));
            });
        }
    }
}
