use std::fs;
use std::os::unix::fs::symlink;

use jiff::SignedDuration;
use tempfile::TempDir;
use testkit::pki::{Ca, Leaf, Pair};

use super::super::tests::{Log, ManualClock, assert_redacted, client, eventually, generation, serial};
use super::super::{Credentials, Snapshot};
use super::*;

/// A Secret as the kubelet mounts it.
struct Mount {
    directory: TempDir,
    version: u32,
}

impl Mount {
    fn new(files: &[(&str, &str)]) -> Self {
        let mut mount = Self { directory: tempfile::tempdir().unwrap(), version: 0 };
        mount.update(files);
        for (name, _) in files {
            symlink(Path::new("..data").join(name), mount.path().join(name)).unwrap();
        }
        mount
    }

    fn pair(pair: &Pair) -> Self {
        Self::new(&[("tls.crt", &pair.chain_pem()), ("tls.key", &pair.key_pem())])
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a new version beside the old one and swaps the link, the way the kubelet does.
    fn update(&mut self, files: &[(&str, &str)]) {
        self.version += 1;
        let version = format!("..v{}", self.version);
        fs::create_dir(self.path().join(&version)).unwrap();
        for (name, content) in files {
            fs::write(self.path().join(&version).join(name), content).unwrap();
        }
        symlink(&version, self.path().join("..data_tmp")).unwrap();
        fs::rename(self.path().join("..data_tmp"), self.path().join("..data")).unwrap();
        let old = self.path().join(format!("..v{}", self.version - 1));
        if old.exists() {
            fs::remove_dir_all(old).unwrap();
        }
    }

    fn update_pair(&mut self, pair: &Pair) {
        self.update(&[("tls.crt", &pair.chain_pem()), ("tls.key", &pair.key_pem())]);
    }

    fn source(&self) -> DirectorySource {
        DirectorySource::new().with_client(self.path())
    }
}

fn roots(snapshot: &Snapshot) -> String {
    format!("{:?}", snapshot.trust())
}

#[tokio::test(start_paused = true)]
async fn a_swapped_link_is_one_new_generation() {
    let ca = Ca::new("root");
    let mut mount = Mount::pair(&client(&ca, 1));
    let credentials = Credentials::from_directory(mount.source()).await.unwrap();
    assert_eq!(serial(&credentials.current()), "01");
    mount.update_pair(&client(&ca, 2));
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
    credentials.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn certificate_and_key_never_come_from_different_versions() {
    let ca = Ca::new("root");
    let mut mount = Mount::pair(&client(&ca, 1));
    // The link moves between the moment the path is resolved and the moment the files are read.
    let source = mount.source();
    let before = source.versions();
    mount.update_pair(&client(&ca, 2));
    let torn = source.read_version(&before);
    assert!(matches!(torn.as_slice(), [Err(CredentialError::MissingKey { .. })]), "the old version is gone as a whole");
    // What a reader sees is the new version, because the link moved.
    let reads = source.read();
    let credentials = Credentials::from_directory(source).await.unwrap();
    assert!(matches!(reads.as_slice(), [Ok(_)]));
    assert_eq!(serial(&credentials.current()), "02");
}

#[tokio::test(start_paused = true)]
async fn a_projected_volume_is_followed_through_its_outer_link() {
    let ca = Ca::new("root");
    let volume = tempfile::tempdir().unwrap();
    let write = |version: &str, pair: &Pair| {
        let directory = volume.path().join(version).join("client");
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("tls.crt"), pair.chain_pem()).unwrap();
        fs::write(directory.join("tls.key"), pair.key_pem()).unwrap();
        symlink(version, volume.path().join("..tmp")).unwrap();
        fs::rename(volume.path().join("..tmp"), volume.path().join("..data")).unwrap();
    };
    write("..one", &client(&ca, 1));
    symlink("..data/client", volume.path().join("client")).unwrap();
    let source = DirectorySource::new().with_client(volume.path().join("client"));
    let credentials = Credentials::from_directory(source).await.unwrap();
    write("..two", &client(&ca, 2));
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
}

/// W-05
#[tokio::test(start_paused = true)]
async fn new_roots_are_a_new_generation_with_the_same_identity() {
    let ca = Ca::new("root");
    let mount = Mount::pair(&client(&ca, 1));
    let mut trusted = Mount::new(&[("tls.crt", &ca.pem())]);
    let credentials = Credentials::from_directory(mount.source().with_ca(trusted.path())).await.unwrap();
    let before = credentials.current();
    assert!(roots(&before).contains("certificates: 1"));
    trusted.update(&[("tls.crt", &format!("{}{}", ca.pem(), Ca::new("next").pem()))]);
    let after = generation(&credentials, 2).await;
    assert!(roots(&after).contains("certificates: 2"), "{}", roots(&after));
    assert_eq!(serial(&before), serial(&after));
}

#[tokio::test(start_paused = true)]
async fn identity_and_trust_that_change_together_are_one_generation() {
    let (ca, next) = (Ca::new("root"), Ca::new("next"));
    let mut mount = Mount::pair(&client(&ca, 1));
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), ca.pem()).unwrap();
    let credentials = Credentials::from_directory(mount.source().with_ca(file.path())).await.unwrap();
    mount.update_pair(&client(&next, 2));
    fs::write(file.path(), [ca.pem(), next.pem()].concat()).unwrap();
    let after = generation(&credentials, 2).await;
    assert_eq!(after.generation(), 2);
    assert_eq!(serial(&after), "02");
    assert!(roots(&after).contains("certificates: 2"));
}

