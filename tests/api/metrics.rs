//! What an operator's monitoring reads, and that it can be read when things go wrong.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use crate::harness::{TestApp, database, story};

/// The value of a line, by all that stands before it.
#[track_caller]
fn value(text: &str, name: &str) -> f64 {
    let start = format!("{name} ");
    let line = text.lines().find_map(|line| line.strip_prefix(&start));
    let line = line.unwrap_or_else(|| panic!("{name} is not in\n{text}"));
    line.parse().unwrap()
}

async fn scrape(app: &TestApp) -> String {
    let answer = app.anonymous().get("/metrics").await.is(200);
    let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    text
}

story! {
    async fn requests_are_counted_by_route_and_method(app) {
        let amina = app.admin().await;
        let new = json!({ "name": "Falls", "purpose": "Fewer of them." });
        let path = amina.post("/v1/workstreams", new).await.is(201).header("location").to_owned();
        amina.get(&path).await.is(200);
        amina.get(&format!("/v1/workstreams/{}", uuid::Uuid::new_v4())).await.is(404);
        let text = scrape(app).await;
        for (method, route, status) in [
            ("POST", "/v1/workstreams", 201),
            ("GET", "/v1/workstreams/{id}", 200),
            ("GET", "/v1/workstreams/{id}", 404),
        ] {
            let labels = format!("method=\"{method}\",route=\"{route}\"");
            let name = format!("equal_partners_requests_total{{{labels},status=\"{status}\"}}");
            assert_eq!(value(&text, &name), 1.0);
            let name = format!("equal_partners_request_seconds_count{{{labels}}}");
            assert!(value(&text, &name) >= 1.0);
        }
        assert!(!text.contains(&path), "{text}");
    }
}

story! {
    async fn what_is_in_use_can_be_seen(app) {
        app.admin().await.get("/v1/me").await.is(200);
        let text = scrape(app).await;
        // The one that reads them.
        assert_eq!(value(&text, "equal_partners_requests_in_progress"), 1.0);
        assert_eq!(value(&text, "equal_partners_database_up"), 1.0);
        assert_eq!(value(&text, "equal_partners_commit_failing"), 0.0);
        assert_eq!(value(&text, "equal_partners_remembered{what=\"access-tokens\"}"), 1.0);
        assert_eq!(value(&text, "equal_partners_remembered{what=\"callers\"}"), 1.0);
        assert!(text.contains(concat!("equal_partners_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1")));
        assert!(value(&text, "process_resident_memory_bytes") > 1e6);
        assert!(value(&text, "process_open_fds") > 5.0);
        assert!(value(&text, "process_cpu_seconds_total") > 0.0);
        assert!(value(&text, "process_start_time_seconds") > 1.7e9);
        let all = text.contains("pool=\"all\"");
        let pool = if all { "all" } else { "writes" };
        let connections = |state: &str| {
            value(&text, &format!("equal_partners_database_connections{{pool=\"{pool}\",state=\"{state}\"}}"))
        };
        assert!(connections("idle") + connections("in_use") <= connections("most"));
        assert!(connections("most") >= 1.0);
    }
}

story! {
    async fn changes_are_timed_and_nobody_waits_for_ever(app) {
        let amina = app.admin().await;
        let changes = (0..8).map(async |number| {
            let new = json!({ "name": format!("Falls {number}"), "purpose": "Fewer of them." });
            amina.post("/v1/workstreams", new).await.is(201);
        });
        futures_util::future::join_all(changes).await;
        let text = scrape(app).await;
        assert!(value(&text, "equal_partners_change_seconds_count") >= 8.0);
        assert_eq!(value(&text, "equal_partners_changes_waiting"), 0.0);
        let commits = value(&text, "equal_partners_commit_seconds_count");
        let changes = value(&text, "equal_partners_commit_changes_sum");
        // Only the embedded database commits in batches.
        assert_eq!(app.database_url.starts_with("sqlite"), commits > 0.0 && changes >= 8.0);
    }
}

