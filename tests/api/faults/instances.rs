//! Several instances on one PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};
use serde_json::json;

use super::load::{self, Load};
use super::relay::Relay;
use super::service::{self, Address, PATIENCE, Service};
use super::sized;
use crate::harness::{TestApp, database};

#[actix_web::test]
async fn instances_that_start_at_once_migrate_once() {
    let url = database::empty_postgres().await;
    let mut services: Vec<Service> = (0..sized(4, 8))
        .map(|_| Service::spawn(&url, &[("EQUAL_PARTNERS_LOG", "info")]))
        .collect();
    for service in &mut services {
        let took = service.ready().await;
        println!("   ready after {:.2} s", took.as_secs_f64());
    }
    let operator = sea_orm::Database::connect(&url).await.unwrap();
    let applied = number(&operator, "SELECT COUNT(*) FROM seaql_migrations").await;
    let logs = services.iter().map(|service| service.log());
    let told: usize = logs
        .map(|log| log.matches("has been applied").count())
        .sum();
    assert_eq!(
        Ok(told),
        usize::try_from(applied),
        "each migration by one of them, once"
    );
    operator.close().await.unwrap();
    service::command(&url, &["import", "organisations", "bundled"]).await;
    // All of them serve the same data, and one ledger: each of them sequences, none does so twice.
    let mut loads = Vec::new();
    for service in &services {
        loads.push(Load::start(2, &service.address, &url).await);
    }
    for load in &loads {
        load.answers(sized(30, 500)).await;
    }
    for load in &mut loads {
        load.finish().await;
    }
    for load in loads {
        load.check("one of several instances").await;
    }
    drop(services);
    database::remove(&url).await;
}

