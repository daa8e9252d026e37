// Generated from api/region.json by `cargo xtask codegen`. Do not edit: change the document, or the command.

#![cfg_attr(rustfmt, rustfmt_skip)]
use super::types;
use super::{
    encode_path, ClientHooks, ClientInfo, Error, OperationInfo, RequestBuilderExt,
    ResponseValue,
};
/// Builder for [`Client::get_openid_protected_resource`]
///
/// [`Client::get_openid_protected_resource`]: super::Client::get_openid_protected_resource
#[derive(Debug, Clone)]
pub struct GetOpenidProtectedResource<'a> {
    client: &'a super::Client,
}
impl<'a> GetOpenidProtectedResource<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self { client: client }
    }
    /// Sends a `GET` request to `/.well-known/openid-protected-resource`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::OpenidProtectedResource>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client } = self;
        let url = format!("{}/.well-known/openid-protected-resource", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_openid_protected_resource",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_organization_identities`]
///
/// [`Client::list_organization_identities`]: super::Client::list_organization_identities
#[derive(Debug, Clone)]
pub struct ListOrganizationIdentities<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListOrganizationIdentities<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/identities`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::IdentityRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/identities", client.baseurl, encode_path(&
            organization_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organization_identities",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_organization_networks`]
///
/// [`Client::list_organization_networks`]: super::Client::list_organization_networks
#[derive(Debug, Clone)]
pub struct ListOrganizationNetworks<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListOrganizationNetworks<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/networks`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::NetworkRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/networks", client.baseurl, encode_path(&
            organization_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organization_networks",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_project_identity`]
///
/// [`Client::create_project_identity`]: super::Client::create_project_identity
#[derive(Debug, Clone)]
pub struct CreateProjectIdentity<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    body: Result<types::builder::IdentityWrite, String>,
}
impl<'a> CreateProjectIdentity<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::IdentityWrite>,
        <V as std::convert::TryInto<types::IdentityWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `IdentityWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::IdentityWrite,
        ) -> types::builder::IdentityWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::IdentityRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::IdentityWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& project_id
            .to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_project_identity",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_project_identity`]
///
/// [`Client::get_project_identity`]: super::Client::get_project_identity
#[derive(Debug, Clone)]
pub struct GetProjectIdentity<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
}
impl<'a> GetProjectIdentity<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::IdentityRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, identity_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& project_id
            .to_string()), encode_path(& identity_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_project_identity",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_project_identity`]
///
/// [`Client::delete_project_identity`]: super::Client::delete_project_identity
#[derive(Debug, Clone)]
pub struct DeleteProjectIdentity<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
}
impl<'a> DeleteProjectIdentity<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& project_id
            .to_string()), encode_path(& identity_id.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_project_identity",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_project_network`]
///
/// [`Client::create_project_network`]: super::Client::create_project_network
#[derive(Debug, Clone)]
pub struct CreateProjectNetwork<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    body: Result<types::builder::NetworkWrite, String>,
}
impl<'a> CreateProjectNetwork<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::NetworkWrite>,
        <V as std::convert::TryInto<types::NetworkWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `NetworkWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::NetworkWrite,
        ) -> types::builder::NetworkWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/networks`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::NetworkRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, identity_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::NetworkWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/networks", client
            .baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_project_network",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_project_network`]
///
/// [`Client::get_project_network`]: super::Client::get_project_network
#[derive(Debug, Clone)]
pub struct GetProjectNetwork<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    network_id: Result<crate::ids::NetworkId, String>,
}
impl<'a> GetProjectNetwork<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            network_id: Err("network_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::NetworkId>,
    {
        self.network_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: NetworkId` for network_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/networks/{networkID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::NetworkRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, identity_id, network_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/networks/{}", client
            .baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& network_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_project_network",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_project_network`]
///
/// [`Client::delete_project_network`]: super::Client::delete_project_network
#[derive(Debug, Clone)]
pub struct DeleteProjectNetwork<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    network_id: Result<crate::ids::NetworkId, String>,
}
impl<'a> DeleteProjectNetwork<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            network_id: Err("network_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::NetworkId>,
    {
        self.network_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: NetworkId` for network_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/networks/{networkID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, network_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/networks/{}", client
            .baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& network_id.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_project_network",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_project_security_group`]
///
/// [`Client::create_project_security_group`]: super::Client::create_project_security_group
#[derive(Debug, Clone)]
pub struct CreateProjectSecurityGroup<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    body: Result<types::builder::SecurityGroupWrite, String>,
}
impl<'a> CreateProjectSecurityGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::SecurityGroupWrite>,
        <V as std::convert::TryInto<
            types::SecurityGroupWrite,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `SecurityGroupWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::SecurityGroupWrite,
        ) -> types::builder::SecurityGroupWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/securitygroups`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::SecurityGroupRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, identity_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::SecurityGroupWrite::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/securitygroups", client
            .baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_project_security_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_project_security_group`]
///
/// [`Client::get_project_security_group`]: super::Client::get_project_security_group
#[derive(Debug, Clone)]
pub struct GetProjectSecurityGroup<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    security_group_id: Result<crate::ids::SecurityGroupId, String>,
}
impl<'a> GetProjectSecurityGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            security_group_id: Err("security_group_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn security_group_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::SecurityGroupId>,
    {
        self.security_group_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: SecurityGroupId` for security_group_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/securitygroups/{securityGroupID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::SecurityGroupRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self {
            client,
            organization_id,
            project_id,
            identity_id,
            security_group_id,
        } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let security_group_id = security_group_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/securitygroups/{}",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& security_group_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_project_security_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::update_project_security_group`]
///
/// [`Client::update_project_security_group`]: super::Client::update_project_security_group
#[derive(Debug, Clone)]
pub struct UpdateProjectSecurityGroup<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    security_group_id: Result<crate::ids::SecurityGroupId, String>,
    body: Result<types::builder::SecurityGroupWrite, String>,
}
impl<'a> UpdateProjectSecurityGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            security_group_id: Err("security_group_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn security_group_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::SecurityGroupId>,
    {
        self.security_group_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: SecurityGroupId` for security_group_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::SecurityGroupWrite>,
        <V as std::convert::TryInto<
            types::SecurityGroupWrite,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `SecurityGroupWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::SecurityGroupWrite,
        ) -> types::builder::SecurityGroupWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/securitygroups/{securityGroupID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::SecurityGroupRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self {
            client,
            organization_id,
            project_id,
            identity_id,
            security_group_id,
            body,
        } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let security_group_id = security_group_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::SecurityGroupWrite::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/securitygroups/{}",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& security_group_id.to_string()),
        );
        let mut request = client
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_project_security_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_project_security_group`]
///
/// [`Client::delete_project_security_group`]: super::Client::delete_project_security_group
#[derive(Debug, Clone)]
pub struct DeleteProjectSecurityGroup<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    security_group_id: Result<crate::ids::SecurityGroupId, String>,
}
impl<'a> DeleteProjectSecurityGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            security_group_id: Err("security_group_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn security_group_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::SecurityGroupId>,
    {
        self.security_group_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: SecurityGroupId` for security_group_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/securitygroups/{securityGroupID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self {
            client,
            organization_id,
            project_id,
            identity_id,
            security_group_id,
        } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let security_group_id = security_group_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/securitygroups/{}",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& security_group_id.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_project_security_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_project_server`]
///
/// [`Client::create_project_server`]: super::Client::create_project_server
#[derive(Debug, Clone)]
pub struct CreateProjectServer<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    body: Result<types::builder::ServerWrite, String>,
}
impl<'a> CreateProjectServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ServerWrite>,
        <V as std::convert::TryInto<types::ServerWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `ServerWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(types::builder::ServerWrite) -> types::builder::ServerWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::ServerRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::ServerWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers", client
            .baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_project_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_project_server`]
