//! Planned work: workstreams, the opportunities in them, who sits on the panel, and their search.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut workstreams = record("workstreams");
        workstreams
            .col(text("name"))
            .col(text("purpose"))
            .col(uuid_null("lead_id"))
            .col(text("status"));
        create(
            manager,
            workstreams,
            vec![
                index("workstreams", &["organisation", "id"]),
                unique("workstreams", &["organisation", "name"]),
            ],
        )
        .await?;

        let mut opportunities = record("opportunities");
        opportunities
            .col(uuid("workstream_id"))
            .col(text("title"))
            .col(text("summary"))
            .col(text("kind"))
            .col(text("participation_level"))
            .col(text("mode"))
            .col(text_null("place"))
            .col(json("topics"))
            .col(json("perspectives_wanted"))
            .col(json("access"))
            .col(integer("role_level"))
            .col(text_null("payment_kind"))
            .col(json("payment"))
            .col(integer_null("hours_per_month"))
            .col(integer("places"))
            .col(json("role"))
            .col(json("apply_methods"))
            .col(json("contact"))
            .col(text_null("influence_statement"))
            .col(uuid_null("named_contact_id"))
            .col(text_null("budget_code"))
            .col(text_null("internal_notes"))
            .col(json("panel"))
            .col(text("dbs_level"))
            .col(timestamp_null("opens_at"))
            .col(timestamp_null("closes_at"))
            .col(date_null("starts_on"))
            .col(text("author"))
            .col(json("authors"))
            .col(text_null("approved_by"))
            .col(timestamp_null("approved_at"))
            .col(timestamp_null("published_at"))
            .col(timestamp_null("closed_at"))
            .col(text_null("withdrawal_reason"))
            .col(integer("revision"))
            .col(text("status"));
        foreign(
            &mut opportunities,
            "opportunities",
            "workstream_id",
            "workstreams",
            "id",
        );
        create(
            manager,
            opportunities,
            vec![
                index("opportunities", &["organisation", "id"]),
                index("opportunities", &["organisation", "status", "id"]),
                index("opportunities", &["status", "closes_at", "id"]),
                index("opportunities", &["workstream_id"]),
            ],
        )
        .await?;

        let mut revisions = Table::create()
            .table(Alias::new("opportunity_revisions"))
            .col(uuid("id").primary_key())
            .col(uuid("opportunity_id"))
            .col(integer("revision"))
            .col(json("changed"))
            .col(json("terms"))
            .col(timestamp("since"))
            .to_owned();
        foreign(
            &mut revisions,
            "opportunity_revisions",
            "opportunity_id",
            "opportunities",
            "id",
        );
        create(
            manager,
            revisions,
            vec![unique(
                "opportunity_revisions",
                &["opportunity_id", "revision"],
            )],
        )
        .await?;

        let mut panel = Table::create()
            .table(Alias::new("opportunity_panel"))
            .col(uuid("opportunity_id"))
            .col(uuid("user_id"))
            .primary_key(
                Index::create()
                    .col(Alias::new("opportunity_id"))
                    .col(Alias::new("user_id")),
            )
            .to_owned();
        foreign(
            &mut panel,
            "opportunity_panel",
            "opportunity_id",
            "opportunities",
            "id",
        );
        foreign(&mut panel, "opportunity_panel", "user_id", "users", "id");
        create(manager, panel, vec![]).await?;

        // Values that a filter or facet asks for, one row each: topic, access, perspective.
        let mut tags = Table::create()
            .table(Alias::new("opportunity_tags"))
            .col(uuid("opportunity_id"))
            .col(text("facet"))
            .col(text("value"))
            .primary_key(
                Index::create()
                    .col(Alias::new("facet"))
                    .col(Alias::new("value"))
                    .col(Alias::new("opportunity_id")),
            )
            .to_owned();
        foreign(
            &mut tags,
            "opportunity_tags",
            "opportunity_id",
            "opportunities",
            "id",
        );
        create(
            manager,
            tags,
            vec![index("opportunity_tags", &["opportunity_id"])],
        )
        .await?;

        either(
            manager,
            &[
                "CREATE TABLE search_rows (
                   id INTEGER PRIMARY KEY, kind TEXT NOT NULL, record_id BLOB NOT NULL,
                   UNIQUE (kind, record_id))",
                "CREATE VIRTUAL TABLE search_text USING fts5(
                   body, content = '', contentless_delete = 1,
                   tokenize = 'porter unicode61 remove_diacritics 2')",
            ],
            &[
                "CREATE TABLE search_documents (
                   kind text NOT NULL, record_id uuid NOT NULL, body tsvector NOT NULL,
                   PRIMARY KEY (kind, record_id))",
                "CREATE INDEX search_documents_body_idx ON search_documents USING gin (body)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        either(
            manager,
            &["DROP TABLE search_text", "DROP TABLE search_rows"],
            &["DROP TABLE search_documents"],
        )
        .await?;
        drop(
            manager,
            &[
                "opportunity_tags",
                "opportunity_panel",
                "opportunity_revisions",
                "opportunities",
                "workstreams",
            ],
        )
        .await
    }
}
