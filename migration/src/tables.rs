//! What several migrations share: the columns of every record, and short forms for the rest.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// A table of tenant records: `id` (UUID v7), `organisation` (ODS code of the owner), `version`
/// (optimistic lock and ETag), `created_at`, `updated_at`.
pub fn record(name: &'static str) -> TableCreateStatement {
    let mut table = Table::create()
        .table(Alias::new(name))
        .col(uuid("id").primary_key())
        .col(text("organisation"))
        .col(big_integer("version"))
        .col(timestamp("created_at"))
        .col(timestamp("updated_at"))
        .to_owned();
    foreign(&mut table, name, "organisation", "organisations", "code");
    table
}

/// A reference with a name that says both ends, so that a violation can be told in plain words.
pub fn foreign(
    table: &mut TableCreateStatement,
    from: &str,
    column: &'static str,
    to: &'static str,
    key: &'static str,
) {
    table.foreign_key(
        ForeignKey::create()
            .name(format!("{from}_{column}_fkey"))
            .from(Alias::new(from), Alias::new(column))
            .to(Alias::new(to), Alias::new(key)),
    );
}

/// An index named after its table and columns. The order of the columns matters.
pub fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("{table}_{}_idx", columns.join("_")))
        .table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

/// A unique index; its name ends in `_key`, which the service turns into a plain-English problem.
pub fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns)
        .name(format!("{table}_{}_key", columns.join("_")))
        .unique()
        .to_owned()
}

fn column(name: &'static str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
}

pub fn uuid(name: &'static str) -> ColumnDef {
    column(name).uuid().not_null().take()
}
pub fn uuid_null(name: &'static str) -> ColumnDef {
    column(name).uuid().take()
}
pub fn text(name: &'static str) -> ColumnDef {
    column(name).text().not_null().take()
}
pub fn text_null(name: &'static str) -> ColumnDef {
    column(name).text().take()
}
pub fn boolean(name: &'static str) -> ColumnDef {
    column(name).boolean().not_null().take()
}
pub fn boolean_null(name: &'static str) -> ColumnDef {
    column(name).boolean().take()
}
pub fn integer(name: &'static str) -> ColumnDef {
    column(name).integer().not_null().take()
}
pub fn integer_null(name: &'static str) -> ColumnDef {
    column(name).integer().take()
}
pub fn big_integer(name: &'static str) -> ColumnDef {
    column(name).big_integer().not_null().take()
}
pub fn big_integer_null(name: &'static str) -> ColumnDef {
    column(name).big_integer().take()
}
pub fn date(name: &'static str) -> ColumnDef {
    column(name).date().not_null().take()
}
pub fn date_null(name: &'static str) -> ColumnDef {
    column(name).date().take()
}
pub fn timestamp(name: &'static str) -> ColumnDef {
    column(name).timestamp_with_time_zone().not_null().take()
}
pub fn timestamp_null(name: &'static str) -> ColumnDef {
    column(name).timestamp_with_time_zone().take()
}
pub fn bytes(name: &'static str) -> ColumnDef {
    column(name).binary().not_null().take()
}
pub fn bytes_null(name: &'static str) -> ColumnDef {
    column(name).binary().take()
}
pub fn json(name: &'static str) -> ColumnDef {
    column(name).json_binary().not_null().take()
}
pub fn json_null(name: &'static str) -> ColumnDef {
    column(name).json_binary().take()
}

/// Creates the table, then its indexes.
pub async fn create(
    manager: &SchemaManager<'_>,
    table: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    manager.create_table(table).await?;
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops the tables in the given order; those that refer to others come first.
pub async fn drop(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager
            .drop_table(Table::drop().table(Alias::new(*table)).to_owned())
            .await?;
    }
    Ok(())
}

/// SQL that differs between the two databases: the list for the one in use is run in order.
pub async fn either(
    manager: &SchemaManager<'_>,
    sqlite: &[&str],
    postgres: &[&str],
) -> Result<(), DbErr> {
    let statements = match manager.get_database_backend() {
        DatabaseBackend::Sqlite => sqlite,
        _ => postgres,
    };
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    Ok(())
}
