//! The admission configuration: what the admission plugins are told.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::RawExtension;

/// The settings of the admission plugins, read from a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(hub)]
pub struct AdmissionConfiguration {
    /// The settings, plugin by plugin.
    #[api(always)]
    pub plugins: Vec<AdmissionPluginConfiguration>,
}

/// The settings of one admission plugin.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AdmissionPluginConfiguration {
    /// The plugin; must be one the server has.
    #[api(required)]
    pub name: String,
    /// A file with its settings; a relative path starts at the file that names it.
    #[api(always)]
    pub path: String,
    /// Its settings, right here; goes before `path`.
    #[api(always)]
    pub configuration: Option<RawExtension>,
}
