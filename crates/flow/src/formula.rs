//! Arithmetic for `set_field`: `phq1 + phq2`, `(weight / (height * height)) | round(1)`, `'high' if score >= 10 else 'low'`.
//!
//! The language is MiniJinja's expressions. Fields stand under their names; a field that is not set is null, and
//! `score|default(0)` gives it a number. `today` is the day as `2026-11-24`, `now` the instant.
//! Fuel and depth are limited, so no formula can take long.
use crate::{scope::Scope, value};
use minijinja::{Environment, Expression, UndefinedBehavior, Value as Jinja, value::Serde};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    sync::{Arc, LazyLock},
};

/// What the errors of [`Formula`]'s `Deserialize` begin with.
pub(crate) const ERROR_PREFIX: &str = "formula: ";

const MAX_LENGTH: usize = 1_000;
const FUEL: u64 = 50_000;
const MAX_DEPTH: usize = 50;

static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut it = Environment::new();
    it.set_fuel(Some(FUEL));
    it.set_recursion_limit(MAX_DEPTH);
    it.set_undefined_behavior(UndefinedBehavior::Lenient);
    // Fields that are not set are null here, not undefined.
    it.add_filter("default", |value: Jinja, other: Option<Jinja>| {
        if value.is_undefined() || value.is_none() {
            other.unwrap_or_else(|| Jinja::from(0))
        } else {
            value
        }
    });
    it
});

/// A formula, compiled once.
#[derive(Clone)]
pub(crate) struct Formula {
    source: Arc<str>,
    compiled: Arc<Expression<'static, 'static>>,
    names: Box<[String]>,
}

impl Formula {
    /// Compiles; the error is a sentence.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("the formula is longer than {MAX_LENGTH} bytes"));
        }
        let compiled = LANGUAGE
            .compile_expression_owned(text.to_owned())
            .map_err(|it| sentence(&it))?;
        let mut names: Vec<String> = compiled.undeclared_variables(false).into_iter().collect();
        names.retain(|it| LANGUAGE.globals().all(|(global, _)| global != it));
        names.sort_unstable();
        Ok(Self {
            source: text.into(),
            compiled: Arc::new(compiled),
            names: names.into(),
        })
    }

    /// The fields that it looks at.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names
            .iter()
            .map(String::as_str)
            .filter(|it| !matches!(*it, "now" | "today"))
    }

    /// Works it out; the error is a sentence without values.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, String> {
        let context: BTreeMap<&str, Jinja> = self
            .names
            .iter()
            .map(|it| (&**it, lookup(it, scope)))
            .collect();
        let result = self
            .compiled
            .eval(Jinja::from(context))
            .map_err(|it| sentence(&it))?;
        if result.is_undefined() || result.is_none() {
            return Ok(Value::Null);
        }
        match serde_json::to_value(&result) {
            // JSON has no infinity: the serialiser writes null for it.
            Ok(Value::Null) => Err("the result is not a number".into()),
            Ok(Value::Number(it)) => it
                .as_f64()
                .and_then(value::number)
                .ok_or_else(|| "the result is not a number".into()),
            Ok(it) => Ok(it),
            Err(_) => Err("the result cannot be kept".into()),
        }
    }
}

fn lookup(name: &str, scope: &Scope<'_>) -> Jinja {
    match scope.field(name) {
        Some(Cow::Borrowed(Value::Number(it))) => match it.as_i64() {
            Some(it) => Jinja::from(it),
            None => it.as_f64().map_or_else(|| Jinja::from(()), Jinja::from),
        },
        Some(it) => Jinja::from(Serde(&*it)),
        None => match name {
            "now" => Jinja::from(value::instant(
                &scope.cx.now.to_zoned(scope.cx.zone.clone()),
            )),
            "today" => Jinja::from(
                scope
                    .cx
                    .now
                    .to_zoned(scope.cx.zone.clone())
                    .date()
                    .to_string(),
            ),
            _ => Jinja::from(()),
        },
    }
}

/// The error without the source, which may hold what a user wrote.
fn sentence(error: &minijinja::Error) -> String {
    match error.kind() {
        minijinja::ErrorKind::SyntaxError => error
            .detail()
            .map_or_else(|| "it cannot be read".into(), str::to_owned),
        minijinja::ErrorKind::InvalidOperation => {
            "an operation does not fit its values; is a field not set?".into()
        }
        kind => kind.to_string(),
    }
}

impl fmt::Debug for Formula {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Formula").field(&self.source).finish()
    }
}

impl<'de> Deserialize<'de> for Formula {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|it| de::Error::custom(format_args!("{ERROR_PREFIX}{it}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_scope;
    use serde_json::json;

    fn evaluate(text: &str) -> Result<Value, String> {
        let formula = Formula::parse(text)?;
        with_scope(
            &json!({"a": 1, "b": 2.5, "name": "Ana", "list": [1, 2], "o": {"x": 7}}),
            |scope| formula.evaluate(scope),
        )
    }

    #[test]
    fn sums_and_choices_are_worked_out() {
        let cases = [
            ("a + 2", json!(3)),
            ("a + b", json!(3.5)),
            ("b + b", json!(5)),
            ("(a / 3)|round(2)", json!(0.33)),
            ("'high' if a >= 1 else 'low'", json!("high")),
            ("missing|default(4) + a", json!(5)),
            ("missing is none", json!(true)),
            ("missing", Value::Null),
            ("name ~ '!'", json!("Ana!")),
            ("list|length + o.x", json!(9)),
            ("today", json!("2026-11-23")),
        ];
        for (text, expected) in cases {
            assert_eq!(evaluate(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_does_not_work_out_is_an_error_and_ends() {
        for text in [
            "a +",
            "1 / 0",
            "missing + 1",
            "name * 100000000",
            "range(100000)|list",
            &"(".repeat(600),
            "a b",
        ] {
            assert!(evaluate(text).is_err(), "{text}");
        }
        assert_eq!(
            Formula::parse("phq1 + phq2 + now")
                .unwrap()
                .names()
                .collect::<Vec<_>>(),
            ["phq1", "phq2"]
        );
    }
}
