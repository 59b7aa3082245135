//! Flow schemas.

use kubeforge_api::flowcontrol::v1::{FlowDistinguisherMethodType, FlowSchema, FlowSchemaSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_dns1123_subdomain},
};

use super::{EXEMPT, GROUP, condition_types, mandatory, rules::check_rule};
use crate::{
    BuiltIn,
    common::{invalid_each, shown_internal},
};

const PRECEDENCE_MAX: i32 = 10_000;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, schema: &FlowSchema| validate(schema))
        .subresource("status", |_: &CheckContext<'_>, new: &FlowSchema, _: &FlowSchema| {
            check_status(new, ErrorList::new())
        });
    all.add(GROUP, "flowschemas", checks);
}

fn validate(schema: &FlowSchema) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, name) = (Path::new("spec"), &schema.metadata.name);
    check_spec(&schema.spec, name, &path, &mut errors);
    if mandatory::schema(name).is_some_and(|fixed| fixed != schema.spec) {
        let text = format!("spec of '{name}' must equal the fixed value");
        errors.push(Error::invalid(&path, shown_internal(&schema.spec), text));
    }
    check_status(schema, errors)
}

fn check_status(schema: &FlowSchema, mut errors: ErrorList) -> ErrorList {
    let types = schema.status.conditions.iter().map(|condition| &condition.type_);
    condition_types(types, &Path::new("status.conditions"), &mut errors);
    errors
}

fn check_spec(spec: &FlowSchemaSpec, name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let precedence = path.child("matchingPrecedence");
    let mut refuse = |text: &str| errors.push(Error::invalid(&precedence, spec.matching_precedence, text));
    if spec.matching_precedence <= 0 {
        refuse("must be a positive value");
    }
    if spec.matching_precedence > PRECEDENCE_MAX {
        refuse(&format!("must not be greater than {PRECEDENCE_MAX}"));
    }
    if spec.matching_precedence == 1 && name != EXEMPT {
        refuse("only the schema named 'exempt' may have matchingPrecedence 1");
    }
    if let Some(method) = &spec.distinguisher_method
        && let FlowDistinguisherMethodType::Other(_) = method.type_
    {
        let path = path.child("distinguisherMethod");
        // upstream shows the method, not its type
        let shown = shown_internal(method.as_ref());
        errors.push(Error::not_supported(&path.child("type"), shown, &["ByNamespace", "ByUser"]));
    }
    let level = &spec.priority_level_configuration.name;
    let reference = path.child("priorityLevelConfiguration");
    if level.is_empty() {
        errors.push(Error::required(&reference.child("name"), "must reference a priority level"));
    } else {
        invalid_each(&reference.child("name"), level, is_dns1123_subdomain(level), errors);
    }
    let rules = path.child("rules");
    for (at, rule) in spec.rules.iter().enumerate() {
        check_rule(rule, &rules.index(at), errors);
    }
}
