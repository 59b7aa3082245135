use super::*;
use crate::discovery::{ApiGroup, ApiVersion};

fn resource(group: &str, version: &str, kind: &'static str, short: &str) -> ApiResource {
    let singular = kind.to_lowercase();
    let mut resource = ApiResource {
        group: group.to_owned(),
        version: version.to_owned(),
        plural: format!("{singular}s"),
        singular,
        short_names: vec![short.to_owned()],
        categories: vec!["all".to_owned()],
        namespaced: kind != "Node",
        ..ApiResource::default()
    };
    resource.kind = resource.group_version().with_kind(kind);
    resource
}

fn group(name: &str, versions: &[(&str, &[(&'static str, &str)])]) -> ApiGroup {
    let versions = versions.iter().map(|(version, kinds)| ApiVersion {
        version: (*version).to_owned(),
        resources: kinds.iter().map(|(kind, short)| resource(name, version, kind, short)).collect(),
        is_stale: false,
    });
    ApiGroup { name: name.to_owned(), versions: versions.collect() }
}

fn mapper() -> RestMapper {
    let mut twins = group("twins.example.com", &[("v1", &[("Left", "l"), ("Right", "r")])]);
    // two resources of one version share a singular
    twins.versions[0].resources[1].singular = "left".to_owned();
    let groups = vec![
        group("extensions", &[("v1beta1", &[("Deployment", "dep"), ("Event", "ev")])]),
        group("", &[("v1", &[("Pod", "po"), ("Event", "ev"), ("Node", "no")])]),
        group("apps", &[("v1", &[("Deployment", "deploy")]), ("v1beta1", &[("Deployment", "deploy"), ("Old", "o")])]),
        group("storage.k8s.io", &[("v1", &[("StorageClass", "sc")])]),
        twins,
    ];
    RestMapper::new(&Discovery { groups, ..Discovery::default() })
}

#[track_caller]
fn check(argument: &str, want: &str) {
    let got = match mapper().mapping_for(argument) {
        Ok(mapping) => mapping.resource.to_string(),
        Err(err) => err.to_string(),
    };
    assert_eq!(got, want, "{argument}");
}

#[test]
fn people_name_resources_and_kinds_in_many_ways() {
    for name in ["pods", "pod", "po", "Pod", "PODS", "pods.v1."] {
        check(name, "v1, Resource=pods");
    }
    // the core group goes before all others, an earlier one before later ones
    check("events", "v1, Resource=events");
    check("ev", "v1, Resource=events");
    check("deployments", "extensions/v1beta1, Resource=deployments");
    check("deploy", "apps/v1, Resource=deployments");
    check("deployments.apps", "apps/v1, Resource=deployments");
    check("Deployment.v1beta1.apps", "apps/v1beta1, Resource=deployments");
    check("deployments.v2.apps", "the server doesn't have a resource type \"deployments\"");
    check("olds", "apps/v1beta1, Resource=olds");
    check("storageclass.storage", "storage.k8s.io/v1, Resource=storageclasss");
    check("sc.storage", "storage.k8s.io/v1, Resource=storageclasss");
    check("storageclasss.storage.k8s.io", "storage.k8s.io/v1, Resource=storageclasss");
    check("widgets", "the server doesn't have a resource type \"widgets\"");
}

fn partial(group: &'static str, version: &'static str, resource: &'static str) -> GroupVersionResource {
    GroupVersionResource::new(group, version, resource)
}

#[test]
fn errors_name_what_was_asked_and_what_was_found() {
    let mapper = mapper();
    let said = |partial: &GroupVersionResource| mapper.resource_for(partial).unwrap_err().to_string();
    assert_eq!(said(&partial("", "", "widgets")), "no matches for /, Resource=widgets");
    assert_eq!(said(&partial("apps", "v2", "Deployments")), "no matches for apps/v2, Resource=deployments");
    assert_eq!(
        said(&partial("", "", "left")),
        "/, Resource=left matches multiple resources [twins.example.com/v1, Resource=lefts twins.example.com/v1, Resource=rights]"
    );
    let err = mapper.kind_for(&partial("", "", "left")).unwrap_err();
    assert!(err.is_ambiguous());
    assert_eq!(
        err.to_string(),
        "/, Resource=left matches multiple kinds [twins.example.com/v1, Kind=Left twins.example.com/v1, Kind=Right]"
    );
    assert_eq!(said(&partial("", "", "")), "a resource must be present, got: /, Resource=");
}

#[test]
fn kinds_lead_to_resources() {
    let mapper = mapper();
    let deployment = GroupKind { group: "apps".into(), kind: "Deployment".into() };
    let version = |versions: &[&str]| mapper.mapping(&deployment, versions).map(|it| it.resource.version.into_owned());
    assert_eq!(version(&[]).unwrap(), "v1");
    assert_eq!(version(&["v1beta1"]).unwrap(), "v1beta1");
    assert_eq!(version(&["v3", "v1beta1", "v1"]).unwrap(), "v1beta1");
    assert_eq!(version(&["v2"]).unwrap_err().to_string(), "no matches for kind \"Deployment\" in version \"apps/v2\"");
    let err = version(&["v3", "v2"]).unwrap_err();
    assert_eq!(err.to_string(), "no matches for kind \"Deployment\" in versions [\"apps/v2\" \"apps/v3\"]");
    assert!(err.is_no_match());
    let nothing = GroupKind { group: "apps".into(), kind: "Nothing".into() };
    let err = mapper.mapping(&nothing, &[]).unwrap_err();
    assert_eq!(err.to_string(), "no matches for kind \"Nothing\" in group \"apps\"");
    let node = mapper.mapping(&GroupKind { group: "".into(), kind: "Node".into() }, &[]).unwrap();
    assert!(!node.is_namespaced);
}

#[test]
fn singulars_and_categories_are_known() {
    let mapper = mapper();
    assert_eq!(mapper.singular("po").unwrap(), "pod");
    assert!(mapper.singular("widgets").is_err());
    assert_eq!(mapper.category("all").iter().filter(|it| it.resource == "deployments").count(), 2);
    assert!(mapper.category("none").is_empty());
}
