//! What is particular to each service. Everything else in `codegen` treats them alike.

/// One API document and the client made from it.
pub(crate) struct Service {
    /// The document, from the workspace root.
    pub(crate) document: &'static str,
    /// The folder that holds the generated code and nothing else, from the workspace root.
    pub(crate) output: &'static str,
    /// Operations that are left out, with the reason.
    pub(crate) left_out: &'static [(&'static str, &'static str)],
    /// Schemas replaced by a hand-written type: identifiers.
    pub(crate) ids: &'static [(&'static str, &'static str)],
    /// Properties whose value is never to be shown: (schema, property).
    pub(crate) secrets: &'static [(&'static str, &'static str)],
}

pub(crate) const SERVICES: &[Service] = &[
    Service {
        document: "api/region.json",
        output: "region-client/src/generated",
        left_out: &[],
        ids: &[
            ("fileStorageId", "crate::ids::FileStorageId"),
            ("flavorId", "crate::ids::FlavorId"),
            ("identityId", "crate::ids::IdentityId"),
            ("imageId", "crate::ids::ImageId"),
            ("loadBalancerId", "crate::ids::LoadBalancerId"),
            ("networkId", "crate::ids::NetworkId"),
            ("organizationId", "crate::ids::OrganizationId"),
            ("projectId", "crate::ids::ProjectId"),
            ("regionId", "crate::ids::RegionId"),
            ("securityGroupId", "crate::ids::SecurityGroupId"),
            ("serverId", "crate::ids::ServerId"),
            ("sshCertificateAuthorityId", "crate::ids::SshCertificateAuthorityId"),
        ],
        secrets: &[
            ("consoleSession", "url"),
            ("identitySpecOpenStack", "cloudConfig"),
            ("identitySpecOpenStack", "sshPrivateKey"),
            ("regionDetailKubernetes", "kubeconfig"),
            ("serverSpec", "userData"),
            ("serverV2CreateSpec", "userData"),
            ("serverV2Spec", "userData"),
            ("sshKey", "privateKey"),
        ],
    },
    Service {
        document: "api/identity.json",
        output: "identity-client/src/generated",
        left_out: &[
            ("begin_authorization", BROWSER),
            ("submit_authorization", BROWSER),
            ("submit_login", BROWSER),
            ("handle_oidc_callback", BROWSER),
            ("submit_userinfo", "get_userinfo returns the same, with the token in a header instead of a form"),
        ],
        ids: &[
            ("allocationId", "crate::ids::AllocationId"),
            ("groupId", "crate::ids::GroupId"),
            ("oauth2ProviderId", "crate::ids::Oauth2ProviderId"),
            ("organizationId", "crate::ids::OrganizationId"),
            ("projectId", "crate::ids::ProjectId"),
            ("serviceAccountId", "crate::ids::ServiceAccountId"),
            ("userId", "crate::ids::UserId"),
        ],
        secrets: &[
            ("oauth2ProviderSpec", "clientSecret"),
            ("serviceAccountStatus", "accessToken"),
            ("token", "access_token"),
            ("token", "id_token"),
            ("token", "refresh_token"),
            ("tokenRequestOptions", "client_secret"),
            ("tokenRequestOptions", "code"),
            ("tokenRequestOptions", "code_verifier"),
            ("tokenRequestOptions", "refresh_token"),
            ("tokenRequestOptions", "subject_token"),
        ],
    },
];

const BROWSER: &str = "answers a browser with a page or a redirect; a service client follows neither";
