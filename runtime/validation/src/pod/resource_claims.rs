//! Devices that are reserved for a pod.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::PodResourceClaim;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    meta::v1::ObjectMeta,
    validation::{is_dns1123_label, is_dns1123_subdomain},
};

use super::annotations::MIRROR;

use crate::common::{invalid_each, shown_internal};

/// What is wrong with the claims of a spec; pods that a node made itself have none.
pub(super) fn resource_claims(
    claims: &[PodResourceClaim],
    meta: Option<&ObjectMeta>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let is_mirror = meta.is_some_and(|meta| meta.annotations.contains_key(MIRROR));
    let mut names = BTreeSet::new();
    for (at, it) in claims.iter().enumerate() {
        if is_mirror {
            errors.push(Error::forbidden(&Path::new(""), "static pods do not support resource claims"));
        } else {
            claim(it, &mut names, &path.index(at), errors);
        }
    }
}

fn claim<'a>(claim: &'a PodResourceClaim, names: &mut BTreeSet<&'a str>, path: &Path<'_>, errors: &mut ErrorList) {
    let name = path.child("name");
    if claim.name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else if names.insert(&claim.name) {
        invalid_each(&name, &claim.name, is_dns1123_label(&claim.name), errors);
    } else {
        errors.push(Error::duplicate(&name, &claim.name));
    }
    let shown = || shown_internal(claim);
    match (&claim.resource_claim_name, &claim.resource_claim_template_name) {
        (Some(_), Some(_)) => {
            let text = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
            errors.push(Error::invalid(path, shown(), text));
        }
        (None, None) => {
            let text = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
            errors.push(Error::invalid(path, shown(), text));
        }
        _ => {}
    }
    if let Some(name) = &claim.resource_claim_name {
        invalid_each(&path.child("resourceClaimName"), name, is_dns1123_subdomain(name), errors);
    }
    if let Some(name) = &claim.resource_claim_template_name {
        invalid_each(&path.child("resourceClaimTemplateName"), name, is_dns1123_subdomain(name), errors);
    }
}
