//! The rules that definitions have for their resources (`x-kubernetes-validations`).

use super::objects::{definition, widget, widget_schema};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("rules":
    broken_rules_are_told,
    rules_have_reasons_and_places,
    rules_have_messages_of_their_own,
    rules_compare_with_what_was,
    transitions_are_seen_in_keyed_lists,
    values_that_were_wrong_before_may_stay,
    rules_wait_for_valid_objects,
    rules_fail_where_values_are_absent,
    rules_know_the_libraries,
    rules_at_the_root_see_names,
    rules_are_checked_for_statuses,
    rules_that_cannot_be_read_are_refused,
    rules_are_checked_for_types,
);

/// Defines widgets with these properties of `spec`, and rules for it.
async fn define(s: &Session<'_>, group: &str, properties: Value, rules: Value) -> Result<String> {
    let mut schema = widget_schema(properties);
    schema["properties"]["spec"]["x-kubernetes-validations"] = rules;
    s.define(definition(group, schema)).await?;
    Ok(s.apis(&format!("{group}/v1"), "widgets"))
}

async fn broken_rules_are_told(s: &Session<'_>) -> Result<()> {
    let group = "told.rules.example.com";
    let properties = json!({
        "low": {"type": "integer"}, "high": {"type": "integer"},
        "name": {"type": "string", "maxLength": 20, "x-kubernetes-validations": [{"rule": "self.startsWith('w-')"}]},
        "list": {"type": "array", "maxItems": 5, "items": {"type": "string", "maxLength": 9, "x-kubernetes-validations": [
            {"rule": "self != 'bad'", "message": "bad is bad"},
        ]}},
        "map": {"type": "object", "maxProperties": 5, "additionalProperties": {"type": "integer", "x-kubernetes-validations": [
            {"rule": "self > 0", "message": "must be positive"},
        ]}},
    });
    let rules = json!([
        {"rule": "!has(self.low) || !has(self.high) || self.low <= self.high", "message": "low is above high"},
        {"rule": "!has(self.low) || self.low != 7"},
    ]);
    let path = define(s, group, properties, rules).await?;
    let spec = |name: &str, spec: Value| widget(group, name, spec);
    s.post(&path, spec("a", json!({"low": 1, "high": 2, "name": "w-a", "list": ["x"], "map": {"k": 1}})))
        .await?
        .is(201)?;
    s.post(&path, spec("b", json!({"low": 3, "high": 2}))).await?.is(422)?;
    s.post(&path, spec("b", json!({"low": 7, "high": 2}))).await?.is(422)?;
    s.post(&path, spec("b", json!({"name": "x"}))).await?.is(422)?;
    s.post(&path, spec("b", json!({"list": ["good", "bad"]}))).await?.is(422)?;
    s.post(&path, spec("b", json!({"map": {"k": -1}}))).await?.is(422)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"low": 9}})).await?.is(422)?;
    s.apply(format!("{path}/a"), "one", spec("a", json!({"low": 9}))).force().await?.is(422)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"low": 2}})).await?.is(200)?;
    Ok(())
}

async fn rules_have_reasons_and_places(s: &Session<'_>) -> Result<()> {
    let group = "reasons.rules.example.com";
    let properties =
        json!({"size": {"type": "integer"}, "inner": {"type": "object", "properties": {"a": {"type": "string"}}}});
    let rules = json!([
        {"rule": "self.size != 1", "reason": "FieldValueForbidden", "message": "not one"},
        {"rule": "self.size != 2", "reason": "FieldValueRequired", "fieldPath": ".size"},
        {"rule": "self.size != 3", "reason": "FieldValueDuplicate", "fieldPath": ".inner.a"},
        {"rule": "self.size != 4", "reason": "FieldValueInvalid", "fieldPath": ".inner"},
    ]);
    let path = define(s, group, properties, rules).await?;
    for size in 1..5 {
        s.post(&path, widget(group, "a", json!({"size": size}))).await?.is(422)?;
    }
    Ok(())
}

