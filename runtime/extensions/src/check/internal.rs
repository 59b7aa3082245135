//! A definition in upstream's internal form, by reference: what all versions have in common stands at the top.

use kubeforge_api::apiextensions::v1::{
    CustomResourceColumnDefinition, CustomResourceDefinitionSpec, CustomResourceSubresources, JSONSchemaProps,
    JSONSchemaPropsOrBool, SelectableField, ValidationRule,
};
use serde_json::{Value, json};

/// The parts that a version has for itself, or the top of a spec for all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts<'a> {
    /// The schema: whether there is a place for it, and what stands there.
    pub(super) schema: Option<Option<&'a JSONSchemaProps>>,
    pub(super) subresources: Option<&'a CustomResourceSubresources>,
    pub(super) columns: &'a [CustomResourceColumnDefinition],
    pub(super) selectable: &'a [SelectableField],
}

impl Parts<'_> {
    pub(super) fn has_status(&self) -> bool {
        self.subresources.is_some_and(|subresources| subresources.status.is_some())
    }
}

pub(super) struct Internal<'a> {
    pub(super) spec: &'a CustomResourceDefinitionSpec,
    /// What all versions have in common.
    pub(super) top: Parts<'a>,
    /// What each has for itself.
    pub(super) versions: Vec<Parts<'a>>,
}

impl<'a> Internal<'a> {
    pub(super) fn of(spec: &'a CustomResourceDefinitionSpec) -> Self {
        let mut versions: Vec<Parts<'a>> = spec
            .versions
            .iter()
            .map(|version| Parts {
                schema: version.schema.as_deref().map(|schema| schema.open_api_v3_schema.as_deref()),
                subresources: version.subresources.as_deref(),
                columns: &version.additional_printer_columns,
                selectable: &version.selectable_fields,
            })
            .collect();
        let Some(first) = versions.first().copied() else { return Self { spec, top: Parts::default(), versions } };
        let mut top = Parts::default();
        if versions.iter().all(|version| version.schema == first.schema) {
            top.schema = first.schema;
            versions.iter_mut().for_each(|version| version.schema = None);
        }
        if versions.iter().all(|version| version.subresources == first.subresources) {
            top.subresources = first.subresources;
            versions.iter_mut().for_each(|version| version.subresources = None);
        }
        if versions.iter().all(|version| version.columns == first.columns) {
            top.columns = first.columns;
            versions.iter_mut().for_each(|version| version.columns = &[]);
        }
        if versions.iter().all(|version| version.selectable == first.selectable) {
            top.selectable = first.selectable;
            versions.iter_mut().for_each(|version| version.selectable = &[]);
        }
        Self { spec, top, versions }
    }

    /// `spec.versions` as messages show it.
    pub(super) fn shown(&self) -> String {
        let all: Vec<String> = self
            .spec
            .versions
            .iter()
            .zip(&self.versions)
            .map(|(version, parts)| {
                let schema = match parts.schema {
                    None => "null".to_owned(),
                    Some(schema) => {
                        format!("{{\"OpenAPIV3Schema\":{}}}", schema.map_or_else(|| "null".to_owned(), shown_schema))
                    }
                };
                object(&[
                    ("Name", json!(version.name).to_string()),
                    ("Served", version.served.to_string()),
                    ("Storage", version.storage.to_string()),
                    ("Deprecated", version.deprecated.to_string()),
                    ("DeprecationWarning", json!(version.deprecation_warning).to_string()),
                    ("Schema", schema),
                    ("Subresources", parts.subresources.map_or_else(|| "null".to_owned(), shown_subresources)),
                    ("AdditionalPrinterColumns", list(parts.columns, shown_column)),
                    (
                        "SelectableFields",
                        list(parts.selectable, |field| object(&[("JSONPath", json!(field.json_path).to_string())])),
                    ),
                ])
            })
            .collect();
        format!("[{}]", all.join(","))
    }
}

fn object(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", fields.join(","))
}

fn list<T>(values: &[T], shown: impl Fn(&T) -> String) -> String {
    if values.is_empty() {
        return "null".to_owned();
    }
    let values: Vec<String> = values.iter().map(shown).collect();
    format!("[{}]", values.join(","))
}

fn shown_subresources(subresources: &CustomResourceSubresources) -> String {
    let status = if subresources.status.is_some() { "{}" } else { "null" };
    let scale = subresources.scale.as_ref().map_or_else(
        || "null".to_owned(),
        |scale| {
            object(&[
                ("SpecReplicasPath", json!(scale.spec_replicas_path).to_string()),
                ("StatusReplicasPath", json!(scale.status_replicas_path).to_string()),
                ("LabelSelectorPath", json!(scale.label_selector_path).to_string()),
            ])
        },
    );
    object(&[("Status", status.to_owned()), ("Scale", scale)])
}

fn shown_column(column: &CustomResourceColumnDefinition) -> String {
    object(&[
        ("Name", json!(column.name).to_string()),
        ("Type", json!(column.type_).to_string()),
        ("Format", json!(column.format).to_string()),
        ("Description", json!(column.description).to_string()),
        ("Priority", column.priority.to_string()),
        ("JSONPath", json!(column.json_path).to_string()),
    ])
}

