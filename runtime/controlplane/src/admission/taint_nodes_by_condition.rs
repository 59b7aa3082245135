//! TaintNodesByCondition: a new node takes no pods until a controller finds it ready.

use async_trait::async_trait;
use kubeforge_api::core::v1::{Node, Taint, TaintEffect};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{Object, status::ApiError};

use super::is_resource;

const NOT_READY: &str = "node.kubernetes.io/not-ready";

pub(super) struct TaintNodesByCondition;

#[async_trait]
impl Admission for TaintNodesByCondition {
    fn name(&self) -> &'static str {
        "TaintNodesByCondition"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Create
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        if is_resource(attributes, "", "nodes")
            && let Some(node) = object.and_then(|object| object.downcast_mut::<Node>())
        {
            let taint = Taint { key: NOT_READY.to_owned(), effect: TaintEffect::NoSchedule, ..Taint::default() };
            if !node.spec.taints.iter().any(|it| it.key == taint.key && it.effect == taint.effect) {
                node.spec.taints.push(taint);
            }
        }
        Ok(())
    }
}
