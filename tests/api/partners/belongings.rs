//! Routes, declarations and representatives of a partner.

use serde_json::{Value, json};

use crate::harness::story;

story!(
    async fn the_assembly_is_open_and_other_routes_are_decided_by_staff(app) {
        let (ada, path) = app.partner("ada").await;
        let (olu, enrolments) = (app.officer().await, format!("{path}/enrolments"));
        let open = ada.post(&enrolments, json!({ "route": "equalPartnersAssembly" })).await.is(201);
        assert_eq!((&open.body["status"], &open.body["startedOn"]), (&json!("active"), &json!("2026-11-22")));
        let asked = ada.post(&enrolments, json!({ "route": "ppp" })).await.is(201);
        assert_eq!((&asked.body["status"], &asked.body["startedOn"]), (&json!("pending"), &Value::Null));
        ada.post(&enrolments, json!({ "route": "ppp" })).await.is_problem(409, "already-exists").names(&["/route"]);
        let one = asked.header("location");
        ada.step(&format!("{one}/activate")).await.is_problem(403, "insufficient-scope");
        let active = olu.step(&format!("{one}/activate")).await.is(200);
        assert_eq!(active.body["startedOn"], "2026-11-22");
        olu.step(&format!("{one}/decline")).await.is_problem(409, "transition-not-allowed");
        let earlier = olu.patch(one, active.etag(), json!({ "startedOn": "2026-11-01" })).await.is(200);
        olu.patch(one, earlier.etag(), json!({ "startedOn": "2026-12-01" })).await.is_problem(422, "invalid-fields").names(&["/startedOn"]);
        let ended = ada.step(&format!("{one}/end")).await.is(200);
        assert_eq!(ended.body["endedOn"], "2026-11-22");
        // The route can be taken again, and the first time stays.
        ada.post(&enrolments, json!({ "route": "ppp" })).await.is(201);
        assert_eq!(ada.get(&enrolments).await.is(200).body["items"].as_array().unwrap().len(), 3);
    }
);

story!(
    async fn a_member_and_nobody_else_belongs_to_a_constituency(app) {
        let (ada, path) = app.partner("ada").await;
        let enrolments = format!("{path}/enrolments");
        let place = json!({ "kind": "public", "area": "Blackpool" });
        ada.post(&enrolments, json!({ "route": "member" })).await.is_problem(422, "invalid-fields").names(&["/constituency"]);
        ada.post(&enrolments, json!({ "route": "volunteer", "constituency": place })).await
            .is_problem(422, "invalid-fields").names(&["/constituency"]);
        let member = ada.post(&enrolments, json!({ "route": "member", "constituency": place })).await.is(201);
        assert_eq!(member.body["constituency"], place);
        let moved = json!({ "constituency": { "kind": "public", "area": "Wyre" } });
        ada.patch(member.header("location"), member.etag(), moved.clone()).await.is(200);
        let other = ada.post(&enrolments, json!({ "route": "volunteer" })).await.is(201);
        ada.patch(other.header("location"), other.etag(), moved).await.is_problem(422, "invalid-fields").names(&["/constituency"]);
    }
);

