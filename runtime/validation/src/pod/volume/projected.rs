//! Several sources as the files of one directory.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{KeyToPath, ProjectedVolumeSource, ServiceAccountTokenProjection, VolumeProjection};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{
    super::{allowances::Allowances, basics::required},
    files::{downward_file, key_to_path},
    paths::{file_mode, local_non_reserved},
    pod_certificate::{self, pod_certificate},
    trust_bundle::trust_bundle,
};

/// A token that is good for less is not worth making.
const TOKEN_SECONDS_MIN: i64 = 10 * 60;
const TOKEN_SECONDS_MAX: i64 = 1 << 32;

/// The files that earlier sources make, at the path of the volume, where upstream shows that two meet.
struct Taken<'a> {
    files: BTreeSet<&'a str>,
    path: &'a Path<'a>,
}

impl<'a> Taken<'a> {
    /// Takes a file; `value` is what is shown where another source has it.
    fn take(&mut self, file: &'a str, value: &str, errors: &mut ErrorList) {
        if !self.files.insert(file) {
            errors.push(Error::invalid(self.path, value, "conflicting duplicate paths"));
        }
    }
}

pub(super) fn projected(source: &ProjectedVolumeSource, allowed: Allowances, path: &Path<'_>, errors: &mut ErrorList) {
    file_mode(source.default_mode, &path.child("defaultMode"), errors);
    let mut taken = Taken { files: BTreeSet::new(), path };
    let sources = path.child("sources");
    for (at, source) in source.sources.iter().enumerate() {
        projection(source, allowed, &mut taken, &sources.index(at), errors);
    }
}

fn projection<'a>(
    source: &'a VolumeProjection,
    allowed: Allowances,
    taken: &mut Taken<'a>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if let Some(secret) = source.secret.as_deref() {
        keys(&secret.local_object_reference.name, &secret.items, taken, &path.child("secret"), errors);
    }
    if let Some(config_map) = source.config_map.as_deref() {
        keys(&config_map.local_object_reference.name, &config_map.items, taken, &path.child("configMap"), errors);
    }
    if let Some(downward) = &source.downward_api {
        for file in &downward.items {
            downward_file(file, &path.child("downwardAPI"), errors);
            if !file.path.is_empty() {
                taken.take(&file.path, &file.path, errors);
            }
        }
    }
    if let Some(token) = source.service_account_token.as_deref() {
        service_account_token(token, allowed, &path.child("serviceAccountToken"), taken.path, errors);
    }
    if let Some(bundle) = source.cluster_trust_bundle.as_deref() {
        trust_bundle(bundle, &path.child("clusterTrustBundle"), errors);
        taken.take(&bundle.path, &bundle.path, errors);
    }
    if let Some(certificate) = source.pod_certificate.as_deref() {
        pod_certificate(certificate, &path.child("podCertificate"), errors);
        for (_, file) in pod_certificate::paths(certificate) {
            taken.take(file, file, errors);
        }
    }
    if kinds(source) > 1 {
        errors.push(Error::forbidden(path, "may not specify more than 1 volume type per source"));
    }
}

/// How many things a source is.
fn kinds(source: &VolumeProjection) -> usize {
    [
        source.secret.is_some(),
        source.config_map.is_some(),
        source.downward_api.is_some(),
        source.service_account_token.is_some(),
        source.cluster_trust_bundle.is_some(),
        source.pod_certificate.is_some(),
    ]
    .into_iter()
    .filter(|is_set| *is_set)
    .count()
}

/// Keys of a secret or config map of some name; where their files meet others, upstream shows that name.
fn keys<'a>(name: &'a str, items: &'a [KeyToPath], taken: &mut Taken<'a>, path: &Path<'_>, errors: &mut ErrorList) {
    required(name, &path.child("name"), errors);
    let path = path.child("items");
    for (at, item) in items.iter().enumerate() {
        key_to_path(item, &path.index(at), errors);
        if !item.path.is_empty() {
            taken.take(&item.path, name, errors);
        }
    }
}

/// Checks a token; its file's path is shown at the volume, as upstream does.
fn service_account_token(
    token: &ServiceAccountTokenProjection,
    allowed: Allowances,
    path: &Path<'_>,
    volume: &Path<'_>,
    errors: &mut ErrorList,
) {
    let seconds = token.expiration_seconds.unwrap_or_default();
    let seconds_path = path.child("expirationSeconds");
    if seconds < TOKEN_SECONDS_MIN {
        errors.push(Error::invalid(&seconds_path, seconds, "may not specify a duration less than 10 minutes"));
    }
    if seconds > TOKEN_SECONDS_MAX {
        errors.push(Error::invalid(&seconds_path, seconds, "may not specify a duration larger than 2^32 seconds"));
    }
    if token.path.is_empty() {
        errors.push(Error::required(&volume.child("path"), ""));
    } else if !allowed.token_paths_outside {
        local_non_reserved(&token.path, &volume.child("path"), errors);
    }
}
