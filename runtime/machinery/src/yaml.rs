//! YAML, read and written as Go's `sigs.k8s.io/yaml` does it: by way of JSON.
//!
//! (Thin first version by the lead so that the crate compiles; the leaf helper replaces this file.)

use std::fmt;

use crate::codec::{StrictError, Strictness};

/// A YAML document as JSON.
#[derive(Debug)]
pub struct YamlJson {
    /// The JSON text.
    pub json: Vec<u8>,
    /// Duplicate keys, where strictness asks for them.
    pub strict_errors: Vec<StrictError>,
}

/// A text that is not YAML.
#[derive(Debug, Clone)]
pub struct YamlError(String);

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for YamlError {}

/// Reads one YAML document.
///
/// # Errors
/// Where the text is not YAML.
pub fn to_json(yaml: &[u8], strictness: Strictness) -> Result<YamlJson, YamlError> {
    let _same = strictness;
    let text = std::str::from_utf8(yaml).map_err(|err| YamlError(err.to_string()))?;
    let value: serde_json::Value = serde_saphyr::from_str(text).map_err(|err| YamlError(format!("yaml: {err}")))?;
    let json = serde_json::to_vec(&value).map_err(|err| YamlError(err.to_string()))?;
    Ok(YamlJson { json, strict_errors: Vec::new() })
}

/// Writes JSON as YAML.
pub fn from_json(json: &[u8]) -> Vec<u8> {
    let value: serde_json::Value = serde_json::from_slice(json).unwrap_or_default();
    serde_saphyr::to_string(&value).unwrap_or_default().into_bytes()
}
