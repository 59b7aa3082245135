//! What an autoscaler measures, and what it aims at.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::LabelSelector;
use kubeforge_machinery::Quantity;

use super::CrossVersionObjectReference;

/// A metric to scale by, and what it should be: one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MetricSpec {
    #[api(tag = 1, required)]
    pub type_: MetricSourceType,
    #[api(tag = 2)]
    pub object: Option<Box<ObjectMetricSource>>,
    #[api(tag = 3)]
    pub pods: Option<Box<PodsMetricSource>>,
    #[api(tag = 4)]
    pub resource: Option<Box<ResourceMetricSource>>,
    #[api(tag = 7)]
    pub container_resource: Option<Box<ContainerResourceMetricSource>>,
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
    #[api(tag = 1, required)]
    pub type_: MetricSourceType,
    #[api(tag = 2)]
    pub object: Option<Box<ObjectMetricStatus>>,
    #[api(tag = 3)]
    pub pods: Option<Box<PodsMetricStatus>>,
    #[api(tag = 4)]
    pub resource: Option<Box<ResourceMetricStatus>>,
    #[api(tag = 7)]
    pub container_resource: Option<Box<ContainerResourceMetricStatus>>,
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
    #[api(tag = 1, required)]
    pub described_object: CrossVersionObjectReference,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
    #[api(tag = 3, required)]
    pub metric: MetricIdentifier,
}

/// A metric of each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodsMetricSource {
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
}

/// The use of a resource by each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceMetricSource {
    #[api(tag = 1, required)]
    pub name: String,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
}

/// The use of a resource by one container of each pod, and what it should be on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerResourceMetricSource {
    #[api(tag = 1, required)]
    pub name: String,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
    #[api(tag = 3, required)]
    pub container: String,
}

/// A metric from outside of the cluster, and what it should be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExternalMetricSource {
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it should be.
    #[api(tag = 2, required)]
    pub target: MetricTarget,
}

/// What a metric of one object was last.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ObjectMetricStatus {
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
    #[api(tag = 3, required)]
    pub described_object: CrossVersionObjectReference,
}

/// What a metric of each pod was last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodsMetricStatus {
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
}

/// What each pod used of a resource last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceMetricStatus {
    #[api(tag = 1, required)]
    pub name: String,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
}

/// What one container of each pod used of a resource last, on average.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerResourceMetricStatus {
    #[api(tag = 1, required)]
    pub name: String,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
    #[api(tag = 3, required)]
    pub container: String,
}

/// What a metric from outside of the cluster was last.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExternalMetricStatus {
    #[api(tag = 1, required)]
    pub metric: MetricIdentifier,
    /// What it was.
    #[api(tag = 2, required)]
    pub current: MetricValueStatus,
}
