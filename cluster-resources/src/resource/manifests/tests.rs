use proptest::prelude::*;

use super::*;

fn read_all(text: &str) -> Vec<Result<Resource, InvalidResource>> {
    manifests(text, "app.yaml")
}

fn one(text: &str) -> Resource {
    let mut all = read_all(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).unwrap()
}

fn refused(text: &str) -> String {
    let mut all = read_all(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).unwrap_err().to_string()
}

const A: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const B: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n";

#[test]
fn documents_are_numbered_and_empty_ones_left_out() {
    let text = format!("# about\n---\n{A}---\n# nothing here\n---\n\n--- # the next\n{B}...\n---\n");
    let all = read_all(&text);
    let places: Vec<_> = all.iter().flatten().map(|resource| (resource.name(), resource.origin().document)).collect();
    assert_eq!(places, [("a", Some(1)), ("b", Some(2))]);
    assert_eq!(all[0].as_ref().unwrap().origin().to_string(), "app.yaml document 1");
    assert!(read_all("").is_empty() && read_all("---\n---\n# x\n").is_empty());
}

#[test]
fn a_malformed_document_leaves_the_others_usable() {
    let text = format!("{A}---\nkind: [\n---\n{B}---\nkind: Pod\n");
    let all = read_all(&text);
    assert_eq!(all.len(), 4);
    assert_eq!(all[0].as_ref().unwrap().name(), "a");
    let message = all[1].as_ref().unwrap_err().to_string();
    assert!(message.contains("not well-formed YAML at line"), "{message}");
    assert!(message.ends_with("(app.yaml document 2)"), "{message}");
    assert_eq!(all[2].as_ref().unwrap().name(), "b");
    assert_eq!(all[3].as_ref().unwrap_err().problems().len(), 2);
}

#[test]
fn a_border_inside_of_a_block_is_text_and_directives_belong_to_what_follows() {
    let resource = one(&format!("%YAML 1.2\n---\n{A}data:\n  k: |\n    ---\n    x\n  --- : z\n"));
    assert_eq!(resource.body()["data"]["k"], "---\nx\n");
    let all = read_all("--- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n");
    assert_eq!(all[0].as_ref().unwrap().name(), "c");
}

#[test]
fn lists_are_unpacked_and_name_the_item_that_is_wrong() {
    let text = "kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n\
                - {apiVersion: v1, kind: ConfigMap, metadata: {name: B}}\n\
                - kind: List\n  items:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n";
    let all = read_all(text);
    assert_eq!(all.len(), 3);
    assert_eq!(all[0].as_ref().unwrap().name(), "a");
    assert_eq!(all[1].as_ref().unwrap_err().problems()[0].path, "items[1].metadata.name");
    assert_eq!(all[2].as_ref().unwrap().name(), "c");
    let typed = one(r#"{"kind": "SecretList", "apiVersion": "v1", "items": [{"metadata": {"name": "s"}}]}"#);
    assert!(typed.is_secret());
}

#[test]
fn json_is_read_as_json() {
    let text = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"\\ud83d\\ude00\\/\"}}\n\
                {\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"}}";
    let all = read_all(text);
    assert_eq!(all[0].as_ref().unwrap().body()["data"]["k"], "😀/");
    assert_eq!(all[1].as_ref().unwrap().origin().document, Some(2));
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    assert!(refused("kind: Pod\nkind: Job\n").contains("there twice at line 2"));
    assert!(refused("---\n{\"kind\": \"Pod\",\n\"a\": {\"b\": 1, \"b\": 2}}").contains("there twice at line 3"));
}

#[test]
fn scalars_are_read_as_kubectl_reads_them() {
    let resource = one(&format!(
        "{A}spec:\n  mode: 0644\n  on: yes\n  off: no\n  quoted: 'yes'\n  version: 1.10\n  exponent: '1e3'\n"
    ));
    assert_eq!(
        resource.body()["spec"],
        serde_json::json!({"mode": 420, "on": true, "off": false, "quoted": "yes", "version": 1.1, "exponent": "1e3"})
    );
    // What would be a boolean or number where text is needed is told, not guessed.
    let message = refused(&format!("{A}data:\n  answer: no\n  port: 8080\n"));
    assert!(message.contains("data.answer: must be a string, not a boolean; write it in quotes"), "{message}");
    assert!(message.contains("data.port: must be a string, not a number; write it in quotes"), "{message}");
}

#[test]
fn anchors_work_and_bombs_are_bounded() {
    let resource = one("a: &labels {app: x}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: *labels}\n");
    assert_eq!(resource.label("app"), Some("x"));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let begun = std::time::Instant::now();
    refused(&bomb);
    assert!(begun.elapsed().as_secs() < 20);
    let deep = "[".repeat(100_000);
    refused(&format!("a: {deep}"));
    refused(&format!("{{\"a\": {deep}"));
}

#[test]
fn errors_do_not_quote_the_text() {
    const SENTINEL: &str = "s3ntinel";
    for text in [
        format!("kind: Secret\ndata:\n  password: {SENTINEL}: x\n"),
        format!("kind: Secret\nstringData: {{p: \"{SENTINEL}\n"),
        format!("- {SENTINEL}\n"),
        SENTINEL.to_owned(),
        format!("{{\"kind\": \"Secret\", \"stringData\": {{\"p\": \"{SENTINEL}\"}}}}"),
        format!("kind: Secret\nstringData: {{p: *{SENTINEL}}}\n"),
        format!("kind: !!{SENTINEL} Secret\nstringData: {{p: !!int {SENTINEL}}}\n"),
    ] {
        for error in read_all(&text).into_iter().map(Result::unwrap_err) {
            assert!(!format!("{error} {error:?}").contains(SENTINEL), "{error:?}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_fail(text in "(---|\\.\\.\\.|kind|apiVersion|items|List|[a-z:{}\\[\\],&*!|>%#\"' \\-\n]|\\PC){0,60}") {
        for found in read_all(&text) {
            if let Err(invalid) = found {
                prop_assert!(!invalid.problems().is_empty());
            }
        }
    }
}
