//! Arguments of plugins, as the configuration gives them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::framework::PluginError;

/// Reads a plugin's arguments; its defaults where none are given.
pub(super) fn read<T: DeserializeOwned + Default>(name: &str, arguments: Option<&Value>) -> Result<T, PluginError> {
    match arguments {
        None | Some(Value::Null) => Ok(T::default()),
        Some(arguments) => T::deserialize(arguments).map_err(|error| wrong(name, error)),
    }
}

/// Refuses arguments for a plugin that takes none.
pub(super) fn none(name: &str, arguments: Option<&Value>) -> Result<(), PluginError> {
    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct None {}
    read::<None>(name, arguments).map(|None {}| ())
}

/// The arguments can't be used.
pub(super) fn wrong(name: &str, reason: impl std::fmt::Display) -> PluginError {
    PluginError::Arguments { name: name.to_owned(), reason: reason.to_string() }
}

/// A resource that counts in a score.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResourceSpec {
    /// Its name.
    pub(super) name: String,
    /// How much it counts; 1 where it is not given.
    #[serde(default)]
    pub(super) weight: i64,
}

/// Checks resources and fills their weights in; cpu and memory, each counting once, where none are given.
pub(super) fn resources(name: &str, given: Vec<ResourceSpec>) -> Result<Vec<ResourceSpec>, PluginError> {
    let mut resources = given;
    if resources.is_empty() {
        resources = ["cpu", "memory"].map(|name| ResourceSpec { name: name.to_owned(), weight: 1 }).to_vec();
    }
    for resource in &mut resources {
        if resource.weight == 0 {
            resource.weight = 1;
        }
        if !(1..=100).contains(&resource.weight) {
            return Err(wrong(name, format_args!("resource weight of {} should be in [1,100]", resource.name)));
        }
    }
    Ok(resources)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plugins_without_arguments_refuse_them_by_name() {
        assert_eq!(none("NodeName", Some(&json!({}))), Ok(()));
        let refused = none("NodeName", Some(&json!({"bogus": 1}))).unwrap_err().to_string();
        assert!(refused.contains("NodeName") && refused.contains("bogus"), "{refused}");
    }

    #[test]
    fn a_missing_weight_is_one() {
        let spec = |weight| vec![ResourceSpec { name: "cpu".to_owned(), weight }];
        assert_eq!(resources("NodeResourcesFit", spec(0)).unwrap()[0].weight, 1);
        assert!(resources("NodeResourcesFit", spec(101)).is_err());
        assert_eq!(resources("NodeResourcesFit", vec![]).unwrap().len(), 2);
    }
}
