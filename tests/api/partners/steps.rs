//! The states of a partner.

use equal_partners::access::Role;
use serde_json::{Value, json};

use super::{registered, somebody, with_credentials};
use crate::harness::story;

story!(
    async fn an_enquirer_registers_reads_the_notice_and_is_let_in(app) {
        let mut new = somebody("Ada", "Lovelace");
        new["organisation"] = json!("RXL");
        let added = app.anonymous().post("/v1/partners", new).await.is(201);
        let (ada, olu, path) = (with_credentials(app, &added), app.officer().await, added.header("location"));
        olu.step(&format!("{path}/activate")).await.is_problem(409, "transition-not-allowed");
        assert_eq!(ada.step(&format!("{path}/register")).await.is(200).body["status"], "registered");
        olu.step(&format!("{path}/activate")).await.is_problem(409, "rule-not-met").names(&["/privacyNotice"]);
        let notice = json!({ "version": "2026-04" });
        let read = ada.post(&format!("{path}/acknowledge-privacy-notice"), notice.clone()).await.is(200);
        assert_eq!(read.body["privacyNotice"]["version"], "2026-04");
        assert_eq!(read.body["privacyNotice"]["acknowledgedAt"], "2026-11-22T09:00:00Z");
        app.clock.advance(chrono::Duration::minutes(5));
        let again = ada.post(&format!("{path}/acknowledge-privacy-notice"), notice).await.is(200);
        assert_eq!(again.body["privacyNotice"]["acknowledgedAt"], "2026-11-22T09:05:00Z");
        ada.step(&format!("{path}/activate")).await.is_problem(403, "insufficient-scope");
        assert_eq!(olu.step(&format!("{path}/activate")).await.is(200).body["status"], "active");
    }
);

story!(
    async fn a_partner_pauses_without_a_reason_and_comes_back(app) {
        let (ada, path) = app.partner("ada").await;
        assert_eq!(ada.step(&format!("{path}/pause")).await.is(200).body["status"], "paused");
        let refused = ada.step(&format!("{path}/pause")).await.is_problem(409, "transition-not-allowed");
        assert_eq!(refused.body["state"], "paused");
        assert_eq!(refused.body["allowed"], json!(["end", "merge", "resume", "suspend"]));
        assert_eq!(ada.step(&format!("{path}/resume")).await.is(200).body["status"], "active");
    }
);

