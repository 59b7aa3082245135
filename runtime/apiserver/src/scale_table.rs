//! The table of scales.

use kubeforge_machinery::Object;
use serde_json::Value;

use crate::{
    default_table::{age_column, name_column},
    parts,
    table::{Cell, Column, Row, TableConvertor},
};

/// What clients are told of scales: how many of a resource's parts there are to be, and how many there are.
#[derive(Debug)]
pub(crate) struct ScaleTable {
    columns: [Column; 4],
}

impl Default for ScaleTable {
    fn default() -> Self {
        let count = |name, description| Column::text(name, description).with_type("integer");
        Self {
            columns: [
                name_column(),
                count("Desired", "replicas is the desired number of instances for the scaled object."),
                count("Available", "replicas is the actual number of observed instances of the scaled object."),
                age_column(),
            ],
        }
    }
}

impl TableConvertor for ScaleTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn row(&self, object: &dyn Object) -> Row {
        let value: Value = serde_json::from_slice(&parts::json_of(object)).unwrap_or_default();
        let count = |path: &str| Cell::Integer(value.pointer(path).and_then(Value::as_i64).unwrap_or_default());
        let meta = object.meta().cloned().unwrap_or_default();
        vec![meta.name.into(), count("/spec/replicas"), count("/status/replicas"), Cell::Age(meta.creation_timestamp)]
            .into()
    }
}
