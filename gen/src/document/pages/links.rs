//! Types as links to where they are described.

use crate::{
    emit::{TypeIn, Workspace},
    model::{Package, Scalar, TypeRef},
};

/// What a page knows of other pages.
pub(super) struct Links<'a> {
    /// The page's package.
    pub(super) package: &'a Package,
    /// All packages of the run.
    pub(super) workspace: &'a Workspace,
    /// Those that have a page.
    pub(super) pages: &'a [&'a Package],
}

/// The anchor that Markdown gives a heading.
pub(super) fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

impl Links<'_> {
    /// A type, as JSON has it: `[]` in front of lists' elements and `map[string]` in front of maps' values.
    pub(super) fn type_(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Scalar(scalar) => self.scalar(*scalar),
            TypeRef::Optional(inner) | TypeRef::Boxed(inner) => self.type_(inner),
            TypeRef::List(inner) => format!("[]{}", self.type_(inner)),
            TypeRef::Map(inner) => format!("map[string]{}", self.type_(inner)),
            TypeRef::Local(name) => match self.package.types.get(name) {
                Some(ty) => self.link(TypeIn { package: self.package, ty }),
                None => name.clone(),
            },
            TypeRef::Foreign(path) => match self.workspace.lookup(path) {
                Some(found) => self.link(found),
                None => path.rsplit("::").next().unwrap_or(path).to_owned(),
            },
        }
    }

    fn link(&self, found: TypeIn<'_>) -> String {
        let (name, module) = (&found.ty.name, &found.package.module);
        if *module == self.package.module {
            return format!("[{name}](#{})", anchor(name));
        }
        if self.pages.iter().any(|package| package.module == *module) {
            return format!("[{name}]({}#{})", super::page_name(found.package), anchor(name));
        }
        format!("{name} ({})", super::title(found.package))
    }

    fn scalar(&self, scalar: Scalar) -> String {
        match scalar {
            Scalar::String => "string",
            Scalar::Bool => "boolean",
            Scalar::I32 => "integer (int32)",
            Scalar::I64 => "integer (int64)",
            Scalar::F64 => "number (double)",
            Scalar::ByteString => "string (base64)",
            Scalar::Quantity => "Quantity",
            Scalar::Time => "Time",
            Scalar::MicroTime => "MicroTime",
            Scalar::Duration => "Duration",
            Scalar::IntOrString => "integer or string",
            Scalar::RawExtension => "object of any kind",
            Scalar::FieldsV1 => "FieldsV1",
            Scalar::Value => "any JSON value",
        }
        .to_owned()
    }
}
