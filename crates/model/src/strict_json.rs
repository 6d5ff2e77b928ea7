//! JSON as the APIs take it: UTF-8, no duplicate keys, no NUL characters, no deep nesting.
//!
//! `serde_json` alone keeps the last of two equal keys, which is how two systems come to disagree on what a document says.
use crate::problem::InputError;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::fmt;

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 64;

/// The most keys that an object in a request has.
pub const MAX_KEYS: usize = 1_000;

/// The longest text in a request, in bytes.
pub const MAX_TEXT: usize = 32 * 1024;

/// Reads a document; an error says what is wrong and where.
pub fn parse(bytes: &[u8]) -> Result<Value, InputError> {
    parse_within(bytes, usize::MAX, usize::MAX)
}

/// Reads the body of a request: as [`parse`], with bounds for objects ([`MAX_KEYS`]) and texts ([`MAX_TEXT`]).
pub fn parse_request(bytes: &[u8]) -> Result<Value, InputError> {
    parse_within(bytes, MAX_KEYS, MAX_TEXT)
}

fn parse_within(bytes: &[u8], max_keys: usize, max_text: usize) -> Result<Value, InputError> {
    let text = std::str::from_utf8(bytes).map_err(|it| {
        InputError::new(
            "",
            "invalid_utf8",
            format!(
                "The body is not UTF-8: byte {} is wrong. Send UTF-8.",
                it.valid_up_to()
            ),
        )
    })?;
    let refusal = RefCell::new(None);
    let seed = Strict {
        path: &RefCell::new(Vec::new()),
        depth: 0,
        max_keys,
        max_text,
        refusal: &refusal,
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| {
        refusal.into_inner().unwrap_or_else(|| {
            let message = format!("The body is not JSON: {error}.");
            InputError::new("", "invalid_json", message)
        })
    })
}

/// Adds a key or an index to a JSON Pointer (RFC 6901).
pub fn push_pointer(pointer: &mut String, segment: &str) {
    pointer.push('/');
    for character in segment.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

#[derive(Clone)]
enum Segment {
    Key(String),
    Index(usize),
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    path: &'a RefCell<Vec<Segment>>,
    depth: usize,
    max_keys: usize,
    max_text: usize,
    refusal: &'a RefCell<Option<InputError>>,
}

impl Strict<'_> {
    fn refuse<E: serde::de::Error>(self, code: &str, message: impl Into<String>) -> E {
        let mut pointer = String::new();
        for segment in self.path.borrow().iter() {
            match segment {
                Segment::Key(key) => push_pointer(&mut pointer, key),
                Segment::Index(index) => push_pointer(&mut pointer, &index.to_string()),
            }
        }
        let error = InputError::new(pointer, code, message);
        let text = error.message.clone();
        self.refusal.borrow_mut().get_or_insert(error);
        E::custom(text)
    }

    fn child(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    fn text<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.refuse(
                "nul_character",
                "A text holds the character U+0000. Leave it out.",
            ));
        }
        if text.len() > self.max_text {
            let message = format!("A text has at most {} bytes.", self.max_text);
            return Err(self.refuse("too_long", message));
        }
        Ok(())
    }

    fn deeper<E: serde::de::Error>(self) -> Result<(), E> {
        if self.depth >= MAX_DEPTH {
            return Err(self.refuse(
                "too_deep",
                format!("Lists and objects may be nested at most {MAX_DEPTH} deep."),
            ));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.text(value)?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.text(&value)?;
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        self.deeper()?;
        let mut list = Vec::new();
        loop {
            self.path.borrow_mut().push(Segment::Index(list.len()));
            let Some(value) = seq.next_element_seed(self.child())? else {
                break;
            };
            self.path.borrow_mut().pop();
            list.push(value);
        }
        self.path.borrow_mut().pop();
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.text(&key)?;
            self.path.borrow_mut().push(Segment::Key(key.clone()));
            if object.contains_key(&key) {
                return Err(self.refuse(
                    "duplicate_key",
                    "The same key stands twice in one object. Keep one of them.",
                ));
            }
            if object.len() >= self.max_keys {
                let message = format!("An object has at most {} keys.", self.max_keys);
                return Err(self.refuse("too_many_keys", message));
            }
            let value = map.next_value_seed(self.child())?;
            self.path.borrow_mut().pop();
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (String, String) {
        let error = parse(text.as_bytes()).unwrap_err();
        (error.pointer, error.code)
    }

    #[test]
    fn ordinary_documents_are_read_as_they_are() {
        let text = r#"{"a":[1,-2,3.5,true,null,"x"],"b":{"c":"é\u00e9"}}"#;
        assert_eq!(
            parse(text.as_bytes()).unwrap(),
            serde_json::from_str::<Value>(text).unwrap()
        );
    }

    #[test]
    fn hostile_documents_are_refused_with_their_place() {
        assert_eq!(
            refused(r#"{"a":{"b":1,"b":2}}"#),
            ("/a/b".into(), "duplicate_key".into())
        );
        assert_eq!(
            refused(r#"{"a":[0,"x\u0000y"]}"#),
            ("/a/1".into(), "nul_character".into())
        );
        assert_eq!(refused("{\"a\":"), (String::new(), "invalid_json".into()));
        assert_eq!(
            refused(r#"{"a":"\ud800"}"#),
            (String::new(), "invalid_json".into())
        );
        assert_eq!(refused("1 2"), (String::new(), "invalid_json".into()));
        assert_eq!(
            refused(r#"{"x":1e999}"#),
            (String::new(), "invalid_json".into())
        );
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(refused(&deep).1, "too_deep");
        assert_eq!(parse(b"\"\xff\"").unwrap_err().code, "invalid_utf8");
        assert!(parse(format!("{}1{}", "[".repeat(64), "]".repeat(64)).as_bytes()).is_ok());
        assert_eq!(
            refused(&format!("{}1{}", "[".repeat(65), "]".repeat(65))).1,
            "too_deep"
        );
    }

    #[test]
    fn requests_are_bounded_in_texts_and_keys() {
        let text = |length: usize| format!("{{\"a\":\"{}\"}}", "é".repeat(length / 2));
        assert!(parse_request(text(MAX_TEXT).as_bytes()).is_ok());
        let error = parse_request(text(MAX_TEXT + 2).as_bytes()).unwrap_err();
        assert_eq!(
            (error.pointer.as_str(), error.code.as_str()),
            ("/a", "too_long")
        );
        let key = format!("{{\"{}\":1}}", "k".repeat(MAX_TEXT + 1));
        assert_eq!(parse_request(key.as_bytes()).unwrap_err().code, "too_long");
        let object = |keys: usize| {
            let keys: Vec<_> = (0..keys).map(|it| format!("\"k{it}\":1")).collect();
            format!("[{{{}}}]", keys.join(","))
        };
        assert!(parse_request(object(MAX_KEYS).as_bytes()).is_ok());
        let error = parse_request(object(MAX_KEYS + 1).as_bytes()).unwrap_err();
        assert_eq!(
            (error.pointer.as_str(), error.code.as_str()),
            ("/0/k1000", "too_many_keys")
        );
        assert!(parse(object(MAX_KEYS + 1).as_bytes()).is_ok());
        assert!(parse(text(MAX_TEXT + 2).as_bytes()).is_ok());
    }
}
