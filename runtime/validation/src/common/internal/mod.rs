//! How Kubernetes prints its internal types.
//!
//! Where an error shows a whole struct, kube-apiserver prints the unversioned form that it works with: Go's names of the
//! fields instead of those of the wire, and absent values too. The tables beside this say what that form looks like; the
//! values come from the wire's form. Types of apimachinery (selectors, metadata) look the same in both.

mod container;
mod pod;
mod volume;
mod workload;

use std::collections::BTreeMap;

use kubeforge_machinery::{
    codec::{self, Json},
    field::BadValue,
};
use serde_json::value::RawValue;

pub(crate) use pod::{POD_SPEC, POD_TEMPLATE_SPEC};
pub(crate) use workload::{
    DAEMON_SET_UPDATE_STRATEGY, DEPLOYMENT_STRATEGY, POD_DISRUPTION_BUDGET_SPEC, POD_FAILURE_POLICY,
    ROLLING_UPDATE_STATEFUL_SET_STRATEGY, STATEFUL_SET_UPDATE_STRATEGY, SUCCESS_POLICY, UNCOUNTED_TERMINATED_PODS,
};

/// The fields of a struct, in their order.
#[derive(Debug)]
pub(crate) struct Fields(&'static [Field]);

/// What a struct looks like.
pub(crate) type Type = &'static Fields;

/// A field of a struct.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name in Go.
    go: &'static str,
    /// Its name on the wire.
    json: &'static str,
    form: Form,
}

