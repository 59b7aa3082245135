//! Types that are new.

use std::collections::BTreeSet;

use super::Merge;
use crate::{load::schema::module_name, model::Type, write};

impl<'a> Merge<'a> {
    /// Adds new types: kinds in files of their own, other types behind the first known type that uses them.
    pub(super) fn new_types(&mut self) {
        let mut new = self.needed();
        new.retain(|name| !self.is_re_exported(name));
        let is_kind = |ty: &&Type| ty.kind.as_ref().is_some_and(|kind| kind.list_of.is_none());
        let kinds: Vec<&Type> = self.new_ones(&new).into_iter().filter(is_kind).collect();
        for kind in kinds {
            new.remove(&kind.name);
            // lists and what only the new kind uses go with it
            let mut with: BTreeSet<String> = BTreeSet::from([kind.name.clone()]);
            with.extend(new.iter().filter(|name| !self.used_elsewhere(name, &kind.name, &new)).cloned());
            let types = write::reached_from(self.imported, &kind.name, &with);
            new.retain(|name| !types.iter().any(|ty| ty.name == *name));
            self.new_file(&types);
        }
        let users: Vec<&Type> = self.existing.types.values().collect();
        for user in users {
            let Some(ty) = self.imported.types.get(&user.name) else { continue };
            for name in write::uses(ty) {
                self.beside(&user.name, name, &mut new);
            }
            // a list kind stands beside its kind
            let lists: Vec<String> =
                self.new_ones(&new).iter().filter(|ty| lists(ty, &user.name)).map(|ty| ty.name.clone()).collect();
            for name in lists {
                self.beside(&user.name, &name, &mut new);
            }
        }
        // and what nothing known uses
        while let Some(name) = new.first().cloned() {
            let types = write::reached_from(self.imported, &name, &new);
            new.retain(|new| *new != name && !types.iter().any(|ty| ty.name == *new));
            self.new_file(&types);
        }
    }

    /// The types that the package lacks and that something new needs: new kinds and lists, new fields, and what nothing
    /// in the document uses. A type that the document has for a known field, which has another one, is not needed.
    fn needed(&self) -> BTreeSet<String> {
        let types = &self.imported.types;
        let used: BTreeSet<&str> = types.values().flat_map(write::uses).collect();
        let mut open: Vec<&str> = Vec::new();
        for ty in types.values() {
            match self.existing.types.get(&ty.name) {
                None if ty.kind.is_some() || !used.contains(ty.name.as_str()) => open.push(&ty.name),
                None => {}
                Some(known) => {
                    open.extend(self.new_fields(known, ty).iter().flat_map(|field| write::uses_of(&field.ty)))
                }
            }
        }
        let mut needed = BTreeSet::new();
        while let Some(name) = open.pop() {
            let new = types.get(name).filter(|_| !self.existing.types.contains_key(name));
            if let Some(ty) = new.filter(|_| needed.insert(name.to_owned())) {
                open.extend(write::uses(ty));
            }
        }
        needed
    }

    fn new_ones(&self, new: &BTreeSet<String>) -> Vec<&'a Type> {
        new.iter().filter_map(|name| self.imported.types.get(name)).collect()
    }

    /// Whether a known type, or a new kind other than `kind`, uses a type.
    fn used_elsewhere(&self, name: &str, kind: &str, new: &BTreeSet<String>) -> bool {
        let others = self.imported.types.values().filter(|ty| {
            ty.name != kind && ty.name != name && (self.existing.types.contains_key(&ty.name) || ty.kind.is_some())
        });
        let mut others = others.filter(|ty| !lists(ty, kind));
        others.any(|other| {
            let mut with = new.clone();
            with.insert(other.name.clone());
            write::reached_from(self.imported, &other.name, &with).iter().any(|ty| ty.name == name)
        })
    }

    /// Adds a new type, and what only new types lead to, behind a known one.
    fn beside(&mut self, user: &str, name: &str, new: &mut BTreeSet<String>) {
        if !new.contains(name) {
            return;
        }
        let Some((file, end)) = self.sources.end_of(user) else { return };
        let types = write::reached_from(self.imported, name, new);
        let mut names = Vec::new();
        types.iter().for_each(|ty| self.edits.add_type(file, &ty.name));
        for ty in types {
            new.remove(&ty.name);
            let text = self.with_names(file, |names| write::type_text(ty, names));
            self.edits.insert(file, end, format!("\n\n{}", text.trim_end()));
            self.added(file, format!("type {}", ty.name));
            names.push(ty.name.clone());
        }
        self.edits.export(file, names);
    }

    fn new_file(&mut self, types: &[&Type]) {
        let Some(first) = types.first() else { return };
        let mut taken: BTreeSet<String> =
            self.sources.files.keys().filter_map(|name| name.strip_suffix(".rs")).map(str::to_owned).collect();
        let module = module_name(&first.name, &mut taken);
        let file = format!("{module}.rs");
        self.edits.create(&file, write::file_text(self.imported, types));
        let names: Vec<String> = types.iter().map(|ty| ty.name.clone()).collect();
        self.added(&file, format!("new, with {}", names.join(", ")));
        self.declare(&module);
        self.edits.export(&file, names);
    }
}

fn lists(ty: &Type, kind: &str) -> bool {
    ty.kind.as_ref().is_some_and(|markers| markers.list_of.as_deref() == Some(kind))
}
