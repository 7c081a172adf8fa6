//! What people bring to PALS.

use chrono::Duration;
use equal_partners::access::{Role, TABLE};
use serde_json::{Value, json};

use crate::harness::listening::brought;
use crate::harness::people::client;
use crate::harness::{Answer, Person, TestApp, story};

/// A contact that was taken in: what was answered, and its address.
async fn received(officer: &Person, with: Value) -> (Answer, String) {
    let added = officer
        .post("/v1/pals/contacts", brought(with))
        .await
        .is(201);
    let path = added.header("location").to_owned();
    (added, path)
}

async fn record(officer: &Person, path: &str) -> Value {
    officer
        .get(&format!("{path}/record?purpose=handling"))
        .await
        .is(200)
        .body
}

async fn started(officer: &Person, with: Value) -> String {
    let (_, path) = received(officer, with).await;
    officer.step(&format!("{path}/start")).await.is(200);
    path
}

/// What the ledger says of a record, the newest entry first: action, kind and purpose.
async fn entries(app: &TestApp, id: &str) -> Vec<Value> {
    app.sequenced().await;
    let ledger = app.admin().await.get("/v1/ledger?limit=200").await.is(200);
    let items = ledger.body["items"].as_array().unwrap().iter();
    let mut of: Vec<Value> = items.filter(|one| one["recordId"] == id).cloned().collect();
    of.reverse();
    of
}

async fn listed(officer: &Person, query: &str) -> Vec<Value> {
    let page = officer
        .get(&format!("/v1/pals/contacts?{query}"))
        .await
        .is(200);
    page.body["items"].as_array().unwrap().clone()
}

