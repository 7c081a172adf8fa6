//! For the sweeps: what supports a partner who was appointed.

use equal_partners::access::Role;
use serde_json::json;

use super::people::Records;
use super::{Person, TestApp};

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
    app.remember_member(&records.organisation, &member);
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
