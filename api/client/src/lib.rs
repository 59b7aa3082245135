//! Typed access to the Kubernetes API groups, generated from their types.
//!
//! - [`Clientset`]: `Clientset::new(client).core_v1().pods("default").list(…)`. The standard verbs are those of
//!   [`kubeforge_client::Api`]; resources with more subresources than a status have clients that add to it ([`clients`]).
//! - [`Informers`]: `factory.core_v1().pods()` on a [`kubeforge_client::InformerFactory`] ([`informers`]).
//! - [`Listers`]: `Listers::new(&factory).core_v1().pods()` reads what those informers hold ([`listers`]).
//!
//! Invariants: nothing but names and types is in here; requests, caches and errors are `kubeforge-client`'s.

#[rustfmt::skip]
mod generated {
    pub mod clients;
    pub mod informers;
    pub mod listers;
}

pub use generated::{
    clients::{self, Clientset},
    informers::{self, Informers},
    listers::{self, Listers},
};
