//! The person, and what belongs to the person.

use crate::tables::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut partners = record("partners");
        partners
            .col(text("given_name"))
            .col(text("family_name"))
            .col(text_null("preferred_name"))
            .col(text_null("pronouns"))
            .col(text_null("email"))
            .col(text_null("telephone"))
            .col(text_null("postal_address"))
            .col(text_null("postcode"))
            .col(boolean("over_16"))
            .col(json("perspectives"))
            .col(json("lived_experience"))
            .col(json("interests"))
            .col(json("skills"))
            .col(json_null("availability"))
            .col(text_null("digital_access"))
            .col(text_null("travel_limits"))
            .col(json_null("emergency_contact"))
            .col(uuid_null("named_contact_id"))
            .col(text("source"))
            .col(text("status"))
            .col(text_null("end_reason"))
            .col(json_null("suspension"))
            .col(json_null("erasure"))
            .col(text_null("privacy_notice_version"))
            .col(timestamp_null("privacy_notice_acknowledged_at"))
            .col(uuid_null("merged_into_id"))
            .col(text_null("match_person"))
            .col(text_null("match_email"))
            .col(text_null("match_telephone"))
            .col(text("search_name"));
        create(
            manager,
            partners,
            vec![
                index("partners", &["organisation", "id"]),
                index("partners", &["organisation", "status", "id"]),
                index("partners", &["organisation", "family_name", "id"]),
                index("partners", &["organisation", "match_person"]),
                index("partners", &["organisation", "match_email"]),
                index("partners", &["organisation", "match_telephone"]),
                index("partners", &["merged_into_id"]),
            ],
        )
        .await?;

        let owned = |name: &'static str| {
            let mut table = record(name);
            table.col(uuid("partner_id"));
            foreign(&mut table, name, "partner_id", "partners", "id");
            table
        };

        let mut enrolments = owned("partner_enrolments");
        enrolments
            .col(text("route"))
            .col(text("status"))
            .col(date_null("started_on"))
            .col(date_null("ended_on"))
            .col(json_null("detail"));
        create(
            manager,
            enrolments,
            vec![index("partner_enrolments", &["partner_id", "id"])],
        )
        .await?;

        let mut preferences = owned("partner_preferences");
        preferences
            .col(text("purpose"))
            .col(text("channel"))
            .col(timestamp("consented_at"))
            .col(text("wording"))
            .col(timestamp_null("withdrawn_at"));
        create(
            manager,
            preferences,
            vec![index("partner_preferences", &["partner_id", "id"])],
        )
        .await?;

        let mut needs = owned("partner_access_needs");
        needs
            .col(text("category"))
            .col(text("need"))
            .col(text_null("detail"))
            .col(boolean("flag_prominently"))
            .col(boolean("may_be_shared"))
            .col(date("review_on"));
        create(
            manager,
            needs,
            vec![
                index("partner_access_needs", &["partner_id", "id"]),
                index("partner_access_needs", &["organisation", "review_on"]),
            ],
        )
        .await?;

        let mut declarations = owned("partner_declarations");
        declarations
            .col(text("kind"))
            .col(text_null("description"))
            .col(date("from_date"))
            .col(date_null("to_date"))
            .col(text("mitigation"));
        create(
            manager,
            declarations,
            vec![index("partner_declarations", &["partner_id", "id"])],
        )
        .await?;

        let mut representatives = owned("partner_representatives");
        representatives
            .col(text("kind"))
            .col(text("name"))
            .col(text_null("email"))
            .col(text_null("telephone"))
            .col(json("may"))
            .col(timestamp("consented_at"))
            .col(text("consent_wording"))
            .col(timestamp_null("ended_at"));
        create(
            manager,
            representatives,
            vec![index("partner_representatives", &["partner_id", "id"])],
        )
        .await?;

        let mut shares = owned("partner_shares");
        shares
            .col(text("with_organisation"))
            .col(text("purpose"))
            .col(timestamp("consented_at"))
            .col(text("consent_wording"))
            .col(date("ends_on"))
            .col(timestamp_null("revoked_at"));
        foreign(
            &mut shares,
            "partner_shares",
            "with_organisation",
            "organisations",
            "code",
        );
        create(
            manager,
            shares,
            vec![
                index("partner_shares", &["partner_id", "id"]),
                index("partner_shares", &["with_organisation", "partner_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "partner_shares",
                "partner_representatives",
                "partner_declarations",
                "partner_access_needs",
                "partner_preferences",
                "partner_enrolments",
                "partners",
            ],
        )
        .await
    }
}