///
/// [`Client::get_project_server`]: super::Client::get_project_server
#[derive(Debug, Clone)]
pub struct GetProjectServer<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> GetProjectServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::ServerRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, server_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}", client
            .baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_project_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::update_project_server`]
///
/// [`Client::update_project_server`]: super::Client::update_project_server
#[derive(Debug, Clone)]
pub struct UpdateProjectServer<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
    body: Result<types::builder::ServerWrite, String>,
}
impl<'a> UpdateProjectServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ServerWrite>,
        <V as std::convert::TryInto<types::ServerWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `ServerWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(types::builder::ServerWrite) -> types::builder::ServerWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::ServerRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, server_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::ServerWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}", client
            .baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_project_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_project_server`]
///
/// [`Client::delete_project_server`]: super::Client::delete_project_server
#[derive(Debug, Clone)]
pub struct DeleteProjectServer<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> DeleteProjectServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, server_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}", client
            .baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_project_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_project_server_console_output`]
///
/// [`Client::get_project_server_console_output`]: super::Client::get_project_server_console_output
#[derive(Debug, Clone)]
pub struct GetProjectServerConsoleOutput<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
    length: Result<Option<i64>, String>,
}
impl<'a> GetProjectServerConsoleOutput<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
            length: Ok(None),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    pub fn length<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<i64>,
    {
        self.length = value
            .try_into()
            .map(Some)
            .map_err(|_| "conversion to `i64` for length failed".to_string());
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/consoleoutput`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ConsoleOutput>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self {
            client,
            organization_id,
            project_id,
            identity_id,
            server_id,
            length,
        } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let length = length.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}/consoleoutput",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("length", &length))
            .build()?;
        let info = OperationInfo {
            operation_id: "get_project_server_console_output",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_project_server_console_session`]
///
/// [`Client::get_project_server_console_session`]: super::Client::get_project_server_console_session
#[derive(Debug, Clone)]
pub struct GetProjectServerConsoleSession<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> GetProjectServerConsoleSession<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/consolesessions`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ConsoleSession>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, identity_id, server_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}/consolesessions",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_project_server_console_session",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::hard_reboot_project_server`]
///
/// [`Client::hard_reboot_project_server`]: super::Client::hard_reboot_project_server
#[derive(Debug, Clone)]
pub struct HardRebootProjectServer<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> HardRebootProjectServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/hardreboot`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, server_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}/hardreboot",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "hard_reboot_project_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::soft_reboot_project_server`]
///
/// [`Client::soft_reboot_project_server`]: super::Client::soft_reboot_project_server
#[derive(Debug, Clone)]
pub struct SoftRebootProjectServer<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> SoftRebootProjectServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/softreboot`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, server_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}/softreboot",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "soft_reboot_project_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::start_project_server`]
///
/// [`Client::start_project_server`]: super::Client::start_project_server
#[derive(Debug, Clone)]
pub struct StartProjectServer<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> StartProjectServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/start`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, server_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}/start",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "start_project_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::stop_project_server`]
///
/// [`Client::stop_project_server`]: super::Client::stop_project_server
#[derive(Debug, Clone)]
pub struct StopProjectServer<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    identity_id: Result<crate::ids::IdentityId, String>,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> StopProjectServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            identity_id: Err("identity_id was not initialized".to_string()),
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ProjectId>,
    {
        self.project_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ProjectId` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn identity_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::IdentityId>,
    {
        self.identity_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: IdentityId` for identity_id failed"
                    .to_string()
            });
        self
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/identities/{identityID}/servers/{serverID}/stop`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, identity_id, server_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let identity_id = identity_id.map_err(Error::InvalidRequest)?;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/identities/{}/servers/{}/stop",
            client.baseurl, encode_path(& organization_id.to_string()), encode_path(&
            project_id.to_string()), encode_path(& identity_id.to_string()),
            encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "stop_project_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_organization_regions`]
///
/// [`Client::list_organization_regions`]: super::Client::list_organization_regions
#[derive(Debug, Clone)]
pub struct ListOrganizationRegions<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListOrganizationRegions<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::RegionRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/regions", client.baseurl, encode_path(&
            organization_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organization_regions",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_organization_region_detail`]
