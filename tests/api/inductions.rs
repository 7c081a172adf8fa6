//! Inductions: what a partner is shown and told before a role begins, and when a role is active.

use chrono::Duration;
use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::support::{BY_HAND, item, items};
use crate::harness::{Answer, story};

fn item_of<'a>(induction: &'a Answer, code: &str) -> &'a Value {
    let items = induction.body["items"].as_array().unwrap();
    items.iter().find(|one| one["code"] == code).unwrap()
}

story!(
    async fn an_induction_begins_with_the_appointment_and_keeps_to_its_checklist(app) {
        let amina = app.admin().await;
        let first = app.appointed(json!({})).await;
        let shipped = first.partner.get(&first.induction).await.is(200);
        assert_eq!((&shipped.body["checklistId"], &shipped.body["checklistRevision"]), (&Value::Null, &json!(0)));
        assert_eq!(shipped.body["items"].as_array().unwrap().len(), 18);
        assert_eq!((&shipped.body["status"], &shipped.body["nextDueOn"]), (&json!("underWay"), &json!("2027-01-04")));
        assert_eq!(item_of(&shipped, "roleWalkthrough")["dueOn"], "2027-01-11");

        let own = amina.post("/v1/induction-checklists", json!({ "items": items() })).await.is(201);
        assert_eq!(own.body["revision"], 1);
        let second = app.appointed(json!({ "title": "Another role" })).await;
        let kept = amina.get(&second.induction).await.is(200);
        assert_eq!((&kept.body["checklistId"], &kept.body["checklistRevision"]), (&own.body["id"], &json!(1)));
        assert_eq!(kept.body["items"].as_array().unwrap().len(), 4);

        // Who has begun keeps to what they began with.
        assert_eq!(amina.post("/v1/induction-checklists", json!({ "items": items() })).await.is(201).body["revision"], 2);
        assert_eq!(amina.get(&second.induction).await.is(200).body, kept.body);
        assert_eq!(amina.get(&first.induction).await.is(200).body, shipped.body);
    }
);

