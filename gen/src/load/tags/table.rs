//! The table.

use std::collections::BTreeMap;

/// What the columns are called.
const HEADER: &str = "package,message,field,number,proto_type,label,map_key";

/// Protobuf messages, by package and name.
#[derive(Clone, Debug, Default)]
pub struct TagTable {
    messages: BTreeMap<String, BTreeMap<String, Vec<Row>>>,
}

/// A field of a message.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) field: String,
    pub(crate) number: u32,
    /// A type of the package, of another package, or of protobuf itself.
    pub(crate) ty: String,
    pub(crate) repeated: bool,
}

/// A line that is not as it should be.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct TagTableError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl TagTable {
    /// Reads the table.
    ///
    /// # Errors
    /// Every line that is not as it should be.
    pub fn parse(text: &str) -> Result<Self, Vec<TagTableError>> {
        let (mut table, mut errors) = (Self::default(), Vec::new());
        for (index, line) in text.lines().enumerate() {
            if let Err(message) = table.line(index, line.trim_end()) {
                errors.push(TagTableError { line: index + 1, message });
            }
        }
        if errors.is_empty() { Ok(table) } else { Err(errors) }
    }

    fn line(&mut self, index: usize, line: &str) -> Result<(), String> {
        match (index, line) {
            (0, HEADER) | (1.., "") => return Ok(()),
            (0, _) => return Err(format!("expected the columns {HEADER}")),
            _ => {}
        }
        let [package, message, field, number, ty, label, _key] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err("expected seven columns".into());
        };
        let fields = self.messages.entry(normal(package)).or_default().entry(message.to_owned()).or_default();
        if field.is_empty() && number.is_empty() {
            return Ok(());
        }
        let number = number.parse().map_err(|_| format!("`{number}` is no number"))?;
        if !["optional", "required", "repeated", "map"].contains(&label) {
            return Err(format!("`{label}` is no label: expected optional, repeated or map"));
        }
        fields.push(Row { field: field.to_owned(), number, ty: ty.to_owned(), repeated: label == "repeated" });
        Ok(())
    }

    /// A message of a package, which may be named by the prefix of its OpenAPI definitions.
    pub(crate) fn message(&self, package: &str, name: &str) -> Option<&[Row]> {
        self.messages.get(&normal(package))?.get(name).map(Vec::as_slice)
    }
}

/// One spelling for `k8s.io.apiextensions_apiserver.pkg` and `io.k8s.apiextensions-apiserver.pkg`. Only the domain in
/// front is turned around.
pub(crate) fn normal(package: &str) -> String {
    let package = package.replace('-', "_");
    match package.strip_prefix("io.k8s.") {
        Some(rest) => format!("k8s.io.{rest}"),
        None => package,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_by_definition_prefix() {
        let text = format!("{HEADER}\nk8s.io.a_b.v1,Pod,name,3,string,optional,\nk8s.io.a_b.v1,Empty,,,,,\n");
        let table = TagTable::parse(&text).unwrap();
        assert_eq!(table.message("io.k8s.a-b.v1", "Pod").unwrap()[0].number, 3);
        assert!(table.message("io.k8s.a-b.v1", "Empty").unwrap().is_empty());
        assert!(table.message("io.k8s.a-b.v1", "Node").is_none());
    }

    #[test]
    fn bad_lines_are_all_reported() {
        let errors = TagTable::parse(&format!("{HEADER}\na,b,c\na,b,c,x,string,optional,\n")).unwrap_err();
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors, ["line 2: expected seven columns", "line 3: `x` is no number"]);
    }
}
