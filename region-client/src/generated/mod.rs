// Generated from api/region.json by `cargo xtask codegen`. Do not edit: change the document, or the command.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(
    clippy::all,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::missing_errors_doc,
    clippy::unwrap_used,
    elided_lifetimes_in_paths,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "generated; held to account by its tests, not by its looks"
)]
pub use progenitor_client::{ClientInfo, Error, ResponseValue};
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
#[derive(Clone, Debug)]
/// Client for region
///
/// Cloud regions and what runs in them: networks, security groups, load balancers, servers, images and file storage. Operations under /api/v2 address resources directly; those under /api/v1 address them through an organization and a project.
///
/// Version: 1.13.0
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: core_client::http::CallContext,
}
impl Client {
    /// A client whose requests carry, and are sent with, what the context says.
    ///
    /// Opens no connection and reads no key: make one for each caller.
    #[must_use]
    pub fn new(context: core_client::http::CallContext) -> Self {
        Self {
            baseurl: context.http().endpoint().base().to_owned(),
            client: context.http().drawing_board().clone(),
            inner: context,
        }
    }
}
impl ClientInfo<core_client::http::CallContext> for Client {
    fn api_version() -> &'static str {
        "1.13.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &core_client::http::CallContext {
        &self.inner
    }
}
impl Client {
    /// Tells where access tokens for this service are issued and how they may be presented. Needs no credentials.
    ///
    /// Sends a `GET` request to `/.well-known/openid-protected-resource`
    pub fn get_openid_protected_resource(
        &self,
    ) -> builder::GetOpenidProtectedResource<'_> {
        builder::GetOpenidProtectedResource::new(self)
    }
    /// Lists the cloud identities of every project in the organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/identities`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_organization_identities(
        &self,
    ) -> builder::ListOrganizationIdentities<'_> {
        builder::ListOrganizationIdentities::new(self)
    }
    /// Lists the networks of every project in the organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/networks`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_organization_networks(&self) -> builder::ListOrganizationNetworks<'_> {
        builder::ListOrganizationNetworks::new(self)
    }
    /// Creates a cloud identity: an account at the region's provider that the project's resources belong to.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `body`: The cloud identity to create.
    pub fn create_project_identity(&self) -> builder::CreateProjectIdentity<'_> {
        builder::CreateProjectIdentity::new(self)
    }
    /// Returns one cloud identity. Provider credentials are part of the answer.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    pub fn get_project_identity(&self) -> builder::GetProjectIdentity<'_> {
        builder::GetProjectIdentity::new(self)
    }
    /// Deletes a cloud identity together with everything created through it.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    pub fn delete_project_identity(&self) -> builder::DeleteProjectIdentity<'_> {
        builder::DeleteProjectIdentity::new(self)
    }
    /// Creates a network inside a cloud identity.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/networks`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `body`: The network to create.
    pub fn create_project_network(&self) -> builder::CreateProjectNetwork<'_> {
        builder::CreateProjectNetwork::new(self)
    }
    /// Returns one network of a cloud identity.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/networks/{networkID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `network_id`: The network.
    pub fn get_project_network(&self) -> builder::GetProjectNetwork<'_> {
        builder::GetProjectNetwork::new(self)
    }
    /// Starts the deletion of a network of a cloud identity.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/networks/{networkID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `network_id`: The network.
    pub fn delete_project_network(&self) -> builder::DeleteProjectNetwork<'_> {
        builder::DeleteProjectNetwork::new(self)
    }
    /// Creates a security group inside a cloud identity.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/securitygroups`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `body`: The wanted security group.
    pub fn create_project_security_group(
        &self,
    ) -> builder::CreateProjectSecurityGroup<'_> {
        builder::CreateProjectSecurityGroup::new(self)
    }
    /// Returns one security group of a cloud identity.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/securitygroups/{securityGroupID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `security_group_id`: The security group.
    pub fn get_project_security_group(&self) -> builder::GetProjectSecurityGroup<'_> {
        builder::GetProjectSecurityGroup::new(self)
    }
    /// Replaces the rules and metadata of a security group of a cloud identity.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/securitygroups/{securityGroupID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `security_group_id`: The security group.
    /// - `body`: The wanted security group.
    pub fn update_project_security_group(
        &self,
    ) -> builder::UpdateProjectSecurityGroup<'_> {
        builder::UpdateProjectSecurityGroup::new(self)
    }
    /// Starts the deletion of a security group of a cloud identity.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/securitygroups/{securityGroupID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `security_group_id`: The security group.
    pub fn delete_project_security_group(
        &self,
    ) -> builder::DeleteProjectSecurityGroup<'_> {
        builder::DeleteProjectSecurityGroup::new(self)
    }
    /// Creates a server inside a cloud identity.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `body`: The wanted server.
    pub fn create_project_server(&self) -> builder::CreateProjectServer<'_> {
        builder::CreateProjectServer::new(self)
    }
    /// Returns one server of a cloud identity with its current addresses and phase.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    pub fn get_project_server(&self) -> builder::GetProjectServer<'_> {
        builder::GetProjectServer::new(self)
    }
    /// Replaces the specification of a server of a cloud identity.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    /// - `body`: The wanted server.
    pub fn update_project_server(&self) -> builder::UpdateProjectServer<'_> {
        builder::UpdateProjectServer::new(self)
    }
    /// Starts the deletion of a server of a cloud identity.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    pub fn delete_project_server(&self) -> builder::DeleteProjectServer<'_> {
        builder::DeleteProjectServer::new(self)
    }
    /// Returns what a server of a cloud identity has printed on its console.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/consoleoutput`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    /// - `length`: How many lines to return, counted from the end. All of them when absent.
    pub fn get_project_server_console_output(
        &self,
    ) -> builder::GetProjectServerConsoleOutput<'_> {
        builder::GetProjectServerConsoleOutput::new(self)
    }
    /// Opens an interactive console on a server of a cloud identity and returns its address. Whoever holds the address has the console.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/consolesessions`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    pub fn get_project_server_console_session(
        &self,
    ) -> builder::GetProjectServerConsoleSession<'_> {
        builder::GetProjectServerConsoleSession::new(self)
    }
    /// Power-cycles a server of a cloud identity without asking its operating system.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/hardreboot`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    pub fn hard_reboot_project_server(&self) -> builder::HardRebootProjectServer<'_> {
        builder::HardRebootProjectServer::new(self)
    }
    /// Asks the operating system of a server of a cloud identity to restart.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/softreboot`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    pub fn soft_reboot_project_server(&self) -> builder::SoftRebootProjectServer<'_> {
        builder::SoftRebootProjectServer::new(self)
    }
    /// Powers on a stopped server of a cloud identity.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/start`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    pub fn start_project_server(&self) -> builder::StartProjectServer<'_> {
        builder::StartProjectServer::new(self)
    }
    /// Powers off a running server of a cloud identity.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/stop`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `identity_id`: The cloud identity within the project.
    /// - `server_id`: The server.
    pub fn stop_project_server(&self) -> builder::StopProjectServer<'_> {
        builder::StopProjectServer::new(self)
    }
    /// Lists the regions the organization may use.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_organization_regions(&self) -> builder::ListOrganizationRegions<'_> {
        builder::ListOrganizationRegions::new(self)
    }
    /// Returns one region with what is needed to reach it. The answer may hold a kubeconfig, so it is for services only.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/detail`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `region_id`: The region.
    pub fn get_organization_region_detail(
        &self,
    ) -> builder::GetOrganizationRegionDetail<'_> {
        builder::GetOrganizationRegionDetail::new(self)
    }
    /// Lists the provider networks of a region that lead outside it.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/externalnetworks`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `region_id`: The region.
    pub fn list_organization_region_external_networks(
        &self,
    ) -> builder::ListOrganizationRegionExternalNetworks<'_> {
        builder::ListOrganizationRegionExternalNetworks::new(self)
    }
    /// Lists the machine sizes offered to the organization in a region.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/flavors`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `region_id`: The region.
    pub fn list_organization_region_flavors(
        &self,
    ) -> builder::ListOrganizationRegionFlavors<'_> {
        builder::ListOrganizationRegionFlavors::new(self)
    }
    /// Lists the images the organization can boot from in a region.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/images`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `region_id`: The region.
    pub fn list_organization_region_images(
        &self,
    ) -> builder::ListOrganizationRegionImages<'_> {
        builder::ListOrganizationRegionImages::new(self)
    }
    /// Registers an image in a region and starts importing it from the given address. Watch the image state for the outcome.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/images`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `region_id`: The region.
    /// - `body`: The image to import.
    pub fn create_organization_region_image(
        &self,
    ) -> builder::CreateOrganizationRegionImage<'_> {
        builder::CreateOrganizationRegionImage::new(self)
    }
    /// Deletes an image that belongs to the organization.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/images/{imageID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `region_id`: The region.
    /// - `image_id`: The image.
    pub fn delete_organization_region_image(
        &self,
    ) -> builder::DeleteOrganizationRegionImage<'_> {
        builder::DeleteOrganizationRegionImage::new(self)
    }
    /// Lists the security groups of every project in the organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/securitygroups`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `tag`: Only resources that carry all of these tags, each written `name=value`. Repeat the key for several.
    pub fn list_organization_security_groups(
        &self,
    ) -> builder::ListOrganizationSecurityGroups<'_> {
        builder::ListOrganizationSecurityGroups::new(self)
    }
    /// Lists the servers of every project in the organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/servers`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `tag`: Only resources that carry all of these tags, each written `name=value`. Repeat the key for several.
    pub fn list_organization_servers(&self) -> builder::ListOrganizationServers<'_> {
        builder::ListOrganizationServers::new(self)
    }
    /// Lists file storage, narrowed by the given selectors.
    ///
    /// Sends a `GET` request to `/api/v2/filestorage`
    ///
    /// Arguments:
    /// - `organization_id`: Only resources of these organizations. Repeat the key for several.
    /// - `project_id`: Only resources of these projects. Repeat the key for several.
    /// - `region_id`: Only resources in these regions. Repeat the key for several.
    /// - `tag`: Only resources that carry all of these tags, each written `name=value`. Repeat the key for several.
    pub fn list_file_storages(&self) -> builder::ListFileStorages<'_> {
        builder::ListFileStorages::new(self)
    }
    /// Creates file storage and attaches it to the given networks.
    ///
    /// Sends a `POST` request to `/api/v2/filestorage`
    ///
    /// Arguments:
    /// - `body`: The file storage to create.
    pub fn create_file_storage(&self) -> builder::CreateFileStorage<'_> {
        builder::CreateFileStorage::new(self)
    }
    /// Returns one file storage with its usage, attachments and snapshot policies.
    ///
    /// Sends a `GET` request to `/api/v2/filestorage/{filestorageID}`
    ///
    /// Arguments:
    /// - `filestorage_id`: The file storage.
    pub fn get_file_storage(&self) -> builder::GetFileStorage<'_> {
        builder::GetFileStorage::new(self)
    }
    /// Replaces the size, attachments and snapshot policies of file storage. A member left out and a member sent as null differ: null is refused.
    ///
    /// Sends a `PUT` request to `/api/v2/filestorage/{filestorageID}`
    ///
    /// Arguments:
    /// - `filestorage_id`: The file storage.
    /// - `body`: The new state of the file storage.
    pub fn update_file_storage(&self) -> builder::UpdateFileStorage<'_> {
        builder::UpdateFileStorage::new(self)
    }
    /// Starts the deletion of file storage and everything stored in it.
    ///
    /// Sends a `DELETE` request to `/api/v2/filestorage/{filestorageID}`
    ///
    /// Arguments:
    /// - `filestorage_id`: The file storage.
    pub fn delete_file_storage(&self) -> builder::DeleteFileStorage<'_> {
        builder::DeleteFileStorage::new(self)
    }
    /// Lists the classes of file storage a region offers.
    ///
    /// Sends a `GET` request to `/api/v2/filestorageclasses`
    ///
    /// Arguments:
    /// - `region_id`: Only resources in these regions. Repeat the key for several.
    pub fn list_file_storage_classes(&self) -> builder::ListFileStorageClasses<'_> {
        builder::ListFileStorageClasses::new(self)
    }
    /// Lists load balancers, narrowed by the given selectors.
    ///
    /// Sends a `GET` request to `/api/v2/loadbalancers`
    ///
    /// Arguments:
    /// - `network_id`: Only resources on these networks. Repeat the key for several.
    /// - `organization_id`: Only resources of these organizations. Repeat the key for several.
    /// - `project_id`: Only resources of these projects. Repeat the key for several.
    /// - `region_id`: Only resources in these regions. Repeat the key for several.
    /// - `tag`: Only resources that carry all of these tags, each written `name=value`. Repeat the key for several.
    pub fn list_load_balancers(&self) -> builder::ListLoadBalancers<'_> {
        builder::ListLoadBalancers::new(self)
    }
    /// Creates a load balancer on a network.
    ///
    /// Sends a `POST` request to `/api/v2/loadbalancers`
    ///
    /// Arguments:
    /// - `body`: The load balancer to create.
    pub fn create_load_balancer(&self) -> builder::CreateLoadBalancer<'_> {
        builder::CreateLoadBalancer::new(self)
    }
    /// Returns one load balancer with the addresses it was given.
    ///
    /// Sends a `GET` request to `/api/v2/loadbalancers/{loadBalancerID}`
    ///
    /// Arguments:
    /// - `load_balancer_id`: The load balancer.
    pub fn get_load_balancer(&self) -> builder::GetLoadBalancer<'_> {
        builder::GetLoadBalancer::new(self)
    }
    /// Replaces the listeners and metadata of a load balancer.
    ///
    /// Sends a `PUT` request to `/api/v2/loadbalancers/{loadBalancerID}`
    ///
    /// Arguments:
    /// - `load_balancer_id`: The load balancer.
    /// - `body`: The new state of the load balancer.
    pub fn update_load_balancer(&self) -> builder::UpdateLoadBalancer<'_> {
        builder::UpdateLoadBalancer::new(self)
    }
    /// Starts the deletion of a load balancer.
    ///
    /// Sends a `DELETE` request to `/api/v2/loadbalancers/{loadBalancerID}`
    ///
    /// Arguments:
    /// - `load_balancer_id`: The load balancer.
    pub fn delete_load_balancer(&self) -> builder::DeleteLoadBalancer<'_> {
        builder::DeleteLoadBalancer::new(self)
    }
    /// Lists networks, narrowed by the given selectors.
    ///
    /// Sends a `GET` request to `/api/v2/networks`
    ///
    /// Arguments:
    /// - `organization_id`: Only resources of these organizations. Repeat the key for several.
    /// - `project_id`: Only resources of these projects. Repeat the key for several.
    /// - `region_id`: Only resources in these regions. Repeat the key for several.
    /// - `tag`: Only resources that carry all of these tags, each written `name=value`. Repeat the key for several.
    pub fn list_networks(&self) -> builder::ListNetworks<'_> {
        builder::ListNetworks::new(self)
    }
    /// Creates a network and returns it before it is provisioned.
    ///
    /// Sends a `POST` request to `/api/v2/networks`
    ///
    /// Arguments:
    /// - `body`: The network to create.
    pub fn create_network(&self) -> builder::CreateNetwork<'_> {
        builder::CreateNetwork::new(self)
    }
    /// Returns one network.
    ///
    /// Sends a `GET` request to `/api/v2/networks/{networkID}`
    ///
    /// Arguments:
    /// - `network_id`: The network.
    pub fn get_network(&self) -> builder::GetNetwork<'_> {
        builder::GetNetwork::new(self)
    }
    /// Replaces the mutable part of a network.
    ///
    /// Sends a `PUT` request to `/api/v2/networks/{networkID}`
    ///
    /// Arguments:
    /// - `network_id`: The network.
    /// - `body`: The new state of the network.
    pub fn update_network(&self) -> builder::UpdateNetwork<'_> {
        builder::UpdateNetwork::new(self)
    }
    /// Starts the deletion of a network. Refused while anything still references it.
    ///
    /// Sends a `DELETE` request to `/api/v2/networks/{networkID}`
    ///
    /// Arguments:
    /// - `network_id`: The network.
    pub fn delete_network(&self) -> builder::DeleteNetwork<'_> {
        builder::DeleteNetwork::new(self)
    }
    /// Records that a resource depends on the network, which keeps the network from being deleted. Adding the same reference again changes nothing.
    ///
    /// Sends a `PUT` request to `/api/v2/networks/{networkID}/references/{reference}`
    ///
    /// Arguments:
    /// - `network_id`: The network.
    /// - `reference`: Who depends on the target, written `<plural>.<group>/<name>`. The server unescapes it twice, so it has to be percent-escaped once before it is handed to a client that escapes path parameters itself.
    pub fn add_network_reference(&self) -> builder::AddNetworkReference<'_> {
        builder::AddNetworkReference::new(self)
    }
    /// Withdraws a reference from the network. Removing one that is not there changes nothing.
    ///
    /// Sends a `DELETE` request to `/api/v2/networks/{networkID}/references/{reference}`
    ///
    /// Arguments:
    /// - `network_id`: The network.
    /// - `reference`: Who depends on the target, written `<plural>.<group>/<name>`. The server unescapes it twice, so it has to be percent-escaped once before it is handed to a client that escapes path parameters itself.
    pub fn remove_network_reference(&self) -> builder::RemoveNetworkReference<'_> {
        builder::RemoveNetworkReference::new(self)
    }
    /// Lists the images of a region, narrowed by owner and state.
    ///
    /// Sends a `GET` request to `/api/v2/regions/{regionID}/images`
    ///
    /// Arguments:
    /// - `region_id`: The region.
    /// - `organization_id`: Only resources of these organizations. Repeat the key for several.
    /// - `scope`: `owned` for the caller's own images, `available` for everything it can boot from.
    /// - `status`: Only images in these states. Repeat the key for several.
    pub fn list_region_images(&self) -> builder::ListRegionImages<'_> {
        builder::ListRegionImages::new(self)
    }
    /// Lists security groups, narrowed by the given selectors.
    ///
    /// Sends a `GET` request to `/api/v2/securitygroups`
    ///
    /// Arguments:
    /// - `network_id`: Only resources on these networks. Repeat the key for several.
    /// - `organization_id`: Only resources of these organizations. Repeat the key for several.
    /// - `project_id`: Only resources of these projects. Repeat the key for several.
    /// - `region_id`: Only resources in these regions. Repeat the key for several.
    /// - `tag`: Only resources that carry all of these tags, each written `name=value`. Repeat the key for several.
    pub fn list_security_groups(&self) -> builder::ListSecurityGroups<'_> {
        builder::ListSecurityGroups::new(self)
    }
    /// Creates a security group on a network.
    ///
    /// Sends a `POST` request to `/api/v2/securitygroups`
    ///
    /// Arguments:
    /// - `body`: The security group to create.
    pub fn create_security_group(&self) -> builder::CreateSecurityGroup<'_> {
        builder::CreateSecurityGroup::new(self)
    }
    /// Returns one security group.
    ///
    /// Sends a `GET` request to `/api/v2/securitygroups/{securityGroupID}`
    ///
    /// Arguments:
    /// - `security_group_id`: The security group.
    pub fn get_security_group(&self) -> builder::GetSecurityGroup<'_> {
        builder::GetSecurityGroup::new(self)
    }
    /// Replaces the rules and metadata of a security group.
    ///
    /// Sends a `PUT` request to `/api/v2/securitygroups/{securityGroupID}`
    ///
    /// Arguments:
    /// - `security_group_id`: The security group.
    /// - `body`: The new state of the security group.
    pub fn update_security_group(&self) -> builder::UpdateSecurityGroup<'_> {
        builder::UpdateSecurityGroup::new(self)
    }
    /// Starts the deletion of a security group.
    ///
    /// Sends a `DELETE` request to `/api/v2/securitygroups/{securityGroupID}`
    ///
    /// Arguments:
    /// - `security_group_id`: The security group.
    pub fn delete_security_group(&self) -> builder::DeleteSecurityGroup<'_> {
        builder::DeleteSecurityGroup::new(self)
    }
    /// Lists servers, narrowed by the given selectors.
    ///
    /// Sends a `GET` request to `/api/v2/servers`
    ///
    /// Arguments:
    /// - `network_id`: Only resources on these networks. Repeat the key for several.
    /// - `organization_id`: Only resources of these organizations. Repeat the key for several.
    /// - `project_id`: Only resources of these projects. Repeat the key for several.
    /// - `region_id`: Only resources in these regions. Repeat the key for several.
    /// - `tag`: Only resources that carry all of these tags, each written `name=value`. Repeat the key for several.
    pub fn list_servers(&self) -> builder::ListServers<'_> {
        builder::ListServers::new(self)
    }
    /// Creates a server on a network and returns it before it is provisioned.
    ///
    /// Sends a `POST` request to `/api/v2/servers`
    ///
    /// Arguments:
    /// - `body`: The server to create.
    pub fn create_server(&self) -> builder::CreateServer<'_> {
        builder::CreateServer::new(self)
    }
    /// Returns one server with its power state and addresses.
    ///
    /// Sends a `GET` request to `/api/v2/servers/{serverID}`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    pub fn get_server(&self) -> builder::GetServer<'_> {
        builder::GetServer::new(self)
    }
    /// Replaces the mutable part of a server.
    ///
    /// Sends a `PUT` request to `/api/v2/servers/{serverID}`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    /// - `body`: The new state of the server.
    pub fn update_server(&self) -> builder::UpdateServer<'_> {
        builder::UpdateServer::new(self)
    }
    /// Starts the deletion of a server.
    ///
    /// Sends a `DELETE` request to `/api/v2/servers/{serverID}`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    pub fn delete_server(&self) -> builder::DeleteServer<'_> {
        builder::DeleteServer::new(self)
    }
    /// Returns what a server has printed on its console.
    ///
    /// Sends a `GET` request to `/api/v2/servers/{serverID}/consoleoutput`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    /// - `length`: How many lines to return, counted from the end. All of them when absent.
    pub fn get_server_console_output(&self) -> builder::GetServerConsoleOutput<'_> {
        builder::GetServerConsoleOutput::new(self)
    }
    /// Opens an interactive console on a server and returns its address. Whoever holds the address has the console.
    ///
    /// Sends a `GET` request to `/api/v2/servers/{serverID}/consolesessions`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    pub fn get_server_console_session(&self) -> builder::GetServerConsoleSession<'_> {
        builder::GetServerConsoleSession::new(self)
    }
    /// Power-cycles a server without asking its operating system.
    ///
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/hardreboot`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    pub fn hard_reboot_server(&self) -> builder::HardRebootServer<'_> {
        builder::HardRebootServer::new(self)
    }
    /// Turns the disk of a server into a new image.
    ///
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/snapshot`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    /// - `body`: The image to make.
    pub fn create_server_snapshot(&self) -> builder::CreateServerSnapshot<'_> {
        builder::CreateServerSnapshot::new(self)
    }
    /// Asks the operating system of a server to restart.
    ///
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/softreboot`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    pub fn soft_reboot_server(&self) -> builder::SoftRebootServer<'_> {
        builder::SoftRebootServer::new(self)
    }
    /// Returns the private key that logs in to the server, where the region made one.
    ///
    /// Sends a `GET` request to `/api/v2/servers/{serverID}/sshkey`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    pub fn get_server_ssh_key(&self) -> builder::GetServerSshKey<'_> {
        builder::GetServerSshKey::new(self)
    }
    /// Powers on a stopped server.
    ///
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/start`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    pub fn start_server(&self) -> builder::StartServer<'_> {
        builder::StartServer::new(self)
    }
    /// Powers off a running server.
    ///
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/stop`
    ///
    /// Arguments:
    /// - `server_id`: The server.
    pub fn stop_server(&self) -> builder::StopServer<'_> {
        builder::StopServer::new(self)
    }
    /// Lists SSH certificate authorities, narrowed by the given selectors.
    ///
    /// Sends a `GET` request to `/api/v2/sshcertificateauthorities`
    ///
    /// Arguments:
    /// - `organization_id`: Only resources of these organizations. Repeat the key for several.
    /// - `project_id`: Only resources of these projects. Repeat the key for several.
    /// - `tag`: Only resources that carry all of these tags, each written `name=value`. Repeat the key for several.
    pub fn list_ssh_certificate_authorities(
        &self,
    ) -> builder::ListSshCertificateAuthorities<'_> {
        builder::ListSshCertificateAuthorities::new(self)
    }
    /// Registers the public key of an SSH certificate authority that servers can be told to trust.
    ///
    /// Sends a `POST` request to `/api/v2/sshcertificateauthorities`
    ///
    /// Arguments:
    /// - `body`: The certificate authority to register.
    pub fn create_ssh_certificate_authority(
        &self,
    ) -> builder::CreateSshCertificateAuthority<'_> {
        builder::CreateSshCertificateAuthority::new(self)
    }
    /// Returns one SSH certificate authority.
    ///
    /// Sends a `GET` request to `/api/v2/sshcertificateauthorities/{sshCertificateAuthorityID}`
    ///
    /// Arguments:
    /// - `ssh_certificate_authority_id`: The SSH certificate authority.
    pub fn get_ssh_certificate_authority(
        &self,
    ) -> builder::GetSshCertificateAuthority<'_> {
        builder::GetSshCertificateAuthority::new(self)
    }
    /// Starts the deletion of an SSH certificate authority. Servers that already trust it are not touched.
    ///
    /// Sends a `DELETE` request to `/api/v2/sshcertificateauthorities/{sshCertificateAuthorityID}`
    ///
    /// Arguments:
    /// - `ssh_certificate_authority_id`: The SSH certificate authority.
    pub fn delete_ssh_certificate_authority(
        &self,
    ) -> builder::DeleteSshCertificateAuthority<'_> {
        builder::DeleteSshCertificateAuthority::new(self)
    }
    /// Returns the name and version of the running service.
    ///
    /// Sends a `GET` request to `/api/version`
    pub fn get_version(&self) -> builder::GetVersion<'_> {
        builder::GetVersion::new(self)
    }
}
impl ClientHooks<core_client::http::CallContext> for Client {
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        self.inner.exec(request, info.operation_id).await
    }
}
/// One builder an operation: its parameters, then `send`.
pub mod builder;
/// What operations take and return.
pub mod types;
