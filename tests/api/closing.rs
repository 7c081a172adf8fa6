//! Closing in time: no reader and no applicant sees an opportunity past its closing time, and no
//! closing time is missed, whether the job runs late, twice, or after a restart.

use chrono::Duration;
use serde_json::{Value, json};

use crate::harness::{TestApp, story};

async fn state(app: &TestApp, path: &str) -> Value {
    app.admin().await.get(path).await.is(200).body["status"].clone()
}

/// How often the ledger says that an opportunity was closed.
async fn closings(app: &TestApp) -> usize {
    app.sequenced().await;
    let told = app
        .admin()
        .await
        .get("/v1/changes?record=opportunity&limit=200")
        .await
        .is(200);
    told.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["action"] == "opportunity.closed")
        .count()
}

story!(
    async fn an_opportunity_closes_by_itself_at_its_closing_time(app) {
        let path = app.published(json!({ "closesAt": "2026-11-24T09:00:00Z" })).await;
        app.run_jobs().await;
        assert_eq!(state(app, &path).await, "published", "early, the job has nothing to do");
        app.clock.advance(Duration::days(2));
        // Whether the job has run or not.
        app.anonymous().get(&path).await.is_problem(404, "not-found");
        let read = app.admin().await.get(&path).await.is(200);
        assert_eq!(read.body["status"], "closed");
        assert_eq!(app.admin().await.get("/v1/opportunities?status=published").await.body["items"], json!([]));
        let list = app.admin().await.get("/v1/opportunities?status=closed").await.is(200);
        assert_eq!(list.body["items"][0]["id"], read.body["id"]);
        app.run_jobs().await;
        let closed = app.admin().await.get(&path).await.is(200);
        assert_eq!(closed.body["closedAt"], "2026-11-24T09:00:00Z");
        assert_eq!(closings(app).await, 1);
    }
);

story!(
    async fn nothing_can_be_extended_or_paused_once_the_closing_time_has_passed(app) {
        let path = app.published(json!({ "closesAt": "2026-11-24T09:00:00Z" })).await;
        app.clock.advance(Duration::days(3));
        let amina = app.admin().await;
        let later = json!({ "closesAt": "2027-01-31T17:00:00Z" });
        let refused = amina.post(&format!("{path}/extend"), later).await.is_problem(409, "transition-not-allowed");
        assert_eq!(refused.body["state"], "closed");
        amina.step(&format!("{path}/pause")).await.is_problem(409, "transition-not-allowed");
        let next = amina.step(&format!("{path}/start-shortlisting")).await.is(200);
        assert_eq!(next.body["closedAt"], "2026-11-24T09:00:00Z");
        app.run_jobs().await;
        assert_eq!(state(app, &path).await, "shortlisting", "late, the job has nothing to do");
    }
);

story!(
    async fn an_extended_opportunity_closes_at_its_new_time(app) {
        let path = app.published(json!({ "closesAt": "2026-11-24T09:00:00Z" })).await;
        let amina = app.admin().await;
        let extend = async |closes_at: &str| amina.post(&format!("{path}/extend"), json!({ "closesAt": closes_at })).await;
        extend("2026-11-24T08:00:00Z").await.is_problem(422, "invalid-fields").names(&["/closesAt"]);
        amina.step(&format!("{path}/pause")).await.is(200);
        extend("2026-11-26T09:00:00Z").await.is(200);
        app.clock.advance(Duration::days(3));
        app.run_jobs().await;
        assert_eq!(state(app, &path).await, "paused");
        app.clock.advance(Duration::days(1));
        app.run_jobs().await;
        assert_eq!(state(app, &path).await, "closed");
        assert_eq!(closings(app).await, 1);
    }
);

story!(
    async fn a_closing_time_that_passed_while_the_service_was_down_is_not_missed(app) {
        let path = app.published(json!({ "closesAt": "2026-11-24T09:00:00Z" })).await;
        app.clock.advance(Duration::days(5));
        // A service that starts on the same database finds what fell due meanwhile.
        let other = app.another().await;
        other.run_jobs().await;
        let closed = other.admin().await.get(&path).await.is(200);
        assert_eq!(closed.body["closedAt"], "2026-11-24T09:00:00Z");
        app.run_jobs().await;
        assert_eq!(closings(app).await, 1, "two services close it once");
    }
);
