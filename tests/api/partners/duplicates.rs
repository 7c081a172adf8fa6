//! Partners who are in twice.

use equal_partners::partners::BELONGINGS;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::{id_of, registered, somebody, with_credentials};
use crate::harness::applicants::{TO_AN_OFFER, id_of as opportunity_id};
use crate::harness::{Person, TestApp, story};

async fn merge(staff: &Person, survivor: &str, duplicate: &str) -> crate::harness::Answer {
    staff
        .post(
            &format!("{survivor}/merge"),
            json!({ "duplicateId": id_of(duplicate) }),
        )
        .await
}

story!(
    async fn duplicates_are_found_however_they_are_written(app) {
        let olu = app.officer().await;
        let with = |given: &str, more: Value| {
            let mut new = json!({ "givenName": given, "familyName": "Lovelace", "over16": true });
            new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            new
        };
        let add = async |new: Value| olu.post("/v1/partners", new).await.is(201);
        let ada = add(with("Ada", json!({ "email": "ada@example.org", "telephone": "01253 300000", "postcode": "FY3 8NR" }))).await;
        let mail = add(with("A", json!({ "email": "ADA@Example.org" }))).await;
        let phone = add(with("B", json!({ "telephone": "+44 (0)1253 300000" }))).await;
        let place = add(with("ADA", json!({ "postalAddress": "1 High Street", "postcode": "fy38nr" }))).await;
        add(with("Ada", json!({ "telephone": "01253 300009", "postcode": "M1 1AE" }))).await;
        app.stranger().await.post("/v1/partners", with("Ada", json!({ "email": "ada@example.org" }))).await.is(201);
        let list = olu.get(&format!("{}/duplicates", ada.header("location"))).await.is(200);
        let found: Vec<_> = list.body["items"].as_array().unwrap().iter()
            .map(|one| (one["id"].as_str().unwrap(), one["likenesses"].clone())).collect();
        assert_eq!(found, [
            (place.id(), json!(["nameAndPostcode"])), (phone.id(), json!(["telephone"])), (mail.id(), json!(["email"])),
        ]);
        let first = olu.get(&format!("{}/duplicates?limit=2", ada.header("location"))).await.is(200);
        let next = format!("{}/duplicates?limit=2&after={}", ada.header("location"), first.body["next"].as_str().unwrap());
        let last = olu.get(&next).await.is(200);
        assert_eq!((&last.body["items"][0]["id"], &last.body["next"]), (&json!(mail.id()), &Value::Null));
    }
);

