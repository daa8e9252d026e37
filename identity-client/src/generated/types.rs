// Generated from api/identity.json by `cargo xtask codegen`. Do not edit: change the document, or the command.

#![cfg_attr(rustfmt, rustfmt_skip)]
/// Everything a caller may do. The members `organization` and `projects` are legacy.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct Acl {
    /// Permissions.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub global: ::std::option::Option<::std::vec::Vec<AclEndpoint>>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub organization: ::std::option::Option<AclOrganization>,
    /// Permissions by organization.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub organizations: ::std::option::Option<::std::vec::Vec<AclOrganization>>,
    /// Permissions by project.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub projects: ::std::option::Option<::std::vec::Vec<AclProject>>,
}
impl Acl {
    pub fn builder() -> builder::Acl {
        Default::default()
    }
}
/// A kind of resource, and what may be done to it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct AclEndpoint {
    /// The kind of resource, for example `region:networks:v2`.
    pub name: ::std::string::String,
    /// Operations.
    pub operations: ::std::vec::Vec<AclOperation>,
}
impl AclEndpoint {
    pub fn builder() -> builder::AclEndpoint {
        Default::default()
    }
}
/// Something that can be done to a resource.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum AclOperation {
    Create,
    Read,
    Update,
    Delete,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl AclOperation {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for AclOperation {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for AclOperation {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "create" => Ok(Self::Create),
            "read" => Ok(Self::Read),
            "update" => Ok(Self::Update),
            "delete" => Ok(Self::Delete),
            _ => Err("not one of `create`, `read`, `update`, `delete`".into()),
        }
    }
}
impl ::serde::Serialize for AclOperation {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for AclOperation {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for AclOperation {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AclOperation {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// Permissions within an organization.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct AclOrganization {
    /// Permissions.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub endpoints: ::std::option::Option<::std::vec::Vec<AclEndpoint>>,
    /// The organization.
    pub id: ::std::string::String,
    /// Permissions by project.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub projects: ::std::option::Option<::std::vec::Vec<AclProject>>,
}
impl AclOrganization {
    pub fn builder() -> builder::AclOrganization {
        Default::default()
    }
}
/// Permissions within a project.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct AclProject {
    /// Permissions.
    pub endpoints: ::std::vec::Vec<AclEndpoint>,
    /// The project.
    pub id: ::std::string::String,
}
impl AclProject {
    pub fn builder() -> builder::AclProject {
        Default::default()
    }
}
/// An allocation.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct AllocationRead {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: AllocationSpec,
}
impl AllocationRead {
    pub fn builder() -> builder::AllocationRead {
        Default::default()
    }
}
/// Which resource is counted, and how much of what.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct AllocationSpec {
    /// Everything that is counted.
    pub allocations: ::std::vec::Vec<ResourceAllocation>,
    /// The name of the resource.
    pub id: ::std::string::String,
    /// The type of the resource, `<plural>.<group>`.
    pub kind: ::std::string::String,
}
impl AllocationSpec {
    pub fn builder() -> builder::AllocationSpec {
        Default::default()
    }
}
/// The wanted allocation.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct AllocationWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: AllocationSpec,
}
impl AllocationWrite {
    pub fn builder() -> builder::AllocationWrite {
        Default::default()
    }
}
/// The platform's own claims about a subject.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct AuthClaims {
    /// The kind of account.
    pub acctype: AuthClaimsAcctype,
    /// The organizations the subject belongs to.
    #[serde(rename = "orgIds")]
    pub org_ids: ::std::vec::Vec<::std::string::String>,
}
impl AuthClaims {
    pub fn builder() -> builder::AuthClaims {
        Default::default()
    }
}
/// The kind of account.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum AuthClaimsAcctype {
    System,
    Service,
    User,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl AuthClaimsAcctype {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::System => "system",
            Self::Service => "service",
            Self::User => "user",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for AuthClaimsAcctype {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for AuthClaimsAcctype {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "system" => Ok(Self::System),
            "service" => Ok(Self::Service),
            "user" => Ok(Self::User),
            _ => Err("not one of `system`, `service`, `user`".into()),
        }
    }
}
impl ::serde::Serialize for AuthClaimsAcctype {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for AuthClaimsAcctype {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for AuthClaimsAcctype {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AuthClaimsAcctype {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// How a client authenticates at the token endpoint.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum AuthMethod {
    ClientSecretPost,
    ClientSecretBasic,
    TlsClientAuth,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl AuthMethod {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::TlsClientAuth => "tls_client_auth",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for AuthMethod {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for AuthMethod {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "client_secret_post" => Ok(Self::ClientSecretPost),
            "client_secret_basic" => Ok(Self::ClientSecretBasic),
            "tls_client_auth" => Ok(Self::TlsClientAuth),
            _ => {
                Err(
                    "not one of `client_secret_post`, `client_secret_basic`, `tls_client_auth`"
                        .into(),
                )
            }
        }
    }
}
impl ::serde::Serialize for AuthMethod {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for AuthMethod {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for AuthMethod {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AuthMethod {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A way to present a bearer token.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum BearerMethod {
    Header,
    Body,
    Query,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl BearerMethod {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Header => "header",
            Self::Body => "body",
            Self::Query => "query",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for BearerMethod {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for BearerMethod {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "header" => Ok(Self::Header),
            "body" => Ok(Self::Body),
            "query" => Ok(Self::Query),
            _ => Err("not one of `header`, `body`, `query`".into()),
        }
    }
}
impl ::serde::Serialize for BearerMethod {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for BearerMethod {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for BearerMethod {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for BearerMethod {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A claim that tokens can hold.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Claim {
    Aud,
    Email,
    EmailVerified,
    Exp,
    FamilyName,
    GivenName,
    Iat,
    Iss,
    Locale,
    Name,
    Picture,
    Sub,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl Claim {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Aud => "aud",
            Self::Email => "email",
            Self::EmailVerified => "email_verified",
            Self::Exp => "exp",
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::Iat => "iat",
            Self::Iss => "iss",
            Self::Locale => "locale",
            Self::Name => "name",
            Self::Picture => "picture",
            Self::Sub => "sub",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for Claim {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for Claim {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "aud" => Ok(Self::Aud),
            "email" => Ok(Self::Email),
            "email_verified" => Ok(Self::EmailVerified),
            "exp" => Ok(Self::Exp),
            "family_name" => Ok(Self::FamilyName),
            "given_name" => Ok(Self::GivenName),
            "iat" => Ok(Self::Iat),
            "iss" => Ok(Self::Iss),
            "locale" => Ok(Self::Locale),
            "name" => Ok(Self::Name),
            "picture" => Ok(Self::Picture),
            "sub" => Ok(Self::Sub),
            _ => {
                Err(
                    "not one of `aud`, `email`, `email_verified`, `exp`, `family_name`, `given_name`, `iat`, `iss`, `locale`, `name`, `picture`, `sub`"
                        .into(),
                )
            }
        }
    }
}
impl ::serde::Serialize for Claim {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for Claim {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for Claim {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Claim {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// How a code challenge is derived.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum CodeChallengeMethod {
    S256,
    Plain,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl CodeChallengeMethod {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::S256 => "S256",
            Self::Plain => "plain",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for CodeChallengeMethod {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for CodeChallengeMethod {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "S256" => Ok(Self::S256),
            "plain" => Ok(Self::Plain),
            _ => Err("not one of `S256`, `plain`".into()),
        }
    }
}
impl ::serde::Serialize for CodeChallengeMethod {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for CodeChallengeMethod {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for CodeChallengeMethod {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for CodeChallengeMethod {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A grant the token endpoint accepts.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum GrantType {
    AuthorizationCode,
    ClientCredentials,
    RefreshToken,
    UrnIetfParamsOauthGrantTypeTokenExchange,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl GrantType {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
            Self::UrnIetfParamsOauthGrantTypeTokenExchange => {
                "urn:ietf:params:oauth:grant-type:token-exchange"
            }
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for GrantType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for GrantType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "authorization_code" => Ok(Self::AuthorizationCode),
            "client_credentials" => Ok(Self::ClientCredentials),
            "refresh_token" => Ok(Self::RefreshToken),
            "urn:ietf:params:oauth:grant-type:token-exchange" => {
                Ok(Self::UrnIetfParamsOauthGrantTypeTokenExchange)
            }
            _ => {
                Err(
                    "not one of `authorization_code`, `client_credentials`, `refresh_token`, `urn:ietf:params:oauth:grant-type:token-exchange`"
                        .into(),
                )
            }
        }
    }
}
impl ::serde::Serialize for GrantType {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for GrantType {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for GrantType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for GrantType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct GroupRead {
    pub metadata: OrganizationScopedResourceReadMetadata,
    pub spec: GroupSpec,
}
impl GroupRead {
    pub fn builder() -> builder::GroupRead {
        Default::default()
    }
}
/// The members and roles of a group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct GroupSpec {
    /// Strings.
    #[serde(rename = "roleIDs")]
    pub role_i_ds: ::std::vec::Vec<::std::string::String>,
    /// Strings.
    #[serde(rename = "serviceAccountIDs")]
    pub service_account_i_ds: ::std::vec::Vec<::std::string::String>,
    /// Members, by issuer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub subjects: ::std::option::Option<::std::vec::Vec<Subject>>,
    /// Strings.
    #[serde(rename = "userIDs", skip_serializing_if = "::std::option::Option::is_none")]
    pub user_i_ds: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
}
impl GroupSpec {
    pub fn builder() -> builder::GroupSpec {
        Default::default()
    }
}
/// The wanted group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct GroupWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: GroupSpec,
}
impl GroupWrite {
    pub fn builder() -> builder::GroupWrite {
        Default::default()
    }
}
/// A public key; its members depend on its type.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(transparent)]
pub struct JsonWebKey(pub ::serde_json::Map<::std::string::String, ::serde_json::Value>);
impl ::std::ops::Deref for JsonWebKey {
    type Target = ::serde_json::Map<::std::string::String, ::serde_json::Value>;
    fn deref(&self) -> &::serde_json::Map<::std::string::String, ::serde_json::Value> {
        &self.0
    }
}
impl ::std::convert::From<JsonWebKey>
for ::serde_json::Map<::std::string::String, ::serde_json::Value> {
    fn from(value: JsonWebKey) -> Self {
        value.0
    }
}
impl ::std::convert::From<::serde_json::Map<::std::string::String, ::serde_json::Value>>
for JsonWebKey {
    fn from(
        value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ) -> Self {
        Self(value)
    }
}
/// Public keys.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct JsonWebKeySet {
    /// The keys.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub keys: ::std::option::Option<::std::vec::Vec<JsonWebKey>>,
}
impl JsonWebKeySet {
    pub fn builder() -> builder::JsonWebKeySet {
        Default::default()
    }
}
/// A name that is also valid as a Kubernetes label value. Names that come from a provider do not always follow the pattern.
///
/// Decoding takes whatever the server says; parsing enforces the rules.
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct KubernetesLabelValue(::std::string::String);
impl ::std::ops::Deref for KubernetesLabelValue {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}
impl ::std::convert::From<KubernetesLabelValue> for ::std::string::String {
    fn from(value: KubernetesLabelValue) -> Self {
        value.0
    }
}
impl ::std::str::FromStr for KubernetesLabelValue {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        {
            ::regress::Regex::new("^[0-9A-Za-z](?:[0-9A-Za-z-_.]{0,61}[0-9A-Za-z])?$")
                .unwrap()
        });
        if PATTERN.find(value).is_none() {
            return Err(
                "doesn't match pattern \"^[0-9A-Za-z](?:[0-9A-Za-z-_.]{0,61}[0-9A-Za-z])?$\""
                    .into(),
            );
        }
        Ok(Self(value.to_string()))
    }
}
impl ::std::convert::TryFrom<&str> for KubernetesLabelValue {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for KubernetesLabelValue {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl<'de> ::serde::Deserialize<'de> for KubernetesLabelValue {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        ::std::string::String::deserialize(deserializer).map(Self)
    }
}
/// An identity provider of an organization.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Oauth2ProviderRead {
    pub metadata: OrganizationScopedResourceReadMetadata,
    pub spec: Oauth2ProviderSpec,
}
impl Oauth2ProviderRead {
    pub fn builder() -> builder::Oauth2ProviderRead {
        Default::default()
    }
}
/// How an identity provider is reached.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Oauth2ProviderSpec {
    /// The client registered there.
    #[serde(rename = "clientID")]
    pub client_id: ::std::string::String,
    #[serde(
        rename = "clientSecret",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub client_secret: ::std::option::Option<core_client::wire::SecretText>,
    /// The issuer's address.
    pub issuer: ::std::string::String,
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<Oauth2ProviderType>,
}
impl Oauth2ProviderSpec {
    pub fn builder() -> builder::Oauth2ProviderSpec {
        Default::default()
    }
}
/// An identity provider that needs special treatment.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Oauth2ProviderType {
    Google,
    Microsoft,
    Github,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl Oauth2ProviderType {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::Github => "github",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for Oauth2ProviderType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for Oauth2ProviderType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "google" => Ok(Self::Google),
            "microsoft" => Ok(Self::Microsoft),
            "github" => Ok(Self::Github),
            _ => Err("not one of `google`, `microsoft`, `github`".into()),
        }
    }
}
impl ::serde::Serialize for Oauth2ProviderType {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for Oauth2ProviderType {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for Oauth2ProviderType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Oauth2ProviderType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// The wanted identity provider.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Oauth2ProviderWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: Oauth2ProviderSpec,
}
impl Oauth2ProviderWrite {
    pub fn builder() -> builder::Oauth2ProviderWrite {
        Default::default()
    }
}
/// The OpenID Connect discovery document.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct OpenidConfiguration {
    /// Where the authorization code flow starts.
    pub authorization_endpoint: ::std::string::String,
    /// Whether single claims can be asked for.
    pub claims_parameter_supported: bool,
    /// Claims that tokens can hold.
    pub claims_supported: ::std::vec::Vec<Claim>,
    /// How code challenges can be derived.
    pub code_challenge_methods_supported: ::std::vec::Vec<CodeChallengeMethod>,
    /// Grants that are accepted.
    pub grant_types_supported: ::std::vec::Vec<GrantType>,
    /// Algorithms ID tokens are signed with.
    pub id_token_signing_alg_values_supported: ::std::vec::Vec<SigningAlgorithm>,
    /// The issuer of tokens.
    pub issuer: ::std::string::String,
    /// Where public keys are.
    pub jwks_uri: ::std::string::String,
    /// Whether requests can be passed as a token.
    pub request_parameter_supported: bool,
    /// Whether requests can be passed by address.
    pub request_uri_parameter_supported: bool,
    /// How it can return it.
    pub response_modes_supported: ::std::vec::Vec<ResponseMode>,
    /// What the authorization endpoint can return.
    pub response_types_supported: ::std::vec::Vec<ResponseType>,
    /// Scopes that can be asked for.
    pub scopes_supported: ::std::vec::Vec<Scope>,
    /// Where tokens are issued.
    pub token_endpoint: ::std::string::String,
    /// How clients can authenticate.
    pub token_endpoint_auth_methods_supported: ::std::vec::Vec<AuthMethod>,
    /// Where claims are returned.
    pub userinfo_endpoint: ::std::string::String,
}
impl OpenidConfiguration {
    pub fn builder() -> builder::OpenidConfiguration {
        Default::default()
    }
}
/// How clients authenticate with this service.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct OpenidProtectedResource {
    /// Issuers of tokens this service accepts.
    pub authorization_servers: ::std::vec::Vec<::std::string::String>,
    /// Ways a bearer token may be presented.
    pub bearer_methods_supported: ::std::vec::Vec<BearerMethod>,
    /// The identifier of this service.
    pub resource: ::std::string::String,
    /// OAuth2 scopes.
    pub scopes_supported: ::std::vec::Vec<::std::string::String>,
}
impl OpenidProtectedResource {
    pub fn builder() -> builder::OpenidProtectedResource {
        Default::default()
    }
}
/// An organization.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct OrganizationRead {
    pub metadata: ResourceReadMetadata,
    pub spec: OrganizationSpec,
}
impl OrganizationRead {
    pub fn builder() -> builder::OrganizationRead {
        Default::default()
    }
}
/// Metadata of a resource that belongs to an organization.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct OrganizationScopedResourceReadMetadata {
    /// Who created it.
    #[serde(
        rename = "createdBy",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub created_by: ::std::option::Option<::std::string::String>,
    #[serde(rename = "creationTime")]
    pub creation_time: jiff::Timestamp,
    #[serde(
        rename = "deletionTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub deletion_time: ::std::option::Option<jiff::Timestamp>,
    /// What it is for, in the caller's words.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    #[serde(rename = "healthStatus")]
    pub health_status: ResourceHealthStatus,
    /// The identifier.
    pub id: ::std::string::String,
    /// Who changed it last.
    #[serde(
        rename = "modifiedBy",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub modified_by: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "modifiedTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub modified_time: ::std::option::Option<jiff::Timestamp>,
    /// A name that is also valid as a Kubernetes label value. Names that come from a provider do not always follow the pattern.
    pub name: ::std::string::String,
    /// The organization it belongs to.
    #[serde(rename = "organizationId")]
    pub organization_id: ::std::string::String,
    #[serde(rename = "provisioningStatus")]
    pub provisioning_status: ResourceProvisioningStatus,
    /// Tags.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tags: ::std::option::Option<::std::vec::Vec<Tag>>,
}
impl OrganizationScopedResourceReadMetadata {
    pub fn builder() -> builder::OrganizationScopedResourceReadMetadata {
        Default::default()
    }
}
/// How an organization is set up.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct OrganizationSpec {
    /// The e-mail domain whose users belong.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub domain: ::std::option::Option<::std::string::String>,
    /// The customer at Google, needed to look up groups there.
    #[serde(
        rename = "googleCustomerID",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub google_customer_id: ::std::option::Option<::std::string::String>,
    #[serde(rename = "organizationType")]
    pub organization_type: OrganizationType,
    /// The identity provider, where it is the organization's own.
    #[serde(
        rename = "providerID",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub provider_id: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "providerScope",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub provider_scope: ::std::option::Option<ProviderScope>,
}
impl OrganizationSpec {
    pub fn builder() -> builder::OrganizationSpec {
        Default::default()
    }
}
/// How users come to belong to an organization.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum OrganizationType {
    Adhoc,
    Domain,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl OrganizationType {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Adhoc => "adhoc",
            Self::Domain => "domain",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for OrganizationType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for OrganizationType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "adhoc" => Ok(Self::Adhoc),
            "domain" => Ok(Self::Domain),
            _ => Err("not one of `adhoc`, `domain`".into()),
        }
    }
}
impl ::serde::Serialize for OrganizationType {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for OrganizationType {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for OrganizationType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for OrganizationType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// The wanted organization.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct OrganizationWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: OrganizationSpec,
}
impl OrganizationWrite {
    pub fn builder() -> builder::OrganizationWrite {
        Default::default()
    }
}
/// A project.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ProjectRead {
    pub metadata: OrganizationScopedResourceReadMetadata,
    pub spec: ProjectSpec,
}
impl ProjectRead {
    pub fn builder() -> builder::ProjectRead {
        Default::default()
    }
}
/// Metadata of a resource that belongs to a project.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ProjectScopedResourceReadMetadata {
    /// Who created it.
    #[serde(
        rename = "createdBy",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub created_by: ::std::option::Option<::std::string::String>,
    #[serde(rename = "creationTime")]
    pub creation_time: jiff::Timestamp,
    #[serde(
        rename = "deletionTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub deletion_time: ::std::option::Option<jiff::Timestamp>,
    /// What it is for, in the caller's words.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    #[serde(rename = "healthStatus")]
    pub health_status: ResourceHealthStatus,
    /// The identifier.
    pub id: ::std::string::String,
    /// Who changed it last.
    #[serde(
        rename = "modifiedBy",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub modified_by: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "modifiedTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub modified_time: ::std::option::Option<jiff::Timestamp>,
    /// A name that is also valid as a Kubernetes label value. Names that come from a provider do not always follow the pattern.
    pub name: ::std::string::String,
    /// The organization it belongs to.
    #[serde(rename = "organizationId")]
    pub organization_id: ::std::string::String,
    /// The project it belongs to.
    #[serde(rename = "projectId")]
    pub project_id: ::std::string::String,
    #[serde(rename = "provisioningStatus")]
    pub provisioning_status: ResourceProvisioningStatus,
    /// Tags.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tags: ::std::option::Option<::std::vec::Vec<Tag>>,
}
impl ProjectScopedResourceReadMetadata {
    pub fn builder() -> builder::ProjectScopedResourceReadMetadata {
        Default::default()
    }
}
/// Who can use a project.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ProjectSpec {
    /// Groups, by identifier.
    #[serde(rename = "groupIDs")]
    pub group_i_ds: ::std::vec::Vec<::std::string::String>,
}
impl ProjectSpec {
    pub fn builder() -> builder::ProjectSpec {
        Default::default()
    }
}
/// The wanted project.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ProjectWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: ProjectSpec,
}
impl ProjectWrite {
    pub fn builder() -> builder::ProjectWrite {
        Default::default()
    }
}
/// Whether an identity provider is shared or the organization's own.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ProviderScope {
    Global,
    Organization,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl ProviderScope {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Global => "global",
            Self::Organization => "organization",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for ProviderScope {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for ProviderScope {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "global" => Ok(Self::Global),
            "organization" => Ok(Self::Organization),
            _ => Err("not one of `global`, `organization`".into()),
        }
    }
}
impl ::serde::Serialize for ProviderScope {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for ProviderScope {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for ProviderScope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ProviderScope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A quota and what is used of it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct QuotaRead {
    /// What is in use for certain.
    pub committed: i64,
    /// The limit unless set otherwise.
    pub default: i64,
    /// What is counted, for people.
    pub description: ::std::string::String,
    /// The name for people.
    #[serde(rename = "displayName")]
    pub display_name: ::std::string::String,
    /// How numbers are best shown.
    pub format: QuotaReadFormat,
    /// How much is left.
    pub free: i64,
    /// What is counted, for example `servers`.
    pub kind: ::std::string::String,
    /// The limit.
    pub quantity: i64,
    /// What may be used at most on top of that.
    pub reserved: i64,
    /// How much is in use.
    pub used: i64,
}
impl QuotaRead {
    pub fn builder() -> builder::QuotaRead {
        Default::default()
    }
}
/// How numbers are best shown.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum QuotaReadFormat {
    Decimal,
    Binary,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl QuotaReadFormat {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Decimal => "decimal",
            Self::Binary => "binary",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for QuotaReadFormat {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for QuotaReadFormat {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "decimal" => Ok(Self::Decimal),
            "binary" => Ok(Self::Binary),
            _ => Err("not one of `decimal`, `binary`".into()),
        }
    }
}
impl ::serde::Serialize for QuotaReadFormat {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for QuotaReadFormat {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for QuotaReadFormat {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for QuotaReadFormat {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A quota to set.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct QuotaWrite {
    /// What is counted, for example `servers`.
    pub kind: ::std::string::String,
    /// The limit.
    pub quantity: i64,
}
impl QuotaWrite {
    pub fn builder() -> builder::QuotaWrite {
        Default::default()
    }
}
/// All quotas and their use.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct QuotasRead {
    /// Quotas and their use.
    pub quotas: ::std::vec::Vec<QuotaRead>,
}
impl QuotasRead {
    pub fn builder() -> builder::QuotasRead {
        Default::default()
    }
}
/// All quotas to set.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct QuotasWrite {
    /// Quotas to set.
    pub quotas: ::std::vec::Vec<QuotaWrite>,
}
impl QuotasWrite {
    pub fn builder() -> builder::QuotasWrite {
        Default::default()
    }
}
/// How much of one kind is counted.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ResourceAllocation {
    /// What is in use for certain.
    pub committed: i64,
    /// What is counted, for example `servers`.
    pub kind: ::std::string::String,
    /// What may be used at most on top of that.
    pub reserved: i64,
}
impl ResourceAllocation {
    pub fn builder() -> builder::ResourceAllocation {
        Default::default()
    }
}
/// How a resource is doing.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ResourceHealthStatus {
    Unknown,
    Healthy,
    Degraded,
    Error,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl ResourceHealthStatus {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Unknown => "unknown",
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Error => "error",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for ResourceHealthStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for ResourceHealthStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "unknown" => Ok(Self::Unknown),
            "healthy" => Ok(Self::Healthy),
            "degraded" => Ok(Self::Degraded),
            "error" => Ok(Self::Error),
            _ => Err("not one of `unknown`, `healthy`, `degraded`, `error`".into()),
        }
    }
}
impl ::serde::Serialize for ResourceHealthStatus {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for ResourceHealthStatus {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for ResourceHealthStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ResourceHealthStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// How far the making or unmaking of a resource has come.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ResourceProvisioningStatus {
    Unknown,
    Pending,
    Provisioning,
    Provisioned,
    Deprovisioning,
    Error,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl ResourceProvisioningStatus {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Unknown => "unknown",
            Self::Pending => "pending",
            Self::Provisioning => "provisioning",
            Self::Provisioned => "provisioned",
            Self::Deprovisioning => "deprovisioning",
            Self::Error => "error",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for ResourceProvisioningStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for ResourceProvisioningStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "unknown" => Ok(Self::Unknown),
            "pending" => Ok(Self::Pending),
            "provisioning" => Ok(Self::Provisioning),
            "provisioned" => Ok(Self::Provisioned),
            "deprovisioning" => Ok(Self::Deprovisioning),
            "error" => Ok(Self::Error),
            _ => {
                Err(
                    "not one of `unknown`, `pending`, `provisioning`, `provisioned`, `deprovisioning`, `error`"
                        .into(),
                )
            }
        }
    }
}
impl ::serde::Serialize for ResourceProvisioningStatus {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for ResourceProvisioningStatus {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for ResourceProvisioningStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ResourceProvisioningStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// What is known of every resource that is provisioned.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ResourceReadMetadata {
    /// Who created it.
    #[serde(
        rename = "createdBy",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub created_by: ::std::option::Option<::std::string::String>,
    #[serde(rename = "creationTime")]
    pub creation_time: jiff::Timestamp,
    #[serde(
        rename = "deletionTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub deletion_time: ::std::option::Option<jiff::Timestamp>,
    /// What it is for, in the caller's words.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    #[serde(rename = "healthStatus")]
    pub health_status: ResourceHealthStatus,
    /// The identifier.
    pub id: ::std::string::String,
    /// Who changed it last.
    #[serde(
        rename = "modifiedBy",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub modified_by: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "modifiedTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub modified_time: ::std::option::Option<jiff::Timestamp>,
    /// A name that is also valid as a Kubernetes label value. Names that come from a provider do not always follow the pattern.
    pub name: ::std::string::String,
    #[serde(rename = "provisioningStatus")]
    pub provisioning_status: ResourceProvisioningStatus,
    /// Tags.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tags: ::std::option::Option<::std::vec::Vec<Tag>>,
}
impl ResourceReadMetadata {
    pub fn builder() -> builder::ResourceReadMetadata {
        Default::default()
    }
}
/// Metadata of a resource to create or change.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ResourceWriteMetadata {
    /// What it is for, in the caller's words.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    pub name: KubernetesLabelValue,
    /// Tags.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tags: ::std::option::Option<::std::vec::Vec<Tag>>,
}
impl ResourceWriteMetadata {
    pub fn builder() -> builder::ResourceWriteMetadata {
        Default::default()
    }
}
/// How the authorization endpoint returns it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ResponseMode {
    Query,
    Fragment,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl ResponseMode {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for ResponseMode {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for ResponseMode {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "query" => Ok(Self::Query),
            "fragment" => Ok(Self::Fragment),
            _ => Err("not one of `query`, `fragment`".into()),
        }
    }
}
impl ::serde::Serialize for ResponseMode {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for ResponseMode {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for ResponseMode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ResponseMode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// What the authorization endpoint returns.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ResponseType {
    Code,
    Token,
    IdToken,
    CodeToken,
    CodeIdToken,
    TokenIdToken,
    CodeTokenIdToken,
    None,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl ResponseType {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Code => "code",
            Self::Token => "token",
            Self::IdToken => "id_token",
            Self::CodeToken => "code token",
            Self::CodeIdToken => "code id_token",
            Self::TokenIdToken => "token id_token",
            Self::CodeTokenIdToken => "code token id_token",
            Self::None => "none",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for ResponseType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for ResponseType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "code" => Ok(Self::Code),
            "token" => Ok(Self::Token),
            "id_token" => Ok(Self::IdToken),
            "code token" => Ok(Self::CodeToken),
            "code id_token" => Ok(Self::CodeIdToken),
            "token id_token" => Ok(Self::TokenIdToken),
            "code token id_token" => Ok(Self::CodeTokenIdToken),
            "none" => Ok(Self::None),
            _ => {
                Err(
                    "not one of `code`, `token`, `id_token`, `code token`, `code id_token`, `token id_token`, `code token id_token`, `none`"
                        .into(),
                )
            }
        }
    }
}
impl ::serde::Serialize for ResponseType {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for ResponseType {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for ResponseType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ResponseType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A role.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct RoleRead {
    /// Whether the caller could grant it.
    pub grantable: bool,
    pub metadata: ResourceReadMetadata,
}
impl RoleRead {
    pub fn builder() -> builder::RoleRead {
        Default::default()
    }
}
/// A scope that can be asked for.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Scope {
    Openid,
    Email,
    Profile,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl Scope {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Openid => "openid",
            Self::Email => "email",
            Self::Profile => "profile",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for Scope {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for Scope {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "openid" => Ok(Self::Openid),
            "email" => Ok(Self::Email),
            "profile" => Ok(Self::Profile),
            _ => Err("not one of `openid`, `email`, `profile`".into()),
        }
    }
}
impl ::serde::Serialize for Scope {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for Scope {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for Scope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Scope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A service account with a fresh token.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServiceAccountCreate {
    pub metadata: OrganizationScopedResourceReadMetadata,
    pub spec: ServiceAccountSpec,
    pub status: ServiceAccountStatus,
}
impl ServiceAccountCreate {
    pub fn builder() -> builder::ServiceAccountCreate {
        Default::default()
    }
}
/// A service account.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServiceAccountRead {
    pub metadata: OrganizationScopedResourceReadMetadata,
    pub spec: ServiceAccountSpec,
    pub status: ServiceAccountStatus,
}
impl ServiceAccountRead {
    pub fn builder() -> builder::ServiceAccountRead {
        Default::default()
    }
}
/// The groups of a service account.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServiceAccountSpec {
    /// Groups, by identifier.
    #[serde(rename = "groupIDs")]
    pub group_i_ds: ::std::vec::Vec<::std::string::String>,
}
impl ServiceAccountSpec {
    pub fn builder() -> builder::ServiceAccountSpec {
        Default::default()
    }
}
/// The token of a service account.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServiceAccountStatus {
    #[serde(
        rename = "accessToken",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub access_token: ::std::option::Option<core_client::wire::SecretText>,
    pub expiry: jiff::Timestamp,
}
impl ServiceAccountStatus {
    pub fn builder() -> builder::ServiceAccountStatus {
        Default::default()
    }
}
/// The wanted service account.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServiceAccountWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: ServiceAccountSpec,
}
impl ServiceAccountWrite {
    pub fn builder() -> builder::ServiceAccountWrite {
        Default::default()
    }
}
/// A running service.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServiceVersionRead {
    /// The name of the service.
    pub name: ::std::string::String,
    /// Its version.
    pub version: ::std::string::String,
}
impl ServiceVersionRead {
    pub fn builder() -> builder::ServiceVersionRead {
        Default::default()
    }
}
/// An algorithm tokens are signed with.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    Es512,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl SigningAlgorithm {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Es512 => "ES512",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for SigningAlgorithm {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ES512" => Ok(Self::Es512),
            _ => Err("not one of `ES512`".into()),
        }
    }
}
impl ::serde::Serialize for SigningAlgorithm {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for SigningAlgorithm {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for SigningAlgorithm {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for SigningAlgorithm {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// Somebody known to an identity provider.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Subject {
    /// The e-mail address.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<::std::string::String>,
    /// The subject at its issuer.
    pub id: ::std::string::String,
    /// The issuer that knows the subject.
    pub issuer: ::std::string::String,
}
impl Subject {
    pub fn builder() -> builder::Subject {
        Default::default()
    }
}
/// A name and a value of the caller's choosing.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Tag {
    /// The name.
    pub name: ::std::string::String,
    /// The value.
    pub value: ::std::string::String,
}
impl Tag {
    pub fn builder() -> builder::Tag {
        Default::default()
    }
}
/// Issued tokens.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Token {
    pub access_token: core_client::wire::SecretText,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id_token: ::std::option::Option<core_client::wire::SecretText>,
    /// What kind of token was issued.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub issued_token_type: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub refresh_token: ::std::option::Option<core_client::wire::SecretText>,
    /// How to present the token.
    pub token_type: ::std::string::String,
}
impl Token {
    pub fn builder() -> builder::Token {
        Default::default()
    }
}
/// The fields of a token request. Which apply depends on the grant.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct TokenRequestOptions {
    /// Who the new token is for.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub audience: ::std::option::Option<::std::string::String>,
    /// The client.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub client_id: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub client_secret: ::std::option::Option<core_client::wire::SecretText>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<core_client::wire::SecretText>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code_verifier: ::std::option::Option<core_client::wire::SecretText>,
    /// The grant.
    pub grant_type: ::std::string::String,
    /// Where the browser is sent in the end.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub redirect_uri: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub refresh_token: ::std::option::Option<core_client::wire::SecretText>,
    /// What kind of token is wanted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub requested_token_type: ::std::option::Option<::std::string::String>,
    /// The absolute address of the service the new token is for.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub resource: ::std::option::Option<::std::string::String>,
    /// Scopes, separated by spaces.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub scope: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub subject_token: ::std::option::Option<core_client::wire::SecretText>,
    /// What kind of token that is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub subject_token_type: ::std::option::Option<::std::string::String>,
    /// Narrow the new token to this organization.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub x_organization_id: ::std::option::Option<::std::string::String>,
    /// Narrow the new token to this project. Needs the organization.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub x_project_id: ::std::option::Option<::std::string::String>,
}
impl TokenRequestOptions {
    pub fn builder() -> builder::TokenRequestOptions {
        Default::default()
    }
}
/// A user.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct UserRead {
    pub metadata: OrganizationScopedResourceReadMetadata,
    pub spec: UserSpec,
    pub status: UserStatus,
}
impl UserRead {
    pub fn builder() -> builder::UserRead {
        Default::default()
    }
}
/// Who a user is and what groups they are in.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct UserSpec {
    /// Groups, by identifier.
    #[serde(rename = "groupIDs")]
    pub group_i_ds: ::std::vec::Vec<::std::string::String>,
    pub state: UserState,
    /// The subject, normally an e-mail address.
    pub subject: ::std::string::String,
}
impl UserSpec {
    pub fn builder() -> builder::UserSpec {
        Default::default()
    }
}
/// Whether a user can log in.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum UserState {
    Active,
    Pending,
    Suspended,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl UserState {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Suspended => "suspended",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for UserState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for UserState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "active" => Ok(Self::Active),
            "pending" => Ok(Self::Pending),
            "suspended" => Ok(Self::Suspended),
            _ => Err("not one of `active`, `pending`, `suspended`".into()),
        }
    }
}
impl ::serde::Serialize for UserState {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for UserState {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for UserState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for UserState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// What was seen of a user.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct UserStatus {
    #[serde(
        rename = "lastActive",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub last_active: ::std::option::Option<jiff::Timestamp>,
}
impl UserStatus {
    pub fn builder() -> builder::UserStatus {
        Default::default()
    }
}
/// The wanted user.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct UserWrite {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub metadata: ::std::option::Option<ResourceWriteMetadata>,
    pub spec: UserSpec,
}
impl UserWrite {
    pub fn builder() -> builder::UserWrite {
        Default::default()
    }
}
/// Claims about a subject.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Userinfo {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub birthdate: ::std::option::Option<jiff::Timestamp>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<::std::string::String>,
    /// Whether the address is known to be theirs.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email_verified: ::std::option::Option<bool>,
    /// The family name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub family_name: ::std::option::Option<::std::string::String>,
    /// The gender.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub gender: ::std::option::Option<::std::string::String>,
    /// The given name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub given_name: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "https://unikorn-cloud.org/authz",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub https_unikorn_cloud_org_authz: ::std::option::Option<AuthClaims>,
    /// The language and region.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub locale: ::std::option::Option<::std::string::String>,
    /// The middle name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub middle_name: ::std::option::Option<::std::string::String>,
    /// The full name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    /// The casual name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub nickname: ::std::option::Option<::std::string::String>,
    /// The address of a picture.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub picture: ::std::option::Option<::std::string::String>,
    /// The name they like to be called.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub preferred_username: ::std::option::Option<::std::string::String>,
    /// The address of a profile page.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub profile: ::std::option::Option<::std::string::String>,
    /// The subject.
    pub sub: ::std::string::String,
    /// When the claims were last changed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub updated_at: ::std::option::Option<::std::string::String>,
    /// The address of a web site.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub website: ::std::option::Option<::std::string::String>,
    /// The time zone.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub zoneinfo: ::std::option::Option<::std::string::String>,
}
impl Userinfo {
    pub fn builder() -> builder::Userinfo {
        Default::default()
    }
}
/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }
    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }
    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }
    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}
/// Builders of the types, for use in `body_map`.
pub mod builder;
