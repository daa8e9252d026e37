//! One value out of a vault, which can be read again.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use secrecy::SecretString;

use super::{SecretError, SecretFiles, SecretLocator, SecretReader};

/// One member of a secret, and who reads it: asked each time the value is needed, so that one which was exchanged is taken up. White space
/// around a value is dropped. Cheap to clone.
///
/// Known by path and member: two of the same names are taken for one secret, whoever reads them.
#[derive(Clone)]
pub struct SecretValue {
    reader: Arc<dyn SecretReader>,
    secret: Arc<SecretLocator>,
}

impl SecretValue {
    /// This member of the secret at this path.
    pub fn new(reader: impl SecretReader, path: impl AsRef<str>, member: impl AsRef<str>) -> Self {
        let secret = SecretLocator::new(path.as_ref()).with_field(member.as_ref());
        Self { reader: Arc::new(reader), secret: Arc::new(secret) }
    }

    /// What is in this file, such as one member of a mounted Kubernetes Secret.
    pub fn file(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let member = path.file_name().unwrap_or_default().to_string_lossy();
        Self::new(SecretFiles::anywhere(), path.to_string_lossy(), member)
    }

    pub(crate) async fn read(&self) -> Result<SecretString, SecretError> {
        let data = self.reader.read(&self.secret).await?;
        data.expose_needed(&self.secret.path, &self.secret.field).map(SecretString::from)
    }
}

impl fmt::Display for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of {:?}", self.secret.field, self.secret.path)
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, member) = (&self.secret.path, &self.secret.field);
        f.debug_struct("SecretValue").field("path", path).field("member", member).finish_non_exhaustive()
    }
}
