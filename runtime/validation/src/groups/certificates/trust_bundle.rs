//! Bundles of certificates to trust; those of a signer have its name in theirs.

use std::collections::BTreeMap;

use kubeforge_api::certificates::v1beta1::ClusterTrustBundle;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    quote::quote,
    validation::{CheckContext, Checks, NameRule, is_dns1123_subdomain},
};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{
    GROUP,
    pem::{self, Block},
};
use crate::{
    BuiltIn,
    common::{immutable, invalid_each, signer_name::signer_name},
};

/// As much as fits into an object beside the rest.
const BYTES_MAX: usize = 1024 * 1024;
const HIDDEN: &str = "<value omitted>";

/// Whether the certificates are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Checked,
    /// It is as it was, and whoever checked it then may have known other rules.
    Unchanged,
}

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, bundle: &ClusterTrustBundle| validate(bundle, Content::Checked))
        .update(|_: &CheckContext<'_>, new: &ClusterTrustBundle, old: &ClusterTrustBundle| {
            let is_same = new.spec.trust_bundle == old.spec.trust_bundle;
            let mut errors = validate(new, if is_same { Content::Unchanged } else { Content::Checked });
            let path = Path::new("spec.signerName");
            immutable(&new.spec.signer_name, &old.spec.signer_name, &path, &mut errors);
            errors
        })
        .names(NameRule::PathSegment);
    all.add(GROUP, "clustertrustbundles", checks);
}

fn validate(bundle: &ClusterTrustBundle, content: Content) -> ErrorList {
    let mut errors = ErrorList::new();
    let (name, spec) = (&bundle.metadata.name, &bundle.spec);
    if !name.is_empty() {
        invalid_each(&Path::new("metadata.name"), name, wrong_with_name(name, &spec.signer_name), &mut errors);
    }
    if !spec.signer_name.is_empty() {
        signer_name(&spec.signer_name, &Path::new("spec.signerName"), &mut errors);
    }
    if content == Content::Checked {
        check_certificates(&spec.trust_bundle, &Path::new("spec.trustBundle"), &mut errors);
    }
    errors
}

fn wrong_with_name(name: &str, signer: &str) -> Vec<String> {
    if signer.is_empty() {
        if name.contains(':') {
            return vec!["ClusterTrustBundle without signer name must not have \":\" in its name".to_owned()];
        }
        return is_dns1123_subdomain(name);
    }
    let prefix = format!("{}:", signer.replace('/', ":"));
    match name.strip_prefix(&prefix) {
        Some(own) => is_dns1123_subdomain(own),
        None => {
            let signer = quote(signer);
            vec![format!("ClusterTrustBundle for signerName {signer} must be named with prefix {}", quote(&prefix))]
        }
    }
}

fn check_certificates(text: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if text.len() > BYTES_MAX {
        errors.push(Error::too_long(path, BYTES_MAX));
        return;
    }
    let mut anchors: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (at, block) in pem::blocks(text.as_bytes()).into_iter().enumerate() {
        match wrong_with_anchor(&block) {
            Some(text) => wrong.push(format!("entry {at} {text}")),
            None => anchors.entry(block.bytes).or_default().push(at.to_string()),
        }
    }
    if wrong.is_empty() {
        if anchors.is_empty() {
            wrong.push("at least one trust anchor must be provided".to_owned());
        }
        let repeated = anchors.values().filter(|at| at.len() > 1);
        wrong.extend(repeated.map(|at| format!("duplicate trust anchor (indices [{}])", at.join(" "))));
    }
    invalid_each(path, HIDDEN, wrong, errors);
}

fn wrong_with_anchor(block: &Block) -> Option<String> {
    if block.label != "CERTIFICATE" {
        return Some(format!("has bad block type: {}", block.label));
    }
    if block.has_headers {
        return Some("has PEM block headers".to_owned());
    }
    match X509Certificate::from_der(&block.bytes) {
        Ok(([], certificate)) => (!certificate.is_ca()).then(|| "does not have the CA bit set".to_owned()),
        _ => Some("does not parse as X.509".to_owned()),
    }
}
