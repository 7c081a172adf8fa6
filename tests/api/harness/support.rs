//! Partners in their roles, for stories and for the sweeps: appointments with their inductions.

use serde_json::{Value, json};

use super::applicants::{TO_AN_OFFER, id_of};
use super::people::Records;
use super::{Answer, Person, TestApp};

/// For the sweeps: the induction that came with the appointment, and a checklist.
pub async fn seed(_: &TestApp, admin: &Person, records: &mut Records) {
    let theirs = format!(
        "/v1/inductions?appointmentId={}",
        records.id("appointmentId")
    );
    let found = admin.get(&theirs).await.is(200);
    let id = found.body["items"][0]["id"].as_str().unwrap();
    records.add_at("/v1/inductions/{id}", format!("/v1/inductions/{id}"));
    let listed = admin.get("/v1/induction-checklists?limit=1").await.is(200);
    let added = match listed.body["items"][0]["id"].as_str() {
        Some(id) => format!("/v1/induction-checklists/{id}"),
        None => {
            let new = json!({ "items": AGREEMENTS.map(agreement_item) });
            let added = admin.post("/v1/induction-checklists", new).await.is(201);
            let items = json!({ "items": items() });
            admin.post("/v1/induction-checklists", items).await.is(201);
            added.header("location").to_owned()
        }
    };
    records.add_at("/v1/induction-checklists/{id}", added);
}

/// The items that every checklist has.
pub const AGREEMENTS: [&str; 2] = ["confidentialityAgreement", "involvementAgreement"];

fn agreement_item(code: &str) -> Value {
    item(code, true, 14)
}

/// An item of a checklist.
pub fn item(code: &str, mandatory: bool, due_days: i32) -> Value {
    json!({ "code": code, "title": format!("About {code}"), "mandatory": mandatory, "dueDays": due_days, "usuallyBy": "namedContact" })
}

/// A short checklist.
pub fn items() -> Vec<Value> {
    let mut items = vec![item("welcome", true, 0), item("buildingTour", false, 28)];
    items.extend(AGREEMENTS.map(agreement_item));
    items
}

/// The mandatory items of the list that ships with the service which are ticked off by hand.
pub const BY_HAND: &[&str] = &[
    "welcome",
    "roleWalkthrough",
    "moneyAndBenefits",
    "accessNeeds",
    "safeguardingAndEmergencies",
    "conflictsOfInterest",
    "dataProtection",
];

/// A partner with a role.
pub struct Appointed {
    /// The partner, with a token of their own.
    pub partner: Person,
    /// The address of their record.
    pub record: String,
    /// The address of the appointment.
    pub path: String,
    /// The address of the induction.
    pub induction: String,
}

impl TestApp {
    /// Somebody who applied, was offered a place and was appointed.
    pub async fn appointed(&self, with: Value) -> Appointed {
        let opportunity = self.published(with).await;
        let (applied, partner) = self.applicant(&opportunity, json!({})).await;
        let (olu, path) = (self.officer().await, applied.header("location"));
        self.decide_all(&olu, path, TO_AN_OFFER).await;
        let accepted = partner.step(&format!("{path}/accept")).await.is(200);
        let term = json!({
            "applicationId": accepted.id(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01", "endsOn": "2028-12-31"
        });
        let appointment = olu.post("/v1/appointments", term).await.is(201);
        let path = appointment.header("location").to_owned();
        let inductions = format!("/v1/inductions?appointmentId={}", id_of(&path));
        let found = olu.get(&inductions).await.is(200);
        let induction = found.body["items"][0]["id"].as_str().unwrap();
        Appointed {
            partner,
            record: format!(
                "/v1/partners/{}",
                applied.body["partnerId"].as_str().unwrap()
            ),
            path,
            induction: format!("/v1/inductions/{induction}"),
        }
    }

    /// Lets the partner take part, and ticks off everything that is ticked off by hand.
    pub async fn ticked_off(&self, one: &Appointed) {
        let olu = self.officer().await;
        let notice = json!({ "privacyNoticeVersion": "2026-04" });
        one.partner.patch(&one.record, "*", notice).await.is(200);
        olu.step(&format!("{}/activate", one.record)).await.is(200);
        olu.step(&format!("{}/start-induction", one.path))
            .await
            .is(200);
        let nothing = json!({ "kind": "nil", "fromDate": "2026-11-22" });
        one.partner
            .post(&format!("{}/declarations", one.record), nothing)
            .await
            .is(201);
        olu.step(&format!("{}/record-benefits-information", one.path))
            .await
            .is(200);
        for code in BY_HAND {
            self.tick(one, code).await.is(200);
        }
    }

    /// The officer ticks an item off.
    pub async fn tick(&self, one: &Appointed, code: &str) -> Answer {
        let path = format!("{}/complete-item", one.induction);
        self.officer()
            .await
            .post(&path, json!({ "code": code }))
            .await
    }
}
