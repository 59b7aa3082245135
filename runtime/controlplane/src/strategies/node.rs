//! Nodes: stored under their historical name.

use std::sync::Arc;

use kubeforge_api::core::v1::Node;
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::{Object, Scheme, status::ApiError};

use super::Options;

struct NodeStrategy;

impl Strategy for NodeStrategy {
    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        // kubelets are configured by other means now
        if let Some(node) = object.downcast_mut::<Node>() {
            node.spec.config_source = None;
            node.status.config = None;
        }
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Node>(), old.downcast_ref::<Node>()) {
            new.status.clone_from(&old.status);
            if old.spec.config_source.is_none() {
                new.spec.config_source = None;
            }
        }
    }

    fn prepare_for_status_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Node>(), old.downcast_ref::<Node>())
            && old.status.config.is_none()
        {
            new.status.config = None;
        }
    }

    fn keep_status(
        &self,
        _scheme: &Scheme,
        _new: &mut Box<dyn Object>,
        _old: Option<&dyn Object>,
    ) -> Result<(), ApiError> {
        // a new node keeps the status that it comes with, as kubelets register with it; updates are handled above
        Ok(())
    }

    fn keep_all_but_status(
        &self,
        _scheme: &Scheme,
        new: &mut Box<dyn Object>,
        old: &dyn Object,
    ) -> Result<(), ApiError> {
        // unlike other kinds, labels and annotations may change through the status as well
        if let (Some(new), Some(old)) = (new.as_mut().downcast_mut::<Node>(), old.downcast_ref::<Node>()) {
            new.spec.clone_from(&old.spec);
        }
        Ok(())
    }
}

pub(super) fn register(options: &mut Options) {
    let nodes = options.of("", "nodes");
    nodes.strategy = Some(Arc::new(NodeStrategy));
    nodes.storage_prefix = Some("/minions".to_owned());
}
