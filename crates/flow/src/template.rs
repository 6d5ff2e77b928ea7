//! Texts with `{field}` in them.
//!
//! `{field}` inserts a field, `{field|fallback}` a fallback when it is not set, `{field:format}` a date or number in a
//! format ([`crate::format`]); both: `{field:format|fallback}`. `{booking.slot.start}` reaches into JSON. A brace that is
//! meant as a brace is written `\{` or `\}`. Values are never read as templates. Time is linear in text and values.
use crate::{
    format::{self, Format},
    scope::{Path, Scope},
    value,
};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use smartbot_model::field::FieldType;
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// The longest template, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// A text with placeholders, split once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Template {
    segments: Box<[Segment]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(Box<str>),
    Field(Placeholder),
}

/// `{path:format|fallback}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    pub(crate) path: Path,
    format: Option<Format>,
    fallback: Option<Box<str>>,
}

/// How values are made harmless where they are inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Text for people.
    Text,
    /// Text for programs: no words for yes and no, times as they are kept.
    Plain,
    /// Percent-encoded.
    Url,
    /// Without braces (a value must not name a secret) and control characters (nor begin another header).
    Header,
}

impl Template {
    /// Splits a text; the error is a sentence.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Self::parse_with(text, false)
    }

    /// As [`Self::parse`], but `{{secret:name}}` stays as it is.
    pub(crate) fn parse_header(text: &str) -> Result<Self, String> {
        Self::parse_with(text, true)
    }

    fn parse_with(text: &str, secrets: bool) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("the text is longer than {MAX_LENGTH} bytes"));
        }
        let mut segments = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '\\']) {
            literal.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix('\\') {
                match after.as_bytes().first() {
                    Some(brace @ (b'{' | b'}')) => {
                        literal.push(char::from(*brace));
                        rest = &after[1..];
                    }
                    _ => {
                        literal.push('\\');
                        rest = after;
                    }
                }
                continue;
            }
            if rest.starts_with("{{") {
                let end = rest
                    .find("}}")
                    .filter(|_| secrets && rest.starts_with("{{secret:"));
                let name = end
                    .and_then(|end| rest.get("{{secret:".len()..end))
                    .unwrap_or_default();
                if !is_secret_name(name) {
                    return Err(
                        "`{{` is only for `{{secret:name}}` in headers; write `\\{` for a brace"
                            .into(),
                    );
                }
                let whole = "{{secret:".len() + name.len() + 2;
                literal.push_str(&rest[..whole]);
                rest = &rest[whole..];
                continue;
            }
            let Some(end) = rest.find('}') else {
                return Err("a `{` is not closed; write `\\{` for a brace".into());
            };
            if !literal.is_empty() {
                segments.push(Segment::Literal(std::mem::take(&mut literal).into()));
            }
            segments.push(Segment::Field(Placeholder::parse(&rest[1..end])?));
            rest = &rest[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            segments.push(Segment::Literal(literal.into()));
        }
        Ok(Self {
            segments: segments.into(),
        })
    }

    /// Whether it is nothing but white space.
    pub(crate) fn is_blank(&self) -> bool {
        self.segments
            .iter()
            .all(|it| matches!(it, Segment::Literal(text) if text.trim().is_empty()))
    }

    /// The only segment, if it is a placeholder.
    pub(crate) fn lone(&self) -> Option<&Placeholder> {
        match &*self.segments {
            [Segment::Field(it)] => Some(it),
            _ => None,
        }
    }

    /// The text, if it has no placeholder.
    pub(crate) fn literal(&self) -> Option<&str> {
        match &*self.segments {
            [] => Some(""),
            [Segment::Literal(it)] => Some(it),
            _ => None,
        }
    }

    /// What stands before the first placeholder.
    pub(crate) fn prefix(&self) -> &str {
        match self.segments.first() {
            Some(Segment::Literal(it)) => it,
            _ => "",
        }
    }

    /// All literal parts.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|it| {
            if let Segment::Literal(it) = it {
                Some(&**it)
            } else {
                None
            }
        })
    }

    /// All fields that are inserted.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.segments.iter().filter_map(|it| match it {
            Segment::Field(it) => Some(&it.path),
            Segment::Literal(_) => None,
        })
    }

    /// Fills the template.
    pub(crate) fn render(&self, scope: &Scope<'_>, escape: Escape) -> String {
        let mut out = String::with_capacity(self.literals().map(str::len).sum::<usize>() + 24);
        for segment in &self.segments {
            match segment {
                Segment::Literal(it) => out.push_str(it),
                Segment::Field(it) => it.write(scope, escape, &mut out),
            }
        }
        out
    }
}

