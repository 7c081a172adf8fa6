//! What cannot wait has a day, and a return about complaints knows everyone who wrote something of it.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

async fn alter(
    manager: &SchemaManager<'_>,
    table: &'static str,
    change: Change,
) -> Result<(), DbErr> {
    let mut alter = Table::alter();
    alter.table(Alias::new(table));
    match change {
        Change::Add(column) => alter.add_column(*column),
        Change::Drop(column) => alter.drop_column(Alias::new(column)),
    };
    manager.alter_table(alter).await
}

enum Change {
    Add(Box<ColumnDef>),
    Drop(&'static str),
}

const RESPONSES: &str = "friends_and_family_responses";
const RETURNS: &str = "complaint_returns";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let due_on = Change::Add(Box::new(date_null("due_on")));
        alter(manager, RESPONSES, due_on).await?;
        either(
            manager,
            &["UPDATE friends_and_family_responses SET due_on = date(created_at) WHERE urgency = 'waiting'"],
            &["UPDATE friends_and_family_responses SET due_on = CAST(created_at AS DATE) WHERE urgency = 'waiting'"],
        )
        .await?;
        let authors = json("authors").default("[]").take();
        alter(manager, RETURNS, Change::Add(Box::new(authors))).await?;
        either(
            manager,
            &["UPDATE complaint_returns SET authors = json_array(author)"],
            &["UPDATE complaint_returns SET authors = jsonb_build_array(author)"],
        )
        .await?;
        alter(manager, RETURNS, Change::Drop("author")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // There is room for one of them.
        let author = text("author").default("").take();
        alter(manager, RETURNS, Change::Add(Box::new(author))).await?;
        either(
            manager,
            &["UPDATE complaint_returns SET author = COALESCE(json_extract(authors, '$[#-1]'), '')"],
            &["UPDATE complaint_returns SET author = COALESCE(authors ->> -1, '')"],
        )
        .await?;
        alter(manager, RETURNS, Change::Drop("authors")).await?;
        alter(manager, RESPONSES, Change::Drop("due_on")).await
    }
}
