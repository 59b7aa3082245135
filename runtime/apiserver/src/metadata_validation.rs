//! Validation of the metadata that every object carries. Follows apimachinery pkg/api/validation/objectmeta.go.

use kubeforge_machinery::{
    GroupVersion,
    field::{BadValue, Error, ErrorList, Path},
    meta::v1::{ManagedFieldsOperationType, ObjectMeta, OwnerReference},
    validation::{self, FinalizerNames, NameRule, annotations, labels},
};

const METADATA: Path<'static> = Path::new("metadata");

/// Where the kind is from that may own nothing: events go sooner than what they tell of.
const EVENTS: GroupVersion = GroupVersion::new("", "v1");

/// Names of field managers.
const MANAGER_BYTES_MAX: usize = 128;

/// Finalizers that need no domain.
const STANDARD_FINALIZERS: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];

/// All that is wrong with a new object's metadata.
pub fn validate(meta: &ObjectMeta, namespaced: bool, rule: NameRule, finalizers: FinalizerNames) -> ErrorList {
    let mut errors = validate_common(meta, namespaced, rule);
    finalizer_names(meta, finalizers, &mut errors);
    errors
}

/// What is wrong with metadata of any kind, built in or not.
pub fn validate_common(meta: &ObjectMeta, namespaced: bool, rule: NameRule) -> ErrorList {
    let mut errors = ErrorList::new();
    let generate_name = METADATA.child("generateName");
    if !meta.generate_name.is_empty() {
        for message in rule.check(&meta.generate_name, true) {
            errors.push(Error::invalid(&generate_name, meta.generate_name.as_str(), message));
        }
    }
    let name = METADATA.child("name");
    if meta.name.is_empty() {
        errors.push(Error::required(&name, "name or generateName is required"));
    } else {
        for message in rule.check(&meta.name, false) {
            errors.push(Error::invalid(&name, meta.name.as_str(), message));
        }
    }
    let namespace = METADATA.child("namespace");
    match (namespaced, meta.namespace.as_str()) {
        (true, "") => errors.push(Error::required(&namespace, "")),
        (true, value) => {
            for message in validation::is_dns1123_label(value) {
                errors.push(Error::invalid(&namespace, value, message));
            }
        }
        (false, "") => {}
        (false, _) => errors.push(Error::forbidden(&namespace, "not allowed on this type")),
    }
    common(meta, &mut errors);
    finalizers(meta, &mut errors);
    errors
}

/// What a kind's own check finds wrong with an updated object's metadata.
pub fn validate_update_of_kind(new: &ObjectMeta, old: &ObjectMeta, finalizers: FinalizerNames) -> ErrorList {
    let mut errors = validate_update(new, old);
    finalizer_names(new, finalizers, &mut errors);
    errors
}

/// All that is wrong with an updated object's metadata.
pub fn validate_update(new: &ObjectMeta, old: &ObjectMeta) -> ErrorList {
    let mut errors = ErrorList::new();
    if old.deletion_timestamp.is_some() {
        no_new_finalizers(new, old, &mut errors);
    }
    if new.resource_version.is_empty() {
        let field = METADATA.child("resourceVersion");
        errors.push(Error::invalid(&field, "", "must be specified for an update"));
    }
    if new.generation < old.generation {
        errors.push(Error::invalid(&METADATA.child("generation"), new.generation, "must not be decremented"));
    }
    immutable(&mut errors, "name", &new.name, &old.name);
    immutable(&mut errors, "namespace", &new.namespace, &old.namespace);
    immutable(&mut errors, "uid", &new.uid, &old.uid);
    if new.deletion_timestamp != old.deletion_timestamp {
        let shown = new.deletion_timestamp.map(|time| time.to_string()).unwrap_or_default();
        errors.push(Error::invalid(&METADATA.child("deletionTimestamp"), shown, "field is immutable"));
    }
    if new.deletion_grace_period_seconds != old.deletion_grace_period_seconds {
        let shown = new.deletion_grace_period_seconds.unwrap_or_default();
        errors.push(Error::invalid(&METADATA.child("deletionGracePeriodSeconds"), shown, "field is immutable"));
    }
    common(new, &mut errors);
    errors
}

