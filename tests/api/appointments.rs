//! Appointments: from an accepted place, with a term that is reviewed and a payment that is chosen freely.

use chrono::Duration;
use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::{TO_AN_OFFER, id_of};
use crate::harness::{Answer, Person, TestApp, story};

/// An applicant who accepted a place of an opportunity: the application, and the applicant.
async fn accepted(app: &TestApp, with: Value) -> (Answer, Person) {
    let opportunity = app.published(with).await;
    let (applied, ada) = app.applicant(&opportunity, json!({})).await;
    let path = applied.header("location");
    app.decide_all(&app.officer().await, path, TO_AN_OFFER)
        .await;
    let accepted = ada.step(&format!("{path}/accept")).await.is(200);
    (accepted, ada)
}

fn term(application: &Answer) -> Value {
    json!({
        "applicationId": application.id(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01",
        "endsOn": "2028-12-31"
    })
}

/// The appointment of such an applicant.
async fn appointed(app: &TestApp, with: Value) -> (Answer, Person) {
    let (accepted, ada) = accepted(app, with).await;
    let appointed = app
        .officer()
        .await
        .post("/v1/appointments", term(&accepted))
        .await
        .is(201);
    (appointed, ada)
}

story!(
    async fn who_accepted_a_place_is_appointed_once(app) {
        let (application, ada) = accepted(app, json!({})).await;
        let olu = app.officer().await;
        let appointment = olu.post("/v1/appointments", term(&application)).await.is(201);
        assert_eq!(appointment.body["status"], "pendingChecks");
        assert_eq!((&appointment.body["roleLevel"], &appointment.body["paymentOffered"]["pence"]), (&json!(3), &json!(7500)));
        let path = appointment.header("location");
        assert_eq!(ada.get(path).await.is(200).body, appointment.body);
        let read = ada.get(&format!("/v1/applications/{}", application.id())).await.is(200);
        assert_eq!(read.body["status"], "appointed");
        let partner = ada.get(&format!("/v1/partners/{}", application.body["partnerId"].as_str().unwrap())).await.is(200);
        assert_eq!(partner.body["status"], "registered");
        let routes = format!("/v1/partners/{}/enrolments", partner.id());
        let routes = ada.get(&routes).await.is(200);
        assert_eq!((&routes.body["items"][0]["route"], &routes.body["items"][0]["status"]), (&json!("ppp"), &json!("pending")));
        olu.post("/v1/appointments", term(&application)).await.is_problem(409, "transition-not-allowed");
        ada.step(&format!("/v1/applications/{}/withdraw", application.id())).await.is_problem(409, "transition-not-allowed");
        assert_eq!(olu.get("/v1/appointments").await.is(200).body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn only_an_accepted_application_leads_to_an_appointment(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, ada) = app.applicant(&opportunity, json!({})).await;
        let olu = app.officer().await;
        olu.post("/v1/appointments", term(&applied)).await.is_problem(409, "transition-not-allowed");
        let unknown = json!({
            "applicationId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "startsOn": "2027-01-04", "reviewOn": "2027-07-01"
        });
        olu.post("/v1/appointments", unknown).await.is_problem(422, "invalid-fields").names(&["/applicationId"]);
        app.stranger().await.post("/v1/appointments", term(&applied)).await
            .is_problem(422, "invalid-fields").names(&["/applicationId"]);
        ada.post("/v1/appointments", term(&applied)).await.is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn an_officer_who_is_not_on_the_panel_appoints_too(app) {
        let (application, _) = accepted(app, json!({})).await;
        let otto = app.user("otto", Role::EngagementOfficer, "RXL").await;
        otto.post("/v1/appointments", term(&application)).await.is(201);
        otto.get(&format!("/v1/applications/{}", application.id())).await.is_problem(403, "not-on-panel");
    }
);

story!(
    async fn a_term_is_in_order_when_it_is_made_and_when_it_is_changed(app) {
        let (application, _) = accepted(app, json!({})).await;
        let olu = app.officer().await;
        let mut wrong = term(&application);
        wrong["endsOn"] = json!("2027-01-04");
        olu.post("/v1/appointments", wrong.clone()).await.is_problem(422, "invalid-fields").names(&["/endsOn", "/reviewOn"]);
        wrong["endsOn"] = json!("2027-02-30");
        olu.post("/v1/appointments", wrong).await.is_problem(422, "invalid-fields").names(&["/endsOn"]);
        let made = olu.post("/v1/appointments", term(&application)).await.is(201);
        let path = made.header("location");
        olu.patch(path, made.etag(), json!({ "reviewOn": "2029-01-01" })).await
            .is_problem(422, "invalid-fields").names(&["/reviewOn"]);
        let open = json!({ "reviewOn": "2029-01-01", "endsOn": null });
        let changed = olu.patch(path, made.etag(), open).await.is(200);
        assert_eq!((&changed.body["endsOn"], &changed.body["version"]), (&Value::Null, &json!(2)));
        olu.patch(path, made.etag(), json!({ "endsOn": null })).await.is_problem(412, "precondition-failed");
        let due = olu.get("/v1/appointments?sort=review&reviewBefore=2029-01-02").await.is(200);
        assert_eq!(due.body["items"], json!([changed.body]));
        assert_eq!(olu.get("/v1/appointments?endsBefore=2040-01-01").await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn a_partner_chooses_about_payment_once_they_know_where_to_get_advice(app) {
        let (appointment, ada) = appointed(app, json!({})).await;
        let path = format!("{}/choose-payment", appointment.header("location"));
        ada.post(&path, json!({ "choice": "accept" })).await.is_problem(409, "rule-not-met").names(&["/benefitsInfoGiven"]);
        let olu = app.officer().await;
        let told = olu.step(&format!("{}/record-benefits-information", appointment.header("location"))).await.is(200);
        assert_eq!(told.body["benefitsInfoGivenAt"], "2026-11-22T09:00:00Z");
        app.clock.advance(Duration::minutes(10));
        let chosen = ada.post(&path, json!({ "choice": "acceptReduced", "reducedPence": 2000 })).await.is(200);
        assert_eq!((&chosen.body["paymentChoice"], &chosen.body["reducedPence"]), (&json!("acceptReduced"), &json!(2000)));
        assert_eq!(chosen.body["benefitsInfoGivenAt"], "2026-11-22T09:00:00Z");
        assert_eq!(chosen.body["paymentChosenAt"], "2026-11-22T09:10:00Z");
        for wrong in [
            json!({ "choice": "acceptReduced" }),
            json!({ "choice": "acceptReduced", "reducedPence": 7500 }),
            json!({ "choice": "donate", "reducedPence": 10 }),
        ] {
            ada.post(&path, wrong).await.is_problem(422, "invalid-fields").names(&["/reducedPence"]);
        }
        let anew = olu.post(&path, json!({ "choice": "decline" })).await.is(200);
        assert_eq!((&anew.body["paymentChoice"], &anew.body["reducedPence"]), (&json!("decline"), &Value::Null));
    }
);

story!(
    async fn the_information_can_come_with_the_choice(app) {
        let (appointment, ada) = appointed(app, json!({})).await;
        let path = format!("{}/choose-payment", appointment.header("location"));
        let chosen = ada.post(&path, json!({ "choice": "donate", "benefitsInfoGiven": true })).await.is(200);
        assert_eq!(chosen.body["benefitsInfoGivenAt"], chosen.body["paymentChosenAt"]);
    }
);

story!(
    async fn an_unpaid_role_offers_no_choice(app) {
        let (appointment, ada) = appointed(app, json!({ "payment": { "kind": "expenses" } })).await;
        let path = appointment.header("location");
        ada.post(&format!("{path}/choose-payment"), json!({ "choice": "accept", "benefitsInfoGiven": true })).await
            .is_problem(409, "rule-not-met").names(&["/paymentOffered/kind"]);
        app.officer().await.step(&format!("{path}/record-benefits-information")).await
            .is_problem(409, "rule-not-met").names(&["/paymentOffered/kind"]);
    }
);

story!(
    async fn an_induction_starts_when_the_check_that_the_role_asks_for_is_made(app) {
        let olu = app.officer().await;
        let (free, _) = appointed(app, json!({})).await;
        let inducting = olu.step(&format!("{}/start-induction", free.header("location"))).await.is(200);
        assert_eq!(inducting.body["status"], "inducting");
        // The date comes with the check, and is noted by nobody by hand.
        olu.patch(free.header("location"), "*", json!({ "dbsCheckedOn": "2026-11-01" })).await
            .is_problem(422, "invalid-fields").names(&["/dbsCheckedOn"]);
        let with = json!({ "dbsLevel": "basic", "title": "Visitor on the ward" });
        let (checked, _) = appointed(app, with).await;
        let path = checked.header("location");
        olu.step(&format!("{path}/start-induction")).await.is_problem(409, "rule-not-met").names(&["/dbsCheckedOn"]);
        let decided = json!({ "opportunityId": checked.body["opportunityId"], "level": "basic", "legalBasis": "Anyone may ask." });
        olu.post("/v1/check-requirements", decided).await.is(201);
        let check = olu.post("/v1/checks", json!({ "appointmentId": checked.id(), "kind": "dbs" })).await.is(201);
        olu.step(&format!("{path}/start-induction")).await.is_problem(409, "rule-not-met").names(&["/dbsCheckedOn"]);
        olu.post(&format!("{}/clear", check.header("location")), json!({ "issuedOn": "2026-11-20" })).await.is(200);
        assert_eq!(olu.get(path).await.is(200).body["dbsCheckedOn"], "2026-11-20");
        olu.step(&format!("{path}/start-induction")).await.is(200);
        olu.step(&format!("{path}/start-induction")).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn an_appointment_ends_with_a_reason_and_stays_as_it_was(app) {
        let (appointment, ada) = appointed(app, json!({})).await;
        let (olu, path) = (app.officer().await, appointment.header("location"));
        let end = format!("{path}/end");
        olu.post(&end, json!({})).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        olu.post(&end, json!({ "reason": "moved", "endedOn": "2026-11-23" })).await
            .is_problem(422, "invalid-fields").names(&["/endedOn"]);
        let ended = olu.post(&end, json!({ "reason": "moved" })).await.is(200);
        assert_eq!((&ended.body["status"], &ended.body["endedOn"]), (&json!("ended"), &json!("2026-11-22")));
        olu.patch(path, ended.etag(), json!({ "endsOn": null })).await.is_problem(409, "transition-not-allowed");
        let choice = json!({ "choice": "accept", "benefitsInfoGiven": true });
        let refused = ada.post(&format!("{path}/choose-payment"), choice).await.is_problem(409, "transition-not-allowed");
        assert_eq!(refused.body["allowed"], json!([]));
    }
);

story!(
    async fn a_partner_ends_their_own_appointment(app) {
        let (appointment, ada) = appointed(app, json!({})).await;
        let end = format!("{}/end", appointment.header("location"));
        let (_, other) = app.applicant(&app.published(json!({ "title": "Reader" })).await, json!({})).await;
        other.post(&end, json!({ "reason": "ownChoice" })).await.is_problem(404, "not-found");
        ada.post(&end, json!({ "reason": "conduct" })).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        let ended = ada.post(&end, json!({ "reason": "ownChoice" })).await.is(200);
        assert_eq!((&ended.body["status"], &ended.body["endReason"]), (&json!("ended"), &json!("ownChoice")));
        // The appointment ends, the involvement goes on.
        let partner = format!("/v1/partners/{}", ended.body["partnerId"].as_str().unwrap());
        assert_eq!(ada.get(&partner).await.is(200).body["status"], "registered");
    }
);

story!(
    async fn the_roles_of_a_partner_end_with_their_involvement(app) {
        let (appointment, ada) = appointed(app, json!({})).await;
        let (olu, other) = (app.officer().await, app.published(json!({ "title": "Reader" })).await);
        olu.step(&format!("{}/start-induction", appointment.header("location"))).await.is(200);
        let applied = ada.post("/v1/applications", json!({ "opportunityId": id_of(&other), "consent": true })).await.is(201);
        app.decide_all(&olu, applied.header("location"), &["shortlist", "arrange-chat"]).await;
        let partner = format!("/v1/partners/{}", applied.body["partnerId"].as_str().unwrap());
        // Somebody who is on no panel records it.
        let otto = app.user("otto", Role::EngagementOfficer, "RXL").await;
        otto.post(&format!("{partner}/end"), json!({ "reason": "deceased" })).await.is(200);
        let ended = olu.get(appointment.header("location")).await.is(200);
        assert_eq!(
            (&ended.body["status"], &ended.body["endedOn"], &ended.body["endReason"]),
            (&json!("ended"), &json!("2026-11-22"), &json!("deceased"))
        );
        let withdrawn = olu.get(applied.header("location")).await.is(200);
        assert_eq!(withdrawn.body["status"], "withdrawn");
        assert!(withdrawn.body["withdrawnAt"].is_string());
        app.decide(&olu, applied.header("location"), "hold-chat").await.is_problem(409, "transition-not-allowed");
        // A change of the terms is told to nobody who has died.
        let role = format!("/v1/opportunities/{}", appointment.body["opportunityId"].as_str().unwrap());
        app.new_terms(&role, json!({ "hoursPerMonth": 6 })).await;
        let messages = otto.get(&format!("{partner}/messages")).await.is(200);
        let statuses: Vec<_> = messages.body["items"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert!(!statuses.is_empty() && statuses.iter().all(|status| *status == "cancelled"), "{statuses:?}");
    }
);

story!(
    async fn who_is_suspended_accepts_no_place(app) {
        let opportunity = app.published(json!({})).await;
        let (ada, partner) = app.partner("ada").await;
        let applied = ada.post("/v1/applications", json!({ "opportunityId": id_of(&opportunity), "consent": true })).await.is(201);
        let (olu, path) = (app.officer().await, applied.header("location"));
        app.decide_all(&olu, path, TO_AN_OFFER).await;
        olu.post(&format!("{partner}/propose-suspension"), json!({ "reason": "Conduct." })).await.is(200);
        app.admin().await.step(&format!("{partner}/suspend")).await.is(200);
        ada.step(&format!("{path}/accept")).await.is_problem(409, "rule-not-met").names(&["/partnerId"]);
        olu.step(&format!("{partner}/reinstate")).await.is(200);
        ada.step(&format!("{path}/accept")).await.is(200);
    }
);

story!(
    async fn a_partner_sees_their_own_appointments_and_others_do_not(app) {
        let (appointment, ada) = appointed(app, json!({})).await;
        let (other, _) = app.applicant(&app.published(json!({ "title": "Reader" })).await, json!({})).await;
        let other = app.holder(&other.body["credentials"], "RXL");
        let path = appointment.header("location");
        assert_eq!(ada.get("/v1/appointments").await.is(200).body["items"], json!([appointment.body]));
        assert_eq!(other.get("/v1/appointments").await.is(200).body["items"], json!([]));
        other.get(path).await.is_problem(404, "not-found");
        let choice = json!({ "choice": "accept", "benefitsInfoGiven": true });
        other.post(&format!("{path}/choose-payment"), choice.clone()).await.is_problem(404, "not-found");
        ada.step(&format!("{path}/start-induction")).await.is_problem(403, "insufficient-scope");
        app.stranger().await.get(path).await.is_problem(404, "not-found");
        app.stranger().await.post(&format!("{path}/choose-payment"), choice).await.is_problem(404, "not-found");
        let finance = app.user("fay", Role::FinanceApprover, "RXL").await;
        let theirs = format!("/v1/appointments?partnerId={}", id_of(appointment.body["partnerId"].as_str().unwrap()));
        assert_eq!(finance.get(&theirs).await.is(200).body["items"], json!([appointment.body]));
        finance.post(&format!("{path}/end"), json!({ "reason": "moved" })).await.is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn a_lead_reads_the_appointments_of_their_workstreams_and_chooses_nothing(app) {
        let lena_id = app.user_id("lena", Role::WorkstreamLead).await;
        let led = json!({ "name": "Led", "purpose": "Lena's.", "leadId": lena_id });
        let led = app.admin().await.post("/v1/workstreams", led).await.is(201);
        let (theirs, _) = appointed(app, json!({})).await;
        let (hers, _) = appointed(app, json!({ "workstreamId": led.id(), "title": "In hers" })).await;
        let lena = app.lead().await;
        assert_eq!(lena.get("/v1/appointments").await.is(200).body["items"], json!([hers.body]));
        lena.get(hers.header("location")).await.is(200);
        lena.get(theirs.header("location")).await.is_problem(404, "not-found");
        // What a lead reads is not theirs to choose, whatever else they are.
        let both = app.acting_as("lena", &[Role::WorkstreamLead, Role::Partner], "RXL").await;
        let choice = json!({ "choice": "decline", "benefitsInfoGiven": true });
        both.post(&format!("{}/choose-payment", hers.header("location")), choice).await.is_problem(404, "not-found");
        assert_eq!(both.get("/v1/appointments").await.is(200).body["items"], json!([hers.body]));
    }
);
