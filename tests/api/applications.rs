//! Applications: who may apply when, who reads what, and that everybody gets an answer.

use chrono::Duration;
use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::{TO_AN_OFFER, id_of};
use crate::harness::people::client;
use crate::harness::story;

story!(
    async fn anyone_applies_and_follows_it_with_credentials_of_their_own(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, ada) = app.applicant(&opportunity, json!({})).await;
        assert_eq!(applied.body["status"], "submitted");
        assert_eq!(applied.body["revision"], 1);
        assert_eq!(applied.body["method"], "online");
        assert!(applied.body["credentials"]["clientSecret"].as_str().unwrap().len() > 20);
        let read = ada.get(applied.header("location")).await.is(200);
        let mut shown = applied.body.clone();
        shown.as_object_mut().unwrap().remove("credentials");
        assert_eq!(read.body, shown, "the secret is shown once, everything else again");
        assert_eq!(read.etag(), applied.etag());
        assert!(read.body["statusMeaning"].as_str().unwrap().starts_with("We have your application"));
        let me = ada.get(&format!("/v1/partners/{}", applied.body["partnerId"].as_str().unwrap())).await.is(200);
        assert_eq!((&me.body["status"], &me.body["source"]), (&json!("enquirer"), &json!("application")));
        let mine = ada.get("/v1/applications").await.is(200);
        assert_eq!(mine.body["items"], json!([read.body]));
    }
);

