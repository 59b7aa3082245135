//! Names of requests, devices, pools, attributes.

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_c_identifier, is_dns1123_label, is_dns1123_subdomain},
};

use crate::{common::invalid_each, volumes::driver_name};

const POOL_BYTES_MAX: usize = 253;
const IDENTIFIER_BYTES_MAX: usize = 32;
/// A domain, a slash and an identifier.
const ATTRIBUTE_BYTES_MAX: usize = 63 + 1 + IDENTIFIER_BYTES_MAX;
const UUID_LENGTH: usize = 36;

/// A DNS label: names of requests, devices and counters.
pub(super) fn label(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(path, name, is_dns1123_label(name), errors);
}

/// The name of a class, which must be given.
pub(super) fn class_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(path, ""));
    } else {
        invalid_each(path, name, is_dns1123_subdomain(name), errors);
    }
}

/// The name of a pool: domains with slashes between them.
pub(super) fn pool_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(path, ""));
        return;
    }
    if name.len() > POOL_BYTES_MAX {
        errors.push(Error::too_long(path, POOL_BYTES_MAX));
    }
    for part in name.split('/') {
        invalid_each(path, part, is_dns1123_subdomain(part), errors);
    }
}

/// The name of an attribute or capacity; without a domain it is the driver's.
pub(super) fn qualified_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    match name.split_once('/') {
        None => identifier(name, path, errors),
        Some((_, rest)) if rest.contains('/') => {
            errors.push(Error::invalid(path, name, "must not contain more than one slash"));
        }
        Some((domain, own)) => {
            if domain.is_empty() {
                errors.push(Error::invalid(path, "", "the domain must not be empty"));
            } else {
                driver_name(domain, path, errors);
            }
            if own.is_empty() {
                errors.push(Error::invalid(path, "", "the name must not be empty"));
            } else {
                identifier(own, path, errors);
            }
        }
    }
}

/// The name of an attribute with its domain.
pub(super) fn fully_qualified_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    qualified_name(name, path, errors);
    if !name.contains('/') {
        let text = "a fully qualified name must be a domain and a name separated by a slash";
        errors.push(Error::invalid(path, name, text));
    }
}

fn identifier(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.len() > IDENTIFIER_BYTES_MAX {
        errors.push(Error::too_long(path, IDENTIFIER_BYTES_MAX));
    }
    invalid_each(path, name, is_c_identifier(name), errors);
}

/// A key as paths show it: its middle is left out if it is longer than any attribute's name.
pub(super) fn shown_key(key: &str) -> String {
    const DOTS: &str = "...";
    if key.len() <= ATTRIBUTE_BYTES_MAX {
        return key.to_owned();
    }
    let kept = ATTRIBUTE_BYTES_MAX - DOTS.len();
    let chars: Vec<char> = key.chars().collect();
    let head: String = chars.iter().take(kept.div_ceil(2)).collect();
    let tail: String = chars.iter().skip(chars.len().saturating_sub(kept / 2)).collect();
    format!("{head}{DOTS}{tail}")
}

/// An identifier in the one form of RFC 4122.
pub(super) fn uid(text: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let is_digit = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    if text.len() != UUID_LENGTH {
        let text_ = format!("error validating uid: invalid UUID length: {}", text.len());
        errors.push(Error::invalid(path, text, text_));
    } else if !text.bytes().enumerate().all(is_digit) {
        errors.push(Error::invalid(path, text, "error validating uid: invalid UUID format"));
    } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let rule = "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase \
                    hexadecimal characters";
        errors.push(Error::invalid(path, text, rule));
    }
}
