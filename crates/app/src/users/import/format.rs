//! From a record to what it says of a user.
use crate::users::write::NewUser;
use crate::workspaces::Workspace;
use crate::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Number, Value};
use smartbot_model::field::{FieldType, is_valid_name};
use smartbot_model::import::LineError;
use smartbot_model::problem::InputError;
use smartbot_model::strict_json;

/// How an import is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A JSON object per line.
    Ndjson,
    /// Comma-separated values with a row of headings.
    Csv,
}

/// The most columns of a CSV.
const MAX_COLUMNS: usize = 500;

/// What stands in a column.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Column {
    ExternalId,
    Flags,
    Field(String),
}

/// How the records of an import are read.
#[derive(Debug)]
pub(super) enum Reader {
    Ndjson,
    Csv(Vec<Column>),
}

/// A line of NDJSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    external_id: String,
    #[serde(default)]
    fields: Map<String, Value>,
    #[serde(default)]
    flags: Vec<String>,
}

impl Reader {
    /// For a CSV with these headings.
    pub(super) fn csv(headings: &[u8]) -> Result<Self> {
        let wrong = |it: LineError| Error::invalid("", it.code, it.message);
        let mut columns = Vec::new();
        for name in cells(headings).map_err(wrong)? {
            let column = match name.trim() {
                "external_id" => Column::ExternalId,
                "flags" => Column::Flags,
                name if is_valid_name(name) => Column::Field(name.to_owned()),
                name => {
                    let message = format!(
                        "The heading {name:?} names no field: a letter, then letters, digits and _."
                    );
                    return Err(Error::invalid("", "invalid_name", message));
                }
            };
            if columns.contains(&column) {
                let message = format!("The heading {name:?} stands there twice.");
                return Err(Error::invalid("", "invalid_value", message));
            }
            columns.push(column);
        }
        if !columns.contains(&Column::ExternalId) {
            return Err(Error::invalid(
                "",
                "missing_field",
                "The first line has the headings of the columns, external_id among them.",
            ));
        }
        Ok(Self::Csv(columns))
    }

    /// What a record says.
    pub(super) fn read(&self, record: &[u8], known: &Workspace) -> Result<NewUser, LineError> {
        let new = match self {
            Self::Ndjson => json(record)?,
            Self::Csv(columns) => row(columns, record, known)?,
        };
        match &new.external_id {
            Some(_) => Ok(new),
            None => Err(LineError::new(
                "invalid_request",
                "The line has no external_id.",
            )),
        }
    }
}

fn json(record: &[u8]) -> Result<NewUser, LineError> {
    let value = strict_json::parse(record).map_err(|it| LineError {
        errors: vec![InputError::new(
            it.pointer.clone(),
            it.code.clone(),
            &it.message,
        )],
        ..LineError::new(
            "invalid_json",
            it.message.replacen("The body", "The line", 1),
        )
    })?;
    let line: Line = serde_json::from_value(value)
        .map_err(|it| LineError::new("invalid_request", format!("The line does not fit: {it}.")))?;
    Ok(NewUser {
        external_id: Some(line.external_id),
        fields: line.fields,
        flags: line.flags,
    })
}

/// A row of a CSV. An empty cell says nothing.
fn row(columns: &[Column], record: &[u8], known: &Workspace) -> Result<NewUser, LineError> {
    let cells = cells(record)?;
    if cells.len() > columns.len() {
        let message = format!(
            "The line has {} cells, but there are {} columns.",
            cells.len(),
            columns.len()
        );
        return Err(LineError::new("invalid_request", message));
    }
    let mut new = NewUser::default();
    for (column, cell) in columns.iter().zip(cells) {
        if cell.is_empty() {
            continue;
        }
        match column {
            Column::ExternalId => new.external_id = Some(cell),
            Column::Flags => new.flags = cell.split_whitespace().map(str::to_owned).collect(),
            Column::Field(name) => {
                let value = typed(cell, known.type_of(name));
                new.fields.insert(name.clone(), value);
            }
        }
    }
    Ok(new)
}

