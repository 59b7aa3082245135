//! Structs of pods as the reference server has them inside, which some of its error texts show as JSON: fields under
//! their Go names and in Go's order, none left out.
//!
//! [`layout`] says which fields those are; the values come from the JSON of our own types.

mod layout;
mod render;

use std::fmt::Write as _;

use kubeforge_api::core::v1::PodSpec;
use kubeforge_machinery::{codec::Json, field::BadValue};
use serde_json::{Map, Value};

use crate::common::unified;

use layout::Layout;
pub(super) use layout::{
    EPHEMERAL_CONTAINER, NODE_SELECTOR_TERM, POD_RESOURCE_CLAIM, SECCOMP_PROFILE, SECURITY_CONTEXT,
};
use render::{Form, rendered};

/// A struct as the value of an error.
pub(super) fn shown<T: Json>(value: &T, layout: &'static Layout) -> BadValue {
    BadValue::Plain(rendered(&json(value), layout, Form::Compact))
}

/// A list of structs as the value of an error; Go's nil where it is empty.
pub(super) fn list_shown<T: Json>(values: &[T], layout: &'static Layout) -> BadValue {
    if values.is_empty() {
        return BadValue::Plain("null".to_owned());
    }
    let mut list = String::new();
    for value in values {
        let start = if list.is_empty() { '[' } else { ',' };
        // writing to a String cannot fail
        let _infallible = write!(list, "{start}{}", rendered(&json(value), layout, Form::Compact));
    }
    list.push(']');
    BadValue::Plain(list)
}

/// How two structs differ, line by line.
pub(super) fn difference<T: Json>(old: &T, new: &T, layout: &'static Layout) -> String {
    unified::diff(&rendered(&json(old), layout, Form::Indented), &rendered(&json(new), layout, Form::Indented))
}

/// How two specs differ.
pub(super) fn spec_difference(old: &PodSpec, new: &PodSpec) -> String {
    let old = with_host_fields_inside(json(old));
    let new = with_host_fields_inside(json(new));
    unified::diff(
        &rendered(&old, &layout::POD_SPEC, Form::Indented),
        &rendered(&new, &layout::POD_SPEC, Form::Indented),
    )
}

fn json<T: Json>(value: &T) -> Value {
    // what our own codec wrote is JSON
    serde_json::from_slice(&kubeforge_machinery::codec::to_json_vec(value)).unwrap_or_default()
}

/// Inside the reference server, what a pod shares with its node is part of its security context.
fn with_host_fields_inside(mut spec: Value) -> Value {
    let Some(fields) = spec.as_object_mut() else { return spec };
    let host = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];
    let moved: Vec<_> = host.iter().filter_map(|name| fields.remove_entry(*name)).collect();
    let context = fields.entry("securityContext").or_insert_with(|| Value::Object(Map::new()));
    if let Some(context) = context.as_object_mut() {
        context.extend(moved);
    }
    spec
}
