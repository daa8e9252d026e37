//! How the clusters of ClusterProfiles are reached by programs that this process is configured with; reads no objects by itself.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::kubeconfig::{self, CLUSTER_EXTENSION, TrustPolicy, chooses_code};
use crate::source::SourceError;
use crate::source::document::{Document, Id};
use crate::source::inventory::Descriptions;
use crate::spec::{ClusterSpec, CredentialSpec, ExecSpec, SpecError};

const ARGS_EXTENSION: &str = "clusterprofiles.multicluster.x-k8s.io/exec/additional-args";
const VARIABLES_EXTENSION: &str = "clusterprofiles.multicluster.x-k8s.io/exec/additional-envs";

/// Programs that print credentials for the clusters of ClusterProfiles, by the name of the access provider that they are for.
///
/// The first one that is configured here and named by a profile is used.
///
/// Source: `pkg/access/config.go` of cluster-inventory-api, KEP 5339. There the arguments and variables of a profile are added to the one
/// configuration that all profiles share, so that they pile up and reach other clusters' plugins; here each profile gets a copy.
#[derive(Debug, Clone, Default)]
pub struct AccessConfig {
    providers: Vec<Provider>,
}

#[derive(Debug, Clone)]
struct Provider {
    name: String,
    exec: ExecSpec,
    args: ProfileArgs,
    variables: ProfileVariables,
}

/// What becomes of arguments that a profile brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[non_exhaustive]
pub enum ProfileArgs {
    /// They are not used.
    #[default]
    #[serde(alias = "")]
    Ignore,
    /// They come after those that are configured.
    Append,
}

/// What becomes of variables that a profile brings. `PATH`, `LD_*` and `DYLD_*`, which change what code runs, are never taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[non_exhaustive]
pub enum ProfileVariables {
    /// They are not used.
    #[default]
    #[serde(alias = "")]
    Ignore,
    /// Those that are not configured are added.
    AppendIfNotExists,
    /// They take the place of those that are configured.
    Replace,
}

// The file, as cluster-inventory-api writes it.