story!(
    async fn a_concern_is_taken_in_resolved_and_closed(app) {
        let petra = app.pals().await;
        let (added, path) = received(&petra, json!({})).await;
        assert_eq!(added.body["reference"], "PALS-2026-00001");
        assert_eq!((&added.body["status"], &added.body["consent"]), (&json!("received"), &json!("notRequired")));
        // Taken in on a Sunday; five working days by custom.
        assert_eq!((&added.body["targetDays"], &added.body["dueOn"]), (&json!(5), &json!("2026-11-27")));
        petra.post(&format!("{path}/resolve"), json!({ "outcome": "Done." })).await.is_problem(409, "transition-not-allowed");
        let begun = petra.step(&format!("{path}/start")).await.is(200);
        let me = petra.get("/v1/me").await.is(200).body["userId"].clone();
        assert_eq!((&begun.body["status"], &begun.body["ownerId"]), (&json!("inProgress"), &me));
        let stale = petra.request(reqwest::Method::POST, &format!("{path}/resolve")).header("If-Match", "\"1\"");
        stale.json(json!({ "outcome": "The scan is on 4 December." })).send().await.is_problem(412, "precondition-failed");
        petra.post(&format!("{path}/resolve"), json!({ "outcome": "The scan is on 4 December." })).await.is(200);
        let closed = petra.step(&format!("{path}/close")).await.is(200);
        assert_eq!((&closed.body["status"], &closed.body["closedAt"]), (&json!("closed"), &json!("2026-11-22T09:00:00Z")));
        let all = record(&petra, &path).await;
        assert_eq!((&all["outcome"], &all["contact"]), (&json!("The scan is on 4 December."), &closed.body));
        let (second, _) = received(&petra, json!({ "kind": "enquiry" })).await;
        assert_eq!((&second.body["reference"], &second.body["dueOn"]), (&json!("PALS-2026-00002"), &json!("2026-11-24")));
        petra.patch(&path, closed.etag(), json!({ "summary": "Something else." })).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn a_record_is_opened_for_a_purpose_which_the_ledger_keeps(app) {
        let petra = app.pals().await;
        let (added, path) = received(&petra, json!({})).await;
        petra.get(&format!("{path}/record")).await.is_problem(400, "invalid-parameter");
        for purpose in ["x", "", "because"] {
            petra.get(&format!("{path}/record?purpose={purpose}")).await.is_problem(400, "invalid-parameter");
        }
        let opened = petra.get(&format!("{path}/record?purpose=supervision")).await.is(200);
        assert_eq!(opened.body["caller"]["name"], "Margaret Zerubbabel");
        let found = entries(app, added.id()).await;
        assert_eq!((&found[0]["action"], &found[0]["kind"]), (&json!("palsContact.opened"), &json!("access")));
        assert_eq!((&found[0]["purpose"], &found[0]["subject"]), (&json!("supervision"), &json!("petra")));
        assert_eq!(found.len(), 2);
        // No other way tells what was said: not the list, not a step, not a patch that changes nothing.
        let patched = petra.patch(&path, "*", json!({})).await.is(200);
        let stepped = petra.step(&format!("{path}/start")).await.is(200);
        let page = petra.get("/v1/pals/contacts").await.is(200);
        let read = petra.get(&path).await.is(200);
        for answer in [&added, &patched, &stepped, &page, &read] {
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            assert!(!text.contains("Zerubbabel") && !text.contains("scan") && !text.contains("300000"), "{text}");
        }
        // Nor do the ledger and the feed of changes, whatever they are asked.
        for feed in ["/v1/ledger?limit=200", "/v1/changes?limit=200"] {
            let text = String::from_utf8(app.admin().await.get(feed).await.is(200).bytes).unwrap();
            assert!(text.contains("palsContact.received") && !text.contains("Zerubbabel") && !text.contains("scan"), "{text}");
        }
    }
);

story!(
    async fn nobody_but_a_pals_officer_opens_a_record(app) {
        let (_, path) = received(&app.pals().await, json!({})).await;
        for role in Role::ALL.iter().filter(|role| !matches!(role, Role::PalsOfficer | Role::Public)) {
            let person = app.user(&format!("a {role}"), *role, "RXL").await;
            for address in [path.clone(), format!("{path}/record?purpose=handling"), "/v1/pals/contacts".to_owned()] {
                person.get(&address).await.is_problem(403, "insufficient-scope");
            }
            person.patch(&path, "*", json!({})).await.is_problem(403, "insufficient-scope");
        }
        let other = app.user("paul", Role::PalsOfficer, "R0A").await;
// Nobody learns from a missing purpose that there is a record.
        other.get(&format!("{path}/record")).await.is_problem(404, "not-found");
        other.get(&format!("{path}/record?purpose=handling")).await.is_problem(404, "not-found");
        other.step(&format!("{path}/start")).await.is_problem(404, "not-found");
        assert_eq!(listed(&other, "").await, Vec::<Value>::new());
        // A system is no officer, whatever it was given.
        let scopes: Vec<&str> = TABLE.iter().map(|row| row.scope).collect();
        let system = client(app, "RXL", &scopes).await;
        system.get(&format!("{path}/record?purpose=handling")).await.is_problem(403, "person-needed");
    }
);

story!(
    async fn who_hears_of_a_concern_takes_it_in_and_reads_no_more_of_it(app) {
        let olu = app.officer().await;
        let (added, path) = received(&olu, json!({ "channel": "viaStaff" })).await;
        olu.get(&path).await.is_problem(403, "insufficient-scope");
        assert_eq!(app.pals().await.get(&path).await.is(200).body, added.body);
        app.lead().await.post("/v1/pals/contacts", brought(json!({}))).await.is_problem(403, "insufficient-scope");
        app.partner("ada").await.0.post("/v1/pals/contacts", brought(json!({}))).await.is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn an_officer_never_sees_what_is_about_themself(app) {
        let petra = app.pals().await;
        let pia = app.user("pia", Role::PalsOfficer, "RXL").await;
        let pia_id = app.user_id("pia", Role::PalsOfficer).await;
        let (added, path) = received(&petra, json!({ "concernsIds": [pia_id], "staffNamed": "Pia" })).await;
        // Nor in another role that she has.
        let both = app.acting_as("pia", &[Role::PalsOfficer, Role::EngagementAdmin, Role::IgLead], "RXL").await;
        for herself in [&pia, &both] {
            assert_eq!(listed(herself, "").await, Vec::<Value>::new());
            herself.get(&path).await.is_problem(404, "not-found");
            herself.get(&format!("{path}/record?purpose=handling")).await.is_problem(404, "not-found");
            herself.patch(&path, "*", json!({ "concernsIds": [] })).await.is_problem(404, "not-found");
            herself.post(&format!("{path}/escalate"), json!({ "complaintReference": "C/1", "reason": "Away with it." })).await
                .is_problem(404, "not-found");
        }
        petra.patch(&path, added.etag(), json!({ "ownerId": pia_id })).await.is_problem(422, "invalid-fields").names(&["/ownerId"]);
        // Its number is taken all the same.
        assert_eq!(received(&pia, json!({})).await.0.body["reference"], "PALS-2026-00002");
        // What turns out to be about her goes out of her sight at once.
        let (later, path) = received(&petra, json!({ "ownerId": pia_id })).await;
        pia.get(&path).await.is(200);
        petra.patch(&path, later.etag(), json!({ "concernsIds": [pia_id] })).await.is_problem(422, "invalid-fields").names(&["/ownerId"]);
        let petra_id = app.user_id("petra", Role::PalsOfficer).await;
        petra.patch(&path, later.etag(), json!({ "concernsIds": [pia_id], "ownerId": petra_id })).await.is(200);
        pia.get(&path).await.is_problem(404, "not-found");
        petra.patch(&path, "*", json!({ "concernsIds": ["0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90"] })).await
            .is_problem(422, "invalid-fields").names(&["/concernsIds/0"]);
    }
);

story!(
    async fn somebody_is_left_who_may_see_a_contact(app) {
        let petra = app.pals().await;
        app.user("pia", Role::PalsOfficer, "RXL").await;
        let petra_id = app.user_id("petra", Role::PalsOfficer).await;
        let pia_id = app.user_id("pia", Role::PalsOfficer).await;
        let all = brought(json!({ "concernsIds": [petra_id, pia_id] }));
        petra.post("/v1/pals/contacts", all).await.is_problem(422, "invalid-fields").names(&["/concernsIds"]);
        let (added, path) = received(&petra, json!({ "concernsIds": [pia_id] })).await;
        petra.patch(&path, added.etag(), json!({ "concernsIds": [pia_id, petra_id] })).await
            .is_problem(422, "invalid-fields").names(&["/concernsIds"]);
        petra.get(&path).await.is(200);
    }
);

story!(
    async fn a_site_is_the_organisations_own(app) {
        let petra = app.pals().await;
        let at = |site: &str| brought(json!({ "siteCode": site }));
        for site in ["RXN02", "RXN", "QE1"] {
            petra.post("/v1/pals/contacts", at(site)).await.is_problem(422, "invalid-fields").names(&["/siteCode"]);
        }
        for site in ["RXL01", "RXL"] {
            petra.post("/v1/pals/contacts", at(site)).await.is(201);
        }
    }
);

story!(
    async fn the_clock_stands_while_the_caller_is_asked_and_says_why(app) {
        let path = started(&app.pals().await, json!({ "kind": "enquiry" })).await;
        // Monday: one of two working days has gone by on Tuesday.
        app.clock.advance(Duration::days(1));
        let petra = app.pals().await;
        let asked = json!({ "reason": "Asked for the date of the letter." });
        let stands = petra.post(&format!("{path}/await-caller"), asked).await.is(200);
        assert_eq!((&stands.body["dueOn"], &stands.body["waitingFor"]), (&Value::Null, &json!("caller")));
        assert_eq!(stands.body["pausedSince"], "2026-11-23T09:00:00Z");
        petra.post(&format!("{path}/await-caller"), json!({ "reason": "Again." })).await.is_problem(409, "transition-not-allowed");
        app.clock.advance(Duration::days(14));
        let petra = app.pals().await;
        assert_eq!(listed(&petra, "overdue=true").await, Vec::<Value>::new());
        let runs = petra.step(&format!("{path}/resume")).await.is(200);
        assert_eq!((&runs.body["dueOn"], &runs.body["waitingFor"]), (&json!("2026-12-08"), &Value::Null));
        let pauses = record(&petra, &path).await["pauses"].clone();
        assert_eq!(pauses, json!([{ "waitingFor": "caller", "reason": "Asked for the date of the letter.",
            "since": "2026-11-23T09:00:00Z", "until": "2026-12-07T09:00:00Z" }]));
        // While a service is asked, the clock runs.
        let service = petra.step(&format!("{path}/await-service")).await.is(200);
        assert_eq!(service.body["dueOn"], "2026-12-08");
        app.clock.advance(Duration::days(1));
        assert_eq!(listed(&app.pals().await, "overdue=true").await, Vec::<Value>::new());
        app.clock.advance(Duration::days(1));
        let petra = app.pals().await;
        let late = listed(&petra, "overdue=true&sort=due").await;
        assert_eq!((late.len(), &late[0]["status"]), (1, &json!("awaitingService")));
        assert_eq!(listed(&petra, "overdue=false").await, Vec::<Value>::new());
        // What is late stays late, whoever is asked then.
        petra.step(&format!("{path}/resume")).await.is(200);
        let stands = petra.post(&format!("{path}/await-caller"), json!({ "reason": "One more thing." })).await.is(200);
        assert_eq!(stands.body["dueOn"], "2026-12-08");
        assert_eq!(listed(&petra, "overdue=true").await.len(), 1);
        petra.step(&format!("{path}/resume")).await.is(200);
        petra.post(&format!("{path}/resolve"), json!({ "outcome": "Told." })).await.is(200);
        assert_eq!(listed(&petra, "overdue=true").await, Vec::<Value>::new());
    }
);

story!(
    async fn targets_are_data_from_a_day_on(app) {
        let petra = app.pals().await;
        let target = |days: i32, from: &str| json!({ "kind": "enquiry", "workingDays": days, "appliesFrom": from });
        petra.post("/v1/pals/targets", target(1, "2026-11-01")).await.is(201);
        petra.post("/v1/pals/targets", target(10, "2026-12-01")).await.is(201);
        app.user("paul", Role::PalsOfficer, "R0A").await.post("/v1/pals/targets", target(30, "2026-11-20")).await.is(201);
        app.officer().await.post("/v1/pals/targets", target(9, "2026-11-20")).await.is_problem(403, "insufficient-scope");
        let (one, path) = received(&petra, json!({ "kind": "enquiry" })).await;
        assert_eq!((&one.body["targetDays"], &one.body["dueOn"]), (&json!(1), &json!("2026-11-23")));
        let (before, _) = received(&petra, json!({ "kind": "enquiry", "receivedAt": "2026-10-30T16:00:00Z" })).await;
        assert_eq!((&before.body["targetDays"], &before.body["dueOn"]), (&json!(2), &json!("2026-11-03")));
        petra.post("/v1/pals/contacts", brought(json!({ "receivedAt": "2026-11-22T09:00:01Z" }))).await
            .is_problem(422, "invalid-fields").names(&["/receivedAt"]);
        // Another kind has another target.
        let other = petra.patch(&path, one.etag(), json!({ "kind": "concern" })).await.is(200);
        assert_eq!((&other.body["targetDays"], &other.body["dueOn"]), (&json!(5), &json!("2026-11-27")));
        // Reopened, it is due anew, by the target of that day.
        petra.patch(&path, other.etag(), json!({ "kind": "enquiry" })).await.is(200);
        petra.step(&format!("{path}/start")).await.is(200);
        petra.post(&format!("{path}/resolve"), json!({ "outcome": "Told." })).await.is(200);
        app.clock.advance(Duration::days(10));
        let petra = app.pals().await;
        let again = petra.post(&format!("{path}/reopen"), json!({ "reason": "It was cancelled again." })).await.is(200);
        assert_eq!((&again.body["status"], &again.body["targetDays"], &again.body["dueOn"]),
            (&json!("reopened"), &json!(10), &json!("2026-12-16")));
        assert_eq!(again.body["resolvedAt"], Value::Null);
    }
);

story!(
    async fn who_wishes_so_stays_anonymous(app) {
        let petra = app.pals().await;
        let nobody = json!({ "anonymous": true, "caller": null });
        petra.post("/v1/pals/contacts", brought(json!({ "anonymous": true }))).await.is_problem(422, "invalid-fields").names(&["/caller"]);
        petra.post("/v1/pals/contacts", brought(json!({ "caller": null }))).await.is_problem(422, "invalid-fields").names(&["/caller"]);
        let path = started(&petra, nobody).await;
        // Whom nobody knows, nobody can wait for.
        petra.post(&format!("{path}/await-caller"), json!({ "reason": "Asked." })).await.is_problem(409, "rule-not-met").names(&["/caller"]);
        // Who wishes it later is forgotten.
        let (added, path) = received(&petra, json!({})).await;
        petra.patch(&path, added.etag(), json!({ "anonymous": true })).await.is(200);
        assert_eq!(record(&petra, &path).await["caller"], Value::Null);
    }
);

story!(
    async fn details_of_somebody_else_are_kept_while_they_consent(app) {
        let petra = app.pals().await;
        let about = json!({ "name": "Zebedee", "detail": "Ward 7, second bed." });
        let daughter = |with: Value| {
            let mut new = json!({ "relationship": "relative" });
            new.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
            new
        };
        for consent in [json!({}), json!({ "consent": "pending" }), json!({ "consent": "refused" }), json!({ "consent": "notRequired" })] {
            let mut new = daughter(consent);
            new["thirdParty"] = about.clone();
            petra.post("/v1/pals/contacts", brought(new)).await.is_problem(422, "invalid-fields").names(&["/thirdParty"]);
        }
        let unsaid = daughter(json!({ "consent": "obtained", "thirdParty": about }));
        petra.post("/v1/pals/contacts", brought(unsaid)).await.is_problem(422, "invalid-fields").names(&["/consentGiven"]);
        petra.post("/v1/pals/contacts", brought(json!({ "thirdParty": about }))).await.is_problem(422, "invalid-fields").names(&["/thirdParty"]);
        let path = started(&petra, daughter(json!({}))).await;
        petra.patch(&path, "*", json!({ "thirdParty": about })).await.is_problem(422, "invalid-fields").names(&["/thirdParty"]);
        petra.post(&format!("{path}/resolve"), json!({ "outcome": "Told." })).await.is_problem(409, "rule-not-met").names(&["/consent"]);
        let stands = petra.post(&format!("{path}/await-consent"), json!({ "reason": "A form was sent to him." })).await.is(200);
        assert_eq!((&stands.body["waitingFor"], &stands.body["dueOn"]), (&json!("consent"), &Value::Null));
        petra.step(&format!("{path}/resume")).await.is_problem(409, "transition-not-allowed");
        let consent = format!("{path}/record-consent");
        petra.post(&consent, json!({ "consents": true })).await.is_problem(422, "invalid-fields").names(&["/given"]);
        petra.post(&consent, json!({ "consents": false, "given": "spoken" })).await.is_problem(422, "invalid-fields").names(&["/given"]);
        let goes_on = petra.post(&consent, json!({ "consents": true, "given": "written" })).await.is(200);
        assert_eq!((&goes_on.body["status"], &goes_on.body["consent"]), (&json!("inProgress"), &json!("obtained")));
        petra.patch(&path, goes_on.etag(), json!({ "thirdParty": about })).await.is(200);
        assert_eq!(record(&petra, &path).await["thirdParty"]["name"], "Zebedee");
        petra.post(&format!("{path}/resolve"), json!({ "outcome": "Told." })).await.is(200);
        petra.step(&format!("{path}/close")).await.is(200);
        // He takes it back, and nothing of him is kept, in whatever state it is.
        let closed = petra.post(&consent, json!({ "consents": false })).await.is(200);
        assert_eq!((&closed.body["status"], &closed.body["consent"]), (&json!("closed"), &json!("refused")));
        let all = record(&petra, &path).await;
        assert_eq!((&all["thirdParty"], &all["consentGiven"]), (&Value::Null, &Value::Null));
    }
);

story!(
    async fn a_complaint_is_handed_over_and_each_leads_to_the_other(app) {
        let petra = app.pals().await;
        let path = started(&petra, json!({ "kind": "complaint" })).await;
        petra.post(&format!("{path}/resolve"), json!({ "outcome": "Told." })).await.is_problem(409, "rule-not-met").names(&["/kind"]);
        let handed = json!({ "complaintReference": "C/2026/0412", "reason": "She wants a formal answer." });
        let gone = petra.post(&format!("{path}/escalate"), handed.clone()).await.is(200);
        assert_eq!((&gone.body["status"], &gone.body["complaintReference"]), (&json!("escalatedToComplaint"), &json!("C/2026/0412")));
        // A second contact about the same complaint, from another state.
        let (_, other) = received(&petra, json!({})).await;
        petra.post(&format!("{other}/escalate"), handed.clone()).await.is(200);
        received(&petra, json!({})).await;
        let back = listed(&petra, "complaintReference=C%2F2026%2F0412").await;
        let ids: Vec<&str> = back.iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 2);
        assert!(ids.contains(&gone.id()));
        assert_eq!(listed(&petra, "complaintReference=C%2F1").await, Vec::<Value>::new());
        petra.post(&format!("{path}/escalate"), handed).await.is_problem(409, "transition-not-allowed");
        petra.post(&format!("{path}/reopen"), json!({ "reason": "Not settled." })).await.is_problem(409, "transition-not-allowed");
        let elsewhere = app.user("paul", Role::PalsOfficer, "R0A").await;
        assert_eq!(listed(&elsewhere, "complaintReference=C%2F2026%2F0412").await, Vec::<Value>::new());
    }
);

story!(
    async fn subjects_and_services_are_codes_that_an_organisation_adds_to(app) {
        let petra = app.pals().await;
        let refused = |with: Value| petra.post("/v1/pals/contacts", brought(with));
        refused(json!({ "subjects": ["parking"] })).await.is_problem(422, "invalid-fields").names(&["/subjects/0"]);
        refused(json!({ "subjects": ["staff", "staff"] })).await.is_problem(422, "invalid-fields").names(&["/subjects"]);
        refused(json!({ "subjects": [] })).await.is_problem(422, "invalid-fields").names(&["/subjects"]);
        // A subject is no service.
        refused(json!({ "service": "staff" })).await.is_problem(422, "invalid-fields").names(&["/service"]);
        let code = |national: &str| json!({ "set": "subject", "code": "parking", "label": "Car parking",
            "nationalCode": national, "validFrom": "2026-11-22" });
        petra.post("/v1/pals/codes", code("cars")).await.is_problem(422, "invalid-fields").names(&["/nationalCode"]);
        let added = petra.post("/v1/pals/codes", code("facilities")).await.is(201);
        received(&petra, json!({ "subjects": ["parking", "staff"] })).await;
        let paul = app.user("paul", Role::PalsOfficer, "R0A").await;
        paul.post("/v1/pals/contacts", brought(json!({ "subjects": ["parking"] }))).await
            .is_problem(422, "invalid-fields").names(&["/subjects/0"]);
        paul.get(added.header("location")).await.is_problem(404, "not-found");
        petra.post(&format!("{}/end", added.header("location")), json!({ "validTo": "2026-11-22" })).await.is(200);
        app.clock.advance(Duration::days(1));
        app.pals().await.post("/v1/pals/contacts", brought(json!({ "subjects": ["parking"] }))).await
            .is_problem(422, "invalid-fields").names(&["/subjects/0"]);
        // The national ones belong to nobody here.
        let petra = app.pals().await;
        let national = petra.get("/v1/pals/codes?set=subject&code=staff").await.is(200);
        let id = national.body["items"][0]["id"].as_str().unwrap();
        petra.post(&format!("/v1/pals/codes/{id}/end"), json!({ "validTo": "2026-11-22" })).await.is_problem(404, "not-found");
    }
);

story!(
    async fn numbers_follow_each_other_whoever_takes_in_what_at_once(app) {
        let (petra, olu) = (app.pals().await, app.officer().await);
        let each = (0..8).map(|at| if at % 2 == 0 { &petra } else { &olu });
        let each = each.map(|person| person.post("/v1/pals/contacts", brought(json!({}))));
        let answers = futures_util::future::join_all(each).await;
        let mut references: Vec<String> = answers.into_iter()
            .map(|one| one.is(201).body["reference"].as_str().unwrap().to_owned())
            .collect();
        references.sort();
        let expected: Vec<String> = (1..=8).map(|number| format!("PALS-2026-{number:05}")).collect();
        assert_eq!(references, expected);
    }
);

story!(
    async fn an_nhs_number_is_not_kept(app) {
        let petra = app.pals().await;
        petra.post("/v1/pals/contacts", brought(json!({ "summary": "It is 943 476 5919." }))).await
            .is_problem(422, "invalid-fields").names(&["/summary"]);
        let named = json!({ "caller": { "name": "Margaret 943\u{2009}476\u{2009}5919" } });
        petra.post("/v1/pals/contacts", brought(named)).await.is_problem(422, "invalid-fields").names(&["/caller/name"]);
        let path = started(&petra, json!({})).await;
        petra.post(&format!("{path}/resolve"), json!({ "outcome": "For 9434765919." })).await
            .is_problem(422, "invalid-fields").names(&["/outcome"]);
        petra.post(&format!("{path}/await-caller"), json!({ "reason": "For 9434765919." })).await
            .is_problem(422, "invalid-fields").names(&["/reason"]);
    }
);

story!(
    async fn everyone_else_sees_counts_in_which_nobody_is_found(app) {
        let petra = app.pals().await;
        let pia_id = app.user_id("pia", Role::PalsOfficer).await;
        let october = |with: Value| {
            let mut new = json!({ "receivedAt": "2026-10-15T10:00:00Z" });
            new.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
            new
        };
        for _ in 0..7 {
            received(&petra, october(json!({ "subjects": ["waitingTimes", "communications"], "concernsIds": [pia_id] }))).await;
        }
        for subject in ["staff", "facilities"] {
            for _ in 0..3 {
                received(&petra, october(json!({ "subjects": [subject], "service": null }))).await;
            }
        }
        // Before and after the month.
        received(&petra, json!({ "receivedAt": "2026-09-30T22:59:59Z" })).await;
        received(&petra, json!({ "receivedAt": "2026-11-01T00:00:00Z" })).await;
        let ana = app.user("ana", Role::Analyst, "RXL").await;
        let themes = ana.get("/v1/pals/themes?month=2026-10").await.is(200);
        let row = |label: &str| {
            let rows = themes.body["rows"].as_array().unwrap();
            rows.iter().find(|row| row["label"] == label).unwrap_or_else(|| panic!("no {label}")).clone()
        };
        let (told, few) = (json!({ "told": "rounded", "count": 5 }), json!({ "told": "few" }));
        assert_eq!(row("Waiting times")["total"]["count"], told);
        assert_eq!(row("Communications")["total"]["count"], told);
        assert_eq!(row("Staff")["total"]["count"], few);
        assert_eq!(row("Mortuary")["total"]["count"], json!({ "told": "rounded", "count": 0 }));
        // Thirteen contacts, each of them once.
        assert_eq!(themes.body["total"]["total"]["count"]["told"], json!("rounded"));
        assert_eq!(themes.body["total"]["total"]["count"]["count"], json!(15));
        // The month begins by the clocks of London, in summer time.
        for _ in 0..3 {
            received(&petra, october(json!({ "receivedAt": "2026-09-30T23:00:00Z", "subjects": ["mortuary"], "service": null }))).await;
        }
        let again = ana.get("/v1/pals/themes?month=2026-10").await.is(200);
        let mortuary = again.body["rows"].as_array().unwrap().iter().find(|row| row["label"] == "Mortuary").unwrap().clone();
        assert_eq!(mortuary["total"]["count"], few);
        let themes = again;
        let text = String::from_utf8(themes.bytes.clone()).unwrap();
        assert!(!text.contains("Zerubbabel") && !text.contains("scan") && !text.contains("PALS-"), "{text}");
        // The same for everyone who asks, also for whom it concerns; last month without a month.
        let pia = app.user("pia", Role::PalsOfficer, "RXL").await;
        for person in [&pia, &app.officer().await, &app.lead().await] {
            assert_eq!(person.get("/v1/pals/themes").await.is(200).body["rows"], themes.body["rows"]);
        }
        // A month that goes on would tell of single days.
        for month in ["2026-11", "2026-12"] {
            ana.get(&format!("/v1/pals/themes?month={month}")).await.is_problem(400, "invalid-parameter").names(&["/month"]);
        }
        ana.get("/v1/pals/themes?month=2026-13").await.is_problem(400, "invalid-parameter");
        app.partner("ada").await.0.get("/v1/pals/themes").await.is_problem(403, "insufficient-scope");
        let elsewhere = app.user("ann", Role::Analyst, "R0A").await.get("/v1/pals/themes").await.is(200);
        assert_eq!(elsewhere.body["total"]["total"]["count"], json!({ "told": "rounded", "count": 0 }));
        let file = ana.get("/v1/pals/themes/content?month=2026-10").await.is(200);
        let file = String::from_utf8(file.bytes).unwrap();
        assert!(file.lines().any(|line| line.starts_with("Staff,") && line.ends_with(",<5")), "{file}");
    }
);
