//! The typed verbs of one resource.

mod apply;
mod create_only;
mod pages;
mod proxy;
mod read;
mod subresource;
mod text;
mod unread;
mod write;

use std::{fmt, marker::PhantomData};

use kubeforge_machinery::{Resource, meta::v1::Status};

pub use create_only::CreateApi;
pub use pages::{Listed, Pager};
pub use proxy::ProxyPort;
pub use text::TextReader;

pub(crate) use apply::apply_options;
pub(crate) use pages::items as paged_items;
pub(crate) use read::list_timeout;
pub(crate) use write::{delete_content, patch_options};

use crate::{client::Client, error::ClientError, request::ResourcePath};

/// One resource, in one namespace or in all: `Api::<Pod>::namespaced(client, "default").get("web-0", …)`.
///
/// Clones are cheap.
pub struct Api<K> {
    client: Client,
    path: ResourcePath,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for Api<K> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), path: self.path.clone(), kind: PhantomData }
    }
}

impl<K> fmt::Debug for Api<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Api").field(&self.path).finish()
    }
}

/// What a deletion answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Deleted<K> {
    /// The object is gone.
    Gone(Box<Status>),
    /// The object as it stands now: gone with this last state, or to go when its grace period or finalizers are done.
    Object(Box<K>),
}

impl<K: Resource> Api<K> {
    /// The resource in one namespace. For a resource without namespaces the name is ignored; the empty name means all.
    pub fn namespaced(client: Client, namespace: &str) -> Self {
        let namespace = (K::NAMESPACED && !namespace.is_empty()).then(|| namespace.to_owned());
        Self { client, path: ResourcePath::of::<K>(namespace), kind: PhantomData }
    }

    /// The resource in all namespaces, or a resource that has none. Objects in namespaces can be listed, watched and
    /// created through it (where each says its namespace); other verbs need [`Api::namespaced`].
    pub fn all(client: Client) -> Self {
        Self { client, path: ResourcePath::of::<K>(None), kind: PhantomData }
    }

    /// The same resource in another namespace.
    pub fn in_namespace(&self, namespace: &str) -> Self {
        Self::namespaced(self.client.clone(), namespace)
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where it is served.
    pub fn path(&self) -> &ResourcePath {
        &self.path
    }

    /// The path of one object.
    pub(crate) fn object_path(&self, name: &str, subresource: &str) -> Result<String, ClientError> {
        if K::NAMESPACED && self.path.namespace.is_none() {
            return Err(ClientError::Request(
                "an empty namespace may not be set when a resource name is provided".into(),
            ));
        }
        self.path.object(name, subresource)
    }

    /// The path for an object that may say its namespace itself.
    fn path_for(&self, object: &K) -> ResourcePath {
        let namespace = &object.object_meta().namespace;
        match &self.path.namespace {
            None if K::NAMESPACED && !namespace.is_empty() => ResourcePath::of::<K>(Some(namespace.clone())),
            _ => self.path.clone(),
        }
    }
}
