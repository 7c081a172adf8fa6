//! Opportunities for stories: drafted by the officer, approved and published by the administrator.

use equal_partners::access::Role;
use equal_partners::users;
use serde_json::{Value, json};

use super::{Person, TestApp};

impl TestApp {
    /// The id of a user of Blackpool Teaching Hospitals.
    pub async fn user_id(&self, subject: &str, role: Role) -> String {
        let id = users::operations::ensure(&self.state.store, "RXL", subject, role)
            .await
            .unwrap();
        id.to_string()
    }

    /// The id of a workstream of Blackpool Teaching Hospitals, made when it is first asked for.
    pub async fn workstream(&self, name: &str) -> String {
        let admin = self.admin().await;
        let new = json!({ "name": name, "purpose": "Bring clinics closer." });
        let added = admin.post("/v1/workstreams", new).await;
        match added.status {
            201 => added.id().to_owned(),
            _ => {
                let list = admin.get("/v1/workstreams?limit=200").await.is(200);
                let known = list.body["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|one| one["name"] == name);
                known.unwrap()["id"].as_str().unwrap().to_owned()
            }
        }
    }

    /// Everything that approval and publication ask for; closes in two weeks.
    pub async fn complete(&self) -> Value {
        let workstream = self.workstream("Diabetes pathway").await;
        let contact = self.user_id("olu", Role::EngagementOfficer).await;
        self.role(&workstream, &contact)
    }

    /// The same, for a workstream and a named contact of any organisation.
    pub fn role(&self, workstream: &str, contact: &str) -> Value {
        json!({
            "workstreamId": workstream,
            "title": "Patient partner for the diabetes pathway",
            "summary": "Help us to plan clinics that are closer to where people live. We meet once a month.",
            "kind": "workingGroup", "participationLevel": "coDesign", "mode": "hybrid", "place": "Blackpool",
            "topics": ["Diabetes", "Clinics"], "perspectivesWanted": ["serviceUser", "carer"],
            "access": ["hearingLoop", "stepFree"], "roleLevel": 3,
            "payment": { "kind": "paid", "pence": 7500, "unit": "halfDay", "expensesCovered": ["travel"] },
            "hoursPerMonth": 4, "places": 2,
            "role": {
                "purpose": "Bring the experience of people with diabetes into the redesign.",
                "skillsEssential": ["Listening"], "usualDays": ["tuesday"], "usualTimes": ["evening"],
                "accessSupportStatement": "Tell us what you need; we arrange it and pay for it."
            },
            "contact": { "name": "Olu Adeyemi", "telephone": "01253 300000" },
            "influenceStatement": "You can change where and when clinics are held; not the budget.",
            "namedContactId": contact,
            "budgetCode": "CC-1207",
            "closesAt": "2026-12-06T17:00:00Z"
        })
    }

    /// A draft with some of its fields changed; answers its address.
    pub async fn drafted(&self, author: &Person, with: Value) -> String {
        let mut new = self.complete().await;
        for (name, value) in with.as_object().unwrap() {
            new[name] = value.clone();
        }
        author
            .post("/v1/opportunities", new)
            .await
            .is(201)
            .header("location")
            .to_owned()
    }

    /// New terms for what is published: written by the officer, approved and published by the administrator.
    pub async fn new_terms(&self, path: &str, terms: Value) {
        let (officer, admin) = (self.officer().await, self.admin().await);
        officer
            .step(&format!("{path}/return-to-draft"))
            .await
            .is(200);
        officer.patch(path, "*", terms).await.is(200);
        officer
            .step(&format!("{path}/submit-for-review"))
            .await
            .is(200);
        admin.step(&format!("{path}/approve")).await.is(200);
        admin.step(&format!("{path}/publish")).await.is(200);
    }

    /// A published opportunity, drafted by the officer and approved by the administrator.
    pub async fn published(&self, with: Value) -> String {
        let (officer, admin) = (self.officer().await, self.admin().await);
        let path = self.drafted(&officer, with).await;
        officer
            .step(&format!("{path}/submit-for-review"))
            .await
            .is(200);
        admin.step(&format!("{path}/approve")).await.is(200);
        admin.step(&format!("{path}/publish")).await.is(200);
        path
    }
}
