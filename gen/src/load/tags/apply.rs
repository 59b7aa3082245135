//! The table's facts, put on the model.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    TagTable,
    table::{Row, normal},
};
use crate::{
    load::schema,
    model::{Field, Package, Struct, Type, TypeDef, TypeRef},
};

/// How deep structs are inlined in inlined structs.
const DEPTH: u8 = 8;

/// Gives the package's fields their numbers and their order, and finds structs that were inlined. `foreign` are the
/// modules of other packages, by definition prefix. Answers what has no number.
pub(crate) fn apply(table: &TagTable, foreign: &BTreeMap<String, String>, package: &mut Package) -> Vec<String> {
    let mut apply = Apply { table, foreign, package, missing: Vec::new() };
    let mut names: Vec<String> = apply.package.types.keys().cloned().collect();
    while let Some(name) = names.pop() {
        names.extend(apply.type_(&name));
    }
    apply.missing.sort_unstable();
    apply.missing
}

struct Apply<'a> {
    table: &'a TagTable,
    foreign: &'a BTreeMap<String, String>,
    package: &'a mut Package,
    missing: Vec<String>,
}

/// A message that a row names.
struct Message<'a> {
    package: String,
    name: &'a str,
}

/// Names of JSON and of protobuf differ in case and signs: `$ref` is `ref`, `uid` is `uID`.
fn key(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

impl Apply<'_> {
    /// Answers the names of types that were made on the way.
    fn type_(&mut self, name: &str) -> Vec<String> {
        let prefix = self.package.definition_prefix.clone();
        let Some(rows) = self.table.message(&prefix, name) else { return self.no_message(name) };
        let rows = rows.to_vec();
        let Some(Type { def: TypeDef::Struct(def), .. }) = self.package.types.get_mut(name) else { return Vec::new() };
        let mut fields = std::mem::take(&mut def.fields);
        let (mut found, mut made) = (Vec::new(), Vec::new());
        let all: BTreeSet<String> = rows.iter().map(|row| key(&row.field)).collect();
        for row in &rows {
            if let Some(index) = fields.iter().position(|field| key(&field.json) == key(&row.field)) {
                found.push(self.numbered(fields.remove(index), row, &prefix));
            } else if let Some(field) = self.inlined(name, row, &prefix, &all, &mut fields, &mut made) {
                found.push(field);
            }
        }
        self.missing.extend(fields.iter().map(|field| format!("{name}.{}", field.json)));
        found.extend(fields);
        if let Some(Type { def: TypeDef::Struct(def), .. }) = self.package.types.get_mut(name) {
            def.fields = found;
        }
        made
    }

    fn no_message(&mut self, name: &str) -> Vec<String> {
        if matches!(self.package.types.get(name), Some(Type { def: TypeDef::Struct(def), .. }) if !def.fields.is_empty())
        {
            self.missing.push(name.to_owned());
        }
        Vec::new()
    }

    fn message<'r>(&self, row: &'r Row, package: &str) -> Message<'r> {
        match row.ty.rsplit_once('.') {
            Some((package, name)) => Message { package: package.to_owned(), name },
            None => Message { package: package.to_owned(), name: &row.ty },
        }
    }

    fn numbered(&self, mut field: Field, row: &Row, package: &str) -> Field {
        field.tag = Some(row.number);
        // a list that stands in a message of its own, or a map of such
        let is_single = match &field.ty {
            TypeRef::List(_) => !row.repeated,
            TypeRef::Map(value) => matches!(**value, TypeRef::List(_)),
            _ => false,
        };
        if is_single {
            let message = self.message(row, package);
            let rows = self.table.message(&message.package, message.name);
            field.wrapped = matches!(rows, Some([only]) if only.repeated);
        }
        field
    }

    /// The field of a message whose own fields all stand in the holder: it was inlined. Its type is that of the
    /// message, made of the holder's fields where the document has none.
    fn inlined(
        &mut self,
        holder: &str,
        row: &Row,
        package: &str,
        of_holder: &BTreeSet<String>,
        fields: &mut Vec<Field>,
        made: &mut Vec<String>,
    ) -> Option<Field> {
        let message = self.message(row, package);
        let left: BTreeSet<String> =
            fields.iter().map(|field| key(&field.json)).filter(|name| !of_holder.contains(name)).collect();
        let names = self.leaves(&message, &left, DEPTH)?;
        let local = normal(&message.package) == normal(package);
        let module = self.foreign.iter().find(|(prefix, _)| normal(prefix) == normal(&message.package));
        let ty = match (local, module) {
            (true, _) => TypeRef::Local(message.name.to_owned()),
            (false, Some((_, module))) => TypeRef::Foreign(format!("{module}::{}", message.name)),
            (false, None) => return None,
        };
        let (inner, rest): (Vec<Field>, Vec<Field>) =
            std::mem::take(fields).into_iter().partition(|field| names.contains(&key(&field.json)));
        *fields = rest;
        if local && !self.package.types.contains_key(message.name) {
            let docs = format!("Fields of a `{holder}` that others may have as well.");
            let def = TypeDef::Struct(Struct { fields: inner, ..Struct::default() });
            let ty = Type { docs, def, ..Type::new(message.name) };
            self.package.types.insert(message.name.to_owned(), ty);
            made.push(message.name.to_owned());
        }
        let name = schema::field_name(&row.field, &mut BTreeSet::new());
        let docs = format!("The fields of a `{}`, which stand among the holder's in JSON.", message.name);
        let field = Field { tag: Some(row.number), inline: true, docs, ..Field::new(name, ty) };
        Some(Field { json: String::new(), ..field })
    }

    /// The names of a message's fields, with those of messages inlined in it, if all are among `left`.
    fn leaves(&self, message: &Message<'_>, left: &BTreeSet<String>, depth: u8) -> Option<BTreeSet<String>> {
        let rows = self.table.message(&message.package, message.name).filter(|rows| !rows.is_empty() && depth > 0)?;
        let mut names = BTreeSet::new();
        for row in rows {
            if left.contains(&key(&row.field)) {
                names.insert(key(&row.field));
            } else {
                names.extend(self.leaves(&self.message(row, &message.package), left, depth - 1)?);
            }
        }
        Some(names)
    }
}