///
/// [`Client::get_organization_region_detail`]: super::Client::get_organization_region_detail
#[derive(Debug, Clone)]
pub struct GetOrganizationRegionDetail<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    region_id: Result<crate::ids::RegionId, String>,
}
impl<'a> GetOrganizationRegionDetail<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            region_id: Err("region_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::RegionId>,
    {
        self.region_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: RegionId` for region_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/detail`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::RegionDetailRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, region_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/regions/{}/detail", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& region_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_organization_region_detail",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_organization_region_external_networks`]
///
/// [`Client::list_organization_region_external_networks`]: super::Client::list_organization_region_external_networks
#[derive(Debug, Clone)]
pub struct ListOrganizationRegionExternalNetworks<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    region_id: Result<crate::ids::RegionId, String>,
}
impl<'a> ListOrganizationRegionExternalNetworks<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            region_id: Err("region_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::RegionId>,
    {
        self.region_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: RegionId` for region_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/externalnetworks`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::ExternalNetwork>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, region_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/regions/{}/externalnetworks", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& region_id
            .to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organization_region_external_networks",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_organization_region_flavors`]
///
/// [`Client::list_organization_region_flavors`]: super::Client::list_organization_region_flavors
#[derive(Debug, Clone)]
pub struct ListOrganizationRegionFlavors<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    region_id: Result<crate::ids::RegionId, String>,
}
impl<'a> ListOrganizationRegionFlavors<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            region_id: Err("region_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::RegionId>,
    {
        self.region_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: RegionId` for region_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/flavors`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::Flavor>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, region_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/regions/{}/flavors", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& region_id
            .to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organization_region_flavors",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_organization_region_images`]
///
/// [`Client::list_organization_region_images`]: super::Client::list_organization_region_images
#[derive(Debug, Clone)]
pub struct ListOrganizationRegionImages<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    region_id: Result<crate::ids::RegionId, String>,
}
impl<'a> ListOrganizationRegionImages<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            region_id: Err("region_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::RegionId>,
    {
        self.region_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: RegionId` for region_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/images`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::Image>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, region_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/regions/{}/images", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& region_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organization_region_images",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_organization_region_image`]
///
/// [`Client::create_organization_region_image`]: super::Client::create_organization_region_image
#[derive(Debug, Clone)]
pub struct CreateOrganizationRegionImage<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    region_id: Result<crate::ids::RegionId, String>,
    body: Result<types::builder::ImageCreate, String>,
}
impl<'a> CreateOrganizationRegionImage<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            region_id: Err("region_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::RegionId>,
    {
        self.region_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: RegionId` for region_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ImageCreate>,
        <V as std::convert::TryInto<types::ImageCreate>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `ImageCreate` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(types::builder::ImageCreate) -> types::builder::ImageCreate,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/images`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::Image>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, region_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::ImageCreate::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/regions/{}/images", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& region_id.to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_organization_region_image",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_organization_region_image`]
///
/// [`Client::delete_organization_region_image`]: super::Client::delete_organization_region_image
#[derive(Debug, Clone)]
pub struct DeleteOrganizationRegionImage<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    region_id: Result<crate::ids::RegionId, String>,
    image_id: Result<crate::ids::ImageId, String>,
}
impl<'a> DeleteOrganizationRegionImage<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            region_id: Err("region_id was not initialized".to_string()),
            image_id: Err("image_id was not initialized".to_string()),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::RegionId>,
    {
        self.region_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: RegionId` for region_id failed"
                    .to_string()
            });
        self
    }
    pub fn image_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ImageId>,
    {
        self.image_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ImageId` for image_id failed".to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/regions/{regionID}/images/{imageID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, region_id, image_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let image_id = image_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/regions/{}/images/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& region_id
            .to_string()), encode_path(& image_id.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_organization_region_image",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_organization_security_groups`]
///
/// [`Client::list_organization_security_groups`]: super::Client::list_organization_security_groups
#[derive(Debug, Clone)]
pub struct ListOrganizationSecurityGroups<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    tag: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListOrganizationSecurityGroups<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            tag: Ok(None),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn tag<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.tag = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tag failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/securitygroups`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::SecurityGroupRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, tag } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let tag = tag.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/securitygroups", client.baseurl, encode_path(&
            organization_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("tag", &tag))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organization_security_groups",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_organization_servers`]
///
/// [`Client::list_organization_servers`]: super::Client::list_organization_servers
#[derive(Debug, Clone)]
pub struct ListOrganizationServers<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    tag: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListOrganizationServers<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            tag: Ok(None),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::OrganizationId>,
    {
        self.organization_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: OrganizationId` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn tag<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.tag = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tag failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/servers`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::ServerRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, tag } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let tag = tag.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/servers", client.baseurl, encode_path(&
            organization_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("tag", &tag))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organization_servers",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_file_storages`]
///
/// [`Client::list_file_storages`]: super::Client::list_file_storages
#[derive(Debug, Clone)]
pub struct ListFileStorages<'a> {
    client: &'a super::Client,
    organization_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    project_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    region_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    tag: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListFileStorages<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Ok(None),
            project_id: Ok(None),
            region_id: Ok(None),
            tag: Ok(None),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.organization_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.project_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.region_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for region_id failed"
                    .to_string()
            });
        self
    }
    pub fn tag<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.tag = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tag failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/filestorage`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::StorageV2Read>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, region_id, tag } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let tag = tag.map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/filestorage", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(
                &progenitor_client::QueryParam::new("organizationID", &organization_id),
            )
            .query(&progenitor_client::QueryParam::new("projectID", &project_id))
            .query(&progenitor_client::QueryParam::new("regionID", &region_id))
            .query(&progenitor_client::QueryParam::new("tag", &tag))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_file_storages",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_file_storage`]
///
/// [`Client::create_file_storage`]: super::Client::create_file_storage
#[derive(Debug, Clone)]
pub struct CreateFileStorage<'a> {
    client: &'a super::Client,
    body: Result<types::builder::StorageV2Create, String>,
}
impl<'a> CreateFileStorage<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::StorageV2Create>,
        <V as std::convert::TryInto<types::StorageV2Create>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `StorageV2Create` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::StorageV2Create,
        ) -> types::builder::StorageV2Create,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v2/filestorage`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::StorageV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, body } = self;
        let body = body
            .and_then(|v| types::StorageV2Create::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/filestorage", client.baseurl,);
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_file_storage",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_file_storage`]
///
/// [`Client::get_file_storage`]: super::Client::get_file_storage
#[derive(Debug, Clone)]
pub struct GetFileStorage<'a> {
    client: &'a super::Client,
    filestorage_id: Result<crate::ids::FileStorageId, String>,
}
impl<'a> GetFileStorage<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            filestorage_id: Err("filestorage_id was not initialized".to_string()),
        }
    }
    pub fn filestorage_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::FileStorageId>,
    {
        self.filestorage_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: FileStorageId` for filestorage_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/filestorage/{filestorageID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::StorageV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, filestorage_id } = self;
        let filestorage_id = filestorage_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/filestorage/{}", client.baseurl, encode_path(& filestorage_id
            .to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_file_storage",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::update_file_storage`]
