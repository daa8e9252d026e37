// Generated from api/identity.json by `cargo xtask codegen`. Do not edit: change the document, or the command.

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
/// Client for identity
///
/// Organizations, projects, users, service accounts, groups and roles; the OAuth2 and OpenID Connect endpoints; quotas and the allocations that count against them.
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
    /// Returns the OpenID Connect discovery document.
    ///
    /// Sends a `GET` request to `/.well-known/openid-configuration`
    pub fn get_openid_configuration(&self) -> builder::GetOpenidConfiguration<'_> {
        builder::GetOpenidConfiguration::new(self)
    }
    /// Tells where access tokens for this service are issued and how they may be presented. Needs no credentials.
    ///
    /// Sends a `GET` request to `/.well-known/openid-protected-resource`
    pub fn get_openid_protected_resource(
        &self,
    ) -> builder::GetOpenidProtectedResource<'_> {
        builder::GetOpenidProtectedResource::new(self)
    }
    /// Returns what the caller may do, across all organizations it belongs to.
    ///
    /// Sends a `GET` request to `/api/v1/acl`
    pub fn get_acl(&self) -> builder::GetAcl<'_> {
        builder::GetAcl::new(self)
    }
    /// Lists the identity providers every organization can use.
    ///
    /// Sends a `GET` request to `/api/v1/oauth2providers`
    pub fn list_system_oauth2_providers(
        &self,
    ) -> builder::ListSystemOauth2Providers<'_> {
        builder::ListSystemOauth2Providers::new(self)
    }
    /// Lists the organizations the caller belongs to, or those of the user with the given address.
    ///
    /// Sends a `GET` request to `/api/v1/organizations`
    ///
    /// Arguments:
    /// - `email`: List the organizations of the user with this e-mail address instead of the caller's own.
    pub fn list_organizations(&self) -> builder::ListOrganizations<'_> {
        builder::ListOrganizations::new(self)
    }
    /// Creates an organization.
    ///
    /// Sends a `POST` request to `/api/v1/organizations`
    ///
    /// Arguments:
    /// - `body`: The organization to create.
    pub fn create_organization(&self) -> builder::CreateOrganization<'_> {
        builder::CreateOrganization::new(self)
    }
    /// Returns one organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn get_organization(&self) -> builder::GetOrganization<'_> {
        builder::GetOrganization::new(self)
    }
    /// Replaces the specification of an organization.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `body`: The new state of the organization.
    pub fn update_organization(&self) -> builder::UpdateOrganization<'_> {
        builder::UpdateOrganization::new(self)
    }
    /// Starts the deletion of an organization and all it contains.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn delete_organization(&self) -> builder::DeleteOrganization<'_> {
        builder::DeleteOrganization::new(self)
    }
    /// Returns what the caller may do within one organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/acl`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn get_organization_acl(&self) -> builder::GetOrganizationAcl<'_> {
        builder::GetOrganizationAcl::new(self)
    }
    /// Lists the groups of an organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/groups`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_groups(&self) -> builder::ListGroups<'_> {
        builder::ListGroups::new(self)
    }
    /// Creates a group, which binds roles to users and service accounts.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/groups`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `body`: The group to create.
    pub fn create_group(&self) -> builder::CreateGroup<'_> {
        builder::CreateGroup::new(self)
    }
    /// Returns one group.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/groups/{groupid}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `groupid`: The group.
    pub fn get_group(&self) -> builder::GetGroup<'_> {
        builder::GetGroup::new(self)
    }
    /// Replaces the members and roles of a group.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/groups/{groupid}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `groupid`: The group.
    /// - `body`: The new state of the group.
    pub fn update_group(&self) -> builder::UpdateGroup<'_> {
        builder::UpdateGroup::new(self)
    }
    /// Deletes a group. Its members lose the roles it gave them.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/groups/{groupid}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `groupid`: The group.
    pub fn delete_group(&self) -> builder::DeleteGroup<'_> {
        builder::DeleteGroup::new(self)
    }
    /// Lists the identity providers set up for an organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/oauth2providers`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_oauth2_providers(&self) -> builder::ListOauth2Providers<'_> {
        builder::ListOauth2Providers::new(self)
    }
    /// Sets up an identity provider for an organization.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/oauth2providers`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `body`: The wanted identity provider.
    pub fn create_oauth2_provider(&self) -> builder::CreateOauth2Provider<'_> {
        builder::CreateOauth2Provider::new(self)
    }
    /// Replaces the set-up of an identity provider.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/oauth2providers/{providerID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `provider_id`: The identity provider.
    /// - `body`: The wanted identity provider.
    pub fn update_oauth2_provider(&self) -> builder::UpdateOauth2Provider<'_> {
        builder::UpdateOauth2Provider::new(self)
    }
    /// Deletes an identity provider of an organization.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/oauth2providers/{providerID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `provider_id`: The identity provider.
    pub fn delete_oauth2_provider(&self) -> builder::DeleteOauth2Provider<'_> {
        builder::DeleteOauth2Provider::new(self)
    }
    /// Lists the projects of an organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_projects(&self) -> builder::ListProjects<'_> {
        builder::ListProjects::new(self)
    }
    /// Creates a project and returns it before it is provisioned.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `body`: The project to create.
    pub fn create_project(&self) -> builder::CreateProject<'_> {
        builder::CreateProject::new(self)
    }
    /// Returns one project.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    pub fn get_project(&self) -> builder::GetProject<'_> {
        builder::GetProject::new(self)
    }
    /// Replaces the groups and metadata of a project.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `body`: The new state of the project.
    pub fn update_project(&self) -> builder::UpdateProject<'_> {
        builder::UpdateProject::new(self)
    }
    /// Starts the deletion of a project. Waits while anything still references it.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    pub fn delete_project(&self) -> builder::DeleteProject<'_> {
        builder::DeleteProject::new(self)
    }
    /// Counts a resource's consumption against the organization's quotas. Calling it twice makes two allocations.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/allocations`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `body`: What to count, and for which resource.
    pub fn create_allocation(&self) -> builder::CreateAllocation<'_> {
        builder::CreateAllocation::new(self)
    }
    /// Returns one allocation.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/allocations/{allocationID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `allocation_id`: The allocation.
    pub fn get_allocation(&self) -> builder::GetAllocation<'_> {
        builder::GetAllocation::new(self)
    }
    /// Replaces what an allocation counts, as one atomic change.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/allocations/{allocationID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `allocation_id`: The allocation.
    /// - `body`: What to count, and for which resource.
    pub fn update_allocation(&self) -> builder::UpdateAllocation<'_> {
        builder::UpdateAllocation::new(self)
    }
    /// Gives back what an allocation counted.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/allocations/{allocationID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `allocation_id`: The allocation.
    pub fn delete_allocation(&self) -> builder::DeleteAllocation<'_> {
        builder::DeleteAllocation::new(self)
    }
    /// Records that a resource depends on the project, which keeps the project from being deleted. Adding the same reference again changes nothing.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/references/{reference}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `reference`: Who depends on the target, written `<plural>.<group>/<name>`. The server unescapes it twice, so it has to be percent-escaped once before it is handed to a client that escapes path parameters itself.
    pub fn add_project_reference(&self) -> builder::AddProjectReference<'_> {
        builder::AddProjectReference::new(self)
    }
    /// Withdraws a reference from the project. Removing one that is not there changes nothing.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/references/{reference}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `project_id`: The project within the organization.
    /// - `reference`: Who depends on the target, written `<plural>.<group>/<name>`. The server unescapes it twice, so it has to be percent-escaped once before it is handed to a client that escapes path parameters itself.
    pub fn remove_project_reference(&self) -> builder::RemoveProjectReference<'_> {
        builder::RemoveProjectReference::new(self)
    }
    /// Returns the quotas of an organization with what is used of them.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/quotas`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn get_quotas(&self) -> builder::GetQuotas<'_> {
        builder::GetQuotas::new(self)
    }
    /// Replaces the quotas of an organization.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/quotas`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `body`: The new quotas.
    pub fn update_quotas(&self) -> builder::UpdateQuotas<'_> {
        builder::UpdateQuotas::new(self)
    }
    /// Lists the roles of an organization and whether the caller could grant them.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/roles`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_roles(&self) -> builder::ListRoles<'_> {
        builder::ListRoles::new(self)
    }
    /// Lists the service accounts of an organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/serviceaccounts`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_service_accounts(&self) -> builder::ListServiceAccounts<'_> {
        builder::ListServiceAccounts::new(self)
    }
    /// Creates a service account. Its access token is returned here and never again.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/serviceaccounts`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `body`: The wanted service account.
    pub fn create_service_account(&self) -> builder::CreateServiceAccount<'_> {
        builder::CreateServiceAccount::new(self)
    }
    /// Replaces the groups and metadata of a service account. The token stays as it is.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/serviceaccounts/{serviceAccountID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `service_account_id`: The service account.
    /// - `body`: The wanted service account.
    pub fn update_service_account(&self) -> builder::UpdateServiceAccount<'_> {
        builder::UpdateServiceAccount::new(self)
    }
    /// Deletes a service account, which invalidates its token.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/serviceaccounts/{serviceAccountID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `service_account_id`: The service account.
    pub fn delete_service_account(&self) -> builder::DeleteServiceAccount<'_> {
        builder::DeleteServiceAccount::new(self)
    }
    /// Issues a new access token for a service account and invalidates the old one. The account may call this for itself.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/serviceaccounts/{serviceAccountID}/rotate`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `service_account_id`: The service account.
    pub fn rotate_service_account(&self) -> builder::RotateServiceAccount<'_> {
        builder::RotateServiceAccount::new(self)
    }
    /// Lists the users of an organization.
    ///
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/users`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    pub fn list_users(&self) -> builder::ListUsers<'_> {
        builder::ListUsers::new(self)
    }
    /// Adds a user to an organization.
    ///
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/users`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `body`: The wanted user.
    pub fn create_user(&self) -> builder::CreateUser<'_> {
        builder::CreateUser::new(self)
    }
    /// Replaces the state and groups of a user.
    ///
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/users/{userID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `user_id`: The user.
    /// - `body`: The wanted user.
    pub fn update_user(&self) -> builder::UpdateUser<'_> {
        builder::UpdateUser::new(self)
    }
    /// Removes a user from an organization.
    ///
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/users/{userID}`
    ///
    /// Arguments:
    /// - `organization_id`: The organization.
    /// - `user_id`: The user.
    pub fn delete_user(&self) -> builder::DeleteUser<'_> {
        builder::DeleteUser::new(self)
    }
    /// Returns the name and version of the running service.
    ///
    /// Sends a `GET` request to `/api/version`
    pub fn get_version(&self) -> builder::GetVersion<'_> {
        builder::GetVersion::new(self)
    }
    /// Returns the public keys that verify tokens issued by this service.
    ///
    /// Sends a `GET` request to `/oauth2/v2/jwks`
    pub fn get_jwks(&self) -> builder::GetJwks<'_> {
        builder::GetJwks::new(self)
    }
    /// Issues tokens for the grant named in the form: an authorization code, a refresh token, client credentials over mutual TLS, or a token exchange.
    ///
    /// Sends a `POST` request to `/oauth2/v2/token`
    ///
    /// Arguments:
    /// - `body`: The grant as a form.
    pub fn issue_token(&self) -> builder::IssueToken<'_> {
        builder::IssueToken::new(self)
    }
    /// Returns the claims of the subject whose access token is presented in the Authorization header.
    ///
    /// Sends a `GET` request to `/oauth2/v2/userinfo`
    pub fn get_userinfo(&self) -> builder::GetUserinfo<'_> {
        builder::GetUserinfo::new(self)
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
