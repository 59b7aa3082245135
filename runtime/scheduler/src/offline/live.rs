//! A cluster as an API server has it now.

use std::sync::Arc;

use kubeforge_api::core::v1::Pod;
use kubeforge_client::{Client, InformerFactory, store::Store};
use kubeforge_machinery::feature_gates::FeatureGates;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    core::Core,
    inputs::{self, Input},
};

/// Puts all that a scheduler looks at into a core but the pods that have no node. Returns all pods.
pub(super) async fn fill(core: &mut Core, client: Client, gates: &FeatureGates) -> Arc<Store<Pod>> {
    let factory = InformerFactory::new(client);
    let cancel = CancellationToken::new();
    let (sender, mut inputs) = mpsc::unbounded_channel();
    let registered = inputs::subscribe(sender, &factory, gates);
    factory.start(&cancel);
    factory.wait_for_sync().await;
    registered.wait_for_sync().await;
    cancel.cancel();
    factory.shutdown().await;
    let (pods, now) = (Arc::new(Store::new()), Instant::now());
    while let Ok(input) = inputs.try_recv() {
        match input {
            Input::SetNode(node) => core.set_node(node, now),
            Input::RemoveNode(node) => core.remove_node(&node.metadata.name, now),
            Input::SetPod(pod) => {
                if !pod.spec.node_name.is_empty() {
                    core.set_pod(Arc::clone(&pod), now);
                }
                pods.insert(pod);
            }
            Input::RemovePod(pod) => {
                core.remove_pod(&pod, now);
                pods.remove(&pod.metadata.namespace, &pod.metadata.name);
            }
            Input::SetObject(object) => core.set_object(object, now),
            Input::RemoveObject(object) => core.remove_object(&object, now),
        }
    }
    pods
}
