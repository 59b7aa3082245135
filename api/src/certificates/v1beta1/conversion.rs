//! To and from v1, the hub: what the generated conversion leaves to us.
//!
//! A request without a signer gets an empty one, which it keeps, as with Kubernetes; defaults leave none without.

use kubeforge_machinery::ConversionError;

use super::CertificateSigningRequestSpec;
use crate::certificates::v1;

/// No signer is an empty text.
pub(super) fn certificate_signing_request_spec_to_hub(
    from: &CertificateSigningRequestSpec,
    to: &mut v1::CertificateSigningRequestSpec,
) -> Result<(), ConversionError> {
    to.signer_name = from.signer_name.clone().unwrap_or_default();
    Ok(())
}

/// The signer is always given.
pub(super) fn certificate_signing_request_spec_from_hub(
    from: &v1::CertificateSigningRequestSpec,
    to: &mut CertificateSigningRequestSpec,
) -> Result<(), ConversionError> {
    to.signer_name = Some(from.signer_name.clone());
    Ok(())
}
