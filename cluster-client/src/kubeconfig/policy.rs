//! What a kubeconfig may make this process do; knows nothing of how kubeconfigs are read.

use url::Url;

use crate::spec::SpecError;

/// What a kubeconfig may make this process do.
///
/// A kubeconfig is more than data: it names programs to run, files to read and servers to believe. Whoever may write one must not gain what
/// this process can do, so everything beyond plain data is refused unless it is allowed here.
///
/// Source: Cluster API refuses `exec` and auth providers, Istio refuses file paths too, in kubeconfigs that come from Secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustPolicy {
    /// Which programs may be run to get a credential.
    pub exec: ExecPolicy,
    /// Whether files named in it are read: authorities, client certificates and keys, tokens.
    pub allow_files: bool,
    /// Whether the API server may go without being recognised (`insecure-skip-tls-verify`).
    pub allow_insecure: bool,
    /// Whether the API server may be reached without TLS (`http`).
    pub allow_plain_http: bool,
    /// Whether it may say whom to act as (`as`, `as-uid`, `as-groups`).
    pub allow_impersonation: bool,
    /// Which proxies it may send us through.
    pub proxy: ProxyPolicy,
}

/// Which programs a kubeconfig may have run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExecPolicy {
    /// None.
    #[default]
    Never,
    /// These, as the kubeconfig writes them: `aws` is looked for in `PATH`, `/usr/bin/aws` is not. A path relative to the file is made absolute
    /// before it is compared. Variables that change which code runs (`PATH`, `LD_*`, `DYLD_*`) are refused; arguments and other variables
    /// are passed on, so list only programs that can be given any.
    Allow(Vec<String>),
    /// None is run, and those are let through whose work somebody does in this process
    /// ([`ExecOptions::with_resolver`](crate::auth::ExecOptions::with_resolver)); for the others there is no credential.
    InProcess,
    /// Any.
    Any,
}

/// Which proxies a kubeconfig may name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ProxyPolicy {
    /// None.
    Never,
    /// Those at these hosts, each `host` or `host:port`.
    Allow(Vec<String>),
    /// Any.
    #[default]
    Any,
}

impl TrustPolicy {
    /// For kubeconfigs that others write: in Secrets, in objects. No programs, no files, no unrecognised servers, no impersonation.
    #[must_use]
    pub fn for_secrets() -> Self {
        Self {
            exec: ExecPolicy::Never,
            allow_files: false,
            allow_insecure: false,
            allow_plain_http: false,
            allow_impersonation: false,
            proxy: ProxyPolicy::Any,
        }
    }

    /// For kubeconfigs that whoever runs this process writes: all that `kubectl` would do, but for plain HTTP.
    #[must_use]
    pub fn for_local_files() -> Self {
        Self {
            exec: ExecPolicy::Any,
            allow_files: true,
            allow_insecure: true,
            allow_plain_http: false,
            allow_impersonation: true,
            proxy: ProxyPolicy::Any,
        }
    }

    /// Sets which programs may be run.
    #[must_use]
    pub fn with_exec(mut self, exec: ExecPolicy) -> Self {
        self.exec = exec;
        self
    }

    /// Sets whether files are read.
    #[must_use]
    pub fn with_files(mut self, allowed: bool) -> Self {
        self.allow_files = allowed;
        self
    }

    /// Sets whether servers may go unrecognised.
    #[must_use]
    pub fn with_insecure(mut self, allowed: bool) -> Self {
        self.allow_insecure = allowed;
        self
    }

    /// Sets whether servers may be reached without TLS.
    #[must_use]
    pub fn with_plain_http(mut self, allowed: bool) -> Self {
        self.allow_plain_http = allowed;
        self
    }

    /// Sets whether it may be said whom to act as.
    #[must_use]
    pub fn with_impersonation(mut self, allowed: bool) -> Self {
        self.allow_impersonation = allowed;
        self
    }

    /// Sets which proxies may be named.
    #[must_use]
    pub fn with_proxy(mut self, proxy: ProxyPolicy) -> Self {
        self.proxy = proxy;
        self
    }

    /// May this program be run, with these variables?
    pub(crate) fn check_exec<'a>(
        &self,
        command: &str,
        mut env: impl Iterator<Item = &'a str>,
    ) -> Result<(), SpecError> {
        let refused = |what| Err(SpecError::Refused { what, allow: "allow the program with TrustPolicy::with_exec" });
        match &self.exec {
            ExecPolicy::Any | ExecPolicy::InProcess => Ok(()),
            ExecPolicy::Never => refused(format!("exec {command:?}")),
            ExecPolicy::Allow(commands) if commands.iter().any(|allowed| allowed == command) => {
                match env.find(|name| chooses_code(name)) {
                    None => Ok(()),
                    Some(name) => Err(SpecError::Refused {
                        what: format!("variable {name:?} of exec {command:?}"),
                        allow: "remove it, or allow any program with TrustPolicy::with_exec",
                    }),
                }
            }
            ExecPolicy::Allow(_) => refused(format!("exec {command:?}")),
        }
    }

    pub(crate) fn check_file(&self, what: &'static str) -> Result<(), SpecError> {
        refuse_unless(self.allow_files, what, "use the -data field, or allow files with TrustPolicy::with_files")
    }

    pub(crate) fn check_insecure(&self) -> Result<(), SpecError> {
        let allow = "set certificate-authority-data, or allow it with TrustPolicy::with_insecure";
        refuse_unless(self.allow_insecure, "insecure-skip-tls-verify", allow)
    }

    pub(crate) fn check_plain_http(&self) -> Result<(), SpecError> {
        let allow = "use https, or allow it with TrustPolicy::with_plain_http";
        refuse_unless(self.allow_plain_http, "a server without TLS", allow)
    }

    pub(crate) fn check_impersonation(&self) -> Result<(), SpecError> {
        let allow = "remove it, or allow it with TrustPolicy::with_impersonation";
        refuse_unless(self.allow_impersonation, "impersonation", allow)
    }

    pub(crate) fn check_proxy(&self, url: &Url) -> Result<(), SpecError> {
        let host = url.host_str().unwrap_or_default();
        let allowed = match &self.proxy {
            ProxyPolicy::Any => true,
            ProxyPolicy::Never => false,
            ProxyPolicy::Allow(hosts) => {
                let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
                hosts.iter().any(|allowed| allowed == host || Some(allowed) == with_port.as_ref())
            }
        };
        if allowed {
            return Ok(());
        }
        Err(SpecError::Refused {
            what: format!("proxy {host:?}"),
            allow: "allow its host with TrustPolicy::with_proxy",
        })
    }
}

impl Default for TrustPolicy {
    /// The stricter one, [`TrustPolicy::for_secrets`].
    fn default() -> Self {
        Self::for_secrets()
    }
}

fn refuse_unless(allowed: bool, what: &str, allow: &'static str) -> Result<(), SpecError> {
    if allowed { Ok(()) } else { Err(SpecError::Refused { what: what.to_owned(), allow }) }
}

/// Variables by which a permitted program becomes another one.
pub(crate) fn chooses_code(variable: &str) -> bool {
    let variable = variable.to_ascii_uppercase();
    variable == "PATH" || variable.starts_with("LD_") || variable.starts_with("DYLD_")
}
