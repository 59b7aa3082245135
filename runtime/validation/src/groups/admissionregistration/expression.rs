//! Expressions of CEL in webhooks and policies.

use kubeforge_api::admissionregistration::v1::ParamKind;
use kubeforge_cel::{AUTHORIZER, Env, Libraries, ObjectType, Type, compile};
use kubeforge_machinery::field::{Error, ErrorList, Path};

/// What an expression may refer to beside the request and its objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    params: Params,
    patches: Patches,
    /// What `variables` has, each with its type; nothing if there is no such thing.
    variables: Option<Vec<(String, Type)>>,
}

/// Whether a policy has parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Params {
    #[default]
    Absent,
    Given,
}

/// Whether expressions make patches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Patches {
    #[default]
    Absent,
    Made,
}

impl Context {
    /// That of a policy's conditions, where there are no variables.
    pub(super) fn of_policy(kind: Option<&ParamKind>) -> Self {
        let params = if kind.is_some() { Params::Given } else { Params::Absent };
        Self { params, ..Self::default() }
    }

    /// The same where expressions make patches.
    pub(super) fn with_patches(self) -> Self {
        Self { patches: Patches::Made, ..self }
    }

    /// The same with variables, of which there are none yet.
    pub(super) fn with_variables(self) -> Self {
        Self { variables: Some(Vec::new()), ..self }
    }

    /// Adds a variable; one whose expression is wrong can be anything.
    pub(super) fn define(&mut self, name: &str, type_: Option<Type>) {
        if let Some(variables) = &mut self.variables {
            variables.push((name.to_owned(), type_.unwrap_or(Type::Dyn)));
        }
    }

    fn env(&self) -> Env {
        let mut env = Env::default()
            .with("object", Type::Dyn)
            .with("oldObject", Type::Dyn)
            .with("request", request())
            .with("namespaceObject", namespace())
            .with("authorizer", AUTHORIZER)
            .with("authorizer.requestResource", Type::Named("kubernetes.authorization.ResourceCheck"));
        if self.params == Params::Given {
            env = env.with("params", Type::Dyn);
        }
        if let Some(variables) = &self.variables {
            env = env.with("variables", Type::object("kubernetes.variables", variables.iter().cloned()));
        }
        if self.patches == Patches::Made {
            let open = ObjectType { name: "Object".to_owned(), is_open: true, ..ObjectType::default() };
            let text = |name: &str| (name.to_owned(), Type::String);
            let fields = [text("op"), text("path"), text("from"), ("value".to_owned(), Type::Dyn)];
            let patch = ObjectType { name: "JSONPatch".to_owned(), fields: fields.into(), is_open: false };
            env = env.with_message(open).with_message(patch).with_libraries(Libraries::JsonPatch);
        }
        env
    }
}

fn object(name: &str, fields: &[(&str, Type)]) -> Type {
    Type::object(name, fields.iter().map(|(name, type_)| ((*name).to_owned(), type_.clone())))
}

/// An admission request.
fn request() -> Type {
    use Type::{Bool, Dyn, String};
    let kind = object("kubernetes.GroupVersionKind", &[("group", String), ("version", String), ("kind", String)]);
    let resource =
        object("kubernetes.GroupVersionResource", &[("group", String), ("version", String), ("resource", String)]);
    let extra = Type::map(String, Type::list(String));
    let user = object(
        "kubernetes.UserInfo",
        &[("username", String), ("uid", String), ("groups", Type::list(String)), ("extra", extra)],
    );
    object(
        "kubernetes.AdmissionRequest",
        &[
            ("kind", kind.clone()),
            ("resource", resource.clone()),
            ("subResource", String),
            ("requestKind", kind),
            ("requestResource", resource),
            ("requestSubResource", String),
            ("name", String),
            ("namespace", String),
            ("operation", String),
            ("userInfo", user),
            ("dryRun", Bool),
            ("options", Dyn),
        ],
    )
}

/// The namespace of the object.
fn namespace() -> Type {
    use Type::{Int, String, Timestamp};
    let texts = Type::map(String, String);
    let metadata = object(
        "kubernetes.NamespaceMetadata",
        &[
            ("name", String),
            ("generateName", String),
            ("namespace", String),
            ("labels", texts.clone()),
            ("annotations", texts),
            ("UID", String),
            ("creationTimestamp", Timestamp),
            ("deletionGracePeriodSeconds", Int),
            ("deletionTimestamp", Timestamp),
            ("generation", Int),
            ("resourceVersion", String),
            ("finalizers", Type::list(String)),
        ],
    );
    let condition = object(
        "kubernetes.NamespaceCondition",
        &[
            ("status", String),
            ("type", String),
            ("lastTransitionTime", Timestamp),
            ("message", String),
            ("reason", String),
        ],
    );
    let spec = object("kubernetes.NamespaceSpec", &[("finalizers", Type::list(String))]);
    let status = object("kubernetes.NamespaceStatus", &[("conditions", Type::list(condition)), ("phase", String)]);
    object("kubernetes.Namespace", &[("metadata", metadata), ("spec", spec), ("status", status)])
}

/// Tells what keeps an expression from being compiled, or that its result is of none of the types `results` (none: any
/// type will do). Errors show the expression as `shown`. Returns the result's type.
pub(super) fn check(
    text: &str,
    shown: &str,
    context: &Context,
    results: &[&str],
    path: &Path<'_>,
    errors: &mut ErrorList,
) -> Option<Type> {
    let wrong = match compile(text, &context.env()) {
        Err(wrong) => format!("compilation failed: {wrong}"),
        Ok(program) => {
            let found = program.result_type();
            let name = match found {
                Type::Null => "null_type".to_owned(),
                other => other.to_string(),
            };
            match results {
                [] => return Some(found.clone()),
                results if results.contains(&name.as_str()) => return Some(found.clone()),
                [result] => format!("must evaluate to {result} but got {found}"),
                several => format!("must evaluate to one of [{}]", several.join(" ")),
            }
        }
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
