//! Values as the API server's own types show them in errors.
//!
//! Upstream's checks work on unversioned types, which have no JSON names: an error that shows a struct shows the names
//! of its Go fields, all of them, empty ones as well. What those fields are follows from the tables that are generated
//! for the wire's form; [`layout`] says how the names are spelled and where the two forms differ. Types that clients'
//! and internal code share (selectors, metadata, times) keep their JSON form.

mod layout;
mod value;

use kubeforge_machinery::{
    codec::{Json, to_json_vec},
    field::BadValue,
    schema::HasStructSchema,
};

use value::Value;

use super::unified;

/// A struct on one line, as errors show it.
pub(crate) fn shown_internal<T: HasStructSchema + Json>(value: &T) -> BadValue {
    BadValue::Plain(value_of(value).on_one_line())
}

/// A list of structs on one line; an empty one is Go's nil.
pub(crate) fn shown_structs<T: HasStructSchema + Json>(values: &[T]) -> BadValue {
    BadValue::Plain(list_of(values).on_one_line())
}

/// A list of plain values; an empty one is Go's nil.
pub(crate) fn shown_list<T: Json>(values: &[T]) -> BadValue {
    if values.is_empty() {
        return BadValue::Null;
    }
    let list: Vec<String> = values.iter().map(json).collect();
    BadValue::Plain(format!("[{}]", list.join(",")))
}

/// What differs between two structs, as a unified diff of their lines with three lines around each change.
pub(crate) fn difference<T: HasStructSchema + Json>(old: &T, new: &T) -> String {
    unified::diff(&value_of(old).on_lines(), &value_of(new).on_lines())
}

/// What differs between two lists of structs.
pub(crate) fn difference_of_lists<T: HasStructSchema + Json>(old: &[T], new: &[T]) -> String {
    unified::diff(&list_of(old).on_lines(), &list_of(new).on_lines())
}

fn list_of<T: HasStructSchema + Json>(values: &[T]) -> Value {
    if values.is_empty() { Value::Null } else { Value::List(values.iter().map(value_of).collect()) }
}

fn value_of<T: HasStructSchema + Json>(value: &T) -> Value {
    value::of_struct(&json(value), T::struct_schema())
}

fn json<T: Json>(value: &T) -> String {
    String::from_utf8_lossy(&to_json_vec(value)).into_owned()
}

#[cfg(test)]
mod tests {
    use kubeforge_api::{
        apps::v1::{DeploymentStrategy, RollingUpdateDeployment},
        core::v1::{
            ContainerPort, PersistentVolumeSpec, PodResourceClaim, PodSpec, PodTemplateSpec, TopologySpreadConstraint,
        },
    };
    use kubeforge_machinery::{IntOrString, meta::v1::LabelSelector};

    use super::*;

    #[track_caller]
    fn check<T: HasStructSchema + Json>(value: &T, want: &str) {
        assert_eq!(shown_internal(value), BadValue::Plain(want.to_owned()));
    }

    #[test]
    fn every_field_is_there_under_its_go_name() {
        let claim = PodResourceClaim { name: "<gpu>".to_owned(), ..PodResourceClaim::default() };
        check(&claim, r#"{"Name":"\u003cgpu\u003e","ResourceClaimName":null,"ResourceClaimTemplateName":null}"#);
        let port = ContainerPort { container_port: 80, ..ContainerPort::default() };
        check(&port, r#"{"Name":"","HostPort":0,"ContainerPort":80,"Protocol":"","HostIP":""}"#);
    }

    #[test]
    fn pointers_that_are_none_inside_show_their_zero() {
        let mut strategy = DeploymentStrategy::default();
        check(&strategy, r#"{"Type":"","RollingUpdate":null}"#);
        let rolling = RollingUpdateDeployment { max_surge: Some(IntOrString::from("5%")), max_unavailable: None };
        strategy.rolling_update = Some(Box::new(rolling));
        check(&strategy, r#"{"Type":"","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":"5%"}}"#);
    }

    #[test]
    fn shared_types_keep_their_names() {
        let mut selector = LabelSelector::default();
        selector.match_labels.insert("a".to_owned(), "b".to_owned());
        let constraint = TopologySpreadConstraint {
            label_selector: Some(Box::new(selector)),
            ..TopologySpreadConstraint::default()
        };
        let BadValue::Plain(shown) = shown_internal(&constraint) else { panic!("it is a struct") };
        assert!(shown.contains(r#""LabelSelector":{"matchLabels":{"a":"b"}},"MinDomains":null"#), "{shown}");
    }

    #[test]
    fn a_pods_use_of_the_host_is_part_of_its_security_context() {
        let mut template = PodTemplateSpec {
            spec: PodSpec { host_network: true, ..PodSpec::default() },
            ..PodTemplateSpec::default()
        };
        template.metadata.labels.insert("a".to_owned(), "b".to_owned());
        let BadValue::Plain(shown) = shown_internal(&template) else { panic!("it is a struct") };
        assert!(shown.starts_with(r#"{"labels":{"a":"b"},"Spec":{"Volumes":null,"#), "{shown}");
        assert!(
            shown.contains(
                r#""NodeName":"","SecurityContext":{"HostNetwork":true,"HostPID":false,"HostIPC":false,"ShareProcessNamespace":null,"HostUsers":null,"SELinuxOptions":null,"#
            ),
            "{shown}"
        );
        assert!(shown.contains(r#""Subdomain":"","SetHostnameAsFQDN":null,"Affinity":null,"#), "{shown}");
    }

    #[test]
    fn a_difference_shows_three_lines_around() {
        let before = PersistentVolumeSpec { storage_class_name: "slow".to_owned(), ..PersistentVolumeSpec::default() };
        let after = PersistentVolumeSpec { storage_class_name: "fast".to_owned(), ..PersistentVolumeSpec::default() };
        let want = " \"AccessModes\": null,\n  \"ClaimRef\": null,\n  \"PersistentVolumeReclaimPolicy\": \"\",\n- \"StorageClassName\": \"slow\",\n+ \"StorageClassName\": \"fast\",\n  \"MountOptions\": null,\n  \"VolumeMode\": null,\n  \"NodeAffinity\": null,\n";
        let found = difference(&before, &after);
        assert!(found.ends_with(want), "{found}");
    }
}