async fn rules_have_messages_of_their_own(s: &Session<'_>) -> Result<()> {
    let group = "messages.rules.example.com";
    let properties = json!({"size": {"type": "integer"}, "name": {"type": "string", "maxLength": 10}});
    let rules = json!([
        {"rule": "self.size < 5", "messageExpression": "self.size > 8 ? 'size is huge' : 'size is large'"},
        {"rule": "self.size < 6", "message": "fallen back", "messageExpression": "self.name"},
        {"rule": "self.size < 7", "message": "  trimmed  "},
    ]);
    let path = define(s, group, properties, rules).await?;
    s.post(&path, widget(group, "a", json!({"size": 5}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 9}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 9, "name": "named"}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 9, "name": " "}))).await?.is(422)?;
    Ok(())
}

async fn rules_compare_with_what_was(s: &Session<'_>) -> Result<()> {
    let group = "transition.rules.example.com";
    let properties = json!({
        "size": {"type": "integer", "x-kubernetes-validations": [{"rule": "self >= oldSelf", "message": "may not shrink"}]},
        "fixed": {"type": "string", "maxLength": 9, "x-kubernetes-validations": [{"rule": "self == oldSelf"}]},
        "once": {"type": "string", "maxLength": 9, "x-kubernetes-validations": [
            {"rule": "oldSelf.hasValue() || self == 'first'", "optionalOldSelf": true, "message": "begins with first"},
        ]},
    });
    let path =
        define(s, group, properties, json!([{"rule": "has(self.fixed) || !has(oldSelf.fixed)", "message": "stays"}]))
            .await?;
    s.post(&path, widget(group, "a", json!({"size": 1, "once": "second"}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 1, "once": "first"}))).await?.is(201)?;
    let one = format!("{path}/a");
    s.merge_patch(&one, json!({"spec": {"size": 2, "once": "third"}})).await?.is(200)?;
    s.merge_patch(&one, json!({"spec": {"size": 1}})).await?.is(422)?;
    s.merge_patch(&one, json!({"spec": {"fixed": "x"}})).await?.is(200)?;
    s.merge_patch(&one, json!({"spec": {"fixed": "y"}})).await?.is(422)?;
    s.merge_patch(&one, json!({"spec": {"fixed": null}})).await?.is(422)?;
    Ok(())
}

async fn transitions_are_seen_in_keyed_lists(s: &Session<'_>) -> Result<()> {
    let group = "keyed.rules.example.com";
    let item = json!({"type": "object", "required": ["key"], "properties": {
        "key": {"type": "string", "maxLength": 9},
        "size": {"type": "integer", "x-kubernetes-validations": [{"rule": "self >= oldSelf"}]},
    }});
    let properties = json!({
        "list": {"type": "array", "maxItems": 5, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"], "items": item},
    });
    let path =
        define(s, group, properties, json!([{"rule": "!has(self.list) || self.list.all(i, i.key != 'bad')"}])).await?;
    s.post(&path, widget(group, "a", json!({"list": [{"key": "a", "size": 3}, {"key": "b", "size": 3}]})))
        .await?
        .is(201)?;
    let one = format!("{path}/a");
    s.merge_patch(&one, json!({"spec": {"list": [{"key": "b", "size": 3}, {"key": "c", "size": 1}]}}))
        .await?
        .is(200)?;
    s.merge_patch(&one, json!({"spec": {"list": [{"key": "c", "size": 2}, {"key": "b", "size": 1}]}}))
        .await?
        .is(422)?;
    s.merge_patch(&one, json!({"spec": {"list": [{"key": "bad"}]}})).await?.is(422)?;
    Ok(())
}

async fn values_that_were_wrong_before_may_stay(s: &Session<'_>) -> Result<()> {
    let group = "ratchet.rules.example.com";
    let properties = json!({"size": {"type": "integer"}, "other": {"type": "integer"}});
    let path = define(s, group, properties.clone(), json!([])).await?;
    s.post(&path, widget(group, "a", json!({"size": 9}))).await?.is(201)?;
    let rules = json!([{"rule": "self < 5", "message": "too large"}]);
    let of_size = json!({"spec": {"versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {
            "size": {"type": "integer", "x-kubernetes-validations": rules}, "other": {"type": "integer"},
        }}},
    }}}]}});
    let definition = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{group}");
    s.merge_patch(definition, of_size).only_status().await?.is(200)?;
    s.until("the rule is enforced", || async {
        let made = s.post(&path, widget(group, "probe", json!({"size": 9}))).dry_run().unrecorded().await?;
        Ok(made.status() == 422)
    })
    .await?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"other": 1}})).await?.is(200)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"size": 8}})).await?.is(422)?;
    Ok(())
}

