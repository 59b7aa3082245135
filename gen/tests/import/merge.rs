//! Documents merged into type files.

use std::{collections::BTreeMap, fs, path::Path};

use kubeforge_gen::import::{self, Place, Request, Summary};
use similar::{ChangeTag, TextDiff};

use crate::support::{case, check_format, files, joined, load, read, snapshot, write_all};

/// That every byte of `before` is still there, in order.
#[track_caller]
fn check_bytes_kept(before: &str, after: &str) {
    let mut rest = after.bytes();
    for (offset, byte) in before.bytes().enumerate() {
        assert!(rest.any(|other| other == byte), "byte {offset} is gone: {}", &before[offset..]);
    }
}

/// That `after` is `before` with lines added: no line of it is gone.
#[track_caller]
pub(crate) fn check_kept(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
    for (name, before) in before {
        let after = after.get(name).unwrap_or_else(|| panic!("{name} is gone"));
        let diff = TextDiff::from_lines(before, after);
        let gone: Vec<_> = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Delete).collect();
        assert!(gone.is_empty(), "{name}: {gone:?}");
    }
}

fn copy(from: &Path, to: &Path) {
    for (name, text) in files(from) {
        fs::write(to.join(name), text).unwrap();
    }
}

#[test]
fn what_is_new_is_added_and_what_is_there_stays() {
    let mut imported = read(&Request {
        files: vec![case("merge/document.json")],
        tags: Some(case("merge/tags.csv")),
        ..Request::default()
    });
    let package = imported.packages.remove(0);
    let dir = tempfile::tempdir().unwrap();
    copy(&case("merge/before"), dir.path());
    let before = files(dir.path());
    let place = Place { dir: dir.path().to_owned(), shown: "src/v1".into(), module: package.module.clone() };

    let (written, Summary { added, different }) = import::merge_into(&package, &place, &imported.configs).unwrap();
    write_all(&written);
    let after = files(dir.path());
    before.iter().for_each(|(name, before)| check_bytes_kept(before, &after[name]));
    check_format(dir.path());
    let loaded = load(&[(&package, dir.path())]);
    assert!(loaded.workspace.packages[0].types.contains_key("Shelf"));
    let changed: BTreeMap<String, String> = after
        .iter()
        .filter(|(name, text)| before.get(*name) != Some(text))
        .map(|(name, text)| (name.clone(), text.clone()))
        .collect();
    let summary = format!("added:\n{}\n\nleft alone:\n{}\n", added.join("\n"), different.join("\n"));
    snapshot!("merge", "after", format!("{summary}\n{}", joined(&changed)));

    // a second time there is nothing to add
    let (written, again) = import::merge_into(&package, &place, &imported.configs).unwrap();
    assert!(written.is_empty(), "{written:#?}");
    assert_eq!((again.added, again.different), (Vec::new(), different));
}

#[test]
fn an_empty_directory_is_filled() {
    let imported =
        read(&Request { files: vec![case("crd/definition.yaml")], version: Some("v1".into()), ..Request::default() });
    let dir = tempfile::tempdir().unwrap();
    let place = Place { dir: dir.path().to_owned(), shown: "src/v1".into(), module: "crate::v1".into() };
    let (written, _) = import::merge_into(&imported.packages[0], &place, &[]).unwrap();
    assert_eq!(written.len(), import::write_new(&imported.packages[0], &place).unwrap().len());
    write_all(&written);
    let error = import::write_new(&imported.packages[0], &place).unwrap_err();
    assert_eq!(error.to_string(), "src/v1 has type files: --merge adds to them what is new");
}
