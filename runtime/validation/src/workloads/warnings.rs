//! What makers of pods are warned of.

use kubeforge_machinery::validation::is_dns1123_label;

/// A name becomes the start of pods' names, and those become host names.
pub(super) fn of_name(name: &str) -> Vec<String> {
    let wrong = is_dns1123_label(name);
    if wrong.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label \
         is recommended: [{}]",
        wrong.join(" ")
    )]
}
