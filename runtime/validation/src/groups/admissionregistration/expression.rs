//! Expressions of CEL in webhooks and policies.

use kubeforge_api::admissionregistration::v1::ParamKind;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::common::cel::{self, Declared, Struct, Type};

/// What an expression may refer to beside the request and its objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    params: Params,
    /// What `variables` has, each with its type where that is plain; nothing if there is no such thing.
    variables: Option<Vec<(String, Option<Type>)>>,
}

/// Whether a policy has parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Params {
    #[default]
    Absent,
    Given,
}

/// Fields of `request` whose types are plain.
const REQUEST: [(&str, Option<&str>); 12] = [
    ("kind", None),
    ("resource", None),
    ("subResource", Some("string")),
    ("requestKind", None),
    ("requestResource", None),
    ("requestSubResource", Some("string")),
    ("name", Some("string")),
    ("namespace", Some("string")),
    ("operation", Some("string")),
    ("userInfo", None),
    ("dryRun", Some("bool")),
    ("options", Some("dyn")),
];
const NAMESPACE: [(&str, Option<&str>); 3] = [("metadata", None), ("spec", None), ("status", None)];

impl Context {
    /// That of a policy's conditions, where there are no variables.
    pub(super) fn of_policy(kind: Option<&ParamKind>) -> Self {
        let params = if kind.is_some() { Params::Given } else { Params::Absent };
        Self { params, variables: None }
    }

    /// The same with variables, of which there are none yet.
    pub(super) fn with_variables(self) -> Self {
        Self { variables: Some(Vec::new()), ..self }
    }

    /// Adds a variable.
    pub(super) fn define(&mut self, name: &str, type_: Option<Type>) {
        if let Some(variables) = &mut self.variables {
            variables.push((name.to_owned(), type_));
        }
    }
}

/// Tells what keeps an expression from being compiled, or that its result plainly is of none of the types `results`
/// (none: any type will do). Errors show the expression as `shown`. Returns the result's type where it is plain.
pub(super) fn check(
    text: &str,
    shown: &str,
    context: &Context,
    results: &[&str],
    path: &Path<'_>,
    errors: &mut ErrorList,
) -> Option<Type> {
    let mut dynamic = vec!["object", "oldObject"];
    if context.params == Params::Given {
        dynamic.push("params");
    }
    let types: Vec<(&str, Option<String>)> = context
        .variables
        .iter()
        .flatten()
        .map(|(name, type_)| (name.as_str(), type_.as_ref().map(ToString::to_string)))
        .collect();
    let variables: Vec<(&str, Option<&str>)> = types.iter().map(|(name, type_)| (*name, type_.as_deref())).collect();
    let mut structs =
        vec![Struct { name: "request", fields: &REQUEST }, Struct { name: "namespaceObject", fields: &NAMESPACE }];
    if context.variables.is_some() {
        structs.push(Struct { name: "variables", fields: &variables });
    }
    let declared = Declared { opaque: &["authorizer", "jsonpatch"], dynamic: &dynamic, structs: &structs };
    let wrong = match cel::check(text, &declared) {
        Err(wrong) => format!("compilation failed: {wrong}"),
        Ok(Some(found)) if !results.is_empty() && !results.iter().any(|result| found.is(result)) => match results {
            [result] => format!("must evaluate to {result} but got {found}"),
            several => format!("must evaluate to one of [{}]", several.join(" ")),
        },
        Ok(found) => return found,
    };
    errors.push(Error::invalid(path, shown, wrong));
    None
}

/// Whether a text can be the name of a variable.
pub(super) fn is_identifier(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let starts_well = text.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    starts_well && text.bytes().all(is_inner) && !RESERVED.contains(&text)
}

const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];
