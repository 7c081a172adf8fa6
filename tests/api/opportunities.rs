//! Opportunities: what has to be said before others see one, who may say it, and who reads what.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::story;

story!(
    async fn an_opportunity_goes_from_draft_to_archive(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let path = app.drafted(&olu, json!({})).await;
        let steps = [
            ("submit-for-review", "inReview"), ("return-to-draft", "draft"), ("submit-for-review", "inReview"),
            ("approve", "approved"), ("publish", "published"), ("pause", "paused"), ("resume", "published"),
            ("close", "closed"), ("start-shortlisting", "shortlisting"), ("leave-unfilled", "unfilled"),
            ("archive", "archived"),
        ];
        for (at, (verb, status)) in steps.iter().enumerate() {
            let taken = amina.step(&format!("{path}/{verb}")).await.is(200);
            assert_eq!(taken.body["status"], *status);
            assert_eq!(taken.etag(), format!("\"{}\"", at + 2));
        }
        let wrong = amina.step(&format!("{path}/publish")).await.is_problem(409, "transition-not-allowed");
        assert_eq!(wrong.body["state"], "archived");
        assert_eq!(wrong.body["allowed"], json!([]));
        app.sequenced().await;
        let told = amina.get("/v1/changes?record=opportunity").await.is(200);
        assert_eq!(told.body["items"].as_array().unwrap().len(), 12);
    }
);

story!(
    async fn a_draft_needs_its_outline_only_and_approval_lists_the_rest(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let outline = json!({
            "workstreamId": app.workstream("Diabetes pathway").await, "title": "Patient partner",
            "summary": "word ".repeat(151), "kind": "focusGroup", "participationLevel": "consult",
            "mode": "online", "roleLevel": 2
        });
        let draft = olu.post("/v1/opportunities", outline).await.is(201);
        assert_eq!(draft.body["readability"]["words"], 151);
        assert_eq!(draft.body["applyMethods"], json!(["online", "phone", "post"]));
        let path = draft.header("location");
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        amina.step(&format!("{path}/approve")).await.is_problem(409, "rule-not-met").names(&[
            "/summary", "/influenceStatement", "/namedContactId", "/contact", "/payment",
            "/role/accessSupportStatement",
        ]);
    }
);

story!(
    async fn a_paid_role_needs_a_budget_code_and_a_rate(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let no_money = json!({ "budgetCode": null, "payment": { "kind": "paid" } });
        let path = app.drafted(&olu, no_money).await;
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        amina.step(&format!("{path}/approve")).await.is_problem(409, "rule-not-met").names(&["/payment", "/budgetCode"]);
        olu.step(&format!("{path}/return-to-draft")).await.is(200);
        // Members of the payment are merged; null removes one.
        let unpaid = olu.patch(&path, "*", json!({ "payment": { "kind": "expenses" } })).await.is(200);
        assert_eq!(unpaid.body["payment"], json!({ "kind": "expenses" }));
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        amina.step(&format!("{path}/approve")).await.is(200);
    }
);

story!(
    async fn nobody_approves_their_own_opportunity(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let path = app.drafted(&olu, json!({})).await;
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        olu.step(&format!("{path}/approve")).await.is_problem(403, "same-person");
        let approved = amina.step(&format!("{path}/approve")).await.is(200);
        let staff = &approved.body["staff"];
        assert_ne!(staff["approvedBy"], staff["author"]);
        let panel = [app.user_id("olu", Role::EngagementOfficer).await, app.user_id("amina", Role::EngagementAdmin).await];
        assert_eq!(staff["panel"], json!(panel), "the author and the approver are the first panel");
        let back = olu.step(&format!("{path}/return-to-draft")).await.is(200);
        assert_eq!(back.body["staff"]["approvedBy"], Value::Null, "an approval lapses with what was approved");
    }
);

story!(
    async fn what_contradicts_itself_is_refused_even_in_a_draft(app) {
        let olu = app.officer().await;
        let mut new = app.complete().await;
        new["opensAt"] = json!("2026-12-07T09:00:00Z");
        new["kind"] = json!("volunteerRole");
        new["role"]["interviewsFrom"] = json!("2027-01-10");
        new["role"]["interviewsUntil"] = json!("2027-01-09");
        olu.post("/v1/opportunities", new.clone()).await.is_problem(422, "invalid-fields")
            .names(&["/closesAt", "/kind", "/role/interviewsUntil"]);
        new["payment"] = json!({ "kind": "unpaid", "pence": 100 });
        olu.post("/v1/opportunities", new.clone()).await.is_problem(422, "invalid-fields").names(&["/payment/pence"]);
        new["role"]["meetingMinutes"] = json!(0);
        new["hoursPerMonth"] = json!(700);
        olu.post("/v1/opportunities", new).await.is_problem(422, "invalid-fields").names(&["/hoursPerMonth", "/role/meetingMinutes"]);
        let path = app.drafted(&olu, json!({})).await;
        let patch = json!({ "role": { "interviewsFrom": "2027-01-10", "interviewsUntil": "2027-01-09" } });
        olu.patch(&path, "\"7\"", patch).await.is_problem(422, "invalid-fields").names(&["/role/interviewsUntil"]);
        let patch = json!({ "role": { "colour": "red", "termMonths": "six" }, "payment": 7 });
        olu.patch(&path, "\"1\"", patch).await.is_problem(422, "invalid-fields")
            .names(&["/payment", "/role/colour", "/role/termMonths"]);
    }
);

