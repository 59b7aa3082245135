//! DefaultTolerationSeconds: pods stay on a node that does not answer for a while, five minutes by default.

use async_trait::async_trait;
use kubeforge_api::core::v1::{Pod, TaintEffect, Toleration, TolerationOperator};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{Object, status::ApiError};

use super::is_resource;

/// For how many seconds pods stay where nothing else is said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TolerationSeconds {
    /// On a node that is not ready (`--default-not-ready-toleration-seconds`).
    pub(crate) not_ready: i64,
    /// On a node that can't be reached (`--default-unreachable-toleration-seconds`).
    pub(crate) unreachable: i64,
}

impl Default for TolerationSeconds {
    fn default() -> Self {
        Self { not_ready: 300, unreachable: 300 }
    }
}

pub(super) struct DefaultTolerationSeconds(pub(super) TolerationSeconds);

#[async_trait]
impl Admission for DefaultTolerationSeconds {
    fn name(&self) -> &'static str {
        "DefaultTolerationSeconds"
    }

    fn handles(&self, operation: Operation) -> bool {
        matches!(operation, Operation::Create | Operation::Update)
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        if is_resource(attributes, "", "pods")
            && let Some(pod) = object.and_then(|object| object.downcast_mut::<Pod>())
        {
            let taints = [
                ("node.kubernetes.io/not-ready", self.0.not_ready),
                ("node.kubernetes.io/unreachable", self.0.unreachable),
            ];
            for (key, seconds) in taints {
                if !pod.spec.tolerations.iter().any(|toleration| tolerates(toleration, key)) {
                    pod.spec.tolerations.push(Toleration {
                        key: key.to_owned(),
                        operator: TolerationOperator::Exists,
                        effect: TaintEffect::NoExecute,
                        toleration_seconds: Some(seconds),
                        ..Toleration::default()
                    });
                }
            }
        }
        Ok(())
    }
}

fn tolerates(toleration: &Toleration, key: &str) -> bool {
    (toleration.key == key || toleration.key.is_empty())
        && (toleration.effect == TaintEffect::NoExecute || toleration.effect.is_empty())
}
