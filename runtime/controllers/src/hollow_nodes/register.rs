//! What a kubelet does for its node: registration, lease, heartbeats.

use std::time::Duration;

use kubeforge_api::{
    coordination::v1::{Lease, LeaseSpec},
    core::v1::{NAMESPACE_NODE_LEASE, Node, TAINT_NODE_NOT_READY},
};
use kubeforge_client::Patch;
use kubeforge_machinery::{
    Kind as _, MicroTime,
    codec::{Json as _, JsonWriter},
    meta::v1::{CreateOptions, GetOptions, ObjectMeta, OwnerReference, PatchOptions, UpdateOptions},
};
use tracing::debug;

use super::{Inner, Work, WorkError, node::HollowNode};

/// How long a kubelet's lease lasts.
const LEASE_SECONDS: i32 = 40;

impl Inner {
    /// Creates the node, or takes over the one of its name; then its lease and heartbeats follow.
    pub(super) async fn register(&self, index: usize) -> Result<(), WorkError> {
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let nodes = self.clients.core_v1().nodes();
        let registered = match nodes.create(&node.object(), &CreateOptions::default()).await {
            Err(err) if err.is_already_exists() => {
                let known = nodes.get(&node.name, &GetOptions::default()).await?;
                let wanted = Node { status: node.status(), ..known };
                nodes.update_status(&wanted, &UpdateOptions::default()).await?
            }
            created => created?,
        };
        let registered = self.untaint(registered).await?;
        let is_new = {
            let mut registration = node.registration.lock();
            std::mem::replace(&mut registration.uid, registered.metadata.uid).is_empty()
        };
        if is_new {
            self.registered.send_modify(|count| *count += 1);
        }
        // spread over the period, so that the leases of many nodes don't come all at once
        let part = index as f64 / self.nodes.len() as f64;
        self.renew_lease(index).await?;
        self.queue.add_after(Work::Lease(index), self.options.lease_period.mul_f64(part) + Duration::from_millis(1));
        self.queue.add_after(Work::Heartbeat(index), self.options.heartbeat_period.mul_f64(0.5 + part / 2.0));
        Ok(())
    }

    /// Removes the taint of a node that is not ready, which admission puts on new nodes.
    async fn untaint(&self, mut node: Node) -> Result<Node, WorkError> {
        let before = node.spec.taints.len();
        node.spec.taints.retain(|taint| taint.key != TAINT_NODE_NOT_READY);
        if node.spec.taints.len() == before {
            return Ok(node);
        }
        Ok(self.clients.core_v1().nodes().update(&node, &UpdateOptions::default()).await?)
    }

    /// Renews the lease, and plans the next renewal.
    pub(super) async fn renew_lease(&self, index: usize) -> Result<(), WorkError> {
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let leases = self.clients.coordination_v1().leases(NAMESPACE_NODE_LEASE);
        let known = node.registration.lock().lease.take();
        let known = match known {
            Some(lease) => Some(lease),
            None => leases.get_opt(&node.name).await?,
        };
        let renewed = match known {
            Some(mut lease) => {
                lease.spec.renew_time = Some(MicroTime::now());
                leases.update(&lease, &UpdateOptions::default()).await
            }
            None => leases.create(&new_lease(node), &CreateOptions::default()).await,
        };
        node.registration.lock().lease = Some(renewed?);
        self.queue.add_after(Work::Lease(index), self.options.lease_period);
        Ok(())
    }

    /// Says that the node is well. A node that was deleted stays so.
    pub(super) async fn heartbeat(&self, index: usize) -> Result<(), WorkError> {
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let mut w = JsonWriter::new();
        w.raw(b"{\"status\":{\"conditions\":");
        node.conditions().write_json(&mut w);
        w.raw(b"}}");
        let patch = Patch::Strategic(w.into_bytes().into());
        let nodes = self.clients.core_v1().nodes();
        match nodes.patch_subresource(&node.name, "status", &patch, &PatchOptions::default()).await {
            Ok(_) => {}
            Err(err) if err.is_not_found() => {
                debug!(node = node.name, "a hollow node was deleted");
                return Ok(());
            }
            Err(err) => return Err(err.into()),
        }
        self.queue.add_after(Work::Heartbeat(index), self.options.heartbeat_period);
        Ok(())
    }
}

fn new_lease(node: &HollowNode) -> Lease {
    let owner = OwnerReference {
        api_version: Node::VERSION.to_owned(),
        kind: Node::KIND.to_owned(),
        name: node.name.clone(),
        uid: node.registration.lock().uid.clone(),
        ..OwnerReference::default()
    };
    Lease {
        metadata: ObjectMeta {
            name: node.name.clone(),
            namespace: NAMESPACE_NODE_LEASE.to_owned(),
            owner_references: vec![owner],
            ..ObjectMeta::default()
        },
        spec: LeaseSpec {
            holder_identity: Some(node.name.clone()),
            lease_duration_seconds: Some(LEASE_SECONDS),
            renew_time: Some(MicroTime::now()),
            ..LeaseSpec::default()
        },
    }
}
