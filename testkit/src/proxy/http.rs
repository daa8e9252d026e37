//! `CONNECT`, as far as a test needs it. Knows nothing of SOCKS.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};

use super::{ProxyFault, Shared, relay};

pub(super) async fn serve(shared: &Shared, stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut first = String::new();
    let mut authorization = None;
    stream.read_line(&mut first).await?;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("proxy-authorization")
        {
            authorization = Some(value.trim().to_owned());
        }
    }
    let Some(target) = first.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()) else {
        return answer(&mut stream, 405).await;
    };
    if shared.login.is_some() && authorization != shared.authorization() {
        return answer(&mut stream, 407).await;
    }
    match shared.note(target) {
        ProxyFault::Refuse(status) => return answer(&mut stream, status).await,
        ProxyFault::HangUp => return Ok(()),
        ProxyFault::Silent => std::future::pending::<()>().await,
        ProxyFault::None => {}
    }
    match shared.connect(target).await {
        Ok(connection) => {
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            stream.flush().await?;
            relay(stream, connection).await
        }
        Err(_) => answer(&mut stream, 502).await,
    }
}

async fn answer(stream: &mut (impl AsyncWrite + Unpin), status: u16) -> io::Result<()> {
    let login = if status == 407 { "Proxy-Authenticate: Basic realm=\"test\"\r\n" } else { "" };
    let text = format!("HTTP/1.1 {status} No\r\n{login}Content-Length: 3\r\nConnection: close\r\n\r\nno\n");
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}
