//! Custom resources: definitions are served like any kind, and what they define while they are established.
//!
//! - [`definition`]: what is particular to a definition when it is written;
//! - [`controller`]: gives definitions their names, puts what they define into the registry and takes it out again,
//!   and empties what is deleted;
//! - [`resource`]: a definition's versions as the apiserver serves them; [`object`]: what is particular to their
//!   objects when they are written; [`table`]: their tables; [`conversion`]: asking a webhook for other versions of them.
//! - [`stored`]: the form in which definitions are stored; [`api_services`]: APIServices of what they define.
//!
//! What needs no server is in kubeforge-extensions.

mod api_services;
mod cleanup;
mod controller;
mod conversion;
mod definition;
mod object;
mod resource;
mod stored;
mod table;

pub(crate) use controller::{Controller, run};
pub(crate) use definition::DefinitionStrategy;
pub(crate) use stored::{register, stored_kind};
