//! What `/version` says.

use serde::Serialize;

/// The release that a server claims to be.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// For example `1`.
    pub major: String,
    /// For example `36`.
    pub minor: String,
    /// The release whose behaviour is shown.
    pub emulation_major: String,
    /// Its minor number.
    pub emulation_minor: String,
    /// The oldest release that it works with.
    pub min_compatibility_major: String,
    /// Its minor number.
    pub min_compatibility_minor: String,
    /// For example `v1.36.2`.
    pub git_version: String,
    /// The commit; may be empty.
    pub git_commit: String,
    /// `clean` or `dirty`.
    pub git_tree_state: String,
    /// When it was built; may be empty.
    pub build_date: String,
    /// Clients parse this as a Go version; there is none.
    pub go_version: String,
    /// As upstream spells its compiler.
    pub compiler: String,
    /// Operating system and architecture.
    pub platform: String,
}

impl Version {
    /// A release such as `v1.36.2`.
    pub fn of(git_version: &str) -> Self {
        let mut numbers = git_version.trim_start_matches('v').split('.');
        let major = numbers.next().unwrap_or("0").to_owned();
        let minor = numbers.next().unwrap_or("0").to_owned();
        let before = minor.parse::<u32>().map_or_else(|_| minor.clone(), |minor| minor.saturating_sub(1).to_string());
        Self {
            emulation_major: major.clone(),
            emulation_minor: minor.clone(),
            min_compatibility_major: major.clone(),
            min_compatibility_minor: before,
            major,
            minor,
            git_version: git_version.to_owned(),
            git_commit: String::new(),
            git_tree_state: "clean".to_owned(),
            build_date: "1970-01-01T00:00:00Z".to_owned(),
            go_version: String::new(),
            compiler: "gc".to_owned(),
            platform: format!(
                "{}/{}",
                std::env::consts::OS,
                match std::env::consts::ARCH {
                    "x86_64" => "amd64",
                    "aarch64" => "arm64",
                    other => other,
                }
            ),
        }
    }
}
