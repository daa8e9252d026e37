//! Writes keys and certificates in every encoding into a folder of fuzz corpora: `fuzz_seeds <folder>`.
//!
//! They are made anew each time, so that no private key has to be committed. `cargo xtask fuzz` runs this.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use testkit::pki::{Ca, KeyKind, Leaf, Pair};

const KINDS: [KeyKind; 5] = [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Ed25519];

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("name the folder of the corpora"))?;
    let ca = Ca::new("root").intermediate("below");
    for kind in KINDS {
        let pair = ca.issue(Leaf::client("fuzz").kind(kind));
        pem_bundle(&folder.join("pem_bundle"), kind, &pair)?;
        jws(&folder.join("jws"), kind, &pair)?;
        kubeconfig(&folder.join("kubeconfig"), kind, &pair, &ca)?;
    }
    Ok(())
}

/// Certificates, a NUL byte, a key.
fn pem_bundle(folder: &Path, kind: KeyKind, pair: &Pair) -> io::Result<()> {
    let key = pair.key();
    let keys = [("pkcs8", Some(key.pkcs8_pem())), ("pkcs1", key.pkcs1_pem()), ("sec1", key.sec1_pem())];
    for (encoding, pem) in keys {
        if let Some(pem) = pem {
            write(folder, &format!("{kind:?}-{encoding}"), format!("{}\0{pem}", pair.chain_pem()).as_bytes())?;
        }
    }
    Ok(())
}

/// A byte that says what follows, then DER.
fn jws(folder: &Path, kind: KeyKind, pair: &Pair) -> io::Result<()> {
    let key = pair.key();
    let ders = [
        (b'c', Some(pair.cert_der().to_vec())),
        (b'8', Some(key.pkcs8_der())),
        (b'1', key.pkcs1_der()),
        (b'5', key.sec1_der()),
    ];
    for (choice, der) in ders {
        if let Some(der) = der {
            write(folder, &format!("{kind:?}-{}", char::from(choice)), &[&[choice], &der[..]].concat())?;
        }
    }
    Ok(())
}

/// One context with a client certificate.
fn kubeconfig(folder: &Path, kind: KeyKind, pair: &Pair, ca: &Ca) -> io::Result<()> {
    let [ca, chain, key] = [ca.pem(), pair.chain_pem(), pair.key_pem()].map(|pem| STANDARD.encode(pem));
    let config = format!(
        "clusters: [{{name: c, cluster: {{server: 'https://c.example', certificate-authority-data: {ca}}}}}]\n\
         users: [{{name: u, user: {{client-certificate-data: {chain}, client-key-data: {key}}}}}]\n\
         contexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n"
    );
    write(folder, &format!("{kind:?}"), config.as_bytes())
}

fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name), content)
}
