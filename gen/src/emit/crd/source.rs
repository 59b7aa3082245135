//! Schemas of the workspace's types, for `kubeforge_structural::resolve`.

use kubeforge_structural::{Error, Node, Source, leaf};

use super::node::{self, Reference, is_object_meta, is_same};
use crate::emit::{TypeIn, Workspace};

/// A type, or something else that a schema refers to.
#[derive(Clone)]
pub(super) struct ModelSource<'a> {
    pub(super) reference: Reference<'a>,
    pub(super) workspace: &'a Workspace,
}

impl<'a> ModelSource<'a> {
    pub(super) fn of_type(of: TypeIn<'a>, workspace: &'a Workspace) -> Self {
        Self { reference: Reference::Type(of), workspace }
    }
}

/// A type's Rust path.
pub(super) fn path(of: TypeIn<'_>) -> String {
    format!("{}::{}", of.package.module, of.ty.name)
}

impl Source for ModelSource<'_> {
    fn name(&self) -> String {
        match self.reference {
            Reference::Type(of) => of.ty.name.clone(),
            Reference::Unknown(path) | Reference::Function(path) | Reference::Schemars(path) => path.to_owned(),
        }
    }

    fn same(&self, other: &Self) -> bool {
        matches!((&self.reference, &other.reference), (Reference::Type(one), Reference::Type(other)) if is_same(*one, *other))
    }

    fn load(&self) -> Result<Node<Self>, Error> {
        let is_metadata = match self.reference {
            Reference::Type(of) => is_object_meta(&path(of)),
            Reference::Unknown(path) => is_object_meta(path),
            Reference::Function(_) | Reference::Schemars(_) => false,
        };
        if is_metadata {
            return Ok(Node { json: serde_json::from_str(leaf::OBJECT).unwrap_or_default(), refs: Vec::new() });
        }
        match self.reference {
            Reference::Type(of) => {
                let schema = node::of_type(of, self.workspace);
                let refs = schema.refs.into_iter().map(|reference| Self { reference, ..self.clone() });
                Ok(Node { json: schema.json, refs: refs.collect() })
            }
            Reference::Unknown(_) | Reference::Function(_) | Reference::Schemars(_) => {
                let message = "its schema is not known here".to_owned();
                Err(Error::NoSchema { type_name: self.name(), message })
            }
        }
    }
}
