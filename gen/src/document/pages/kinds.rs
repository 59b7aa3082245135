//! What is particular to kinds.

use super::{
    links::Links,
    text::{cell, code, paragraph},
};
use crate::{
    emit::facts::{plural, subresource_kind, subresource_verbs, verbs},
    model::{Column, KindMarkers, Lifecycle, Package, Scope, Type, Verb},
};

/// All kinds, by name: those that are served, their lists, and requests and answers.
pub(super) fn all(package: &Package) -> impl Iterator<Item = (&Type, &KindMarkers)> {
    package.types.values().filter_map(|ty| Some((ty, ty.kind.as_ref()?)))
}

/// The kinds that are served as resources.
pub(super) fn served(package: &Package) -> impl Iterator<Item = (&Type, &KindMarkers)> {
    all(package).filter(|(_, kind)| kind.list_of.is_none() && !kind.no_resource)
}

/// Heading, documentation, and how the kind is served.
pub(super) fn section(links: &Links<'_>, ty: &Type, kind: &KindMarkers) -> String {
    let mut out = format!("\n### {}\n{}", ty.name, paragraph(&ty.docs));
    let mut facts: Vec<String> = Vec::new();
    if let Some(item) = &kind.list_of {
        facts.push(match links.package.types.contains_key(item) {
            true => format!("The list of [{item}](#{}).", super::links::anchor(item)),
            false => "A list of objects of any kind.".to_owned(),
        });
    } else if kind.no_resource {
        facts.push("Sent or answered, not served as a resource.".into());
    } else {
        facts.extend(resource(links.package, ty, kind));
    }
    facts.extend(lifecycle(&kind.lifecycle));
    facts.extend(kind.hub.then(|| "The version that the server holds and stores.".to_owned()));
    facts.extend(kind.spoke_of.as_ref().map(|hub| format!("Converted to and from {}.", code(&hub.to_string()))));
    out += "\n";
    out.extend(facts.iter().map(|fact| format!("- {fact}\n")));
    out + &columns(&kind.columns)
}

fn resource(package: &Package, ty: &Type, kind: &KindMarkers) -> Vec<String> {
    let names = |names: &[String]| names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
    let scope = match kind.scope {
        Scope::Cluster => "cluster-wide",
        Scope::Namespaced => "namespaced",
    };
    let mut resource = format!("Resource {}, {scope}", code(&plural(ty, kind)));
    if !kind.short.is_empty() {
        resource += &format!("; short {}", names(&kind.short));
    }
    if !kind.categories.is_empty() {
        resource += &format!("; in {}", names(&kind.categories));
    }
    let mut facts = vec![resource + ".", format!("Verbs: {}.", verb_names(verbs(kind)))];
    let mut subresources: Vec<_> = kind.subresources.iter().collect();
    subresources.sort_by_key(|subresource| &subresource.name);
    for subresource in subresources {
        let takes = subresource_kind(package, subresource)
            .map_or_else(String::new, |kind| format!("; takes {}", code(&kind.to_string())));
        let verbs = verb_names(&subresource_verbs(subresource));
        facts.push(format!("Subresource {}: {verbs}{takes}.", code(&subresource.name)));
    }
    if !kind.selectable.is_empty() {
        facts.push(format!("Field selectors: {}, and name and namespace.", names(&kind.selectable)));
    }
    facts
}

fn verb_names(verbs: &[Verb]) -> String {
    verbs.iter().map(|verb| verb.name()).collect::<Vec<_>>().join(", ")
}

fn lifecycle(life: &Lifecycle) -> Option<String> {
    let stages = [("Introduced", &life.introduced), ("deprecated", &life.deprecated), ("removed", &life.removed)];
    let mut told: Vec<String> =
        stages.into_iter().filter_map(|(stage, release)| Some(format!("{stage} in {}", release.as_ref()?))).collect();
    told.extend(life.replacement.as_ref().map(|replacement| format!("use {} instead", code(replacement))));
    (!told.is_empty()).then(|| {
        let text = told.join(", ");
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        format!("{}{}.", first.map_or_else(String::new, String::from), letters.as_str())
    })
}

fn columns(columns: &[Column]) -> String {
    if columns.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n| column | type | shows | says |\n|---|---|---|---|\n");
    for column in columns {
        let only_wide = if column.priority > 0 { " (wide output only)" } else { "" };
        out += &format!(
            "| {} | {} | {} | {}{only_wide} |\n",
            cell(&column.name),
            cell(&column.ty),
            code(&column.path),
            cell(&column.description)
        );
    }
    out
}
