//! Identifiers of what regions hold, as types of their own. Knows nothing of requests.
//!
//! Forms and rules are those of [`identity_client::ids`], whose organization and project are here too.

pub use identity_client::ids::{IdError, OrganizationId, ProjectId};

identity_client::uuid_ids! {
    /// Identifies a region.
    RegionId, "region";
    /// Identifies a cloud identity.
    IdentityId, "cloud identity";
    /// Identifies a network.
    NetworkId, "network";
    /// Identifies a security group.
    SecurityGroupId, "security group";
    /// Identifies a load balancer.
    LoadBalancerId, "load balancer";
    /// Identifies a volume.
    VolumeId, "volume";
    /// Identifies a server.
    ServerId, "server";
    /// Identifies an SSH certificate authority.
    SshCertificateAuthorityId, "SSH certificate authority";
    /// Identifies file storage.
    FileStorageId, "file storage";
    /// Identifies an image.
    ImageId, "image";
    /// Identifies a machine size.
    FlavorId, "flavor";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_different_things_share_their_form_and_name_their_kind() {
        let text = "F47AC10B58CC4372A5670E02B2C3D479";
        let network: NetworkId = text.parse().unwrap();
        let server: ServerId = text.parse().unwrap();
        assert_eq!(network.to_string(), server.to_string());
        assert_eq!(
            "x".parse::<SshCertificateAuthorityId>().unwrap_err().to_string(),
            "the SSH certificate authority identifier is not a UUID"
        );
    }
}
