//! Repositories: branches with files, commits, and what the API says of them.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::answer::Answer;
use super::pages;

/// From this size on the contents API leaves the content out.
const LARGE: usize = 1 << 20;

/// A repository: a default branch, files by branch, and a line of commits.
#[derive(Debug, Clone)]
pub struct Repository {
    default_branch: String,
    branches: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    commits: Vec<(String, String)>,
    pub(super) issues: Vec<Value>,
    truncated: bool,
}

// === impl Repository ===

impl Repository {
    /// An empty repository whose default branch is `main`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            default_branch: "main".to_owned(),
            branches: BTreeMap::from([("main".to_owned(), BTreeMap::new())]),
            commits: Vec::new(),
            issues: Vec::new(),
            truncated: false,
        }
    }

    /// Another default branch.
    #[must_use]
    pub fn with_default_branch(mut self, branch: impl Into<String>) -> Self {
        self.default_branch = branch.into();
        self.branches.entry(self.default_branch.clone()).or_default();
        self
    }

    /// A file on a branch.
    #[must_use]
    pub fn with_file(mut self, branch: &str, path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        self.branches.entry(branch.to_owned()).or_default().insert(path.into(), content.into());
        self
    }

    /// A commit on top of those before it, on every branch.
    #[must_use]
    pub fn with_commit(mut self, message: impl Into<String>) -> Self {
        let message = message.into();
        let sha = hash(format!("{} {message}", self.commits.len()).as_bytes());
        self.commits.push((sha, message));
        self
    }

    /// Trees come cut off, as those of very large repositories.
    #[must_use]
    pub fn with_truncated_trees(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// The hashes of the commits, oldest first.
    #[must_use]
    pub fn commits(&self) -> Vec<String> {
        self.commits.iter().map(|(sha, _)| sha.clone()).collect()
    }

    pub(super) fn describe(&self, owner: &str, name: &str) -> Value {
        json!({
            "id": 1,
            "name": name,
            "full_name": format!("{owner}/{name}"),
            "owner": super::organisation::user(owner, 1),
            "private": true,
            "default_branch": self.default_branch,
            "url": format!("https://api.github.com/repos/{owner}/{name}"),
        })
    }

    pub(super) fn contents(&self, path: &str, reference: Option<&str>, raw: bool) -> Answer {
        let Some(files) = self.branches.get(reference.unwrap_or(&self.default_branch)) else {
            return Answer::refusal(StatusCode::NOT_FOUND, "No commit found for the ref");
        };
        if let Some(content) = files.get(path) {
            return match raw {
                true => Answer::bytes("application/vnd.github.raw+json; charset=utf-8", content.clone()),
                false => Answer::json(&entry(path, content)),
            };
        }
        let within = if path.is_empty() { String::new() } else { format!("{path}/") };
        let entries: Vec<_> =
            files.iter().filter(|(name, _)| name.starts_with(&within)).map(|(n, c)| entry(n, c)).collect();
        if entries.is_empty() { Answer::not_found() } else { Answer::json(&Value::Array(entries)) }
    }

    pub(super) fn put(&mut self, path: &str, body: &[u8]) -> Answer {
        let content =
            serde_json::from_slice::<Value>(body).ok().and_then(|body| STANDARD.decode(body["content"].as_str()?).ok());
        let Some(content) = content else {
            return Answer::refusal(StatusCode::UNPROCESSABLE_ENTITY, "content is not valid Base64");
        };
        let shown = entry(path, &content);
        let files = self.branches.entry(self.default_branch.clone()).or_default();
        let status =
            if files.insert(path.to_owned(), content).is_some() { StatusCode::OK } else { StatusCode::CREATED };
        Answer::of(status, &json!({ "content": shown, "commit": { "sha": hash(body) } }))
    }

    pub(super) fn blob(&self, sha: &str) -> Answer {
        match self.branches.values().flat_map(BTreeMap::values).find(|content| hash(content) == sha) {
            Some(content) => Answer::json(&json!({
                "sha": sha,
                "size": content.len(),
                "encoding": "base64",
                "content": wrapped(&STANDARD.encode(content)),
            })),
            None => Answer::not_found(),
        }
    }

    pub(super) fn commit(&self, reference: &str, sha_only: bool) -> Answer {
        match self.resolve(reference).and_then(|at| self.commits.get(at)) {
            Some((sha, _)) if sha_only => {
                Answer::bytes("application/vnd.github.sha; charset=utf-8", sha.clone().into_bytes())
            }
            Some(commit) => Answer::json(&described(commit)),
            None => Answer::refusal(StatusCode::UNPROCESSABLE_ENTITY, &format!("No commit found for SHA: {reference}")),
        }
    }

    pub(super) fn compare(&self, spec: &str, base: &str, path: &str, query: &str) -> Answer {
        let ends = spec.split_once("...").and_then(|(from, to)| Some((self.resolve(from)?, self.resolve(to)?)));
        let Some((from, to)) = ends else { return Answer::not_found() };
        let between: Vec<_> = self.commits.iter().take(to + 1).skip(from + 1).map(described).collect();
        let page = pages::numbered(&between, base, path, query);
        let status = if between.is_empty() { "identical" } else { "ahead" };
        let body = json!({
            "status": status,
            "ahead_by": between.len(),
            "behind_by": 0,
            "total_commits": between.len(),
            "commits": page.items,
        });
        Answer { link: page.link, ..Answer::json(&body) }
    }

    pub(super) fn tree(&self, reference: &str, recursive: bool) -> Answer {
        let Some(files) = self.branches.get(reference) else { return Answer::not_found() };
        let mut entries = Vec::new();
        let mut folders = BTreeSet::new();
        for (path, content) in files {
            for (at, _) in path.match_indices('/') {
                if folders.insert(&path[..at]) && (recursive || !path[..at].contains('/')) {
                    let sha = hash(&path.as_bytes()[..at]);
                    entries.push(json!({ "path": path[..at], "mode": "040000", "type": "tree", "sha": sha }));
                }
            }
            if recursive || !path.contains('/') {
                let sha = hash(content);
                entries
                    .push(json!({ "path": path, "mode": "100644", "type": "blob", "sha": sha, "size": content.len() }));
            }
        }
        Answer::json(&json!({ "sha": hash(reference.as_bytes()), "tree": entries, "truncated": self.truncated }))
    }

    /// Where in the line of commits a name stands; every branch is at its end.
    fn resolve(&self, reference: &str) -> Option<usize> {
        match self.branches.contains_key(reference) {
            true => self.commits.len().checked_sub(1),
            false => self.commits.iter().position(|(sha, _)| sha == reference),
        }
    }
}

impl Default for Repository {
    fn default() -> Self {
        Self::new()
    }
}

fn entry(path: &str, content: &[u8]) -> Value {
    let (encoding, text) = match content.len() < LARGE {
        true => ("base64", wrapped(&STANDARD.encode(content))),
        false => ("none", String::new()),
    };
    json!({
        "type": "file",
        "name": path.rsplit('/').next(),
        "path": path,
        "sha": hash(content),
        "size": content.len(),
        "encoding": encoding,
        "content": text,
    })
}

fn described((sha, message): &(String, String)) -> Value {
    json!({
        "sha": sha,
        "commit": { "message": message, "author": { "name": "someone", "date": "2026-01-01T00:00:00Z" } },
    })
}

/// Base64 in lines of sixty characters, as the API gives it.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + text.len() / 60 + 1);
    for (at, character) in text.chars().enumerate() {
        wrapped.push(character);
        if at % 60 == 59 {
            wrapped.push('\n');
        }
    }
    wrapped.push('\n');
    wrapped
}

/// Forty hexadecimal digits of what is inside.
pub(super) fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}
