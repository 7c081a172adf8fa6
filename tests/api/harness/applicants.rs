//! Applicants for stories: people who apply, and a panel that takes their applications on.

use equal_partners::access::{NewToken, Role, TABLE};
use serde_json::{Value, json};

use super::people::Records;
use super::{Answer, Person, TestApp, support};

/// What leads from a sent application to an offered place.
pub const TO_AN_OFFER: &[&str] = &["shortlist", "arrange-chat", "hold-chat", "offer"];

/// What leads to a chat that was held.
pub const TO_A_CHAT: &[&str] = &["shortlist", "arrange-chat", "hold-chat"];

/// Who decides in the sweeps: whoever makes the records, and whoever calls the operations.
const PANEL: [&str; 4] = ["seed-admin", "amina", "eve", "stan"];

/// The id at the end of an address.
pub fn id_of(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

impl TestApp {
    /// What somebody without credentials sends to apply for the opportunity at an address.
    pub fn application(&self, opportunity: &str, with: Value) -> Value {
        let mut new = json!({
            "opportunityId": id_of(opportunity),
            "applicant": {
                "givenName": "Ada", "familyName": "Okafor", "telephone": "01253 300001", "over16": true
            },
            "whyInterested": "I have looked after my father since his stroke.",
            "perspective": "carer", "availabilityConfirmed": true, "consent": true
        });
        for (name, value) in with.as_object().unwrap() {
            new[name] = value.clone();
        }
        new
    }

    /// Somebody without credentials applies: the answer, and the applicant with a token of their own.
    pub async fn applicant(&self, opportunity: &str, with: Value) -> (Answer, Person) {
        let new = self.application(opportunity, with);
        let answer = self.anonymous().post("/v1/applications", new).await.is(201);
        let applicant = self.holder(&answer.body["credentials"], "RXL");
        (answer, applicant)
    }

    /// A partner with the token that the token endpoint gives for their credentials.
    pub fn holder(&self, credentials: &Value, organisation: &str) -> Person {
        let client = credentials["clientId"].as_str().unwrap();
        let scopes: Vec<&str> = TABLE.iter().map(|row| row.scope).collect();
        let token = NewToken {
            subject: client.to_owned(),
            client_id: client.to_owned(),
            organisation: organisation.to_owned(),
            scope: Some(scopes.join(" ")),
            roles: None,
            life: chrono::Duration::minutes(60),
        };
        let (keys, issuer) = (&self.state.access.keys, &self.state.config.public_url);
        self.bearer(&token.sign(keys, issuer, self.clock.now()).unwrap().0)
    }

    /// The panel takes a step, with the body that the step needs.
    pub async fn decide(&self, panel: &Person, application: &str, verb: &str) -> Answer {
        let path = format!("{application}/{verb}");
        let body = match verb {
            "arrange-chat" => json!({
                "at": self.clock.now() + chrono::Duration::days(7), "mode": "online",
                "place": "https://meet.example.org/chat",
                "panelIds": [self.user_id("olu", Role::EngagementOfficer).await],
                "accessArrangements": "A quiet hour, with breaks."
            }),
            "send-questions" => json!({ "questions": ["What should change in the clinic?"] }),
            "hold-chat" => json!({
                "notes": "Spoke about caring for a parent.",
                "scores": [{ "criterion": "Listening", "points": 4 }], "recommendation": "offer"
            }),
            "give-feedback" => json!({ "feedback": "You spoke clearly about waiting times." }),
            _ => return panel.step(&path).await,
        };
        panel.post(&path, body).await
    }

    /// The templates of the messages to a partner, sorted.
    pub async fn told(&self, partner: &Value) -> Vec<String> {
        let path = format!("/v1/partners/{}/messages", partner.as_str().unwrap());
        let list = self.officer().await.get(&path).await.is(200);
        let items = list.body["items"].as_array().unwrap().iter();
        let mut told: Vec<String> = items
            .map(|one| one["template"].as_str().unwrap().to_owned())
            .collect();
        told.sort();
        told
    }

    /// The panel takes several steps, each of which has to go well.
    pub async fn decide_all(&self, panel: &Person, application: &str, verbs: &[&str]) {
        for verb in verbs {
            self.decide(panel, application, verb).await.is(200);
        }
    }
}

/// For the sweeps: an opportunity that takes applications, an application with a note, a second one
/// whose place was accepted, and an appointment.
pub async fn seed(app: &TestApp, admin: &Person, records: &mut Records) {
    let organisation = records.organisation.clone();
    let mut panel = Vec::new();
    for subject in PANEL {
        let (store, role) = (&app.state.store, Role::EngagementAdmin);
        let id =
            equal_partners::users::operations::ensure(store, &organisation, subject, role).await;
        panel.push(id.unwrap().to_string());
    }
    records.ids.insert("panelId", panel[0].clone());
    let mut role = app.role(records.id("workstreamId"), &panel[0]);
    role["places"] = json!(100);
    role["panel"] = json!(panel);
    let opportunity = admin.post("/v1/opportunities", role).await.is(201);
    let path = opportunity.header("location");
    admin
        .step(&format!("{path}/submit-for-review"))
        .await
        .is(200);
    let second = app
        .user("seed-second", Role::EngagementAdmin, &organisation)
        .await;
    second.step(&format!("{path}/approve")).await.is(200);
    second.step(&format!("{path}/publish")).await.is(200);
    records
        .ids
        .insert("opportunityId", opportunity.id().to_owned());
    let applied = apply(app, admin, records).await;
    records.add("/v1/applications/{id}", &applied, &[]);
    let notes = format!("{}/notes", applied.header("location"));
    let note = admin
        .post(&notes, json!({ "body": "To be read by the sweeps." }))
        .await
        .is(201);
    records.add("/v1/application-notes/{id}", &note, &[]);
    accepted(app, admin, records).await;
    let term = json!({ "applicationId": records.id("applicationId"), "startsOn": "2027-02-01", "reviewOn": "2027-08-01" });
    let appointment = admin.post("/v1/appointments", term).await.is(201);
    records.add("/v1/appointments/{id}", &appointment, &["appointmentId"]);
    support::inductions(app, admin, records).await;
    accepted(app, admin, records).await;
}

/// One more appointment, in the place of the one that examples refer to: it is agreed upon once.
pub async fn another_appointment(app: &TestApp, admin: &Person, records: &mut Records) {
    accepted(app, admin, records).await;
    let term = json!({ "applicationId": records.id("applicationId"), "startsOn": "2027-02-01", "reviewOn": "2027-08-01" });
    let appointment = admin.post("/v1/appointments", term).await.is(201);
    records
        .ids
        .insert("appointmentId", appointment.id().to_owned());
}

async fn apply(app: &TestApp, admin: &Person, records: &Records) -> Answer {
    let opportunity = format!("/v1/opportunities/{}", records.id("opportunityId"));
    let new = app.application(&opportunity, json!({}));
    admin.post("/v1/applications", new).await.is(201)
}

/// One more application whose place was accepted, in the place of the one that examples refer to:
/// it leads to one appointment only.
pub async fn accepted(app: &TestApp, admin: &Person, records: &mut Records) {
    let applied = apply(app, admin, records).await;
    let chat = json!({ "at": "2027-01-14T14:00:00Z", "mode": "online", "panelIds": [records.id("panelId")] });
    let held = json!({ "notes": "Listened well." });
    for (verb, body) in [
        ("shortlist", None),
        ("arrange-chat", Some(chat)),
        ("hold-chat", Some(held)),
        ("offer", None),
        ("accept", None),
    ] {
        let step = format!("{}/{verb}", applied.header("location"));
        match body {
            Some(body) => admin.post(&step, body).await.is(200),
            None => admin.step(&step).await.is(200),
        };
    }
    let id = applied.id().to_owned();
    records.ids.insert("applicationId", id);
}
