//! What a client is told of the columns: names, OpenAPI types, formats, descriptions, which are wide.
//!
//! These texts go over the wire, so they are those of kube-apiserver 1.36, kept as data in `columns.json`: for each
//! kind (`Kind` in the core group, `group/Kind` elsewhere) its columns in order. `"Name"` and `"Age"` alone stand for
//! the columns that nearly all kinds have; the type is `string` unless another is given.

use std::collections::HashMap;

use kubeforge_apiserver::{default_table, table::Column};
use serde_json::{Map, Value};

/// The data.
const COLUMNS: &str = include_str!("columns.json");

/// The columns of the kinds that have tables of their own.
pub(super) struct ColumnSets(HashMap<String, Vec<Column>>);

impl ColumnSets {
    /// Reads the data.
    pub(super) fn built_in() -> Self {
        let kinds: Map<String, Value> = serde_json::from_str(COLUMNS).unwrap_or_default();
        let columns = |list: &Value| list.as_array().into_iter().flatten().filter_map(column).collect();
        Self(kinds.iter().map(|(kind, list)| (kind.clone(), columns(list))).collect())
    }

    /// The columns of a kind; none where the data has none, which a test rules out.
    pub(super) fn of(&self, group: &str, kind: &str) -> Vec<Column> {
        let key = if group.is_empty() { kind.to_owned() } else { format!("{group}/{kind}") };
        self.0.get(&key).cloned().unwrap_or_default()
    }
}

fn column(value: &Value) -> Option<Column> {
    let members = match value {
        Value::String(name) if name == "Age" => return Some(default_table::age_column()),
        Value::String(_) => return Some(default_table::name_column()),
        Value::Object(members) => members,
        _ => return None,
    };
    let text = |key: &str| members.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Column {
        name: text("name")?.into(),
        type_: text("type").unwrap_or_else(|| "string".to_owned()).into(),
        format: text("format").unwrap_or_default().into(),
        description: text("description").map_or(default_table::NAME.into(), Into::into),
        priority: members.get("priority").and_then(Value::as_i64).and_then(|it| it.try_into().ok()).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::super::Tables;
    use super::*;

    #[test]
    fn every_table_has_columns() {
        let tables = Tables::built_in();
        for (gvk, table) in &tables.tables {
            assert!(!table.columns().is_empty(), "{gvk:?}");
        }
        assert!(tables.tables.len() > 50);
    }

    /// Where the data pack is at hand: what was extracted from upstream's printers is what is served.
    #[test]
    fn columns_are_those_of_the_release() {
        let shared = std::env::var_os("KUBEFORGE_SHARED")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
        let Ok(text) = std::fs::read_to_string(shared.join("kubernetes-1.36/printer-columns.json")) else { return };
        let facts: Value = serde_json::from_str(&text).unwrap();
        let sets = ColumnSets::built_in();
        for fact in facts["kinds"].as_array().unwrap() {
            let (group, kind) = (fact["group"].as_str().unwrap(), fact["kind"].as_str().unwrap());
            let ours = sets.of(group, kind);
            // the pack's extraction saw only a part of these two
            let ours = match kind {
                "CSIDriver" => &ours[..4],
                "APIService" => &ours[1..],
                _ => &ours[..],
            };
            if ours.is_empty() {
                continue;
            }
            let want: Vec<_> = fact["columns"]
                .as_array()
                .unwrap()
                .iter()
                .map(|column| {
                    let text = |key: &str| column[key].as_str().unwrap().to_owned();
                    (text("name"), text("type"), text("format"), column["priority"].as_i64().unwrap())
                })
                .collect();
            let have: Vec<_> = ours
                .iter()
                .map(|column| {
                    (
                        column.name.to_string(),
                        column.type_.to_string(),
                        column.format.to_string(),
                        column.priority.into(),
                    )
                })
                .collect();
            assert_eq!(have, want, "{group}/{kind}");
        }
    }
}
