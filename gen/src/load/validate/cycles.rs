//! Structs that contain themselves: no value of one could be made, in Rust or on the wire.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Diagnostics,
    load::spans::Spans,
    model::{Package, Struct, Type, TypeDef, TypeRef},
};

/// A struct: the number of its package, and its name.
type Node<'a> = (usize, &'a str);

/// A field on the way around.
#[derive(Clone, Copy)]
struct Step<'a> {
    holder: Node<'a>,
    field: &'a str,
}

/// Reports each cycle of structs that hold one another without a `Box`, `Vec` or map in between, at its first field.
pub(in crate::load) fn cycles<'s>(
    packages: &[Package],
    spans: impl Fn(usize) -> Option<&'s Spans>,
    diagnostics: &mut Diagnostics,
) {
    let mut reported: BTreeSet<Node<'_>> = BTreeSet::new();
    for (index, package) in packages.iter().enumerate() {
        for name in package.types.keys() {
            let start = (index, name.as_str());
            if reported.contains(&start) {
                continue;
            }
            let mut way = Vec::new();
            let mut search = Search { packages, start, seen: BTreeSet::new() };
            if !search.leads_back(start, &mut way) {
                continue;
            }
            reported.extend(way.iter().map(|step| step.holder));
            let Some((first, spans)) = way.first().zip(spans(index)) else { continue };
            let around: Vec<String> = way.iter().map(|step| format!("{}.{}", step.holder.1, step.field)).collect();
            let message = format!("`{name}` contains itself: {} -> {name}", around.join(" -> "));
            let hint = "a Box, Vec or BTreeMap between them ends it: `Option<Box<T>>`; an Option alone does not";
            diagnostics.push(spans.finding((name, Some(first.field), None), message, Some(hint.into())));
        }
    }
}

struct Search<'a> {
    packages: &'a [Package],
    start: Node<'a>,
    seen: BTreeSet<Node<'a>>,
}

impl<'a> Search<'a> {
    /// Whether the fields of `at` lead to the start; if so, `way` holds the fields that do.
    fn leads_back(&mut self, at: Node<'a>, way: &mut Vec<Step<'a>>) -> bool {
        let Some(TypeDef::Struct(Struct { fields, .. })) = self.type_of(at).map(|ty| &ty.def) else { return false };
        for field in fields {
            let Some(next) = self.held(at.0, &field.ty, 8) else { continue };
            way.push(Step { holder: at, field: &field.name });
            if next == self.start || (self.seen.insert(next) && self.leads_back(next, way)) {
                return true;
            }
            way.pop();
        }
        false
    }

    fn type_of(&self, (package, name): Node<'a>) -> Option<&'a Type> {
        self.packages.get(package)?.types.get(name)
    }

    /// The type that lies in a value of the type itself, not behind a pointer.
    fn held(&self, package: usize, ty: &'a TypeRef, depth: u8) -> Option<Node<'a>> {
        let node = match ty {
            TypeRef::Scalar(_) | TypeRef::Boxed(_) | TypeRef::List(_) | TypeRef::Map(_) => return None,
            TypeRef::Optional(inner) => return self.held(package, inner, depth),
            TypeRef::Local(name) => (package, name.as_str()),
            TypeRef::Foreign(path) => {
                let (module, name) = path.rsplit_once("::")?;
                (self.packages.iter().position(|package| package.module == module)?, name)
            }
        };
        match &self.type_of(node)?.def {
            TypeDef::Alias(target) if depth > 0 => self.held(node.0, target, depth - 1),
            TypeDef::Alias(_) | TypeDef::Enum(_) => None,
            TypeDef::Struct(_) => Some(node),
        }
    }
}
