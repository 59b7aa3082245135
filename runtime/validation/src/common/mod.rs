//! Checks that kinds of several groups share.

pub(crate) mod cel;
mod compare;
mod conditions;
mod internal;
mod ip;
mod node_selector;
pub(crate) mod resource_name;
mod selector;
pub(crate) mod signer_name;
pub(crate) mod tolerations;
pub(crate) mod unified;

use kubeforge_machinery::{
    Quantity,
    codec::Json,
    field::{BadValue, Error, ErrorList, Path},
};

pub(crate) use conditions::conditions;
pub(crate) use internal::{difference, difference_of_lists, shown_internal, shown_list, shown_structs};
pub(crate) use ip::{
    cidr_warnings, endpoint_ip, ip_warnings, is_dual_stack_cidrs, is_ipv6, is_strict_subset, legacy_cidr, legacy_ip,
};
pub(crate) use node_selector::{has_invalid_values, node_selector, node_selector_term};
pub(crate) use selector::{SelectorOptions, label_selector};

/// Protocols of ports, as errors list them.
pub(crate) const PORT_PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// What apimachinery says of a number below zero.
pub(crate) const NEGATIVE: &str = "must be greater than or equal to 0";

/// What apimachinery says of a field that may not change.
pub(crate) const IMMUTABLE: &str = "field is immutable";

/// The value is zero or more.
pub(crate) fn non_negative(value: i64, path: &Path<'_>, errors: &mut ErrorList) {
    if value < 0 {
        errors.push(Error::invalid(path, value, NEGATIVE).with_origin("minimum"));
    }
}

/// The amount is zero or more. Unlike in other errors its text is shown in quotes.
pub(crate) fn non_negative_quantity(value: &Quantity, path: &Path<'_>, errors: &mut ErrorList) {
    if *value < Quantity::ZERO {
        errors.push(Error::invalid(path, value.to_string(), NEGATIVE).with_origin("minimum"));
    }
}

/// The field is what it was; a struct or list is shown as JSON.
pub(crate) fn immutable<T: PartialEq + Json>(new: &T, old: &T, path: &Path<'_>, errors: &mut ErrorList) {
    if new != old {
        errors.push(Error::invalid(path, shown(new), IMMUTABLE).with_origin("immutable"));
    }
}

/// What is said of a text that may not change.
pub(crate) fn immutable_text(path: &Path<'_>, value: &str) -> Error {
    Error::invalid(path, value, IMMUTABLE).with_origin("immutable")
}

/// A value as errors show it: its JSON, which for texts is the text in quotes.
pub(crate) fn shown<T: Json>(value: &T) -> BadValue {
    BadValue::json(value)
}

/// Makes an error of each text that a check of the value returned.
pub(crate) fn invalid_each(
    path: &Path<'_>,
    value: impl Into<BadValue> + Clone,
    texts: Vec<String>,
    errors: &mut ErrorList,
) {
    errors.extend(texts.into_iter().map(|text| Error::invalid(path, value.clone(), text)));
}

/// The amount is more than zero.
pub(crate) fn positive_quantity(value: &Quantity, path: &Path<'_>, errors: &mut ErrorList) {
    if *value <= Quantity::ZERO {
        errors.push(Error::invalid(path, value.to_string(), "must be greater than zero"));
    }
}