story!(
    async fn an_ending_needs_a_reason_and_some_reasons_are_for_staff(app) {
        let (ada, path) = app.partner("ada").await;
        let end = format!("{path}/end");
        ada.post(&end, json!({})).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        ada.post(&end, json!({ "reason": "conduct" })).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        ada.post(&format!("{path}/enrolments"), json!({ "route": "equalPartnersAssembly" })).await.is(201);
        let ended = ada.post(&end, json!({ "reason": "ownChoice" })).await.is(200);
        assert_eq!((&ended.body["status"], &ended.body["endReason"]), (&json!("ended"), &json!("ownChoice")));
        let routes = ada.get(&format!("{path}/enrolments")).await.is(200);
        assert_eq!(routes.body["items"][0]["status"], "ended");
        assert_eq!(routes.body["items"][0]["endedOn"], "2026-11-22");
        // It is still theirs to read and to correct.
        ada.patch(&path, "*", json!({ "preferredName": "Ada" })).await.is(200);
        app.officer().await.step(&format!("{path}/resume")).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn a_suspension_takes_two_people_and_a_written_reason(app) {
        let (ada, path) = app.partner("ada").await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let (propose, suspend) = (format!("{path}/propose-suspension"), format!("{path}/suspend"));
        amina.step(&suspend).await.is_problem(409, "rule-not-met");
        olu.post(&propose, json!({})).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        ada.post(&propose, json!({ "reason": "I want to." })).await.is_problem(403, "insufficient-scope");
        let proposed = olu.post(&propose, json!({ "reason": "Shouted at others." })).await.is(200);
        assert_eq!(proposed.body["status"], "active");
        assert_eq!(proposed.body["suspension"]["confirmedAt"], Value::Null);
        assert!(ada.get(&path).await.is(200).body.get("suspension").is_none(), "not before it is confirmed");
        olu.step(&suspend).await.is_problem(403, "same-person");
        let suspended = amina.step(&suspend).await.is(200);
        assert_eq!(suspended.body["status"], "suspended");
        assert_eq!(ada.get(&path).await.is(200).body["suspension"]["reason"], "Shouted at others.");
        ada.step(&format!("{path}/resume")).await.is_problem(409, "transition-not-allowed");
        let back = olu.step(&format!("{path}/reinstate")).await.is(200);
        assert_eq!(back.body["status"], "active");
        assert!(back.body.get("suspension").is_none());
        // The old proposal does not serve a second time.
        amina.step(&suspend).await.is_problem(409, "rule-not-met");
    }
);

story!(
    async fn a_proposed_suspension_can_be_taken_back(app) {
        let olu = app.officer().await;
        let (_, path) = app.partner("ada").await;
        let withdraw = format!("{path}/withdraw-suspension-proposal");
        olu.step(&withdraw).await.is_problem(409, "rule-not-met");
        olu.post(&format!("{path}/propose-suspension"), json!({ "reason": "A mistake." })).await.is(200);
        olu.step(&withdraw).await.is(200);
        app.admin().await.step(&format!("{path}/suspend")).await.is_problem(409, "rule-not-met");
    }
);

story!(
    async fn one_of_two_steps_at_the_same_time_is_taken(app) {
        let (ada, path) = app.partner("ada").await;
        let (pause, olu) = (format!("{path}/pause"), app.officer().await);
        let (one, other) = tokio::join!(ada.step(&pause), olu.step(&pause));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
);

story!(
    async fn a_step_honours_the_version_if_it_is_sent(app) {
        let (ada, path) = app.partner("ada").await;
        let stale = ada.request(reqwest::Method::POST, &format!("{path}/pause")).header("If-Match", "\"1\"").send().await;
        stale.is_problem(412, "precondition-failed");
        let etag = ada.get(&path).await.is(200).etag().to_owned();
        ada.request(reqwest::Method::POST, &format!("{path}/pause")).header("If-Match", &etag).send().await.is(200);
    }
);

story!(
    async fn a_volunteer_manager_registers_and_reads_but_does_not_decide(app) {
        let vera = app.user("vera", Role::VolunteerManager, "RXL").await;
        let path = registered(&vera, "Ada", "Lovelace").await;
        vera.get(&path).await.is(200);
        vera.step(&format!("{path}/activate")).await.is_problem(403, "insufficient-scope");
        vera.get(&format!("{path}/access-needs")).await.is_problem(404, "not-found");
    }
);

story!(
    async fn a_death_can_be_learned_of_late(app) {
        let (ada, path) = app.partner("ada").await;
        let yes = json!({ "purpose": "newsletter", "channel": "phone", "wording": "Yes." });
        ada.post(&format!("{path}/contact-preferences"), yes).await.is(201);
        let (olu, death) = (app.officer().await, format!("{path}/record-death"));
        olu.step(&death).await.is_problem(409, "transition-not-allowed");
        olu.post(&format!("{path}/end"), json!({ "reason": "noContact" })).await.is(200);
        ada.step(&death).await.is_problem(403, "insufficient-scope");
        let recorded = olu.step(&death).await.is(200);
        assert_eq!((&recorded.body["status"], &recorded.body["endReason"]), (&json!("ended"), &json!("deceased")));
        let consents = olu.get(&format!("{path}/contact-preferences")).await.is(200);
        assert!(consents.body["items"][0]["withdrawnAt"].is_string());
        let again = olu.step(&death).await.is(200);
        assert_eq!(again.etag(), recorded.etag());
    }
);

story!(
    async fn who_is_suspended_or_has_ended_takes_no_route_and_gives_no_consent(app) {
        let (ada, path) = app.partner("ada").await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let waiting = ada.post(&format!("{path}/enrolments"), json!({ "route": "volunteer" })).await.is(201);
        let refused = async || {
            let given = [
                ("enrolments", json!({ "route": "equalPartnersAssembly" })),
                ("contact-preferences", json!({ "purpose": "surveys", "channel": "phone", "wording": "Yes." })),
                ("representatives", json!({ "kind": "carer", "name": "Charles", "may": ["accompany"], "consentWording": "Yes." })),
                ("shares", json!({ "withOrganisation": "QE1", "purpose": "Roles.", "consentWording": "Yes.", "endsOn": "2027-01-01" })),
            ];
            for (below, new) in given {
                olu.post(&format!("{path}/{below}"), new).await.is_problem(409, "transition-not-allowed");
            }
        };
        olu.post(&format!("{path}/propose-suspension"), json!({ "reason": "Conduct." })).await.is(200);
        amina.step(&format!("{path}/suspend")).await.is(200);
        refused().await;
        olu.step(&format!("{}/activate", waiting.header("location"))).await.is_problem(409, "transition-not-allowed");
        olu.post(&format!("{path}/end"), json!({ "reason": "deceased" })).await.is(200);
        refused().await;
    }
);
