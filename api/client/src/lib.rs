//! Typed access to the Kubernetes API groups, generated from their types.
//!
//! - [`Clientset`]: `Clientset::new(client).core_v1().pods("default").list(…)`. The standard verbs are those of
//!   [`kubeforge_client::Api`]; resources with more subresources than a status have clients that add to it ([`clients`]).
//! - [`Informers`]: `factory.core_v1().pods()` on a [`kubeforge_client::InformerFactory`] ([`informers`]).
//! - [`Listers`]: `Listers::new(&factory).core_v1().pods()` reads what those informers hold ([`listers`]).
//! - [`apply_configurations`]: `DeploymentApply::new("web", "default").with_spec(…)`, for `deployments.apply(…)`. What
//!   builders are made of, and why, is in [`kubeforge_client::apply`].
//! - [`fake`]: a cluster in memory that knows these groups, for tests.
//!
//! Invariants: nothing but names and types is generated in here; requests, caches and errors are `kubeforge-client`'s.
//! Written by hand are the pods' [logs](clients::core_v1::PodClient::logs) and [streams](clients::core_v1::PodClient::exec), and the fake cluster's answers to what only
//! these groups have.

pub mod fake;
mod logs;
mod streams;

#[rustfmt::skip]
mod generated {
    pub mod apply_configurations;
    pub mod clients;
    pub mod informers;
    pub mod listers;
}

pub use generated::{
    apply_configurations,
    clients::{self, Clientset},
    informers::{self, Informers},
    listers::{self, Listers},
};
