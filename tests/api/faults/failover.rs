//! A cluster fails over. Run by `drills/failover`, which sets the cluster up.

use std::process::Command;
use std::time::{Duration, Instant};

use equal_partners::store::Database;

use super::load::{Load, Trouble};
use super::service::Service;
use super::{sized, within};
use crate::harness::database;

/// Runs one of the cluster's commands.
async fn cluster(command: &str, argument: &str) -> Option<String> {
    let path = format!("{}/{command}", std::env::var("FAILOVER_CLUSTER").unwrap());
    let argument = argument.to_owned();
    let run = move || Command::new(path).arg(argument).output().unwrap();
    let output = actix_web::rt::task::spawn_blocking(run).await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    output.status.success().then_some(said)
}

/// Waits for what one of the cluster's commands answers.
async fn answers(command: &str, fits: impl Fn(&str) -> bool) -> String {
    let asked = Instant::now();
    loop {
        if let Some(said) = cluster(command, "").await.filter(|said| fits(said)) {
            return said;
        }
        assert!(
            asked.elapsed() < Duration::from_secs(120),
            "the cluster never gets there: {command}"
        );
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
}

#[actix_web::test]
#[ignore = "needs a cluster: run drills/failover"]
async fn nothing_answered_is_lost_when_the_cluster_fails_over() {
    let url = std::env::var("FAILOVER_URL").expect("run drills/failover");
    // HAProxy may not have found the primary yet.
    let database = loop {
        match Database::connect(&url).await {
            Ok(database) => break database,
            Err(_) => actix_web::rt::time::sleep(Duration::from_millis(100)).await,
        }
    };
    database::fill(database).await;
    let service = Service::start(&url).await;
    let load = Load::start(sized(8, 32), &service.address, &url).await;
    let mut recovered = Duration::ZERO;
    for round in 0..sized(2, 10) {
        answers("synchronous", |_| true).await;
        load.answers(sized(200, 2000)).await;
        let old = answers("primary", |_| true).await;
        let (killed, begun) = (round % 2 == 0, Instant::now());
        cluster(if killed { "kill" } else { "switchover" }, &old)
            .await
            .expect("the command works");
        answers("primary", |now| now != old).await;
        let (elected, back) = (begun.elapsed(), Instant::now());
        loop {
            let failed = load.failed().len();
            load.answers(sized(100, 1000)).await;
            if load.failed().len() == failed {
                break;
            }
        }
        recovered = recovered.max(back.elapsed());
        println!(
            "   {} of {old}: another primary after {:.1} s, full service {:.1} s later",
            if killed { "kill -9" } else { "switchover" },
            elected.as_secs_f64(),
            back.elapsed().as_secs_f64(),
        );
        if killed {
            cluster("revive", &old)
                .await
                .expect("the server comes back");
        }
    }
    let (failed, slowest) = (load.failed(), load.slowest());
    let silent = failed.iter().find(|one| one.why != Trouble::Unavailable);
    assert!(silent.is_none(), "not told 503: {silent:?}");
    load.check("failover by Patroni").await;
    within("the slowest answer", slowest, Duration::from_secs(35));
    within(
        "full service after there was a primary",
        recovered,
        Duration::from_secs(10),
    );
}