/// A cell as a value of a type. What is none stays a text, and is refused where all values are.
fn typed(cell: String, r#type: Option<FieldType>) -> Value {
    let read = match r#type {
        Some(FieldType::Number) => number(cell.trim()).map(Value::Number),
        Some(FieldType::Boolean) => match cell.trim() {
            it if it.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            it if it.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            _ => None,
        },
        Some(FieldType::List | FieldType::Json) => strict_json::parse(cell.as_bytes()).ok(),
        _ => None,
    };
    read.unwrap_or(Value::String(cell))
}

fn number(text: &str) -> Option<Number> {
    let whole = text.parse::<i64>().ok().map(Number::from);
    whole.or_else(|| Number::from_f64(text.parse().ok()?))
}

/// The cells of a record.
fn cells(record: &[u8]) -> Result<Vec<String>, LineError> {
    let mut reader = csv_core::Reader::new();
    let mut text = vec![0; record.len()];
    let mut ends = vec![0; MAX_COLUMNS];
    let (mut read, mut written, mut count) = (0, 0, 0);
    loop {
        let (result, took, wrote, ended) =
            reader.read_record(&record[read..], &mut text[written..], &mut ends[count..]);
        (read, written, count) = (read + took, written + wrote, count + ended);
        match result {
            // The next round has nothing left to read, which ends the record.
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => break,
            csv_core::ReadRecordResult::OutputFull | csv_core::ReadRecordResult::OutputEndsFull => {
                let message = format!("A line has at most {MAX_COLUMNS} cells.");
                return Err(LineError::new("invalid_request", message));
            }
        }
    }
    let mut start = 0;
    let mut cells = Vec::with_capacity(count);
    for end in &ends[..count] {
        let cell = std::str::from_utf8(&text[start..*end]).map_err(|_| {
            LineError::new(
                "invalid_json",
                "The line is not UTF-8. Save the file as UTF-8.",
            )
        })?;
        if cell.contains('\0') {
            return Err(LineError::new(
                "invalid_json",
                "The line has a NUL character. Leave it out.",
            ));
        }
        cells.push(cell.to_owned());
        start = *end;
    }
    Ok(cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_read_as_rfc_4180_has_them() {
        for (record, expected) in [
            ("a,b", vec!["a", "b"]),
            ("a,,", vec!["a", "", ""]),
            ("\"a,b\",\"c\"\"d\"", vec!["a,b", "c\"d"]),
            ("\"a\nb\",ä", vec!["a\nb", "ä"]),
        ] {
            assert_eq!(cells(record.as_bytes()).unwrap(), expected, "{record}");
        }
        assert!(cells(b"a,\xff").is_err() && cells(b"a,\0").is_err());
        assert!(cells(",".repeat(MAX_COLUMNS).as_bytes()).is_err());
    }

    #[test]
    fn headings_must_name_fields() {
        let csv = |text: &str| Reader::csv(text.as_bytes());
        assert!(csv("external_id, user_fname ,flags").is_ok());
        for wrong in ["user_fname", "external_id,a b", "external_id,x,x", ""] {
            assert!(csv(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cell_becomes_what_its_field_holds() {
        let of = |cell: &str, it| typed(cell.to_owned(), Some(it));
        assert_eq!(of("41", FieldType::Number), json!(41));
        assert_eq!(of(" 1.5", FieldType::Number), json!(1.5));
        assert_eq!(of("many", FieldType::Number), json!("many"));
        assert_eq!(of("TRUE", FieldType::Boolean), json!(true));
        assert_eq!(of("[1,2]", FieldType::List), json!([1, 2]));
        assert_eq!(of("007", FieldType::Text), json!("007"));
        assert_eq!(typed("007".to_owned(), None), json!("007"));
    }

    #[test]
    fn a_line_of_json_is_held_to_its_shape() {
        let read = |text: &str| json(text.as_bytes());
        let new = read(r#"{"external_id":"p-1","fields":{"age":41},"flags":["vip"]}"#).unwrap();
        assert_eq!(new.external_id.as_deref(), Some("p-1"));
        assert_eq!(new.fields["age"], json!(41));
        for (wrong, code) in [
            ("{", "invalid_json"),
            (r#"{"external_id":"a","external_id":"b"}"#, "invalid_json"),
            (r#"{"fields":{}}"#, "invalid_request"),
            (r#"{"external_id":"a","typo":1}"#, "invalid_request"),
            ("[]", "invalid_request"),
        ] {
            assert_eq!(read(wrong).unwrap_err().code, code, "{wrong}");
        }
    }
}
