//! Partners in their roles, for stories and for the sweeps: appointments with their inductions.

use equal_partners::access::Role;
use serde_json::{Value, json};

use super::applicants::{TO_AN_OFFER, id_of};
use super::people::Records;
use super::{Answer, Person, TestApp};

/// For the sweeps: an induction, a checklist, a wording and an agreement.
pub async fn inductions(app: &TestApp, admin: &Person, records: &mut Records) {
    induction(admin, records).await;
    agreement(app, admin, records).await;
}

/// A draft of a wording, and an agreement that is on offer.
async fn agreement(app: &TestApp, admin: &Person, records: &mut Records) {
    let second = app
        .user("seed-second", Role::EngagementAdmin, &records.organisation)
        .await;
    published(admin, &second).await;
    let draft = admin
        .post("/v1/agreement-texts", text("involvement"))
        .await
        .is(201);
    records.add("/v1/agreement-texts/{id}", &draft, &[]);
    let new = offer(records.id("appointmentId"), "confidentiality");
    let offered = admin.post("/v1/agreements", new).await.is(201);
    records.add("/v1/agreements/{id}", &offered, &[]);
    // Whoever accepts it is the partner, and nobody else.
    let subject = format!("signer-{}", uuid::Uuid::new_v4());
    let signer = app
        .user(&subject, Role::Partner, &records.organisation)
        .await;
    let me = signer.get("/v1/me").await.is(200).body;
    let theirs = json!({ "partnerId": offered.body["partnerId"] });
    let user = format!("/v1/users/{}", me["userId"].as_str().unwrap());
    second.patch(&user, "*", theirs).await.is(200);
    admin.step(&format!("{user}/confirm-link")).await.is(200);
    for step in ["accept", "decline"] {
        let path = format!("{}/{step}", offered.header("location"));
        app.remember_member(&records.organisation, &path, &signer);
    }
}

/// Publishes a wording of each kind that has none, drafted by one person and published by another.
pub async fn published(author: &Person, publisher: &Person) {
    for kind in KINDS {
        let there = format!("/v1/agreement-texts?kind={kind}&status=published");
        if author.get(&there).await.is(200).body["items"] == json!([]) {
            publish(author, publisher, text(kind)).await;
        }
    }
}

/// Publishes a wording; answers its id.
pub async fn publish(author: &Person, publisher: &Person, text: Value) -> String {
    let draft = author.post("/v1/agreement-texts", text).await.is(201);
    let path = format!("{}/publish", draft.header("location"));
    publisher.step(&path).await.is(200);
    draft.id().to_owned()
}

/// The kinds of agreements.
pub const KINDS: [&str; 2] = ["involvement", "confidentiality"];

/// A whole wording.
pub fn text(kind: &str) -> Value {
    let topics: &[&str] = match kind {
        "involvement" => &[
            "whatWeOffer",
            "whatWeAsk",
            "money",
            "support",
            "confidentiality",
            "conduct",
            "absence",
            "concerns",
            "pausing",
            "ending",
            "review",
            "images",
        ],
        _ => &[
            "scope",
            "exceptions",
            "papers",
            "socialMedia",
            "afterLeaving",
        ],
    };
    let section = |topic: &&str| json!({ "topic": topic, "heading": format!("About {topic}"), "paragraphs": ["In plain words."] });
    json!({ "kind": kind, "title": format!("Our {kind} agreement"), "sections": topics.iter().map(section).collect::<Vec<_>>() })
}

/// What puts an agreement to a partner.
pub fn offer(appointment: &str, kind: &str) -> Value {
    json!({ "appointmentId": appointment, "kind": kind, "terms": {
        "support": { "name": "Olu Adeyemi", "telephone": "01253 300000" },
        "meetings": "At least four meetings a year", "absenceNoticeHours": 48
    } })
}

/// For the sweeps: the induction that came with the appointment, and a checklist.
async fn induction(admin: &Person, records: &mut Records) {
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
        let notice = json!({ "version": "2026-04" });
        let acknowledge = format!("{}/acknowledge-privacy-notice", one.record);
        one.partner.post(&acknowledge, notice).await.is(200);
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

    /// The officer drafts a wording of each kind, and the administrator publishes it.
    pub async fn texts(&self) {
        published(&self.officer().await, &self.admin().await).await;
    }

    /// An agreement that the officer puts to a partner: its address.
    pub async fn offered(&self, one: &Appointed, kind: &str) -> String {
        self.texts().await;
        let offered = self
            .officer()
            .await
            .post("/v1/agreements", offer(id_of(&one.path), kind))
            .await
            .is(201);
        offered.header("location").to_owned()
    }

    /// An agreement that both sides accept: its address.
    pub async fn agreed(&self, one: &Appointed, kind: &str) -> String {
        let path = self.offered(one, kind).await;
        let typed = |name: &str| json!({ "method": "typed", "name": name });
        one.partner
            .post(&format!("{path}/accept"), typed("Ada Okafor"))
            .await
            .is(200);
        let signed = self
            .officer()
            .await
            .post(&format!("{path}/countersign"), typed("Olu Adeyemi"))
            .await
            .is(200);
        assert_eq!(signed.body["status"], "inForce");
        path
    }

    /// A partner who is at work in a role.
    pub async fn active(&self, with: Value) -> Appointed {
        let one = self.appointed(with).await;
        self.ticked_off(&one).await;
        for kind in KINDS {
            self.agreed(&one, kind).await;
        }
        let active = self
            .officer()
            .await
            .step(&format!("{}/activate", one.path))
            .await
            .is(200);
        assert_eq!(active.body["status"], "active");
        one
    }
}

