//! Defaults that the markers cannot say. The CPU target of 80% is the conversion's, which sees the annotations.

use super::HorizontalPodAutoscaler;

/// At least one replica.
pub fn default_horizontal_pod_autoscaler(hpa: &mut HorizontalPodAutoscaler) {
    hpa.spec.min_replicas.get_or_insert(1);
}
