//! PALS: what people bring to it, under which codes, by when it is seen to; and the yearly return about complaints.

use crate::tables::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{Date, DateTimeUtc, Uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The national codes: the set, the code, and what it is called. Subjects as a Trust's feed and the field's custom have
/// them; the other sections of KO41a by custom. All are dated data, to be ended or added to.
const CODES: &[(&str, &str, &str)] = &[
    (
        "subject",
        "accessToTreatment",
        "Access to treatment or drugs",
    ),
    (
        "subject",
        "admissions",
        "Admissions, discharges and transfers (excluding delays of care packages)",
    ),
    ("subject", "appointments", "Appointments"),
    ("subject", "clinicalTreatment", "Clinical treatment"),
    ("subject", "commissioning", "Commissioning"),
    ("subject", "communications", "Communications"),
    ("subject", "consent", "Consent"),
    ("subject", "endOfLifeCare", "End of life care"),
    ("subject", "facilities", "Facilities"),
    (
        "subject",
        "integratedCare",
        "Integrated care (including delays of care packages)",
    ),
    ("subject", "mortuary", "Mortuary"),
    (
        "subject",
        "patientCare",
        "Patient care (including nutrition and hydration)",
    ),
    ("subject", "prescribing", "Prescribing errors"),
    (
        "subject",
        "privacyDignity",
        "Privacy, dignity and wellbeing",
    ),
    ("subject", "restraint", "Restraint"),
    ("subject", "staff", "Staff"),
    ("subject", "staffNumbers", "Staff numbers"),
    ("subject", "transport", "Transport"),
    (
        "subject",
        "trustAdministration",
        "Trust administration, policies and procedures",
    ),
    (
        "subject",
        "valuesBehaviours",
        "Values and behaviours (staff)",
    ),
    ("subject", "waitingTimes", "Waiting times"),
    ("subject", "other", "Other"),
    (
        "serviceArea",
        "inpatient",
        "Hospital acute services: inpatient",
    ),
    (
        "serviceArea",
        "outpatient",
        "Hospital acute services: outpatient",
    ),
    (
        "serviceArea",
        "accidentEmergency",
        "Hospital acute services: accident and emergency",
    ),
    ("serviceArea", "elderly", "Elderly services"),
    (
        "serviceArea",
        "mentalHealth",
        "Mental health and learning disability services",
    ),
    ("serviceArea", "maternity", "Maternity services"),
    (
        "serviceArea",
        "ambulance",
        "Ambulance services (including patient transport)",
    ),
    ("serviceArea", "community", "Community services"),
    (
        "serviceArea",
        "walkIn",
        "Walk-in centres and minor injury units",
    ),
    ("serviceArea", "otherService", "Other services"),
    ("ageBand", "from0", "0 to 5"),
    ("ageBand", "from6", "6 to 17"),
    ("ageBand", "from18", "18 to 25"),
    ("ageBand", "from26", "26 to 55"),
    ("ageBand", "from56", "56 to 64"),
    ("ageBand", "from65", "65 to 74"),
    ("ageBand", "from75", "75 and over"),
    ("ageBand", "ageUnknown", "Age unknown"),
    ("complainantStatus", "patient", "Patient"),
    ("complainantStatus", "parent", "Parent or guardian"),
    ("complainantStatus", "spouse", "Spouse or partner"),
    ("complainantStatus", "child", "Son or daughter"),
    ("complainantStatus", "sibling", "Brother or sister"),
    ("complainantStatus", "carer", "Carer"),
    ("complainantStatus", "otherStatus", "Other"),
    ("complainantStatus", "statusUnknown", "Unknown"),
    ("profession", "medical", "Medical (including surgical)"),
    ("profession", "dental", "Dental (including surgical)"),
    ("profession", "nursing", "Nursing"),
    ("profession", "midwifery", "Midwifery"),
    ("profession", "alliedHealth", "Allied health professions"),
    (
        "profession",
        "scientific",
        "Scientific, technical and professional",
    ),
    ("profession", "ambulanceCrews", "Ambulance crews"),
    ("profession", "ancillary", "Maintenance and ancillary staff"),
    ("profession", "administrative", "Administrative staff"),
    ("profession", "otherProfession", "Other"),
];

/// The id before that of the first national code.
const FIRST_CODE: u128 = 0x0193_5000_0000_7000_8000_0020_0000_0000;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut codes = record("pals_codes");
        codes
            .col(text("code_set"))
            .col(text("code"))
            .col(text("label"))
            // Of an organisation's own code: the national one under which it is counted.
            .col(text_null("national_code"))
            .col(date("valid_from"))
            .col(date_null("valid_to"));
        create(
            manager,
            codes,
            vec![
                index("pals_codes", &["organisation", "id"]),
                index(
                    "pals_codes",
                    &["organisation", "code_set", "code", "valid_from"],
                ),
            ],
        )
        .await?;
        for (number, (set, code, label)) in (1..).zip(CODES) {
            let since = DateTimeUtc::default();
            let row = Query::insert()
                .into_table(Alias::new("pals_codes"))
                .columns([
                    "id",
                    "organisation",
                    "version",
                    "created_at",
                    "updated_at",
                    "code_set",
                    "code",
                    "label",
                    "valid_from",
                ])
                .values_panic([
                    Uuid::from_u128(FIRST_CODE + number).into(),
                    "ENGLAND".into(),
                    1i64.into(),
                    since.into(),
                    since.into(),
                    (*set).into(),
                    (*code).into(),
                    (*label).into(),
                    Date::default().into(),
                ])
                .to_owned();
            manager.execute(row).await?;
        }

        let mut targets = record("pals_targets");
        targets
            .col(text("kind"))
            .col(integer("working_days"))
            .col(date("applies_from"));
        create(
            manager,
            targets,
            vec![
                index("pals_targets", &["organisation", "id"]),
                index("pals_targets", &["organisation", "kind", "applies_from"]),
            ],
        )
        .await?;

        let mut contacts = record("pals_contacts");
        contacts
            .col(integer("year"))
            .col(integer("number"))
            .col(timestamp("received_at"))
            .col(text("channel"))
            .col(text("kind"))
            .col(boolean("anonymous"))
            .col(json_null("caller"))
            .col(text("relationship"))
            .col(text("consent"))
            .col(text_null("consent_given"))
            .col(timestamp_null("consent_at"))
            // Kept only while the person concerned consents.
            .col(json_null("third_party"))
            .col(json("subjects"))
            .col(text_null("service"))
            .col(text_null("site_code"))
            .col(text("summary"))
            .col(text_null("outcome"))
            .col(text_null("staff_named"))
            // Users whom it is about: they never see it.
            .col(json("concerns"))
            .col(uuid_null("owner_id"))
            .col(integer("target_days"))
            .col(date("clock_from"))
            .col(json("pauses"))
            .col(date_null("due_on"))
            .col(json("reopenings"))
            .col(timestamp_null("resolved_at"))
            .col(timestamp_null("closed_at"))
            .col(timestamp_null("escalated_at"))
            .col(text_null("complaint_reference"))
            .col(text_null("escalation_reason"))
            .col(text("status"));
        foreign(&mut contacts, "pals_contacts", "owner_id", "users", "id");
        create(
            manager,
            contacts,
            vec![
                index("pals_contacts", &["organisation", "id"]),
                index("pals_contacts", &["organisation", "received_at", "id"]),
                index("pals_contacts", &["organisation", "due_on", "id"]),
                index(
                    "pals_contacts",
                    &["organisation", "complaint_reference", "id"],
                ),
                unique("pals_contacts", &["organisation", "year", "number"]),
            ],
        )
        .await?;

        let mut returns = record("complaint_returns");
        returns
            .col(integer("year"))
            .col(json("sites"))
            // Who wrote it last, as the ledger's word for a person: another person submits it.
            .col(text("author"))
            .col(uuid_null("submitted_by"))
            .col(timestamp_null("submitted_at"))
            .col(text("status"));
        foreign(
            &mut returns,
            "complaint_returns",
            "submitted_by",
            "users",
            "id",
        );
        create(
            manager,
            returns,
            vec![
                index("complaint_returns", &["organisation", "id"]),
                index("complaint_returns", &["organisation", "year", "id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &[
                "complaint_returns",
                "pals_contacts",
                "pals_targets",
                "pals_codes",
            ],
        )
        .await
    }
}
