//! How plugins are made from their names.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use super::Plugin;

/// Why a plugin can't be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PluginError {
    /// Nobody registered it.
    #[error("{name} does not exist in registry")]
    Unknown {
        /// The name.
        name: String,
    },
    /// Its arguments can't be used.
    #[error("initializing plugin {name:?}: {reason}")]
    Arguments {
        /// The plugin.
        name: String,
        /// What is wrong with them.
        reason: String,
    },
}

/// Makes a plugin from its arguments in the configuration, where there are any. The arguments' `apiVersion` and `kind` are
/// left out.
pub type PluginFactory = Arc<dyn Fn(Option<&Value>) -> Result<Arc<dyn Plugin>, PluginError> + Send + Sync>;

/// How plugins are made, by name.
#[derive(Clone, Default)]
pub struct Registry {
    factories: BTreeMap<&'static str, PluginFactory>,
}

impl Registry {
    /// Adds a plugin, in place of the one of this name.
    pub fn register<F>(&mut self, name: &'static str, factory: F)
    where
        F: Fn(Option<&Value>) -> Result<Arc<dyn Plugin>, PluginError> + Send + Sync + 'static,
    {
        self.factories.insert(name, Arc::new(factory));
    }

    /// Whether there is a plugin of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.factories.contains_key(name)
    }

    /// Makes a plugin.
    ///
    /// # Errors
    /// Where there is none of this name, or its arguments can't be used.
    pub fn make(&self, name: &str, arguments: Option<&Value>) -> Result<Arc<dyn Plugin>, PluginError> {
        let factory = self.factories.get(name).ok_or_else(|| PluginError::Unknown { name: name.to_owned() })?;
        factory(arguments)
    }
}
