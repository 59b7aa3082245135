//! CertificateApproval and CertificateSigning: only who may speak for a signer approves and signs its requests.

use async_trait::async_trait;
use kubeforge_api::certificates::v1::CertificateSigningRequest;
use kubeforge_apiserver::{
    admission::{Admission, Attributes, Operation},
    auth::{AuthorizationAttributes, Decision},
    request::RequestContext,
};
use kubeforge_machinery::{Object, quote::quote, status::ApiError};

/// Who may approve.
pub(super) struct CertificateApproval;

/// Who may sign.
pub(super) struct CertificateSigning;

/// Whether the user has the verb on the signer, or on all signers of its domain.
async fn speaks_for(ctx: &RequestContext, verb: &str, signer: &str) -> bool {
    let domain = signer.split('/').next().unwrap_or_default();
    for name in [signer, &format!("{domain}/*")] {
        let question = AuthorizationAttributes {
            verb,
            is_resource: true,
            group: "certificates.k8s.io",
            version: "*",
            resource: "signers",
            name,
            ..AuthorizationAttributes::default()
        };
        if ctx.decide(&question).await == Decision::Allow {
            return true;
        }
    }
    false
}

/// The stored request, where the write goes through this subresource.
fn stored<'a>(attributes: &Attributes<'a>, subresource: &str) -> Option<&'a CertificateSigningRequest> {
    if attributes.subresource != subresource {
        return None;
    }
    attributes.old_object?.downcast_ref::<CertificateSigningRequest>()
}

async fn check(attributes: &Attributes<'_>, verb: &str, signer: &str) -> Result<(), ApiError> {
    if speaks_for(attributes.ctx, verb, signer).await {
        return Ok(());
    }
    let text = format!("user not permitted to {verb} requests with signerName {}", quote(signer));
    Err(ApiError::forbidden(&attributes.resource.group_resource(), attributes.name, text))
}

#[async_trait]
impl Admission for CertificateApproval {
    fn name(&self) -> &'static str {
        "CertificateApproval"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Update
    }

    async fn validate(&self, attributes: &Attributes<'_>, _object: Option<&dyn Object>) -> Result<(), ApiError> {
        match stored(attributes, "approval") {
            Some(old) => check(attributes, "approve", &old.spec.signer_name).await,
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Admission for CertificateSigning {
    fn name(&self) -> &'static str {
        "CertificateSigning"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Update
    }

    async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        let Some(old) = stored(attributes, "status") else { return Ok(()) };
        let new = object.and_then(|object| object.downcast_ref::<CertificateSigningRequest>());
        let is_same = new.is_some_and(|new| {
            new.status.certificate == old.status.certificate && new.status.conditions == old.status.conditions
        });
        if is_same { Ok(()) } else { check(attributes, "sign", &old.spec.signer_name).await }
    }
}
