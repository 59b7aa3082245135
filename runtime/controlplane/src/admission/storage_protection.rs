//! StorageObjectInUseProtection: volumes, claims and classes of attributes stay as long as something uses them; a
//! controller takes the finalizer away.

use async_trait::async_trait;
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{Object, status::ApiError};

use super::is_resource;

/// What is protected: group, plural, finalizer.
const PROTECTED: [(&str, &str, &str); 3] = [
    ("", "persistentvolumes", "kubernetes.io/pv-protection"),
    ("", "persistentvolumeclaims", "kubernetes.io/pvc-protection"),
    ("storage.k8s.io", "volumeattributesclasses", "kubernetes.io/vac-protection"),
];

pub(super) struct StorageObjectInUseProtection;

#[async_trait]
impl Admission for StorageObjectInUseProtection {
    fn name(&self) -> &'static str {
        "StorageObjectInUseProtection"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Create
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        let protected = PROTECTED.iter().find(|(group, plural, _)| is_resource(attributes, group, plural));
        if let (Some((_, _, finalizer)), Some(meta)) = (protected, object.and_then(|object| object.meta_mut()))
            && !meta.finalizers.iter().any(|held| held == finalizer)
        {
            meta.finalizers.push((*finalizer).to_owned());
        }
        Ok(())
    }
}
