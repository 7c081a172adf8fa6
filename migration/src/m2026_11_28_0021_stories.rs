//! Patient stories: each version as it was told, what the teller consented to for it, and where it went.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut stories = record("stories");
        stories
            // The teller, if they are a partner.
            .col(uuid_null("partner_id"))
            .col(text_null("teller_name"))
            .col(text_null("title"))
            .col(text("format"))
            .col(text("about"))
            .col(json_null("represented"))
            .col(text_null("service"))
            .col(json("themes"))
            .col(text_null("support_plan"))
            .col(boolean("teller_attends"))
            .col(text_null("learning"))
            .col(integer("latest"))
            .col(integer_null("approved"))
            .col(text_null("audience"))
            .col(date_null("scheduled_for"))
            .col(text_null("meeting"))
            .col(date_null("presented_on"))
            .col(timestamp_null("debrief_due_at"))
            .col(timestamp_null("debriefed_at"))
            .col(date_null("report_due_on"))
            .col(timestamp_null("reported_back_at"))
            .col(text_null("report_back"))
            .col(timestamp_null("published_at"))
            .col(timestamp_null("ended_at"))
            .col(text_null("end_reason"))
            .col(text("status"));
        foreign(&mut stories, "stories", "partner_id", "partners", "id");
        create(
            manager,
            stories,
            vec![
                index("stories", &["organisation", "id"]),
                index("stories", &["organisation", "status", "id"]),
                index("stories", &["partner_id", "id"]),
                index("stories", &["status", "published_at", "id"]),
            ],
        )
        .await?;

        let owned = |name: &'static str| {
            let mut table = record(name);
            table.col(uuid("story_id")).col(uuid_null("partner_id"));
            foreign(&mut table, name, "story_id", "stories", "id");
            foreign(&mut table, name, "partner_id", "partners", "id");
            table
        };

        let mut versions = owned("story_versions");
        versions
            .col(integer("number"))
            .col(text_null("title"))
            .col(text_null("words"))
            .col(text("identity"))
            .col(text_null("shown_as"))
            .col(json("content_warnings"))
            .col(uuid_null("file_id"))
            .col(text_null("file_name"))
            .col(text_null("media_type"))
            .col(big_integer_null("length"))
            .col(text_null("digest"))
            .col(text("author"))
            .col(text_null("wanted_changes"))
            .col(json_null("approval"));
        foreign(&mut versions, "story_versions", "file_id", "files", "id");
        create(
            manager,
            versions,
            vec![
                index("story_versions", &["organisation", "id"]),
                index("story_versions", &["partner_id", "id"]),
                unique("story_versions", &["story_id", "number"]),
            ],
        )
        .await?;

        let mut consents = owned("story_consents");
        consents
            .col(integer("number"))
            .col(text("scope"))
            .col(text("given_by"))
            .col(text("given_how"))
            .col(text_null("witness"))
            .col(uuid_null("recorded_by"))
            .col(date("expires_on"))
            .col(timestamp_null("withdrawn_at"));
        foreign(
            &mut consents,
            "story_consents",
            "recorded_by",
            "users",
            "id",
        );
        create(
            manager,
            consents,
            vec![
                index("story_consents", &["organisation", "id"]),
                index("story_consents", &["partner_id", "id"]),
                index("story_consents", &["story_id", "number", "scope"]),
            ],
        )
        .await?;

        let mut uses = owned("story_uses");
        uses.col(integer("number"))
            .col(text("scope"))
            .col(text("kind"))
            .col(text("place"))
            .col(date("used_on"))
            .col(uuid_null("recorded_by"))
            .col(date_null("removed_on"));
        foreign(&mut uses, "story_uses", "recorded_by", "users", "id");
        create(
            manager,
            uses,
            vec![
                index("story_uses", &["organisation", "id"]),
                index("story_uses", &["partner_id", "id"]),
                index("story_uses", &["story_id", "id"]),
            ],
        )
        .await?;

        let mut targets = record("story_targets");
        targets
            .col(integer("report_back_days"))
            .col(date("applies_from"));
        create(
            manager,
            targets,
            vec![
                index("story_targets", &["organisation", "id"]),
                index("story_targets", &["organisation", "applies_from"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "story_targets",
                "story_uses",
                "story_consents",
                "story_versions",
                "stories",
            ],
        )
        .await
    }
}
