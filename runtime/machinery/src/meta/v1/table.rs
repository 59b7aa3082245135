//! Objects as rows of a table, for people to read.

use kubeforge_derive::ApiSource;
use serde_json::Value;

use super::{ConditionStatus, ListMeta};
use crate::RawExtension;

/// Objects of one kind as rows, with the columns that the server finds worth showing.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct Table {
    /// Name, labels and everything else that all objects carry.
    pub metadata: ListMeta,
    /// What the cells of each row mean, in order.
    #[api(required, list = atomic)]
    pub column_definitions: Vec<TableColumnDefinition>,
    /// One per object.
    #[api(required, list = atomic)]
    pub rows: Vec<TableRow>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TableColumnDefinition {
    /// Its heading.
    #[api(required)]
    pub name: String,
    /// The OpenAPI type of its cells.
    #[api(required)]
    pub type_: String,
    /// The OpenAPI format of its cells; `name` marks the column that names the object.
    #[api(required)]
    pub format: String,
    /// What it shows.
    #[api(required)]
    pub description: String,
    /// 0 is always shown; higher ones only where there is room.
    #[api(required)]
    pub priority: i32,
}

/// A row: one object.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TableRow {
    /// A JSON value per column.
    #[api(required, list = atomic)]
    pub cells: Vec<Value>,
    /// What is special about the row as a whole.
    #[api(list = atomic)]
    pub conditions: Vec<TableRowCondition>,
    /// The object, as much of it as was asked for.
    pub object: RawExtension,
}

/// Something special about a row.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TableRowCondition {
    /// `Completed` is the only one.
    #[api(required)]
    pub type_: String,
    /// Whether it holds.
    #[api(required)]
    pub status: ConditionStatus,
    /// Why, for programs.
    pub reason: String,
    /// Why, for people.
    pub message: String,
}

/// How much of the objects a table carries.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct TableOptions {
    /// Nothing, the metadata, or everything.
    #[api(tag = 1)]
    pub include_object: IncludeObjectPolicy,
}

/// How much of an object a row of a table carries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum IncludeObjectPolicy {
    /// Nothing.
    None,
    /// Its metadata.
    Metadata,
    /// All of it.
    Object,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

// Values of RowConditionType, which is a plain text because others may add their own.
/// The object has run to its end, so that it may be hidden.
pub const ROW_COMPLETED: &str = "Completed";
