//! kube-apiserver, assembled: the generic API server with the built-in kinds' strategies, admission plugins, tables and
//! bootstrap objects, over one of the two stores, and the upkeep of what belongs to the server itself: the `kubernetes`
//! service and its endpoints, the server's lease, what is given out to services.
//!
//! - [`options`]: the command line, with kube-apiserver's own flags.
//! - [`RuntimeConfig`]: which API versions are served.
//! - [`pki`]: certificates and kubeconfigs.
//! - [`ControlPlane`]: starts a server, in memory for a test or with a data directory and TLS, and stops it.
//!
//! Invariants: nothing here is generic machinery (that is `kubeforge-apiserver`'s) and nothing is scheduled or
//! controlled here; those parts see the server through its API only.

mod admission;
mod bootstrap;
mod connect;
mod counted;
mod custom_resources;
mod debugging;
mod enablement;
mod health;
mod measured;
pub mod options;
pub mod pki;
mod security;
mod start;
mod storage;
mod storage_size;
mod strategies;
mod tables;
mod upkeep;

pub use enablement::RuntimeConfig;
pub use start::{ControlPlane, InProcessOptions, Register, StartError};
