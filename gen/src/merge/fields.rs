//! Fields of structs.

use std::collections::BTreeSet;

use super::{Merge, source::StructAt};
use crate::{
    emit::{Resolved, TypeIn},
    model::{Field, Package, Struct, Type, TypeDef, TypeRef},
    write,
};

/// How deep structs are inlined in inlined structs.
const DEPTH: u8 = 8;

/// A struct's own fields.
fn fields(ty: &Type) -> &[Field] {
    match &ty.def {
        TypeDef::Struct(Struct { fields, .. }) => fields,
        TypeDef::Enum(_) | TypeDef::Alias(_) => &[],
    }
}

impl<'a> Merge<'a> {
    /// JSON names that inlined structs bring.
    fn inlined(&self, package: &'a Package, fields: &'a [Field], depth: u8) -> BTreeSet<&'a str> {
        let mut names = BTreeSet::new();
        for field in fields.iter().filter(|field| field.inline && depth > 0) {
            if let Resolved::Struct(TypeIn { package, ty }) = self.workspace.resolve(package, &field.ty) {
                let inner = self::fields(ty);
                names.extend(inner.iter().filter(|field| !field.inline).map(|field| field.json.as_str()));
                names.extend(self.inlined(package, inner, depth - 1));
            }
        }
        names
    }

    /// The known field that a field of the document is.
    fn known_field(known: &'a Type, wanted: &Field) -> Option<&'a Field> {
        let mut have = fields(known).iter().filter(|field| field.inline == wanted.inline);
        match wanted.inline {
            false => have.find(|field| field.json == wanted.json),
            true => have.find(|field| bare_name(&field.ty) == bare_name(&wanted.ty)),
        }
    }

    /// The fields of the document that a struct has not.
    pub(super) fn new_fields(&self, known: &'a Type, ty: &'a Type) -> Vec<&'a Field> {
        let inlined = self.inlined(self.existing, fields(known), DEPTH);
        let new = fields(ty).iter().filter(|wanted| Self::known_field(known, wanted).is_none());
        // what the document inlines, the owner may have inlined otherwise
        new.filter(|wanted| !wanted.inline && !inlined.contains(wanted.json.as_str())).collect()
    }

    /// Compares a struct's fields, and adds those that are new.
    pub(super) fn fields(&mut self, known: &'a Type, ty: &'a Type) {
        let Some(at) = self.sources.struct_(&known.name) else { return };
        for wanted in fields(ty) {
            if let Some(known_field) = Self::known_field(known, wanted) {
                self.field(known, known_field, wanted, &at);
            }
        }
        let new = self.new_fields(known, ty);
        if !new.is_empty() {
            self.add_fields(known, fields(ty), &new, &at);
        }
        let in_document = self.inlined_in_document(fields(ty), DEPTH);
        for field in fields(known).iter().filter(|field| !field.inline && !in_document.contains(&field.json)) {
            self.differs(&known.file, format!("field {}.{} is not in the document", known.name, field.name));
        }
    }

    /// All JSON names of a struct of the document.
    fn inlined_in_document(&self, of: &[Field], depth: u8) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for field in of {
            let inner = match &field.ty {
                TypeRef::Local(name) if field.inline => self.imported.types.get(name),
                TypeRef::Foreign(path) if field.inline => self.workspace.lookup(path).map(|found| found.ty),
                _ => None,
            };
            match inner {
                Some(inner) if depth > 0 => names.extend(self.inlined_in_document(fields(inner), depth - 1)),
                _ => drop(names.insert(field.json.clone())),
            }
        }
        names
    }

    /// Adds fields, each behind the one that comes before it in the document, or all at the struct's end where the
    /// document has the known ones in another order.
    fn add_fields(&mut self, known: &Type, wanted: &[Field], new: &[&Field], at: &StructAt<'a>) {
        let Some(body) = at.body else {
            self.differs(at.file, format!("{} has no braces to put fields between", known.name));
            return;
        };
        let place = |field: &Field| {
            let known = fields(known).iter().find(|known| known.json == field.json && known.inline == field.inline)?;
            at.fields.iter().position(|at| at.name == known.name)
        };
        let order: Vec<usize> = wanted.iter().filter_map(place).collect();
        let in_order = order.is_sorted();
        let mut taken: BTreeSet<String> = fields(known).iter().map(|field| field.name.clone()).collect();
        let mut before: Option<usize> = if in_order { None } else { at.fields.len().checked_sub(1) };
        for field in wanted {
            match place(field) {
                Some(index) if in_order => before = Some(index),
                _ => {}
            }
            if new.iter().any(|new| std::ptr::eq(*new, field)) {
                let mut field = field.clone();
                while !taken.insert(field.name.clone()) {
                    field.name.push('_');
                }
                self.add_field(known, &field, before, body, at);
            }
        }
        if at.fields.is_empty() {
            self.edits.insert(at.file, body, "\n".into());
        }
    }

    fn add_field(&mut self, known: &Type, field: &Field, before: Option<usize>, body: usize, at: &StructAt<'a>) {
        let visibility = at.fields.first().map_or("pub ", |first| first.visibility.as_str());
        let text = self.with_names(at.file, |names| write::field_text(field, visibility, names));
        let text = text.trim_end_matches('\n');
        let behind = before.and_then(|index| at.fields.get(index));
        match behind {
            Some(behind) => {
                let comma = if behind.comma { "" } else { "," };
                self.edits.insert(at.file, behind.end, format!("{comma}\n{text}"));
            }
            None => self.edits.insert(at.file, body, format!("\n{text}")),
        }
        self.added(at.file, format!("field {}.{}", known.name, field.name));
    }
}

fn bare_name(ty: &TypeRef) -> &str {
    match ty {
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) => bare_name(inner),
        TypeRef::Local(name) => name,
        TypeRef::Foreign(path) => path.rsplit("::").next().unwrap_or(path),
        TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => "",
    }
}
