use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use super::*;

const SENTINEL: &str = "s3ntinel";

fn login() -> Login {
    Login::new("user", &SecretString::from("secret")).unwrap()
}

/// What we make of an answer, and what was asked.
async fn ask(target: &str, answer: &[u8]) -> (Result<Upgraded, TunnelError>, String) {
    let (ours, mut theirs) = duplex(4096);
    let mut asked = Vec::new();
    let proxy = async {
        while !asked.ends_with(b"\r\n\r\n") && theirs.read_buf(&mut asked).await.unwrap() > 0 {}
        // Somebody who asked for nothing hears nothing.
        drop(theirs.write_all(answer).await);
    };
    let login = login();
    let (outcome, ()) = tokio::join!(open(TokioIo::new(ours), target, Some(&login)), proxy);
    (outcome, String::from_utf8(asked).unwrap())
}

#[tokio::test]
async fn bytes_behind_any_answer_of_success_belong_to_the_target() {
    for answer in ["200 Connection established", "201 Created", "299 Fine"] {
        let (stream, asked) = ask("api.internal:443", format!("HTTP/1.1 {answer}\r\n\r\nhi").as_bytes()).await;
        let mut early = [0; 2];
        TokioIo::new(stream.unwrap()).read_exact(&mut early).await.unwrap();
        assert_eq!(&early, b"hi");
        assert!(asked.starts_with("CONNECT api.internal:443 HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("host: api.internal:443\r\n"), "{asked}");
        assert!(asked.contains("proxy-authorization: Basic dXNlcjpzZWNyZXQ=\r\n"), "{asked}");
    }
    let (_, asked) = ask("[::1]:443", b"HTTP/1.1 200 OK\r\n\r\n").await;
    assert!(asked.starts_with("CONNECT [::1]:443 HTTP/1.1\r\n"), "{asked}");
}

#[tokio::test]
async fn an_answer_is_told_with_what_to_do_and_its_body_is_left_alone() {
    for (answer, words) in [
        ("407 No", "it answers 407: it refuses the name or password of \"user\"; check both"),
        ("403 No", "it answers 403: it does not allow connections to api:1; have them allowed there"),
        ("502 No", "it answers 502 to CONNECT; see whether api:1 is up"),
        ("503 No", "it answers 503 to CONNECT; see whether api:1 is up"),
        ("404 No", "it answers 404 to CONNECT; see whether it is a proxy"),
    ] {
        let (refused, _) = ask("api:1", format!("HTTP/1.1 {answer}\r\nContent-Length: 100\r\n\r\n").as_bytes()).await;
        let error = refused.unwrap_err();
        assert!(error.to_string().starts_with(words), "{error}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
    assert!(matches!(refusal(StatusCode::PROXY_AUTHENTICATION_REQUIRED, "api:1", None), TunnelError::LoginRequired));
    let (refused, _) = ask("api:1", b"SSH-2.0-OpenSSH_9.2\r\n\r\n").await;
    assert!(matches!(refused, Err(TunnelError::Broken(_))), "{refused:?}");
    let (refused, asked) = ask("no host:1", b"HTTP/1.1 200 OK\r\n\r\n").await;
    assert!(matches!(refused, Err(TunnelError::Target { .. })) && asked.is_empty(), "{refused:?}");
}

#[test]
fn what_a_proxy_cannot_be_told_is_refused_and_not_repeated() {
    let header = login().header;
    assert_eq!((header.to_str().unwrap(), header.is_sensitive()), ("Basic dXNlcjpzZWNyZXQ=", true));
    let says = |name: &str, password: &str| Login::new(name, &SecretString::from(password.to_owned()));
    assert_eq!(format!("{:?}", says("me", SENTINEL).unwrap()), "Login { name: \"me\", .. }");
    for (name, password) in [("a:b", "s3ntinel"), ("a", "s3ntinel\n"), ("a\r", "s3ntinel")] {
        let error = says(name, password).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(SENTINEL));
    }
}

proptest! {
    #[test]
    fn no_answer_makes_us_panic_or_hang(answer in proptest::collection::vec(any::<u8>(), 0..300), http: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (ours, mut theirs) = duplex(4096);
            let proxy = async {
                theirs.read_u8().await.unwrap();
                if http {
                    theirs.write_all(b"HTTP/1.1 ").await.unwrap();
                }
                drop(theirs.write_all(&answer).await);
                drop(theirs.shutdown().await);
            };
            drop(tokio::join!(open(TokioIo::new(ours), "api:1", None), proxy));
        });
    }
}
