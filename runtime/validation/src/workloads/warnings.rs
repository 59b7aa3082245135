//! What makers of pods are warned of.

use kubeforge_api::core::v1::PodTemplateSpec;
use kubeforge_machinery::{
    field::Path,
    meta::v1::ObjectMeta,
    validation::{CheckContext, is_dns1123_label},
};

use crate::pod::template_warnings;

/// A name becomes the start of pods' names, and those become host names.
pub(super) fn of_name(name: &str) -> Vec<String> {
    let wrong = is_dns1123_label(name);
    if wrong.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label \
         is recommended: [{}]",
        wrong.join(" ")
    )]
}

/// Whether a write can have changed the template: subresources do not, and what does is counted as a generation.
pub(super) fn is_about_spec(ctx: &CheckContext<'_>, new: &ObjectMeta, old: Option<&ObjectMeta>) -> bool {
    ctx.subresource.is_empty() && old.is_none_or(|old| old.generation != new.generation)
}

/// What is said of the template at `spec.template`.
pub(super) fn of_template(
    ctx: &CheckContext<'_>,
    new: &ObjectMeta,
    old: Option<&ObjectMeta>,
    template: &PodTemplateSpec,
) -> Vec<String> {
    if is_about_spec(ctx, new, old) { template_warnings(template, &Path::new("spec.template")) } else { Vec::new() }
}

/// What is said of a maker of equal pods: of its name when it is new, and of its template.
pub(super) fn of_replicas(
    ctx: &CheckContext<'_>,
    new: &ObjectMeta,
    old: Option<&ObjectMeta>,
    template: &PodTemplateSpec,
) -> Vec<String> {
    let is_new = ctx.subresource.is_empty() && old.is_none();
    let mut warnings = if is_new { of_name(&new.name) } else { Vec::new() };
    warnings.extend(of_template(ctx, new, old, template));
    warnings
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::{GroupVersionKind, validation::FeatureGates};

    use super::*;

    #[test]
    fn templates_are_told_of_when_they_may_have_changed() {
        let kind = GroupVersionKind::new("apps", "v1", "ReplicaSet");
        let gates = FeatureGates::default();
        let mut template = PodTemplateSpec::default();
        template.spec.node_selector.insert("beta.kubernetes.io/os".to_owned(), "linux".to_owned());
        let of = |generation| ObjectMeta { name: "a.b".to_owned(), generation, ..ObjectMeta::default() };
        for (rule, subresource, old, want) in [
            ("a new one: its name and its template", "", None, 2),
            ("a change of the spec", "", Some(of(1)), 1),
            ("a change of metadata", "", Some(of(2)), 0),
            ("a write of the status", "status", Some(of(1)), 0),
        ] {
            let ctx = CheckContext { kind: &kind, subresource, gates: &gates };
            let found = of_replicas(&ctx, &of(2), old.as_ref(), &template);
            assert_eq!(found.len(), want, "{rule}: {found:?}");
            assert!(found.iter().skip(1).all(|it| it.starts_with("spec.template.spec.nodeSelector[")), "{found:?}");
        }
    }
}