///
/// [`Client::update_file_storage`]: super::Client::update_file_storage
#[derive(Debug, Clone)]
pub struct UpdateFileStorage<'a> {
    client: &'a super::Client,
    filestorage_id: Result<crate::ids::FileStorageId, String>,
    body: Result<types::builder::StorageV2Update, String>,
}
impl<'a> UpdateFileStorage<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            filestorage_id: Err("filestorage_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn filestorage_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::FileStorageId>,
    {
        self.filestorage_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: FileStorageId` for filestorage_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::StorageV2Update>,
        <V as std::convert::TryInto<types::StorageV2Update>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `StorageV2Update` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::StorageV2Update,
        ) -> types::builder::StorageV2Update,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v2/filestorage/{filestorageID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::StorageV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, filestorage_id, body } = self;
        let filestorage_id = filestorage_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::StorageV2Update::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/filestorage/{}", client.baseurl, encode_path(& filestorage_id
            .to_string()),
        );
        let mut request = client
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_file_storage",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_file_storage`]
///
/// [`Client::delete_file_storage`]: super::Client::delete_file_storage
#[derive(Debug, Clone)]
pub struct DeleteFileStorage<'a> {
    client: &'a super::Client,
    filestorage_id: Result<crate::ids::FileStorageId, String>,
}
impl<'a> DeleteFileStorage<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            filestorage_id: Err("filestorage_id was not initialized".to_string()),
        }
    }
    pub fn filestorage_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::FileStorageId>,
    {
        self.filestorage_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: FileStorageId` for filestorage_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v2/filestorage/{filestorageID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, filestorage_id } = self;
        let filestorage_id = filestorage_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/filestorage/{}", client.baseurl, encode_path(& filestorage_id
            .to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_file_storage",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_file_storage_classes`]
///
/// [`Client::list_file_storage_classes`]: super::Client::list_file_storage_classes
#[derive(Debug, Clone)]
pub struct ListFileStorageClasses<'a> {
    client: &'a super::Client,
    region_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListFileStorageClasses<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            region_id: Ok(None),
        }
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.region_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for region_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/filestorageclasses`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::StorageClassV2Read>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, region_id } = self;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/filestorageclasses", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("regionID", &region_id))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_file_storage_classes",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_load_balancers`]
///
/// [`Client::list_load_balancers`]: super::Client::list_load_balancers
#[derive(Debug, Clone)]
pub struct ListLoadBalancers<'a> {
    client: &'a super::Client,
    network_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    organization_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    project_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    region_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    tag: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListLoadBalancers<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            network_id: Ok(None),
            organization_id: Ok(None),
            project_id: Ok(None),
            region_id: Ok(None),
            tag: Ok(None),
        }
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.network_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for network_id failed"
                    .to_string()
            });
        self
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.organization_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.project_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.region_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for region_id failed"
                    .to_string()
            });
        self
    }
    pub fn tag<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.tag = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tag failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/loadbalancers`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::LoadBalancerV2Read>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, network_id, organization_id, project_id, region_id, tag } = self;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let tag = tag.map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/loadbalancers", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("networkID", &network_id))
            .query(
                &progenitor_client::QueryParam::new("organizationID", &organization_id),
            )
            .query(&progenitor_client::QueryParam::new("projectID", &project_id))
            .query(&progenitor_client::QueryParam::new("regionID", &region_id))
            .query(&progenitor_client::QueryParam::new("tag", &tag))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_load_balancers",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_load_balancer`]
///
/// [`Client::create_load_balancer`]: super::Client::create_load_balancer
#[derive(Debug, Clone)]
pub struct CreateLoadBalancer<'a> {
    client: &'a super::Client,
    body: Result<types::builder::LoadBalancerV2Create, String>,
}
impl<'a> CreateLoadBalancer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::LoadBalancerV2Create>,
        <V as std::convert::TryInto<
            types::LoadBalancerV2Create,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `LoadBalancerV2Create` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::LoadBalancerV2Create,
        ) -> types::builder::LoadBalancerV2Create,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v2/loadbalancers`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::LoadBalancerV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, body } = self;
        let body = body
            .and_then(|v| {
                types::LoadBalancerV2Create::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/loadbalancers", client.baseurl,);
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_load_balancer",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_load_balancer`]
///
/// [`Client::get_load_balancer`]: super::Client::get_load_balancer
#[derive(Debug, Clone)]
pub struct GetLoadBalancer<'a> {
    client: &'a super::Client,
    load_balancer_id: Result<crate::ids::LoadBalancerId, String>,
}
impl<'a> GetLoadBalancer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            load_balancer_id: Err("load_balancer_id was not initialized".to_string()),
        }
    }
    pub fn load_balancer_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::LoadBalancerId>,
    {
        self.load_balancer_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: LoadBalancerId` for load_balancer_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/loadbalancers/{loadBalancerID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::LoadBalancerV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, load_balancer_id } = self;
        let load_balancer_id = load_balancer_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/loadbalancers/{}", client.baseurl, encode_path(& load_balancer_id
            .to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_load_balancer",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::update_load_balancer`]
