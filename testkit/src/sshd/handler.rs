//! What the server says to one client. Knows nothing of the listener.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelMsg, ChannelOpenFailure, Error};
use tokio::io::{AsyncWriteExt as _, copy};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Shared, SshFault};

/// One client.
pub(super) struct Guest {
    shared: Arc<Shared>,
    dropped: CancellationToken,
    open: Arc<AtomicUsize>,
    logged_in: bool,
    /// Wishes that are never answered; dropped, they would be refused.
    hanging: Vec<ChannelOpenHandle>,
}

impl Guest {
    pub(super) fn new(shared: Arc<Shared>, dropped: CancellationToken) -> Self {
        Self { shared, dropped, open: Arc::new(AtomicUsize::new(0)), logged_in: false, hanging: Vec::new() }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if self.logged_in {
            self.shared.state().sessions -= 1;
        }
    }
}

/// A channel that is open.
struct Open(Arc<Shared>, Arc<AtomicUsize>);

impl Open {
    fn new(guest: &Guest) -> Self {
        guest.shared.state().channels += 1;
        guest.open.fetch_add(1, Ordering::AcqRel);
        Self(guest.shared.clone(), guest.open.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.state().channels -= 1;
        self.1.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Handler for Guest {
    type Error = Error;

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Error> {
        let known = self.shared.users.get(user).is_some_and(|known| known.key_data() == key.public_key.key_data());
        Ok(if known { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> Result<(), Error> {
        self.logged_in = true;
        self.shared.state().sessions += 1;
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        host: &str,
        port: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        let target = match self.shared.names.get(host) {
            Some(address) => address.to_string(),
            None if host.contains(':') => format!("[{host}]:{port}"),
            None => format!("{host}:{port}"),
        };
        let fault = {
            let mut state = self.shared.state();
            state.targets.push(format!("{host}:{port}"));
            state.fault
        };
        match fault {
            SshFault::HangChannels => {
                self.hanging.push(reply);
                return Ok(());
            }
            SshFault::ProhibitChannels => {
                reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
                return Ok(());
            }
            SshFault::ChannelsPerSession(most) if self.open.load(Ordering::Acquire) >= most => {
                reply.reject(ChannelOpenFailure::ResourceShortage).await;
                return Ok(());
            }
            _ => {}
        }
        let open = Open::new(self);
        let dropped = self.dropped.clone();
        // Ends with the channel, or with the server.
        tokio::spawn(async move {
            let forwarding = async {
                match TcpStream::connect(target).await {
                    Ok(connection) => {
                        connection.set_nodelay(true)?;
                        reply.accept().await;
                        forward(channel, connection).await
                    }
                    Err(_) => {
                        reply.reject(ChannelOpenFailure::ConnectFailed).await;
                        Ok(())
                    }
                }
            };
            let done = dropped.run_until_cancelled(forwarding).await;
            drop(open);
            done
        });
        Ok(())
    }
}

/// Carries bytes both ways until the client closes the channel, or the connection breaks.
///
/// What the client sends is taken out of the channel at once: its closing stands behind its bytes, and must be seen while a writer waits.
async fn forward(channel: Channel<Msg>, connection: TcpStream) -> io::Result<()> {
    let (mut from, to) = channel.split();
    let (mut read, mut write) = connection.into_split();
    let (queue, mut queued) = mpsc::unbounded_channel();
    let take = async {
        while let Some(message) = from.wait().await {
            let bytes = match message {
                ChannelMsg::Data { data } => Some(data),
                ChannelMsg::Eof => None,
                ChannelMsg::Close => break,
                _ => continue,
            };
            if queue.send(bytes).is_err() {
                break;
            }
        }
        Ok(())
    };
    let send = async {
        while let Some(Some(bytes)) = queued.recv().await {
            write.write_all(&bytes).await?;
        }
        write.shutdown().await?;
        std::future::pending().await
    };
    let answer = async {
        let mut writer = to.make_writer();
        copy(&mut read, &mut writer).await?;
        writer.shutdown().await?;
        std::future::pending().await
    };
    let done = tokio::select! {
        done = take => done,
        broken = send => broken,
        broken = answer => broken,
    };
    drop(to.close().await);
    done
}
