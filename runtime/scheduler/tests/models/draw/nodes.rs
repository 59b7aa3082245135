//! Nodes, without their names.

use serde_json::json;

use super::{
    Part, always, any_of,
    cases::Theme,
    list_of, maybe, object,
    terms::{OLD_ZONE, ZONE},
};

/// Names of images and their sizes; pods use the names without a tag, too.
const IMAGES: [(&str, i64); 3] = [("app:latest", 300), ("host:5000/db:2", 900), ("small:1", 20)];

fn images() -> Part {
    let image = |(name, megabytes): (&str, i64)| json!({"names": [name], "sizeBytes": megabytes << 20});
    let all = IMAGES.map(image);
    any_of(&[json!([]), json!([all[0]]), json!([all[1]]), json!([all[0], all[1], all[2]])])
}

pub(super) fn node(theme: Theme) -> Part {
    let labels = object([
        (ZONE, maybe(85, any_of(&["a", "b", "c"]))),
        (OLD_ZONE, maybe(50, any_of(&["a", "b", "c"]))),
        ("rack", maybe(30, any_of(&["1", "2"]))),
        ("disk", maybe(40, any_of(&["ssd", "hdd"]))),
        ("cores", maybe(40, any_of(&["4", "8"]))),
        // whether it has the label of its own name
        ("host", maybe(90, always(true))),
    ]);
    let taint = any_of(&[
        json!({"key": "t", "value": "1", "effect": "PreferNoSchedule"}),
        json!({"key": "t", "value": "1", "effect": "NoSchedule"}),
        json!({"key": "u", "effect": "NoExecute"}),
        json!({"key": "u", "effect": "PreferNoSchedule"}),
    ]);
    let spec = object([
        ("taints", maybe(theme.percent(Theme::Anything, 25, 25), list_of(taint, 2))),
        ("unschedulable", maybe(8, always(true))),
    ]);
    let allocatable = object([
        ("cpu", any_of(if theme == Theme::Room { &["2", "1500m", "1"] } else { &["4", "2", "1500m"] })),
        ("memory", any_of(&["8Gi", "4Gi", "1Gi"])),
        ("ephemeral-storage", maybe(30, any_of(&["10Gi"]))),
        ("pods", any_of(&["9", "4", "2"])),
        ("example.com/gpu", maybe(30, any_of(&["1", "2"]))),
    ]);
    let status = object([("allocatable", allocatable), ("images", images())]);
    object([("metadata", object([("labels", labels)])), ("spec", spec), ("status", status)])
}
