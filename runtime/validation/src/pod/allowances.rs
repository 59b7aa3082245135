//! What was wrong with a spec before an update. It may stay wrong in the same way: rules that came later must not lock
//! objects up that were there before. Follows `GetValidationOptionsFromPodSpecAndMeta` of pkg/api/pod/util.go.

use kubeforge_api::core::v1::{Container, ContainerRestartPolicy, PodSpec, ResourceResizeRestartPolicy, Volume};
use kubeforge_machinery::field::{ErrorList, Path};

use super::{resources::is_whole, volume::local_non_reserved};

/// Errors that are let through. By default there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allowances {
    /// Memory in huge pages that is no multiple of their size.
    pub(super) broken_huge_pages: bool,
    /// Tokens in files outside of their volume.
    pub(super) token_paths_outside: bool,
    /// Volumes of images that name no image.
    pub(super) images_without_name: bool,
    /// Init containers that end, and yet are started again when their resources change.
    pub(super) restarting_init_containers: bool,
}

impl Allowances {
    /// Those that an old spec gives; a new object has none.
    pub(crate) fn of_old(old: Option<&PodSpec>) -> Self {
        let Some(old) = old else { return Self::default() };
        Self {
            broken_huge_pages: has_broken_huge_pages(old),
            token_paths_outside: old.volumes.iter().any(has_token_path_outside),
            images_without_name: old.volumes.iter().any(has_image_without_name),
            restarting_init_containers: old.init_containers.iter().any(restarts_though_it_ends),
        }
    }
}

fn has_broken_huge_pages(spec: &PodSpec) -> bool {
    let containers = spec.containers.iter().chain(&spec.init_containers).map(|container| &container.resources);
    let amounts = containers.flat_map(|resources| resources.limits.iter().chain(&resources.requests));
    amounts.chain(&spec.overhead).any(|(name, quantity)| !is_whole(name, quantity))
}

fn has_token_path_outside(volume: &Volume) -> bool {
    let projected = volume.volume_source.projected.as_deref();
    let sources = projected.map(|projected| projected.sources.as_slice()).unwrap_or_default();
    let mut errors = ErrorList::new();
    for token in sources.iter().filter_map(|source| source.service_account_token.as_deref()) {
        local_non_reserved(&token.path, &Path::NIL, &mut errors);
    }
    !errors.is_empty()
}

fn has_image_without_name(volume: &Volume) -> bool {
    volume.volume_source.image.as_deref().is_some_and(|image| image.reference.is_empty())
}

fn restarts_though_it_ends(container: &Container) -> bool {
    container.restart_policy != Some(ContainerRestartPolicy::Always)
        && container
            .resize_policy
            .iter()
            .any(|policy| policy.restart_policy == ResourceResizeRestartPolicy::RestartContainer)
}
