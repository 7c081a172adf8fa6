//! A primary that takes no changes any more, and a standby that answers in its place.

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;

use super::load::{Load, Trouble};
use super::outages::server;
use super::relay::{Mode, Relay};
use super::service::{self, Service};
use super::{sized, within};
use crate::harness::postgres::Postgres;

/// Runs statements on a server, as its operator.
async fn operate(url: &str, statements: &[&str]) {
    let operator = sea_orm::Database::connect(url).await.unwrap();
    for statement in statements {
        operator.execute_unprepared(statement).await.unwrap();
    }
    operator.close().await.unwrap();
}

/// Waits until the service says that it is, or isn't, ready.
async fn until_ready(service: &Service, ready: bool) -> Duration {
    let asked = Instant::now();
    while service::is_ready(&service.address).await != ready {
        assert!(asked.elapsed() < service::PATIENCE, "{}", service.log());
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
    asked.elapsed()
}

#[actix_web::test]
async fn a_primary_that_takes_no_changes_is_not_used() {
    let (_server, url) = server().await;
    let service = Service::start(&url).await;
    let load = Load::start(sized(8, 32), &service.address, &url).await;
    let (mut noticed, mut recovered) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..sized(1, 5) {
        load.answers(sized(40, 1000)).await;
        let read_only = [
            "ALTER SYSTEM SET default_transaction_read_only = on",
            "SELECT pg_reload_conf()",
        ];
        operate(&url, &read_only).await;
        noticed = noticed.max(until_ready(&service, false).await);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(sized(1, 10)) {
            load.fails().await;
        }
        let writable = [
            "SET default_transaction_read_only = off",
            "ALTER SYSTEM RESET default_transaction_read_only",
            "SELECT pg_reload_conf()",
        ];
        operate(&url, &writable).await;
        recovered = recovered.max(until_ready(&service, true).await);
        load.answers(sized(40, 400)).await;
    }
    only_503(&load);
    load.check("a primary that turned read-only").await;
    within(
        "not ready after the server turned read-only",
        noticed,
        Duration::from_secs(10),
    );
    within("ready again", recovered, Duration::from_secs(10));
}

fn only_503(load: &Load) {
    let failed = load.failed();
    let silent = failed
        .iter()
        .find(|one| !matches!(one.why, Trouble::Unavailable));
    assert!(silent.is_none(), "not told 503: {silent:?}");
}

#[actix_web::test]
async fn after_a_switch_nothing_is_read_from_the_standby_that_was_left_behind() {
    let (primary, direct) = server().await;
    let standby = actix_web::rt::task::spawn_blocking({
        let (data, port) = (primary.beside("standby"), primary.port());
        move || Postgres::copy_of(port, &data)
    })
    .await
    .unwrap();
    let relay = Relay::to(primary.port());
    let service = Service::start(&relay.url("postgres")).await;
    let load = Load::start(sized(8, 32), &service.address, &direct).await;
    load.answers(sized(40, 1000)).await;
    // What only reads works at a standby: nobody need ask the primary.
    let copy = format!("{}/postgres", standby.url());
    let whole = service::command(&copy, &["verify-ledger"]).await;
    println!("   at the standby: {whole}");
    assert!(whole.starts_with("the ledger is whole"), "{whole}");

    // Somebody whom the service knows: of whom it need not ask the database.
    let token = service::token(&direct).await;
    let read = async || service::status(&service.address, &token, "/v1/workstreams").await;
    assert_eq!(read().await, 200);

    // A proxy that leads to the wrong server: it answers, with what was, and takes no changes.
    relay.turn_to(&[standby.port()]);
    relay.set(Mode::Refuse);
    relay.set(Mode::Forward);
    let noticed = until_ready(&service, false).await;
    assert_eq!(read().await, 503, "read from the standby");

    // The standby takes over. What it has not received is not lost by the service but by a cluster that
    // does not wait for it, so here the primary has stopped, and the standby has everything.
    primary.stop("fast");
    let promoted = Instant::now();
    operate(&copy, &["SELECT pg_promote()"]).await;
    until_ready(&service, true).await;
    load.answers(sized(40, 400)).await;
    let recovered = promoted.elapsed();
    only_503(&load);
    load.now_at(&copy).check("a switch to the standby").await;
    within(
        "not ready when led to a standby",
        noticed,
        Duration::from_secs(10),
    );
    within(
        "full service after the promotion",
        recovered,
        Duration::from_secs(10),
    );
}
