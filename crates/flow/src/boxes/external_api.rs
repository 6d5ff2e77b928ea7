use super::{BoxInfo, BoxType, Check, Example, FlowBox, Group, Next, Use, reads};
use crate::{
    ApiOutcome, Effect, FindingCode,
    context::IDENTITY,
    effect::ApiCall,
    json_template::JsonTemplate,
    run::Run,
    schema::any_json,
    scope::{ApiResult, Path},
    state::{MAX_VARIABLES, Waits},
    template::{Escape, Template},
    web_address,
};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value, json};
use serde_json_path::JsonPath;
use smartbot_model::field::{FieldKind, RESTRICTED, is_valid_name};
use std::{collections::BTreeMap, sync::Arc};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// Calls an API of yours and uses the answer. A JSON object fills fields of the same names and makes variables of the others (`user_id`, `external_id`, `password` and `SDFuserid` get the prefix `API`); anything else goes to `save_to`. Links see `api_succeeded`, `api_failed` and `api_status`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExternalApi {
    /// The HTTP method.
    #[serde(default)]
    #[schema(default = "POST")]
    method: Method,
    /// The address. `{field}` may stand behind the host and is percent-encoded.
    #[schema(value_type = String, extensions(("x-widget" = json!("template"))))]
    url: Template,
    /// Headers. A secret is written `{{secret:name}}`.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>, extensions(("x-widget" = json!("headers"))))]
    headers: BTreeMap<String, HeaderTemplate>,
    /// See `body_schema`.
    #[serde(default)]
    #[schema(schema_with = body_schema, required = false)]
    body: Body,
    /// How long one try may take, in milliseconds.
    #[serde(default = "ten_seconds")]
    #[schema(default = 10000, minimum = 100, maximum = 30000)]
    timeout_ms: u32,
    /// How often it is tried again after network errors, 429 and 5xx.
    #[serde(default)]
    #[schema(default = 0, maximum = 3)]
    retries: u8,
    /// The field for an answer that is a text, a number or a list; of an object it keeps the whole, unless the object has a key of this name.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("field"))))]
    save_to: Option<Arc<str>>,
    /// Fields that are taken from inside the answer, each with a JSONPath (RFC 9535). One match gives the value, several a list, none leaves the field alone.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>, extensions(("x-widget" = json!("json_paths"))))]
    map: BTreeMap<Arc<str>, Query>,
    /// Sample values for trying the call in the builder, by field.
    #[serde(default)]
    #[schema(value_type = Option<Object>, extensions(("x-widget" = json!("sample_values"))))]
    test: Option<Map<String, Value>>,
}

/// The methods.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Method {
    Get,
    #[default]
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

const fn ten_seconds() -> u32 {
    10_000
}

/// A template in which `{{secret:name}}` stays.
#[derive(Debug)]
struct HeaderTemplate(Template);

impl<'de> Deserialize<'de> for HeaderTemplate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let template = Template::parse_header(&text);
        template.map(Self).map_err(|it| de::Error::custom(format_args!("{}{it}", crate::template::ERROR_PREFIX)))
    }
}

/// A JSONPath, compiled once.
#[derive(Debug)]
struct Query(JsonPath);

impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text.len() > 500 {
            return Err(de::Error::custom("the JSONPath is longer than 500 bytes"));
        }
        JsonPath::parse(&text).map(Self).map_err(|it| de::Error::custom(format_args!("`{text}` is not a JSONPath: {it}")))
    }
}

/// The body; empty texts, empty objects and null mean "everything".
#[derive(Debug, Default)]
struct Body(Option<JsonTemplate>);

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = match Value::deserialize(from)? {
            // A form sends the JSON as a text.
            Value::String(text) if text.trim().is_empty() => return Ok(Self(None)),
            Value::String(text) => match smartbot_model::strict_json::parse(text.as_bytes()) {
                Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
                _ => Value::String(text),
            },
            other => other,
        };
        if value.is_null() || value.as_object().is_some_and(Map::is_empty) {
            return Ok(Self(None));
        }
        let template = JsonTemplate::parse(&value);
        template.map(|it| Self(Some(it))).map_err(|it| de::Error::custom(format_args!("{}{it}", crate::template::ERROR_PREFIX)))
    }
}

