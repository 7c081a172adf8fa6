//! A clock that jumps.

use chrono::Duration;
use equal_partners::store::{Verdict, verify};
use serde_json::json;

use crate::harness::story;

story!(
    async fn a_clock_that_jumps_loses_nothing_and_breaks_no_chain(app) {
        let admin = app.admin().await;
        let new = |name: &str| json!({ "name": name, "purpose": "To be kept." });
        let added = admin.post("/v1/workstreams", new("Before")).await.is(201);
        let path = added.header("location").to_owned();
        // An hour back: a record is changed before it was made.
        app.clock.advance(-Duration::hours(1));
        let admin_then = app.admin().await;
        admin_then.patch(&path, added.etag(), json!({ "purpose": "Earlier." })).await.is(200);
        admin_then.post("/v1/workstreams", new("Earlier")).await.is(201);
        // Ten years on: what was signed has long ended, which is no failure of ours.
        app.clock.advance(Duration::days(3650));
        admin.get(&path).await.is_problem(401, "invalid-token");
        let admin_later = app.admin().await;
        let read = admin_later.get(&path).await.is(200);
        admin_later.patch(&path, read.etag(), json!({ "purpose": "Later." })).await.is(200);
        app.run_jobs().await;
        // And back to where it was.
        app.clock.advance(-Duration::days(3650) + Duration::hours(1));
        let now = app.admin().await;
        let read = now.get(&path).await.is(200);
        assert_eq!(read.body["version"], 3);
        now.patch(&path, read.etag(), json!({ "purpose": "Now." })).await.is(200);
        app.sequenced().await;
        assert!(matches!(verify(&app.state.store.database).await.unwrap(), Verdict::Whole(count) if count > 0));
        let told = now.get("/v1/changes?record=workstream").await.is(200);
        let told = told.body["items"].as_array().unwrap().iter();
        let versions: Vec<_> = told
            .filter(|one| one["recordId"] == *added.id())
            .map(|one| one["recordVersion"].as_i64().unwrap())
            .collect();
        assert_eq!(versions, [1, 2, 3, 4]);
    }
);
