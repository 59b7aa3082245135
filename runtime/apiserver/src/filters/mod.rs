//! What a request passes before it reaches its endpoint: one file each, put together in [`crate::chain`].

pub mod authentication;
pub mod authorization;
pub mod compression;
pub mod cors;
pub mod deadline;
pub mod impersonation;
pub mod limits;
pub mod options;
