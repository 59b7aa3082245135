use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{
    field::{Error, ErrorList, Path},
    quote::quote,
};

/// Reads an IP address as Kubernetes' old fields do: IPv4 octets may have leading zeros, which mean nothing.
pub fn parse_ip(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let mut octets = [0u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let digits = parts.next().filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        // only leading zeros may make it longer than three digits
        *octet = match digits.trim_start_matches('0') {
            "" => 0,
            significant => significant.parse().ok()?,
        };
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets).into())
}

/// Reads an address and the length of its prefix, as Kubernetes' old fields do.
pub fn parse_cidr(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let address = parse_ip(address)?;
    if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let length: u8 = match length.trim_start_matches('0') {
        "" => 0,
        significant => significant.parse().ok()?,
    };
    let length_max = if address.is_ipv4() { 32 } else { 128 };
    (length <= length_max).then_some((address, length))
}

/// The one text of an address: RFC 5952, and an IPv4 address inside IPv6 as IPv4.
pub fn canonical_ip(address: IpAddr) -> String {
    address.to_canonical().to_string()
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

/// The address with the bits beyond the prefix cleared.
fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    }
}

fn strict_ip(path: &Path<'_>, value: &str) -> Result<IpAddr, ErrorList> {
    let Some(address) = parse_ip(value) else {
        return Err(vec![Error::invalid(path, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]);
    };
    if value.parse::<IpAddr>().is_err() {
        return Err(vec![Error::invalid(path, value, "must not have leading 0s")]);
    }
    if is_mapped(address) {
        return Err(vec![Error::invalid(path, value, "must not be an IPv4-mapped IPv6 address")]);
    }
    Ok(address)
}

fn with_origin(errors: ErrorList, origin: &'static str) -> ErrorList {
    errors.into_iter().map(|error| error.with_origin(origin)).collect()
}

/// An IP address without leading zeros and not one mapped into IPv6; any spelling that allows. For fields that predate
/// [`is_valid_ip`].
pub fn is_valid_ip_sloppy(path: &Path<'_>, value: &str) -> ErrorList {
    with_origin(strict_ip(path, value).err().unwrap_or_default(), "format=ip-sloppy")
}

/// An IP address in its one text.
pub fn is_valid_ip(path: &Path<'_>, value: &str) -> ErrorList {
    let errors = match strict_ip(path, value) {
        Err(errors) => errors,
        Ok(address) => not_canonical(path, value, &canonical_ip(address)),
    };
    with_origin(errors, "format=ip-strict")
}

fn not_canonical(path: &Path<'_>, value: &str, canonical: &str) -> ErrorList {
    if value == canonical {
        return Vec::new();
    }
    vec![Error::invalid(path, value, format!("must be in canonical form ({})", quote(canonical)))]
}

fn strict_cidr(path: &Path<'_>, value: &str) -> Result<(IpAddr, u8), ErrorList> {
    let Some((address, length)) = parse_cidr(value) else {
        let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
        return Err(vec![Error::invalid(path, value, detail)]);
    };
    let (address_text, length_text) = value.split_once('/').unwrap_or((value, ""));
    let detail = if address_text.parse::<IpAddr>().is_err() || length_text != length.to_string() {
        "must not have leading 0s in IP or prefix length"
    } else if is_mapped(address) {
        "must not have an IPv4-mapped IPv6 address"
    } else if masked(address, length) != address {
        "must not have bits set beyond the prefix length"
    } else {
        return Ok((address, length));
    };
    Err(vec![Error::invalid(path, value, detail)])
}

/// A range of addresses without leading zeros, mapped addresses or bits beyond the prefix. For fields that predate
/// [`is_valid_cidr`].
pub fn is_valid_cidr_sloppy(path: &Path<'_>, value: &str) -> ErrorList {
    strict_cidr(path, value).err().unwrap_or_default()
}

/// A range of addresses in its one text.
pub fn is_valid_cidr(path: &Path<'_>, value: &str) -> ErrorList {
    match strict_cidr(path, value) {
        Err(errors) => errors,
        Ok((address, length)) => not_canonical(path, value, &format!("{}/{length}", canonical_ip(address))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&Path<'_>, &str) -> ErrorList, value: &str, want: &str) {
        let found: Vec<String> = rule(&Path::new("f"), value).into_iter().map(|error| error.detail).collect();
        assert_eq!(found.join(";"), want, "{value}");
    }

    #[test]
    fn addresses() {
        let no_address = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        for value in ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.x", "fe80::1%eth0", "g::"] {
            check(is_valid_ip_sloppy, value, no_address);
        }
        check(is_valid_ip, "10.0.0.1", "");
        check(is_valid_ip, "fe80::abc", "");
        check(is_valid_ip, "010.0.0.1", "must not have leading 0s");
        check(is_valid_ip, "::ffff:1.2.3.4", "must not be an IPv4-mapped IPv6 address");
        check(is_valid_ip, "FE80:0::0abc", r#"must be in canonical form ("fe80::abc")"#);
        check(is_valid_ip_sloppy, "FE80:0::0abc", "");
    }

    #[test]
    fn ranges() {
        let no_range = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
        for value in ["", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/+8", "fd00::/129"] {
            check(is_valid_cidr_sloppy, value, no_range);
        }
        check(is_valid_cidr, "10.0.0.0/8", "");
        check(is_valid_cidr, "0.0.0.0/0", "");
        check(is_valid_cidr, "fd00::/64", "");
        check(is_valid_cidr, "10.0.0.0/08", "must not have leading 0s in IP or prefix length");
        check(is_valid_cidr, "10.0.0.1/8", "must not have bits set beyond the prefix length");
        check(is_valid_cidr, "::ffff:1.2.3.0/120", "must not have an IPv4-mapped IPv6 address");
        check(is_valid_cidr, "FD00::/64", r#"must be in canonical form ("fd00::/64")"#);
    }
}
