//! Custom resource definitions.

use kubeforge_gen::import::{Problem, Request};

use crate::support::{case, check_written, joined, read, shown, snapshot};

#[test]
fn every_version_becomes_a_package() {
    let imported = read(&Request { files: vec![case("crd/definition.yaml")], ..Request::default() });
    assert_eq!(imported.report.lost_problems(), []);
    let versions: Vec<(&str, &str)> =
        imported.packages.iter().map(|package| (package.version.as_str(), package.module.as_str())).collect();
    assert_eq!(versions, [("v1", "crate::v1"), ("v1beta1", "crate::v1beta1")]);
    let written = check_written(&imported.packages);
    snapshot!("crd", "v1", joined(&written[0]));
    snapshot!("crd", "v1beta1", joined(&written[1]));
}

#[test]
fn one_version_alone_is_no_spoke() {
    let request =
        Request { files: vec![case("crd/definition.yaml")], version: Some("v1beta1".into()), ..Request::default() };
    let imported = read(&request);
    let [package] = &imported.packages[..] else { panic!("one package") };
    assert_eq!(package.types["Widget"].kind.as_ref().unwrap().spoke_of, None);
    check_written(&imported.packages);
}

#[test]
fn what_has_no_marker_is_listed() {
    let imported = read(&Request { files: vec![case("crd/lossy.yaml")], ..Request::default() });
    let lost: Vec<String> = imported.report.lost_problems().iter().map(Problem::to_string).collect();
    snapshot!("crd", "lost", shown(&format!("{}\n\n{}", lost.join("\n"), imported.report.notes().join("\n"))));
    check_written(&imported.packages);
}