/// Makes one record of each kind that is about the appointment which was made before.
pub async fn seed(app: &TestApp, admin: &Person, records: &mut Records) {
    one_to_ones(app, admin, records).await;
    checks(admin, records).await;
    peer_support(app, admin, records).await;
}

/// Whoever calls the operations supports the partner: what is said is for the two only.
async fn one_to_ones(app: &TestApp, admin: &Person, records: &mut Records) {
    let (subject, supporter) = match records.organisation.as_str() {
        "RXL" => ("eve", app.everybody().await),
        _ => ("stan", app.stranger().await),
    };
    let (store, role) = (
        &app.state.store,
        equal_partners::access::Role::EngagementAdmin,
    );
    let id = equal_partners::users::operations::ensure(store, &records.organisation, subject, role);
    let id = id.await.unwrap().to_string();
    records.ids.insert("supporterId", id.clone());
    let cadence =
        json!({ "afterMonths": [1, 3], "thenEveryMonths": 6, "appliesFrom": "2026-12-01" });
    let set = admin.post("/v1/one-to-one-cadences", cadence).await.is(201);
    records.add("/v1/one-to-one-cadences/{id}", &set, &[]);
    let new = json!({ "appointmentId": records.id("appointmentId"), "plannedFor": "2027-03-01", "supporterId": id });
    let held = admin.post("/v1/one-to-ones", new.clone()).await.is(201);
    let record = json!({ "mode": "phone", "minutes": 30, "record": { "wellbeing": "Well." } });
    supporter
        .post(&format!("{}/hold", held.header("location")), record)
        .await
        .is(200);
    records.ids.insert("oneToOneId", held.id().to_owned());
    let action = json!({ "oneToOneId": held.id(), "what": "Be swept", "owner": "supporter", "dueOn": "2027-03-01" });
    let action = supporter
        .post("/v1/one-to-one-actions", action)
        .await
        .is(201);
    records.add("/v1/one-to-one-actions/{id}", &action, &[]);
    let planned = admin.post("/v1/one-to-ones", new).await.is(201);
    records.add("/v1/one-to-ones/{id}", &planned, &[]);
}

async fn checks(admin: &Person, records: &mut Records) {
    let decision = json!({
        "opportunityId": records.id("opportunityId"), "level": "standard", "workforce": "adult",
        "legalBasis": "For the sweeps."
    });
    let decided = admin.post("/v1/check-requirements", decision).await.is(201);
    records.add("/v1/check-requirements/{id}", &decided, &[]);
    let check = json!({ "appointmentId": records.id("appointmentId"), "kind": "dbs" });
    let check = admin.post("/v1/checks", check).await.is(201);
    records.add("/v1/checks/{id}", &check, &[]);
}

/// Whoever calls what is for the network belongs to it: nobody who works for the organisation does.
async fn peer_support(app: &TestApp, admin: &Person, records: &mut Records) {
    let subject = format!("member-{}", uuid::Uuid::new_v4());
    let member = app
        .user(&subject, Role::Partner, &records.organisation)
        .await;
    let new = json!({ "givenName": "Mia", "familyName": "Seeded", "telephone": "01253 300000", "over16": true,
        "privacyNoticeVersion": "2026-04" });
    let partner = member.post("/v1/partners", new).await.is(201);
    let activate = format!("{}/activate", partner.header("location"));
    admin.step(&activate).await.is(200);
    member
        .step("/v1/peer-support/membership/join")
        .await
        .is(200);
    for theirs in ["membership", "contributions", "sessions", "themes"] {
        let beginning = format!("/v1/peer-support/{theirs}");
        app.remember_member(&records.organisation, &beginning, &member);
    }
    let shared = json!({ "kind": "whatWorks", "topic": "papers", "body": "For the sweeps." });
    let contribution = member
        .post("/v1/peer-support/contributions", shared.clone())
        .await
        .is(201);
    records.add("/v1/peer-support/contributions/{id}", &contribution, &[]);
    let theme = member.post("/v1/peer-support/themes", shared).await.is(201);
    records.add("/v1/peer-support/themes/{id}", &theme, &[]);
    let session = json!({ "title": "Tea", "startsAt": "2027-03-04T14:00:00Z", "minutes": 60, "mode": "online" });
    let session = member
        .post("/v1/peer-support/sessions", session)
        .await
        .is(201);
    records.add("/v1/peer-support/sessions/{id}", &session, &[]);
}
