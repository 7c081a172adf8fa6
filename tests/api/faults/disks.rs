//! A full disk, a folder that cannot be written to, and a file system that fails.

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;

use super::load::{Load, Trouble};
use super::relay::Relay;
use super::service::{self, Service};
use super::small_disk::{SmallDisk, database_in};
use super::{outages, sized, within};
use crate::harness::database;
use crate::harness::postgres::Postgres;

/// Waits until the service says that changes cannot be made.
async fn until_unready(service: &Service, load: &Load) {
    let asked = Instant::now();
    while service::is_ready(&service.address).await {
        assert!(
            asked.elapsed() < service::PATIENCE,
            "ready, though {:?}",
            load.failed().last()
        );
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

fn only_503(load: &Load) {
    let failed = load.failed();
    let silent = failed.iter().find(|one| one.why != Trouble::Unavailable);
    assert!(silent.is_none(), "not told 503: {silent:?}");
}

#[actix_web::test]
async fn a_full_disk_is_a_503_until_there_is_room() {
    let Some(disk) = SmallDisk::of("24m") else {
        return;
    };
    let url = database_in(&disk.folder).await;
    let service = Service::start(&url).await;
    let load = Load::start(sized(4, 16), &service.address, &url).await;
    let mut recovered = Duration::ZERO;
    for round in 0..sized(2, 6) {
        load.answers(sized(40, 200)).await;
        let filler = disk.fill(round * 64 * 1024);
        load.fails().await;
        until_unready(&service, &load).await;
        // Small changes may find room meanwhile, which is no reason to come back.
        for _ in 0..50 {
            assert!(
                !service::is_ready(&service.address).await,
                "ready on a disk that is nearly full"
            );
            load.ends().await;
        }
        std::fs::remove_file(filler).unwrap();
        let room = Instant::now();
        load.answers(sized(40, 200)).await;
        assert!(
            service::is_ready(&service.address).await,
            "not ready, though there is room"
        );
        recovered = recovered.max(room.elapsed());
    }
    only_503(&load);
    load.check("a full disk").await;
    within("at work again", recovered, Duration::from_secs(10));
}

#[actix_web::test]
async fn a_read_only_folder_is_told_at_the_start() {
    let Some(disk) = SmallDisk::of("24m") else {
        return;
    };
    let url = database_in(&disk.folder).await;
    disk.remount("ro");
    let mut service = Service::spawn(&url, &[]);
    let (status, _) = service.ended().await;
    let said = service.log();
    println!("   {}", said.trim());
    assert_eq!(status.code(), Some(1));
    assert!(said.contains("the database does not open"), "{said}");
    // What only reads works all the same.
    let whole = service::command(&url, &["verify-ledger"]).await;
    println!("   in the read-only folder: {whole}");
    assert!(whole.starts_with("the ledger is whole"), "{whole}");
    let copy = database::folder().join(format!("copy-{}.db", uuid::Uuid::new_v4()));
    let wrote = service::command(&url, &["backup", copy.to_str().unwrap()]).await;
    assert!(wrote.starts_with("wrote "), "{wrote}");
    std::fs::remove_file(copy).unwrap();
    // Mended, it starts.
    disk.remount("rw");
    service.again().await;
}

/// Reads go on, and nothing says that changes can be made: for as long as it takes to ask so often.
async fn only_reads(service: &Service, load: &Load, token: &str) {
    load.fails().await;
    until_unready(service, load).await;
    for _ in 0..50 {
        assert_eq!(
            service::status(&service.address, token, "/v1/workstreams").await,
            200,
            "reads go on"
        );
        assert!(
            !service::is_ready(&service.address).await,
            "ready, though nothing can be changed"
        );
        load.ends().await;
    }
}

#[actix_web::test]
async fn a_folder_that_turns_read_only_is_a_503_until_it_takes_changes() {
    let Some(disk) = SmallDisk::that_can_fail() else {
        return;
    };
    let url = database_in(&disk.folder).await;
    let mut service = Service::start(&url).await;
    let token = service::token(&url).await;
    let load = Load::start(sized(4, 16), &service.address, &url).await;
    let mut recovered = Duration::ZERO;
    for _ in 0..sized(2, 6) {
        load.answers(sized(40, 200)).await;
        disk.take_changes(false);
        only_reads(&service, &load, &token).await;
        disk.take_changes(true);
        let mended = Instant::now();
        load.answers(sized(40, 200)).await;
        service.ready().await;
        recovered = recovered.max(mended.elapsed());
    }
    // After an error, the whole file system takes no changes until it is repaired, for which nobody may use it.
    disk.fail();
    only_reads(&service, &load, &token).await;
    only_503(&load);
    service.terminate();
    let (status, _) = service.ended().await;
    assert_eq!(status.code(), Some(0), "{}", service.log());
    disk.repair();
    service.again().await;
    load.answers(sized(40, 200)).await;
    load.check("a folder that turned read-only").await;
    within("at work again", recovered, Duration::from_secs(10));
}

/// Tells a server something, as its operator. It may break meanwhile.
async fn tell(url: &str, statement: &str) {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.acquire_timeout(Duration::from_millis(500));
    if let Ok(operator) = sea_orm::Database::connect(options).await {
        let _ = operator.execute_unprepared(statement).await;
        let _ = operator.close().await;
    }
}

#[actix_web::test]
async fn a_full_disk_under_postgres_is_a_503_until_there_is_room() {
    let Some(disk) = SmallDisk::of("512m") else {
        return;
    };
    let (_server, url) = outages::server_in(&disk.folder.join("postgres")).await;
    let service = Service::start(&url).await;
    let token = service::token(&url).await;
    let load = Load::start(sized(8, 32), &service.address, &url).await;
    let mut recovered = Duration::ZERO;
    for _ in 0..sized(2, 6) {
        // A new segment of its log has room for what is tried meanwhile: without, the server stops.
        tell(&url, "SELECT pg_switch_wal()").await;
        load.answers(sized(40, 1000)).await;
        let filler = disk.fill(0);
        for _ in 0..sized(20, 200) {
            load.fails().await;
            assert_eq!(
                service::status(&service.address, &token, "/v1/workstreams").await,
                200,
                "reads go on"
            );
        }
        std::fs::remove_file(filler).unwrap();
        let room = Instant::now();
        loop {
            let failed = load.failed().len();
            load.answers(sized(40, 400)).await;
            if load.failed().len() == failed {
                break;
            }
        }
        recovered = recovered.max(room.elapsed());
    }
    only_503(&load);
    load.check("a full disk under PostgreSQL").await;
    within("full service again", recovered, Duration::from_secs(10));
}

#[actix_web::test]
async fn a_postgres_that_stops_for_want_of_room_is_a_503_and_loses_nothing() {
    let Some(disk) = SmallDisk::of("512m") else {
        return;
    };
    let own = outages::server_in(&disk.folder.join("postgres")).await;
    let url = own.1.clone();
    let fill = async |server: &Postgres, _: &Relay| {
        disk.fill(0);
        // Its log of changes gets to a segment for which there is no room: it stops, and does not start.
        while server.runs() {
            tell(
                &url,
                "SELECT pg_logical_emit_message(true, '', ''), pg_switch_wal()",
            )
            .await;
        }
    };
    let make_room = async |server: &Postgres, _: &Relay| {
        std::fs::remove_file(disk.filler()).unwrap();
        server.again();
    };
    outages::outage(
        "no room for PostgreSQL's log of changes",
        own,
        sized(1, 5),
        Duration::from_secs(1),
        fill,
        make_room,
    )
    .await;
}
