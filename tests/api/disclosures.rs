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
