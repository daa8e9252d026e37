//! One lesson a file, in `examples/`; `tour` is where to begin. The library holds nothing but the snippets of the README and the guides,
//! which compile here.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// One for each file in `docs/guides`.
#[cfg(doctest)]
mod guides {
    #[cfg(feature = "aws")]
    #[doc = include_str!("../../docs/guides/aws.md")]
    struct Aws;
    #[doc = include_str!("../../docs/guides/call-from-a-controller.md")]
    struct CallFromAController;
    #[doc = include_str!("../../docs/guides/call-on-behalf-of-a-user.md")]
    struct CallOnBehalfOfAUser;
    #[doc = include_str!("../../docs/guides/github.md")]
    struct Github;
    #[doc = include_str!("../../docs/guides/hold-a-fleet.md")]
    struct HoldAFleet;
    #[doc = include_str!("../../docs/guides/migrate.md")]
    struct Migrate;
    #[doc = include_str!("../../docs/guides/multi-cluster-controller.md")]
    struct MultiClusterController;
    #[doc = include_str!("../../docs/guides/plan-and-apply.md")]
    struct PlanAndApply;
    #[doc = include_str!("../../docs/guides/receive-principals.md")]
    struct ReceivePrincipals;
    #[doc = include_str!("../../docs/guides/rotate-credentials.md")]
    struct RotateCredentials;
    #[doc = include_str!("../../docs/guides/run-clusters.md")]
    struct RunClusters;
    #[doc = include_str!("../../docs/guides/test-with-fake-cluster.md")]
    struct TestWithFakeCluster;
    #[doc = include_str!("../../docs/guides/write-a-provider.md")]
    struct WriteAProvider;
}
