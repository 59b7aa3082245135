//! What an expression can refer to.

use std::{collections::HashMap, sync::Arc};

use crate::{
    functions::{self, Function},
    nodes::Binds,
    types::{ObjectType, Type},
};

/// What an expression can refer to: variables, beside all functions of Kubernetes' environment.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// In order: values are given in it.
    variables: Vec<(String, Type)>,
    messages: HashMap<String, Arc<ObjectType>>,
    pub(crate) binds: Binds,
    libraries: Libraries,
}

/// Functions that only some environments have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Libraries {
    /// None of them.
    #[default]
    Base,
    /// Those that questions to the authorizer are put with.
    Authorizer,
    /// These, and `jsonpatch.escapeKey`.
    JsonPatch,
    /// `includes`, for attributes of devices that may be lists.
    Devices,
}

impl Libraries {
    /// Whether an environment with these has those as well.
    const fn cover(self, other: Self) -> bool {
        match other {
            Self::Base => true,
            Self::Authorizer => matches!(self, Self::Authorizer | Self::JsonPatch),
            Self::JsonPatch => matches!(self, Self::JsonPatch),
            Self::Devices => matches!(self, Self::Devices),
        }
    }
}

/// Names of types, which are values as well.
const TYPE_NAMES: [&str; 18] = [
    "int",
    "uint",
    "double",
    "bool",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
    "google.protobuf.Timestamp",
    "google.protobuf.Duration",
    "optional_type",
    "kubernetes.URL",
    "kubernetes.Quantity",
    "net.IP",
    "net.CIDR",
    "kubernetes.Semver",
];

impl Env {
    /// Declares a variable.
    #[must_use]
    pub fn with(mut self, name: &str, type_: Type) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), type_));
        self
    }

    /// Declares messages that expressions can make, by their type's name.
    #[must_use]
    pub fn with_message(mut self, type_: ObjectType) -> Self {
        self.messages.insert(type_.name.clone(), Arc::new(type_));
        self
    }

    /// Adds functions.
    #[must_use]
    pub fn with_libraries(mut self, libraries: Libraries) -> Self {
        self.libraries = libraries;
        self
    }

    /// Adds the macro `cel.bind`.
    #[must_use]
    pub fn with_bind(mut self) -> Self {
        self.binds = Binds::Yes;
        self
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Type> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, type_)| type_)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.variables.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The place of a variable.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|(known, _)| known == name.trim_start_matches('.'))
    }

    pub(crate) fn is_type_name(&self, name: &str) -> bool {
        TYPE_NAMES.contains(&name) || self.messages.contains_key(name)
    }

    pub(crate) fn message(&self, name: &str) -> Option<Arc<ObjectType>> {
        let declared = self.messages.get(name).cloned();
        // messages in a message that may have any field: `Object.spec`
        declared.or_else(|| {
            let (root, _) = name.split_once('.')?;
            let is_open = self.messages.get(root)?.is_open;
            let name = name.to_owned();
            is_open.then(|| Arc::new(ObjectType { name, fields: std::collections::BTreeMap::new(), is_open }))
        })
    }

    pub(crate) fn function(&self, name: &str) -> Option<&'static Function> {
        functions::find(name).filter(|function| self.libraries.cover(function.library))
    }
}
