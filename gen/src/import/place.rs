//! Where packages go.

use std::path::{Path, PathBuf};

use crate::{config::Config, model::Package};

/// The directory of a package.
#[derive(Clone, Debug)]
pub struct Place {
    /// The directory.
    pub dir: PathBuf,
    /// As reports spell it.
    pub shown: String,
    /// The package's Rust path.
    pub module: String,
}

/// The directories of packages, one for each: `out` itself where there is one package, else a directory below it that
/// is named after the version, and after the group as well where there are several groups. A package that a
/// configuration lists keeps its module; another has `module`, or the one that its directory means.
pub fn places(packages: &[Package], out: &Path, module: Option<&str>, configs: &[Config]) -> Vec<Place> {
    let groups = packages.windows(2).any(|pair| matches!(pair, [one, other] if one.group != other.group));
    let place = |package: &Package| {
        let mut below = Vec::new();
        if groups {
            let group = package.group.split('.').next().filter(|group| !group.is_empty()).unwrap_or("core");
            below.push(group.replace('-', "_"));
        }
        if packages.len() > 1 {
            below.push(package.version.clone());
        }
        let dir = below.iter().fold(out.to_owned(), |dir, name| dir.join(name));
        let module = match module {
            Some(module) => [module].into_iter().chain(below.iter().map(String::as_str)).collect::<Vec<_>>().join("::"),
            None => listed(package, configs).unwrap_or_else(|| module_of(&dir)),
        };
        Place { shown: dir.to_string_lossy().replace('\\', "/"), dir, module }
    };
    packages.iter().map(place).collect()
}

/// The module of a package that a configuration lists.
fn listed(package: &Package, configs: &[Config]) -> Option<String> {
    let packages = configs.iter().flat_map(|config| &config.packages).map(|config| &config.source.package);
    let same = |listed: &&Package| listed.group == package.group && listed.version == package.version;
    packages.into_iter().find(same).map(|listed| listed.module.clone())
}

/// What a directory below `src` is as a module of its crate.
fn module_of(dir: &Path) -> String {
    let word = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let parts: Vec<String> = dir.iter().map(|part| part.to_string_lossy().chars().map(word).collect()).collect();
    let after = parts.iter().rposition(|part| part == "src").map(|src| src + 1);
    let parts = match after {
        Some(after) => parts.get(after..).unwrap_or_default(),
        None => parts.last().map(std::slice::from_ref).unwrap_or_default(),
    };
    ["crate"].into_iter().chain(parts.iter().map(String::as_str)).collect::<Vec<_>>().join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(versions: &[(&str, &str)], want: &[(&str, &str)]) {
        let packages: Vec<Package> = versions
            .iter()
            .map(|(group, version)| Package {
                group: (*group).into(),
                version: (*version).into(),
                ..Package::default()
            })
            .collect();
        let places = places(&packages, Path::new("a/src/shop"), None, &[]);
        let found: Vec<(&str, &str)> =
            places.iter().map(|place| (place.shown.as_str(), place.module.as_str())).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn several_packages_have_directories_of_their_own() {
        check(&[("a.b", "v1")], &[("a/src/shop", "crate::shop")]);
        check(
            &[("a.b", "v1"), ("a.b", "v2")],
            &[("a/src/shop/v1", "crate::shop::v1"), ("a/src/shop/v2", "crate::shop::v2")],
        );
        check(
            &[("", "v1"), ("a-c.b", "v1")],
            &[("a/src/shop/core/v1", "crate::shop::core::v1"), ("a/src/shop/a_c/v1", "crate::shop::a_c::v1")],
        );
    }
}
