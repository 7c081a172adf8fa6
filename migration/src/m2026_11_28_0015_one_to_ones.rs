//! One-to-ones: what a partner and whoever supports them talk about, how often, and what they agree to do.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut cadences = record("one_to_one_cadences");
        cadences
            .col(json("after_months"))
            .col(integer_null("then_every_months"))
            .col(date("applies_from"));
        create(
            manager,
            cadences,
            vec![index(
                "one_to_one_cadences",
                &["organisation", "applies_from", "id"],
            )],
        )
        .await?;

        let mut one_to_ones = record("one_to_ones");
        one_to_ones
            .col(uuid("appointment_id"))
            .col(uuid("partner_id"))
            .col(uuid("supporter_id"))
            .col(date("planned_for"))
            .col(date_null("held_on"))
            .col(text_null("mode"))
            .col(integer_null("minutes"))
            // What was said, and what the partner says about it: for the two of them only.
            .col(json_null("record"))
            .col(json_null("corrections"))
            .col(text_null("cancel_reason"))
            .col(text("status"));
        foreign(
            &mut one_to_ones,
            "one_to_ones",
            "appointment_id",
            "appointments",
            "id",
        );
        foreign(
            &mut one_to_ones,
            "one_to_ones",
            "partner_id",
            "partners",
            "id",
        );
        foreign(
            &mut one_to_ones,
            "one_to_ones",
            "supporter_id",
            "users",
            "id",
        );
        create(
            manager,
            one_to_ones,
            vec![
                index("one_to_ones", &["organisation", "id"]),
                index("one_to_ones", &["organisation", "status", "planned_for"]),
                index("one_to_ones", &["appointment_id"]),
                index("one_to_ones", &["partner_id", "id"]),
                index("one_to_ones", &["supporter_id", "id"]),
            ],
        )
        .await?;

        let mut actions = record("one_to_one_actions");
        actions
            .col(uuid("one_to_one_id"))
            .col(uuid("partner_id"))
            .col(uuid("supporter_id"))
            .col(text("what"))
            .col(text("owner"))
            .col(date("due_on"))
            .col(date_null("done_on"))
            .col(text("status"));
        foreign(
            &mut actions,
            "one_to_one_actions",
            "one_to_one_id",
            "one_to_ones",
            "id",
        );
        foreign(
            &mut actions,
            "one_to_one_actions",
            "partner_id",
            "partners",
            "id",
        );
        foreign(
            &mut actions,
            "one_to_one_actions",
            "supporter_id",
            "users",
            "id",
        );
        create(
            manager,
            actions,
            vec![
                index("one_to_one_actions", &["organisation", "id"]),
                index("one_to_one_actions", &["one_to_one_id", "id"]),
                index("one_to_one_actions", &["partner_id", "id"]),
                index("one_to_one_actions", &["supporter_id", "id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &["one_to_one_actions", "one_to_ones", "one_to_one_cadences"],
        )
        .await
    }
}