async fn rules_wait_for_valid_objects(s: &Session<'_>) -> Result<()> {
    let group = "waiting.rules.example.com";
    let properties = json!({"size": {"type": "integer", "maximum": 8}, "colour": {"type": "string", "enum": ["red"]}});
    let path = define(s, group, properties, json!([{"rule": "self.size < 5", "message": "too large"}])).await?;
    s.post(&path, widget(group, "a", json!({"size": "x"}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 9}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 9, "colour": "blue"}))).await?.is(422)?;
    Ok(())
}

async fn rules_fail_where_values_are_absent(s: &Session<'_>) -> Result<()> {
    let group = "absent.rules.example.com";
    let properties = json!({"size": {"type": "integer"}, "list": {"type": "array", "maxItems": 5, "items": {"type": "integer"}}, "port": {"x-kubernetes-int-or-string": true}});
    let rules = json!([
        {"rule": "self.size < 5"},
        {"rule": "!has(self.list) || self.list[1] > 0"},
        {"rule": "!has(self.port) || self.port > 5"},
        {"rule": "10 / self.size > 0", "message": "divides"},
    ]);
    let path = define(s, group, properties, rules).await?;
    s.post(&path, widget(group, "a", json!({}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 1, "list": [1]}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 1, "port": "x"}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 0}))).await?.is(422)?;
    s.post(&path, widget(group, "a", json!({"size": 1, "port": 7}))).await?.is(201)?;
    Ok(())
}

async fn rules_know_the_libraries(s: &Session<'_>) -> Result<()> {
    let group = "libraries.rules.example.com";
    let properties = json!({
        "name": {"type": "string", "maxLength": 40},
        "wait": {"type": "string", "format": "duration", "maxLength": 20},
        "at": {"type": "string", "format": "date-time", "maxLength": 40},
        "set": {"type": "array", "maxItems": 5, "x-kubernetes-list-type": "set", "items": {"type": "integer"}},
        "memory": {"type": "string", "maxLength": 20},
        "address": {"type": "string", "maxLength": 40},
        "if": {"type": "boolean"},
        "share": {"type": "number"},
    });
    let rules = json!([
        {"rule": "!has(self.name) || self.name.find('[0-9]+') == '42'", "message": "find"},
        {"rule": "!has(self.name) || self.name.split('-').size() == 2 && self.name.lowerAscii() == self.name", "message": "split"},
        {"rule": "!has(self.wait) || self.wait <= duration('1h30m')", "message": "wait"},
        {"rule": "!has(self.at) || self.at < timestamp('2030-01-01T00:00:00Z')", "message": "at"},
        {"rule": "!has(self.set) || (self.set == [2, 1] && self.set.max() == 2 && self.set.sum() == 3)", "message": "set"},
        {"rule": "!has(self.memory) || quantity(self.memory).isLessThan(quantity('1Gi'))", "message": "memory"},
        {"rule": "!has(self.address) || isIP(self.address) || isCIDR(self.address)", "message": "address"},
        {"rule": "!has(self.__if__) || self.__if__", "message": "if"},
        {"rule": "!has(self.share) || self.share > 1.5", "message": "share"},
        {"rule": "self.?name.orValue('none') != 'nobody'", "message": "nobody"},
    ]);
    let path = define(s, group, properties, rules).await?;
    for (index, spec) in [
        json!({"name": "a-42", "wait": "90m", "at": "2020-01-01T00:00:00Z", "set": [1, 2], "memory": "5M", "address": "10.0.0.0/8", "if": true, "share": 2}),
        json!({"name": "A-42"}),
        json!({"name": "nobody"}),
        json!({"wait": "91m"}),
        json!({"at": "2031-01-01T00:00:00Z"}),
        json!({"set": [1, 3]}),
        json!({"memory": "2Gi"}),
        json!({"memory": "much"}),
        json!({"address": "10.0.0.256"}),
        json!({"if": false}),
        json!({"share": 1}),
    ]
    .into_iter()
    .enumerate()
    {
        s.post(&path, widget(group, &format!("w{index}"), spec)).await?;
    }
    Ok(())
}

