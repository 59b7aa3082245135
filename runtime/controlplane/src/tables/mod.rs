//! The built-in kinds' tables: what `kubectl get` shows of them.
//!
//! Columns and cells are those of kube-apiserver's printers; what a client sees of the columns is data, in
//! `columns.json`. Upstream's server always asks its printers for the wide form, so a client receives every column and
//! nothing is cut short. Kinds without a table of their own show name and creation time, which is the API server's
//! default.

mod admission;
mod apps;
mod autoscaling;
mod batch;
mod certificates;
mod columns;
mod core;
mod flowcontrol;
mod networking;
mod node;
mod others;
mod pod;
mod resource;
mod service;
mod storage;
mod text;

use std::{collections::HashMap, sync::Arc};

use kubeforge_apiserver::table::{self, Cell, Column, Row, SortKey, TableConvertor};
use kubeforge_machinery::{GroupVersionKind, Object, Resource, meta::v1::ObjectMeta};

use self::columns::ColumnSets;

/// A table of one typed kind.
struct Printer<T> {
    columns: Vec<Column>,
    row: fn(&T) -> Row,
    order: Option<Order>,
}

type Order = Box<dyn Fn(&dyn Object) -> SortKey + Send + Sync>;

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

    fn order(&self) -> Option<&table::Order> {
        self.order.as_ref().map(|order| order as &table::Order)
    }
}

/// The tables by the kind that the server holds in memory.
pub(crate) struct Tables {
    columns: ColumnSets,
    tables: HashMap<GroupVersionKind, Arc<dyn TableConvertor>>,
}

impl Tables {
    /// All of them.
    pub(crate) fn built_in() -> Self {
        let mut tables = Self { columns: ColumnSets::built_in(), tables: HashMap::new() };
        pod::register(&mut tables);
        node::register(&mut tables);
        service::register(&mut tables);
        core::register(&mut tables);
        apps::register(&mut tables);
        batch::register(&mut tables);
        autoscaling::register(&mut tables);
        storage::register(&mut tables);
        networking::register(&mut tables);
        admission::register(&mut tables);
        flowcontrol::register(&mut tables);
        certificates::register(&mut tables);
        resource::register(&mut tables);
        others::register(&mut tables);
        tables
    }

    /// The kind's table, if it has one of its own.
    pub(crate) fn get(&self, hub: &GroupVersionKind) -> Option<Arc<dyn TableConvertor>> {
        self.tables.get(hub).cloned()
    }

    fn add<T: Resource>(&mut self, row: fn(&T) -> Row) {
        self.insert(row, None);
    }

    /// Adds a table whose lists have an order of their own.
    fn add_sorted<T: Resource>(&mut self, row: fn(&T) -> Row, key: fn(&T) -> SortKey) {
        self.insert(row, Some(Box::new(move |object| object.downcast_ref::<T>().map(key).unwrap_or_default())));
    }

    fn insert<T: Resource>(&mut self, row: fn(&T) -> Row, order: Option<Order>) {
        let gvk = GroupVersionKind::new(T::GROUP, T::VERSION, T::KIND);
        let columns = self.columns.of(T::GROUP, T::KIND);
        self.tables.insert(gvk, Arc::new(Printer { columns, row, order }));
    }
}

/// How long ago the object was created.
fn age_of(meta: &ObjectMeta) -> Cell {
    Cell::Age(meta.creation_timestamp)
}
