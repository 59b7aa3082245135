//! Annotations that mean something to pods: mirror pods, costs of deletion, and the older ways to state tolerations and
//! profiles. Follows `ValidatePodSpecificAnnotations` and what checks that annotations and fields agree.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{
    AppArmorProfile, AppArmorProfileType, OSName, Pod, PodSpec, SeccompProfile, SeccompProfileType, Toleration,
};
use kubeforge_machinery::{
    codec::from_json_slice,
    field::{Error, ErrorList, Path},
    quote::quote,
};

use super::{options::PodOptions, profiles::local_descending_path, tolerations::tolerations, visit::each_container};

/// Pods that a node's kubelet made from a file have it.
pub(super) const MIRROR: &str = "kubernetes.io/config.mirror";
/// What the AppArmor profile of the container whose name follows was.
pub const APP_ARMOR_ANNOTATION_PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";
pub(super) const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
pub(super) const SECCOMP_CONTAINER_PREFIX: &str = "container.seccomp.security.alpha.kubernetes.io/";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

const RUNTIME_DEFAULT: &str = "runtime/default";
const DOCKER_DEFAULT: &str = "docker/default";
const UNCONFINED: &str = "unconfined";
const LOCALHOST_PREFIX: &str = "localhost/";

type Annotations = BTreeMap<String, String>;

/// What is wrong with annotations of a pod, given its spec.
pub(super) fn annotations(
    annotations: &Annotations,
    spec: &PodSpec,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if let Some(value) = annotations.get(MIRROR)
        && spec.node_name.is_empty()
    {
        let text = "must set spec.nodeName if mirror pod annotation is set";
        errors.push(Error::invalid(&path.key(MIRROR), value, text));
    }
    if let Some(text) = annotations.get(TOLERATIONS).filter(|text| !text.is_empty()) {
        match from_json_slice::<Vec<Toleration>>(text.as_bytes()) {
            Ok(list) => tolerations(&list, options, &path.child(TOLERATIONS), errors),
            Err(err) => errors.push(Error::invalid(path, TOLERATIONS, err.to_string())),
        }
    }
    if let Some(cost) = annotations.get(DELETION_COST).filter(|cost| !is_cost(cost)) {
        errors.push(Error::invalid(&path.key(DELETION_COST), cost, "must be a 32bit integer"));
    }
    if let Some(profile) = annotations.get(SECCOMP_POD) {
        seccomp(profile, &path.child(SECCOMP_POD), errors);
    }
    for (key, profile) in annotations.iter().filter(|(key, _)| key.starts_with(SECCOMP_CONTAINER_PREFIX)) {
        seccomp(profile, &path.child(key), errors);
    }
    app_armor(annotations, spec, path, errors);
}

/// A cost is a number without a plus sign or leading zeros.
fn is_cost(cost: &str) -> bool {
    let has_first_digit = matches!(cost.as_bytes(), [b'-' | b'1'..=b'9', ..] | [b'0']);
    has_first_digit && cost.parse::<i32>().is_ok()
}

fn seccomp(profile: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if matches!(profile, RUNTIME_DEFAULT | DOCKER_DEFAULT | UNCONFINED) {
        return;
    }
    match profile.strip_prefix(LOCALHOST_PREFIX) {
        Some(file) => local_descending_path(file, path, errors),
        None => errors.push(Error::invalid(path, profile, "must be a valid seccomp profile")),
    }
}

fn app_armor(annotations: &Annotations, spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    for (key, profile) in annotations {
        let Some(container) = key.strip_prefix(APP_ARMOR_ANNOTATION_PREFIX) else { continue };
        let path = path.key(key);
        let mut found = false;
        each_container(spec, &Path::NIL, |it, _| found |= it.name == container);
        if !found {
            errors.push(Error::invalid(&path, container, "container not found"));
        }
        let is_known = matches!(profile.as_str(), "" | RUNTIME_DEFAULT | UNCONFINED);
        if !is_known && !profile.starts_with(LOCALHOST_PREFIX) {
            let text = format!("invalid AppArmor profile name: {}", quote(profile));
            errors.push(Error::invalid(&path, profile, text));
        }
    }
}

/// What an update may not change of the annotations, and what is wrong with the new ones.
pub(super) fn updated(new: &Pod, old: &Pod, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let (after, before) = (&new.metadata.annotations, &old.metadata.annotations);
    for key in before.iter().filter(|(key, value)| after.get(*key) != Some(value)).map(|(key, _)| key) {
        if key.starts_with(APP_ARMOR_ANNOTATION_PREFIX) {
            errors.push(Error::forbidden(&path.key(key), "may not remove or update AppArmor annotations"));
        }
        if key == MIRROR {
            errors.push(Error::forbidden(&path.key(key), "may not remove or update mirror pod annotation"));
        }
    }
    for key in after.keys().filter(|key| !before.contains_key(*key)) {
        if key.starts_with(APP_ARMOR_ANNOTATION_PREFIX) {
            errors.push(Error::forbidden(&path.key(key), "may not add AppArmor annotations"));
        }
        if key == MIRROR {
            errors.push(Error::forbidden(&path.key(key), "may not add mirror pod annotation"));
        }
    }
    annotations(after, &new.spec, options, path, errors);
}

