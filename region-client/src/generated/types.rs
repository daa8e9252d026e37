// Generated from api/region.json by `cargo xtask codegen`. Do not edit: change the document, or the command.

#![cfg_attr(rustfmt, rustfmt_skip)]
/// A processor architecture.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Architecture {
    X8664,
    Aarch64,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl Architecture {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::X8664 => "x86_64",
            Self::Aarch64 => "aarch64",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for Architecture {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for Architecture {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "x86_64" => Ok(Self::X8664),
            "aarch64" => Ok(Self::Aarch64),
            _ => Err("not one of `x86_64`, `aarch64`".into()),
        }
    }
}
impl ::serde::Serialize for Architecture {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for Architecture {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for Architecture {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Architecture {
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
/// What a server printed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ConsoleOutput {
    /// The output as text.
    pub contents: ::std::string::String,
}
impl ConsoleOutput {
    pub fn builder() -> builder::ConsoleOutput {
        Default::default()
    }
}
/// An open console.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ConsoleSession {
    pub url: core_client::wire::SecretText,
}
impl ConsoleSession {
    pub fn builder() -> builder::ConsoleSession {
        Default::default()
    }
}
/// A provider network that leads outside the region.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ExternalNetwork {
    /// The identifier at the provider.
    pub id: ::std::string::String,
    /// The name at the provider.
    pub name: ::std::string::String,
}
impl ExternalNetwork {
    pub fn builder() -> builder::ExternalNetwork {
        Default::default()
    }
}
/// A machine size.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Flavor {
    pub metadata: StaticResourceMetadata,
    pub spec: FlavorSpec,
}
impl Flavor {
    pub fn builder() -> builder::Flavor {
        Default::default()
    }
}
/// What a machine size consists of.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct FlavorSpec {
    pub architecture: Architecture,
    /// Whether the machine is a physical one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub baremetal: ::std::option::Option<bool>,
    /// The processor family.
    #[serde(
        rename = "cpuFamily",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub cpu_family: ::std::option::Option<::std::string::String>,
    /// How many processors there are.
    pub cpus: i64,
    /// Disk in GB.
    pub disk: i64,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub gpu: ::std::option::Option<GpuSpec>,
    /// Memory in GiB.
    pub memory: i64,
    /// Whether the size can only be used on a named physical machine.
    #[serde(
        rename = "pinnedOnly",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub pinned_only: ::std::option::Option<bool>,
}
impl FlavorSpec {
    pub fn builder() -> builder::FlavorSpec {
        Default::default()
    }
}
/// The GPUs of a machine size.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct GpuSpec {
    /// How many GPUs the operating system sees.
    #[serde(rename = "logicalCount")]
    pub logical_count: i64,
    /// Memory of each logical GPU in GiB.
    pub memory: i64,
    /// The model as its vendor names it.
    pub model: ::std::string::String,
    /// How many cards there are.
    #[serde(rename = "physicalCount")]
    pub physical_count: i64,
    pub vendor: GpuVendor,
}
impl GpuSpec {
    pub fn builder() -> builder::GpuSpec {
        Default::default()
    }
}
/// Who makes the GPU.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum GpuVendor {
    Nvidia,
    Amd,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl GpuVendor {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Nvidia => "NVIDIA",
            Self::Amd => "AMD",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for GpuVendor {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for GpuVendor {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "NVIDIA" => Ok(Self::Nvidia),
            "AMD" => Ok(Self::Amd),
            _ => Err("not one of `NVIDIA`, `AMD`".into()),
        }
    }
}
impl ::serde::Serialize for GpuVendor {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for GpuVendor {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for GpuVendor {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for GpuVendor {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A cloud identity.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct IdentityRead {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: IdentitySpec,
}
impl IdentityRead {
    pub fn builder() -> builder::IdentityRead {
        Default::default()
    }
}
/// What a cloud identity is at its provider.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct IdentitySpec {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub openstack: ::std::option::Option<IdentitySpecOpenStack>,
    /// The region it is in.
    #[serde(rename = "regionId")]
    pub region_id: ::std::string::String,
    #[serde(rename = "type")]
    pub type_: RegionType,
}
impl IdentitySpec {
    pub fn builder() -> builder::IdentitySpec {
        Default::default()
    }
}
/// The OpenStack account behind a cloud identity, credentials included.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct IdentitySpecOpenStack {
    /// Which entry of the client configuration to use.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cloud: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "cloudConfig",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub cloud_config: ::std::option::Option<core_client::wire::SecretText>,
    /// The project at the provider.
    #[serde(
        rename = "projectId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub project_id: ::std::option::Option<::std::string::String>,
    /// The server group at the provider.
    #[serde(
        rename = "serverGroupId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub server_group_id: ::std::option::Option<::std::string::String>,
    /// The name of the key pair at the provider.
    #[serde(
        rename = "sshKeyName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub ssh_key_name: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "sshPrivateKey",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub ssh_private_key: ::std::option::Option<core_client::wire::SecretText>,
    /// The user at the provider.
    #[serde(rename = "userId", skip_serializing_if = "::std::option::Option::is_none")]
    pub user_id: ::std::option::Option<::std::string::String>,
}
impl IdentitySpecOpenStack {
    pub fn builder() -> builder::IdentitySpecOpenStack {
        Default::default()
    }
}
/// A cloud identity to create.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct IdentityWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: IdentityWriteSpec,
}
impl IdentityWrite {
    pub fn builder() -> builder::IdentityWrite {
        Default::default()
    }
}
/// Where to create a cloud identity.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct IdentityWriteSpec {
    #[serde(rename = "regionId")]
    pub region_id: crate::ids::RegionId,
}
impl IdentityWriteSpec {
    pub fn builder() -> builder::IdentityWriteSpec {
        Default::default()
    }
}
/// An image servers boot from.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Image {
    pub metadata: StaticResourceMetadata,
    pub spec: ImageSpec,
    pub status: ImageStatus,
}
impl Image {
    pub fn builder() -> builder::Image {
        Default::default()
    }
}
/// An image to import.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ImageCreate {
    pub metadata: ResourceWriteMetadata,
    pub spec: ImageCreateSpec,
}
impl ImageCreate {
    pub fn builder() -> builder::ImageCreate {
        Default::default()
    }
}
/// Where to import an image from, and what it holds.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ImageCreateSpec {
    pub architecture: Architecture,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub gpu: ::std::option::Option<ImageGpu>,
    pub os: ImageOs,
    /// Versions of the software preinstalled in an image, by name.
    #[serde(
        rename = "softwareVersions",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub software_versions: ::std::option::Option<
        ::std::collections::BTreeMap<::std::string::String, Semver>,
    >,
    /// Where the image is fetched from.
    pub uri: ::std::string::String,
    pub virtualization: ImageVirtualization,
}
impl ImageCreateSpec {
    pub fn builder() -> builder::ImageCreateSpec {
        Default::default()
    }
}
/// The GPU an image has drivers for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ImageGpu {
    /// The version of the installed driver.
    pub driver: ::std::string::String,
    /// GPU models.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub models: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    pub vendor: GpuVendor,
}
impl ImageGpu {
    pub fn builder() -> builder::ImageGpu {
        Default::default()
    }
}
/// The operating system of an image.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ImageOs {
    /// The name of the release.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub codename: ::std::option::Option<::std::string::String>,
    /// A distribution, for example `ubuntu`.
    pub distro: ::std::string::String,
    /// A family of distributions, for example `debian`.
    pub family: ::std::string::String,
    pub kernel: OsKernel,
    /// A flavour of the distribution, for example `server`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub variant: ::std::option::Option<::std::string::String>,
    /// The version of the release.
    pub version: ::std::string::String,
}
impl ImageOs {
    pub fn builder() -> builder::ImageOs {
        Default::default()
    }
}
/// What an image is and what it runs on.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ImageSpec {
    pub architecture: Architecture,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub gpu: ::std::option::Option<ImageGpu>,
    pub os: ImageOs,
    /// The smallest disk the image fits on, in GiB.
    #[serde(rename = "sizeGiB")]
    pub size_gib: i64,
    /// Versions of the software preinstalled in an image, by name.
    #[serde(
        rename = "softwareVersions",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub software_versions: ::std::option::Option<
        ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    >,
    pub virtualization: ImageVirtualization,
}
impl ImageSpec {
    pub fn builder() -> builder::ImageSpec {
        Default::default()
    }
}
/// How far an image has come.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ImageState {
    Pending,
    Creating,
    Ready,
    Failed,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl ImageState {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Creating => "creating",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for ImageState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for ImageState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "pending" => Ok(Self::Pending),
            "creating" => Ok(Self::Creating),
            "ready" => Ok(Self::Ready),
            "failed" => Ok(Self::Failed),
            _ => Err("not one of `pending`, `creating`, `ready`, `failed`".into()),
        }
    }
}
impl ::serde::Serialize for ImageState {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for ImageState {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for ImageState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ImageState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// The current state of an image.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ImageStatus {
    pub state: ImageState,
}
impl ImageStatus {
    pub fn builder() -> builder::ImageStatus {
        Default::default()
    }
}
/// The kind of machine an image boots on.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ImageVirtualization {
    Virtualized,
    Baremetal,
    Any,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl ImageVirtualization {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Virtualized => "virtualized",
            Self::Baremetal => "baremetal",
            Self::Any => "any",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for ImageVirtualization {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for ImageVirtualization {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "virtualized" => Ok(Self::Virtualized),
            "baremetal" => Ok(Self::Baremetal),
            "any" => Ok(Self::Any),
            _ => Err("not one of `virtualized`, `baremetal`, `any`".into()),
        }
    }
}
impl ::serde::Serialize for ImageVirtualization {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for ImageVirtualization {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for ImageVirtualization {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ImageVirtualization {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// Where a machine is in its life.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum InstanceLifecyclePhase {
    Pending,
    Queued,
    Building,
    Running,
    Stopping,
    Stopped,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl InstanceLifecyclePhase {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "Pending",
            Self::Queued => "Queued",
            Self::Building => "Building",
            Self::Running => "Running",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for InstanceLifecyclePhase {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for InstanceLifecyclePhase {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "Pending" => Ok(Self::Pending),
            "Queued" => Ok(Self::Queued),
            "Building" => Ok(Self::Building),
            "Running" => Ok(Self::Running),
            "Stopping" => Ok(Self::Stopping),
            "Stopped" => Ok(Self::Stopped),
            _ => {
                Err(
                    "not one of `Pending`, `Queued`, `Building`, `Running`, `Stopping`, `Stopped`"
                        .into(),
                )
            }
        }
    }
}
impl ::serde::Serialize for InstanceLifecyclePhase {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for InstanceLifecyclePhase {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for InstanceLifecyclePhase {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for InstanceLifecyclePhase {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
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
/// `ListRegionImagesScope`
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ListRegionImagesScope {
    Owned,
    Available,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl ListRegionImagesScope {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Owned => "owned",
            Self::Available => "available",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for ListRegionImagesScope {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for ListRegionImagesScope {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "owned" => Ok(Self::Owned),
            "available" => Ok(Self::Available),
            _ => Err("not one of `owned`, `available`".into()),
        }
    }
}
impl ::serde::Serialize for ListRegionImagesScope {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for ListRegionImagesScope {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for ListRegionImagesScope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ListRegionImagesScope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// How members are probed. The region chooses whatever is left out.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct LoadBalancerHealthCheckV2 {
    /// Good probes in a row until a member counts as healthy.
    #[serde(
        rename = "healthyThreshold",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub healthy_threshold: ::std::option::Option<u16>,
    /// Time between two probes.
    #[serde(
        rename = "intervalSeconds",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub interval_seconds: ::std::option::Option<u16>,
    /// How long a probe may take.
    #[serde(
        rename = "timeoutSeconds",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub timeout_seconds: ::std::option::Option<u16>,
    /// Bad probes in a row until it no longer does.
    #[serde(
        rename = "unhealthyThreshold",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub unhealthy_threshold: ::std::option::Option<u16>,
}
impl LoadBalancerHealthCheckV2 {
    pub fn builder() -> builder::LoadBalancerHealthCheckV2 {
        Default::default()
    }
}
/// The name of a listener, unique within its load balancer.
///
/// Decoding takes whatever the server says; parsing enforces the rules.
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct LoadBalancerListenerNameV2(::std::string::String);
impl ::std::ops::Deref for LoadBalancerListenerNameV2 {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}
impl ::std::convert::From<LoadBalancerListenerNameV2> for ::std::string::String {
    fn from(value: LoadBalancerListenerNameV2) -> Self {
        value.0
    }
}
impl ::std::str::FromStr for LoadBalancerListenerNameV2 {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        if value.chars().count() > 63usize {
            return Err("longer than 63 characters".into());
        }
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        { ::regress::Regex::new("^[a-z]([-a-z0-9]*[a-z0-9])?$").unwrap() });
        if PATTERN.find(value).is_none() {
            return Err("doesn't match pattern \"^[a-z]([-a-z0-9]*[a-z0-9])?$\"".into());
        }
        Ok(Self(value.to_string()))
    }
}
impl ::std::convert::TryFrom<&str> for LoadBalancerListenerNameV2 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for LoadBalancerListenerNameV2 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl<'de> ::serde::Deserialize<'de> for LoadBalancerListenerNameV2 {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        ::std::string::String::deserialize(deserializer).map(Self)
    }
}
/// The protocol a listener accepts.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum LoadBalancerListenerProtocolV2 {
    Tcp,
    Udp,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl LoadBalancerListenerProtocolV2 {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for LoadBalancerListenerProtocolV2 {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for LoadBalancerListenerProtocolV2 {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "tcp" => Ok(Self::Tcp),
            "udp" => Ok(Self::Udp),
            _ => Err("not one of `tcp`, `udp`".into()),
        }
    }
}
impl ::serde::Serialize for LoadBalancerListenerProtocolV2 {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for LoadBalancerListenerProtocolV2 {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for LoadBalancerListenerProtocolV2 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for LoadBalancerListenerProtocolV2 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A port a load balancer listens on.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerListenerV2 {
    /// Where traffic may come from. From anywhere when absent.
    #[serde(
        rename = "allowedCidrs",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub allowed_cidrs: ::std::option::Option<
        ::std::vec::Vec<LoadBalancerListenerV2AllowedCidrsItem>,
    >,
    /// After how long an idle connection is closed.
    #[serde(
        rename = "idleTimeoutSeconds",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub idle_timeout_seconds: ::std::option::Option<u32>,
    pub name: LoadBalancerListenerNameV2,
    pub pool: LoadBalancerPoolV2,
    /// The port traffic arrives on.
    pub port: u16,
    pub protocol: LoadBalancerListenerProtocolV2,
}
impl LoadBalancerListenerV2 {
    pub fn builder() -> builder::LoadBalancerListenerV2 {
        Default::default()
    }
}
/// `LoadBalancerListenerV2AllowedCidrsItem`
///
/// Decoding takes whatever the server says; parsing enforces the rules.
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct LoadBalancerListenerV2AllowedCidrsItem(::std::string::String);
impl ::std::ops::Deref for LoadBalancerListenerV2AllowedCidrsItem {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}
impl ::std::convert::From<LoadBalancerListenerV2AllowedCidrsItem>
for ::std::string::String {
    fn from(value: LoadBalancerListenerV2AllowedCidrsItem) -> Self {
        value.0
    }
}
impl ::std::str::FromStr for LoadBalancerListenerV2AllowedCidrsItem {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        {
            ::regress::Regex::new(
                    "^(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\\/(?:3[0-2]|[1-2]?[0-9])$",
                )
                .unwrap()
        });
        if PATTERN.find(value).is_none() {
            return Err(
                "doesn't match pattern \"^(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\\/(?:3[0-2]|[1-2]?[0-9])$\""
                    .into(),
            );
        }
        Ok(Self(value.to_string()))
    }
}
impl ::std::convert::TryFrom<&str> for LoadBalancerListenerV2AllowedCidrsItem {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String>
for LoadBalancerListenerV2AllowedCidrsItem {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl<'de> ::serde::Deserialize<'de> for LoadBalancerListenerV2AllowedCidrsItem {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        ::std::string::String::deserialize(deserializer).map(Self)
    }
}
/// A machine that traffic is sent to.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerMemberV2 {
    /// An IPv4 address.
    pub address: ::std::net::Ipv4Addr,
    /// The port traffic is sent to.
    pub port: u16,
}
impl LoadBalancerMemberV2 {
    pub fn builder() -> builder::LoadBalancerMemberV2 {
        Default::default()
    }
}
/// The machines behind a listener.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerPoolV2 {
    #[serde(
        rename = "healthCheck",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub health_check: ::std::option::Option<LoadBalancerHealthCheckV2>,
    /// The machines.
    pub members: ::std::vec::Vec<LoadBalancerMemberV2>,
    /// Whether the client address is passed on with PROXY protocol version 2.
    #[serde(
        rename = "proxyProtocolV2",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub proxy_protocol_v2: ::std::option::Option<bool>,
}
impl LoadBalancerPoolV2 {
    pub fn builder() -> builder::LoadBalancerPoolV2 {
        Default::default()
    }
}
/// A load balancer to create.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerV2Create {
    pub metadata: ResourceWriteMetadata,
    pub spec: LoadBalancerV2CreateSpec,
}
impl LoadBalancerV2Create {
    pub fn builder() -> builder::LoadBalancerV2Create {
        Default::default()
    }
}
/// The wanted load balancer, with what cannot be changed later.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerV2CreateSpec {
    /// The ports it listens on.
    pub listeners: ::std::vec::Vec<LoadBalancerListenerV2>,
    #[serde(rename = "networkId")]
    pub network_id: crate::ids::NetworkId,
    /// Whether it gets a public address.
    #[serde(rename = "publicIP", skip_serializing_if = "::std::option::Option::is_none")]
    pub public_ip: ::std::option::Option<bool>,
    /// An IPv4 address.
    #[serde(
        rename = "vipAddress",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub vip_address: ::std::option::Option<::std::net::Ipv4Addr>,
}
impl LoadBalancerV2CreateSpec {
    pub fn builder() -> builder::LoadBalancerV2CreateSpec {
        Default::default()
    }
}
/// A load balancer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerV2Read {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: LoadBalancerV2Spec,
    pub status: LoadBalancerV2Status,
}
impl LoadBalancerV2Read {
    pub fn builder() -> builder::LoadBalancerV2Read {
        Default::default()
    }
}
/// The mutable part of a load balancer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerV2Spec {
    /// The ports it listens on.
    pub listeners: ::std::vec::Vec<LoadBalancerListenerV2>,
    /// Whether it gets a public address.
    #[serde(rename = "publicIP", skip_serializing_if = "::std::option::Option::is_none")]
    pub public_ip: ::std::option::Option<bool>,
}
impl LoadBalancerV2Spec {
    pub fn builder() -> builder::LoadBalancerV2Spec {
        Default::default()
    }
}
/// Where a load balancer is and which addresses it has.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerV2Status {
    /// The network it is on.
    #[serde(rename = "networkId")]
    pub network_id: ::std::string::String,
    /// An IPv4 address.
    #[serde(rename = "publicIP", skip_serializing_if = "::std::option::Option::is_none")]
    pub public_ip: ::std::option::Option<::std::net::Ipv4Addr>,
    /// The region it is in.
    #[serde(rename = "regionId")]
    pub region_id: ::std::string::String,
    /// An IPv4 address.
    #[serde(
        rename = "vipAddress",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub vip_address: ::std::option::Option<::std::net::Ipv4Addr>,
}
impl LoadBalancerV2Status {
    pub fn builder() -> builder::LoadBalancerV2Status {
        Default::default()
    }
}
/// The new state of a load balancer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct LoadBalancerV2Update {
    pub metadata: ResourceWriteMetadata,
    pub spec: LoadBalancerV2Spec,
}
impl LoadBalancerV2Update {
    pub fn builder() -> builder::LoadBalancerV2Update {
        Default::default()
    }
}
/// Which way traffic flows, seen from the server.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum NetworkDirection {
    Ingress,
    Egress,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl NetworkDirection {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for NetworkDirection {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for NetworkDirection {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ingress" => Ok(Self::Ingress),
            "egress" => Ok(Self::Egress),
            _ => Err("not one of `ingress`, `egress`".into()),
        }
    }
}
impl ::serde::Serialize for NetworkDirection {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for NetworkDirection {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for NetworkDirection {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for NetworkDirection {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A network protocol.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum NetworkProtocol {
    Any,
    Icmp,
    Tcp,
    Udp,
    Vrrp,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl NetworkProtocol {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Any => "any",
            Self::Icmp => "icmp",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Vrrp => "vrrp",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for NetworkProtocol {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for NetworkProtocol {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "any" => Ok(Self::Any),
            "icmp" => Ok(Self::Icmp),
            "tcp" => Ok(Self::Tcp),
            "udp" => Ok(Self::Udp),
            "vrrp" => Ok(Self::Vrrp),
            _ => Err("not one of `any`, `icmp`, `tcp`, `udp`, `vrrp`".into()),
        }
    }
}
impl ::serde::Serialize for NetworkProtocol {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for NetworkProtocol {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for NetworkProtocol {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for NetworkProtocol {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkRead {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: NetworkReadSpec,
}
impl NetworkRead {
    pub fn builder() -> builder::NetworkRead {
        Default::default()
    }
}
/// What a network looks like, with the details of its provider.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkReadSpec {
    /// IPv4 addresses.
    #[serde(rename = "dnsNameservers")]
    pub dns_nameservers: ::std::vec::Vec<::std::net::Ipv4Addr>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub openstack: ::std::option::Option<NetworkSpecOpenstack>,
    /// The address range, as an IPv4 prefix.
    pub prefix: ::std::string::String,
    /// The region it is in.
    #[serde(rename = "regionId")]
    pub region_id: ::std::string::String,
}
impl NetworkReadSpec {
    pub fn builder() -> builder::NetworkReadSpec {
        Default::default()
    }
}
/// Address space kept back from the start of a network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkReservations {
    /// Length of the prefix kept back in total.
    #[serde(rename = "prefixLength")]
    pub prefix_length: u16,
    /// Length of the prefix within it that the provider keeps for itself.
    #[serde(
        rename = "providerReservedPrefixLength",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub provider_reserved_prefix_length: ::std::option::Option<u16>,
}
impl NetworkReservations {
    pub fn builder() -> builder::NetworkReservations {
        Default::default()
    }
}
/// The OpenStack objects behind a network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct NetworkSpecOpenstack {
    /// The network at the provider.
    #[serde(
        rename = "networkId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub network_id: ::std::option::Option<::std::string::String>,
    /// The router at the provider.
    #[serde(rename = "routerId", skip_serializing_if = "::std::option::Option::is_none")]
    pub router_id: ::std::option::Option<::std::string::String>,
    /// The subnet at the provider.
    #[serde(rename = "subnetId", skip_serializing_if = "::std::option::Option::is_none")]
    pub subnet_id: ::std::option::Option<::std::string::String>,
    /// The VLAN the network uses.
    #[serde(rename = "vlanId", skip_serializing_if = "::std::option::Option::is_none")]
    pub vlan_id: ::std::option::Option<i64>,
}
impl NetworkSpecOpenstack {
    pub fn builder() -> builder::NetworkSpecOpenstack {
        Default::default()
    }
}
/// A network to create.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkV2Create {
    pub metadata: ResourceWriteMetadata,
    pub spec: NetworkV2CreateSpec,
}
impl NetworkV2Create {
    pub fn builder() -> builder::NetworkV2Create {
        Default::default()
    }
}
/// The wanted network, with what cannot be changed later.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkV2CreateSpec {
    /// IPv4 addresses.
    #[serde(rename = "dnsNameservers")]
    pub dns_nameservers: ::std::vec::Vec<::std::net::Ipv4Addr>,
    /// The organization it belongs to.
    #[serde(rename = "organizationId")]
    pub organization_id: ::std::string::String,
    /// The address range, as an IPv4 prefix.
    pub prefix: ::std::string::String,
    /// The project it belongs to.
    #[serde(rename = "projectId")]
    pub project_id: ::std::string::String,
    #[serde(rename = "regionId")]
    pub region_id: crate::ids::RegionId,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reservations: ::std::option::Option<NetworkReservations>,
    /// Routes.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub routes: ::std::option::Option<::std::vec::Vec<Route>>,
}
impl NetworkV2CreateSpec {
    pub fn builder() -> builder::NetworkV2CreateSpec {
        Default::default()
    }
}
/// A network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkV2Read {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: NetworkV2Spec,
    pub status: NetworkV2Status,
}
impl NetworkV2Read {
    pub fn builder() -> builder::NetworkV2Read {
        Default::default()
    }
}
/// The mutable part of a network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkV2Spec {
    /// IPv4 addresses.
    #[serde(rename = "dnsNameservers")]
    pub dns_nameservers: ::std::vec::Vec<::std::net::Ipv4Addr>,
    /// Routes.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub routes: ::std::option::Option<::std::vec::Vec<Route>>,
}
impl NetworkV2Spec {
    pub fn builder() -> builder::NetworkV2Spec {
        Default::default()
    }
}
/// The immutable and observed part of a network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkV2Status {
    /// The address range, as an IPv4 prefix.
    pub prefix: ::std::string::String,
    /// The region it is in.
    #[serde(rename = "regionId")]
    pub region_id: ::std::string::String,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reservations: ::std::option::Option<NetworkReservations>,
}
impl NetworkV2Status {
    pub fn builder() -> builder::NetworkV2Status {
        Default::default()
    }
}
/// The new state of a network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkV2Update {
    pub metadata: ResourceWriteMetadata,
    pub spec: NetworkV2Spec,
}
impl NetworkV2Update {
    pub fn builder() -> builder::NetworkV2Update {
        Default::default()
    }
}
/// A network to create.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkWrite {
    pub metadata: ResourceWriteMetadata,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub spec: ::std::option::Option<NetworkWriteSpec>,
}
impl NetworkWrite {
    pub fn builder() -> builder::NetworkWrite {
        Default::default()
    }
}
/// The wanted shape of a network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct NetworkWriteSpec {
    /// IPv4 addresses.
    #[serde(rename = "dnsNameservers")]
    pub dns_nameservers: ::std::vec::Vec<::std::net::Ipv4Addr>,
    /// The address range, as an IPv4 prefix.
    pub prefix: ::std::string::String,
}
impl NetworkWriteSpec {
    pub fn builder() -> builder::NetworkWriteSpec {
        Default::default()
    }
}
/// File storage served over NFS.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Nfsv2Spec {
    /// Whether the root user of a client is mapped to an unprivileged one.
    #[serde(rename = "rootSquash")]
    pub root_squash: bool,
}
impl Nfsv2Spec {
    pub fn builder() -> builder::Nfsv2Spec {
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
/// An operating system kernel.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum OsKernel {
    Linux,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl OsKernel {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Linux => "linux",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for OsKernel {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for OsKernel {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "linux" => Ok(Self::Linux),
            _ => Err("not one of `linux`".into()),
        }
    }
}
impl ::serde::Serialize for OsKernel {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for OsKernel {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for OsKernel {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for OsKernel {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
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
/// How to reach a region that is a Kubernetes cluster.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct RegionDetailKubernetes {
    /// The domain under which the region's services are published.
    #[serde(
        rename = "domainName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub domain_name: ::std::option::Option<::std::string::String>,
    pub kubeconfig: core_client::wire::SecretText,
}
impl RegionDetailKubernetes {
    pub fn builder() -> builder::RegionDetailKubernetes {
        Default::default()
    }
}
/// A region with the details of its provider.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct RegionDetailRead {
    pub metadata: ResourceReadMetadata,
    pub spec: RegionDetailSpec,
}
impl RegionDetailRead {
    pub fn builder() -> builder::RegionDetailRead {
        Default::default()
    }
}
/// What is known of a region, with the details of its provider.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct RegionDetailSpec {
    pub features: RegionFeatures,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub kubernetes: ::std::option::Option<RegionDetailKubernetes>,
    #[serde(rename = "type")]
    pub type_: RegionType,
}
impl RegionDetailSpec {
    pub fn builder() -> builder::RegionDetailSpec {
        Default::default()
    }
}
/// What a region can do beyond the common set.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct RegionFeatures {
    /// Whether networks can be bound to physical ones.
    #[serde(rename = "physicalNetworks")]
    pub physical_networks: bool,
}
impl RegionFeatures {
    pub fn builder() -> builder::RegionFeatures {
        Default::default()
    }
}
/// A region.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct RegionRead {
    pub metadata: ResourceReadMetadata,
    pub spec: RegionSpec,
}
impl RegionRead {
    pub fn builder() -> builder::RegionRead {
        Default::default()
    }
}
/// What is known of a region.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct RegionSpec {
    pub features: RegionFeatures,
    #[serde(rename = "type")]
    pub type_: RegionType,
}
impl RegionSpec {
    pub fn builder() -> builder::RegionSpec {
        Default::default()
    }
}
/// Which kind of provider backs a region.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum RegionType {
    Openstack,
    Kubernetes,
    Simulated,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl RegionType {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Openstack => "openstack",
            Self::Kubernetes => "kubernetes",
            Self::Simulated => "simulated",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for RegionType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for RegionType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "openstack" => Ok(Self::Openstack),
            "kubernetes" => Ok(Self::Kubernetes),
            "simulated" => Ok(Self::Simulated),
            _ => Err("not one of `openstack`, `kubernetes`, `simulated`".into()),
        }
    }
}
impl ::serde::Serialize for RegionType {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for RegionType {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for RegionType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for RegionType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
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
/// A route handed to the machines on a network.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct Route {
    /// The address traffic is sent to.
    pub nexthop: ::std::string::String,
    /// The destination, as an IPv4 prefix.
    pub prefix: ::std::string::String,
}
impl Route {
    pub fn builder() -> builder::Route {
        Default::default()
    }
}
/// A security group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupRead {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: SecurityGroupSpec,
}
impl SecurityGroupRead {
    pub fn builder() -> builder::SecurityGroupRead {
        Default::default()
    }
}
/// Traffic a security group lets through.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupRule {
    /// An IPv4 prefix such as `172.16.0.0/12`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cidr: ::std::option::Option<::std::string::String>,
    pub direction: NetworkDirection,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub port: ::std::option::Option<SecurityGroupRulePort>,
    pub protocol: NetworkProtocol,
}
impl SecurityGroupRule {
    pub fn builder() -> builder::SecurityGroupRule {
        Default::default()
    }
}
/// One port, or a range of them. Exactly one member is set.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct SecurityGroupRulePort {
    /// One port.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub number: ::std::option::Option<u16>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub range: ::std::option::Option<SecurityGroupRulePortRange>,
}
impl SecurityGroupRulePort {
    pub fn builder() -> builder::SecurityGroupRulePort {
        Default::default()
    }
}
/// A range of ports, both ends included.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupRulePortRange {
    /// The last port.
    pub end: u16,
    /// The first port.
    pub start: u16,
}
impl SecurityGroupRulePortRange {
    pub fn builder() -> builder::SecurityGroupRulePortRange {
        Default::default()
    }
}
/// Traffic a security group lets through.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupRuleV2 {
    pub direction: NetworkDirection,
    /// The port, or the first of a range.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub port: ::std::option::Option<u16>,
    /// The last port of a range.
    #[serde(rename = "portMax", skip_serializing_if = "::std::option::Option::is_none")]
    pub port_max: ::std::option::Option<u16>,
    /// An IPv4 prefix such as `172.16.0.0/12`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prefix: ::std::option::Option<::std::string::String>,
    pub protocol: NetworkProtocol,
}
impl SecurityGroupRuleV2 {
    pub fn builder() -> builder::SecurityGroupRuleV2 {
        Default::default()
    }
}
/// The rules of a security group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupSpec {
    /// Security group rules.
    pub rules: ::std::vec::Vec<SecurityGroupRule>,
}
impl SecurityGroupSpec {
    pub fn builder() -> builder::SecurityGroupSpec {
        Default::default()
    }
}
/// A security group to create.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupV2Create {
    pub metadata: ResourceWriteMetadata,
    pub spec: SecurityGroupV2CreateSpec,
}
impl SecurityGroupV2Create {
    pub fn builder() -> builder::SecurityGroupV2Create {
        Default::default()
    }
}
/// The rules of a security group, and the network it is for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupV2CreateSpec {
    #[serde(rename = "networkId")]
    pub network_id: crate::ids::NetworkId,
    /// Security group rules.
    pub rules: ::std::vec::Vec<SecurityGroupRuleV2>,
}
impl SecurityGroupV2CreateSpec {
    pub fn builder() -> builder::SecurityGroupV2CreateSpec {
        Default::default()
    }
}
/// A security group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupV2Read {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: SecurityGroupV2Spec,
    pub status: SecurityGroupV2Status,
}
impl SecurityGroupV2Read {
    pub fn builder() -> builder::SecurityGroupV2Read {
        Default::default()
    }
}
/// The rules of a security group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupV2Spec {
    /// Security group rules.
    pub rules: ::std::vec::Vec<SecurityGroupRuleV2>,
}
impl SecurityGroupV2Spec {
    pub fn builder() -> builder::SecurityGroupV2Spec {
        Default::default()
    }
}
/// Where a security group is.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupV2Status {
    /// The network it is on.
    #[serde(rename = "networkId")]
    pub network_id: ::std::string::String,
    /// The region it is in.
    #[serde(rename = "regionId")]
    pub region_id: ::std::string::String,
}
impl SecurityGroupV2Status {
    pub fn builder() -> builder::SecurityGroupV2Status {
        Default::default()
    }
}
/// The new state of a security group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupV2Update {
    pub metadata: ResourceWriteMetadata,
    pub spec: SecurityGroupV2Spec,
}
impl SecurityGroupV2Update {
    pub fn builder() -> builder::SecurityGroupV2Update {
        Default::default()
    }
}
/// The wanted security group.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SecurityGroupWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: SecurityGroupSpec,
}
impl SecurityGroupWrite {
    pub fn builder() -> builder::SecurityGroupWrite {
        Default::default()
    }
}
/// A semantic version with a leading `v`.
///
/// Decoding takes whatever the server says; parsing enforces the rules.
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct Semver(::std::string::String);
impl ::std::ops::Deref for Semver {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}
impl ::std::convert::From<Semver> for ::std::string::String {
    fn from(value: Semver) -> Self {
        value.0
    }
}
impl ::std::str::FromStr for Semver {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        { ::regress::Regex::new("^v\\d+\\.\\d+\\.\\d+$").unwrap() });
        if PATTERN.find(value).is_none() {
            return Err("doesn't match pattern \"^v\\d+\\.\\d+\\.\\d+$\"".into());
        }
        Ok(Self(value.to_string()))
    }
}
impl ::std::convert::TryFrom<&str> for Semver {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Semver {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl<'de> ::serde::Deserialize<'de> for Semver {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        ::std::string::String::deserialize(deserializer).map(Self)
    }
}
/// A network a server is on.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerNetwork {
    /// Further addresses a server may use.
    #[serde(
        rename = "allowedAddressPairs",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub allowed_address_pairs: ::std::option::Option<
        ::std::vec::Vec<ServerNetworkAllowedAddressPair>,
    >,
    /// The network.
    pub id: ::std::string::String,
}
impl ServerNetwork {
    pub fn builder() -> builder::ServerNetwork {
        Default::default()
    }
}
/// A further address range a server may send from.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerNetworkAllowedAddressPair {
    /// An address range.
    pub cidr: ::std::string::String,
    /// A hardware address.
    #[serde(
        rename = "macAddress",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub mac_address: ::std::option::Option<::std::string::String>,
}
impl ServerNetworkAllowedAddressPair {
    pub fn builder() -> builder::ServerNetworkAllowedAddressPair {
        Default::default()
    }
}
/// Whether a server gets a public address.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerPublicIpAllocation {
    /// Whether it is wanted.
    pub enabled: bool,
}
impl ServerPublicIpAllocation {
    pub fn builder() -> builder::ServerPublicIpAllocation {
        Default::default()
    }
}
/// A server.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerRead {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: ServerSpec,
    pub status: ServerStatus,
}
impl ServerRead {
    pub fn builder() -> builder::ServerRead {
        Default::default()
    }
}
/// A security group of a server.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerSecurityGroup {
    /// The security group.
    pub id: ::std::string::String,
}
impl ServerSecurityGroup {
    pub fn builder() -> builder::ServerSecurityGroup {
        Default::default()
    }
}
/// The wanted server.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerSpec {
    #[serde(rename = "flavorId")]
    pub flavor_id: crate::ids::FlavorId,
    #[serde(rename = "imageId")]
    pub image_id: crate::ids::ImageId,
    /// The networks of a server. There is exactly one.
    pub networks: ::std::vec::Vec<ServerNetwork>,
    #[serde(
        rename = "publicIPAllocation",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub public_ip_allocation: ::std::option::Option<ServerPublicIpAllocation>,
    /// The security groups of a server.
    #[serde(
        rename = "securityGroups",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub security_groups: ::std::option::Option<::std::vec::Vec<ServerSecurityGroup>>,
    #[serde(rename = "userData", skip_serializing_if = "::std::option::Option::is_none")]
    pub user_data: ::std::option::Option<core_client::wire::SecretText>,
}
impl ServerSpec {
    pub fn builder() -> builder::ServerSpec {
        Default::default()
    }
}
/// What a server is doing and where it can be reached.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct ServerStatus {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub phase: ::std::option::Option<InstanceLifecyclePhase>,
    /// The address on the network.
    #[serde(
        rename = "privateIP",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub private_ip: ::std::option::Option<::std::string::String>,
    /// The public address.
    #[serde(rename = "publicIP", skip_serializing_if = "::std::option::Option::is_none")]
    pub public_ip: ::std::option::Option<::std::string::String>,
}
impl ServerStatus {
    pub fn builder() -> builder::ServerStatus {
        Default::default()
    }
}
/// A server to create.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerV2Create {
    pub metadata: ResourceWriteMetadata,
    pub spec: ServerV2CreateSpec,
}
impl ServerV2Create {
    pub fn builder() -> builder::ServerV2Create {
        Default::default()
    }
}
/// The wanted server, with what cannot be changed later.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerV2CreateSpec {
    #[serde(rename = "flavorId")]
    pub flavor_id: crate::ids::FlavorId,
    #[serde(rename = "imageId")]
    pub image_id: crate::ids::ImageId,
    /// A name for the physical machine behind a server, meaningful to the provider only.
    #[serde(
        rename = "infrastructureRef",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub infrastructure_ref: ::std::option::Option<::std::string::String>,
    #[serde(rename = "networkId")]
    pub network_id: crate::ids::NetworkId,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub networking: ::std::option::Option<ServerV2Networking>,
    /// Identifies an SSH certificate authority, where the format is not checked.
    #[serde(
        rename = "sshCertificateAuthorityId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub ssh_certificate_authority_id: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "sshInjection",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub ssh_injection: ::std::option::Option<SshInjection>,
    #[serde(rename = "userData", skip_serializing_if = "::std::option::Option::is_none")]
    pub user_data: ::std::option::Option<core_client::wire::SecretText>,
}
impl ServerV2CreateSpec {
    pub fn builder() -> builder::ServerV2CreateSpec {
        Default::default()
    }
}
/// How a server is connected.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct ServerV2Networking {
    /// Further addresses or ranges a server may send from.
    #[serde(
        rename = "allowedSourceAddresses",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub allowed_source_addresses: ::std::option::Option<
        ::std::vec::Vec<::std::string::String>,
    >,
    /// Whether it gets a public address.
    #[serde(rename = "publicIP", skip_serializing_if = "::std::option::Option::is_none")]
    pub public_ip: ::std::option::Option<bool>,
    /// The security groups of a server.
    #[serde(
        rename = "securityGroups",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub security_groups: ::std::option::Option<
        ::std::vec::Vec<crate::ids::SecurityGroupId>,
    >,
}
impl ServerV2Networking {
    pub fn builder() -> builder::ServerV2Networking {
        Default::default()
    }
}
/// A server.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerV2Read {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: ServerV2Spec,
    pub status: ServerV2Status,
}
impl ServerV2Read {
    pub fn builder() -> builder::ServerV2Read {
        Default::default()
    }
}
/// The mutable part of a server.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerV2Spec {
    #[serde(rename = "flavorId")]
    pub flavor_id: crate::ids::FlavorId,
    #[serde(rename = "imageId")]
    pub image_id: crate::ids::ImageId,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub networking: ::std::option::Option<ServerV2Networking>,
    #[serde(rename = "userData", skip_serializing_if = "::std::option::Option::is_none")]
    pub user_data: ::std::option::Option<core_client::wire::SecretText>,
}
impl ServerV2Spec {
    pub fn builder() -> builder::ServerV2Spec {
        Default::default()
    }
}
/// Where a server is, what it is doing and how it can be reached.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerV2Status {
    /// A name for the physical machine behind a server, meaningful to the provider only.
    #[serde(
        rename = "infrastructureRef",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub infrastructure_ref: ::std::option::Option<::std::string::String>,
    /// A hardware address.
    #[serde(
        rename = "macAddress",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub mac_address: ::std::option::Option<::std::string::String>,
    #[serde(rename = "networkId")]
    pub network_id: crate::ids::NetworkId,
    #[serde(
        rename = "powerState",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub power_state: ::std::option::Option<InstanceLifecyclePhase>,
    /// The address on the network.
    #[serde(
        rename = "privateIP",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub private_ip: ::std::option::Option<::std::string::String>,
    /// The public address.
    #[serde(rename = "publicIP", skip_serializing_if = "::std::option::Option::is_none")]
    pub public_ip: ::std::option::Option<::std::string::String>,
    #[serde(rename = "regionId")]
    pub region_id: crate::ids::RegionId,
    /// Identifies an SSH certificate authority, where the format is not checked.
    #[serde(
        rename = "sshCertificateAuthorityId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub ssh_certificate_authority_id: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "sshInjection",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub ssh_injection: ::std::option::Option<SshInjection>,
}
impl ServerV2Status {
    pub fn builder() -> builder::ServerV2Status {
        Default::default()
    }
}
/// The new state of a server.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerV2Update {
    pub metadata: ResourceWriteMetadata,
    pub spec: ServerV2Spec,
}
impl ServerV2Update {
    pub fn builder() -> builder::ServerV2Update {
        Default::default()
    }
}
/// The wanted server with its metadata.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct ServerWrite {
    pub metadata: ResourceWriteMetadata,
    pub spec: ServerSpec,
}
impl ServerWrite {
    pub fn builder() -> builder::ServerWrite {
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
/// An image to make from a server.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SnapshotCreate {
    pub metadata: ResourceWriteMetadata,
    pub spec: SnapshotCreateSpec,
}
impl SnapshotCreate {
    pub fn builder() -> builder::SnapshotCreate {
        Default::default()
    }
}
/// How to make an image from a server. Nothing can be chosen yet.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(transparent)]
pub struct SnapshotCreateSpec(
    pub ::serde_json::Map<::std::string::String, ::serde_json::Value>,
);
impl ::std::ops::Deref for SnapshotCreateSpec {
    type Target = ::serde_json::Map<::std::string::String, ::serde_json::Value>;
    fn deref(&self) -> &::serde_json::Map<::std::string::String, ::serde_json::Value> {
        &self.0
    }
}
impl ::std::convert::From<SnapshotCreateSpec>
for ::serde_json::Map<::std::string::String, ::serde_json::Value> {
    fn from(value: SnapshotCreateSpec) -> Self {
        value.0
    }
}
impl ::std::convert::From<::serde_json::Map<::std::string::String, ::serde_json::Value>>
for SnapshotCreateSpec {
    fn from(
        value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ) -> Self {
        Self(value)
    }
}
/// An SSH certificate authority to register.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SshCertificateAuthorityV2Create {
    pub metadata: ResourceWriteMetadata,
    pub spec: SshCertificateAuthorityV2CreateSpec,
}
impl SshCertificateAuthorityV2Create {
    pub fn builder() -> builder::SshCertificateAuthorityV2Create {
        Default::default()
    }
}
/// The key of an SSH certificate authority, and the project it is for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SshCertificateAuthorityV2CreateSpec {
    /// The organization it belongs to.
    #[serde(rename = "organizationId")]
    pub organization_id: ::std::string::String,
    /// The project it belongs to.
    #[serde(rename = "projectId")]
    pub project_id: ::std::string::String,
    /// The public key in OpenSSH format.
    #[serde(rename = "publicKey")]
    pub public_key: ::std::string::String,
}
impl SshCertificateAuthorityV2CreateSpec {
    pub fn builder() -> builder::SshCertificateAuthorityV2CreateSpec {
        Default::default()
    }
}
/// An SSH certificate authority.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SshCertificateAuthorityV2Read {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: SshCertificateAuthorityV2Spec,
}
impl SshCertificateAuthorityV2Read {
    pub fn builder() -> builder::SshCertificateAuthorityV2Read {
        Default::default()
    }
}
/// The key of an SSH certificate authority.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SshCertificateAuthorityV2Spec {
    /// The public key in OpenSSH format.
    #[serde(rename = "publicKey")]
    pub public_key: ::std::string::String,
}
impl SshCertificateAuthorityV2Spec {
    pub fn builder() -> builder::SshCertificateAuthorityV2Spec {
        Default::default()
    }
}
/// How a server comes to accept SSH logins.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SshInjection {
    Ca,
    IdentityKeypair,
    None,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl SshInjection {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ca => "ca",
            Self::IdentityKeypair => "identityKeypair",
            Self::None => "none",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for SshInjection {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for SshInjection {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ca" => Ok(Self::Ca),
            "identityKeypair" => Ok(Self::IdentityKeypair),
            "none" => Ok(Self::None),
            _ => Err("not one of `ca`, `identityKeypair`, `none`".into()),
        }
    }
}
impl ::serde::Serialize for SshInjection {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for SshInjection {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for SshInjection {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for SshInjection {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A private SSH key.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct SshKey {
    #[serde(rename = "privateKey")]
    pub private_key: core_client::wire::SecretText,
}
impl SshKey {
    pub fn builder() -> builder::SshKey {
        Default::default()
    }
}
/// What is known of every resource.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StaticResourceMetadata {
    /// Who created it.
    #[serde(
        rename = "createdBy",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub created_by: ::std::option::Option<::std::string::String>,
    #[serde(rename = "creationTime")]
    pub creation_time: jiff::Timestamp,
    /// What it is for, in the caller's words.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
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
    /// Tags.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tags: ::std::option::Option<::std::vec::Vec<Tag>>,
}
impl StaticResourceMetadata {
    pub fn builder() -> builder::StaticResourceMetadata {
        Default::default()
    }
}
/// The networks file storage is reachable from.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageAttachmentV2Spec {
    /// Networks, by identifier.
    #[serde(rename = "networkIds")]
    pub network_ids: ::std::vec::Vec<::std::string::String>,
}
impl StorageAttachmentV2Spec {
    pub fn builder() -> builder::StorageAttachmentV2Spec {
        Default::default()
    }
}
/// One attachment, and how to mount from it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageAttachmentV2Status {
    /// Options to mount with.
    #[serde(
        rename = "mountOptions",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub mount_options: ::std::option::Option<
        ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    >,
    /// What to mount.
    #[serde(
        rename = "mountSource",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub mount_source: ::std::option::Option<::std::string::String>,
    /// The network it is on.
    #[serde(rename = "networkId")]
    pub network_id: ::std::string::String,
    #[serde(rename = "provisioningStatus")]
    pub provisioning_status: ResourceProvisioningStatus,
}
impl StorageAttachmentV2Status {
    pub fn builder() -> builder::StorageAttachmentV2Status {
        Default::default()
    }
}
/// A protocol file storage is served over.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum StorageClassProtocolType {
    Nfsv3,
    Nfsv4,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl StorageClassProtocolType {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Nfsv3 => "nfsv3",
            Self::Nfsv4 => "nfsv4",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for StorageClassProtocolType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for StorageClassProtocolType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "nfsv3" => Ok(Self::Nfsv3),
            "nfsv4" => Ok(Self::Nfsv4),
            _ => Err("not one of `nfsv3`, `nfsv4`".into()),
        }
    }
}
impl ::serde::Serialize for StorageClassProtocolType {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for StorageClassProtocolType {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for StorageClassProtocolType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for StorageClassProtocolType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A class of file storage.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageClassV2Read {
    pub metadata: ResourceReadMetadata,
    pub spec: StorageClassV2Spec,
}
impl StorageClassV2Read {
    pub fn builder() -> builder::StorageClassV2Read {
        Default::default()
    }
}
/// What a class of file storage offers.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageClassV2Spec {
    /// How many servers share the work.
    pub parallelism: u64,
    /// The protocols it can be served over.
    pub protocols: ::std::vec::Vec<StorageClassProtocolType>,
    /// The region it is in.
    #[serde(rename = "regionId")]
    pub region_id: ::std::string::String,
}
impl StorageClassV2Spec {
    pub fn builder() -> builder::StorageClassV2Spec {
        Default::default()
    }
}
/// A day of the week.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum StorageSnapshotDayOfWeekV2 {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl StorageSnapshotDayOfWeekV2 {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for StorageSnapshotDayOfWeekV2 {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for StorageSnapshotDayOfWeekV2 {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "monday" => Ok(Self::Monday),
            "tuesday" => Ok(Self::Tuesday),
            "wednesday" => Ok(Self::Wednesday),
            "thursday" => Ok(Self::Thursday),
            "friday" => Ok(Self::Friday),
            "saturday" => Ok(Self::Saturday),
            "sunday" => Ok(Self::Sunday),
            _ => {
                Err(
                    "not one of `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday`, `sunday`"
                        .into(),
                )
            }
        }
    }
}
impl ::serde::Serialize for StorageSnapshotDayOfWeekV2 {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for StorageSnapshotDayOfWeekV2 {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for StorageSnapshotDayOfWeekV2 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for StorageSnapshotDayOfWeekV2 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// When snapshots are taken and how many are kept.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageSnapshotPolicyV2Spec {
    /// The name of the policy, unique within its file storage.
    pub name: StorageSnapshotPolicyV2SpecName,
    pub retention: StorageSnapshotRetentionV2Spec,
    pub schedule: StorageSnapshotScheduleV2Spec,
}
impl StorageSnapshotPolicyV2Spec {
    pub fn builder() -> builder::StorageSnapshotPolicyV2Spec {
        Default::default()
    }
}
/// The name of the policy, unique within its file storage.
///
/// Decoding takes whatever the server says; parsing enforces the rules.
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct StorageSnapshotPolicyV2SpecName(::std::string::String);
impl ::std::ops::Deref for StorageSnapshotPolicyV2SpecName {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}
impl ::std::convert::From<StorageSnapshotPolicyV2SpecName> for ::std::string::String {
    fn from(value: StorageSnapshotPolicyV2SpecName) -> Self {
        value.0
    }
}
impl ::std::str::FromStr for StorageSnapshotPolicyV2SpecName {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        if value.chars().count() > 19usize {
            return Err("longer than 19 characters".into());
        }
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        { ::regress::Regex::new("^[a-z]([-a-z0-9]*[a-z0-9])?$").unwrap() });
        if PATTERN.find(value).is_none() {
            return Err("doesn't match pattern \"^[a-z]([-a-z0-9]*[a-z0-9])?$\"".into());
        }
        Ok(Self(value.to_string()))
    }
}
impl ::std::convert::TryFrom<&str> for StorageSnapshotPolicyV2SpecName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for StorageSnapshotPolicyV2SpecName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl<'de> ::serde::Deserialize<'de> for StorageSnapshotPolicyV2SpecName {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        ::std::string::String::deserialize(deserializer).map(Self)
    }
}
/// Whether a snapshot policy is in force.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageSnapshotPolicyV2Status {
    /// What there is to say about it, for people.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
    /// The name of the policy.
    pub name: ::std::string::String,
    #[serde(rename = "provisioningStatus")]
    pub provisioning_status: ResourceProvisioningStatus,
}
impl StorageSnapshotPolicyV2Status {
    pub fn builder() -> builder::StorageSnapshotPolicyV2Status {
        Default::default()
    }
}
/// How many snapshots are kept.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageSnapshotRetentionV2Spec {
    /// How many are kept.
    pub keep: u64,
}
impl StorageSnapshotRetentionV2Spec {
    pub fn builder() -> builder::StorageSnapshotRetentionV2Spec {
        Default::default()
    }
}
/// How often a snapshot is taken.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum StorageSnapshotScheduleIntervalV2 {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    /// A value the document does not list. Only decoding makes one; encoding writes it back.
    Unrecognized(core_client::wire::Unrecognized),
}
impl StorageSnapshotScheduleIntervalV2 {
    /// The value on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl ::std::fmt::Display for StorageSnapshotScheduleIntervalV2 {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.as_str())
    }
}
/// Takes the values the document lists and no other.
impl ::std::str::FromStr for StorageSnapshotScheduleIntervalV2 {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "hourly" => Ok(Self::Hourly),
            "daily" => Ok(Self::Daily),
            "weekly" => Ok(Self::Weekly),
            "monthly" => Ok(Self::Monthly),
            _ => Err("not one of `hourly`, `daily`, `weekly`, `monthly`".into()),
        }
    }
}
impl ::serde::Serialize for StorageSnapshotScheduleIntervalV2 {
    fn serialize<S: ::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> ::serde::Deserialize<'de> for StorageSnapshotScheduleIntervalV2 {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        core_client::wire::decode_open(deserializer, Self::Unrecognized)
    }
}
impl ::std::convert::TryFrom<&str> for StorageSnapshotScheduleIntervalV2 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String>
for StorageSnapshotScheduleIntervalV2 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// When snapshots are taken. Which members apply depends on the interval.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageSnapshotScheduleV2Spec {
    /// Which day of the month.
    #[serde(
        rename = "dayOfMonth",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub day_of_month: ::std::option::Option<u16>,
    #[serde(
        rename = "dayOfWeek",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub day_of_week: ::std::option::Option<StorageSnapshotDayOfWeekV2>,
    pub interval: StorageSnapshotScheduleIntervalV2,
    /// When in the day, in UTC, for example `03:30Z`.
    #[serde(
        rename = "timeOfDay",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub time_of_day: ::std::option::Option<StorageSnapshotScheduleV2SpecTimeOfDay>,
}
impl StorageSnapshotScheduleV2Spec {
    pub fn builder() -> builder::StorageSnapshotScheduleV2Spec {
        Default::default()
    }
}
/// When in the day, in UTC, for example `03:30Z`.
///
/// Decoding takes whatever the server says; parsing enforces the rules.
#[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub struct StorageSnapshotScheduleV2SpecTimeOfDay(::std::string::String);
impl ::std::ops::Deref for StorageSnapshotScheduleV2SpecTimeOfDay {
    type Target = ::std::string::String;
    fn deref(&self) -> &::std::string::String {
        &self.0
    }
}
impl ::std::convert::From<StorageSnapshotScheduleV2SpecTimeOfDay>
for ::std::string::String {
    fn from(value: StorageSnapshotScheduleV2SpecTimeOfDay) -> Self {
        value.0
    }
}
impl ::std::str::FromStr for StorageSnapshotScheduleV2SpecTimeOfDay {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
        { ::regress::Regex::new("^([01][0-9]|2[0-3]):[0-5][0-9]Z$").unwrap() });
        if PATTERN.find(value).is_none() {
            return Err(
                "doesn't match pattern \"^([01][0-9]|2[0-3]):[0-5][0-9]Z$\"".into(),
            );
        }
        Ok(Self(value.to_string()))
    }
}
impl ::std::convert::TryFrom<&str> for StorageSnapshotScheduleV2SpecTimeOfDay {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String>
for StorageSnapshotScheduleV2SpecTimeOfDay {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl<'de> ::serde::Deserialize<'de> for StorageSnapshotScheduleV2SpecTimeOfDay {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        ::std::string::String::deserialize(deserializer).map(Self)
    }
}
/// How file storage is served. Exactly one member is set.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[non_exhaustive]
pub struct StorageTypeV2Spec {
    #[serde(rename = "NFS", skip_serializing_if = "::std::option::Option::is_none")]
    pub nfs: ::std::option::Option<Nfsv2Spec>,
}
impl StorageTypeV2Spec {
    pub fn builder() -> builder::StorageTypeV2Spec {
        Default::default()
    }
}
/// How full file storage is.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageUsageV2Status {
    /// The size.
    #[serde(rename = "capacityBytes")]
    pub capacity_bytes: i64,
    #[serde(
        rename = "updatedAt",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub updated_at: ::std::option::Option<jiff::Timestamp>,
    /// How much of it is used.
    #[serde(
        rename = "usedBytes",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub used_bytes: ::std::option::Option<i64>,
}
impl StorageUsageV2Status {
    pub fn builder() -> builder::StorageUsageV2Status {
        Default::default()
    }
}
/// File storage to create.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageV2Create {
    pub metadata: ResourceWriteMetadata,
    pub spec: StorageV2CreateSpec,
}
impl StorageV2Create {
    pub fn builder() -> builder::StorageV2Create {
        Default::default()
    }
}
/// `StorageV2CreateSpec`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageV2CreateSpec {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub attachments: ::std::option::Option<StorageAttachmentV2Spec>,
    /// Whether the region's own snapshots are taken too.
    #[serde(
        rename = "defaultSnapshotProtectionEnabled",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub default_snapshot_protection_enabled: ::std::option::Option<bool>,
    /// The organization it belongs to.
    #[serde(rename = "organizationId")]
    pub organization_id: ::std::string::String,
    /// The project it belongs to.
    #[serde(rename = "projectId")]
    pub project_id: ::std::string::String,
    #[serde(rename = "regionId")]
    pub region_id: crate::ids::RegionId,
    /// The size in GiB.
    #[serde(rename = "sizeGiB")]
    pub size_gib: i64,
    /// Snapshot policies.
    #[serde(
        rename = "snapshotPolicies",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub snapshot_policies: ::std::option::Option<
        ::std::vec::Vec<StorageSnapshotPolicyV2Spec>,
    >,
    /// The class of file storage.
    #[serde(rename = "storageClassId")]
    pub storage_class_id: ::std::string::String,
    #[serde(rename = "storageType")]
    pub storage_type: StorageTypeV2Spec,
}
impl StorageV2CreateSpec {
    pub fn builder() -> builder::StorageV2CreateSpec {
        Default::default()
    }
}
/// File storage.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageV2Read {
    pub metadata: ProjectScopedResourceReadMetadata,
    pub spec: StorageV2Spec,
    pub status: StorageV2Status,
}
impl StorageV2Read {
    pub fn builder() -> builder::StorageV2Read {
        Default::default()
    }
}
/// The mutable part of file storage.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageV2Spec {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub attachments: ::std::option::Option<StorageAttachmentV2Spec>,
    /// Whether the region's own snapshots are taken too.
    #[serde(
        rename = "defaultSnapshotProtectionEnabled",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub default_snapshot_protection_enabled: ::std::option::Option<bool>,
    /// The size in GiB.
    #[serde(rename = "sizeGiB")]
    pub size_gib: i64,
    /// Snapshot policies.
    #[serde(
        rename = "snapshotPolicies",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub snapshot_policies: ::std::option::Option<
        ::std::vec::Vec<StorageSnapshotPolicyV2Spec>,
    >,
    #[serde(rename = "storageType")]
    pub storage_type: StorageTypeV2Spec,
}
impl StorageV2Spec {
    pub fn builder() -> builder::StorageV2Spec {
        Default::default()
    }
}
/// The immutable and observed part of file storage.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageV2Status {
    /// Attachments of file storage.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub attachments: ::std::option::Option<::std::vec::Vec<StorageAttachmentV2Status>>,
    /// The region it is in.
    #[serde(rename = "regionId")]
    pub region_id: ::std::string::String,
    /// Observed snapshot policies.
    #[serde(rename = "snapshotPolicies")]
    pub snapshot_policies: ::std::vec::Vec<StorageSnapshotPolicyV2Status>,
    /// The class of file storage.
    #[serde(rename = "storageClassId")]
    pub storage_class_id: ::std::string::String,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub usage: ::std::option::Option<StorageUsageV2Status>,
}
impl StorageV2Status {
    pub fn builder() -> builder::StorageV2Status {
        Default::default()
    }
}
/// The new state of file storage.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[non_exhaustive]
pub struct StorageV2Update {
    pub metadata: ResourceWriteMetadata,
    pub spec: StorageV2Spec,
}
impl StorageV2Update {
    pub fn builder() -> builder::StorageV2Update {
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
