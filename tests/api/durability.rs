//! What was answered is kept, also after the embedded database refused a commit.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::harness::TestApp;

/// Runs statements in a change, as if SQLite had done so by itself.
async fn disturbed(app: &TestApp, statements: &[&str]) {
    let done = app.state.store.database.write(async |transaction| {
        for sql in statements {
            transaction.execute_unprepared(sql).await?;
        }
        Ok(())
    });
    done.await.unwrap_err();
}

/// How many workstreams of this name are on disk, seen from a connection of its own.
async fn on_disk(app: &TestApp, name: &str) -> i64 {
    let other = sea_orm::Database::connect(&app.database_url).await.unwrap();
    let sql = format!("SELECT COUNT(*) FROM workstreams WHERE name = '{name}'");
    let statement = Statement::from_string(other.get_database_backend(), sql);
    let row = other.query_one_raw(statement).await.unwrap().unwrap();
    let count = row.try_get_by_index(0).unwrap();
    other.close().await.unwrap();
    count
}

#[actix_web::test]
async fn after_a_commit_that_failed_what_is_answered_is_on_disk() {
    let app = TestApp::on_sqlite().await;
    let olu = app.officer().await;
    let orphan = "INSERT INTO workstreams (id, organisation, version, created_at, updated_at, name, purpose, status) \
                  VALUES (x'01', 'NOBODY', 1, '2026-01-01', '2026-01-01', 'Orphan', 'None.', 'active')";
    let disturbances: [&[&str]; 3] = [
        // What SQLite does when the disk is full: it ends the transaction by itself.
        &["ROLLBACK"],
        &["ROLLBACK", "SELECT * FROM no_such_table"],
        // A commit that is refused leaves its transaction open.
        &["PRAGMA defer_foreign_keys = ON", orphan],
    ];
    for (index, statements) in disturbances.iter().enumerate() {
        disturbed(&app, statements).await;
        for time in 0..3 {
            let name = format!("Kept {index} {time}");
            let new = json!({ "name": name, "purpose": "To be there." });
            let added = olu.post("/v1/workstreams", new).await.is(201);
            olu.get(added.header("location")).await.is(200);
            assert_eq!(on_disk(&app, &name).await, 1, "{statements:?}");
        }
    }
    assert_eq!(on_disk(&app, "Orphan").await, 0);
    app.stop().await;
}
