//! Defaults that the markers cannot say; they follow pkg/apis/apiextensions/v1/defaults.go of apiextensions-apiserver.

use super::{ConversionStrategyType, CustomResourceConversion, CustomResourceDefinition, ServiceReference};
use super::{CustomResourceDefinitionNames, CustomResourceDefinitionSpec};

/// Objects have been stored in no other version than the one that stores them now.
pub fn default_custom_resource_definition(definition: &mut CustomResourceDefinition) {
    if definition.status.stored_versions.is_empty() {
        let storage = definition.spec.versions.iter().find(|version| version.storage);
        definition.status.stored_versions.extend(storage.map(|version| version.name.clone()));
    }
}

/// Versions differ in their names only.
pub fn default_custom_resource_definition_spec(spec: &mut CustomResourceDefinitionSpec) {
    default_names(&mut spec.names);
    spec.conversion.get_or_insert_with(|| {
        Box::new(CustomResourceConversion { strategy: ConversionStrategyType::None, webhook: None })
    });
}

/// The other names follow from the kind. Not so for the names that the status says are accepted: there, empty is empty.
fn default_names(names: &mut CustomResourceDefinitionNames) {
    if names.singular.is_empty() {
        names.singular = names.kind.to_lowercase();
    }
    if names.list_kind.is_empty() && !names.kind.is_empty() {
        names.list_kind = format!("{}List", names.kind);
    }
}

/// The port of HTTPS.
pub fn default_service_reference(service: &mut ServiceReference) {
    service.port.get_or_insert(443);
}

#[cfg(test)]
mod tests;
