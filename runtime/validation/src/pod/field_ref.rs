//! References to fields of the pod and to resources of its containers: the downward API.

use kubeforge_api::core::v1::{ObjectFieldSelector, ResourceFieldSelector};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
    validation::is_qualified_name,
};

use super::basics::required;

/// The resources that can be shown, beside huge pages of any size.
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// The units that bytes are shown in.
const BYTE_UNITS: [&str; 13] = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/// Checks a reference to a field, which is one of `fields` or an entry of the pod's labels or annotations.
pub(super) fn field(selector: &ObjectFieldSelector, fields: &[&str], path: &Path<'_>, errors: &mut ErrorList) {
    if selector.api_version.is_empty() {
        errors.push(Error::required(&path.child("apiVersion"), ""));
        return;
    }
    let field_path = path.child("fieldPath");
    if selector.field_path.is_empty() {
        errors.push(Error::required(&field_path, ""));
        return;
    }
    match Field::parse(&selector.api_version, &selector.field_path) {
        Err(why) => {
            let text = format!("error converting fieldPath: {why}");
            errors.push(Error::invalid(&field_path, &selector.field_path, text));
        }
        Ok(Field::Label(key)) => qualified_name(key, path, errors),
        Ok(Field::Annotation(key)) => qualified_name(&key.to_lowercase(), path, errors),
        Ok(Field::Whole(name)) if !fields.contains(&name) => {
            errors.push(Error::not_supported(&field_path, name, fields));
        }
        Ok(Field::Whole(_)) => {}
    }
}

/// A field that the downward API knows.
#[derive(Debug, PartialEq, Eq)]
enum Field<'a> {
    /// A field with all that is in it.
    Whole(&'a str),
    /// The label with this key.
    Label(&'a str),
    /// The annotation with this key.
    Annotation(&'a str),
}

impl<'a> Field<'a> {
    /// Reads a path such as `metadata.name` or `metadata.labels['key']`; the error is what upstream says of it.
    fn parse(version: &str, path: &'a str) -> Result<Self, String> {
        if version != "v1" {
            return Err(format!("unsupported pod version: {version}"));
        }
        let subscript = path.strip_suffix("']").and_then(|head| head.split_once("['"));
        match subscript.filter(|(name, _)| !name.is_empty()) {
            Some(("metadata.labels", key)) => return Ok(Self::Label(key)),
            Some(("metadata.annotations", key)) => return Ok(Self::Annotation(key)),
            Some(_) => return Err(format!("field label does not support subscript: {path}")),
            None => {}
        }
        match path {
            "metadata.annotations"
            | "metadata.labels"
            | "metadata.name"
            | "metadata.namespace"
            | "metadata.uid"
            | "spec.nodeName"
            | "spec.restartPolicy"
            | "spec.serviceAccountName"
            | "spec.schedulerName"
            | "status.phase"
            | "status.hostIP"
            | "status.hostIPs"
            | "status.podIP"
            | "status.podIPs" => Ok(Self::Whole(path)),
            // what the field was called once
            "spec.host" => Ok(Self::Whole("spec.nodeName")),
            _ => Err(format!("field label not supported: {path}")),
        }
    }
}

fn qualified_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = is_qualified_name(name).into_iter();
    errors.extend(wrong.map(|why| Error::invalid(path, name, why).with_origin("format=qualified-name")));
}

/// Checks a reference to a resource of the container that it stands in.
pub(super) fn resource(selector: &ResourceFieldSelector, path: &Path<'_>, errors: &mut ErrorList) {
    let name = selector.resource.as_str();
    let resource = path.child("resource");
    if name.is_empty() {
        errors.push(Error::required(&resource, ""));
    } else if !RESOURCES.contains(&name) && !is_huge_pages(name) {
        errors.push(Error::not_supported(&resource, name, &RESOURCES));
    }
    divisor(name, &selector.divisor, &path.child("divisor"), errors);
}

/// Checks a reference to a resource of a container that it names.
pub(super) fn resource_of_container(selector: &ResourceFieldSelector, path: &Path<'_>, errors: &mut ErrorList) {
    if selector.container_name.is_empty() {
        required("", &path.child("containerName"), errors);
        divisor(&selector.resource, &selector.divisor, &path.child("divisor"), errors);
    } else {
        resource(selector, path, errors);
    }
}

/// References name limits and requests apart.
fn is_huge_pages(resource: &str) -> bool {
    resource.starts_with("limits.hugepages-") || resource.starts_with("requests.hugepages-")
}

/// Checks the unit that a resource is shown in; none is fine.
fn divisor(resource: &str, divisor: &Quantity, path: &Path<'_>, errors: &mut ErrorList) {
    if divisor.is_zero() {
        return;
    }
    let (units, what) = match resource {
        "limits.cpu" | "requests.cpu" => (["1m", "1"].as_slice(), "cpu"),
        "limits.memory" | "requests.memory" => (BYTE_UNITS.as_slice(), "memory"),
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => (BYTE_UNITS.as_slice(), "local ephemeral storage"),
        _ if is_huge_pages(resource) => (BYTE_UNITS.as_slice(), "hugepages"),
        _ => return,
    };
    if !units.contains(&divisor.to_string().as_str()) {
        let units = if what == "cpu" { units.join(" and ") } else { units.join(", ") };
        let text = format!("only divisor's values {units} are supported with the {what} resource");
        errors.push(Error::invalid(path, resource, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_whole_or_entries_of_maps() {
        for (path, want) in [
            ("metadata.labels", Ok(Field::Whole("metadata.labels"))),
            ("spec.host", Ok(Field::Whole("spec.nodeName"))),
            ("metadata.labels['a.b/c']", Ok(Field::Label("a.b/c"))),
            ("metadata.annotations['']", Ok(Field::Annotation(""))),
            ("metadata.name['a']", Err("field label does not support subscript: metadata.name['a']".to_owned())),
            ("['a']", Err("field label not supported: ['a']".to_owned())),
        ] {
            assert_eq!(Field::parse("v1", path), want, "{path}");
        }
        assert_eq!(Field::parse("v2", "metadata.name"), Err("unsupported pod version: v2".to_owned()));
    }

    #[test]
    fn a_resource_has_its_units() {
        for (resource, unit, good) in [
            ("limits.cpu", "1m", true),
            ("limits.cpu", "1k", false),
            ("requests.memory", "1Mi", true),
            ("requests.hugepages-2Mi", "2Mi", false),
            ("other", "3", true),
            ("limits.cpu", "0", true),
        ] {
            let mut errors = ErrorList::new();
            let unit_given = Quantity::parse(unit).expect("a quantity");
            divisor(resource, &unit_given, &Path::new("f"), &mut errors);
            assert_eq!(errors.is_empty(), good, "{resource} {unit}");
        }
    }
}