impl Placeholder {
    fn parse(inside: &str) -> Result<Self, String> {
        let (what, fallback) = match inside.split_once('|') {
            Some((what, fallback)) => (what, Some(fallback.into())),
            None => (inside, None),
        };
        let (path, format) = match what.split_once(':') {
            Some((path, format)) => (path, Some(format)),
            None => (what, None),
        };
        let path = Path::parse(path.trim()).ok_or_else(|| {
            format!("`{{{inside}}}` does not name a field; write `\\{{` for a brace")
        })?;
        let format = match format {
            None => None,
            Some(it) => {
                Some(Format::parse(it).ok_or_else(|| format!("`{}` is not a format", it.trim()))?)
            }
        };
        Ok(Self {
            path,
            format,
            fallback,
        })
    }

    /// The value with its type, as a JSON body wants it; null when there is none.
    pub(crate) fn value(&self, scope: &Scope<'_>) -> Value {
        match (scope.get(&self.path), &self.format) {
            (Some(value), None) => value.into_owned(),
            (Some(value), Some(format)) => {
                let mut out = String::new();
                if format.write(&value, scope.cx, &mut out) {
                    Value::String(out)
                } else {
                    value.into_owned()
                }
            }
            (None, _) => self.fallback.as_deref().map_or(Value::Null, Value::from),
        }
    }

    fn write(&self, scope: &Scope<'_>, escape: Escape, out: &mut String) {
        let value = scope.get(&self.path);
        let start = out.len();
        match &value {
            Some(value) => self.write_value(value, scope, escape, out),
            None => out.push_str(self.fallback.as_deref().unwrap_or_default()),
        }
        if out.len() == start && value.is_some() {
            out.push_str(self.fallback.as_deref().unwrap_or_default());
        }
        match escape {
            Escape::Text | Escape::Plain => {}
            Escape::Url => {
                if let Cow::Owned(encoded) = percent_encode(&out[start..]) {
                    out.replace_range(start.., &encoded);
                }
            }
            Escape::Header => {
                if out[start..].contains(|it: char| it.is_control() || matches!(it, '{' | '}')) {
                    let clean: String = out[start..]
                        .chars()
                        .filter(|it| !it.is_control() && !matches!(it, '{' | '}'))
                        .collect();
                    out.replace_range(start.., &clean);
                }
            }
        }
    }

    fn write_value(&self, value: &Value, scope: &Scope<'_>, escape: Escape, out: &mut String) {
        if let Some(format) = &self.format
            && format.write(value, scope.cx, out)
        {
            return;
        }
        if escape != Escape::Text {
            return value::write_plain(value, out);
        }
        // Times are kept for programs and said for people; only where the field is known to hold one.
        let timed = value
            .as_str()
            .is_some_and(|it| it.as_bytes().first().is_some_and(u8::is_ascii_digit))
            && matches!(
                scope.flow.type_of(&self.path.name),
                Some(FieldType::Date | FieldType::DateTime)
            );
        if !(timed && format::write_default(value, scope.cx, out)) {
            value::write_text(value, scope.cx.language, out);
        }
    }
}

/// Names of secrets: letters, digits, `_`, `-`, `.`.
fn is_secret_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.'))
}