story!(
    async fn a_repeated_application_is_one_application_with_the_same_credentials(app) {
        let opportunity = app.published(json!({})).await;
        let send = async || {
            let request = app.anonymous().request(reqwest::Method::POST, "/v1/applications");
            let request = request.header("Idempotency-Key", "\"a-key-of-my-own-that-nobody-guesses\"");
            request.json(app.application(&opportunity, json!({}))).send().await.is(201)
        };
        let (first, again) = (send().await, send().await);
        assert_eq!(first.body, again.body);
        let all = app.officer().await.get("/v1/applications").await.is(200);
        assert_eq!(all.body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn a_partner_applies_once_for_themself_and_names_nobody(app) {
        let (first, second) = (app.published(json!({})).await, app.published(json!({ "title": "Reader" })).await);
        let (applied, ada) = app.applicant(&first, json!({})).await;
        let own = json!({ "opportunityId": id_of(&second), "consent": true });
        let again = ada.post("/v1/applications", own.clone()).await.is(201);
        assert_eq!(again.body["partnerId"], applied.body["partnerId"]);
        assert!(again.body.get("credentials").is_none());
        ada.post("/v1/applications", own.clone()).await.is_problem(409, "already-exists").names(&["/opportunityId"]);
        ada.post("/v1/applications", app.application(&second, json!({}))).await
            .is_problem(422, "invalid-fields").names(&["/applicant"]);
        let (other, _) = app.applicant(&first, json!({})).await;
        let for_other = json!({
            "opportunityId": id_of(&second), "partnerId": other.body["partnerId"], "consent": true
        });
        ada.post("/v1/applications", for_other).await.is_problem(422, "invalid-fields").names(&["/partnerId"]);
        let by_post = json!({ "opportunityId": id_of(&first), "method": "post", "consent": true });
        ada.post("/v1/applications", by_post).await.is_problem(422, "invalid-fields").names(&["/method"]);
    }
);

story!(
    async fn staff_enter_what_came_by_post_for_somebody_known_or_not(app) {
        let olu = app.officer().await;
        let (first, second) = (app.published(json!({})).await, app.published(json!({ "title": "Reader" })).await);
        let by_post = app.application(&first, json!({ "method": "post" }));
        let entered = olu.post("/v1/applications", by_post).await.is(201);
        assert!(entered.body.get("credentials").is_none(), "staff never see an applicant's credentials");
        assert_eq!(entered.body["panel"]["applicant"]["name"], "Ada Okafor", "the officer is on the panel");
        let for_partner = |method: &str| json!({
            "opportunityId": id_of(&second), "partnerId": entered.body["partnerId"], "method": method, "consent": true
        });
        olu.post("/v1/applications", for_partner("video")).await.is_problem(422, "invalid-fields").names(&["/method"]);
        olu.post("/v1/applications", for_partner("phone")).await.is(201);
        let mut draft = app.application(&second, json!({ "method": "phone", "submit": false }));
        olu.post("/v1/applications", draft.clone()).await.is_problem(422, "invalid-fields").names(&["/submit"]);
        draft["partnerId"] = entered.body["partnerId"].clone();
        olu.post("/v1/applications", draft).await.is_problem(422, "invalid-fields").names(&["/partnerId"]);
        let nobody = json!({ "opportunityId": id_of(&second), "consent": true });
        olu.post("/v1/applications", nobody).await.is_problem(422, "invalid-fields").names(&["/applicant"]);
    }
);

story!(
    async fn staff_and_partners_of_another_organisation_cannot_apply_here(app) {
        let opportunity = app.published(json!({})).await;
        let stan = app.stranger().await;
        stan.post("/v1/applications", app.application(&opportunity, json!({ "method": "phone" }))).await
            .is_problem(422, "invalid-fields").names(&["/opportunityId"]);
        let draft = app.drafted(&app.officer().await, json!({ "title": "Not public" })).await;
        app.anonymous().post("/v1/applications", app.application(&draft, json!({}))).await
            .is_problem(422, "invalid-fields").names(&["/opportunityId"]);
        // The officer knows the draft, so they are told why instead.
        app.officer().await.post("/v1/applications", app.application(&draft, json!({ "method": "phone" }))).await
            .is_problem(409, "applications-closed");
    }
);

story!(
    async fn applications_are_taken_from_the_opening_to_the_closing_time(app) {
        let with = json!({ "opensAt": "2026-11-23T09:00:00Z", "closesAt": "2026-11-24T09:00:00Z" });
        let opportunity = app.published(with).await;
        let send = async || {
            app.anonymous().post("/v1/applications", app.application(&opportunity, json!({}))).await
        };
        send().await.is_problem(409, "applications-closed");
        app.clock.advance(Duration::days(1));
        send().await.is(201);
        app.clock.advance(Duration::days(1));
        // The job that writes the closing down has not run, and makes no difference.
        send().await.is_problem(409, "applications-closed");
        app.run_jobs().await;
        send().await.is_problem(409, "applications-closed");
    }
);

story!(
    async fn every_field_that_is_wrong_is_named(app) {
        let opportunity = app.published(json!({})).await;
        let mut wrong = app.application(&opportunity, json!({ "consent": false }));
        wrong["applicant"].as_object_mut().unwrap().remove("telephone");
        let anyone = app.anonymous();
        anyone.post("/v1/applications", wrong.clone()).await
            .is_problem(422, "invalid-fields").names(&["/applicant", "/consent"]);
        wrong["applicant"]["familyName"] = json!("\u{202E}x");
        wrong["cv"] = json!("Born in 1950 …");
        wrong["method"] = json!("fax");
        anyone.post("/v1/applications", wrong).await
            .is_problem(422, "invalid-fields").names(&["/applicant/familyName", "/cv", "/method"]);
        let nobody = json!({ "opportunityId": id_of(&opportunity), "consent": true });
        anyone.post("/v1/applications", nobody).await.is_problem(422, "invalid-fields").names(&["/applicant"]);
        let all = app.officer().await.get("/v1/applications").await.is(200);
        assert_eq!(all.body["items"], json!([]), "nothing is left behind");
    }
);

story!(
    async fn a_draft_is_the_applicants_alone_until_it_is_sent(app) {
        let (olu, opportunity) = (app.officer().await, app.published(json!({})).await);
        let (draft, ada) = app.applicant(&opportunity, json!({ "submit": false })).await;
        let path = draft.header("location");
        assert_eq!((&draft.body["status"], &draft.body["submittedAt"]), (&json!("started"), &Value::Null));
        olu.get(path).await.is_problem(404, "not-found");
        app.decide(&olu, path, "shortlist").await.is_problem(404, "not-found");
        assert_eq!(olu.get("/v1/applications").await.body["items"], json!([]));
        let patch = json!({ "whyInterested": "I was a nurse.", "perspective": null });
        let changed = ada.patch(path, draft.etag(), patch.clone()).await.is(200);
        assert_eq!((&changed.body["whyInterested"], &changed.body["perspective"]), (&json!("I was a nurse."), &Value::Null));
        ada.patch(path, draft.etag(), patch.clone()).await.is_problem(412, "precondition-failed");
        // The pay changes before the draft is sent: it counts under the new terms.
        app.new_terms(&opportunity, json!({ "payment": { "pence": 8000 } })).await;
        let sent = ada.step(&format!("{path}/submit")).await.is(200);
        assert_eq!((&sent.body["status"], &sent.body["revision"]), (&json!("submitted"), &json!(2)));
        ada.patch(path, sent.etag(), patch).await.is_problem(409, "transition-not-allowed");
        olu.get(path).await.is(200);
    }
);

story!(
    async fn a_draft_is_not_sent_after_the_closing_time(app) {
        let opportunity = app.published(json!({})).await;
        let (draft, _) = app.applicant(&opportunity, json!({ "submit": false })).await;
        app.clock.advance(Duration::days(30));
        let ada = app.holder(&draft.body["credentials"], "RXL");
        let path = draft.header("location");
        ada.step(&format!("{path}/submit")).await.is_problem(409, "applications-closed");
        ada.step(&format!("{path}/withdraw")).await.is(200);
    }
);

story!(
    async fn only_the_panel_reads_and_decides(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, _) = app.applicant(&opportunity, json!({})).await;
        let path = applied.header("location");
        let olu = app.officer().await;
        let read = olu.get(path).await.is(200);
        assert_eq!(read.body["panel"]["chat"], Value::Null);
        assert!(read.etag().starts_with("\"1-panel~"), "{}", read.etag());
        // The tag that was read is the one that a step takes.
        let step = |tag: &str| olu.request(reqwest::Method::POST, &format!("{path}/shortlist")).header("If-Match", tag);
        step("\"2-panel~00\"").send().await.is_problem(412, "precondition-failed");
        step(read.etag()).send().await.is(200);
        let otto = app.user("otto", Role::EngagementOfficer, "RXL").await;
        otto.get(path).await.is_problem(403, "not-on-panel");
        app.decide(&otto, path, "shortlist").await.is_problem(403, "not-on-panel");
        otto.step(&format!("{path}/withdraw")).await.is_problem(403, "not-on-panel");
        otto.get(&format!("{path}/notes")).await.is_problem(403, "not-on-panel");
        assert_eq!(otto.get("/v1/applications").await.body["items"], json!([]));
        let stan = app.stranger().await;
        stan.get(path).await.is_problem(404, "not-found");
        app.decide(&stan, path, "shortlist").await.is_problem(404, "not-found");
        let (_, other) = app.applicant(&opportunity, json!({})).await;
        other.get(path).await.is_problem(404, "not-found");
        other.step(&format!("{path}/withdraw")).await.is_problem(404, "not-found");
        // Who joins the panel reads from the next request on.
        let panel = ["olu", "otto"];
        let mut ids = Vec::new();
        for name in panel {
            ids.push(app.user_id(name, Role::EngagementOfficer).await);
        }
        olu.patch(&opportunity, "*", json!({ "panel": ids })).await.is(200);
        otto.get(path).await.is(200);
        app.admin().await.get(path).await.is_problem(403, "not-on-panel");
    }
);

story!(
    async fn a_connected_system_reads_what_was_sent_and_decides_nothing(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, _) = app.applicant(&opportunity, json!({})).await;
        app.applicant(&opportunity, json!({ "submit": false })).await;
        let system = client(app, "RXL", &["applications:read", "applications:decide"]).await;
        let list = system.get("/v1/applications").await.is(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 1, "a draft is the applicant's alone");
        assert!(list.body["items"][0].get("panel").is_none());
        app.decide(&system, applied.header("location"), "shortlist").await.is_problem(403, "not-on-panel");
        let notes = format!("{}/notes", applied.header("location"));
        system.get(&notes).await.is_problem(403, "not-on-panel");
        let elsewhere = client(app, "R0A", &["applications:read"]).await;
        assert_eq!(elsewhere.get("/v1/applications").await.body["items"], json!([]));
    }
);

