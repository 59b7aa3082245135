//! The grammar holds every marker that the neighbours' generators read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use kubeforge_gen::load::grammar::{LEFT_OUT, MARKERS, Place};

#[test]
fn names_are_unique_where_they_stand() {
    let mut seen = BTreeSet::new();
    for marker in MARKERS {
        for place in marker.places {
            assert!(seen.insert((marker.name, place.name())), "{} is twice on a {}", marker.name, place.name());
        }
    }
}

#[test]
fn the_list_for_people_is_fresh() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("MARKERS.md");
    let text = fs::read_to_string(path).unwrap();
    assert!(text == kubeforge_gen::markers::markdown(), "gen/MARKERS.md is stale: run hack/update-codegen");
}

/// An example that is one of the marker's own forms, and reads as Rust.
#[test]
fn examples_show_the_marker() {
    for marker in MARKERS.iter().filter(|marker| !marker.places.contains(&Place::Package)) {
        assert!(marker.example.contains(marker.name), "{}: {}", marker.name, marker.example);
        let attribute = format!("#[api({})] struct A;", marker.example);
        syn::parse_str::<syn::ItemStruct>(&attribute).unwrap_or_else(|error| panic!("{}: {error}", marker.name));
    }
}

/// What the table says in parentheses about a marker's values and meaning: no markers.
const EXPLANATIONS: &[&str] = &[
    "k8s-short-name",
    "k8s-long-name",
    "k8s-uuid",
    "ip",
    "cidr",
    "label keys and values",
    "…",
    "checked",
    "not yet enforced",
];

/// The Go markers of a table cell: `` `genclient`, `:noStatus` `` is `genclient` and `genclient:noStatus`, and
/// `` `mapType=atomic\|granular` `` is `mapType=atomic` and `mapType=granular`.
fn go_markers(cell: &str) -> Vec<String> {
    let cell = cell.replace("\\|", "|").replace('`', "").replace("stage of a rule:", "");
    let mut prefix = String::new();
    let mut found = Vec::new();
    let words =
        cell.split([',', '(', ')']).map(str::trim).filter(|word| !word.is_empty() && !EXPLANATIONS.contains(word));
    for word in words.flat_map(alternatives) {
        match word.strip_prefix([':', '-']) {
            Some(rest) => {
                let joint = &word[..1];
                found.push(format!("{prefix}{joint}{rest}"));
            }
            None => {
                prefix = word.split('=').next().unwrap_or(&word).to_owned();
                found.push(word);
            }
        }
    }
    found
}

/// `a=b|c` is `a=b` and `a=c`, likewise `a:b|c`; `A/B` is `A` and, of the same beginning, `B`.
fn alternatives(word: &str) -> Vec<String> {
    if let Some((values_at, _)) = word.rmatch_indices([':', '=']).next().filter(|_| word.contains('|')) {
        let (name, values) = word.split_at(values_at + 1);
        return values.split('|').map(|value| format!("{name}{value}")).collect();
    }
    match word.split_once('/') {
        Some((first, second)) => {
            let start = first.rfind(char::is_uppercase).unwrap_or_default();
            vec![first.to_owned(), format!("{}{second}", &first[..start])]
        }
        None => vec![word.to_owned()],
    }
}

/// Whether some marker of ours, or the list of those left out, names the Go marker: whole, or as its last part.
fn is_covered(go: &str) -> bool {
    let names = MARKERS.iter().flat_map(|marker| marker.replaces).copied().chain(LEFT_OUT.iter().map(|(go, _)| *go));
    let plain = |name: &str| name.to_lowercase().replace([' ', '…', '='], "");
    let go = plain(go);
    let last = |name: &str| name.rsplit([':', '-']).next().map(str::to_owned).unwrap_or_default();
    names.map(plain).any(|name| name == go || last(&name) == last(&go))
}

#[test]
fn every_marker_of_the_neighbours_has_a_counterpart() {
    let shared = env::var_os("KUBEFORGE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(table) = fs::read_to_string(shared.join("MARKERS.md")) else {
        eprintln!("skipped: no MARKERS.md beside the workspace");
        return;
    };
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Go marker"));
    let cells = rows.filter_map(|row| row.trim_start_matches("| ").split(" | ").next());
    let missing: Vec<String> = cells.flat_map(go_markers).filter(|go| !is_covered(go)).collect();
    assert_eq!(missing, Vec::<String>::new(), "Go markers without a counterpart");
}
