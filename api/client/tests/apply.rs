//! Apply configurations: what builders write, what is extracted, and both against a cluster.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use kubeforge_api::{
    apps::v1::{Deployment, DeploymentSpec, DeploymentStatus},
    core::v1::{Container, PodTemplateSpec, Service},
};
use kubeforge_client::apply::{
    ConditionApply, Configuration, LabelSelectorApply, ObjectMetaApply, OwnerReferenceApply, Raw,
};
use kubeforge_client_set::{
    apply_configurations::{
        apps_v1::{DeploymentApply, DeploymentSpecApply, DeploymentStatusApply},
        autoscaling_v1::{ScaleApply, ScaleSpecApply},
        core_v1::{
            ConfigMapApply, ContainerApply, ContainerPortApply, EmptyDirVolumeSourceApply, EnvVarApply, NodeApply,
            PodSpecApply, PodTemplateSpecApply, ResourceRequirementsApply, ServiceApply, ServicePortApply,
            ServiceSpecApply, VolumeApply,
        },
        policy_v1::{PodDisruptionBudgetApply, PodDisruptionBudgetStatusApply},
    },
    fake,
};
use kubeforge_machinery::{
    Quantity, Time,
    codec::from_json_slice,
    meta::v1::{ApplyOptions, GetOptions, UpdateOptions},
};
use serde_json::{Value, json};

fn web() -> DeploymentApply {
    let container = ContainerApply::new()
        .with_name("web")
        .with_image("nginx:1.27")
        .with_args(["-g", "daemon off;"])
        .with_args([String::from("-q")])
        .with_env([EnvVarApply::new().with_name("A").with_value("1")])
        .with_ports([ContainerPortApply::new().with_container_port(80)])
        .with_resources(ResourceRequirementsApply::new().with_requests([("cpu", "100m".parse::<Quantity>().unwrap())]));
    let pod = PodSpecApply::new()
        .with_containers([container])
        .with_restart_policy("Always")
        .with_termination_grace_period_seconds(5)
        .with_node_selector([("disk", "fast")]);
    DeploymentApply::new("web", "default").with_labels([("app", "web")]).with_spec(
        DeploymentSpecApply::new()
            .with_replicas(2)
            .with_selector(LabelSelectorApply::new().with_match_labels([("app", "web")]))
            .with_template(PodTemplateSpecApply::new().with_labels([("app", "web")]).with_spec(pod)),
    )
}

fn by(manager: &str) -> ApplyOptions {
    ApplyOptions { field_manager: manager.to_owned(), ..ApplyOptions::default() }
}

#[test]
fn builders_say_what_is_wanted_and_nothing_else() {
    let want = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "containers": [{
                        "name": "web", "image": "nginx:1.27", "args": ["-g", "daemon off;", "-q"],
                        "env": [{"name": "A", "value": "1"}], "ports": [{"containerPort": 80}],
                        "resources": {"requests": {"cpu": "100m"}},
                    }],
                    "restartPolicy": "Always",
                    "terminationGracePeriodSeconds": 5,
                    "nodeSelector": {"disk": "fast"},
                },
            },
        },
    });
    assert_eq!(*web().as_value(), want);
    assert_eq!(serde_json::to_value(web()).unwrap(), want);
    assert_eq!(web().into_value(), want);
}

