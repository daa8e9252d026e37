use secrecy::{ExposeSecret as _, SecretString};

use super::*;

const SENTINEL: &str = "SENTINEL-value";

#[tokio::test]
async fn a_mounted_folder_is_a_secret_and_a_file_is_one_with_one_member() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("github");
    std::fs::create_dir_all(folder.join("..data")).unwrap();
    std::fs::write(folder.join("token"), "one\n").unwrap();
    std::fs::write(folder.join("key"), "two").unwrap();
    std::fs::write(folder.join(".hidden"), "three").unwrap();
    let files = SecretFiles::new(root.path());
    let data = files.read("github").await.unwrap();
    assert_eq!(data.names().collect::<Vec<_>>(), ["key", "token"]);
    assert_eq!(data.expose_needed("github", "token").unwrap(), "one");
    let alone = files.read("github/token").await.unwrap();
    assert_eq!(alone.get("token").map(SecretString::expose_secret), Some("one\n"));
    std::fs::write(folder.join("token"), "exchanged").unwrap();
    assert_eq!(files.read("github").await.unwrap().expose_needed("github", "token").unwrap(), "exchanged");
}

#[tokio::test]
async fn what_is_no_secret_is_told_with_its_path_and_no_content() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("large"), SENTINEL.repeat(1 << 17)).unwrap();
    std::fs::write(root.path().join("bytes"), [SENTINEL.as_bytes(), &[0xff]].concat()).unwrap();
    std::fs::write(root.path().join("empty"), " \n").unwrap();
    let files = SecretFiles::new(root.path());
    for (path, words) in [
        ("gone", "secret \"gone\" is not there"),
        ("large", "secret \"large\" cannot be used: a member is larger than 1 MiB or no text"),
        ("bytes", "secret \"bytes\" cannot be used: a member is larger than 1 MiB or no text"),
        ("../bytes", "secret \"../bytes\" cannot be used: the path leads out of the folder of secrets"),
        ("/etc/passwd", "secret \"/etc/passwd\" cannot be used: the path leads out of the folder of secrets"),
        ("", "secret \"\" cannot be used: the path leads out of the folder of secrets"),
    ] {
        let error = files.read(path).await.unwrap_err();
        assert_eq!((error.to_string().as_str(), error.path(), error.is_transient()), (words, path, false));
        assert!(!format!("{error:?}").contains(SENTINEL));
    }
    let empty = files.read("empty").await.unwrap();
    let error = empty.expose_needed("empty", "empty").unwrap_err();
    assert_eq!(error.to_string(), "secret \"empty\" has no \"empty\"");
}

#[tokio::test]
async fn members_are_shown_by_name_and_values_by_nothing() {
    let data = SecretData::from_iter([("token", SENTINEL.into())]);
    let secrets = SecretsInMemory::default().with("github/bot", data.clone());
    let shown = format!("{data:?} {secrets:?}");
    assert!(shown.contains("token") && shown.contains("github/bot") && !shown.contains(SENTINEL), "{shown}");
}

#[tokio::test]
async fn a_mocked_vault_answers_as_it_is_told() {
    let mut vault = MockSecretReader::new();
    vault
        .expect_read()
        .withf(|path| path == "aws/hub")
        .once()
        .returning(|path| Err(SecretError::unreadable(path, "sealed")));
    let error = Arc::new(vault).read("aws/hub").await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(core_client::ErrorChain::new(&error).to_string(), "secret \"aws/hub\" cannot be read: sealed");
}

#[cfg(feature = "github")]
#[tokio::test]
async fn a_value_is_read_each_time_and_known_by_path_and_member() {
    let mut vault = MockSecretReader::new();
    let mut values = ["first", "second\n"].into_iter();
    vault
        .expect_read()
        .times(2)
        .returning(move |_| Ok(SecretData::from_iter(values.next().map(|value| ("token", SecretString::from(value))))));
    let value = SecretValue::new(vault, "github/bot", "token");
    for expected in ["first", "second"] {
        assert_eq!(value.read().await.unwrap().expose_secret(), expected);
    }
    assert_eq!(value.to_string(), "\"token\" of \"github/bot\"");
    assert_eq!(SecretValue::file("/run/secrets/token").to_string(), "\"token\" of \"/run/secrets/token\"");
}
