//! Two people: what one wrote, another one approves and publishes, and an API client is nobody's colleague.

use equal_partners::access::Role;
use serde_json::json;

use crate::harness::people::client;
use crate::harness::story;

story!(
    async fn whoever_wrote_something_of_it_neither_approves_nor_publishes(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let otto = app.user("otto", Role::EngagementOfficer, "RXL").await;
        let path = app.drafted(&olu, json!({})).await;
        // Notes for colleagues are nothing that anybody approves.
        amina.patch(&path, "*", json!({ "internalNotes": "Looks good." })).await.is(200);
        otto.patch(&path, "*", json!({ "payment": { "pence": 9000 } })).await.is(200);
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        for author in [&olu, &otto] {
            author.step(&format!("{path}/approve")).await.is_problem(403, "same-person");
        }
        let approved = amina.step(&format!("{path}/approve")).await.is(200);
        assert_eq!(approved.body["staff"]["authors"].as_array().unwrap().len(), 2);
        for author in [&olu, &otto] {
            author.step(&format!("{path}/publish")).await.is_problem(403, "same-person");
        }
        // Who changes what was approved is an author, too.
        amina.patch(&path, "*", json!({ "budgetCode": "CC-9999" })).await.is(200);
        amina.step(&format!("{path}/publish")).await.is_problem(403, "same-person");
        let third = app.user("theo", Role::EngagementAdmin, "RXL").await;
        let published = third.step(&format!("{path}/publish")).await.is(200);
        assert_eq!(published.body["staff"]["authors"], json!([]));
    }
);

story!(
    async fn terms_of_what_is_published_are_changed_by_two_people(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let path = app.published(json!({})).await;
        let (_, ada) = app.applicant(&path, json!({})).await;
        for person in [&olu, &amina] {
            let refused = person.patch(&path, "*", json!({ "hoursPerMonth": 9, "role": { "usualTimes": ["morning"] } })).await
                .is_problem(409, "transition-not-allowed").names(&["/hoursPerMonth", "/role/usualTimes"]);
            assert_eq!(refused.body["state"], "published");
        }
        olu.step(&format!("{path}/return-to-draft")).await.is(200);
        let changed = olu.patch(&path, "*", json!({ "hoursPerMonth": 9 })).await.is(200);
        assert_eq!(changed.body["revision"], 1);
        // Nobody outside reads what nobody has approved.
        app.anonymous().get(&path).await.is_problem(404, "not-found");
        ada.get(&path).await.is_problem(404, "not-found");
        app.anonymous().post("/v1/applications", app.application(&path, json!({}))).await
            .is_problem(409, "applications-closed");
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        olu.step(&format!("{path}/approve")).await.is_problem(403, "same-person");
        amina.step(&format!("{path}/approve")).await.is(200);
        olu.step(&format!("{path}/publish")).await.is_problem(403, "same-person");
        let published = amina.step(&format!("{path}/publish")).await.is(200);
        assert_eq!((&published.body["revision"], &published.body["hoursPerMonth"]), (&json!(2), &json!(9)));
        assert_eq!(ada.get(&path).await.is(200).body["revision"], 2);
    }
);

story!(
    async fn only_who_publishes_takes_down_what_is_published(app) {
        let led = json!({ "name": "Led", "purpose": "Lena's.", "leadId": app.user_id("lena", Role::WorkstreamLead).await });
        let led = app.admin().await.post("/v1/workstreams", led).await.is(201);
        let path = app.published(json!({ "workstreamId": led.id() })).await;
        app.lead().await.step(&format!("{path}/return-to-draft")).await.is_problem(403, "same-person");
        app.clock.advance(chrono::Duration::days(30));
        app.officer().await.step(&format!("{path}/return-to-draft")).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn an_api_client_is_no_second_person(app) {
        let olu = app.officer().await;
        let path = app.drafted(&olu, json!({})).await;
        olu.step(&format!("{path}/submit-for-review")).await.is(200);
        let system = client(app, "RXL", &[
            "opportunities:approve", "opportunities:publish", "partners:suspend", "partners:propose-erasure",
            "partners:erase",
        ]).await;
        system.step(&format!("{path}/approve")).await.is_problem(403, "person-needed");
        app.admin().await.step(&format!("{path}/approve")).await.is(200);
        system.step(&format!("{path}/publish")).await.is_problem(403, "person-needed");
        let (_, ada) = app.partner("ada").await;
        let reason = json!({ "reason": "Asked for it." });
        // Neither of the two: who proposes through a client would confirm alone.
        system.post(&format!("{ada}/propose-suspension"), reason.clone()).await.is_problem(403, "person-needed");
        olu.post(&format!("{ada}/propose-suspension"), reason.clone()).await.is(200);
        system.step(&format!("{ada}/suspend")).await.is_problem(403, "person-needed");
        olu.post(&format!("{ada}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        system.post(&format!("{ada}/propose-erasure"), reason.clone()).await.is_problem(403, "person-needed");
        let idris = app.user("idris", Role::IgLead, "RXL").await;
        idris.post(&format!("{ada}/propose-erasure"), reason).await.is(200);
        system.step(&format!("{ada}/anonymise")).await.is_problem(403, "person-needed");
        app.admin().await.step(&format!("{ada}/anonymise")).await.is(200);
    }
);
