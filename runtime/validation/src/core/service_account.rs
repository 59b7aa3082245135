//! Service accounts: their metadata is all that is checked.

use kubeforge_api::core::v1::ServiceAccount;
use kubeforge_machinery::validation::{CheckContext, Checks, MetadataOnUpdate};

use crate::BuiltIn;

const ENFORCE_MOUNTABLE_SECRETS: &str = "kubernetes.io/enforce-mountable-secrets";

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::default().metadata_on_update(MetadataOnUpdate::Whole).warnings(warnings);
    all.add("", "serviceaccounts", checks);
}

/// Whoever sets an annotation that is on its way out is told once.
fn warnings(_: &CheckContext<'_>, new: &ServiceAccount, old: Option<&ServiceAccount>) -> Vec<String> {
    let has = |account: &ServiceAccount| account.metadata.annotations.contains_key(ENFORCE_MOUNTABLE_SECRETS);
    if old.is_some_and(has) || !has(new) {
        return Vec::new();
    }
    vec![format!(
        "metadata.annotations[{ENFORCE_MOUNTABLE_SECRETS}]: deprecated in v1.32+; prefer separate namespaces to isolate \
         access to mounted secrets"
    )]
}