story!(
    async fn two_records_become_one_and_nothing_is_lost(app) {
        let (ada, own) = app.partner("ada").await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let by_phone = registered(&olu, "Ada", "Lovelace").await;
        for path in [&own, &by_phone] {
            olu.post(&format!("{path}/enrolments"), json!({ "route": "volunteer" })).await.is(201);
        }
        let assembly = olu.post(&format!("{own}/enrolments"), json!({ "route": "equalPartnersAssembly" })).await.is(201);
        let need = json!({ "category": "participationNeed", "need": "breaks", "mayBeShared": false });
        ada.post(&format!("{own}/access-needs"), need).await.is(201);
        let merged = merge(&olu, &by_phone, &own).await.is(200);
        assert_eq!(merged.id(), id_of(&by_phone));
        // What belonged to the duplicate belongs to the survivor; a route on which both were goes on once.
        let routes = olu.get(&format!("{by_phone}/enrolments")).await.is(200);
        let mut told: Vec<_> = routes.body["items"].as_array().unwrap().iter()
            .map(|one| (one["route"].as_str().unwrap(), one["status"].as_str().unwrap())).collect();
        told.sort_unstable();
        assert_eq!(told, [("equalPartnersAssembly", "active"), ("volunteer", "ended"), ("volunteer", "pending")]);
        let moved = olu.get(assembly.header("location")).await.is(200);
        assert_eq!((&moved.body["partnerId"], &moved.body["version"]), (&json!(id_of(&by_phone)), &json!(2)));
        assert_eq!(olu.get(&format!("{by_phone}/access-needs")).await.is(200).body["items"].as_array().unwrap().len(), 1);
        // The duplicate says where to go on, and takes no more changes.
        let gone = olu.get(&own).await.is(200);
        assert_eq!((&gone.body["status"], &gone.body["mergedIntoId"]), (&json!("merged"), &json!(id_of(&by_phone))));
        olu.patch(&own, "*", json!({ "skills": [] })).await.is_problem(409, "transition-not-allowed");
        olu.post(&format!("{own}/enrolments"), json!({ "route": "ppp" })).await.is_problem(409, "transition-not-allowed");
        assert_eq!(olu.get("/v1/partners").await.is(200).body["items"].as_array().unwrap().len(), 1);
        // Who called as the duplicate calls as nobody, and its history is the survivor's.
        ada.get(&by_phone).await.is_problem(404, "not-found");
        ada.get(&own).await.is_problem(404, "not-found");
        let history = amina.get(&format!("{by_phone}/history")).await.is(200);
        let actions: Vec<_> = history.body["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(actions.iter().filter(|one| **one == "partner.registered").count(), 2);
        assert_eq!(actions.iter().filter(|one| **one == "partner.merged").count(), 1);
    }
);

/// Somebody who says that they are Ada, and what they did about it.
async fn pretender(app: &TestApp) -> (Person, String) {
    let mut new = somebody("Ada", "Lovelace");
    new["organisation"] = json!("RXL");
    let added = app.anonymous().post("/v1/partners", new).await.is(201);
    let (person, path) = (with_credentials(app, &added), added.header("location"));
    let agent = json!({ "kind": "proxy", "name": "Mallory", "telephone": "01253 300009", "may": ["receiveMessages"], "consentWording": "Yes." });
    person
        .post(&format!("{path}/representatives"), agent)
        .await
        .is(201);
    let by_agent = json!({ "purpose": "newsletter", "channel": "viaCarer", "wording": "Yes." });
    person
        .post(&format!("{path}/contact-preferences"), by_agent)
        .await
        .is(201);
    let share = json!({ "withOrganisation": "QE1", "purpose": "Roles.", "consentWording": "Yes.", "endsOn": "2027-11-01" });
    person.post(&format!("{path}/shares"), share).await.is(201);
    (person, path.to_owned())
}

story!(
    async fn a_strangers_credentials_end_with_the_duplicate(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let ada = registered(&olu, "Ada", "Lovelace").await;
        let (stranger, path) = pretender(app).await;
        stranger.get(&path).await.is(200);
        merge(&olu, &ada, &path).await.is(200);
        stranger.get(&ada).await.is_problem(401, "invalid-token");
        let clients = format!("/v1/api-clients?partnerId={}", id_of(&path));
        assert_eq!(amina.get(&clients).await.is(200).body["items"][0]["status"], "revoked");
        let first = async |below: &str| olu.get(&format!("{ada}/{below}")).await.is(200).body["items"][0].clone();
        assert!(first("representatives").await["endedAt"].is_string());
        assert!(first("shares").await["revokedAt"].is_string());
        assert!(first("contact-preferences").await["withdrawnAt"].is_string());
        let quentin = app.user("quentin", equal_partners::access::Role::EngagementOfficer, "QE1").await;
        quentin.get(&ada).await.is_problem(404, "not-found");
    }
);

story!(
    async fn whose_identity_was_checked_calls_as_the_record_that_goes_on(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let ada = registered(&olu, "Ada", "Lovelace").await;
        let (own, path) = pretender(app).await;
        let (user, other) = app.partner("ada").await;
        for duplicate in [&path, &other] {
            let checked = json!({ "duplicateId": id_of(duplicate), "identityChecked": true });
            olu.post(&format!("{ada}/merge"), checked).await.is(200);
        }
        assert_eq!(own.get(&ada).await.is(200).id(), id_of(&ada));
        user.get(&ada).await.is(200);
        assert_eq!(olu.get(&format!("{ada}/representatives")).await.is(200).body["items"][0]["endedAt"], Value::Null);
        app.sequenced().await;
        let told = amina.get("/v1/ledger?action=partner.merged").await.is(200);
        assert_eq!(told.body["items"][0]["purpose"], "identityChecked");
    }
);

story!(
    async fn applications_for_the_same_role_come_along_once_they_are_over(app) {
        let (olu, role) = (app.officer().await, app.published(json!({})).await);
        let (first, ada) = app.applicant(&role, json!({})).await;
        let (second, _) = app.applicant(&role, json!({})).await;
        let (draft, again) = app.applicant(&role, json!({ "submit": false })).await;
        let partner = |applied: &crate::harness::Answer| format!("/v1/partners/{}", applied.body["partnerId"].as_str().unwrap());
        let survivor = partner(&first);
        let refused = merge(&olu, &survivor, &partner(&second)).await.is_problem(409, "rule-not-met");
        assert_eq!(refused.body["errors"][0]["code"], "bothApplied");
        let path = second.header("location");
        app.decide(&olu, path, "not-shortlist").await.is(200);
        merge(&olu, &survivor, &partner(&second)).await.is(200);
        // A draft is seen by nobody but who wrote it, so it does not stand in the way.
        again.get(draft.header("location")).await.is(200);
        merge(&olu, &survivor, &partner(&draft)).await.is(200);
        let own = ada.get("/v1/applications").await.is(200);
        let mut told: Vec<_> = own.body["items"].as_array().unwrap().iter()
            .map(|one| (one["status"].as_str().unwrap(), one["partnerId"].as_str().unwrap())).collect();
        told.sort_unstable();
        let whose = id_of(&survivor);
        assert_eq!(told, [("notShortlisted", whose), ("submitted", whose), ("withdrawn", whose)]);
        // There is still one application a person and role.
        let more = json!({ "opportunityId": opportunity_id(&role), "consent": true });
        ada.post("/v1/applications", more).await.is_problem(409, "already-exists").names(&["/opportunityId"]);
        app.decide_all(&olu, first.header("location"), TO_AN_OFFER).await;
    }
);

story!(
    async fn the_state_that_is_further_goes_on(app) {
        let olu = app.officer().await;
        let mut new = somebody("Ada", "Lovelace");
        new["organisation"] = json!("RXL");
        let enquirer = app.anonymous().post("/v1/partners", new).await.is(201);
        // Whoever acknowledged the notice in the name of the duplicate may have been somebody else.
        let (_, unchecked) = app.partner("bea").await;
        let merged = merge(&olu, enquirer.header("location"), &unchecked).await.is(200);
        assert_eq!((&merged.body["status"], &merged.body["privacyNotice"]), (&json!("enquirer"), &json!(null)));
        let (_, active) = app.partner("ada").await;
        let checked = json!({ "duplicateId": id_of(&active), "identityChecked": true });
        let merged = olu.post(&format!("{}/merge", enquirer.header("location")), checked).await.is(200);
        assert_eq!(merged.body["status"], "active");
        assert_eq!(merged.body["privacyNotice"]["version"], "2026-04");
        let other = registered(&olu, "Ada", "King").await;
        let merged = merge(&olu, enquirer.header("location"), &other).await.is(200);
        assert_eq!(merged.body["status"], "active");
    }
);

story!(
    async fn a_death_that_only_the_duplicate_tells_of_is_recorded_first(app) {
        let olu = app.officer().await;
        let (gone, dead) = (registered(&olu, "Ada", "Lovelace").await, registered(&olu, "Ada", "King").await);
        let yes = json!({ "purpose": "newsletter", "channel": "phone", "wording": "Yes." });
        olu.post(&format!("{gone}/contact-preferences"), yes).await.is(201);
        olu.post(&format!("{gone}/end"), json!({ "reason": "noContact" })).await.is(200);
        olu.post(&format!("{dead}/end"), json!({ "reason": "deceased" })).await.is(200);
        merge(&olu, &gone, &dead).await.is_problem(409, "rule-not-met").names(&["/duplicateId"]);
        // The other way round nothing stands in the way, and the consents of the duplicate go.
        merge(&olu, &dead, &gone).await.is(200);
        let consents = olu.get(&format!("{dead}/contact-preferences")).await.is(200);
        assert!(consents.body["items"][0]["withdrawnAt"].is_string());
        let (gone, dead) = (registered(&olu, "Bea", "Lovelace").await, registered(&olu, "Bea", "King").await);
        olu.post(&format!("{gone}/end"), json!({ "reason": "noContact" })).await.is(200);
        olu.post(&format!("{dead}/end"), json!({ "reason": "deceased" })).await.is(200);
        olu.step(&format!("{gone}/record-death")).await.is(200);
        merge(&olu, &gone, &dead).await.is(200);
    }
);

story!(
    async fn the_later_answer_about_contact_holds(app) {
        let olu = app.officer().await;
        let (one, other) = (registered(&olu, "Ada", "Lovelace").await, registered(&olu, "Ada", "King").await);
        let ask = async |path: &str, purpose: &str| {
            let new = json!({ "purpose": purpose, "channel": "phone", "wording": "Yes." });
            olu.post(&format!("{path}/contact-preferences"), new).await.is(201).header("location").to_owned()
        };
        ask(&one, "newsletter").await;
        ask(&one, "surveys").await;
        ask(&other, "surveys").await;
        ask(&other, "opportunities").await;
        let no = ask(&other, "newsletter").await;
        app.clock.advance(chrono::Duration::minutes(1));
        olu.step(&format!("{no}/withdraw")).await.is(200);
        merge(&olu, &one, &other).await.is(200);
        let all = olu.get(&format!("{one}/contact-preferences")).await.is(200);
        let mut current: Vec<_> = all.body["items"].as_array().unwrap().iter()
            .filter(|one| one["withdrawnAt"].is_null()).map(|one| one["purpose"].as_str().unwrap()).collect();
        current.sort_unstable();
        assert_eq!(current, ["opportunities", "surveys"]);
    }
);

story!(
    async fn records_that_contradict_one_another_are_not_merged(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let one = registered(&olu, "Ada", "Lovelace").await;
        merge(&olu, &one, &one).await.is_problem(422, "invalid-fields").names(&["/duplicateId"]);
        merge(&olu, &one, "/0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90").await.is_problem(422, "invalid-fields").names(&["/duplicateId"]);
        let foreign = app.stranger().await.post("/v1/partners", somebody("Ada", "Lovelace")).await.is(201);
        merge(&olu, &one, foreign.header("location")).await.is_problem(422, "invalid-fields").names(&["/duplicateId"]);
        let (_, suspended) = app.partner("bea").await;
        olu.post(&format!("{suspended}/propose-suspension"), json!({ "reason": "Conduct." })).await.is(200);
        amina.step(&format!("{suspended}/suspend")).await.is(200);
        merge(&olu, &one, &suspended).await.is_problem(409, "rule-not-met").names(&["/duplicateId"]);
        let dead = registered(&olu, "Ada", "Lovelace").await;
        olu.post(&format!("{dead}/end"), json!({ "reason": "deceased" })).await.is(200);
        merge(&olu, &one, &dead).await.is_problem(409, "rule-not-met").names(&["/duplicateId"]);
        merge(&olu, &dead, &one).await.is_problem(409, "rule-not-met").names(&["/duplicateId"]);
        olu.post(&format!("{one}/end"), json!({ "reason": "deceased" })).await.is(200);
        merge(&olu, &one, &dead).await.is(200);
        let again = merge(&olu, &one, &dead).await.is_problem(409, "transition-not-allowed");
        assert_eq!(again.body["state"], "merged");
        merge(&olu, &dead, &one).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn two_merges_of_the_same_records_do_not_wait_for_each_other(app) {
        let olu = app.officer().await;
        let (one, other) = (registered(&olu, "Ada", "Lovelace").await, registered(&olu, "Ada", "King").await);
        let (first, second) = tokio::join!(merge(&olu, &one, &other), merge(&olu, &other, &one));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
);

story!(
    async fn an_earlier_merge_leads_on_to_the_last_record(app) {
        let olu = app.officer().await;
        let (a, b, c) = (
            registered(&olu, "Ada", "A").await, registered(&olu, "Ada", "B").await, registered(&olu, "Ada", "C").await,
        );
        merge(&olu, &b, &c).await.is(200);
        merge(&olu, &a, &b).await.is(200);
        assert_eq!(olu.get(&c).await.is(200).body["mergedIntoId"], json!(id_of(&a)));
    }
);

story!(
    async fn every_table_that_names_a_partner_is_known_to_merging_and_erasure(app) {
        use equal_partners::store::Engine;
        let database = &app.state.store.database;
        let (backend, sql) = match database.engine() {
            Engine::Sqlite => (
                sea_orm::DbBackend::Sqlite,
                "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                 WHERE m.type = 'table' AND p.name = 'partner_id'",
            ),
            Engine::Postgres => (
                sea_orm::DbBackend::Postgres,
                "SELECT table_name::text FROM information_schema.columns \
                 WHERE table_schema = 'public' AND column_name = 'partner_id'",
            ),
        };
        let rows = database.whole().query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        let mut there: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        // The ledger is never altered: a history asks for the merged records too.
        there.retain(|table| table != "ledger_subjects");
        there.sort();
        let mut known: Vec<_> = BELONGINGS.iter().map(|(table, _)| (*table).to_owned()).collect();
        known.sort();
        assert_eq!(there, known, "give the table its row in src/partners/belongings.rs");
    }
);
