//! Binding a pod: the word to the API server where it may take a while, Permit's wait, PreBind, Bind.

use std::sync::Arc;

use kubeforge_client::Patch;
use kubeforge_client_set::Clientset;
use kubeforge_machinery::meta::v1::PatchOptions;
use serde_json::json;
use tracing::warn;

use crate::{
    core::{Binding, unreserve_follow_ups},
    framework::{BindContext, Code, Status, WaitingPermit},
};

/// Binds a pod, once those that Permit lets it wait for have spoken. Where that fails, what plugins wrote is taken back.
pub(crate) async fn bind(clientset: Clientset, binding: &mut Binding) -> Status {
    if binding.is_announced {
        announce(&clientset, binding).await;
    }
    let status = try_to_bind(clientset.clone(), binding).await;
    if !status.is_success() {
        for follow_up in unreserve_follow_ups(binding) {
            follow_up.carry_out(&clientset).await;
        }
    }
    status
}

async fn try_to_bind(clientset: Clientset, binding: &mut Binding) -> Status {
    for waiting in std::mem::take(&mut binding.waits) {
        let status = wait(waiting).await;
        if !status.is_success() {
            return status;
        }
    }
    let (state, interruption) = (Arc::clone(&binding.state), binding.interruption.clone());
    let context = BindContext { clientset, state, interruption };
    for plugin in &binding.profile.pre_bind {
        let (name, Some(pre_bind)) = (plugin.name(), plugin.pre_bind()) else { continue };
        if pre_bind.pre_flight(&context.state, &binding.pod, &binding.node).is_skip() {
            continue;
        }
        let status = pre_bind.pre_bind_pod(&context, &binding.pod, &binding.node).await;
        if !status.is_success() && !status.is_skip() {
            return status.in_context(|| format!("running PreBind plugin {name:?}")).by(name);
        }
    }
    for plugin in &binding.profile.bind {
        let Some(bind) = plugin.bind() else { continue };
        let status = bind.bind_pod(&context, &binding.pod, &binding.node).await;
        if !status.is_skip() {
            let name = plugin.name();
            return status.in_context(|| format!("running Bind plugin {name:?}")).by(name);
        }
    }
    Status::error("no plugin binds the pod")
}

/// Tells the API server which node the pod is going to. Where that fails, the pod is bound nonetheless.
async fn announce(clientset: &Clientset, binding: &Binding) {
    let patch = json!({ "status": { "nominatedNodeName": &*binding.node } });
    let key = binding.pod.key();
    let pods = clientset.core_v1().pods(key.namespace());
    let patch = Patch::strategic(&patch);
    if let Err(err) = pods.patch_subresource(key.name(), "status", &patch, &PatchOptions::default()).await {
        warn!(pod = %key, err = &err as &dyn std::error::Error, "cannot write where the pod is going");
    }
}

async fn wait(waiting: WaitingPermit) -> Status {
    let WaitingPermit { plugin, limit, verdict } = waiting;
    match tokio::time::timeout(limit, verdict).await {
        Ok(Ok(status)) => status.by(plugin),
        Ok(Err(_)) => Status::error("the plugin gave no answer").by(plugin),
        Err(_) => Status::new(
            Code::Unschedulable,
            [format!("rejected due to timeout after waiting {limit:?} at plugin {plugin}")],
        )
        .by(plugin),
    }
}
