// Generated from api/region.json by `cargo xtask codegen`. Do not edit: change the document, or the command.

#![cfg_attr(rustfmt, rustfmt_skip)]
#[derive(Clone, Debug)]
pub struct ConsoleOutput {
    contents: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for ConsoleOutput {
    fn default() -> Self {
        Self {
            contents: Err("no value supplied for contents".to_string()),
        }
    }
}
impl ConsoleOutput {
    pub fn contents<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.contents = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for contents: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ConsoleOutput> for super::ConsoleOutput {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ConsoleOutput,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { contents: value.contents? })
    }
}
impl ::std::convert::From<super::ConsoleOutput> for ConsoleOutput {
    fn from(value: super::ConsoleOutput) -> Self {
        Self {
            contents: Ok(value.contents),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ConsoleSession {
    url: ::std::result::Result<core_client::wire::SecretText, ::std::string::String>,
}
impl ::std::default::Default for ConsoleSession {
    fn default() -> Self {
        Self {
            url: Err("no value supplied for url".to_string()),
        }
    }
}
impl ConsoleSession {
    pub fn url<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<core_client::wire::SecretText>,
        T::Error: ::std::fmt::Display,
    {
        self.url = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for url: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ConsoleSession> for super::ConsoleSession {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ConsoleSession,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { url: value.url? })
    }
}
impl ::std::convert::From<super::ConsoleSession> for ConsoleSession {
    fn from(value: super::ConsoleSession) -> Self {
        Self { url: Ok(value.url) }
    }
}
#[derive(Clone, Debug)]
pub struct ExternalNetwork {
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
    name: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for ExternalNetwork {
    fn default() -> Self {
        Self {
            id: Err("no value supplied for id".to_string()),
            name: Err("no value supplied for name".to_string()),
        }
    }
}
impl ExternalNetwork {
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
}
impl ::std::convert::TryFrom<ExternalNetwork> for super::ExternalNetwork {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ExternalNetwork,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            id: value.id?,
            name: value.name?,
        })
    }
}
impl ::std::convert::From<super::ExternalNetwork> for ExternalNetwork {
    fn from(value: super::ExternalNetwork) -> Self {
        Self {
            id: Ok(value.id),
            name: Ok(value.name),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Flavor {
    metadata: ::std::result::Result<
        super::StaticResourceMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::FlavorSpec, ::std::string::String>,
}
impl ::std::default::Default for Flavor {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl Flavor {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StaticResourceMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::FlavorSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Flavor> for super::Flavor {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Flavor,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::Flavor> for Flavor {
    fn from(value: super::Flavor) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct FlavorSpec {
    architecture: ::std::result::Result<super::Architecture, ::std::string::String>,
    baremetal: ::std::result::Result<::std::option::Option<bool>, ::std::string::String>,
    cpu_family: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    cpus: ::std::result::Result<i64, ::std::string::String>,
    disk: ::std::result::Result<i64, ::std::string::String>,
    gpu: ::std::result::Result<
        ::std::option::Option<super::GpuSpec>,
        ::std::string::String,
    >,
    memory: ::std::result::Result<i64, ::std::string::String>,
    pinned_only: ::std::result::Result<
        ::std::option::Option<bool>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for FlavorSpec {
    fn default() -> Self {
        Self {
            architecture: Err("no value supplied for architecture".to_string()),
            baremetal: Ok(Default::default()),
            cpu_family: Ok(Default::default()),
            cpus: Err("no value supplied for cpus".to_string()),
            disk: Err("no value supplied for disk".to_string()),
            gpu: Ok(Default::default()),
            memory: Err("no value supplied for memory".to_string()),
            pinned_only: Ok(Default::default()),
        }
    }
}
impl FlavorSpec {
    pub fn architecture<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::Architecture>,
        T::Error: ::std::fmt::Display,
    {
        self.architecture = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for architecture: {e}")
            });
        self
    }
    pub fn baremetal<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.baremetal = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for baremetal: {e}"));
        self
    }
    pub fn cpu_family<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.cpu_family = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for cpu_family: {e}"));
        self
    }
    pub fn cpus<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.cpus = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for cpus: {e}"));
        self
    }
    pub fn disk<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.disk = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for disk: {e}"));
        self
    }
    pub fn gpu<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::GpuSpec>>,
        T::Error: ::std::fmt::Display,
    {
        self.gpu = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for gpu: {e}"));
        self
    }
    pub fn memory<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.memory = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for memory: {e}"));
        self
    }
    pub fn pinned_only<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.pinned_only = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for pinned_only: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<FlavorSpec> for super::FlavorSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: FlavorSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            architecture: value.architecture?,
            baremetal: value.baremetal?,
            cpu_family: value.cpu_family?,
            cpus: value.cpus?,
            disk: value.disk?,
            gpu: value.gpu?,
            memory: value.memory?,
            pinned_only: value.pinned_only?,
        })
    }
}
impl ::std::convert::From<super::FlavorSpec> for FlavorSpec {
    fn from(value: super::FlavorSpec) -> Self {
        Self {
            architecture: Ok(value.architecture),
            baremetal: Ok(value.baremetal),
            cpu_family: Ok(value.cpu_family),
            cpus: Ok(value.cpus),
            disk: Ok(value.disk),
            gpu: Ok(value.gpu),
            memory: Ok(value.memory),
            pinned_only: Ok(value.pinned_only),
        }
    }
}
#[derive(Clone, Debug)]
pub struct GpuSpec {
    logical_count: ::std::result::Result<i64, ::std::string::String>,
    memory: ::std::result::Result<i64, ::std::string::String>,
    model: ::std::result::Result<::std::string::String, ::std::string::String>,
    physical_count: ::std::result::Result<i64, ::std::string::String>,
    vendor: ::std::result::Result<super::GpuVendor, ::std::string::String>,
}
impl ::std::default::Default for GpuSpec {
    fn default() -> Self {
        Self {
            logical_count: Err("no value supplied for logical_count".to_string()),
            memory: Err("no value supplied for memory".to_string()),
            model: Err("no value supplied for model".to_string()),
            physical_count: Err("no value supplied for physical_count".to_string()),
            vendor: Err("no value supplied for vendor".to_string()),
        }
    }
}
impl GpuSpec {
    pub fn logical_count<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.logical_count = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for logical_count: {e}")
            });
        self
    }
    pub fn memory<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.memory = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for memory: {e}"));
        self
    }
    pub fn model<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.model = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for model: {e}"));
        self
    }
    pub fn physical_count<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.physical_count = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for physical_count: {e}")
            });
        self
    }
    pub fn vendor<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::GpuVendor>,
        T::Error: ::std::fmt::Display,
    {
        self.vendor = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for vendor: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<GpuSpec> for super::GpuSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: GpuSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            logical_count: value.logical_count?,
            memory: value.memory?,
            model: value.model?,
            physical_count: value.physical_count?,
            vendor: value.vendor?,
        })
    }
}
impl ::std::convert::From<super::GpuSpec> for GpuSpec {
    fn from(value: super::GpuSpec) -> Self {
        Self {
            logical_count: Ok(value.logical_count),
            memory: Ok(value.memory),
            model: Ok(value.model),
            physical_count: Ok(value.physical_count),
            vendor: Ok(value.vendor),
        }
    }
}
#[derive(Clone, Debug)]
pub struct IdentityRead {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::IdentitySpec, ::std::string::String>,
}
impl ::std::default::Default for IdentityRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl IdentityRead {
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
        T: ::std::convert::TryInto<super::IdentitySpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<IdentityRead> for super::IdentityRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: IdentityRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::IdentityRead> for IdentityRead {
    fn from(value: super::IdentityRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct IdentitySpec {
    openstack: ::std::result::Result<
        ::std::option::Option<super::IdentitySpecOpenStack>,
        ::std::string::String,
    >,
    region_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    type_: ::std::result::Result<super::RegionType, ::std::string::String>,
}
impl ::std::default::Default for IdentitySpec {
    fn default() -> Self {
        Self {
            openstack: Ok(Default::default()),
            region_id: Err("no value supplied for region_id".to_string()),
            type_: Err("no value supplied for type_".to_string()),
        }
    }
}
impl IdentitySpec {
    pub fn openstack<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::IdentitySpecOpenStack>>,
        T::Error: ::std::fmt::Display,
    {
        self.openstack = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for openstack: {e}"));
        self
    }
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
    pub fn type_<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::RegionType>,
        T::Error: ::std::fmt::Display,
    {
        self.type_ = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for type_: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<IdentitySpec> for super::IdentitySpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: IdentitySpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            openstack: value.openstack?,
            region_id: value.region_id?,
            type_: value.type_?,
        })
    }
}
impl ::std::convert::From<super::IdentitySpec> for IdentitySpec {
    fn from(value: super::IdentitySpec) -> Self {
        Self {
            openstack: Ok(value.openstack),
            region_id: Ok(value.region_id),
            type_: Ok(value.type_),
        }
    }
}
#[derive(Clone, Debug)]
pub struct IdentitySpecOpenStack {
    cloud: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    cloud_config: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    project_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    server_group_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    ssh_key_name: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    ssh_private_key: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
    user_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for IdentitySpecOpenStack {
    fn default() -> Self {
        Self {
            cloud: Ok(Default::default()),
            cloud_config: Ok(Default::default()),
            project_id: Ok(Default::default()),
            server_group_id: Ok(Default::default()),
            ssh_key_name: Ok(Default::default()),
            ssh_private_key: Ok(Default::default()),
            user_id: Ok(Default::default()),
        }
    }
}
impl IdentitySpecOpenStack {
    pub fn cloud<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.cloud = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for cloud: {e}"));
        self
    }
    pub fn cloud_config<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.cloud_config = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for cloud_config: {e}")
            });
        self
    }
    pub fn project_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.project_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for project_id: {e}"));
        self
    }
    pub fn server_group_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.server_group_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for server_group_id: {e}")
            });
        self
    }
    pub fn ssh_key_name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.ssh_key_name = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for ssh_key_name: {e}")
            });
        self
    }
    pub fn ssh_private_key<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.ssh_private_key = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for ssh_private_key: {e}")
            });
        self
    }
    pub fn user_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.user_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for user_id: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<IdentitySpecOpenStack> for super::IdentitySpecOpenStack {
    type Error = super::error::ConversionError;
    fn try_from(
        value: IdentitySpecOpenStack,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            cloud: value.cloud?,
            cloud_config: value.cloud_config?,
            project_id: value.project_id?,
            server_group_id: value.server_group_id?,
            ssh_key_name: value.ssh_key_name?,
            ssh_private_key: value.ssh_private_key?,
            user_id: value.user_id?,
        })
    }
}
impl ::std::convert::From<super::IdentitySpecOpenStack> for IdentitySpecOpenStack {
    fn from(value: super::IdentitySpecOpenStack) -> Self {
        Self {
            cloud: Ok(value.cloud),
            cloud_config: Ok(value.cloud_config),
            project_id: Ok(value.project_id),
            server_group_id: Ok(value.server_group_id),
            ssh_key_name: Ok(value.ssh_key_name),
            ssh_private_key: Ok(value.ssh_private_key),
            user_id: Ok(value.user_id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct IdentityWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::IdentityWriteSpec, ::std::string::String>,
}
impl ::std::default::Default for IdentityWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl IdentityWrite {
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
        T: ::std::convert::TryInto<super::IdentityWriteSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<IdentityWrite> for super::IdentityWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: IdentityWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::IdentityWrite> for IdentityWrite {
    fn from(value: super::IdentityWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct IdentityWriteSpec {
    region_id: ::std::result::Result<crate::ids::RegionId, ::std::string::String>,
}
impl ::std::default::Default for IdentityWriteSpec {
    fn default() -> Self {
        Self {
            region_id: Err("no value supplied for region_id".to_string()),
        }
    }
}
impl IdentityWriteSpec {
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::RegionId>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<IdentityWriteSpec> for super::IdentityWriteSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: IdentityWriteSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            region_id: value.region_id?,
        })
    }
}
impl ::std::convert::From<super::IdentityWriteSpec> for IdentityWriteSpec {
    fn from(value: super::IdentityWriteSpec) -> Self {
        Self {
            region_id: Ok(value.region_id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Image {
    metadata: ::std::result::Result<
        super::StaticResourceMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::ImageSpec, ::std::string::String>,
    status: ::std::result::Result<super::ImageStatus, ::std::string::String>,
}
impl ::std::default::Default for Image {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl Image {
    pub fn metadata<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StaticResourceMetadata>,
        T::Error: ::std::fmt::Display,
    {
        self.metadata = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for metadata: {e}"));
        self
    }
    pub fn spec<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ImageSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ImageStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Image> for super::Image {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Image,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::Image> for Image {
    fn from(value: super::Image) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ImageCreate {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::ImageCreateSpec, ::std::string::String>,
}
impl ::std::default::Default for ImageCreate {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl ImageCreate {
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
        T: ::std::convert::TryInto<super::ImageCreateSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ImageCreate> for super::ImageCreate {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ImageCreate,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::ImageCreate> for ImageCreate {
    fn from(value: super::ImageCreate) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ImageCreateSpec {
    architecture: ::std::result::Result<super::Architecture, ::std::string::String>,
    gpu: ::std::result::Result<
        ::std::option::Option<super::ImageGpu>,
        ::std::string::String,
    >,
    os: ::std::result::Result<super::ImageOs, ::std::string::String>,
    software_versions: ::std::result::Result<
        ::std::option::Option<
            ::std::collections::BTreeMap<::std::string::String, super::Semver>,
        >,
        ::std::string::String,
    >,
    uri: ::std::result::Result<::std::string::String, ::std::string::String>,
    virtualization: ::std::result::Result<
        super::ImageVirtualization,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ImageCreateSpec {
    fn default() -> Self {
        Self {
            architecture: Err("no value supplied for architecture".to_string()),
            gpu: Ok(Default::default()),
            os: Err("no value supplied for os".to_string()),
            software_versions: Ok(Default::default()),
            uri: Err("no value supplied for uri".to_string()),
            virtualization: Err("no value supplied for virtualization".to_string()),
        }
    }
}
impl ImageCreateSpec {
    pub fn architecture<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::Architecture>,
        T::Error: ::std::fmt::Display,
    {
        self.architecture = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for architecture: {e}")
            });
        self
    }
    pub fn gpu<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::ImageGpu>>,
        T::Error: ::std::fmt::Display,
    {
        self.gpu = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for gpu: {e}"));
        self
    }
    pub fn os<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ImageOs>,
        T::Error: ::std::fmt::Display,
    {
        self.os = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for os: {e}"));
        self
    }
    pub fn software_versions<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<
                ::std::collections::BTreeMap<::std::string::String, super::Semver>,
            >,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.software_versions = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for software_versions: {e}")
            });
        self
    }
    pub fn uri<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.uri = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for uri: {e}"));
        self
    }
    pub fn virtualization<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ImageVirtualization>,
        T::Error: ::std::fmt::Display,
    {
        self.virtualization = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for virtualization: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<ImageCreateSpec> for super::ImageCreateSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ImageCreateSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            architecture: value.architecture?,
            gpu: value.gpu?,
            os: value.os?,
            software_versions: value.software_versions?,
            uri: value.uri?,
            virtualization: value.virtualization?,
        })
    }
}
impl ::std::convert::From<super::ImageCreateSpec> for ImageCreateSpec {
    fn from(value: super::ImageCreateSpec) -> Self {
        Self {
            architecture: Ok(value.architecture),
            gpu: Ok(value.gpu),
            os: Ok(value.os),
            software_versions: Ok(value.software_versions),
            uri: Ok(value.uri),
            virtualization: Ok(value.virtualization),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ImageGpu {
    driver: ::std::result::Result<::std::string::String, ::std::string::String>,
    models: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        ::std::string::String,
    >,
    vendor: ::std::result::Result<super::GpuVendor, ::std::string::String>,
}
impl ::std::default::Default for ImageGpu {
    fn default() -> Self {
        Self {
            driver: Err("no value supplied for driver".to_string()),
            models: Ok(Default::default()),
            vendor: Err("no value supplied for vendor".to_string()),
        }
    }
}
impl ImageGpu {
    pub fn driver<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.driver = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for driver: {e}"));
        self
    }
    pub fn models<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.models = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for models: {e}"));
        self
    }
    pub fn vendor<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::GpuVendor>,
        T::Error: ::std::fmt::Display,
    {
        self.vendor = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for vendor: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ImageGpu> for super::ImageGpu {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ImageGpu,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            driver: value.driver?,
            models: value.models?,
            vendor: value.vendor?,
        })
    }
}
impl ::std::convert::From<super::ImageGpu> for ImageGpu {
    fn from(value: super::ImageGpu) -> Self {
        Self {
            driver: Ok(value.driver),
            models: Ok(value.models),
            vendor: Ok(value.vendor),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ImageOs {
    codename: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    distro: ::std::result::Result<::std::string::String, ::std::string::String>,
    family: ::std::result::Result<::std::string::String, ::std::string::String>,
    kernel: ::std::result::Result<super::OsKernel, ::std::string::String>,
    variant: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    version: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for ImageOs {
    fn default() -> Self {
        Self {
            codename: Ok(Default::default()),
            distro: Err("no value supplied for distro".to_string()),
            family: Err("no value supplied for family".to_string()),
            kernel: Err("no value supplied for kernel".to_string()),
            variant: Ok(Default::default()),
            version: Err("no value supplied for version".to_string()),
        }
    }
}
impl ImageOs {
    pub fn codename<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.codename = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for codename: {e}"));
        self
    }
    pub fn distro<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.distro = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for distro: {e}"));
        self
    }
    pub fn family<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.family = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for family: {e}"));
        self
    }
    pub fn kernel<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::OsKernel>,
        T::Error: ::std::fmt::Display,
    {
        self.kernel = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for kernel: {e}"));
        self
    }
    pub fn variant<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.variant = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for variant: {e}"));
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
impl ::std::convert::TryFrom<ImageOs> for super::ImageOs {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ImageOs,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            codename: value.codename?,
            distro: value.distro?,
            family: value.family?,
            kernel: value.kernel?,
            variant: value.variant?,
            version: value.version?,
        })
    }
}
impl ::std::convert::From<super::ImageOs> for ImageOs {
    fn from(value: super::ImageOs) -> Self {
        Self {
            codename: Ok(value.codename),
            distro: Ok(value.distro),
            family: Ok(value.family),
            kernel: Ok(value.kernel),
            variant: Ok(value.variant),
            version: Ok(value.version),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ImageSpec {
    architecture: ::std::result::Result<super::Architecture, ::std::string::String>,
    gpu: ::std::result::Result<
        ::std::option::Option<super::ImageGpu>,
        ::std::string::String,
    >,
    os: ::std::result::Result<super::ImageOs, ::std::string::String>,
    size_gib: ::std::result::Result<i64, ::std::string::String>,
    software_versions: ::std::result::Result<
        ::std::option::Option<
            ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
        >,
        ::std::string::String,
    >,
    virtualization: ::std::result::Result<
        super::ImageVirtualization,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ImageSpec {
    fn default() -> Self {
        Self {
            architecture: Err("no value supplied for architecture".to_string()),
            gpu: Ok(Default::default()),
            os: Err("no value supplied for os".to_string()),
            size_gib: Err("no value supplied for size_gi_b".to_string()),
            software_versions: Ok(Default::default()),
            virtualization: Err("no value supplied for virtualization".to_string()),
        }
    }
}
impl ImageSpec {
    pub fn architecture<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::Architecture>,
        T::Error: ::std::fmt::Display,
    {
        self.architecture = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for architecture: {e}")
            });
        self
    }
    pub fn gpu<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::ImageGpu>>,
        T::Error: ::std::fmt::Display,
    {
        self.gpu = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for gpu: {e}"));
        self
    }
    pub fn os<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ImageOs>,
        T::Error: ::std::fmt::Display,
    {
        self.os = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for os: {e}"));
        self
    }
    pub fn size_gib<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.size_gib = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for size_gi_b: {e}"));
        self
    }
    pub fn software_versions<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<
                ::std::collections::BTreeMap<
                    ::std::string::String,
                    ::std::string::String,
                >,
            >,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.software_versions = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for software_versions: {e}")
            });
        self
    }
    pub fn virtualization<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ImageVirtualization>,
        T::Error: ::std::fmt::Display,
    {
        self.virtualization = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for virtualization: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<ImageSpec> for super::ImageSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ImageSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            architecture: value.architecture?,
            gpu: value.gpu?,
            os: value.os?,
            size_gib: value.size_gib?,
            software_versions: value.software_versions?,
            virtualization: value.virtualization?,
        })
    }
}
impl ::std::convert::From<super::ImageSpec> for ImageSpec {
    fn from(value: super::ImageSpec) -> Self {
        Self {
            architecture: Ok(value.architecture),
            gpu: Ok(value.gpu),
            os: Ok(value.os),
            size_gib: Ok(value.size_gib),
            software_versions: Ok(value.software_versions),
            virtualization: Ok(value.virtualization),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ImageStatus {
    state: ::std::result::Result<super::ImageState, ::std::string::String>,
}
impl ::std::default::Default for ImageStatus {
    fn default() -> Self {
        Self {
            state: Err("no value supplied for state".to_string()),
        }
    }
}
impl ImageStatus {
    pub fn state<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ImageState>,
        T::Error: ::std::fmt::Display,
    {
        self.state = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for state: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ImageStatus> for super::ImageStatus {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ImageStatus,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { state: value.state? })
    }
}
impl ::std::convert::From<super::ImageStatus> for ImageStatus {
    fn from(value: super::ImageStatus) -> Self {
        Self { state: Ok(value.state) }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerHealthCheckV2 {
    healthy_threshold: ::std::result::Result<
        ::std::option::Option<u16>,
        ::std::string::String,
    >,
    interval_seconds: ::std::result::Result<
        ::std::option::Option<u16>,
        ::std::string::String,
    >,
    timeout_seconds: ::std::result::Result<
        ::std::option::Option<u16>,
        ::std::string::String,
    >,
    unhealthy_threshold: ::std::result::Result<
        ::std::option::Option<u16>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for LoadBalancerHealthCheckV2 {
    fn default() -> Self {
        Self {
            healthy_threshold: Ok(Default::default()),
            interval_seconds: Ok(Default::default()),
            timeout_seconds: Ok(Default::default()),
            unhealthy_threshold: Ok(Default::default()),
        }
    }
}
impl LoadBalancerHealthCheckV2 {
    pub fn healthy_threshold<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.healthy_threshold = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for healthy_threshold: {e}")
            });
        self
    }
    pub fn interval_seconds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.interval_seconds = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for interval_seconds: {e}")
            });
        self
    }
    pub fn timeout_seconds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.timeout_seconds = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for timeout_seconds: {e}")
            });
        self
    }
    pub fn unhealthy_threshold<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.unhealthy_threshold = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for unhealthy_threshold: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerHealthCheckV2>
for super::LoadBalancerHealthCheckV2 {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerHealthCheckV2,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            healthy_threshold: value.healthy_threshold?,
            interval_seconds: value.interval_seconds?,
            timeout_seconds: value.timeout_seconds?,
            unhealthy_threshold: value.unhealthy_threshold?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerHealthCheckV2>
for LoadBalancerHealthCheckV2 {
    fn from(value: super::LoadBalancerHealthCheckV2) -> Self {
        Self {
            healthy_threshold: Ok(value.healthy_threshold),
            interval_seconds: Ok(value.interval_seconds),
            timeout_seconds: Ok(value.timeout_seconds),
            unhealthy_threshold: Ok(value.unhealthy_threshold),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerListenerV2 {
    allowed_cidrs: ::std::result::Result<
        ::std::option::Option<
            ::std::vec::Vec<super::LoadBalancerListenerV2AllowedCidrsItem>,
        >,
        ::std::string::String,
    >,
    idle_timeout_seconds: ::std::result::Result<
        ::std::option::Option<u32>,
        ::std::string::String,
    >,
    name: ::std::result::Result<
        super::LoadBalancerListenerNameV2,
        ::std::string::String,
    >,
    pool: ::std::result::Result<super::LoadBalancerPoolV2, ::std::string::String>,
    port: ::std::result::Result<u16, ::std::string::String>,
    protocol: ::std::result::Result<
        super::LoadBalancerListenerProtocolV2,
        ::std::string::String,
    >,
}
impl ::std::default::Default for LoadBalancerListenerV2 {
    fn default() -> Self {
        Self {
            allowed_cidrs: Ok(Default::default()),
            idle_timeout_seconds: Ok(Default::default()),
            name: Err("no value supplied for name".to_string()),
            pool: Err("no value supplied for pool".to_string()),
            port: Err("no value supplied for port".to_string()),
            protocol: Err("no value supplied for protocol".to_string()),
        }
    }
}
impl LoadBalancerListenerV2 {
    pub fn allowed_cidrs<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<
                ::std::vec::Vec<super::LoadBalancerListenerV2AllowedCidrsItem>,
            >,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.allowed_cidrs = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for allowed_cidrs: {e}")
            });
        self
    }
    pub fn idle_timeout_seconds<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u32>>,
        T::Error: ::std::fmt::Display,
    {
        self.idle_timeout_seconds = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for idle_timeout_seconds: {e}")
            });
        self
    }
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::LoadBalancerListenerNameV2>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn pool<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::LoadBalancerPoolV2>,
        T::Error: ::std::fmt::Display,
    {
        self.pool = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for pool: {e}"));
        self
    }
    pub fn port<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<u16>,
        T::Error: ::std::fmt::Display,
    {
        self.port = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for port: {e}"));
        self
    }
    pub fn protocol<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::LoadBalancerListenerProtocolV2>,
        T::Error: ::std::fmt::Display,
    {
        self.protocol = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for protocol: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerListenerV2> for super::LoadBalancerListenerV2 {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerListenerV2,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            allowed_cidrs: value.allowed_cidrs?,
            idle_timeout_seconds: value.idle_timeout_seconds?,
            name: value.name?,
            pool: value.pool?,
            port: value.port?,
            protocol: value.protocol?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerListenerV2> for LoadBalancerListenerV2 {
    fn from(value: super::LoadBalancerListenerV2) -> Self {
        Self {
            allowed_cidrs: Ok(value.allowed_cidrs),
            idle_timeout_seconds: Ok(value.idle_timeout_seconds),
            name: Ok(value.name),
            pool: Ok(value.pool),
            port: Ok(value.port),
            protocol: Ok(value.protocol),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerMemberV2 {
    address: ::std::result::Result<::std::net::Ipv4Addr, ::std::string::String>,
    port: ::std::result::Result<u16, ::std::string::String>,
}
impl ::std::default::Default for LoadBalancerMemberV2 {
    fn default() -> Self {
        Self {
            address: Err("no value supplied for address".to_string()),
            port: Err("no value supplied for port".to_string()),
        }
    }
}
impl LoadBalancerMemberV2 {
    pub fn address<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::net::Ipv4Addr>,
        T::Error: ::std::fmt::Display,
    {
        self.address = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for address: {e}"));
        self
    }
    pub fn port<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<u16>,
        T::Error: ::std::fmt::Display,
    {
        self.port = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for port: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerMemberV2> for super::LoadBalancerMemberV2 {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerMemberV2,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            address: value.address?,
            port: value.port?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerMemberV2> for LoadBalancerMemberV2 {
    fn from(value: super::LoadBalancerMemberV2) -> Self {
        Self {
            address: Ok(value.address),
            port: Ok(value.port),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerPoolV2 {
    health_check: ::std::result::Result<
        ::std::option::Option<super::LoadBalancerHealthCheckV2>,
        ::std::string::String,
    >,
    members: ::std::result::Result<
        ::std::vec::Vec<super::LoadBalancerMemberV2>,
        ::std::string::String,
    >,
    proxy_protocol_v2: ::std::result::Result<
        ::std::option::Option<bool>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for LoadBalancerPoolV2 {
    fn default() -> Self {
        Self {
            health_check: Ok(Default::default()),
            members: Err("no value supplied for members".to_string()),
            proxy_protocol_v2: Ok(Default::default()),
        }
    }
}
impl LoadBalancerPoolV2 {
    pub fn health_check<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<super::LoadBalancerHealthCheckV2>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.health_check = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for health_check: {e}")
            });
        self
    }
    pub fn members<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::LoadBalancerMemberV2>>,
        T::Error: ::std::fmt::Display,
    {
        self.members = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for members: {e}"));
        self
    }
    pub fn proxy_protocol_v2<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.proxy_protocol_v2 = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for proxy_protocol_v2: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerPoolV2> for super::LoadBalancerPoolV2 {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerPoolV2,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            health_check: value.health_check?,
            members: value.members?,
            proxy_protocol_v2: value.proxy_protocol_v2?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerPoolV2> for LoadBalancerPoolV2 {
    fn from(value: super::LoadBalancerPoolV2) -> Self {
        Self {
            health_check: Ok(value.health_check),
            members: Ok(value.members),
            proxy_protocol_v2: Ok(value.proxy_protocol_v2),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerV2Create {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::LoadBalancerV2CreateSpec, ::std::string::String>,
}
impl ::std::default::Default for LoadBalancerV2Create {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl LoadBalancerV2Create {
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
        T: ::std::convert::TryInto<super::LoadBalancerV2CreateSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerV2Create> for super::LoadBalancerV2Create {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerV2Create,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerV2Create> for LoadBalancerV2Create {
    fn from(value: super::LoadBalancerV2Create) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerV2CreateSpec {
    listeners: ::std::result::Result<
        ::std::vec::Vec<super::LoadBalancerListenerV2>,
        ::std::string::String,
    >,
    network_id: ::std::result::Result<crate::ids::NetworkId, ::std::string::String>,
    public_ip: ::std::result::Result<::std::option::Option<bool>, ::std::string::String>,
    vip_address: ::std::result::Result<
        ::std::option::Option<::std::net::Ipv4Addr>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for LoadBalancerV2CreateSpec {
    fn default() -> Self {
        Self {
            listeners: Err("no value supplied for listeners".to_string()),
            network_id: Err("no value supplied for network_id".to_string()),
            public_ip: Ok(Default::default()),
            vip_address: Ok(Default::default()),
        }
    }
}
impl LoadBalancerV2CreateSpec {
    pub fn listeners<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::LoadBalancerListenerV2>>,
        T::Error: ::std::fmt::Display,
    {
        self.listeners = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for listeners: {e}"));
        self
    }
    pub fn network_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::NetworkId>,
        T::Error: ::std::fmt::Display,
    {
        self.network_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for network_id: {e}"));
        self
    }
    pub fn public_ip<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.public_ip = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for public_ip: {e}"));
        self
    }
    pub fn vip_address<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::net::Ipv4Addr>>,
        T::Error: ::std::fmt::Display,
    {
        self.vip_address = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for vip_address: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerV2CreateSpec>
for super::LoadBalancerV2CreateSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerV2CreateSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            listeners: value.listeners?,
            network_id: value.network_id?,
            public_ip: value.public_ip?,
            vip_address: value.vip_address?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerV2CreateSpec> for LoadBalancerV2CreateSpec {
    fn from(value: super::LoadBalancerV2CreateSpec) -> Self {
        Self {
            listeners: Ok(value.listeners),
            network_id: Ok(value.network_id),
            public_ip: Ok(value.public_ip),
            vip_address: Ok(value.vip_address),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerV2Read {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::LoadBalancerV2Spec, ::std::string::String>,
    status: ::std::result::Result<super::LoadBalancerV2Status, ::std::string::String>,
}
impl ::std::default::Default for LoadBalancerV2Read {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl LoadBalancerV2Read {
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
        T: ::std::convert::TryInto<super::LoadBalancerV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::LoadBalancerV2Status>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerV2Read> for super::LoadBalancerV2Read {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerV2Read,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerV2Read> for LoadBalancerV2Read {
    fn from(value: super::LoadBalancerV2Read) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerV2Spec {
    listeners: ::std::result::Result<
        ::std::vec::Vec<super::LoadBalancerListenerV2>,
        ::std::string::String,
    >,
    public_ip: ::std::result::Result<::std::option::Option<bool>, ::std::string::String>,
}
impl ::std::default::Default for LoadBalancerV2Spec {
    fn default() -> Self {
        Self {
            listeners: Err("no value supplied for listeners".to_string()),
            public_ip: Ok(Default::default()),
        }
    }
}
impl LoadBalancerV2Spec {
    pub fn listeners<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::LoadBalancerListenerV2>>,
        T::Error: ::std::fmt::Display,
    {
        self.listeners = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for listeners: {e}"));
        self
    }
    pub fn public_ip<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.public_ip = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for public_ip: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerV2Spec> for super::LoadBalancerV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            listeners: value.listeners?,
            public_ip: value.public_ip?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerV2Spec> for LoadBalancerV2Spec {
    fn from(value: super::LoadBalancerV2Spec) -> Self {
        Self {
            listeners: Ok(value.listeners),
            public_ip: Ok(value.public_ip),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerV2Status {
    network_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    public_ip: ::std::result::Result<
        ::std::option::Option<::std::net::Ipv4Addr>,
        ::std::string::String,
    >,
    region_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    vip_address: ::std::result::Result<
        ::std::option::Option<::std::net::Ipv4Addr>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for LoadBalancerV2Status {
    fn default() -> Self {
        Self {
            network_id: Err("no value supplied for network_id".to_string()),
            public_ip: Ok(Default::default()),
            region_id: Err("no value supplied for region_id".to_string()),
            vip_address: Ok(Default::default()),
        }
    }
}
impl LoadBalancerV2Status {
    pub fn network_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.network_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for network_id: {e}"));
        self
    }
    pub fn public_ip<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::net::Ipv4Addr>>,
        T::Error: ::std::fmt::Display,
    {
        self.public_ip = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for public_ip: {e}"));
        self
    }
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
    pub fn vip_address<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::net::Ipv4Addr>>,
        T::Error: ::std::fmt::Display,
    {
        self.vip_address = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for vip_address: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerV2Status> for super::LoadBalancerV2Status {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerV2Status,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            network_id: value.network_id?,
            public_ip: value.public_ip?,
            region_id: value.region_id?,
            vip_address: value.vip_address?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerV2Status> for LoadBalancerV2Status {
    fn from(value: super::LoadBalancerV2Status) -> Self {
        Self {
            network_id: Ok(value.network_id),
            public_ip: Ok(value.public_ip),
            region_id: Ok(value.region_id),
            vip_address: Ok(value.vip_address),
        }
    }
}
#[derive(Clone, Debug)]
pub struct LoadBalancerV2Update {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::LoadBalancerV2Spec, ::std::string::String>,
}
impl ::std::default::Default for LoadBalancerV2Update {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl LoadBalancerV2Update {
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
        T: ::std::convert::TryInto<super::LoadBalancerV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<LoadBalancerV2Update> for super::LoadBalancerV2Update {
    type Error = super::error::ConversionError;
    fn try_from(
        value: LoadBalancerV2Update,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::LoadBalancerV2Update> for LoadBalancerV2Update {
    fn from(value: super::LoadBalancerV2Update) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkRead {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::NetworkReadSpec, ::std::string::String>,
}
impl ::std::default::Default for NetworkRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl NetworkRead {
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
        T: ::std::convert::TryInto<super::NetworkReadSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkRead> for super::NetworkRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::NetworkRead> for NetworkRead {
    fn from(value: super::NetworkRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkReadSpec {
    dns_nameservers: ::std::result::Result<
        ::std::vec::Vec<::std::net::Ipv4Addr>,
        ::std::string::String,
    >,
    openstack: ::std::result::Result<
        ::std::option::Option<super::NetworkSpecOpenstack>,
        ::std::string::String,
    >,
    prefix: ::std::result::Result<::std::string::String, ::std::string::String>,
    region_id: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for NetworkReadSpec {
    fn default() -> Self {
        Self {
            dns_nameservers: Err("no value supplied for dns_nameservers".to_string()),
            openstack: Ok(Default::default()),
            prefix: Err("no value supplied for prefix".to_string()),
            region_id: Err("no value supplied for region_id".to_string()),
        }
    }
}
impl NetworkReadSpec {
    pub fn dns_nameservers<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::net::Ipv4Addr>>,
        T::Error: ::std::fmt::Display,
    {
        self.dns_nameservers = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for dns_nameservers: {e}")
            });
        self
    }
    pub fn openstack<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::NetworkSpecOpenstack>>,
        T::Error: ::std::fmt::Display,
    {
        self.openstack = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for openstack: {e}"));
        self
    }
    pub fn prefix<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.prefix = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for prefix: {e}"));
        self
    }
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkReadSpec> for super::NetworkReadSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkReadSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            dns_nameservers: value.dns_nameservers?,
            openstack: value.openstack?,
            prefix: value.prefix?,
            region_id: value.region_id?,
        })
    }
}
impl ::std::convert::From<super::NetworkReadSpec> for NetworkReadSpec {
    fn from(value: super::NetworkReadSpec) -> Self {
        Self {
            dns_nameservers: Ok(value.dns_nameservers),
            openstack: Ok(value.openstack),
            prefix: Ok(value.prefix),
            region_id: Ok(value.region_id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkReservations {
    prefix_length: ::std::result::Result<u16, ::std::string::String>,
    provider_reserved_prefix_length: ::std::result::Result<
        ::std::option::Option<u16>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for NetworkReservations {
    fn default() -> Self {
        Self {
            prefix_length: Err("no value supplied for prefix_length".to_string()),
            provider_reserved_prefix_length: Ok(Default::default()),
        }
    }
}
impl NetworkReservations {
    pub fn prefix_length<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<u16>,
        T::Error: ::std::fmt::Display,
    {
        self.prefix_length = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for prefix_length: {e}")
            });
        self
    }
    pub fn provider_reserved_prefix_length<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.provider_reserved_prefix_length = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for provider_reserved_prefix_length: {e}"
                )
            });
        self
    }
}
impl ::std::convert::TryFrom<NetworkReservations> for super::NetworkReservations {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkReservations,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            prefix_length: value.prefix_length?,
            provider_reserved_prefix_length: value.provider_reserved_prefix_length?,
        })
    }
}
impl ::std::convert::From<super::NetworkReservations> for NetworkReservations {
    fn from(value: super::NetworkReservations) -> Self {
        Self {
            prefix_length: Ok(value.prefix_length),
            provider_reserved_prefix_length: Ok(value.provider_reserved_prefix_length),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkSpecOpenstack {
    network_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    router_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    subnet_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    vlan_id: ::std::result::Result<::std::option::Option<i64>, ::std::string::String>,
}
impl ::std::default::Default for NetworkSpecOpenstack {
    fn default() -> Self {
        Self {
            network_id: Ok(Default::default()),
            router_id: Ok(Default::default()),
            subnet_id: Ok(Default::default()),
            vlan_id: Ok(Default::default()),
        }
    }
}
impl NetworkSpecOpenstack {
    pub fn network_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.network_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for network_id: {e}"));
        self
    }
    pub fn router_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.router_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for router_id: {e}"));
        self
    }
    pub fn subnet_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.subnet_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for subnet_id: {e}"));
        self
    }
    pub fn vlan_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<i64>>,
        T::Error: ::std::fmt::Display,
    {
        self.vlan_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for vlan_id: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkSpecOpenstack> for super::NetworkSpecOpenstack {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkSpecOpenstack,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            network_id: value.network_id?,
            router_id: value.router_id?,
            subnet_id: value.subnet_id?,
            vlan_id: value.vlan_id?,
        })
    }
}
impl ::std::convert::From<super::NetworkSpecOpenstack> for NetworkSpecOpenstack {
    fn from(value: super::NetworkSpecOpenstack) -> Self {
        Self {
            network_id: Ok(value.network_id),
            router_id: Ok(value.router_id),
            subnet_id: Ok(value.subnet_id),
            vlan_id: Ok(value.vlan_id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkV2Create {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::NetworkV2CreateSpec, ::std::string::String>,
}
impl ::std::default::Default for NetworkV2Create {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl NetworkV2Create {
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
        T: ::std::convert::TryInto<super::NetworkV2CreateSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkV2Create> for super::NetworkV2Create {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkV2Create,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::NetworkV2Create> for NetworkV2Create {
    fn from(value: super::NetworkV2Create) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkV2CreateSpec {
    dns_nameservers: ::std::result::Result<
        ::std::vec::Vec<::std::net::Ipv4Addr>,
        ::std::string::String,
    >,
    organization_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    prefix: ::std::result::Result<::std::string::String, ::std::string::String>,
    project_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    region_id: ::std::result::Result<crate::ids::RegionId, ::std::string::String>,
    reservations: ::std::result::Result<
        ::std::option::Option<super::NetworkReservations>,
        ::std::string::String,
    >,
    routes: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::Route>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for NetworkV2CreateSpec {
    fn default() -> Self {
        Self {
            dns_nameservers: Err("no value supplied for dns_nameservers".to_string()),
            organization_id: Err("no value supplied for organization_id".to_string()),
            prefix: Err("no value supplied for prefix".to_string()),
            project_id: Err("no value supplied for project_id".to_string()),
            region_id: Err("no value supplied for region_id".to_string()),
            reservations: Ok(Default::default()),
            routes: Ok(Default::default()),
        }
    }
}
impl NetworkV2CreateSpec {
    pub fn dns_nameservers<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::net::Ipv4Addr>>,
        T::Error: ::std::fmt::Display,
    {
        self.dns_nameservers = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for dns_nameservers: {e}")
            });
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
    pub fn prefix<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.prefix = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for prefix: {e}"));
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
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::RegionId>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
    pub fn reservations<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::NetworkReservations>>,
        T::Error: ::std::fmt::Display,
    {
        self.reservations = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for reservations: {e}")
            });
        self
    }
    pub fn routes<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<super::Route>>>,
        T::Error: ::std::fmt::Display,
    {
        self.routes = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for routes: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkV2CreateSpec> for super::NetworkV2CreateSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkV2CreateSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            dns_nameservers: value.dns_nameservers?,
            organization_id: value.organization_id?,
            prefix: value.prefix?,
            project_id: value.project_id?,
            region_id: value.region_id?,
            reservations: value.reservations?,
            routes: value.routes?,
        })
    }
}
impl ::std::convert::From<super::NetworkV2CreateSpec> for NetworkV2CreateSpec {
    fn from(value: super::NetworkV2CreateSpec) -> Self {
        Self {
            dns_nameservers: Ok(value.dns_nameservers),
            organization_id: Ok(value.organization_id),
            prefix: Ok(value.prefix),
            project_id: Ok(value.project_id),
            region_id: Ok(value.region_id),
            reservations: Ok(value.reservations),
            routes: Ok(value.routes),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkV2Read {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::NetworkV2Spec, ::std::string::String>,
    status: ::std::result::Result<super::NetworkV2Status, ::std::string::String>,
}
impl ::std::default::Default for NetworkV2Read {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl NetworkV2Read {
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
        T: ::std::convert::TryInto<super::NetworkV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::NetworkV2Status>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkV2Read> for super::NetworkV2Read {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkV2Read,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::NetworkV2Read> for NetworkV2Read {
    fn from(value: super::NetworkV2Read) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkV2Spec {
    dns_nameservers: ::std::result::Result<
        ::std::vec::Vec<::std::net::Ipv4Addr>,
        ::std::string::String,
    >,
    routes: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::Route>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for NetworkV2Spec {
    fn default() -> Self {
        Self {
            dns_nameservers: Err("no value supplied for dns_nameservers".to_string()),
            routes: Ok(Default::default()),
        }
    }
}
impl NetworkV2Spec {
    pub fn dns_nameservers<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::net::Ipv4Addr>>,
        T::Error: ::std::fmt::Display,
    {
        self.dns_nameservers = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for dns_nameservers: {e}")
            });
        self
    }
    pub fn routes<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<super::Route>>>,
        T::Error: ::std::fmt::Display,
    {
        self.routes = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for routes: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkV2Spec> for super::NetworkV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            dns_nameservers: value.dns_nameservers?,
            routes: value.routes?,
        })
    }
}
impl ::std::convert::From<super::NetworkV2Spec> for NetworkV2Spec {
    fn from(value: super::NetworkV2Spec) -> Self {
        Self {
            dns_nameservers: Ok(value.dns_nameservers),
            routes: Ok(value.routes),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkV2Status {
    prefix: ::std::result::Result<::std::string::String, ::std::string::String>,
    region_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    reservations: ::std::result::Result<
        ::std::option::Option<super::NetworkReservations>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for NetworkV2Status {
    fn default() -> Self {
        Self {
            prefix: Err("no value supplied for prefix".to_string()),
            region_id: Err("no value supplied for region_id".to_string()),
            reservations: Ok(Default::default()),
        }
    }
}
impl NetworkV2Status {
    pub fn prefix<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.prefix = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for prefix: {e}"));
        self
    }
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
    pub fn reservations<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::NetworkReservations>>,
        T::Error: ::std::fmt::Display,
    {
        self.reservations = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for reservations: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<NetworkV2Status> for super::NetworkV2Status {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkV2Status,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            prefix: value.prefix?,
            region_id: value.region_id?,
            reservations: value.reservations?,
        })
    }
}
impl ::std::convert::From<super::NetworkV2Status> for NetworkV2Status {
    fn from(value: super::NetworkV2Status) -> Self {
        Self {
            prefix: Ok(value.prefix),
            region_id: Ok(value.region_id),
            reservations: Ok(value.reservations),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkV2Update {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::NetworkV2Spec, ::std::string::String>,
}
impl ::std::default::Default for NetworkV2Update {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl NetworkV2Update {
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
        T: ::std::convert::TryInto<super::NetworkV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkV2Update> for super::NetworkV2Update {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkV2Update,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::NetworkV2Update> for NetworkV2Update {
    fn from(value: super::NetworkV2Update) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<
        ::std::option::Option<super::NetworkWriteSpec>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for NetworkWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Ok(Default::default()),
        }
    }
}
impl NetworkWrite {
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
        T: ::std::convert::TryInto<::std::option::Option<super::NetworkWriteSpec>>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkWrite> for super::NetworkWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::NetworkWrite> for NetworkWrite {
    fn from(value: super::NetworkWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct NetworkWriteSpec {
    dns_nameservers: ::std::result::Result<
        ::std::vec::Vec<::std::net::Ipv4Addr>,
        ::std::string::String,
    >,
    prefix: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for NetworkWriteSpec {
    fn default() -> Self {
        Self {
            dns_nameservers: Err("no value supplied for dns_nameservers".to_string()),
            prefix: Err("no value supplied for prefix".to_string()),
        }
    }
}
impl NetworkWriteSpec {
    pub fn dns_nameservers<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::net::Ipv4Addr>>,
        T::Error: ::std::fmt::Display,
    {
        self.dns_nameservers = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for dns_nameservers: {e}")
            });
        self
    }
    pub fn prefix<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.prefix = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for prefix: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<NetworkWriteSpec> for super::NetworkWriteSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: NetworkWriteSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            dns_nameservers: value.dns_nameservers?,
            prefix: value.prefix?,
        })
    }
}
impl ::std::convert::From<super::NetworkWriteSpec> for NetworkWriteSpec {
    fn from(value: super::NetworkWriteSpec) -> Self {
        Self {
            dns_nameservers: Ok(value.dns_nameservers),
            prefix: Ok(value.prefix),
        }
    }
}
#[derive(Clone, Debug)]
pub struct Nfsv2Spec {
    root_squash: ::std::result::Result<bool, ::std::string::String>,
}
impl ::std::default::Default for Nfsv2Spec {
    fn default() -> Self {
        Self {
            root_squash: Err("no value supplied for root_squash".to_string()),
        }
    }
}
impl Nfsv2Spec {
    pub fn root_squash<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<bool>,
        T::Error: ::std::fmt::Display,
    {
        self.root_squash = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for root_squash: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<Nfsv2Spec> for super::Nfsv2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Nfsv2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            root_squash: value.root_squash?,
        })
    }
}
impl ::std::convert::From<super::Nfsv2Spec> for Nfsv2Spec {
    fn from(value: super::Nfsv2Spec) -> Self {
        Self {
            root_squash: Ok(value.root_squash),
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
pub struct RegionDetailKubernetes {
    domain_name: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    kubeconfig: ::std::result::Result<
        core_client::wire::SecretText,
        ::std::string::String,
    >,
}
impl ::std::default::Default for RegionDetailKubernetes {
    fn default() -> Self {
        Self {
            domain_name: Ok(Default::default()),
            kubeconfig: Err("no value supplied for kubeconfig".to_string()),
        }
    }
}
impl RegionDetailKubernetes {
    pub fn domain_name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.domain_name = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for domain_name: {e}")
            });
        self
    }
    pub fn kubeconfig<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<core_client::wire::SecretText>,
        T::Error: ::std::fmt::Display,
    {
        self.kubeconfig = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for kubeconfig: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<RegionDetailKubernetes> for super::RegionDetailKubernetes {
    type Error = super::error::ConversionError;
    fn try_from(
        value: RegionDetailKubernetes,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            domain_name: value.domain_name?,
            kubeconfig: value.kubeconfig?,
        })
    }
}
impl ::std::convert::From<super::RegionDetailKubernetes> for RegionDetailKubernetes {
    fn from(value: super::RegionDetailKubernetes) -> Self {
        Self {
            domain_name: Ok(value.domain_name),
            kubeconfig: Ok(value.kubeconfig),
        }
    }
}
#[derive(Clone, Debug)]
pub struct RegionDetailRead {
    metadata: ::std::result::Result<super::ResourceReadMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::RegionDetailSpec, ::std::string::String>,
}
impl ::std::default::Default for RegionDetailRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl RegionDetailRead {
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
        T: ::std::convert::TryInto<super::RegionDetailSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<RegionDetailRead> for super::RegionDetailRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: RegionDetailRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::RegionDetailRead> for RegionDetailRead {
    fn from(value: super::RegionDetailRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct RegionDetailSpec {
    features: ::std::result::Result<super::RegionFeatures, ::std::string::String>,
    kubernetes: ::std::result::Result<
        ::std::option::Option<super::RegionDetailKubernetes>,
        ::std::string::String,
    >,
    type_: ::std::result::Result<super::RegionType, ::std::string::String>,
}
impl ::std::default::Default for RegionDetailSpec {
    fn default() -> Self {
        Self {
            features: Err("no value supplied for features".to_string()),
            kubernetes: Ok(Default::default()),
            type_: Err("no value supplied for type_".to_string()),
        }
    }
}
impl RegionDetailSpec {
    pub fn features<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::RegionFeatures>,
        T::Error: ::std::fmt::Display,
    {
        self.features = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for features: {e}"));
        self
    }
    pub fn kubernetes<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::RegionDetailKubernetes>>,
        T::Error: ::std::fmt::Display,
    {
        self.kubernetes = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for kubernetes: {e}"));
        self
    }
    pub fn type_<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::RegionType>,
        T::Error: ::std::fmt::Display,
    {
        self.type_ = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for type_: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<RegionDetailSpec> for super::RegionDetailSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: RegionDetailSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            features: value.features?,
            kubernetes: value.kubernetes?,
            type_: value.type_?,
        })
    }
}
impl ::std::convert::From<super::RegionDetailSpec> for RegionDetailSpec {
    fn from(value: super::RegionDetailSpec) -> Self {
        Self {
            features: Ok(value.features),
            kubernetes: Ok(value.kubernetes),
            type_: Ok(value.type_),
        }
    }
}
#[derive(Clone, Debug)]
pub struct RegionFeatures {
    physical_networks: ::std::result::Result<bool, ::std::string::String>,
}
impl ::std::default::Default for RegionFeatures {
    fn default() -> Self {
        Self {
            physical_networks: Err("no value supplied for physical_networks".to_string()),
        }
    }
}
impl RegionFeatures {
    pub fn physical_networks<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<bool>,
        T::Error: ::std::fmt::Display,
    {
        self.physical_networks = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for physical_networks: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<RegionFeatures> for super::RegionFeatures {
    type Error = super::error::ConversionError;
    fn try_from(
        value: RegionFeatures,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            physical_networks: value.physical_networks?,
        })
    }
}
impl ::std::convert::From<super::RegionFeatures> for RegionFeatures {
    fn from(value: super::RegionFeatures) -> Self {
        Self {
            physical_networks: Ok(value.physical_networks),
        }
    }
}
#[derive(Clone, Debug)]
pub struct RegionRead {
    metadata: ::std::result::Result<super::ResourceReadMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::RegionSpec, ::std::string::String>,
}
impl ::std::default::Default for RegionRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl RegionRead {
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
        T: ::std::convert::TryInto<super::RegionSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<RegionRead> for super::RegionRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: RegionRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::RegionRead> for RegionRead {
    fn from(value: super::RegionRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct RegionSpec {
    features: ::std::result::Result<super::RegionFeatures, ::std::string::String>,
    type_: ::std::result::Result<super::RegionType, ::std::string::String>,
}
impl ::std::default::Default for RegionSpec {
    fn default() -> Self {
        Self {
            features: Err("no value supplied for features".to_string()),
            type_: Err("no value supplied for type_".to_string()),
        }
    }
}
impl RegionSpec {
    pub fn features<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::RegionFeatures>,
        T::Error: ::std::fmt::Display,
    {
        self.features = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for features: {e}"));
        self
    }
    pub fn type_<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::RegionType>,
        T::Error: ::std::fmt::Display,
    {
        self.type_ = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for type_: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<RegionSpec> for super::RegionSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: RegionSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            features: value.features?,
            type_: value.type_?,
        })
    }
}
impl ::std::convert::From<super::RegionSpec> for RegionSpec {
    fn from(value: super::RegionSpec) -> Self {
        Self {
            features: Ok(value.features),
            type_: Ok(value.type_),
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
pub struct Route {
    nexthop: ::std::result::Result<::std::string::String, ::std::string::String>,
    prefix: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for Route {
    fn default() -> Self {
        Self {
            nexthop: Err("no value supplied for nexthop".to_string()),
            prefix: Err("no value supplied for prefix".to_string()),
        }
    }
}
impl Route {
    pub fn nexthop<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.nexthop = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for nexthop: {e}"));
        self
    }
    pub fn prefix<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.prefix = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for prefix: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<Route> for super::Route {
    type Error = super::error::ConversionError;
    fn try_from(
        value: Route,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            nexthop: value.nexthop?,
            prefix: value.prefix?,
        })
    }
}
impl ::std::convert::From<super::Route> for Route {
    fn from(value: super::Route) -> Self {
        Self {
            nexthop: Ok(value.nexthop),
            prefix: Ok(value.prefix),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupRead {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::SecurityGroupSpec, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl SecurityGroupRead {
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
        T: ::std::convert::TryInto<super::SecurityGroupSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupRead> for super::SecurityGroupRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupRead> for SecurityGroupRead {
    fn from(value: super::SecurityGroupRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupRule {
    cidr: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    direction: ::std::result::Result<super::NetworkDirection, ::std::string::String>,
    port: ::std::result::Result<
        ::std::option::Option<super::SecurityGroupRulePort>,
        ::std::string::String,
    >,
    protocol: ::std::result::Result<super::NetworkProtocol, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupRule {
    fn default() -> Self {
        Self {
            cidr: Ok(Default::default()),
            direction: Err("no value supplied for direction".to_string()),
            port: Ok(Default::default()),
            protocol: Err("no value supplied for protocol".to_string()),
        }
    }
}
impl SecurityGroupRule {
    pub fn cidr<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.cidr = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for cidr: {e}"));
        self
    }
    pub fn direction<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::NetworkDirection>,
        T::Error: ::std::fmt::Display,
    {
        self.direction = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for direction: {e}"));
        self
    }
    pub fn port<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::SecurityGroupRulePort>>,
        T::Error: ::std::fmt::Display,
    {
        self.port = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for port: {e}"));
        self
    }
    pub fn protocol<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::NetworkProtocol>,
        T::Error: ::std::fmt::Display,
    {
        self.protocol = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for protocol: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupRule> for super::SecurityGroupRule {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupRule,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            cidr: value.cidr?,
            direction: value.direction?,
            port: value.port?,
            protocol: value.protocol?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupRule> for SecurityGroupRule {
    fn from(value: super::SecurityGroupRule) -> Self {
        Self {
            cidr: Ok(value.cidr),
            direction: Ok(value.direction),
            port: Ok(value.port),
            protocol: Ok(value.protocol),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupRulePort {
    number: ::std::result::Result<::std::option::Option<u16>, ::std::string::String>,
    range: ::std::result::Result<
        ::std::option::Option<super::SecurityGroupRulePortRange>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for SecurityGroupRulePort {
    fn default() -> Self {
        Self {
            number: Ok(Default::default()),
            range: Ok(Default::default()),
        }
    }
}
impl SecurityGroupRulePort {
    pub fn number<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.number = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for number: {e}"));
        self
    }
    pub fn range<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<super::SecurityGroupRulePortRange>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.range = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for range: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupRulePort> for super::SecurityGroupRulePort {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupRulePort,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            number: value.number?,
            range: value.range?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupRulePort> for SecurityGroupRulePort {
    fn from(value: super::SecurityGroupRulePort) -> Self {
        Self {
            number: Ok(value.number),
            range: Ok(value.range),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupRulePortRange {
    end: ::std::result::Result<u16, ::std::string::String>,
    start: ::std::result::Result<u16, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupRulePortRange {
    fn default() -> Self {
        Self {
            end: Err("no value supplied for end".to_string()),
            start: Err("no value supplied for start".to_string()),
        }
    }
}
impl SecurityGroupRulePortRange {
    pub fn end<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<u16>,
        T::Error: ::std::fmt::Display,
    {
        self.end = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for end: {e}"));
        self
    }
    pub fn start<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<u16>,
        T::Error: ::std::fmt::Display,
    {
        self.start = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for start: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupRulePortRange>
for super::SecurityGroupRulePortRange {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupRulePortRange,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            end: value.end?,
            start: value.start?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupRulePortRange>
for SecurityGroupRulePortRange {
    fn from(value: super::SecurityGroupRulePortRange) -> Self {
        Self {
            end: Ok(value.end),
            start: Ok(value.start),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupRuleV2 {
    direction: ::std::result::Result<super::NetworkDirection, ::std::string::String>,
    port: ::std::result::Result<::std::option::Option<u16>, ::std::string::String>,
    port_max: ::std::result::Result<::std::option::Option<u16>, ::std::string::String>,
    prefix: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    protocol: ::std::result::Result<super::NetworkProtocol, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupRuleV2 {
    fn default() -> Self {
        Self {
            direction: Err("no value supplied for direction".to_string()),
            port: Ok(Default::default()),
            port_max: Ok(Default::default()),
            prefix: Ok(Default::default()),
            protocol: Err("no value supplied for protocol".to_string()),
        }
    }
}
impl SecurityGroupRuleV2 {
    pub fn direction<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::NetworkDirection>,
        T::Error: ::std::fmt::Display,
    {
        self.direction = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for direction: {e}"));
        self
    }
    pub fn port<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.port = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for port: {e}"));
        self
    }
    pub fn port_max<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.port_max = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for port_max: {e}"));
        self
    }
    pub fn prefix<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.prefix = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for prefix: {e}"));
        self
    }
    pub fn protocol<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::NetworkProtocol>,
        T::Error: ::std::fmt::Display,
    {
        self.protocol = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for protocol: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupRuleV2> for super::SecurityGroupRuleV2 {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupRuleV2,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            direction: value.direction?,
            port: value.port?,
            port_max: value.port_max?,
            prefix: value.prefix?,
            protocol: value.protocol?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupRuleV2> for SecurityGroupRuleV2 {
    fn from(value: super::SecurityGroupRuleV2) -> Self {
        Self {
            direction: Ok(value.direction),
            port: Ok(value.port),
            port_max: Ok(value.port_max),
            prefix: Ok(value.prefix),
            protocol: Ok(value.protocol),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupSpec {
    rules: ::std::result::Result<
        ::std::vec::Vec<super::SecurityGroupRule>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for SecurityGroupSpec {
    fn default() -> Self {
        Self {
            rules: Err("no value supplied for rules".to_string()),
        }
    }
}
impl SecurityGroupSpec {
    pub fn rules<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::SecurityGroupRule>>,
        T::Error: ::std::fmt::Display,
    {
        self.rules = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for rules: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupSpec> for super::SecurityGroupSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { rules: value.rules? })
    }
}
impl ::std::convert::From<super::SecurityGroupSpec> for SecurityGroupSpec {
    fn from(value: super::SecurityGroupSpec) -> Self {
        Self { rules: Ok(value.rules) }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupV2Create {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::SecurityGroupV2CreateSpec, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupV2Create {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl SecurityGroupV2Create {
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
        T: ::std::convert::TryInto<super::SecurityGroupV2CreateSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupV2Create> for super::SecurityGroupV2Create {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupV2Create,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupV2Create> for SecurityGroupV2Create {
    fn from(value: super::SecurityGroupV2Create) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupV2CreateSpec {
    network_id: ::std::result::Result<crate::ids::NetworkId, ::std::string::String>,
    rules: ::std::result::Result<
        ::std::vec::Vec<super::SecurityGroupRuleV2>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for SecurityGroupV2CreateSpec {
    fn default() -> Self {
        Self {
            network_id: Err("no value supplied for network_id".to_string()),
            rules: Err("no value supplied for rules".to_string()),
        }
    }
}
impl SecurityGroupV2CreateSpec {
    pub fn network_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::NetworkId>,
        T::Error: ::std::fmt::Display,
    {
        self.network_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for network_id: {e}"));
        self
    }
    pub fn rules<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::SecurityGroupRuleV2>>,
        T::Error: ::std::fmt::Display,
    {
        self.rules = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for rules: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupV2CreateSpec>
for super::SecurityGroupV2CreateSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupV2CreateSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            network_id: value.network_id?,
            rules: value.rules?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupV2CreateSpec>
for SecurityGroupV2CreateSpec {
    fn from(value: super::SecurityGroupV2CreateSpec) -> Self {
        Self {
            network_id: Ok(value.network_id),
            rules: Ok(value.rules),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupV2Read {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::SecurityGroupV2Spec, ::std::string::String>,
    status: ::std::result::Result<super::SecurityGroupV2Status, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupV2Read {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl SecurityGroupV2Read {
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
        T: ::std::convert::TryInto<super::SecurityGroupV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::SecurityGroupV2Status>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupV2Read> for super::SecurityGroupV2Read {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupV2Read,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupV2Read> for SecurityGroupV2Read {
    fn from(value: super::SecurityGroupV2Read) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupV2Spec {
    rules: ::std::result::Result<
        ::std::vec::Vec<super::SecurityGroupRuleV2>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for SecurityGroupV2Spec {
    fn default() -> Self {
        Self {
            rules: Err("no value supplied for rules".to_string()),
        }
    }
}
impl SecurityGroupV2Spec {
    pub fn rules<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::SecurityGroupRuleV2>>,
        T::Error: ::std::fmt::Display,
    {
        self.rules = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for rules: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupV2Spec> for super::SecurityGroupV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { rules: value.rules? })
    }
}
impl ::std::convert::From<super::SecurityGroupV2Spec> for SecurityGroupV2Spec {
    fn from(value: super::SecurityGroupV2Spec) -> Self {
        Self { rules: Ok(value.rules) }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupV2Status {
    network_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    region_id: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupV2Status {
    fn default() -> Self {
        Self {
            network_id: Err("no value supplied for network_id".to_string()),
            region_id: Err("no value supplied for region_id".to_string()),
        }
    }
}
impl SecurityGroupV2Status {
    pub fn network_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.network_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for network_id: {e}"));
        self
    }
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupV2Status> for super::SecurityGroupV2Status {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupV2Status,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            network_id: value.network_id?,
            region_id: value.region_id?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupV2Status> for SecurityGroupV2Status {
    fn from(value: super::SecurityGroupV2Status) -> Self {
        Self {
            network_id: Ok(value.network_id),
            region_id: Ok(value.region_id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupV2Update {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::SecurityGroupV2Spec, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupV2Update {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl SecurityGroupV2Update {
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
        T: ::std::convert::TryInto<super::SecurityGroupV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupV2Update> for super::SecurityGroupV2Update {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupV2Update,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupV2Update> for SecurityGroupV2Update {
    fn from(value: super::SecurityGroupV2Update) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SecurityGroupWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::SecurityGroupSpec, ::std::string::String>,
}
impl ::std::default::Default for SecurityGroupWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl SecurityGroupWrite {
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
        T: ::std::convert::TryInto<super::SecurityGroupSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SecurityGroupWrite> for super::SecurityGroupWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SecurityGroupWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::SecurityGroupWrite> for SecurityGroupWrite {
    fn from(value: super::SecurityGroupWrite) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerNetwork {
    allowed_address_pairs: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::ServerNetworkAllowedAddressPair>>,
        ::std::string::String,
    >,
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for ServerNetwork {
    fn default() -> Self {
        Self {
            allowed_address_pairs: Ok(Default::default()),
            id: Err("no value supplied for id".to_string()),
        }
    }
}
impl ServerNetwork {
    pub fn allowed_address_pairs<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<
                ::std::vec::Vec<super::ServerNetworkAllowedAddressPair>,
            >,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.allowed_address_pairs = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for allowed_address_pairs: {e}")
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
}
impl ::std::convert::TryFrom<ServerNetwork> for super::ServerNetwork {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerNetwork,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            allowed_address_pairs: value.allowed_address_pairs?,
            id: value.id?,
        })
    }
}
impl ::std::convert::From<super::ServerNetwork> for ServerNetwork {
    fn from(value: super::ServerNetwork) -> Self {
        Self {
            allowed_address_pairs: Ok(value.allowed_address_pairs),
            id: Ok(value.id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerNetworkAllowedAddressPair {
    cidr: ::std::result::Result<::std::string::String, ::std::string::String>,
    mac_address: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ServerNetworkAllowedAddressPair {
    fn default() -> Self {
        Self {
            cidr: Err("no value supplied for cidr".to_string()),
            mac_address: Ok(Default::default()),
        }
    }
}
impl ServerNetworkAllowedAddressPair {
    pub fn cidr<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.cidr = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for cidr: {e}"));
        self
    }
    pub fn mac_address<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.mac_address = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for mac_address: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<ServerNetworkAllowedAddressPair>
for super::ServerNetworkAllowedAddressPair {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerNetworkAllowedAddressPair,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            cidr: value.cidr?,
            mac_address: value.mac_address?,
        })
    }
}
impl ::std::convert::From<super::ServerNetworkAllowedAddressPair>
for ServerNetworkAllowedAddressPair {
    fn from(value: super::ServerNetworkAllowedAddressPair) -> Self {
        Self {
            cidr: Ok(value.cidr),
            mac_address: Ok(value.mac_address),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerPublicIpAllocation {
    enabled: ::std::result::Result<bool, ::std::string::String>,
}
impl ::std::default::Default for ServerPublicIpAllocation {
    fn default() -> Self {
        Self {
            enabled: Err("no value supplied for enabled".to_string()),
        }
    }
}
impl ServerPublicIpAllocation {
    pub fn enabled<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<bool>,
        T::Error: ::std::fmt::Display,
    {
        self.enabled = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for enabled: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerPublicIpAllocation>
for super::ServerPublicIpAllocation {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerPublicIpAllocation,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { enabled: value.enabled? })
    }
}
impl ::std::convert::From<super::ServerPublicIpAllocation> for ServerPublicIpAllocation {
    fn from(value: super::ServerPublicIpAllocation) -> Self {
        Self { enabled: Ok(value.enabled) }
    }
}
#[derive(Clone, Debug)]
pub struct ServerRead {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::ServerSpec, ::std::string::String>,
    status: ::std::result::Result<super::ServerStatus, ::std::string::String>,
}
impl ::std::default::Default for ServerRead {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl ServerRead {
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
        T: ::std::convert::TryInto<super::ServerSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ServerStatus>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerRead> for super::ServerRead {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerRead,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::ServerRead> for ServerRead {
    fn from(value: super::ServerRead) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerSecurityGroup {
    id: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for ServerSecurityGroup {
    fn default() -> Self {
        Self {
            id: Err("no value supplied for id".to_string()),
        }
    }
}
impl ServerSecurityGroup {
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
impl ::std::convert::TryFrom<ServerSecurityGroup> for super::ServerSecurityGroup {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerSecurityGroup,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { id: value.id? })
    }
}
impl ::std::convert::From<super::ServerSecurityGroup> for ServerSecurityGroup {
    fn from(value: super::ServerSecurityGroup) -> Self {
        Self { id: Ok(value.id) }
    }
}
#[derive(Clone, Debug)]
pub struct ServerSpec {
    flavor_id: ::std::result::Result<crate::ids::FlavorId, ::std::string::String>,
    image_id: ::std::result::Result<crate::ids::ImageId, ::std::string::String>,
    networks: ::std::result::Result<
        ::std::vec::Vec<super::ServerNetwork>,
        ::std::string::String,
    >,
    public_ip_allocation: ::std::result::Result<
        ::std::option::Option<super::ServerPublicIpAllocation>,
        ::std::string::String,
    >,
    security_groups: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::ServerSecurityGroup>>,
        ::std::string::String,
    >,
    user_data: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ServerSpec {
    fn default() -> Self {
        Self {
            flavor_id: Err("no value supplied for flavor_id".to_string()),
            image_id: Err("no value supplied for image_id".to_string()),
            networks: Err("no value supplied for networks".to_string()),
            public_ip_allocation: Ok(Default::default()),
            security_groups: Ok(Default::default()),
            user_data: Ok(Default::default()),
        }
    }
}
impl ServerSpec {
    pub fn flavor_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::FlavorId>,
        T::Error: ::std::fmt::Display,
    {
        self.flavor_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for flavor_id: {e}"));
        self
    }
    pub fn image_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::ImageId>,
        T::Error: ::std::fmt::Display,
    {
        self.image_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for image_id: {e}"));
        self
    }
    pub fn networks<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::ServerNetwork>>,
        T::Error: ::std::fmt::Display,
    {
        self.networks = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for networks: {e}"));
        self
    }
    pub fn public_ip_allocation<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<super::ServerPublicIpAllocation>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.public_ip_allocation = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for public_ip_allocation: {e}")
            });
        self
    }
    pub fn security_groups<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::ServerSecurityGroup>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.security_groups = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for security_groups: {e}")
            });
        self
    }
    pub fn user_data<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.user_data = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for user_data: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerSpec> for super::ServerSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            flavor_id: value.flavor_id?,
            image_id: value.image_id?,
            networks: value.networks?,
            public_ip_allocation: value.public_ip_allocation?,
            security_groups: value.security_groups?,
            user_data: value.user_data?,
        })
    }
}
impl ::std::convert::From<super::ServerSpec> for ServerSpec {
    fn from(value: super::ServerSpec) -> Self {
        Self {
            flavor_id: Ok(value.flavor_id),
            image_id: Ok(value.image_id),
            networks: Ok(value.networks),
            public_ip_allocation: Ok(value.public_ip_allocation),
            security_groups: Ok(value.security_groups),
            user_data: Ok(value.user_data),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerStatus {
    phase: ::std::result::Result<
        ::std::option::Option<super::InstanceLifecyclePhase>,
        ::std::string::String,
    >,
    private_ip: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    public_ip: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ServerStatus {
    fn default() -> Self {
        Self {
            phase: Ok(Default::default()),
            private_ip: Ok(Default::default()),
            public_ip: Ok(Default::default()),
        }
    }
}
impl ServerStatus {
    pub fn phase<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::InstanceLifecyclePhase>>,
        T::Error: ::std::fmt::Display,
    {
        self.phase = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for phase: {e}"));
        self
    }
    pub fn private_ip<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.private_ip = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for private_ip: {e}"));
        self
    }
    pub fn public_ip<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.public_ip = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for public_ip: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerStatus> for super::ServerStatus {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerStatus,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            phase: value.phase?,
            private_ip: value.private_ip?,
            public_ip: value.public_ip?,
        })
    }
}
impl ::std::convert::From<super::ServerStatus> for ServerStatus {
    fn from(value: super::ServerStatus) -> Self {
        Self {
            phase: Ok(value.phase),
            private_ip: Ok(value.private_ip),
            public_ip: Ok(value.public_ip),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerV2Create {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::ServerV2CreateSpec, ::std::string::String>,
}
impl ::std::default::Default for ServerV2Create {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl ServerV2Create {
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
        T: ::std::convert::TryInto<super::ServerV2CreateSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerV2Create> for super::ServerV2Create {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerV2Create,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::ServerV2Create> for ServerV2Create {
    fn from(value: super::ServerV2Create) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerV2CreateSpec {
    flavor_id: ::std::result::Result<crate::ids::FlavorId, ::std::string::String>,
    image_id: ::std::result::Result<crate::ids::ImageId, ::std::string::String>,
    infrastructure_ref: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    network_id: ::std::result::Result<crate::ids::NetworkId, ::std::string::String>,
    networking: ::std::result::Result<
        ::std::option::Option<super::ServerV2Networking>,
        ::std::string::String,
    >,
    ssh_certificate_authority_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    ssh_injection: ::std::result::Result<
        ::std::option::Option<super::SshInjection>,
        ::std::string::String,
    >,
    user_data: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ServerV2CreateSpec {
    fn default() -> Self {
        Self {
            flavor_id: Err("no value supplied for flavor_id".to_string()),
            image_id: Err("no value supplied for image_id".to_string()),
            infrastructure_ref: Ok(Default::default()),
            network_id: Err("no value supplied for network_id".to_string()),
            networking: Ok(Default::default()),
            ssh_certificate_authority_id: Ok(Default::default()),
            ssh_injection: Ok(Default::default()),
            user_data: Ok(Default::default()),
        }
    }
}
impl ServerV2CreateSpec {
    pub fn flavor_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::FlavorId>,
        T::Error: ::std::fmt::Display,
    {
        self.flavor_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for flavor_id: {e}"));
        self
    }
    pub fn image_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::ImageId>,
        T::Error: ::std::fmt::Display,
    {
        self.image_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for image_id: {e}"));
        self
    }
    pub fn infrastructure_ref<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.infrastructure_ref = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for infrastructure_ref: {e}")
            });
        self
    }
    pub fn network_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::NetworkId>,
        T::Error: ::std::fmt::Display,
    {
        self.network_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for network_id: {e}"));
        self
    }
    pub fn networking<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::ServerV2Networking>>,
        T::Error: ::std::fmt::Display,
    {
        self.networking = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for networking: {e}"));
        self
    }
    pub fn ssh_certificate_authority_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.ssh_certificate_authority_id = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for ssh_certificate_authority_id: {e}"
                )
            });
        self
    }
    pub fn ssh_injection<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::SshInjection>>,
        T::Error: ::std::fmt::Display,
    {
        self.ssh_injection = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for ssh_injection: {e}")
            });
        self
    }
    pub fn user_data<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.user_data = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for user_data: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerV2CreateSpec> for super::ServerV2CreateSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerV2CreateSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            flavor_id: value.flavor_id?,
            image_id: value.image_id?,
            infrastructure_ref: value.infrastructure_ref?,
            network_id: value.network_id?,
            networking: value.networking?,
            ssh_certificate_authority_id: value.ssh_certificate_authority_id?,
            ssh_injection: value.ssh_injection?,
            user_data: value.user_data?,
        })
    }
}
impl ::std::convert::From<super::ServerV2CreateSpec> for ServerV2CreateSpec {
    fn from(value: super::ServerV2CreateSpec) -> Self {
        Self {
            flavor_id: Ok(value.flavor_id),
            image_id: Ok(value.image_id),
            infrastructure_ref: Ok(value.infrastructure_ref),
            network_id: Ok(value.network_id),
            networking: Ok(value.networking),
            ssh_certificate_authority_id: Ok(value.ssh_certificate_authority_id),
            ssh_injection: Ok(value.ssh_injection),
            user_data: Ok(value.user_data),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerV2Networking {
    allowed_source_addresses: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        ::std::string::String,
    >,
    public_ip: ::std::result::Result<::std::option::Option<bool>, ::std::string::String>,
    security_groups: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<crate::ids::SecurityGroupId>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ServerV2Networking {
    fn default() -> Self {
        Self {
            allowed_source_addresses: Ok(Default::default()),
            public_ip: Ok(Default::default()),
            security_groups: Ok(Default::default()),
        }
    }
}
impl ServerV2Networking {
    pub fn allowed_source_addresses<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.allowed_source_addresses = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for allowed_source_addresses: {e}"
                )
            });
        self
    }
    pub fn public_ip<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.public_ip = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for public_ip: {e}"));
        self
    }
    pub fn security_groups<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<crate::ids::SecurityGroupId>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.security_groups = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for security_groups: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<ServerV2Networking> for super::ServerV2Networking {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerV2Networking,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            allowed_source_addresses: value.allowed_source_addresses?,
            public_ip: value.public_ip?,
            security_groups: value.security_groups?,
        })
    }
}
impl ::std::convert::From<super::ServerV2Networking> for ServerV2Networking {
    fn from(value: super::ServerV2Networking) -> Self {
        Self {
            allowed_source_addresses: Ok(value.allowed_source_addresses),
            public_ip: Ok(value.public_ip),
            security_groups: Ok(value.security_groups),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerV2Read {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::ServerV2Spec, ::std::string::String>,
    status: ::std::result::Result<super::ServerV2Status, ::std::string::String>,
}
impl ::std::default::Default for ServerV2Read {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl ServerV2Read {
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
        T: ::std::convert::TryInto<super::ServerV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::ServerV2Status>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerV2Read> for super::ServerV2Read {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerV2Read,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::ServerV2Read> for ServerV2Read {
    fn from(value: super::ServerV2Read) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerV2Spec {
    flavor_id: ::std::result::Result<crate::ids::FlavorId, ::std::string::String>,
    image_id: ::std::result::Result<crate::ids::ImageId, ::std::string::String>,
    networking: ::std::result::Result<
        ::std::option::Option<super::ServerV2Networking>,
        ::std::string::String,
    >,
    user_data: ::std::result::Result<
        ::std::option::Option<core_client::wire::SecretText>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ServerV2Spec {
    fn default() -> Self {
        Self {
            flavor_id: Err("no value supplied for flavor_id".to_string()),
            image_id: Err("no value supplied for image_id".to_string()),
            networking: Ok(Default::default()),
            user_data: Ok(Default::default()),
        }
    }
}
impl ServerV2Spec {
    pub fn flavor_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::FlavorId>,
        T::Error: ::std::fmt::Display,
    {
        self.flavor_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for flavor_id: {e}"));
        self
    }
    pub fn image_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::ImageId>,
        T::Error: ::std::fmt::Display,
    {
        self.image_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for image_id: {e}"));
        self
    }
    pub fn networking<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::ServerV2Networking>>,
        T::Error: ::std::fmt::Display,
    {
        self.networking = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for networking: {e}"));
        self
    }
    pub fn user_data<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<core_client::wire::SecretText>>,
        T::Error: ::std::fmt::Display,
    {
        self.user_data = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for user_data: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerV2Spec> for super::ServerV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            flavor_id: value.flavor_id?,
            image_id: value.image_id?,
            networking: value.networking?,
            user_data: value.user_data?,
        })
    }
}
impl ::std::convert::From<super::ServerV2Spec> for ServerV2Spec {
    fn from(value: super::ServerV2Spec) -> Self {
        Self {
            flavor_id: Ok(value.flavor_id),
            image_id: Ok(value.image_id),
            networking: Ok(value.networking),
            user_data: Ok(value.user_data),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerV2Status {
    infrastructure_ref: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    mac_address: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    network_id: ::std::result::Result<crate::ids::NetworkId, ::std::string::String>,
    power_state: ::std::result::Result<
        ::std::option::Option<super::InstanceLifecyclePhase>,
        ::std::string::String,
    >,
    private_ip: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    public_ip: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    region_id: ::std::result::Result<crate::ids::RegionId, ::std::string::String>,
    ssh_certificate_authority_id: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    ssh_injection: ::std::result::Result<
        ::std::option::Option<super::SshInjection>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for ServerV2Status {
    fn default() -> Self {
        Self {
            infrastructure_ref: Ok(Default::default()),
            mac_address: Ok(Default::default()),
            network_id: Err("no value supplied for network_id".to_string()),
            power_state: Ok(Default::default()),
            private_ip: Ok(Default::default()),
            public_ip: Ok(Default::default()),
            region_id: Err("no value supplied for region_id".to_string()),
            ssh_certificate_authority_id: Ok(Default::default()),
            ssh_injection: Ok(Default::default()),
        }
    }
}
impl ServerV2Status {
    pub fn infrastructure_ref<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.infrastructure_ref = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for infrastructure_ref: {e}")
            });
        self
    }
    pub fn mac_address<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.mac_address = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for mac_address: {e}")
            });
        self
    }
    pub fn network_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::NetworkId>,
        T::Error: ::std::fmt::Display,
    {
        self.network_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for network_id: {e}"));
        self
    }
    pub fn power_state<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::InstanceLifecyclePhase>>,
        T::Error: ::std::fmt::Display,
    {
        self.power_state = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for power_state: {e}")
            });
        self
    }
    pub fn private_ip<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.private_ip = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for private_ip: {e}"));
        self
    }
    pub fn public_ip<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.public_ip = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for public_ip: {e}"));
        self
    }
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::RegionId>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
    pub fn ssh_certificate_authority_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.ssh_certificate_authority_id = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for ssh_certificate_authority_id: {e}"
                )
            });
        self
    }
    pub fn ssh_injection<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::SshInjection>>,
        T::Error: ::std::fmt::Display,
    {
        self.ssh_injection = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for ssh_injection: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<ServerV2Status> for super::ServerV2Status {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerV2Status,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            infrastructure_ref: value.infrastructure_ref?,
            mac_address: value.mac_address?,
            network_id: value.network_id?,
            power_state: value.power_state?,
            private_ip: value.private_ip?,
            public_ip: value.public_ip?,
            region_id: value.region_id?,
            ssh_certificate_authority_id: value.ssh_certificate_authority_id?,
            ssh_injection: value.ssh_injection?,
        })
    }
}
impl ::std::convert::From<super::ServerV2Status> for ServerV2Status {
    fn from(value: super::ServerV2Status) -> Self {
        Self {
            infrastructure_ref: Ok(value.infrastructure_ref),
            mac_address: Ok(value.mac_address),
            network_id: Ok(value.network_id),
            power_state: Ok(value.power_state),
            private_ip: Ok(value.private_ip),
            public_ip: Ok(value.public_ip),
            region_id: Ok(value.region_id),
            ssh_certificate_authority_id: Ok(value.ssh_certificate_authority_id),
            ssh_injection: Ok(value.ssh_injection),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerV2Update {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::ServerV2Spec, ::std::string::String>,
}
impl ::std::default::Default for ServerV2Update {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl ServerV2Update {
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
        T: ::std::convert::TryInto<super::ServerV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerV2Update> for super::ServerV2Update {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerV2Update,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::ServerV2Update> for ServerV2Update {
    fn from(value: super::ServerV2Update) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct ServerWrite {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::ServerSpec, ::std::string::String>,
}
impl ::std::default::Default for ServerWrite {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl ServerWrite {
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
        T: ::std::convert::TryInto<super::ServerSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<ServerWrite> for super::ServerWrite {
    type Error = super::error::ConversionError;
    fn try_from(
        value: ServerWrite,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::ServerWrite> for ServerWrite {
    fn from(value: super::ServerWrite) -> Self {
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
pub struct SnapshotCreate {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::SnapshotCreateSpec, ::std::string::String>,
}
impl ::std::default::Default for SnapshotCreate {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl SnapshotCreate {
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
        T: ::std::convert::TryInto<super::SnapshotCreateSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SnapshotCreate> for super::SnapshotCreate {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SnapshotCreate,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::SnapshotCreate> for SnapshotCreate {
    fn from(value: super::SnapshotCreate) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SshCertificateAuthorityV2Create {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<
        super::SshCertificateAuthorityV2CreateSpec,
        ::std::string::String,
    >,
}
impl ::std::default::Default for SshCertificateAuthorityV2Create {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl SshCertificateAuthorityV2Create {
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
        T: ::std::convert::TryInto<super::SshCertificateAuthorityV2CreateSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SshCertificateAuthorityV2Create>
for super::SshCertificateAuthorityV2Create {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SshCertificateAuthorityV2Create,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::SshCertificateAuthorityV2Create>
for SshCertificateAuthorityV2Create {
    fn from(value: super::SshCertificateAuthorityV2Create) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SshCertificateAuthorityV2CreateSpec {
    organization_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    project_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    public_key: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for SshCertificateAuthorityV2CreateSpec {
    fn default() -> Self {
        Self {
            organization_id: Err("no value supplied for organization_id".to_string()),
            project_id: Err("no value supplied for project_id".to_string()),
            public_key: Err("no value supplied for public_key".to_string()),
        }
    }
}
impl SshCertificateAuthorityV2CreateSpec {
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
    pub fn public_key<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.public_key = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for public_key: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SshCertificateAuthorityV2CreateSpec>
for super::SshCertificateAuthorityV2CreateSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SshCertificateAuthorityV2CreateSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            organization_id: value.organization_id?,
            project_id: value.project_id?,
            public_key: value.public_key?,
        })
    }
}
impl ::std::convert::From<super::SshCertificateAuthorityV2CreateSpec>
for SshCertificateAuthorityV2CreateSpec {
    fn from(value: super::SshCertificateAuthorityV2CreateSpec) -> Self {
        Self {
            organization_id: Ok(value.organization_id),
            project_id: Ok(value.project_id),
            public_key: Ok(value.public_key),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SshCertificateAuthorityV2Read {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<
        super::SshCertificateAuthorityV2Spec,
        ::std::string::String,
    >,
}
impl ::std::default::Default for SshCertificateAuthorityV2Read {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl SshCertificateAuthorityV2Read {
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
        T: ::std::convert::TryInto<super::SshCertificateAuthorityV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SshCertificateAuthorityV2Read>
for super::SshCertificateAuthorityV2Read {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SshCertificateAuthorityV2Read,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::SshCertificateAuthorityV2Read>
for SshCertificateAuthorityV2Read {
    fn from(value: super::SshCertificateAuthorityV2Read) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SshCertificateAuthorityV2Spec {
    public_key: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for SshCertificateAuthorityV2Spec {
    fn default() -> Self {
        Self {
            public_key: Err("no value supplied for public_key".to_string()),
        }
    }
}
impl SshCertificateAuthorityV2Spec {
    pub fn public_key<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.public_key = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for public_key: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<SshCertificateAuthorityV2Spec>
for super::SshCertificateAuthorityV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SshCertificateAuthorityV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            public_key: value.public_key?,
        })
    }
}
impl ::std::convert::From<super::SshCertificateAuthorityV2Spec>
for SshCertificateAuthorityV2Spec {
    fn from(value: super::SshCertificateAuthorityV2Spec) -> Self {
        Self {
            public_key: Ok(value.public_key),
        }
    }
}
#[derive(Clone, Debug)]
pub struct SshKey {
    private_key: ::std::result::Result<
        core_client::wire::SecretText,
        ::std::string::String,
    >,
}
impl ::std::default::Default for SshKey {
    fn default() -> Self {
        Self {
            private_key: Err("no value supplied for private_key".to_string()),
        }
    }
}
impl SshKey {
    pub fn private_key<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<core_client::wire::SecretText>,
        T::Error: ::std::fmt::Display,
    {
        self.private_key = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for private_key: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<SshKey> for super::SshKey {
    type Error = super::error::ConversionError;
    fn try_from(
        value: SshKey,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            private_key: value.private_key?,
        })
    }
}
impl ::std::convert::From<super::SshKey> for SshKey {
    fn from(value: super::SshKey) -> Self {
        Self {
            private_key: Ok(value.private_key),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StaticResourceMetadata {
    created_by: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    creation_time: ::std::result::Result<jiff::Timestamp, ::std::string::String>,
    description: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
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
    tags: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::Tag>>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for StaticResourceMetadata {
    fn default() -> Self {
        Self {
            created_by: Ok(Default::default()),
            creation_time: Err("no value supplied for creation_time".to_string()),
            description: Ok(Default::default()),
            id: Err("no value supplied for id".to_string()),
            modified_by: Ok(Default::default()),
            modified_time: Ok(Default::default()),
            name: Err("no value supplied for name".to_string()),
            tags: Ok(Default::default()),
        }
    }
}
impl StaticResourceMetadata {
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
impl ::std::convert::TryFrom<StaticResourceMetadata> for super::StaticResourceMetadata {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StaticResourceMetadata,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            created_by: value.created_by?,
            creation_time: value.creation_time?,
            description: value.description?,
            id: value.id?,
            modified_by: value.modified_by?,
            modified_time: value.modified_time?,
            name: value.name?,
            tags: value.tags?,
        })
    }
}
impl ::std::convert::From<super::StaticResourceMetadata> for StaticResourceMetadata {
    fn from(value: super::StaticResourceMetadata) -> Self {
        Self {
            created_by: Ok(value.created_by),
            creation_time: Ok(value.creation_time),
            description: Ok(value.description),
            id: Ok(value.id),
            modified_by: Ok(value.modified_by),
            modified_time: Ok(value.modified_time),
            name: Ok(value.name),
            tags: Ok(value.tags),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageAttachmentV2Spec {
    network_ids: ::std::result::Result<
        ::std::vec::Vec<::std::string::String>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for StorageAttachmentV2Spec {
    fn default() -> Self {
        Self {
            network_ids: Err("no value supplied for network_ids".to_string()),
        }
    }
}
impl StorageAttachmentV2Spec {
    pub fn network_ids<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.network_ids = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for network_ids: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<StorageAttachmentV2Spec>
for super::StorageAttachmentV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageAttachmentV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            network_ids: value.network_ids?,
        })
    }
}
impl ::std::convert::From<super::StorageAttachmentV2Spec> for StorageAttachmentV2Spec {
    fn from(value: super::StorageAttachmentV2Spec) -> Self {
        Self {
            network_ids: Ok(value.network_ids),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageAttachmentV2Status {
    mount_options: ::std::result::Result<
        ::std::option::Option<
            ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
        >,
        ::std::string::String,
    >,
    mount_source: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    network_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    provisioning_status: ::std::result::Result<
        super::ResourceProvisioningStatus,
        ::std::string::String,
    >,
}
impl ::std::default::Default for StorageAttachmentV2Status {
    fn default() -> Self {
        Self {
            mount_options: Ok(Default::default()),
            mount_source: Ok(Default::default()),
            network_id: Err("no value supplied for network_id".to_string()),
            provisioning_status: Err(
                "no value supplied for provisioning_status".to_string(),
            ),
        }
    }
}
impl StorageAttachmentV2Status {
    pub fn mount_options<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<
                ::std::collections::BTreeMap<
                    ::std::string::String,
                    ::std::string::String,
                >,
            >,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.mount_options = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for mount_options: {e}")
            });
        self
    }
    pub fn mount_source<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.mount_source = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for mount_source: {e}")
            });
        self
    }
    pub fn network_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.network_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for network_id: {e}"));
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
}
impl ::std::convert::TryFrom<StorageAttachmentV2Status>
for super::StorageAttachmentV2Status {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageAttachmentV2Status,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            mount_options: value.mount_options?,
            mount_source: value.mount_source?,
            network_id: value.network_id?,
            provisioning_status: value.provisioning_status?,
        })
    }
}
impl ::std::convert::From<super::StorageAttachmentV2Status>
for StorageAttachmentV2Status {
    fn from(value: super::StorageAttachmentV2Status) -> Self {
        Self {
            mount_options: Ok(value.mount_options),
            mount_source: Ok(value.mount_source),
            network_id: Ok(value.network_id),
            provisioning_status: Ok(value.provisioning_status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageClassV2Read {
    metadata: ::std::result::Result<super::ResourceReadMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::StorageClassV2Spec, ::std::string::String>,
}
impl ::std::default::Default for StorageClassV2Read {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl StorageClassV2Read {
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
        T: ::std::convert::TryInto<super::StorageClassV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageClassV2Read> for super::StorageClassV2Read {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageClassV2Read,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::StorageClassV2Read> for StorageClassV2Read {
    fn from(value: super::StorageClassV2Read) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageClassV2Spec {
    parallelism: ::std::result::Result<u64, ::std::string::String>,
    protocols: ::std::result::Result<
        ::std::vec::Vec<super::StorageClassProtocolType>,
        ::std::string::String,
    >,
    region_id: ::std::result::Result<::std::string::String, ::std::string::String>,
}
impl ::std::default::Default for StorageClassV2Spec {
    fn default() -> Self {
        Self {
            parallelism: Err("no value supplied for parallelism".to_string()),
            protocols: Err("no value supplied for protocols".to_string()),
            region_id: Err("no value supplied for region_id".to_string()),
        }
    }
}
impl StorageClassV2Spec {
    pub fn parallelism<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<u64>,
        T::Error: ::std::fmt::Display,
    {
        self.parallelism = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for parallelism: {e}")
            });
        self
    }
    pub fn protocols<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::vec::Vec<super::StorageClassProtocolType>>,
        T::Error: ::std::fmt::Display,
    {
        self.protocols = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for protocols: {e}"));
        self
    }
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageClassV2Spec> for super::StorageClassV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageClassV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            parallelism: value.parallelism?,
            protocols: value.protocols?,
            region_id: value.region_id?,
        })
    }
}
impl ::std::convert::From<super::StorageClassV2Spec> for StorageClassV2Spec {
    fn from(value: super::StorageClassV2Spec) -> Self {
        Self {
            parallelism: Ok(value.parallelism),
            protocols: Ok(value.protocols),
            region_id: Ok(value.region_id),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageSnapshotPolicyV2Spec {
    name: ::std::result::Result<
        super::StorageSnapshotPolicyV2SpecName,
        ::std::string::String,
    >,
    retention: ::std::result::Result<
        super::StorageSnapshotRetentionV2Spec,
        ::std::string::String,
    >,
    schedule: ::std::result::Result<
        super::StorageSnapshotScheduleV2Spec,
        ::std::string::String,
    >,
}
impl ::std::default::Default for StorageSnapshotPolicyV2Spec {
    fn default() -> Self {
        Self {
            name: Err("no value supplied for name".to_string()),
            retention: Err("no value supplied for retention".to_string()),
            schedule: Err("no value supplied for schedule".to_string()),
        }
    }
}
impl StorageSnapshotPolicyV2Spec {
    pub fn name<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StorageSnapshotPolicyV2SpecName>,
        T::Error: ::std::fmt::Display,
    {
        self.name = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for name: {e}"));
        self
    }
    pub fn retention<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StorageSnapshotRetentionV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.retention = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for retention: {e}"));
        self
    }
    pub fn schedule<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StorageSnapshotScheduleV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.schedule = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for schedule: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageSnapshotPolicyV2Spec>
for super::StorageSnapshotPolicyV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageSnapshotPolicyV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            name: value.name?,
            retention: value.retention?,
            schedule: value.schedule?,
        })
    }
}
impl ::std::convert::From<super::StorageSnapshotPolicyV2Spec>
for StorageSnapshotPolicyV2Spec {
    fn from(value: super::StorageSnapshotPolicyV2Spec) -> Self {
        Self {
            name: Ok(value.name),
            retention: Ok(value.retention),
            schedule: Ok(value.schedule),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageSnapshotPolicyV2Status {
    message: ::std::result::Result<
        ::std::option::Option<::std::string::String>,
        ::std::string::String,
    >,
    name: ::std::result::Result<::std::string::String, ::std::string::String>,
    provisioning_status: ::std::result::Result<
        super::ResourceProvisioningStatus,
        ::std::string::String,
    >,
}
impl ::std::default::Default for StorageSnapshotPolicyV2Status {
    fn default() -> Self {
        Self {
            message: Ok(Default::default()),
            name: Err("no value supplied for name".to_string()),
            provisioning_status: Err(
                "no value supplied for provisioning_status".to_string(),
            ),
        }
    }
}
impl StorageSnapshotPolicyV2Status {
    pub fn message<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
        T::Error: ::std::fmt::Display,
    {
        self.message = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for message: {e}"));
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
}
impl ::std::convert::TryFrom<StorageSnapshotPolicyV2Status>
for super::StorageSnapshotPolicyV2Status {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageSnapshotPolicyV2Status,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            message: value.message?,
            name: value.name?,
            provisioning_status: value.provisioning_status?,
        })
    }
}
impl ::std::convert::From<super::StorageSnapshotPolicyV2Status>
for StorageSnapshotPolicyV2Status {
    fn from(value: super::StorageSnapshotPolicyV2Status) -> Self {
        Self {
            message: Ok(value.message),
            name: Ok(value.name),
            provisioning_status: Ok(value.provisioning_status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageSnapshotRetentionV2Spec {
    keep: ::std::result::Result<u64, ::std::string::String>,
}
impl ::std::default::Default for StorageSnapshotRetentionV2Spec {
    fn default() -> Self {
        Self {
            keep: Err("no value supplied for keep".to_string()),
        }
    }
}
impl StorageSnapshotRetentionV2Spec {
    pub fn keep<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<u64>,
        T::Error: ::std::fmt::Display,
    {
        self.keep = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for keep: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageSnapshotRetentionV2Spec>
for super::StorageSnapshotRetentionV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageSnapshotRetentionV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { keep: value.keep? })
    }
}
impl ::std::convert::From<super::StorageSnapshotRetentionV2Spec>
for StorageSnapshotRetentionV2Spec {
    fn from(value: super::StorageSnapshotRetentionV2Spec) -> Self {
        Self { keep: Ok(value.keep) }
    }
}
#[derive(Clone, Debug)]
pub struct StorageSnapshotScheduleV2Spec {
    day_of_month: ::std::result::Result<
        ::std::option::Option<u16>,
        ::std::string::String,
    >,
    day_of_week: ::std::result::Result<
        ::std::option::Option<super::StorageSnapshotDayOfWeekV2>,
        ::std::string::String,
    >,
    interval: ::std::result::Result<
        super::StorageSnapshotScheduleIntervalV2,
        ::std::string::String,
    >,
    time_of_day: ::std::result::Result<
        ::std::option::Option<super::StorageSnapshotScheduleV2SpecTimeOfDay>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for StorageSnapshotScheduleV2Spec {
    fn default() -> Self {
        Self {
            day_of_month: Ok(Default::default()),
            day_of_week: Ok(Default::default()),
            interval: Err("no value supplied for interval".to_string()),
            time_of_day: Ok(Default::default()),
        }
    }
}
impl StorageSnapshotScheduleV2Spec {
    pub fn day_of_month<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<u16>>,
        T::Error: ::std::fmt::Display,
    {
        self.day_of_month = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for day_of_month: {e}")
            });
        self
    }
    pub fn day_of_week<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<super::StorageSnapshotDayOfWeekV2>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.day_of_week = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for day_of_week: {e}")
            });
        self
    }
    pub fn interval<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StorageSnapshotScheduleIntervalV2>,
        T::Error: ::std::fmt::Display,
    {
        self.interval = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for interval: {e}"));
        self
    }
    pub fn time_of_day<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<super::StorageSnapshotScheduleV2SpecTimeOfDay>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.time_of_day = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for time_of_day: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<StorageSnapshotScheduleV2Spec>
for super::StorageSnapshotScheduleV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageSnapshotScheduleV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            day_of_month: value.day_of_month?,
            day_of_week: value.day_of_week?,
            interval: value.interval?,
            time_of_day: value.time_of_day?,
        })
    }
}
impl ::std::convert::From<super::StorageSnapshotScheduleV2Spec>
for StorageSnapshotScheduleV2Spec {
    fn from(value: super::StorageSnapshotScheduleV2Spec) -> Self {
        Self {
            day_of_month: Ok(value.day_of_month),
            day_of_week: Ok(value.day_of_week),
            interval: Ok(value.interval),
            time_of_day: Ok(value.time_of_day),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageTypeV2Spec {
    nfs: ::std::result::Result<
        ::std::option::Option<super::Nfsv2Spec>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for StorageTypeV2Spec {
    fn default() -> Self {
        Self {
            nfs: Ok(Default::default()),
        }
    }
}
impl StorageTypeV2Spec {
    pub fn nfs<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::Nfsv2Spec>>,
        T::Error: ::std::fmt::Display,
    {
        self.nfs = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for nfs: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageTypeV2Spec> for super::StorageTypeV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageTypeV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self { nfs: value.nfs? })
    }
}
impl ::std::convert::From<super::StorageTypeV2Spec> for StorageTypeV2Spec {
    fn from(value: super::StorageTypeV2Spec) -> Self {
        Self { nfs: Ok(value.nfs) }
    }
}
#[derive(Clone, Debug)]
pub struct StorageUsageV2Status {
    capacity_bytes: ::std::result::Result<i64, ::std::string::String>,
    updated_at: ::std::result::Result<
        ::std::option::Option<jiff::Timestamp>,
        ::std::string::String,
    >,
    used_bytes: ::std::result::Result<::std::option::Option<i64>, ::std::string::String>,
}
impl ::std::default::Default for StorageUsageV2Status {
    fn default() -> Self {
        Self {
            capacity_bytes: Err("no value supplied for capacity_bytes".to_string()),
            updated_at: Ok(Default::default()),
            used_bytes: Ok(Default::default()),
        }
    }
}
impl StorageUsageV2Status {
    pub fn capacity_bytes<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.capacity_bytes = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for capacity_bytes: {e}")
            });
        self
    }
    pub fn updated_at<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<jiff::Timestamp>>,
        T::Error: ::std::fmt::Display,
    {
        self.updated_at = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for updated_at: {e}"));
        self
    }
    pub fn used_bytes<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<i64>>,
        T::Error: ::std::fmt::Display,
    {
        self.used_bytes = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for used_bytes: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageUsageV2Status> for super::StorageUsageV2Status {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageUsageV2Status,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            capacity_bytes: value.capacity_bytes?,
            updated_at: value.updated_at?,
            used_bytes: value.used_bytes?,
        })
    }
}
impl ::std::convert::From<super::StorageUsageV2Status> for StorageUsageV2Status {
    fn from(value: super::StorageUsageV2Status) -> Self {
        Self {
            capacity_bytes: Ok(value.capacity_bytes),
            updated_at: Ok(value.updated_at),
            used_bytes: Ok(value.used_bytes),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageV2Create {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::StorageV2CreateSpec, ::std::string::String>,
}
impl ::std::default::Default for StorageV2Create {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl StorageV2Create {
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
        T: ::std::convert::TryInto<super::StorageV2CreateSpec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageV2Create> for super::StorageV2Create {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageV2Create,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::StorageV2Create> for StorageV2Create {
    fn from(value: super::StorageV2Create) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageV2CreateSpec {
    attachments: ::std::result::Result<
        ::std::option::Option<super::StorageAttachmentV2Spec>,
        ::std::string::String,
    >,
    default_snapshot_protection_enabled: ::std::result::Result<
        ::std::option::Option<bool>,
        ::std::string::String,
    >,
    organization_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    project_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    region_id: ::std::result::Result<crate::ids::RegionId, ::std::string::String>,
    size_gib: ::std::result::Result<i64, ::std::string::String>,
    snapshot_policies: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::StorageSnapshotPolicyV2Spec>>,
        ::std::string::String,
    >,
    storage_class_id: ::std::result::Result<
        ::std::string::String,
        ::std::string::String,
    >,
    storage_type: ::std::result::Result<super::StorageTypeV2Spec, ::std::string::String>,
}
impl ::std::default::Default for StorageV2CreateSpec {
    fn default() -> Self {
        Self {
            attachments: Ok(Default::default()),
            default_snapshot_protection_enabled: Ok(Default::default()),
            organization_id: Err("no value supplied for organization_id".to_string()),
            project_id: Err("no value supplied for project_id".to_string()),
            region_id: Err("no value supplied for region_id".to_string()),
            size_gib: Err("no value supplied for size_gi_b".to_string()),
            snapshot_policies: Ok(Default::default()),
            storage_class_id: Err("no value supplied for storage_class_id".to_string()),
            storage_type: Err("no value supplied for storage_type".to_string()),
        }
    }
}
impl StorageV2CreateSpec {
    pub fn attachments<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<super::StorageAttachmentV2Spec>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.attachments = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for attachments: {e}")
            });
        self
    }
    pub fn default_snapshot_protection_enabled<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.default_snapshot_protection_enabled = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for default_snapshot_protection_enabled: {e}"
                )
            });
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
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<crate::ids::RegionId>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
    pub fn size_gib<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.size_gib = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for size_gi_b: {e}"));
        self
    }
    pub fn snapshot_policies<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::StorageSnapshotPolicyV2Spec>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.snapshot_policies = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for snapshot_policies: {e}")
            });
        self
    }
    pub fn storage_class_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.storage_class_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for storage_class_id: {e}")
            });
        self
    }
    pub fn storage_type<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StorageTypeV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.storage_type = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for storage_type: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<StorageV2CreateSpec> for super::StorageV2CreateSpec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageV2CreateSpec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            attachments: value.attachments?,
            default_snapshot_protection_enabled: value
                .default_snapshot_protection_enabled?,
            organization_id: value.organization_id?,
            project_id: value.project_id?,
            region_id: value.region_id?,
            size_gib: value.size_gib?,
            snapshot_policies: value.snapshot_policies?,
            storage_class_id: value.storage_class_id?,
            storage_type: value.storage_type?,
        })
    }
}
impl ::std::convert::From<super::StorageV2CreateSpec> for StorageV2CreateSpec {
    fn from(value: super::StorageV2CreateSpec) -> Self {
        Self {
            attachments: Ok(value.attachments),
            default_snapshot_protection_enabled: Ok(
                value.default_snapshot_protection_enabled,
            ),
            organization_id: Ok(value.organization_id),
            project_id: Ok(value.project_id),
            region_id: Ok(value.region_id),
            size_gib: Ok(value.size_gib),
            snapshot_policies: Ok(value.snapshot_policies),
            storage_class_id: Ok(value.storage_class_id),
            storage_type: Ok(value.storage_type),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageV2Read {
    metadata: ::std::result::Result<
        super::ProjectScopedResourceReadMetadata,
        ::std::string::String,
    >,
    spec: ::std::result::Result<super::StorageV2Spec, ::std::string::String>,
    status: ::std::result::Result<super::StorageV2Status, ::std::string::String>,
}
impl ::std::default::Default for StorageV2Read {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
            status: Err("no value supplied for status".to_string()),
        }
    }
}
impl StorageV2Read {
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
        T: ::std::convert::TryInto<super::StorageV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
    pub fn status<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StorageV2Status>,
        T::Error: ::std::fmt::Display,
    {
        self.status = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for status: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageV2Read> for super::StorageV2Read {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageV2Read,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
            status: value.status?,
        })
    }
}
impl ::std::convert::From<super::StorageV2Read> for StorageV2Read {
    fn from(value: super::StorageV2Read) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
            status: Ok(value.status),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageV2Spec {
    attachments: ::std::result::Result<
        ::std::option::Option<super::StorageAttachmentV2Spec>,
        ::std::string::String,
    >,
    default_snapshot_protection_enabled: ::std::result::Result<
        ::std::option::Option<bool>,
        ::std::string::String,
    >,
    size_gib: ::std::result::Result<i64, ::std::string::String>,
    snapshot_policies: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::StorageSnapshotPolicyV2Spec>>,
        ::std::string::String,
    >,
    storage_type: ::std::result::Result<super::StorageTypeV2Spec, ::std::string::String>,
}
impl ::std::default::Default for StorageV2Spec {
    fn default() -> Self {
        Self {
            attachments: Ok(Default::default()),
            default_snapshot_protection_enabled: Ok(Default::default()),
            size_gib: Err("no value supplied for size_gi_b".to_string()),
            snapshot_policies: Ok(Default::default()),
            storage_type: Err("no value supplied for storage_type".to_string()),
        }
    }
}
impl StorageV2Spec {
    pub fn attachments<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<super::StorageAttachmentV2Spec>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.attachments = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for attachments: {e}")
            });
        self
    }
    pub fn default_snapshot_protection_enabled<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<bool>>,
        T::Error: ::std::fmt::Display,
    {
        self.default_snapshot_protection_enabled = value
            .try_into()
            .map_err(|e| {
                format!(
                    "error converting supplied value for default_snapshot_protection_enabled: {e}"
                )
            });
        self
    }
    pub fn size_gib<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<i64>,
        T::Error: ::std::fmt::Display,
    {
        self.size_gib = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for size_gi_b: {e}"));
        self
    }
    pub fn snapshot_policies<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::StorageSnapshotPolicyV2Spec>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.snapshot_policies = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for snapshot_policies: {e}")
            });
        self
    }
    pub fn storage_type<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<super::StorageTypeV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.storage_type = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for storage_type: {e}")
            });
        self
    }
}
impl ::std::convert::TryFrom<StorageV2Spec> for super::StorageV2Spec {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageV2Spec,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            attachments: value.attachments?,
            default_snapshot_protection_enabled: value
                .default_snapshot_protection_enabled?,
            size_gib: value.size_gib?,
            snapshot_policies: value.snapshot_policies?,
            storage_type: value.storage_type?,
        })
    }
}
impl ::std::convert::From<super::StorageV2Spec> for StorageV2Spec {
    fn from(value: super::StorageV2Spec) -> Self {
        Self {
            attachments: Ok(value.attachments),
            default_snapshot_protection_enabled: Ok(
                value.default_snapshot_protection_enabled,
            ),
            size_gib: Ok(value.size_gib),
            snapshot_policies: Ok(value.snapshot_policies),
            storage_type: Ok(value.storage_type),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageV2Status {
    attachments: ::std::result::Result<
        ::std::option::Option<::std::vec::Vec<super::StorageAttachmentV2Status>>,
        ::std::string::String,
    >,
    region_id: ::std::result::Result<::std::string::String, ::std::string::String>,
    snapshot_policies: ::std::result::Result<
        ::std::vec::Vec<super::StorageSnapshotPolicyV2Status>,
        ::std::string::String,
    >,
    storage_class_id: ::std::result::Result<
        ::std::string::String,
        ::std::string::String,
    >,
    usage: ::std::result::Result<
        ::std::option::Option<super::StorageUsageV2Status>,
        ::std::string::String,
    >,
}
impl ::std::default::Default for StorageV2Status {
    fn default() -> Self {
        Self {
            attachments: Ok(Default::default()),
            region_id: Err("no value supplied for region_id".to_string()),
            snapshot_policies: Err(
                "no value supplied for snapshot_policies".to_string(),
            ),
            storage_class_id: Err("no value supplied for storage_class_id".to_string()),
            usage: Ok(Default::default()),
        }
    }
}
impl StorageV2Status {
    pub fn attachments<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::option::Option<::std::vec::Vec<super::StorageAttachmentV2Status>>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.attachments = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for attachments: {e}")
            });
        self
    }
    pub fn region_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.region_id = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for region_id: {e}"));
        self
    }
    pub fn snapshot_policies<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<
            ::std::vec::Vec<super::StorageSnapshotPolicyV2Status>,
        >,
        T::Error: ::std::fmt::Display,
    {
        self.snapshot_policies = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for snapshot_policies: {e}")
            });
        self
    }
    pub fn storage_class_id<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::string::String>,
        T::Error: ::std::fmt::Display,
    {
        self.storage_class_id = value
            .try_into()
            .map_err(|e| {
                format!("error converting supplied value for storage_class_id: {e}")
            });
        self
    }
    pub fn usage<T>(mut self, value: T) -> Self
    where
        T: ::std::convert::TryInto<::std::option::Option<super::StorageUsageV2Status>>,
        T::Error: ::std::fmt::Display,
    {
        self.usage = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for usage: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageV2Status> for super::StorageV2Status {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageV2Status,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            attachments: value.attachments?,
            region_id: value.region_id?,
            snapshot_policies: value.snapshot_policies?,
            storage_class_id: value.storage_class_id?,
            usage: value.usage?,
        })
    }
}
impl ::std::convert::From<super::StorageV2Status> for StorageV2Status {
    fn from(value: super::StorageV2Status) -> Self {
        Self {
            attachments: Ok(value.attachments),
            region_id: Ok(value.region_id),
            snapshot_policies: Ok(value.snapshot_policies),
            storage_class_id: Ok(value.storage_class_id),
            usage: Ok(value.usage),
        }
    }
}
#[derive(Clone, Debug)]
pub struct StorageV2Update {
    metadata: ::std::result::Result<super::ResourceWriteMetadata, ::std::string::String>,
    spec: ::std::result::Result<super::StorageV2Spec, ::std::string::String>,
}
impl ::std::default::Default for StorageV2Update {
    fn default() -> Self {
        Self {
            metadata: Err("no value supplied for metadata".to_string()),
            spec: Err("no value supplied for spec".to_string()),
        }
    }
}
impl StorageV2Update {
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
        T: ::std::convert::TryInto<super::StorageV2Spec>,
        T::Error: ::std::fmt::Display,
    {
        self.spec = value
            .try_into()
            .map_err(|e| format!("error converting supplied value for spec: {e}"));
        self
    }
}
impl ::std::convert::TryFrom<StorageV2Update> for super::StorageV2Update {
    type Error = super::error::ConversionError;
    fn try_from(
        value: StorageV2Update,
    ) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            metadata: value.metadata?,
            spec: value.spec?,
        })
    }
}
impl ::std::convert::From<super::StorageV2Update> for StorageV2Update {
    fn from(value: super::StorageV2Update) -> Self {
        Self {
            metadata: Ok(value.metadata),
            spec: Ok(value.spec),
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
