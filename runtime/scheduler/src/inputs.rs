//! What informers tell the core.

use std::sync::Arc;

use kubeforge_api::{
    core::v1::{Node, Pod},
    policy::v1::PodDisruptionBudget,
};
use kubeforge_client::{
    SharedInformer,
    informer::{HandlerFns, HandlerRegistration},
};
use kubeforge_machinery::Resource;
use tokio::sync::mpsc::UnboundedSender;
use tracing::debug;

/// Something that happened.
pub(crate) enum Input {
    /// A node came or changed.
    SetNode(Arc<Node>),
    /// A node went.
    RemoveNode(Arc<Node>),
    /// A pod came or changed.
    SetPod(Arc<Pod>),
    /// A pod went.
    RemovePod(Arc<Pod>),
    /// A disruption budget came or changed.
    SetDisruptionBudget(Arc<PodDisruptionBudget>),
    /// A disruption budget went.
    RemoveDisruptionBudget(Arc<PodDisruptionBudget>),
}

/// The handlers that were added.
pub(crate) struct Registered {
    nodes: HandlerRegistration<Node>,
    pods: HandlerRegistration<Pod>,
    disruption_budgets: HandlerRegistration<PodDisruptionBudget>,
}

impl Registered {
    /// Waits until everything that was there has been told.
    pub(crate) async fn wait_for_sync(mut self) {
        let synced = (
            self.nodes.wait_for_sync().await,
            self.pods.wait_for_sync().await,
            self.disruption_budgets.wait_for_sync().await,
        );
        debug!(?synced, "informers have told what was there");
    }
}

/// Has informers tell what happens. The channel has no bound, for the informers' own queues have none: what is in it are
/// references to objects that the informers hold anyway.
pub(crate) fn subscribe(
    sender: UnboundedSender<Input>,
    nodes: &SharedInformer<Node>,
    pods: &SharedInformer<Pod>,
    disruption_budgets: &SharedInformer<PodDisruptionBudget>,
) -> Registered {
    Registered {
        nodes: nodes.add_handler(handler(&sender, Input::SetNode, Input::RemoveNode)),
        pods: pods.add_handler(handler(&sender, Input::SetPod, Input::RemovePod)),
        disruption_budgets: disruption_budgets.add_handler(handler(
            &sender,
            Input::SetDisruptionBudget,
            Input::RemoveDisruptionBudget,
        )),
    }
}

fn handler<K: Resource>(
    sender: &UnboundedSender<Input>,
    set: fn(Arc<K>) -> Input,
    remove: fn(Arc<K>) -> Input,
) -> HandlerFns<K> {
    let tell = {
        let sender = sender.clone();
        move |input| {
            if sender.send(input).is_err() {
                debug!("the scheduler has ended");
            }
        }
    };
    let (add, update, delete) = (tell.clone(), tell.clone(), tell);
    HandlerFns::new()
        .on_add(move |object| add(set(Arc::clone(object))))
        .on_update(move |old, new| {
            // another object of the same name
            if old.object_meta().uid != new.object_meta().uid {
                update(remove(Arc::clone(old)));
            }
            update(set(Arc::clone(new)));
        })
        .on_delete(move |object| delete(remove(Arc::clone(object))))
}
