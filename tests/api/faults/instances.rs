//! Several instances on one PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};

use super::load::Load;
use super::relay::Relay;
use super::service::{self, Address, Service};
use super::sized;
use crate::harness::database;

#[actix_web::test]
async fn instances_that_start_at_once_migrate_once() {
    let url = database::empty_postgres().await;
    let mut services: Vec<Service> = (0..sized(4, 8))
        .map(|_| Service::spawn(&url, &[]))
        .collect();
    for service in &mut services {
        let took = service.ready().await;
        println!("   ready after {:.2} s", took.as_secs_f64());
    }
    let operator = sea_orm::Database::connect(&url).await.unwrap();
    let sql = "SELECT COUNT(*), COUNT(DISTINCT version) FROM seaql_migrations";
    let row = operator
        .query_one_raw(Statement::from_string(sea_orm::DbBackend::Postgres, sql))
        .await
        .unwrap()
        .unwrap();
    let (applied, different): (i64, i64) = (
        row.try_get_by_index(0).unwrap(),
        row.try_get_by_index(1).unwrap(),
    );
    assert_eq!(applied, different);
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
    let load = Load::start_anew_each_time(sized(8, 32), &front, &url).await;
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
    load.check("a rolling restart").await;
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