/// A rule as messages show it.
pub(super) fn shown_rule(rule: &ValidationRule) -> String {
    object(&[
        ("Rule", json!(rule.rule).to_string()),
        ("Message", json!(rule.message).to_string()),
        ("MessageExpression", json!(rule.message_expression).to_string()),
        ("Reason", json!(rule.reason.as_ref().map(ToString::to_string)).to_string()),
        ("FieldPath", json!(rule.field_path).to_string()),
        ("OptionalOldSelf", json!(rule.optional_old_self).to_string()),
    ])
}

/// A schema as messages show it.
pub(super) fn shown_schema(schema: &JSONSchemaProps) -> String {
    let optional =
        |schema: &Option<Box<JSONSchemaProps>>| schema.as_deref().map_or_else(|| "null".to_owned(), shown_schema);
    let map = |schemas: &std::collections::BTreeMap<String, JSONSchemaProps>| {
        if schemas.is_empty() {
            return "null".to_owned();
        }
        let fields: Vec<String> =
            schemas.iter().map(|(name, schema)| format!("{}:{}", json!(name), shown_schema(schema))).collect();
        format!("{{{}}}", fields.join(","))
    };
    let or_bool = |either: &Option<Box<JSONSchemaPropsOrBool>>| {
        either.as_ref().map_or_else(
            || "null".to_owned(),
            |either| object(&[("Allows", either.allows.to_string()), ("Schema", optional(&either.schema))]),
        )
    };
    let names = |names: &[String]| if names.is_empty() { Value::Null } else { json!(names) }.to_string();
    let float = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), crate::number::go_float);
    let value = |value: &Option<kubeforge_api::apiextensions::v1::JSON>| {
        value.as_ref().map_or(Value::Null, kubeforge_api::apiextensions::v1::JSON::to_value).to_string()
    };
    let items = schema.items.as_ref().map_or_else(
        || "null".to_owned(),
        |items| {
            object(&[("Schema", optional(&items.schema)), ("JSONSchemas", list(&items.json_schemas, shown_schema))])
        },
    );
    let dependencies = if schema.dependencies.is_empty() {
        "null".to_owned()
    } else {
        let fields = schema.dependencies.iter().map(|(name, either)| {
            let either = object(&[("Schema", optional(&either.schema)), ("Property", names(&either.property))]);
            format!("{}:{either}", json!(name))
        });
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    };
    let docs = schema.external_docs.as_ref().map_or_else(
        || "null".to_owned(),
        |docs| object(&[("Description", json!(docs.description).to_string()), ("URL", json!(docs.url).to_string())]),
    );
    object(&[
        ("ID", json!(schema.id).to_string()),
        ("Schema", json!(schema.schema).to_string()),
        ("Ref", json!(schema.ref_).to_string()),
        ("Description", json!(schema.description).to_string()),
        ("Type", json!(schema.type_).to_string()),
        ("Nullable", schema.nullable.to_string()),
        ("Format", json!(schema.format).to_string()),
        ("Title", json!(schema.title).to_string()),
        ("Default", value(&schema.default)),
        ("Maximum", float(schema.maximum)),
        ("ExclusiveMaximum", schema.exclusive_maximum.to_string()),
        ("Minimum", float(schema.minimum)),
        ("ExclusiveMinimum", schema.exclusive_minimum.to_string()),
        ("MaxLength", json!(schema.max_length).to_string()),
        ("MinLength", json!(schema.min_length).to_string()),
        ("Pattern", json!(schema.pattern).to_string()),
        ("MaxItems", json!(schema.max_items).to_string()),
        ("MinItems", json!(schema.min_items).to_string()),
        ("UniqueItems", schema.unique_items.to_string()),
        ("MultipleOf", float(schema.multiple_of)),
        ("Enum", list(&schema.enum_, |value| value.to_value().to_string())),
        ("MaxProperties", json!(schema.max_properties).to_string()),
        ("MinProperties", json!(schema.min_properties).to_string()),
        ("Required", names(&schema.required)),
        ("Items", items),
        ("AllOf", list(&schema.all_of, shown_schema)),
        ("OneOf", list(&schema.one_of, shown_schema)),
        ("AnyOf", list(&schema.any_of, shown_schema)),
        ("Not", optional(&schema.not)),
        ("Properties", map(&schema.properties)),
        ("AdditionalProperties", or_bool(&schema.additional_properties)),
        ("PatternProperties", map(&schema.pattern_properties)),
        ("Dependencies", dependencies),
        ("AdditionalItems", or_bool(&schema.additional_items)),
        ("Definitions", map(&schema.definitions)),
        ("ExternalDocs", docs),
        ("Example", value(&schema.example)),
        ("XPreserveUnknownFields", json!(schema.x_kubernetes_preserve_unknown_fields).to_string()),
        ("XEmbeddedResource", schema.x_kubernetes_embedded_resource.to_string()),
        ("XIntOrString", schema.x_kubernetes_int_or_string.to_string()),
        ("XListMapKeys", names(&schema.x_kubernetes_list_map_keys)),
        ("XListType", json!(schema.x_kubernetes_list_type).to_string()),
        ("XMapType", json!(schema.x_kubernetes_map_type).to_string()),
        ("XValidations", list(&schema.x_kubernetes_validations, shown_rule)),
    ])
}
