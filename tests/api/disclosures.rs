//! Disclosures: what panels wrote about a partner comes out when the partner asks, and is read by nobody else.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::story;

story!(
    async fn information_governance_reads_what_panels_wrote_about_one_partner(app) {
        let opportunities = [app.published(json!({})).await, app.published(json!({ "title": "Reader" })).await];
        let (first, ada) = app.applicant(&opportunities[0], json!({})).await;
        let own = json!({ "opportunityId": id_of(&opportunities[1]), "consent": true });
        let second = ada.post("/v1/applications", own.clone()).await.is(201);
        let (other, _) = app.applicant(&opportunities[0], json!({})).await;
        let olu = app.officer().await;
        app.decide_all(&olu, first.header("location"), &["shortlist", "arrange-chat", "hold-chat"]).await;
        for (application, body) in [(&first, "Asked about evenings."), (&first, "Rang back."), (&other, "Not about Ada.")] {
            olu.post(&format!("{}/notes", application.header("location")), json!({ "body": body })).await.is(201);
        }
        let path = format!("/v1/partners/{}/disclosures", first.body["partnerId"].as_str().unwrap());
        let idris = app.user("idris", Role::IgLead, "RXL").await;
        let page = idris.get(&format!("{path}?limit=1")).await.is(200);
        assert_eq!(page.body["items"][0]["applicationId"], second.body["id"]);
        assert_eq!(page.body["items"][0]["notes"], json!([]));
        let next = format!("{path}?limit=1&after={}", page.body["next"].as_str().unwrap());
        let page = idris.get(&next).await.is(200);
        let disclosed = &page.body["items"][0];
        assert_eq!(disclosed["chatRecord"]["notes"], "Spoke about caring for a parent.");
        let notes: Vec<&str> = disclosed["notes"].as_array().unwrap().iter().map(|note| note["body"].as_str().unwrap()).collect();
        assert_eq!(notes, ["Asked about evenings.", "Rang back."]);
        assert_eq!(page.body["next"], Value::Null);
        // Nobody else, and not across organisations; the partner sees that it was read.
        for person in [&olu, &app.admin().await, &ada] {
            person.get(&path).await.is_problem(403, "insufficient-scope");
        }
        app.user("stranger-ig", Role::IgLead, "R0A").await.get(&path).await.is_problem(404, "not-found");
        let history = ada.get(&path.replace("disclosures", "history")).await.is(200);
        let actions = history.body["items"].as_array().unwrap().iter().filter(|one| one["action"] == "partner.disclosureRead");
        assert_eq!(actions.count(), 2);
    }
);

story!(
    async fn what_is_held_of_a_partners_support_is_disclosed_to_them_by_information_governance_alone(app) {
        let one = app.appointed(json!({})).await;
        let (olu, olu_id) = (app.officer().await, app.user_id("olu", Role::EngagementOfficer).await);
        let role = olu.get(&one.path).await.is(200);
        let law = json!({ "opportunityId": role.body["opportunityId"], "level": "basic", "legalBasis": "Anyone may ask." });
        olu.post("/v1/check-requirements", law).await.is(201);
        let check = olu.post("/v1/checks", json!({ "appointmentId": role.id(), "kind": "dbs" })).await.is(201);
        let talk = json!({ "appointmentId": role.id(), "plannedFor": "2026-11-22", "supporterId": olu_id });
        let talk = olu.post("/v1/one-to-ones", talk).await.is(201);
        let held = json!({ "mode": "phone", "minutes": 30, "record": { "wellbeing": "Well." },
            "actions": [{ "what": "Ask for large print", "owner": "supporter", "dueOn": "2027-03-15" },
                        { "what": "Try the hearing loop", "owner": "partner", "dueOn": "2027-03-15" }] });
        olu.post(&format!("{}/hold", talk.header("location")), held).await.is(200);

        let idris = app.user("idris", Role::IgLead, "RXL").await;
        let theirs = app.user("stranger-ig", Role::IgLead, "R0A").await;
        for (what, field, expected) in [
            ("checks", "id", check.body["id"].clone()),
            ("inductions", "id", json!(id_of(&one.induction))),
        ] {
            let path = format!("{}/disclosures/{what}", one.record);
            let disclosed = idris.get(&path).await.is(200).body["items"].clone();
            assert_eq!((disclosed.as_array().unwrap().len(), &disclosed[0][field]), (1, &expected), "{what}");
            for person in [&olu, &app.admin().await, &one.partner] {
                person.get(&path).await.is_problem(403, "insufficient-scope");
            }
            theirs.get(&path).await.is_problem(404, "not-found");
        }
        // In pages, each once.
        let (path, mut agreed) = (format!("{}/disclosures/one-to-one-actions?limit=1", one.record), Vec::new());
        let mut at = path.clone();
        loop {
            let page = idris.get(&at).await.is(200).body;
            agreed.extend(page["items"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            at = format!("{path}&after={next}");
        }
        agreed.sort();
        assert_eq!(agreed, ["Ask for large print", "Try the hearing loop"]);
        olu.get(&path).await.is_problem(403, "insufficient-scope");
        theirs.get(&path).await.is_problem(404, "not-found");
        app.sequenced().await;
        let history = one.partner.get(&format!("{}/history?limit=200", one.record)).await.is(200);
        let reads = history.body["items"].as_array().unwrap().iter().filter(|one| one["action"] == "partner.disclosureRead");
        assert_eq!(reads.count(), 4);
    }
);
