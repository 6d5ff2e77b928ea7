//! Many lists as one statement: the rows of each query become arrays, a column each, and the queries of all lists parts of one `WITH`.
//! So a group of turns is one round trip, whatever their number, and its text is prepared once: the parts come in the order of their names, so
//! that groups of the same kinds of changes have one text and one plan, and lock their rows in one order.
use crate::error::{Error, Result};
use crate::query::{Arg, Expect, Query, Statement};
use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, AssertSqlSafe, SqlSafeStr as _, SqlStr};
use std::fmt::Write as _;

/// One query with the rows of all lists.
struct Part<'a> {
    query: &'static Query,
    rows: Vec<&'a [Arg]>,
    /// How many rows it must change; none when it does not matter.
    expected: Option<u64>,
}

/// A statement that does what many do.
pub(super) struct Joined<'a>(Vec<Part<'a>>);

impl<'a> Joined<'a> {
    pub(super) fn of(statements: impl Iterator<Item = &'a Statement>) -> Self {
        let mut parts: Vec<Part<'a>> = Vec::new();
        for statement in statements {
            let known = parts
                .iter()
                .position(|it| std::ptr::eq(it.query, statement.query));
            let place = known.unwrap_or(parts.len());
            if known.is_none() {
                parts.push(Part {
                    query: statement.query,
                    rows: Vec::new(),
                    expected: Some(0),
                });
            }
            let part = &mut parts[place];
            part.rows.extend(statement.rows());
            part.expected = match (part.expected, statement.expect) {
                (Some(sum), Expect::Exactly(count)) => Some(sum + count),
                _ => None,
            };
        }
        parts.sort_by_key(|it| it.query.name());
        Self(parts)
    }

    /// The text, which answers with how many rows each part changed, and the values.
    pub(super) fn statement(&self) -> Result<(SqlStr, PgArguments)> {
        let (mut sql, mut args, mut columns) = (String::from("WITH "), PgArguments::default(), 0);
        let counts: Vec<_> = (0..self.0.len())
            .map(|it| format!("(SELECT count(*) FROM part{it})"))
            .collect();
        for (place, part) in self.0.iter().enumerate() {
            let width = part.rows.first().map_or(0, |it| it.len());
            let text = joined_text(part.query.text(), columns, width);
            // Writing to a string does not fail.
            let _ = write!(sql, "part{place} AS ({text} RETURNING 1), ");
            for column in 0..width {
                add_column(&mut args, part.rows.iter().map(|it| &it[column]))?;
            }
            columns += width;
        }
        sql.truncate(sql.len() - 2);
        let _ = write!(sql, " SELECT ARRAY[{}]", counts.join(", "));
        // Safe: made of the texts of queries and of numbers.
        Ok((AssertSqlSafe(sql).into_sql_str(), args))
    }

    /// Whether all parts changed as many rows as they must.
    pub(super) fn holds(&self, counts: &[i64]) -> bool {
        counts.len() == self.0.len()
            && self.0.iter().zip(counts).all(|(part, count)| {
                part.expected
                    .is_none_or(|it| u64::try_from(*count) == Ok(it))
            })
    }
}

/// A query over the rows of arrays, which come after so many values of other queries.
fn joined_text(text: &str, before: usize, width: usize) -> String {
    let arrays: Vec<_> = (1..=width).map(|it| format!("${}", before + it)).collect();
    let arrays = arrays.join(", ");
    if text.contains("{rows}") {
        return text.replace("VALUES {rows}", &format!("SELECT * FROM unnest({arrays})"));
    }
    let columns: Vec<_> = (1..=width).map(|it| format!("v{it}")).collect();
    let word = if text.starts_with("DELETE") {
        "USING"
    } else {
        "FROM"
    };
    let rows = format!(
        " {word} unnest({arrays}) AS r ({}) WHERE ",
        columns.join(", ")
    );
    text.replace('$', "r.v").replacen(" WHERE ", &rows, 1)
}

/// A column as an array; all its values are of one type.
fn add_column<'a>(args: &mut PgArguments, values: impl Iterator<Item = &'a Arg>) -> Result<()> {
    let mut values = values.peekable();
    let mixed = || Error::invalid("a column of values of several types");
    macro_rules! column {
        ($pattern:pat => $value:expr) => {
            args.add(
                values
                    .map(|it| match it {
                        $pattern => Ok($value),
                        _ => Err(mixed()),
                    })
                    .collect::<Result<Vec<_>>>()?,
            )
        };
    }
    let added = match values.peek() {
        None => return Ok(()),
        Some(Arg::Int(_) | Arg::TooBig(_)) => column!(Arg::Int(value) => *value),
        Some(Arg::Bool(_)) => column!(Arg::Bool(value) => *value),
        Some(Arg::Text(_)) => column!(Arg::Text(value) => value.as_deref()),
        Some(Arg::Bytes(_)) => column!(Arg::Bytes(value) => value.as_deref()),
    };
    added.map_err(|it| Error::invalid(it.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::args;

    static ADD: Query = Query::new(
        "add",
        "INSERT INTO x (a, b) VALUES {rows} ON CONFLICT DO NOTHING",
    );
    static SAVE: Query = Query::new("save", "UPDATE y SET b = $2 WHERE a = $1");

    static REMOVE: Query = Query::new("remove", "DELETE FROM z WHERE a = $1 AND b = $2");

    fn joined(statements: &[Statement]) -> Joined<'_> {
        Joined::of(statements.iter())
    }

    #[test]
    fn queries_become_parts_and_rows_become_arrays() {
        let statements = [
            SAVE.with(args![1_u32, "x"]).one("y").joining(),
            ADD.with_rows(vec![], 2, args![1_u32, "a", 2_u32, "b"]),
            SAVE.with(args![2_u32, "y"]).one("y").joining(),
            REMOVE.with(args![1_u32, "x"]).one("z").joining(),
        ];
        let joined = joined(&statements);
        let (sql, args) = joined.statement().unwrap();
        assert_eq!(
            sql.as_str(),
            "WITH part0 AS (INSERT INTO x (a, b) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING RETURNING 1), \
             part1 AS (DELETE FROM z USING unnest($3, $4) AS r (v1, v2) WHERE a = r.v1 AND b = r.v2 RETURNING 1), \
             part2 AS (UPDATE y SET b = r.v2 FROM unnest($5, $6) AS r (v1, v2) WHERE a = r.v1 RETURNING 1) \
             SELECT ARRAY[(SELECT count(*) FROM part0), (SELECT count(*) FROM part1), (SELECT count(*) FROM part2)]"
        );
        assert_eq!(args.len(), 6);
    }

    #[test]
    fn only_rows_that_must_change_are_counted() {
        let statements = [
            SAVE.with(args![1_u32, "x"]).one("y").joining(),
            ADD.with_row(args![1_u32, "a"]),
            SAVE.with(args![2_u32, "y"]).one("y").joining(),
        ];
        let joined = joined(&statements);
        assert!(joined.holds(&[0, 2]) && joined.holds(&[1, 2]));
        assert!(!joined.holds(&[1, 1]) && !joined.holds(&[2]));
    }
}
