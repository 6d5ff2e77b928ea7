//! The two Postman collections (v2.1) of `api/postman/`, made from the OpenAPI document and kept true by an ordinary test.
//!
//! Run from top to bottom a collection tells one story: ids that an answer brings are kept in variables for the requests after it.
use crate::openapi;
use crate::openapi::examples::{Of, example};
use serde_json::{Value, json};
use smartbot_testkit::generated_file;
use std::collections::BTreeMap;

/// What comes last, in this order: it ends what the others need, or needs an agent.
const LAST: [&str; 5] = [
    "hand_off",
    "upload_file",
    "get_file",
    "end_session",
    "stream_session",
];

/// One request of a collection.
struct Step<'a> {
    document: &'a Value,
    path: &'a str,
    method: &'a str,
    operation: &'a Value,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `chat_logs` of `/api/v1/chat_logs/{session_id}`, `public` of a legacy path.
fn resource(path: &str) -> &str {
    let mut parts = path.split('/').skip(3);
    parts.next().unwrap_or_default()
}

/// The variable that holds a parameter of a path: `user_id` for `/api/v1/users/{id}`.
fn variable(path: &str, parameter: &str) -> String {
    if parameter != "id" {
        return parameter.to_owned();
    }
    let before = path.split("/{id}").next().unwrap_or_default();
    let collection = before.rsplit('/').next().unwrap_or_default();
    format!("{}_id", collection.trim_end_matches('s'))
}

