//! Templates of pods, in controllers and in `podtemplates`.

use kubeforge_api::core::v1::PodTemplateSpec;
use kubeforge_machinery::{
    field::{ErrorList, Path},
    validation::{annotations, labels},
};

use super::validate_spec;

/// What is wrong with a template: with its labels, its annotations and its pods' spec.
pub(crate) fn pod_template(template: &PodTemplateSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let metadata = path.child("metadata");
    labels(&template.metadata.labels, &metadata.child("labels"), errors);
    annotations(&template.metadata.annotations, &metadata.child("annotations"), errors);
    errors.extend(validate_spec(&template.spec, &path.child("spec")));
}
