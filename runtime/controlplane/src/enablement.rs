//! Which versions of the built-in groups are served: the stable ones, and what `--runtime-config` says.
//!
//! Follows apiserver pkg/server/storage/resource_config.go: a version is stable, beta or alpha by its name; kinds that a
//! release has removed are never served.

use std::{collections::BTreeMap, str::FromStr};

use kubeforge_machinery::{GroupVersionResource, scheme::Lifecycle};

/// The release that this is, as lifecycles count them.
const RELEASE: (u32, u32) = (1, 36);

/// `--runtime-config`: `key=true|false` pairs. The keys: `api/all`, `api/ga`, `api/beta`, `api/alpha`, `group/version`,
/// `group/version/resource`; `v1` is the core group's version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuntimeConfig(BTreeMap<String, bool>);

impl FromStr for RuntimeConfig {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut pairs = BTreeMap::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, "true"));
            let enabled = match value.trim() {
                "true" | "" => true,
                "false" => false,
                other => return Err(format!("{key}={other}: the value is true or false")),
            };
            let key = key.trim();
            let is_known = match key.split_once('/') {
                Some(("api", which)) => matches!(which, "all" | "ga" | "beta" | "alpha"),
                Some((_, rest)) => stage(rest.split('/').next().unwrap_or(rest)).is_some(),
                None => stage(key).is_some(),
            };
            if !is_known {
                return Err(format!("{key:?} is none of api/all, api/ga, api/beta, api/alpha, group/version"));
            }
            pairs.insert(key.to_owned(), enabled);
        }
        Ok(Self(pairs))
    }
}

impl RuntimeConfig {
    /// Whether the resource is served.
    pub fn serves(&self, resource: &GroupVersionResource, life: &Lifecycle) -> bool {
        if life.removed.is_some_and(is_past) {
            return false;
        }
        let version = resource.group_version().to_string();
        let exact = format!("{version}/{}", resource.resource);
        let stage = stage(&resource.version);
        let by_stage = stage.and_then(|stage| self.0.get(stage.key()));
        let said = [self.0.get(&exact), self.0.get(&version), by_stage, self.0.get("api/all")];
        said.into_iter().flatten().next().copied().unwrap_or(stage == Some(Stage::Stable))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Stable,
    Beta,
    Alpha,
}

impl Stage {
    const fn key(self) -> &'static str {
        match self {
            Self::Stable => "api/ga",
            Self::Beta => "api/beta",
            Self::Alpha => "api/alpha",
        }
    }
}

/// The stage of a version by its name: `v1`, `v1beta2`, `v2alpha1`.
fn stage(version: &str) -> Option<Stage> {
    let rest = version.strip_prefix('v')?.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match rest {
        "" if version.len() > 1 => Some(Stage::Stable),
        _ if rest.strip_prefix("beta").is_some_and(number) => Some(Stage::Beta),
        _ if rest.strip_prefix("alpha").is_some_and(number) => Some(Stage::Alpha),
        _ => None,
    }
}

fn is_past(release: &str) -> bool {
    let parsed = release.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    parsed.is_some_and(|release: (u32, u32)| release <= RELEASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        config: &str,
        resource: (&'static str, &'static str, &'static str),
        removed: Option<&'static str>,
        want: bool,
    ) {
        let config: RuntimeConfig = config.parse().unwrap();
        let (group, version, plural) = resource;
        let resource = GroupVersionResource::new(group, version, plural);
        let life = Lifecycle { removed, ..Lifecycle::default() };
        assert_eq!(config.serves(&resource, &life), want, "{config:?} {resource:?}");
    }

    #[test]
    fn stable_versions_are_served_unless_said_otherwise() {
        check("", ("apps", "v1", "deployments"), None, true);
        check("", ("networking.k8s.io", "v1beta1", "ipaddresses"), None, false);
        check("api/all=true", ("networking.k8s.io", "v1beta1", "ipaddresses"), None, true);
        check("api/all=true,api/beta=false", ("networking.k8s.io", "v1beta1", "ipaddresses"), None, false);
        check("resource.k8s.io/v1beta1", ("resource.k8s.io", "v1beta1", "deviceclasses"), None, true);
        check("apps/v1=false", ("apps", "v1", "deployments"), None, false);
        check("apps/v1/deployments=false", ("apps", "v1", "replicasets"), None, true);
        check("v1=false", ("", "v1", "pods"), None, false);
    }

    #[test]
    fn what_was_removed_stays_away() {
        check("api/all=true", ("extensions", "v1beta1", "ingresses"), Some("1.22"), false);
        check("api/all=true", ("networking.k8s.io", "v1beta1", "ipaddresses"), Some("1.37"), true);
    }

    #[test]
    fn misspelt_keys_are_refused() {
        for text in ["api/gamma=true", "apps/one=true", "apps", "v1=perhaps"] {
            assert!(text.parse::<RuntimeConfig>().is_err(), "{text}");
        }
    }
}
