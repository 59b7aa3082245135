//! Which resources are read from memory (`--watch-cache`, `--watch-cache-sizes`).

use std::str::FromStr;

use kubeforge_machinery::GroupResource;

/// Which resources have a watch cache. Custom resources always have what the first flag says.
#[derive(Clone, Debug)]
pub(crate) struct Caching {
    /// Whether any has one.
    pub(crate) is_on: bool,
    /// What was said of single ones.
    pub(crate) sizes: Vec<CacheSize>,
}

impl Default for Caching {
    fn default() -> Self {
        Self { is_on: true, sizes: Vec::new() }
    }
}

impl Caching {
    /// Whether this resource has one.
    pub(crate) fn covers(&self, resource: &GroupResource) -> bool {
        let said = self.sizes.iter().rfind(|size| size.resource == *resource);
        self.is_on && said.is_none_or(|size| size.is_cached)
    }
}

/// What is said of one resource: `resource[.group]#size`. Caches grow as need be, so only a size of zero says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheSize {
    resource: GroupResource,
    is_cached: bool,
}

impl FromStr for CacheSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, size) = text
            .split_once('#')
            .filter(|(_, size)| !size.contains('#'))
            .ok_or_else(|| format!("invalid value of watch cache size: {text}"))?;
        let size: i64 = size.parse().map_err(|_| format!("invalid size of watch cache size: {text}"))?;
        if size < 0 {
            return Err(format!("watch cache size cannot be negative: {text}"));
        }
        let (resource, group) = name.split_once('.').unwrap_or((name, ""));
        let resource = GroupResource { group: group.to_owned().into(), resource: resource.to_owned().into() };
        Ok(Self { resource, is_cached: size > 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_of_zero_means_no_cache() {
        let sizes = ["events#0", "deployments.apps#0", "pods#100"].map(|text| text.parse().unwrap()).to_vec();
        let caching = Caching { is_on: true, sizes };
        for (group, resource, want) in [
            ("", "events", false),
            ("events.k8s.io", "events", true),
            ("apps", "deployments", false),
            ("", "pods", true),
            ("", "secrets", true),
        ] {
            assert_eq!(caching.covers(&GroupResource::new(group, resource)), want, "{group}/{resource}");
        }
        assert!(!Caching { is_on: false, ..caching }.covers(&GroupResource::new("", "pods")));
        for bad in ["pods", "pods#", "pods#x", "pods#-1", "pods#1#2"] {
            assert!(bad.parse::<CacheSize>().is_err(), "{bad}");
        }
    }
}
