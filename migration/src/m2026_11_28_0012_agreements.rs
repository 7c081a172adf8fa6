//! The wording of agreements, the agreements with partners, and the consent to images, which is apart.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut texts = record("agreement_texts");
        texts
            .col(text("kind"))
            // Given when it is published.
            .col(integer_null("revision"))
            .col(text("title"))
            .col(text_null("introduction"))
            .col(json("sections"))
            .col(text_null("change_note"))
            // Everybody who wrote on it: somebody else publishes it.
            .col(json("authors"))
            .col(timestamp_null("published_at"))
            .col(text("status"));
        create(
            manager,
            texts,
            vec![
                unique("agreement_texts", &["organisation", "kind", "revision"]),
                index("agreement_texts", &["organisation", "id"]),
            ],
        )
        .await?;

        let mut agreements = record("agreements");
        agreements
            .col(uuid("partner_id"))
            .col(uuid("appointment_id"))
            .col(uuid("text_id"))
            .col(text("kind"))
            .col(json("particulars"))
            .col(json_null("partner_acceptance"))
            .col(json_null("organisation_acceptance"))
            .col(timestamp_null("in_force_at"))
            .col(text_null("page_sha256"))
            .col(text_null("pdf_sha256"))
            .col(timestamp_null("ended_at"))
            .col(text_null("ended_by"))
            .col(text_null("end_reason"))
            .col(text("status"));
        for (column, table) in [
            ("partner_id", "partners"),
            ("appointment_id", "appointments"),
            ("text_id", "agreement_texts"),
        ] {
            foreign(&mut agreements, "agreements", column, table, "id");
        }
        create(
            manager,
            agreements,
            vec![
                index("agreements", &["organisation", "id"]),
                index("agreements", &["appointment_id", "kind", "id"]),
                index("agreements", &["partner_id", "id"]),
                index("agreements", &["text_id", "status"]),
            ],
        )
        .await?;

        // What was signed, as it is shown: the same bytes for ever.
        let mut documents = Table::create()
            .table(Alias::new("agreement_documents"))
            .col(uuid("agreement_id").primary_key())
            .col(bytes("page"))
            .col(bytes("pdf"))
            .to_owned();
        foreign(
            &mut documents,
            "agreement_documents",
            "agreement_id",
            "agreements",
            "id",
        );
        create(manager, documents, Vec::new()).await?;

        let mut images = record("partner_image_consents");
        images
            .col(uuid("partner_id"))
            .col(json("images"))
            .col(json("uses"))
            .col(text("wording"))
            .col(timestamp("consented_at"))
            .col(timestamp_null("withdrawn_at"));
        foreign(
            &mut images,
            "partner_image_consents",
            "partner_id",
            "partners",
            "id",
        );
        create(
            manager,
            images,
            vec![
                index("partner_image_consents", &["organisation", "id"]),
                index(
                    "partner_image_consents",
                    &["partner_id", "created_at", "id"],
                ),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "partner_image_consents",
                "agreement_documents",
                "agreements",
                "agreement_texts",
            ],
        )
        .await
    }
}