story!(
    async fn two_requests_for_one_route_make_one_enrolment(app) {
        let (ada, path) = app.partner("ada").await;
        let (enrolments, olu) = (format!("{path}/enrolments"), app.officer().await);
        let new = json!({ "route": "volunteer" });
        let (one, other) = tokio::join!(ada.post(&enrolments, new.clone()), olu.post(&enrolments, new.clone()));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
);

story!(
    async fn an_interest_is_declared_and_staff_say_what_is_done(app) {
        let (ada, path) = app.partner("ada").await;
        let declarations = format!("{path}/declarations");
        let new = json!({ "kind": "financial", "fromDate": "2024-03-01" });
        ada.post(&declarations, new).await.is_problem(422, "invalid-fields").names(&["/description"]);
        let mut new = json!({ "kind": "financial", "description": "I own shares.", "fromDate": "2024-03-01", "toDate": "2023-01-01" });
        ada.post(&declarations, new.clone()).await.is_problem(422, "invalid-fields").names(&["/toDate"]);
        new["toDate"] = Value::Null;
        new["mitigation"] = json!("declare");
        ada.post(&declarations, new.clone()).await.is_problem(422, "invalid-fields").names(&["/mitigation"]);
        new.as_object_mut().unwrap().remove("mitigation");
        let made = ada.post(&declarations, new).await.is(201);
        assert_eq!(made.body["mitigation"], "none");
        let one = made.header("location");
        ada.patch(one, made.etag(), json!({ "mitigation": "none" })).await.is_problem(422, "invalid-fields").names(&["/mitigation"]);
        let decided = app.officer().await.patch(one, made.etag(), json!({ "mitigation": "leaveRoom" })).await.is(200);
        ada.patch(one, decided.etag(), json!({ "toDate": "2026-10-31" })).await.is(200);
        assert_eq!(ada.get(one).await.is(200).body["mitigation"], "leaveRoom");
    }
);

story!(
    async fn that_there_is_no_interest_is_a_declaration_too(app) {
        let (ada, path) = app.partner("ada").await;
        let declarations = format!("{path}/declarations");
        let nil = json!({ "kind": "nil", "fromDate": "2026-11-22" });
        let made = ada.post(&declarations, nil.clone()).await.is(201);
        let mut described = nil;
        described["description"] = json!("None at all.");
        ada.post(&declarations, described).await.is_problem(422, "invalid-fields").names(&["/description"]);
        ada.patch(made.header("location"), made.etag(), json!({ "description": "Some." })).await
            .is_problem(422, "invalid-fields").names(&["/description"]);
        assert_eq!(ada.get(&declarations).await.is(200).body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn somebody_acts_for_a_partner_with_their_consent(app) {
        let (ada, path) = app.partner("ada").await;
        let representatives = format!("{path}/representatives");
        let mut new = json!({ "kind": "carer", "name": "Charles", "may": ["receiveMessages"], "consentWording": "He may." });
        ada.post(&representatives, new.clone()).await.is_problem(422, "invalid-fields").names(&[""]);
        new["email"] = json!("charles@example.org");
        let mut may_nothing = new.clone();
        may_nothing["may"] = json!([]);
        ada.post(&representatives, may_nothing).await.is_problem(422, "invalid-fields").names(&["/may"]);
        let added = ada.post(&representatives, new).await.is(201);
        let one = added.header("location");
        ada.patch(one, added.etag(), json!({ "email": null })).await.is_problem(422, "invalid-fields").names(&[""]);
        ada.patch(one, added.etag(), json!({ "may": ["applyFor"] })).await.is_problem(422, "invalid-fields").names(&["/may"]);
        ada.patch(one, added.etag(), json!({ "email": null, "telephone": "01253 300001" })).await.is(200);
        let ended = ada.step(&format!("{one}/end")).await.is(200);
        assert_eq!(ended.body["endedAt"], "2026-11-22T09:00:00Z");
        ada.step(&format!("{one}/end")).await.is_problem(409, "transition-not-allowed");
        ada.patch(one, ended.etag(), json!({ "name": "Charlie" })).await.is_problem(409, "transition-not-allowed");
        assert_eq!(ada.get(&representatives).await.is(200).body["items"][0]["name"], "Charles");
    }
);

story!(
    async fn what_belongs_to_a_partner_comes_in_pages(app) {
        let (ada, path) = app.partner("ada").await;
        for route in ["ppp", "volunteer", "governor", "readersPanel", "citizensPanel"] {
            ada.post(&format!("{path}/enrolments"), json!({ "route": route })).await.is(201);
            app.clock.advance(chrono::Duration::milliseconds(1));
        }
        for purpose in ["opportunities", "newsletter", "meetingLogistics", "surveys", "youSaidWeDid"] {
            let new = json!({ "purpose": purpose, "channel": "phone", "wording": "Yes." });
            ada.post(&format!("{path}/contact-preferences"), new).await.is(201);
        }
        for list in ["enrolments", "contact-preferences"] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = ada.get(&format!("{path}/{list}?limit=2{after}")).await.is(200);
                let items = page.body["items"].as_array().unwrap();
                assert!(items.len() <= 2);
                seen.extend(items.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
                let Some(next) = page.body["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            let all = ada.get(&format!("{path}/{list}")).await.is(200);
            let all: Vec<_> = all.body["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(seen, all);
            assert_eq!(seen.len(), 5);
        }
    }
);

story!(
    async fn what_belongs_to_a_partner_is_found_by_nobody_else(app) {
        let (ada, path) = app.partner("ada").await;
        let added = ada.post(&format!("{path}/enrolments"), json!({ "route": "volunteer" })).await.is(201);
        let (bea, _) = app.partner("bea").await;
        for other in [bea, app.stranger().await] {
            other.get(&format!("{path}/enrolments")).await.is_problem(404, "not-found");
            other.get(added.header("location")).await.is_problem(404, "not-found");
            other.step(&format!("{}/end", added.header("location"))).await.is_problem(404, "not-found");
            other.post(&format!("{path}/enrolments"), json!({ "route": "member" })).await.is_problem(404, "not-found");
        }
    }
);
