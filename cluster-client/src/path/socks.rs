//! SOCKS5 (RFC 1928) with name and password (RFC 1929); the proxy resolves names. Knows nothing of how the proxy is reached.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::proxied::Refusal;
use super::{BehindError, HopError, Io, Target};

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;
const NONE_ACCEPTED: u8 = 0xff;

/// Agrees on how to log in, and logs in.
pub(super) async fn log_in(stream: &mut dyn Io, login: Option<(&str, &SecretString)>) -> Result<(), Refusal> {
    let method = if login.is_some() { PASSWORD } else { NO_LOGIN };
    write(stream, &[VERSION, 1, method]).await?;
    let [version, chosen] = read::<2>(stream).await?;
    if version != VERSION {
        return Err(protocol("the answer has another version"));
    }
    match (chosen, login) {
        (NO_LOGIN, None) => Ok(()),
        (PASSWORD, Some((name, password))) => {
            let message = password_message(name, password.expose_secret())?;
            write(stream, &message).await?;
            match read::<2>(stream).await? {
                [_, 0] => Ok(()),
                _ => Err(Refusal::Hop(HopError::LoginRefused { user: name.to_owned() })),
            }
        }
        (NONE_ACCEPTED, None) => Err(Refusal::Hop(HopError::LoginRequired)),
        (NONE_ACCEPTED, Some((name, _))) => Err(Refusal::Hop(HopError::LoginRefused { user: name.to_owned() })),
        _ => Err(protocol("it chose a way to log in that was not offered")),
    }
}

/// Asks for a connection to the target, by name unless it is an address.
pub(super) async fn connect(stream: &mut dyn Io, target: &Target) -> Result<(), Refusal> {
    write(stream, &connect_message(target)?).await?;
    let [version, reply, _, kind] = read::<4>(stream).await?;
    if version != VERSION {
        return Err(protocol("the answer has another version"));
    }
    if let Some(refusal) = refusal(reply, target) {
        return Err(refusal);
    }
    // The address that the proxy connects from: nobody needs it, and it is in front of the first byte of the API server.
    let length = match kind {
        1 => 4,
        4 => 16,
        3 => usize::from(read::<1>(stream).await?[0]),
        _ => return Err(protocol("the answer has an unknown kind of address")),
    };
    let mut address = [0; 255 + 2];
    stream.read_exact(&mut address[..length + 2]).await.map_err(broken)?;
    Ok(())
}

fn password_message(name: &str, password: &str) -> Result<zeroize::Zeroizing<Vec<u8>>, Refusal> {
    let (Ok(name_length), Ok(password_length)) = (u8::try_from(name.len()), u8::try_from(password.len())) else {
        return Err(protocol("the name or password is too long for it"));
    };
    let mut message = zeroize::Zeroizing::new(Vec::with_capacity(3 + name.len() + password.len()));
    message.extend([1, name_length]);
    message.extend(name.as_bytes());
    message.push(password_length);
    message.extend(password.as_bytes());
    Ok(message)
}

fn connect_message(target: &Target) -> Result<Vec<u8>, Refusal> {
    let mut message = vec![VERSION, 1, 0];
    match target.host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            message.push(1);
            message.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            message.push(4);
            message.extend(address.octets());
        }
        Err(_) => {
            let Ok(length) = u8::try_from(target.host.len()) else {
                return Err(protocol("the target's name is too long for it"));
            };
            message.extend([3, length]);
            message.extend(target.host.as_bytes());
        }
    }
    message.extend(target.port.to_be_bytes());
    Ok(message)
}

/// What a reply code means; nothing for success.
fn refusal(reply: u8, target: &Target) -> Option<Refusal> {
    Some(match reply {
        0 => return None,
        1 => Refusal::Behind(BehindError::Failed),
        2 => Refusal::Hop(HopError::Forbidden { target: target.clone() }),
        3 | 4 | 6 => Refusal::Behind(BehindError::Unreachable),
        5 => Refusal::Behind(BehindError::Refused),
        7 => protocol("it does not know how to connect"),
        8 => protocol("it does not know this kind of address"),
        _ => protocol("the answer has an unknown code"),
    })
}

async fn write(stream: &mut dyn Io, bytes: &[u8]) -> Result<(), Refusal> {
    stream.write_all(bytes).await.map_err(broken)?;
    stream.flush().await.map_err(broken)
}

async fn read<const N: usize>(stream: &mut dyn Io) -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await.map_err(broken)?;
    Ok(bytes)
}

fn broken(error: io::Error) -> Refusal {
    Refusal::Hop(HopError::Broken(Arc::new(error)))
}

const fn protocol(what: &'static str) -> Refusal {
    Refusal::Hop(HopError::Protocol { protocol: "SOCKS5", what })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::super::Target;
    use super::{Refusal, connect, connect_message, log_in, refusal};

    #[test]
    fn names_are_sent_as_names_and_addresses_as_addresses() {
        let message = |host: &str| connect_message(&Target::new(host, 0x1234)).unwrap();
        assert_eq!(message("ab"), [5, 1, 0, 3, 2, b'a', b'b', 0x12, 0x34]);
        assert_eq!(message("10.0.0.1"), [5, 1, 0, 1, 10, 0, 0, 1, 0x12, 0x34]);
        assert_eq!(message("::1")[..4], [5, 1, 0, 4]);
        assert!(connect_message(&Target::new("x".repeat(256), 1)).is_err());
    }

    #[tokio::test]
    async fn bytes_behind_the_answer_belong_to_the_api_server() {
        let (ours, mut theirs) = duplex(1024);
        theirs.write_all(&[5, 0, 0, 3, 2, b'x', b'y', 0, 9, b'h', b'i']).await.unwrap();
        let mut ours = ours;
        connect(&mut ours, &Target::new("api", 1)).await.unwrap();
        let mut rest = [0; 2];
        ours.read_exact(&mut rest).await.unwrap();
        assert_eq!(&rest, b"hi");
    }

    #[test]
    fn only_the_rule_set_is_a_refusal_by_the_proxy() {
        let target = Target::new("api", 1);
        assert!(refusal(0, &target).is_none());
        for code in [1, 3, 4, 5, 6] {
            assert!(matches!(refusal(code, &target), Some(Refusal::Behind(_))), "{code}");
        }
        for code in [2, 7, 8, 9, 255] {
            assert!(matches!(refusal(code, &target), Some(Refusal::Hop(_))), "{code}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_makes_us_panic_or_hang(answer in proptest::collection::vec(any::<u8>(), 0..600)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let (mut ours, mut theirs) = duplex(4096);
                theirs.write_all(&answer).await.unwrap();
                theirs.shutdown().await.unwrap();
                if log_in(&mut ours, None).await.is_ok() {
                    drop(connect(&mut ours, &Target::new("api", 1)).await);
                }
            });
        }
    }
}
