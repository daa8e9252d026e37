//! What the layer has to know of a route before its handler runs. Knows nothing of any particular API.

use std::borrow::Cow;

use http::request::Parts;
use percent_encoding::percent_decode_str;

/// Whether a route needs a caller, and the scope its path names.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Whether the caller has to authenticate.
    pub security: Security,
    /// The path parameter `organizationID`.
    pub organization: Option<String>,
    /// The path parameter `projectID`.
    pub project: Option<String>,
}

/// Whether a route needs a caller.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// The caller authenticates, or is refused with 401.
    #[default]
    Required,
    /// Anybody may ask. A certificate that is presented has to be good all the same.
    None,
}

impl Route {
    /// A route that needs a caller, outside every organization.
    #[must_use]
    pub fn protected() -> Self {
        Self::default()
    }

    /// A route that anybody may use.
    #[must_use]
    pub fn public() -> Self {
        Self { security: Security::None, ..Self::default() }
    }

    /// Sets the organization the path names.
    #[must_use]
    pub fn with_organization(mut self, id: impl Into<String>) -> Self {
        self.organization = Some(id.into());
        self
    }

    /// Sets the project the path names.
    #[must_use]
    pub fn with_project(mut self, id: impl Into<String>) -> Self {
        self.project = Some(id.into());
        self
    }

    /// The default: every route is protected, and the scope is read from `…/organizations/{id}/…/projects/{id}/…` as the
    /// platform's APIs write it.
    #[must_use]
    pub fn from_parts(parts: &Parts) -> Self {
        let mut route = Self::protected();
        let mut segments = parts.uri.path().split('/').map(decoded);
        while let Some(segment) = segments.next() {
            let parameter = match segment.as_ref() {
                "organizations" if route.organization.is_none() => &mut route.organization,
                "projects" if route.project.is_none() => &mut route.project,
                _ => continue,
            };
            *parameter = segments.next().filter(|id| !id.is_empty()).map(Cow::into_owned);
        }
        route
    }
}

fn decoded(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn route(path: &str) -> Route {
        Route::from_parts(&Request::get(path).body(()).unwrap().into_parts().0)
    }

    #[test]
    fn the_scope_is_read_from_the_path() {
        assert_eq!(route("/api/v1/regions"), Route::protected());
        assert_eq!(route("/api/v1/organizations"), Route::protected());
        assert_eq!(route("/api/v1/organizations/o1"), Route::protected().with_organization("o1"));
        assert_eq!(
            route("/prefix/api/v1/organizations/o1/projects/p%201/organizations/o2?organizations=x"),
            Route::protected().with_organization("o1").with_project("p 1"),
        );
        assert_eq!(route("/api/v1/organizations//projects/p"), Route::protected().with_project("p"));
    }
}
