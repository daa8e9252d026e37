// Generated from api/identity.json by `cargo xtask codegen`. Do not edit: change the document, or the command.

#![cfg_attr(rustfmt, rustfmt_skip)]
#[derive(Clone, Debug)]
pub struct Acl {
    global: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::AclEndpoint>>,
        ::std::string::String,
    >,
    organization: ::std::result::Result<
        ::std::option::Option<super::AclOrganization>,
        ::std::string::String,
    >,
    organizations: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::AclOrganization>>,
        ::std::string::String,
    >,
    projects: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::AclProject>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for Acl {
    fn default() -> Self {
        Self {
            global: Ok(Default::default()),
            organization: Ok(Default::default()),
            organizations: Ok(Default::default()),
            projects: Ok(Default::default()),
        }
    }
}
impl Acl {
    pub fn global<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::AclEndpoint>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.global = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for global: {e}"));
        self
    }
    pub fn organization<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::AclOrganization>>,
        T::Error: ::std::fmt::Display,
    {
        self.organization = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for organization: {e}")
            });
        self
    }
    pub fn organizations<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::AclOrganization>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.organizations = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for organizations: {e}")
            });
        self
    }
    pub fn projects<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::AclProject>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.projects = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for projects: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Acl> for super::Acl {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Acl,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            global: value.global?,
            organization: value.organization?,
            organizations: value.organizations?,
            projects: value.projects?,
        })
    }
}
impl ::std::convert::From<super::Acl> for Acl {
    fn from(value: super::Acl) -> Self {
        Self {
            global: Ok(value.global),
            organization: Ok(value.organization),
            organizations: Ok(value.organizations),
            projects: Ok(value.projects),
        }
    }
}
#[derive(Clone, Debug)]
pub struct AclEndpoint {
    name: ::std::result::Result<::std::string::String, ::std::string::String>,
    operations: ::std::result::Result<
        ::std::vec::Vec<super::AclOperation>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for AclEndpoint {
    fn default() -> Self {
        Self {
            name: Err("no value supplied for name".to_string()),
            operations: Err("no value supplied for operations".to_string()),
        }
    }
}
impl AclEndpoint {
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn operations<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::AclOperation>>,
        T::Error: ::std::fmt::Display,
    {
        self.operations = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for operations: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<AclEndpoint> for super::AclEndpoint {
    type Error = super::error::ConversionError;
    fn try_from(
        value: AclEndpoint,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            name: value.name?,
            operations: value.operations?,
        })
    }
}
impl ::std::convert::From<super::AclEndpoint> for AclEndpoint {
    fn from(value: super::AclEndpoint) -> Self {
        Self {
            name: Ok(value.name),
            operations: Ok(value.operations),
        }
    }
}
#[derive(Clone, Debug)]
pub struct AclOrganization {
    endpoints: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::AclEndpoint>>,
        ::std::string::String,
    >,
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
    projects: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::AclProject>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for AclOrganization {
    fn default() -> Self {
        Self {
            endpoints: Ok(Default::default()),
            id: Err("no value supplied for id".to_string()),
            projects: Ok(Default::default()),
        }
    }
}
impl AclOrganization {
    pub fn endpoints<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::AclEndpoint>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.endpoints = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for endpoints: {e}"));
        self
    }
    pub fn id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for id: {e}"));
        self
    }
    pub fn projects<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::AclProject>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.projects = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for projects: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<AclOrganization> for super::AclOrganization {
    type Error = super::error::ConversionError;
    fn try_from(
        value: AclOrganization,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            endpoints: value.endpoints?,
            id: value.id?,
            projects: value.projects?,
        })
    }
}
impl ::std::convert::From<super::AclOrganization> for AclOrganization {
    fn from(value: super::AclOrganization) -> Self {
        Self {
            endpoints: Ok(value.endpoints),
            id: Ok(value.id),
            projects: Ok(value.projects),
        }
    }
}
#[derive(Clone, Debug)]
pub struct AclProject {
    endpoints: ::std::result::Result<
        ::std::vec::Vec<super::AclEndpoint>,
        ::std::string::String,
    >,
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for AclProject {
    fn default() -> Self {
        Self {
            endpoints: Err("no value supplied for endpoints".to_string()),
            id: Err("no value supplied for id".to_string()),
        }
    }
}
impl AclProject {
    pub fn endpoints<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::AclEndpoint>>,
        T::Error: ::std::fmt::Display,
    {
        self.endpoints = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for endpoints: {e}"));
        self
    }
    pub fn id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for id: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<AclProject> for super::AclProject {
    type Error = super::error::ConversionError;
    fn try_from(
        value: AclProject,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            endpoints: value.endpoints?,
            id: value.id?,
        })
    }
}
impl ::std::convert::From<super::AclProject> for AclProject {
    fn from(value: super::AclProject) -> Self {
        Self {
            endpoints: Ok(value.endpoints),
            id: Ok(value.id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct AllocationRead {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::AllocationSpec, ::std::string::String>,
}
impl ::std::default::Default for AllocationRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl AllocationRead {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ProjectScopedResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::AllocationSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<AllocationRead> for super::AllocationRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: AllocationRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::AllocationRead> for AllocationRead {
    fn from(value: super::AllocationRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct AllocationSpec {
    allocations: ::std::result::Result<
        ::std::vec::Vec<super::ResourceAllocation>,
        ::std::string::String,
    >,
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
    kind: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for AllocationSpec {
    fn default() -> Self {
        Self {
            allocations: Err("no value supplied for allocations".to_string()),
            id: Err("no value supplied for id".to_string()),
            kind: Err("no value supplied for kind".to_string()),
        }
    }
}
impl AllocationSpec {
    pub fn allocations<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::ResourceAllocation>>,
        T::Error: ::std::fmt::Display,
    {
        self.allocations = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for allocations: {e}")
            });
        self
    }
    pub fn id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for id: {e}"));
        self
    }
    pub fn kind<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.kind = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for kind: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<AllocationSpec> for super::AllocationSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: AllocationSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            allocations: value.allocations?,
            id: value.id?,
            kind: value.kind?,
        })
    }
}
impl ::std::convert::From<super::AllocationSpec> for AllocationSpec {
    fn from(value: super::AllocationSpec) -> Self {
        Self {
            allocations: Ok(value.allocations),
            id: Ok(value.id),
            kind: Ok(value.kind),
        }
    }
}
#[derive(Clone, Debug)]
pub struct AllocationWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::AllocationSpec, ::std::string::String>,
}
impl ::std::default::Default for AllocationWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl AllocationWrite {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceWriteMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::AllocationSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<AllocationWrite> for super::AllocationWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: AllocationWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::AllocationWrite> for AllocationWrite {
    fn from(value: super::AllocationWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct AuthClaims {
    acctype: ::std::result::Result<super::AuthClaimsAcctype, ::std::string::String>,
    org_ids: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for AuthClaims {
    fn default() -> Self {
        Self {
            acctype: Err("no value supplied for acctype".to_string()),
            org_ids: Err("no value supplied for org_ids".to_string()),
        }
    }
}
impl AuthClaims {
    pub fn acctype<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::AuthClaimsAcctype>,
        T::Error: ::std::fmt::Display,
    {
        self.acctype = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for acctype: {e}"));
        self
    }
    pub fn org_ids<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.org_ids = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for org_ids: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<AuthClaims> for super::AuthClaims {
    type Error = super::error::ConversionError;
    fn try_from(
        value: AuthClaims,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            acctype: value.acctype?,
            org_ids: value.org_ids?,
        })
    }
}
impl ::std::convert::From<super::AuthClaims> for AuthClaims {
    fn from(value: super::AuthClaims) -> Self {
        Self {
            acctype: Ok(value.acctype),
            org_ids: Ok(value.org_ids),
        }
    }
}
#[derive(Clone, Debug)]
pub struct GroupRead {
    metadata: ::std::result::Result<
        super::OrganizationScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::GroupSpec, ::std::string::String>,
}
impl ::std::default::Default for GroupRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl GroupRead {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationScopedResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::GroupSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<GroupRead> for super::GroupRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: GroupRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::GroupRead> for GroupRead {
    fn from(value: super::GroupRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct GroupSpec {
    role_i_ds: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
    service_account_i_ds: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
    subjects: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::Subject>>,
        ::std::string::String,
    >,
    user_i_ds: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for GroupSpec {
    fn default() -> Self {
        Self {
            role_i_ds: Err("no value supplied for role_i_ds".to_string()),
            service_account_i_ds: Err(
                "no value supplied for service_account_i_ds".to_string(),
            ),
            subjects: Ok(Default::default()),
            user_i_ds: Ok(Default::default()),
        }
    }
}
impl GroupSpec {
    pub fn role_i_ds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.role_i_ds = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for role_i_ds: {e}"));
        self
    }
    pub fn service_account_i_ds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.service_account_i_ds = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for service_account_i_ds: {e}")
            });
        self
    }
    pub fn subjects<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::Subject>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.subjects = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for subjects: {e}"));
        self
    }
    pub fn user_i_ds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.user_i_ds = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for user_i_ds: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<GroupSpec> for super::GroupSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: GroupSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            role_i_ds: value.role_i_ds?,
            service_account_i_ds: value.service_account_i_ds?,
            subjects: value.subjects?,
            user_i_ds: value.user_i_ds?,
        })
    }
}
impl ::std::convert::From<super::GroupSpec> for GroupSpec {
    fn from(value: super::GroupSpec) -> Self {
        Self {
            role_i_ds: Ok(value.role_i_ds),
            service_account_i_ds: Ok(value.service_account_i_ds),
            subjects: Ok(value.subjects),
            user_i_ds: Ok(value.user_i_ds),
        }
    }
}
#[derive(Clone, Debug)]
pub struct GroupWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::GroupSpec, ::std::string::String>,
}
impl ::std::default::Default for GroupWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl GroupWrite {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceWriteMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::GroupSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<GroupWrite> for super::GroupWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: GroupWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::GroupWrite> for GroupWrite {
    fn from(value: super::GroupWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct JsonWebKeySet {
    keys: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::JsonWebKey>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for JsonWebKeySet {
    fn default() -> Self {
        Self {
            keys: Ok(Default::default()),
        }
    }
}
impl JsonWebKeySet {
    pub fn keys<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::JsonWebKey>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.keys = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for keys: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<JsonWebKeySet> for super::JsonWebKeySet {
    type Error = super::error::ConversionError;
    fn try_from(
        value: JsonWebKeySet,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { keys: value.keys? })
    }
}
impl ::std::convert::From<super::JsonWebKeySet> for JsonWebKeySet {
    fn from(value: super::JsonWebKeySet) -> Self {
        Self { keys: Ok(value.keys) }
    }
}
#[derive(Clone, Debug)]
pub struct Oauth2ProviderRead {
    metadata: ::std::result::Result<
        super::OrganizationScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::Oauth2ProviderSpec, ::std::string::String>,
}
impl ::std::default::Default for Oauth2ProviderRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl Oauth2ProviderRead {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationScopedResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::Oauth2ProviderSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Oauth2ProviderRead> for super::Oauth2ProviderRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Oauth2ProviderRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::Oauth2ProviderRead> for Oauth2ProviderRead {
    fn from(value: super::Oauth2ProviderRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Oauth2ProviderSpec {
    client_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    client_secret: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    issuer: ::std::result::Result<::std::string::String, ::std::string::String>,
    type_: ::std::result::Result<
        ::std::option::Option<super::Oauth2ProviderType>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for Oauth2ProviderSpec {
    fn default() -> Self {
        Self {
            client_id: Err("no value supplied for client_id".to_string()),
            client_secret: Ok(Default::default()),
            issuer: Err("no value supplied for issuer".to_string()),
            type_: Ok(Default::default()),
        }
    }
}
impl Oauth2ProviderSpec {
    pub fn client_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.client_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for client_id: {e}"));
        self
    }
    pub fn client_secret<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.client_secret = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for client_secret: {e}")
            });
        self
    }
    pub fn issuer<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.issuer = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for issuer: {e}"));
        self
    }
    pub fn type_<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::Oauth2ProviderType>>,
        T::Error: ::std::fmt::Display,
    {
        self.type_ = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for type_: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Oauth2ProviderSpec> for super::Oauth2ProviderSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Oauth2ProviderSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            client_id: value.client_id?,
            client_secret: value.client_secret?,
            issuer: value.issuer?,
            type_: value.type_?,
        })
    }
}
impl ::std::convert::From<super::Oauth2ProviderSpec> for Oauth2ProviderSpec {
    fn from(value: super::Oauth2ProviderSpec) -> Self {
        Self {
            client_id: Ok(value.client_id),
            client_secret: Ok(value.client_secret),
            issuer: Ok(value.issuer),
            type_: Ok(value.type_),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Oauth2ProviderWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::Oauth2ProviderSpec, ::std::string::String>,
}
impl ::std::default::Default for Oauth2ProviderWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl Oauth2ProviderWrite {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceWriteMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::Oauth2ProviderSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Oauth2ProviderWrite> for super::Oauth2ProviderWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Oauth2ProviderWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::Oauth2ProviderWrite> for Oauth2ProviderWrite {
    fn from(value: super::Oauth2ProviderWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct OpenidConfiguration {
    authorization_endpoint: ::std::result::Result<
        ::std::string::String,
        ::std::string::String,
    >,
    claims_parameter_supported: ::std::result::Result<bool, ::std::string::String>,
    claims_supported: ::std::result::Result<
        ::std::vec::Vec<super::Claim>,
        ::std::string::String,
    >,
    code_challenge_methods_supported: ::std::result::Result<
        ::std::vec::Vec<super::CodeChallengeMethod>,
        ::std::string::String,
    >,
    grant_types_supported: ::std::result::Result<
        ::std::vec::Vec<super::GrantType>,
        ::std::string::String,
    >,
    id_token_signing_alg_values_supported: ::std::result::Result<
        ::std::vec::Vec<super::SigningAlgorithm>,
        ::std::string::String,
    >,
    issuer: ::std::result::Result<::std::string::String, ::std::string::String>,
    jwks_uri: ::std::result::Result<::std::string::String, ::std::string::String>,
    request_parameter_supported: ::std::result::Result<bool, ::std::string::String>,
    request_uri_parameter_supported: ::std::result::Result<bool, ::std::string::String>,
    response_modes_supported: ::std::result::Result<
        ::std::vec::Vec<super::ResponseMode>,
        ::std::string::String,
    >,
    response_types_supported: ::std::result::Result<
        ::std::vec::Vec<super::ResponseType>,
        ::std::string::String,
    >,
    scopes_supported: ::std::result::Result<
        ::std::vec::Vec<super::Scope>,
        ::std::string::String,
    >,
    token_endpoint: ::std::result::Result<::std::string::String, ::std::string::String>,
    token_endpoint_auth_methods_supported: ::std::result::Result<
        ::std::vec::Vec<super::AuthMethod>,
        ::std::string::String,
    >,
    userinfo_endpoint: ::std::result::Result<
        ::std::string::String,
        ::std::string::String,
    >,
}
impl ::std::default::Default for OpenidConfiguration {
    fn default() -> Self {
        Self {
            authorization_endpoint: Err(
                "no value supplied for authorization_endpoint".to_string(),
            ),
            claims_parameter_supported: Err(
                "no value supplied for claims_parameter_supported".to_string(),
            ),
            claims_supported: Err("no value supplied for claims_supported".to_string()),
            code_challenge_methods_supported: Err(
                "no value supplied for code_challenge_methods_supported".to_string(),
            ),
            grant_types_supported: Err(
                "no value supplied for grant_types_supported".to_string(),
            ),
            id_token_signing_alg_values_supported: Err(
                "no value supplied for id_token_signing_alg_values_supported".to_string(),
            ),
            issuer: Err("no value supplied for issuer".to_string()),
            jwks_uri: Err("no value supplied for jwks_uri".to_string()),
            request_parameter_supported: Err(
                "no value supplied for request_parameter_supported".to_string(),
            ),
            request_uri_parameter_supported: Err(
                "no value supplied for request_uri_parameter_supported".to_string(),
            ),
            response_modes_supported: Err(
                "no value supplied for response_modes_supported".to_string(),
            ),
            response_types_supported: Err(
                "no value supplied for response_types_supported".to_string(),
            ),
            scopes_supported: Err("no value supplied for scopes_supported".to_string()),
            token_endpoint: Err("no value supplied for token_endpoint".to_string()),
            token_endpoint_auth_methods_supported: Err(
                "no value supplied for token_endpoint_auth_methods_supported".to_string(),
            ),
            userinfo_endpoint: Err("no value supplied for userinfo_endpoint".to_string()),
        }
    }
}
impl OpenidConfiguration {
    pub fn authorization_endpoint<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.authorization_endpoint = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for authorization_endpoint: {e}"
                )
            });
        self
    }
    pub fn claims_parameter_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<bool>,
        T::Error: ::std::fmt::Display,
    {
        self.claims_parameter_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for claims_parameter_supported: {e}"
                )
            });
        self
    }
    pub fn claims_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::Claim>>,
        T::Error: ::std::fmt::Display,
    {
        self.claims_supported = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for claims_supported: {e}")
            });
        self
    }
    pub fn code_challenge_methods_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::CodeChallengeMethod>>,
        T::Error: ::std::fmt::Display,
    {
        self.code_challenge_methods_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for code_challenge_methods_supported: {e}"
                )
            });
        self
    }
    pub fn grant_types_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::GrantType>>,
        T::Error: ::std::fmt::Display,
    {
        self.grant_types_supported = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for grant_types_supported: {e}")
            });
        self
    }
    pub fn id_token_signing_alg_values_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::SigningAlgorithm>>,
        T::Error: ::std::fmt::Display,
    {
        self.id_token_signing_alg_values_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for id_token_signing_alg_values_supported: {e}"
                )
            });
        self
    }
    pub fn issuer<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.issuer = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for issuer: {e}"));
        self
    }
    pub fn jwks_uri<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.jwks_uri = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for jwks_uri: {e}"));
        self
    }
    pub fn request_parameter_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<bool>,
        T::Error: ::std::fmt::Display,
    {
        self.request_parameter_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for request_parameter_supported: {e}"
                )
            });
        self
    }
    pub fn request_uri_parameter_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<bool>,
        T::Error: ::std::fmt::Display,
    {
        self.request_uri_parameter_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for request_uri_parameter_supported: {e}"
                )
            });
        self
    }
    pub fn response_modes_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::ResponseMode>>,
        T::Error: ::std::fmt::Display,
    {
        self.response_modes_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for response_modes_supported: {e}"
                )
            });
        self
    }
    pub fn response_types_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::ResponseType>>,
        T::Error: ::std::fmt::Display,
    {
        self.response_types_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for response_types_supported: {e}"
                )
            });
        self
    }
    pub fn scopes_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::Scope>>,
        T::Error: ::std::fmt::Display,
    {
        self.scopes_supported = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for scopes_supported: {e}")
            });
        self
    }
    pub fn token_endpoint<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.token_endpoint = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for token_endpoint: {e}")
            });
        self
    }
    pub fn token_endpoint_auth_methods_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::AuthMethod>>,
        T::Error: ::std::fmt::Display,
    {
        self.token_endpoint_auth_methods_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for token_endpoint_auth_methods_supported: {e}"
                )
            });
        self
    }
    pub fn userinfo_endpoint<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.userinfo_endpoint = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for userinfo_endpoint: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<OpenidConfiguration> for super::OpenidConfiguration {
    type Error = super::error::ConversionError;
    fn try_from(
        value: OpenidConfiguration,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            authorization_endpoint: value.authorization_endpoint?,
            claims_parameter_supported: value.claims_parameter_supported?,
            claims_supported: value.claims_supported?,
            code_challenge_methods_supported: value.code_challenge_methods_supported?,
            grant_types_supported: value.grant_types_supported?,
            id_token_signing_alg_values_supported: value
                .id_token_signing_alg_values_supported?,
            issuer: value.issuer?,
            jwks_uri: value.jwks_uri?,
            request_parameter_supported: value.request_parameter_supported?,
            request_uri_parameter_supported: value.request_uri_parameter_supported?,
            response_modes_supported: value.response_modes_supported?,
            response_types_supported: value.response_types_supported?,
            scopes_supported: value.scopes_supported?,
            token_endpoint: value.token_endpoint?,
            token_endpoint_auth_methods_supported: value
                .token_endpoint_auth_methods_supported?,
            userinfo_endpoint: value.userinfo_endpoint?,
        })
    }
}
impl ::std::convert::From<super::OpenidConfiguration> for OpenidConfiguration {
    fn from(value: super::OpenidConfiguration) -> Self {
        Self {
            authorization_endpoint: Ok(value.authorization_endpoint),
            claims_parameter_supported: Ok(value.claims_parameter_supported),
            claims_supported: Ok(value.claims_supported),
            code_challenge_methods_supported: Ok(value.code_challenge_methods_supported),
            grant_types_supported: Ok(value.grant_types_supported),
            id_token_signing_alg_values_supported: Ok(
                value.id_token_signing_alg_values_supported,
            ),
            issuer: Ok(value.issuer),
            jwks_uri: Ok(value.jwks_uri),
            request_parameter_supported: Ok(value.request_parameter_supported),
            request_uri_parameter_supported: Ok(value.request_uri_parameter_supported),
            response_modes_supported: Ok(value.response_modes_supported),
            response_types_supported: Ok(value.response_types_supported),
            scopes_supported: Ok(value.scopes_supported),
            token_endpoint: Ok(value.token_endpoint),
            token_endpoint_auth_methods_supported: Ok(
                value.token_endpoint_auth_methods_supported,
            ),
            userinfo_endpoint: Ok(value.userinfo_endpoint),
        }
    }
}
#[derive(Clone, Debug)]
pub struct OpenidProtectedResource {
    authorization_servers: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
    bearer_methods_supported: ::std::result::Result<
        ::std::vec::Vec<super::BearerMethod>,
        ::std::string::String,
    >,
    resource: ::std::result::Result<::std::string::String, ::std::string::String>,
    scopes_supported: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for OpenidProtectedResource {
    fn default() -> Self {
        Self {
            authorization_servers: Err(
                "no value supplied for authorization_servers".to_string(),
            ),
            bearer_methods_supported: Err(
                "no value supplied for bearer_methods_supported".to_string(),
            ),
            resource: Err("no value supplied for resource".to_string()),
            scopes_supported: Err("no value supplied for scopes_supported".to_string()),
        }
    }
}
impl OpenidProtectedResource {
    pub fn authorization_servers<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.authorization_servers = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for authorization_servers: {e}")
            });
        self
    }
    pub fn bearer_methods_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::BearerMethod>>,
        T::Error: ::std::fmt::Display,
    {
        self.bearer_methods_supported = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for bearer_methods_supported: {e}"
                )
            });
        self
    }
    pub fn resource<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.resource = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for resource: {e}"));
        self
    }
    pub fn scopes_supported<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.scopes_supported = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for scopes_supported: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<OpenidProtectedResource>
