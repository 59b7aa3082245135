//! Templates of pods, in controllers and in `podtemplates`. Follows `ValidatePodTemplateSpec`.

use kubeforge_api::core::v1::PodTemplateSpec;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{annotations as any_annotations, labels},
};

use super::{
    annotations::{agree_with_fields, annotations},
    options::PodOptions,
    spec::pod_spec,
};

/// What is wrong with a template's labels, annotations and the pods' spec. The paths of the first two leave `metadata` out,
/// as upstream's do.
pub(crate) fn pod_template(
    template: &PodTemplateSpec,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let own = &template.metadata.annotations;
    let (annotations_path, spec_path) = (path.child("annotations"), path.child("spec"));
    labels(&template.metadata.labels, &path.child("labels"), errors);
    any_annotations(own, &annotations_path, errors);
    annotations(own, &template.spec, options, &annotations_path, errors);
    pod_spec(&template.spec, None, options, &spec_path, errors);
    agree_with_fields(own, &template.spec, &spec_path, errors);
    if !template.spec.ephemeral_containers.is_empty() {
        let text = "ephemeral containers not allowed in pod template";
        errors.push(Error::forbidden(&spec_path.child("ephemeralContainers"), text));
    }
}
