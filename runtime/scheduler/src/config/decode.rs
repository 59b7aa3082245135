//! Reading the file as strictly as kube-scheduler does, with its words: unknown and duplicate fields are errors that name
//! them, and so are values of the wrong type.
//!
//! Follows apimachinery's serializer/json and kube-scheduler's config/v1 (DecodeNestedObjects).

use kubeforge_machinery::{
    codec::{StrictError, Strictness},
    quote::quote,
    yaml::{self, YamlError},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::{API_VERSION, GROUP, KIND, KubeSchedulerConfiguration, arguments};

/// Why a configuration can't be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is no YAML.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// It does not say what it is.
    #[error("Object '{field}' is missing in '{text}'")]
    Untyped {
        /// `Kind` or `apiVersion`.
        field: &'static str,
        /// The document as JSON.
        text: String,
    },
    /// It is of another version, or of a kind that is not known.
    #[error(
        "no kind {kind:?} is registered for version {version:?} in scheme \
         \"k8s.io/kubernetes/pkg/scheduler/apis/config/scheme/scheme.go:30\""
    )]
    Kind {
        /// Its kind.
        kind: String,
        /// Its version.
        version: String,
    },
    /// It is the arguments of a plugin.
    #[error("couldn't decode as KubeSchedulerConfiguration, got {version}, Kind={kind}: ")]
    NoConfiguration {
        /// Its kind.
        kind: String,
        /// Its version.
        version: String,
    },
    /// A value has the wrong type.
    #[error("{0}")]
    Type(String),
    /// It has fields that are not known or that are there twice.
    #[error("strict decoding error: {}", .0.join(", "))]
    Strict(Vec<String>),
    /// The arguments of a plugin can't be read.
    #[error("decoding .profiles[{profile}].pluginConfig[{place}]: {source}")]
    Arguments {
        /// The place of the profile.
        profile: usize,
        /// The place of the arguments.
        place: usize,
        /// Why not.
        source: Box<DecodeError>,
    },
    /// The arguments of a plugin can't be read.
    #[error("decoding args for plugin {plugin}: {source}")]
    OfPlugin {
        /// The plugin.
        plugin: String,
        /// Why not.
        source: Box<DecodeError>,
    },
    /// The arguments are another plugin's.
    #[error("args for plugin {plugin} were not of type {plugin}Args.{GROUP}, got {found}")]
    OtherArguments {
        /// The plugin.
        plugin: String,
        /// Their kind and group.
        found: String,
    },
}

/// Reads a file: YAML or JSON.
pub(super) fn configuration(text: &str) -> Result<KubeSchedulerConfiguration, DecodeError> {
    let document = yaml::to_json(text.as_bytes(), Strictness::Strict)?;
    let value: Value = serde_json::from_slice(&document.json).map_err(|error| DecodeError::Type(error.to_string()))?;
    let duplicates = document.strict_errors.iter().map(StrictError::to_string).collect();
    from_value(value, duplicates)
}

/// Reads a document of which so much is wrong already.
pub(super) fn from_value(value: Value, mut wrong: Vec<String>) -> Result<KubeSchedulerConfiguration, DecodeError> {
    check_kind(&value)?;
    let mut configuration: KubeSchedulerConfiguration = decode(value, KIND, &mut wrong)?;
    for (profile, of) in configuration.profiles.iter_mut().enumerate() {
        for (place, config) in of.plugin_config.iter_mut().enumerate() {
            let Some(args) = &config.args else { continue };
            match arguments::decode(&config.name, args) {
                Ok(args) => config.args = Some(args),
                Err(source @ DecodeError::OtherArguments { .. }) => {
                    return Err(DecodeError::Arguments { profile, place, source: Box::new(source) });
                }
                Err(source) => {
                    let is_strict = matches!(source, DecodeError::Strict(_));
                    let plugin = config.name.clone();
                    let source = Box::new(DecodeError::OfPlugin { plugin, source: Box::new(source) });
                    if !is_strict {
                        return Err(DecodeError::Arguments { profile, place, source });
                    }
                    // upstream says so at each of the three places that the error passes through
                    let source = Box::new(DecodeError::Strict(vec![source.to_string()]));
                    wrong.push(DecodeError::Arguments { profile, place, source }.to_string());
                }
            }
        }
    }
    if wrong.is_empty() { Ok(configuration) } else { Err(DecodeError::Strict(wrong)) }
}

