//! What an autoscaler measures, and what it aims at.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::LabelSelector;

use super::CrossVersionObjectReference;

/// A metric to scale by, and what it should be: one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
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
#[api(open)]
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

/// What a metric should be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MetricTarget {
    /// Which of the following is set.
    #[api(tag = 1, required)]
    pub type_: MetricTargetType,
    /// The value of the whole.
    #[api(tag = 2)]
    pub value: Option<Quantity>,
    /// The value per pod.
    #[api(tag = 3)]
    pub average_value: Option<Quantity>,
    /// The use, in hundredths of what the pods ask for.
    #[api(tag = 4)]
    pub average_utilization: Option<i32>,
}

/// How the target of a metric is expressed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum MetricTargetType {
    /// In hundredths of what the pods ask for.
    Utilization,
    /// As a value of the whole.
    Value,
    /// As a value per pod.
    AverageValue,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A metric by its name and labels.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MetricIdentifier {
    /// Its name.
    #[api(tag = 1, required)]
    pub name: String,
    /// Labels that narrow it down.
    #[api(tag = 2)]
    pub selector: Option<Box<LabelSelector>>,
}

/// What a metric was last: one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
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

/// A measured value.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MetricValueStatus {
    /// The value of the whole.
    #[api(tag = 1)]
    pub value: Option<Quantity>,
    /// The value per pod.
    #[api(tag = 2)]
    pub average_value: Option<Quantity>,
    /// The use, in hundredths of what the pods ask for.
    #[api(tag = 3)]
    pub average_utilization: Option<i32>,
}

/// A metric of one object, and what it should be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ObjectMetricSource {
    /// The object.
    #[api(tag = 1, required)]
    pub described_object: CrossVersionObjectReference,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
    /// Which metric.
    #[api(tag = 3, required)]
    pub metric: MetricIdentifier,
}

/// A metric of each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodsMetricSource {
    /// Which metric.
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
}

/// The use of a resource by each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceMetricSource {
    /// The resource.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
}

/// The use of a resource by one container of each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerResourceMetricSource {
    /// The resource.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
    /// The container.
    #[api(tag = 3, required)]
    pub container: String,
}

/// A metric from outside of the cluster, and what it should be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExternalMetricSource {
    /// Which metric.
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
}

/// What a metric of one object was last.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ObjectMetricStatus {
    /// Which metric.
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
    /// The object.
    #[api(tag = 3, required)]
    pub described_object: CrossVersionObjectReference,
}

/// What a metric of each pod was last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodsMetricStatus {
    /// Which metric.
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
}

/// What each pod used of a resource last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceMetricStatus {
    /// The resource.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
}

/// What one container of each pod used of a resource last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerResourceMetricStatus {
    /// The resource.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
    /// The container.
    #[api(tag = 3, required)]
    pub container: String,
}

/// What a metric from outside of the cluster was last.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExternalMetricStatus {
    /// Which metric.
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
}