#[test]
fn kinds_know_their_names_and_values_their_forms() {
    let node = NodeApply::new("n1").with_annotations([("a", "b")]);
    assert_eq!(
        *node.as_value(),
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "annotations": {"a": "b"}}})
    );
    let service = ServiceSpecApply::new()
        .with_ports([ServicePortApply::new().with_port(80).with_target_port("http")])
        .with_type("ClusterIP")
        .with_cluster_ips(["None"]);
    assert_eq!(
        *service.as_value(),
        json!({"ports": [{"port": 80, "targetPort": "http"}], "type": "ClusterIP", "clusterIPs": ["None"]})
    );
    let data = ConfigMapApply::new("c", "n").with_binary_data([("b", "x")]).with_data([("a", "1")]);
    assert_eq!((&data.as_value()["binaryData"]["b"], &data.as_value()["data"]["a"]), (&json!("eA=="), &json!("1")));
    let condition = ConditionApply::new().with_type("Ready").with_last_transition_time(Time::from_unix(0));
    let budget = PodDisruptionBudgetApply::new("b", "n")
        .with_status(PodDisruptionBudgetStatusApply::new().with_conditions([condition]));
    assert_eq!(budget.as_value()["status"]["conditions"][0]["lastTransitionTime"], "1970-01-01T00:00:00Z");
    let owner = OwnerReferenceApply::new().with_kind("Pod").with_uid("u");
    assert_eq!(
        ServiceApply::new("s", "n").with_owner_references([owner]).as_value()["metadata"]["ownerReferences"],
        json!([{"kind": "Pod", "uid": "u"}])
    );
}

#[test]
fn fields_can_be_read_back_changed_and_dropped() {
    let spec = web().spec().with_replicas(5);
    let pod = spec.template().spec();
    let containers: Vec<_> = pod.containers().into_iter().map(|container| container.with_image("nginx:2")).collect();
    let template = spec.template().with_spec(pod.without("containers").with_containers(containers));
    let changed = web().with_spec(spec.with_template(template));
    assert_eq!(changed.as_value()["spec"]["replicas"], 5);
    assert_eq!(changed.as_value()["spec"]["template"]["spec"]["containers"][0]["image"], "nginx:2");
    assert_eq!(changed.as_value()["spec"]["template"]["spec"]["containers"][0]["name"], "web");
    assert_eq!(
        web().metadata(),
        ObjectMetaApply::new().with_name("web").with_namespace("default").with_labels([("app", "web")])
    );
}

#[test]
fn nothing_and_empty_structs_are_told_apart() {
    let volume = VolumeApply::new().with_name("v").with_empty_dir(EmptyDirVolumeSourceApply::new());
    assert_eq!(*volume.as_value(), json!({"name": "v", "emptyDir": {}}));
    let none: [ContainerApply; 0] = [];
    assert_eq!(*PodSpecApply::new().with_containers(none).as_value(), json!({}));
}

#[test]
fn any_configuration_of_the_type_fits() {
    let raw = Raw::<Container>::new(json!({"name": "x"}));
    assert_eq!(PodSpecApply::new().with_containers([raw]).as_value()["containers"], json!([{"name": "x"}]));
    let template = PodTemplateSpec::default();
    let spec = DeploymentSpecApply::new().with_template(Raw::from(&template)).with_json("new", json!(1));
    assert_eq!(spec.as_value()["template"]["spec"], json!({"containers": null}));
    assert_eq!(spec.as_value()["new"], 1);
}

/// As kubectl get shows a deployment that two managers applied to and kube-controller-manager updated.
fn recorded() -> Deployment {
    let managed = |manager: &str, operation: &str, subresource: &str, fields: Value| {
        json!({"manager": manager, "operation": operation, "apiVersion": "apps/v1", "time": "2026-01-01T00:00:00Z",
               "fieldsType": "FieldsV1", "fieldsV1": fields, "subresource": subresource})
    };
    let containers = json!({
        "k:{\"name\":\"web\"}": {".": {}, "f:name": {}, "f:image": {}, "f:args": {},
            "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}},
            "f:resources": {"f:requests": {"f:cpu": {}}}},
    });
    let document = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "web", "namespace": "default", "uid": "u", "resourceVersion": "9",
            "labels": {"app": "web", "team": "blue"},
            "finalizers": ["a.b/one", "a.b/two"],
            "managedFields": [
                managed("me", "Apply", "", json!({
                    "f:metadata": {"f:labels": {"f:app": {}}, "f:finalizers": {"v:\"a.b/two\"": {}}},
                    "f:spec": {"f:replicas": {}, "f:selector": {},
                        "f:template": {"f:metadata": {"f:labels": {"f:app": {}}}, "f:spec": {"f:containers": containers}}},
                })),
                managed("you", "Apply", "", json!({"f:metadata": {"f:labels": {"f:team": {}}}})),
                managed("me", "Apply", "status", json!({"f:status": {"f:replicas": {},
                    "f:conditions": {"k:{\"type\":\"Available\"}": {".": {}, "f:type": {}, "f:status": {}}}}})),
                managed("me", "Update", "", json!({"f:spec": {"f:paused": {}}})),
            ],
        },
        "spec": {
            "replicas": 2, "paused": true,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web", "team": "blue"}},
                "spec": {
                    "restartPolicy": "Always",
                    "containers": [
                        {"name": "web", "image": "nginx", "args": ["-q", "-v"], "imagePullPolicy": "Always",
                         "ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 81, "protocol": "TCP"}],
                         "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}},
                        {"name": "sidecar", "image": "proxy"},
                    ],
                },
            },
        },
        "status": {"replicas": 2, "readyReplicas": 1,
            "conditions": [{"type": "Available", "status": "True", "reason": "r"}, {"type": "Progressing", "status": "True"}]},
    });
    from_json_slice(document.to_string().as_bytes()).unwrap()
}

