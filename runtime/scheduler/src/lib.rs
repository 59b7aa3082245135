//! kube-scheduler: places pods on nodes.
//!
//! Read in this order:
//! - [`framework`]: plugins, extension points, and what plugins see. [`plugins`]: the plugins of kube-scheduler.
//! - [`resources`], [`host_ports`], [`node_selector`], [`tolerations`]: the rules that several of them share.
//!
//! Invariants: one thread owns all state and decides, without locks and without waiting; it sees the API server only as
//! events of informers and talks to it only through tasks that do not share its state.

pub mod framework;
mod signature;

mod columns;
mod cache;
pub mod queue;

mod verdicts;
mod narrowing;
mod normalize;
mod ranking;
mod class;
mod classes;
mod cycle;
pub mod core;

pub mod config;

pub mod host_ports;
pub mod node_selector;
pub mod plugins;
pub mod resources;
pub mod tolerations;