story!(
    async fn an_opportunity_closes_in_the_future_when_it_is_published(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let path = app.drafted(&olu, json!({ "closesAt": "2026-11-23T09:00:00Z" })).await;
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        amina.step(&format!("{path}/approve")).await.is(200);
        app.clock.advance(chrono::Duration::days(1));
        let amina = app.admin().await;
        amina.step(&format!("{path}/publish")).await.is_problem(409, "rule-not-met").names(&["/closesAt"]);
    }
);

story!(
    async fn a_closed_workstream_takes_no_opportunity(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let new = app.complete().await;
        let workstream = format!("/v1/workstreams/{}", new["workstreamId"].as_str().unwrap());
        let path = app.drafted(&olu, json!({})).await;
        amina.step(&format!("{workstream}/close")).await.is(200);
        olu.post("/v1/opportunities", new).await.is_problem(409, "rule-not-met").names(&["/workstreamId"]);
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        amina.step(&format!("{path}/approve")).await.is(200);
        amina.step(&format!("{path}/publish")).await.is_problem(409, "rule-not-met").names(&["/workstreamId"]);
    }
);

story!(
    async fn references_lead_to_ones_own_organisation_only(app) {
        let (olu, stan) = (app.officer().await, app.stranger().await);
        let theirs = stan.post("/v1/workstreams", json!({ "name": "Theirs", "purpose": "Not ours." })).await.is(201);
        let unknown = "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90";
        let mut new = app.complete().await;
        new["namedContactId"] = json!(unknown);
        new["panel"] = json!([unknown]);
        olu.post("/v1/opportunities", new.clone()).await.is_problem(422, "invalid-fields").names(&["/namedContactId"]);
        new["workstreamId"] = json!(theirs.id());
        olu.post("/v1/opportunities", new).await.is_problem(422, "invalid-fields").names(&["/workstreamId"]);
        let path = app.drafted(&olu, json!({})).await;
        olu.patch(&path, "\"1\"", json!({ "panel": [unknown] })).await.is_problem(422, "invalid-fields").names(&["/panel/0"]);
        stan.get(&path).await.is_problem(404, "not-found");
        stan.step(&format!("{path}/submit-for-review")).await.is_problem(404, "not-found");
    }
);

story!(
    async fn everyone_reads_what_is_published_and_only_staff_what_is_internal(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let path = app.drafted(&olu, json!({ "internalNotes": "Ask Priya about the room." })).await;
        app.anonymous().get(&path).await.is_problem(404, "not-found");
        app.anonymous().get(&format!("{path}/revisions")).await.is_problem(404, "not-found");
        for verb in ["submit-for-review", "approve", "publish"] {
            amina.step(&format!("{path}/{verb}")).await.is(200);
        }
        let public = app.anonymous().get(&path).await.is(200);
        assert_eq!(public.body.get("staff"), None);
        assert_eq!(public.etag(), "\"4-public\"");
        assert!(!public.body.to_string().contains("Priya") && !public.body.to_string().contains("CC-1207"));
        assert_eq!(app.stranger().await.get(&path).await.is(200).body, public.body);
        let partner = app.user("pat", Role::Partner, "RXL").await;
        assert_eq!(partner.get(&path).await.is(200).body, public.body);
        let ours = olu.get(&path).await.is(200);
        assert_eq!(ours.etag(), "\"4\"");
        assert_eq!(ours.body["staff"]["budgetCode"], "CC-1207");
        assert_eq!(ours.body["staff"]["internalNotes"], "Ask Priya about the room.");
        app.anonymous().request(reqwest::Method::GET, &path).header("If-None-Match", "\"4-public\"").send().await.is(304);
        amina.step(&format!("{path}/pause")).await.is(200);
        app.anonymous().get(&path).await.is_problem(404, "not-found");
        app.stranger().await.get(&path).await.is_problem(404, "not-found");
    }
);

story!(
    async fn an_opportunity_is_public_from_its_opening(app) {
        let path = app.published(json!({ "opensAt": "2026-11-24T09:00:00Z" })).await;
        app.anonymous().get(&path).await.is_problem(404, "not-found");
        app.clock.advance(chrono::Duration::days(2));
        app.anonymous().get(&path).await.is(200);
    }
);

