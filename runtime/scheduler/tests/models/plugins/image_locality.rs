use serde_json::Value;

use super::Model;
use crate::{
    json::{list, number, text},
    world::World,
};

pub(crate) struct ImageLocality;

const MEGABYTE: i64 = 1 << 20;

fn size(node: &Value, image: &str) -> Option<i64> {
    let mut images = list(&node["status"]["images"]).iter();
    let found = images.find(|it| list(&it["names"]).iter().any(|name| name == image))?;
    Some(number(&found["sizeBytes"]))
}

/// The names under which nodes know the images of a pod.
fn images(pod: &Value) -> Vec<String> {
    let containers = list(&pod["spec"]["initContainers"]).iter().chain(list(&pod["spec"]["containers"]));
    let with_tag = |image: &str| match image.rsplit('/').next().is_some_and(|last| last.contains(':')) {
        true => image.to_owned(),
        false => format!("{image}:latest"),
    };
    containers.map(|container| with_tag(text(&container["image"]))).collect()
}

impl Model for ImageLocality {
    fn name(&self) -> &'static str {
        "ImageLocality"
    }

    /// The bytes of the pod's images that a node has, those that few nodes have counting less.
    fn scores(&self, world: &World, pod: &Value, nodes: &[&Value]) -> Option<Vec<i64>> {
        let images = images(pod);
        let score = |node: &Value| {
            let worth = |image: &String| {
                let Some(bytes) = size(node, image) else { return 0 };
                let have = world.nodes.values().filter(|node| size(node, image).is_some()).count();
                (bytes as f64 * (have as f64 / world.nodes.len() as f64)) as i64
            };
            let bytes: i64 = images.iter().map(worth).sum();
            let (least, most) = (23 * MEGABYTE, 1000 * MEGABYTE * images.len() as i64);
            100 * (bytes.clamp(least, most) - least) / (most - least)
        };
        Some(nodes.iter().map(|node| score(node)).collect())
    }
}
