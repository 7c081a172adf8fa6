//! Receipts of claims, as files.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut receipts = record("claim_receipts");
        receipts
            .col(uuid("partner_id"))
            .col(uuid("claim_id"))
            .col(uuid("file_id"))
            .col(text("file_name"))
            .col(text("media_type"))
            .col(big_integer("length"))
            .col(text("digest"));
        foreign(
            &mut receipts,
            "claim_receipts",
            "partner_id",
            "partners",
            "id",
        );
        foreign(&mut receipts, "claim_receipts", "claim_id", "claims", "id");
        foreign(&mut receipts, "claim_receipts", "file_id", "files", "id");
        create(
            manager,
            receipts,
            vec![
                index("claim_receipts", &["claim_id", "created_at", "id"]),
                index("claim_receipts", &["partner_id"]),
                index("claim_receipts", &["file_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["claim_receipts"]).await
    }
}
