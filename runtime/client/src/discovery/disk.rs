//! What a server serves, on disk, as kubectl keeps it: `servergroups.json`, and `serverresources.json` in a folder for each
//! group and version, below `~/.kube/cache/discovery/<server>`. kubectl reads what is written here, and the other way round.
//!
//! Files are written beside their place and then moved there, so that nobody reads half of one.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use kubeforge_machinery::{
    Kind,
    codec::{MediaType, encode, from_json_slice},
    meta::v1::{APIGroupList, APIResourceList},
};
use tracing::debug;

use super::{ApiGroup, ApiVersion, Discovery, document};

/// How long kubectl believes what is on disk.
const TTL: Duration = Duration::from_secs(6 * 60 * 60);

/// A folder with what one server serves.
#[derive(Clone, Debug)]
pub struct DiskCache {
    dir: PathBuf,
    ttl: Duration,
}

impl DiskCache {
    /// The folder for a server, below kubectl's cache folder (`~/.kube/cache`, `$KUBECACHEDIR`).
    pub fn for_server(cache_dir: &Path, server: &str) -> Self {
        let host = server.replacen("https://", "", 1).replacen("http://", "", 1);
        // overlyCautiousIllegalFileCharacters of cli-runtime
        let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '(' | ')' | '/' | '.');
        let name: String = host.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
        // a server's name must not lead out of the folder
        let name: Vec<_> = name.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
        Self { dir: cache_dir.join("discovery").join(name.join("/")), ttl: TTL }
    }

    /// The same for another time; kubectl's six hours unless said.
    #[must_use]
    pub fn with_ttl(self, ttl: Duration) -> Self {
        Self { ttl, ..self }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What is there, if it is all there, well-formed and young enough.
    pub(super) async fn read(&self) -> Option<Discovery> {
        let cache = self.clone();
        tokio::task::spawn_blocking(move || cache.read_files()).await.ok()?
    }

    /// Puts it there. That this fails costs time later and nothing else.
    pub(super) async fn write(&self, discovery: &Discovery) {
        let (cache, discovery) = (self.clone(), discovery.clone());
        let written = tokio::task::spawn_blocking(move || cache.write_files(&discovery)).await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(err)) => debug!(dir = %self.dir.display(), %err, "failed to write the discovery cache"),
            Err(err) => debug!(%err, "failed to write the discovery cache"),
        }
    }

    fn read_files(&self) -> Option<Discovery> {
        let list: APIGroupList = self.read_file(Path::new("servergroups.json"))?;
        let mut discovery = Discovery::default();
        for group in list.groups.into_iter().filter(|group| is_file_name(&group.name)) {
            let preferred = &group.preferred_version.version;
            let versions = group.versions.iter().map(|version| version.version.clone());
            let mut versions: Vec<_> = versions.filter(|version| is_file_name(version)).collect();
            versions.sort_by_key(|version| version != preferred);
            let versions = versions.into_iter().map(|version| {
                let list: APIResourceList = self.read_file(&resources_file(&group.name, &version))?;
                Some(document::version(&group.name, version, list))
            });
            discovery
                .groups
                .push(ApiGroup { versions: versions.collect::<Option<Vec<ApiVersion>>>()?, name: group.name.clone() });
        }
        Some(discovery)
    }

    fn read_file<T: Kind>(&self, name: &Path) -> Option<T> {
        let path = self.dir.join(name);
        let age = path.metadata().ok()?.modified().ok()?.elapsed().unwrap_or_default();
        if age >= self.ttl {
            return None;
        }
        from_json_slice(&std::fs::read(path).ok()?).ok()
    }

    fn write_files(&self, discovery: &Discovery) -> std::io::Result<()> {
        // what is incomplete must be asked for again
        if !discovery.failures.is_empty() || discovery.groups.is_empty() {
            return Ok(());
        }
        // what can't be a folder can't be asked for either: it would lead to another path of the server
        for group in discovery.groups.iter().filter(|group| is_file_name(&group.name)) {
            for version in group.versions.iter().filter(|version| is_file_name(&version.version)) {
                self.write_file(&resources_file(&group.name, &version.version), &version.resource_list(&group.name))?;
            }
        }
        self.write_file(Path::new("servergroups.json"), &discovery.group_list())
    }

    fn write_file<T: Kind>(&self, name: &Path, document: &T) -> std::io::Result<()> {
        let path = self.dir.join(name);
        let dir = path.parent().unwrap_or(&self.dir);
        create_dir(dir)?;
        // readable by its owner alone, which tempfile sees to
        let mut file = tempfile::Builder::new().prefix("serverresources.json.").tempfile_in(dir)?;
        file.write_all(&encode(document, MediaType::Json).unwrap_or_default())?;
        file.persist(&path).map_err(|err| err.error)?;
        Ok(())
    }
}

fn create_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o750);
    builder.create(dir)
}

/// Whether a group's or version's name is that of a file in a folder, and leads nowhere else.
fn is_file_name(name: &str) -> bool {
    !matches!(name, "." | "..") && !name.contains(['/', '\\', ':'])
}

fn resources_file(group: &str, version: &str) -> PathBuf {
    [group, version, "serverresources.json"].iter().filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_have_folders_of_their_own() {
        let dir = |server: &str| DiskCache::for_server(Path::new("/c"), server).dir;
        assert_eq!(dir("https://10.0.0.1:6443"), Path::new("/c/discovery/10.0.0.1_6443"));
        assert_eq!(dir("https://k.example.com/clusters/a-b"), Path::new("/c/discovery/k.example.com/clusters/a_b"));
        assert_eq!(dir("https://x/../../etc"), Path::new("/c/discovery/x/etc"));
    }

    #[test]
    fn names_of_groups_and_versions_stay_within_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::for_server(dir.path(), "https://x");
        let group = |name: &str, versions: &[&str]| {
            let versions =
                versions.iter().map(|version| ApiVersion { version: (*version).to_owned(), ..ApiVersion::default() });
            ApiGroup { name: name.to_owned(), versions: versions.collect() }
        };
        let groups = vec![group("apps", &["v1", ".."]), group("../../out", &["v1"]), group("..", &["v2"])];
        cache.write_files(&Discovery { groups, ..Discovery::default() }).unwrap();
        assert!(!dir.path().join("out").exists() && !dir.path().join("discovery/v2").exists());
        assert!(!cache.dir.join("serverresources.json").exists());
        assert_eq!(cache.read_files().unwrap().groups, [group("apps", &["v1"])]);
        for name in ["a/b", "a\\b", ".", ".."] {
            assert!(!is_file_name(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn files_are_their_owners() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::for_server(dir.path(), "https://x");
        let version = ApiVersion { version: "v1".to_owned(), ..ApiVersion::default() };
        let group = ApiGroup { name: "apps".to_owned(), versions: vec![version] };
        let discovery = Discovery { groups: vec![group], ..Discovery::default() };
        cache.write_files(&discovery).unwrap();
        let mode = |name: &str| cache.dir.join(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("servergroups.json"), mode("apps/v1/serverresources.json")), (0o600, 0o600));
        assert_eq!(mode("apps") & 0o027, 0, "nobody else writes there");
        assert_eq!(cache.read_files(), Some(discovery));
    }
}
