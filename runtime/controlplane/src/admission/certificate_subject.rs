//! CertificateSubjectRestriction: nobody becomes an administrator by a certificate that a controller signs.

use async_trait::async_trait;
use kubeforge_api::certificates::v1::{CertificateSigningRequest, KUBE_API_SERVER_CLIENT_SIGNER_NAME};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{GroupResource, Object, status::ApiError, user::well_known::GROUP_MASTERS};
use kubeforge_validation::requested_organizations;

use super::is_resource;

const REQUESTS: GroupResource = GroupResource::new("certificates.k8s.io", "certificatesigningrequests");

pub(super) struct CertificateSubjectRestriction;

#[async_trait]
impl Admission for CertificateSubjectRestriction {
    fn name(&self) -> &'static str {
        "CertificateSubjectRestriction"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Create
    }

    async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        if !is_resource(attributes, "certificates.k8s.io", "certificatesigningrequests") {
            return Ok(());
        }
        let request = object.and_then(|object| object.downcast_ref::<CertificateSigningRequest>());
        let Some(request) = request.filter(|it| it.spec.signer_name == KUBE_API_SERVER_CLIENT_SIGNER_NAME) else {
            return Ok(());
        };
        if requested_organizations(&request.spec.request).iter().any(|group| group == GROUP_MASTERS) {
            let signer = &request.spec.signer_name;
            let text = format!("use of {signer} signer with {GROUP_MASTERS} group is not allowed");
            return Err(ApiError::forbidden(&REQUESTS, attributes.name, &text));
        }
        Ok(())
    }
}
