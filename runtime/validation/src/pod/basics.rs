//! Checks of single texts that many parts of a pod need.

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_dns1123_label,
};

/// The text is there.
pub(crate) fn required(text: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if text.is_empty() {
        errors.push(Error::required(path, ""));
    }
}

/// The text is a DNS label.
pub(crate) fn dns_label(text: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = is_dns1123_label(text).into_iter();
    errors.extend(wrong.map(|why| Error::invalid(path, text, why).with_origin("format=dns-label")));
}