/// Annotations and fields of a new pod, or of a template, name the same profiles.
pub(super) fn agree_with_fields(annotations: &Annotations, spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let context = spec.security_context.as_deref();
    if let Some(profile) = context.and_then(|context| context.seccomp_profile.as_deref())
        && let Some(annotation) = annotations.get(SECCOMP_POD)
    {
        seccomp_agrees(annotation, profile, &path.child("securityContext.seccompProfile"), errors);
    }
    each_container(spec, path, |container, path| {
        let profile = container.security_context.and_then(|context| context.seccomp_profile.as_deref());
        if let Some(profile) = profile
            && let Some(annotation) = annotations.get(&format!("{SECCOMP_CONTAINER_PREFIX}{}", container.name))
        {
            seccomp_agrees(annotation, profile, &path.child("securityContext.seccompProfile"), errors);
        }
    });
    if spec.os.as_ref().is_some_and(|os| os.name == OSName::Windows) {
        return;
    }
    each_container(spec, path, |container, path| {
        let own = container.security_context.and_then(|context| context.app_armor_profile.as_deref());
        let profile = own.or_else(|| context.and_then(|context| context.app_armor_profile.as_deref()));
        if let Some(profile) = profile
            && let Some(annotation) = annotations.get(&format!("{APP_ARMOR_ANNOTATION_PREFIX}{}", container.name))
        {
            app_armor_agrees(annotation, profile, &path.child("securityContext.appArmorProfile"), errors);
        }
    });
}

/// How an annotation and a field differ.
enum Disagreement {
    Type,
    Profile,
}

fn localhost(annotation: &str, file: Option<&str>) -> Option<Disagreement> {
    match annotation.strip_prefix(LOCALHOST_PREFIX) {
        None => Some(Disagreement::Type),
        Some(annotated) if file == Some(annotated) => None,
        Some(_) => Some(Disagreement::Profile),
    }
}

fn seccomp_agrees(annotation: &str, profile: &SeccompProfile, path: &Path<'_>, errors: &mut ErrorList) {
    let differs = match profile.type_ {
        SeccompProfileType::Unconfined => (annotation != UNCONFINED).then_some(Disagreement::Type),
        SeccompProfileType::RuntimeDefault => {
            (!matches!(annotation, RUNTIME_DEFAULT | DOCKER_DEFAULT)).then_some(Disagreement::Type)
        }
        SeccompProfileType::Localhost => localhost(annotation, profile.localhost_profile.as_deref()),
        SeccompProfileType::Other(_) => None,
    };
    match differs {
        Some(Disagreement::Type) => {
            errors.push(Error::forbidden(&path.child("type"), "seccomp type in annotation and field must match"));
        }
        Some(Disagreement::Profile) => {
            let text = "seccomp profile in annotation and field must match";
            errors.push(Error::forbidden(&path.child("localhostProfile"), text));
        }
        None => {}
    }
}

fn app_armor_agrees(annotation: &str, profile: &AppArmorProfile, path: &Path<'_>, errors: &mut ErrorList) {
    let differs = match profile.type_ {
        AppArmorProfileType::Unconfined => (annotation != UNCONFINED).then_some(Disagreement::Type),
        AppArmorProfileType::RuntimeDefault => (annotation != RUNTIME_DEFAULT).then_some(Disagreement::Type),
        AppArmorProfileType::Localhost => localhost(annotation, profile.localhost_profile.as_deref()),
        AppArmorProfileType::Other(_) => None,
    };
    match differs {
        Some(Disagreement::Type) => {
            errors.push(Error::forbidden(&path.child("type"), "apparmor type in annotation and field must match"));
        }
        Some(Disagreement::Profile) => {
            let text = "apparmor profile in annotation and field must match";
            errors.push(Error::forbidden(&path.child("localhostProfile"), text));
        }
        None => {}
    }
}

/// The AppArmor profile that an annotation stands for; `None` where it stands for none that is valid.
pub fn app_armor_profile(annotation: &str) -> Option<AppArmorProfile> {
    let profile = |type_, localhost_profile| AppArmorProfile { type_, localhost_profile };
    let profile = match annotation {
        UNCONFINED => profile(AppArmorProfileType::Unconfined, None),
        RUNTIME_DEFAULT => profile(AppArmorProfileType::RuntimeDefault, None),
        other => {
            let file = other.strip_prefix(LOCALHOST_PREFIX).filter(|file| !file.is_empty())?;
            profile(AppArmorProfileType::Localhost, Some(file.to_owned()))
        }
    };
    let mut errors = ErrorList::new();
    super::profiles::app_armor(&profile, &Path::NIL, &mut errors);
    errors.is_empty().then_some(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_plain_numbers_of_32_bits() {
        for (cost, want) in
            [("0", true), ("-5", true), ("+5", false), ("05", false), ("2147483648", false), ("", false)]
        {
            assert_eq!(is_cost(cost), want, "{cost}");
        }
    }

    #[test]
    fn profiles_come_out_of_annotations() {
        for (annotation, want) in [
            ("unconfined", Some("Unconfined")),
            ("runtime/default", Some("RuntimeDefault")),
            ("localhost/a", Some("Localhost")),
            ("localhost/", None),
            ("localhost/ a", None),
            ("other", None),
        ] {
            let found = app_armor_profile(annotation);
            assert_eq!(found.as_ref().map(|profile| profile.type_.as_str()), want, "{annotation}");
        }
    }
}
