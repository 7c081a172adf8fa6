//! Partners in their roles who claim, and the people who decide about it.

use equal_partners::access::Role;
use serde_json::{Value, json};

use super::applicants::{self, TO_AN_OFFER, id_of};
use super::forms::Form;
use super::people::Records;
use super::{Answer, Person, TestApp};

impl TestApp {
    /// A finance approver of Blackpool Teaching Hospitals.
    pub async fn finance(&self) -> Person {
        self.user("farah", Role::FinanceApprover, "RXL").await
    }

    /// Somebody who accepted a place is appointed, and their induction has started: the address of the
    /// appointment.
    pub async fn inducted_at(&self, opportunity: &str, partner: &Person) -> String {
        let new = json!({ "opportunityId": id_of(opportunity), "consent": true });
        let applied = partner.post("/v1/applications", new).await.is(201);
        let olu = self.officer().await;
        self.decide_all(&olu, applied.header("location"), TO_AN_OFFER)
            .await;
        let accepted = partner
            .step(&format!("{}/accept", applied.header("location")))
            .await
            .is(200);
        let term = json!({ "applicationId": accepted.id(), "startsOn": "2026-09-01", "reviewOn": "2027-03-01" });
        let appointment = olu.post("/v1/appointments", term).await.is(201);
        let path = appointment.header("location");
        olu.step(&format!("{path}/start-induction")).await.is(200);
        path.to_owned()
    }

    /// A partner of this name in a paid role, who has chosen to be paid.
    pub async fn inducted(&self, subject: &str) -> (Person, String) {
        let opportunity = self
            .published(json!({ "title": format!("Role of {subject}") }))
            .await;
        let (person, _) = self.partner(subject).await;
        let appointment = self.inducted_at(&opportunity, &person).await;
        self.choose(&appointment, json!({ "choice": "accept" }))
            .await;
        (person, appointment)
    }

    /// A choice about payment, as the officer records it.
    pub async fn choose(&self, appointment: &str, mut choice: Value) -> Answer {
        choice["benefitsInfoGiven"] = json!(true);
        let path = format!("{appointment}/choose-payment");
        self.officer().await.post(&path, choice).await.is(200)
    }

    /// A rate card that counts.
    pub async fn rates(&self, from: &str, to: Option<&str>, car: i32) -> Answer {
        let new = json!({
            "name": format!("Rates from {from}"), "validFrom": from, "validTo": to,
            "rates": [
                { "expenseType": "mileageCar", "unit": "mile", "pence": car },
                { "expenseType": "involvementPayment", "roleLevel": 3, "unit": "halfDay", "pence": 7600 },
                { "expenseType": "involvementPayment", "roleLevel": 3, "unit": "day", "pence": 15000 },
                { "expenseType": "involvementPayment", "activity": "reading papers", "unit": "task", "pence": 1500 }
            ],
            "caps": [{ "expenseType": "subsistence", "mostPence": 1000 }]
        });
        let finance = self.finance().await;
        let card = finance.post("/v1/rate-cards", new).await.is(201);
        finance
            .step(&format!("{}/publish", card.header("location")))
            .await
            .is(200)
    }

    /// A draft for an activity two days ago.
    pub async fn drafted_claim(&self, person: &Person, appointment: &str, lines: Value) -> Answer {
        let new = json!({ "appointmentId": id_of(appointment), "activityDate": "2026-11-20", "lines": lines });
        person.post("/v1/claims", new).await.is(201)
    }

    /// A claim that was sent: its address.
    pub async fn claimed(&self, person: &Person, appointment: &str, lines: Value) -> String {
        let draft = self.drafted_claim(person, appointment, lines).await;
        let path = draft.header("location").to_owned();
        person
            .post(&format!("{path}/submit"), declared())
            .await
            .is(200);
        path
    }

    /// A claim that was sent, confirmed and authorised.
    pub async fn authorised(&self, person: &Person, appointment: &str, lines: Value) -> String {
        let path = self.claimed(person, appointment, lines).await;
        let olu = self.officer().await;
        let despite = json!({ "despite": "Looked at together." });
        olu.post(&format!("{path}/confirm"), despite).await.is(200);
        self.finance()
            .await
            .step(&format!("{path}/authorise"))
            .await
            .is(200);
        path
    }
}

/// What is said when a claim is sent.
pub fn declared() -> Value {
    json!({ "spentByPartner": true, "notPaidElsewhere": true })
}

/// For the sweeps: a rate card, an appointment whose induction has started, a draft, what is asked for
/// beforehand, and an export.
pub async fn seed(app: &TestApp, admin: &Person, records: &mut Records) {
    let finance = app
        .user("seed-finance", Role::FinanceApprover, &records.organisation)
        .await;
    let card = json!({ "name": "Seeded rates", "validFrom": "2027-04-06", "rates": [
        { "expenseType": "mileageCar", "unit": "mile", "pence": 45 }
    ] });
    let card = finance.post("/v1/rate-cards", card).await.is(201);
    records.add("/v1/rate-cards/{id}", &card, &[]);
    let term = json!({ "applicationId": records.id("applicationId"), "startsOn": "2026-09-01", "reviewOn": "2027-03-01" });
    let appointment = admin.post("/v1/appointments", term).await.is(201);
    let path = appointment.header("location");
    admin.step(&format!("{path}/start-induction")).await.is(200);
    let id = appointment.id().to_owned();
    records.ids.insert("appointmentId", id.clone());
    applicants::accepted(app, admin, records).await;
    let asked = json!({ "appointmentId": id, "expenseType": "taxi", "mostPence": 2400, "purpose": "No bus." });
    let asked = admin.post("/v1/prior-approvals", asked).await.is(201);
    records.add("/v1/prior-approvals/{id}", &asked, &["priorApprovalId"]);
    let new = json!({ "appointmentId": id, "activityDate": "2026-11-20",
        "lines": [{ "expenseType": "publicTransport", "amountPence": 420 }] });
    let paid = admin.post("/v1/claims", new.clone()).await.is(201);
    let path = paid.header("location");
    admin
        .post(&format!("{path}/submit"), declared())
        .await
        .is(200);
    let passed = json!({ "line": 0, "of": "receipt", "reason": "noneGiven" });
    admin
        .post(&format!("{path}/override"), passed)
        .await
        .is(200);
    admin
        .post(&format!("{path}/confirm"), json!({}))
        .await
        .is(200);
    finance.step(&format!("{path}/authorise")).await.is(200);
    let export = finance.step("/v1/payment-exports").await.is(201);
    records.add("/v1/payment-exports/{id}", &export, &["exportId"]);
    let draft = admin.post("/v1/claims", new).await.is(201);
    records.add("/v1/claims/{id}", &draft, &["claimId"]);
    let form = Form::new().file("receipt.txt", Some("text/plain"), b"One ticket.");
    let receipts = format!("{}/receipts", draft.header("location"));
    let receipt = admin.upload(&receipts, form).await.is(201);
    records.add("/v1/claim-receipts/{id}", &receipt, &["receiptId"]);
}
