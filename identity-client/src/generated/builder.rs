// Generated from api/identity.json by `cargo xtask codegen`. Do not edit: change the document, or the command.

#![cfg_attr(rustfmt, rustfmt_skip)]
use super::types;
use super::{
    encode_path, ClientHooks, ClientInfo, Error, OperationInfo, RequestBuilderExt,
    ResponseValue,
};
/// Builder for [`Client::get_openid_configuration`]
///
/// [`Client::get_openid_configuration`]: super::Client::get_openid_configuration
#[derive(Debug, Clone)]
pub struct GetOpenidConfiguration<'a> {
    client: &'a super::Client,
}
impl<'a> GetOpenidConfiguration<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self { client: client }
    }
    /// Sends a `GET` request to `/.well-known/openid-configuration`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::OpenidConfiguration>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client } = self;
        let url = format!("{}/.well-known/openid-configuration", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_openid_configuration",
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
/// Builder for [`Client::get_acl`]
///
/// [`Client::get_acl`]: super::Client::get_acl
#[derive(Debug, Clone)]
pub struct GetAcl<'a> {
    client: &'a super::Client,
}
impl<'a> GetAcl<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self { client: client }
    }
    /// Sends a `GET` request to `/api/v1/acl`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::Acl>, Error<core_client::error::ErrorBody>> {
        let Self { client } = self;
        let url = format!("{}/api/v1/acl", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_acl",
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
/// Builder for [`Client::list_system_oauth2_providers`]
///
/// [`Client::list_system_oauth2_providers`]: super::Client::list_system_oauth2_providers
#[derive(Debug, Clone)]
pub struct ListSystemOauth2Providers<'a> {
    client: &'a super::Client,
}
impl<'a> ListSystemOauth2Providers<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self { client: client }
    }
    /// Sends a `GET` request to `/api/v1/oauth2providers`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::Oauth2ProviderRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client } = self;
        let url = format!("{}/api/v1/oauth2providers", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "list_system_oauth2_providers",
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
/// Builder for [`Client::list_organizations`]
///
/// [`Client::list_organizations`]: super::Client::list_organizations
#[derive(Debug, Clone)]
pub struct ListOrganizations<'a> {
    client: &'a super::Client,
    email: Result<Option<::std::string::String>, String>,
}
impl<'a> ListOrganizations<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            email: Ok(None),
        }
    }
    pub fn email<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<::std::string::String>,
    {
        self.email = value
            .try_into()
            .map(Some)
            .map_err(|_| {
                "conversion to `:: std :: string :: String` for email failed".to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::OrganizationRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, email } = self;
        let email = email.map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v1/organizations", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("email", &email))
            .build()?;
        let info = OperationInfo {
            operation_id: "list_organizations",
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
/// Builder for [`Client::create_organization`]
///
/// [`Client::create_organization`]: super::Client::create_organization
#[derive(Debug, Clone)]
pub struct CreateOrganization<'a> {
    client: &'a super::Client,
    body: Result<types::builder::OrganizationWrite, String>,
}
impl<'a> CreateOrganization<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::OrganizationWrite>,
        <V as std::convert::TryInto<types::OrganizationWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `OrganizationWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::OrganizationWrite,
        ) -> types::builder::OrganizationWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::OrganizationRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, body } = self;
        let body = body
            .and_then(|v| {
                types::OrganizationWrite::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/api/v1/organizations", client.baseurl,);
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
            operation_id: "create_organization",
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
/// Builder for [`Client::get_organization`]
///
/// [`Client::get_organization`]: super::Client::get_organization
#[derive(Debug, Clone)]
pub struct GetOrganization<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> GetOrganization<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::OrganizationRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}", client.baseurl, encode_path(& organization_id
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
            operation_id: "get_organization",
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
/// Builder for [`Client::update_organization`]
///
/// [`Client::update_organization`]: super::Client::update_organization
#[derive(Debug, Clone)]
pub struct UpdateOrganization<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    body: Result<types::builder::OrganizationWrite, String>,
}
impl<'a> UpdateOrganization<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
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
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::OrganizationWrite>,
        <V as std::convert::TryInto<types::OrganizationWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `OrganizationWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::OrganizationWrite,
        ) -> types::builder::OrganizationWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::OrganizationWrite::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}", client.baseurl, encode_path(& organization_id
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
            operation_id: "update_organization",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_organization`]
///
/// [`Client::delete_organization`]: super::Client::delete_organization
#[derive(Debug, Clone)]
pub struct DeleteOrganization<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> DeleteOrganization<'a> {
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
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}", client.baseurl, encode_path(& organization_id
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
            operation_id: "delete_organization",
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
/// Builder for [`Client::get_organization_acl`]
///
/// [`Client::get_organization_acl`]: super::Client::get_organization_acl
#[derive(Debug, Clone)]
pub struct GetOrganizationAcl<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> GetOrganizationAcl<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/acl`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::Acl>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/acl", client.baseurl, encode_path(&
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
            operation_id: "get_organization_acl",
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
/// Builder for [`Client::list_groups`]
///
/// [`Client::list_groups`]: super::Client::list_groups
#[derive(Debug, Clone)]
pub struct ListGroups<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListGroups<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/groups`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::GroupRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/groups", client.baseurl, encode_path(&
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
            operation_id: "list_groups",
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
/// Builder for [`Client::create_group`]
///
/// [`Client::create_group`]: super::Client::create_group
#[derive(Debug, Clone)]
pub struct CreateGroup<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    body: Result<types::builder::GroupWrite, String>,
}
impl<'a> CreateGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
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
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::GroupWrite>,
        <V as std::convert::TryInto<types::GroupWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `GroupWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(types::builder::GroupWrite) -> types::builder::GroupWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/groups`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::GroupRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::GroupWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/groups", client.baseurl, encode_path(&
            organization_id.to_string()),
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
            operation_id: "create_group",
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
/// Builder for [`Client::get_group`]
///
/// [`Client::get_group`]: super::Client::get_group
#[derive(Debug, Clone)]
pub struct GetGroup<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    groupid: Result<crate::ids::GroupId, String>,
}
impl<'a> GetGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            groupid: Err("groupid was not initialized".to_string()),
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
    pub fn groupid<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::GroupId>,
    {
        self.groupid = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: GroupId` for groupid failed".to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/groups/{groupid}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::GroupRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, groupid } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let groupid = groupid.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/groups/{}", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& groupid.to_string()),
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
            operation_id: "get_group",
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
/// Builder for [`Client::update_group`]
///
/// [`Client::update_group`]: super::Client::update_group
#[derive(Debug, Clone)]
pub struct UpdateGroup<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    groupid: Result<crate::ids::GroupId, String>,
    body: Result<types::builder::GroupWrite, String>,
}
impl<'a> UpdateGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            groupid: Err("groupid was not initialized".to_string()),
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
    pub fn groupid<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::GroupId>,
    {
        self.groupid = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: GroupId` for groupid failed".to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::GroupWrite>,
        <V as std::convert::TryInto<types::GroupWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `GroupWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(types::builder::GroupWrite) -> types::builder::GroupWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/groups/{groupid}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, groupid, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let groupid = groupid.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::GroupWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/groups/{}", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& groupid.to_string()),
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
            operation_id: "update_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_group`]
///
/// [`Client::delete_group`]: super::Client::delete_group
#[derive(Debug, Clone)]
pub struct DeleteGroup<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    groupid: Result<crate::ids::GroupId, String>,
}
impl<'a> DeleteGroup<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            groupid: Err("groupid was not initialized".to_string()),
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
    pub fn groupid<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::GroupId>,
    {
        self.groupid = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: GroupId` for groupid failed".to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/groups/{groupid}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, groupid } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let groupid = groupid.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/groups/{}", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& groupid.to_string()),
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
            operation_id: "delete_group",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_oauth2_providers`]