impl ExternalApi {
    /// Every profile field and variable by name, and who is talking.
    fn everything(run: &Run<'_>, here: &FlowBox) -> Value {
        let mut all = Map::new();
        for (name, value) in run.profile_now() {
            if !run.is_sensitive(name) {
                all.insert(name.to_owned(), value.clone());
            }
        }
        for (name, value) in run.state.variables() {
            if !run.is_sensitive(name) {
                all.insert(name.clone(), value.clone());
            }
        }
        for name in IDENTITY {
            all.insert(name.to_owned(), run.cx.identity.get(name).map_or(Value::Null, Value::from));
        }
        all.insert("box_id".to_owned(), Value::from(&*here.id));
        Value::Object(all)
    }

    fn body(&self, run: &Run<'_>, here: &FlowBox) -> Option<Vec<u8>> {
        let value = match &self.body.0 {
            Some(template) => template.render(&run.scope()),
            None if self.method == Method::Get => return None,
            None => Self::everything(run, here),
        };
        serde_json::to_vec(&value).ok()
    }

    /// What the answer would write, each with whether known profile fields are meant; or why it cannot be used.
    fn writes(&self, run: &mut Run<'_>, here: &FlowBox, value: &Value) -> Vec<(String, FieldKind, Value)> {
        let mut writes: Vec<(String, FieldKind, Value)> = vec![];
        match value {
            Value::Null => {}
            Value::Object(object) => {
                let mut skipped = 0;
                if let Some(name) = self.save_to.as_deref().filter(|it| !object.contains_key(*it)) {
                    writes.push((name.to_owned(), run.flow().kind_of(name), value.clone()));
                }
                for (key, value) in object {
                    if RESTRICTED.contains(&key.as_str()) {
                        writes.push((format!("API{key}"), FieldKind::Variable, value.clone()));
                    } else if is_valid_name(key) {
                        let known = run.flow().kind_of(key) == FieldKind::Profile || run.cx.profile.contains_key(key);
                        let declared = run.flow().declared_kind(key);
                        let kind = declared.unwrap_or(if known { FieldKind::Profile } else { FieldKind::Variable });
                        writes.push((key.clone(), kind, value.clone()));
                    } else {
                        skipped += 1;
                    }
                }
                if skipped > 0 {
                    run.problem(here, format!("{skipped} keys of the answer cannot name fields and were passed over"));
                }
            }
            other => {
                if let Some(name) = self.save_to.as_deref() {
                    writes.push((name.to_owned(), run.flow().kind_of(name), other.clone()));
                }
            }
        }
        for (name, query) in &self.map {
            let found = query.0.query(value).all();
            let value = match &*found {
                [] => continue,
                [one] => (*one).clone(),
                many => Value::Array(many.iter().map(|it| (*it).clone()).collect()),
            };
            writes.push((name.to_string(), run.flow().kind_of(name), value));
        }
        writes
    }
}

/// The JSON of an answer: `Null` for an empty one; or why it cannot be used.
fn read(content_type: Option<&str>, body: &[u8]) -> Result<Value, &'static str> {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let says_json = matches!(&*kind, "application/json" | "text/json") || kind.ends_with("+json");
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    if says_json {
        return smartbot_model::strict_json::parse(body).map_err(|_| "not_json");
    }
    if !kind.starts_with("text/")
        && let Ok(value) = smartbot_model::strict_json::parse(body)
    {
        return Ok(value);
    }
    match std::str::from_utf8(body) {
        Ok(text) if !text.contains('\0') => Ok(Value::from(text)),
        _ => Err("not_text"),
    }
}