story!(
    async fn each_read_is_recorded_about_the_applicant(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, _) = app.applicant(&opportunity, json!({})).await;
        let olu = app.officer().await;
        olu.get(applied.header("location")).await.is(200);
        olu.get("/v1/applications?status=submitted").await.is(200);
        app.sequenced().await;
        let ledger = app.admin().await.get("/v1/ledger?limit=200").await.is(200);
        let actions: Vec<&str> = ledger.body["items"].as_array().unwrap().iter()
            .filter(|entry| entry["record"] == "application")
            .map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["application.submitted", "application.read", "application.listed"]);
    }
);

story!(
    async fn the_applicant_reads_the_chat_and_the_questions_and_nothing_of_the_panels(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, ada) = app.applicant(&opportunity, json!({})).await;
        let (olu, path) = (app.officer().await, applied.header("location"));
        app.decide_all(&olu, path, &["shortlist", "arrange-chat", "send-questions"]).await;
        let read = ada.get(path).await.is(200);
        assert_eq!(read.body["chat"]["at"], "2026-11-29T09:00:00Z");
        assert_eq!(read.body["chat"]["questions"], json!(["What should change in the clinic?"]));
        assert_eq!(read.body["chat"]["questionsSentAt"], "2026-11-22T09:00:00Z");
        app.decide_all(&olu, path, &["hold-chat", "not-select", "give-feedback"]).await;
        let panel = olu.get(path).await.is(200);
        assert_eq!(panel.body["panel"]["chat"]["notes"], "Spoke about caring for a parent.");
        assert_eq!(panel.body["panel"]["chat"]["scores"][0]["points"], 4);
        let read = ada.get(path).await.is(200);
        assert!(read.body.get("panel").is_none());
        assert!(!String::from_utf8_lossy(&read.bytes).contains("Spoke about"));
        assert_eq!(
            (&read.body["outcome"], &read.body["feedback"]),
            (&json!("noPlace"), &json!("You spoke clearly about waiting times."))
        );
    }
);

