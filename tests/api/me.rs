//! Who calls and what they may do; and the table that says so for every role.

use equal_partners::access::{Role, TABLE};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::clients::Client;
use crate::harness::{Operation, story};

story!(
    async fn a_person_reads_who_they_are_and_what_they_may_do(app) {
        let me = app.officer().await.get("/v1/me").await.is(200);
        assert_eq!(me.body["issuer"], app.state.config.public_url);
        assert_eq!((&me.body["subject"], &me.body["organisation"]), (&json!("olu"), &json!("RXL")));
        assert_eq!(me.body["roles"], json!(["engagementOfficer"]));
        assert!(me.body["userId"].is_string() && me.body["partnerId"].is_null());
        let held = me.body["permissions"].as_array().unwrap();
        assert!(held.contains(&json!({ "permission": "workstreams:manage", "reach": "organisation" })));
        assert!(held.contains(&json!({ "permission": "me:read", "reach": "own" })));
        assert!(!held.iter().any(|one| one["permission"] == "users:manage"));
        app.anonymous().get("/v1/me").await.is_problem(401, "unauthenticated");
    }
);

story!(
    async fn the_answer_is_new_when_it_changes_and_only_then(app) {
        let olu = app.officer().await;
        let me = olu.get("/v1/me").await.is(200);
        let again = olu.request(Method::GET, "/v1/me").header("If-None-Match", me.etag()).send().await;
        assert!(again.is(304).bytes.is_empty());
        let client = Client::added_by(&app.admin().await, &["me:read"]).await.enter(app).await;
        let other = client.get("/v1/me").await.is(200);
        assert_ne!(other.etag(), me.etag());
        assert_eq!((&other.body["subject"], &other.body["roles"]), (&json!(null), &json!([])));
        assert_eq!(other.body["permissions"], json!([{ "permission": "me:read", "reach": "own" }]));
    }
);

story!(
    async fn the_table_names_every_permission_and_the_operations_that_need_it(app) {
        let table = app.anonymous().get("/v1/permissions").await.is(200).body;
        assert_eq!(table["roles"].as_array().unwrap().len(), Role::ALL.len());
        let rows = table["permissions"].as_array().unwrap();
        assert_eq!(rows.len(), TABLE.len());
        for (row, own) in rows.iter().zip(TABLE) {
            assert_eq!((&row["permission"], &row["meaning"]), (&json!(own.scope), &json!(own.meaning)));
            assert_eq!(row["grants"].as_array().unwrap().len(), own.grants.len());
        }
        let mut named: Vec<&str> = rows.iter().flat_map(|row| row["operations"].as_array().unwrap())
            .map(|operation| operation.as_str().unwrap()).collect();
        named.sort_unstable();
        let mut there: Vec<String> = Operation::versioned().iter().map(Operation::name).collect();
        there.sort_unstable();
        assert_eq!(named, there);
        let needs = |permission: &str| -> &Value {
            &rows.iter().find(|row| row["permission"] == permission).unwrap()["operations"]
        };
        assert_eq!(needs("me:read"), &json!(["GET /v1/me"]));
    }
);
