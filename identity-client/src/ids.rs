//! Identifiers as types of their own, and whose a resource is.
//!
//! Every identifier on the platform is a UUID; a type each keeps a project from being passed for an organization. Knows nothing
//! of requests.
//!
//! Accepted in any letter case: the canonical form, 32 digits without hyphens, the canonical form after `urn:uuid:` or in braces.
//! Version and variant bits are not looked at, and the nil UUID is valid. What is written is always canonical and lower case.
//! (The originals take *any* first and last character around 36 others for braces; we take braces.)
//!
//! ```
//! use identity_client::ids::ProjectId;
//!
//! let project: ProjectId = "{F47AC10B-58CC-4372-A567-0E02B2C3D479}".parse()?;
//! assert_eq!(project.to_string(), "f47ac10b-58cc-4372-a567-0e02b2c3d479");
//! # Ok::<(), identity_client::ids::IdError>(())
//! ```

use std::fmt;

use uuid::Uuid;

mod scope;

pub use scope::{
    OrganizationScoped, ProjectScope, ProjectScoped, owned_by_organization, owned_by_project, same_project,
};

/// A text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdError {
    kind: &'static str,
}

/// Declares identifiers. For the crates of the family.
#[doc(hidden)]
#[macro_export]
macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident, $kind:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(::uuid::Uuid);

        impl $name {
            /// The identifier made of a UUID.
            #[must_use]
            pub const fn from_uuid(uuid: ::uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &::uuid::Uuid {
                &self.0
            }
        }

        impl ::core::convert::From<::uuid::Uuid> for $name {
            fn from(uuid: ::uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl ::core::convert::From<$name> for ::uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut canonical = ::uuid::Uuid::encode_buffer();
                f.pad(self.0.hyphenated().encode_lower(&mut canonical))
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(f, "{}({self})", ::core::stringify!($name))
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::ids::IdError;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                $crate::ids::parse_uuid(text, $kind).map(Self)
            }
        }

        impl ::core::convert::TryFrom<&str> for $name {
            type Error = $crate::ids::IdError;

            fn try_from(text: &str) -> ::core::result::Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl ::core::convert::TryFrom<::std::string::String> for $name {
            type Error = $crate::ids::IdError;

            fn try_from(text: ::std::string::String) -> ::core::result::Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                let mut canonical = ::uuid::Uuid::encode_buffer();
                serializer.serialize_str(self.0.hyphenated().encode_lower(&mut canonical))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)?
                    .parse()
                    .map_err(::serde::de::Error::custom)
            }
        }
    )+};
}

uuid_ids! {
    /// Identifies an organization.
    OrganizationId, "organization";
    /// Identifies a project.
    ProjectId, "project";
    /// Identifies a service account.
    ServiceAccountId, "service account";
    /// Identifies a user.
    UserId, "user";
    /// Identifies a group.
    GroupId, "group";
    /// Identifies an identity provider.
    Oauth2ProviderId, "identity provider";
    /// Identifies an allocation.
    AllocationId, "allocation";
}

/// Parses any accepted form. `kind` is what the error says it should have been.
///
/// # Errors
///
/// When the text is in none of them.
#[doc(hidden)]
pub fn parse_uuid(text: &str, kind: &'static str) -> Result<Uuid, IdError> {
    const URN: &str = "urn:uuid:";
    let bare = match text.len() {
        32 => text,
        36 => text,
        38 => text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default(),
        45 if text.get(..URN.len()).is_some_and(|start| start.eq_ignore_ascii_case(URN)) => &text[URN.len()..],
        _ => "",
    };
    Uuid::try_parse(bare).map_err(|_| IdError { kind })
}

// === impl IdError ===

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} identifier is not a UUID", self.kind)
    }
}

impl std::error::Error for IdError {}

#[cfg(test)]
mod tests;
