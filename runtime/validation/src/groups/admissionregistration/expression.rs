//! Expressions of CEL in webhooks and policies.

use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::common::cel::{self, Declared};

/// What an expression may refer to beside the request and its objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Whether there are parameters.
    pub(super) params: Params,
    /// Whether there are variables, which other expressions of the policy define.
    pub(super) variables: Variables,
}

/// Whether a policy has parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Params {
    #[default]
    Absent,
    Given,
}

/// Whether an expression can use variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Variables {
    #[default]
    Absent,
    Given,
}

impl Context {
    /// That of a policy's effects.
    pub(super) fn of_policy(has_params: bool) -> Self {
        let params = if has_params { Params::Given } else { Params::Absent };
        Self { params, variables: Variables::Given }
    }

    /// That of conditions, which come before variables.
    pub(super) fn without_variables(self) -> Self {
        Self { variables: Variables::Absent, ..self }
    }
}

/// Tells what keeps an expression from being compiled, or that its result plainly is of none of the types `results`
/// (none: any type will do). Errors show the expression as `shown`.
pub(super) fn check(
    text: &str,
    shown: &str,
    context: Context,
    results: &[&str],
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut names = vec!["request", "authorizer", "namespaceObject", "jsonpatch"];
    if context.variables == Variables::Given {
        names.push("variables");
    }
    let mut dynamic = vec!["object", "oldObject"];
    if context.params == Params::Given {
        dynamic.push("params");
    }
    let wrong = match cel::check(text, &Declared { variables: &names, dynamic: &dynamic }) {
        Err(wrong) => format!("compilation failed: {wrong}"),
        Ok(Some(found)) if !results.is_empty() && !results.iter().any(|result| found.is(result)) => match results {
            [result] => format!("must evaluate to {result} but got {found}"),
            several => format!("must evaluate to one of [{}]", several.join(" ")),
        },
        Ok(_) => return,
    };
    errors.push(Error::invalid(path, shown, wrong));
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
