//! Names of signers of certificates.

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    quote::quote,
    validation::{DNS1123_LABEL_LENGTH_MAX, DNS1123_SUBDOMAIN_LENGTH_MAX, is_dns1123_label, is_dns1123_subdomain},
};

/// Room for a domain, a slash, a namespace, a dot and a name.
const BYTES_MAX: usize = DNS1123_SUBDOMAIN_LENGTH_MAX + 1 + DNS1123_LABEL_LENGTH_MAX + 1 + DNS1123_SUBDOMAIN_LENGTH_MAX;

/// The name is a domain, a slash, and names with dots between them.
pub(super) fn signer_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(path, ""));
        return;
    }
    let Some((domain, own)) = name.split_once('/').filter(|(_, own)| !own.contains('/')) else {
        let text = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        errors.push(Error::invalid(path, name, text));
        return;
    };
    if domain.len() > DNS1123_SUBDOMAIN_LENGTH_MAX {
        errors.push(Error::too_long(path, DNS1123_SUBDOMAIN_LENGTH_MAX));
    }
    first_wrong_label(domain, is_dns1123_label, path, errors);
    if !domain.contains('.') {
        let text = "should be a domain with at least two segments separated by dots";
        errors.push(Error::invalid(path, domain, text));
    }
    first_wrong_label(own, is_dns1123_subdomain, path, errors);
    if name.len() > BYTES_MAX {
        errors.push(Error::too_long(path, BYTES_MAX));
    }
}

fn first_wrong_label(text: &str, check: fn(&str) -> Vec<String>, path: &Path<'_>, errors: &mut ErrorList) {
    let labels = text.split('.').map(|label| (label, check(label)));
    let Some((label, wrong)) = labels.into_iter().find(|(_, wrong)| !wrong.is_empty()) else { return };
    let wrong = wrong.into_iter().map(|why| format!("validating label {}: {why}", quote(label)));
    errors.extend(wrong.map(|why| Error::invalid(path, text, why)));
}

/// Whether the signer is one of Kubernetes' own.
pub(super) fn is_kubernetes_signer(name: &str) -> bool {
    let domain = name.split('/').next().unwrap_or_default();
    domain == "kubernetes.io" || domain.ends_with(".kubernetes.io")
}
