//! Templates in versions, what workstreams make of them, and the opportunities that come of it.

use sea_orm_migration::prelude::*;

use crate::tables::{
    create, drop, foreign, index, integer, integer_null, json, record, text, text_null,
    timestamp_null, unique, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        templates(manager).await?;
        versions(manager).await?;
        adaptations(manager).await?;
        for column in ["adaptation_id", "template_version_id"] {
            let mut table = Table::alter();
            table
                .table(Alias::new("opportunities"))
                .add_column(uuid_null(column));
            manager.alter_table(table.to_owned()).await?;
        }
        let mut by_version = index("opportunities", &["template_version_id"]);
        manager.create_index(by_version.take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut by_version = Index::drop();
        by_version
            .name("opportunities_template_version_id_idx")
            .table(Alias::new("opportunities"));
        manager.drop_index(by_version.to_owned()).await?;
        for column in ["adaptation_id", "template_version_id"] {
            let mut table = Table::alter();
            table
                .table(Alias::new("opportunities"))
                .drop_column(Alias::new(column));
            manager.alter_table(table.to_owned()).await?;
        }
        drop(manager, &["adaptations", "template_versions", "templates"]).await
    }
}

async fn templates(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = record("templates");
    table
        .col(text("title"))
        .col(text("kind"))
        .col(text("summary"))
        .col(uuid_null("current_version_id"))
        .col(integer_null("current_number"));
    let indexes = vec![
        index("templates", &["organisation", "id"]),
        index("templates", &["organisation", "title"]),
    ];
    create(manager, table, indexes).await
}

async fn versions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = record("template_versions");
    table
        .col(uuid("template_id"))
        .col(integer("number"))
        .col(text("change_note"))
        .col(json("fields"))
        .col(json("sections"))
        .col(text("author"))
        .col(text_null("approved_by"))
        .col(timestamp_null("approved_at"))
        .col(timestamp_null("published_at"))
        .col(timestamp_null("superseded_at"))
        .col(text("status"));
    let name = "template_versions";
    foreign(&mut table, name, "template_id", "templates", "id");
    let indexes = vec![
        unique(name, &["template_id", "number"]),
        index(name, &["organisation", "id"]),
    ];
    create(manager, table, indexes).await
}

async fn adaptations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = record("adaptations");
    table
        .col(uuid("workstream_id"))
        .col(uuid("template_id"))
        .col(uuid("template_version_id"))
        .col(integer("template_number"))
        .col(text("title"))
        .col(json("values"))
        .col(json("sections"))
        .col(json("authors"))
        .col(text_null("approved_by"))
        .col(timestamp_null("approved_at"))
        .col(text("status"));
    let name = "adaptations";
    foreign(&mut table, name, "workstream_id", "workstreams", "id");
    foreign(&mut table, name, "template_id", "templates", "id");
    foreign(
        &mut table,
        name,
        "template_version_id",
        "template_versions",
        "id",
    );
    let indexes = vec![
        index(name, &["organisation", "id"]),
        index(name, &["workstream_id"]),
        index(name, &["template_id", "template_number"]),
    ];
    create(manager, table, indexes).await
}
