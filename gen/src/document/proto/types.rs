//! Types of fields.

use crate::{
    emit::{Resolved, TypeIn, Workspace},
    load::META_V1,
    model::{Field, Package, Scalar, TypeRef},
};

const RESOURCE: &str = "k8s.io/apimachinery/pkg/api/resource";
const INTSTR: &str = "k8s.io/apimachinery/pkg/util/intstr";
const RUNTIME: &str = "k8s.io/apimachinery/pkg/runtime";
const META: &str = "k8s.io/apimachinery/pkg/apis/meta/v1";

/// A field's type.
pub(super) struct Typed {
    /// With its label.
    pub(super) ty: String,
    /// The path of the file that defines it, where it is a message.
    pub(super) import: Option<String>,
    /// A message that wraps a list: its name, and its elements' type.
    pub(super) helper: Option<(String, String)>,
}

/// A type without a label.
struct Single {
    ty: String,
    import: Option<String>,
}

/// The path of a package's file: the OpenAPI definition prefix with its domain the right way round, and slashes.
pub(super) fn path_of(package: &Package) -> String {
    let labels: Vec<&str> = package.definition_prefix.split('.').collect();
    let group: Vec<&str> = package.group.rsplit('.').collect();
    let domain = if group.len() > 1 && labels.starts_with(&group) { group.len() } else { labels.len().min(2) };
    let (domain, rest) = labels.split_at(domain);
    let domain: Vec<&str> = domain.iter().rev().copied().collect();
    std::iter::once(domain.join(".")).chain(rest.iter().map(|label| (*label).to_owned())).collect::<Vec<_>>().join("/")
}

/// The protobuf package of a path.
pub(super) fn package_of(path: &str) -> String {
    path.replace('/', ".").replace('-', "_")
}

/// The type of a field, as messages of `package` write it.
///
/// # Errors
/// Where it names a type that is not known.
pub(super) fn of_field(field: &Field, package: &Package, workspace: &Workspace) -> Result<Typed, String> {
    let here = path_of(package);
    let typed = |label: &str, single: Single| Typed {
        ty: format!("{label} {}", single.ty),
        import: single.import,
        helper: None,
    };
    match workspace.resolve(package, &field.ty).bare() {
        Resolved::List(element) if field.wrapped => {
            let Single { ty, import } = single(element.bare(), &here, workspace)?;
            let name = pascal_case(&field.json);
            Ok(Typed { ty: format!("optional {name}"), import, helper: Some((name, ty)) })
        }
        Resolved::List(element) => Ok(typed("repeated", single(element.bare(), &here, workspace)?)),
        Resolved::Map(value) => match value.bare() {
            Resolved::List(element) => {
                let Single { ty, import } = single(element.bare(), &here, workspace)?;
                let name = alias_of_values(&field.ty).unwrap_or_else(|| format!("{}Value", pascal_case(&field.json)));
                Ok(Typed { ty: format!("map<string, {name}>"), import, helper: Some((name, ty)) })
            }
            value => {
                let Single { ty, import } = single(value, &here, workspace)?;
                Ok(Typed { ty: format!("map<string, {ty}>"), import, helper: None })
            }
        },
        value => Ok(typed("optional", single(value, &here, workspace)?)),
    }
}

/// The name of a map's values, where they are an alias of this package: `ExtraValue`.
fn alias_of_values(ty: &TypeRef) -> Option<String> {
    match ty {
        TypeRef::Map(value) => match &**value {
            TypeRef::Local(name) => Some(name.clone()),
            _ => None,
        },
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) => alias_of_values(inner),
        _ => None,
    }
}

fn pascal_case(json: &str) -> String {
    let mut letters = json.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn single(ty: &Resolved<'_>, here: &str, workspace: &Workspace) -> Result<Single, String> {
    match ty {
        Resolved::Scalar(scalar) => of_scalar(*scalar, here),
        Resolved::Enum(_) => Ok(plain("string")),
        Resolved::Struct(TypeIn { package, ty }) => Ok(message(&path_of(package), &ty.name, here)),
        Resolved::Unknown(path) => match elsewhere(path, workspace) {
            Some((file, name)) => Ok(message(&file, name, here)),
            None => Err(format!("nothing is known of `{path}`, so its protobuf package is not")),
        },
        Resolved::List(_) | Resolved::Map(_) => Err("protobuf has no lists of lists or of maps".into()),
        Resolved::Optional(inner) | Resolved::Boxed(inner) => single(inner, here, workspace),
    }
}

/// Where a type is that the model does not have: one with codecs by hand, or one of Kubernetes' own packages when those
/// are not part of the run.
fn elsewhere<'a>(path: &'a str, workspace: &Workspace) -> Option<(String, &'a str)> {
    let (module, name) = path.rsplit_once("::")?;
    if let Some(package) = workspace.packages.iter().find(|package| package.module == module) {
        return Some((path_of(package), name));
    }
    let file = match module.strip_prefix("kubeforge_api::") {
        Some(group_version) => format!("k8s.io/api/{}", group_version.replace("::", "/")),
        None if module == META_V1 => META.to_owned(),
        None => return None,
    };
    Some((file, name))
}

fn plain(ty: &str) -> Single {
    Single { ty: ty.to_owned(), import: None }
}

fn message(path: &str, name: &str, here: &str) -> Single {
    if path == here {
        return plain(name);
    }
    // the dot in front says that the name is a whole one
    Single { ty: format!(".{}.{name}", package_of(path)), import: Some(path.to_owned()) }
}

fn of_scalar(scalar: Scalar, here: &str) -> Result<Single, String> {
    Ok(match scalar {
        Scalar::String => plain("string"),
        Scalar::Bool => plain("bool"),
        Scalar::I32 => plain("int32"),
        Scalar::I64 => plain("int64"),
        Scalar::F64 => plain("double"),
        Scalar::ByteString => plain("bytes"),
        Scalar::Quantity => message(RESOURCE, "Quantity", here),
        Scalar::IntOrString => message(INTSTR, "IntOrString", here),
        Scalar::RawExtension => message(RUNTIME, "RawExtension", here),
        Scalar::Time => message(META, "Time", here),
        Scalar::MicroTime => message(META, "MicroTime", here),
        Scalar::Duration => message(META, "Duration", here),
        Scalar::FieldsV1 => message(META, "FieldsV1", here),
        Scalar::Value => return Err("any JSON value has no protobuf form".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prefix: &str, group: &str, want: &str) {
        let package = Package { definition_prefix: prefix.into(), group: group.into(), ..Package::default() };
        assert_eq!(path_of(&package), want);
    }

    #[test]
    fn paths_start_with_the_domain() {
        check("io.k8s.api.core.v1", "", "k8s.io/api/core/v1");
        check("io.k8s.api.rbac.v1", "rbac.authorization.k8s.io", "k8s.io/api/rbac/v1");
        check("com.example.shop.v1", "shop.example.com", "shop.example.com/v1");
        assert_eq!(package_of("k8s.io/kube-aggregator/v1"), "k8s.io.kube_aggregator.v1");
    }
}