story!(
    async fn no_checklist_does_without_the_agreements(app) {
        let amina = app.admin().await;
        let add = async |items: Vec<Value>| amina.post("/v1/induction-checklists", json!({ "items": items })).await;
        let without = vec![item("welcome", true, 0), item("involvementAgreement", true, 14)];
        add(without).await.is_problem(422, "invalid-fields").names(&["/items"]);
        let mut optional = items();
        optional[2]["mandatory"] = json!(false);
        add(optional).await.is_problem(422, "invalid-fields").names(&["/items/2/mandatory"]);
        let mut twice = items();
        twice.push(item("welcome", true, 0));
        add(twice).await.is_problem(422, "invalid-fields").names(&["/items/4/code"]);
        let mut odd = items();
        odd[0]["code"] = json!("Wel come");
        odd[1]["dueDays"] = json!(731);
        add(odd).await.is_problem(422, "invalid-fields").names(&["/items/0/code", "/items/1/dueDays"]);
        app.officer().await.post("/v1/induction-checklists", json!({ "items": items() })).await
            .is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn an_item_is_ticked_off_by_whoever_did_it(app) {
        let one = app.appointed(json!({})).await;
        app.clock.advance(Duration::hours(1));
        let olu_id = app.user_id("olu", Role::EngagementOfficer).await;
        let ticked = app.tick(&one, "welcome").await.is(200);
        let item = item_of(&ticked, "welcome");
        assert_eq!((&item["status"], &item["doneAt"], &item["doneById"]), (&json!("done"), &json!("2026-11-22T10:00:00Z"), &json!(olu_id)));
        app.tick(&one, "welcome").await.is_problem(409, "transition-not-allowed");
        app.tick(&one, "nothing").await.is_problem(422, "invalid-fields").names(&["/code"]);
        let olu = app.officer().await;
        let complete = format!("{}/complete-item", one.induction);
        olu.post(&complete, json!({ "code": "buildingTour", "doneAt": "2026-11-23T00:00:00Z" })).await
            .is_problem(422, "invalid-fields").names(&["/doneAt"]);
        let earlier = olu.post(&complete, json!({ "code": "buildingTour", "doneAt": "2026-11-20T12:00:00Z" })).await.is(200);
        assert_eq!(item_of(&earlier, "buildingTour")["doneAt"], "2026-11-20T12:00:00Z");
        let reopen = format!("{}/reopen-item", one.induction);
        let open = olu.post(&reopen, json!({ "code": "welcome" })).await.is(200);
        assert_eq!((&item_of(&open, "welcome")["status"], &item_of(&open, "welcome")["doneById"]), (&json!("toDo"), &Value::Null));
        // The partner reads along, and ticks nothing off.
        assert_eq!(one.partner.get(&one.induction).await.is(200).body, open.body);
        one.partner.post(&complete, json!({ "code": "welcome" })).await.is_problem(403, "insufficient-scope");
        let stale = olu.request(reqwest::Method::POST, &complete).header("If-Match", ticked.etag());
        stale.json(json!({ "code": "welcome" })).send().await.is_problem(412, "precondition-failed");
    }
);

story!(
    async fn what_an_item_is_about_has_to_be_on_record(app) {
        let one = app.appointed(json!({})).await;
        app.tick(&one, "conflictsOfInterest").await.is_problem(409, "rule-not-met").names(&["/code"]);
        app.tick(&one, "moneyAndBenefits").await.is_problem(409, "rule-not-met").names(&["/code"]);
        for agreement in ["involvementAgreement", "confidentialityAgreement"] {
            app.tick(&one, agreement).await.is_problem(409, "rule-not-met").names(&["/code"]);
        }
        let nothing = json!({ "kind": "nil", "fromDate": "2026-11-22" });
        one.partner.post(&format!("{}/declarations", one.record), nothing).await.is(201);
        app.tick(&one, "conflictsOfInterest").await.is(200);
        app.officer().await.step(&format!("{}/record-benefits-information", one.path)).await.is(200);
        app.tick(&one, "moneyAndBenefits").await.is(200);
        let unpaid = app.appointed(json!({ "title": "Reader", "payment": { "kind": "expenses" } })).await;
        app.tick(&unpaid, "moneyAndBenefits").await.is(200);
    }
);

story!(
    async fn an_item_that_does_not_apply_says_why(app) {
        let one = app.appointed(json!({})).await;
        let olu = app.officer().await;
        let mark = format!("{}/mark-item-not-applicable", one.induction);
        olu.post(&mark, json!({ "code": "buildingTour" })).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        let number = json!({ "code": "buildingTour", "reason": "Is patient 943 476 5919." });
        olu.post(&mark, number).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        let online = |code: &str| json!({ "code": code, "reason": "The group meets online only." });
        let marked = olu.post(&mark, online("buildingTour")).await.is(200);
        assert_eq!(item_of(&marked, "buildingTour")["notApplicableReason"], "The group meets online only.");
        for agreement in ["involvementAgreement", "confidentialityAgreement"] {
            olu.post(&mark, online(agreement)).await.is_problem(409, "rule-not-met").names(&["/code"]);
        }
        olu.post(&mark, online("safeguardingAndEmergencies")).await.is(200);
    }
);

story!(
    async fn who_leads_the_workstream_sees_to_its_inductions_and_to_no_others(app) {
        let lead_id = app.user_id("lena", Role::WorkstreamLead).await;
        let workstream = json!({ "name": "Stroke", "purpose": "Care after a stroke.", "leadId": lead_id });
        let workstream = app.admin().await.post("/v1/workstreams", workstream).await.is(201);
        let hers = app.appointed(json!({ "workstreamId": workstream.id() })).await;
        let other = app.appointed(json!({ "title": "Another role" })).await;
        let lena = app.lead().await;
        assert_eq!(lena.get("/v1/inductions").await.is(200).body["items"].as_array().unwrap().len(), 1);
        lena.post(&format!("{}/complete-item", hers.induction), json!({ "code": "roleWalkthrough" })).await.is(200);
        lena.get(&other.induction).await.is_problem(404, "not-found");
        lena.post(&format!("{}/complete-item", other.induction), json!({ "code": "roleWalkthrough" })).await.is_problem(404, "not-found");
        let mark = format!("{}/mark-item-not-applicable", hers.induction);
        let why = |code: &str| json!({ "code": code, "reason": "The group meets online only." });
        lena.post(&mark, why("buildingTour")).await.is(200);
        // What is mandatory is for the engagement team to leave out.
        lena.post(&mark, why("dataProtection")).await.is_problem(422, "invalid-fields").names(&["/code"]);
        for nobody in [app.stranger().await, other.partner] {
            nobody.get(&hers.induction).await.is_problem(404, "not-found");
        }
    }
);

story!(
    async fn what_is_late_is_a_report(app) {
        let one = app.appointed(json!({})).await;
        let other = app.appointed(json!({ "title": "Another role" })).await;
        let olu = app.officer().await;
        let late = async || {
            let list = olu.get("/v1/inductions?overdue=true&sort=due").await.is(200);
            let items = list.body["items"].as_array().unwrap();
            items.iter().map(|one| format!("/v1/inductions/{}", one["id"].as_str().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(late().await, [""; 0]);
        assert_eq!(olu.get("/v1/inductions?overdue=false").await.is(200).body["items"].as_array().unwrap().len(), 2);
        app.clock.advance(Duration::days(44));
        let olu = app.officer().await;
        let late = async || {
            let list = olu.get("/v1/inductions?overdue=true&sort=due").await.is(200);
            let items = list.body["items"].as_array().unwrap();
            items.iter().map(|one| format!("/v1/inductions/{}", one["id"].as_str().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(late().await.len(), 2);
        app.tick(&one, "welcome").await.is(200);
        assert_eq!(late().await, std::slice::from_ref(&other.induction));
        // A role that starts later is not late.
        olu.patch(&other.path, "*", json!({ "startsOn": "2027-02-01" })).await.is(200);
        let moved = olu.get(&other.induction).await.is(200);
        assert_eq!((&moved.body["nextDueOn"], &item_of(&moved, "training")["dueOn"]), (&json!("2027-02-01"), &json!("2027-03-29")));
        assert_eq!(late().await, [""; 0]);
        // What has ended is not late either.
        app.clock.advance(Duration::days(30));
        let olu = app.officer().await;
        olu.post(&format!("{}/end", one.path), json!({ "reason": "ownChoice" })).await.is(200);
        let stopped = olu.get(&one.induction).await.is(200);
        assert_eq!((&stopped.body["status"], &stopped.body["nextDueOn"]), (&json!("stopped"), &Value::Null));
        app.tick(&one, "roleWalkthrough").await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn an_induction_is_complete_when_nothing_is_left_to_do(app) {
        app.admin().await.post("/v1/induction-checklists", json!({ "items": items() })).await.is(201);
        let one = app.appointed(json!({})).await;
        app.tick(&one, "welcome").await.is(200);
        let ticked = app.tick(&one, "buildingTour").await.is(200);
        // The agreements are still to come.
        assert_eq!((&ticked.body["status"], &ticked.body["nextDueOn"]), (&json!("underWay"), &json!("2027-01-18")));
        let agreement = app.agreed(&one, "involvement").await;
        app.agreed(&one, "confidentiality").await;
        let complete = one.partner.get(&one.induction).await.is(200);
        assert_eq!((&complete.body["status"], &complete.body["nextDueOn"]), (&json!("complete"), &Value::Null));
        // What has ended is to be agreed again, and the induction goes on.
        one.partner.post(&format!("{agreement}/end"), json!({})).await.is(200);
        let open = one.partner.get(&one.induction).await.is(200);
        assert_eq!((&open.body["status"], &item_of(&open, "involvementAgreement")["status"]), (&json!("underWay"), &json!("toDo")));
    }
);

story!(
    async fn pages_of_inductions_have_each_once(app) {
        let mut all = Vec::new();
        for title in ["First role", "Second role", "Third role"] {
            all.push(app.appointed(json!({ "title": title })).await.induction);
        }
        let olu = app.officer().await;
        for sort in ["newest", "due"] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = olu.get(&format!("/v1/inductions?sort={sort}&limit=2{after}")).await.is(200);
                let items = page.body["items"].as_array().unwrap();
                seen.extend(items.iter().map(|one| format!("/v1/inductions/{}", one["id"].as_str().unwrap())));
                let Some(next) = page.body["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            seen.sort();
            assert_eq!(seen, all);
        }
    }
);

story!(
    async fn a_role_is_active_when_nothing_is_missing_and_each_thing_that_is_has_its_name(app) {
        let one = app.appointed(json!({})).await;
        let olu = app.officer().await;
        let activate = format!("{}/activate", one.path);
        olu.step(&activate).await.is_problem(409, "transition-not-allowed");
        olu.step(&format!("{}/start-induction", one.path)).await.is(200);
        let refused = olu.step(&activate).await.is_problem(409, "rule-not-met");
        let named: Vec<_> = refused.body["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        for code in BY_HAND {
            assert!(named.contains(&format!("/induction/items/{code}").as_str()), "{code}: {named:?}");
        }
        assert!(named.contains(&"/partner/status"), "{named:?}");
        one.partner.step(&activate).await.is_problem(403, "insufficient-scope");
        assert_eq!(olu.get(&one.path).await.is(200).body["status"], "inducting");
        assert_eq!(id_of(&one.path), refused.body["instance"].as_str().unwrap().split('/').nth(3).unwrap());
    }
);

story!(
    async fn two_who_add_a_checklist_at_once_add_two(app) {
        let amina = app.admin().await;
        let other = app.user("ann", Role::EngagementAdmin, "RXL").await;
        let new = json!({ "items": items() });
        let (one, two) = tokio::join!(
            amina.post("/v1/induction-checklists", new.clone()), other.post("/v1/induction-checklists", new.clone())
        );
        let mut revisions = [one.is(201).body["revision"].as_i64(), two.is(201).body["revision"].as_i64()];
        revisions.sort_unstable();
        assert_eq!(revisions, [Some(1), Some(2)]);
    }
);

story!(
    async fn nobody_ticks_off_their_own_induction(app) {
        let petra = app.acting_as("petra", &[Role::Partner, Role::EngagementOfficer], "RXL").await;
        let partner = app.user("petra", Role::Partner, "RXL").await;
        let new = json!({ "givenName": "Petra", "familyName": "Lovelace", "telephone": "01253 300000", "over16": true });
        partner.post("/v1/partners", new).await.is(201);
        let opportunity = app.published(json!({})).await;
        let applied = json!({ "opportunityId": id_of(&opportunity), "whyInterested": "I have waited there.",
            "perspective": "staff", "availabilityConfirmed": true, "consent": true });
        let applied = partner.post("/v1/applications", applied).await.is(201);
        let olu = app.officer().await;
        app.decide_all(&olu, applied.header("location"), crate::harness::applicants::TO_AN_OFFER).await;
        partner.step(&format!("{}/accept", applied.header("location"))).await.is(200);
        let term = json!({ "applicationId": applied.id(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01" });
        let appointment = olu.post("/v1/appointments", term).await.is(201);
        let found = olu.get(&format!("/v1/inductions?appointmentId={}", appointment.id())).await.is(200);
        let path = format!("/v1/inductions/{}", found.body["items"][0]["id"].as_str().unwrap());
        let welcome = json!({ "code": "welcome" });
        petra.post(&format!("{path}/complete-item"), welcome.clone()).await.is_problem(403, "same-person");
        olu.post(&format!("{path}/complete-item"), welcome).await.is(200);
    }
);
