//! Controllers: what changes becomes keys in a queue, and a [`Reconciler`] makes things right for each key.
//!
//! controller-runtime's builder over this crate's informers and work queue:
//!
//! ```no_run
//! # use std::time::Duration;
//! # use kubeforge_client::{CancellationToken, Client, ClientError, ObjectKey};
//! # use kubeforge_client::controller::{Action, Controller, ControllerError, predicates};
//! # use kubeforge_machinery::Resource;
//! # async fn example<Backup: Resource, Job: Resource>(client: Client, cancel: CancellationToken) -> Result<(), ControllerError> {
//! let controller = Controller::builder::<Backup>(client)
//!     .predicate(predicates::generation_changed())
//!     .owns::<Job>()
//!     .concurrency(4);
//! let backups = controller.lister::<Backup>();
//! let reconcile = move |key: ObjectKey| {
//!     let backups = backups.clone();
//!     async move {
//!         let Ok(backup) = backups.namespace(&key.namespace).get(&key.name) else { return Ok(Action::Done) };
//!         // … make what `backup` asks for
//!         Ok::<_, ClientError>(Action::Requeue(Duration::from_secs(3600)))
//!     }
//! };
//! controller.run(reconcile, cancel).await
//! # }
//! ```
//!
//! What holds:
//!
//! - Nobody is called before the local copies of all kinds hold the server's state.
//! - No two calls for one key run at the same time; what changes meanwhile means another call afterwards.
//! - A call that fails is repeated, later each time, as the rate limiter says; so is one that panics, itself or in
//!   [`Reconciler::on_failure`], which the others don't notice. [`Action::Done`] and [`Action::Requeue`] begin the counting anew.
//! - Objects that were there at the beginning, and resyncs, wait behind what changes now ([`low_priority`]).
//! - When cancelled, no further call begins, those that run are waited for, and what is still queued is dropped: the next
//!   process begins with everything anyway.
//!
//! A test can run a controller against a [`FakeCluster`](crate::fake::FakeCluster) in paused time: pauses are tokio's, so
//! `#[tokio::test(start_paused = true)]` is the fake clock.

mod action;
mod builder;
mod change;
mod enqueue;
mod metrics;
mod owner;
pub mod predicates;
mod worker;

pub use action::{Action, OnFailure, Reconciler};
pub use builder::{Controller, ControllerBuilder, ControllerError};
pub use change::{Change, low_priority};
pub use metrics::{ControllerMetrics, Outcome, ReconcileMetrics};
pub use owner::Owners;
pub use predicates::Predicate;

#[cfg(test)]
mod tests;
