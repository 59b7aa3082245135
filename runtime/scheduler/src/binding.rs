//! Binding a pod: Permit's wait, PreBind, Bind.

use std::sync::Arc;

use kubeforge_client_set::Clientset;

use crate::{
    core::Binding,
    framework::{BindContext, Code, Status, WaitingPermit},
};

/// Binds a pod, once those that Permit lets it wait for have spoken.
pub(crate) async fn bind(clientset: Clientset, binding: &mut Binding) -> Status {
    for waiting in std::mem::take(&mut binding.waits) {
        let status = wait(waiting).await;
        if !status.is_success() {
            return status;
        }
    }
    let context = BindContext { clientset, state: Arc::clone(&binding.state) };
    for plugin in &binding.profile.pre_bind {
        let Some(pre_bind) = plugin.pre_bind() else { continue };
        let status = pre_bind.pre_bind_pod(&context, &binding.pod, &binding.node).await;
        if !status.is_success() && !status.is_skip() {
            return status.by(plugin.name());
        }
    }
    for plugin in &binding.profile.bind {
        let Some(bind) = plugin.bind() else { continue };
        let status = bind.bind_pod(&context, &binding.pod, &binding.node).await;
        if !status.is_skip() {
            return status.by(plugin.name());
        }
    }
    Status::error("no plugin binds the pod")
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
