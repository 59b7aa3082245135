//! Names of signers: a domain, a slash, and a path.

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    quote::quote,
    validation::{DNS1123_LABEL_LENGTH_MAX, DNS1123_SUBDOMAIN_LENGTH_MAX, is_dns1123_label, is_dns1123_subdomain},
};

use super::invalid_each;

/// What is wrong with a signer's name.
pub(crate) fn signer_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
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
    check_labels(domain, is_dns1123_label, path, errors);
    if !domain.contains('.') {
        let text = "should be a domain with at least two segments separated by dots";
        errors.push(Error::invalid(path, domain, text));
    }
    check_labels(own, is_dns1123_subdomain, path, errors);
    // the path must have room for a namespace, a dot and a name
    let length_max = 2 * DNS1123_SUBDOMAIN_LENGTH_MAX + DNS1123_LABEL_LENGTH_MAX + 2;
    if name.len() > length_max {
        errors.push(Error::too_long(path, length_max));
    }
}

/// Tells of the first label that is malformed.
fn check_labels(text: &str, rule: fn(&str) -> Vec<String>, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = text.split('.').map(|label| (label, rule(label))).find(|(_, wrong)| !wrong.is_empty());
    if let Some((label, wrong)) = wrong {
        let told = |text| format!("validating label {}: {text}", quote(label));
        invalid_each(path, text, wrong.into_iter().map(told).collect(), errors);
    }
}

/// Whether the signer is one of Kubernetes' own.
pub(crate) fn is_kubernetes_signer(name: &str) -> bool {
    let domain = name.split('/').next().unwrap_or_default();
    domain == "kubernetes.io" || domain.ends_with(".kubernetes.io")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_domain_and_a_path() {
        let count = |name: &str| {
            let mut errors = ErrorList::new();
            signer_name(name, &Path::new("f"), &mut errors);
            errors.len()
        };
        for (name, errors) in
            [("example.com/a", 0), ("example.com/a.b", 0), ("", 1), ("a/b/c", 1), ("com/a", 1), ("Example.com/A", 2)]
        {
            assert_eq!(count(name), errors, "{name}");
        }
    }
}
