//! Sharing a partner's record with another organisation.

use equal_partners::access::Role;
use serde_json::json;

use crate::harness::story;

story!(
    async fn another_organisation_reads_what_the_partner_shares_until_the_day(app) {
        let (ada, path) = app.partner("ada").await;
        let contact = json!({ "emergencyContact": { "name": "Charles", "telephone": "01253 300001" } });
        ada.patch(&path, "*", contact).await.is(200);
        for (need, shared) in [("quietRoom", true), ("breaks", false)] {
            let new = json!({ "category": "participationNeed", "need": need, "mayBeShared": shared });
            ada.post(&format!("{path}/access-needs"), new).await.is(201);
        }
        let quentin = app.user("quentin", Role::EngagementOfficer, "QE1").await;
        quentin.get(&path).await.is_problem(404, "not-found");
        let new = json!({ "withOrganisation": "QE1", "purpose": "Roles of the whole system.", "consentWording": "Yes.", "endsOn": "2026-11-30" });
        let share = ada.post(&format!("{path}/shares"), new).await.is(201);
        assert_eq!(ada.get(share.header("location")).await.is(200).body, share.body);
        let seen = quentin.get(&path).await.is(200);
        assert_eq!(seen.body["givenName"], "ada");
        assert!(seen.body.get("emergencyContact").is_none());
        assert!(seen.etag().ends_with("-other\""));
        assert_eq!(quentin.get("/v1/partners").await.is(200).body["items"].as_array().unwrap().len(), 1);
        let needs = quentin.get(&format!("{path}/access-needs")).await.is(200);
        assert_eq!(needs.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(needs.body["items"][0]["need"], "quietRoom");
        // To read is not to change, and what belongs to the partner is not shared with the record.
        quentin.patch(&path, "*", json!({ "skills": [] })).await.is_problem(404, "not-found");
        quentin.step(&format!("{path}/pause")).await.is_problem(404, "not-found");
        for below in ["enrolments", "contact-preferences", "declarations", "representatives", "shares", "messages"] {
            quentin.get(&format!("{path}/{below}")).await.is_problem(404, "not-found");
        }
        // The partner sees that it was read, and by which organisation.
        let history = ada.get(&format!("{path}/history")).await.is(200);
        let read = history.body["items"].as_array().unwrap().iter().find(|one| one["action"] == "partner.read");
        assert_eq!(read.unwrap()["organisation"], "QE1");
        assert_eq!(read.unwrap()["name"], "quentin");
        app.clock.advance(chrono::Duration::days(9));
        let quentin = app.user("quentin", Role::EngagementOfficer, "QE1").await;
        quentin.get(&path).await.is_problem(404, "not-found");
    }
);

story!(
    async fn a_revoked_share_shows_nothing_from_the_next_request_on(app) {
        let (ada, path) = app.partner("ada").await;
        let quentin = app.user("quentin", Role::EngagementOfficer, "QE1").await;
        let new = json!({ "withOrganisation": "QE1", "purpose": "Roles of the whole system.", "consentWording": "Yes.", "endsOn": "2027-11-30" });
        let share = ada.post(&format!("{path}/shares"), new).await.is(201);
        quentin.get(&path).await.is(200);
        quentin.step(&format!("{}/revoke", share.header("location"))).await.is_problem(404, "not-found");
        ada.step(&format!("{}/revoke", share.header("location"))).await.is(200);
        quentin.get(&path).await.is_problem(404, "not-found");
        ada.step(&format!("{}/revoke", share.header("location"))).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn a_share_names_another_open_organisation_and_a_day_within_two_years(app) {
        let (ada, path) = app.partner("ada").await;
        let shares = format!("{path}/shares");
        let with = |code: &str, day: &str| json!({ "withOrganisation": code, "purpose": "Roles.", "consentWording": "Yes.", "endsOn": day });
        ada.post(&shares, with("RXL", "2027-01-01")).await.is_problem(422, "invalid-fields").names(&["/withOrganisation"]);
        ada.post(&shares, with("ZZZ99", "2027-01-01")).await.is_problem(422, "invalid-fields").names(&["/withOrganisation"]);
        ada.post(&shares, with("QE1", "2026-11-21")).await.is_problem(422, "invalid-fields").names(&["/endsOn"]);
        ada.post(&shares, with("QE1", "2028-11-23")).await.is_problem(422, "invalid-fields").names(&["/endsOn"]);
        ada.post(&shares, with("QE1", "2026-11-22")).await.is(201);
        let end = json!({ "reason": "ownChoice" });
        ada.post(&format!("{path}/end"), end).await.is(200);
        let list = ada.get(&shares).await.is(200);
        assert_eq!(list.body["items"][0]["revokedAt"], "2026-11-22T09:00:00Z");
        ada.post(&shares, with("QE1", "2027-01-01")).await.is_problem(409, "transition-not-allowed");
    }
);
