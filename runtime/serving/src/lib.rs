//! What every component that serves HTTPS shares, whether it is an API server or not.
//!
//! - [`tls`], [`self_signed`], [`client_certificate`]: the listener's certificates and protocols, and whom clients' name.
//! - [`listener`]: a small HTTPS listener for components with a handful of pages; the API server has one of its own, which
//!   knows watches and upgrades.
//! - [`query`], [`health`], [`metrics`], [`profiles`], [`zpages`]: the pages that all of them have. [`refused`]: flags that can't act.
//!
//! Invariants: nothing here knows a resource, a store or a client; who may see a page is the caller's business.

pub mod client_certificate;
pub mod health;
pub mod listener;
pub mod metrics;
pub mod profiles;
pub mod query;
pub mod refused;
pub mod self_signed;
pub mod tls;
pub mod zpages;
