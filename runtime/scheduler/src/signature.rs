//! What pods have in common that get the same answers from plugins that look at one node.

use kubeforge_api::core::v1::{NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm, Pod};

use crate::{
    declared_features,
    framework::Signature,
    host_ports::HostPort,
    resources::{Amounts, Nonzero, PodResources},
};

/// The signature of a pod.
pub(crate) fn of(pod: &Pod, resources: &PodResources, ports: &[HostPort]) -> Signature {
    let mut writer = Writer(Vec::with_capacity(192));
    let spec = &pod.spec;
    writer.text(&spec.scheduler_name);
    writer.text(&spec.node_name);
    writer.amounts(&resources.requests);
    writer.nonzero(resources.nonzero);
    writer.amounts(&resources.scored);
    writer.list(ports, |writer, port| {
        writer.number(i64::from(port.port));
        writer.text(port.protocol.as_str());
        writer.text(&port.ip);
    });
    writer.list(&spec.node_selector, |writer, (key, value)| {
        writer.text(key);
        writer.text(value);
    });
    let affinity = spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_deref());
    writer.list(affinity, Writer::node_affinity);
    writer.list(&spec.tolerations, |writer, toleration| {
        writer.text(&toleration.key);
        writer.text(toleration.operator.as_str());
        writer.text(&toleration.value);
        writer.text(toleration.effect.as_str());
    });
    writer.list(&spec.init_containers, |writer, container| writer.text(&container.image));
    writer.list(&spec.containers, |writer, container| writer.text(&container.image));
    writer.list(&spec.volumes, |writer, volume| {
        writer.list(volume.volume_source.image.as_ref().map(|image| &image.reference), |writer, image| {
            writer.text(image)
        });
    });
    writer.list(declared_features::needed_by(pod), Writer::text);
    Signature(writer.0.into())
}

/// Writes values one after the other, each so that it can't run into the next.
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.0.extend_from_slice(&(text.len() as u32).to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        let start = self.0.len();
        self.0.extend_from_slice(&[0; 4]);
        let mut count = 0_u32;
        for item in items {
            write(self, item);
            count += 1;
        }
        if let Some(place) = self.0.get_mut(start..start + 4) {
            place.copy_from_slice(&count.to_le_bytes());
        }
    }

    fn amounts(&mut self, amounts: &Amounts) {
        self.number(amounts.milli_cpu);
        self.number(amounts.memory);
        self.number(amounts.ephemeral_storage);
        self.list(&amounts.scalar, |writer, (name, amount)| {
            writer.text(name);
            writer.number(*amount);
        });
    }

    fn nonzero(&mut self, nonzero: Nonzero) {
        self.number(nonzero.milli_cpu);
        self.number(nonzero.memory);
    }

    fn node_affinity(&mut self, affinity: &NodeAffinity) {
        self.list(&affinity.required_during_scheduling_ignored_during_execution, |writer, selector| {
            writer.list(&selector.node_selector_terms, Self::term);
        });
        self.list(&affinity.preferred_during_scheduling_ignored_during_execution, |writer, preferred| {
            writer.number(i64::from(preferred.weight));
            writer.term(&preferred.preference);
        });
    }

    fn term(&mut self, term: &NodeSelectorTerm) {
        self.list(&term.match_expressions, Self::requirement);
        self.list(&term.match_fields, Self::requirement);
    }

    fn requirement(&mut self, requirement: &NodeSelectorRequirement) {
        self.text(&requirement.key);
        self.text(requirement.operator.as_str());
        self.list(&requirement.values, |writer, value| writer.text(value));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubeforge_api::core::v1::{PodSpec, Toleration};

    use crate::framework::PodInfo;

    use super::*;

    fn signature(spec: PodSpec) -> Signature {
        PodInfo::new(Arc::new(Pod { spec, ..Default::default() })).signature().clone()
    }

    #[test]
    fn pods_differ_by_what_plugins_look_at() {
        let plain = signature(PodSpec::default());
        assert_eq!(plain, signature(PodSpec { priority: Some(7), ..Default::default() }));
        assert_ne!(plain, signature(PodSpec { node_name: "n".to_owned(), ..Default::default() }));
        assert_ne!(plain, signature(PodSpec { tolerations: vec![Toleration::default()], ..Default::default() }));
    }
}
