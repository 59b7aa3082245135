//! The built-in kinds' tables: what `kubectl get` shows of them.
//!
//! Columns and cells are those of kube-apiserver's printers (facts: names, order, which are wide). Kinds without a
//! table of their own show name and creation time, which is the API server's default.

mod apps;
mod autoscaling;
mod batch;
mod core;
mod node;
mod others;
mod pod;
mod service;
mod storage;
mod text;

use std::{collections::HashMap, sync::Arc};

use kubeforge_apiserver::table::{Cell, Column, Row, TableConvertor};
use kubeforge_machinery::{GroupVersionKind, Object, Resource, meta::v1::ObjectMeta};

/// A table of one typed kind.
struct Printer<T> {
    columns: Vec<Column>,
    row: fn(&T) -> Row,
}

impl<T: Resource> TableConvertor for Printer<T> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn row(&self, object: &dyn Object) -> Row {
        match object.downcast_ref::<T>() {
            Some(object) => (self.row)(object),
            None => Row::from(vec![Cell::Null; self.columns.len()]),
        }
    }
}

/// The tables by the kind that the server holds in memory.
#[derive(Default)]
pub(crate) struct Tables(HashMap<GroupVersionKind, Arc<dyn TableConvertor>>);

impl Tables {
    /// All of them.
    pub(crate) fn built_in() -> Self {
        let mut tables = Self::default();
        pod::register(&mut tables);
        node::register(&mut tables);
        service::register(&mut tables);
        core::register(&mut tables);
        apps::register(&mut tables);
        batch::register(&mut tables);
        autoscaling::register(&mut tables);
        storage::register(&mut tables);
        others::register(&mut tables);
        tables
    }

    /// The kind's table, if it has one of its own.
    pub(crate) fn get(&self, hub: &GroupVersionKind) -> Option<Arc<dyn TableConvertor>> {
        self.0.get(hub).cloned()
    }

    fn add<T: Resource>(&mut self, columns: Vec<Column>, row: fn(&T) -> Row) {
        let gvk = GroupVersionKind::new(T::GROUP, T::VERSION, T::KIND);
        self.0.insert(gvk, Arc::new(Printer { columns, row }));
    }
}

/// The column of the object's name.
fn name() -> Column {
    Column::text("Name", "Name of the object, unique among those of its kind in a namespace.").with_format("name")
}

/// The column of the object's age.
fn age() -> Column {
    Column::text("Age", "How long ago the object was created.")
}

/// How long ago the object was created.
fn age_of(meta: &ObjectMeta) -> Cell {
    Cell::Age(meta.creation_timestamp)
}
