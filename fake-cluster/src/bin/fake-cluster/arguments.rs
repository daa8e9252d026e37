//! What can be said on the command line.

use std::path::PathBuf;

use clap::Parser;

/// Serves fake Kubernetes clusters on loopback until Ctrl-C or SIGTERM.
#[derive(Clone, Debug, Parser)]
#[command(name = "fake-cluster", version)]
pub(crate) struct Arguments {
    /// How many clusters: `cluster-0`, `cluster-1` and so on.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) clusters: u16,

    /// Where to write the kubeconfig, with one context for each cluster; only its owner can read it. Without it the kubeconfig goes to
    /// standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,

    /// Overwrites a kubeconfig that speaks of other clusters than those on loopback.
    #[arg(long, requires = "kubeconfig")]
    pub(crate) force: bool,

    /// The port of the first cluster, each further one has the next; 0 for any that are free.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,

    /// What the clusters hold: read at the start if the file is there, written at the end. A file with the content of one cluster fills
    /// each of them. It holds the content of Secrets, and only its owner can read it.
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: Option<PathBuf>,

    /// Leaves the snapshot as it is.
    #[arg(long, requires = "snapshot")]
    pub(crate) no_save: bool,

    /// Runs all controllers that the library has: garbage collection, namespaces, service accounts, aggregated roles, workloads and their
    /// pods, volumes and load balancers.
    #[arg(long)]
    pub(crate) controllers: bool,

    /// Follows the LimitRanges of namespaces.
    #[arg(long)]
    pub(crate) limit_ranges: bool,

    /// Follows the ResourceQuotas of namespaces, and keeps their status.
    #[arg(long)]
    pub(crate) resource_quotas: bool,

    /// Says nothing but errors.
    #[arg(long, conflicts_with = "json")]
    pub(crate) quiet: bool,

    /// Says in JSON that the clusters are ready, on one line.
    #[arg(long, requires = "kubeconfig")]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn json_needs_a_file_for_the_kubeconfig() {
        assert!(Arguments::try_parse_from(["fake-cluster", "--json"]).is_err());
        assert!(Arguments::try_parse_from(["fake-cluster", "--json", "--kubeconfig", "f"]).is_ok());
        assert!(Arguments::try_parse_from(["fake-cluster", "--clusters", "0"]).is_err());
    }
}
