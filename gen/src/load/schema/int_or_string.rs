//! Integers or texts, and quantities, which are described alike.

use super::value::take_format;
use crate::{
    load::document::{Node, Object},
    model::Scalar,
};

/// The pattern that controller-gen puts on quantities.
const QUANTITY: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

/// The types that a list of alternatives names, where it says nothing else.
fn alternatives(node: Option<&Node>) -> Option<Vec<&str>> {
    let Some(Node::List(schemas)) = node else { return None };
    let only_type = |schema: &'_ Node| matches!(schema, Node::Object(entries) if entries.len() == 1);
    if !schemas.iter().all(only_type) {
        return None;
    }
    let types: Option<Vec<&str>> = schemas.iter().map(|schema| schema.get("type")?.as_text()).collect();
    types.map(|mut types| {
        types.sort_unstable();
        types
    })
}

/// An integer or a text, or the quantity that controller-gen describes like that.
pub(super) fn int_or_string(object: &mut Object<'_>) -> Option<Scalar> {
    let key = ["anyOf", "oneOf"].into_iter().find(|key| object.has(key));
    let types = key.and_then(|key| alternatives(object.peek(key)));
    let either = types.as_deref() == Some(&["integer", "string"]);
    let quantity = types.as_deref() == Some(&["number", "string"]);
    let marked = matches!(object.peek("x-kubernetes-int-or-string"), Some(Node::Bool(true)));
    if !(marked || either || quantity) {
        return None;
    }
    if either || quantity {
        object.take(key?);
    }
    object.flag("x-kubernetes-int-or-string");
    take_format(object, &["int-or-string"]);
    let is_quantity = object.peek("pattern").and_then(Node::as_text) == Some(QUANTITY);
    if is_quantity {
        object.take("pattern");
    }
    Some(if quantity || is_quantity { Scalar::Quantity } else { Scalar::IntOrString })
}