///
/// [`Client::list_oauth2_providers`]: super::Client::list_oauth2_providers
#[derive(Debug, Clone)]
pub struct ListOauth2Providers<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListOauth2Providers<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/oauth2providers`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::Oauth2ProviderRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/oauth2providers", client.baseurl, encode_path(&
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
            operation_id: "list_oauth2_providers",
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
/// Builder for [`Client::create_oauth2_provider`]
///
/// [`Client::create_oauth2_provider`]: super::Client::create_oauth2_provider
#[derive(Debug, Clone)]
pub struct CreateOauth2Provider<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    body: Result<types::builder::Oauth2ProviderWrite, String>,
}
impl<'a> CreateOauth2Provider<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
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
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::Oauth2ProviderWrite>,
        <V as std::convert::TryInto<
            types::Oauth2ProviderWrite,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `Oauth2ProviderWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::Oauth2ProviderWrite,
        ) -> types::builder::Oauth2ProviderWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/oauth2providers`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::Oauth2ProviderRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::Oauth2ProviderWrite::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/oauth2providers", client.baseurl, encode_path(&
            organization_id.to_string()),
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
            operation_id: "create_oauth2_provider",
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
/// Builder for [`Client::update_oauth2_provider`]
///
/// [`Client::update_oauth2_provider`]: super::Client::update_oauth2_provider
#[derive(Debug, Clone)]
pub struct UpdateOauth2Provider<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    provider_id: Result<crate::ids::Oauth2ProviderId, String>,
    body: Result<types::builder::Oauth2ProviderWrite, String>,
}
impl<'a> UpdateOauth2Provider<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            provider_id: Err("provider_id was not initialized".to_string()),
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
    pub fn provider_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::Oauth2ProviderId>,
    {
        self.provider_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: Oauth2ProviderId` for provider_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::Oauth2ProviderWrite>,
        <V as std::convert::TryInto<
            types::Oauth2ProviderWrite,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `Oauth2ProviderWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::Oauth2ProviderWrite,
        ) -> types::builder::Oauth2ProviderWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/oauth2providers/{providerID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, provider_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let provider_id = provider_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::Oauth2ProviderWrite::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/oauth2providers/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& provider_id
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
            operation_id: "update_oauth2_provider",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_oauth2_provider`]