fn body_schema() -> RefOr<Schema> {
    any_json(
        "json_template",
        "The JSON that is sent; a lone `\"{field}\"` keeps its type. Empty: all profile fields and variables in one object, with `user_id`, `external_id`, `session_id`, `function_id` and `box_id`, but without sensitive ones. GET sends none.",
    )
}

impl BoxType for ExternalApi {
    fn info() -> BoxInfo {
        BoxInfo { title: "External API", group: Group::Do, icon: "cloud-cog", asks: false }
    }

    fn check(&self, check: &mut Check) {
        web_address::check(&self.url, check);
        if !(100..=30_000).contains(&self.timeout_ms) {
            check.bad("timeout_ms", "`timeout_ms` lies between 100 and 30,000.");
        }
        if self.retries > 3 {
            check.bad("retries", "At most 3 retries.");
        }
        for name in self.headers.keys() {
            let is_token = !name.is_empty()
                && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it));
            let ours = ["host", "content-length", "transfer-encoding", "connection", "idempotency-key"];
            let own = ours.iter().any(|it| it.eq_ignore_ascii_case(name))
                || name.get(..8).is_some_and(|it| it.eq_ignore_ascii_case("webhook-"));
            if !is_token || own {
                check.bad("headers", format!("`{name}` cannot be set as a header."));
            }
        }
        if self.headers.values().any(|it| it.0.literals().any(|it| it.contains(char::is_control))) {
            check.bad("headers", "A header holds a control character.");
        }
        for name in self.save_to.iter().chain(self.map.keys()) {
            let key = if self.save_to.as_ref() == Some(name) { "save_to" } else { "map" };
            if !is_valid_name(name) {
                check.bad(key, format!("`{name}` cannot name a field."));
            } else if IDENTITY.contains(&&**name) {
                check.report(FindingCode::ReadOnlyField, key, format!("No bot may write `{name}`."));
            }
        }
        if let Some(name) = self.test.iter().flat_map(Map::keys).find(|it| !is_valid_name(it)) {
            check.bad("test", format!("`{name}` cannot name a field."));
        }
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        reads(&self.url, visit);
        self.headers.values().for_each(|it| reads(&it.0, visit));
        if let Some(body) = &self.body.0 {
            body.paths(&mut |path: &Path| visit(Use::Reads(path)));
        }
        for name in self.save_to.iter().chain(self.map.keys()) {
            visit(Use::Writes(name, None));
        }
    }

    fn enter(&self, run: &mut Run<'_>, here: &FlowBox) -> Next {
        let url = self.url.render(&run.scope(), Escape::Url);
        if web_address::climbs(&url) {
            run.api_failed(here, "bad_url", None);
            return Next::Leave;
        }
        let scope = run.scope();
        let headers = self.headers.iter().map(|(name, it)| (name.clone(), it.0.render(&scope, Escape::Header))).collect();
        drop(scope);
        let body = self.body(run, here);
        let call = run.next_id();
        run.effects.push(Effect::CallApi(ApiCall {
            call,
            box_id: here.id.clone(),
            method: self.method.as_str(),
            url,
            headers,
            body,
            timeout_ms: self.timeout_ms,
            retries: self.retries,
        }));
        Next::Wait(Waits::Api(call))
    }

    fn reply(&self, run: &mut Run<'_>, here: &FlowBox, outcome: &ApiOutcome) {
        let (status, content_type, body) = match outcome {
            ApiOutcome::Failed { reason } => return run.api_failed(here, reason, None),
            ApiOutcome::Answer { status, content_type, body } => (*status, content_type.as_deref(), body),
        };
        if !(200..300).contains(&status) {
            return run.api_failed(here, "http_status", Some(status));
        }
        let value = match read(content_type, body) {
            Ok(value) => value,
            Err(reason) => return run.api_failed(here, reason, Some(status)),
        };
        let writes = self.writes(run, here, &value);
        if run.size_after(&writes) > MAX_VARIABLES {
            return run.api_failed(here, "too_large", Some(status));
        }
        for (name, kind, value) in writes {
            run.write_as(here, &name, kind, value);
        }
        run.api = Some(ApiResult { succeeded: true, status: Some(status) });
    }

    fn examples() -> Vec<Example> {
        let links = json!([{"from": "it", "to": "booked", "when": {"op": "api_succeeded"}}, {"from": "it", "to": "sorry"}]);
        let booked = json!([{"id": "booked", "type": "end", "message": "Room {booking.slot.room}, {copay:0.00} dollars."}]);
        vec![
            Example::new(
                "Sends everything, uses the answer",
                json!({"id": "it", "type": "external_api", "url": "https://portal.example/api/book?who={user_fname}"}),
                links.clone(),
                json!([{"awaiting": "api"},
                       {"api": {"expect": {"method": "POST", "url": "https://portal.example/api/book?who=Ana%20B", "body": {"user_fname": "Ana B", "day": 3, "box_id": "it"}},
                                "status": 200, "body": {"booking": {"slot": {"room": 7}}, "copay": 25, "user_city": "Springfield", "password": "x"}}},
                       {"bot": "Room 7, 25.00 dollars."}, {"field": {"name": "user_city", "value": "Springfield"}},
                       {"field": {"name": "APIpassword", "value": "x"}}, {"field": {"name": "password", "value": null}}]),
            )
            .beside(booked.clone())
            .given(json!({"profile": {"user_fname": "Ana B"}, "variables": {"day": 3}})),
            Example::new(
                "A body of one's own, and values from inside the answer",
                json!({"id": "it", "type": "external_api", "method": "PUT", "url": "https://portal.example/api/book", "headers": {"Authorization": "Bearer {{secret:portal}}"},
                       "body": {"day": "{day}", "note": "for {user_fname|somebody}"}, "map": {"copay": "$.costs[0].amount"}, "save_to": "booking"}),
                links.clone(),
                json!([{"api": {"expect": {"method": "PUT", "body": {"day": 3, "note": "for somebody"}}, "status": 201, "body": {"slot": {"room": 7}, "costs": [{"amount": 9.5}]}}},
                       {"bot": "Room 7, 9.50 dollars."}]),
            )
            .beside(booked)
            .given(json!({"variables": {"day": 3}})),
            Example::new(
                "The other side is slow",
                json!({"id": "it", "type": "external_api", "url": "https://portal.example/api/book"}),
                links,
                json!([{"api": {"fails": "timeout"}}, {"bot": "sorry"}]),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_by_what_they_say_they_are() {
        let json = Some("application/json; charset=utf-8");
        type Case<'a> = (Option<&'a str>, &'a [u8], Result<Value, &'a str>);
        let cases: [Case<'_>; 14] = [
            (json, b"{\"a\":1}", Ok(json!({"a": 1}))),
            (json, b"\"x\"", Ok(json!("x"))),
            (json, b"  ", Ok(Value::Null)),
            (json, b"<html>", Err("not_json")),
            (json, b"{\"a\":1,\"a\":2}", Err("not_json")),
            (json, b"\"\\u0000\"", Err("not_json")),
            (json, b"\"\\ud800\"", Err("not_json")),
            (json, b"\"\xff\"", Err("not_json")),
            (Some("application/problem+json"), b"[1]", Ok(json!([1]))),
            (Some("text/plain"), b"5", Ok(json!("5"))),
            (Some("text/plain"), b"\xff", Err("not_text")),
            (Some("text/plain"), b"a\0b", Err("not_text")),
            (None, b"[1]", Ok(json!([1]))),
            (None, b"hello", Ok(json!("hello"))),
        ];
        for (content_type, body, expected) in cases {
            assert_eq!(read(content_type, body), expected, "{content_type:?} {body:?}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(read(json, deep.as_bytes()), Err("not_json"));
    }
}
