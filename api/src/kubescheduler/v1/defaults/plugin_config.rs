//! The settings of plugins: JSON in the profile, but of a kind of this group for the plugins that the scheduler comes with.

use std::{collections::BTreeSet, sync::LazyLock};

use kubeforge_machinery::{
    GroupVersionKind, Kind, RawExtension, Scheme, SchemeBuilder,
    codec::{MediaType, Strictness, decode, encode},
};

use super::{super::KubeSchedulerConfiguration, plugins};
use crate::kubescheduler::v1::KubeSchedulerProfile;

static SCHEME: LazyLock<Scheme> = LazyLock::new(|| {
    let mut scheme = SchemeBuilder::new("the settings of scheduler plugins");
    super::super::generated::register(&mut scheme);
    scheme.build()
});

/// Fills in the settings that are there, and adds those of the other plugins that have any.
///
/// Settings that cannot be read are left as they are, for validation to complain of.
pub(super) fn complete(profile: &mut KubeSchedulerProfile) {
    for config in &mut profile.plugin_config {
        if let Some(args) = filled_in(&config.name, &config.args) {
            config.args = args;
        }
    }
    let there: BTreeSet<&str> = profile.plugin_config.iter().map(|config| config.name.as_str()).collect();
    let missing =
        profile.plugins.iter().flat_map(|plugins| plugins::names(plugins)).filter(|name| !there.contains(name));
    let added: Vec<_> = missing
        .filter_map(|name| {
            let args = filled_in(name, &RawExtension::default())?;
            Some(super::super::PluginConfig { name: name.to_owned(), args })
        })
        .collect();
    profile.plugin_config.extend(added);
}

/// The settings with their defaults and their kind; none for plugins whose settings are of no kind here.
fn filled_in(plugin: &str, args: &RawExtension) -> Option<RawExtension> {
    let (group, version) = (KubeSchedulerConfiguration::GROUP, KubeSchedulerConfiguration::VERSION);
    let gvk = GroupVersionKind { kind: format!("{plugin}Args").into(), ..GroupVersionKind::new(group, version, "") };
    let json = if args.is_null() { b"{}" } else { args.raw() };
    let mut decoded = decode(&SCHEME, MediaType::Json, json, Some(&gvk), Strictness::Strict).ok()?;
    if decoded.gvk != gvk || !decoded.strict_errors.is_empty() {
        return None;
    }
    decoded.object.set_defaults();
    RawExtension::from_json(&encode(decoded.object.as_ref(), MediaType::Json)?).ok()
}
