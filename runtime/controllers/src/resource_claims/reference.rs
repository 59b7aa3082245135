//! What a pod says of a claim that it uses.

use kubeforge_api::core::v1::{Pod, PodResourceClaim};

/// Where one of a pod's claims is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference<'a> {
    /// It has this name and belongs to whoever made it.
    Given(&'a str),
    /// It was made from a template, for this pod alone.
    Made(&'a str),
    /// It is to be made from this template.
    Wanted(&'a str),
    /// It was found that none is needed.
    NotNeeded,
    /// It is described by something that isn't known here.
    Unknown,
}

impl<'a> Reference<'a> {
    /// The name of the claim, where it has one.
    pub(super) const fn name(self) -> Option<&'a str> {
        match self {
            Self::Given(name) | Self::Made(name) => Some(name),
            Self::Wanted(_) | Self::NotNeeded | Self::Unknown => None,
        }
    }
}

/// Where the claim is to be found that a pod calls so.
pub(super) fn of<'a>(pod: &'a Pod, claim: &'a PodResourceClaim) -> Reference<'a> {
    if let Some(name) = &claim.resource_claim_name {
        return Reference::Given(name);
    }
    let Some(template) = &claim.resource_claim_template_name else { return Reference::Unknown };
    let mut statuses = pod.status.resource_claim_statuses.iter();
    match statuses.find(|status| status.name == claim.name).map(|status| &status.resource_claim_name) {
        None => Reference::Wanted(template),
        Some(None) => Reference::NotNeeded,
        Some(Some(name)) => Reference::Made(name),
    }
}
