//! A TCP connection to a host and a port. Knows nothing of what is sent through it.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::resolve::Resolver;
use super::{Dial, Io, PathError, Target};

/// The kernel asks a silent peer for a sign of life after 30 s, every 10 s, three times; unacknowledged bytes count as lost as soon.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(30), Duration::from_secs(10), 3);
#[cfg(target_os = "linux")]
const LOST_AFTER: Duration = Duration::from_secs(60);

/// Dials TCP: the addresses of the name in order, with a head start of 300 ms for the first family (RFC 8305).
#[derive(Debug, Clone)]
pub(super) struct Direct {
    resolver: Resolver,
    deadline: Duration,
    closed: CancellationToken,
}

impl Direct {
    pub(super) const fn new(resolver: Resolver, deadline: Duration, closed: CancellationToken) -> Self {
        Self { resolver, deadline, closed }
    }

    async fn connect(&self, target: &Target) -> Result<TcpStream, PathError> {
        let addresses = match target.host.parse::<IpAddr>() {
            Ok(address) => Arc::from([SocketAddr::new(address, target.port)]),
            Err(_) => (self.resolver.lookup(&target.host).await)
                .map_err(|source| PathError::Resolve { host: target.host.clone(), source })?,
        };
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::TimedOut => PathError::Timeout { target: target.clone(), after: self.deadline },
            _ => PathError::Connect { target: target.clone(), source: Arc::new(error) },
        };
        // The connector asks the resolver below for addresses; of the URI it uses the port.
        let uri = Uri::builder().scheme("http").authority(format!("api:{}", target.port)).path_and_query("/").build();
        let uri = uri.map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
        let mut connector = HttpConnector::new_with_resolver(Known(addresses));
        connector.set_nodelay(true);
        connector.set_keepalive(Some(KEEPALIVE.0));
        connector.set_keepalive_interval(Some(KEEPALIVE.1));
        connector.set_keepalive_retries(Some(KEEPALIVE.2));
        #[cfg(target_os = "linux")]
        connector.set_tcp_user_timeout(Some(LOST_AFTER));
        // Shared out over the addresses, so that one that swallows everything leaves time for the next.
        connector.set_connect_timeout(Some(self.deadline));
        let stream = connector.call(uri).await.map_err(|error| failed(socket_error(error)))?;
        Ok(stream.into_inner())
    }
}

#[async_trait]
impl Dial for Direct {
    async fn dial(&self, target: &Target) -> Result<Box<dyn Io>, PathError> {
        let connecting = tokio::time::timeout(self.deadline, self.connect(target));
        match self.closed.run_until_cancelled(connecting).await {
            Some(Ok(stream)) => Ok(Box::new(stream?)),
            Some(Err(_)) => Err(PathError::Timeout { target: target.clone(), after: self.deadline }),
            None => Err(PathError::Closed),
        }
    }
}

/// The socket's own error, as far as it can be found beneath the connector's.
fn socket_error(error: impl Error + Send + Sync + 'static) -> io::Error {
    let mut cause = error.source();
    while let Some(found) = cause {
        if let Some(socket) = found.downcast_ref::<io::Error>() {
            return match socket.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(socket.kind(), error),
            };
        }
        cause = found.source();
    }
    io::Error::other(error)
}

/// Hands addresses that are known already to the connector.
#[derive(Debug, Clone)]
struct Known(Arc<[SocketAddr]>);

impl Service<Name> for Known {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        ready(Ok(Vec::from(&*self.0).into_iter()))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use socket2::SockRef;
    use tokio_util::task::TaskTracker;

    use super::super::SystemResolver;
    use super::super::resolve::Limits;
    use super::*;

    #[tokio::test]
    async fn the_kernel_looks_whether_the_other_side_of_a_dialled_socket_is_alive() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let limits = Limits { concurrent: 1, overdue: 1, deadline: Duration::from_secs(5) };
        let closed = CancellationToken::new();
        let resolver = Resolver::new(Arc::new(SystemResolver), limits, TaskTracker::new(), closed.clone());
        let direct = Direct::new(resolver, Duration::from_secs(5), closed);
        let target = Target::new("127.0.0.1", listener.local_addr().unwrap().port());
        let stream = direct.connect(&target).await.unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap() && socket.tcp_nodelay().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), KEEPALIVE.0);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), KEEPALIVE.1);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), KEEPALIVE.2);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(LOST_AFTER));
        // A silent peer is found within a minute, whether something was sent to it or not.
        assert!(
            KEEPALIVE.0 + KEEPALIVE.1 * KEEPALIVE.2 <= Duration::from_secs(60) && LOST_AFTER <= Duration::from_secs(60)
        );
    }
}
