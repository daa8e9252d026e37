//! OpenSSH's server.

use std::fs;
use std::path::Path;
use std::process::Command;

use cluster_client::ErrorClass;
use cluster_client::path::{
    BehindError, HopError, HostKeys, JumpHost, PathError, PathIncident, Paths, ProxySpec, Route, SshIdentity, SshRoute,
    Target,
};
use futures::StreamExt as _;
use secrecy::SecretString;
use tempfile::tempdir;
use tokio::time::timeout;

use crate::programs::{Program, find, run, write};
use crate::proxies::tinyproxy;
use crate::{PATIENCE, dial_and_speak, echo, free_port, options, refusal, speak};

/// A server that lets the user of this process in, with every key in its folder.
struct OpenSsh {
    server: Program,
    user: String,
}

impl OpenSsh {
    async fn start(more: &str) -> Option<Self> {
        let (sshd, _) = (find("sshd", "openssh-server")?, find("ssh-keygen", "openssh-client")?);
        let (folder, port) = (tempdir().unwrap(), free_port().await);
        let at = folder.path();
        for (name, options) in [
            ("host_ed25519", &["-t", "ed25519"][..]),
            ("host_rsa", &["-t", "rsa", "-b", "2048"]),
            ("ed25519", &["-t", "ed25519"]),
            ("rsa", &["-t", "rsa", "-b", "2048"]),
            ("rsa_pem", &["-t", "rsa", "-b", "2048", "-m", "PEM"]),
            ("ecdsa_pkcs8", &["-t", "ecdsa", "-m", "PKCS8"]),
        ] {
            keygen(at, name, options, "");
        }
        keygen(at, "encrypted", &["-t", "ed25519"], "open sesame");
        let users = ["ed25519", "rsa", "rsa_pem", "ecdsa_pkcs8", "encrypted"];
        let allowed: String = users.map(|name| fs::read_to_string(at.join(format!("{name}.pub"))).unwrap()).concat();
        let authorized = write(at, "authorized_keys", &allowed);
        let user = run(Command::new("id").arg("-un")).trim().to_owned();
        if user == "root" {
            // Where it puts itself before somebody has logged in.
            fs::create_dir_all("/run/sshd").unwrap();
        }
        let text = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {host}/host_ed25519\nHostKey {host}/host_rsa\nPidFile none\n\
             AuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nAllowTcpForwarding yes\n{more}",
            authorized.display(),
            host = at.display()
        );
        let file = write(at, "sshd_config", &text);
        let server = Program::start(folder, port, Command::new(sshd).arg("-D").arg("-e").arg("-f").arg(file)).await;
        Some(Self { server, user })
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.server.folder.path().join(name)).unwrap()
    }

    /// The host's key of this kind as a line of a `known_hosts` file.
    fn known_hosts(&self, kind: &str) -> String {
        format!("[127.0.0.1]:{} {}", self.server.port, self.read(&format!("host_{kind}.pub")))
    }

    fn jump(&self, key: &str) -> JumpHost {
        let identity = SshIdentity::new(SecretString::from(self.read(key)));
        let keys = HostKeys::known_hosts(self.known_hosts("ed25519"));
        JumpHost::new("127.0.0.1", &self.user, identity, keys).with_port(self.server.port)
    }

    fn route(&self) -> Route {
        Route::Ssh(SshRoute::new(self.jump("ed25519")))
    }
}

fn keygen(folder: &Path, name: &str, options: &[&str], passphrase: &str) {
    let mut command = Command::new("ssh-keygen");
    run(command.arg("-q").args(options).args(["-N", passphrase, "-f"]).arg(folder.join(name)));
}

#[tokio::test]
async fn every_kind_of_key_logs_in_and_wrong_ones_do_not() {
    let Some(sshd) = OpenSsh::start("").await else { return };
    let target = echo().await;
    for key in ["ed25519", "rsa", "rsa_pem", "ecdsa_pkcs8", "encrypted"] {
        let mut jump = sshd.jump(key);
        if key == "encrypted" {
            jump.identity = jump.identity.with_passphrase(SecretString::from("open sesame"));
        }
        let paths = Paths::new(options());
        let dial = paths.dialer(&Route::Ssh(SshRoute::new(jump))).unwrap();
        let opened = timeout(PATIENCE, dial.dial(&target)).await.unwrap();
        let mut stream = opened.unwrap_or_else(|error| panic!("{key}: {error:?}: {}", sshd.server.log()));
        speak(&mut stream).await.unwrap();
    }
    let paths = Paths::new(options());
    let stranger = paths.dialer(&Route::Ssh(SshRoute::new(sshd.jump("host_rsa")))).unwrap();
    let error = refusal(&*stranger, &target).await;
    assert!(matches!(error, PathError::Hop { source: HopError::UserRefused { .. }, .. }), "{error:?}");
}

