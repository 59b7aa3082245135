use serde_json::Value;

use super::{Model, Refusal};
use crate::{
    json::{name, text},
    world::View,
};

pub(crate) struct NodeName;

impl Model for NodeName {
    fn name(&self) -> &'static str {
        "NodeName"
    }

    fn filter(&self, _view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let wanted = text(&pod["spec"]["nodeName"]);
        if wanted.is_empty() || wanted == name(node) {
            return Ok(());
        }
        Err(Refusal::unresolvable("node(s) didn't match the requested node name"))
    }
}
