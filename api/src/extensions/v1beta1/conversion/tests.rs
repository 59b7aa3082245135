use kubeforge_machinery::IntOrString;
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::super::generated::conversion as generated;
use super::super::{Ingress, IngressSpec};
use super::*;
use crate::apps::v1::DEPRECATED_ROLLBACK_TO;

fn annotated(key: &str, value: &str) -> ObjectMeta {
    ObjectMeta { annotations: [(key.to_owned(), value.to_owned())].into(), ..ObjectMeta::default() }
}

fn daemon_set(template_generation: i64) -> DaemonSet {
    DaemonSet { spec: DaemonSetSpec { template_generation, ..DaemonSetSpec::default() }, ..DaemonSet::default() }
}

#[test]
fn the_template_generation_travels_in_an_annotation() {
    for generation in [0, 5] {
        let hub = generated::daemon_set_to_hub(daemon_set(generation)).unwrap();
        assert_eq!(hub.metadata, annotated(DEPRECATED_TEMPLATE_GENERATION, &generation.to_string()));
        assert_eq!(generated::daemon_set_from_hub(hub).unwrap(), daemon_set(generation));
    }
}

#[test]
fn no_annotation_is_generation_zero() {
    assert_eq!(generated::daemon_set_from_hub(apps::v1::DaemonSet::default()).unwrap(), daemon_set(0));
}

#[test]
fn a_generation_that_is_no_number_is_an_error() {
    let metadata = annotated(DEPRECATED_TEMPLATE_GENERATION, "");
    let error = generated::daemon_set_from_hub(apps::v1::DaemonSet { metadata, ..Default::default() }).unwrap_err();
    assert_eq!(error.to_string(), r#"strconv.ParseInt: parsing "": invalid syntax"#);
}

#[test]
fn a_deployment_keeps_the_revision_to_go_back_to() {
    let rollback_to = Some(Box::new(RollbackConfig { revision: 3 }));
    let spec = DeploymentSpec { rollback_to, ..DeploymentSpec::default() };
    let spoke = Deployment { spec, ..Deployment::default() };
    let hub = generated::deployment_to_hub(spoke.clone()).unwrap();
    assert_eq!(hub.metadata, annotated(DEPRECATED_ROLLBACK_TO, "3"));
    assert_eq!(generated::deployment_from_hub(hub).unwrap(), spoke);
}

#[test]
fn the_backend_of_an_ingress_is_the_default_backend() {
    let backend = IngressBackend {
        service_name: "web".to_owned(),
        service_port: IntOrString::Int(80),
        ..IngressBackend::default()
    };
    let spec = IngressSpec { backend: Some(Box::new(backend)), ..IngressSpec::default() };
    let spoke = Ingress { spec, ..Ingress::default() };
    let hub = generated::ingress_to_hub(spoke.clone()).unwrap();
    let service = hub.spec.default_backend.as_ref().and_then(|backend| backend.service.as_ref()).unwrap();
    assert_eq!((service.name.as_str(), service.port.number), ("web", 80));
    assert_eq!(generated::ingress_from_hub(hub).unwrap(), spoke);
}
