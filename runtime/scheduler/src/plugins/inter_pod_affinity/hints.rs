//! Which nodes may help a pod that wants others near it, or far away.
//!
//! A pod that says neither was turned away because of what other pods say, whose terms are not known here: any node may
//! help it.

use kubeforge_api::core::v1::Node;

use crate::affinity::{AffinityTerm, AffinityTerms};

fn said(terms: Option<&AffinityTerms>) -> Option<(&[AffinityTerm], &[AffinityTerm])> {
    let terms = terms?;
    let (near, apart) = (&terms.required_affinity[..], &terms.required_anti_affinity[..]);
    (!near.is_empty() || !apart.is_empty()).then_some((near, apart))
}

/// Whether a node that came may be one for the pod. Where there is nothing, there is nobody who must not be near.
pub(super) fn is_of_use(terms: Option<&AffinityTerms>, node: &Node) -> bool {
    let Some((near, apart)) = said(terms) else { return true };
    !apart.is_empty() || near.iter().any(|term| node.metadata.labels.contains_key(term.topology_key()))
}

/// Whether a node is near others than before, in a way that may help the pod.
pub(super) fn is_moved_for_good(terms: Option<&AffinityTerms>, old: &Node, new: &Node) -> bool {
    let Some((near, apart)) = said(terms) else { return true };
    let values = |term: &AffinityTerm| {
        let value = |node: &Node| node.metadata.labels.get(term.topology_key()).cloned();
        (value(old), value(new))
    };
    let has_come_near = |term: &AffinityTerm| matches!(values(term), (was, Some(is)) if was.as_ref() != Some(&is));
    let has_gone_away = |term: &AffinityTerm| matches!(values(term), (Some(was), is) if is.as_ref() != Some(&was));
    near.iter().any(has_come_near) || apart.iter().any(has_gone_away)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        framework::PodInfo,
        plugins::{
            InterPodAffinity,
            testing::{change_helps, node_helps, placed_helps, pod_of},
        },
    };

    /// Pods that (do not) want those near that have each of these labels.
    fn wanting(kind: &str, keys: &[&str]) -> PodInfo {
        let term = |key: &&str| {
            let selector = json!({"matchExpressions": [{"key": key, "operator": "Exists"}]});
            json!({"topologyKey": "zone", "labelSelector": selector})
        };
        let terms: Vec<_> = keys.iter().map(term).collect();
        let required = json!({"requiredDuringSchedulingIgnoredDuringExecution": terms});
        pod_of(json!({"metadata": {"labels": {"app": "x"}}, "spec": {"affinity": {kind: required}}}))
    }

    fn labelled(labels: Value) -> Value {
        json!({"metadata": {"name": "other", "labels": labels}, "spec": {"nodeName": "n1"}})
    }

    fn plugin() -> InterPodAffinity {
        InterPodAffinity::new(None).unwrap()
    }

    #[test]
    fn pods_help_that_are_wanted_by_all_terms_and_were_not() {
        let helps = |pod: &PodInfo, old: &Value, new: &Value| placed_helps(&plugin(), pod, old, new);
        let (one, both) = (wanting("podAffinity", &["a"]), wanting("podAffinity", &["a", "b"]));
        let (a, b, ab) = (labelled(json!({"a": ""})), labelled(json!({"b": ""})), labelled(json!({"a": "", "b": ""})));
        let none = Value::Null;
        assert!(helps(&one, &none, &a) && !helps(&one, &none, &b) && !helps(&both, &none, &a));
        assert!(helps(&one, &b, &a) && !helps(&one, &a, &b) && !helps(&one, &ab, &a));
        assert!(helps(&both, &a, &ab) && !helps(&both, &a, &b) && !helps(&one, &a, &none));
        let elsewhere = json!({"metadata": {"name": "other", "namespace": "elsewhere", "labels": {"a": ""}}});
        assert!(!helps(&one, &none, &elsewhere));
        assert!(change_helps(&plugin(), labelled(json!({})), labelled(json!({"a": ""}))));
        assert!(!change_helps(&plugin(), labelled(json!({})), labelled(json!({}))));
    }

    #[test]
    fn pods_help_that_stood_in_the_way_and_no_longer_do() {
        let helps = |pod: &PodInfo, old: &Value, new: &Value| placed_helps(&plugin(), pod, old, new);
        let apart = wanting("podAntiAffinity", &["a"]);
        let (a, b) = (labelled(json!({"a": ""})), labelled(json!({"b": ""})));
        let none = Value::Null;
        assert!(helps(&apart, &a, &none) && !helps(&apart, &b, &none));
        assert!(helps(&apart, &a, &b) && !helps(&apart, &b, &a) && !helps(&apart, &none, &b));
        let shunning = |key: &str| serde_json::to_value(&**wanting("podAntiAffinity", &[key]).pod()).unwrap();
        let plain = pod_of(labelled(json!({"app": "x"})));
        assert!(helps(&plain, &shunning("app"), &none) && !helps(&plain, &shunning("a"), &none));
    }

    #[test]
    fn nodes_help_by_the_labels_that_terms_name() {
        let zone = |zone: &str| json!({"metadata": {"name": "n1", "labels": {"zone": zone}}});
        let other = |value: &str| json!({"metadata": {"name": "n1", "labels": {"other": value}}});
        let both = json!({"metadata": {"name": "n1", "labels": {"zone": "1", "other": "a"}}});
        let helps = |pod: &PodInfo, old: &Value, new: &Value| node_helps(&plugin(), pod, old, new);
        let near = wanting("podAffinity", &["a"]);
        let none = Value::Null;
        assert!(helps(&near, &none, &zone("1")) && !helps(&near, &none, &other("a")));
        assert!(helps(&near, &zone("1"), &zone("2")) && helps(&near, &other("a"), &zone("1")));
        assert!(!helps(&near, &zone("1"), &both) && !helps(&near, &other("a"), &other("b")));
        assert!(!helps(&near, &zone("1"), &other("a")));
        let apart = wanting("podAntiAffinity", &["a"]);
        assert!(helps(&apart, &none, &zone("1")) && helps(&apart, &none, &other("a")));
        assert!(helps(&apart, &zone("1"), &zone("2")) && helps(&apart, &zone("1"), &other("a")));
        assert!(!helps(&apart, &zone("1"), &both) && !helps(&apart, &other("a"), &zone("1")));
        // what others say of it is not known
        let plain = pod_of(labelled(json!({})));
        assert!(helps(&plain, &none, &other("a")) && helps(&plain, &other("a"), &other("b")));
    }
}
