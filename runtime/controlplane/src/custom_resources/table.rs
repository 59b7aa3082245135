//! Tables of custom resources. Follows apiextensions pkg/registry/customresource/tableconvertor.

use kubeforge_api::apiextensions::v1::CustomResourceColumnDefinition;
use kubeforge_apiserver::{
    default_table::name_column,
    table::{Cell, Column, Row, TableConvertor},
};
use kubeforge_extensions::{CustomObject, json_path::JsonPath};
use kubeforge_machinery::{Object, Time};
use serde_json::Value;

/// A table of the columns of a definition.
#[derive(Debug)]
pub(super) struct CustomTable {
    columns: Vec<Column>,
    paths: Vec<Option<JsonPath>>,
}

const CREATED: &str = ".metadata.creationTimestamp";

impl CustomTable {
    /// The table of these columns; without any it shows the age.
    pub(super) fn new(definitions: &[CustomResourceColumnDefinition]) -> Self {
        let age = [CustomResourceColumnDefinition {
            name: "Age".to_owned(),
            type_: "date".to_owned(),
            description: "When the object was stored first.".to_owned(),
            json_path: CREATED.to_owned(),
            ..CustomResourceColumnDefinition::default()
        }];
        let definitions = if definitions.is_empty() { &age } else { definitions };
        let column = |definition: &CustomResourceColumnDefinition| Column {
            name: definition.name.clone().into(),
            type_: definition.type_.clone().into(),
            format: definition.format.clone().into(),
            description: match definition.description.as_str() {
                "" => {
                    format!("Custom resource definition column (in JSONPath format): {}", definition.json_path).into()
                }
                description => description.to_owned().into(),
            },
            priority: definition.priority,
        };
        Self {
            columns: std::iter::once(name_column()).chain(definitions.iter().map(column)).collect(),
            paths: definitions.iter().map(|definition| JsonPath::parse(&definition.json_path)).collect(),
        }
    }
}

impl TableConvertor for CustomTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn row(&self, object: &dyn Object) -> Row {
        let content = object.downcast_ref::<CustomObject>().map(CustomObject::to_value).unwrap_or_default();
        let mut cells = vec![Cell::from(object.name().to_owned())];
        for (column, path) in self.columns.iter().skip(1).zip(&self.paths) {
            let found = path.as_ref().and_then(|path| path.find(&content).into_iter().next());
            cells.push(found.map_or(Cell::Null, |value| cell(value, &column.type_)));
        }
        cells.into()
    }
}

fn cell(value: &Value, type_: &str) -> Cell {
    match (type_, value) {
        ("string", Value::String(text)) => Cell::from(text.clone()),
        ("string", Value::Null) => Cell::from("<no value>"),
        ("string", other) => Cell::from(other.to_string()),
        ("integer", Value::Number(number)) => {
            #[expect(clippy::cast_possible_truncation, reason = "as Go converts a number for a column of integers")]
            let whole = || number.as_f64().map(|number| number as i64);
            number.as_i64().or_else(whole).map_or(Cell::Null, Cell::Integer)
        }
        ("number", Value::Number(number)) => number.as_f64().map_or(Cell::Null, Cell::Float),
        ("boolean", Value::Bool(value)) => Cell::Bool(*value),
        ("date", Value::String(text)) => Time::parse(text).map_or(Cell::from("<invalid>"), Cell::Age),
        _ => Cell::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_other_types_are_not_shown() {
        assert_eq!(cell(&json!({"a": 1}), "string"), Cell::from(r#"{"a":1}"#.to_owned()));
        assert_eq!(cell(&json!("5"), "integer"), Cell::Null);
        assert_eq!(cell(&json!(5.7), "integer"), Cell::Integer(5));
        assert_eq!(cell(&json!("soon"), "date"), Cell::from("<invalid>"));
    }
}
