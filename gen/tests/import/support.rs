//! What these tests have in common.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use kubeforge_gen::{
    import::{self, Imported, Place, Request, Write},
    load::{self, Loaded, PackageSource},
    model::{Package, Type, TypeDef},
};

/// A case's directory.
pub(crate) fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/import").join(name)
}

/// A text without the directory of the cases.
pub(crate) fn shown(text: &str) -> String {
    text.replace(&format!("{}/", case("").display()).replace("//", "/"), "")
}

/// The packages of a request, as if they were below `crate`.
pub(crate) fn read(request: &Request) -> Imported {
    let mut imported = import::read(request).unwrap_or_else(|error| panic!("{error}"));
    let places = import::places(&imported.packages, Path::new("src"), Some("crate"), &imported.configs);
    import::settle(&mut imported.packages, &places, &imported.configs);
    imported
}

pub(crate) fn write_all(files: &[Write]) {
    files.iter().try_for_each(Write::apply).unwrap();
}

/// The `.rs` files of a directory.
pub(crate) fn files(dir: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// All files in one text, for a snapshot.
pub(crate) fn joined(files: &BTreeMap<String, String>) -> String {
    files.iter().map(|(name, text)| format!("// ---- {name}\n{text}")).collect::<Vec<_>>().join("\n")
}

/// Loads packages of directories.
pub(crate) fn load(packages: &[(&Package, &Path)]) -> Loaded {
    let sources: Vec<PackageSource> = packages
        .iter()
        .map(|(package, dir)| PackageSource {
            dir: dir.to_path_buf(),
            shown: "package".into(),
            package: Package { types: BTreeMap::new(), ..(*package).clone() },
        })
        .collect();
    load::packages(&sources).unwrap_or_else(|error| panic!("{error}"))
}

/// Types without what does not come back from source: file names, and where lines of documentation are broken.
pub(crate) fn comparable(types: &BTreeMap<String, Type>) -> BTreeMap<String, String> {
    let words = |docs: &str| docs.split_whitespace().collect::<Vec<_>>().join(" ").replace("```text", "```");
    let types = types.values().map(|ty| {
        let mut ty = Type { file: String::new(), docs: words(&ty.docs), ..ty.clone() };
        match &mut ty.def {
            TypeDef::Struct(def) => def.fields.iter_mut().for_each(|field| field.docs = words(&field.docs)),
            TypeDef::Enum(def) => def.variants.iter_mut().for_each(|variant| variant.docs = words(&variant.docs)),
            TypeDef::Alias(_) => {}
        }
        (ty.name.clone(), format!("{ty:#?}"))
    });
    types.collect()
}

/// Writes the packages, checks that they are laid out as rustfmt does it, and that loading gives the same models again.
pub(crate) fn check_written(packages: &[Package]) -> Vec<BTreeMap<String, String>> {
    let root = tempfile::tempdir().unwrap();
    let dirs: Vec<PathBuf> = packages.iter().map(|package| root.path().join(&package.version)).collect();
    for (package, dir) in packages.iter().zip(&dirs) {
        let place = Place { dir: dir.clone(), shown: package.version.clone(), module: package.module.clone() };
        write_all(&import::write_new(package, &place).unwrap());
        check_format(dir);
    }
    let sources: Vec<(&Package, &Path)> =
        packages.iter().zip(&dirs).map(|(package, dir)| (package, dir.as_path())).collect();
    let loaded = load(&sources);
    for (package, loaded) in packages.iter().zip(&loaded.workspace.packages) {
        let (want, found) = (comparable(&package.types), comparable(&loaded.types));
        for (name, ty) in &want {
            assert_eq!(found.get(name), Some(ty), "{name} is not what was written");
        }
        assert_eq!(found.len(), want.len());
    }
    dirs.iter().map(|dir| files(dir)).collect()
}

/// `rustfmt --check` with the repository's settings on a package, where there is a rustfmt.
pub(crate) fn check_format(dir: &Path) {
    let copy = tempfile::tempdir().unwrap();
    for (name, text) in files(dir) {
        fs::write(copy.path().join(name), text).unwrap();
    }
    fs::write(copy.path().join("generated.rs"), "").unwrap();
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.rustfmt.toml");
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--check", "--config-path"]).arg(&settings).arg(copy.path().join("mod.rs"));
    match rustfmt.output() {
        Ok(run) => {
            let (diff, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
            assert!(run.status.success(), "{diff}{errors}");
        }
        Err(error) => println!("skipped: rustfmt does not run: {error}"),
    }
}

/// A snapshot beside the case's documents.
macro_rules! snapshot {
    ($case:expr, $name:expr, $text:expr) => {
        insta::with_settings!({
            snapshot_path => $crate::support::case($case),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!($name, $text);
        })
    };
}

pub(crate) use snapshot;
