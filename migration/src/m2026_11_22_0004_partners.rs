//! The person, and what belongs to the person.

use crate::tables::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{DateTimeUtc, Uuid};

/// The routes of involvement that every organisation has to begin with, as the root organisation's: code,
/// label, and whether they are open to everyone. They have always been.
const ROUTES: &[(&str, &str, bool)] = &[
    ("ppp", "Patient and public partner", false),
    ("member", "Member of the foundation trust", false),
    ("volunteer", "Volunteer", false),
    ("equalPartnersAssembly", "Equal Partners Assembly", true),
    ("governor", "Governor of the foundation trust", false),
    ("peerSupportNetwork", "Peer Support Network", false),
    ("patientSafetyPartner", "Patient Safety Partner", false),
    ("readersPanel", "Readers' panel", false),
    ("citizensPanel", "Citizens' panel", false),
];

/// Their ids are the same everywhere, and count on from this one.
const FIRST_ROUTE: u128 = 0x0193_5000_0000_7000_8000_0000_0000_0000;

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

        let mut routes = record("involvement_routes");
        routes
            .col(text("code"))
            .col(text("label"))
            .col(boolean("opens_to_all"))
            .col(date("valid_from"))
            .col(date_null("valid_to"));
        create(
            manager,
            routes,
            vec![
                index("involvement_routes", &["organisation", "id"]),
                index(
                    "involvement_routes",
                    &["organisation", "code", "valid_from"],
                ),
            ],
        )
        .await?;
        for (number, (code, label, opens_to_all)) in (1..).zip(ROUTES) {
            let since = DateTimeUtc::default();
            let route = Query::insert()
                .into_table(Alias::new("involvement_routes"))
                .columns([
                    "id",
                    "organisation",
                    "version",
                    "created_at",
                    "updated_at",
                    "code",
                    "label",
                    "opens_to_all",
                    "valid_from",
                ])
                .values_panic([
                    Uuid::from_u128(FIRST_ROUTE + number).into(),
                    "ENGLAND".into(),
                    1i64.into(),
                    since.into(),
                    since.into(),
                    (*code).into(),
                    (*label).into(),
                    (*opens_to_all).into(),
                    since.naive_utc().date().into(),
                ])
                .to_owned();
            manager.execute(route).await?;
        }

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
                "involvement_routes",
                "partners",
            ],
        )
        .await
    }
}