for super::OpenidProtectedResource {
    type Error = super::error::ConversionError;
    fn try_from(
        value: OpenidProtectedResource,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            authorization_servers: value.authorization_servers?,
            bearer_methods_supported: value.bearer_methods_supported?,
            resource: value.resource?,
            scopes_supported: value.scopes_supported?,
        })
    }
}
impl ::std::convert::From<super::OpenidProtectedResource> for OpenidProtectedResource {
    fn from(value: super::OpenidProtectedResource) -> Self {
        Self {
            authorization_servers: Ok(value.authorization_servers),
            bearer_methods_supported: Ok(value.bearer_methods_supported),
            resource: Ok(value.resource),
            scopes_supported: Ok(value.scopes_supported),
        }
    }
}
#[derive(Clone, Debug)]
pub struct OrganizationRead {
    metadata: ::std::result::Result<super::ResourceReadMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::OrganizationSpec, ::std::string::String>,
}
impl ::std::default::Default for OrganizationRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl OrganizationRead {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<OrganizationRead> for super::OrganizationRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: OrganizationRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::OrganizationRead> for OrganizationRead {
    fn from(value: super::OrganizationRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct OrganizationScopedResourceReadMetadata {
    created_by: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    creation_time: ::std::result::Result<jiff::Timestamp, ::std::string::String>,
    deletion_time: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
    description: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    health_status: ::std::result::Result<
        super::ResourceHealthStatus,
        ::std::string::String,
    >,
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
    modified_by: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    modified_time: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
    name: ::std::result::Result<::std::string::String, ::std::string::String>,
    organization_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    provisioning_status: ::std::result::Result<
        super::ResourceProvisioningStatus,
        ::std::string::String,
    >,
    tags: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::Tag>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for OrganizationScopedResourceReadMetadata {
    fn default() -> Self {
        Self {
            created_by: Ok(Default::default()),
            creation_time: Err("no value supplied for creation_time".to_string()),
            deletion_time: Ok(Default::default()),
            description: Ok(Default::default()),
            health_status: Err("no value supplied for health_status".to_string()),
            id: Err("no value supplied for id".to_string()),
            modified_by: Ok(Default::default()),
            modified_time: Ok(Default::default()),
            name: Err("no value supplied for name".to_string()),
            organization_id: Err("no value supplied for organization_id".to_string()),
            provisioning_status: Err(
                "no value supplied for provisioning_status".to_string(),
            ),
            tags: Ok(Default::default()),
        }
    }
}
impl OrganizationScopedResourceReadMetadata {
    pub fn created_by<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.created_by = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for created_by: {e}"));
        self
    }
    pub fn creation_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<jiff::Timestamp>,
        T::Error: ::std::fmt::Display,
    {
        self.creation_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for creation_time: {e}")
            });
        self
    }
    pub fn deletion_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.deletion_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for deletion_time: {e}")
            });
        self
    }
    pub fn description<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.description = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for description: {e}")
            });
        self
    }
    pub fn health_status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceHealthStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.health_status = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for health_status: {e}")
            });
        self
    }
    pub fn id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for id: {e}"));
        self
    }
    pub fn modified_by<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.modified_by = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for modified_by: {e}")
            });
        self
    }
    pub fn modified_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.modified_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for modified_time: {e}")
            });
        self
    }
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn organization_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.organization_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for organization_id: {e}")
            });
        self
    }
    pub fn provisioning_status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceProvisioningStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.provisioning_status = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for provisioning_status: {e}")
            });
        self
    }
    pub fn tags<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<super::Tag>>>,
        T::Error: ::std::fmt::Display,
    {
        self.tags = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for tags: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<OrganizationScopedResourceReadMetadata>
for super::OrganizationScopedResourceReadMetadata {
    type Error = super::error::ConversionError;
    fn try_from(
        value: OrganizationScopedResourceReadMetadata,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            created_by: value.created_by?,
            creation_time: value.creation_time?,
            deletion_time: value.deletion_time?,
            description: value.description?,
            health_status: value.health_status?,
            id: value.id?,
            modified_by: value.modified_by?,
            modified_time: value.modified_time?,
            name: value.name?,
            organization_id: value.organization_id?,
            provisioning_status: value.provisioning_status?,
            tags: value.tags?,
        })
    }
}
impl ::std::convert::From<super::OrganizationScopedResourceReadMetadata>
for OrganizationScopedResourceReadMetadata {
    fn from(value: super::OrganizationScopedResourceReadMetadata) -> Self {
        Self {
            created_by: Ok(value.created_by),
            creation_time: Ok(value.creation_time),
            deletion_time: Ok(value.deletion_time),
            description: Ok(value.description),
            health_status: Ok(value.health_status),
            id: Ok(value.id),
            modified_by: Ok(value.modified_by),
            modified_time: Ok(value.modified_time),
            name: Ok(value.name),
            organization_id: Ok(value.organization_id),
            provisioning_status: Ok(value.provisioning_status),
            tags: Ok(value.tags),
        }
    }
}
#[derive(Clone, Debug)]
pub struct OrganizationSpec {
    domain: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    google_customer_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    organization_type: ::std::result::Result<
        super::OrganizationType,
        ::std::string::String,
    >,
    provider_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    provider_scope: ::std::result::Result<
        ::std::option::Option<super::ProviderScope>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for OrganizationSpec {
    fn default() -> Self {
        Self {
            domain: Ok(Default::default()),
            google_customer_id: Ok(Default::default()),
            organization_type: Err(
                "no value supplied for organization_type".to_string(),
            ),
            provider_id: Ok(Default::default()),
            provider_scope: Ok(Default::default()),
        }
    }
}
impl OrganizationSpec {
    pub fn domain<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.domain = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for domain: {e}"));
        self
    }
    pub fn google_customer_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.google_customer_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for google_customer_id: {e}")
            });
        self
    }
    pub fn organization_type<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationType>,
        T::Error: ::std::fmt::Display,
    {
        self.organization_type = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for organization_type: {e}")
            });
        self
    }
    pub fn provider_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.provider_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for provider_id: {e}")
            });
        self
    }
    pub fn provider_scope<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::ProviderScope>>,
        T::Error: ::std::fmt::Display,
    {
        self.provider_scope = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for provider_scope: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<OrganizationSpec> for super::OrganizationSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: OrganizationSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            domain: value.domain?,
            google_customer_id: value.google_customer_id?,
            organization_type: value.organization_type?,
            provider_id: value.provider_id?,
            provider_scope: value.provider_scope?,
        })
    }
}
impl ::std::convert::From<super::OrganizationSpec> for OrganizationSpec {
    fn from(value: super::OrganizationSpec) -> Self {
        Self {
            domain: Ok(value.domain),
            google_customer_id: Ok(value.google_customer_id),
            organization_type: Ok(value.organization_type),
            provider_id: Ok(value.provider_id),
            provider_scope: Ok(value.provider_scope),
        }
    }
}
#[derive(Clone, Debug)]
pub struct OrganizationWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::OrganizationSpec, ::std::string::String>,
}
impl ::std::default::Default for OrganizationWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl OrganizationWrite {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceWriteMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<OrganizationWrite> for super::OrganizationWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: OrganizationWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::OrganizationWrite> for OrganizationWrite {
    fn from(value: super::OrganizationWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ProjectRead {
    metadata: ::std::result::Result<
        super::OrganizationScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::ProjectSpec, ::std::string::String>,
}
impl ::std::default::Default for ProjectRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl ProjectRead {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationScopedResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ProjectSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ProjectRead> for super::ProjectRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ProjectRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::ProjectRead> for ProjectRead {
    fn from(value: super::ProjectRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ProjectScopedResourceReadMetadata {
    created_by: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    creation_time: ::std::result::Result<jiff::Timestamp, ::std::string::String>,
    deletion_time: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
    description: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    health_status: ::std::result::Result<
        super::ResourceHealthStatus,
        ::std::string::String,
    >,
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
    modified_by: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    modified_time: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
    name: ::std::result::Result<::std::string::String, ::std::string::String>,
    organization_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    project_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    provisioning_status: ::std::result::Result<
        super::ResourceProvisioningStatus,
        ::std::string::String,
    >,
    tags: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::Tag>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ProjectScopedResourceReadMetadata {
    fn default() -> Self {
        Self {
            created_by: Ok(Default::default()),
            creation_time: Err("no value supplied for creation_time".to_string()),
            deletion_time: Ok(Default::default()),
            description: Ok(Default::default()),
            health_status: Err("no value supplied for health_status".to_string()),
            id: Err("no value supplied for id".to_string()),
            modified_by: Ok(Default::default()),
            modified_time: Ok(Default::default()),
            name: Err("no value supplied for name".to_string()),
            organization_id: Err("no value supplied for organization_id".to_string()),
            project_id: Err("no value supplied for project_id".to_string()),
            provisioning_status: Err(
                "no value supplied for provisioning_status".to_string(),
            ),
            tags: Ok(Default::default()),
        }
    }
}
impl ProjectScopedResourceReadMetadata {
    pub fn created_by<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.created_by = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for created_by: {e}"));
        self
    }
    pub fn creation_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<jiff::Timestamp>,
        T::Error: ::std::fmt::Display,
    {
        self.creation_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for creation_time: {e}")
            });
        self
    }
    pub fn deletion_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.deletion_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for deletion_time: {e}")
            });
        self
    }
    pub fn description<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.description = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for description: {e}")
            });
        self
    }
    pub fn health_status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceHealthStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.health_status = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for health_status: {e}")
            });
        self
    }
    pub fn id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for id: {e}"));
        self
    }
    pub fn modified_by<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.modified_by = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for modified_by: {e}")
            });
        self
    }
    pub fn modified_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.modified_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for modified_time: {e}")
            });
        self
    }
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn organization_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.organization_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for organization_id: {e}")
            });
        self
    }
    pub fn project_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.project_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for project_id: {e}"));
        self
    }
    pub fn provisioning_status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceProvisioningStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.provisioning_status = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for provisioning_status: {e}")
            });
        self
    }
    pub fn tags<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<super::Tag>>>,
        T::Error: ::std::fmt::Display,
    {
        self.tags = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for tags: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ProjectScopedResourceReadMetadata>
for super::ProjectScopedResourceReadMetadata {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ProjectScopedResourceReadMetadata,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            created_by: value.created_by?,
            creation_time: value.creation_time?,
            deletion_time: value.deletion_time?,
            description: value.description?,
            health_status: value.health_status?,
            id: value.id?,
            modified_by: value.modified_by?,
            modified_time: value.modified_time?,
            name: value.name?,
            organization_id: value.organization_id?,
            project_id: value.project_id?,
            provisioning_status: value.provisioning_status?,
            tags: value.tags?,
        })
    }
}
impl ::std::convert::From<super::ProjectScopedResourceReadMetadata>
for ProjectScopedResourceReadMetadata {
    fn from(value: super::ProjectScopedResourceReadMetadata) -> Self {
        Self {
            created_by: Ok(value.created_by),
            creation_time: Ok(value.creation_time),
            deletion_time: Ok(value.deletion_time),
            description: Ok(value.description),
            health_status: Ok(value.health_status),
            id: Ok(value.id),
            modified_by: Ok(value.modified_by),
            modified_time: Ok(value.modified_time),
            name: Ok(value.name),
            organization_id: Ok(value.organization_id),
            project_id: Ok(value.project_id),
            provisioning_status: Ok(value.provisioning_status),
            tags: Ok(value.tags),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ProjectSpec {
    group_i_ds: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ProjectSpec {
    fn default() -> Self {
        Self {
            group_i_ds: Err("no value supplied for group_i_ds".to_string()),
        }
    }
}
impl ProjectSpec {
    pub fn group_i_ds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.group_i_ds = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for group_i_ds: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ProjectSpec> for super::ProjectSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ProjectSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            group_i_ds: value.group_i_ds?,
        })
    }
}
impl ::std::convert::From<super::ProjectSpec> for ProjectSpec {
    fn from(value: super::ProjectSpec) -> Self {
        Self {
            group_i_ds: Ok(value.group_i_ds),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ProjectWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::ProjectSpec, ::std::string::String>,
}
impl ::std::default::Default for ProjectWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl ProjectWrite {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceWriteMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ProjectSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ProjectWrite> for super::ProjectWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ProjectWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::ProjectWrite> for ProjectWrite {
    fn from(value: super::ProjectWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct QuotaRead {
    committed: ::std::result::Result<i64, ::std::string::String>,
    default: ::std::result::Result<i64, ::std::string::String>,
    description: ::std::result::Result<::std::string::String, ::std::string::String>,
    display_name: ::std::result::Result<::std::string::String, ::std::string::String>,
    format: ::std::result::Result<super::QuotaReadFormat, ::std::string::String>,
    free: ::std::result::Result<i64, ::std::string::String>,
    kind: ::std::result::Result<::std::string::String, ::std::string::String>,
    quantity: ::std::result::Result<i64, ::std::string::String>,
    reserved: ::std::result::Result<i64, ::std::string::String>,
    used: ::std::result::Result<i64, ::std::string::String>,
}
impl ::std::default::Default for QuotaRead {
    fn default() -> Self {
        Self {
            committed: Err("no value supplied for committed".to_string()),
            default: Err("no value supplied for default".to_string()),
            description: Err("no value supplied for description".to_string()),
            display_name: Err("no value supplied for display_name".to_string()),
            format: Err("no value supplied for format".to_string()),
            free: Err("no value supplied for free".to_string()),
            kind: Err("no value supplied for kind".to_string()),
            quantity: Err("no value supplied for quantity".to_string()),
            reserved: Err("no value supplied for reserved".to_string()),
            used: Err("no value supplied for used".to_string()),
        }
    }
}
impl QuotaRead {
    pub fn committed<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.committed = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for committed: {e}"));
        self
    }
    pub fn default<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.default = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for default: {e}"));
        self
    }
    pub fn description<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.description = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for description: {e}")
            });
        self
    }
    pub fn display_name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.display_name = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for display_name: {e}")
            });
        self
    }
    pub fn format<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::QuotaReadFormat>,
        T::Error: ::std::fmt::Display,
    {
        self.format = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for format: {e}"));
        self
    }
    pub fn free<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.free = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for free: {e}"));
        self
    }
    pub fn kind<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.kind = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for kind: {e}"));
        self
    }
    pub fn quantity<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.quantity = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for quantity: {e}"));
        self
    }
    pub fn reserved<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.reserved = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for reserved: {e}"));
        self
    }
    pub fn used<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.used = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for used: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<QuotaRead> for super::QuotaRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: QuotaRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            committed: value.committed?,
            default: value.default?,
            description: value.description?,
            display_name: value.display_name?,
            format: value.format?,
            free: value.free?,
            kind: value.kind?,
            quantity: value.quantity?,
            reserved: value.reserved?,
            used: value.used?,
        })
    }
}
impl ::std::convert::From<super::QuotaRead> for QuotaRead {
    fn from(value: super::QuotaRead) -> Self {
        Self {
            committed: Ok(value.committed),
            default: Ok(value.default),
            description: Ok(value.description),
            display_name: Ok(value.display_name),
            format: Ok(value.format),
            free: Ok(value.free),
            kind: Ok(value.kind),
            quantity: Ok(value.quantity),
            reserved: Ok(value.reserved),
            used: Ok(value.used),
        }
    }
}
#[derive(Clone, Debug)]
pub struct QuotaWrite {
    kind: ::std::result::Result<::std::string::String, ::std::string::String>,
    quantity: ::std::result::Result<i64, ::std::string::String>,
}
impl ::std::default::Default for QuotaWrite {
    fn default() -> Self {
        Self {
            kind: Err("no value supplied for kind".to_string()),
            quantity: Err("no value supplied for quantity".to_string()),
        }
    }
}
impl QuotaWrite {
    pub fn kind<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.kind = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for kind: {e}"));
        self
    }
    pub fn quantity<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.quantity = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for quantity: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<QuotaWrite> for super::QuotaWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: QuotaWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            kind: value.kind?,
            quantity: value.quantity?,
        })
    }
}
impl ::std::convert::From<super::QuotaWrite> for QuotaWrite {
    fn from(value: super::QuotaWrite) -> Self {
        Self {
            kind: Ok(value.kind),
            quantity: Ok(value.quantity),
        }
    }
}
#[derive(Clone, Debug)]
pub struct QuotasRead {
    quotas: ::std::result::Result<
        ::std::vec::Vec<super::QuotaRead>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for QuotasRead {
    fn default() -> Self {
        Self {
            quotas: Err("no value supplied for quotas".to_string()),
        }
    }
}
impl QuotasRead {
    pub fn quotas<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::QuotaRead>>,
        T::Error: ::std::fmt::Display,
    {
        self.quotas = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for quotas: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<QuotasRead> for super::QuotasRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: QuotasRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { quotas: value.quotas? })
    }
}
impl ::std::convert::From<super::QuotasRead> for QuotasRead {
    fn from(value: super::QuotasRead) -> Self {
        Self { quotas: Ok(value.quotas) }
    }
}
#[derive(Clone, Debug)]
pub struct QuotasWrite {
    quotas: ::std::result::Result<
        ::std::vec::Vec<super::QuotaWrite>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for QuotasWrite {
    fn default() -> Self {
        Self {
            quotas: Err("no value supplied for quotas".to_string()),
        }
    }
}
impl QuotasWrite {
    pub fn quotas<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::QuotaWrite>>,
        T::Error: ::std::fmt::Display,
    {
        self.quotas = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for quotas: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<QuotasWrite> for super::QuotasWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: QuotasWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { quotas: value.quotas? })
    }
}
impl ::std::convert::From<super::QuotasWrite> for QuotasWrite {
    fn from(value: super::QuotasWrite) -> Self {
        Self { quotas: Ok(value.quotas) }
    }
}
#[derive(Clone, Debug)]
pub struct ResourceAllocation {
    committed: ::std::result::Result<i64, ::std::string::String>,
    kind: ::std::result::Result<::std::string::String, ::std::string::String>,
    reserved: ::std::result::Result<i64, ::std::string::String>,
}
impl ::std::default::Default for ResourceAllocation {
    fn default() -> Self {
        Self {
            committed: Err("no value supplied for committed".to_string()),
            kind: Err("no value supplied for kind".to_string()),
            reserved: Err("no value supplied for reserved".to_string()),
        }
    }
}
impl ResourceAllocation {
    pub fn committed<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.committed = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for committed: {e}"));
        self
    }
    pub fn kind<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.kind = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for kind: {e}"));
        self
    }
    pub fn reserved<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.reserved = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for reserved: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ResourceAllocation> for super::ResourceAllocation {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ResourceAllocation,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            committed: value.committed?,
            kind: value.kind?,
            reserved: value.reserved?,
        })
    }
}
impl ::std::convert::From<super::ResourceAllocation> for ResourceAllocation {
    fn from(value: super::ResourceAllocation) -> Self {
        Self {
            committed: Ok(value.committed),
            kind: Ok(value.kind),
            reserved: Ok(value.reserved),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ResourceReadMetadata {
    created_by: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    creation_time: ::std::result::Result<jiff::Timestamp, ::std::string::String>,
    deletion_time: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
    description: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    health_status: ::std::result::Result<
        super::ResourceHealthStatus,
        ::std::string::String,
    >,
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
    modified_by: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    modified_time: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
    name: ::std::result::Result<::std::string::String, ::std::string::String>,
    provisioning_status: ::std::result::Result<
        super::ResourceProvisioningStatus,
        ::std::string::String,
    >,
    tags: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::Tag>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ResourceReadMetadata {
    fn default() -> Self {
        Self {
            created_by: Ok(Default::default()),
            creation_time: Err("no value supplied for creation_time".to_string()),
            deletion_time: Ok(Default::default()),
            description: Ok(Default::default()),
            health_status: Err("no value supplied for health_status".to_string()),
            id: Err("no value supplied for id".to_string()),
            modified_by: Ok(Default::default()),
            modified_time: Ok(Default::default()),
            name: Err("no value supplied for name".to_string()),
            provisioning_status: Err(
                "no value supplied for provisioning_status".to_string(),
            ),
            tags: Ok(Default::default()),
        }
    }
}
impl ResourceReadMetadata {
    pub fn created_by<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.created_by = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for created_by: {e}"));
        self
    }
    pub fn creation_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<jiff::Timestamp>,
        T::Error: ::std::fmt::Display,
    {
        self.creation_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for creation_time: {e}")
            });
        self
    }
    pub fn deletion_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.deletion_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for deletion_time: {e}")
            });
        self
    }
    pub fn description<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.description = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for description: {e}")
            });
        self
    }
    pub fn health_status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceHealthStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.health_status = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for health_status: {e}")
            });
        self
    }
    pub fn id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for id: {e}"));
        self
    }
    pub fn modified_by<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.modified_by = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for modified_by: {e}")
            });
        self
    }
    pub fn modified_time<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.modified_time = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for modified_time: {e}")
            });
        self
    }
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn provisioning_status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceProvisioningStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.provisioning_status = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for provisioning_status: {e}")
            });
        self
    }
    pub fn tags<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<super::Tag>>>,
        T::Error: ::std::fmt::Display,
    {
        self.tags = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for tags: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ResourceReadMetadata> for super::ResourceReadMetadata {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ResourceReadMetadata,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            created_by: value.created_by?,
            creation_time: value.creation_time?,
            deletion_time: value.deletion_time?,
            description: value.description?,
            health_status: value.health_status?,
            id: value.id?,
            modified_by: value.modified_by?,
            modified_time: value.modified_time?,
            name: value.name?,
            provisioning_status: value.provisioning_status?,
            tags: value.tags?,
        })
    }
}
impl ::std::convert::From<super::ResourceReadMetadata> for ResourceReadMetadata {
    fn from(value: super::ResourceReadMetadata) -> Self {
        Self {
            created_by: Ok(value.created_by),
            creation_time: Ok(value.creation_time),
            deletion_time: Ok(value.deletion_time),
            description: Ok(value.description),
            health_status: Ok(value.health_status),
            id: Ok(value.id),
            modified_by: Ok(value.modified_by),
            modified_time: Ok(value.modified_time),
            name: Ok(value.name),
            provisioning_status: Ok(value.provisioning_status),
            tags: Ok(value.tags),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ResourceWriteMetadata {
    description: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    name: ::std::result::Result<super::KubernetesLabelValue, ::std::string::String>,
    tags: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::Tag>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ResourceWriteMetadata {
    fn default() -> Self {
        Self {
            description: Ok(Default::default()),
            name: Err("no value supplied for name".to_string()),
            tags: Ok(Default::default()),
        }
    }
}
impl ResourceWriteMetadata {
    pub fn description<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.description = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for description: {e}")
            });
        self
    }
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::KubernetesLabelValue>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn tags<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<super::Tag>>>,
        T::Error: ::std::fmt::Display,
    {
        self.tags = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for tags: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ResourceWriteMetadata> for super::ResourceWriteMetadata {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ResourceWriteMetadata,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            description: value.description?,
            name: value.name?,
            tags: value.tags?,
        })
    }
}
impl ::std::convert::From<super::ResourceWriteMetadata> for ResourceWriteMetadata {
    fn from(value: super::ResourceWriteMetadata) -> Self {
        Self {
            description: Ok(value.description),
            name: Ok(value.name),
            tags: Ok(value.tags),
        }
    }
}
#[derive(Clone, Debug)]
pub struct RoleRead {
    grantable: ::std::result::Result<bool, ::std::string::String>,
    metadata: ::std::result::Result<super::ResourceReadMetadata, ::std::string::String>,
}
impl ::std::default::Default for RoleRead {
    fn default() -> Self {
        Self {
            grantable: Err("no value supplied for grantable".to_string()),
            metadata: Err("no value supplied for metadata".to_string()),
        }
    }
}
impl RoleRead {
    pub fn grantable<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<bool>,
        T::Error: ::std::fmt::Display,
    {
        self.grantable = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for grantable: {e}"));
        self
    }
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<RoleRead> for super::RoleRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: RoleRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            grantable: value.grantable?,
            metadata: value.metadata?,
        })
    }
}
impl ::std::convert::From<super::RoleRead> for RoleRead {
    fn from(value: super::RoleRead) -> Self {
        Self {
            grantable: Ok(value.grantable),
            metadata: Ok(value.metadata),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServiceAccountCreate {
    metadata: ::std::result::Result<
        super::OrganizationScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::ServiceAccountSpec, ::std::string::String>,
    status: ::std::result::Result<super::ServiceAccountStatus, ::std::string::String>,
}
impl ::std::default::Default for ServiceAccountCreate {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl ServiceAccountCreate {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationScopedResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ServiceAccountSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ServiceAccountStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServiceAccountCreate> for super::ServiceAccountCreate {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServiceAccountCreate,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::ServiceAccountCreate> for ServiceAccountCreate {
    fn from(value: super::ServiceAccountCreate) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServiceAccountRead {
    metadata: ::std::result::Result<
        super::OrganizationScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::ServiceAccountSpec, ::std::string::String>,
    status: ::std::result::Result<super::ServiceAccountStatus, ::std::string::String>,
}
impl ::std::default::Default for ServiceAccountRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl ServiceAccountRead {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationScopedResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ServiceAccountSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ServiceAccountStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServiceAccountRead> for super::ServiceAccountRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServiceAccountRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::ServiceAccountRead> for ServiceAccountRead {
    fn from(value: super::ServiceAccountRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServiceAccountSpec {
    group_i_ds: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ServiceAccountSpec {
    fn default() -> Self {
        Self {
            group_i_ds: Err("no value supplied for group_i_ds".to_string()),
        }
    }
}
impl ServiceAccountSpec {
    pub fn group_i_ds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.group_i_ds = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for group_i_ds: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServiceAccountSpec> for super::ServiceAccountSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServiceAccountSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            group_i_ds: value.group_i_ds?,
        })
    }
}
impl ::std::convert::From<super::ServiceAccountSpec> for ServiceAccountSpec {
    fn from(value: super::ServiceAccountSpec) -> Self {
        Self {
            group_i_ds: Ok(value.group_i_ds),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServiceAccountStatus {
    access_token: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    expiry: ::std::result::Result<jiff::Timestamp, ::std::string::String>,
}
impl ::std::default::Default for ServiceAccountStatus {
    fn default() -> Self {
        Self {
            access_token: Ok(Default::default()),
            expiry: Err("no value supplied for expiry".to_string()),
        }
    }
}
impl ServiceAccountStatus {
    pub fn access_token<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.access_token = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for access_token: {e}")
            });
        self
    }
    pub fn expiry<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<jiff::Timestamp>,
        T::Error: ::std::fmt::Display,
    {
        self.expiry = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for expiry: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServiceAccountStatus> for super::ServiceAccountStatus {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServiceAccountStatus,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            access_token: value.access_token?,
            expiry: value.expiry?,
        })
    }
}
impl ::std::convert::From<super::ServiceAccountStatus> for ServiceAccountStatus {
    fn from(value: super::ServiceAccountStatus) -> Self {
        Self {
            access_token: Ok(value.access_token),
            expiry: Ok(value.expiry),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServiceAccountWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::ServiceAccountSpec, ::std::string::String>,
}
impl ::std::default::Default for ServiceAccountWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl ServiceAccountWrite {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ResourceWriteMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ServiceAccountSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServiceAccountWrite> for super::ServiceAccountWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServiceAccountWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::ServiceAccountWrite> for ServiceAccountWrite {
    fn from(value: super::ServiceAccountWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServiceVersionRead {
    name: ::std::result::Result<::std::string::String, ::std::string::String>,
    version: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for ServiceVersionRead {
    fn default() -> Self {
        Self {
            name: Err("no value supplied for name".to_string()),
            version: Err("no value supplied for version".to_string()),
        }
    }
}
impl ServiceVersionRead {
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn version<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.version = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for version: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServiceVersionRead> for super::ServiceVersionRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServiceVersionRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            name: value.name?,
            version: value.version?,
        })
    }
}
impl ::std::convert::From<super::ServiceVersionRead> for ServiceVersionRead {
    fn from(value: super::ServiceVersionRead) -> Self {
        Self {
            name: Ok(value.name),
            version: Ok(value.version),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Subject {
    email: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
    issuer: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for Subject {
    fn default() -> Self {
        Self {
            email: Ok(Default::default()),
            id: Err("no value supplied for id".to_string()),
            issuer: Err("no value supplied for issuer".to_string()),
        }
    }
}
impl Subject {
    pub fn email<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.email = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for email: {e}"));
        self
    }
    pub fn id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for id: {e}"));
        self
    }
    pub fn issuer<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.issuer = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for issuer: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Subject> for super::Subject {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Subject,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            email: value.email?,
            id: value.id?,
            issuer: value.issuer?,
        })
    }
}
impl ::std::convert::From<super::Subject> for Subject {
    fn from(value: super::Subject) -> Self {
        Self {
            email: Ok(value.email),
            id: Ok(value.id),
            issuer: Ok(value.issuer),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Tag {
    name: ::std::result::Result<::std::string::String, ::std::string::String>,
    value: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for Tag {
    fn default() -> Self {
        Self {
            name: Err("no value supplied for name".to_string()),
            value: Err("no value supplied for value".to_string()),
        }
    }
}
impl Tag {
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn value<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.value = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for value: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Tag> for super::Tag {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Tag,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            name: value.name?,
            value: value.value?,
        })
    }
}
impl ::std::convert::From<super::Tag> for Tag {
    fn from(value: super::Tag) -> Self {
        Self {
            name: Ok(value.name),
            value: Ok(value.value),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Token {
    access_token: ::std::result::Result<
        core_client::wire::SecretText,
        ::std::string::String,
    >,
    expires_in: ::std::result::Result<i64, ::std::string::String>,
    id_token: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    issued_token_type: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    refresh_token: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    token_type: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for Token {
    fn default() -> Self {
        Self {
            access_token: Err("no value supplied for access_token".to_string()),
            expires_in: Err("no value supplied for expires_in".to_string()),
            id_token: Ok(Default::default()),
            issued_token_type: Ok(Default::default()),
            refresh_token: Ok(Default::default()),
            token_type: Err("no value supplied for token_type".to_string()),
        }
    }
}
impl Token {
    pub fn access_token<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<core_client::wire::SecretText>,
        T::Error: ::std::fmt::Display,
    {
        self.access_token = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for access_token: {e}")
            });
        self
    }
    pub fn expires_in<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.expires_in = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for expires_in: {e}"));
        self
    }
    pub fn id_token<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.id_token = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for id_token: {e}"));
        self
    }
    pub fn issued_token_type<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.issued_token_type = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for issued_token_type: {e}")
            });
        self
    }
    pub fn refresh_token<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.refresh_token = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for refresh_token: {e}")
            });
        self
    }
    pub fn token_type<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.token_type = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for token_type: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Token> for super::Token {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Token,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            access_token: value.access_token?,
            expires_in: value.expires_in?,
            id_token: value.id_token?,
            issued_token_type: value.issued_token_type?,
            refresh_token: value.refresh_token?,
            token_type: value.token_type?,
        })
    }
}
impl ::std::convert::From<super::Token> for Token {
    fn from(value: super::Token) -> Self {
        Self {
            access_token: Ok(value.access_token),
            expires_in: Ok(value.expires_in),
            id_token: Ok(value.id_token),
            issued_token_type: Ok(value.issued_token_type),
            refresh_token: Ok(value.refresh_token),
            token_type: Ok(value.token_type),
        }
    }
}
#[derive(Clone, Debug)]
pub struct TokenRequestOptions {
    audience: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    client_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    client_secret: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    code: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    code_verifier: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    grant_type: ::std::result::Result<::std::string::String, ::std::string::String>,
    redirect_uri: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    refresh_token: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    requested_token_type: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    resource: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    scope: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    subject_token: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    subject_token_type: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    x_organization_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    x_project_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for TokenRequestOptions {
    fn default() -> Self {
        Self {
            audience: Ok(Default::default()),
            client_id: Ok(Default::default()),
            client_secret: Ok(Default::default()),
            code: Ok(Default::default()),
            code_verifier: Ok(Default::default()),
            grant_type: Err("no value supplied for grant_type".to_string()),
            redirect_uri: Ok(Default::default()),
            refresh_token: Ok(Default::default()),
            requested_token_type: Ok(Default::default()),
            resource: Ok(Default::default()),
            scope: Ok(Default::default()),
            subject_token: Ok(Default::default()),
            subject_token_type: Ok(Default::default()),
            x_organization_id: Ok(Default::default()),
            x_project_id: Ok(Default::default()),
        }
    }
}
impl TokenRequestOptions {
    pub fn audience<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.audience = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for audience: {e}"));
        self
    }
    pub fn client_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.client_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for client_id: {e}"));
        self
    }
    pub fn client_secret<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.client_secret = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for client_secret: {e}")
            });
        self
    }
    pub fn code<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.code = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for code: {e}"));
        self
    }
    pub fn code_verifier<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.code_verifier = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for code_verifier: {e}")
            });
        self
    }
    pub fn grant_type<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.grant_type = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for grant_type: {e}"));
        self
    }
    pub fn redirect_uri<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.redirect_uri = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for redirect_uri: {e}")
            });
        self
    }
    pub fn refresh_token<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.refresh_token = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for refresh_token: {e}")
            });
        self
    }
    pub fn requested_token_type<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.requested_token_type = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for requested_token_type: {e}")
            });
        self
    }
    pub fn resource<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.resource = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for resource: {e}"));
        self
    }
    pub fn scope<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.scope = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for scope: {e}"));
        self
    }
    pub fn subject_token<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.subject_token = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for subject_token: {e}")
            });
        self
    }
    pub fn subject_token_type<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.subject_token_type = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for subject_token_type: {e}")
            });
        self
    }
    pub fn x_organization_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.x_organization_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for x_organization_id: {e}")
            });
        self
    }
    pub fn x_project_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.x_project_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for x_project_id: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<TokenRequestOptions> for super::TokenRequestOptions {
    type Error = super::error::ConversionError;
    fn try_from(
        value: TokenRequestOptions,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            audience: value.audience?,
            client_id: value.client_id?,
            client_secret: value.client_secret?,
            code: value.code?,
            code_verifier: value.code_verifier?,
            grant_type: value.grant_type?,
            redirect_uri: value.redirect_uri?,
            refresh_token: value.refresh_token?,
            requested_token_type: value.requested_token_type?,
            resource: value.resource?,
            scope: value.scope?,
            subject_token: value.subject_token?,
            subject_token_type: value.subject_token_type?,
            x_organization_id: value.x_organization_id?,
            x_project_id: value.x_project_id?,
        })
    }
}
impl ::std::convert::From<super::TokenRequestOptions> for TokenRequestOptions {
    fn from(value: super::TokenRequestOptions) -> Self {
        Self {
            audience: Ok(value.audience),
            client_id: Ok(value.client_id),
            client_secret: Ok(value.client_secret),
            code: Ok(value.code),
            code_verifier: Ok(value.code_verifier),
            grant_type: Ok(value.grant_type),
            redirect_uri: Ok(value.redirect_uri),
            refresh_token: Ok(value.refresh_token),
            requested_token_type: Ok(value.requested_token_type),
            resource: Ok(value.resource),
            scope: Ok(value.scope),
            subject_token: Ok(value.subject_token),
            subject_token_type: Ok(value.subject_token_type),
            x_organization_id: Ok(value.x_organization_id),
            x_project_id: Ok(value.x_project_id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct UserRead {
    metadata: ::std::result::Result<
        super::OrganizationScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::UserSpec, ::std::string::String>,
    status: ::std::result::Result<super::UserStatus, ::std::string::String>,
}
impl ::std::default::Default for UserRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl UserRead {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OrganizationScopedResourceReadMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::UserSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::UserStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<UserRead> for super::UserRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: UserRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::UserRead> for UserRead {
    fn from(value: super::UserRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct UserSpec {
    group_i_ds: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
    state: ::std::result::Result<super::UserState, ::std::string::String>,
    subject: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for UserSpec {
    fn default() -> Self {
        Self {
            group_i_ds: Err("no value supplied for group_i_ds".to_string()),
            state: Err("no value supplied for state".to_string()),
            subject: Err("no value supplied for subject".to_string()),
        }
    }
}
impl UserSpec {
    pub fn group_i_ds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.group_i_ds = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for group_i_ds: {e}"));
        self
    }
    pub fn state<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::UserState>,
        T::Error: ::std::fmt::Display,
    {
        self.state = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for state: {e}"));
        self
    }
    pub fn subject<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.subject = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for subject: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<UserSpec> for super::UserSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: UserSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            group_i_ds: value.group_i_ds?,
            state: value.state?,
            subject: value.subject?,
        })
    }
}
impl ::std::convert::From<super::UserSpec> for UserSpec {
    fn from(value: super::UserSpec) -> Self {
        Self {
            group_i_ds: Ok(value.group_i_ds),
            state: Ok(value.state),
            subject: Ok(value.subject),
        }
    }
}
#[derive(Clone, Debug)]
pub struct UserStatus {
    last_active: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for UserStatus {
    fn default() -> Self {
        Self {
            last_active: Ok(Default::default()),
        }
    }
}
impl UserStatus {
    pub fn last_active<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.last_active = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for last_active: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<UserStatus> for super::UserStatus {
    type Error = super::error::ConversionError;
    fn try_from(
        value: UserStatus,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            last_active: value.last_active?,
        })
    }
}
impl ::std::convert::From<super::UserStatus> for UserStatus {
    fn from(value: super::UserStatus) -> Self {
        Self {
            last_active: Ok(value.last_active),
        }
    }
}
#[derive(Clone, Debug)]
pub struct UserWrite {
    metadata: ::std::result::Result<
        ::std::option::Option<super::ResourceWriteMetadata>,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::UserSpec, ::std::string::String>,
}
impl ::std::default::Default for UserWrite {
    fn default() -> Self {
        Self {
            metadata: Ok(Default::default()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl UserWrite {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::ResourceWriteMetadata>>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::UserSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<UserWrite> for super::UserWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: UserWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::UserWrite> for UserWrite {
    fn from(value: super::UserWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Userinfo {
    birthdate: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
    email: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    email_verified: ::std::result::Result<
        ::std::option::Option<bool>,
        ::std::string::String,
    >,
    family_name: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    gender: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    given_name: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    https_unikorn_cloud_org_authz: ::std::result::Result<
        ::std::option::Option<super::AuthClaims>,
        ::std::string::String,
    >,
    locale: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    middle_name: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    name: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    nickname: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    picture: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    preferred_username: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    profile: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    sub: ::std::result::Result<::std::string::String, ::std::string::String>,
    updated_at: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    website: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    zoneinfo: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for Userinfo {
    fn default() -> Self {
        Self {
            birthdate: Ok(Default::default()),
            email: Ok(Default::default()),
            email_verified: Ok(Default::default()),
            family_name: Ok(Default::default()),
            gender: Ok(Default::default()),
            given_name: Ok(Default::default()),
            https_unikorn_cloud_org_authz: Ok(Default::default()),
            locale: Ok(Default::default()),
            middle_name: Ok(Default::default()),
            name: Ok(Default::default()),
            nickname: Ok(Default::default()),
            picture: Ok(Default::default()),
            preferred_username: Ok(Default::default()),
            profile: Ok(Default::default()),
            sub: Err("no value supplied for sub".to_string()),
            updated_at: Ok(Default::default()),
            website: Ok(Default::default()),
            zoneinfo: Ok(Default::default()),
        }
    }
}
impl Userinfo {
    pub fn birthdate<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.birthdate = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for birthdate: {e}"));
        self
    }
    pub fn email<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.email = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for email: {e}"));
        self
    }
    pub fn email_verified<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.email_verified = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for email_verified: {e}")
            });
        self
    }
    pub fn family_name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.family_name = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for family_name: {e}")
            });
        self
    }
    pub fn gender<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.gender = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for gender: {e}"));
        self
    }
    pub fn given_name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.given_name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for given_name: {e}"));
        self
    }
    pub fn https_unikorn_cloud_org_authz<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::AuthClaims>>,
        T::Error: ::std::fmt::Display,
    {
        self.https_unikorn_cloud_org_authz = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for https_unikorn_cloud_org_authz: {e}"
                )
            });
        self
    }
    pub fn locale<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.locale = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for locale: {e}"));
        self
    }
    pub fn middle_name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.middle_name = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for middle_name: {e}")
            });
        self
    }
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn nickname<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.nickname = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for nickname: {e}"));
        self
    }
    pub fn picture<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.picture = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for picture: {e}"));
        self
    }
    pub fn preferred_username<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.preferred_username = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for preferred_username: {e}")
            });
        self
    }
    pub fn profile<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.profile = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for profile: {e}"));
        self
    }
    pub fn sub<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.sub = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for sub: {e}"));
        self
    }
    pub fn updated_at<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.updated_at = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for updated_at: {e}"));
        self
    }
    pub fn website<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.website = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for website: {e}"));
        self
    }
    pub fn zoneinfo<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.zoneinfo = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for zoneinfo: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Userinfo> for super::Userinfo {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Userinfo,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            birthdate: value.birthdate?,
            email: value.email?,
            email_verified: value.email_verified?,
            family_name: value.family_name?,
            gender: value.gender?,
            given_name: value.given_name?,
            https_unikorn_cloud_org_authz: value.https_unikorn_cloud_org_authz?,
            locale: value.locale?,
            middle_name: value.middle_name?,
            name: value.name?,
            nickname: value.nickname?,
            picture: value.picture?,
            preferred_username: value.preferred_username?,
            profile: value.profile?,
            sub: value.sub?,
            updated_at: value.updated_at?,
            website: value.website?,
            zoneinfo: value.zoneinfo?,
        })
    }
}
impl ::std::convert::From<super::Userinfo> for Userinfo {
    fn from(value: super::Userinfo) -> Self {
        Self {
            birthdate: Ok(value.birthdate),
            email: Ok(value.email),
            email_verified: Ok(value.email_verified),
            family_name: Ok(value.family_name),
            gender: Ok(value.gender),
            given_name: Ok(value.given_name),
            https_unikorn_cloud_org_authz: Ok(value.https_unikorn_cloud_org_authz),
            locale: Ok(value.locale),
            middle_name: Ok(value.middle_name),
            name: Ok(value.name),
            nickname: Ok(value.nickname),
            picture: Ok(value.picture),
            preferred_username: Ok(value.preferred_username),
            profile: Ok(value.profile),
            sub: Ok(value.sub),
            updated_at: Ok(value.updated_at),
            website: Ok(value.website),
            zoneinfo: Ok(value.zoneinfo),
        }
    }
}
