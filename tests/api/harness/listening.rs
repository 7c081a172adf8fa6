//! What people bring to the organisation, for stories and for the sweeps.

use equal_partners::access::Role;
use serde_json::{Value, json};

use super::forms::Form;
use super::people::Records;
use super::{Person, TestApp};

/// Makes one record of each kind for the sweeps.
pub async fn seed(app: &TestApp, records: &mut Records) {
    let organisation = records.organisation.clone();
    let officer = app
        .user("seed-pals", Role::PalsOfficer, &organisation)
        .await;
    pals(&officer, records).await;
    story(app, records).await;
}

async fn pals(officer: &Person, records: &mut Records) {
    let code = json!({ "set": "subject", "code": "parking", "label": "Car parking", "validFrom": "2026-11-22" });
    let code = officer.post("/v1/pals/codes", code).await.is(201);
    records.add("/v1/pals/codes/{id}", &code, &[]);
    let target = json!({ "kind": "enquiry", "workingDays": 2, "appliesFrom": "2026-11-22" });
    let target = officer.post("/v1/pals/targets", target).await.is(201);
    records.add("/v1/pals/targets/{id}", &target, &[]);
    let contact = officer
        .post("/v1/pals/contacts", brought(json!({})))
        .await
        .is(201);
    records.add("/v1/pals/contacts/{id}", &contact, &[]);
    let thin = json!({ "year": 2025 });
    let written = officer
        .post("/v1/pals/complaint-returns", thin)
        .await
        .is(201);
    records.add("/v1/pals/complaint-returns/{id}", &written, &[]);
}

/// A concern that a patient brings to PALS, with what differs.
pub fn brought(with: Value) -> Value {
    let new = json!({
        "channel": "phone", "kind": "concern", "relationship": "patient",
        "caller": { "name": "Margaret Zerubbabel", "telephone": "01253 300000" },
        "subjects": ["waitingTimes"], "service": "outpatient", "summary": "Rang three times about a scan."
    });
    differing(new, with)
}

impl TestApp {
    /// A PALS officer of Blackpool Teaching Hospitals.
    pub async fn pals(&self) -> Person {
        self.user("petra", Role::PalsOfficer, "RXL").await
    }

    /// A story lead of Blackpool Teaching Hospitals.
    pub async fn story_lead(&self) -> Person {
        self.user("stella", Role::StoryLead, "RXL").await
    }

    /// Who brings stories to the Board of Blackpool Teaching Hospitals.
    pub async fn board_secretary(&self) -> Person {
        self.user("boris", Role::BoardSecretary, "RXL").await
    }
}

/// A story whose teller has an account of their own, and looks at its first version.
async fn story(app: &TestApp, records: &mut Records) {
    let organisation = records.organisation.clone();
    let lead = app.user("seed-story", Role::StoryLead, &organisation).await;
    let (teller, partner) = teller(
        app,
        &format!("teller-{}", uuid::Uuid::new_v4()),
        &organisation,
    )
    .await;
    let story = lead
        .post(
            "/v1/stories",
            told(json!({ "partnerId": partner, "tellerName": null })),
        )
        .await
        .is(201);
    records.add("/v1/stories/{id}", &story, &["storyId"]);
    let path = story.header("location").to_owned();
    let version = lead
        .post(&format!("{path}/versions"), words("For the sweeps."))
        .await
        .is(201);
    records.add("/v1/story-versions/{id}", &version, &[]);
    let review = json!({ "number": 1, "thirdPartiesUnknowable": true });
    lead.post(&format!("{path}/send-for-review"), review)
        .await
        .is(200);
    for step in ["approve", "ask-for-changes"] {
        app.remember_member(&organisation, &format!("{path}/{step}"), &teller);
    }
    let target = json!({ "reportBackDays": 60, "appliesFrom": "2026-11-22" });
    let target = lead.post("/v1/story-targets", target).await.is(201);
    records.add("/v1/story-targets/{id}", &target, &[]);
    public(&lead, records).await;
}

/// A story of somebody who is no partner, which everyone can read.
async fn public(lead: &Person, records: &mut Records) {
    let story = lead.post("/v1/stories", told(json!({}))).await.is(201);
    let path = story.header("location").to_owned();
    let recording = Form::new()
        .field("title", "The night my father fell")
        .field("identity", "anonymous")
        .file("story.txt", Some("text/plain"), b"It was on a Sunday.");
    let version = lead
        .upload(&format!("{path}/recordings"), recording)
        .await
        .is(201);
    records.add_at(
        "/v1/story-versions/{id}/content",
        format!("{}/content", version.header("location")),
    );
    let steps = [
        (
            "send-for-review",
            json!({ "number": 1, "thirdPartiesUnknowable": true }),
        ),
        (
            "record-approval",
            json!({ "number": 1, "givenHow": "spoken", "witness": "Charles Babbage" }),
        ),
    ];
    for (step, body) in steps {
        lead.post(&format!("{path}/{step}"), body).await.is(200);
    }
    let consent = consent(1, "website");
    let consent = lead
        .post(&format!("{path}/consents"), consent)
        .await
        .is(201);
    records.add("/v1/story-consents/{id}", &consent, &[]);
    lead.post(&format!("{path}/publish"), json!({ "number": 1 }))
        .await
        .is(200);
    let sent =
        json!({ "number": 1, "scope": "website", "kind": "sent", "place": "A website of others" });
    let sent = lead.post(&format!("{path}/uses"), sent).await.is(201);
    records.add("/v1/story-uses/{id}", &sent, &[]);
    let published = path.replace("/v1/stories", "/v1/published-stories");
    records.add_at("/v1/published-stories/{id}", published);
}

/// Somebody who takes part as a partner, with an account, and the id of their record.
pub async fn teller(app: &TestApp, subject: &str, organisation: &str) -> (Person, String) {
    let person = app.user(subject, Role::Partner, organisation).await;
    let new = json!({ "givenName": "Ada", "familyName": "Seeded", "telephone": "01253 300000", "over16": true,
        "privacyNoticeVersion": "2026-04" });
    let partner = person.post("/v1/partners", new).await.is(201);
    let admin = app
        .user("seed-admin", Role::EngagementAdmin, organisation)
        .await;
    let activate = format!("{}/activate", partner.header("location"));
    admin.step(&activate).await.is(200);
    (person, partner.id().to_owned())
}

/// A story that somebody wants to tell, with what differs.
pub fn told(with: Value) -> Value {
    let new = json!({ "tellerName": "Margaret", "title": "The night my father fell", "format": "text",
        "about": "relative", "service": "inpatient", "themes": ["communications"] });
    differing(new, with)
}

/// A version in words.
pub fn words(words: &str) -> Value {
    json!({ "title": "The night my father fell", "words": words, "identity": "firstName", "shownAs": "Margaret",
        "contentWarnings": ["falls"] })
}

/// A consent that staff record.
pub fn consent(number: i32, scope: &str) -> Value {
    json!({ "number": number, "scope": scope, "expiresOn": "2027-11-22", "givenHow": "spoken", "witness": "Charles Babbage" })
}

/// A body with what differs; null takes a member out.
fn differing(mut new: Value, with: Value) -> Value {
    for (name, value) in with.as_object().unwrap() {
        match value {
            Value::Null => new.as_object_mut().unwrap().remove(name),
            value => new
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    new
}
