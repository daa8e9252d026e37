//! Kinds without a Rust type, for controllers: an object of any shape, with the name of its kind in the type. Knows nothing of controllers.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use kube::api::{ApiResource, DynamicObject, ObjectMeta};
use kube::core::DynamicResourceScope;
use kube::{Api, Client, Resource};
use serde::{Deserialize, Serialize};

/// Names a kind that has no Rust type; the whole of it can be one line of each function.
pub trait DynamicKind: Send + Sync + 'static {
    /// Group, version, kind and plural, as [`Api<DynamicObject>`](kube::Api) takes them. The same each time.
    fn resource() -> ApiResource;
}

/// An object of a kind without a Rust type: a [`DynamicObject`] that controllers can watch and reconcile as any other type.
///
/// ```
/// use cluster_client::runtime::{Dynamic, DynamicKind};
/// use kube::api::ApiResource;
/// use kube::core::GroupVersionKind;
///
/// struct Widget;
///
/// impl DynamicKind for Widget {
///     fn resource() -> ApiResource {
///         ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("example.com", "v1", "Widget"), "widgets")
///     }
/// }
///
/// type Widgets = Dynamic<Widget>;
/// # use kube::Resource as _;
/// assert_eq!(Widgets::kind(&()), "Widget");
/// ```
///
/// In a kind that is in no namespace, ask for owners with a mapper of your own: `owns` takes the namespace of the owned object.
///
/// The kind is part of the type and not a value, as a controller's stores and requests are told apart by type.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dynamic<M> {
    object: DynamicObject,
    #[serde(skip)]
    kind: PhantomData<fn() -> M>,
}

impl<M: DynamicKind> Dynamic<M> {
    /// A client for the objects of this kind as they are, in all namespaces or one.
    #[must_use]
    pub fn api(client: Client, namespace: Option<&str>) -> Api<DynamicObject> {
        match namespace {
            Some(namespace) => Api::namespaced_with(client, namespace, &M::resource()),
            None => Api::all_with(client, &M::resource()),
        }
    }
}

impl<M> Dynamic<M> {
    /// The object.
    #[must_use]
    pub fn into_inner(self) -> DynamicObject {
        self.object
    }
}

impl<M> From<DynamicObject> for Dynamic<M> {
    fn from(object: DynamicObject) -> Self {
        Self { object, kind: PhantomData }
    }
}

impl<M> Deref for Dynamic<M> {
    type Target = DynamicObject;

    fn deref(&self) -> &DynamicObject {
        &self.object
    }
}

impl<M> DerefMut for Dynamic<M> {
    fn deref_mut(&mut self) -> &mut DynamicObject {
        &mut self.object
    }
}

impl<M> Clone for Dynamic<M> {
    fn clone(&self) -> Self {
        Self { object: self.object.clone(), kind: PhantomData }
    }
}

impl<M> fmt::Debug for Dynamic<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object.fmt(f)
    }
}

impl<M: DynamicKind> Resource for Dynamic<M> {
    type DynamicType = ();
    type Scope = DynamicResourceScope;

    fn kind((): &()) -> Cow<'_, str> {
        M::resource().kind.into()
    }

    fn group((): &()) -> Cow<'_, str> {
        M::resource().group.into()
    }

    fn version((): &()) -> Cow<'_, str> {
        M::resource().version.into()
    }

    fn api_version((): &()) -> Cow<'_, str> {
        M::resource().api_version.into()
    }

    fn plural((): &()) -> Cow<'_, str> {
        M::resource().plural.into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.object.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.object.metadata
    }
}