#[derive(Deserialize)]
struct ConfigFile {
    providers: Option<Vec<ProviderEntry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderEntry {
    name: String,
    exec_config: Option<ExecEntry>,
    #[serde(default, rename = "profileSourcedCLIArgsPolicy")]
    args: ProfileArgs,
    #[serde(default, rename = "profileSourcedEnvVarsPolicy")]
    variables: ProfileVariables,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecEntry {
    command: String,
    args: Option<Vec<String>>,
    env: Option<Vec<Variable>>,
    api_version: Option<String>,
    #[serde(default)]
    provide_cluster_info: bool,
    install_hint: Option<String>,
}

#[derive(Deserialize)]
struct Variable {
    name: String,
    value: String,
}

impl AccessConfig {
    /// No providers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a program for the access provider of this name, after those that are there.
    #[must_use]
    pub fn with_provider(
        mut self,
        name: impl Into<String>,
        exec: ExecSpec,
        args: ProfileArgs,
        variables: ProfileVariables,
    ) -> Self {
        self.providers.push(Provider { name: name.into(), exec, args, variables });
        self
    }

    /// Reads the JSON file that cluster-inventory-api's `-clusterprofile-provider-file` names: `providers[]` with `name`, `execConfig`,
    /// `profileSourcedCLIArgsPolicy` and `profileSourcedEnvVarsPolicy`.
    ///
    /// # Errors
    /// [`SourceError::AccessConfig`] with the place of what is wrong; never its text, which may be secret.
    pub fn from_json(json: &[u8]) -> Result<Self, SourceError> {
        let wrong = |reason| SourceError::AccessConfig { reason };
        let file: ConfigFile = serde_json::from_slice(json).map_err(|error| {
            wrong(format!("line {}, column {} is not what stands there", error.line(), error.column()))
        })?;
        let mut config = Self::new();
        for entry in file.providers.unwrap_or_default() {
            if entry.name.is_empty() || config.providers.iter().any(|known| known.name == entry.name) {
                return Err(wrong(format!("provider {:?} has no name, or one that another has", entry.name)));
            }
            let exec = match entry.exec_config {
                Some(exec) if !exec.command.is_empty() => exec,
                _ => return Err(wrong(format!("provider {:?} has no execConfig with a command", entry.name))),
            };
            let version = exec.api_version.unwrap_or_default();
            if !kubeconfig::EXEC_VERSIONS.contains(&version.as_str()) {
                let known = kubeconfig::EXEC_VERSIONS.join(" nor ");
                return Err(wrong(format!("provider {:?}: execConfig.apiVersion is neither {known}", entry.name)));
            }
            let mut spec = ExecSpec::new(exec.command)
                .with_args(exec.args.unwrap_or_default())
                .with_env(exec.env.unwrap_or_default().into_iter().map(|variable| (variable.name, variable.value)))
                .with_api_version(version);
            spec.provide_cluster_info = exec.provide_cluster_info;
            spec.install_hint = exec.install_hint;
            config = config.with_provider(entry.name, spec, entry.args, entry.variables);
        }
        Ok(config)
    }

    /// As [`AccessConfig::from_json`], from a file. Blocks.
    ///
    /// # Errors
    /// As [`AccessConfig::from_json`], and [`SourceError::File`].
    pub fn from_file(path: &Path) -> Result<Self, SourceError> {
        let json = std::fs::read(path)
            .map_err(|source| SourceError::File { path: path.to_owned(), source: Arc::new(source) })?;
        Self::from_json(&json)
    }

    /// The cluster of a profile, by the first provider that is configured here and named there.
    pub(super) fn describe(&self, id: &Id, profile: &Value, policy: &TrustPolicy) -> Result<ClusterSpec, SourceError> {
        let named = named_providers(&profile["status"]);
        let found = self.providers.iter().find_map(|provider| Some((provider, *named.get(provider.name.as_str())?)));
        let Some((provider, cluster)) = found else {
            return Err(SourceError::NoAccessProvider {
                object: format!("ClusterProfile {id}"),
                named: named.into_keys().map(str::to_owned).collect(),
            });
        };
        let name = id.to_string();
        let exec = provider.for_cluster(&name, cluster)?;
        Ok(kubeconfig::lone_cluster(&name, cluster, policy, CredentialSpec::Exec(Arc::new(exec)))?)
    }
}

impl Provider {
    /// The program with what a profile adds: a copy, so that nothing of one profile reaches another.
    fn for_cluster(&self, name: &str, cluster: &Map<String, Value>) -> Result<ExecSpec, SpecError> {
        let mut exec = self.exec.clone();
        let malformed =
            |extension: &str, reason| SpecError::Malformed { what: format!("extension {extension} of {name}"), reason };
        if self.args == ProfileArgs::Append
            && let Some(args) = kubeconfig::lone_extension(name, cluster, ARGS_EXTENSION)?
        {
            let args: Vec<String> =
                serde_json::from_value(args).map_err(|_| malformed(ARGS_EXTENSION, "it is no list of texts"))?;
            exec.args.extend(args);
        }
        if self.variables != ProfileVariables::Ignore
            && let Some(variables) = kubeconfig::lone_extension(name, cluster, VARIABLES_EXTENSION)?
        {
            let variables: BTreeMap<String, String> = serde_json::from_value(variables)
                .map_err(|_| malformed(VARIABLES_EXTENSION, "it is no mapping of texts"))?;
            for (variable, value) in variables {
                if chooses_code(&variable) {
                    return Err(SpecError::Refused {
                        what: format!("variable {variable:?} of {name}"),
                        allow: "set it in the access configuration",
                    });
                }
                if variable.is_empty() || variable.contains(['=', '\0']) || value.contains('\0') {
                    return Err(malformed(VARIABLES_EXTENSION, "a variable in it cannot be set"));
                }
                match exec.env.iter_mut().find(|(known, _)| *known == variable) {
                    None => exec.env.push((variable, value)),
                    Some(known) if self.variables == ProfileVariables::Replace => known.1 = value,
                    Some(_) => {}
                }
            }
        }
        if let Some(config) = kubeconfig::lone_extension(name, cluster, CLUSTER_EXTENSION)? {
            exec.cluster_config = Some(config);
        }
        Ok(exec)
    }
}

/// The access providers of a profile; `credentialProviders` is the older name and loses.
fn named_providers(status: &Value) -> BTreeMap<&str, &Map<String, Value>> {
    ["credentialProviders", "accessProviders"]
        .into_iter()
        .filter_map(|list| status[list].as_array())
        .flatten()
        .filter_map(|provider| Some((provider["name"].as_str()?, provider["cluster"].as_object()?)))
        .collect()
}

/// Descriptions of the profiles that were seen.
pub(super) struct Accessed<'a> {
    config: &'a AccessConfig,
    policy: &'a TrustPolicy,
    described: HashMap<Id, Result<ClusterSpec, SourceError>>,
}

impl<'a> Accessed<'a> {
    pub(super) fn new(config: &'a AccessConfig, policy: &'a TrustPolicy) -> Self {
        Self { config, policy, described: HashMap::new() }
    }
}

impl Descriptions for Accessed<'_> {
    fn object(&mut self, object: &Document) {
        let id = object.id();
        let described = self.config.describe(&id, object.content(), self.policy);
        self.described.insert(id, described);
    }

    fn forget(&mut self, id: &Id) {
        self.described.remove(id);
    }

    fn of(&self, cluster: &Id) -> Result<ClusterSpec, SourceError> {
        self.described.get(cluster).cloned().unwrap_or_else(|| {
            Err(SourceError::NoAccessProvider { object: format!("ClusterProfile {cluster}"), named: Vec::new() })
        })
    }
}
