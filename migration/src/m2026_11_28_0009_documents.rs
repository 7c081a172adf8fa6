//! Files that people upload; documents in versions; requests for accessible formats; who was given which version.

use sea_orm_migration::prelude::*;

use crate::tables::{
    big_integer, bytes, create, date, date_null, drop, foreign, index, integer, json, record, text,
    text_null, timestamp_null, unique, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        files(manager).await?;
        documents(manager).await?;
        versions(manager).await?;
        format_requests(manager).await?;
        handouts(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "document_handouts",
            "format_requests",
            "document_versions",
            "documents",
            "files",
        ];
        drop(manager, &tables).await
    }
}

async fn files(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = record("files");
    table
        .col(uuid_null("partner_id"))
        .col(text("name"))
        .col(text("media_type"))
        .col(big_integer("length"))
        .col(bytes("digest"))
        .col(timestamp_null("removed_at"));
    foreign(&mut table, "files", "partner_id", "partners", "id");
    let indexes = vec![
        index("files", &["organisation", "length"]),
        index("files", &["partner_id"]),
    ];
    create(manager, table, indexes).await?;
    let sql = "CREATE INDEX files_removed_idx ON files (removed_at) WHERE removed_at IS NOT NULL";
    manager.get_connection().execute_unprepared(sql).await?;
    Ok(())
}

async fn documents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = record("documents");
    table
        .col(text("title"))
        .col(text("kind"))
        .col(text("summary"))
        .col(json("topics"))
        .col(text("audience"))
        .col(uuid_null("part_of_id"))
        .col(uuid_null("owner_id"))
        .col(json("editions"))
        .col(timestamp_null("published_at"));
    foreign(&mut table, "documents", "part_of_id", "documents", "id");
    foreign(&mut table, "documents", "owner_id", "users", "id");
    let indexes = vec![
        index("documents", &["organisation", "id"]),
        index("documents", &["organisation", "title"]),
        index("documents", &["audience", "published_at"]),
        index("documents", &["part_of_id"]),
    ];
    create(manager, table, indexes).await
}

async fn versions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = record("document_versions");
    table
        .col(uuid("document_id"))
        .col(text("format"))
        .col(text("language"))
        .col(integer("number"))
        .col(uuid_null("renders_id"))
        .col(text("change_note"))
        .col(date_null("effective_from"))
        .col(date_null("review_on"))
        .col(uuid("file_id"))
        .col(text("file_name"))
        .col(text("media_type"))
        .col(big_integer("length"))
        .col(text("digest"))
        .col(text("author"))
        .col(text_null("consultation"))
        .col(text_null("approved_by"))
        .col(timestamp_null("approved_at"))
        .col(timestamp_null("published_at"))
        .col(timestamp_null("superseded_at"))
        .col(uuid_null("superseded_by_id"))
        .col(timestamp_null("withdrawn_at"))
        .col(text_null("withdrawal_reason"))
        .col(text("status"));
    let name = "document_versions";
    foreign(&mut table, name, "document_id", "documents", "id");
    foreign(&mut table, name, "file_id", "files", "id");
    let indexes = vec![
        unique(name, &["document_id", "format", "language", "number"]),
        index(name, &["organisation", "id"]),
        index(name, &["organisation", "review_on"]),
    ];
    create(manager, table, indexes).await
}

async fn format_requests(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = record("format_requests");
    table
        .col(uuid("document_id"))
        .col(text("format"))
        .col(text("language"))
        .col(uuid_null("partner_id"))
        .col(text_null("note"))
        .col(text_null("contact"))
        .col(uuid_null("fulfilled_by_id"))
        .col(text_null("decline_reason"))
        .col(timestamp_null("settled_at"))
        .col(text("status"));
    let name = "format_requests";
    foreign(&mut table, name, "document_id", "documents", "id");
    foreign(&mut table, name, "partner_id", "partners", "id");
    foreign(
        &mut table,
        name,
        "fulfilled_by_id",
        "document_versions",
        "id",
    );
    let indexes = vec![
        index(name, &["organisation", "id"]),
        index(name, &["document_id", "status"]),
        index(name, &["partner_id"]),
    ];
    create(manager, table, indexes).await
}

async fn handouts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = record("document_handouts");
    table
        .col(uuid("partner_id"))
        .col(uuid("document_id"))
        .col(uuid("version_id"))
        .col(text("channel"))
        .col(date("given_on"))
        .col(text_null("note"));
    let name = "document_handouts";
    foreign(&mut table, name, "partner_id", "partners", "id");
    foreign(&mut table, name, "document_id", "documents", "id");
    foreign(&mut table, name, "version_id", "document_versions", "id");
    let indexes = vec![
        index(name, &["organisation", "id"]),
        index(name, &["partner_id", "document_id"]),
        index(name, &["version_id"]),
    ];
    create(manager, table, indexes).await
}
