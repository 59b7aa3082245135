//! OpenAPI documents.

use std::path::PathBuf;

use kubeforge_gen::import::{Imported, Request};

use crate::support::{case, check_written, joined, read, shown, snapshot};

fn import(tags: Option<PathBuf>) -> Imported {
    read(&Request {
        files: vec![case("openapi/document.json")],
        foreign: [("io.k8s.api.core.v1".to_owned(), "kubeforge_api::core::v1".to_owned())].into(),
        tags,
        ..Request::default()
    })
}

#[test]
fn a_document_becomes_type_files() {
    let imported = import(None);
    assert_eq!(imported.report.lost_problems(), []);
    let written = check_written(&imported.packages);
    snapshot!("openapi", "files", joined(&written[0]));
}

#[test]
fn a_tag_table_says_numbers_order_and_inlined_structs() {
    let imported = import(Some(case("openapi/tags.csv")));
    let written = check_written(&imported.packages);
    let text: String = ["template.rs", "port.rs"].iter().map(|name| written[0][*name].as_str()).collect();
    snapshot!("openapi", "with_tags", text);
    let notes = imported.report.notes().join("\n");
    snapshot!("openapi", "notes", shown(&notes));
}
