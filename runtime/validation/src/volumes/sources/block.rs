//! Block devices of a storage network.

use kubeforge_api::core::v1::{FCVolumeSource, ISCSIPersistentVolumeSource};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_in_range,
};

use super::required;
use crate::common::{invalid_each, shown};

const LUN_MAX: i64 = 255;
/// `<volume name>:<portal>` becomes part of an initiator's name.
const NAME_AND_PORTAL_BYTES_MAX: usize = 64;

pub(super) fn iscsi(source: &ISCSIPersistentVolumeSource, volume: &str, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("targetPortal", &source.target_portal)], path, errors);
    let name_and_portal = volume.len() + 1 + source.target_portal.len();
    if source.initiator_name.is_some() && name_and_portal > NAME_AND_PORTAL_BYTES_MAX {
        let text = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if \
                    iscsi.initiatorName is specified.";
        errors.push(Error::invalid(&path.child("targetportal"), &source.target_portal, text));
    }
    let iqn = path.child("iqn");
    if source.iqn.is_empty() {
        errors.push(Error::required(&iqn, ""));
    } else {
        qualified_name(&source.iqn, &iqn, errors);
    }
    invalid_each(&path.child("lun"), source.lun, is_in_range(source.lun.into(), 0, LUN_MAX), errors);
    let secret = path.child("secretRef");
    match &source.secret_ref {
        None if source.discovery_chap_auth || source.session_chap_auth => errors.push(Error::required(&secret, "")),
        None => {}
        Some(reference) => required(&[("name", &reference.name)], &secret, errors),
    }
    if let Some(initiator) = &source.initiator_name {
        qualified_name(initiator, &path.child("initiatorname"), errors);
    }
}

/// The name of a target or initiator, in one of its three forms.
fn qualified_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let is_valid = match name.get(..3) {
        Some("iqn") => name.match_indices("iqn.").any(|(at, _)| name.get(at..).is_some_and(is_iqn)),
        Some("eui") => has_identifier(name, 16),
        Some("naa") => has_identifier(name, 32),
        _ => false,
    };
    if !is_valid {
        errors.push(Error::invalid(path, name, "must be valid format"));
    }
}

/// `iqn.yyyy-mm.`, a domain, a colon and any name.
fn is_iqn(name: &str) -> bool {
    let Some((year, rest)) = name.strip_prefix("iqn.").and_then(|rest| rest.split_once('-')) else { return false };
    let Some((month, rest)) = rest.split_once('.') else { return false };
    let Some((domain, own)) = rest.split_once(':') else { return false };
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let in_domain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    digits(year, 4)
        && digits(month, 2)
        && !domain.is_empty()
        && domain.bytes().all(in_domain)
        && !own.is_empty()
        && !own.contains([',', ';', '*', '&', '$', '|', ' ', '\t', '\n', '\r', '\u{c}'])
}

/// Three letters, any character, and so many letters or digits.
fn has_identifier(name: &str, length: usize) -> bool {
    let identifier: Vec<char> = name.chars().skip(4).collect();
    identifier.len() == length && identifier.iter().all(char::is_ascii_alphanumeric)
}

pub(super) fn fibre_channel(source: &FCVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    let targets = path.child("targetWWNs");
    if source.target_wwns.is_empty() && source.wwids.is_empty() {
        errors.push(Error::required(&targets, "must specify either targetWWNs or wwids, but not both"));
    }
    if !source.target_wwns.is_empty() && !source.wwids.is_empty() {
        let text = "targetWWNs and wwids can not be specified simultaneously";
        errors.push(Error::invalid(&targets, shown(&source.target_wwns), text));
    }
    if source.target_wwns.is_empty() {
        return;
    }
    let lun = path.child("lun");
    match source.lun {
        None => errors.push(Error::required(&lun, "lun is required if targetWWNs is specified")),
        Some(number) => invalid_each(&lun, number, is_in_range(number.into(), 0, LUN_MAX), errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_targets() {
        let check = |name: &str| {
            let mut errors = ErrorList::new();
            qualified_name(name, &Path::new("iqn"), &mut errors);
            errors.is_empty()
        };
        for good in
            ["iqn.2001-04.com.example:storage:a", "eui.0123456789abcdef", "naa.50004cf200000000500a0980000000aa"]
        {
            assert!(check(good), "{good}");
        }
        for bad in ["iqn.2001-4.com.example:a", "iqn.2001-04.com.example", "iqn.2001-04.com:a b", "eui.01", "x"] {
            assert!(!check(bad), "{bad}");
        }
    }
}
