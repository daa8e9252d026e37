use rustls::server::WebPkiClientVerifier;
use rustls::{
    ClientConnection, HandshakeKind, ProtocolVersion, RootCertStore, ServerConfig, ServerConnection,
    SupportedProtocolVersion,
};
use testkit::pki::{Ca, KeyKind, Leaf, Pair};

use super::*;
use crate::credentials::{Identity, Trust};

/// Both sides of a finished handshake, in memory.
type Connected = (ClientConnection, ServerConnection);

/// A server that presents `server` and demands a certificate of `client_ca`.
fn server_config(server: &Pair, client_ca: &Ca, versions: &[&'static SupportedProtocolVersion]) -> ServerConfig {
    let mut roots = RootCertStore::empty();
    roots.add(client_ca.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap();
    ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(server.chain().to_vec(), server.key_der())
        .unwrap()
}

fn connect(client: &ClientConfig, server: &ServerConfig, name: &'static str) -> Result<Connected, rustls::Error> {
    let name = ServerName::try_from(name).unwrap();
    let mut client = ClientConnection::new(Arc::new(client.clone()), name)?;
    let mut server = ServerConnection::new(Arc::new(server.clone()))?;
    while client.wants_write() || server.wants_write() {
        let (mut up, mut down) = (Vec::new(), Vec::new());
        while client.wants_write() {
            client.write_tls(&mut up).unwrap();
        }
        let mut up = &up[..];
        while !up.is_empty() {
            server.read_tls(&mut up).unwrap();
            server.process_new_packets()?;
        }
        while server.wants_write() {
            server.write_tls(&mut down).unwrap();
        }
        let mut down = &down[..];
        while !down.is_empty() {
            client.read_tls(&mut down).unwrap();
            client.process_new_packets()?;
        }
    }
    assert!(!client.is_handshaking() && !server.is_handshaking());
    Ok((client, server))
}

struct Setup {
    server_ca: Ca,
    client_ca: Ca,
    server: ServerConfig,
}

fn setup() -> Setup {
    let (server_ca, client_ca) = (Ca::new("servers"), Ca::new("clients"));
    let server = server_config(&server_ca.issue(Leaf::server()), &client_ca, &[&rustls::version::TLS13]);
    Setup { server_ca, client_ca, server }
}

impl Setup {
    fn bundle(&self, client: &Pair) -> Bundle {
        let identity = Identity::from_pem(client.chain_pem().as_bytes(), client.key_pem().as_bytes()).unwrap();
        Bundle::new(Some(identity), Trust::from_pem(self.server_ca.pem().as_bytes()).unwrap())
    }
}

#[test]
fn the_chain_is_presented_over_tls_1_3_and_http_1_1() {
    let mut setup = setup();
    setup.server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let pair = setup.client_ca.intermediate("issuing").issue(Leaf::client("unikorn-region"));
    let config = client_config(&setup.bundle(&pair)).unwrap();
    for name in ["localhost", "127.0.0.1"] {
        let (client, server) = connect(&config, &setup.server, name).unwrap();
        assert_eq!(client.protocol_version(), Some(ProtocolVersion::TLSv1_3));
        assert_eq!(client.alpn_protocol(), Some(&b"http/1.1"[..]));
        assert_eq!(server.peer_certificates().unwrap(), pair.chain());
    }
}

#[test]
fn every_kind_of_key_finishes_a_handshake() {
    let setup = setup();
    for kind in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Ed25519] {
        let pair = setup.client_ca.issue(Leaf::client("unikorn-region").kind(kind));
        let config = client_config(&setup.bundle(&pair)).unwrap();
        let (_, server) = connect(&config, &setup.server, "localhost").unwrap();
        assert_eq!(server.peer_certificates().unwrap(), pair.chain());
    }
}

#[test]
fn a_server_that_stops_at_tls_1_2_is_refused() {
    let setup = setup();
    let old = server_config(&setup.server_ca.issue(Leaf::server()), &setup.client_ca, &[&rustls::version::TLS12]);
    let config = client_config(&setup.bundle(&setup.client_ca.issue(Leaf::client("x")))).unwrap();
    connect(&config, &old, "localhost").unwrap_err();
}

#[test]
fn only_the_given_roots_and_the_right_name_are_accepted() {
    let setup = setup();
    let pair = setup.client_ca.issue(Leaf::client("x"));
    let config = client_config(&setup.bundle(&pair)).unwrap();
    let stranger =
        server_config(&Ca::new("others").issue(Leaf::server()), &setup.client_ca, &[&rustls::version::TLS13]);
    let error = connect(&config, &stranger, "localhost").unwrap_err();
    assert!(matches!(error, rustls::Error::InvalidCertificate(_)), "{error}");
    let error = connect(&config, &setup.server, "region.example.com").unwrap_err();
    assert!(matches!(error, rustls::Error::InvalidCertificate(_)), "{error}");
    let expired =
        server_config(&setup.server_ca.issue(Leaf::server().expired()), &setup.client_ca, &[&rustls::version::TLS13]);
    let error = connect(&config, &expired, "localhost").unwrap_err();
    assert!(matches!(error, rustls::Error::InvalidCertificate(_)), "{error}");
}

#[test]
fn without_an_identity_nothing_is_presented() {
    let setup = setup();
    let trust = Trust::from_pem(setup.server_ca.pem().as_bytes()).unwrap();
    let config = client_config(&Bundle::new(None, trust)).unwrap();
    let error = connect(&config, &setup.server, "localhost").unwrap_err();
    assert!(matches!(error, rustls::Error::NoCertificatesPresented), "{error}");
}

#[test]
fn a_session_is_resumed_within_one_configuration_only() {
    let setup = setup();
    let bundle = setup.bundle(&setup.client_ca.issue(Leaf::client("x")));
    let kind = |config: &ClientConfig| connect(config, &setup.server, "localhost").unwrap().0.handshake_kind();
    let first = client_config(&bundle).unwrap();
    assert_eq!(kind(&first), Some(HandshakeKind::Full));
    assert_eq!(kind(&first), Some(HandshakeKind::Resumed));

    // Even with the first configuration's sessions in hand: the resolver and the verifier are others.
    let mut second = client_config(&bundle).unwrap();
    assert_eq!(kind(&second), Some(HandshakeKind::Full));
    second.resumption = first.resumption.clone();
    assert_eq!(kind(&second), Some(HandshakeKind::Full));
}