///
/// [`Client::update_load_balancer`]: super::Client::update_load_balancer
#[derive(Debug, Clone)]
pub struct UpdateLoadBalancer<'a> {
    client: &'a super::Client,
    load_balancer_id: Result<crate::ids::LoadBalancerId, String>,
    body: Result<types::builder::LoadBalancerV2Update, String>,
}
impl<'a> UpdateLoadBalancer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            load_balancer_id: Err("load_balancer_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn load_balancer_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::LoadBalancerId>,
    {
        self.load_balancer_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: LoadBalancerId` for load_balancer_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::LoadBalancerV2Update>,
        <V as std::convert::TryInto<
            types::LoadBalancerV2Update,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `LoadBalancerV2Update` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::LoadBalancerV2Update,
        ) -> types::builder::LoadBalancerV2Update,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v2/loadbalancers/{loadBalancerID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::LoadBalancerV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, load_balancer_id, body } = self;
        let load_balancer_id = load_balancer_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::LoadBalancerV2Update::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/loadbalancers/{}", client.baseurl, encode_path(& load_balancer_id
            .to_string()),
        );
        let mut request = client
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_load_balancer",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_load_balancer`]
///
/// [`Client::delete_load_balancer`]: super::Client::delete_load_balancer
#[derive(Debug, Clone)]
pub struct DeleteLoadBalancer<'a> {
    client: &'a super::Client,
    load_balancer_id: Result<crate::ids::LoadBalancerId, String>,
}
impl<'a> DeleteLoadBalancer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            load_balancer_id: Err("load_balancer_id was not initialized".to_string()),
        }
    }
    pub fn load_balancer_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::LoadBalancerId>,
    {
        self.load_balancer_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: LoadBalancerId` for load_balancer_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v2/loadbalancers/{loadBalancerID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, load_balancer_id } = self;
        let load_balancer_id = load_balancer_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/loadbalancers/{}", client.baseurl, encode_path(& load_balancer_id
            .to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_load_balancer",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_networks`]
///
/// [`Client::list_networks`]: super::Client::list_networks
#[derive(Debug, Clone)]
pub struct ListNetworks<'a> {
    client: &'a super::Client,
    organization_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    project_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    region_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    tag: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListNetworks<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Ok(None),
            project_id: Ok(None),
            region_id: Ok(None),
            tag: Ok(None),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.organization_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.project_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.region_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for region_id failed"
                    .to_string()
            });
        self
    }
    pub fn tag<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.tag = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tag failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/networks`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::NetworkV2Read>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, region_id, tag } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let tag = tag.map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/networks", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(
                &progenitor_client::QueryParam::new("organizationID", &organization_id),
            )
            .query(&progenitor_client::QueryParam::new("projectID", &project_id))
            .query(&progenitor_client::QueryParam::new("regionID", &region_id))
            .query(&progenitor_client::QueryParam::new("tag", &tag))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_networks",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_network`]
///
/// [`Client::create_network`]: super::Client::create_network
#[derive(Debug, Clone)]
pub struct CreateNetwork<'a> {
    client: &'a super::Client,
    body: Result<types::builder::NetworkV2Create, String>,
}
impl<'a> CreateNetwork<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::NetworkV2Create>,
        <V as std::convert::TryInto<types::NetworkV2Create>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `NetworkV2Create` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::NetworkV2Create,
        ) -> types::builder::NetworkV2Create,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v2/networks`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::NetworkV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, body } = self;
        let body = body
            .and_then(|v| types::NetworkV2Create::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/networks", client.baseurl,);
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_network",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_network`]
///
/// [`Client::get_network`]: super::Client::get_network
#[derive(Debug, Clone)]
pub struct GetNetwork<'a> {
    client: &'a super::Client,
    network_id: Result<crate::ids::NetworkId, String>,
}
impl<'a> GetNetwork<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            network_id: Err("network_id was not initialized".to_string()),
        }
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::NetworkId>,
    {
        self.network_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: NetworkId` for network_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/networks/{networkID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::NetworkV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, network_id } = self;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/networks/{}", client.baseurl, encode_path(& network_id
            .to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_network",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::update_network`]
///
/// [`Client::update_network`]: super::Client::update_network
#[derive(Debug, Clone)]
pub struct UpdateNetwork<'a> {
    client: &'a super::Client,
    network_id: Result<crate::ids::NetworkId, String>,
    body: Result<types::builder::NetworkV2Update, String>,
}
impl<'a> UpdateNetwork<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            network_id: Err("network_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::NetworkId>,
    {
        self.network_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: NetworkId` for network_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::NetworkV2Update>,
        <V as std::convert::TryInto<types::NetworkV2Update>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `NetworkV2Update` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::NetworkV2Update,
        ) -> types::builder::NetworkV2Update,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v2/networks/{networkID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::NetworkV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, network_id, body } = self;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::NetworkV2Update::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/networks/{}", client.baseurl, encode_path(& network_id
            .to_string()),
        );
        let mut request = client
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_network",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_network`]
///
/// [`Client::delete_network`]: super::Client::delete_network
#[derive(Debug, Clone)]
pub struct DeleteNetwork<'a> {
    client: &'a super::Client,
    network_id: Result<crate::ids::NetworkId, String>,
}
impl<'a> DeleteNetwork<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            network_id: Err("network_id was not initialized".to_string()),
        }
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::NetworkId>,
    {
        self.network_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: NetworkId` for network_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v2/networks/{networkID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, network_id } = self;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/networks/{}", client.baseurl, encode_path(& network_id
            .to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_network",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::add_network_reference`]
