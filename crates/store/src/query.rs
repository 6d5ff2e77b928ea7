//! Queries as texts that both databases understand, and statements: a query with its values, ready to run anywhere.
use crate::error::{Error, Result};
use smartbot_model::{
    AgentId, BotId, BrowserSessionId, CannedReplyId, DeliveryId, EndpointId, EventId, FileId,
    JobId, MailId, MessageId, NotificationId, ResendId, SessionId, Time, TokenId, UserId,
    WorkspaceId,
};
use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A query text, once for both databases. `$1`, `$2`, … are values; `{rows}` becomes rows of values, `{list}` a list of them and
/// `{skip_locked}` what makes PostgreSQL pass over rows that another worker claims at this moment.
pub(crate) struct Query {
    name: &'static str,
    text: &'static str,
    runs: AtomicU64,
    /// The text as each database gets it, by how many rows or values fill it.
    texts: [OnceLock<Box<Texts>>; 2],
}

type Texts = [OnceLock<Box<str>>; ROWS_AT_ONCE + 1];

impl Query {
    pub(crate) const fn new(name: &'static str, text: &'static str) -> Self {
        Self {
            name,
            text,
            runs: AtomicU64::new(0),
            texts: [const { OnceLock::new() }; 2],
        }
    }

    /// The module and name of the query.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// The text as it was written.
    pub(crate) const fn text(&self) -> &'static str {
        self.text
    }

    /// How often it ran in this process.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// With these values.
    pub(crate) fn with(&'static self, args: Vec<Arg>) -> Statement {
        Statement {
            query: self,
            args,
            filling: Filling::Nothing,
            expect: Expect::Any,
            what: crate::what::BOOKKEEPING,
            returning: false,
            joins: false,
        }
    }

    /// With one row in the place of `{rows}`.
    pub(crate) fn with_row(&'static self, values: Vec<Arg>) -> Statement {
        let columns = values.len();
        self.with_rows(vec![], columns, values)
    }

    /// With rows of `columns` values each in the place of `{rows}`. Values of the query's own come first. All uses of a query have as
    /// many columns and own values.
    pub(crate) fn with_rows(
        &'static self,
        own: Vec<Arg>,
        columns: usize,
        values: Vec<Arg>,
    ) -> Statement {
        let filling = Filling::Rows {
            own: own.len(),
            columns,
        };
        let mut args = own;
        args.extend(values);
        Statement {
            joins: matches!(filling, Filling::Rows { own: 0, .. })
                && self.text.starts_with("INSERT"),
            filling,
            ..self.with(args)
        }
    }

    /// With these values in the place of `{list}`. There are few different texts, since lists are filled up to powers of two with
    /// their last value; an empty list becomes one NULL, which equals nothing.
    pub(crate) fn with_list(&'static self, own: Vec<Arg>, mut values: Vec<Arg>) -> Statement {
        let last = values.last().cloned().unwrap_or(Arg::Bytes(None));
        let size = values.len().next_power_of_two();
        values.resize(size, last);
        let filling = Filling::List { own: own.len() };
        let mut args = own;
        args.extend(values);
        Statement {
            filling,
            ..self.with(args)
        }
    }
}

/// What fills the gap in a query's text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Filling {
    Nothing,
    /// Rows of so many values, after so many of the query's own.
    Rows {
        own: usize,
        columns: usize,
    },
    /// A list of values, after so many of the query's own.
    List {
        own: usize,
    },
}

/// Whose SQL.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// What comes before the number of a value.
    const fn value(self) -> &'static str {
        match self {
            // `$1` would be a name to SQLite, numbered by where it stands.
            Self::Sqlite => "?",
            Self::Postgres => "$",
        }
    }

    /// What makes a claim pass over rows that others claim. SQLite's only writer has the database to itself.
    const fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// `$1, $2, …`: so many values after `before` others.
    fn values(self, before: usize, count: usize) -> String {
        let values: Vec<_> = (before + 1..=before + count)
            .map(|it| format!("{}{it}", self.value()))
            .collect();
        values.join(", ")
    }
}

/// Declares queries and `ALL`, the list of them.
macro_rules! queries {
    ($($(#[$doc:meta])* $NAME:ident = $text:expr;)+) => {
        $($(#[$doc])* static $NAME: $crate::query::Query =
            $crate::query::Query::new(concat!(module_path!(), "::", stringify!($NAME)), $text);)+
        /// Every query of this file.
        pub(crate) static ALL: &[&$crate::query::Query] = &[$(&$NAME),+];
    };
}
pub(crate) use queries;

/// A list of values for a query.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::query::Arg::from($value)),*] };
}
pub(crate) use args;

/// How many rows go into one statement at most.
pub(crate) const ROWS_AT_ONCE: usize = 64;

/// How many rows a statement must change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// As many as it will.
    Any,
    /// Exactly so many: anything else is a conflict, and the whole list is undone.
    Exactly(u64),
}

impl Expect {
    /// Whether so many are as many as must be.
    pub(crate) const fn holds(self, changed: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(count) => count == changed,
        }
    }
}

