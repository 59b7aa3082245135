//! What a program needs to work with a Kubernetes-style API server: client-go's machinery over Kubeforge's types.
//!
//! - [`config`], [`kubeconfig`]: where the server is and how to prove who we are.
//! - [`transport`]: a request, a streaming answer; over HTTPS, into a server in this process, or scripted for tests.
//! - [`client`], [`Api`]: requests, retries and errors; the typed verbs of one resource. [`dynamic`], [`metadata`], [`scale`]:
//!   the same for kinds known only at run time. [`discovery`]: which resources a server has, and what their names mean.
//! - [`websocket`]: commands in containers, and ports of pods.
//! - [`apply`]: what a manager wants of an object, for server-side apply.
//! - [`watch`]: events of a watch, decoded; watches that go on when they break off, and waiting for what they tell.
//! - [`reflector`], [`store`], [`informer`], [`lister`]: a local, indexed copy of a resource, kept up to date.
//! - [`fake`]: a server in memory behind the same client, for tests. tokio's paused time is the fake clock.
//! - [`workqueue`], [`events`], [`leader_election`], [`backoff`], [`rate`], [`retry`]: what controllers are made of.
//! - [`controller`]: what makes controllers of them.
//!
//! Invariants: this crate knows no API group beyond meta/v1 and sees a server only through [`transport::Transport`]. It never
//! blocks a thread; time is tokio's, so tests pause it. What it spawns ends with the [`CancellationToken`] it was given, or with
//! the process, port or connection that it is for. Debug forms, errors and logs hold no credentials.

extern crate self as kubeforge_client;

pub mod config;
pub mod kubeconfig;
pub mod transport;

mod error;
mod os_error;
mod panic;
mod query;
pub mod request;
mod response;
mod sync;

pub mod backoff;
pub mod rate;
pub mod retry;

pub mod client;

pub mod api;
pub mod apply;
pub mod dynamic;
pub mod metadata;
pub mod patch;
pub mod scale;
pub mod websocket;

pub mod discovery;

pub mod watch;

pub mod informer;
pub mod lister;
pub mod reflector;
pub mod store;

pub mod events;
pub mod leader_election;
pub mod workqueue;

pub mod controller;
#[cfg(feature = "prometheus")]
pub mod metrics;

pub mod fake;

#[cfg(test)]
mod test_kind;

pub use api::{Api, CreateApi, Deleted};
pub use apply::Configuration;
pub use client::Client;
pub use config::Config;
pub use controller::Controller;
pub use error::ClientError;
pub use informer::{EventHandler, InformerFactory, SharedInformer};
pub use lister::Lister;
pub use patch::Patch;
pub use store::{ObjectKey, Store};
/// Ends what was started with it; for programs that don't depend on tokio-util themselves.
pub use tokio_util::sync::CancellationToken;
pub use watch::{WatchEvent, WatchStream};
pub use workqueue::WorkQueue;
