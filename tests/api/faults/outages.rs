//! The database goes away and comes back: restarted, frozen, cut off.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use equal_partners::store::Database;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::load::{Load, Trouble};
use super::relay::{Mode, Relay};
use super::service::{self, Service};
use super::{sized, within};
use crate::harness::database;
use crate::harness::postgres::Postgres;

/// Who waits longer for an answer hangs: silence is noticed within 6 seconds, and a busy machine gets more.
const DEADLINE: Duration = Duration::from_secs(20);

fn folder() -> PathBuf {
    database::folder().join(format!("postgres-{}", Uuid::new_v4().simple()))
}

/// A private server that keeps what it committed, with a migrated database.
pub async fn server() -> (Postgres, String) {
    server_in(&folder()).await
}

/// The same, in a folder that does not exist yet.
pub async fn server_in(new: &Path) -> (Postgres, String) {
    // Made once and copied: a new one takes seconds.
    static TEMPLATE: OnceCell<Postgres> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(async || {
            let server = Postgres::start(&folder(), "fsync=off");
            let url = format!("{}/postgres", server.url());
            database::fill(Database::connect(&url).await.unwrap()).await;
            server.stop("fast");
            server
        })
        .await;
    let server = Postgres::like(template, new, "fsync=on");
    let url = format!("{}/postgres", server.url());
    (server, url)
}

/// A service behind a relay, under load, and what breaks and mends the way to its database.
pub async fn outage(
    drill: &str,
    (server, direct): (Postgres, String),
    outages: u32,
    lasting: Duration,
    breaks: impl AsyncFn(&Postgres, &Relay),
    mends: impl AsyncFn(&Postgres, &Relay),
) {
    let relay = Relay::to(server.port());
    let mut service = Service::start(&relay.url("postgres")).await;
    let load = Load::start(sized(8, 32), &service.address, &direct).await;
    let (mut recovery, mut unavailable) = (Duration::ZERO, 0);
    for _ in 0..outages {
        load.answers(sized(40, 1000)).await;
        let before = load.failed().len();
        breaks(&server, &relay).await;
        // Every client has been told, and so has whoever asks whether the service is ready.
        let broken = Instant::now();
        loop {
            let told = load.failed().len() >= before + sized(8, 32);
            if told && broken.elapsed() >= lasting {
                break;
            }
            assert!(
                told || broken.elapsed() < DEADLINE,
                "a request hangs: {:?}",
                load.failed().last()
            );
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(
            !service::is_ready(&service.address).await,
            "ready without a database"
        );
        mends(&server, &relay).await;
        let back = Instant::now();
        service.ready().await;
        // Full service: nobody waits any more, so many answers come without a failure between them.
        loop {
            let failed = load.failed().len();
            load.answers(sized(40, 400)).await;
            if load.failed().len() == failed {
                break;
            }
        }
        recovery = recovery.max(back.elapsed());
        unavailable += load.failed().len() - before;
    }
    let (failed, slowest) = (load.failed(), load.slowest());
    let silent = failed
        .iter()
        .find(|one| !matches!(one.why, Trouble::Unavailable));
    assert!(silent.is_none(), "{drill}: not told 503: {silent:?}");
    println!("   {unavailable} requests were told 503 with Retry-After");
    load.check(drill).await;
    within("the slowest answer", slowest, DEADLINE);
    within("full service again", recovery, Duration::from_secs(10));
    drop(service);
}

#[actix_web::test]
async fn a_restart_of_postgres_is_a_503_and_loses_nothing() {
    let crash = async |server: &Postgres, _: &Relay| server.stop("immediate");
    let start = async |server: &Postgres, _: &Relay| server.again();
    outage(
        "PostgreSQL crashed and restarted",
        server().await,
        sized(2, 10),
        Duration::from_millis(500),
        crash,
        start,
    )
    .await;
}

#[actix_web::test]
async fn a_frozen_postgres_is_a_503_and_loses_nothing() {
    let freeze = async |server: &Postgres, _: &Relay| server.signal("STOP");
    let thaw = async |server: &Postgres, _: &Relay| server.signal("CONT");
    outage(
        "PostgreSQL frozen",
        server().await,
        sized(1, 5),
        Duration::from_secs(sized(3, 40)),
        freeze,
        thaw,
    )
    .await;
}

#[actix_web::test]
async fn a_proxy_that_breaks_connections_is_a_503_and_loses_nothing() {
    let refuse = async |_: &Postgres, relay: &Relay| relay.set(Mode::Refuse);
    let forward = async |_: &Postgres, relay: &Relay| relay.set(Mode::Forward);
    outage(
        "a proxy that breaks connections",
        server().await,
        sized(2, 10),
        Duration::from_secs(1),
        refuse,
        forward,
    )
    .await;
}

#[actix_web::test]
async fn a_proxy_that_holds_everything_back_is_a_503_and_loses_nothing() {
    let hold = async |_: &Postgres, relay: &Relay| relay.set(Mode::Hold);
    let forward = async |_: &Postgres, relay: &Relay| relay.set(Mode::Forward);
    outage(
        "a proxy that holds everything back",
        server().await,
        sized(1, 5),
        Duration::from_secs(sized(3, 40)),
        hold,
        forward,
    )
    .await;
}

#[actix_web::test]
async fn connections_that_hang_for_ever_are_given_up() {
    let forget = async |_: &Postgres, relay: &Relay| {
        relay.forget();
        relay.set(Mode::Hold);
    };
    let forward = async |_: &Postgres, relay: &Relay| relay.set(Mode::Forward);
    outage(
        "connections that hang for ever",
        server().await,
        sized(1, 5),
        Duration::from_secs(sized(3, 40)),
        forget,
        forward,
    )
    .await;
}
