use kubeforge_derive::ApiSource;
use serde_json::Value;

use super::{ConditionStatus, ListMeta};
use crate::RawExtension;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct Table {
    /// Name, labels and everything else that all objects carry.
    pub metadata: ListMeta,
    #[api(required, list = atomic)]
    pub column_definitions: Vec<TableColumnDefinition>,
    #[api(required, list = atomic)]
    pub rows: Vec<TableRow>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TableColumnDefinition {
    #[api(required)]
    pub name: String,
    #[api(required)]
    pub type_: String,
    #[api(required)]
    pub format: String,
    #[api(required)]
    pub description: String,
    #[api(required)]
    pub priority: i32,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TableRow {
    #[api(required, list = atomic)]
    pub cells: Vec<Value>,
    #[api(list = atomic)]
    pub conditions: Vec<TableRowCondition>,
    pub object: RawExtension,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TableRowCondition {
    #[api(required)]
    pub type_: String,
    #[api(required)]
    pub status: ConditionStatus,
    pub reason: String,
    pub message: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct TableOptions {
    #[api(tag = 1)]
    pub include_object: IncludeObjectPolicy,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum IncludeObjectPolicy {
    None,
    Metadata,
    Object,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

// Values of RowConditionType, which is a plain text because others may add their own.
pub const ROW_COMPLETED: &str = "Completed";
