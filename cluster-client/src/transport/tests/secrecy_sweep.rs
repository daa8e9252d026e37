//! No secret in anything that is shown.

use super::*;
use crate::spec::{ExecSpec, Impersonation};

const SENTINEL: &str = "S3NTINEL";

fn shows(shown: &impl fmt::Debug) -> bool {
    format!("{shown:?} {shown:#?}").contains(SENTINEL)
}

#[tokio::test]
async fn nothing_that_can_be_printed_shows_a_secret() {
    let secret = || SecretString::from(SENTINEL);
    let exec = ExecSpec::new("p").with_args([SENTINEL]).with_env([("TOKEN", SENTINEL)]);
    let chain: Arc<[u8]> = SENTINEL.as_bytes().into();
    let credentials = [
        CredentialSpec::Token(secret()),
        CredentialSpec::Basic { username: "me".into(), password: secret() },
        CredentialSpec::Certificate { chain: Arc::clone(&chain), key: secret() },
        CredentialSpec::Exec(Arc::new(exec)),
    ];
    let url: url::Url = "https://127.0.0.1:1".parse().unwrap();
    for credential in credentials {
        let spec = ClusterSpec::new(url.clone(), ServerTrust::InsecureSkipVerify, credential.clone())
            .with_impersonation(Impersonation::user("somebody"));
        assert!(!shows(&spec), "{spec:?}");
        let error = connector().connect(&key(), &spec).await.unwrap_err();
        assert!(!shows(&error) && !format!("{error}").contains(SENTINEL), "{error:?}");
    }
    for material in [
        Material::Token(secret()),
        Material::Basic { username: "me".into(), password: secret() },
        Material::Certificate { chain, key: secret(), token: Some(secret()) },
    ] {
        assert!(!shows(&Credential::new(material)));
    }
}

#[tokio::test]
async fn a_live_connection_and_its_errors_show_no_token() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.api().access().add_token(SENTINEL, root(), None);
    let connector = connector();
    let connection = connect(&connector, &cluster, token_spec(SENTINEL)).await;
    assert!(!shows(&connection) && !shows(&connector) && !shows(&connection.control.stats()));
    cluster.revoke_token(SENTINEL);
    for _ in 0..3 {
        let error = connection.control.probe(Duration::from_secs(5)).await.unwrap_err();
        assert!(!shows(&error));
        let error = config_maps(&connection).list(&ListParams::default()).await.unwrap_err();
        assert!(!shows(&error));
    }
}
