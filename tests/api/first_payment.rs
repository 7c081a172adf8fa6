//! What comes after an appointment, told once from end to end: until a partner has her first claim in her account. Ada is
//! the partner, Olu the officer, Amina the second person, Farah finance; each calls with a token of their own.

use chrono::Duration;
use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::TO_AN_OFFER;
use crate::harness::claims::declared;
use crate::harness::forms::Form;
use crate::harness::support::{BY_HAND, KINDS, offer, published};
use crate::harness::{Person, story};
use crate::journey::signed_in;

/// The one record that somebody finds in a list.
async fn only(person: &Person, list: &str) -> Value {
    let found = person.get(list).await.is(200).body["items"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1, "{list}: {found:#}");
    found[0].clone()
}

fn typed(name: &str) -> Value {
    json!({ "method": "typed", "name": name })
}

story!(
    async fn from_the_appointment_to_the_first_claim_paid(app) {
        let (olu, amina, farah) = (app.officer().await, app.admin().await, app.finance().await);
        app.rates("2026-04-06", None, 45).await;

        // Before anyone is asked, Olu decides which check the law allows for the role.
        let opportunity = app.published(json!({})).await;
        let role = olu.get(&opportunity).await.is(200);
        let law = json!({ "opportunityId": role.id(), "level": "basic", "legalBasis": "Anyone may be asked for a basic check." });
        olu.post("/v1/check-requirements", law).await.is(201);

        // Ada applied, was offered a place and took it; Olu appoints her.
        let applied = app.anonymous().post("/v1/applications", app.application(&opportunity, json!({}))).await.is(201);
        let (application, credentials) = (applied.header("location"), applied.body["credentials"].clone());
        let ada = signed_in(app, &credentials).await;
        app.decide_all(&olu, application, TO_AN_OFFER).await;
        ada.step(&format!("{application}/accept")).await.is(200);
        let term = json!({ "applicationId": applied.id(), "startsOn": "2026-11-23", "reviewOn": "2027-05-23" });
        let appointment = olu.post("/v1/appointments", term).await.is(201);
        let place = appointment.header("location").to_owned();
        let record = format!("/v1/partners/{}", appointment.body["partnerId"].as_str().unwrap());
        assert_eq!(only(&ada, "/v1/appointments").await["status"], "pendingChecks");

        // Until the check is cleared, nothing begins and nothing is paid. Ada reads what was asked for, and why.
        let bus = json!([{ "expenseType": "publicTransport", "amountPence": 320 }]);
        let early = json!({ "appointmentId": appointment.id(), "activityDate": "2026-11-20", "lines": bus });
        ada.post("/v1/claims", early).await.is_problem(409, "rule-not-met").names(&["/appointmentId"]);
        olu.step(&format!("{place}/start-induction")).await.is_problem(409, "rule-not-met");
        let check = olu.post("/v1/checks", json!({ "appointmentId": appointment.id(), "kind": "dbs" })).await.is(201);
        assert_eq!(only(&ada, "/v1/checks").await["legalBasis"], "Anyone may be asked for a basic check.");
        farah.get(check.header("location")).await.is_problem(403, "insufficient-scope");
        let cleared = json!({ "issuedOn": "2026-11-20", "expiresOn": "2029-11-20" });
        olu.post(&format!("{}/clear", check.header("location")), cleared).await.is(200);
        olu.step(&format!("{place}/start-induction")).await.is(200);

        // Ada chooses to be paid, after she was told where to ask about benefits; nobody asks her about them.
        ada.post(&format!("{place}/choose-payment"), json!({ "choice": "accept" })).await.is_problem(409, "rule-not-met");
        olu.step(&format!("{place}/record-benefits-information")).await.is(200);
        let chosen = ada.post(&format!("{place}/choose-payment"), json!({ "choice": "accept" })).await.is(200);
        assert_eq!((&chosen.body["paymentChoice"], chosen.body["benefitsInfoGivenAt"].is_string()), (&json!("accept"), true));

        // The induction: Ada takes part, and reads along while Olu ticks off what she was shown and told.
        ada.post(&format!("{record}/acknowledge-privacy-notice"), json!({ "version": "2026-04" })).await.is(200);
        olu.step(&format!("{record}/activate")).await.is(200);
        assert_eq!(ada.get("/v1/peer-support/membership").await.is(200).body["status"], "invited");
        ada.post(&format!("{record}/declarations"), json!({ "kind": "nil", "fromDate": "2026-11-22" })).await.is(201);
        let induction = format!("/v1/inductions/{}", only(&ada, "/v1/inductions").await["id"].as_str().unwrap());
        for code in BY_HAND {
            olu.post(&format!("{induction}/complete-item"), json!({ "code": code })).await.is(200);
        }
        farah.get(&induction).await.is_problem(403, "insufficient-scope");
        let activate = format!("{place}/activate");
        olu.step(&activate).await.is_problem(409, "rule-not-met").names(&["/agreements/involvement", "/agreements/confidentiality"]);

        // The agreements: Ada reads and signs, which nobody does in her place; Amina signs for the organisation.
        published(&olu, &amina).await;
        for kind in KINDS {
            let agreement = olu.post("/v1/agreements", offer(appointment.id(), kind)).await.is(201);
            let path = agreement.header("location");
            assert_eq!(ada.get(&format!("{path}/page")).await.is(200).header("content-type"), "text/html; charset=utf-8");
            assert!(matches!(olu.post(&format!("{path}/accept"), typed("Ada Okafor")).await.status, 403 | 404));
            ada.post(&format!("{path}/accept"), typed("Ada Okafor")).await.is(200);
            let signed = amina.post(&format!("{path}/countersign"), typed("Amina Khan")).await.is(200);
            assert_eq!(signed.body["status"], "inForce");
            let pdf = ada.get(&format!("{path}/pdf")).await.is(200);
            assert_eq!(ada.get(&format!("{path}/pdf")).await.is(200).bytes, pdf.bytes);
            farah.get(path).await.is_problem(403, "insufficient-scope");
        }
        assert!(only(&ada, "/v1/inductions").await["nextDueOn"].is_string(), "what is optional is still to come");
        assert_eq!(olu.step(&activate).await.is(200).body["status"], "active");
        assert_eq!(only(&ada, "/v1/appointments").await["status"], "active");

        // A month later, Ada and Olu talk. What was said is between the two; what changed is hers to keep.
        app.clock.advance(Duration::days(44));
        let (olu, amina, farah) = (app.officer().await, app.admin().await, app.finance().await);
        let ada = signed_in(app, &credentials).await;
        let planned = only(&ada, "/v1/one-to-ones").await;
        assert_eq!((&planned["plannedFor"], &planned["status"]), (&json!("2026-12-23"), &json!("planned")));
        let talk = format!("/v1/one-to-ones/{}", planned["id"].as_str().unwrap());
        let held = json!({ "mode": "phone", "minutes": 40, "record": {
            "feelingHeard": 5, "impactSeen": "Clinics are open in the evening now.", "paymentsOnTime": "noneDue" } });
        olu.post(&format!("{talk}/hold"), held).await.is(200);
        assert_eq!(ada.get(&talk).await.is(200).body["record"]["impactSeen"], "Clinics are open in the evening now.");
        assert_eq!(amina.get(&talk).await.is(200).body["record"], Value::Null);
        farah.get(&talk).await.is_problem(404, "not-found");
        let involvement = ada.get(&format!("{record}/involvement")).await.is(200);
        let changed = involvement.body["items"].as_array().unwrap().iter().find(|one| one["kind"] == "oneToOne").unwrap();
        assert_eq!((&changed["whatChanged"], &changed["minutes"]), (&json!("Clinics are open in the evening now."), &json!(40)));
        assert!(!amina.get(&format!("{record}/involvement")).await.is(200).body.to_string().contains("in the evening"));

        // Her first claim: half a day, the way there by car and back by bus, with the ticket.
        let lines = json!([
            { "expenseType": "involvementPayment", "quantityTenths": 10, "unit": "halfDay" },
            { "expenseType": "mileageCar", "quantityTenths": 124, "from": "Home", "to": "Hospital" },
            { "expenseType": "publicTransport", "amountPence": 320 }
        ]);
        let new = json!({ "appointmentId": appointment.id(), "activityDate": "2027-01-04", "activity": "Pathway group",
            "tenthHours": 35, "lines": lines });
        let claim = ada.post("/v1/claims", new).await.is(201);
        let path = claim.header("location").to_owned();
        assert_eq!(claim.body["totalPence"], 7600 + 558 + 320);
        let ticket = Form::new().field("line", "2").file("ticket.txt", Some("text/plain"), b"Single, 3.20");
        let receipt = ada.upload(&format!("{path}/receipts"), ticket).await.is(201);
        let sent = ada.post(&format!("{path}/submit"), declared()).await.is(200);
        assert_eq!((&sent.body["findings"], &sent.body["dueOn"]), (&json!([]), &json!("2027-02-02")));

        // Olu, who was there, confirms it; he authorises nothing. Farah, who confirms nothing, authorises it.
        let file = olu.get(&format!("{}/content", receipt.header("location"))).await.is(200);
        assert_eq!(file.bytes, b"Single, 3.20");
        farah.post(&format!("{path}/confirm"), json!({})).await.is_problem(403, "insufficient-scope");
        farah.step(&format!("{path}/authorise")).await.is_problem(409, "transition-not-allowed");
        assert_eq!(olu.post(&format!("{path}/confirm"), json!({})).await.is(200).body["status"], "confirmed");
        for person in [&olu, &amina, &ada] {
            person.step(&format!("{path}/authorise")).await.is_problem(403, "insufficient-scope");
        }
        assert_eq!(farah.step(&format!("{path}/authorise")).await.is(200).body["status"], "authorised");
        assert_eq!(ada.get(&path).await.is(200).body["status"], "authorised");

        // Finance takes it out, once. Nobody else does, and no other organisation sees it.
        olu.step("/v1/payment-exports").await.is_problem(403, "insufficient-scope");
        let export = farah.step("/v1/payment-exports").await.is(201);
        farah.step("/v1/payment-exports").await.is_problem(409, "rule-not-met");
        assert_eq!((&export.body["claims"], &export.body["totalPence"]), (&json!(1), &sent.body["totalPence"]));
        let theirs = app.user("fred", Role::FinanceApprover, "R0A").await;
        theirs.get(export.header("location")).await.is_problem(404, "not-found");
        let list = String::from_utf8(farah.get(&format!("{}/content", export.header("location"))).await.is(200).bytes).unwrap();
        assert!(list.contains("Ada Okafor") && list.contains(",878,7600,0,8478"), "{list}");
        assert_eq!(ada.get(&path).await.is(200).body["status"], "exported");

        // Two days later the money is sent. Ada is told, and sees how long it took and what it comes to.
        app.clock.advance(Duration::days(2));
        let (farah, ada) = (app.finance().await, signed_in(app, &credentials).await);
        let paid = json!({ "paidOn": "2027-01-07", "reference": "BACS 4711" });
        farah.post(&format!("{}/mark-paid", export.header("location")), paid).await.is(200);
        let settled = ada.get(&path).await.is(200);
        assert_eq!(
            (&settled.body["status"], &settled.body["paidOn"], &settled.body["workingDaysToPay"]),
            (&json!("paid"), &json!("2027-01-07"), &json!(2))
        );
        assert!(app.told(&appointment.body["partnerId"]).await.contains(&"claim-paid".to_owned()));
        let statement = ada.get(&format!("{record}/payment-statement?by=taxYear")).await.is(200);
        assert_eq!(
            (&statement.body["sum"]["paymentsPence"], &statement.body["sum"]["expensesPence"]),
            (&json!(7600), &json!(878))
        );
        let done = ada.get(&format!("{record}/involvement")).await.is(200);
        assert_eq!((&done.body["totals"]["activities"], &done.body["totals"]["oneToOnes"]), (&json!(1), &json!(1)));

        // And she sees who looked at what was hers.
        app.sequenced().await;
        let history = ada.get(&format!("{record}/history?limit=200")).await.is(200);
        let seen: Vec<_> = history.body["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
        for action in ["check.cleared", "agreement.concluded", "claim.confirmed", "claim.authorised", "claimReceipt.downloaded", "paymentExport.paid"] {
            assert!(seen.contains(&action), "{action} is not in {seen:?}");
        }
    }
);
