//! Binding a pod: the word to the API server where it may take a while, Permit's wait, PreBind, Bind.

use std::{sync::Arc, time::Instant};

use kubeforge_client::Patch;
use kubeforge_client_set::Clientset;
use kubeforge_machinery::meta::v1::PatchOptions;
use serde_json::json;
use tracing::{info, warn};

use crate::{
    core::{Binding, unreserve_follow_ups},
    framework::{BindContext, Code, Status, WaitingPermit},
    metrics::{Point, SchedulerMetrics},
};

/// Binds a pod, once those that Permit lets it wait for have spoken. Where that fails, what plugins wrote is taken back.
pub(crate) async fn bind(clientset: Clientset, binding: &mut Binding, metrics: &SchedulerMetrics) -> Status {
    if binding.is_announced {
        announce(&clientset, binding).await;
    }
    let status = try_to_bind(clientset.clone(), binding, metrics).await;
    if !status.is_success() {
        for follow_up in unreserve_follow_ups(binding) {
            follow_up.carry_out(&clientset).await;
        }
    }
    status
}

async fn try_to_bind(clientset: Clientset, binding: &mut Binding, metrics: &SchedulerMetrics) -> Status {
    let profile = Arc::clone(&binding.profile);
    let ended = |point, status: &Status, began: Instant| {
        if let Some(metrics) = &profile.metrics {
            metrics.point(point, status.code(), began.elapsed());
        }
    };
    if !binding.waits.is_empty() {
        let began = Instant::now();
        for waiting in std::mem::take(&mut binding.waits) {
            let status = tokio::select! {
                status = wait(waiting) => status,
                reason = binding.interruption.interrupted() => Status::error(reason),
            };
            if !status.is_success() {
                metrics.permitted(status.code().as_str(), began.elapsed());
                return status;
            }
        }
        metrics.permitted(Code::Success.as_str(), began.elapsed());
    }
    let began = Instant::now();
    let (context, status) = pre_bind(clientset, binding, metrics).await;
    ended(Point::PreBind, &status, began);
    if !status.is_success() {
        return status;
    }
    // from here on the pod's end is the API server's to bring about
    if let Err(reason) = binding.interruption.close() {
        return Status::error(reason);
    }
    if let Some(status) = bind_by_extenders(binding).await {
        return status;
    }
    let began = Instant::now();
    let status = bind_only(&context, binding, metrics).await;
    ended(Point::Bind, &status, began);
    status
}

async fn pre_bind(clientset: Clientset, binding: &Binding, metrics: &SchedulerMetrics) -> (BindContext, Status) {
    let (state, interruption) = (Arc::clone(&binding.state), binding.interruption.clone());
    let devices = metrics.of_devices(&binding.profile.scheduler_name);
    let context = BindContext { clientset, state, interruption, devices };
    for plugin in &binding.profile.pre_bind {
        let (name, Some(pre_bind)) = (plugin.name(), plugin.pre_bind()) else { continue };
        if pre_bind.pre_flight(&context.state, &binding.pod, &binding.node).is_skip() {
            continue;
        }
        let began = Instant::now();
        let status = pre_bind.pre_bind_pod(&context, &binding.pod, &binding.node).await;
        if binding.is_sampled {
            metrics.plugin(name, Point::PreBind, status.code(), began.elapsed());
        }
        if !status.is_success() && !status.is_skip() {
            let status = status.in_context(|| format!("running PreBind plugin {name:?}")).by(name);
            return (context, status);
        }
    }
    (context, Status::success())
}

/// Extenders that bind come first, as upstream has it. None where there is none, or it may be passed over.
async fn bind_by_extenders(binding: &Binding) -> Option<Status> {
    let binders = binding.profile.extenders.iter().filter(|extender| extender.is_binder());
    for extender in binders.filter(|extender| extender.is_interested(binding.pod.pod())) {
        match extender.bind(&binding.pod, &binding.node).await {
            Ok(()) => return Some(Status::success()),
            Err(err) if extender.is_ignorable() => info!(
                extender = extender.name(),
                err, "Skipping extender in bind as it returned error and has ignorable flag set"
            ),
            Err(err) => return Some(Status::error(err)),
        }
    }
    None
}

async fn bind_only(context: &BindContext, binding: &Binding, metrics: &SchedulerMetrics) -> Status {
    for plugin in &binding.profile.bind {
        let Some(bind) = plugin.bind() else { continue };
        let (name, began) = (plugin.name(), Instant::now());
        let status = bind.bind_pod(context, &binding.pod, &binding.node).await;
        if binding.is_sampled {
            metrics.plugin(name, Point::Bind, status.code(), began.elapsed());
        }
        if !status.is_skip() {
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
