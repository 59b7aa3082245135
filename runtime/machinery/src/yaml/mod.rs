//! YAML, read and written as Go's `sigs.k8s.io/yaml` does it: by way of JSON.
//!
//! Reading follows YAML 1.1: `yes`, `on` and `y` are true, `0777` is octal. Of several documents the first counts; see
//! [`documents`]. The text is parsed by `granit-parser`, which serde-saphyr is built on; what scalars mean, how errors
//! read and how texts are written follows `go-yaml` v2, since clients see all of it.

mod emit;
mod error;
mod parse;
mod resolve;
mod scalar;

use serde_json::Value;

use crate::codec::{StrictError, Strictness, from_json_slice, to_json_vec};

pub use error::YamlError;

/// A YAML document as JSON.
#[derive(Debug)]
pub struct YamlJson {
    /// The JSON text.
    pub json: Vec<u8>,
    /// Duplicate keys, where strictness asks for them.
    pub strict_errors: Vec<StrictError>,
}

/// Reads one YAML document as JSON text.
///
/// # Errors
/// Where the text is not YAML, or holds what JSON can't.
pub fn to_json(yaml: &[u8], strictness: Strictness) -> Result<YamlJson, YamlError> {
    let document = parse(yaml)?;
    let mut strict_errors = Vec::new();
    if strictness == Strictness::Strict && !document.duplicates.is_empty() {
        let lines: Vec<String> = document.duplicates.iter().map(|line| format!("\n  {line}")).collect();
        strict_errors.push(StrictError::Yaml(format!("yaml: unmarshal errors:{}", lines.concat())));
    }
    Ok(YamlJson { json: to_json_vec(&document.value), strict_errors })
}

/// Reads one YAML document as a value. The last of duplicate keys counts.
///
/// # Errors
/// Where the text is not YAML, or holds what JSON can't.
pub fn to_value(yaml: &[u8]) -> Result<Value, YamlError> {
    parse(yaml).map(|document| document.value)
}

fn parse(yaml: &[u8]) -> Result<parse::Document, YamlError> {
    let text = std::str::from_utf8(yaml).map_err(|_| YamlError::new("invalid leading UTF-8 octet"))?;
    let is_control = |c: char| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\x7f');
    if text.contains(is_control) {
        return Err(YamlError::new("control characters are not allowed"));
    }
    parse::parse(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Writes JSON as YAML. What is no JSON is written as it is.
pub fn from_json(json: &[u8]) -> Vec<u8> {
    match from_json_slice(json) {
        Ok(value) => from_value(&value).into_bytes(),
        Err(_) => json.to_vec(),
    }
}

/// Writes a value as YAML.
pub fn from_value(value: &Value) -> String {
    emit::emit(value)
}

/// The documents of a text, which lines of `---` separate. Empty ones, and ones of comments only, are left out.
pub fn documents(text: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            documents.push(&text[start..at]);
            start = at + 3;
        }
        at += line.len();
    }
    documents.push(&text[start..]);
    let has_content =
        |document: &&str| document.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    documents.retain(|document| has_content(document));
    documents
}

#[cfg(test)]
mod tests;