story!(
    async fn a_chat_has_a_time_to_come_and_people_of_the_panel(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, _) = app.applicant(&opportunity, json!({})).await;
        let (olu, path) = (app.officer().await, applied.header("location"));
        app.decide(&olu, path, "shortlist").await.is(200);
        let arrange = async |at: &str, panel: Value| {
            let chat = json!({ "at": at, "mode": "phone", "panelIds": panel });
            olu.post(&format!("{path}/arrange-chat"), chat).await
        };
        let (me, otto) = (
            app.user_id("olu", Role::EngagementOfficer).await,
            app.user_id("otto", Role::EngagementOfficer).await,
        );
        arrange("2026-11-22T09:00:00Z", json!([me, otto])).await
            .is_problem(422, "invalid-fields").names(&["/at", "/panelIds/1"]);
        arrange("2026-12-22T09:00:00Z", json!([])).await.is_problem(422, "invalid-fields").names(&["/panelIds"]);
        arrange("2026-12-22T09:00:00Z", json!([me, me])).await.is_problem(422, "invalid-fields").names(&["/panelIds"]);
        arrange("2026-12-01T09:00:00Z", json!([me])).await.is(200);
        app.decide(&olu, path, "send-questions").await.is(200);
        let again = arrange("2026-12-02T09:00:00Z", json!([me])).await.is(200);
        assert_eq!(again.body["chat"]["questions"].as_array().unwrap().len(), 1, "what was sent stays");
        app.clock.advance(Duration::days(11));
        let olu = app.officer().await;
        app.decide(&olu, path, "send-questions").await.is_problem(409, "rule-not-met").names(&["/chat/at"]);
    }
);

