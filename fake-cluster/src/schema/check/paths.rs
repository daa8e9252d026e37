//! Files of volumes that would hide each other. Knows no other faults of volumes.
use serde_json::Value;

use crate::schema::read::Read as _;

#[derive(Clone, PartialEq)]
struct File {
    path: String,
    /// Where it comes from; empty when that is clear.
    source: String,
}

impl File {
    fn new(path: &str, source: &str) -> Self {
        Self { path: path.trim_end_matches('/').to_owned(), source: source.to_owned() }
    }

    fn shown(&self) -> String {
        let path = crate::schema::text::quote(&self.path);
        if self.source.is_empty() { path } else { format!("{path} ({})", self.source) }
    }

    fn meets(&self, other: &Self) -> bool {
        let (one, two) = (format!("{}/", self.path), format!("{}/", other.path));
        !self.path.is_empty() && !other.path.is_empty() && (one.starts_with(&two) || two.starts_with(&one))
    }
}

/// One warning for each pair of files that overlap in a volume.
pub(crate) fn overlaps(volumes: &[Value]) -> Vec<String> {
    let mut warnings = Vec::new();
    for volume in volumes {
        let name = volume.text("name");
        for (kind, shown, key) in
            [("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName"), ("downwardAPI", "DownwardAPI", "")]
        {
            let Some(source) = volume.sub(kind) else { continue };
            let what = if key.is_empty() { shown.to_owned() } else { format!("{shown} \"{}\"", source.text(key)) };
            collide(items(source, ""), name, &what, &mut warnings);
        }
        let Some(projected) = volume.sub("projected") else { continue };
        let mut files = Vec::new();
        for source in projected.items("sources") {
            let kinds = ["configMap", "secret", "downwardAPI", "serviceAccountToken"];
            if !kinds.iter().any(|kind| source.has(kind)) {
                warnings.push(format!("volume \"{name}\" (Projected) has no sources provided"));
            } else if let Some(map) = source.sub("configMap").filter(|map| map.has("items")) {
                files.extend(items(map, &format!("ConfigMap \"{}\"", map.text("name"))));
            } else if let Some(secret) = source.sub("secret").filter(|secret| secret.has("items")) {
                files.extend(items(secret, &format!("Secret \"{}\"", secret.text("name"))));
            } else if let Some(api) = source.sub("downwardAPI").filter(|api| api.has("items")) {
                files.extend(items(api, "DownwardAPI"));
            } else if let Some(token) = source.sub("serviceAccountToken") {
                files.push(File::new(token.text("path"), "ServiceAccountToken"));
            }
        }
        collide(files, name, "Projected", &mut warnings);
    }
    warnings
}

fn items(source: &Value, from: &str) -> Vec<File> {
    source.items("items").iter().map(|item| File::new(item.text("path"), from)).collect()
}

fn collide(files: Vec<File>, name: &str, what: &str, warnings: &mut Vec<String>) {
    for (index, file) in files.iter().enumerate() {
        for other in files.iter().take(index).filter(|other| file.meets(other)) {
            warnings.push(format!(
                "volume \"{name}\" ({what}): overlapping paths: {} with {}",
                file.shown(),
                other.shown()
            ));
        }
    }
}
