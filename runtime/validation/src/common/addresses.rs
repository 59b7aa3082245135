//! Warnings of addresses that are read otherwise elsewhere. Follows apimachinery pkg/util/validation/ip.go.

use std::net::IpAddr;

use kubeforge_machinery::{
    field::Path,
    quote::quote,
    validation::{canonical_ip, parse_ip},
};

/// What to tell of an address that is accepted in a spelling that others may not read, or read differently.
pub(crate) fn ip_warnings(path: &Path<'_>, value: &str, found: &mut Vec<String>) {
    let Some(address) = parse_ip(value) else { return };
    let is_mapped = matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
    let canonical = canonical_ip(address);
    if value.parse::<IpAddr>().is_err() || is_mapped {
        let canonical = quote(&canonical);
        found.push(format!("{path}: non-standard IP address {} will be considered invalid in a future Kubernetes release: use {canonical}", quote(value)));
    } else if value != canonical {
        let canonical = quote(&canonical);
        found.push(format!(
            "{path}: IPv6 address {} should be in RFC 5952 canonical format ({canonical})",
            quote(value)
        ));
    }
}
