//! The signer of requests that name none, as they did before signers had names. It follows pkg/apis/certificates/helpers.go.

use std::collections::BTreeSet;

use x509_parser::{
    certification_request::X509CertificationRequest,
    extensions::{GeneralName, ParsedExtension},
    pem::parse_x509_pem,
    prelude::FromDer,
    x509::X509Name,
};

use super::super::{
    KUBE_API_SERVER_CLIENT_KUBELET_SIGNER_NAME, KUBELET_SERVING_SIGNER_NAME, KeyUsage, LEGACY_UNKNOWN_SIGNER_NAME,
};

/// The signer for a request in PEM and the usages that go with it: one of those for kubelets, if it is such a request to the
/// letter, else the one that promises nothing. The same holds for what is no request at all.
pub(super) fn of(request: &[u8], usages: &[KeyUsage]) -> &'static str {
    for_kubelet(request, usages).unwrap_or(LEGACY_UNKNOWN_SIGNER_NAME)
}

fn for_kubelet(request: &[u8], usages: &[KeyUsage]) -> Option<&'static str> {
    let (_, pem) = parse_x509_pem(request).ok()?;
    if pem.label != "CERTIFICATE REQUEST" {
        return None;
    }
    let (rest, request) = X509CertificationRequest::from_der(&pem.contents).ok()?;
    if !rest.is_empty() || !is_node(&request.certification_request_info.subject) {
        return None;
    }
    let names = Names::of(&request);
    if names.people {
        None
    } else if !names.hosts && is_for(usages, &KeyUsage::ClientAuth) {
        Some(KUBE_API_SERVER_CLIENT_KUBELET_SIGNER_NAME)
    } else if names.hosts && is_for(usages, &KeyUsage::ServerAuth) {
        Some(KUBELET_SERVING_SIGNER_NAME)
    } else {
        None
    }
}

/// Whether this is the user name and the only group of a node.
fn is_node(subject: &X509Name<'_>) -> bool {
    let organizations: Vec<_> = subject.iter_organization().map(|name| name.as_str()).collect();
    let name = subject.iter_common_name().last().and_then(|name| name.as_str().ok());
    matches!(organizations[..], [Ok("system:nodes")]) && name.is_some_and(|name| name.starts_with("system:node:"))
}

/// Which sorts of names a request wants besides its subject.
#[derive(Default)]
struct Names {
    /// Host names or IP addresses.
    hosts: bool,
    /// Mail addresses or URIs, which kubelets have no use for.
    people: bool,
}

impl Names {
    fn of(request: &X509CertificationRequest<'_>) -> Self {
        let mut names = Self::default();
        for extension in request.requested_extensions().into_iter().flatten() {
            let ParsedExtension::SubjectAlternativeName(alternatives) = extension else { continue };
            for name in &alternatives.general_names {
                match name {
                    GeneralName::DNSName(_) | GeneralName::IPAddress(_) => names.hosts = true,
                    GeneralName::RFC822Name(_) | GeneralName::URI(_) => names.people = true,
                    _ => {}
                }
            }
        }
        names
    }
}

/// Whether the usages are `purpose` and signing, and perhaps the encryption of keys, which only RSA needs.
fn is_for(usages: &[KeyUsage], purpose: &KeyUsage) -> bool {
    let mut usages: BTreeSet<&KeyUsage> = usages.iter().collect();
    usages.remove(&KeyUsage::KeyEncipherment);
    usages == BTreeSet::from([&KeyUsage::DigitalSignature, purpose])
}