impl Step<'_> {
    fn id(&self) -> &str {
        text(&self.operation["operationId"])
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        let all = self.operation["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        all.filter(move |it| it["in"] == place)
    }

    /// Where it stands among the requests of its resource.
    fn rank(&self) -> (usize, usize, usize) {
        let last = LAST
            .iter()
            .position(|it| *it == self.id())
            .map_or(0, |it| it + 1);
        let method = ["get", "post", "put", "patch", "delete"];
        let method = method
            .iter()
            .position(|it| *it == self.method)
            .unwrap_or_default();
        let is_removal = usize::from(self.method == "delete");
        let depth = self.path.split('/').count();
        // What is deepest goes first: a user's flag before the user.
        let depth = if is_removal == 1 { 100 - depth } else { depth };
        (last * 10 + is_removal, depth, method)
    }

    /// What a parameter holds at first: its example, or one of its schema.
    fn value(&self, parameter: &Value) -> String {
        let given = parameter.get("example").cloned();
        let made = given.unwrap_or_else(|| {
            example(
                &self.document["components"],
                &parameter["schema"],
                Of::Request,
            )
        });
        made.as_str()
            .map_or_else(|| made.to_string(), str::to_owned)
    }

    fn url(&self) -> Value {
        let mut path = self.path.to_owned();
        for parameter in self.parameters("path") {
            let name = text(&parameter["name"]);
            let variable = variable(self.path, name);
            path = path.replace(&format!("{{{name}}}"), &format!("{{{{{variable}}}}}"));
        }
        let query: Vec<Value> = self
            .parameters("query")
            .map(|it| {
                let is_needed = it["required"] == true;
                json!({"key": it["name"], "value": self.value(it), "description": it["description"], "disabled": !is_needed})
            })
            .collect();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let needed: Vec<String> = self
            .parameters("query")
            .filter(|it| it["required"] == true)
            .map(|it| format!("{}={}", text(&it["name"]), self.value(it)))
            .collect();
        let mark = if needed.is_empty() { "" } else { "?" };
        let raw = format!("{{{{baseUrl}}}}{path}{mark}{}", needed.join("&"));
        json!({"raw": raw, "host": ["{{baseUrl}}"], "path": parts, "query": query})
    }

    fn headers(&self, media_type: Option<&str>) -> Vec<Value> {
        let mut headers = Vec::new();
        if let Some(media_type) = media_type {
            headers.push(json!({"key": "Content-Type", "value": media_type}));
        }
        for header in self.parameters("header") {
            let name = text(&header["name"]);
            let value = match name {
                "Idempotency-Key" => "{{$guid}}".to_owned(),
                _ => self.value(header),
            };
            headers
                .push(json!({"key": name, "value": value, "description": header["description"]}));
        }
        headers
    }

    /// The body with its media type.
    fn body(&self) -> Option<(&str, String)> {
        let content = self.operation["requestBody"]["content"].as_object()?;
        let (media_type, body) = content
            .get_key_value("application/json")
            .or_else(|| content.iter().next())?;
        let named = || Some(&body["examples"].as_object()?.iter().next()?.1["value"]);
        let mut value = body.get("example").or_else(named)?.clone();
        if let Some(token) = value.get_mut("securityToken") {
            *token = "{{token}}".into();
        }
        self.make_unique(&mut value);
        if let Some(function) = value.get_mut("function_id") {
            *function = "{{function_id}}".into();
        }
        let sent = match value {
            Value::String(lines) => lines,
            other => serde_json::to_string_pretty(&other).unwrap(),
        };
        Some((media_type, sent))
    }

    /// What may be there once only is made anew in each run.
    fn make_unique(&self, body: &mut Value) {
        if !["post", "patch"].contains(&self.method) || self.operation["tags"][0] != "DB-Update" {
            return;
        }
        let is_definition = ["fields", "flags", "goals"].contains(&resource(self.path));
        for (key, value, applies) in [
            ("external_id", "postman-{{$guid}}", true),
            ("email", "postman-{{$guid}}@clinic.example", true),
            // The name of a definition has no hyphens, so a time has to do.
            ("name", "postman_{{$timestamp}}", is_definition),
        ] {
            if let Some(place) = body.get_mut(key).filter(|_| applies) {
                *place = value.into();
            }
        }
    }

    /// What is checked and kept when the answer is there.
    fn script(&self, document: &Value) -> Vec<String> {
        let responses = self.operation["responses"].as_object().unwrap();
        let documented: Vec<(&String, &Value)> =
            responses.iter().filter(|it| it.0 != "default").collect();
        let statuses: Vec<&str> = documented.iter().map(|it| it.0.as_str()).collect();
        let mut lines = vec![format!(
            "pm.test(\"{} answers {}\", () => pm.expect(pm.response.code).to.be.oneOf([{}]));",
            self.id(),
            statuses.join(" or "),
            statuses.join(", ")
        )];
        let (_, first) = documented[0];
        let content = first["content"].as_object().and_then(|it| it.iter().next());
        // A file is of the type that its content has.
        if let Some((media_type, _)) = content.filter(|it| it.0 != "*/*") {
            lines.push(format!(
                "pm.test(\"{} answers {media_type}\", () => pm.expect(pm.response.headers.get(\"Content-Type\")).to.include(\"{media_type}\"));",
                self.id()
            ));
        }
        lines.extend(self.kept(document));
        lines
    }

    /// Keeps ids for the requests after this one.
    fn kept(&self, document: &Value) -> Vec<String> {
        let below = format!("{}/{{", self.path);
        let mut found = Vec::new();
        if self.id() == "start_session" {
            for (name, place) in [
                ("session_id", "session.id"),
                ("user_id", "session.user_id"),
                ("session_key", "session_key"),
            ] {
                found.push(format!(
                    "pm.collectionVariables.set(\"{name}\", pm.response.json().{place});"
                ));
            }
            return found;
        }
        // A list or a creation tells the id that the paths below it need.
        let child = document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .find(|it| it.starts_with(&below));
        let makes = self.method == "post" || self.method == "get";
        let has_own_example = |path: &str| {
            let item = document["paths"][path].as_object().into_iter().flatten();
            item.into_iter()
                .any(|it| it.1["parameters"][0].get("example").is_some())
        };
        if let Some(child) =
            child.filter(|it| makes && !(self.method == "get" && has_own_example(it)))
        {
            let parameter = child[below.len()..].split('}').next().unwrap();
            let variable = variable(child, parameter);
            found.push("const answer = pm.response.json();".to_owned());
            found.push(
                "const one = Array.isArray(answer.data) ? answer.data[0] : answer;".to_owned(),
            );
            found.push(format!(
                "const id = one && (one.{parameter} ?? one.id ?? one.session?.id ?? one.file?.id ?? one.agent?.id ?? one.user?.id);"
            ));
            found.push(format!(
                "if (id) pm.collectionVariables.set(\"{variable}\", id);"
            ));
        }
        found
    }

    fn item(&self, document: &Value) -> Value {
        let body = self.body();
        let summary = text(&self.operation["summary"]).trim_end_matches('.');
        let mut request = json!({
            "method": self.method.to_uppercase(),
            "url": self.url(),
            "header": self.headers(body.as_ref().map(|it| it.0)),
            "description": self.operation.get("description").unwrap_or(&self.operation["summary"]),
        });
        if let Some((media_type, sent)) = body {
            let language = if media_type.ends_with("/json") {
                "json"
            } else {
                "text"
            };
            request["body"] =
                json!({"mode": "raw", "raw": sent, "options": {"raw": {"language": language}}});
        }
        if self.operation["security"].is_null() {
            request["auth"] = json!({"type": "noauth"});
        }
        json!({
            "name": summary,
            "request": request,
            "response": [],
            "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": self.script(document)}}],
        })
    }
}

