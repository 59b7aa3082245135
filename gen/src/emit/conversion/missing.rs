//! Functions that must be written by hand and are not, and markers that lead nowhere.

use std::collections::BTreeSet;

use super::{
    fields::Fields,
    function::ends,
    plan::{Direction, Pair, Plan, hub_packages},
};
use crate::{
    diagnostic::did_you_mean,
    emit::EmitError,
    model::{Package, Type, TypeDef, TypeRef},
};

/// Everything that stands in the way of the package's conversions.
pub(super) fn errors(plan: &Plan<'_>) -> Vec<EmitError> {
    let mut errors = Vec::new();
    for pair in plan.pairs() {
        let fields = plan.fields(pair);
        let missing = Direction::BOTH.into_iter().filter(|to| !plan.is_written(&plan.function(pair, *to)));
        if fields.differ() {
            errors.extend(missing.map(|to| missing_function(plan, pair, &fields, to)));
        }
        errors.extend(wrong_fields(pair));
    }
    errors.extend(same_names(plan));
    for ty in plan.package.types.values() {
        errors.extend(wrong_type(plan, ty));
        if !plan.pairs().any(|pair| pair.spoke.package.module == plan.package.module && pair.spoke.ty.name == ty.name) {
            errors.extend(unused_fields(ty));
        }
    }
    errors
}

fn missing_function(plan: &Plan<'_>, pair: Pair<'_>, fields: &Fields<'_>, to: Direction) -> EmitError {
    let function = plan.function(pair, to);
    let Pair { spoke, hub } = pair;
    let [here, there] = names(spoke.package, hub.package);
    let message = format!(
        "`{}` differs from the `{}` of {there}, and conversion.rs has no function `{function}`: {}",
        spoke.ty.name,
        hub.ty.name,
        differences(fields, &here, &there)
    );
    let (from, result) = ends(pair, to);
    let path = |ty: crate::emit::TypeIn<'_>| ty.path(plan.package).to_string().replace(' ', "");
    let signature =
        format!("pub fn {function}(from: &{}, to: &mut {}) -> Result<(), ConversionError>", path(from), path(result));
    let written = plan.package.conversion_functions.iter().map(String::as_str);
    let close = did_you_mean(&function, written).map_or_else(String::new, |hint| format!("; {hint}"));
    let hint = format!("write `{signature}`; it is called when the other fields are converted{close}");
    EmitError { type_name: spoke.ty.name.clone(), field: None, message, hint: Some(hint) }
}

/// What to call the two packages: by version, and by group as well where the groups differ.
fn names(spoke: &Package, hub: &Package) -> [String; 2] {
    match spoke.group == hub.group {
        true => [spoke.version.clone(), hub.version.clone()],
        false => [spoke.group_version(), hub.group_version()],
    }
}

fn differences(fields: &Fields<'_>, here: &str, there: &str) -> String {
    let other_types = fields.common.iter().filter(|common| common.relation.is_none()).map(|common| {
        let (spoke, hub) = (type_text(&common.spoke.ty), type_text(&common.hub.ty));
        let name = &common.spoke.name;
        if spoke == hub {
            // the same name for types of which `converts_to` says that they are no counterparts
            return format!("`{name}` is another {spoke} in {there}");
        }
        format!("`{name}` is {spoke} in {here} and {hub} in {there}")
    });
    let here = fields.only_spoke.iter().map(|field| format!("`{}` is in {here} only", field.name));
    let there = fields.only_hub.iter().map(|field| format!("`{}` is in {there} only", field.name));
    other_types.chain(here).chain(there).collect::<Vec<_>>().join("; ")
}

/// The type as the source has it, without paths.
fn type_text(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Scalar(scalar) => scalar.name().to_owned(),
        TypeRef::Optional(inner) => format!("Option<{}>", type_text(inner)),
        TypeRef::Boxed(inner) => format!("Box<{}>", type_text(inner)),
        TypeRef::List(inner) => format!("Vec<{}>", type_text(inner)),
        TypeRef::Map(inner) => format!("BTreeMap<String, {}>", type_text(inner)),
        TypeRef::Local(path) | TypeRef::Foreign(path) => path.rsplit("::").next().unwrap_or(path).to_owned(),
    }
}

/// `converts_to` on fields of a pair that names nothing, or what another field names too.
fn wrong_fields(pair: Pair<'_>) -> Vec<EmitError> {
    let names = || pair.hub.fields().iter().map(|field| field.name.as_str());
    let mut claimed = BTreeSet::new();
    let claims = pair.spoke.fields().iter().filter_map(|field| Some((field, field.converts_to.as_deref()?)));
    let check = claims.filter_map(|(field, name)| {
        let (message, hint) = match (names().any(|known| known == name), claimed.insert(name)) {
            (true, true) => return None,
            (true, false) => (format!("two fields convert to `{name}`"), None),
            (false, _) => {
                let (hub, version) = (&pair.hub.ty.name, pair.hub.package.group_version());
                (format!("the `{hub}` of {version} has no field `{name}`"), did_you_mean(name, names()))
            }
        };
        Some(EmitError { type_name: pair.spoke.ty.name.clone(), field: Some(field.name.clone()), message, hint })
    });
    check.collect()
}

/// Two pairs whose functions would have one name: of types whose names differ in capitals only, say.
fn same_names(plan: &Plan<'_>) -> Vec<EmitError> {
    let mut seen = BTreeSet::new();
    let twice = plan.pairs().filter_map(|pair| {
        let function = plan.function(pair, Direction::ToHub);
        let message = format!("the conversions of two types would be called `{function}`");
        let hint = Some("give one of the types another name".to_owned());
        (!seen.insert(function)).then(|| EmitError {
            type_name: pair.spoke.ty.name.clone(),
            field: None,
            message,
            hint,
        })
    });
    twice.collect()
}

/// `converts_to` on a type that names nothing.
fn wrong_type(plan: &Plan<'_>, ty: &Type) -> Option<EmitError> {
    let name = ty.converts_to.as_ref()?;
    let hubs = hub_packages(plan.package, plan.workspace);
    if hubs.iter().any(|hub| hub.types.contains_key(name)) {
        return None;
    }
    let (message, hint) = match hubs.is_empty() {
        true => ("`converts_to` in a package without spokes".to_owned(), None),
        false => {
            let versions: Vec<String> = hubs.iter().map(|hub| hub.group_version()).collect();
            let hint = did_you_mean(name, hubs.iter().flat_map(|hub| hub.types.keys().map(String::as_str)));
            (format!("{} has no type `{name}`", versions.join(", ")), hint)
        }
    };
    Some(EmitError { type_name: ty.name.clone(), field: None, message, hint })
}

/// `converts_to` on fields of a type that nothing converts.
fn unused_fields(ty: &Type) -> Vec<EmitError> {
    let TypeDef::Struct(def) = &ty.def else { return Vec::new() };
    let marked = def.fields.iter().filter(|field| field.converts_to.is_some());
    let error = |field: &crate::model::Field| EmitError {
        type_name: ty.name.clone(),
        field: Some(field.name.clone()),
        message: format!("`converts_to` on a field of `{}`, which is not converted", ty.name),
        hint: Some("no spoke of the package holds the type; `converts_to` on the type itself has it converted".into()),
    };
    marked.map(error).collect()
}
