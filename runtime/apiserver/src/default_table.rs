//! Tables of resources without code of their own: the columns of the definition, or name and age.

use kubeforge_machinery::{
    Object, Time,
    scheme::{ColumnInfo, ResourceInfo},
};
use serde_json::Value;

use crate::{
    parts,
    table::{Cell, Column, Row, TableConvertor},
};

const NAME: &str = "What the object is called; no other of its kind has the same name in the same namespace.";

const CREATED: &str = "When the object was stored first.";

/// The column of the object's name, which every table begins with.
pub fn name_column() -> Column {
    Column::text("Name", NAME).with_format("name")
}

/// The column of the object's age, which most tables end with.
pub fn age_column() -> Column {
    Column::text("Age", CREATED)
}

/// A table of the columns that a definition names.
#[derive(Debug)]
pub struct DefaultTable {
    columns: Vec<Column>,
    fields: Vec<ColumnInfo>,
}

impl DefaultTable {
    /// The table of a resource.
    pub fn new(info: &ResourceInfo) -> Self {
        let mut columns = vec![name_column()];
        if info.columns.is_empty() {
            columns.push(Column::text("Created At", CREATED).with_type("date"));
        }
        columns.extend(info.columns.iter().map(|column| Column {
            name: column.name.clone(),
            type_: column.type_.clone(),
            format: column.format.clone(),
            description: column.description.clone(),
            priority: column.priority,
        }));
        Self { columns, fields: info.columns.to_vec() }
    }
}

impl TableConvertor for DefaultTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn row(&self, object: &dyn Object) -> Row {
        let mut cells = Vec::with_capacity(self.columns.len());
        cells.push(Cell::from(object.name().to_owned()));
        if self.fields.is_empty() {
            let created = object.meta().map(|meta| meta.creation_timestamp).unwrap_or_default();
            cells.push(Cell::from(created.to_string()));
        } else {
            let value: Value = serde_json::from_slice(&parts::json_of(object)).unwrap_or_default();
            cells.extend(self.fields.iter().map(|column| cell(&value, column)));
        }
        cells.into()
    }
}

fn cell(object: &Value, column: &ColumnInfo) -> Cell {
    let found = column.path.split('.').filter(|name| !name.is_empty()).try_fold(object, |value, name| value.get(name));
    match (found, &*column.type_) {
        (None | Some(Value::Null), _) => Cell::Null,
        (Some(Value::String(text)), "date") => Time::parse(text).map_or_else(|_| Cell::from(text.clone()), Cell::Age),
        (Some(Value::String(text)), _) => Cell::from(text.clone()),
        (Some(Value::Bool(value)), "boolean") => Cell::Bool(*value),
        (Some(Value::Number(number)), "integer") => number.as_i64().map_or(Cell::Null, Cell::Integer),
        (Some(Value::Number(number)), "number") => number.as_f64().map_or(Cell::Null, Cell::Float),
        (Some(other), "string") => Cell::from(other.to_string()),
        (Some(_), _) => Cell::Null,
    }
}
