//! A cluster in memory, for tests of controllers and of anything else that uses a [`Client`](crate::Client).
//!
//! [`FakeCluster`] is a [`Transport`](crate::transport::Transport): typed and dynamic clients, reflectors, informers and
//! discovery talk to it as they would to a server, and nothing in them knows the difference.
//!
//! ```
//! # use std::sync::Arc;
//! # use kubeforge_client::{dynamic::DynamicApi, fake::FakeCluster};
//! # use kubeforge_machinery::{GroupVersionResource, SchemeBuilder, meta::v1::CreateOptions, unstructured::Unstructured};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let cluster = FakeCluster::new(Arc::new(SchemeBuilder::new("test").build()));
//! let widgets = GroupVersionResource::new("shop.example.com", "v1", "widgets");
//! let api = DynamicApi::namespaced(cluster.client(), widgets, "default");
//! let widget = Unstructured::from_json(br#"{"apiVersion":"shop.example.com/v1","kind":"Widget","metadata":{"name":"a"}}"#)?;
//! api.create(&widget, &CreateOptions::default()).await?;
//! assert_eq!(cluster.lines(), ["create widgets.shop.example.com default/a"]);
//! # Ok(()) }
//! ```
//!
//! Like client-go's fake it keeps what it is given: no defaults, no validation, no admission, no garbage collection, and no
//! conversion between versions, each of which has its own objects. What it does as a server does, because controllers
//! depend on it:
//!
//! - each write has a revision; an update of an older one is a conflict, and one that changes nothing is no event;
//! - watches go on from any revision, so that nothing gets lost between a list and its watch;
//! - a kind with a `status` subresource has its status written through that only, but for creations;
//! - finalizers hold a deletion up; `scale` is an object's replicas; an apply tracks managed fields and finds conflicts.
//!
//! Which subresources, fields for selectors and list kinds there are, the [`Scheme`](kubeforge_machinery::Scheme) says.
//! Resources that it doesn't know are taken as well: objects of any kind, without subresources.
//!
//! [Reactors](FakeCluster::prepend_reactor) come before all that: they answer, fail, delay or break off requests. Every
//! request is remembered as an [`Action`].

mod action;
mod answer;
mod cluster;
mod discovery;
mod list;
mod managed;
mod patch;
mod reaction;
mod scale;
mod selection;
mod serve;
mod tracker;
mod watch;
mod write;

pub use action::Action;
pub use cluster::FakeCluster;
pub use reaction::Reaction;
pub use tracker::Tracker;

#[cfg(test)]
mod tests;
