//! What the generators make of each marker.

use crate::load::grammar::{
    Marker,
    Place::{self, Field, Package, Type, Variant},
};

/// Markers, where they stand, and what is made of them. The first row that has a marker at its place counts.
const EMITTED: &[(&[Place], &[&str], &str)] = &[
    (&[Package], &["path"], "files in `generated` below it"),
    (&[Package], &["group", "version"], "`Kind::GROUP` and `VERSION`, modules of the client set"),
    (&[Package], &["definition_prefix"], "names of OpenAPI definitions, protobuf packages"),
    (&[Package], &["module"], "paths in generated code"),
    (&[Package], &["client"], "clients, listers, informers"),
    (&[Package], &["crds"], "custom resource definitions"),
    (&[Type], &["group", "version"], "`Kind::GROUP` and `VERSION`"),
    (&[Type], &["crate"], "paths in generated code"),
    (&[Type], &["kind"], "`Kind`, `Resource`, `KindInfo`, client, lister, informer"),
    (&[Type], &["list", "list_kind"], "`ListKind`, `KindInfo::item_kind`"),
    (&[Type], &["no_resource"], "`KindInfo` without `ResourceInfo`; no client"),
    (&[Type], &["namespaced", "cluster"], "`Resource::NAMESPACED`, `ResourceInfo::namespaced`, clients' scope"),
    (&[Type], &["plural"], "`Resource::PLURAL`, `ResourceInfo::plural`, methods of client sets"),
    (&[Type], &["singular", "short", "categories", "verbs"], "`ResourceInfo`"),
    (&[Type], &["subresource"], "`ResourceInfo::subresources`, methods of the client"),
    (&[Type], &["method"], "a method of the client"),
    (&[Type, Field], &["selectable"], "`ResourceInfo::selectable`, `Kind::visit_kind_selectable`"),
    (&[Type], &["column"], "`ResourceInfo::columns`"),
    (&[Type], &["introduced", "deprecated", "removed", "replacement"], "`KindInfo::lifecycle`"),
    (&[Type, Field], &["converts_to"], "conversions"),
    (&[Type], &["hub", "spoke_of"], "conversions, registered with the Scheme"),
    (&[Type], &["lossy"], "the round-trip test of a conversion"),
    (
        &[Type],
        &["storage", "served", "skip", "annotation", "label", "conversion_webhook"],
        "the custom resource definition",
    ),
    (&[Type, Field], &["cel"], "custom resource definitions"),
    (&[Field], &["schema_with", "schemars"], "custom resource definitions"),
    (&[Type, Field], &["atomic", "granular"], "`HasStructSchema`, OpenAPI"),
    (&[Type], &["open"], "OpenAPI without the values"),
    (&[Type], &["definition"], "OpenAPI, `HasStructSchema`"),
    (&[Type, Field, Variant], &["gate"], "a fact for validation and documents"),
    (&[Field], &["tag", "wire"], "the protobuf codec, .proto files"),
    (&[Field], &["json", "inline"], "the JSON codec, OpenAPI, `HasStructSchema`"),
    (&[Field], &["required", "optional", "always", "omit_empty", "omit_zero"], "the JSON codec, OpenAPI"),
    (&[Field], &["transient"], "`DeepCopy`; nothing else"),
    (&[Field], &["nullable"], "OpenAPI"),
    (&[Field], &["default"], "`Defaulted`, OpenAPI"),
    (&[Field], &["patch", "retain_keys", "merge_key", "list", "map"], "`HasStructSchema`, OpenAPI"),
    (&[Field, Variant], &["deprecated"], "documents, .proto files"),
    (&[Variant], &["value"], "`StringEnum`, OpenAPI"),
];

/// What is made of a marker at a place. Rules say themselves what they check; what they are made into is the same for
/// all: checks, and what schemas can say of them.
pub(super) fn emitted(marker: &Marker, place: Place) -> &'static str {
    let row = EMITTED.iter().find(|(places, markers, _)| places.contains(&place) && markers.contains(&marker.name));
    match row {
        Some((.., what)) => what,
        None if marker.rule => "validation, OpenAPI, custom resource definitions",
        None if crate::emit::EMITTERS.iter().any(|emitter| emitter.name == marker.name) => {
            "the generator's part is left out"
        }
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::grammar::{self, MARKERS};

    #[test]
    fn something_is_made_of_every_marker() {
        for marker in MARKERS {
            for place in marker.places {
                assert!(!emitted(marker, *place).is_empty(), "{} on a {}", marker.name, place.name());
            }
        }
    }

    #[test]
    fn rows_are_about_markers_that_there_are() {
        for (places, markers, _) in EMITTED {
            for (place, name) in places.iter().flat_map(|place| markers.iter().map(move |name| (place, name))) {
                assert!(grammar::find(name, *place).is_some(), "no {name} on a {}", place.name());
            }
        }
    }
}
