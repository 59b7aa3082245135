//! Builders for the types of meta/v1 that other groups' objects hold. Written by hand because they belong to no group's
//! client set; a test holds them against the types.

use kubeforge_machinery::{
    Time,
    meta::v1::{
        Condition, ConditionStatus, LabelSelector, LabelSelectorOperator, LabelSelectorRequirement, ObjectMeta,
        OwnerReference,
    },
};

use super::Configuration;

crate::configuration!(ObjectMetaApply of ObjectMeta);
crate::configuration!(OwnerReferenceApply of OwnerReference);
crate::configuration!(LabelSelectorApply of LabelSelector);
crate::configuration!(LabelSelectorRequirementApply of LabelSelectorRequirement);
crate::configuration!(ConditionApply of Condition);

/// A method that sets a plain field.
macro_rules! leaf {
    ($(#[$docs:meta])* $method:ident, $json:literal, $of:ty) => {
        $(#[$docs])*
        #[inline]
        pub fn $method(self, value: impl Into<$of>) -> Self {
            Self(self.0.leaf::<$of>($json, value))
        }
    };
}

/// A method that adds to a list of plain values.
macro_rules! leaves {
    ($(#[$docs:meta])* $method:ident, $json:literal) => {
        $(#[$docs])*
        #[inline]
        pub fn $method(self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
            Self(self.0.leaves::<String>($json, values))
        }
    };
}

/// A method that adds to a list of structs.
macro_rules! structs {
    ($(#[$docs:meta])* $method:ident, $json:literal, $of:ty) => {
        $(#[$docs])*
        #[inline]
        pub fn $method(self, values: impl IntoIterator<Item = impl Configuration<Of = $of>>) -> Self {
            Self(self.0.nest_all($json, values))
        }
    };
}

/// A method that adds to a map of texts.
macro_rules! texts {
    ($(#[$docs:meta])* $method:ident, $json:literal) => {
        $(#[$docs])*
        #[inline]
        pub fn $method(self, entries: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
            Self(self.0.leaf_map::<String>($json, entries))
        }
    };
}

impl ObjectMetaApply {
    leaf!(/** The name. */ with_name, "name", String);
    leaf!(/** What the server makes a name of. */ with_generate_name, "generateName", String);
    leaf!(/** The namespace. */ with_namespace, "namespace", String);
    leaf!(/** Which object of that name is meant. */ with_uid, "uid", String);
    leaf!(/** The state that must be the newest. */ with_resource_version, "resourceVersion", String);
    texts!(/** Adds labels. */ with_labels, "labels");
    texts!(/** Adds annotations. */ with_annotations, "annotations");
    structs!(/** Adds owners. */ with_owner_references, "ownerReferences", OwnerReference);
    leaves!(/** Adds finalizers. */ with_finalizers, "finalizers");
}

impl OwnerReferenceApply {
    leaf!(/** The owner's version. */ with_api_version, "apiVersion", String);
    leaf!(/** The owner's kind. */ with_kind, "kind", String);
    leaf!(/** The owner's name. */ with_name, "name", String);
    leaf!(/** Which object of that name. */ with_uid, "uid", String);
    leaf!(/** The owner is what controls the object. */ with_controller, "controller", bool);
    leaf!(/** The owner can't be deleted before. */ with_block_owner_deletion, "blockOwnerDeletion", bool);
}

impl LabelSelectorApply {
    texts!(/** Adds labels that must have these values. */ with_match_labels, "matchLabels");
    structs!(/** Adds conditions. */ with_match_expressions, "matchExpressions", LabelSelectorRequirement);
}

impl LabelSelectorRequirementApply {
    leaf!(/** The label. */ with_key, "key", String);
    leaf!(/** How it relates to the values. */ with_operator, "operator", LabelSelectorOperator);
    leaves!(/** Adds values. */ with_values, "values");
}

impl ConditionApply {
    leaf!(/** What it is about. */ with_type, "type", String);
    leaf!(/** Whether it holds. */ with_status, "status", ConditionStatus);
    leaf!(/** The generation that was looked at. */ with_observed_generation, "observedGeneration", i64);
    leaf!(/** When `status` last changed. */ with_last_transition_time, "lastTransitionTime", Time);
    leaf!(/** Why, in a word. */ with_reason, "reason", String);
    leaf!(/** Why, for people. */ with_message, "message", String);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kubeforge_machinery::schema::HasStructSchema;

    use super::*;

    /// A builder with all fields set has all of the type's, but for those that only the server writes.
    #[track_caller]
    fn check<T: HasStructSchema>(full: impl Configuration<Of = T>, servers: &[&str]) {
        let set: BTreeSet<String> = full.as_value().as_object().unwrap().keys().cloned().collect();
        let fields = T::struct_schema().fields.iter().map(|field| field.name).filter(|name| !servers.contains(name));
        assert_eq!(set, fields.map(str::to_owned).collect());
    }

    #[test]
    fn builders_know_all_fields() {
        let owner = OwnerReferenceApply::new().with_api_version("v1").with_kind("Pod").with_name("a").with_uid("u");
        let owner = owner.with_controller(true).with_block_owner_deletion(true);
        check(owner.clone(), &[]);
        let servers = [
            "selfLink",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields",
        ];
        let meta = ObjectMetaApply::new().with_name("a").with_generate_name("a-").with_namespace("n").with_uid("u");
        let meta = meta.with_resource_version("1").with_labels([("a", "b")]).with_annotations([("a", "b")]);
        check(meta.with_owner_references([owner]).with_finalizers(["f"]), &servers);
        let requirement = LabelSelectorRequirementApply::new().with_key("a").with_operator("In").with_values(["b"]);
        check(requirement.clone(), &[]);
        check(LabelSelectorApply::new().with_match_labels([("a", "b")]).with_match_expressions([requirement]), &[]);
        let condition = ConditionApply::new().with_type("Ready").with_status("True").with_observed_generation(1);
        check(condition.with_last_transition_time(Time::from_unix(0)).with_reason("R").with_message("m"), &[]);
    }
}
