use serde_json::Value;

use super::{Model, PreFilter, Refusal};
use crate::{
    json::{list, number, text},
    world::{View, World},
};

pub(crate) struct NodePorts;

/// Port, protocol and address of each host port; no address is all of them.
fn ports(pod: &Value) -> Vec<(i64, &str, &str)> {
    let sidecars = list(&pod["spec"]["initContainers"]).iter().filter(|it| it["restartPolicy"] == "Always");
    let containers = sidecars.chain(list(&pod["spec"]["containers"]));
    let ports = containers.flat_map(|container| list(&container["ports"])).filter(|port| port["hostPort"].is_number());
    let or = |value: &'static str, given| if text(given).is_empty() { value } else { text(given) };
    ports.map(|it| (number(&it["hostPort"]), or("TCP", &it["protocol"]), or("0.0.0.0", &it["hostIP"]))).collect()
}

impl Model for NodePorts {
    fn name(&self) -> &'static str {
        "NodePorts"
    }

    fn pre_filter(&self, _world: &World, pod: &Value) -> PreFilter {
        if ports(pod).is_empty() { PreFilter::Skip } else { PreFilter::All }
    }

    fn filter(&self, view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let conflict = |a: &(i64, &str, &str), b: &(i64, &str, &str)| {
            a.0 == b.0 && a.1 == b.1 && (a.2 == b.2 || a.2 == "0.0.0.0" || b.2 == "0.0.0.0")
        };
        let wanted = ports(pod);
        let is_taken = |other: &Value| ports(other).iter().any(|taken| wanted.iter().any(|port| conflict(port, taken)));
        if view.on(node).into_iter().any(is_taken) {
            return Err(Refusal::unschedulable("node(s) didn't have free ports for the requested pod ports"));
        }
        Ok(())
    }
}
