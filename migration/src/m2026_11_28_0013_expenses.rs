//! Expenses and payments: what is paid, what was agreed beforehand, what is claimed, what finance was told.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut cards = record("rate_cards");
        cards
            .col(text("name"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(json("rates"))
            .col(json("caps"))
            .col(json("policy"))
            .col(timestamp_null("published_at"))
            .col(text("status"));
        create(
            manager,
            cards,
            vec![
                index("rate_cards", &["organisation", "id"]),
                index("rate_cards", &["organisation", "valid_from", "id"]),
            ],
        )
        .await?;

        let mut approvals = record("prior_approvals");
        approvals
            .col(uuid("partner_id"))
            .col(uuid("appointment_id"))
            .col(uuid("opportunity_id"))
            .col(text("expense_type"))
            .col(text("arrangement"))
            .col(text_null("purpose"))
            .col(integer("most_pence"))
            .col(date_null("activity_date"))
            .col(text("requested_by"))
            .col(text_null("decided_by"))
            .col(timestamp_null("decided_at"))
            .col(text_null("decline_reason"))
            .col(text("status"));
        belongs(&mut approvals, "prior_approvals");
        create(
            manager,
            approvals,
            vec![
                index("prior_approvals", &["organisation", "id"]),
                index("prior_approvals", &["opportunity_id"]),
                index("prior_approvals", &["partner_id", "id"]),
            ],
        )
        .await?;

        let mut exports = record("payment_exports");
        exports
            .col(integer("claims"))
            .col(big_integer("expenses_pence"))
            .col(big_integer("payments_pence"))
            .col(big_integer("donated_pence"))
            .col(date_null("paid_on"))
            .col(text_null("reference"))
            .col(text("status"));
        create(
            manager,
            exports,
            vec![index("payment_exports", &["organisation", "id"])],
        )
        .await?;

        let mut claims = record("claims");
        claims
            .col(uuid("partner_id"))
            .col(uuid("appointment_id"))
            // Of the appointment, so that lists and reports need not look it up.
            .col(uuid("opportunity_id"))
            .col(uuid("workstream_id"))
            .col(integer("role_level"))
            .col(date("activity_date"))
            .col(text_null("activity"))
            .col(integer_null("tenth_hours"))
            .col(text_null("payee_reference"))
            // What is counted, and what people wrote beside it, which goes when a partner is anonymised.
            .col(json("lines"))
            .col(json_null("particulars"))
            .col(json_null("queries"))
            .col(json("findings"))
            .col(integer("expenses_pence"))
            .col(integer("payments_pence"))
            .col(integer("donated_pence"))
            .col(text_null("budget_code"))
            .col(timestamp_null("declared_at"))
            // The partner's own word for themself, when they sent it: whatever becomes of the link to their record.
            .col(text_null("declared_by"))
            .col(timestamp_null("submitted_at"))
            .col(date_null("due_on"))
            .col(uuid_null("confirmed_by"))
            .col(timestamp_null("confirmed_at"))
            .col(text_null("confirmed_despite"))
            .col(uuid_null("authorised_by"))
            .col(timestamp_null("authorised_at"))
            .col(uuid_null("export_id"))
            .col(timestamp_null("exported_at"))
            .col(date_null("paid_on"))
            .col(integer_null("working_days_to_pay"))
            .col(timestamp_null("rejected_at"))
            .col(text_null("reject_reason"))
            .col(text_null("appeal_contact"))
            .col(text("status"));
        belongs(&mut claims, "claims");
        foreign(&mut claims, "claims", "export_id", "payment_exports", "id");
        create(
            manager,
            claims,
            vec![
                index("claims", &["organisation", "id"]),
                index("claims", &["organisation", "status", "id"]),
                index("claims", &["organisation", "due_on", "id"]),
                index("claims", &["opportunity_id"]),
                index("claims", &["appointment_id"]),
                index("claims", &["partner_id", "activity_date"]),
                index("claims", &["export_id", "id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &["claims", "payment_exports", "prior_approvals", "rate_cards"],
        )
        .await
    }
}

/// What belongs to a partner in a role.
fn belongs(table: &mut TableCreateStatement, name: &str) {
    foreign(table, name, "partner_id", "partners", "id");
    foreign(table, name, "appointment_id", "appointments", "id");
    foreign(table, name, "opportunity_id", "opportunities", "id");
}