story!(
    async fn what_was_approved_stays_as_it_was_approved(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let path = app.drafted(&olu, json!({})).await;
        for verb in ["submit-for-review", "approve"] {
            let taken = amina.step(&format!("{path}/{verb}")).await.is(200);
            let state = taken.body["status"].clone();
            let refused = olu.patch(&path, taken.etag(), json!({ "title": "Another role", "internalNotes": "Note" })).await
                .is_problem(409, "transition-not-allowed").names(&["/title"]);
            assert_eq!(refused.body["state"], state);
            olu.patch(&path, "*", json!({ "internalNotes": format!("Seen {state}") })).await.is(200);
        }
        amina.step(&format!("{path}/publish")).await.is(200);
        olu.patch(&path, "*", json!({ "closesAt": "2027-01-31T17:00:00Z" })).await
            .is_problem(409, "transition-not-allowed").names(&["/closesAt"]);
        olu.patch(&path, "*", json!({ "influenceStatement": null })).await
            .is_problem(409, "rule-not-met").names(&["/influenceStatement"]);
        olu.patch(&path, "*", json!({ "title": "Partner for diabetes clinics" })).await.is(200);
        amina.step(&format!("{path}/close")).await.is(200);
        olu.patch(&path, "*", json!({ "title": "Too late" })).await.is_problem(409, "transition-not-allowed");
        olu.patch(&path, "*", json!({ "places": 3 })).await.is(200);
    }
);

story!(
    async fn a_lead_sees_and_drafts_for_the_workstreams_they_lead(app) {
        let (lena, amina) = (app.lead().await, app.admin().await);
        let led = json!({ "name": "Led", "purpose": "Lena's.", "leadId": app.user_id("lena", Role::WorkstreamLead).await });
        let led = amina.post("/v1/workstreams", led).await.is(201);
        let other = app.complete().await;
        let list = lena.get("/v1/workstreams").await.is(200);
        assert_eq!(list.body["items"], json!([led.body]));
        lena.post("/v1/opportunities", other.clone()).await.is_problem(422, "invalid-fields").names(&["/workstreamId"]);
        let theirs = app.drafted(&amina, json!({})).await;
        lena.get(&theirs).await.is_problem(404, "not-found");
        let path = app.drafted(&lena, json!({ "workstreamId": led.id() })).await;
        let read = lena.get(&path).await.is(200);
        assert_eq!(read.body["staff"]["panel"], json!([app.user_id("lena", Role::WorkstreamLead).await]));
        assert_eq!(lena.get("/v1/opportunities").await.is(200).body["items"], json!([read.body]));
        lena.step(&format!("{path}/submit-for-review")).await.is(200);
        lena.step(&format!("{path}/approve")).await.is_problem(403, "insufficient-scope");
        for verb in ["approve", "publish"] {
            amina.step(&format!("{path}/{verb}")).await.is(200);
        }
        // What others read now was approved by somebody else; a lead keeps the internal matters.
        lena.patch(&path, "*", json!({ "title": "Another role" })).await.is_problem(403, "same-person");
        lena.patch(&path, "*", json!({ "internalNotes": "Room booked." })).await.is(200);
    }
);

story!(
    async fn a_withdrawn_opportunity_says_why(app) {
        let amina = app.admin().await;
        let path = app.published(json!({})).await;
        amina.post(&format!("{path}/withdraw"), json!({})).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        let reason = json!({ "reason": "The project has been put off until spring." });
        let withdrawn = amina.post(&format!("{path}/withdraw"), reason.clone()).await.is(200);
        assert_eq!(withdrawn.body["withdrawalReason"], reason["reason"]);
        amina.post(&format!("{path}/withdraw"), reason.clone()).await.is_problem(409, "transition-not-allowed");
        let public = app.anonymous().get(&path).await.is(200);
        assert_eq!((&public.body["status"], &public.body["withdrawalReason"]), (&json!("withdrawn"), &reason["reason"]));
        assert!(public.body.get("staff").is_none());
        assert_eq!(app.stranger().await.get(&path).await.is(200).body, public.body);
        app.anonymous().get(&format!("{path}/revisions")).await.is(200);
        assert_eq!(app.anonymous().get("/v1/opportunities").await.is(200).body["items"], json!([]));
        let draft = app.drafted(&amina, json!({ "title": "Never public" })).await;
        amina.post(&format!("{draft}/withdraw"), reason).await.is(200);
        app.anonymous().get(&draft).await.is_problem(404, "not-found");
    }
);

story!(
    async fn a_step_honours_the_version_that_was_seen(app) {
        let olu = app.officer().await;
        let path = app.drafted(&olu, json!({})).await;
        let step = |tag: &'static str| {
            olu.request(reqwest::Method::POST, &format!("{path}/submit-for-review")).header("If-Match", tag).send()
        };
        step("\"2\"").await.is_problem(412, "precondition-failed");
        step("\"1\"").await.is(200);
    }
);
