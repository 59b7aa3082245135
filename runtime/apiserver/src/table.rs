//! Tables: what `kubectl get` prints.
//!
//! A [`TableConvertor`] knows a resource's columns and makes a row's cells from an object. Cells are kept with the
//! stored revision, so ages are kept as the time they count from and rendered when a client asks.

use std::borrow::Cow;

use kubeforge_machinery::{Object, Time};

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Heading.
    pub name: Cow<'static, str>,
    /// OpenAPI type: `string`, `integer`, `date`, …
    pub type_: Cow<'static, str>,
    /// OpenAPI format; `name` marks the column of the object's name.
    pub format: Cow<'static, str>,
    /// What it shows.
    pub description: Cow<'static, str>,
    /// 0 is always shown, others in wide output only.
    pub priority: i32,
}

impl Column {
    /// A column of texts that is always shown.
    pub fn text(name: &'static str, description: &'static str) -> Self {
        Self { name: name.into(), type_: "string".into(), description: description.into(), ..Self::default() }
    }

    /// A column of another OpenAPI type.
    pub fn with_type(mut self, type_: &'static str) -> Self {
        self.type_ = type_.into();
        self
    }

    /// A column with a format.
    pub fn with_format(mut self, format: &'static str) -> Self {
        self.format = format.into();
        self
    }

    /// A column that is shown in wide output only.
    pub fn wide(mut self) -> Self {
        self.priority = 1;
        self
    }
}

/// A cell of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(Cow<'static, str>),
    /// An integer.
    Integer(i64),
    /// A number.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// Nothing (`null`).
    Null,
    /// Any other JSON value, as text.
    Json(String),
    /// How long ago this was, in kubectl's short form; `<unknown>` for the zero time.
    Age(Time),
    /// A text with an age in its midst, for example `3 (5m ago)`.
    TextAge {
        /// What stands before the age.
        before: String,
        /// Since when.
        since: Time,
        /// What stands after it.
        after: Cow<'static, str>,
    },
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&'static str> for Cell {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Cell {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// One row, without the object that it shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// A value for each column.
    pub cells: Vec<Cell>,
    /// Conditions of the row: `(type, status, reason, message)`; pods that ended carry `Completed`.
    pub conditions: Vec<RowCondition>,
}

/// A condition of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowCondition {
    /// What it is about, for example `Completed`.
    pub type_: &'static str,
    /// `True`, `False` or `Unknown`.
    pub status: &'static str,
    /// Why, in one word.
    pub reason: String,
    /// Why, for people.
    pub message: String,
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self { cells, conditions: Vec::new() }
    }
}

/// What rows are sorted by: a number, then a text.
pub type SortKey = (i64, String);

/// Finds an object's key.
pub type Order = dyn Fn(&dyn Object) -> SortKey;

/// Makes tables of a resource. The object is in the hub version.
pub trait TableConvertor: Send + Sync + 'static {
    /// The columns, in order.
    fn columns(&self) -> &[Column];

    /// An object's row: one cell for each column.
    fn row(&self, object: &dyn Object) -> Row;

    /// What the rows of a list are sorted by, where that is not the order of the list.
    fn order(&self) -> Option<&Order> {
        None
    }
}