story!(
    async fn notes_are_the_panels_and_are_never_changed(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, ada) = app.applicant(&opportunity, json!({})).await;
        let (olu, path) = (app.officer().await, format!("{}/notes", applied.header("location")));
        let note = olu.post(&path, json!({ "body": "Asked about evening meetings." })).await.is(201);
        assert_eq!(olu.get(note.header("location")).await.is(200).body, note.body);
        assert_eq!(app.admin().await.get(&path).await.is(200).body["items"], json!([note.body]));
        ada.get(&path).await.is_problem(403, "insufficient-scope");
        let otto = app.user("otto", Role::EngagementOfficer, "RXL").await;
        otto.get(note.header("location")).await.is_problem(404, "not-found");
        otto.post(&path, json!({ "body": "Me too." })).await.is_problem(403, "not-on-panel");
        app.stranger().await.get(note.header("location")).await.is_problem(404, "not-found");
        olu.request(reqwest::Method::PATCH, note.header("location")).merge_patch(json!({ "body": "x" })).send().await
            .is_problem(405, "method-not-allowed");
    }
);

story!(
    async fn a_step_that_skips_is_told_what_is_possible(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, ada) = app.applicant(&opportunity, json!({})).await;
        let (olu, path) = (app.officer().await, applied.header("location"));
        let skipped = app.decide(&olu, path, "offer").await.is_problem(409, "transition-not-allowed");
        assert_eq!(skipped.body["state"], "submitted");
        assert_eq!(skipped.body["allowed"], json!(["not-shortlist", "shortlist", "withdraw"]));
        ada.step(&format!("{path}/accept")).await.is_problem(409, "transition-not-allowed");
        ada.step(&format!("{path}/shortlist")).await.is_problem(403, "insufficient-scope");
        let stale = olu.request(reqwest::Method::POST, &format!("{path}/shortlist")).header("If-Match", "\"7\"");
        stale.send().await.is_problem(412, "precondition-failed");
    }
);

story!(
    async fn the_round_ends_when_everyone_has_an_outcome_and_was_offered_feedback(app) {
        let opportunity = app.published(json!({ "places": 1 })).await;
        let (one, ada) = app.applicant(&opportunity, json!({})).await;
        let (two, _) = app.applicant(&opportunity, json!({})).await;
        let (_, gone) = app.applicant(&opportunity, json!({})).await;
        app.applicant(&opportunity, json!({ "submit": false })).await;
        let third = gone.get("/v1/applications").await.body["items"][0]["id"].as_str().unwrap().to_owned();
        gone.step(&format!("/v1/applications/{third}/withdraw")).await.is(200);
        let (olu, admin) = (app.officer().await, app.admin().await);
        let (one, two) = (one.header("location"), two.header("location"));
        admin.step(&format!("{opportunity}/close")).await.is(200);
        admin.step(&format!("{opportunity}/start-shortlisting")).await.is(200);
        let waiting = [one, two].map(|path| path.replace("/v1", ""));
        let waiting: Vec<&str> = waiting.iter().map(String::as_str).collect();
        let end = async || admin.step(&format!("{opportunity}/fill")).await;
        let told = end().await.is_problem(409, "round-not-finished").names(&waiting);
        assert_eq!(told.body["errors"][0]["code"], "noOutcome");
        app.decide_all(&olu, one, TO_AN_OFFER).await;
        app.decide_all(&olu, two, &["not-shortlist", "give-feedback"]).await;
        let told = end().await.is_problem(409, "round-not-finished").names(&waiting[..1]);
        assert_eq!(told.body["errors"][0]["code"], "offerOpen");
        ada.step(&format!("{one}/accept")).await.is(200);
        let told = end().await.is_problem(409, "round-not-finished").names(&waiting[..1]);
        assert_eq!(told.body["errors"][0]["code"], "noFeedback");
        let none_wanted = olu.post(&format!("{one}/give-feedback"), json!({ "notWanted": true })).await.is(200);
        assert_eq!(none_wanted.body["feedback"], Value::Null);
        assert_eq!(none_wanted.body["feedbackOfferedAt"], "2026-11-22T09:00:00Z");
        olu.post(&format!("{one}/give-feedback"), json!({})).await.is_problem(422, "invalid-fields").names(&["/feedback"]);
        assert_eq!(end().await.is(200).body["status"], "filled");
    }
);

