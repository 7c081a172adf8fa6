//! The main job, told once from end to end: from a planned role to a partner at work in it.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::support::{BY_HAND, KINDS, offer, published};
use crate::harness::{Person, TestApp, story};

/// A partner asks the token endpoint for a token, with the credentials that they were shown once.
pub async fn signed_in(app: &TestApp, credentials: &Value) -> Person {
    let word = |name: &str| credentials[name].as_str().unwrap();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", word("clientId"))
        .append_pair("client_secret", word("clientSecret"))
        .finish();
    let request = app
        .anonymous()
        .request(reqwest::Method::POST, "/oauth/token");
    let token = request
        .body("application/x-www-form-urlencoded", form)
        .send()
        .await
        .is(200);
    app.bearer(token.body["access_token"].as_str().unwrap())
}

story!(
    async fn from_a_planned_role_to_a_partner_at_work(app) {
        // The lead plans a role in the workstream that they lead.
        let (lena, olu) = (app.lead().await, app.officer().await);
        let lead_id = app.user_id("lena", Role::WorkstreamLead).await;
        let workstream = json!({ "name": "Stroke", "purpose": "Care after a stroke.", "leadId": lead_id });
        let workstream = olu.post("/v1/workstreams", workstream).await.is(201);
        let mut role = app.complete().await;
        role["workstreamId"] = json!(workstream.id());
        role["places"] = json!(1);
        let draft = lena.post("/v1/opportunities", role).await.is(201);
        let opportunity = draft.header("location");
        lena.step(&format!("{opportunity}/submit-for-review")).await.is(200);

        // The officer approves and publishes it; both are on the panel.
        olu.step(&format!("{opportunity}/approve")).await.is(200);
        olu.step(&format!("{opportunity}/publish")).await.is(200);

        // Two people without credentials find it and apply.
        let public = app.anonymous();
        let found = public.get("/v1/opportunities?q=clinics").await.is(200);
        assert_eq!(found.body["items"][0]["id"], draft.body["id"]);
        let ada = public.post("/v1/applications", app.application(opportunity, json!({}))).await.is(201);
        let applicant = json!({ "givenName": "Ben", "familyName": "Shah", "postalAddress": "1 High Street\nBlackpool", "over16": true });
        let ben = public.post("/v1/applications", app.application(opportunity, json!({ "applicant": applicant }))).await.is(201);
        let (her, his) = (ada.header("location"), ben.header("location"));
        let ada = signed_in(app, &ada.body["credentials"]).await;
        let ben = signed_in(app, &ben.body["credentials"]).await;

        // The panel shortlists both, sends questions ahead and meets them.
        for path in [her, his] {
            app.decide_all(&lena, path, &["shortlist", "arrange-chat", "send-questions"]).await;
        }
        assert_eq!(ada.get(her).await.is(200).body["chat"]["questions"].as_array().unwrap().len(), 1);
        app.decide_all(&lena, her, &["hold-chat", "offer"]).await;
        app.decide_all(&olu, his, &["hold-chat", "reserve", "give-feedback"]).await;
        assert_eq!(ben.get(his).await.is(200).body["outcome"], "reserve");

        // Ada accepts; the officer appoints her, and the round ends with an answer for everyone.
        ada.step(&format!("{her}/accept")).await.is(200);
        olu.step(&format!("{opportunity}/close")).await.is(200);
        olu.step(&format!("{opportunity}/start-shortlisting")).await.is(200);
        olu.step(&format!("{opportunity}/fill")).await.is_problem(409, "round-not-finished");
        app.decide(&olu, her, "give-feedback").await.is(200);
        olu.step(&format!("{opportunity}/fill")).await.is(200);
        let term = json!({ "applicationId": her.rsplit('/').next(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01" });
        let appointment = olu.post("/v1/appointments", term).await.is(201);
        let path = appointment.header("location");
        let choice = json!({ "choice": "accept", "benefitsInfoGiven": true });
        ada.post(&format!("{path}/choose-payment"), choice).await.is(200);
        olu.step(&format!("{path}/start-induction")).await.is(200);
        let mine = ada.get("/v1/appointments").await.is(200);
        assert_eq!(mine.body["items"][0]["status"], "inducting");
        assert_eq!(ada.get(her).await.is(200).body["statusMeaning"], "You have been appointed.");

        // She acknowledges the privacy notice and takes part; her induction has begun with the appointment.
        let record = format!("/v1/partners/{}", mine.body["items"][0]["partnerId"].as_str().unwrap());
        ada.post(&format!("{record}/acknowledge-privacy-notice"), json!({ "version": "2026-04" })).await.is(200);
        olu.step(&format!("{record}/activate")).await.is(200);
        ada.post(&format!("{record}/declarations"), json!({ "kind": "nil", "fromDate": "2026-11-22" })).await.is(201);
        let induction = ada.get("/v1/inductions").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
        let tick = format!("/v1/inductions/{induction}/complete-item");
        lena.post(&tick, json!({ "code": "roleWalkthrough" })).await.is(200);
        for code in BY_HAND.iter().filter(|code| **code != "roleWalkthrough") {
            olu.post(&tick, json!({ "code": code })).await.is(200);
        }

        // Two people publish the wordings. Ada signs the one herself, and says yes to the other on the telephone.
        let amina = app.admin().await;
        published(&olu, &amina).await;
        let activate = format!("{path}/activate");
        olu.step(&activate).await.is_problem(409, "rule-not-met")
            .names(&["/agreements/involvement", "/agreements/confidentiality"]);
        let mut signed = Vec::new();
        for kind in KINDS {
            let offered = olu.post("/v1/agreements", offer(appointment.id(), kind)).await.is(201);
            signed.push(offered.header("location").to_owned());
        }
        let typed = |name: &str| json!({ "method": "typed", "name": name });
        ada.get(&format!("{}/page", signed[0])).await.is(200);
        ada.post(&format!("{}/accept", signed[0]), typed("Ada Okafor")).await.is(200);
        let heard = json!({ "method": "spoken", "name": "Ada Okafor", "witness": "Charles Okafor" });
        olu.post(&format!("{}/record-acceptance", signed[1]), heard).await.is(200);
        for path in &signed {
            amina.post(&format!("{path}/countersign"), typed("Amina Khan")).await.is(200);
        }

        // Her role is active, and she keeps what she signed.
        assert_eq!(olu.step(&activate).await.is(200).body["status"], "active");
        assert_eq!(ada.get("/v1/appointments").await.is(200).body["items"][0]["status"], "active");
        let pdf = ada.get(&format!("{}/pdf", signed[0])).await.is(200);
        assert!(pdf.bytes.starts_with(b"%PDF-"));
    }
);
