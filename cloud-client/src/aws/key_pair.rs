//! Access keys in secrets, under the names that qontract-reconcile and the files of the AWS command line have for them. Knows nothing of
//! where secrets are.

use aws_credential_types::Credentials;
use secrecy::SecretString;

use crate::secret::{SecretData, SecretError, SecretLocator, SecretReader};

/// The member that holds the id of an access key.
pub const ACCESS_KEY_ID: &str = "aws_access_key_id";
/// The member that holds its secret.
pub const SECRET_ACCESS_KEY: &str = "aws_secret_access_key";

/// An access key of AWS: what [`CredentialSource::Keys`](super::CredentialSource::Keys) expects.
pub fn key_pair(id: impl Into<SecretString>, secret: impl Into<SecretString>) -> SecretData {
    SecretData::new().with(ACCESS_KEY_ID, id).with(SECRET_ACCESS_KEY, secret)
}

/// The access key in the secret at this path.
pub(super) async fn read(secrets: &dyn SecretReader, path: &str) -> Result<Credentials, SecretError> {
    let data = secrets.read(&SecretLocator::new(path)).await?;
    let (id, secret) = (data.expose_needed(path, ACCESS_KEY_ID)?, data.expose_needed(path, SECRET_ACCESS_KEY)?);
    Ok(Credentials::builder().access_key_id(id).secret_access_key(secret).provider_name("cloud-client").build())
}
