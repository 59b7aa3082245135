//! IP addresses and ranges in fields that are older than Kubernetes' strict rules for them. Follows
//! pkg/apis/core/validation and apimachinery pkg/util/validation/ip.go, with `StrictIPCIDRValidation` on as by default.

use std::net::IpAddr;

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    quote::quote,
    validation::{canonical_ip, is_valid_cidr_sloppy, is_valid_ip_sloppy, parse_cidr, parse_ip},
};

/// An address; one that the object had before may stay as it is. Says whether it is fine.
pub(crate) fn legacy_ip(value: &str, before: &[String], path: &Path<'_>, errors: &mut ErrorList) -> bool {
    if before.iter().any(|kept| kept == value) {
        return true;
    }
    let found = is_valid_ip_sloppy(path, value);
    let is_fine = found.is_empty();
    errors.extend(found);
    is_fine
}

/// A range; one that the object had before may stay as it is.
pub(crate) fn legacy_cidr<S: AsRef<str>>(value: &str, before: &[S], path: &Path<'_>, errors: &mut ErrorList) {
    if !before.iter().any(|kept| kept.as_ref() == value) {
        errors.extend(is_valid_cidr_sloppy(path, value));
    }
}

/// An address that traffic can be sent to from anywhere in the cluster.
pub(crate) fn endpoint_ip(value: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(address) = parse_ip(value) else {
        errors.push(Error::invalid(path, value, "must be a valid IP address").with_origin("format=ip-sloppy"));
        return;
    };
    let address = address.to_canonical();
    let mut refuse = |text: String| errors.push(Error::invalid(path, value, text).with_origin("format=endpoint-ip"));
    if address.is_unspecified() {
        refuse(format!("may not be unspecified ({value})"));
    }
    if address.is_loopback() {
        refuse("may not be in the loopback range (127.0.0.0/8, ::1/128)".to_owned());
    }
    let (is_link_local, is_link_local_multicast) = match address {
        IpAddr::V4(v4) => (v4.is_link_local(), v4.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.octets();
            (v6.is_unicast_link_local(), first == 0xff && second & 0x0f == 2)
        }
    };
    if is_link_local {
        refuse("may not be in the link-local range (169.254.0.0/16, fe80::/10)".to_owned());
    }
    if is_link_local_multicast {
        refuse("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)".to_owned());
    }
}

/// Whether the text is an IPv6 address; texts that are no address are not.
pub(crate) fn is_ipv6(value: &str) -> bool {
    parse_ip(value).is_some_and(|address| address.to_canonical().is_ipv6())
}

/// Whether there is one range of each family at least; `None` where one of them is no range.
pub(crate) fn is_dual_stack_cidrs<S: AsRef<str>>(ranges: &[S]) -> Option<bool> {
    let families: Option<Vec<bool>> = ranges
        .iter()
        .map(|range| parse_cidr(range.as_ref()).map(|(address, _)| address.to_canonical().is_ipv6()))
        .collect();
    let families = families?;
    Some(families.contains(&true) && families.contains(&false))
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

/// What to tell of an address that is written in an unusual way.
pub(crate) fn ip_warnings(value: &str, path: &Path<'_>) -> Option<String> {
    let address = parse_ip(value)?;
    let canonical = canonical_ip(address);
    if value.parse::<IpAddr>().is_err() || is_mapped(address) {
        return Some(format!(
            "{path}: non-standard IP address {} will be considered invalid in a future Kubernetes release: use {}",
            quote(value),
            quote(&canonical)
        ));
    }
    (address.is_ipv6() && canonical != value).then(|| {
        format!("{path}: IPv6 address {} should be in RFC 5952 canonical format ({})", quote(value), quote(&canonical))
    })
}

/// What to tell of a range that is written in an unusual way.
pub(crate) fn cidr_warnings(value: &str, path: &Path<'_>) -> Vec<String> {
    let Some((address, length)) = parse_cidr(value) else { return Vec::new() };
    let (address_text, length_text) = value.split_once('/').unwrap_or((value, ""));
    // a mapped range of 96 bits and more is shown as the IPv4 range that it is
    let (plain, plain_length) = match address.to_canonical() {
        plain if is_mapped(address) && length >= 96 => (plain, length - 96),
        _ => (address, length),
    };
    let network = masked(plain, plain_length);
    let canonical = format!("{}/{plain_length}", canonical_ip(network));
    let mut found = Vec::new();
    if network != plain {
        let alone = format!("{}/{}", canonical_ip(plain), if plain.is_ipv4() { 32 } else { 128 });
        found.push(format!(
            "{path}: CIDR value {} is ambiguous in this context (should be {} or {}?)",
            quote(value),
            quote(&canonical),
            quote(&alone)
        ));
    }
    if address_text.parse::<IpAddr>().is_err() || length_text != length.to_string() || is_mapped(address) {
        found.push(format!(
            "{path}: non-standard CIDR value {} will be considered invalid in a future Kubernetes release: use {}",
            quote(value),
            quote(&canonical)
        ));
    }
    if found.is_empty() && address.is_ipv6() && canonical != value {
        found.push(format!(
            "{path}: IPv6 CIDR value {} should be in RFC 5952 canonical format ({})",
            quote(value),
            quote(&canonical)
        ));
    }
    found
}

/// The address with the bits beyond the prefix cleared.
fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length.min(32))).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