fn immutable(errors: &mut ErrorList, field: &str, new: &str, old: &str) {
    if new != old {
        errors.push(Error::invalid(&METADATA.child(field), new, "field is immutable"));
    }
}

fn common(meta: &ObjectMeta, errors: &mut ErrorList) {
    if meta.generation < 0 {
        let field = METADATA.child("generation");
        errors.push(Error::invalid(&field, meta.generation, "must be greater than or equal to 0"));
    }
    labels(&meta.labels, &METADATA.child("labels"), errors);
    annotations(&meta.annotations, &METADATA.child("annotations"), errors);
    owners(&meta.owner_references, errors);
    managed_fields(meta, errors);
}

fn owners(owners: &[OwnerReference], errors: &mut ErrorList) {
    let list = METADATA.child("ownerReferences");
    let mut controller: Option<&OwnerReference> = None;
    for owner in owners {
        owner_reference(owner, &list, errors);
        if owner.controller != Some(true) {
            continue;
        }
        match controller {
            Some(first) => {
                let message = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in references for {} and {}",
                    format_args!("{}/{}", first.kind, first.name),
                    format_args!("{}/{}", owner.kind, owner.name),
                );
                errors.push(Error::invalid(&list, BadValue::json(&Vec::from(owners)), message));
            }
            None => controller = Some(owner),
        }
    }
}

/// Owners are of some version of their kind. An `apiVersion` that can't be read has none, as one that ends with its slash.
fn owner_reference(owner: &OwnerReference, list: &Path<'_>, errors: &mut ErrorList) {
    let version = GroupVersion::parse(&owner.api_version).unwrap_or_default();
    if version.version.is_empty() {
        let shown = owner.api_version.as_str();
        errors.push(Error::invalid(&list.child("apiVersion"), shown, "version must not be empty"));
    }
    for (field, value) in [("kind", &owner.kind), ("name", &owner.name), ("uid", &owner.uid)] {
        if value.is_empty() {
            errors.push(Error::invalid(&list.child(field), "", "must not be empty"));
        }
    }
    if version == EVENTS && owner.kind == "Event" {
        let message = "/v1, Kind=Event is disallowed from being an owner";
        errors.push(Error::invalid(list, BadValue::json(owner), message));
    }
}

fn finalizers(meta: &ObjectMeta, errors: &mut ErrorList) {
    let list = METADATA.child("finalizers");
    let (mut orphan, mut foreground) = (false, false);
    for finalizer in &meta.finalizers {
        for message in validation::is_qualified_name(finalizer) {
            errors.push(Error::invalid(&list, finalizer.as_str(), message));
        }
        orphan |= finalizer == "orphan";
        foreground |= finalizer == "foregroundDeletion";
    }
    if orphan && foreground {
        let message = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.push(Error::invalid(&list, BadValue::json(&meta.finalizers), message));
    }
}

/// Finalizers of built-in kinds without a domain are Kubernetes' own.
fn finalizer_names(meta: &ObjectMeta, names: FinalizerNames, errors: &mut ErrorList) {
    if names == FinalizerNames::Qualified {
        return;
    }
    let list = METADATA.child("finalizers");
    for (at, finalizer) in meta.finalizers.iter().enumerate() {
        if !finalizer.contains('/') && !STANDARD_FINALIZERS.contains(&finalizer.as_str()) {
            let message = "name is neither a standard finalizer name nor is it fully qualified";
            errors.push(Error::invalid(&list.index(at), finalizer.as_str(), message));
        }
    }
}

fn no_new_finalizers(new: &ObjectMeta, old: &ObjectMeta, errors: &mut ErrorList) {
    let mut extra: Vec<String> = new
        .finalizers
        .iter()
        .filter(|finalizer| !old.finalizers.contains(finalizer))
        .map(|finalizer| format!("\"{finalizer}\""))
        .collect();
    if !extra.is_empty() {
        extra.sort();
        let message = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            extra.join(", ")
        );
        errors.push(Error::forbidden(&METADATA.child("finalizers"), message));
    }
}

