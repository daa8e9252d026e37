//! What the documents promise is there.
#![expect(clippy::expect_used, reason = "a document that cannot be read fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Those that others depend on.
const CRATES: [&str; 8] = [
    "cloud-client",
    "cluster-client",
    "cluster-provider",
    "cluster-resources",
    "core-client",
    "fake-cluster",
    "identity-client",
    "region-client",
];

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("the document is there")
}

/// All sources below these folders, and where they are.
fn sources<'a>(folders: impl IntoIterator<Item = &'a &'a str>) -> Vec<(PathBuf, String)> {
    let mut open: Vec<PathBuf> = folders.into_iter().map(|name| root().join(name)).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder of sources can be listed");
            open.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let text = std::fs::read_to_string(&path).expect("sources are text");
            found.push((path, text));
        }
    }
    found
}

/// The pages that people read: at the top, about the crates, and the guides.
fn pages() -> Vec<PathBuf> {
    let listed = |folder: PathBuf| {
        let entries = std::fs::read_dir(folder).expect("the folder can be listed");
        entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|ext| ext == "md"))
    };
    ["", "docs", "docs/guides", "docs/decisions"].iter().flat_map(|folder| listed(root().join(folder))).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c != '_' && !c.is_alphanumeric())
        .filter(|word| word.starts_with(|c: char| c == '_' || c.is_alphabetic()))
}

/// Names of all functions in the crates' sources.
fn functions() -> BTreeSet<String> {
    homes().into_keys().collect()
}

/// In which files the functions are that are called so.
fn homes() -> BTreeMap<String, Vec<PathBuf>> {
    let mut names: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (path, text) in sources(CRATES.iter().chain(&["testkit", "tests"])) {
        for head in text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next()) {
            names.entry(head.to_owned()).or_default().push(path.clone());
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
    let (document, homes) = (read("SECURITY.md"), homes());
    let (_, refused) = document.split_once("| Attack |").expect("the document has a table of attacks");
    let rows: Vec<&str> = refused.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 12, "only {} attacks", rows.len());
    for row in rows {
        let test = row.split('`').rev().nth(1).expect("a test in the last cell");
        let homes = homes.get(test).unwrap_or_else(|| panic!("the test {test} does not exist: {row}"));
        // The page names two commands: without the mark, it must be in what the whole workspace's tests run.
        let is_about_aws =
            homes.iter().all(|home| ["aws", "eks"].iter().any(|room| home.iter().any(|part| part == *room)));
        assert_eq!(row.contains("*AWS*"), is_about_aws, "{row}");
    }
}

/// The page of a crate, as its `lib.rs` has it.
fn page(library: &str) -> String {
    let lines = library.lines().filter(|line| line.starts_with("//!") || line.contains("doc = \""));
    let page = lines.collect::<Vec<_>>().join("\n");
    // Without its examples.
    page.split("```").step_by(2).collect()
}

/// Whether the text names this in code or in a link, whatever stands around it there.
fn names(text: &str, name: &str) -> bool {
    text.split('`')
        .skip(1)
        .step_by(2)
        .any(|code| code.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|word| word == name))
}

#[test]
fn the_page_of_a_crate_names_its_rooms_and_its_features() {
    for name in CRATES.iter().chain(&["testkit"]) {
        let (library, manifest) = (read(&format!("{name}/src/lib.rs")), read(&format!("{name}/Cargo.toml")));
        let page = page(&library);
        let exported: Vec<&str> = library.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next()).collect();
        for room in library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')) {
            // What is exported at the top stands for where it comes from.
            let stands_for = exported.iter().filter_map(|list| list.strip_prefix(&format!("{room}::")));
            let mut exports =
                stands_for.flat_map(|list| list.split([' ', ',', '{', '}', '\n'])).filter(|word| !word.is_empty());
            assert!(names(&page, room) || exports.any(|word| names(&page, word)), "{name} does not name {room}");
        }
        let features =
            manifest.split("\n[features]\n").nth(1).map_or("", |rest| rest.split("\n[").next().unwrap_or(rest));
        let (_, listed) = page.split_once("# Features").unwrap_or_else(|| panic!("{name} lists no features"));
        for feature in features.lines().filter_map(|line| line.split_once(" = ")).map(|(feature, _)| feature) {
            let is_plain = !feature.starts_with([' ', '#', '"']) && feature != "default";
            assert!(!is_plain || names(listed, feature), "{name} does not list the feature {feature}");
        }
    }
}

#[test]
fn documentation_is_made_with_all_features_and_says_which_are_needed() {
    for name in CRATES {
        let (library, manifest) = (read(&format!("{name}/src/lib.rs")), read(&format!("{name}/Cargo.toml")));
        let (_, how) =
            manifest.split_once("[package.metadata.docs.rs]").unwrap_or_else(|| panic!("{name} says nothing"));
        assert!(how.contains("all-features = true") && how.contains("\"docsrs\""), "{name}");
        assert!(library.contains("#![cfg_attr(docsrs, feature(doc_cfg))]"), "{name}");
    }
}

#[test]
fn every_example_is_in_the_list_of_examples() {
    let list = read("README.md");
    for entry in std::fs::read_dir(root().join("examples/examples")).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let is_listed = list.contains(&format!("| `{name}`")) || list.contains(&format!("--example {name} "));
        assert!(is_listed, "{name} is not in the README");
    }
}

#[test]
fn what_the_documents_say_to_depend_on_is_what_is_depended_on() {
    let manifest = read("Cargo.toml");
    let version_of = |name: &str| {
        let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = "))).expect("a dependency");
        line.split_once("version = ").map_or(line, |(_, rest)| rest).split('"').nth(1).expect("a version").to_owned()
    };
    let (guides, readme) = (read("docs/guides/README.md"), read("README.md"));
    let versions = readme.lines().find(|line| line.starts_with("| 0.")).expect("a row of versions");
    let cells: Vec<&str> = versions.split('|').map(str::trim).collect();
    for (name, cell) in [("kube", cells[2]), ("k8s-openapi", cells[3])] {
        // Documents say as much of a version as decides what fits together.
        assert!(format!("{}.", version_of(name)).starts_with(&format!("{cell}.")), "{name} in the README");
        assert!(guides.contains(&format!("{name} = {{ version = \"{cell}\"")), "{name} in the guides");
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
fn every_name_in_a_guide_is_in_the_code() {
    let sources = sources(CRATES.iter().chain(&["examples", "testkit", "tests"]));
    let known: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| words(text)).collect();
    for guide in pages().into_iter().filter(|page| page.parent().is_some_and(|folder| folder.ends_with("guides"))) {
        let text = std::fs::read_to_string(&guide).expect("a guide is text");
        // Snippets are compiled; what stands on the left of the tables of `migrate` is the originals'.
        let is_about_originals = guide.ends_with("migrate.md");
        let prose = text.split("```").step_by(2).flat_map(str::lines);
        for line in
            prose.map(|line| if is_about_originals { line.rsplit('|').nth(1).unwrap_or_default() } else { line })
        {
            for name in line.split('`').skip(1).step_by(2).flat_map(words) {
                assert!(known.contains(name), "{}: nothing is called {name}: {line}", guide.display());
            }
        }
    }
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page is text");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_ours = !target.is_empty() && !target.contains("://") && !target.contains(char::is_whitespace);
            let there = page.parent().expect("a page is in a folder").join(target);
            assert!(!is_ours || there.exists(), "{}: there is no {target}", page.display());
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
