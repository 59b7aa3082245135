//! What is checked of pods but not of templates, where it came too late to reject what was there.

use kubeforge_api::core::v1::{Container, PodSpec};
use kubeforge_machinery::field::{Error, ErrorList, Path};

/// Checks what the rules for templates leave out.
pub(crate) fn only_pods(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    if spec.service_account_name.is_empty() {
        tokens_of_nobody(spec, &path.child("volumes"), errors);
    }
    images(&spec.containers, &path.child("containers"), errors);
    images(&spec.init_containers, &path.child("initContainers"), errors);
}

/// Without a service account there are no tokens of it.
fn tokens_of_nobody(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    for (at, volume) in spec.volumes.iter().enumerate() {
        let Some(projected) = volume.volume_source.projected.as_deref() else { continue };
        let path = path.index(at);
        let path = path.child("projected.sources");
        for (at, _) in projected.sources.iter().enumerate().filter(|(_, it)| it.service_account_token.is_some()) {
            let text = "must not be specified when serviceAccountName is not set";
            errors.push(Error::forbidden(&path.index(at).child("serviceAccountToken"), text));
        }
    }
}

fn images(containers: &[Container], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, container) in containers.iter().enumerate() {
        image(&container.image, &path.index(at), errors);
    }
}

/// The image has no white space around it; the path is its container's. For ephemeral containers too.
pub(crate) fn image(image: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if image.trim() != image {
        let text = "must not have leading or trailing whitespace";
        errors.push(Error::invalid(&path.child("image"), image, text));
    }
}
