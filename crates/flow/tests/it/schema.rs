use serde_json::Value;
use std::collections::BTreeSet;

fn refs<'v>(value: &'v Value, into: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(it)) = map.get("$ref") {
                into.insert(it);
            }
            map.values().for_each(|it| refs(it, into));
        }
        Value::Array(list) => list.iter().for_each(|it| refs(it, into)),
        _ => {}
    }
}

fn is_self_contained(schema: &Value) {
    let mut found = BTreeSet::new();
    refs(schema, &mut found);
    for it in found {
        let name = it
            .strip_prefix("#/$defs/")
            .unwrap_or_else(|| panic!("{it} leads out of the document"));
        assert!(schema["$defs"][name].is_object(), "{it} is not there");
    }
}

#[test]
fn schemas_are_self_contained() {
    is_self_contained(&smartbot_flow::bot_schema());
    for it in smartbot_flow::box_catalogue().as_array().unwrap() {
        is_self_contained(&it["schema"]);
    }
}

#[test]
fn the_schema_knows_every_key_of_the_examples_and_names_what_is_needed() {
    for it in smartbot_flow::box_catalogue().as_array().unwrap() {
        for example in it["examples"].as_array().unwrap() {
            let written = example["box"].as_object().unwrap();
            for key in written.keys() {
                assert!(
                    it["schema"]["properties"].get(key).is_some(),
                    "{}: {key}",
                    it["type"]
                );
            }
            for key in it["schema"]["required"].as_array().unwrap() {
                assert!(
                    written.contains_key(key.as_str().unwrap()),
                    "{}: {key}",
                    it["type"]
                );
            }
        }
    }
}

#[test]
fn form_hints_stand_on_the_settings_themselves() {
    let catalogue = smartbot_flow::box_catalogue();
    let of = |kind: &str, key: &str| {
        let entry = catalogue
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["type"] == kind)
            .unwrap();
        entry["schema"]["properties"][key]["x-widget"].clone()
    };
    assert_eq!(of("message", "text"), "template");
    assert_eq!(of("multiple_choice", "choices"), "choices");
    assert_eq!(of("split", "weights"), "weights");
    assert_eq!(of("set_field", "value"), "value");
    assert_eq!(of("external_api", "body"), "json_template");
    assert_eq!(of("jump", "box"), "box");
}
