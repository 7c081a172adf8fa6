//! kill -9 under mixed load.

use std::time::Duration;

use super::load::Load;
use super::service::Service;
use super::{sized, within};
use crate::harness::database;

async fn killed_again_and_again(database_url: String, drill: &str) {
    let mut service = Service::start(&database_url).await;
    let load = Load::start(sized(8, 32), &service.address, &database_url).await;
    let mut slowest = Duration::ZERO;
    for kill in 0..sized(4, 40) {
        // Not always at the same moment of a batch or transaction.
        load.answers(sized(60, 400) + kill * 7 % 31).await;
        service.kill();
        slowest = slowest.max(service.again().await);
    }
    load.answers(20).await;
    load.check(drill).await;
    within(
        "ready again after a kill, at the slowest",
        slowest,
        Duration::from_secs(5),
    );
    drop(service);
    database::remove(&database_url).await;
}

#[actix_web::test]
async fn nothing_answered_is_lost_when_the_service_is_killed_on_sqlite() {
    killed_again_and_again(database::sqlite().await, "kill -9 on SQLite").await;
}

#[actix_web::test]
async fn nothing_answered_is_lost_when_the_service_is_killed_on_postgres() {
    killed_again_and_again(database::postgres().await, "kill -9 on PostgreSQL").await;
}
