//! Lists follow an index in their own order, and find ids and versions in it without reading the rows: a page
//! costs the same however many rows there are, and however deep it is.

use sea_orm_migration::prelude::*;

use crate::tables::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The orders of long lists, with what is fixed when they are asked for before them.
const ORDERS: &[(&str, &[&str])] = &[
    (
        "workstreams",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "workstreams",
        &["organisation", "status", "created_at", "id", "version"],
    ),
    (
        "workstreams",
        &["organisation", "lead_id", "created_at", "id", "version"],
    ),
    (
        "opportunities",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "opportunities",
        &["organisation", "closes_at", "id", "version"],
    ),
    ("opportunities", &["organisation", "title", "id", "version"]),
    // What is published is so from a time to a time, which is looked at without the row too.
    (
        "opportunities",
        &[
            "status",
            "published_at",
            "id",
            "opens_at",
            "closes_at",
            "version",
        ],
    ),
    ("partners", &["organisation", "created_at", "id", "version"]),
];

/// What the new ones begin with, and so do better.
const SUPERSEDED: &[(&str, &[&str])] = &[
    ("workstreams", &["organisation", "id"]),
    ("opportunities", &["organisation", "id"]),
    ("partners", &["organisation", "id"]),
];

async fn swap(
    manager: &SchemaManager<'_>,
    made: &[(&'static str, &[&'static str])],
    dropped: &[(&'static str, &[&'static str])],
) -> Result<(), DbErr> {
    for (table, columns) in made {
        manager.create_index(index(table, columns)).await?;
    }
    for (table, columns) in dropped {
        let name = format!("{table}_{}_idx", columns.join("_"));
        manager
            .drop_index(
                Index::drop()
                    .name(name)
                    .table(Alias::new(*table))
                    .to_owned(),
            )
            .await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        swap(manager, ORDERS, SUPERSEDED).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        swap(manager, SUPERSEDED, ORDERS).await
    }
}
