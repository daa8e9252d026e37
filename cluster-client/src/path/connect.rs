//! What it means for a way that a proxy opens no tunnel. Knows nothing of how the proxy is reached, nor of what is said to it.

use std::sync::Arc;

use core_client::http::tunnel::{self, Login, TunnelError};
use hyper_util::rt::TokioIo;

use super::proxied::Refusal;
use super::{BehindError, HopError, Io, Target};

/// Asks the proxy at the other end of the stream for a connection to the target.
pub(super) async fn connect(
    stream: Box<dyn Io>,
    target: &Target,
    login: Option<&Login>,
) -> Result<Box<dyn Io>, Refusal> {
    match tunnel::open(TokioIo::new(stream), &target.to_string(), login).await {
        Ok(stream) => Ok(Box::new(TokioIo::new(stream))),
        Err(error) => Err(refusal(error, target)),
    }
}

/// The proxy's own refusal, or that it did not get through.
fn refusal(error: TunnelError, target: &Target) -> Refusal {
    Refusal::Hop(match error {
        TunnelError::Behind { status, .. } => return Refusal::Behind(BehindError::Status { status }),
        TunnelError::Target { .. } => {
            HopError::Protocol { protocol: "HTTP", what: "the target's name cannot be said in it" }
        }
        TunnelError::LoginRequired => HopError::LoginRequired,
        TunnelError::LoginRefused { user } => HopError::LoginRefused { user },
        TunnelError::Forbidden { .. } => HopError::Forbidden { target: target.clone() },
        TunnelError::Status { status } => HopError::Status { status },
        TunnelError::Broken(error) => HopError::Broken(Arc::new(error)),
        other => HopError::Broken(Arc::new(other)),
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::super::{BehindError, HopError, Io, Target};
    use super::{Refusal, connect};

    /// What we make of an answer.
    async fn ask(host: &str, answer: &[u8]) -> Result<Box<dyn Io>, Refusal> {
        let (ours, mut theirs) = duplex(4096);
        let target = Target::new(host, 443);
        let proxy = async {
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") && theirs.read_buf(&mut asked).await.unwrap() > 0 {}
            // Somebody who asked for nothing hears nothing.
            drop(theirs.write_all(answer).await);
        };
        tokio::join!(connect(Box::new(ours), &target, None), proxy).0
    }

    #[tokio::test]
    async fn bytes_behind_the_answer_belong_to_the_api_server() {
        for host in ["api.internal", "::1"] {
            let mut early = [0; 2];
            ask(host, b"HTTP/1.1 200 OK\r\n\r\nhi").await.unwrap().read_exact(&mut early).await.unwrap();
            assert_eq!(&early, b"hi");
        }
    }

    #[tokio::test]
    async fn an_answer_tells_the_proxys_trouble_from_that_of_the_api_server() {
        let refused = ask("api", b"HTTP/1.1 407 No\r\nContent-Length: 100\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Hop(HopError::LoginRequired))));
        let refused = ask("api", b"HTTP/1.1 403 No\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Hop(HopError::Forbidden { target })) if target.host == "api"));
        let refused = ask("api", b"HTTP/1.1 404 No\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Hop(HopError::Status { status: 404 }))));
        let refused = ask("api", b"HTTP/1.0 503 No\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Behind(BehindError::Status { status: 503 }))));
        let refused = ask("api", b"SSH-2.0-OpenSSH_9.2\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Hop(HopError::Broken(_)))));
        let refused = ask("no host", b"HTTP/1.1 200 OK\r\n\r\n").await;
        assert!(matches!(refused, Err(Refusal::Hop(HopError::Protocol { .. }))));
    }
}
