//! Every emitter over every case: `cases/<feature>/` is a package, or holds one package per version: `v1` of the group
//! shop.example.com, `depot.v1` of depot.example.com. A snapshot stands beside its input, one per emitter and package;
//! `INSTA_UPDATE=always` rewrites them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use kubeforge_gen::{
    emit::{self, EMITTERS, Emitter, Scope},
    load::{self, Loaded, PackageSource},
    model::Package,
    output,
};

fn source(dir: PathBuf, name: &str) -> PackageSource {
    let (group, version) = name.split_once('.').unwrap_or(("shop", name));
    let module = if group == "shop" { format!("shop::{version}") } else { format!("shop::{group}::{version}") };
    PackageSource {
        dir,
        shown: name.to_owned(),
        package: Package {
            group: format!("{group}.example.com"),
            version: version.into(),
            definition_prefix: format!("com.example.{group}.{version}"),
            module,
            machinery: "::kubeforge_machinery".into(),
            client: true,
            ..Package::default()
        },
    }
}

/// The directories in a directory, sorted by name.
fn directories(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort_unstable();
    found
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn load(case: &Path) -> Loaded {
    let versions = directories(case);
    let sources: Vec<PackageSource> = match versions.is_empty() {
        true => vec![source(case.to_owned(), "v1")],
        false => versions.iter().map(|dir| source(dir.clone(), &name(dir))).collect(),
    };
    load::packages(&sources).unwrap_or_else(|error| panic!("{}: {error}", name(case)))
}

fn check(case: &Path, loaded: &Loaded, index: usize, emitter: &Emitter) {
    let (package, shown) = (&loaded.workspace.packages[index], &loaded.packages[index].shown);
    let items =
        (emitter.emit)(package, &loaded.workspace).unwrap_or_else(|errors| panic!("{}: {errors:?}", name(case)));
    let tokens = match emitter.scope {
        Scope::Package { .. } => emit::package_file(&items),
        Scope::ClientSet { .. } => items,
    };
    if tokens.is_empty() {
        return;
    }
    let text = output::render(emitter.name, &package.version, tokens).unwrap();
    let snapshot = match loaded.workspace.packages.len() {
        1 => emitter.name.to_owned(),
        _ => format!("{shown}.{}", emitter.name),
    };
    insta::with_settings!({snapshot_path => case, prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(snapshot, text);
    });
}

#[test]
fn emitters_write_what_the_snapshots_say() {
    for case in directories(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")) {
        let loaded = load(&case);
        for index in 0..loaded.packages.len() {
            EMITTERS.iter().for_each(|emitter| check(&case, &loaded, index, emitter));
        }
    }
}

/// What the model has of markers that no emitter interprets yet.
#[test]
fn rules_are_kept_as_written() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/rules");
    let loaded = load(&case);
    let policy = &loaded.workspace.packages[0].types["Policy"];
    let kubeforge_gen::model::TypeDef::Struct(def) = &policy.def else { panic!("a struct") };
    let of_fields = def.fields.iter().flat_map(|field| field.rules.iter().map(|rule| (field.name.as_str(), rule)));
    let rules = policy.rules.iter().map(|rule| ("", rule)).chain(of_fields);
    let lines: Vec<String> = rules.map(|(field, rule)| format!("{field}: {rule}")).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