/// Encodes everything but the unreserved characters of RFC 3986.
pub(crate) fn percent_encode(text: &str) -> Cow<'_, str> {
    let unreserved = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_' | b'~');
    if text.bytes().all(unreserved) {
        return text.into();
    }
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if unreserved(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out.into()
}

/// What the errors of [`Template`]'s `Deserialize` begin with, so that findings tell them from other errors.
pub(crate) const ERROR_PREFIX: &str = "template: ";

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|it| de::Error::custom(format_args!("{ERROR_PREFIX}{it}")))
    }
}

impl PartialSchema for Template {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(MAX_LENGTH))
            .extensions(Some([("x-widget", "template")].into_iter().collect()))
            .into()
    }
}

impl ToSchema for Template {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_scope;
    use serde_json::json;

    fn render(text: &str, escape: Escape) -> String {
        let fields = json!({
            "name": "Ana {secret} {{secret:key}}", "n": 2.5, "whole": 3, "yes": true, "empty": "", "nil": null,
            "list": ["a", "b"], "at": "2026-11-24T10:00:00-08:00", "booking": {"slot": {"start": "ten"}, "items": [{"id": 7}]},
            "odd": "a/b?c=d&é\r\nX: y", "address": {"text": "1 Main St", "city": "X"},
        });
        let template = match escape {
            Escape::Header => Template::parse_header(text).unwrap(),
            _ => Template::parse(text).unwrap(),
        };
        with_scope(&fields, |scope| template.render(scope, escape))
    }

    #[test]
    fn fields_are_inserted() {
        let cases = [
            ("Hello {name}!", "Hello Ana {secret} {{secret:key}}!"),
            ("{n} {whole} {yes} {list}", "2.5 3 yes a, b"),
            (
                "{missing}|{missing|none}|{nil|null}|{empty|blank}",
                "|none|null|blank",
            ),
            ("{at:time|later}, {missing:time|later}", "10:00 AM, later"),
            (
                "{booking.slot.start} {booking.items.0.id} {booking.nowhere|-} {name.x|-}",
                "ten 7 - -",
            ),
            ("{address} {booking.slot}", "1 Main St {\"start\":\"ten\"}"),
            (r"\{name\} \ { whole }", "{name} \\ 3"),
            ("{user_id}", "usr_1"),
            ("", ""),
            ("é{whole}ü", "é3ü"),
        ];
        for (text, expected) in cases {
            assert_eq!(render(text, Escape::Text), expected, "{text}");
        }
        assert_eq!(
            render("{yes} {at}", Escape::Plain),
            "true 2026-11-24T10:00:00-08:00"
        );
    }

    #[test]
    fn values_are_harmless_in_addresses_and_headers() {
        assert_eq!(
            render("https://x.example/{odd}", Escape::Url),
            "https://x.example/a%2Fb%3Fc%3Dd%26%C3%A9%0D%0AX%3A%20y"
        );
        assert_eq!(render("{odd}", Escape::Header), "a/b?c=d&éX: y");
        assert_eq!(
            render("{name} {{secret:key}}", Escape::Header),
            "Ana secret secret:key {{secret:key}}"
        );
    }

    #[test]
    fn malformed_texts_say_what_is_wrong() {
        for text in [
            "{",
            "a {b",
            "{a b}",
            "{9}",
            "{}",
            "{a:colour}",
            "{{secret:key}}",
            "{a.}",
            "{é}",
        ] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
        for text in ["{{secret:}}", "{{secret:a b}}", "{{secret:a", "{{name}}"] {
            assert!(Template::parse_header(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_lone_placeholder_keeps_its_type() {
        with_scope(&json!({"n": 2, "at": "2026-11-24"}), |scope| {
            let value = |text: &str| Template::parse(text).unwrap().lone().unwrap().value(scope);
            assert_eq!(value("{n}"), json!(2));
            assert_eq!(value("{x}"), Value::Null);
            assert_eq!(value("{x|none}"), json!("none"));
            assert_eq!(value("{at:%d.%m.}"), json!("24.11."));
        });
    }
}