#[test]
fn a_manager_gets_back_what_it_applied() {
    let deployment = recorded();
    let identity = |spec: Value| {
        let mut config =
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}});
        config.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
        config
    };
    let mine = DeploymentApply::extract(&deployment, "me").unwrap();
    assert_eq!(
        *mine.as_value(),
        identity(json!({
            "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web"}, "finalizers": ["a.b/two"]},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{
                        "name": "web", "image": "nginx", "args": ["-q", "-v"],
                        "ports": [{"containerPort": 80, "protocol": "TCP"}],
                        "resources": {"requests": {"cpu": "1"}},
                    }]},
                },
            },
        }))
    );
    let status = DeploymentApply::extract_status(&deployment, "me").unwrap();
    assert_eq!(
        *status.as_value(),
        identity(json!({"status": {"replicas": 2, "conditions": [{"type": "Available", "status": "True"}]}}))
    );
    let nobody = DeploymentApply::extract(&deployment, "nobody").unwrap();
    assert_eq!(*nobody.as_value(), identity(json!({})));
    let scale = DeploymentApply::extract_subresource(&deployment, "me", "scale").unwrap();
    assert_eq!(*scale.as_value(), identity(json!({})));
}

#[test]
fn a_record_that_cannot_be_read_is_an_error() {
    let mut deployment = recorded();
    let fields = kubeforge_machinery::FieldsV1::from_value(&json!({"x:odd": {}}));
    deployment.metadata.managed_fields[0].fields_v1 = Some(fields);
    let err = DeploymentApply::extract(&deployment, "me").unwrap_err();
    assert_eq!(err.to_string(), "cannot parse field set: \"x:odd\" is no path element");
}

#[tokio::test]
async fn what_is_applied_can_be_extracted_changed_and_applied_again() {
    let clients = fake::Clientset::new(&[]).unwrap();
    let deployments = clients.apps_v1().deployments("default");
    let applied = deployments.apply(&web(), &by("me")).await.unwrap();
    assert_eq!((applied.spec.replicas, applied.metadata.labels["app"].as_str()), (Some(2), "web"));
    let mine = DeploymentApply::extract(&applied, "me").unwrap();
    // the port's protocol is part of its key, so the server fills it in
    let port = mine.spec().template().spec().containers()[0].ports()[0].clone();
    assert_eq!(*port.as_value(), json!({"containerPort": 80, "protocol": "TCP"}));
    let less = mine.clone().with_spec(mine.spec().without("replicas"));
    let applied = deployments.apply(&less, &by("me")).await.unwrap();
    assert_eq!(applied.spec.replicas, None);
    assert_eq!(DeploymentApply::extract(&applied, "me").unwrap().spec(), less.spec());

    let status = DeploymentApply::new("web", "default").with_status(DeploymentStatusApply::new().with_replicas(4));
    let applied = deployments.apply_status(&status, &by("controller")).await.unwrap();
    assert_eq!((applied.status.replicas, applied.spec.selector.is_some()), (4, true));
    assert_eq!(*DeploymentApply::extract_status(&applied, "controller").unwrap().as_value(), status.into_value());
}

