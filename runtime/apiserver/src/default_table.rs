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

/// What a client is told of a column of names; like every text on the wire it is kube-apiserver's own.
pub const NAME: &str = "Name must be unique within a namespace. Is required when creating resources, although some \
    resources may allow a client to request the generation of an appropriate name automatically. Name is primarily \
    intended for creation idempotence and configuration definition. Cannot be updated. More info: \
    https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

/// What a client is told of a column of creation times or ages.
pub const CREATED: &str = "CreationTimestamp is a timestamp representing the server time when this object was \
    created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set \
    this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for \
    lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

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
