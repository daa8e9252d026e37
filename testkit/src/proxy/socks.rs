//! SOCKS5 (RFC 1928, RFC 1929), as far as a test needs it. Knows nothing of HTTP.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{ProxyFault, Shared, relay};

pub(super) async fn serve(shared: &Shared, mut stream: TcpStream) -> io::Result<()> {
    let _version = stream.read_u8().await?;
    let methods = read(&mut stream).await?;
    let wanted = if shared.login.is_some() { 2 } else { 0 };
    if !methods.contains(&wanted) {
        return stream.write_all(&[5, 0xff]).await;
    }
    stream.write_all(&[5, wanted]).await?;
    if let Some((name, password)) = &shared.login {
        let _version = stream.read_u8().await?;
        let given = (read(&mut stream).await?, read(&mut stream).await?);
        let good = given == (name.as_bytes().to_vec(), password.as_bytes().to_vec());
        stream.write_all(&[1, u8::from(!good)]).await?;
        if !good {
            return Ok(());
        }
    }
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let host = match head[3] {
        1 => Ipv4Addr::from(stream.read_u32().await?).to_string(),
        4 => format!("[{}]", Ipv6Addr::from(stream.read_u128().await?)),
        _ => String::from_utf8_lossy(&read(&mut stream).await?).into_owned(),
    };
    let target = format!("{host}:{}", stream.read_u16().await?);
    match shared.note(&target) {
        ProxyFault::Refuse(code) => return reply(&mut stream, u8::try_from(code).unwrap_or(1)).await,
        ProxyFault::HangUp => return Ok(()),
        ProxyFault::Silent => std::future::pending::<()>().await,
        ProxyFault::None => {}
    }
    match shared.connect(&target).await {
        Ok(connection) => {
            reply(&mut stream, 0).await?;
            relay(stream, connection).await
        }
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => reply(&mut stream, 5).await,
        Err(_) => reply(&mut stream, 4).await,
    }
}

/// Bytes with their number in front.
async fn read(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn reply(stream: &mut TcpStream, code: u8) -> io::Result<()> {
    let SocketAddr::V4(from) = stream.local_addr()? else { return Err(io::ErrorKind::Unsupported.into()) };
    let mut answer = vec![5, code, 0, 1];
    answer.extend(from.ip().octets());
    answer.extend(from.port().to_be_bytes());
    stream.write_all(&answer).await
}
