//! A scheduler with an API server of its own, and the objects that tests put there.

use std::sync::Arc;

use kubeforge_api::{
    core::v1::{Node, Pod},
    resource::{
        v1::{DeviceClass, ResourceClaim, ResourceSlice},
        v1beta2::DeviceTaintRule,
    },
};
use kubeforge_client_set::fake;
use kubeforge_machinery::{Object, feature_gates::FeatureGates};
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json};
use tokio::time::{Duration, Instant};

use crate::{
    config::KubeSchedulerConfiguration,
    core::{Binding, Core, Decision, Rejection, unreserve_follow_ups},
    framework::{BindContext, ClusterObject, Status},
    metrics::SchedulerMetrics,
    plugins,
};

/// A scheduler without its loop, and the API server that it writes to.
pub(super) struct World {
    pub(super) core: Core,
    pub(super) clients: fake::Clientset,
    pub(super) metrics: SchedulerMetrics,
    pub(super) now: Instant,
}

pub(super) fn node(name: &str) -> Value {
    json!({"kind": "Node", "apiVersion": "v1", "metadata": {"name": name}, "status": {"allocatable": {"pods": "9"}}})
}

pub(super) fn class(name: &str) -> Value {
    json!({"kind": "DeviceClass", "metadata": {"name": name}, "spec": {}})
}

/// A slice of a node's devices.
pub(super) fn slice(node: &str, devices: Value) -> Value {
    let pool = json!({"name": node, "generation": 1, "resourceSliceCount": 1});
    let spec = json!({"driver": "d", "pool": pool, "nodeName": node, "devices": devices});
    json!({"kind": "ResourceSlice", "metadata": {"name": node}, "spec": spec})
}

/// A claim that asks for so many devices of the class `c`.
pub(super) fn claim(name: &str, count: u32) -> Value {
    let exactly = json!({"deviceClassName": "c", "allocationMode": "ExactCount", "count": count});
    let requests = json!([{"name": "r", "exactly": exactly}]);
    json!({"kind": "ResourceClaim", "apiVersion": "resource.k8s.io/v1", "metadata": {"name": name, "namespace": "ns", "uid": name},
        "spec": {"devices": {"requests": requests}}})
}

/// A pod that uses a claim.
pub(super) fn pod(name: &str, claim: &str) -> Value {
    let claims = json!([{"name": "it", "resourceClaimName": claim}]);
    pod_with(name, json!({"resourceClaims": claims, "containers": [{"name": "c"}]}))
}

pub(super) fn pod_with(name: &str, spec: Value) -> Value {
    let mut spec = spec;
    spec["schedulerName"] = json!("default-scheduler");
    json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name, "namespace": "ns", "uid": name}, "spec": spec})
}

impl World {
    pub(super) fn new(objects: &[Value]) -> Self {
        Self::with(&KubeSchedulerConfiguration::default(), objects)
    }

    /// With one plugin's arguments.
    pub(super) fn configured(plugin: &str, args: Value, objects: &[Value]) -> Self {
        let profile = json!({"pluginConfig": [{"name": plugin, "args": args}]});
        let head = json!({"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration", "profiles": [profile]});
        Self::with(&KubeSchedulerConfiguration::from_value(head).unwrap(), objects)
    }

    /// With a gate turned off.
    pub(super) fn without(gate: &'static str, objects: &[Value]) -> Self {
        Self::gated(gate, false, objects)
    }

    /// With a gate turned on or off.
    pub(super) fn gated(gate: &'static str, is_on: bool, objects: &[Value]) -> Self {
        let text = "{apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration}";
        let gates = FeatureGates::default().with(gate, is_on);
        Self::with(&KubeSchedulerConfiguration::parse_with(text, &gates).unwrap(), objects)
    }

    pub(super) fn with(configuration: &KubeSchedulerConfiguration, objects: &[Value]) -> Self {
        let core = Core::new(configuration.profiles(&plugins::in_tree()).unwrap(), configuration.backoff());
        let clients = fake::Clientset::new(&[]).unwrap();
        let mut world = Self { core, clients, metrics: SchedulerMetrics::default(), now: Instant::now() };
        objects.iter().for_each(|object| world.add(object));
        world
    }