#[tokio::test]
async fn others_changes_conflict_unless_forced() {
    let clients = fake::Clientset::new(&[]).unwrap();
    let deployments = clients.apps_v1().deployments("default");
    let mut deployment = deployments.apply(&web(), &by("me")).await.unwrap();
    deployment.spec.template.spec.containers[0].image = "nginx:2".to_owned();
    let options = UpdateOptions { field_manager: "ci".to_owned(), ..UpdateOptions::default() };
    deployments.update(&deployment, &options).await.unwrap();
    let err = deployments.apply(&web(), &by("me")).await.unwrap_err();
    assert!(err.is_conflict());
    let causes = &err.api().unwrap().status().details.as_ref().unwrap().causes;
    assert_eq!(causes[0].field, ".spec.template.spec.containers[name=\"web\"].image");
    let dry = ApplyOptions { force: true, dry_run: vec!["All".to_owned()], ..by("me") };
    let image = |deployment: &Deployment| deployment.spec.template.spec.containers[0].image.clone();
    assert_eq!(image(&deployments.apply(&web(), &dry).await.unwrap()), "nginx:1.27");
    assert_eq!(image(&deployments.get("web", &GetOptions::default()).await.unwrap()), "nginx:2");
    let forced = ApplyOptions { force: true, ..by("me") };
    assert_eq!(image(&deployments.apply(&web(), &forced).await.unwrap()), "nginx:1.27");
}

#[tokio::test]
async fn a_scale_is_applied_through_its_object() {
    let deployment = Deployment {
        metadata: web_meta(),
        spec: DeploymentSpec { replicas: Some(1), ..DeploymentSpec::default() },
        status: DeploymentStatus { replicas: 1, ..DeploymentStatus::default() },
    };
    let clients = fake::Clientset::new(&[&deployment]).unwrap();
    let deployments = clients.apps_v1().deployments("default");
    let config = ScaleApply::new().with_spec(ScaleSpecApply::new().with_replicas(7));
    let scale = deployments.apply_scale("web", &config, &by("me")).await.unwrap();
    assert_eq!((scale.spec.replicas, scale.status.replicas), (7, 1));
    let mut scale = deployments.get_scale("web", &GetOptions::default()).await.unwrap();
    scale.spec.replicas = 9;
    deployments.update_scale("web", &scale, &UpdateOptions::default()).await.unwrap();
    assert_eq!(clients.cluster().tracker().get::<Deployment>("default", "web").unwrap().spec.replicas, Some(9));
    let err = deployments.update_scale("web", &scale, &UpdateOptions::default()).await.unwrap_err();
    assert!(err.is_conflict(), "{err}");
}

fn web_meta() -> kubeforge_machinery::meta::v1::ObjectMeta {
    from_json_slice(br#"{"name":"web","namespace":"default"}"#).unwrap()
}

/// A service's ports are a keyed list with two keys, of which one has a default.
#[tokio::test]
async fn keys_with_defaults_are_completed() {
    let clients = fake::Clientset::new(&[]).unwrap();
    let services = clients.core_v1().services("default");
    let port = |port: i32| ServicePortApply::new().with_port(port);
    let spec = ServiceSpecApply::new().with_ports([port(80), port(81)]);
    services.apply(&ServiceApply::new("s", "default").with_spec(spec), &by("me")).await.unwrap();
    let spec = ServiceSpecApply::new().with_ports([port(81).with_name("other")]);
    let service: Service = services.apply(&ServiceApply::new("s", "default").with_spec(spec), &by("me")).await.unwrap();
    let ports: Vec<_> =
        service.spec.ports.iter().map(|port| (port.port, port.name.as_str(), port.protocol.as_str())).collect();
    assert_eq!(ports, [(81, "other", "TCP")]);
}
