//! Insights: what was heard, in words that tell of nobody; improvements, which answer them; and what led to what.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "insight_themes";
        let mut themes = record(name);
        themes
            .col(text("code"))
            .col(text("label"))
            .col(text_null("national_subject"))
            .col(text("status"));
        let indexes = vec![
            unique(name, &["organisation", "code"]),
            index(name, &["organisation", "id"]),
        ];
        create(manager, themes, indexes).await?;

        let name = "insights";
        let mut insights = record(name);
        insights
            .col(text("source"))
            .col(uuid_null("source_id"))
            .col(text("quote"))
            .col(text("service"))
            .col(date("heard_on"))
            .col(json("themes"))
            .col(json_null("sentiment"))
            // Whoever said it, if they are a partner: told what came of it, and shown to nobody.
            .col(uuid_null("partner_id"))
            .col(text_null("withdrawal_reason"))
            .col(timestamp_null("answered_at"))
            .col(text("status"));
        foreign(&mut insights, name, "partner_id", "partners", "id");
        let indexes = vec![
            index(name, &["organisation", "id"]),
            index(name, &["organisation", "heard_on", "id"]),
            index(name, &["organisation", "service", "id"]),
            index(name, &["source_id"]),
            index(name, &["partner_id"]),
        ];
        create(manager, insights, indexes).await?;

        let name = "improvements";
        let mut improvements = record(name);
        improvements
            .col(text("you_said"))
            .col(text("decision"))
            .col(text_null("we_did"))
            .col(text_null("why_not"))
            .col(text("service"))
            .col(uuid("owner_id"))
            .col(date_null("due_on"))
            .col(text_null("impact_measure"))
            .col(text_null("impact_observed"))
            .col(text_null("quote"))
            .col(json("authors"))
            .col(text_null("checked_by"))
            .col(timestamp_null("checked_at"))
            .col(timestamp_null("published_at"))
            .col(text("publication"))
            .col(text("status"));
        foreign(&mut improvements, name, "owner_id", "users", "id");
        let indexes = vec![
            index(name, &["organisation", "id"]),
            index(name, &["organisation", "due_on", "id"]),
            index(name, &["publication", "published_at", "id"]),
            index(name, &["organisation", "publication", "published_at", "id"]),
            index(name, &["owner_id"]),
        ];
        create(manager, improvements, indexes).await?;

        let name = "provenance_links";
        let mut links = record(name);
        links
            .col(text("from_kind"))
            .col(uuid("from_id"))
            .col(text("kind"))
            .col(text("to_kind"))
            .col(uuid("to_id"));
        let indexes = vec![
            unique(name, &["from_id", "to_id"]),
            index(name, &["to_id"]),
            index(name, &["organisation", "id"]),
        ];
        create(manager, links, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "provenance_links",
                "improvements",
                "insights",
                "insight_themes",
            ],
        )
        .await
    }
}
