//! The text of a file.

use super::{File, Message, TextFile, types::package_of};

const NAME: &str = "generated.proto";

/// A file's text.
pub(super) fn file(file: &File) -> TextFile {
    let mut text = format!("syntax = \"proto2\";\n\npackage {};\n\n", package_of(&file.path));
    for path in &file.imports {
        text += &format!("import \"{path}/{NAME}\";\n");
    }
    if !file.imports.is_empty() {
        text.push('\n');
    }
    let messages: Vec<String> = file.messages.iter().map(|(name, of)| message(name, of)).collect();
    text += &messages.join("\n");
    TextFile { path: format!("{}/{NAME}", file.path), text, from: package_of(&file.path) }
}

fn message(name: &str, message: &Message) -> String {
    let mut text = comment(&message.docs, "");
    text += &format!("message {name} {{\n");
    for (index, field) in message.fields.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let options = if field.deprecated { " [deprecated = true]" } else { "" };
        text += &comment(&field.docs, "  ");
        text += &format!("  {} {} = {}{options};\n", field.ty, field.name, field.number);
    }
    text + "}\n"
}

fn comment(docs: &str, indent: &str) -> String {
    docs.lines().map(|line| format!("{indent}// {line}").trim_end().to_owned() + "\n").collect()
}
