//! ImageLocality: nodes that have the pod's images already.

use kubeforge_api::core::v1::Pod;

use crate::framework::{
    Changes, CycleState, MAX_NODE_SCORE, NodeInfo, Plugin, PodInfo, PreScorePlugin, Row, Scope, ScorePlugin, Snapshot,
    Status,
};

/// Prefers nodes that have more of the pod's images, by size; images that few nodes have count less, so that pods do not
/// all gather there.
#[derive(Clone, Copy, Debug)]
pub struct ImageLocality;

const MEGABYTE: i64 = 1024 * 1024;
/// Images smaller than this in total do not count.
const MIN_BYTES: i64 = 23 * MEGABYTE;
/// From this size on, for each container, more does not count more.
const MAX_BYTES_PER_CONTAINER: i64 = 1000 * MEGABYTE;

/// What the pod's images are worth.
#[derive(Clone)]
struct Worth {
    /// The images that some node has: their bytes, scaled by the share of nodes that have them.
    images: Vec<(String, i64)>,
    /// How many images the pod uses, counting each use.
    used: i64,
}

impl ImageLocality {
    /// Its name.
    pub const NAME: &'static str = "ImageLocality";
}

impl Plugin for ImageLocality {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Nodes
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        Some(self)
    }

    fn score(&self) -> Option<&dyn ScorePlugin> {
        Some(self)
    }
}

impl PreScorePlugin for ImageLocality {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // as upstream computes it
    fn pre_score_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot, _rows: Option<&[Row]>) -> Status {
        let mut worth = Worth { images: Vec::new(), used: 0 };
        for image in images_of(pod.pod()) {
            worth.used += 1;
            let name = with_tag(image);
            if let Some(known) = nodes.image(&name) {
                let spread = f64::from(known.nodes) / nodes.len().max(1) as f64;
                worth.images.push((name, (known.size_bytes as f64 * spread) as i64));
            }
        }
        state.write(worth);
        Status::success()
    }
}

impl ScorePlugin for ImageLocality {
    fn score_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        let (Some(worth), Some(node)) = (state.read::<Worth>(), node.node()) else { return Ok(0) };
        let has = |name: &str| {
            let mut names = node.status.images.iter().flat_map(|image| &image.names);
            names.any(|other| other == name)
        };
        let bytes = worth.images.iter().filter(|(name, _)| has(name)).map(|(_, bytes)| bytes).sum();
        Ok(score(bytes, worth.used))
    }
}

fn score(bytes: i64, images: i64) -> i64 {
    let most = MAX_BYTES_PER_CONTAINER * images.max(1);
    MAX_NODE_SCORE * (bytes.clamp(MIN_BYTES, most) - MIN_BYTES) / (most - MIN_BYTES)
}

/// The images of containers, init containers and volumes, in the order in which they are spelled out.
fn images_of(pod: &Pod) -> impl Iterator<Item = &str> {
    let containers = pod.spec.init_containers.iter().chain(&pod.spec.containers).map(|container| &container.image);
    let volumes = pod.spec.volumes.iter().filter_map(|volume| Some(&volume.volume_source.image.as_ref()?.reference));
    containers.chain(volumes).map(String::as_str)
}

/// The name with the tag that it has where none is written: the last colon must come after the last slash.
fn with_tag(image: &str) -> String {
    if image.rfind(':') <= image.rfind('/') { format!("{image}:latest") } else { image.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_without_a_tag_are_the_latest() {
        assert_eq!(with_tag("app"), "app:latest");
        assert_eq!(with_tag("host:5000/app"), "host:5000/app:latest");
        assert_eq!(with_tag("host:5000/app:1"), "host:5000/app:1");
        assert_eq!(with_tag("app@sha256:abc"), "app@sha256:abc");
    }

    #[test]
    fn size_counts_between_bounds() {
        assert_eq!(score(MIN_BYTES, 1), 0);
        assert_eq!(score(0, 0), 0);
        assert_eq!(score(i64::MAX, 2), 100);
        assert_eq!(score(1000 * MEGABYTE, 2), 49);
    }
}
