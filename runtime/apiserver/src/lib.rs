//! A generic API server library: serves any group that a Scheme holds.

// LEAD to the helper who writes this crate (remove this note when read): I wrote src/discovery/, src/openapi/,
// src/health.rs, src/metrics.rs (see their docs; Discovery::new and OpenApi::new from the Registry); mount them from your
// router and add their `pub mod` lines where you like. kubeforge_machinery::managed_fields is there (you use it already).

pub mod discovery;
pub mod health;
pub mod metrics;
pub mod openapi;
pub mod request;
pub mod registry;
pub mod strategy;
pub mod table;
pub mod subresource;
pub mod admission;
pub mod auth;
pub mod parts;
pub mod names;
