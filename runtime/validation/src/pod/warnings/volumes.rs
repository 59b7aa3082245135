//! Volumes of drivers that are gone, and files of a volume that lie upon one another.

use kubeforge_api::core::v1::{
    DownwardAPIVolumeFile, KeyToPath, PersistentVolumeClaimSpec, PodSpec, VolumeProjection, VolumeSource,
};
use kubeforge_machinery::{field::Path, quote::quote};

/// Drivers that are deprecated, most of which do nothing any more.
pub(super) fn drivers(spec: &PodSpec, path: &Path<'_>, found: &mut Vec<String>) {
    for (at, volume) in spec.volumes.iter().enumerate() {
        let path = path.index(at);
        let source = &volume.volume_source;
        for (_, field, why) in gone(source).into_iter().filter(|(is_set, ..)| *is_set) {
            found.push(format!("{}: {why}", path.child(field)));
        }
        if let Some(template) = source.ephemeral.as_ref().and_then(|it| it.volume_claim_template.as_deref()) {
            claim_storage(&template.spec, &path.child("ephemeral.volumeClaimTemplate.spec"), found);
        }
        for (is_set, field) in [(source.ceph_fs.is_some(), "cephfs"), (source.rbd.is_some(), "rbd")] {
            if is_set {
                found.push(format!("{}: deprecated in v1.28, non-functional in v1.31+", path.child(field)));
            }
        }
    }
}

fn gone(source: &VolumeSource) -> [(bool, &'static str, &'static str); 7] {
    let since_1_22 = "deprecated in v1.22, non-functional in v1.25+";
    [
        (
            source.photon_persistent_disk.is_some(),
            "photonPersistentDisk",
            "deprecated in v1.11, non-functional in v1.16+",
        ),
        (source.git_repo.is_some(), "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
        (source.scale_io.is_some(), "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        (source.flocker.is_some(), "flocker", since_1_22),
        (source.storage_os.is_some(), "storageOS", since_1_22),
        (source.quobyte.is_some(), "quobyte", since_1_22),
        (source.glusterfs.is_some(), "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ]
}

/// Bytes of a claim's storage come whole.
fn claim_storage(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, found: &mut Vec<String>) {
    if let Some(amount) = spec.resources.requests.get("storage").filter(|amount| amount.milli_value() % 1000 != 0) {
        let amount = quote(&amount.to_string());
        let path = path.child("resources.requests");
        let path = path.key("storage");
        found.push(format!("{path}: fractional byte value {amount} is invalid, must be an integer"));
    }
}

/// A file of a volume, and what it comes from where the volume has several sources.
#[derive(Clone, Debug, PartialEq, Eq)]
struct File {
    path: String,
    source: String,
}

impl File {
    fn new(path: &str, source: &str) -> Self {
        Self { path: path.trim_end_matches('/').to_owned(), source: source.to_owned() }
    }

    fn shown(&self) -> String {
        if self.source.is_empty() { quote(&self.path) } else { format!("{} ({})", quote(&self.path), self.source) }
    }

    /// Whether one is the other, or a directory above it.
    fn overlaps(&self, other: &Self) -> bool {
        let (one, other) = (format!("{}/", self.path), format!("{}/", other.path));
        !self.path.is_empty() && other != "/" && (one.starts_with(&other) || other.starts_with(&one))
    }
}

/// Files of one volume that lie upon one another.
pub(super) fn overlapping_paths(spec: &PodSpec, found: &mut Vec<String>) {
    for volume in &spec.volumes {
        let name = quote(&volume.name);
        let mut tell = |what: &str, files: Vec<File>| {
            let overlaps = overlaps(files);
            found.extend(overlaps.into_iter().map(|it| format!("volume {name} ({what}): overlapping paths: {it}")));
        };
        let source = &volume.volume_source;
        if let Some(map) = &source.config_map {
            tell(&format!("ConfigMap {}", quote(&map.local_object_reference.name)), keys(&map.items, ""));
        }
        if let Some(secret) = &source.secret {
            tell(&format!("Secret {}", quote(&secret.secret_name)), keys(&secret.items, ""));
        }
        if let Some(downward) = &source.downward_api {
            tell("DownwardAPI", downward_files(&downward.items, ""));
        }
        let Some(projected) = &source.projected else { continue };
        let mut files = Vec::new();
        let mut empty = 0;
        let mut last = Vec::new();
        for projection in &projected.sources {
            if *projection == VolumeProjection::default() {
                empty += 1;
                continue;
            }
            // a source without files of its own is taken for the one before it, as upstream does
            if let Some(own) = projected_files(projection) {
                last = own;
            }
            files.extend(last.iter().cloned());
        }
        tell("Projected", files);
        found.extend((0..empty).map(|_| format!("volume {name} (Projected) has no sources provided")));
    }
}

fn overlaps(files: Vec<File>) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen: Vec<File> = Vec::new();
    for file in files {
        for other in seen.iter().filter(|other| file.overlaps(other)) {
            found.push(format!("{} with {}", file.shown(), other.shown()));
        }
        seen.push(file);
    }
    found
}

fn keys(items: &[KeyToPath], source: &str) -> Vec<File> {
    items.iter().map(|item| File::new(&item.path, source)).collect()
}

fn downward_files(items: &[DownwardAPIVolumeFile], source: &str) -> Vec<File> {
    items.iter().map(|item| File::new(&item.path, source)).collect()
}

fn projected_files(projection: &VolumeProjection) -> Option<Vec<File>> {
    if let Some(map) = projection.config_map.as_ref().filter(|map| !map.items.is_empty()) {
        return Some(keys(&map.items, &format!("ConfigMap {}", quote(&map.local_object_reference.name))));
    }
    if let Some(secret) = projection.secret.as_ref().filter(|secret| !secret.items.is_empty()) {
        return Some(keys(&secret.items, &format!("Secret {}", quote(&secret.local_object_reference.name))));
    }
    if let Some(downward) = projection.downward_api.as_ref().filter(|downward| !downward.items.is_empty()) {
        return Some(downward_files(&downward.items, "DownwardAPI"));
    }
    if let Some(token) = &projection.service_account_token {
        return Some(vec![File::new(&token.path, "ServiceAccountToken")]);
    }
    let bundle = projection.cluster_trust_bundle.as_ref()?;
    let name = bundle.name.as_deref().or(bundle.signer_name.as_deref()).unwrap_or_default();
    Some(vec![File::new(&bundle.path, &format!("ClusterTrustBundle {}", quote(name)))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_overlap_with_themselves_and_with_directories_above() {
        for (one, other, want) in
            [("a", "a", true), ("a", "a/b", true), ("a/b/", "a", true), ("a", "ab", false), ("a", "", false)]
        {
            assert_eq!(File::new(one, "").overlaps(&File::new(other, "")), want, "{one} and {other}");
        }
    }
}