fn check_kind(value: &Value) -> Result<(), DecodeError> {
    let text = |name| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (version, kind) = (text("apiVersion"), text("kind"));
    for (field, found) in [("Kind", &kind), ("apiVersion", &version)] {
        if found.is_empty() {
            return Err(DecodeError::Untyped { field, text: value.to_string() });
        }
    }
    match (version.as_str(), kind.as_str()) {
        (API_VERSION, KIND) => Ok(()),
        (API_VERSION, _) if arguments::is_kind(&kind) => Err(DecodeError::NoConfiguration { kind, version }),
        _ => Err(DecodeError::Kind { kind, version }),
    }
}

/// Reads a value of a Go type, and notes the fields that are not known.
pub(super) fn decode<T: DeserializeOwned>(
    mut value: Value,
    go_type: &str,
    unknown: &mut Vec<String>,
) -> Result<T, DecodeError> {
    remove_nulls(&mut value);
    let known: Result<T, _> = serde_path_to_error::deserialize(&value);
    let known = known.map_err(|error| DecodeError::Type(type_error(&value, go_type, error.path(), error.inner())))?;
    let ignored = |path: serde_ignored::Path<'_>| unknown.push(format!("unknown field {}", quote(&path_text(&path))));
    // it was read before: only what is ignored is of interest
    let again: Result<T, serde_json::Error> = serde_ignored::deserialize(&value, ignored);
    again.map(|_| known).map_err(|error| DecodeError::Type(error.to_string()))
}

/// Go leaves a field alone that is null.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

/// `profiles[0].plugins`
fn path_text(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", path_text(parent)),
        Path::Map { parent, key } => {
            let parent = path_text(parent);
            if parent.is_empty() { key.clone() } else { format!("{parent}.{key}") }
        }
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => path_text(parent),
    }
}

/// What Go's decoder says of a value of the wrong type.
fn type_error(value: &Value, go_type: &str, path: &serde_path_to_error::Path, error: &serde_json::Error) -> String {
    let mut found = value;
    let mut names: Vec<&str> = Vec::new();
    for segment in path {
        match segment {
            Segment::Map { key } => {
                found = found.get(key).unwrap_or(found);
                names.push(key);
            }
            Segment::Seq { index } => found = found.get(*index).unwrap_or(found),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let text = error.to_string();
    let kind = match found {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let Some((_, expected)) = text.rsplit_once("expected ") else { return text };
    let wanted = match expected.trim_start_matches("a ").trim_start_matches("an ") {
        "i32" => "int32",
        "i64" => "int64",
        "f32" => "float32",
        "boolean" => "bool",
        "string" => "string",
        other => other.strip_prefix("struct ").unwrap_or(other),
    };
    let innermost = names.iter().rev().skip(1).find_map(|name| struct_of(name)).unwrap_or(go_type);
    format!("json: cannot unmarshal {kind} into Go struct field {innermost}.{} of type {wanted}", names.join("."))
}

/// The Go type of the struct that a field holds.
fn struct_of(field: &str) -> Option<&'static str> {
    Some(match field {
        "leaderElection" => "LeaderElectionConfiguration",
        "clientConnection" => "ClientConnectionConfiguration",
        "profiles" => "KubeSchedulerProfile",
        "plugins" => "Plugins",
        "enabled" | "disabled" => "Plugin",
        "pluginConfig" => "PluginConfig",
        "extenders" => "Extender",
        "tlsConfig" => "ExtenderTLSConfig",
        "managedResources" => "ExtenderManagedResource",
        "scoringStrategy" => "ScoringStrategy",
        "requestedToCapacityRatio" => "RequestedToCapacityRatioParam",
        "resources" => "ResourceSpec",
        "shape" => "UtilizationShapePoint",
        "defaultConstraints" => "TopologySpreadConstraint",
        _ if field.starts_with("pre") || field.starts_with("post") => "PluginSet",
        "queueSort" | "filter" | "score" | "reserve" | "permit" | "bind" | "multiPoint" => "PluginSet",
        _ => return None,
    })
}
