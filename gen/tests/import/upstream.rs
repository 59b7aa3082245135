//! Kubernetes' own documents, where they are at hand: what was taken out of a copy of our types comes back.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use kubeforge_gen::{
    config::{self, Config},
    import::{self, Place, Request, Summary},
    model::{Package, TypeDef},
    run,
};
use syn::{Item, spanned::Spanned};

use crate::{
    merge::check_kept,
    support::{check_format, check_written, comparable, files, read, write_all},
};

/// The facts about Kubernetes 1.36. They lie beside the repository, or where `KUBEFORGE_SHARED` says.
fn facts() -> Option<PathBuf> {
    let shared = match std::env::var_os("KUBEFORGE_SHARED") {
        Some(dir) => PathBuf::from(dir),
        None => repository().join("../shared"),
    };
    let dir = shared.join("kubernetes-1.36");
    if !dir.is_dir() {
        println!("skipped: there is no {}", dir.display());
        return None;
    }
    Some(dir)
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn configs() -> Vec<PathBuf> {
    ["runtime/machinery/gen.toml", "api/gen.toml"].map(|path| repository().join(path)).to_vec()
}

/// The document of a package.
fn document(facts: &Path, package: &Package) -> PathBuf {
    let name = match package.group.as_str() {
        "" => format!("api__{}_openapi.json", package.version),
        group => format!("apis__{group}__{}_openapi.json", package.version),
    };
    facts.join("openapi/v3").join(name)
}

fn request(facts: &Path, package: &Package) -> Request {
    Request {
        files: vec![document(facts, package)],
        group: Some(package.group.clone()),
        version: Some(package.version.clone()),
        tags: Some(facts.join("protobuf-tags.csv")),
        configs: configs(),
        ..Request::default()
    }
}

/// The package of our types for a group and version, and its directory.
fn ours(config: &Config, group: &str, version: &str) -> (Package, PathBuf) {
    let mut packages = config.packages.iter().map(|package| &package.source);
    let source = packages.find(|source| source.package.group == group && source.package.version == version).unwrap();
    (source.package.clone(), source.dir.clone())
}

/// The package that a document has, named as ours is.
fn imported(facts: &Path, ours: &Package) -> Package {
    let mut imported = read(&request(facts, ours));
    assert_eq!(imported.report.lost_problems(), []);
    let package = imported.packages.remove(0);
    Package { module: ours.module.clone(), machinery: ours.machinery.clone(), ..package }
}

/// Without an item, and the empty line that follows it.
fn cut_item(text: &str, name: &str) -> String {
    let file = syn::parse_file(text).unwrap();
    let item = file.items.iter().find(|item| matches!(item, Item::Struct(item) if item.ident == name)).unwrap();
    let range = item.span().byte_range();
    format!("{}{}", &text[..range.start], text[range.end..].trim_start())
}

/// Without a field and its line.
fn cut_field(text: &str, of: &str, name: &str) -> String {
    let file = syn::parse_file(text).unwrap();
    let field = file.items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == of => {
            item.fields.iter().find(|field| field.ident.as_ref().is_some_and(|ident| ident == name))
        }
        _ => None,
    });
    let range = field.unwrap().span().byte_range();
    format!("{}{}", &text[..range.start].trim_end_matches(' '), text[range.end + 2..].to_owned())
}

#[track_caller]
fn cut(text: &str, what: &str) -> String {
    assert!(text.contains(what), "{what} is not there");
    text.replacen(what, "", 1)
}

/// A copy of apps/v1 without some of it; the names of what stays whole are told.
fn reduced_apps(from: &Path, to: &Path) -> Vec<&'static str> {
    let mut texts = files(from);
    let deployment = &texts["deployment.rs"];
    let deployment = ["DeploymentStrategy", "RollingUpdateDeployment"]
        .iter()
        .fold(deployment.clone(), |text, name| cut_item(&text, name));
    let deployment = cut_field(&deployment, "DeploymentSpec", "strategy");
    let deployment = cut_field(&deployment, "DeploymentStatus", "terminating_replicas");
    let deployment = cut(&deployment, ", patch = merge, merge_key = \"type\", list = map(\"type\")");
    let scale = "#[api(subresource(\n    scale,\n    kind = \"autoscaling/v1.Scale\",\n    spec = \".spec.replicas\",\n    \
        status = \".status.replicas\",\n    selector = \".spec.selector\"\n))]\n";
    texts.insert("deployment.rs".into(), cut(&deployment, scale));
    let root = cut(&texts["mod.rs"], "mod controller_revision;\n");
    let root = cut(&root, "pub use controller_revision::{ControllerRevision, ControllerRevisionList};\n");
    let root = cut(&root, " DeploymentStrategy,");
    texts.insert("mod.rs".into(), cut(&root, "    RollingUpdateDeployment,\n"));
    texts.remove("controller_revision.rs");
    for (name, text) in &texts {
        fs::write(to.join(name), text).unwrap();
    }
    vec!["daemon_set.rs", "defaults.rs", "replica_set.rs", "stateful_set.rs", "well_known.rs"]
}

