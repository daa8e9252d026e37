use secrecy::{ExposeSecret as _, SecretString};

use super::*;

#[tokio::test]
async fn a_value_is_read_each_time_and_known_by_path_and_member() {
    let mut vault = MockSecretReader::new();
    let mut values = ["first", "second\n"].into_iter();
    vault
        .expect_read()
        .withf(|secret| (secret.path.as_str(), secret.field.as_str()) == ("github/bot", "token"))
        .times(2)
        .returning(move |_| Ok(SecretData::from_iter(values.next().map(|value| ("token", SecretString::from(value))))));
    let value = SecretValue::new(vault, "github/bot", "token");
    for expected in ["first", "second"] {
        assert_eq!(value.read().await.unwrap().expose_secret(), expected);
    }
    assert_eq!(value.to_string(), "\"token\" of \"github/bot\"");
    assert_eq!(SecretValue::file("/run/secrets/token").to_string(), "\"token\" of \"/run/secrets/token\"");
}
