//! Which types convert into one another, and the names of the functions that do it.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::Fields;
use crate::{
    emit::{TypeIn, Workspace, client_set_module},
    model::{Package, snake_case},
};

/// A type of a spoke and the type of its hub that stands for it.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) spoke: TypeIn<'a>,
    pub(super) hub: TypeIn<'a>,
}

/// Sorts by the spoke's type first.
type Key<'a> = [&'a str; 4];

impl<'a> Pair<'a> {
    fn key(self) -> Key<'a> {
        let Pair { spoke, hub } = self;
        [&spoke.ty.name, &spoke.package.module, &hub.package.module, &hub.ty.name]
    }
}

/// Which way a value goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    ToHub,
    FromHub,
}

impl Direction {
    pub(super) const BOTH: [Direction; 2] = [Direction::ToHub, Direction::FromHub];
}

/// The pairs of a package.
pub(super) struct Plan<'a> {
    pub(super) package: &'a Package,
    pub(super) workspace: &'a Workspace,
    pairs: BTreeMap<Key<'a>, Pair<'a>>,
}

impl<'a> Plan<'a> {
    /// The pairs that the package's spokes and `converts_to` on its types ask for.
    pub(super) fn of(package: &'a Package, workspace: &'a Workspace) -> Self {
        let mut plan = Self { package, workspace, pairs: BTreeMap::new() };
        for ty in package.types.values() {
            let spoke = TypeIn { package, ty };
            if let Some(hub) = hub(spoke, workspace) {
                plan.add(Pair { spoke, hub });
            }
            for package in hub_packages(package, workspace) {
                if let Some(ty) = ty.converts_to.as_ref().and_then(|name| package.types.get(name)) {
                    plan.add(Pair { spoke, hub: TypeIn { package, ty } });
                }
            }
        }
        plan
    }

    fn add(&mut self, pair: Pair<'a>) {
        if self.pairs.insert(pair.key(), pair).is_some() {
            return;
        }
        for common in Fields::of(pair, self.package, self.workspace).common {
            if let Some(inner) = common.relation.and_then(|relation| relation.pair()) {
                self.add(inner);
            }
        }
    }

    /// The pairs, by the names of the spoke's types.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair<'a>> {
        self.pairs.values().copied()
    }

    /// The pair's fields.
    pub(super) fn fields(&self, pair: Pair<'a>) -> Fields<'a> {
        Fields::of(pair, self.package, self.workspace)
    }

    /// What the pair's function is called: `gadget_to_hub`, or `gadget_to_apps_v1` where the type has several hubs.
    pub(super) fn function(&self, pair: Pair<'_>, to: Direction) -> String {
        let name = snake_case(&pair.spoke.ty.name);
        let alike = self.pairs.values().filter(|other| snake_case(&other.spoke.ty.name) == name).count();
        let hub = if alike > 1 { client_set_module(pair.hub.package) } else { "hub".to_owned() };
        match to {
            Direction::ToHub => format!("{name}_to_{hub}"),
            Direction::FromHub => format!("{name}_from_{hub}"),
        }
    }

    /// Whether `conversion.rs` has a function.
    pub(super) fn is_written(&self, function: &str) -> bool {
        self.package.conversion_functions.iter().any(|name| name == function)
    }
}

/// A spoke's hub, where it is in the run.
pub(super) fn hub<'a>(spoke: TypeIn<'a>, workspace: &'a Workspace) -> Option<TypeIn<'a>> {
    let name = spoke.ty.kind.as_ref()?.spoke_of.as_ref()?;
    let package = workspace.package(&name.group, &name.version)?;
    Some(TypeIn { package, ty: package.types.get(&name.kind)? })
}

/// The packages of the hubs of a package's spokes.
pub(super) fn hub_packages<'a>(package: &'a Package, workspace: &'a Workspace) -> Vec<&'a Package> {
    let hubs = package.types.values().filter_map(|ty| hub(TypeIn { package, ty }, workspace));
    let modules: BTreeSet<&str> = hubs.map(|hub| hub.package.module.as_str()).collect();
    workspace.packages.iter().filter(|package| modules.contains(package.module.as_str())).collect()
}
