//! AppArmor profiles in annotations, as they were stated before there was a field. Follows `applyAppArmorVersionSkew`.

use kubeforge_api::core::v1::{AppArmorProfile, OSName, Pod, SecurityContext};
use kubeforge_apiserver::request::RequestContext;
use kubeforge_machinery::field::Path;
use kubeforge_validation::{APP_ARMOR_ANNOTATION_PREFIX, app_armor_profile, app_armor_warning};

/// Containers without a profile of their own get that of their annotation; the client is told to use the field.
pub(super) fn annotations_to_fields(ctx: &RequestContext, pod: &mut Pod) {
    let is_windows = || pod.spec.os.as_ref().is_some_and(|os| os.name == OSName::Windows);
    if pod.metadata.annotations.is_empty() || is_windows() {
        return;
    }
    let of_pod = pod.spec.security_context.as_ref().and_then(|context| context.app_armor_profile.clone());
    let annotations = &pod.metadata.annotations;
    let apply = |name: &str, context: &mut Option<Box<SecurityContext>>| {
        let key = format!("{APP_ARMOR_ANNOTATION_PREFIX}{name}");
        let Some(annotation) = annotations.get(&key) else { return };
        if context.as_ref().is_none_or(|context| context.app_armor_profile.is_none())
            && given(annotation, of_pod.as_deref(), context)
        {
            ctx.warn(app_armor_warning(&Path::new("metadata.annotations").key(&key)));
        }
    };
    for container in pod.spec.init_containers.iter_mut().chain(&mut pod.spec.containers) {
        apply(&container.name, &mut container.security_context);
    }
    for container in &mut pod.spec.ephemeral_containers {
        let common = &mut container.ephemeral_container_common;
        apply(&common.name, &mut common.security_context);
    }
}

/// Gives the container what the annotation stands for; whether there is something to tell of it.
fn given(annotation: &str, of_pod: Option<&AppArmorProfile>, context: &mut Option<Box<SecurityContext>>) -> bool {
    let Some(profile) = app_armor_profile(annotation) else { return true };
    if Some(&profile) == of_pod {
        return false;
    }
    context.get_or_insert_default().app_armor_profile = Some(Box::new(profile));
    true
}
