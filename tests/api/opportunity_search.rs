//! Finding opportunities: words, filters, orders, counts, and who finds what.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::{Person, TestApp, story};

async fn titles(person: &Person, query: &str) -> Vec<String> {
    let list = person
        .get(&format!("/v1/opportunities{query}"))
        .await
        .is(200);
    list.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect()
}

/// Three published opportunities, and a draft.
async fn three(app: &TestApp) {
    app.published(json!({ "title": "Diabetes clinics" })).await;
    app.published(json!({
        "title": "Reading letters", "summary": "Read our letters and tell us what is hard to understand.",
        "kind": "readerPanel", "mode": "post", "place": null, "topics": ["Letters", "clinics"], "access": ["largePrint"],
        "payment": { "kind": "expenses" }, "hoursPerMonth": 2, "roleLevel": 1, "perspectivesWanted": ["public"],
        "role": { "accessSupportStatement": "Large print and audio." }, "closesAt": "2026-11-30T17:00:00Z"
    })).await;
    app.published(json!({
        "title": "Maternity voices", "summary": "Meet midwives once a month in Fleetwood.", "mode": "inPerson",
        "place": "Fleetwood", "topics": ["Maternity"], "payment": { "kind": "unpaid" }, "hoursPerMonth": null,
        "role": { "accessSupportStatement": "A crèche is next door.", "whatYouWillDo": ["Visit the birthing centre"] },
        "closesAt": "2026-12-24T17:00:00Z"
    })).await;
    let olu = app.officer().await;
    app.drafted(&olu, json!({ "title": "Still a draft about diabetes" }))
        .await;
}

story!(
    async fn everyone_finds_what_is_published_by_words_and_filters(app) {
        three(app).await;
        let anyone = app.anonymous();
        for (query, expected) in [
            ("?sort=title", vec!["Diabetes clinics", "Maternity voices", "Reading letters"]),
            ("?sort=closingSoon", vec!["Reading letters", "Diabetes clinics", "Maternity voices"]),
            ("?q=letters", vec!["Reading letters"]),
            ("?q=birthing+CENTRE", vec!["Maternity voices"]),
            ("?q=meeting&sort=title", vec!["Diabetes clinics", "Maternity voices"]),
            ("?q=the+letters+of+a", vec!["Reading letters"]),
            ("?q=the", vec![]),
            ("?q=zebra", vec![]),
            ("?q=%22%20OR%20*", vec![]),
            ("?topic=CLINICS&sort=title", vec!["Diabetes clinics", "Reading letters"]),
            ("?place=fleetwood", vec!["Maternity voices"]),
            ("?mode=post", vec!["Reading letters"]),
            ("?maxHoursPerMonth=3", vec!["Reading letters"]),
            ("?payment=unpaid", vec!["Maternity voices"]),
            ("?access=hearingLoop&sort=title", vec!["Diabetes clinics", "Maternity voices"]),
            ("?perspective=public", vec!["Reading letters"]),
            ("?kind=readerPanel", vec!["Reading letters"]),
            ("?roleLevel=1", vec!["Reading letters"]),
            ("?participationLevel=coDesign&place=blackpool", vec!["Diabetes clinics"]),
            ("?organisation=RXL&mode=hybrid", vec!["Diabetes clinics"]),
            ("?organisation=R0A", vec![]),
            ("?closingBefore=2026-12-01T00:00:00Z", vec!["Reading letters"]),
            ("?status=draft", vec![]),
            ("?audience=organisation", vec![]),
        ] {
            assert_eq!(titles(&anyone, query).await, expected, "{query}");
        }
        anyone.get("/v1/opportunities?colour=red").await.is_problem(400, "unknown-parameter");
        anyone.get("/v1/opportunities?mode=flying").await.is_problem(400, "invalid-parameter");
        anyone.get("/v1/opportunities?sort=budgetCode").await.is_problem(400, "invalid-parameter");
        anyone.get("/v1/opportunities/facets?sort=title").await.is_problem(400, "unknown-parameter");
    }
);

story!(
    async fn staff_list_their_own_and_can_look_as_the_public_does(app) {
        three(app).await;
        let olu = app.officer().await;
        assert_eq!(titles(&olu, "?sort=title").await.len(), 4);
        assert_eq!(titles(&olu, "?status=draft").await, ["Still a draft about diabetes"]);
        assert_eq!(titles(&olu, "?audience=public").await.len(), 3);
        assert_eq!(titles(&olu, "?audience=shared").await.len(), 0);
        let ours = olu.get("/v1/opportunities?audience=public").await.is(200);
        assert_eq!(ours.body, app.anonymous().get("/v1/opportunities").await.is(200).body);
        let stan = app.stranger().await;
        assert_eq!(titles(&stan, "").await.len(), 0);
        assert_eq!(titles(&stan, "?audience=public").await.len(), 3);
        let seen = stan.get("/v1/opportunities?audience=public").await.is(200);
        assert!(seen.body["items"].as_array().unwrap().iter().all(|item| item.get("staff").is_none()));
        let partner = app.user("pat", Role::Partner, "RXL").await;
        assert_eq!(titles(&partner, "?sort=title").await.len(), 3);
        assert_eq!(titles(&partner, "?status=draft").await.len(), 0);
    }
);

