//! What people type: `pods`, `po`, `Pod`, `deployments.apps`, `deployments.v1.apps`, `Deployment.v1.apps`.

use kubeforge_machinery::{
    GroupVersionResource,
    gvk::{GroupKind, GroupVersion},
};

use super::{Mapping, MappingError, RestMapper};

impl RestMapper {
    /// Where the resource or kind is served that somebody typed (cli-runtime's `mappingFor`). Resources go before kinds.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn mapping_for(&self, argument: &str) -> Result<Mapping, MappingError> {
        let (name, rest) = argument.split_once('.').unwrap_or((argument, ""));
        // with two dots the middle may be a version, or part of a group
        let full = rest.split_once('.').map(|(version, group)| GroupVersion {
            group: group.to_owned().into(),
            version: version.to_owned().into(),
        });
        let grouped = GroupVersion { group: rest.to_owned().into(), version: "".into() };
        let resource = |gv: &GroupVersion| -> GroupVersionResource { gv.with_resource(name.to_owned()) };
        let found = full.iter().chain([&grouped]).find_map(|gv| self.kind_for(&resource(gv)).ok());
        if let Some(kind) = found {
            return self.mapping(&kind.group_kind(), &[&kind.version]);
        }
        let kind = |group: &str| GroupKind { group: group.to_owned().into(), kind: name.to_owned().into() };
        if let Some(gv) = &full
            && let Ok(mapping) = self.mapping(&kind(&gv.group), &[&gv.version])
        {
            return Ok(mapping);
        }
        self.mapping(&kind(rest), &[]).map_err(|_| MappingError::NoResourceType(name.to_owned()))
    }
}
