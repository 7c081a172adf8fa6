//! The end of a round: when an opportunity is withdrawn, filled, left unfilled or archived, nobody is left
//! without an answer.

use serde_json::{Value, json};

use crate::harness::applicants::TO_AN_OFFER;
use crate::harness::story;

fn term(application: &crate::harness::Answer) -> Value {
    json!({ "applicationId": application.id(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01" })
}

story!(
    async fn everyone_has_an_outcome_when_an_opportunity_is_withdrawn(app) {
        let path = app.published(json!({ "places": 9 })).await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let (waits, _) = app.applicant(&path, json!({})).await;
        let (offered, _) = app.applicant(&path, json!({})).await;
        app.decide_all(&olu, offered.header("location"), TO_AN_OFFER).await;
        let (accepted, ada) = app.applicant(&path, json!({})).await;
        app.decide_all(&olu, accepted.header("location"), TO_AN_OFFER).await;
        ada.step(&format!("{}/accept", accepted.header("location"))).await.is(200);
        let (refused, _) = app.applicant(&path, json!({})).await;
        app.decide(&olu, refused.header("location"), "not-shortlist").await.is(200);
        let (draft, dora) = app.applicant(&path, json!({ "submit": false })).await;
        amina.post(&format!("{path}/withdraw"), json!({ "reason": "No money this year." })).await.is(200);
        for application in [&waits, &offered, &accepted] {
            let read = olu.get(application.header("location")).await.is(200);
            assert_eq!((&read.body["status"], &read.body["outcome"]), (&json!("roundClosed"), &json!("noPlace")));
            assert_eq!(read.body["outcomeAt"], "2026-11-22T09:00:00Z");
            let told = app.told(&application.body["partnerId"]).await;
            assert_eq!(told.iter().filter(|one| *one == "opportunityWithdrawn").count(), 1);
            app.decide(&olu, application.header("location"), "give-feedback").await.is(200);
        }
        assert!(ada.get(accepted.header("location")).await.is(200).body["statusMeaning"].as_str().unwrap().contains("was withdrawn"));
        assert_eq!(olu.get(refused.header("location")).await.is(200).body["status"], "notShortlisted");
        // What was never sent stays the applicant's own.
        assert_eq!(dora.get(draft.header("location")).await.is(200).body["status"], "started");
        olu.get(draft.header("location")).await.is_problem(404, "not-found");
        olu.post("/v1/appointments", term(&accepted)).await.is_problem(409, "rule-not-met").names(&["/applicationId"]);
    }
);

story!(
    async fn what_was_public_is_withdrawn_as_it_was_approved(app) {
        let path = app.published(json!({})).await;
        let (_, ada) = app.applicant(&path, json!({})).await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        olu.step(&format!("{path}/return-to-draft")).await.is(200);
        olu.patch(&path, "*", json!({ "summary": "Nobody has approved this." })).await.is(200);
        let withdraw = async || amina.post(&format!("{path}/withdraw"), json!({ "reason": "No money this year." })).await;
        withdraw().await.is_problem(409, "rule-not-met").names(&["/approvedAt"]);
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        amina.step(&format!("{path}/approve")).await.is(200);
        withdraw().await.is(200);
        let read = app.anonymous().get(&path).await.is(200);
        assert_eq!(read.body["withdrawalReason"], "No money this year.");
        assert_eq!(ada.get(&path).await.is(200).body["withdrawalReason"], "No money this year.");
    }
);

story!(
    async fn a_round_ends_as_it_went(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let path = app.published(json!({})).await;
        let (applied, ada) = app.applicant(&path, json!({})).await;
        let (reserve, ben) = app.applicant(&path, json!({})).await;
        for verb in ["close", "start-shortlisting"] {
            amina.step(&format!("{path}/{verb}")).await.is(200);
        }
        app.decide_all(&olu, reserve.header("location"), &["shortlist", "arrange-chat", "hold-chat", "reserve", "give-feedback"]).await;
        app.decide_all(&olu, applied.header("location"), &["shortlist", "arrange-chat", "hold-chat", "reserve", "give-feedback"]).await;
        amina.step(&format!("{path}/fill")).await.is_problem(409, "rule-not-met").names(&["/places"]);
        app.decide(&olu, applied.header("location"), "offer").await.is(200);
        ada.step(&format!("{}/accept", applied.header("location"))).await.is(200);
        amina.step(&format!("{path}/leave-unfilled")).await.is_problem(409, "rule-not-met").names(&["/places"]);
        amina.step(&format!("{path}/fill")).await.is(200);
        // Whoever is taken from the reserve list afterwards waits for an answer, too.
        app.decide(&olu, reserve.header("location"), "offer").await.is(200);
        let archive = async || amina.step(&format!("{path}/archive")).await;
        archive().await.is_problem(409, "round-not-finished");
        ben.step(&format!("{}/decline", reserve.header("location"))).await.is(200);
        let waits = applied.header("location").replace("/v1", "");
        archive().await.is_problem(409, "round-not-finished").names(&[&waits]);
        olu.post("/v1/appointments", term(&applied)).await.is(201);
        archive().await.is(200);
    }
);
