//! Version v1 of the `apiextensions.k8s.io` group: resources made up by users.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod conversion_review;
mod custom_resource_definition;
pub mod defaults;
mod hand_written;
mod json;
mod json_schema_or;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use conversion_review::{ConversionRequest, ConversionResponse, ConversionReview};
pub use custom_resource_definition::{
    ConditionStatus, ConversionStrategyType, CustomResourceColumnDefinition, CustomResourceConversion,
    CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionList,
    CustomResourceDefinitionNames, CustomResourceDefinitionSpec, CustomResourceDefinitionStatus,
    CustomResourceDefinitionVersion, CustomResourceSubresourceScale, CustomResourceSubresourceStatus,
    CustomResourceSubresources, CustomResourceValidation, ESTABLISHED, ExternalDocumentation, FieldValueErrorReason,
    JSONSchemaProps, KUBERNETES_API_APPROVAL_POLICY_CONFORMANT, NAMES_ACCEPTED, NON_STRUCTURAL_SCHEMA, ResourceScope,
    STORAGE_MIGRATING, SelectableField, ServiceReference, TERMINATING, ValidationRule, WebhookClientConfig,
    WebhookConversion,
};
pub use json::JSON;
pub use json_schema_or::{JSONSchemaPropsOrArray, JSONSchemaPropsOrBool, JSONSchemaPropsOrStringArray};
pub use well_known::{CUSTOM_RESOURCE_CLEANUP_FINALIZER, KUBE_API_APPROVED_ANNOTATION};
