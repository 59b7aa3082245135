//! DefaultTolerationSeconds: pods stay on a node that does not answer for five minutes.

use async_trait::async_trait;
use kubeforge_api::core::v1::{Pod, TaintEffect, Toleration, TolerationOperator};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{Object, status::ApiError};

use super::is_resource;

const KEYS: [&str; 2] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
/// kube-apiserver's `--default-not-ready-toleration-seconds` and `--default-unreachable-toleration-seconds`.
const SECONDS: i64 = 300;

pub(super) struct DefaultTolerationSeconds;

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
            for key in KEYS {
                if !pod.spec.tolerations.iter().any(|toleration| tolerates(toleration, key)) {
                    pod.spec.tolerations.push(Toleration {
                        key: key.to_owned(),
                        operator: TolerationOperator::Exists,
                        effect: TaintEffect::NoExecute,
                        toleration_seconds: Some(SECONDS),
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
