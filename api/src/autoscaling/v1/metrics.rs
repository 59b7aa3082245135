//! Metrics beyond the CPU, which v1 keeps in annotations.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::LabelSelector;

use super::CrossVersionObjectReference;

/// A metric to scale by; kept in an annotation.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(converts_to = "MetricSpec")]
pub struct MetricSpec {
    /// Which of the following is set.
    #[api(tag = 1, required)]
    pub type_: MetricSourceType,
    /// A metric of one object.
    #[api(tag = 2)]
    pub object: Option<Box<ObjectMetricSource>>,
    /// A metric of the pods.
    #[api(tag = 3)]
    pub pods: Option<Box<PodsMetricSource>>,
    /// The use of a resource by the pods.
    #[api(tag = 4)]
    pub resource: Option<Box<ResourceMetricSource>>,
    /// The use of a resource by one container of the pods.
    #[api(tag = 7)]
    pub container_resource: Option<Box<ContainerResourceMetricSource>>,
    /// A metric from outside of the cluster.
    #[api(tag = 5)]
    pub external: Option<Box<ExternalMetricSource>>,
}

/// Where a metric is from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum MetricSourceType {
    /// One object that is not a pod.
    Object,
    /// The pods of the target, each of which has it.
    Pods,
    /// What the pods use of a resource that they ask for.
    Resource,
    /// What one container of each pod uses of a resource.
    ContainerResource,
    /// Something outside of the cluster.
    External,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What a metric was last; kept in an annotation.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(converts_to = "MetricStatus")]
pub struct MetricStatus {
    /// Which of the following is set.
    #[api(tag = 1, required)]
    pub type_: MetricSourceType,
    /// A metric of one object.
    #[api(tag = 2)]
    pub object: Option<Box<ObjectMetricStatus>>,
    /// A metric of the pods.
    #[api(tag = 3)]
    pub pods: Option<Box<PodsMetricStatus>>,
    /// The use of a resource by the pods.
    #[api(tag = 4)]
    pub resource: Option<Box<ResourceMetricStatus>>,
    /// The use of a resource by one container of the pods.
    #[api(tag = 7)]
    pub container_resource: Option<Box<ContainerResourceMetricStatus>>,
    /// A metric from outside of the cluster.
    #[api(tag = 5)]
    pub external: Option<Box<ExternalMetricStatus>>,
}

/// A metric of one object, and what it should be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ObjectMetricSource {
    /// What it should be.
    #[api(tag = 1, required, converts_to = "described_object")]
    pub target: CrossVersionObjectReference,
    /// The metric.
    #[api(tag = 2, required)]
    pub metric_name: String,
    /// What it should be.
    #[api(tag = 3, required)]
    pub target_value: Quantity,
    /// Labels that narrow it down.
    #[api(tag = 4)]
    pub selector: Option<Box<LabelSelector>>,
    /// What it should be per pod.
    #[api(tag = 5)]
    pub average_value: Option<Quantity>,
}

/// A metric of each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodsMetricSource {
    /// The metric.
    #[api(tag = 1, required)]
    pub metric_name: String,
    /// What it should be per pod.
    #[api(tag = 2, required)]
    pub target_average_value: Quantity,
    /// Labels that narrow it down.
    #[api(tag = 3)]
    pub selector: Option<Box<LabelSelector>>,
}

/// The use of a resource by each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceMetricSource {
    /// The resource.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it should be, in hundredths of what the pods ask for.
    #[api(tag = 2)]
    pub target_average_utilization: Option<i32>,
    /// What it should be per pod.
    #[api(tag = 3)]
    pub target_average_value: Option<Quantity>,
}

/// The use of a resource by one container of each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerResourceMetricSource {
    /// The resource.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it should be, in hundredths of what the pods ask for.
    #[api(tag = 2)]
    pub target_average_utilization: Option<i32>,
    /// What it should be per pod.
    #[api(tag = 3)]
    pub target_average_value: Option<Quantity>,
    /// The container.
    #[api(tag = 5, required)]
    pub container: String,
}

/// A metric from outside of the cluster, and what it should be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExternalMetricSource {
    /// The metric.
    #[api(tag = 1, required)]
    pub metric_name: String,
    /// Labels that narrow it down.
    #[api(tag = 2)]
    pub metric_selector: Option<Box<LabelSelector>>,
    /// What it should be.
    #[api(tag = 3)]
    pub target_value: Option<Quantity>,
    /// What it should be per pod.
    #[api(tag = 4)]
    pub target_average_value: Option<Quantity>,
}

/// What a metric of one object was last.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ObjectMetricStatus {
    /// The object.
    #[api(tag = 1, required, converts_to = "described_object")]
    pub target: CrossVersionObjectReference,
    /// The metric.
    #[api(tag = 2, required)]
    pub metric_name: String,
    /// What it was.
    #[api(tag = 3, required)]
    pub current_value: Quantity,
    /// Labels that narrow it down.
    #[api(tag = 4)]
    pub selector: Option<Box<LabelSelector>>,
    /// What it was per pod.
    #[api(tag = 5)]
    pub average_value: Option<Quantity>,
}

/// What a metric of each pod was last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodsMetricStatus {
    /// The metric.
    #[api(tag = 1, required)]
    pub metric_name: String,
    /// What it was per pod.
    #[api(tag = 2, required)]
    pub current_average_value: Quantity,
    /// Labels that narrow it down.
    #[api(tag = 3)]
    pub selector: Option<Box<LabelSelector>>,
}

/// What each pod used of a resource last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceMetricStatus {
    /// The resource.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it was, in hundredths of what the pods ask for.
    #[api(tag = 2)]
    pub current_average_utilization: Option<i32>,
    /// What it was per pod.
    #[api(tag = 3, required)]
    pub current_average_value: Quantity,
}

/// What one container of each pod used of a resource last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerResourceMetricStatus {
    /// The resource.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it was, in hundredths of what the pods ask for.
    #[api(tag = 2)]
    pub current_average_utilization: Option<i32>,
    /// What it was per pod.
    #[api(tag = 3, required)]
    pub current_average_value: Quantity,
    /// The container.
    #[api(tag = 4, required)]
    pub container: String,
}

/// What a metric from outside of the cluster was last.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExternalMetricStatus {
    /// The metric.
    #[api(tag = 1, required)]
    pub metric_name: String,
    /// Labels that narrow it down.
    #[api(tag = 2)]
    pub metric_selector: Option<Box<LabelSelector>>,
    /// What it was.
    #[api(tag = 3, required)]
    pub current_value: Quantity,
    /// What it was per pod.
    #[api(tag = 4)]
    pub current_average_value: Option<Quantity>,
}
