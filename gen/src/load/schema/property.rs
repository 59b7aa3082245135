//! A property: a field.

use super::{Class, Dialect, Hint, Reader, enums, value::lose_rest};
use crate::{
    load::{
        check,
        document::{At, Node, Object},
    },
    model::{DefaultValue, Field, ListType, Omission, Patch, Rule, TypeRef},
};

impl Reader<'_> {
    /// The field of a property.
    pub(super) fn property(&mut self, hint: Hint<'_>, name: String, at: &At<'_>, required: bool) -> Option<Field> {
        let mut object = at.object()?;
        let description = object.text("description").unwrap_or_default();
        let value = self.value(&mut object, hint)?;
        let mut field = Field {
            json: hint.property.to_owned(),
            docs: enums::split_docs(&description).0.to_owned(),
            nullable: object.flag("nullable"),
            deprecated: object.flag("deprecated"),
            list: list_type(&mut object, value.class),
            patch: patch(&mut object),
            rules: value.rules,
            ..Field::new(name, value.ty)
        };
        if self.dialect == Dialect::Structural
            && matches!(field.list, Some(ListType::Set | ListType::Map(_)))
            && field.rules.iter().all(|rule| rule.name != "unique")
        {
            // sets and maps of custom resources are checked; those of built-in kinds only where a rule says so
            field.rules.push(Rule::flag("unique"));
        }
        map_type(&mut object, value.class, &mut field);
        let default = object.take("default");
        self.optionality(&mut field, value.class, required, default.map(|at| at.node));
        lose_rest(&object);
        Some(field)
    }

    /// What the module's table says.
    fn optionality(&self, field: &mut Field, class: Class, required: bool, default: Option<&Node>) {
        let zero = default.is_some_and(|default| is_zero(default, class));
        let (shown, documented) = match self.dialect {
            Dialect::OpenApi { zero_values } => (zero, zero_values),
            Dialect::Structural => (false, false),
        };
        field.required = required;
        field.omission = if required { Omission::Never } else { Omission::WhenEmpty };
        if let Some(default) = default.filter(|_| !shown) {
            field.default = Some(DefaultValue::Json(default.json().to_string()));
        }
        let plain = match class {
            Class::List | Class::Map | Class::Bytes => true,
            Class::Struct => zero || (required && !documented),
            Class::Opaque => required,
            Class::Text | Class::Number | Class::Bool if shown => {
                field.omission = Omission::Never;
                true
            }
            Class::Text | Class::Number | Class::Bool if required && documented && default.is_none() => {
                if class == Class::Text {
                    field.omission = Omission::WhenEmpty;
                }
                class == Class::Text
            }
            Class::Text | Class::Number | Class::Bool => required,
        };
        if !plain {
            let ty = std::mem::replace(&mut field.ty, TypeRef::Local(String::new()));
            let ty = if class == Class::Struct { TypeRef::Boxed(Box::new(ty)) } else { ty };
            field.ty = TypeRef::Optional(Box::new(ty));
        }
    }
}

/// Whether a default is the zero value of what it is the default of.
pub(super) fn is_zero(default: &Node, class: Class) -> bool {
    match (class, default) {
        (Class::Struct, Node::Object(entries)) => entries.is_empty(),
        (Class::Text, Node::Text(text)) => text.is_empty(),
        (Class::Number, Node::Number(number)) => number.as_f64() == Some(0.0),
        (Class::Bool, Node::Bool(bool)) => !bool,
        _ => false,
    }
}

fn list_type(object: &mut Object<'_>, class: Class) -> Option<ListType> {
    let keys = object.texts("x-kubernetes-list-map-keys");
    let at = object.take("x-kubernetes-list-type");
    // bytes are a list in Go
    if let (Some(at), false) = (&at, matches!(class, Class::List | Class::Bytes)) {
        at.lost("a list type on something that is no list");
        return None;
    }
    match at.as_ref().and_then(|at| at.text()) {
        Some("atomic") => Some(ListType::Atomic),
        Some("set") => Some(ListType::Set),
        Some("map") if !keys.is_empty() => Some(ListType::Map(keys)),
        Some("map") => {
            object.at.error("a list of type map needs x-kubernetes-list-map-keys");
            None
        }
        Some(other) => {
            object.at.error(format!("`{other}` is no list type: expected atomic, set or map"));
            None
        }
        None => None,
    }
}

fn map_type(object: &mut Object<'_>, class: Class, field: &mut Field) {
    let Some(at) = object.take("x-kubernetes-map-type") else { return };
    match at.text() {
        Some("atomic") if class == Class::Struct => field.atomic = true,
        Some("atomic") => field.atomic_map = true,
        Some("granular") => field.granular_map = true,
        Some(other) => at.error(format!("`{other}` is no map type: expected atomic or granular")),
        None => {}
    }
}

fn patch(object: &mut Object<'_>) -> Patch {
    let merge_key = object.text("x-kubernetes-patch-merge-key");
    let Some(at) = object.take("x-kubernetes-patch-strategy") else { return Patch { merge_key, ..Patch::default() } };
    match at.text().map(check::patch_strategies) {
        Some(Some(patch)) => Patch { merge_key, ..patch },
        Some(None) => {
            at.error("expected merge, replace or retainKeys, separated by commas");
            Patch::default()
        }
        None => Patch::default(),
    }
}