story!(
    async fn counts_follow_the_filters(app) {
        three(app).await;
        let anyone = app.anonymous();
        let all = anyone.get("/v1/opportunities/facets").await.is(200);
        let count = |facets: &Value, facet: &str| {
            let counts = facets[facet].as_array().unwrap().iter();
            counts.map(|one| (one["value"].as_str().unwrap().to_owned(), one["count"].as_i64().unwrap())).collect::<Vec<_>>()
        };
        let pairs = |pairs: &[(&str, i64)]| pairs.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect::<Vec<_>>();
        assert_eq!(count(&all.body, "topic"), pairs(&[("clinics", 2), ("diabetes", 1), ("letters", 1), ("maternity", 1)]));
        assert_eq!(count(&all.body, "place"), pairs(&[("blackpool", 1), ("fleetwood", 1)]));
        assert_eq!(count(&all.body, "organisation"), pairs(&[("RXL", 3)]));
        assert_eq!(count(&all.body, "payment"), pairs(&[("expenses", 1), ("paid", 1), ("unpaid", 1)]));
        assert_eq!(count(&all.body, "access"), pairs(&[("hearingLoop", 2), ("stepFree", 2), ("largePrint", 1)]));
        let some = anyone.get("/v1/opportunities/facets?topic=clinics&mode=post").await.is(200);
        assert_eq!(count(&some.body, "mode"), pairs(&[("post", 1)]));
        assert_eq!(count(&some.body, "roleLevel"), pairs(&[("1", 1)]));
        assert_eq!(count(&some.body, "place"), pairs(&[]));
        let drafts = app.officer().await.get("/v1/opportunities/facets?status=draft").await.is(200);
        assert_eq!(count(&drafts.body, "topic"), pairs(&[("clinics", 1), ("diabetes", 1)]));
    }
);

story!(
    async fn a_change_is_found_under_its_new_words_only(app) {
        let olu = app.officer().await;
        let path = app.drafted(&olu, json!({ "title": "Diabetes clinics", "topics": ["Diabetes"] })).await;
        olu.patch(&path, "\"1\"", json!({ "title": "Kidney clinics", "topics": ["Kidneys"] })).await.is(200);
        assert_eq!(titles(&olu, "?q=kidney").await, ["Kidney clinics"]);
        assert_eq!(titles(&olu, "?topic=diabetes").await.len(), 0);
        assert_eq!(titles(&olu, "?topic=kidneys").await.len(), 1);
    }
);

story!(
    async fn every_order_walks_through_all_pages_once(app) {
        let olu = app.officer().await;
        for at in 0..7 {
            // Equal titles and closing times: the id breaks ties.
            app.drafted(&olu, json!({ "title": format!("Role {}", at / 3) })).await;
        }
        for sort in ["newest", "closingSoon", "title"] {
            let mut seen = Vec::new();
            let mut next = format!("/v1/opportunities?sort={sort}&limit=2");
            loop {
                let page = olu.get(&next).await.is(200);
                seen.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
                let Some(cursor) = page.body["next"].as_str() else { break };
                next = format!("/v1/opportunities?sort={sort}&limit=2&after={cursor}");
            }
            assert_eq!(seen.len(), 7, "{sort}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 7, "{sort}");
        }
    }
);

story!(
    async fn what_is_shared_is_seen_in_every_state_but_not_its_internal_matters(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let commissioner = app.user("cara", Role::EngagementOfficer, "QE1").await;
        let path = app.drafted(&olu, json!({ "title": "Still a draft" })).await;
        commissioner.get(&path).await.is_problem(404, "not-found");
        let share = json!({ "withOrganisation": "QE1", "what": "opportunities", "purpose": "One view of the system.",
            "startsOn": "2026-11-22", "endsOn": "2026-12-31" });
        amina.post("/v1/organisations/RXL/shares", share).await.is(201);
        let read = commissioner.get(&path).await.is(200);
        assert_eq!((read.body["status"].as_str(), read.body.get("staff")), (Some("draft"), None));
        assert_eq!(titles(&commissioner, "").await.len(), 0);
        assert_eq!(titles(&commissioner, "?audience=shared").await, ["Still a draft"]);
        assert_eq!(titles(&commissioner, "?audience=shared&organisation=RXL&status=draft").await, ["Still a draft"]);
        commissioner.step(&format!("{path}/submit-for-review")).await.is_problem(404, "not-found");
        commissioner.patch(&path, "*", json!({ "title": "Not theirs" })).await.is_problem(404, "not-found");
    }
);