///
/// [`Client::add_network_reference`]: super::Client::add_network_reference
#[derive(Debug, Clone)]
pub struct AddNetworkReference<'a> {
    client: &'a super::Client,
    network_id: Result<crate::ids::NetworkId, String>,
    reference: Result<::std::string::String, String>,
}
impl<'a> AddNetworkReference<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            network_id: Err("network_id was not initialized".to_string()),
            reference: Err("reference was not initialized".to_string()),
        }
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::NetworkId>,
    {
        self.network_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: NetworkId` for network_id failed"
                    .to_string()
            });
        self
    }
    pub fn reference<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::string::String>,
    {
        self.reference = value
            .try_into()
            .map_err(|_| {
                "conversion to `:: std :: string :: String` for reference failed"
                    .to_string()
            });
        self
    }
    /// Sends a `PUT` request to `/api/v2/networks/{networkID}/references/{reference}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, network_id, reference } = self;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let reference = reference.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/networks/{}/references/{}", client.baseurl, encode_path(&
            network_id.to_string()), encode_path(& reference.to_string()),
        );
        let mut request = client
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "add_network_reference",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::remove_network_reference`]
///
/// [`Client::remove_network_reference`]: super::Client::remove_network_reference
#[derive(Debug, Clone)]
pub struct RemoveNetworkReference<'a> {
    client: &'a super::Client,
    network_id: Result<crate::ids::NetworkId, String>,
    reference: Result<::std::string::String, String>,
}
impl<'a> RemoveNetworkReference<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            network_id: Err("network_id was not initialized".to_string()),
            reference: Err("reference was not initialized".to_string()),
        }
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::NetworkId>,
    {
        self.network_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: NetworkId` for network_id failed"
                    .to_string()
            });
        self
    }
    pub fn reference<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::string::String>,
    {
        self.reference = value
            .try_into()
            .map_err(|_| {
                "conversion to `:: std :: string :: String` for reference failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v2/networks/{networkID}/references/{reference}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, network_id, reference } = self;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let reference = reference.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/networks/{}/references/{}", client.baseurl, encode_path(&
            network_id.to_string()), encode_path(& reference.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "remove_network_reference",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_region_images`]
///
/// [`Client::list_region_images`]: super::Client::list_region_images
#[derive(Debug, Clone)]
pub struct ListRegionImages<'a> {
    client: &'a super::Client,
    region_id: Result<crate::ids::RegionId, String>,
    organization_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    scope: Result<Option<types::ListRegionImagesScope>, String>,
    status: Result<Option<::std::vec::Vec<types::ImageState>>, String>,
}
impl<'a> ListRegionImages<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            region_id: Err("region_id was not initialized".to_string()),
            organization_id: Ok(None),
            scope: Ok(None),
            status: Ok(None),
        }
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::RegionId>,
    {
        self.region_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: RegionId` for region_id failed"
                    .to_string()
            });
        self
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.organization_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn scope<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ListRegionImagesScope>,
    {
        self.scope = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `ListRegionImagesScope` for scope failed".to_string()
            });
        self
    }
    pub fn status<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<types::ImageState>>,
    {
        self.status = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < ImageState >` for status failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/regions/{regionID}/images`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::Image>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, region_id, organization_id, scope, status } = self;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let scope = scope.map_err(Error::InvalidRequest)?;
        let status = status.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/regions/{}/images", client.baseurl, encode_path(& region_id
            .to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(
                &progenitor_client::QueryParam::new("organizationID", &organization_id),
            )
            .query(&progenitor_client::QueryParam::new("scope", &scope))
            .query(&progenitor_client::QueryParam::new("status", &status))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_region_images",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_security_groups`]
///
/// [`Client::list_security_groups`]: super::Client::list_security_groups
#[derive(Debug, Clone)]
pub struct ListSecurityGroups<'a> {
    client: &'a super::Client,
    network_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    organization_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    project_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    region_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    tag: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListSecurityGroups<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            network_id: Ok(None),
            organization_id: Ok(None),
            project_id: Ok(None),
            region_id: Ok(None),
            tag: Ok(None),
        }
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.network_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for network_id failed"
                    .to_string()
            });
        self
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.organization_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.project_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.region_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for region_id failed"
                    .to_string()
            });
        self
    }
    pub fn tag<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.tag = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tag failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/securitygroups`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::SecurityGroupV2Read>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, network_id, organization_id, project_id, region_id, tag } = self;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let tag = tag.map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/securitygroups", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("networkID", &network_id))
            .query(
                &progenitor_client::QueryParam::new("organizationID", &organization_id),
            )
            .query(&progenitor_client::QueryParam::new("projectID", &project_id))
            .query(&progenitor_client::QueryParam::new("regionID", &region_id))
            .query(&progenitor_client::QueryParam::new("tag", &tag))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_security_groups",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_security_group`]
///
/// [`Client::create_security_group`]: super::Client::create_security_group
#[derive(Debug, Clone)]
pub struct CreateSecurityGroup<'a> {
    client: &'a super::Client,
    body: Result<types::builder::SecurityGroupV2Create, String>,
}
impl<'a> CreateSecurityGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::SecurityGroupV2Create>,
        <V as std::convert::TryInto<
            types::SecurityGroupV2Create,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `SecurityGroupV2Create` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::SecurityGroupV2Create,
        ) -> types::builder::SecurityGroupV2Create,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v2/securitygroups`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::SecurityGroupV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, body } = self;
        let body = body
            .and_then(|v| {
                types::SecurityGroupV2Create::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/securitygroups", client.baseurl,);
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_security_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_security_group`]
///
/// [`Client::get_security_group`]: super::Client::get_security_group
#[derive(Debug, Clone)]
pub struct GetSecurityGroup<'a> {
    client: &'a super::Client,
    security_group_id: Result<crate::ids::SecurityGroupId, String>,
}
impl<'a> GetSecurityGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            security_group_id: Err("security_group_id was not initialized".to_string()),
        }
    }
    pub fn security_group_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::SecurityGroupId>,
    {
        self.security_group_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: SecurityGroupId` for security_group_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/securitygroups/{securityGroupID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::SecurityGroupV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, security_group_id } = self;
        let security_group_id = security_group_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/securitygroups/{}", client.baseurl, encode_path(&
            security_group_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_security_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::update_security_group`]
///
/// [`Client::update_security_group`]: super::Client::update_security_group
#[derive(Debug, Clone)]
pub struct UpdateSecurityGroup<'a> {
    client: &'a super::Client,
    security_group_id: Result<crate::ids::SecurityGroupId, String>,
    body: Result<types::builder::SecurityGroupV2Update, String>,
}
impl<'a> UpdateSecurityGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            security_group_id: Err("security_group_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn security_group_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::SecurityGroupId>,
    {
        self.security_group_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: SecurityGroupId` for security_group_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::SecurityGroupV2Update>,
        <V as std::convert::TryInto<
            types::SecurityGroupV2Update,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `SecurityGroupV2Update` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::SecurityGroupV2Update,
        ) -> types::builder::SecurityGroupV2Update,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v2/securitygroups/{securityGroupID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::SecurityGroupV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, security_group_id, body } = self;
        let security_group_id = security_group_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::SecurityGroupV2Update::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/securitygroups/{}", client.baseurl, encode_path(&
            security_group_id.to_string()),
        );
        let mut request = client
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_security_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_security_group`]
///
/// [`Client::delete_security_group`]: super::Client::delete_security_group
#[derive(Debug, Clone)]
pub struct DeleteSecurityGroup<'a> {
    client: &'a super::Client,
    security_group_id: Result<crate::ids::SecurityGroupId, String>,
}
impl<'a> DeleteSecurityGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            security_group_id: Err("security_group_id was not initialized".to_string()),
        }
    }
    pub fn security_group_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::SecurityGroupId>,
    {
        self.security_group_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: SecurityGroupId` for security_group_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v2/securitygroups/{securityGroupID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, security_group_id } = self;
        let security_group_id = security_group_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/securitygroups/{}", client.baseurl, encode_path(&
            security_group_id.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_security_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_servers`]
