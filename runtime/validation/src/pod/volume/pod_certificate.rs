//! A key and a certificate of the pod's own, as files.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::PodCertificateProjection;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{annotations, is_domain_prefixed_key},
};

use super::paths::local_non_reserved;
use crate::common::signer_name::{is_kubernetes_signer, signer_name};

const KEY_TYPES: [&str; 6] = ["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];
const EXPIRATION_SECONDS_MIN: i32 = 3600;
/// 91 days.
const EXPIRATION_SECONDS_MAX: i32 = 91 * 86_400;
/// A day: what Kubernetes' own signers give at most.
const KUBERNETES_EXPIRATION_SECONDS_MAX: i32 = 86_400;

/// Checks the projection but for its paths' meeting those of others.
pub(super) fn pod_certificate(source: &PodCertificateProjection, path: &Path<'_>, errors: &mut ErrorList) {
    signer_name(&source.signer_name, &path.child("signerName"), errors);
    user_annotations(&source.user_annotations, &path.child("userAnnotations"), errors);
    if !KEY_TYPES.contains(&source.key_type.as_str()) {
        errors.push(Error::not_supported(&path.child("keyType"), &source.key_type, &KEY_TYPES));
    }
    if let Some(seconds) = source.max_expiration_seconds {
        expiration(seconds, &source.signer_name, &path.child("maxExpirationSeconds"), errors);
    }
    let mut any = false;
    for (name, target) in paths(source) {
        any = true;
        local_non_reserved(target, &path.child(name), errors);
    }
    if !any {
        let text = "specify at least one of credentialBundlePath, keyPath, and certificateChainPath";
        errors.push(Error::required(path, text));
    }
}

/// The files that it makes, and the fields that name them.
pub(super) fn paths(source: &PodCertificateProjection) -> impl Iterator<Item = (&'static str, &str)> {
    let all = [
        ("credentialBundlePath", source.credential_bundle_path.as_str()),
        ("keyPath", source.key_path.as_str()),
        ("certificateChainPath", source.certificate_chain_path.as_str()),
    ];
    all.into_iter().filter(|(_, path)| !path.is_empty())
}

fn expiration(seconds: i32, signer: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if seconds < EXPIRATION_SECONDS_MIN {
        let text = format!("if provided, maxExpirationSeconds must be >= {EXPIRATION_SECONDS_MIN}");
        errors.push(Error::invalid(path, seconds, text));
    }
    let max = if is_kubernetes_signer(signer) { KUBERNETES_EXPIRATION_SECONDS_MAX } else { EXPIRATION_SECONDS_MAX };
    if seconds > max {
        let text = format!("if provided, maxExpirationSeconds must be <= {max}");
        errors.push(Error::invalid(path, seconds, text));
    }
}

/// As annotations, but that each key has a domain.
fn user_annotations(user: &BTreeMap<String, String>, path: &Path<'_>, errors: &mut ErrorList) {
    annotations(user, path, errors);
    for key in user.keys() {
        errors.extend(is_domain_prefixed_key(path, key));
    }
}
