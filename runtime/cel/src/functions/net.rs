//! Addresses and networks. Follows apiserver pkg/cel/library/{ip,cidr}.go.

use std::net::IpAddr;

use kubeforge_machinery::quote::quote;

use super::{Answer, operators::no};
use crate::value::Value;

/// Go's words for a text that is no address.
fn wrong_address(text: &str) -> String {
    let shown = quote(text);
    let cause = match text.find(['.', ':', '%']) {
        None => "unable to parse IP",
        Some(at) if text.get(at..).is_some_and(|rest| rest.starts_with('%')) => "missing IPv6 address",
        Some(_) if text.contains(':') => "each group must have at least one digit and at most four hex digits",
        Some(_) => {
            let fields: Vec<&str> = text.split('.').collect();
            let is_number = |field: &&&str| !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit());
            match fields.iter().find(|field| !is_number(field) || field.parse::<u8>().is_err()) {
                Some(&"") => "IPv4 field must have at least one digit",
                Some(field) if is_number(&field) => "IPv4 field has value >255",
                Some(_) => "unexpected character",
                None if fields.len() > 4 => "IPv4 address too long",
                None if fields.len() < 4 => "IPv4 address too short",
                None => "IPv4 field has octet with leading zero",
            }
        }
    };
    if cause == "unexpected character" {
        let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or_default();
        return format!("ParseAddr({shown}): unexpected character (at {})", quote(text.get(at..).unwrap_or_default()));
    }
    format!("ParseAddr({shown}): {cause}")
}

fn parse_ip(text: &str) -> Result<IpAddr, String> {
    let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
    let Ok(parsed) = address.parse::<IpAddr>() else {
        let shown = quote(text);
        return Err(format!("IP Address {shown} parse error during conversion from string: {}", wrong_address(text)));
    };
    if zone.is_some() {
        return Err(format!("IP address {} with zone value is not allowed", quote(text)));
    }
    if is_mapped(parsed) {
        return Err(format!("IPv4-mapped IPv6 address {} is not allowed", quote(text)));
    }
    Ok(parsed)
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

fn parse_cidr(text: &str) -> Result<(IpAddr, u8), String> {
    let what = "network address parse error during conversion from string: ";
    let fails = |why: &str| Err(format!("{what}netip.ParsePrefix({}): {why}", quote(text)));
    let Some((address, bits)) = text.rsplit_once('/') else { return fails("no '/'") };
    let Ok(parsed) = address.parse::<IpAddr>() else { return fails(&wrong_address(address)) };
    let is_number = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || (bits.len() > 1 && bits.starts_with('0')) {
        return fails(&format!("bad bits after slash: {}", quote(bits)));
    }
    let most = if parsed.is_ipv4() { 32 } else { 128 };
    match bits.parse::<u8>() {
        Ok(bits) if bits <= most && !is_mapped(parsed) => Ok((parsed, bits)),
        Ok(bits) if bits <= most => Err(format!("IPv4-mapped IPv6 address {} is not allowed", quote(text))),
        _ => fails("prefix length out of range"),
    }
}

pub(super) fn ip(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => parse_ip(text).map(Value::Ip),
        [Value::Cidr(address, _)] => Ok(Value::Ip(*address)),
        _ => no(),
    }
}

pub(super) fn is_ip(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Ok(Value::Bool(parse_ip(text).is_ok())),
        _ => no(),
    }
}

pub(super) fn is_canonical(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => parse_ip(text).map(|address| Value::Bool(address.to_string() == **text)),
        _ => no(),
    }
}

pub(super) fn family(args: &[Value]) -> Answer {
    match args {
        [Value::Ip(address)] => Ok(Value::Int(if address.is_ipv4() { 4 } else { 6 })),
        _ => no(),
    }
}

fn is(args: &[Value], fits: fn(IpAddr) -> bool) -> Answer {
    match args {
        [Value::Ip(address)] => Ok(Value::Bool(fits(*address))),
        _ => no(),
    }
}

pub(super) fn is_unspecified(args: &[Value]) -> Answer {
    is(args, |address| address.is_unspecified())
}

pub(super) fn is_loopback(args: &[Value]) -> Answer {
    is(args, |address| address.is_loopback())
}

fn link_local_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.octets().starts_with(&[224, 0, 0]),
        IpAddr::V6(v6) => v6.segments().first().is_some_and(|first| first & 0xff0f == 0xff02),
    }
}

fn link_local_unicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

pub(super) fn is_link_local_multicast(args: &[Value]) -> Answer {
    is(args, link_local_multicast)
}

pub(super) fn is_link_local_unicast(args: &[Value]) -> Answer {
    is(args, link_local_unicast)
}

pub(super) fn is_global_unicast(args: &[Value]) -> Answer {
    is(args, |address| {
        let is_broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
        let is_special = address.is_unspecified() || address.is_loopback() || address.is_multicast();
        !is_broadcast && !is_special && !link_local_unicast(address)
    })
}

pub(super) fn cidr(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => parse_cidr(text)
            .map(|(address, bits)| Value::Cidr(address, bits))
            .map_err(|why| format!("network address parse error during conversion from string: {why}")),
        _ => no(),
    }
}

pub(super) fn is_cidr(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Ok(Value::Bool(parse_cidr(text).is_ok())),
        _ => no(),
    }
}

/// The address with the bits behind the prefix cleared.
fn mask(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

pub(super) fn contains_ip(args: &[Value]) -> Answer {
    let (network, bits, address) = match args {
        [Value::Cidr(network, bits), Value::Ip(address)] => (network, bits, *address),
        [Value::Cidr(network, bits), Value::String(text)] => match parse_ip(text) {
            Ok(address) => (network, bits, address),
            Err(_) => return no(),
        },
        _ => return no(),
    };
    let is_same_family = network.is_ipv4() == address.is_ipv4();
    Ok(Value::Bool(is_same_family && mask(*network, *bits) == mask(address, *bits)))
}

pub(super) fn contains_cidr(args: &[Value]) -> Answer {
    let (network, bits, (inner, inner_bits)) = match args {
        [Value::Cidr(network, bits), Value::Cidr(inner, inner_bits)] => (network, bits, (*inner, *inner_bits)),
        [Value::Cidr(network, bits), Value::String(text)] => match parse_cidr(text) {
            Ok(inner) => (network, bits, inner),
            Err(_) => return no(),
        },
        _ => return no(),
    };
    let is_within = network.is_ipv4() == inner.is_ipv4() && mask(*network, *bits) == mask(inner, *bits);
    Ok(Value::Bool(is_within && *bits <= inner_bits))
}

pub(super) fn prefix_length(args: &[Value]) -> Answer {
    match args {
        [Value::Cidr(_, bits)] => Ok(Value::Int(i64::from(*bits))),
        _ => no(),
    }
}

pub(super) fn masked(args: &[Value]) -> Answer {
    match args {
        [Value::Cidr(address, bits)] => Ok(Value::Cidr(mask(*address, *bits), *bits)),
        _ => no(),
    }
}