///
/// [`Client::list_servers`]: super::Client::list_servers
#[derive(Debug, Clone)]
pub struct ListServers<'a> {
    client: &'a super::Client,
    network_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    organization_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    project_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    region_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    tag: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListServers<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            network_id: Ok(None),
            organization_id: Ok(None),
            project_id: Ok(None),
            region_id: Ok(None),
            tag: Ok(None),
        }
    }
    pub fn network_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.network_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for network_id failed"
                    .to_string()
            });
        self
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.organization_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.project_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn region_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.region_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for region_id failed"
                    .to_string()
            });
        self
    }
    pub fn tag<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.tag = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tag failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/servers`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::ServerV2Read>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, network_id, organization_id, project_id, region_id, tag } = self;
        let network_id = network_id.map_err(Error::InvalidRequest)?;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let region_id = region_id.map_err(Error::InvalidRequest)?;
        let tag = tag.map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/servers", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("networkID", &network_id))
            .query(
                &progenitor_client::QueryParam::new("organizationID", &organization_id),
            )
            .query(&progenitor_client::QueryParam::new("projectID", &project_id))
            .query(&progenitor_client::QueryParam::new("regionID", &region_id))
            .query(&progenitor_client::QueryParam::new("tag", &tag))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_servers",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_server`]
///
/// [`Client::create_server`]: super::Client::create_server
#[derive(Debug, Clone)]
pub struct CreateServer<'a> {
    client: &'a super::Client,
    body: Result<types::builder::ServerV2Create, String>,
}
impl<'a> CreateServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ServerV2Create>,
        <V as std::convert::TryInto<types::ServerV2Create>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `ServerV2Create` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::ServerV2Create,
        ) -> types::builder::ServerV2Create,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v2/servers`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ServerV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, body } = self;
        let body = body
            .and_then(|v| types::ServerV2Create::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/servers", client.baseurl,);
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_server`]
///
/// [`Client::get_server`]: super::Client::get_server
#[derive(Debug, Clone)]
pub struct GetServer<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> GetServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/servers/{serverID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ServerV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, server_id } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}", client.baseurl, encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::update_server`]
///
/// [`Client::update_server`]: super::Client::update_server
#[derive(Debug, Clone)]
pub struct UpdateServer<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
    body: Result<types::builder::ServerV2Update, String>,
}
impl<'a> UpdateServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ServerV2Update>,
        <V as std::convert::TryInto<types::ServerV2Update>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `ServerV2Update` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::ServerV2Update,
        ) -> types::builder::ServerV2Update,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v2/servers/{serverID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ServerV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, server_id, body } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::ServerV2Update::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}", client.baseurl, encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_server`]
///
/// [`Client::delete_server`]: super::Client::delete_server
#[derive(Debug, Clone)]
pub struct DeleteServer<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> DeleteServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v2/servers/{serverID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, server_id } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}", client.baseurl, encode_path(& server_id.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_server_console_output`]
///
/// [`Client::get_server_console_output`]: super::Client::get_server_console_output
#[derive(Debug, Clone)]
pub struct GetServerConsoleOutput<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
    length: Result<Option<i64>, String>,
}
impl<'a> GetServerConsoleOutput<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
            length: Ok(None),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    pub fn length<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<i64>,
    {
        self.length = value
            .try_into()
            .map(Some)
            .map_err(|_| "conversion to `i64` for length failed".to_string());
        self
    }
    /// Sends a `GET` request to `/api/v2/servers/{serverID}/consoleoutput`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ConsoleOutput>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, server_id, length } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let length = length.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}/consoleoutput", client.baseurl, encode_path(& server_id
            .to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("length", &length))
            .build()?;
        let info = OperationInfo {
            operation_id: "get_server_console_output",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_server_console_session`]
///
/// [`Client::get_server_console_session`]: super::Client::get_server_console_session
#[derive(Debug, Clone)]
pub struct GetServerConsoleSession<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> GetServerConsoleSession<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/servers/{serverID}/consolesessions`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ConsoleSession>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, server_id } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}/consolesessions", client.baseurl, encode_path(&
            server_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_server_console_session",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::hard_reboot_server`]
///
/// [`Client::hard_reboot_server`]: super::Client::hard_reboot_server
#[derive(Debug, Clone)]
pub struct HardRebootServer<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> HardRebootServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/hardreboot`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, server_id } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}/hardreboot", client.baseurl, encode_path(& server_id
            .to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "hard_reboot_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_server_snapshot`]
///
/// [`Client::create_server_snapshot`]: super::Client::create_server_snapshot
#[derive(Debug, Clone)]
pub struct CreateServerSnapshot<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
    body: Result<types::builder::SnapshotCreate, String>,
}
impl<'a> CreateServerSnapshot<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::SnapshotCreate>,
        <V as std::convert::TryInto<types::SnapshotCreate>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `SnapshotCreate` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::SnapshotCreate,
        ) -> types::builder::SnapshotCreate,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/snapshot`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::Image>, Error<core_client::error::ErrorBody>> {
        let Self { client, server_id, body } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::SnapshotCreate::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}/snapshot", client.baseurl, encode_path(& server_id
            .to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_server_snapshot",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::soft_reboot_server`]
///
/// [`Client::soft_reboot_server`]: super::Client::soft_reboot_server
#[derive(Debug, Clone)]
pub struct SoftRebootServer<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> SoftRebootServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/softreboot`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, server_id } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}/softreboot", client.baseurl, encode_path(& server_id
            .to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "soft_reboot_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_server_ssh_key`]
