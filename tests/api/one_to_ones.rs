//! One-to-ones: planned by a cadence, held by who supports the partner, read by the two, corrected beside the text.

use chrono::Duration;
use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::{TO_AN_OFFER, id_of};
use crate::harness::{Answer, Person, TestApp, story};

/// A partner in a role that starts on 4 January 2027, with their appointment; Olu looks after them.
pub async fn in_a_role(app: &TestApp, with: Value) -> (Answer, Person) {
    let opportunity = app.published(with).await;
    let (applied, ada) = app.applicant(&opportunity, json!({})).await;
    let (olu, path) = (app.officer().await, applied.header("location"));
    app.decide_all(&olu, path, TO_AN_OFFER).await;
    ada.step(&format!("{path}/accept")).await.is(200);
    let term = json!({
        "applicationId": applied.id(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01", "endsOn": "2028-12-31"
    });
    (olu.post("/v1/appointments", term).await.is(201), ada)
}

/// The one-to-ones that somebody sees, by the day for which they are planned.
async fn seen_by(person: &Person, query: &str) -> Vec<Value> {
    let list = person
        .get(&format!("/v1/one-to-ones?sort=planned{query}"))
        .await
        .is(200);
    list.body["items"].as_array().unwrap().clone()
}

/// The address of the first one-to-one that somebody sees.
async fn first(person: &Person) -> String {
    format!(
        "/v1/one-to-ones/{}",
        seen_by(person, "").await[0]["id"].as_str().unwrap()
    )
}

pub fn held(with: Value) -> Value {
    let mut held = json!({
        "mode": "phone", "minutes": 40,
        "record": { "wellbeing": "Well.", "barriers": "Papers come late.", "feelingHeard": 4,
                    "impactSeen": "Evening clinics began.", "paymentsOnTime": "yes", "wishToContinue": "yes" },
        "actions": [{ "what": "Send papers a week ahead", "owner": "supporter", "dueOn": "2027-03-15" }]
    });
    for (name, value) in with.as_object().unwrap() {
        held[name] = value.clone();
    }
    held
}

story!(
    async fn the_first_is_planned_with_the_appointment_and_the_next_when_one_was_held(app) {
        let (appointment, _) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        let planned = seen_by(&olu, "").await;
        assert_eq!(planned.len(), 1);
        assert_eq!((&planned[0]["plannedFor"], &planned[0]["status"]), (&json!("2027-02-04"), &json!("planned")));
        assert_eq!(planned[0]["appointmentId"], appointment.body["id"]);
        assert_eq!(planned[0]["supporterId"], json!(app.user_id("olu", Role::EngagementOfficer).await));
        // Held late: the next one is the next that the cadence has after that day.
        app.clock.advance(Duration::days(80));
        let olu = app.officer().await;
        let talk = first(&olu).await;
        let done = olu.post(&format!("{talk}/hold"), held(json!({}))).await.is(200);
        assert_eq!((&done.body["status"], &done.body["heldOn"]), (&json!("held"), &json!("2027-02-10")));
        let days: Vec<_> = seen_by(&olu, "").await.iter().map(|one| one["plannedFor"].clone()).collect();
        assert_eq!(days, [json!("2027-02-04"), json!("2027-04-04")]);
        olu.post(&format!("{talk}/hold"), held(json!({}))).await.is_problem(409, "transition-not-allowed");
        // One that is cancelled is followed by the next one all the same.
        let next = seen_by(&olu, "&status=planned").await[0]["id"].as_str().unwrap().to_owned();
        olu.post(&format!("/v1/one-to-ones/{next}/cancel"), json!({})).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        olu.post(&format!("/v1/one-to-ones/{next}/cancel"), json!({ "reason": "She is away." })).await.is(200);
        assert_eq!(seen_by(&olu, "&status=planned").await[0]["plannedFor"], "2027-10-04");
        // None is planned for a role that has ended, and what was planned is cancelled.
        olu.post(&format!("{}/end", appointment.header("location")), json!({ "reason": "moved" })).await.is(200);
        assert_eq!(seen_by(&olu, "&status=planned").await, Vec::<Value>::new());
        let new = json!({ "appointmentId": appointment.id(), "plannedFor": "2027-11-01" });
        olu.post("/v1/one-to-ones", new).await.is_problem(409, "rule-not-met").names(&["/appointmentId"]);
    }
);

story!(
    async fn an_organisation_sets_how_often(app) {
        let admin = app.admin().await;
        let cadence = json!({ "afterMonths": [2], "thenEveryMonths": 3, "appliesFrom": "2027-01-01" });
        let set = admin.post("/v1/one-to-one-cadences", cadence.clone()).await.is(201);
        let later = json!({ "afterMonths": [6], "appliesFrom": "2027-06-01" });
        admin.post("/v1/one-to-one-cadences", later).await.is(201);
        app.officer().await.post("/v1/one-to-one-cadences", cadence).await.is_problem(403, "insufficient-scope");
        for wrong in [json!([3, 1]), json!([1, 1]), json!([0]), json!([61])] {
            let wrong = json!({ "afterMonths": wrong, "appliesFrom": "2027-01-01" });
            admin.post("/v1/one-to-one-cadences", wrong).await.is_problem(422, "invalid-fields").names(&["/afterMonths"]);
        }
        let (_, ada) = in_a_role(app, json!({})).await;
        assert_eq!(seen_by(&ada, "").await[0]["plannedFor"], "2027-03-04");
        assert_eq!(ada.get(set.header("location")).await.is(200).body, set.body);
        app.stranger().await.get(set.header("location")).await.is_problem(404, "not-found");
    }
);

story!(
    async fn what_was_said_is_read_by_the_two_and_by_no_other_manager(app) {
        let lena_id = app.user_id("lena", Role::WorkstreamLead).await;
        let led = json!({ "name": "Led", "purpose": "Lena's.", "leadId": lena_id });
        let led = app.admin().await.post("/v1/workstreams", led).await.is(201);
        let (_, ada) = in_a_role(app, json!({ "workstreamId": led.id() })).await;
        let olu = app.officer().await;
        let talk = first(&olu).await;
        let done = olu.post(&format!("{talk}/hold"), held(json!({}))).await.is(200);
        assert_eq!(done.body["record"]["barriers"], "Papers come late.");
        assert_eq!(ada.get(&talk).await.is(200).body, done.body);
        // The rest of the engagement team sees that it was held, and nothing of what was said.
        let otto = app.user("otto", Role::EngagementOfficer, "RXL").await;
        let client = crate::harness::people::client(app, "RXL", &["one-to-ones:read", "one-to-ones:hold", "one-to-ones:act"]).await;
        for person in [&otto, &app.admin().await, &client] {
            let seen = person.get(&talk).await.is(200);
            assert_eq!((&seen.body["status"], &seen.body["isBetweenYou"]), (&json!("held"), &json!(false)));
            assert_eq!((&seen.body["record"], &seen.body["corrections"]), (&Value::Null, &json!([])));
            assert_ne!(seen.etag(), done.etag());
            let text = String::from_utf8(person.get("/v1/one-to-ones").await.is(200).bytes).unwrap();
            assert!(!text.contains("Papers"), "{text}");
            assert_eq!(person.get("/v1/one-to-one-actions").await.is(200).body["items"], json!([]));
        }
        // Whoever leads the workstream sees none of it, nor do other managers or partners.
        let others = [Role::GroupChair, Role::FinanceApprover, Role::IgLead, Role::VolunteerManager];
        let mut managers = vec![app.lead().await];
        for role in others {
            managers.push(app.user(&role.word(), role, "RXL").await);
        }
        managers.push(app.partner("bea").await.0);
        for manager in &managers {
            assert_eq!(seen_by(manager, "").await, Vec::<Value>::new());
            manager.get(&talk).await.is_problem(404, "not-found");
        }
        app.user("ana", Role::Analyst, "RXL").await.get(&talk).await.is_problem(403, "insufficient-scope");
        app.stranger().await.get(&talk).await.is_problem(404, "not-found");
        app.anonymous().get(&talk).await.is_problem(401, "unauthenticated");
        // The partner can see who looked.
        let partner = format!("/v1/partners/{}/history", done.body["partnerId"].as_str().unwrap());
        let history = ada.get(&partner).await.is(200);
        let reads = history.body["items"].as_array().unwrap().iter().filter(|one| one["action"] == "one-to-one.read");
        assert!(reads.count() >= 4);
    }
);

story!(
    async fn only_who_supports_the_partner_records_it(app) {
        let (_, ada) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        let hold = format!("{}/hold", first(&olu).await);
        app.admin().await.post(&hold, held(json!({}))).await.is_problem(404, "not-found");
        ada.post(&hold, held(json!({}))).await.is_problem(403, "insufficient-scope");
        olu.post(&hold, held(json!({ "heldOn": "2026-11-23" }))).await.is_problem(422, "invalid-fields").names(&["/heldOn"]);
        olu.post(&hold, held(json!({ "record": {} }))).await.is_problem(422, "invalid-fields").names(&["/record"]);
        olu.post(&hold, held(json!({ "record": { "feelingHeard": 6 } }))).await
            .is_problem(422, "invalid-fields").names(&["/record/feelingHeard"]);
        olu.post(&hold, held(json!({ "record": { "wellbeing": "NHS number 943 476 5919." } }))).await
            .is_problem(422, "invalid-fields").names(&["/record/wellbeing"]);
        let action = json!([{ "what": "Ring 9434765919", "owner": "partner", "dueOn": "2027-03-15" }]);
        olu.post(&hold, held(json!({ "actions": action }))).await.is_problem(422, "invalid-fields").names(&["/actions/0/what"]);
        // Nothing of what was refused is left.
        assert_eq!(seen_by(&ada, "").await.len(), 1);
        assert_eq!(ada.get("/v1/one-to-one-actions").await.is(200).body["items"], json!([]));
        olu.post(&hold, held(json!({ "heldOn": "2026-11-20" }))).await.is(200);
    }
);

story!(
    async fn a_correction_of_the_partner_stands_beside_the_text(app) {
        let (_, ada) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        let talk = first(&olu).await;
        let correct = format!("{talk}/correct");
        ada.post(&correct, json!({ "text": "Too early." })).await.is_problem(409, "transition-not-allowed");
        let done = olu.post(&format!("{talk}/hold"), held(json!({}))).await.is(200);
        let text = json!({ "text": "I said late, and in small print." });
        let stale = ada.request(reqwest::Method::POST, &correct).header("If-Match", "\"1-own\"").json(text.clone());
        stale.send().await.is_problem(412, "precondition-failed");
        let corrected = ada.post(&correct, text.clone()).await.is(200);
        assert_eq!(corrected.body["record"], done.body["record"]);
        assert_eq!(corrected.body["corrections"], json!([{ "at": "2026-11-22T09:00:00Z", "text": text["text"] }]));
        ada.post(&correct, json!({ "text": "And the print is grey." })).await.is(200);
        let read = olu.get(&talk).await.is(200);
        assert_eq!((read.body["corrections"].as_array().unwrap().len(), &read.body["record"]), (2, &done.body["record"]));
        // Nobody else corrects, and nobody writes the record anew.
        olu.post(&correct, text.clone()).await.is_problem(403, "not-yours");
        app.partner("bea").await.0.post(&correct, text).await.is_problem(404, "not-found");
        olu.patch(&talk, read.etag(), json!({ "plannedFor": "2027-03-01" })).await.is_problem(409, "transition-not-allowed");
        for _ in 2..20 {
            ada.post(&correct, json!({ "text": "And again." })).await.is(200);
        }
        ada.post(&correct, json!({ "text": "Once more." })).await.is_problem(409, "rule-not-met").names(&["/text"]);
    }
);

story!(
    async fn what_was_agreed_has_an_owner_and_a_day(app) {
        let (_, ada) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        let talk = first(&olu).await;
        let new = json!({ "oneToOneId": id_of(&talk), "what": "Ask for large print", "owner": "partner", "dueOn": "2026-12-01" });
        ada.post("/v1/one-to-one-actions", new.clone()).await.is_problem(409, "transition-not-allowed");
        olu.post(&format!("{talk}/hold"), held(json!({}))).await.is(200);
        let added = ada.post("/v1/one-to-one-actions", new.clone()).await.is(201);
        let due = olu.get("/v1/one-to-one-actions?sort=due&status=open&dueBefore=2026-12-02").await.is(200);
        assert_eq!(due.body["items"], json!([added.body]));
        app.admin().await.get(added.header("location")).await.is_problem(404, "not-found");
        app.admin().await.post("/v1/one-to-one-actions", new.clone()).await.is_problem(422, "invalid-fields").names(&["/oneToOneId"]);
        app.partner("bea").await.0.post("/v1/one-to-one-actions", new).await.is_problem(422, "invalid-fields").names(&["/oneToOneId"]);
        let done = olu.step(&format!("{}/complete", added.header("location"))).await.is(200);
        assert_eq!((&done.body["status"], &done.body["doneOn"]), (&json!("done"), &json!("2026-11-22")));
        ada.step(&format!("{}/complete", added.header("location"))).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn what_is_late_is_a_report(app) {
        in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        assert_eq!(seen_by(&olu, "&overdue=true").await, Vec::<Value>::new());
        app.clock.advance(Duration::days(74));
        // Due today is not late.
        let olu = app.officer().await;
        assert_eq!(seen_by(&olu, "&overdue=true").await, Vec::<Value>::new());
        app.clock.advance(Duration::days(1));
        let olu = app.officer().await;
        let late = seen_by(&olu, "&overdue=true").await;
        assert_eq!((late.len(), &late[0]["plannedFor"]), (1, &json!("2027-02-04")));
        assert_eq!(seen_by(&olu, "&overdue=false").await, Vec::<Value>::new());
        let moved = olu.patch(&first(&olu).await, "*", json!({ "plannedFor": "2027-02-20" })).await.is(200);
        assert_eq!(moved.body["version"], 2);
        assert_eq!(seen_by(&olu, "&overdue=true").await, Vec::<Value>::new());
    }
);

story!(
    async fn a_supporter_is_a_member_of_staff_and_not_the_partner(app) {
        let (appointment, _) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        let new = |supporter: &str| json!({ "appointmentId": appointment.id(), "plannedFor": "2027-01-20", "supporterId": supporter });
        let analyst = app.user_id("ana", Role::Analyst).await;
        olu.post("/v1/one-to-ones", new(&analyst)).await.is_problem(422, "invalid-fields").names(&["/supporterId"]);
        olu.post("/v1/one-to-ones", new("0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90")).await
            .is_problem(422, "invalid-fields").names(&["/supporterId"]);
        // A chair takes over: they hold it, and see none of those before.
        let chair = app.user_id("chandra", Role::GroupChair).await;
        let talk = first(&olu).await;
        olu.post(&format!("{talk}/hold"), held(json!({}))).await.is(200);
        let planned = olu.post("/v1/one-to-ones", new(&chair)).await.is(201);
        let chandra = app.user("chandra", Role::GroupChair, "RXL").await;
        assert_eq!(seen_by(&chandra, "").await.len(), 1);
        chandra.get(&talk).await.is_problem(404, "not-found");
        olu.post(&format!("{}/hold", planned.header("location")), held(json!({}))).await.is_problem(404, "not-found");
        // Who is not on the engagement team moves what is theirs, and gives it to nobody.
        chandra.patch(planned.header("location"), planned.etag(), json!({ "supporterId": analyst })).await
            .is_problem(422, "invalid-fields").names(&["/supporterId"]);
        chandra.post(&format!("{}/hold", planned.header("location")), held(json!({}))).await.is(200);
        app.stranger().await.post("/v1/one-to-ones", new(&chair)).await
            .is_problem(422, "invalid-fields").names(&["/appointmentId"]);
    }
);

story!(
    async fn two_who_record_it_at_once_record_it_once_and_one_next_is_planned(app) {
        let (_, ada) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        let hold = format!("{}/hold", first(&olu).await);
        let each = (0..4).map(|_| olu.post(&hold, held(json!({}))));
        let mut statuses: Vec<u16> = futures_util::future::join_all(each).await.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409]);
        assert_eq!(seen_by(&ada, "").await.len(), 2);
        assert_eq!(ada.get("/v1/one-to-one-actions").await.is(200).body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn what_was_said_is_disclosed_to_a_partner_who_asks_by_post(app) {
        let (appointment, ada) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        let talk = first(&olu).await;
        olu.post(&format!("{talk}/hold"), held(json!({}))).await.is(200);
        ada.post(&format!("{talk}/correct"), json!({ "text": "Too late." })).await.is(200);
        let path = format!("/v1/partners/{}/disclosures/one-to-ones", appointment.body["partnerId"].as_str().unwrap());
        let idris = app.user("idris", Role::IgLead, "RXL").await;
        let page = idris.get(&format!("{path}?limit=1")).await.is(200);
        let next = idris.get(&format!("{path}?limit=1&after={}", page.body["next"].as_str().unwrap())).await.is(200);
        assert_eq!(next.body["items"][0]["record"]["barriers"], "Papers come late.");
        assert_eq!(next.body["items"][0]["corrections"][0]["text"], "Too late.");
        assert_eq!(next.body["next"], Value::Null);
        for person in [&olu, &app.admin().await, &ada] {
            person.get(&path).await.is_problem(403, "insufficient-scope");
        }
        app.user("stranger-ig", Role::IgLead, "R0A").await.get(&path).await.is_problem(404, "not-found");
    }
);

story!(
    async fn none_is_planned_with_somebody_who_cannot_support_the_partner(app) {
        let otto_id = app.user_id("otto", Role::EngagementOfficer).await;
        let (appointment, ada) = in_a_role(app, json!({ "namedContactId": otto_id })).await;
        let (olu, admin) = (app.officer().await, app.admin().await);
        let planned = seen_by(&olu, "&status=planned").await;
        assert_eq!(planned[0]["supporterId"], json!(otto_id));
        // Whoever is named turns out to be the partner.
        let partner = json!({ "partnerId": appointment.body["partnerId"] });
        admin.patch(&format!("/v1/users/{otto_id}"), "*", partner).await.is(200);
        ada.step(&format!("/v1/users/{otto_id}/confirm-link")).await.is(200);
        let cancel = json!({ "reason": "She is away." });
        olu.post(&format!("{}/cancel", first(&olu).await), cancel.clone()).await.is(200);
        assert_eq!(seen_by(&olu, "&status=planned").await, Vec::<Value>::new());
        let new = json!({ "appointmentId": appointment.id(), "plannedFor": "2027-03-01" });
        olu.post("/v1/one-to-ones", new.clone()).await.is_problem(422, "invalid-fields").names(&["/supporterId"]);
        // Once somebody else is named for the partner, it is with them.
        let olu_id = app.user_id("olu", Role::EngagementOfficer).await;
        let record = format!("/v1/partners/{}", appointment.body["partnerId"].as_str().unwrap());
        admin.patch(&record, "*", json!({ "namedContactId": olu_id })).await.is(200);
        assert_eq!(olu.post("/v1/one-to-ones", new).await.is(201).body["supporterId"], json!(olu_id));
    }
);
