//! Which fields of a pair belong together.

use super::{plan::Pair, relation::Relation};
use crate::{
    emit::Workspace,
    model::{Field, Package},
};

/// A pair's fields.
pub(super) struct Fields<'a> {
    /// Those that both have, in the spoke's order.
    pub(super) common: Vec<Common<'a>>,
    /// Those that only the spoke has.
    pub(super) only_spoke: Vec<&'a Field>,
    /// Those that only the hub has.
    pub(super) only_hub: Vec<&'a Field>,
}

/// A field that both have.
pub(super) struct Common<'a> {
    pub(super) spoke: &'a Field,
    pub(super) hub: &'a Field,
    /// How their types relate; `None` where they differ.
    pub(super) relation: Option<Relation<'a>>,
}

impl<'a> Fields<'a> {
    /// The pair's fields; `package` is the one whose conversions are made.
    pub(super) fn of(pair: Pair<'a>, package: &Package, workspace: &'a Workspace) -> Self {
        let Pair { spoke, hub } = pair;
        let (mut common, mut only_spoke) = (Vec::new(), Vec::new());
        for field in spoke.fields() {
            // a name that another field claims by `converts_to` is no longer free
            let is_claimed =
                || spoke.fields().iter().any(|other| other.converts_to.as_deref() == Some(field.name.as_str()));
            let name = match &field.converts_to {
                Some(name) => Some(name),
                None => (!is_claimed()).then_some(&field.name),
            };
            let Some(there) = hub.fields().iter().find(|there| Some(&there.name) == name) else {
                only_spoke.push(field);
                continue;
            };
            let here_ty = workspace.resolve(spoke.package, &field.ty);
            let there_ty = workspace.resolve(hub.package, &there.ty);
            common.push(Common { spoke: field, hub: there, relation: Relation::of(package, &here_ty, &there_ty) });
        }
        let is_common = |field: &&Field| common.iter().any(|common: &Common<'_>| common.hub.name == field.name);
        let only_hub = hub.fields().iter().filter(|field| !is_common(field)).collect();
        Self { common, only_spoke, only_hub }
    }

    /// Whether any field needs code by hand.
    pub(super) fn differ(&self) -> bool {
        !self.only_spoke.is_empty()
            || !self.only_hub.is_empty()
            || self.common.iter().any(|common| common.relation.is_none())
    }
}
