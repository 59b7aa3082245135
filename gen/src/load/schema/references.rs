//! What `$ref` refers to.

use std::collections::BTreeMap;

use super::Class;
use crate::{
    load::names::META_V1,
    model::{Scalar, TypeRef},
};

/// Definitions of machinery's leaf types.
const SCALARS: &[(&str, Scalar)] = &[
    ("io.k8s.apimachinery.pkg.api.resource.Quantity", Scalar::Quantity),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", Scalar::Time),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", Scalar::MicroTime),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Duration", Scalar::Duration),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", Scalar::FieldsV1),
    ("io.k8s.apimachinery.pkg.util.intstr.IntOrString", Scalar::IntOrString),
    ("io.k8s.apimachinery.pkg.runtime.RawExtension", Scalar::RawExtension),
];

/// The prefix of meta/v1's definitions.
pub(crate) const META_PREFIX: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// A component of the package that is read.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    /// Its type's name.
    pub(crate) name: String,
    /// What it is like.
    pub(crate) class: Class,
}

/// Where definitions live in Rust.
#[derive(Clone, Debug, Default)]
pub(crate) struct References {
    /// The package's own, by definition.
    pub(crate) own: BTreeMap<String, Own>,
    /// Modules of other packages, by definition prefix.
    pub(crate) foreign: BTreeMap<String, String>,
}

/// Whether a definition is that of one of machinery's leaf types.
pub(crate) fn is_scalar(definition: &str) -> bool {
    SCALARS.iter().any(|(name, _)| *name == definition)
}

/// A definition's prefix and its type's name, which follows the last dot.
pub(crate) fn split(definition: &str) -> (&str, &str) {
    definition.rsplit_once('.').unwrap_or(("", definition))
}

impl References {
    /// The type of a definition, and what it is like.
    ///
    /// # Errors
    /// The prefix that no package is known for.
    pub(crate) fn resolve<'d>(&self, definition: &'d str) -> Result<(TypeRef, Class), &'d str> {
        if let Some(own) = self.own.get(definition) {
            return Ok((TypeRef::Local(own.name.clone()), own.class));
        }
        if let Some((_, scalar)) = SCALARS.iter().find(|(name, _)| *name == definition) {
            return Ok((TypeRef::Scalar(*scalar), Class::Opaque));
        }
        let (prefix, name) = split(definition);
        let module = match self.foreign.get(prefix) {
            Some(module) => module.as_str(),
            None if prefix == META_PREFIX => META_V1,
            None => return Err(prefix),
        };
        Ok((TypeRef::Foreign(format!("{module}::{name}")), Class::Struct))
    }
}
