//! What PostgreSQL knows of its tables. A plan is kept until there is something new to know, and the first ones are made when all tables
//! are empty: then an index on the workspace alone seems as good as the primary key, and every look-up walks through a whole workspace.
//! Its own autovacuum looks after a minute or more; a new installation, or one that was just restored, is slow until then.
use super::{Postgres, told};
use crate::error::Result;
use crate::what::BOOKKEEPING;
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

/// Tables of which nothing is known (no pages, as far as the planner was told) although they have more than one.
const UNKNOWN: &str = "SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relpages = 0
        AND pg_relation_size(oid) > current_setting('block_size')::bigint
    ORDER BY relname";

impl Postgres {
    /// Lets the database look at such tables, whereupon it plans anew; returns their names.
    pub(crate) async fn analyse_new_tables(&self) -> Result<Vec<String>> {
        let names: Vec<String> = sqlx::query_scalar(UNKNOWN)
            .fetch_all(&self.alone.0)
            .await
            .map_err(|it| told(&it, BOOKKEEPING))?;
        if !names.is_empty() {
            // Safe: names of tables, quoted by the database. One that another node looks at is left to it.
            let analyse = format!("ANALYZE (SKIP_LOCKED) {}", names.join(", "));
            sqlx::query(AssertSqlSafe(analyse).into_sql_str())
                .execute(&self.alone.0)
                .await
                .map_err(|it| told(&it, BOOKKEEPING))?;
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_table_is_looked_at_once_it_has_rows() {
        let url = smartbot_testkit::postgres().new_database();
        let database = Postgres::open(&url, 4).await.unwrap();
        assert!(database.analyse_new_tables().await.unwrap().is_empty());
        // Two rows are one page: whatever the plan, it reads that one.
        let fill = |from: u32, to: u32| {
            format!(
                "INSERT INTO grown SELECT id, repeat('x', 100) FROM generate_series({from}, {to}) AS id"
            )
        };
        let run = async |sql: String| {
            sqlx::query(AssertSqlSafe(sql).into_sql_str())
                .execute(&database.alone.0)
                .await
                .unwrap();
        };
        run("CREATE TABLE grown (id BIGINT, text TEXT)".to_owned()).await;
        run(fill(1, 2)).await;
        assert!(database.analyse_new_tables().await.unwrap().is_empty());
        run(fill(3, 1_000)).await;
        assert_eq!(database.analyse_new_tables().await.unwrap(), ["grown"]);
        // What comes later is autovacuum's.
        assert!(database.analyse_new_tables().await.unwrap().is_empty());
        database.close().await;
    }
}
