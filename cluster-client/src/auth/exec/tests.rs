#![cfg(unix)]

use std::path::Path;
use std::time::Instant;

use secrecy::ExposeSecret as _;

use super::*;
use crate::auth::Material;

const SENTINEL: &str = "S3NTINEL";

/// A program that is this shell script. It is handed to a shell instead of being run itself: a file that was just written is busy
/// while another test starts a program.
fn script(directory: &Path, body: &str) -> ExecSpec {
    let path = directory.join("plugin");
    std::fs::write(&path, body).unwrap();
    ExecSpec::new("/bin/sh").with_args([path.to_str().unwrap()])
}

fn provider(spec: ExecSpec, timeout: Duration) -> ExecProvider {
    let options = ExecOptions::default().with_timeout(timeout);
    ExecProvider::new(Arc::new(spec), None, Arc::new(options), Arc::new(Semaphore::new(1)))
}

async fn outcome(body: &str) -> Result<Credential, AuthError> {
    let directory = tempfile::tempdir().unwrap();
    provider(script(directory.path(), body), Duration::from_secs(20)).credential().await
}

fn prints(status: &str) -> String {
    format!(
        r#"echo '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{{status}}}}}'"#
    )
}

#[tokio::test]
async fn a_token_is_read_from_what_a_program_prints() {
    let credential = outcome(&prints(r#""token":"abc""#)).await.unwrap();
    assert!(matches!(credential.material, Material::Token(token) if token.expose_secret() == "abc"));
}

#[tokio::test]
async fn a_certificate_alone_is_a_credential() {
    let status = r#""clientCertificateData":"c","clientKeyData":"k","expirationTimestamp":"2030-01-01T00:00:00Z""#;
    let credential = outcome(&prints(status)).await.unwrap();
    assert!(matches!(credential.material, Material::Certificate { token: None, .. }));
    assert!(credential.expires.is_some());
}

#[tokio::test]
async fn garbage_and_yaml_are_refused_without_being_shown() {
    for body in [
        format!("echo {SENTINEL} is not json"),
        format!(
            "printf 'apiVersion: client.authentication.k8s.io/v1\\nkind: ExecCredential\\nstatus:\\n  token: {SENTINEL}\\n'"
        ),
    ] {
        let error = outcome(&body).await.unwrap_err();
        assert!(matches!(error, AuthError::ExecOutput { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains(SENTINEL));
    }
}

#[tokio::test]
async fn a_failure_is_told_by_its_status_and_not_by_what_was_printed() {
    let error = outcome(&format!("echo {SENTINEL}; echo {SENTINEL} >&2; exit 3")).await.unwrap_err();
    assert!(matches!(error, AuthError::ExecFailed { code: Some(3), .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains(SENTINEL));
}

#[tokio::test]
async fn a_program_that_hangs_is_killed_with_everything_it_started() {
    let directory = tempfile::tempdir().unwrap();
    let spec = script(directory.path(), "sleep 600 & echo $! > \"$OUT\"; wait");
    let out = directory.path().join("pid");
    let spec = spec.with_env([("OUT", out.to_str().unwrap())]);
    let began = Instant::now();
    let error = provider(spec, Duration::from_secs(1)).credential().await.unwrap_err();
    assert!(matches!(error, AuthError::Timeout { .. }), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
    let grandchild = std::fs::read_to_string(out).unwrap().trim().to_owned();
    // The kernel may take a moment; a zombie that nobody has waited for counts as gone.
    let gone = async {
        while std::fs::read_to_string(format!("/proc/{grandchild}/stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.unwrap();
}

#[tokio::test]
async fn endless_output_is_cut_off() {
    let error = outcome("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done")
        .await
        .unwrap_err();
    assert!(matches!(error, AuthError::ExecOutput { .. }), "{error:?}");
}

#[tokio::test]
async fn a_missing_program_is_named_with_how_to_get_it() {
    let spec = ExecSpec::new("/no/such/program").with_install_hint("get it from example.com");
    let error = provider(spec, Duration::from_secs(1)).credential().await.unwrap_err();
    assert!(error.to_string().contains("/no/such/program") && error.to_string().contains("example.com"), "{error}");
}

#[tokio::test]
async fn a_program_sees_what_it_is_told_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("env");
    let body = format!("env > \"$OUT\"; [ -t 0 ] && exit 9; {}", prints(r#""token":"t""#));
    let spec = script(directory.path(), &body).with_env([("OUT", out.to_str().unwrap()), ("MINE", "1")]);
    provider(spec, Duration::from_secs(20)).credential().await.unwrap();
    let seen = std::fs::read_to_string(out).unwrap();
    assert!(seen.contains("MINE=1") && seen.contains("KUBERNETES_EXEC_INFO=") && seen.contains("PATH="));
    assert!(!seen.contains("CARGO_PKG_NAME"), "{seen}");
}

#[tokio::test]
async fn no_more_programs_run_at_a_time_than_have_turns() {
    let directory = tempfile::tempdir().unwrap();
    let body = format!("mkdir \"$OUT\" || exit 7; sleep 0.05; rmdir \"$OUT\"; {}", prints(r#""token":"t""#));
    let out = directory.path().join("running");
    let spec = script(directory.path(), &body).with_env([("OUT", out.to_str().unwrap())]);
    let provider = provider(spec, Duration::from_secs(20));
    let runs = futures::future::join_all((0..4).map(|_| provider.credential())).await;
    for run in runs {
        run.unwrap();
    }
}

#[test]
fn neither_description_nor_provider_shows_arguments_or_values() {
    let spec = ExecSpec::new("p").with_args([SENTINEL]).with_env([("TOKEN", SENTINEL)]);
    assert!(!format!("{:?}", provider(spec, Duration::from_secs(1))).contains(SENTINEL));
}
