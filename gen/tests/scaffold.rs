//! New crates, kinds and versions: what they are, and that they compile.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use kubeforge_gen::{
    model::Scope,
    run,
    scaffold::{self, Created, NewGroup, NewKind, NewVersion, Role, ScaffoldError},
};

/// A directory inside of cargo's target directory, empty, that goes with the test.
fn room() -> tempfile::TempDir {
    tempfile::tempdir_in(target()).unwrap()
}

/// Cargo's target directory: this test is in `<target>/<profile>/deps`.
fn target() -> PathBuf {
    env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

fn kubeforge() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn new_group(out: &Path, scope: Scope) -> NewGroup {
    NewGroup {
        group: "shop.example.com".into(),
        version: "v1alpha1".into(),
        kind: "Gadget".into(),
        scope,
        short: vec!["gd".into()],
        crate_name: None,
        out: Some(out.to_owned()),
        kubeforge: kubeforge(),
    }
}

fn shop(room: &Path) -> PathBuf {
    let out = room.join("shop");
    scaffold::group(&new_group(&out, Scope::Namespaced)).unwrap_or_else(|error| panic!("{error}"));
    out
}

#[track_caller]
fn assert_fresh(out: &Path) {
    let run = run::run(&[out.join("gen.toml")], &[]).unwrap_or_else(|error| panic!("{error}"));
    let stale = run.output.changes().unwrap().changes;
    assert!(stale.is_empty(), "stale: {stale:?}");
}

#[track_caller]
fn assert_holds(path: &Path, wanted: &[&str]) {
    let text = fs::read_to_string(path).unwrap();
    for want in wanted {
        assert!(text.contains(want), "no {want:?} in {}:\n{text}", path.display());
    }
}

#[test]
fn a_new_group_is_complete_and_fresh() {
    let room = room();
    let out = shop(room.path());
    assert_fresh(&out);
    for file in ["src/v1alpha1/generated/json.rs", "src/clients/clients/shop_v1alpha1.rs", "docs/shop_v1alpha1.md"] {
        assert!(out.join(file).is_file(), "{file}");
    }
    let mut left = Vec::new();
    visit(&out, &mut |path, text| {
        if text.contains("{{") && path.extension().is_none_or(|extension| extension != "rs") || text.contains("}}\"") {
            left.push(path.to_owned());
        }
        if path.extension().is_some_and(|extension| extension == "rs") {
            syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        for name in
            ["{{kind}}", "{{group}}", "{{version}}", "{{crate", "{{file}}", "{{short}}", "{{scope}}", "{{kubeforge}}"]
        {
            assert!(!text.contains(name), "{}: {name} is not filled in", path.display());
        }
    });
    assert!(left.is_empty(), "{left:?}");
}

fn visit(directory: &Path, see: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, see);
        } else {
            see(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn nothing_is_replaced_and_names_are_checked() {
    let room = room();
    let out = shop(room.path());
    assert!(matches!(scaffold::group(&new_group(&out, Scope::Cluster)), Err(ScaffoldError::Exists { .. })));
    let bad = NewGroup { group: "shop".into(), ..new_group(&room.path().join("other"), Scope::Cluster) };
    let error = scaffold::group(&bad).unwrap_err().to_string();
    assert_eq!(error, "`shop` is no group: expected a domain like shop.example.com, in lower case");
    assert!(!room.path().join("other").exists());
}

fn new_kind(out: &Path, kind: &str, version: Option<&str>) -> Result<Created, ScaffoldError> {
    scaffold::kind(&NewKind {
        config: out.join("gen.toml"),
        kind: kind.into(),
        version: version.map(str::to_owned),
        scope: Scope::Cluster,
        short: Vec::new(),
    })
}

fn new_version(out: &Path, version: &str, from: &str, role: Role) -> Result<Created, ScaffoldError> {
    let (config, version, from) = (out.join("gen.toml"), version.into(), from.into());
    scaffold::version(&NewVersion { config, version, from, role })
}

#[test]
fn a_kind_is_added_to_its_package() {
    let room = room();
    let out = shop(room.path());
    new_kind(&out, "Proxy", None).unwrap_or_else(|error| panic!("{error}"));
    assert_fresh(&out);
    assert_holds(&out.join("src/v1alpha1/proxy.rs"), &["#[api(kind, cluster, plural = \"proxies\", categories"]);
    assert_holds(
        &out.join("src/v1alpha1/mod.rs"),
        &["mod gadget;\nmod proxy;\n", "pub use proxy::{Proxy, ProxyList, ProxyPhase, ProxySpec, ProxyStatus};\n"],
    );
    assert_holds(&out.join("src/clients/clients/shop_v1alpha1.rs"), &["pub fn proxies(&self)"]);
    assert_holds(&out.join("manifests/proxy.yaml"), &["kind: Proxy\n"]);
    assert!(matches!(new_kind(&out, "Proxy", None), Err(ScaffoldError::Exists { .. })));
}

#[test]
fn a_version_becomes_the_hub_and_the_others_its_spokes() {
    let room = room();
    let out = shop(room.path());
    let marks = |version: &str| fs::read_to_string(out.join("src").join(version).join("gadget.rs")).unwrap();
    new_version(&out, "v1beta1", "v1alpha1", Role::Hub).unwrap_or_else(|error| panic!("{error}"));
    assert!(marks("v1beta1").contains("#[api(kind, hub, namespaced"), "{}", marks("v1beta1"));
    assert!(marks("v1alpha1").contains("#[api(kind, spoke_of = \"v1beta1\", namespaced"), "{}", marks("v1alpha1"));
    assert_holds(&out.join("src/v1alpha1/mod.rs"), &["mod conversion;\nmod gadget;\n"]);
    assert!(out.join("src/v1alpha1/conversion.rs").is_file() && !out.join("src/v1beta1/conversion.rs").exists());
    assert_fresh(&out);
    assert_holds(
        &out.join("src/lib.rs"),
        &[
            "pub mod v1alpha1;\npub mod v1beta1;\n",
            "    v1alpha1::generated::register(scheme);\n    v1beta1::generated::register(scheme);\n",
        ],
    );
    assert_holds(
        &out.join("gen.toml"),
        &["path = \"src/v1beta1\"", "module = \"crate::v1beta1\"", "com.example.shop.v1beta1"],
    );

    // a third one takes over; a fourth is a spoke of it
    new_version(&out, "v1", "v1beta1", Role::Hub).unwrap_or_else(|error| panic!("{error}"));
    assert!(marks("v1").contains("#[api(kind, hub, namespaced"), "{}", marks("v1"));
    for spoke in ["v1alpha1", "v1beta1"] {
        assert!(marks(spoke).contains("#[api(kind, spoke_of = \"v1\", namespaced"), "{}", marks(spoke));
    }
    new_version(&out, "v2alpha1", "v1beta1", Role::Spoke).unwrap_or_else(|error| panic!("{error}"));
    assert_holds(&out.join("src/v2alpha1/mod.rs"), &["mod conversion;\nmod gadget;\n"]);
    assert_holds(&out.join("src/v2alpha1/conversion.rs"), &["between v2alpha1 and the hub"]);
    assert!(marks("v2alpha1").contains("#[api(kind, spoke_of = \"v1\", namespaced"), "{}", marks("v2alpha1"));
    assert!(marks("v1").contains("#[api(kind, hub, namespaced"), "{}", marks("v1"));
    assert_fresh(&out);

    let error = new_kind(&out, "Widget", None).unwrap_err().to_string();
    assert!(error.ends_with("has the versions v1alpha1, v1beta1, v1, v2alpha1: say which one: --version"), "{error}");
    new_kind(&out, "Widget", Some("v1")).unwrap_or_else(|error| panic!("{error}"));
    assert_fresh(&out);
    assert!(matches!(new_version(&out, "v1", "v1beta1", Role::Hub), Err(ScaffoldError::Exists { .. })));
}

#[test]
fn the_first_version_is_the_hub_of_a_spoke() {
    let room = room();
    let out = shop(room.path());
    new_version(&out, "v1alpha2", "v1alpha1", Role::Spoke).unwrap_or_else(|error| panic!("{error}"));
    assert_holds(&out.join("src/v1alpha1/gadget.rs"), &["#[api(kind, hub, namespaced"]);
    assert_holds(&out.join("src/v1alpha2/gadget.rs"), &["#[api(kind, spoke_of = \"v1alpha1\", namespaced"]);
}

/// Checks the library: types, generated code, clients. With `KUBEFORGE_TEST_SCAFFOLD=all` the control plane, example and
/// test as well, which takes minutes where the target directory has nothing yet; `hack/readme-walk` builds and runs them.
#[test]
fn a_new_crate_compiles() {
    let room = room();
    let out = shop(room.path());
    new_version(&out, "v1", "v1alpha1", Role::Hub).unwrap_or_else(|error| panic!("{error}"));
    new_kind(&out, "Widget", Some("v1")).unwrap_or_else(|error| panic!("{error}"));
    let everything = env::var_os("KUBEFORGE_TEST_SCAFFOLD").is_some_and(|what| what == "all");
    if !everything {
        let manifest = out.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("kubeforge-runtime")).collect();
        assert_eq!(text.lines().count(), without.len() + 1);
        fs::write(manifest, without.join("\n")).unwrap();
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let checked = Command::new(cargo)
        .args(["check", "--offline", "--quiet", if everything { "--all-targets" } else { "--lib" }])
        .current_dir(&out)
        // the one that this test was built into: what is there already is not built again
        .env("CARGO_TARGET_DIR", target())
        .output();
    match checked {
        Err(error) => println!("skipped: cargo can't be run: {error}"),
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
    }
}
