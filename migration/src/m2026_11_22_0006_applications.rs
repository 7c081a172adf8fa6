//! From an application to an appointed partner.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut applications = record("applications");
        applications
            .col(uuid("opportunity_id"))
            .col(uuid("partner_id"))
            .col(integer("revision"))
            .col(text("method"))
            .col(text_null("why_interested"))
            .col(text_null("relevant_experience"))
            .col(text_null("perspective"))
            .col(text_null("support_needed"))
            .col(boolean_null("availability_confirmed"))
            .col(text_null("how_heard"))
            .col(text_null("declarations"))
            .col(timestamp("consented_at"))
            .col(timestamp_null("submitted_at"))
            // What the applicant reads of the chat, and what only the panel reads of it.
            .col(json_null("chat"))
            .col(json_null("chat_record"))
            .col(timestamp_null("outcome_at"))
            .col(timestamp_null("feedback_offered_at"))
            .col(text_null("feedback"))
            .col(timestamp_null("withdrawn_at"))
            // Who applied in the partner's name, with their consent.
            .col(uuid_null("representative_id"))
            // The record with which it came, where the partner had applied for the same thing already.
            .col(uuid_null("merged_from_id"))
            .col(text("status"));
        foreign(
            &mut applications,
            "applications",
            "opportunity_id",
            "opportunities",
            "id",
        );
        foreign(
            &mut applications,
            "applications",
            "partner_id",
            "partners",
            "id",
        );
        create(
            manager,
            applications,
            vec![
                index("applications", &["organisation", "id"]),
                index("applications", &["opportunity_id", "status", "id"]),
                index("applications", &["partner_id", "id"]),
            ],
        )
        .await?;
        // Nobody applies twice; but two records of one person, each with an application, become one.
        let once = "CREATE UNIQUE INDEX applications_opportunity_id_partner_id_key
            ON applications (opportunity_id, partner_id) WHERE merged_from_id IS NULL";
        either(manager, &[once], &[once]).await?;

        let mut notes = record("application_notes");
        notes
            .col(uuid("application_id"))
            .col(uuid("author_id"))
            .col(text("body"));
        foreign(
            &mut notes,
            "application_notes",
            "application_id",
            "applications",
            "id",
        );
        foreign(&mut notes, "application_notes", "author_id", "users", "id");
        create(
            manager,
            notes,
            vec![index("application_notes", &["application_id", "id"])],
        )
        .await?;

        let mut appointments = record("appointments");
        appointments
            .col(uuid("partner_id"))
            .col(uuid("opportunity_id"))
            .col(uuid("application_id"))
            .col(integer("role_level"))
            .col(date("starts_on"))
            .col(date("review_on"))
            .col(date_null("ends_on"))
            .col(json("payment_offered"))
            .col(text_null("payment_choice"))
            .col(integer_null("reduced_pence"))
            .col(timestamp_null("payment_chosen_at"))
            .col(timestamp_null("benefits_info_given_at"))
            .col(text("dbs_level"))
            .col(date_null("dbs_checked_on"))
            .col(date_null("ended_on"))
            .col(text_null("end_reason"))
            .col(text("status"));
        foreign(
            &mut appointments,
            "appointments",
            "partner_id",
            "partners",
            "id",
        );
        foreign(
            &mut appointments,
            "appointments",
            "opportunity_id",
            "opportunities",
            "id",
        );
        foreign(
            &mut appointments,
            "appointments",
            "application_id",
            "applications",
            "id",
        );
        create(
            manager,
            appointments,
            vec![
                unique("appointments", &["application_id"]),
                index("appointments", &["organisation", "id"]),
                index("appointments", &["opportunity_id"]),
                index("appointments", &["partner_id", "id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &["appointments", "application_notes", "applications"],
        )
        .await
    }
}
