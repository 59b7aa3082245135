//! Disks that are reached by iSCSI.

use kubeforge_api::core::v1::{ISCSIVolumeSource, Volume};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::out_of_range,
};

use super::super::basics::required;

/// The kinds of names that iSCSI has, by their first letters.
const KINDS: [&str; 3] = ["iqn", "eui", "naa"];

/// How a name is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IscsiName {
    /// It is of no known kind.
    UnknownKind,
    /// It is not as names of its kind are.
    Malformed,
}

/// What is wrong with the name of a target or an initiator, if anything is.
pub(crate) fn iscsi_name(name: &str) -> Option<IscsiName> {
    let kind = KINDS.into_iter().find(|kind| name.starts_with(kind));
    let well_formed = match kind {
        None => return Some(IscsiName::UnknownKind),
        Some("iqn") => has_qualified_name(name),
        Some("eui") => is_number(name, 16),
        Some(_) => is_number(name, 32),
    };
    (!well_formed).then_some(IscsiName::Malformed)
}

/// Whether it ends in `iqn.`, a year and a month, a domain, and what the domain's owner wrote after a colon. Upstream's
/// expression is not anchored at the beginning.
fn has_qualified_name(name: &str) -> bool {
    name.match_indices("iqn.").any(|(at, _)| is_qualified_name(name.get(at + 4..).unwrap_or_default()))
}

fn is_qualified_name(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((date, rest)) = text.split_at_checked(8) else { return false };
    let date_fits = matches!((date.get(..4), date.get(4..5), date.get(5..7), date.get(7..)),
        (Some(year), Some("-"), Some(month), Some(".")) if digits(year) && digits(month));
    let Some((domain, own)) = rest.split_once(':') else { return false };
    let domain_fits =
        !domain.is_empty() && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let forbidden = [',', ';', '*', '&', '$', '|', '\t', '\n', '\u{c}', '\r', ' '];
    date_fits && domain_fits && !own.is_empty() && !own.contains(forbidden)
}

/// Whether after the kind and one more character there are as many letters and digits.
fn is_number(name: &str, digits: usize) -> bool {
    let mut rest = name.get(3..).unwrap_or_default().chars();
    let separated = rest.next().is_some_and(|separator| separator != '\n');
    let rest = rest.as_str();
    separated && rest.len() == digits && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

pub(super) fn iscsi(source: &ISCSIVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.target_portal, &path.child("targetPortal"), errors);
    if source.iqn.is_empty() {
        errors.push(Error::required(&path.child("iqn"), ""));
    } else {
        name(&source.iqn, &path.child("iqn"), errors);
    }
    if !(0..=255).contains(&source.lun) {
        errors.push(Error::invalid(&path.child("lun"), source.lun, out_of_range(0, 255)));
    }
    if (source.discovery_chap_auth || source.session_chap_auth) && source.secret_ref.is_none() {
        errors.push(Error::required(&path.child("secretRef"), ""));
    }
    if let Some(initiator) = &source.initiator_name {
        name(initiator, &path.child("initiatorname"), errors);
    }
}

fn name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let text = match iscsi_name(name) {
        None => return,
        Some(IscsiName::UnknownKind) => "must be valid format starting with iqn, eui, or naa",
        Some(IscsiName::Malformed) => "must be valid format",
    };
    errors.push(Error::invalid(path, name, text));
}

/// The interface of an initiator of its own is named after volume and portal, and such names are short.
pub(super) fn session_name(volume: &Volume, path: &Path<'_>, errors: &mut ErrorList) {
    const BYTES_MAX: usize = 64;
    let Some(source) = volume.volume_source.iscsi.as_deref() else { return };
    if source.initiator_name.is_some() && volume.name.len() + ":".len() + source.target_portal.len() > BYTES_MAX {
        let text = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
        errors.push(Error::invalid(&path.child("name"), &volume.name, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_three_kinds() {
        for good in [
            "iqn.2001-04.com.example:storage.disk:1",
            "iqn-iqn.2001-04.a:b",
            "eui.0123456789abcdef",
            "naa.0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(iscsi_name(good), None, "{good}");
        }
        for bad in ["iqn", "iqn.2001-04.a", "iqn.2001-04.a:", "iqn.201-04.a:b", "iqn.2001-04.a:b c", "eui.012", "naa.é"]
        {
            assert_eq!(iscsi_name(bad), Some(IscsiName::Malformed), "{bad}");
        }
        assert_eq!(iscsi_name("iq.2001"), Some(IscsiName::UnknownKind));
    }
}