///
/// [`Client::delete_oauth2_provider`]: super::Client::delete_oauth2_provider
#[derive(Debug, Clone)]
pub struct DeleteOauth2Provider<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    provider_id: Result<crate::ids::Oauth2ProviderId, String>,
}
impl<'a> DeleteOauth2Provider<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            provider_id: Err("provider_id was not initialized".to_string()),
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
    pub fn provider_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::Oauth2ProviderId>,
    {
        self.provider_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: Oauth2ProviderId` for provider_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/oauth2providers/{providerID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, provider_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let provider_id = provider_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/oauth2providers/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& provider_id
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
            operation_id: "delete_oauth2_provider",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::list_projects`]
///
/// [`Client::list_projects`]: super::Client::list_projects
#[derive(Debug, Clone)]
pub struct ListProjects<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListProjects<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::ProjectRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects", client.baseurl, encode_path(&
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
            operation_id: "list_projects",
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
/// Builder for [`Client::create_project`]
///
/// [`Client::create_project`]: super::Client::create_project
#[derive(Debug, Clone)]
pub struct CreateProject<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    body: Result<types::builder::ProjectWrite, String>,
}
impl<'a> CreateProject<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
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
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ProjectWrite>,
        <V as std::convert::TryInto<types::ProjectWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `ProjectWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::ProjectWrite,
        ) -> types::builder::ProjectWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ProjectRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::ProjectWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects", client.baseurl, encode_path(&
            organization_id.to_string()),
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
            operation_id: "create_project",
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
/// Builder for [`Client::get_project`]
///
/// [`Client::get_project`]: super::Client::get_project
#[derive(Debug, Clone)]
pub struct GetProject<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
}
impl<'a> GetProject<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ProjectRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& project_id.to_string()),
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
            operation_id: "get_project",
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
/// Builder for [`Client::update_project`]
///
/// [`Client::update_project`]: super::Client::update_project
#[derive(Debug, Clone)]
pub struct UpdateProject<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    body: Result<types::builder::ProjectWrite, String>,
}
impl<'a> UpdateProject<'a> {
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
        V: std::convert::TryInto<types::ProjectWrite>,
        <V as std::convert::TryInto<types::ProjectWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `ProjectWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::ProjectWrite,
        ) -> types::builder::ProjectWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::ProjectWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& project_id.to_string()),
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
            operation_id: "update_project",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::delete_project`]
///
/// [`Client::delete_project`]: super::Client::delete_project
#[derive(Debug, Clone)]
pub struct DeleteProject<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
}
impl<'a> DeleteProject<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
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
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& project_id.to_string()),
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
            operation_id: "delete_project",
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
/// Builder for [`Client::create_allocation`]
///
/// [`Client::create_allocation`]: super::Client::create_allocation
#[derive(Debug, Clone)]
pub struct CreateAllocation<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    body: Result<types::builder::AllocationWrite, String>,
}
impl<'a> CreateAllocation<'a> {
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
        V: std::convert::TryInto<types::AllocationWrite>,
        <V as std::convert::TryInto<types::AllocationWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `AllocationWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::AllocationWrite,
        ) -> types::builder::AllocationWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/allocations`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::AllocationRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::AllocationWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/allocations", client.baseurl,
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
            operation_id: "create_allocation",
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
/// Builder for [`Client::get_allocation`]
///
/// [`Client::get_allocation`]: super::Client::get_allocation
#[derive(Debug, Clone)]
pub struct GetAllocation<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    allocation_id: Result<crate::ids::AllocationId, String>,
}
impl<'a> GetAllocation<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            allocation_id: Err("allocation_id was not initialized".to_string()),
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
    pub fn allocation_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::AllocationId>,
    {
        self.allocation_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: AllocationId` for allocation_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/allocations/{allocationID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::AllocationRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, allocation_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let allocation_id = allocation_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/allocations/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& project_id
            .to_string()), encode_path(& allocation_id.to_string()),
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
            operation_id: "get_allocation",
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
/// Builder for [`Client::update_allocation`]
///
/// [`Client::update_allocation`]: super::Client::update_allocation
#[derive(Debug, Clone)]
pub struct UpdateAllocation<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    allocation_id: Result<crate::ids::AllocationId, String>,
    body: Result<types::builder::AllocationWrite, String>,
}
impl<'a> UpdateAllocation<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            allocation_id: Err("allocation_id was not initialized".to_string()),
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
    pub fn allocation_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::AllocationId>,
    {
        self.allocation_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: AllocationId` for allocation_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::AllocationWrite>,
        <V as std::convert::TryInto<types::AllocationWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `AllocationWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::AllocationWrite,
        ) -> types::builder::AllocationWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/allocations/{allocationID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::AllocationRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, project_id, allocation_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let allocation_id = allocation_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::AllocationWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/allocations/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& project_id
            .to_string()), encode_path(& allocation_id.to_string()),
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
            operation_id: "update_allocation",
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
/// Builder for [`Client::delete_allocation`]
///
/// [`Client::delete_allocation`]: super::Client::delete_allocation
#[derive(Debug, Clone)]
pub struct DeleteAllocation<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    allocation_id: Result<crate::ids::AllocationId, String>,
}
impl<'a> DeleteAllocation<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            allocation_id: Err("allocation_id was not initialized".to_string()),
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
    pub fn allocation_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::AllocationId>,
    {
        self.allocation_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: AllocationId` for allocation_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/allocations/{allocationID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, allocation_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let allocation_id = allocation_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/allocations/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& project_id
            .to_string()), encode_path(& allocation_id.to_string()),
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
            operation_id: "delete_allocation",
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
/// Builder for [`Client::add_project_reference`]
///
/// [`Client::add_project_reference`]: super::Client::add_project_reference
#[derive(Debug, Clone)]
pub struct AddProjectReference<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    reference: Result<::std::string::String, String>,
}
impl<'a> AddProjectReference<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            reference: Err("reference was not initialized".to_string()),
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
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/references/{reference}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, reference } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let reference = reference.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/references/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& project_id
            .to_string()), encode_path(& reference.to_string()),
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
            operation_id: "add_project_reference",
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
/// Builder for [`Client::remove_project_reference`]
///
/// [`Client::remove_project_reference`]: super::Client::remove_project_reference
#[derive(Debug, Clone)]
pub struct RemoveProjectReference<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    project_id: Result<crate::ids::ProjectId, String>,
    reference: Result<::std::string::String, String>,
}
impl<'a> RemoveProjectReference<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            project_id: Err("project_id was not initialized".to_string()),
            reference: Err("reference was not initialized".to_string()),
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
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/projects/{projectID}/references/{reference}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, project_id, reference } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let project_id = project_id.map_err(Error::InvalidRequest)?;
        let reference = reference.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/projects/{}/references/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& project_id
            .to_string()), encode_path(& reference.to_string()),
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
            operation_id: "remove_project_reference",
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
/// Builder for [`Client::get_quotas`]
///
/// [`Client::get_quotas`]: super::Client::get_quotas
#[derive(Debug, Clone)]
pub struct GetQuotas<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> GetQuotas<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/quotas`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::QuotasRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/quotas", client.baseurl, encode_path(&
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
            operation_id: "get_quotas",
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
/// Builder for [`Client::update_quotas`]
///
/// [`Client::update_quotas`]: super::Client::update_quotas
#[derive(Debug, Clone)]
pub struct UpdateQuotas<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    body: Result<types::builder::QuotasWrite, String>,
}
impl<'a> UpdateQuotas<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
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
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::QuotasWrite>,
        <V as std::convert::TryInto<types::QuotasWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `QuotasWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(types::builder::QuotasWrite) -> types::builder::QuotasWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/quotas`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::QuotasRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::QuotasWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/quotas", client.baseurl, encode_path(&
            organization_id.to_string()),
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
            operation_id: "update_quotas",
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
/// Builder for [`Client::list_roles`]
///
/// [`Client::list_roles`]: super::Client::list_roles
#[derive(Debug, Clone)]
pub struct ListRoles<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListRoles<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/roles`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::RoleRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/roles", client.baseurl, encode_path(&
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
            operation_id: "list_roles",
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
/// Builder for [`Client::list_service_accounts`]
///
/// [`Client::list_service_accounts`]: super::Client::list_service_accounts
#[derive(Debug, Clone)]
pub struct ListServiceAccounts<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListServiceAccounts<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/serviceaccounts`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::ServiceAccountRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/serviceaccounts", client.baseurl, encode_path(&
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
            operation_id: "list_service_accounts",
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
/// Builder for [`Client::create_service_account`]
///
/// [`Client::create_service_account`]: super::Client::create_service_account
#[derive(Debug, Clone)]
pub struct CreateServiceAccount<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    body: Result<types::builder::ServiceAccountWrite, String>,
}
impl<'a> CreateServiceAccount<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
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
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ServiceAccountWrite>,
        <V as std::convert::TryInto<
            types::ServiceAccountWrite,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `ServiceAccountWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::ServiceAccountWrite,
        ) -> types::builder::ServiceAccountWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/serviceaccounts`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ServiceAccountCreate>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::ServiceAccountWrite::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/serviceaccounts", client.baseurl, encode_path(&
            organization_id.to_string()),
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
            operation_id: "create_service_account",
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
/// Builder for [`Client::update_service_account`]
///
/// [`Client::update_service_account`]: super::Client::update_service_account
#[derive(Debug, Clone)]
pub struct UpdateServiceAccount<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    service_account_id: Result<crate::ids::ServiceAccountId, String>,
    body: Result<types::builder::ServiceAccountWrite, String>,
}
impl<'a> UpdateServiceAccount<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            service_account_id: Err(
                "service_account_id was not initialized".to_string(),
            ),
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
    pub fn service_account_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServiceAccountId>,
    {
        self.service_account_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServiceAccountId` for service_account_id failed"
                    .to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::ServiceAccountWrite>,
        <V as std::convert::TryInto<
            types::ServiceAccountWrite,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `ServiceAccountWrite` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::ServiceAccountWrite,
        ) -> types::builder::ServiceAccountWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/serviceaccounts/{serviceAccountID}`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ServiceAccountRead>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, service_account_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let service_account_id = service_account_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| {
                types::ServiceAccountWrite::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/serviceaccounts/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& service_account_id
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
            operation_id: "update_service_account",
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
/// Builder for [`Client::delete_service_account`]
///
/// [`Client::delete_service_account`]: super::Client::delete_service_account
#[derive(Debug, Clone)]
pub struct DeleteServiceAccount<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    service_account_id: Result<crate::ids::ServiceAccountId, String>,
}
impl<'a> DeleteServiceAccount<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            service_account_id: Err("service_account_id was not initialized".to_string()),
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
    pub fn service_account_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServiceAccountId>,
    {
        self.service_account_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServiceAccountId` for service_account_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/serviceaccounts/{serviceAccountID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, service_account_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let service_account_id = service_account_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/serviceaccounts/{}", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& service_account_id
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
            operation_id: "delete_service_account",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16..=598u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Builder for [`Client::rotate_service_account`]
///
/// [`Client::rotate_service_account`]: super::Client::rotate_service_account
#[derive(Debug, Clone)]
pub struct RotateServiceAccount<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    service_account_id: Result<crate::ids::ServiceAccountId, String>,
}
impl<'a> RotateServiceAccount<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            service_account_id: Err("service_account_id was not initialized".to_string()),
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
    pub fn service_account_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::ServiceAccountId>,
    {
        self.service_account_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: ServiceAccountId` for service_account_id failed"
                    .to_string()
            });
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/serviceaccounts/{serviceAccountID}/rotate`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::ServiceAccountCreate>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id, service_account_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let service_account_id = service_account_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/serviceaccounts/{}/rotate", client.baseurl,
            encode_path(& organization_id.to_string()), encode_path(& service_account_id
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
            operation_id: "rotate_service_account",
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
/// Builder for [`Client::list_users`]
///
/// [`Client::list_users`]: super::Client::list_users
#[derive(Debug, Clone)]
pub struct ListUsers<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
}
impl<'a> ListUsers<'a> {
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
    /// Sends a `GET` request to `/api/v1/organizations/{organizationID}/users`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<::std::vec::Vec<types::UserRead>>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client, organization_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/users", client.baseurl, encode_path(&
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
            operation_id: "list_users",
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
/// Builder for [`Client::create_user`]
///
/// [`Client::create_user`]: super::Client::create_user
#[derive(Debug, Clone)]
pub struct CreateUser<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    body: Result<types::builder::UserWrite, String>,
}
impl<'a> CreateUser<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
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
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::UserWrite>,
        <V as std::convert::TryInto<types::UserWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `UserWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(types::builder::UserWrite) -> types::builder::UserWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/api/v1/organizations/{organizationID}/users`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::UserRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::UserWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/users", client.baseurl, encode_path(&
            organization_id.to_string()),
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
            operation_id: "create_user",
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
/// Builder for [`Client::update_user`]
///
/// [`Client::update_user`]: super::Client::update_user
#[derive(Debug, Clone)]
pub struct UpdateUser<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    user_id: Result<crate::ids::UserId, String>,
    body: Result<types::builder::UserWrite, String>,
}
impl<'a> UpdateUser<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            user_id: Err("user_id was not initialized".to_string()),
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
    pub fn user_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::UserId>,
    {
        self.user_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: UserId` for user_id failed".to_string()
            });
        self
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::UserWrite>,
        <V as std::convert::TryInto<types::UserWrite>>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| format!("conversion to `UserWrite` for body failed: {}", s));
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(types::builder::UserWrite) -> types::builder::UserWrite,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `PUT` request to `/api/v1/organizations/{organizationID}/users/{userID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::UserRead>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, user_id, body } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let user_id = user_id.map_err(Error::InvalidRequest)?;
        let body = body
            .and_then(|v| types::UserWrite::try_from(v).map_err(|e| e.to_string()))
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/users/{}", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& user_id.to_string()),
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
            operation_id: "update_user",
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
/// Builder for [`Client::delete_user`]
///
/// [`Client::delete_user`]: super::Client::delete_user
#[derive(Debug, Clone)]
pub struct DeleteUser<'a> {
    client: &'a super::Client,
    organization_id: Result<crate::ids::OrganizationId, String>,
    user_id: Result<crate::ids::UserId, String>,
}
impl<'a> DeleteUser<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            organization_id: Err("organization_id was not initialized".to_string()),
            user_id: Err("user_id was not initialized".to_string()),
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
    pub fn user_id<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<crate::ids::UserId>,
    {
        self.user_id = value
            .try_into()
            .map_err(|_| {
                "conversion to `crate :: ids :: UserId` for user_id failed".to_string()
            });
        self
    }
    /// Sends a `DELETE` request to `/api/v1/organizations/{organizationID}/users/{userID}`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<()>, Error<core_client::error::ErrorBody>> {
        let Self { client, organization_id, user_id } = self;
        let organization_id = organization_id.map_err(Error::InvalidRequest)?;
        let user_id = user_id.map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/api/v1/organizations/{}/users/{}", client.baseurl, encode_path(&
            organization_id.to_string()), encode_path(& user_id.to_string()),
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
            operation_id: "delete_user",
        };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
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
/// Builder for [`Client::get_jwks`]
///
/// [`Client::get_jwks`]: super::Client::get_jwks
#[derive(Debug, Clone)]
pub struct GetJwks<'a> {
    client: &'a super::Client,
}
impl<'a> GetJwks<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self { client: client }
    }
    /// Sends a `GET` request to `/oauth2/v2/jwks`
    pub async fn send(
        self,
    ) -> Result<
        ResponseValue<types::JsonWebKeySet>,
        Error<core_client::error::ErrorBody>,
    > {
        let Self { client } = self;
        let url = format!("{}/oauth2/v2/jwks", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_jwks",
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
/// Builder for [`Client::issue_token`]
///
/// [`Client::issue_token`]: super::Client::issue_token
#[derive(Debug, Clone)]
pub struct IssueToken<'a> {
    client: &'a super::Client,
    body: Result<types::builder::TokenRequestOptions, String>,
}
impl<'a> IssueToken<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client: client,
            body: Ok(::std::default::Default::default()),
        }
    }
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: std::convert::TryInto<types::TokenRequestOptions>,
        <V as std::convert::TryInto<
            types::TokenRequestOptions,
        >>::Error: std::fmt::Display,
    {
        self.body = value
            .try_into()
            .map(From::from)
            .map_err(|s| {
                format!("conversion to `TokenRequestOptions` for body failed: {}", s)
            });
        self
    }
    pub fn body_map<F>(mut self, f: F) -> Self
    where
        F: std::ops::FnOnce(
            types::builder::TokenRequestOptions,
        ) -> types::builder::TokenRequestOptions,
    {
        self.body = self.body.map(f);
        self
    }
    /// Sends a `POST` request to `/oauth2/v2/token`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::Token>, Error<core_client::error::ErrorBody>> {
        let Self { client, body } = self;
        let body = body
            .and_then(|v| {
                types::TokenRequestOptions::try_from(v).map_err(|e| e.to_string())
            })
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/oauth2/v2/token", client.baseurl,);
        let mut request = client
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .form_urlencoded(&body)?
            .build()?;
        let info = OperationInfo {
            operation_id: "issue_token",
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
/// Builder for [`Client::get_userinfo`]
///
/// [`Client::get_userinfo`]: super::Client::get_userinfo
#[derive(Debug, Clone)]
pub struct GetUserinfo<'a> {
    client: &'a super::Client,
}
impl<'a> GetUserinfo<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self { client: client }
    }
    /// Sends a `GET` request to `/oauth2/v2/userinfo`
    pub async fn send(
        self,
    ) -> Result<ResponseValue<types::Userinfo>, Error<core_client::error::ErrorBody>> {
        let Self { client } = self;
        let url = format!("{}/oauth2/v2/userinfo", client.baseurl,);
        let mut request = client
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_userinfo",
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