async fn rules_at_the_root_see_names(s: &Session<'_>) -> Result<()> {
    let group = "root.rules.example.com";
    let mut schema = widget_schema(json!({"size": {"type": "integer"}}));
    schema["x-kubernetes-validations"] = json!([
        {"rule": "self.metadata.name.startsWith('w-')", "message": "named badly"},
        {"rule": "self.kind == 'Widget' && self.apiVersion.endsWith('/v1')"},
        {"rule": "!has(self.spec) || self.spec.size == oldSelf.spec.size", "message": "fixed"},
    ]);
    s.define(definition(group, schema)).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&path, widget(group, "bad", json!({"size": 1}))).await?.is(422)?;
    s.post(&path, widget(group, "w-good", json!({"size": 1}))).await?.is(201)?;
    s.merge_patch(format!("{path}/w-good"), json!({"spec": {"size": 2}})).await?.is(422)?;
    Ok(())
}

async fn rules_are_checked_for_statuses(s: &Session<'_>) -> Result<()> {
    let group = "statuses.rules.example.com";
    let schema = json!({"type": "object", "properties": {
        "spec": {"type": "object", "properties": {"size": {"type": "integer"}}},
        "status": {"type": "object", "properties": {"size": {"type": "integer"}},
                   "x-kubernetes-validations": [{"rule": "self.size < 5", "message": "status too large"}]},
    }});
    let mut definition = definition(group, schema);
    definition["spec"]["versions"][0]["subresources"] = json!({"status": {}});
    s.define(definition).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&path, widget(group, "a", json!({"size": 9}))).await?.is(201)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"size": 4}})).await?.is(200)?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"size": 5}})).await?.is(422)?;
    Ok(())
}

async fn rules_that_cannot_be_read_are_refused(s: &Session<'_>) -> Result<()> {
    let group = "unread.rules.example.com";
    for rule in ["self.absent == 1", "self.size ==", "other == 1", "self.size.nonsense()", "", "self.size == 'x' ||"] {
        let mut schema = widget_schema(json!({"size": {"type": "integer"}}));
        schema["properties"]["spec"]["x-kubernetes-validations"] = json!([{"rule": rule}]);
        s.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition(group, schema))
            .only_at(&["/reason"])
            .await?
            .is(422)?;
    }
    Ok(())
}

async fn rules_are_checked_for_types(s: &Session<'_>) -> Result<()> {
    let group = "types.rules.example.com";
    let mut schema = widget_schema(json!({"size": {"type": "integer"}}));
    schema["properties"]["spec"]["x-kubernetes-validations"] = json!([{"rule": "self.size == 'x'"}]);
    s.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition(group, schema)).await?.is(422)?;
    Ok(())
}
