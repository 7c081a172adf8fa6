//! Entities and migrated tables have the same columns, on both databases.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, Statement};

use super::sources::{sources, word_after};
use crate::harness::{TestApp, story};

/// Columns by table: the name, and whether it can be empty.
type Tables = BTreeMap<String, BTreeSet<(String, bool)>>;

/// What the entities say, read from their source: private ones too.
fn entities() -> Tables {
    let mut tables = Tables::new();
    for (path, text) in sources() {
        let mut parts = text.split("table_name = \"");
        parts.next();
        for part in parts {
            let table = part.split('"').next().unwrap();
            let body = part
                .split_once("struct Model {")
                .unwrap_or_else(|| panic!("{path}: {table}"))
                .1;
            let body = body.split_once("\n    }").map_or(body, |(body, _)| body);
            let body = body.split_once("\n}").map_or(body, |(body, _)| body);
            let columns = body.lines().filter_map(|line| {
                let name = word_after(line.trim(), "pub ")?;
                let kind = line.split_once(": ")?.1;
                Some((
                    name.trim_start_matches("r#").to_owned(),
                    kind.starts_with("Option<"),
                ))
            });
            tables.insert(table.to_owned(), columns.collect());
        }
    }
    tables
}

async fn migrated(app: &TestApp) -> Tables {
    use equal_partners::store::Engine;
    let database = &app.state.store.database;
    let (backend, sql) = match database.engine() {
        Engine::Sqlite => (
            sea_orm::DbBackend::Sqlite,
            "SELECT m.name, p.name, p.\"notnull\" = 0 AND p.pk = 0 FROM sqlite_master m \
             JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
        ),
        Engine::Postgres => (
            sea_orm::DbBackend::Postgres,
            "SELECT table_name::text, column_name::text, is_nullable = 'YES' \
             FROM information_schema.columns WHERE table_schema = 'public'",
        ),
    };
    let rows = database
        .whole()
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    let mut tables = Tables::new();
    for row in rows {
        let text = |index| row.try_get_by_index::<String>(index).unwrap();
        let column = (text(1), row.try_get_by_index::<bool>(2).unwrap());
        tables.entry(text(0)).or_default().insert(column);
    }
    tables
}

/// Tables that no entity maps: each is reached by statements of its own.
const WITHOUT_ENTITY: &[(&str, &str)] = &[
    ("deployment_secrets", "one row, read by src/store/seal.rs"),
    ("seaql_migrations", "the migrator's own"),
    (
        "search_documents",
        "full text on PostgreSQL, src/store/search.rs",
    ),
    ("search_rows", "full text on SQLite, src/store/search.rs"),
    ("search_text", "full text on SQLite, src/store/search.rs"),
];

/// Columns that no entity maps.
const WITHOUT_FIELD: &[(&str, &str)] = &[(
    "ledger_entries.arrival",
    "the database fills it on PostgreSQL, and src/store/chain.rs orders by it",
)];

story!(
    async fn entities_have_the_columns_that_the_migrations_make(app) {
        let (entities, tables) = (entities(), migrated(app).await);
        assert!(entities.len() > 5, "the search no longer finds the entities: {entities:?}");
        let mut differences = Vec::new();
        for (table, columns) in &entities {
            let Some(there) = tables.get(table) else {
                differences.push(format!("no migration makes the table {table}"));
                continue;
            };
            let named = |all: &BTreeSet<(String, bool)>| -> BTreeMap<String, bool> {
                all.iter().cloned().collect()
            };
            let (entity, migration) = (named(columns), named(there));
            for (column, empty) in &entity {
                match migration.get(column) {
                    None => differences.push(format!("entity has, migrations lack: {table}.{column}")),
                    Some(can) if can != empty => differences.push(format!(
                        "{table}.{column}: Option in the entity is {empty}, nullable in the database is {can}"
                    )),
                    Some(_) => {}
                }
            }
            for column in migration.keys().filter(|column| !entity.contains_key(*column)) {
                let place = format!("{table}.{column}");
                if !WITHOUT_FIELD.iter().any(|(name, _)| *name == place) {
                    differences.push(format!("migrations have, entity lacks: {place}"));
                }
            }
        }
        let known = |table: &str| {
            let shadow = table.starts_with("search_text_") || table.starts_with("sqlite_");
            shadow || entities.contains_key(table) || WITHOUT_ENTITY.iter().any(|(name, _)| *name == table)
        };
        for table in tables.keys().filter(|table| !known(table)) {
            differences.push(format!("no entity maps the table {table}"));
        }
        assert!(differences.is_empty(), "{differences:#?}");
    }
);
