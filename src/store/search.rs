//! Full-text search behind one face: FTS5 on SQLite, tsvector on PostgreSQL.

use sea_orm::sea_query::{Alias, BinOper, Condition, Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{ColumnTrait, IdenStatic, Value};
use uuid::Uuid;

use super::Engine;
use super::record::Record;
use super::writes::Write;

/// English words that tell nothing apart. PostgreSQL leaves them out of what it keeps; left out of queries
/// here, both databases find the same.
const STOP_WORDS: &str = " i me my myself we our ours ourselves you your yours yourself yourselves he him his \
    himself she her hers herself it its itself they them their theirs themselves what which who whom this that \
    these those am is are was were be been being have has had having do does did doing a an the and but if or \
    because as until while of at by for with about against between into through during before after above below \
    to from up down in out on off over under again further then once here there when where why how all any both \
    each few more most other some such no nor not only own same so than too very s t can will just don should now ";

/// The words of a query that tell something apart, without the operators of either database.
fn words(query: &str) -> Vec<String> {
    query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .filter(|word| !STOP_WORDS.contains(&format!(" {word} ")))
        .take(12)
        .collect()
}

/// The condition that a record's text holds every word of the query. A query without words matches nothing.
pub(super) fn matching<E: Record>(engine: Engine, query: &str) -> Condition {
    let words = words(query);
    let table = E::default().table_name();
    let (sql, text) = match engine {
        Engine::Sqlite => (
            format!(
                "\"{table}\".\"id\" IN (SELECT record_id FROM search_rows WHERE kind = ? \
                 AND id IN (SELECT rowid FROM search_text WHERE search_text MATCH ?))"
            ),
            words
                .iter()
                .map(|word| format!("\"{word}\""))
                .collect::<Vec<_>>()
                .join(" "),
        ),
        Engine::Postgres => (
            format!(
                "\"{table}\".\"id\" IN (SELECT record_id FROM search_documents WHERE kind = $1 \
                 AND body @@ plainto_tsquery('english', $2))"
            ),
            words.join(" "),
        ),
    };
    match words.is_empty() {
        true => Condition::all().add(Expr::cust("1 = 0")),
        false => Condition::all().add(Expr::cust_with_values(
            sql,
            [Value::from(E::NOUN), Value::from(text)],
        )),
    }
}

/// The condition that a JSON list of texts holds this one, whatever its case.
pub(super) fn holding<E: Record>(engine: Engine, column: E::Column, text: &str) -> Condition {
    let list = format!("\"{}\".\"{}\"", E::default().table_name(), column.as_str());
    let sql = match engine {
        Engine::Sqlite => {
            format!("EXISTS (SELECT 1 FROM json_each({list}) WHERE lower(value) = lower(?))")
        }
        Engine::Postgres => format!(
            "EXISTS (SELECT 1 FROM jsonb_array_elements_text({list}) AS one(value) \
             WHERE lower(value) = lower($1))"
        ),
    };
    Condition::all().add(Expr::cust_with_values(sql, [Value::from(text)]))
}

/// The condition that a text has this part, whatever the case of its letters. Wildcards mean themselves.
pub fn containing(column: impl ColumnTrait, part: &str) -> Expr {
    let escaped = part
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let pattern = Expr::from(Func::lower(Expr::value(format!("%{escaped}%"))));
    Expr::from(Func::lower(column.into_expr())).binary(
        BinOper::Like,
        pattern.binary(BinOper::Escape, Expr::Constant('\\'.into())),
    )
}

/// Names the rows by which records have a place among the texts.
struct SearchRow;
/// Names the texts.
struct SearchText;

/// What replaces the text under which a record is found.
pub(super) fn index(engine: Engine, kind: &'static str, id: Uuid, text: &str) -> Vec<Write> {
    let name = Alias::new;
    match engine {
        Engine::Sqlite => {
            let mut rowid = Query::select();
            rowid
                .column(name("id"))
                .from(name("search_rows"))
                .and_where(Expr::col(name("kind")).eq(kind))
                .and_where(Expr::col(name("record_id")).eq(id));
            let rowid = Expr::SubQuery(None, Box::new(rowid.into()));
            let row = Query::insert()
                .into_table(name("search_rows"))
                .columns([name("kind"), name("record_id")])
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .to_owned();
            let body = Query::insert()
                .replace()
                .into_table(name("search_text"))
                .columns([name("rowid"), name("body")])
                .to_owned();
            vec![
                Write::rows::<SearchRow>(row, vec![vec![kind.into(), id.into()]]),
                Write::rows::<SearchText>(body, vec![vec![rowid, text.into()]]).on("search", id),
            ]
        }
        Engine::Postgres => {
            let body = Expr::cust_with_values("to_tsvector('english', $1)", [text]);
            let document = Query::insert()
                .into_table(name("search_documents"))
                .columns([name("kind"), name("record_id"), name("body")])
                .on_conflict(
                    OnConflict::columns([name("kind"), name("record_id")])
                        .update_column(name("body"))
                        .to_owned(),
                )
                .to_owned();
            let row = vec![kind.into(), id.into(), body];
            vec![Write::rows::<SearchText>(document, vec![row]).on("search", id)]
        }
    }
}
