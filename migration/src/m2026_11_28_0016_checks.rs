//! Checks before a role: whether the law allows one, who asked for it, and what a person decided on it.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut requirements = record("check_requirements");
        requirements
            .col(uuid("opportunity_id"))
            .col(text("level"))
            .col(text_null("workforce"))
            .col(text("legal_basis"))
            .col(integer("references_needed"))
            .col(uuid("decided_by"))
            .col(date("decided_on"));
        foreign(
            &mut requirements,
            "check_requirements",
            "opportunity_id",
            "opportunities",
            "id",
        );
        foreign(
            &mut requirements,
            "check_requirements",
            "decided_by",
            "users",
            "id",
        );
        create(
            manager,
            requirements,
            vec![
                index("check_requirements", &["organisation", "id"]),
                index("check_requirements", &["opportunity_id", "id"]),
            ],
        )
        .await?;

        let mut checks = record("checks");
        checks
            .col(uuid("appointment_id"))
            .col(uuid("partner_id"))
            .col(text("kind"))
            // Of a check by the DBS: what was decided about the role before it was asked for.
            .col(uuid_null("requirement_id"))
            .col(text_null("level"))
            .col(text_null("workforce"))
            .col(text_null("legal_basis"))
            .col(boolean("as_volunteer"))
            // Of a reference: who gives it.
            .col(text_null("referee_name"))
            .col(text_null("referee_contact"))
            .col(date("requested_on"))
            // What a person decided. What the certificate or the referee says is not kept.
            .col(uuid_null("decided_by"))
            .col(date_null("decided_on"))
            .col(date_null("issued_on"))
            .col(text_null("certificate_ending"))
            .col(date_null("expires_on"))
            // For how many days before the expiry the last warning was.
            .col(integer_null("warned_days"))
            .col(text("status"));
        foreign(
            &mut checks,
            "checks",
            "appointment_id",
            "appointments",
            "id",
        );
        foreign(&mut checks, "checks", "partner_id", "partners", "id");
        foreign(
            &mut checks,
            "checks",
            "requirement_id",
            "check_requirements",
            "id",
        );
        foreign(&mut checks, "checks", "decided_by", "users", "id");
        create(
            manager,
            checks,
            vec![
                index("checks", &["organisation", "id"]),
                index("checks", &["organisation", "expires_on", "id"]),
                index("checks", &["appointment_id", "id"]),
                index("checks", &["partner_id", "id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["checks", "check_requirements"]).await
    }
}
