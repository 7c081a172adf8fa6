//! Workstreams: names are unique in an organisation, changes need the version seen, others see nothing.

use serde_json::json;

use crate::harness::story;

story!(
    async fn an_officer_adds_reads_and_changes_a_workstream(app) {
        let olu = app.officer().await;
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        let added = olu.post("/v1/workstreams", new).await.is(201);
        assert_eq!(added.etag(), "\"1\"");
        let path = added.header("location").to_owned();
        let read = olu.get(&path).await.is(200);
        assert_eq!(read.body, added.body);
        let changed = olu.patch(&path, read.etag(), json!({ "purpose": "Open them later." })).await.is(200);
        assert_eq!(changed.etag(), "\"2\"");
        assert_eq!(changed.body["name"], "Diabetes pathway");
        let list = olu.get("/v1/workstreams?sort=name").await.is(200);
        assert_eq!(list.body["items"], json!([changed.body]));
    }
);

story!(
    async fn a_change_needs_the_version_that_was_seen(app) {
        let olu = app.officer().await;
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        let path = olu.post("/v1/workstreams", new).await.is(201).header("location").to_owned();
        let patch = json!({ "purpose": "Another." });
        olu.request(reqwest::Method::PATCH, &path).merge_patch(patch.clone()).send().await
            .is_problem(428, "precondition-required");
        olu.patch(&path, "\"7\"", patch.clone()).await.is_problem(412, "precondition-failed");
        olu.patch(&path, "W/\"1\"", patch.clone()).await.is_problem(412, "precondition-failed");
        olu.patch(&path, "\"1\"", patch).await.is(200);
    }
);

story!(
    async fn a_number_in_the_place_of_a_word_is_json_and_named(app) {
        let olu = app.officer().await;
        for kind in [json!(1), json!(true), json!([]), json!({})] {
            let new = json!({ "title": "Title", "summary": "Help us.", "kind": kind });
            olu.post("/v1/opportunities", new).await.is_problem(422, "invalid-fields");
        }
    }
);

story!(
    async fn a_name_is_unique_in_its_organisation_only(app) {
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        app.officer().await.post("/v1/workstreams", new.clone()).await.is(201);
        app.admin().await.post("/v1/workstreams", new.clone()).await
            .is_problem(409, "already-exists").names(&["/name"]);
        app.stranger().await.post("/v1/workstreams", new).await.is(201);
    }
);

story!(
    async fn another_organisation_finds_nothing(app) {
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        let path = app.officer().await.post("/v1/workstreams", new).await.is(201).header("location").to_owned();
        let stan = app.stranger().await;
        stan.get(&path).await.is_problem(404, "not-found");
        // Whether the body or the precondition is valid does not matter for a record that is not there.
        stan.patch(&path, "\"1\"", json!({ "purpose": 7 })).await.is_problem(404, "not-found");
        assert_eq!(stan.get("/v1/workstreams").await.body["items"], json!([]));
    }
);

story!(
    async fn every_field_that_is_wrong_is_named(app) {
        let wrong = json!({ "name": "x", "purpose": 7, "leadId": "me", "colour": "red" });
        app.officer().await.post("/v1/workstreams", wrong).await
            .is_problem(422, "invalid-fields")
            .names(&["/colour", "/leadId", "/name", "/purpose"]);
    }
);

story!(
    async fn a_repeated_request_is_done_once(app) {
        let olu = app.officer().await;
        let send = async |name: &str| {
            let body = json!({ "name": name, "purpose": "Bring clinics closer." });
            olu.request(reqwest::Method::POST, "/v1/workstreams").header("Idempotency-Key", "k1").json(body).send().await
        };
        let first = send("Diabetes pathway").await.is(201);
        let again = send("Diabetes pathway").await.is(201);
        assert_eq!(first.body, again.body);
        assert_eq!(first.header("location"), again.header("location"));
        send("Another pathway").await.is_problem(422, "idempotency-key-reused");
        assert_eq!(olu.get("/v1/workstreams").await.body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn a_workstream_is_found_by_its_words(app) {
        let olu = app.officer().await;
        for (name, purpose) in [("Diabetes pathway", "Bring clinics closer."), ("Maternity voices", "Listen to families.")] {
            olu.post("/v1/workstreams", json!({ "name": name, "purpose": purpose })).await.is(201);
        }
        let found = olu.get("/v1/workstreams?q=FAMILY").await.is(200);
        assert_eq!(found.body["items"][0]["name"], "Maternity voices");
        assert_eq!(found.body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn a_field_that_is_given_twice_is_named(app) {
        let request = app.officer().await.request(reqwest::Method::POST, "/v1/workstreams");
        let twice = r#"{ "name": "First", "name": "Second", "purpose": "One." }"#;
        request.body("application/json", twice).send().await.is_problem(422, "invalid-fields").names(&["/name"]);
    }
);
