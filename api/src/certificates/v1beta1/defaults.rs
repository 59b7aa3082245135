//! Defaults that the markers cannot say; they follow pkg/apis/certificates/v1beta1/defaults.go.

mod signer;

use super::{CertificateSigningRequestCondition, CertificateSigningRequestSpec, KeyUsage};
use crate::core::v1::ConditionStatus;

/// A key for TLS; the signer follows from the request.
pub fn default_certificate_signing_request_spec(spec: &mut CertificateSigningRequestSpec) {
    if spec.usages.is_empty() {
        spec.usages = vec![KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment];
    }
    spec.signer_name.get_or_insert_with(|| signer::of(&spec.request, &spec.usages).to_owned());
}

/// A decision that is there holds.
pub fn default_certificate_signing_request_condition(condition: &mut CertificateSigningRequestCondition) {
    if condition.status.is_empty() {
        condition.status = ConditionStatus::True;
    }
}

#[cfg(test)]
mod tests;
