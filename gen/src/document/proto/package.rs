//! A package's messages.

use super::{
    Field, File, Message,
    types::{self, Typed},
    well_known,
};
use crate::{
    emit::{EmitError, Workspace},
    model::{self, Package, Struct, Type, TypeDef, camel_case},
};

/// The file of a package.
pub(super) fn file(package: &Package, workspace: &Workspace) -> Result<File, Vec<EmitError>> {
    let mut file = File { path: types::path_of(package), ..File::default() };
    file.messages.extend(well_known::of_package(&file.path));
    let has_protobuf = package.types.values().any(|ty| has_tags(ty));
    let mut errors = Vec::new();
    for ty in package.types.values() {
        let TypeDef::Struct(def) = &ty.def else { continue };
        let is_off = ty.without.iter().any(|name| name == "protobuf");
        // a struct without fields is a message, if the package has any
        if is_off || !(has_tags(ty) || (def.fields.is_empty() && has_protobuf)) {
            continue;
        }
        let message = message(ty, def, package, workspace, &mut file, &mut errors);
        file.messages.insert(ty.name.clone(), message);
    }
    if errors.is_empty() { Ok(file) } else { Err(errors) }
}

fn has_tags(ty: &Type) -> bool {
    matches!(&ty.def, TypeDef::Struct(def) if def.fields.iter().any(|field| field.tag.is_some()))
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

/// The JSON name, as far as protobuf allows: `$ref` is `ref`, `x-kubernetes-map-type` is `xKubernetesMapType`. An inlined
/// struct has none and is named after the field.
fn name(field: &model::Field) -> String {
    let words: Vec<&str> =
        field.json.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match &words[..] {
        [] => camel_case(&field.name),
        [word] => (*word).to_owned(),
        words => camel_case(&words.join("_")),
    }
}