#[test]
fn what_was_taken_out_of_apps_comes_back() {
    let Some(facts) = facts() else { return };
    let api = config::read(&repository().join("api/gen.toml")).unwrap();
    let (package, source) = ours(&api, "apps", "v1");
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("apps");
    fs::create_dir(&target).unwrap();
    let untouched = reduced_apps(&source, &target);
    let before = files(&target);
    let wanted = imported(&facts, &package);
    let place = Place { dir: target.clone(), shown: "apps".into(), module: package.module.clone() };
    let mut configs: Vec<Config> = configs().iter().map(|path| config::read(path).unwrap()).collect();
    // these have spokes of what was taken out
    let is_spoke = |path: &str| path.starts_with("src/apps/v1beta");
    configs.iter_mut().for_each(|config| config.packages.retain(|package| !is_spoke(&package.path)));

    let (written, Summary { added, .. }) = import::merge_into(&wanted, &place, &configs).unwrap();
    write_all(&written);
    let after = files(&target);
    check_kept(&before, &after);
    for name in untouched {
        assert_eq!(after[name], before[name], "{name} changed");
    }
    check_format(&target);
    let added = added.join("\n");
    for want in [
        "apps/controller_revision.rs: new, with ControllerRevision, ControllerRevisionList",
        "apps/deployment.rs: field DeploymentSpec.strategy",
        "apps/deployment.rs: field DeploymentStatus.terminating_replicas",
        "apps/deployment.rs: type DeploymentStrategy",
        "apps/deployment.rs: type RollingUpdateDeployment",
        "list = map(\"type\") on DeploymentStatus.conditions",
        "subresource(scale, kind = \"autoscaling/v1.Scale\") on Deployment",
    ] {
        assert!(added.contains(want), "{want} is missing in\n{added}");
    }

    let (again, summary) = import::merge_into(&wanted, &place, &configs).unwrap();
    assert!(again.is_empty(), "{:#?}", summary.added);
    check_generates(dir.path(), &target, &api, &package);
    check_numbers(&target, &source, &package);
}

/// The merged package loads together with the others, and every emitter takes it.
fn check_generates(dir: &Path, target: &Path, api: &Config, package: &Package) {
    let list = |path: &Path, package: &Package| {
        format!(
            "[[package]]\npath = \"{}\"\ngroup = \"{}\"\nversion = \"{}\"\ndefinition_prefix = \"{}\"\nmodule = \"{}\"\n",
            path.display(),
            package.group,
            package.version,
            package.definition_prefix,
            package.module
        )
    };
    let (core, core_dir) = ours(api, "", "v1");
    let core_dir = fs::canonicalize(core_dir).unwrap();
    let config = dir.join("gen.toml");
    fs::write(&config, format!("{}\n{}", list(&core_dir, &core), list(target, package))).unwrap();
    let machinery = repository().join("runtime/machinery/gen.toml");
    let run = run::run(&[machinery, config], &[]).unwrap_or_else(|error| panic!("{error}"));
    let changes = run.output.changes().unwrap();
    assert!(changes.changes.iter().any(|change| change.shown.contains("apps/generated/json.rs")));
}

/// The protobuf numbers and the order of fields are those of the types that nothing was taken out of.
fn check_numbers(target: &Path, source: &Path, package: &Package) {
    let numbers = |dir: &Path| {
        let loaded = crate::support::load(&[(package, dir)]);
        let types = loaded.workspace.packages[0].types.clone();
        types
            .values()
            .filter_map(|ty| match &ty.def {
                TypeDef::Struct(def) => {
                    let fields: Vec<_> = def.fields.iter().map(|field| (field.name.clone(), field.tag)).collect();
                    Some((ty.name.clone(), fields))
                }
                TypeDef::Enum(_) | TypeDef::Alias(_) => None,
            })
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(numbers(target), numbers(source));
}

/// What our types lack on purpose: it takes a kind of a group that is not here.
const NOT_HERE: &[&str] = &["subresource(token, create = \"authentication.k8s.io/v1.TokenRequest\") on ServiceAccount"];

/// Our types have all that the documents have.
#[test]
fn nothing_is_missing_in_our_types() {
    let Some(facts) = facts() else { return };
    let configs: Vec<Config> = configs().iter().map(|path| config::read(path).unwrap()).collect();
    let mut missing = Vec::new();
    for package in &configs[1].packages {
        let (ours, source) = (&package.source.package, &package.source.dir);
        if !document(&facts, ours).is_file() {
            continue;
        }
        let wanted = imported(&facts, ours);
        let place = Place { dir: source.clone(), shown: package.path.clone(), module: ours.module.clone() };
        missing.extend(import::merge_into(&wanted, &place, &configs).unwrap().1.added);
    }
    missing.retain(|missing: &String| !NOT_HERE.iter().any(|known| missing.ends_with(known)));
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Every document of Kubernetes can be imported without a loss, and loads.
#[test]
fn every_document_can_be_imported() {
    let Some(facts) = facts() else { return };
    let api = config::read(&repository().join("api/gen.toml")).unwrap();
    let prefixes = api.packages.iter().map(|package| &package.source.package);
    let mut foreign: BTreeMap<String, String> =
        prefixes.map(|package| (package.definition_prefix.clone(), package.module.clone())).collect();
    let admission = "io.k8s.api.admissionregistration.v1";
    foreign.insert(admission.into(), "kubeforge_api::admissionregistration::v1".into());
    let mut read_documents = 0;
    for entry in fs::read_dir(facts.join("openapi/v3")).unwrap() {
        let path = entry.unwrap().path();
        // api__v1 and apis__GROUP__VERSION; the others have no kinds
        if path.file_name().unwrap().to_string_lossy().matches("__").count() == 0
            || path.to_string_lossy().contains("openid")
        {
            continue;
        }
        let request = Request {
            files: vec![path],
            tags: Some(facts.join("protobuf-tags.csv")),
            foreign: foreign.clone(),
            ..Request::default()
        };
        let imported = read(&request);
        assert_eq!(imported.report.lost_problems(), []);
        assert!(comparable(&imported.packages[0].types).len() > 1);
        check_written(&imported.packages);
        read_documents += 1;
    }
    assert!(read_documents > 20, "{read_documents}");
}
