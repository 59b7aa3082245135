//! A generic API server library: serves any group that a Scheme holds.

pub mod request;
pub mod registry;
pub mod strategy;
pub mod table;
pub mod subresource;
pub mod admission;
pub mod auth;
pub mod parts;
pub mod names;
