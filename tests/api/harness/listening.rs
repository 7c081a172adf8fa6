//! What people bring to the organisation, for stories and for the sweeps.

use equal_partners::access::Role;
use serde_json::{Value, json};

use super::forms::Form;
use super::people::Records;
use super::{Answer, Person, TestApp};

/// Makes one record of each kind for the sweeps.
pub async fn seed(app: &TestApp, records: &mut Records) {
    let organisation = records.organisation.clone();
    let officer = app
        .user("seed-pals", Role::PalsOfficer, &organisation)
        .await;
    pals(&officer, records).await;
    stories(app, records).await;
}

async fn pals(officer: &Person, records: &mut Records) {
    let code = json!({ "set": "subject", "code": "parking", "label": "Car parking", "validFrom": "2026-11-22" });
    let code = officer.post("/v1/pals/codes", code).await.is(201);
    records.add("/v1/pals/codes/{id}", &code, &[]);
    let target = json!({ "kind": "enquiry", "workingDays": 2, "appliesFrom": "2026-11-22" });
    let target = officer.post("/v1/pals/targets", target).await.is(201);
    records.add("/v1/pals/targets/{id}", &target, &[]);
    let contact = officer
        .post(
            "/v1/pals/contacts",
            brought(json!({ "subjects": ["communications"] })),
        )
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

/// A story whose teller has an account of their own, approved and consented to; and one that everyone can read.
async fn stories(app: &TestApp, records: &mut Records) {
    let organisation = records.organisation.clone();
    let lead = app.user("seed-story", Role::StoryLead, &organisation).await;
    let subject = format!("teller-{}", uuid::Uuid::new_v4());
    let (teller, partner) = teller(app, &subject, &organisation).await;
    let new = told(json!({ "partnerId": partner, "tellerName": null }));
    let story = lead.post("/v1/stories", new).await.is(201);
    records.add("/v1/stories/{id}", &story, &["storyId"]);
    let path = story.header("location").to_owned();
    let version = recorded(&lead, &path).await;
    records.add("/v1/story-versions/{id}", &version, &[]);
    teller
        .post(&format!("{path}/approve"), json!({ "number": 1 }))
        .await
        .is(200);
    let training = json!({ "number": 1, "scope": "training", "expiresOn": "2027-11-22" });
    let consent = teller
        .post(&format!("{path}/consents"), training)
        .await
        .is(201);
    records.add("/v1/story-consents/{id}", &consent, &[]);
    // What only the teller says, the teller says.
    for theirs in ["approve", "ask-for-changes", "consents"] {
        app.remember_member(&organisation, &format!("{path}/{theirs}"), &teller);
    }
    let sent =
        json!({ "number": 1, "scope": "training", "kind": "sent", "place": "School of Nursing" });
    let sent = lead.post(&format!("{path}/uses"), sent).await.is(201);
    records.add("/v1/story-uses/{id}", &sent, &[]);
    let target = json!({ "reportBackDays": 60, "appliesFrom": "2026-11-22" });
    let target = lead.post("/v1/story-targets", target).await.is(201);
    records.add("/v1/story-targets/{id}", &target, &[]);
    published(&lead, records).await;
}

/// A version with a file, which its teller looks at.
async fn recorded(lead: &Person, path: &str) -> Answer {
    let recording = Form::new()
        .field("title", "The night my father fell")
        .field("identity", "anonymous")
        .file("story.txt", Some("text/plain"), b"It was on a Sunday.");
    let version = lead
        .upload(&format!("{path}/recordings"), recording)
        .await
        .is(201);
    let review = json!({ "number": 1, "thirdPartiesUnknowable": true });
    lead.post(&format!("{path}/send-for-review"), review)
        .await
        .is(200);
    version
}

/// A story of somebody who is no partner, which everyone can read.
async fn published(lead: &Person, records: &mut Records) {
    let story = lead.post("/v1/stories", told(json!({}))).await.is(201);
    let path = story.header("location").to_owned();
    recorded(lead, &path).await;
    let approval = json!({ "number": 1, "givenHow": "spoken", "witness": "Charles Babbage" });
    lead.post(&format!("{path}/record-approval"), approval)
        .await
        .is(200);
    lead.post(&format!("{path}/consents"), consent(1, "website"))
        .await
        .is(201);
    lead.post(&format!("{path}/publish"), json!({ "number": 1 }))
        .await
        .is(200);
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