/// Whether the second range lies within the first and is smaller.
pub(crate) fn is_strict_subset(outer: (IpAddr, u8), inner: (IpAddr, u8)) -> bool {
    let (outer_address, inner_address) = (outer.0.to_canonical(), inner.0.to_canonical());
    outer_address.is_ipv4() == inner_address.is_ipv4()
        && outer.1 < inner.1
        && masked(inner.0, outer.1) == masked(outer.0, outer.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_reachable_from_everywhere() {
        for (value, count) in [
            ("10.0.0.1", 0),
            ("fd00::1", 0),
            ("0.0.0.0", 1),
            ("::", 1),
            ("127.1.2.3", 1),
            ("::1", 1),
            ("169.254.0.1", 1),
            ("fe80::1", 1),
            ("224.0.0.5", 1),
            ("ff02::5", 1),
            ("ff05::5", 0),
            ("x", 1),
        ] {
            let mut errors = ErrorList::new();
            endpoint_ip(value, &Path::new("ip"), &mut errors);
            assert_eq!(errors.len(), count, "{value}");
        }
    }

    #[test]
    fn unusual_forms_are_told() {
        let path = Path::new("f");
        assert_eq!(ip_warnings("10.0.0.1", &path), None);
        assert_eq!(
            ip_warnings("::ffff:1.2.3.4", &path).as_deref(),
            Some(
                r#"f: non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4""#
            )
        );
        assert_eq!(
            ip_warnings("2001:db8:0:0::2", &path).as_deref(),
            Some(r#"f: IPv6 address "2001:db8:0:0::2" should be in RFC 5952 canonical format ("2001:db8::2")"#)
        );
        assert_eq!(cidr_warnings("10.0.0.0/8", &path), Vec::<String>::new());
        assert_eq!(
            cidr_warnings("192.012.2.8/24", &path),
            [
                r#"f: CIDR value "192.012.2.8/24" is ambiguous in this context (should be "192.12.2.0/24" or "192.12.2.8/32"?)"#,
                r#"f: non-standard CIDR value "192.012.2.8/24" will be considered invalid in a future Kubernetes release: use "192.12.2.0/24""#,
            ]
        );
        assert_eq!(
            cidr_warnings("::ffff:192.12.2.0/120", &path),
            [
                r#"f: non-standard CIDR value "::ffff:192.12.2.0/120" will be considered invalid in a future Kubernetes release: use "192.12.2.0/24""#
            ]
        );
    }

    #[test]
    fn exceptions_lie_within() {
        let subset =
            |outer: &str, inner: &str| is_strict_subset(parse_cidr(outer).unwrap(), parse_cidr(inner).unwrap());
        assert!(subset("10.0.0.0/8", "10.1.0.0/16"));
        assert!(!subset("10.0.0.0/8", "10.0.0.0/8"));
        assert!(!subset("10.0.0.0/8", "11.0.0.0/16"));
        assert!(!subset("10.0.0.0/8", "fd00::/64"));
        assert!(subset("0.0.0.0/0", "10.0.0.0/8"));
    }
}
