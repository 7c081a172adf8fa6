//! Routes of involvement: data with days, for everyone and of one's own.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::{TO_AN_OFFER, id_of};
use crate::harness::story;

story!(
    async fn everyone_begins_with_the_same_routes_and_no_organisation_sees_anothers(app) {
        let all = app.anonymous().get("/v1/involvement-routes").await.is(200);
        let codes: Vec<_> = all.body["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(codes, [
            "citizensPanel", "equalPartnersAssembly", "governor", "member", "patientSafetyPartner",
            "peerSupportNetwork", "ppp", "readersPanel", "volunteer",
        ]);
        assert!(all.body["items"].as_array().unwrap().iter().all(|one| one["organisation"] == "ENGLAND"));
        let new = json!({ "code": "ppp", "label": "Lived experience partner", "validFrom": "2026-11-01" });
        let own = app.admin().await.post("/v1/involvement-routes", new.clone()).await.is(201);
        let (ada, _) = app.partner("ada").await;
        let named = "/v1/involvement-routes?code=ppp&on=2026-11-22";
        assert_eq!(ada.get(named).await.is(200).body["items"].as_array().unwrap().len(), 2);
        let stan = app.stranger().await;
        assert_eq!(stan.get(named).await.is(200).body["items"].as_array().unwrap().len(), 1);
        stan.get(own.header("location")).await.is_problem(404, "not-found");
        app.officer().await.post("/v1/involvement-routes", new).await.is_problem(403, "insufficient-scope");
        // What is for everyone is the root's to end.
        let theirs = all.body["items"][0]["id"].as_str().unwrap();
        let end = format!("/v1/involvement-routes/{theirs}/end");
        let day = json!({ "validTo": "2026-11-30" });
        app.admin().await.post(&end, day.clone()).await.is_problem(404, "not-found");
        app.user("erin", Role::EngagementAdmin, "ENGLAND").await.post(&end, day).await.is(200);
    }
);

story!(
    async fn partners_are_enrolled_on_what_is_offered_on_the_day(app) {
        let (amina, (ada, path)) = (app.admin().await, app.partner("ada").await);
        let enrolments = format!("{path}/enrolments");
        let enrol = async |code: &str| ada.post(&enrolments, json!({ "route": code })).await;
        enrol("walkingGroup").await.is_problem(422, "invalid-fields").names(&["/route"]);
        let mut new = json!({ "code": "walkingGroup", "label": "Walking group", "opensToAll": true, "validFrom": "2026-11-23", "validTo": "2026-11-01" });
        amina.post("/v1/involvement-routes", new.clone()).await.is_problem(422, "invalid-fields").names(&["/validTo"]);
        new["validTo"] = Value::Null;
        let route = amina.post("/v1/involvement-routes", new).await.is(201);
        enrol("walkingGroup").await.is_problem(422, "invalid-fields").names(&["/route"]);
        app.clock.advance(chrono::Duration::days(1));
        let (ada, amina) = (app.user("ada", Role::Partner, "RXL").await, app.admin().await);
        let enrol = async |code: &str| ada.post(&enrolments, json!({ "route": code })).await;
        let enrolled = enrol("walkingGroup").await.is(201);
        assert_eq!((&enrolled.body["route"], &enrolled.body["status"]), (&json!("walkingGroup"), &json!("active")));
        let end = format!("{}/end", route.header("location"));
        amina.post(&end, json!({ "validTo": "2026-11-22" })).await.is_problem(422, "invalid-fields").names(&["/validTo"]);
        amina.post(&end, json!({ "validTo": "2026-11-23" })).await.is(200);
        ada.step(&format!("{}/end", enrolled.header("location"))).await.is(200);
        enrol("walkingGroup").await.is(201);
        app.clock.advance(chrono::Duration::days(1));
        let ada = app.user("ada", Role::Partner, "RXL").await;
        let list = ada.get(&enrolments).await.is(200);
        ada.step(&format!("/v1/enrolments/{}/end", list.body["items"][0]["id"].as_str().unwrap())).await.is(200);
        ada.post(&enrolments, json!({ "route": "walkingGroup" })).await.is_problem(422, "invalid-fields").names(&["/route"]);
    }
);

story!(
    async fn an_organisation_need_not_offer_what_is_for_everyone(app) {
        let (amina, (ada, path)) = (app.admin().await, app.partner("ada").await);
        let none = json!({ "code": "ppp", "label": "Not here", "validFrom": "2026-01-01", "validTo": "2026-11-21" });
        amina.post("/v1/involvement-routes", none).await.is(201);
        let enrolments = format!("{path}/enrolments");
        ada.post(&enrolments, json!({ "route": "ppp" })).await.is_problem(422, "invalid-fields").names(&["/route"]);
        // An appointment does not wait for a route that is not offered.
        let opportunity = app.published(json!({})).await;
        let applied = ada.post("/v1/applications", json!({ "opportunityId": id_of(&opportunity), "consent": true })).await.is(201);
        let olu = app.officer().await;
        app.decide_all(&olu, applied.header("location"), TO_AN_OFFER).await;
        ada.step(&format!("{}/accept", applied.header("location"))).await.is(200);
        let term = json!({ "applicationId": applied.id(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01" });
        olu.post("/v1/appointments", term).await.is(201);
        assert_eq!(ada.get(&enrolments).await.is(200).body["items"], json!([]));
        // A later one of its own counts instead.
        let again = json!({ "code": "ppp", "label": "Lived experience partner", "opensToAll": true, "validFrom": "2026-11-22" });
        amina.post("/v1/involvement-routes", again).await.is(201);
        assert_eq!(ada.post(&enrolments, json!({ "route": "ppp" })).await.is(201).body["status"], "active");
    }
);
