//! Cluster trust bundles as files: one by name, or all of a signer.

use kubeforge_api::core::v1::ClusterTrustBundleProjection;
use kubeforge_machinery::{
    codec::{Json, to_json_vec},
    field::{BadValue, Error, ErrorList, Path},
    validation::is_dns1123_subdomain,
};

use super::{super::basics::required, paths::local_non_reserved};
use crate::common::signer_name::signer_name;
use crate::common::{SelectorOptions, label_selector, shown};

pub(super) fn trust_bundle(source: &ClusterTrustBundleProjection, path: &Path<'_>, errors: &mut ErrorList) {
    match (source.name.as_deref(), source.signer_name.as_deref()) {
        (Some(name), Some(signer)) => {
            errors.push(Error::invalid(
                path,
                both(source, name, signer),
                "only one of name and signerName may be used",
            ));
        }
        (Some(name), None) => by_name(source, name, path, errors),
        (None, Some(signer)) => {
            let signer_path = path.child("signerName");
            if signer.is_empty() {
                errors.push(Error::required(&signer_path, "must be a valid signer name"));
            }
            signer_name(signer, &signer_path, errors);
            let selector = source.label_selector.as_deref();
            label_selector(selector, SelectorOptions::Strict, &path.child("labelSelector"), errors);
        }
        (None, None) => errors.push(Error::required(path, "either name or signerName must be specified")),
    }
    required(&source.path, &path.child("path"), errors);
    local_non_reserved(&source.path, &path.child("path"), errors);
}

fn by_name(source: &ClusterTrustBundleProjection, name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let name_path = path.child("name");
    if name.is_empty() {
        errors.push(Error::required(&name_path, "must be a valid object name"));
    }
    let wrong = name_of_bundle(name).into_iter();
    errors.extend(
        wrong.map(|why| Error::invalid(&name_path, name, format!("not a valid clustertrustbundlename: {why}"))),
    );
    if let Some(selector) = source.label_selector.as_deref() {
        let text = "labelSelector must be unset if name is specified";
        errors.push(Error::invalid(&path.child("labelSelector"), shown(selector), text));
    }
}

/// What is wrong with a bundle's name: that of its signer with a colon for the slash, a colon, and its own; or its own.
fn name_of_bundle(name: &str) -> Vec<String> {
    match name.rsplit_once(':') {
        Some((signer, _)) if signer.contains('/') => {
            let prefix = signer.replace('/', ":");
            let signer = signer.replace(':', "/");
            vec![format!("ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}:")]
        }
        Some((_, own)) => is_dns1123_subdomain(own),
        None => is_dns1123_subdomain(name),
    }
}

/// The struct as upstream shows it: the internal type, whose members have the names of its fields in Go.
fn both(source: &ClusterTrustBundleProjection, name: &str, signer: &str) -> BadValue {
    let selector = source.label_selector.as_deref().map_or_else(|| "null".to_owned(), json);
    let optional = source.optional.map_or_else(|| "null".to_owned(), |optional| optional.to_string());
    BadValue::Plain(format!(
        r#"{{"Name":{},"SignerName":{},"LabelSelector":{selector},"Optional":{optional},"Path":{}}}"#,
        json(&name.to_owned()),
        json(&signer.to_owned()),
        json(&source.path),
    ))
}

fn json<T: Json>(value: &T) -> String {
    String::from_utf8_lossy(&to_json_vec(value)).into_owned()
}