#[tokio::test(start_paused = true)]
async fn the_same_content_again_is_no_new_generation() {
    let ca = Ca::new("root");
    let pair = client(&ca, 1);
    let mut mount = Mount::pair(&pair);
    let credentials = Credentials::from_directory(mount.source()).await.unwrap();
    mount.update_pair(&pair);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(credentials.current().generation(), 1);
    assert!(credentials.status().last_error.is_none());
}

/// W-03
#[tokio::test(start_paused = true)]
async fn a_bad_update_keeps_the_last_good_pair_and_is_logged_once() {
    let (log, _guard) = Log::capture();
    let ca = Ca::new("root");
    let (one, two) = (client(&ca, 1), client(&ca, 2));
    let mut mount = Mount::pair(&one);
    let clock = ManualClock::new();
    let credentials = Credentials::from_directory(mount.source().with_clock(clock.clone())).await.unwrap();
    mount.update(&[("tls.crt", &two.chain_pem()), ("tls.key", &one.key_pem())]);
    eventually(|| credentials.status().last_error.is_some()).await;
    let failure = credentials.status().last_error.unwrap();
    assert!(matches!(*failure.error, CredentialError::Mismatch { .. }));
    assert!(failure.error.to_string().contains(&mount.path().display().to_string()), "{}", failure.error);
    assert_eq!(serial(&credentials.current()), "01");

    // The same failure again is the same failure.
    clock.advance(SignedDuration::from_mins(5));
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(credentials.status().last_error.unwrap().since, failure.since);
    assert_eq!(log.count("credentials were not renewed"), 1);

    mount.update_pair(&two);
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
    assert!(credentials.status().last_error.is_none());
    assert_redacted(&log.text(), &one);
    assert_redacted(&log.text(), &two);
}

#[tokio::test(start_paused = true)]
async fn a_directory_that_disappears_keeps_the_last_good_pair_and_may_come_back() {
    let ca = Ca::new("root");
    let mount = Mount::pair(&client(&ca, 1));
    let credentials = Credentials::from_directory(mount.source()).await.unwrap();
    let aside = mount.path().with_extension("aside");
    fs::rename(mount.path(), &aside).unwrap();
    eventually(|| credentials.status().last_error.is_some_and(|failure| failure.error.is_not_found())).await;
    assert_eq!(serial(&credentials.current()), "01");
    fs::rename(&aside, mount.path()).unwrap();
    eventually(|| credentials.status().last_error.is_none()).await;
    assert_eq!(credentials.current().generation(), 1);
}

