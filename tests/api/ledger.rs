//! The ledger: every change is in it once, in order, and no entry can be altered.

use equal_partners::store::{Verdict, verify};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::harness::story;

story!(
    async fn each_change_is_told_once_and_in_order(app) {
        let admin = app.admin().await;
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        let added = admin.post("/v1/workstreams", new.clone()).await.is(201);
        admin.post("/v1/workstreams", new).await.is(409);
        admin.step(&format!("{}/close", added.header("location"))).await.is(200);
        app.sequenced().await;
        let changes = admin.get("/v1/changes?record=workstream").await.is(200);
        let told: Vec<_> = changes.body["items"].as_array().unwrap().iter()
            .map(|item| (item["action"].as_str().unwrap(), item["recordVersion"].as_i64().unwrap())).collect();
        assert_eq!(told, [("workstream.added", 1), ("workstream.closed", 2)]);
        assert_eq!(app.stranger().await.get("/v1/changes?record=workstream").await.body["items"], json!([]));
    }
);

story!(
    async fn an_altered_entry_is_found(app) {
        let admin = app.admin().await;
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        admin.post("/v1/workstreams", new).await.is(201);
        app.sequenced().await;
        let database = &app.state.store.database;
        assert!(matches!(verify(database).await.unwrap(), Verdict::Whole(count) if count > 0));
        let alter = "UPDATE ledger_entries SET action = 'workstream.removed' WHERE action = 'workstream.added'";
        assert!(database.whole().execute_unprepared(alter).await.is_err(), "the database lets the ledger be altered");
    }
);