fn managed_fields(meta: &ObjectMeta, errors: &mut ErrorList) {
    let list = METADATA.child("managedFields");
    for (at, entry) in meta.managed_fields.iter().enumerate() {
        let field = list.index(at);
        match &entry.operation {
            ManagedFieldsOperationType::Apply | ManagedFieldsOperationType::Update => {}
            other => {
                errors.push(Error::invalid(&field.child("operation"), other.as_str(), "must be `Apply` or `Update`"))
            }
        }
        if !entry.fields_type.is_empty() && entry.fields_type != "FieldsV1" {
            let shown = entry.fields_type.as_str();
            errors.push(Error::invalid(&field.child("fieldsType"), shown, "must be `FieldsV1`"));
        }
        field_manager(&entry.manager, &field.child("manager"), errors);
    }
}

/// What is wrong with the name of a field manager.
pub fn field_manager(manager: &str, field: &Path<'_>, errors: &mut ErrorList) {
    if manager.len() > MANAGER_BYTES_MAX {
        errors.push(Error::too_long(field, MANAGER_BYTES_MAX));
    }
    if let Some((at, _)) = manager.char_indices().find(|(_, letter)| letter.is_control()) {
        let message = format!("should only contain printable characters: invalid character at position {at}");
        errors.push(Error::invalid(field, manager, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(errors: &[Error]) -> Vec<String> {
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_and_namespaces_are_checked() {
        let meta = ObjectMeta::default();
        assert_eq!(
            texts(&validate(&meta, true, NameRule::Subdomain, FinalizerNames::StandardOrWithDomain)),
            ["metadata.name: Required value: name or generateName is required", "metadata.namespace: Required value"]
        );
        let meta = ObjectMeta { name: "a".into(), namespace: "b".into(), ..ObjectMeta::default() };
        assert_eq!(
            texts(&validate(&meta, false, NameRule::Subdomain, FinalizerNames::StandardOrWithDomain)),
            ["metadata.namespace: Forbidden: not allowed on this type"]
        );
    }

    #[test]
    fn owners_have_a_version_and_one_controls() {
        let owner = |api_version: &str, kind: &str, controller: Option<bool>| OwnerReference {
            api_version: api_version.into(),
            kind: kind.into(),
            name: "x".into(),
            uid: "y".into(),
            controller,
            ..OwnerReference::default()
        };
        let found = |list: &[OwnerReference]| {
            let mut errors = ErrorList::new();
            owners(list, &mut errors);
            texts(&errors)
        };
        assert_eq!(found(&[owner("v1", "Pod", Some(true)), owner("a/v1", "Event", Some(false))]), Vec::<String>::new());
        for wrong in ["", "a/b/c", "a/"] {
            let want =
                format!(r#"metadata.ownerReferences.apiVersion: Invalid value: "{wrong}": version must not be empty"#);
            assert_eq!(found(&[owner(wrong, "Pod", None)]), [want]);
        }
        assert_eq!(
            found(&[owner("v1", "Event", None)]),
            [
                r#"metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"x","uid":"y"}: /v1, Kind=Event is disallowed from being an owner"#
            ]
        );
        assert_eq!(
            found(&[owner("v1", "Pod", Some(true)), owner("v1", "Node", Some(true))]),
            [
                r#"metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"x","uid":"y","controller":true},{"apiVersion":"v1","kind":"Node","name":"x","uid":"y","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for Pod/x and Node/x"#
            ]
        );
    }

    #[test]
    fn nothing_may_be_added_to_the_finalizers_of_a_dying_object() {
        let old = ObjectMeta {
            resource_version: "1".into(),
            deletion_timestamp: Some(Default::default()),
            finalizers: vec!["a.b/c".into()],
            ..ObjectMeta::default()
        };
        let new = ObjectMeta { finalizers: vec!["a.b/c".into(), "a.b/d".into()], ..old.clone() };
        assert_eq!(
            texts(&validate_update(&new, &old)),
            ["metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found \
              new finalizers []string{\"a.b/d\"}"]
        );
    }
}