/// What a field holds.
#[derive(Debug)]
enum Form {
    /// A value that looks the same on the wire; this stands where it is absent.
    Value(&'static str),
    /// A struct, printed even where it is absent.
    Struct(Type),
    /// A pointer to a struct.
    Pointer(Type),
    /// A list of structs; this stands where it is absent.
    List(Type, &'static str),
    /// A struct whose fields stand in its place, here and on the wire.
    Embedded(Type),
    /// A struct, printed even where it is absent, some of whose fields stand beside it on the wire.
    Gathered(Type),
    /// Metadata, whose fields stand in its place.
    Metadata,
}

/// Declares types: `NAME: "Go" "json" FORM, …;`.
macro_rules! types {
    (@form $go:literal $json:literal $form:ident ($of:expr)) => {
        super::Field { go: $go, json: $json, form: super::$form($of) }
    };
    (@form $go:literal $json:literal $form:ident) => {
        super::Field { go: $go, json: $json, form: super::$form }
    };
    (@form embedded ($of:expr)) => {
        super::Field { go: "", json: "", form: super::Form::Embedded($of) }
    };
    ($($name:ident: $($($word:literal)* $form:ident $(($of:expr))?),*;)*) => {
        $(pub(crate) static $name: super::Fields =
            super::Fields(&[$(super::types!(@form $($word)* $form $(($of))?)),*]);)*
    };
}
use types;

const TEXT: Form = Form::Value("\"\"");
const NUMBER: Form = Form::Value("0");
const BOOL: Form = Form::Value("false");
const QUANTITY: Form = Form::Value("\"0\"");
/// A pointer, list or map.
const NULLABLE: Form = Form::Value("null");
const METADATA: Form = Form::Metadata;
/// A list of plain values that must be given, so that an empty one was.
const GIVEN: Form = Form::Value("[]");

const fn value(of: Type) -> Form {
    Form::Struct(of)
}

const fn pointer(of: Type) -> Form {
    Form::Pointer(of)
}

const fn list(of: Type) -> Form {
    Form::List(of, "null")
}

const fn given_list(of: Type) -> Form {
    Form::List(of, "[]")
}

const fn gathered(of: Type) -> Form {
    Form::Gathered(of)
}

/// A value as errors show it that print the internal type `type_`.
pub(crate) fn shown_as<T: Json>(value: &T, type_: Type) -> BadValue {
    let json = codec::to_json_vec(value);
    let mut text = String::new();
    write_struct(&members(std::str::from_utf8(&json).unwrap_or_default()), type_, &mut text);
    BadValue::Plain(text)
}

type Members<'a> = BTreeMap<String, &'a RawValue>;

/// The members of an object; of anything else, none.
fn members(json: &str) -> Members<'_> {
    serde_json::from_str(json).unwrap_or_default()
}

fn write_struct(members: &Members<'_>, type_: Type, text: &mut String) {
    text.push('{');
    write_fields(members, type_, text);
    if text.ends_with(',') {
        text.pop();
    }
    text.push('}');
}

/// Writes fields, each with a comma behind it.
fn write_fields(members: &Members<'_>, type_: Type, text: &mut String) {
    for field in type_.0 {
        let given = members.get(field.json).map(|raw| raw.get()).filter(|raw| *raw != "null");
        match field.form {
            Form::Embedded(of) => {
                write_fields(members, of, text);
                continue;
            }
            Form::Metadata => {
                let inner = given.unwrap_or("{}").trim_start_matches('{').trim_end();
                if let Some(inner) = inner.strip_suffix('}').filter(|inner| !inner.is_empty()) {
                    text.push_str(inner);
                    text.push(',');
                }
                continue;
            }
            _ => {}
        }
        text.push('"');
        text.push_str(field.go);
        text.push_str("\":");
        write_value(members, given, &field.form, text);
        text.push(',');
    }
}

fn write_value(beside: &Members<'_>, given: Option<&str>, form: &Form, text: &mut String) {
    match (form, given) {
        (Form::Value(absent) | Form::List(_, absent), None) => text.push_str(absent),
        (Form::Pointer(_), None) => text.push_str("null"),
        (Form::Value(_), Some(given)) => text.push_str(given),
        (Form::List(of, absent), Some(given)) => write_list(given, of, absent, text),
        (Form::Gathered(of), given) => {
            let mut all = beside.clone();
            all.extend(members(given.unwrap_or("{}")));
            write_struct(&all, of, text);
        }
        (Form::Struct(of) | Form::Pointer(of) | Form::Embedded(of), given) => {
            write_struct(&members(given.unwrap_or("{}")), of, text);
        }
        (Form::Metadata, _) => {}
    }
}

fn write_list(given: &str, of: Type, absent: &str, text: &mut String) {
    let elements: Vec<&RawValue> = serde_json::from_str(given).unwrap_or_default();
    if elements.is_empty() {
        text.push_str(absent);
        return;
    }
    let mut before = '[';
    for element in elements {
        text.push(before);
        write_struct(&members(element.get()), of, text);
        before = ',';
    }
    text.push(']');
}

#[cfg(test)]
mod tests {
    use kubeforge_api::{
        apps::v1::{DeploymentStrategy, RollingUpdateDeployment},
        core::v1::{PodSpec, PodTemplateSpec},
    };
    use kubeforge_machinery::IntOrString;

    use super::*;

    #[test]
    fn absent_values_are_printed() {
        let mut strategy = DeploymentStrategy::default();
        let shown = |strategy: &DeploymentStrategy| shown_as(strategy, &DEPLOYMENT_STRATEGY);
        assert_eq!(shown(&strategy), BadValue::Plain(r#"{"Type":"","RollingUpdate":null}"#.to_owned()));
        let rolling = RollingUpdateDeployment { max_surge: Some(IntOrString::from("5%")), max_unavailable: None };
        strategy.rolling_update = Some(Box::new(rolling));
        let want = r#"{"Type":"","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":"5%"}}"#;
        assert_eq!(shown(&strategy), BadValue::Plain(want.to_owned()));
    }

    #[test]
    fn a_pods_use_of_the_host_is_part_of_its_security_context() {
        let mut template = PodTemplateSpec {
            spec: PodSpec { host_network: true, ..PodSpec::default() },
            ..PodTemplateSpec::default()
        };
        template.metadata.labels.insert("a".to_owned(), "b".to_owned());
        let BadValue::Plain(shown) = shown_as(&template, &POD_TEMPLATE_SPEC) else { panic!("it is a struct") };
        assert!(shown.starts_with(r#"{"labels":{"a":"b"},"Spec":{"Volumes":null,"#), "{shown}");
        assert!(shown.contains(r#""SecurityContext":{"HostNetwork":true,"HostPID":false,"#), "{shown}");
    }
}