/// The operations with one of these tags, by resource, each in the order in which it can be run.
fn steps<'a>(document: &'a Value, tags: &[&str]) -> BTreeMap<(bool, &'a str), Vec<Step<'a>>> {
    let mut folders: BTreeMap<(bool, &str), Vec<Step<'_>>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let tag = text(&operation["tags"][0]);
            if tags.contains(&tag) {
                let is_legacy = tag == "Legacy";
                let folder = if is_legacy { "legacy" } else { resource(path) };
                folders.entry((is_legacy, folder)).or_default().push(Step {
                    document,
                    path,
                    method,
                    operation,
                });
            }
        }
    }
    for all in folders.values_mut() {
        all.sort_by_key(Step::rank);
    }
    folders
}

fn collection(document: &Value, name: &str, tags: &[&str], token: &str) -> String {
    let folders = steps(document, tags);
    let mut variables = BTreeMap::from([
        ("baseUrl".to_owned(), "http://127.0.0.1:8360".to_owned()),
        ("token".to_owned(), String::new()),
        ("function_id".to_owned(), "DoctorAppointment".to_owned()),
    ]);
    let mut items = Vec::new();
    for ((_, folder), all) in &folders {
        for step in all {
            for parameter in step.parameters("path") {
                let name = variable(step.path, text(&parameter["name"]));
                variables
                    .entry(name)
                    .or_insert_with(|| step.value(parameter));
            }
        }
        let requests: Vec<Value> = all.iter().map(|it| it.item(document)).collect();
        items.push(json!({"name": folder, "item": requests}));
    }
    let variables: Vec<Value> = variables
        .into_iter()
        .map(|(key, value)| json!({"key": key, "value": value, "type": "string"}))
        .collect();
    let made = json!({
        "info": {
            "name": name,
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
            "description": format!("Made from the OpenAPI document. Set `baseUrl` and `token` (a token of the kind {token}), then run the requests from top to bottom; ids are kept in variables on the way."),
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": variables,
        "item": items,
    });
    let mut text = serde_json::to_string_pretty(&made).unwrap();
    text.push('\n');
    text
}

#[test]
fn the_collections_that_are_checked_in_are_those_that_the_document_makes() {
    let document: Value = serde_json::from_str(&openapi::document()).unwrap();
    let collections = [
        (
            "SB360-BotsManagement",
            &["BotsManagement", "Legacy"][..],
            "bots_management",
        ),
        ("SB360-DB-Update", &["DB-Update"][..], "db_update"),
    ];
    for (name, tags, token) in collections {
        let path = format!("api/postman/{name}.postman_collection.json");
        generated_file(path, &collection(&document, name, tags, token));
    }
}

#[test]
fn every_operation_is_in_a_collection() {
    let document: Value = serde_json::from_str(&openapi::document()).unwrap();
    let all: usize = [&["BotsManagement", "Legacy"][..], &["DB-Update"][..]]
        .iter()
        .flat_map(|it| steps(&document, it).into_values())
        .map(|it| it.len())
        .sum();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|it| it.as_object().unwrap().values());
    let wanted = operations
        .filter(|it| !["Admin", "Desk", "Visitor"].contains(&text(&it["tags"][0])))
        .count();
    assert_eq!(all, wanted);
    assert_eq!(variable("/api/v1/users/{id}/flags/{flag}", "id"), "user_id");
    assert_eq!(variable("/api/v1/users/{id}/flags/{flag}", "flag"), "flag");
}
