//! The demonstration: made once, with something in every state, and never on top of other data.

use std::collections::BTreeSet;

use chrono::{TimeZone, Utc};
use equal_partners::applications;
use equal_partners::config::Config;
use equal_partners::demo::{self, Found};
use equal_partners::opportunities;
use equal_partners::store::{Verdict, verify};
use sea_orm::{ConnectionTrait, Statement};

use crate::harness::{TestApp, database};

/// The words of a column, each once.
async fn words(app: &TestApp, sql: &str) -> BTreeSet<String> {
    let database = app.state.store.database.whole();
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

fn all<T: Copy + std::fmt::Display>(states: &[T]) -> BTreeSet<String> {
    states.iter().map(ToString::to_string).collect()
}

async fn told(url: String) {
    let now = Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap();
    let config = Config::read(|name| match name {
        "EQUAL_PARTNERS_DATABASE_URL" => Some(url.clone()),
        "EQUAL_PARTNERS_FILES_URL" => Some(database::files_url(&url)),
        _ => None,
    });
    let config = config.unwrap();
    assert_eq!(demo::make(&config, now).await.unwrap(), Found::Nothing);
    assert_eq!(
        demo::make(&config, now).await.unwrap(),
        Found::Demonstration
    );

    let app = TestApp::start(url).await;
    let states =
        async |table: &str| words(&app, &format!("SELECT DISTINCT status FROM {table}")).await;
    assert_eq!(
        states("opportunities").await,
        all(opportunities::Status::ALL)
    );
    assert_eq!(states("applications").await, all(applications::Status::ALL));
    assert_eq!(
        states("workstreams").await,
        all(equal_partners::workstreams::entity::Status::ALL)
    );
    assert_eq!(
        states("claims").await,
        all(equal_partners::claims::Status::ALL)
    );
    let roles = words(
        &app,
        "SELECT CAST(roles AS text) FROM users WHERE organisation = 'RXL'",
    )
    .await;
    let roles = roles.into_iter().collect::<String>();
    for role in equal_partners::access::Role::ALL
        .iter()
        .filter(|role| role.word() != "public")
    {
        assert!(roles.contains(&role.word()), "nobody is {role}");
    }
    for pass in demo::passes(&app.state).unwrap() {
        let me = app.bearer(&pass.token).get("/v1/me").await.is(200);
        assert_eq!(me.body["organisation"], pass.organisation);
        assert_eq!(
            me.body["roles"],
            serde_json::json!([pass.role.word()]),
            "{}",
            pass.subject
        );
    }
    app.sequenced().await;
    assert!(
        matches!(verify(&app.state.store.database).await.unwrap(), Verdict::Whole(count) if count > 400)
    );
    app.stop().await;
}

#[actix_web::test]
async fn a_team_is_at_work_on_sqlite() {
    told(database::empty_sqlite()).await;
}

#[actix_web::test]
async fn a_team_is_at_work_on_postgres() {
    told(database::empty_postgres().await).await;
}

#[actix_web::test]
async fn it_is_never_made_on_top_of_other_data() {
    let app = TestApp::on_sqlite().await;
    app.officer().await;
    let config = &app.state.config;
    let now = app.clock.now();
    assert_eq!(demo::make(config, now).await.unwrap(), Found::Other);
    assert_eq!(
        words(&app, "SELECT subject FROM users").await,
        ["olu".to_owned()].into()
    );
    app.stop().await;
}