/// The number that a query answers.
async fn number(connection: &impl ConnectionTrait, sql: &str) -> i64 {
    let statement = Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    let row = connection.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Waits until a query answers a number.
async fn until(operator: &DatabaseConnection, what: &str, sql: &str, wanted: i64) {
    let asked = Instant::now();
    loop {
        let is = number(operator, sql).await;
        if is == wanted {
            return;
        }
        assert!(asked.elapsed() < PATIENCE, "{what}: {is} of {wanted}");
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What a counter says at each of the instances.
async fn counted(services: &[Service], name: &str) -> Vec<i64> {
    let mut all = Vec::new();
    for service in services {
        let answer = reqwest::get(service.address.url("/metrics")).await.unwrap();
        let text = answer.text().await.unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        all.push(line.unwrap().trim().parse().unwrap());
    }
    all
}

/// The sequencer's own lock, which one instance has at a time.
const SEQUENCER: i64 = 0x4550_0002;

#[actix_web::test]
async fn what_is_due_at_once_is_done_once() {
    let app = TestApp::on_postgres().await;
    let url = app.database_url.clone();
    let operator = sea_orm::Database::connect(&url).await.unwrap();
    // Nothing gets its place in the chain until all instances are there.
    let held = operator.begin().await.unwrap();
    let hold = format!("SELECT pg_advisory_xact_lock({SEQUENCER})");
    held.execute_unprepared(&hold).await.unwrap();
    let due = sized(20, 300);
    for _ in 0..due {
        app.published(json!({ "closesAt": "2026-11-24T09:00:00Z" }))
            .await;
    }
    app.halt().await;
    let before = "SELECT COUNT(*) FROM ledger_entries WHERE seq IS NOT NULL";
    let before = number(&held, before).await;
    // The instances stand before both tables, and find everything due when they open.
    let all_at_once = "LOCK TABLE ledger_entries, jobs IN ACCESS EXCLUSIVE MODE; \
         UPDATE jobs SET due_at = now() - interval '1 minute'; \
         UPDATE opportunities SET closes_at = now() - interval '1 minute'";
    held.execute_unprepared(all_at_once).await.unwrap();
    let mut services: Vec<Service> = (0..3).map(|_| Service::spawn(&url, &[])).collect();
    let waiting = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    until(&operator, "instances that wait", waiting, 3).await;
    let begun = Instant::now();
    held.commit().await.unwrap();
    for service in &mut services {
        service.ready().await;
    }
    let undone = "SELECT COUNT(*) FROM jobs WHERE done_at IS NULL";
    until(&operator, "jobs that wait", undone, 0).await;
    let unplaced = "SELECT COUNT(*) FROM ledger_entries WHERE seq IS NULL";
    until(&operator, "entries that wait", unplaced, 0).await;
    let took = begun.elapsed();

    let token = service::token(&url).await;
    let changes = "/v1/changes?record=opportunity&limit=200";
    let told = load::list(&services[0].address, &token, changes).await;
    let closed = told
        .iter()
        .filter(|one| one["action"] == "opportunity.closed");
    let mut closed: Vec<_> = closed.map(|one| one["recordId"].to_string()).collect();
    assert_eq!(closed.len(), due, "closed, by the ledger");
    closed.sort_unstable();
    closed.dedup();
    assert_eq!(closed.len(), due, "closed, each of them");
    let whole = service::command(&url, &["verify-ledger"]).await;
    assert!(whole.starts_with("the ledger is whole"), "{whole}");

    until(&operator, "entries that wait", unplaced, 0).await;
    let entries = number(&operator, "SELECT COUNT(*) FROM ledger_entries").await - before;
    let jobs = counted(&services, "equal_partners_jobs_total").await;
    let placed = counted(&services, "equal_partners_ledger_sequenced_total").await;
    println!(
        "== due at once: {due} jobs and {entries} entries after {:.2} s; the instances did {jobs:?} and placed \
         {placed:?}; {whole}",
        took.as_secs_f64()
    );
    assert_eq!(jobs.iter().sum::<i64>(), due as i64, "jobs were run twice");
    assert_eq!(
        placed.iter().sum::<i64>(),
        entries,
        "entries were placed twice"
    );
    for service in &services {
        // Two that meet would trip over each other, and say so.
        assert_eq!(service.log(), "");
    }
    operator.close().await.unwrap();
    drop(services);
    database::remove(&url).await;
}

/// Sends each connection to an instance that says it is ready; asks often, and never sends anything twice.
async fn balance(relay: Relay, instances: Vec<Address>, ended: Arc<AtomicBool>) {
    while !ended.load(Ordering::SeqCst) {
        let mut ready = Vec::new();
        for address in &instances {
            if service::is_ready(address).await {
                ready.push(address.host().rsplit_once(':').unwrap().1.parse().unwrap());
            }
        }
        if !ready.is_empty() {
            relay.turn_to(&ready);
        }
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn a_rolling_restart_fails_no_request() {
    rolling_restart("a rolling restart", async |front, url| {
        Load::start_anew_each_time(sized(8, 32), front, url).await
    })
    .await;
}

#[actix_web::test]
async fn a_rolling_restart_fails_no_request_on_connections_that_are_kept() {
    rolling_restart("a rolling restart, connections kept", async |front, url| {
        Load::start(sized(8, 32), front, url).await
    })
    .await;
}

async fn rolling_restart(drill: &str, clients: impl AsyncFn(&Address, &str) -> Load) {
    let url = database::postgres().await;
    let mut services = Vec::new();
    for _ in 0..2 {
        services.push(Service::start_with(&url, &[("EQUAL_PARTNERS_DRAIN_SECONDS", "2")]).await);
    }
    let relay = Relay::to(service_port(&services[0]));
    let (front, ended) = (Address::default(), Arc::new(AtomicBool::new(false)));
    front.set(&format!("http://127.0.0.1:{}", relay.port()));
    let addresses = services
        .iter()
        .map(|service| service.address.clone())
        .collect();
    let balancing = actix_web::rt::spawn(balance(relay, addresses, ended.clone()));
    let load = clients(&front, &url).await;
    for _ in 0..sized(1, 5) {
        for service in &mut services {
            load.answers(sized(40, 1000)).await;
            service.terminate();
            let (status, took) = service.ended().await;
            assert_eq!(status.code(), Some(0), "{}", service.log());
            println!(
                "   ended {:.2} s after SIGTERM, of which it served 2 s",
                took.as_secs_f64()
            );
            service.again().await;
            // Until the balancer has seen it.
            load.answers(sized(40, 400)).await;
        }
    }
    let failed = load.failed();
    assert!(failed.is_empty(), "{failed:?}");
    load.check(drill).await;
    ended.store(true, Ordering::SeqCst);
    balancing.await.unwrap();
    drop(services);
    database::remove(&url).await;
}

fn service_port(service: &Service) -> u16 {
    service
        .address
        .host()
        .rsplit_once(':')
        .unwrap()
        .1
        .parse()
        .unwrap()
}