story!(
    async fn an_applicant_withdraws_at_any_time_until_the_appointment(app) {
        let opportunity = app.published(json!({ "places": 5 })).await;
        let olu = app.officer().await;
        let ways: [&[&str]; 4] = [&[], &["shortlist", "arrange-chat"], &["shortlist", "arrange-chat", "hold-chat", "reserve"], TO_AN_OFFER];
        for way in ways {
            let (applied, ada) = app.applicant(&opportunity, json!({})).await;
            let path = applied.header("location");
            app.decide_all(&olu, path, way).await;
            let gone = ada.step(&format!("{path}/withdraw")).await.is(200);
            assert_eq!((&gone.body["outcome"], &gone.body["withdrawnAt"]), (&json!("withdrawn"), &gone.body["outcomeAt"]));
            ada.step(&format!("{path}/withdraw")).await.is_problem(409, "transition-not-allowed");
        }
        // Somebody rang: a member of the panel withdraws for them.
        let (applied, _) = app.applicant(&opportunity, json!({})).await;
        olu.step(&format!("{}/withdraw", applied.header("location"))).await.is(200);
    }
);

story!(
    async fn the_applicant_is_told_of_each_turn(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, ada) = app.applicant(&opportunity, json!({})).await;
        let path = applied.header("location");
        let verbs = ["shortlist", "arrange-chat", "send-questions", "hold-chat", "offer", "give-feedback"];
        app.decide_all(&app.officer().await, path, &verbs).await;
        let messages = format!("/v1/partners/{}/messages", applied.body["partnerId"].as_str().unwrap());
        let told = ada.get(&messages).await.is(200);
        let mut told: Vec<&str> = told.body["items"].as_array().unwrap().iter()
            .map(|message| message["template"].as_str().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(told, [
            "applicationReceived", "applicationShortlisted", "chatArranged", "chatQuestionsSent", "feedbackGiven", "placeOffered",
        ]);
    }
);

story!(
    async fn a_representative_applies_for_a_partner_who_lets_them(app) {
        let (olu, opportunity) = (app.officer().await, app.published(json!({})).await);
        let (ada, partner) = app.partner("ada").await;
        let add = async |may: &str| {
            let new = json!({ "kind": "carer", "name": "Charles", "may": [may], "consentWording": "He may." });
            ada.post(&format!("{partner}/representatives"), new).await.is(201)
        };
        let (accompanies, applies) = (add("accompany").await, add("applyFor").await);
        let apply = |representative: &str| json!({
            "opportunityId": id_of(&opportunity), "partnerId": id_of(&partner), "method": "phone",
            "representativeId": representative, "consent": true
        });
        for other in [accompanies.id(), "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90"] {
            olu.post("/v1/applications", apply(other)).await.is_problem(422, "invalid-fields").names(&["/representativeId"]);
        }
        let applied = olu.post("/v1/applications", apply(applies.id())).await.is(201);
        assert_eq!(applied.body["representativeId"], applies.id());
        assert_eq!(ada.get(applied.header("location")).await.is(200).body["representativeId"], applies.id());
        ada.step(&format!("{}/withdraw", applied.header("location"))).await.is(200);
        ada.step(&format!("{}/end", applies.header("location"))).await.is(200);
        let other = app.published(json!({ "title": "Reader" })).await;
        let mut late = apply(applies.id());
        late["opportunityId"] = json!(id_of(&other));
        olu.post("/v1/applications", late).await.is_problem(422, "invalid-fields").names(&["/representativeId"]);
    }
);
