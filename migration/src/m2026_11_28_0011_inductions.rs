//! What a partner is shown and told before a role begins: the organisation's list, and the induction itself.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut checklists = record("induction_checklists");
        checklists.col(integer("revision")).col(json("items"));
        create(
            manager,
            checklists,
            vec![
                unique("induction_checklists", &["organisation", "revision"]),
                index("induction_checklists", &["organisation", "id"]),
            ],
        )
        .await?;

        let mut inductions = record("inductions");
        inductions
            .col(uuid("partner_id"))
            .col(uuid("appointment_id"))
            // Null where the organisation had no list of its own.
            .col(uuid_null("checklist_id"))
            .col(integer("checklist_revision"))
            .col(json("items"))
            // The earliest date of an item that is still to do.
            .col(date_null("next_due_on"))
            .col(text("status"));
        for (column, table) in [
            ("partner_id", "partners"),
            ("appointment_id", "appointments"),
            ("checklist_id", "induction_checklists"),
        ] {
            foreign(&mut inductions, "inductions", column, table, "id");
        }
        create(
            manager,
            inductions,
            vec![
                unique("inductions", &["appointment_id"]),
                index("inductions", &["organisation", "id"]),
                index("inductions", &["organisation", "next_due_on", "id"]),
                index("inductions", &["partner_id", "id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["inductions", "induction_checklists"]).await
    }
}
