//! A generic API server library: serves any group that a Scheme holds, and knows no built-in kind.
//!
//! Read in the order of a request: [`listener`](listener) or [`service`] take it, [`chain`] leads it through the
//! [`filters`] to an [`endpoint`], which finds the [`registry::ResourceScope`] and calls one of the [`handlers`]; these
//! decode, prepare, validate and store, and [`respond`] encodes. What is particular to a resource comes in through small
//! traits: [`strategy::Strategy`], [`table::TableConvertor`], [`subresource::SubresourceHandler`]; what is particular to
//! a server through [`admission::Admission`], [`auth::Authenticator`], [`auth::Authorizer`]. [`server`] puts it
//! together.
//!
//! Invariants: handlers work on `dyn Object` and are compiled once; nothing here knows how objects are kept; every
//! failure that a client sees is a `Status`, or the plain words of upstream's filters; lists and watches send the bytes that
//! the storage keeps.

mod access_log;
pub mod admission;
pub mod auth;
pub mod authentication;
pub mod body;
mod cbor;
pub mod chain;
pub mod connection;
mod declarative;
pub mod decode;
pub mod default_table;
pub mod delete_options;
pub mod discovery;
pub mod documents;
pub mod dynamic;
pub mod endpoint;
pub mod errors;
pub mod filters;
mod gather;
pub mod handlers;
pub mod list_options;
mod listener;
pub mod managed_fields;
pub mod metadata;
pub mod metadata_validation;
pub mod metrics;
pub mod names;
pub mod negotiate;
pub mod nonresource;
pub mod openapi;
mod outgoing;
pub mod parts;
pub mod proxy;
pub mod registry;
pub mod request;
pub mod request_info;
pub mod respond;
mod scale_table;
pub mod server;
pub mod service;
pub mod serving;
pub mod shutdown;
pub mod strategy;
pub mod subresource;
pub mod table;
pub mod table_render;
mod typed;
pub mod version;

pub use kubeforge_serving::{health, query, tls};
pub use server::{GenericServer, ServerBuilder};
