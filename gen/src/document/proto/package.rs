//! A package's messages.

use super::{
    Field, File, Message,
    types::{self, Typed},
    well_known,
};
use crate::{
    emit::{EmitError, Workspace},
    load::META_V1,
    model::{self, Package, Struct, Type, TypeDef, camel_case},
};

/// The file of a package.
pub(super) fn file(package: &Package, workspace: &Workspace) -> Result<File, Vec<EmitError>> {
    let mut file = File { path: types::path_of(package), ..File::default() };
    if package.module == META_V1 {
        file.messages.extend(well_known::of_meta());
    }
    let mut errors = Vec::new();
    for ty in package.types.values() {
        let TypeDef::Struct(def) = &ty.def else { continue };
        let has_tags = def.fields.iter().any(|field| field.tag.is_some());
        let is_off = ty.without.iter().any(|name| name == "protobuf");
        if is_off || !(has_tags || def.fields.is_empty()) {
            continue;
        }
        let message = message(ty, def, package, workspace, &mut file, &mut errors);
        file.messages.insert(ty.name.clone(), message);
    }
    if errors.is_empty() { Ok(file) } else { Err(errors) }
}

fn message(
    ty: &Type,
    def: &Struct,
    package: &Package,
    workspace: &Workspace,
    file: &mut File,
    errors: &mut Vec<EmitError>,
) -> Message {
    let mut message = Message { docs: ty.docs.clone(), fields: Vec::new() };
    for field in &def.fields {
        let Some(number) = field.tag else { continue };
        match types::of_field(field, package, workspace) {
            Ok(Typed { ty, import, helper }) => {
                file.imports.extend(import.filter(|path| *path != file.path));
                if let Some((name, elements)) = helper {
                    file.messages.entry(name).or_insert_with(|| list_message(elements));
                }
                message.fields.push(Field {
                    docs: field.docs.clone(),
                    deprecated: field.deprecated,
                    ty,
                    name: name(field),
                    number,
                });
            }
            Err(text) => errors.push(EmitError {
                type_name: ty.name.clone(),
                field: Some(field.name.clone()),
                message: text,
                hint: Some("give the `gen.toml` of its package as a further --config".into()),
            }),
        }
    }
    message
}

/// A list where protobuf allows a single value only: in a map, or where upstream wraps it.
fn list_message(elements: String) -> Message {
    let field = Field {
        docs: String::new(),
        deprecated: false,
        ty: format!("repeated {elements}"),
        name: "items".into(),
        number: 1,
    };
    Message { docs: "A list, as a message of its own.".into(), fields: vec![field] }
}

/// The JSON name; an inlined struct, which has none, is named after the field.
fn name(field: &model::Field) -> String {
    // upstream's `$ref` is `ref` here: a `$` is no letter of protobuf
    let json = field.json.trim_start_matches('$');
    if json.is_empty() { camel_case(&field.name) } else { json.to_owned() }
}
