//! DefaultBinder: binds a pod by posting to its `binding` subresource.

use async_trait::async_trait;
use kubeforge_api::core::v1::{Binding, ObjectReference};
use kubeforge_machinery::meta::v1::{CreateOptions, ObjectMeta};

use crate::framework::{BindContext, BindPlugin, Changes, Plugin, PodInfo, Scope, Status};

/// Binds pods through the API.
#[derive(Clone, Copy, Debug)]
pub struct DefaultBinder;

impl DefaultBinder {
    /// Its name.
    pub const NAME: &'static str = "DefaultBinder";
}

impl Plugin for DefaultBinder {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn bind(&self) -> Option<&dyn BindPlugin> {
        Some(self)
    }
}

#[async_trait]
impl BindPlugin for DefaultBinder {
    async fn bind_pod(&self, context: &BindContext, pod: &PodInfo, node: &str) -> Status {
        let key = pod.key();
        let binding = Binding {
            metadata: ObjectMeta {
                namespace: key.namespace().to_owned(),
                name: key.name().to_owned(),
                uid: key.uid().to_owned(),
                ..Default::default()
            },
            target: ObjectReference { kind: "Node".to_owned(), name: node.to_owned(), ..Default::default() },
        };
        let pods = context.clientset.core_v1().pods(key.namespace());
        match pods.bind(key.name(), &binding, &CreateOptions::default()).await {
            Ok(_) => Status::success(),
            Err(error) => Status::error(error),
        }
    }
}
