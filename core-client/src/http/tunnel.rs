//! `CONNECT` through an HTTP proxy: what is asked, and what the answer means. Knows nothing of how the proxy is reached, nor of what goes
//! through.
//!
//! Source: RFC 9110, section 9.3.6; RFC 7617 for the login.

use std::fmt;

use ::http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::future::{Either, select};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper::upgrade::Upgraded;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// A name and a password, in the form in which a proxy is told them. `Debug` shows the name alone.
#[derive(Clone)]
pub struct Login {
    name: String,
    header: HeaderValue,
}

/// A login that a proxy cannot be told. Repeats nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the login has a colon in the name, or control characters")]
#[non_exhaustive]
pub struct UnsayableLogin;

/// Why a proxy gives no tunnel. Says what it answers, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TunnelError {
    /// The target is no host and port that can be said.
    #[error("the target {target:?} cannot be said in HTTP")]
    Target {
        /// Host and port.
        target: String,
    },
    /// 407, and it was told no login.
    #[error("it answers 407: it wants a name and a password, and none are given")]
    LoginRequired,
    /// 407, and it was told a login.
    #[error(
        "it answers 407: it refuses the name or password of {user:?}; check both, and that Basic authentication is taken"
    )]
    LoginRefused {
        /// The name.
        user: String,
    },
    /// 403: a rule of the proxy's.
    #[error("it answers 403: it does not allow connections to {target}; have them allowed there")]
    Forbidden {
        /// Host and port.
        target: String,
    },
    /// A status of the 5xx class: the proxy is there, and has no connection to the target.
    ///
    /// squid answers 503 and tinyproxy 500 when the target does not take the connection, others 502 and 504; so the whole class counts.
    #[error("it answers {status} to CONNECT; see whether {target} is up, and reached from there")]
    Behind {
        /// The status.
        status: u16,
        /// Host and port.
        target: String,
    },
    /// Another status that is not of the 2xx class.
    #[error("it answers {status} to CONNECT; see whether it is a proxy that lets connections through")]
    Status {
        /// The status.
        status: u16,
    },
    /// The connection broke, or something else than HTTP came.
    #[error("the connection to it broke")]
    Broken(#[source] hyper::Error),
}

// === impl Login ===

impl Login {
    /// A name and a password for Basic authentication.
    ///
    /// # Errors
    /// When the name has a colon, or either of them a control character.
    pub fn new(name: &str, password: &SecretString) -> Result<Self, UnsayableLogin> {
        let password = password.expose_secret();
        if name.contains(':') || name.chars().chain(password.chars()).any(char::is_control) {
            return Err(UnsayableLogin);
        }
        let login = Zeroizing::new(format!("{name}:{password}"));
        let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(login.as_bytes())));
        let mut header = HeaderValue::try_from(value.as_str()).map_err(|_| UnsayableLogin)?;
        header.set_sensitive(true);
        Ok(Self { name: name.to_owned(), header })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Asks the proxy at the other end of the stream for a connection to the target, a host and a port. What comes back are the bytes of the
/// target, those that came right behind the answer too.
///
/// # Errors
/// [`TunnelError`].
///
/// # Cancel safety
/// Dropping the future closes the stream. There is no deadline in here: the caller bounds how long it may take.
pub async fn open<S>(stream: S, target: &str, login: Option<&Login>) -> Result<Upgraded, TunnelError>
where
    S: Read + Write + Send + Unpin + 'static,
{
    let request = request(target, login).ok_or_else(|| TunnelError::Target { target: target.to_owned() })?;
    let (mut sender, connection) = http1::handshake(stream).await.map_err(TunnelError::Broken)?;
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
    answer.map_err(TunnelError::Broken)?.map_err(|status| refusal(status, target, login))
}

fn request(target: &str, login: Option<&Login>) -> Option<Request<Empty<Bytes>>> {
    let mut request = Request::new(Empty::new());
    *request.method_mut() = Method::CONNECT;
    *request.uri_mut() = Uri::builder().authority(target).build().ok()?;
    request.headers_mut().insert(header::HOST, HeaderValue::try_from(target).ok()?);
    if let Some(login) = login {
        request.headers_mut().insert(header::PROXY_AUTHORIZATION, login.header.clone());
    }
    Some(request)
}

/// What a status other than 2xx means.
fn refusal(status: StatusCode, target: &str, login: Option<&Login>) -> TunnelError {
    let target = target.to_owned();
    match (status, login) {
        (StatusCode::PROXY_AUTHENTICATION_REQUIRED, None) => TunnelError::LoginRequired,
        (StatusCode::PROXY_AUTHENTICATION_REQUIRED, Some(login)) => {
            TunnelError::LoginRefused { user: login.name.clone() }
        }
        (StatusCode::FORBIDDEN, _) => TunnelError::Forbidden { target },
        (status, _) if status.is_server_error() => TunnelError::Behind { status: status.as_u16(), target },
        (status, _) => TunnelError::Status { status: status.as_u16() },
    }
}

#[cfg(test)]
mod tests;