#[tokio::test]
async fn what_is_bad_at_the_start_fails_construction_with_its_cause() {
    let ca = Ca::new("root");
    let pair = client(&ca, 1);
    let missing = DirectorySource::new().with_client("/nonexistent/mount");
    let error = Credentials::from_directory(missing).await.unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("/nonexistent/mount"), "{error}");

    let half = Mount::new(&[("tls.crt", &pair.chain_pem())]);
    let error = Credentials::from_directory(half.source()).await.unwrap_err();
    assert!(matches!(error, CredentialError::MissingKey { key: "tls.key", .. }), "{error}");

    let huge = Mount::new(&[("tls.crt", &"#".repeat(2 << 20)), ("tls.key", &pair.key_pem())]);
    let error = Credentials::from_directory(huge.source()).await.unwrap_err();
    assert!(matches!(error, CredentialError::TooLarge { key: "tls.crt", .. }), "{error}");

    let empty = Mount::new(&[("tls.crt", "")]);
    let error = Credentials::from_directory(DirectorySource::new().with_ca(empty.path())).await.unwrap_err();
    assert!(matches!(error, CredentialError::NoCertificate { .. }), "{error}");

    // `ca.crt` is not what is trusted.
    let other = Mount::new(&[("ca.crt", &ca.pem())]);
    let error = Credentials::from_directory(DirectorySource::new().with_ca(other.path())).await.unwrap_err();
    assert!(matches!(error, CredentialError::MissingKey { key: "tls.crt", .. }), "{error}");

    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("tls.crt")).unwrap();
    let error = Credentials::from_directory(DirectorySource::new().with_client(directory.path())).await.unwrap_err();
    assert!(matches!(error, CredentialError::MissingKey { key: "tls.crt", .. }), "{error}");
}

/// W-03
#[tokio::test(start_paused = true)]
async fn an_expired_pair_does_not_replace_one_that_still_works() {
    let ca = Ca::new("root");
    let mut mount = Mount::pair(&client(&ca, 1));
    let clock = ManualClock::new();
    let credentials = Credentials::from_directory(mount.source().with_clock(clock.clone())).await.unwrap();
    mount.update_pair(&ca.issue(Leaf::client("unikorn-region").serial(2).expired()));
    eventually(|| credentials.status().last_error.is_some_and(|failure| failure.error.is_expired())).await;
    assert_eq!(serial(&credentials.current()), "01");
    // Once the good one is past its last day too, the configured one is taken.
    clock.advance(SignedDuration::from_hours(48));
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
}

#[tokio::test(start_paused = true)]
async fn the_task_ends_with_shutdown_and_with_the_last_handle() {
    let ca = Ca::new("root");
    let mount = Mount::pair(&client(&ca, 1));
    let credentials = Credentials::from_directory(mount.source()).await.unwrap();
    let tasks = tokio::runtime::Handle::current().metrics();
    assert_eq!(tasks.num_alive_tasks(), 1);
    let clone = credentials.clone();
    drop(credentials);
    assert_eq!(tasks.num_alive_tasks(), 1);
    clone.shutdown().await;
    assert_eq!(tasks.num_alive_tasks(), 0);
    assert_eq!(serial(&clone.current()), "01");

    let credentials = Credentials::from_directory(mount.source()).await.unwrap();
    let mut snapshots = credentials.subscribe();
    drop(credentials);
    assert!(snapshots.changed().await.is_err(), "the channel closes with the last handle");
    eventually(|| tasks.num_alive_tasks() == 0).await;
}

#[tokio::test]
async fn nothing_to_read_is_nothing_to_follow() {
    let credentials = Credentials::from_directory(DirectorySource::new()).await.unwrap();
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
    assert!(credentials.current().identity().is_none());
}
