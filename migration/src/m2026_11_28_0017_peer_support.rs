//! The peer support network: who belongs to it, what they share, when they meet, and what they let out.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn partner(table: &mut TableCreateStatement, name: &'static str) {
    foreign(table, name, "partner_id", "partners", "id");
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "peer_support_memberships";
        let mut memberships = record(name);
        memberships.col(uuid("partner_id")).col(text("status"));
        partner(&mut memberships, name);
        let indexes = vec![
            index(name, &["organisation", "status"]),
            index(name, &["partner_id", "status"]),
        ];
        create(manager, memberships, indexes).await?;

        let name = "peer_support_contributions";
        let mut contributions = record(name);
        contributions
            .col(uuid("partner_id"))
            .col(text("kind"))
            .col(text("topic"))
            .col(text("body"))
            .col(text_null("signed_as"));
        partner(&mut contributions, name);
        let indexes = vec![
            index(name, &["organisation", "created_at", "id"]),
            index(name, &["partner_id", "id"]),
        ];
        create(manager, contributions, indexes).await?;

        let name = "peer_support_sessions";
        let mut sessions = record(name);
        sessions
            // Nobody, once the host was anonymised.
            .col(uuid_null("partner_id"))
            .col(text("title"))
            .col(text_null("about"))
            .col(timestamp("starts_at"))
            .col(integer("minutes"))
            .col(text("mode"))
            .col(text_null("place"))
            .col(integer_null("places"))
            .col(text("status"));
        partner(&mut sessions, name);
        let indexes = vec![
            index(name, &["organisation", "starts_at", "id"]),
            index(name, &["partner_id", "id"]),
        ];
        create(manager, sessions, indexes).await?;

        let name = "peer_support_sign_ups";
        let mut sign_ups = record(name);
        sign_ups.col(uuid("partner_id")).col(uuid("session_id"));
        partner(&mut sign_ups, name);
        foreign(
            &mut sign_ups,
            name,
            "session_id",
            "peer_support_sessions",
            "id",
        );
        let indexes = vec![
            index(name, &["session_id", "partner_id"]),
            index(name, &["partner_id"]),
        ];
        create(manager, sign_ups, indexes).await?;

        let name = "peer_support_themes";
        let mut themes = record(name);
        themes
            // Nobody, once whoever proposed it was anonymised.
            .col(uuid_null("partner_id"))
            .col(text("kind"))
            .col(text("topic"))
            .col(text("body"))
            .col(date_null("released_on"))
            .col(text("status"));
        partner(&mut themes, name);
        let indexes = vec![
            index(name, &["organisation", "status", "created_at", "id"]),
            index(name, &["partner_id", "id"]),
        ];
        create(manager, themes, indexes).await?;

        let name = "peer_support_agreements";
        let mut agreements = record(name);
        agreements.col(uuid("partner_id")).col(uuid("theme_id"));
        partner(&mut agreements, name);
        foreign(
            &mut agreements,
            name,
            "theme_id",
            "peer_support_themes",
            "id",
        );
        let indexes = vec![
            index(name, &["theme_id", "partner_id"]),
            index(name, &["partner_id"]),
        ];
        create(manager, agreements, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "peer_support_agreements",
                "peer_support_themes",
                "peer_support_sign_ups",
                "peer_support_sessions",
                "peer_support_contributions",
                "peer_support_memberships",
            ],
        )
        .await
    }
}
