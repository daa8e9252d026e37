use std::collections::BTreeSet;

use super::*;

fn document(service: &Service) -> Value {
    let path = workspace_root().unwrap().join(service.document);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn operations(document: &Value) -> BTreeSet<String> {
    let items = document["paths"].as_object().unwrap().values();
    items
        .flat_map(|item| item.as_object().unwrap().values())
        .filter_map(|operation| operation.get("operationId"))
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

/// Methods of `Client` in the committed code that start an operation.
fn generated(service: &Service) -> BTreeSet<String> {
    let path = workspace_root().unwrap().join(service.output).join("mod.rs");
    let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    file.items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Impl(block) if block.trait_.is_none() => Some(&block.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(function) if function.sig.receiver().is_some() => Some(function.sig.ident.to_string()),
            _ => None,
        })
        .collect()
}

#[test]
fn committed_code_is_what_the_documents_say() {
    run(&Args { check: true }).unwrap();
}

#[test]
fn every_operation_has_a_method_except_those_left_out_for_a_reason() {
    for (service, count) in SERVICES.iter().zip([74, 46]) {
        let mut wanted = operations(&document(service));
        for (id, reason) in service.left_out {
            assert!(wanted.remove(*id), "{id} is in the document");
            assert!(!reason.is_empty());
        }
        assert_eq!(generated(service), wanted, "{}", service.document);
        assert_eq!(wanted.len(), count, "{}", service.document);
    }
}

#[test]
fn every_operation_parameter_and_schema_is_described() {
    for service in SERVICES {
        let document = document(service);
        let described = |value: &Value| value["description"].as_str().is_some_and(|text| text.ends_with('.'));
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values().filter(|it| it.get("operationId").is_some()) {
                assert!(described(operation), "{}", operation["operationId"]);
            }
        }
        for kind in ["parameters", "schemas", "responses", "requestBodies"] {
            for (name, value) in document["components"][kind].as_object().unwrap() {
                assert!(described(value), "{kind} {name}");
            }
        }
    }
}

#[test]
fn a_changed_document_fails_the_check_and_names_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let outputs =
        [Output { name: "mod.rs", text: "one".into() }, Output { name: "types/builder.rs", text: "two".into() }];
    let stale = settle(folder.path(), &outputs, true).unwrap();
    assert_eq!(stale.len(), 2, "missing files are stale");
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none(), "a check writes nothing");

    assert!(settle(folder.path(), &outputs, false).unwrap().is_empty());
    assert!(settle(folder.path(), &outputs, true).unwrap().is_empty());

    fs::write(folder.path().join("mod.rs"), "edited by hand").unwrap();
    fs::write(folder.path().join("left-over.rs"), "").unwrap();
    assert_eq!(settle(folder.path(), &outputs, true).unwrap().len(), 2, "edited and left-over files are stale");
    assert!(settle(folder.path(), &outputs, false).unwrap().is_empty());
    assert!(!folder.path().join("left-over.rs").exists());
    assert_eq!(fs::read_to_string(folder.path().join("mod.rs")).unwrap(), "one");
}

#[test]
fn generating_twice_gives_the_same_text() {
    let service = &SERVICES[1];
    let text = document(service).to_string();
    let texts = |outputs: Vec<Output>| outputs.into_iter().map(|output| output.text).collect::<Vec<_>>();
    assert_eq!(texts(render(service, &text).unwrap()), texts(render(service, &text).unwrap()));
}
