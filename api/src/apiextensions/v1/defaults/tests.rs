use super::*;
use crate::{apiextensions::v1::CustomResourceDefinitionVersion, testing::defaulted};

fn version(name: &str, storage: bool) -> CustomResourceDefinitionVersion {
    CustomResourceDefinitionVersion { name: name.into(), storage, ..Default::default() }
}

#[test]
fn names_follow_from_the_kind() {
    let mut definition = CustomResourceDefinition::default();
    definition.spec.names.kind = "CronTab".into();
    let definition = defaulted(definition);
    let names = &definition.spec.names;
    assert_eq!((names.singular.as_str(), names.list_kind.as_str()), ("crontab", "CronTabList"));
    let accepted = &definition.status.accepted_names;
    assert_eq!(*accepted, CustomResourceDefinitionNames::default(), "what was accepted is not guessed");
}

#[test]
fn a_definition_without_a_kind_gets_no_list_kind() {
    assert_eq!(defaulted(CustomResourceDefinitionSpec::default()).names, CustomResourceDefinitionNames::default());
}

#[test]
fn objects_are_stored_in_the_storage_version() {
    let mut definition = CustomResourceDefinition::default();
    definition.spec.versions = vec![version("v1beta1", false), version("v1", true)];
    assert_eq!(defaulted(definition.clone()).status.stored_versions, ["v1"]);
    definition.status.stored_versions = ["v1beta1".into()].into();
    assert_eq!(defaulted(definition).status.stored_versions, ["v1beta1"], "what was stored is known already");
}

#[test]
fn nobody_converts() {
    let conversion = defaulted(CustomResourceDefinitionSpec::default()).conversion.unwrap();
    assert_eq!(conversion.strategy, ConversionStrategyType::None);
}