/// A query with its values.
pub(crate) struct Statement {
    pub(crate) query: &'static Query,
    pub(crate) args: Vec<Arg>,
    filling: Filling,
    pub(crate) expect: Expect,
    /// What clashes when a unique index refuses or the count is wrong.
    pub(crate) what: &'static str,
    /// Whether it answers with rows.
    pub(crate) returning: bool,
    /// Whether it may run as one with others of the same query: it adds rows, or changes one that its values name.
    pub(crate) joins: bool,
}

impl Statement {
    /// Must change exactly one row, otherwise `what` clashes.
    pub(crate) fn one(self, what: &'static str) -> Self {
        self.exactly(1, what)
    }

    /// Must change exactly so many rows, otherwise `what` clashes.
    pub(crate) fn exactly(mut self, count: usize, what: &'static str) -> Self {
        self.expect = Expect::Exactly(count as u64);
        self.what = what;
        self
    }

    /// When a unique index refuses, `what` clashes.
    pub(crate) const fn unique(mut self, what: &'static str) -> Self {
        self.what = what;
        self
    }

    /// Answers with rows.
    pub(crate) const fn returning(mut self) -> Self {
        self.returning = true;
        self
    }

    /// An update or a deletion that may run as one with others of the same query: its values name the row.
    pub(crate) const fn joining(mut self) -> Self {
        self.joins = true;
        self
    }

