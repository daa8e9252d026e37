//! What the documents promise is there.
#![expect(clippy::expect_used, reason = "a document that cannot be read fails the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Names of all functions in the crates' sources.
fn functions() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<PathBuf> = [
        "cloud-client",
        "cluster-client",
        "cluster-provider",
        "cluster-resources",
        "core-client",
        "identity-client",
        "region-client",
        "fake-cluster",
        "testkit",
        "tests",
    ]
    .map(|c| root().join(c))
    .into();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder of sources can be listed");
            open.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let text = std::fs::read_to_string(&path).expect("sources are text");
            let heads = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            names.extend(heads.map(str::to_owned));
        }
    }
    names
}

#[test]
fn every_weakness_is_answered_by_tests_that_exist() {
    let document = std::fs::read_to_string(root().join("docs/compatibility.md")).expect("the document is there");
    let functions = functions();
    let rows: Vec<&str> = document.lines().filter(|line| line.starts_with("| W-")).collect();
    assert_eq!(rows.len(), 30, "one row for each weakness");
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let tests: Vec<&str> = cells[4].split('`').skip(1).step_by(2).filter(|name| !name.contains('-')).collect();
        assert!(!tests.is_empty(), "{} names no test", cells[1]);
        for test in tests {
            assert!(functions.contains(test), "{} names the test {test}, which does not exist", cells[1]);
        }
    }
}

#[test]
fn every_difference_between_clusters_is_shown_by_tests_that_exist() {
    let document = std::fs::read_to_string(root().join("docs/compatibility.md")).expect("the document is there");
    let functions = functions();
    let (_, clusters) = document.split_once("\n## Declared state").expect("the document has a part about clusters");
    let rows = clusters.lines().filter(|line| line.starts_with("| ") && !line.contains("| Here |"));
    let mut shown = 0;
    for row in rows {
        let tests = row.rsplit('|').nth(1).expect("a last cell").split('`').skip(1).step_by(2);
        let tests: Vec<&str> = tests.filter(|name| name.contains('_')).collect();
        assert!(!tests.is_empty(), "no test shows: {row}");
        for test in tests {
            assert!(functions.contains(test), "the test {test} does not exist: {row}");
        }
        shown += 1;
    }
    assert!(shown > 30, "only {shown} rows");
}

#[test]
fn every_refused_attack_has_a_test() {
    let document = std::fs::read_to_string(root().join("SECURITY.md")).expect("the document is there");
    let functions = functions();
    let (_, refused) = document.split_once("| Attack |").expect("the document has a table of attacks");
    let rows: Vec<&str> = refused.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 12, "only {} attacks", rows.len());
    for row in rows {
        let test = row.split('`').rev().nth(1).expect("a test in the last cell");
        assert!(functions.contains(test), "the test {test} does not exist: {row}");
    }
}

#[test]
fn every_guide_is_in_the_list_of_guides_and_compiled() {
    let folder = root().join("docs/guides");
    let list = std::fs::read_to_string(folder.join("README.md")).expect("the list is there");
    let compiled = std::fs::read_to_string(root().join("examples/src/lib.rs")).expect("snippets are compiled there");
    for entry in std::fs::read_dir(&folder).expect("the folder can be listed") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if name != "README.md" {
            assert!(list.contains(&format!("({name})")), "{name} is not in the list");
            assert!(compiled.contains(&format!("guides/{name}")), "the snippets of {name} are not compiled");
        }
    }
}

#[test]
fn every_decision_is_in_the_list_of_decisions() {
    let folder = root().join("docs/decisions");
    let list = std::fs::read_to_string(folder.join("README.md")).expect("the list is there");
    for entry in std::fs::read_dir(&folder).expect("the folder can be listed") {
        let name = entry.expect("an entry").file_name().into_string().expect("a readable name");
        assert!(name == "README.md" || list.contains(&format!("({name})")), "{name} is not in the list");
    }
}