story! {
    async fn what_waits_is_counted_with_its_age(app) {
        // Of a kind that this release does not know, and so leaves alone; due for 90 seconds.
        let due = app.clock.now() - chrono::Duration::seconds(90);
        let at = due.format("%Y-%m-%d %H:%M:%S%.3f+00:00");
        for (id, attempts) in [(1, 0), (2, 3)] {
            let sql = format!(
                "INSERT INTO jobs (id, kind, record_id, due_at, attempts, created_at)
                 VALUES ({}, 'of.tomorrow', '-', '{at}', {attempts}, '{at}')",
                match app.database_url.starts_with("sqlite") {
                    true => format!("x'0000000000000000000000000000000{id}'"),
                    false => format!("'00000000-0000-0000-0000-00000000000{id}'"),
                }
            );
            app.state.store.database.whole().execute_unprepared(&sql).await.unwrap();
        }
        let opportunity = app.published(json!({})).await;
        let (applied, _) = app.applicant(&opportunity, json!({})).await;
        app.decide_all(&app.officer().await, applied.header("location"), &["shortlist"]).await;
        app.sequenced().await;
        let text = scrape(app).await;
        assert_eq!(value(&text, "equal_partners_jobs_due"), 2.0);
        assert_eq!(value(&text, "equal_partners_jobs_due_oldest_seconds"), 90.0);
        assert_eq!(value(&text, "equal_partners_jobs_failing"), 1.0);
        assert_eq!(value(&text, "equal_partners_jobs_failing_oldest_seconds"), 90.0);
        assert_eq!(value(&text, "equal_partners_ledger_waiting"), 0.0);
        assert!(value(&text, "equal_partners_messages_queued") >= 1.0);
    }
}

#[actix_web::test]
async fn the_metrics_answer_when_the_database_does_not() {
    let app = TestApp::on_postgres().await;
    let other = sea_orm::Database::connect(&app.database_url).await.unwrap();
    let stuck = other.begin().await.unwrap();
    let lock = "LOCK TABLE messages IN ACCESS EXCLUSIVE MODE";
    stuck.execute_unprepared(lock).await.unwrap();
    let text = scrape(&app).await;
    assert_eq!(value(&text, "equal_partners_database_up"), 0.0);
    // Nobody is told that nothing waits when nobody knows.
    assert!(value(&text, "equal_partners_jobs_due").is_nan());
    assert!(value(&text, "process_open_fds") > 5.0);
    stuck.rollback().await.unwrap();
    other.close().await.unwrap();
    app.stop().await;
}

#[actix_web::test]
async fn a_commit_that_failed_is_seen() {
    let app = TestApp::start(database::sqlite().await).await;
    let ended = app.state.store.database.write(async |transaction| {
        transaction.execute_unprepared("ROLLBACK").await?;
        Ok(())
    });
    ended.await.unwrap_err();
    let text = scrape(&app).await;
    assert_eq!(value(&text, "equal_partners_commit_failing"), 1.0);
    app.admin().await;
    assert_eq!(
        value(&scrape(&app).await, "equal_partners_commit_failing"),
        0.0
    );
    app.stop().await;
}

/// The names of figures in a text.
fn figures(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_ascii_lowercase() && c != '_')
        .filter(|word| {
            ["equal_partners_", "process_"]
                .iter()
                .any(|start| word.starts_with(start))
        })
        .collect()
}

#[actix_web::test]
async fn the_dashboard_and_the_alerts_ask_for_figures_that_there_are() {
    let app = TestApp::on_sqlite().await;
    scrape(&app).await;
    // The second one counts the first.
    let text = scrape(&app).await;
    let there = figures(&text);
    for asked in [
        include_str!("../../ops/grafana/equal-partners.json"),
        include_str!("../../ops/prometheus/alerts.yml"),
    ] {
        let asked = figures(asked);
        assert!(asked.len() > 5);
        assert_eq!(
            asked.difference(&there).collect::<Vec<_>>(),
            Vec::<&&str>::new()
        );
    }
    app.stop().await;
}

#[test]
fn each_alert_leads_to_an_entry_of_the_runbook() {
    let runbook = include_str!("../../docs/runbook.md");
    let headings: BTreeSet<String> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .map(|heading| heading.to_lowercase().replace(' ', "-"))
        .collect();
    let alerts = include_str!("../../ops/prometheus/alerts.yml");
    let anchors: Vec<&str> = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("runbook: docs/runbook.md#"))
        .collect();
    assert_eq!(anchors.len(), alerts.matches("- alert:").count());
    for anchor in anchors {
        assert!(headings.contains(anchor), "{anchor}");
    }
}
