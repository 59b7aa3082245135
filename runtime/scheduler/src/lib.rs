//! kube-scheduler: places pods on nodes.
//!
//! Read in this order:
//! - [`framework`]: plugins, extension points, and what plugins see. [`plugins`]: the plugins of kube-scheduler.
//! - [`resources`], [`host_ports`], [`node_selector`], [`tolerations`], [`affinity`]: the rules that several of them share.
//! - [`volumes`]: claims, volumes and what nodes have of them. `devices`: which there are, and how claims are given some.
//! - [`pod_index`], [`label_column`]: placed pods by kind and nodes by label, for what depends on the pods of other nodes.
//! - `columns`, `cache`: nodes in rows with a log of what changed, and the pods on them. [`queue`]: the pods that wait.
//! - `class`, `ranking`, `cycle`: what plugins say of all nodes for pods that ask for the same, kept and brought up to date
//!   row by row; and how one pod's node is found from it, without looking at each where plugins tell of sets of rows;
//!   `node_order`: at how many nodes it is looked, and in which order.
//! - [`core`]: all of that together: events in, decisions out.
//! - [`extender`]: web servers that are asked about nodes while a pod's cycle waits. [`metrics`]: what is counted.
//! - [`config`], [`SchedulerOptions`], [`KubeSchedulerArgs`]: setting it up. [`run()`]: informers, binding, conditions and
//!   events. [`endpoint`]: health, metrics and explanations over HTTPS.
//!
//! # Plugins of your own
//!
//! A plugin is a type that implements [`framework::Plugin`] and the traits of the extension points that it takes part in;
//! [`framework::Scope`] says how much of its answers may be kept. [`framework::Registry::register`] makes it known by a name,
//! under which profiles of the configuration enable it and give it arguments. [`run_command`] is kube-scheduler's command
//! line with such a registry, [`run()`] the scheduler in a program of yours. The example `scheduler` of kubeforge-runtime is
//! a whole binary.
//!
//! # Requests
//!
//! The command's clients keep to `clientConnection.qps` and `burst` where a file or flag says them; the defaults, 50 and
//! 100, are shown and not kept: they would hold this scheduler to a fiftieth of what it binds, and the API server's own
//! limits protect it. There is one limit for placing, one for events and one for the lease, as client-go has one for each
//! clientset, and none for watches.
//! [`run()`] takes a client as it is.
//!
//! # Tests
//!
//! `tests/models` has a slow and simple model of each plugin, against which the core is held on random clusters;
//! `tests/goldens` what kube-scheduler 1.36 was seen to do. `benches/core` measures.
//!
//! Invariants: one thread owns all state and decides, without locks and without waiting; it sees the API server only as
//! events of informers and talks to it only through tasks that do not share its state.

pub mod framework;
mod signature;

pub mod affinity;
mod assumed;
mod cache;
mod columns;
pub mod queue;

mod class;
mod classes;
pub mod core;
mod cycle;
pub mod explanation;
mod narrowing;
mod node_order;
mod normalize;
mod ranking;
mod verdicts;

pub mod config;
pub mod extender;
pub mod metrics;
mod offline;
mod options;

mod binding;
pub mod endpoint;
mod inputs;
mod logs;
mod report;
mod run;

mod declared_features;
mod devices;
pub mod host_ports;
pub mod label_column;
pub mod node_selector;
pub mod plugins;
pub mod pod_index;
pub mod resources;
mod tally;
pub mod tolerations;
pub mod volumes;

pub use offline::{ExplainArgs, OfflineError, OutputFormat, Placement, SimulateArgs, Simulation};
pub use options::{
    ConnectionArgs, ElectionArgs, KubeSchedulerArgs, Question, Refused, SchedulerError, SchedulerOptions, ServingArgs,
    run_command,
};
pub use run::run;
