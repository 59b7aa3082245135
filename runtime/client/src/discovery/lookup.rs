//! From names to resources.

use kubeforge_machinery::gvk::GroupKind;

use super::{ApiResource, Discovery};

impl Discovery {
    /// All resources: of every group and version, preferred versions first within a group.
    pub fn resources(&self) -> impl Iterator<Item = &ApiResource> {
        self.groups.iter().flat_map(|group| &group.versions).flat_map(|version| &version.resources)
    }

    /// The resources of each group's preferred version, and those that only other versions have.
    pub fn preferred_resources(&self) -> impl Iterator<Item = &ApiResource> {
        self.groups.iter().flat_map(|group| {
            let mut seen = std::collections::HashSet::new();
            let resources = group.versions.iter().flat_map(|version| &version.resources);
            resources.filter(move |resource| seen.insert(resource.plural.as_str()))
        })
    }

    /// The resource whose objects are of a kind; of the preferred version, where `version` is empty.
    pub fn for_kind(&self, kind: &GroupKind, version: &str) -> Option<&ApiResource> {
        self.resources().find(|resource| {
            resource.group == kind.group
                && resource.kind.kind == kind.kind
                && (version.is_empty() || resource.version == version)
        })
    }

    /// The resource that somebody means by `pods`, `pod`, `po`, `Pod`, `deployments.apps` or `deployments.v1.apps`.
    ///
    /// Upper and lower case are the same. Plurals go before singulars, those before short names and kinds.
    pub fn find(&self, name: &str) -> Option<&ApiResource> {
        let name = name.to_ascii_lowercase();
        let (resource, rest) = name.split_once('.').unwrap_or((name.as_str(), ""));
        let (version, group) = match rest.split_once('.') {
            Some((version, group)) if is_version(version) => (version, group),
            _ if is_version(rest) => (rest, ""),
            _ => ("", rest),
        };
        let candidates = |matches: &dyn Fn(&ApiResource) -> bool| {
            self.resources().find(|known| {
                (version.is_empty() || known.version == version)
                    && (group.is_empty() || known.group == group || known.group.starts_with(&format!("{group}.")))
                    && matches(known)
            })
        };
        candidates(&|known| known.plural == resource)
            .or_else(|| candidates(&|known| known.singular == resource))
            .or_else(|| candidates(&|known| known.short_names.iter().any(|short| short == resource)))
            .or_else(|| candidates(&|known| known.kind.kind.to_ascii_lowercase() == resource))
    }

    /// The resources of a category, such as `all`.
    pub fn category(&self, name: &str) -> impl Iterator<Item = &ApiResource> {
        self.preferred_resources().filter(move |resource| resource.categories.iter().any(|known| known == name))
    }
}

/// Whether a text is a Kubernetes version: `v1`, `v1beta2`.
fn is_version(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('v') else { return false };
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() == rest.len() {
        return false;
    }
    let stage = digits.strip_prefix("alpha").or_else(|| digits.strip_prefix("beta"));
    digits.is_empty() || stage.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::{ApiGroup, ApiVersion};

    fn resource(group: &str, version: &str, kind: &'static str, short: &str) -> ApiResource {
        let singular = kind.to_lowercase();
        let mut resource = ApiResource {
            group: group.to_owned(),
            version: version.to_owned(),
            plural: format!("{singular}s"),
            singular,
            short_names: vec![short.to_owned()],
            ..ApiResource::default()
        };
        resource.kind = resource.group_version().with_kind(kind);
        resource
    }

    fn discovery() -> Discovery {
        let version = |group, version: &str, resources: &[(&'static str, &str)]| ApiVersion {
            version: version.to_owned(),
            resources: resources.iter().map(|(kind, short)| resource(group, version, kind, short)).collect(),
            is_stale: false,
        };
        Discovery {
            groups: vec![
                ApiGroup { name: String::new(), versions: vec![version("", "v1", &[("Pod", "po"), ("Event", "ev")])] },
                ApiGroup {
                    name: "events.k8s.io".to_owned(),
                    versions: vec![
                        version("events.k8s.io", "v1", &[("Event", "ev")]),
                        version("events.k8s.io", "v1beta1", &[("Event", "ev"), ("Old", "o")]),
                    ],
                },
            ],
            ..Discovery::default()
        }
    }

    #[track_caller]
    fn check(name: &str, want: Option<&str>) {
        let discovery = discovery();
        let found = discovery.find(name).map(|resource| resource.gvr().to_string());
        assert_eq!(found.as_deref(), want, "{name}");
    }

    #[test]
    fn resources_are_found_by_any_of_their_names() {
        check("pods", Some("v1, Resource=pods"));
        check("Pod", Some("v1, Resource=pods"));
        check("po", Some("v1, Resource=pods"));
        check("ev", Some("v1, Resource=events"));
        check("events.events.k8s.io", Some("events.k8s.io/v1, Resource=events"));
        check("events.events", Some("events.k8s.io/v1, Resource=events"));
        check("events.v1beta1.events.k8s.io", Some("events.k8s.io/v1beta1, Resource=events"));
        check("events.v1", Some("v1, Resource=events"));
        check("nothing", None);
    }

    #[test]
    fn a_kind_leads_to_its_resource() {
        let discovery = discovery();
        let kind = GroupKind { group: "events.k8s.io".into(), kind: "Event".into() };
        assert_eq!(discovery.for_kind(&kind, "").unwrap().version, "v1");
        assert_eq!(discovery.for_kind(&kind, "v1beta1").unwrap().version, "v1beta1");
        assert_eq!(discovery.for_kind(&kind, "v2"), None);
        let preferred: Vec<_> = discovery.preferred_resources().map(|resource| resource.gvr().to_string()).collect();
        assert_eq!(preferred.len(), 4);
        assert!(preferred[3].starts_with("events.k8s.io/v1beta1"));
    }

    #[test]
    fn versions_look_like_versions() {
        for (text, want) in
            [("v1", true), ("v1beta2", true), ("v", false), ("apps", false), ("v1beta", false), ("v1x", false)]
        {
            assert_eq!(is_version(text), want, "{text}");
        }
    }
}
