//! What applications ask of repositories: files, commits, trees. "Not there" is said only when GitHub says so.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::stream::{Stream, TryStreamExt as _};
use http::{StatusCode, header};
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::client::GithubClient;
use super::error::{GithubError, GithubErrorKind};
use super::route::route;

/// A repository. Cheap to clone; what its default branch is called is asked once.
///
/// Everything here only reads, so that any call may be given up and made again.
#[derive(Clone, Debug)]
pub struct Repository {
    client: GithubClient,
    owner: String,
    name: String,
    default_branch: Arc<OnceCell<String>>,
}

/// A file at some commit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Where it is.
    pub path: String,
    /// The hash of its content, as git has it.
    pub sha: String,
    /// What is in it.
    pub content: Bytes,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Commit {
    /// Its hash.
    pub sha: String,
    /// What its author says of it.
    pub message: String,
}

/// A tree at some commit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Tree {
    /// Its hash.
    pub sha: String,
    /// What is in it.
    #[serde(rename = "tree")]
    pub entries: Vec<TreeEntry>,
    /// Whether GitHub left entries out because there are too many.
    pub truncated: bool,
}

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct TreeEntry {
    /// Where it is, from the top.
    pub path: String,
    /// `blob`, `tree` or `commit`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The hash of its content.
    pub sha: String,
    /// File mode, such as `100644`.
    pub mode: String,
    /// Bytes, of a blob.
    pub size: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Contents {
    Entry { path: String, sha: String, encoding: Option<String>, content: Option<String> },
    Folder(Vec<serde::de::IgnoredAny>),
}

#[derive(Deserialize)]
struct Blob {
    encoding: String,
    content: String,
}

#[derive(Deserialize)]
struct Described {
    default_branch: String,
}

#[derive(Deserialize)]
struct Compared {
    commits: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    sha: String,
    commit: Message,
}

#[derive(Deserialize)]
struct Message {
    message: String,
}

// === impl Repository ===

impl Repository {
    pub(super) fn new(client: GithubClient, owner: String, name: String) -> Self {
        Self { client, owner, name, default_branch: Arc::default() }
    }

    /// Who owns it.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its default branch is called: asked of GitHub once, and never assumed.
    ///
    /// # Errors
    /// As every call; a repository that is not there, or not for this credential to see, is an error.
    pub async fn default_branch(&self) -> Result<&str, GithubError> {
        let found = self.default_branch.get_or_try_init(|| async {
            let (_, described): (_, Described) = self.client.get("the repository", &self.path(&[])?).await?;
            Ok(described.default_branch)
        });
        found.await.map(String::as_str)
    }

    /// A file, at a branch, tag or commit, or at the default branch. `None` only when GitHub says that there is no such file, branch or
    /// repository (404); a file of a megabyte and more comes in two requests.
    ///
    /// # Errors
    /// [`GithubErrorKind::NotAFile`] for a folder and what else is no file; everything else as every call.
    pub async fn file(&self, path: &str, reference: Option<&str>) -> Result<Option<File>, GithubError> {
        const OPERATION: &str = "the contents of a file";
        let found: Option<(_, Contents)> = self.client.find(OPERATION, &self.contents(path, reference)?).await?;
        let (path, sha, encoding, content) = match found {
            None => return Ok(None),
            Some((_, Contents::Entry { path, sha, encoding: Some(encoding), content })) => {
                (path, sha, encoding, content)
            }
            Some((_, Contents::Entry { path, .. })) => {
                return Err(self.client.fail(GithubErrorKind::NotAFile { path }));
            }
            Some((_, Contents::Folder(entries))) => {
                tracing::debug!(entries = entries.len(), "a folder was asked for as a file");
                return Err(self.no_file(path));
            }
        };
        let content = match (encoding.as_str(), content) {
            ("base64", Some(text)) => self.unwrapped(OPERATION, &text)?,
            // From a megabyte on the content is left out here.
            _ => self.blob(&sha).await?,
        };
        Ok(Some(File { path, sha, content }))
    }

    /// A file as it is, in one request whatever its size (up to 100 MB). `None` as for [`file`](Self::file).
    ///
    /// # Errors
    /// As [`file`](Self::file).
    pub async fn raw_file(&self, path: &str, reference: Option<&str>) -> Result<Option<Bytes>, GithubError> {
        const OPERATION: &str = "a raw file";
        let address = self.contents(path, reference)?;
        let response = self.client.fetch(OPERATION, &address, Some("application/vnd.github.raw+json")).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let response = self.client.success(OPERATION, response)?;
        // A folder comes as JSON, whatever was asked for.
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("application/json") {
            return Err(self.no_file(path));
        }
        Ok(Some(response.into_body()))
    }

    /// The content of a blob by its hash.
    ///
    /// # Errors
    /// As every call; a blob that is not there is an error.
    pub async fn blob(&self, sha: &str) -> Result<Bytes, GithubError> {
        const OPERATION: &str = "a blob";
        let (_, blob): (_, Blob) = self.client.get(OPERATION, &self.path(&["git", "blobs", sha])?).await?;
        match blob.encoding.as_str() {
            "base64" => self.unwrapped(OPERATION, &blob.content),
            _ => Ok(blob.content.into()),
        }
    }

    /// The hash of the commit that a branch or tag stands for now.
    ///
    /// # Errors
    /// As every call; a branch that is not there is an error.
    pub async fn commit_sha(&self, reference: &str) -> Result<String, GithubError> {
        const OPERATION: &str = "the hash of a commit";
        let path = self.path(&["commits", reference])?;
        let response = self.client.fetch(OPERATION, &path, Some("application/vnd.github.sha")).await?;
        let response = self.client.success(OPERATION, response)?;
        Ok(String::from_utf8_lossy(response.body()).trim().to_owned())
    }

    /// The commits that `head` has and `base` has not, oldest first, all of them.
    pub fn compare(&self, base: &str, head: &str) -> impl Stream<Item = Result<Commit, GithubError>> + Send + use<> {
        let path = self.path(&["compare", &format!("{base}...{head}")]);
        let client = self.client.clone();
        let pages = async move {
            let first = format!("{}?per_page=100", path?);
            Ok(client.pages_of(&first, "a comparison", |page: Compared| page.commits))
        };
        futures::stream::once(pages)
            .try_flatten()
            .map_ok(|commit| Commit { sha: commit.sha, message: commit.commit.message })
    }

    /// The files and folders at a branch, tag or commit; with everything beneath them when `recursive`. Look at
    /// [`Tree::truncated`].
    ///
    /// # Errors
    /// As every call; a branch that is not there is an error.
    pub async fn tree(&self, reference: &str, recursive: bool) -> Result<Tree, GithubError> {
        let mut path = self.path(&["git", "trees", reference])?;
        if recursive {
            path.push_str("?recursive=1");
        }
        Ok(self.client.get("a tree", &path).await?.1)
    }

    fn contents(&self, path: &str, reference: Option<&str>) -> Result<String, GithubError> {
        let mut parts = vec!["contents"];
        parts.extend(path.trim_start_matches('/').split('/'));
        let mut address = self.path(&parts)?;
        if let Some(reference) = reference {
            let escaped = route(&[reference]).map_err(|text| self.client.fail(GithubErrorKind::Address { text }))?;
            address.push_str("?ref=");
            address.push_str(escaped.trim_start_matches('/'));
        }
        Ok(address)
    }

    fn path(&self, rest: &[&str]) -> Result<String, GithubError> {
        let mut parts = vec!["repos", &self.owner, &self.name];
        parts.extend_from_slice(rest);
        route(&parts).map_err(|text| self.client.fail(GithubErrorKind::Address { text }))
    }

    fn unwrapped(&self, operation: &'static str, text: &str) -> Result<Bytes, GithubError> {
        let text: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
        match STANDARD.decode(text) {
            Ok(content) => Ok(content.into()),
            Err(error) => Err(self.client.fail(GithubErrorKind::Decode { operation, source: Arc::new(error) })),
        }
    }

    fn no_file(&self, path: &str) -> GithubError {
        self.client.fail(GithubErrorKind::NotAFile { path: path.to_owned() })
    }
}