    pub(super) fn add(&mut self, value: &Value) {
        fn typed<T: DeserializeOwned>(value: &Value) -> T {
            from_value(value.clone()).unwrap()
        }
        let tracker = self.clients.cluster().tracker();
        let add = |object: &dyn Object| tracker.add(object).unwrap();
        match value["kind"].as_str().unwrap() {
            "Node" => self.core.set_node(Arc::new(typed::<Node>(value)), self.now),
            "Pod" => {
                let pod: Pod = typed(value);
                add(&pod);
                self.core.set_pod(Arc::new(pod), self.now);
            }
            "ResourceClaim" => add(&typed::<ResourceClaim>(value)),
            "DeviceClass" => self.set(Arc::new(typed::<DeviceClass>(value))),
            "DeviceTaintRule" => self.set(Arc::new(typed::<DeviceTaintRule>(value))),
            _ => self.set(Arc::new(typed::<ResourceSlice>(value))),
        }
        self.tell();
    }

    pub(super) fn set(&mut self, object: impl Into<ClusterObject>) {
        self.core.set_object(object.into(), self.now);
    }

    /// Tells the scheduler of the claims as the API server has them.
    pub(super) fn tell(&mut self) {
        let claims = self.clients.cluster().tracker().list::<ResourceClaim>().unwrap();
        let known = self.core.nodes().objects().resource_claims.list();
        for gone in known.iter().filter(|known| !claims.iter().any(|it| it.metadata.name == known.metadata.name)) {
            self.core.remove_object(&Arc::clone(gone).into(), self.now);
        }
        for claim in claims {
            let is_news = !known.iter().any(|known| known.metadata.resource_version == claim.metadata.resource_version);
            if is_news {
                self.set(Arc::new(claim));
            }
        }
    }

    pub(super) fn claim(&self, name: &str) -> ResourceClaim {
        self.clients.cluster().tracker().get("ns", name).unwrap()
    }

    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut ResourceClaim)) {
        self.clients.cluster().tracker().modify("ns", name, change).unwrap();
        self.tell();
    }

    /// The next pod is placed.
    #[track_caller]
    pub(super) fn placed(&mut self) -> Binding {
        self.now += Duration::from_secs(60);
        match self.core.schedule_next(self.now) {
            Some(Decision::Bind(binding)) => binding,
            Some(Decision::Reject(rejection)) => panic!("{}", rejection.message),
            None => panic!("no pod waits"),
        }
    }

    /// The next pod is not.
    #[track_caller]
    pub(super) fn rejected(&mut self, want: &str) -> Rejection {
        self.now += Duration::from_secs(60);
        match self.core.schedule_next(self.now) {
            Some(Decision::Reject(rejection)) => {
                assert_eq!(rejection.message, want);
                rejection
            }
            Some(Decision::Bind(binding)) => panic!("placed on {}", binding.node),
            None => panic!("no pod waits"),
        }
    }

    #[track_caller]
    pub(super) fn idle(&mut self) {
        self.now += Duration::from_secs(60);
        assert!(self.core.schedule_next(self.now).is_none());
    }

    /// What PreBind says.
    pub(super) async fn pre_bind(&self, binding: &Binding) -> Status {
        let context = BindContext {
            clientset: kubeforge_client_set::Clientset::clone(&self.clients),
            state: Arc::clone(&binding.state),
            interruption: binding.interruption.clone(),
            devices: self.metrics.of_devices("p"),
        };
        for plugin in &binding.profile.pre_bind {
            let pre_bind = plugin.pre_bind().unwrap();
            if pre_bind.pre_flight(&binding.state, &binding.pod, &binding.node).is_success() {
                let status = pre_bind.pre_bind_pod(&context, &binding.pod, &binding.node).await;
                if !status.is_success() {
                    return status;
                }
            }
        }
        Status::success()
    }

    /// Binds a pod as far as claims are concerned.
    pub(super) async fn bind(&mut self, binding: &Binding) {
        assert_eq!(self.pre_bind(binding).await, Status::success());
        self.core.bound(binding);
        self.tell();
    }

    /// The pod can't be bound after all.
    pub(super) async fn give_up(&mut self, binding: &Binding, status: &Status) {
        for follow_up in unreserve_follow_ups(binding).collect::<Vec<_>>() {
            follow_up.carry_out(&self.clients).await;
        }
        self.core.bind_failed(binding, status, self.now);
        self.tell();
    }
}

pub(super) fn devices_of(claim: &ResourceClaim) -> Vec<String> {
    let results = claim.status.allocation.iter().flat_map(|allocation| &allocation.devices.results);
    results.map(|it| format!("{}/{}", it.pool, it.device)).collect()
}

pub(super) fn users_of(claim: &ResourceClaim) -> Vec<&str> {
    claim.status.reserved_for.iter().map(|it| it.name.as_str()).collect()
}

pub(super) const NONE_LEFT: &str = "0/1 nodes are available: 1 cannot allocate all claims. still not schedulable, preemption: 0/1 \
                         nodes are available: 1 Preemption is not helpful for scheduling.";
