//! Groups that belong to the Kubernetes project need its approval. Follows apiextensions pkg/apihelpers.

use kubeforge_api::apiextensions::v1::{CustomResourceDefinition, KUBE_API_APPROVED_ANNOTATION};
use kubeforge_machinery::field::{Error, ErrorList, Path};

/// What a definition says of its approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// Something that is neither a place nor an excuse.
    Invalid,
    /// Nothing.
    Missing,
    /// Where it was approved.
    Approved,
    /// That it was not.
    Bypassed,
}

/// Whether a group is the Kubernetes project's.
pub fn is_protected(group: &str) -> bool {
    ["k8s.io", "kubernetes.io"]
        .iter()
        .any(|owned| group == *owned || group.strip_suffix(owned).is_some_and(|before| before.ends_with('.')))
}

/// What a definition says of its approval, and that in words.
pub fn approval(definition: &CustomResourceDefinition) -> (Approval, String) {
    let name = KUBE_API_APPROVED_ANNOTATION;
    let said = definition.metadata.annotations.get(name).map(String::as_str).unwrap_or_default();
    let see = "see https://github.com/kubernetes/enhancements/pull/1111";
    match said {
        "" => (Approval::Missing, format!("protected groups must have approval annotation {name:?}, {see}")),
        said if said.starts_with("unapproved") => (Approval::Bypassed, format!("not approved: {said:?}")),
        said if is_url(said) => (Approval::Approved, format!("approved in {said}")),
        _ => {
            let text = format!(
                "protected groups must have approval annotation {name:?} with either a URL or a reason starting with \
                 \"unapproved\", {see}"
            );
            (Approval::Invalid, text)
        }
    }
}

/// A scheme, and a host.
fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !rest.split('/').next().unwrap_or_default().is_empty()
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

pub(super) fn check(
    definition: &CustomResourceDefinition,
    old: Option<&CustomResourceDefinition>,
    errors: &mut ErrorList,
) {
    if !is_protected(&definition.spec.group) {
        return;
    }
    let (state, reason) = approval(definition);
    if old.is_some_and(|old| approval(old).0 == state) {
        return;
    }
    let annotations = Path::new("metadata.annotations");
    let path = annotations.key(KUBE_API_APPROVED_ANNOTATION);
    match state {
        Approval::Invalid => {
            let said = definition.metadata.annotations.get(KUBE_API_APPROVED_ANNOTATION).cloned().unwrap_or_default();
            errors.push(Error::invalid(&path, said, reason));
        }
        Approval::Missing => errors.push(Error::required(&path, reason)),
        Approval::Approved | Approval::Bypassed => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_labels_make_a_group_protected() {
        assert!(is_protected("k8s.io") && is_protected("x.kubernetes.io"));
        assert!(!is_protected("xk8s.io") && !is_protected("k8s.io.example.com"));
    }
}