#[tokio::test]
async fn what_openssh_writes_about_hosts_is_understood() {
    let Some(sshd) = OpenSsh::start("").await else { return };
    let target = echo().await;
    let folder = sshd.server.folder.path();
    let hashed = write(folder, "hashed", &sshd.known_hosts("rsa"));
    run(Command::new("ssh-keygen").args(["-q", "-H", "-f"]).arg(&hashed));
    assert!(fs::read_to_string(&hashed).unwrap().starts_with("|1|"));
    let listed = run(Command::new("ssh-keygen").args(["-l", "-f"]).arg(folder.join("host_ed25519.pub")));
    let fingerprint = listed.split(' ').nth(1).unwrap().to_owned();
    for keys in [HostKeys::known_hosts_file(&hashed), HostKeys::fingerprints([fingerprint])] {
        let mut jump = sshd.jump("ed25519");
        jump.host_keys = keys;
        let paths = Paths::new(options());
        dial_and_speak(&*paths.dialer(&Route::Ssh(SshRoute::new(jump))).unwrap(), &target).await;
    }
    let mut changed = sshd.jump("ed25519");
    let other = sshd.read("ed25519.pub");
    changed.host_keys = HostKeys::known_hosts(format!("[127.0.0.1]:{} {other}", sshd.server.port));
    let paths = Paths::new(options());
    let error = refusal(&*paths.dialer(&Route::Ssh(SshRoute::new(changed))).unwrap(), &target).await;
    assert!(matches!(error, PathError::Hop { source: HopError::HostKeyChanged { .. }, .. }), "{error:?}");
}

#[tokio::test]
async fn what_openssh_refuses_is_told_from_what_it_cannot_reach() {
    let (target, other) = (echo().await, echo().await);
    let closed = free_port().await;
    let permit = format!("PermitOpen 127.0.0.1:{} 127.0.0.1:{closed} localhost:{}\n", target.port, target.port);
    let Some(sshd) = OpenSsh::start(&permit).await else { return };
    let paths = Paths::new(options());
    let dial = paths.dialer(&sshd.route()).unwrap();
    dial_and_speak(&*dial, &target).await;
    dial_and_speak(&*dial, &Target::new("localhost", target.port)).await;
    let error = refusal(&*dial, &other).await;
    assert!(matches!(error, PathError::Hop { source: HopError::Forbidden { .. }, .. }), "{error:?}");
    let error = refusal(&*dial, &Target::new("127.0.0.1", closed)).await;
    assert!(matches!(error, PathError::Behind { source: BehindError::Failed, .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Unreachable);
    assert_eq!(sshd.server.children().len(), 1, "one session for everything");
}

#[tokio::test]
async fn thirty_streams_survive_the_loss_of_their_sessions_by_new_ones() {
    let Some(sshd) = OpenSsh::start("MaxStartups 100\n").await else { return };
    let target = echo().await;
    let paths = Paths::new(options());
    let mut incidents = paths.incidents();
    let dial = paths.dialer(&sshd.route()).unwrap();
    let mut streams = Vec::new();
    for _ in 0..30 {
        streams.push(dial_and_speak(&*dial, &target).await);
    }
    assert_eq!(sshd.server.children().len(), 3);
    sshd.server.kill_children();
    for stream in &mut streams {
        assert!(timeout(PATIENCE, speak(stream)).await.unwrap().is_err());
    }
    let down = timeout(PATIENCE, incidents.next()).await.unwrap();
    assert!(matches!(down, Some(PathIncident::Down { error: HopError::Lost, .. })), "{down:?}");
    dial_and_speak(&*dial, &target).await;
    let up = timeout(PATIENCE, incidents.next()).await.unwrap();
    assert!(matches!(up, Some(PathIncident::Up { .. })), "{up:?}");
    timeout(PATIENCE, paths.shutdown()).await.unwrap();
}

#[tokio::test]
async fn jump_hosts_are_chained_and_end_in_a_proxy_on_the_last_one() {
    let (Some(near), Some(far)) = (OpenSsh::start("").await, OpenSsh::start("").await) else { return };
    let target = echo().await;
    let paths = Paths::new(options());
    let chain = || SshRoute::new(near.jump("ed25519")).then(far.jump("rsa"));
    dial_and_speak(&*paths.dialer(&Route::Ssh(chain())).unwrap(), &target).await;

    let Some(proxy) = tinyproxy(&[target.port]).await else { return };
    let spec = ProxySpec::parse(&format!("http://user:secret@localhost:{}", proxy.port)).unwrap();
    let dial = paths.dialer(&Route::Ssh(chain().then_connect(spec))).unwrap();
    dial_and_speak(&*dial, &target).await;
    assert_eq!(near.server.children().len() + far.server.children().len(), 2, "both routes share the sessions");
    assert!(proxy.log().contains("CONNECT"), "{}", proxy.log());
}