    /// The values, row by row: all of them, unless there are several rows.
    pub(crate) fn rows(&self) -> std::slice::ChunksExact<'_, Arg> {
        let columns = match self.filling {
            Filling::Rows { columns, .. } => columns,
            Filling::Nothing | Filling::List { .. } => self.args.len(),
        };
        self.args.chunks_exact(columns.max(1))
    }

    /// The text for a database. It is put together once for each number of rows or values, unless there are very many.
    pub(crate) fn sql(&self, dialect: Dialect) -> Cow<'static, str> {
        let count = match self.filling {
            Filling::Nothing => 0,
            Filling::Rows { own, columns } => (self.args.len() - own) / columns,
            Filling::List { own } => self.args.len() - own,
        };
        let texts = self.query.texts[dialect as usize]
            .get_or_init(|| Box::new([const { OnceLock::new() }; ROWS_AT_ONCE + 1]));
        let render = || self.render(dialect, count);
        match texts.get(count) {
            Some(text) => Cow::Borrowed(&**text.get_or_init(|| render().into_boxed_str())),
            None => Cow::Owned(render()),
        }
    }

    fn render(&self, dialect: Dialect, count: usize) -> String {
        let text = self
            .query
            .text
            .replace('$', dialect.value())
            .replace("{skip_locked}", dialect.skip_locked());
        match self.filling {
            Filling::Nothing => text,
            Filling::Rows { own, columns } => {
                let rows: Vec<_> = (0..count)
                    .map(|row| format!("({})", dialect.values(own + row * columns, columns)))
                    .collect();
                text.replace("{rows}", &rows.join(", "))
            }
            Filling::List { own } => text.replace("{list}", &dialect.values(own, count)),
        }
    }

    /// Refuses values that not both databases can keep, and counts the run.
    pub(crate) fn check(&self) -> Result<()> {
        self.query.runs.fetch_add(1, Ordering::Relaxed);
        for (place, arg) in self.args.iter().enumerate() {
            match arg {
                Arg::Text(Some(text)) if text.contains('\0') => {
                    return Err(Error::invalid(format!(
                        "a text with a NUL character ({}, ${})",
                        self.query.name,
                        place + 1
                    )));
                }
                Arg::TooBig(number) => {
                    return Err(Error::invalid(format!(
                        "the number {number} ({}, ${})",
                        self.query.name,
                        place + 1
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A value for a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arg {
    Int(Option<i64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    /// A number that no BIGINT holds; [`Statement::check`] refuses it.
    TooBig(u64),
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}
impl From<u32> for Arg {
    fn from(value: u32) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}
impl From<Option<u32>> for Arg {
    fn from(value: Option<u32>) -> Self {
        Self::Int(value.map(i64::from))
    }
}
impl From<Option<u16>> for Arg {
    fn from(value: Option<u16>) -> Self {
        Self::Int(value.map(i64::from))
    }
}
impl From<u64> for Arg {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or(Self::TooBig(value), |it| Self::Int(Some(it)))
    }
}
impl From<Option<u64>> for Arg {
    fn from(value: Option<u64>) -> Self {
        value.map_or(Self::Int(None), Self::from)
    }
}
impl From<Time> for Arg {
    fn from(value: Time) -> Self {
        Self::Int(Some(value.micros()))
    }
}
impl From<Option<Time>> for Arg {
    fn from(value: Option<Time>) -> Self {
        Self::Int(value.map(Time::micros))
    }
}
impl From<bool> for Arg {
    fn from(value: bool) -> Self {
        Self::Bool(Some(value))
    }
}
impl From<Option<bool>> for Arg {
    fn from(value: Option<bool>) -> Self {
        Self::Bool(value)
    }
}
impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}
impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}
impl From<Option<String>> for Arg {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}
impl From<Vec<u8>> for Arg {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}
impl From<Option<Vec<u8>>> for Arg {
    fn from(value: Option<Vec<u8>>) -> Self {
        Self::Bytes(value)
    }
}
impl From<[u8; 32]> for Arg {
    fn from(value: [u8; 32]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}
impl From<Option<[u8; 32]>> for Arg {
    fn from(value: Option<[u8; 32]>) -> Self {
        Self::Bytes(value.map(|it| it.to_vec()))
    }
}

macro_rules! ids {
    ($($Id:ident),+) => {$(
        impl From<$Id> for Arg {
            fn from(id: $Id) -> Self {
                Self::Bytes(Some(id.uuid().as_bytes().to_vec()))
            }
        }
        impl From<Option<$Id>> for Arg {
            fn from(id: Option<$Id>) -> Self {
                Self::Bytes(id.map(|it| it.uuid().as_bytes().to_vec()))
            }
        }
    )+};
}
ids!(
    WorkspaceId,
    AgentId,
    BotId,
    BrowserSessionId,
    CannedReplyId,
    UserId,
    SessionId,
    MessageId,
    EventId,
    EndpointId,
    DeliveryId,
    TokenId,
    JobId,
    ResendId,
    FileId,
    NotificationId,
    MailId
);

#[cfg(test)]
mod tests {
    use super::*;
    static ROWS: Query = Query::new("rows", "INSERT INTO x VALUES {rows}");
    static AFTER_ONE: Query = Query::new("after one", "INSERT INTO x VALUES {rows}");
    static LIST: Query = Query::new("list", "DELETE FROM x WHERE a = $1 AND b IN ({list})");

    #[test]
    fn rows_are_numbered_after_the_own_values() {
        let two = ROWS.with_rows(vec![], 2, args![1_u32, 2_u32, 3_u32, 4_u32]);
        assert_eq!(
            two.sql(Dialect::Postgres),
            "INSERT INTO x VALUES ($1, $2), ($3, $4)"
        );
        let own = AFTER_ONE.with_rows(args![0_u32], 1, args![1_u32, 2_u32]);
        assert_eq!(own.sql(Dialect::Sqlite), "INSERT INTO x VALUES (?2), (?3)");
    }

    #[test]
    fn lists_are_filled_up_with_their_last_value() {
        let statement = LIST.with_list(args!["a"], args!["b", "c", "d"]);
        assert_eq!(
            statement.sql(Dialect::Sqlite),
            "DELETE FROM x WHERE a = ?1 AND b IN (?2, ?3, ?4, ?5)"
        );
        assert_eq!(statement.args, args!["a", "b", "c", "d", "d"]);
        assert_eq!(
            LIST.with_list(args!["a"], vec![]).args,
            vec![Arg::from("a"), Arg::Bytes(None)]
        );
    }

    #[test]
    fn a_text_is_right_whichever_was_asked_for_before() {
        let ids = |count: u32| (0..count).map(Arg::from).collect::<Vec<_>>();
        for count in [1, 64, 65, 128, 2, 1] {
            let rows = AFTER_ONE.with_rows(args![0_u32], 1, ids(count));
            let text = rows.sql(Dialect::Postgres);
            assert!(text.ends_with(&format!("(${})", count + 1)), "{text}");
            let list = LIST.with_list(args![0_u32], ids(count));
            let last = count.next_power_of_two() + 1;
            assert!(list.sql(Dialect::Sqlite).ends_with(&format!("?{last})")));
        }
    }

    #[test]
    fn values_that_not_both_databases_keep_are_refused() {
        assert!(LIST.with(args!["a\0b"]).check().is_err());
        assert!(LIST.with(args![u64::MAX]).check().is_err());
        assert!(
            LIST.with(args!["ab", i64::MAX.unsigned_abs(), b"\0".to_vec()])
                .check()
                .is_ok()
        );
    }
}