///
/// [`Client::get_server_ssh_key`]: super::Client::get_server_ssh_key
#[derive(Debug, Clone)]
pub struct GetServerSshKey<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> GetServerSshKey<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/servers/{serverID}/sshkey`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::SshKey>, Error<core_client::error::ErrorBody>> {
        let Self { client, server_id } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}/sshkey", client.baseurl, encode_path(& server_id
            .to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_server_ssh_key",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::start_server`]
///
/// [`Client::start_server`]: super::Client::start_server
#[derive(Debug, Clone)]
pub struct StartServer<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> StartServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/start`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, server_id } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}/start", client.baseurl, encode_path(& server_id
            .to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "start_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::stop_server`]
///
/// [`Client::stop_server`]: super::Client::stop_server
#[derive(Debug, Clone)]
pub struct StopServer<'a> {
    client: &'a super::Client,
    server_id: Result<crate::ids::ServerId, String>,
}
impl<'a> StopServer<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            server_id: Err("server_id was not initialized".to_string()),
        }
    }
    pub fn server_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServerId>,
    {
        self.server_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServerId` for server_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v2/servers/{serverID}/stop`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, server_id } = self;
        let server_id = server_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/servers/{}/stop", client.baseurl, encode_path(& server_id
            .to_string()),
        );
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "stop_server",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_ssh_certificate_authorities`]
///
/// [`Client::list_ssh_certificate_authorities`]: super::Client::list_ssh_certificate_authorities
#[derive(Debug, Clone)]
pub struct ListSshCertificateAuthorities<'a> {
    client: &'a super::Client,
    organization_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    project_id: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    tag: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
}
impl<'a> ListSshCertificateAuthorities<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Ok(None),
            project_id: Ok(None),
            tag: Ok(None),
        }
    }
    pub fn organization_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.organization_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for organization_id failed"
                    .to_string()
            });
        self
    }
    pub fn project_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.project_id = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for project_id failed"
                    .to_string()
            });
        self
    }
    pub fn tag<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
    {
        self.tag = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tag failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/sshcertificateauthorities`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::SshCertificateAuthorityV2Read>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, tag } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let tag = tag.map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/sshcertificateauthorities", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(
                &progenitor_client::QueryParam::new("organizationID", &organization_id),
            )
            .query(&progenitor_client::QueryParam::new("projectID", &project_id))
            .query(&progenitor_client::QueryParam::new("tag", &tag))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_ssh_certificate_authorities",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::create_ssh_certificate_authority`]
///
/// [`Client::create_ssh_certificate_authority`]: super::Client::create_ssh_certificate_authority
#[derive(Debug, Clone)]
pub struct CreateSshCertificateAuthority<'a> {
    client: &'a super::Client,
    body: Result<types::builder::SshCertificateAuthorityV2Create, String>,
}
impl<'a> CreateSshCertificateAuthority<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::SshCertificateAuthorityV2Create>,
        <V as std::convert::TryInto<
            types::SshCertificateAuthorityV2Create,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!(
                    "conversion to `SshCertificateAuthorityV2Create` for body failed: {}",
                    s
                )
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::SshCertificateAuthorityV2Create,
        ) -> types::builder::SshCertificateAuthorityV2Create,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v2/sshcertificateauthorities`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::SshCertificateAuthorityV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, body } = self;
        let body = body
            .and_then(|v| {
                types::SshCertificateAuthorityV2Create::try_from(v)
                    .map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v2/sshcertificateauthorities", client.baseurl,);
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_ssh_certificate_authority",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_ssh_certificate_authority`]
///
/// [`Client::get_ssh_certificate_authority`]: super::Client::get_ssh_certificate_authority
#[derive(Debug, Clone)]
pub struct GetSshCertificateAuthority<'a> {
    client: &'a super::Client,
    ssh_certificate_authority_id: Result<crate::ids::SshCertificateAuthorityId, String>,
}
impl<'a> GetSshCertificateAuthority<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            ssh_certificate_authority_id: Err(
                "ssh_certificate_authority_id was not initialized".to_string(),
            ),
        }
    }
    pub fn ssh_certificate_authority_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::SshCertificateAuthorityId>,
    {
        self.ssh_certificate_authority_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: SshCertificateAuthorityId` for ssh_certificate_authority_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v2/sshcertificateauthorities/{sshCertificateAuthorityID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::SshCertificateAuthorityV2Read>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, ssh_certificate_authority_id } = self;
        let ssh_certificate_authority_id = ssh_certificate_authority_id
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/sshcertificateauthorities/{}", client.baseurl, encode_path(&
            ssh_certificate_authority_id.to_string()),
        );
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_ssh_certificate_authority",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_ssh_certificate_authority`]
///
/// [`Client::delete_ssh_certificate_authority`]: super::Client::delete_ssh_certificate_authority
#[derive(Debug, Clone)]
pub struct DeleteSshCertificateAuthority<'a> {
    client: &'a super::Client,
    ssh_certificate_authority_id: Result<crate::ids::SshCertificateAuthorityId, String>,
}
impl<'a> DeleteSshCertificateAuthority<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            ssh_certificate_authority_id: Err(
                "ssh_certificate_authority_id was not initialized".to_string(),
            ),
        }
    }
    pub fn ssh_certificate_authority_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::SshCertificateAuthorityId>,
    {
        self.ssh_certificate_authority_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: SshCertificateAuthorityId` for ssh_certificate_authority_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v2/sshcertificateauthorities/{sshCertificateAuthorityID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, ssh_certificate_authority_id } = self;
        let ssh_certificate_authority_id = ssh_certificate_authority_id
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v2/sshcertificateauthorities/{}", client.baseurl, encode_path(&
            ssh_certificate_authority_id.to_string()),
        );
        let mut request = client
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_ssh_certificate_authority",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::get_version`]
///
/// [`Client::get_version`]: super::Client::get_version
#[derive(Debug, Clone)]
pub struct GetVersion<'a> {
    client: &'a super::Client,
}
impl<'a> GetVersion<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self { client: client }
    }
    /// Sends a `GET` request to `/api/version`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ServiceVersionRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client } = self;
        let url = format!("{}/api/version", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_version",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
