//! API clients: their secrets are shown once, nobody gives more than they hold, what is taken is gone.

use equal_partners::api_clients::operations::for_partner;
use equal_partners::api_clients::prepare_secret;
use equal_partners::store::{Authority, Event};
use reqwest::Method;
use serde_json::json;

use crate::harness::clients::Client;
use crate::harness::story;

story!(
    async fn an_administrator_adds_a_client_and_sees_its_secret_once(app) {
        let admin = app.admin().await;
        let new = json!({ "name": "Volunteering system", "scopes": ["workstreams:read", "me:read"] });
        let added = admin.post("/v1/api-clients", new).await.is(201);
        let client = Client::of(&added);
        assert_eq!(added.body["id"], client.id);
        assert!(client.secret.starts_with("eps_") && client.secret.len() == 47);
        let read = admin.get(added.header("location")).await.is(200);
        assert_eq!(read.etag(), added.etag());
        for body in [&read.body, &admin.get("/v1/api-clients").await.is(200).body["items"][0]] {
            assert_eq!(body["name"], "Volunteering system");
            assert!(body.get("clientSecret").is_none() && !body.to_string().contains(&client.secret));
        }
        client.ask(app).await.is(200);
    }
);

story!(
    async fn a_repeated_request_makes_one_client_and_shows_the_same_secret(app) {
        let admin = app.admin().await;
        let send = async || {
            let new = json!({ "name": "Volunteering system", "scopes": ["me:read"] });
            admin.request(Method::POST, "/v1/api-clients").header("Idempotency-Key", "k1").json(new).send().await.is(201)
        };
        let (first, again) = (send().await, send().await);
        assert_eq!(first.body, again.body);
        Client::of(&again).ask(app).await.is(200);
        assert_eq!(admin.get("/v1/api-clients").await.body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn nobody_gives_a_client_what_they_do_not_hold(app) {
        let admin = app.admin().await;
        let maker = Client::added_by(&admin, &["api-clients:manage", "workstreams:read"]).await.enter(app).await;
        let new = |scopes: &[&str]| json!({ "name": "Made by a system", "scopes": scopes });
        let wider = new(&["workstreams:read", "users:manage"]);
        maker.post("/v1/api-clients", wider).await.is_problem(403, "not-yours-to-give");
        let made = maker.post("/v1/api-clients", new(&["workstreams:read"])).await.is(201);
        let path = made.header("location");
        let patch = json!({ "scopes": ["workstreams:read", "users:manage"] });
        maker.patch(path, made.etag(), patch).await.is_problem(403, "not-yours-to-give");
        // A new secret of a wider client would be as good as its permissions.
        let wide = Client::added_by(&admin, &["users:manage"]).await;
        maker.post(&format!("/v1/api-clients/{}/rotate-secret", wide.id), json!({})).await
            .is_problem(403, "not-yours-to-give");
        wide.ask(app).await.is(200);
    }
);

story!(
    async fn permissions_have_to_be_known_and_stand_once(app) {
        let admin = app.admin().await;
        let add = async |scopes: serde_json::Value| {
            admin.post("/v1/api-clients", json!({ "name": "Volunteering system", "scopes": scopes })).await
        };
        add(json!([])).await.is_problem(422, "invalid-fields").names(&["/scopes"]);
        add(json!(["me:read", "me:read"])).await.is_problem(422, "invalid-fields").names(&["/scopes"]);
        add(json!(["me:read", "all"])).await.is_problem(422, "invalid-fields").names(&["/scopes/1"]);
        let more = json!({ "name": "x", "scopes": ["me:read"], "organisation": "R0A", "partnerId": null, "status": "active" });
        admin.post("/v1/api-clients", more).await.is_problem(422, "invalid-fields")
            .names(&["/organisation", "/partnerId", "/status"]);
    }
);

story!(
    async fn a_permission_that_is_taken_away_is_gone_from_tokens_in_use(app) {
        let admin = app.admin().await;
        let client = Client::added_by(&admin, &["me:read", "workstreams:read"]).await;
        let caller = client.enter(app).await;
        caller.get("/v1/workstreams").await.is(200);
        let path = format!("/v1/api-clients/{}", client.id);
        let patch = json!({ "scopes": ["me:read", "users:read"] });
        let changed = admin.patch(&path, "\"1\"", patch).await.is(200);
        assert_eq!(changed.body["scopes"], json!(["me:read", "users:read"]));
        caller.get("/v1/workstreams").await.is_problem(403, "insufficient-scope");
        // What was given meanwhile is for tokens that ask for it.
        caller.get("/v1/users").await.is_problem(403, "insufficient-scope");
        client.enter(app).await.get("/v1/users").await.is(200);
        admin.patch(&path, "\"1\"", json!({ "name": "Late" })).await.is_problem(412, "precondition-failed");
    }
);

story!(
    async fn a_new_secret_works_beside_the_old_one_for_a_while(app) {
        let old = Client::added_by(&app.admin().await, &["me:read"]).await;
        let rotate = async |hours: serde_json::Value| {
            app.admin().await.post(&format!("/v1/api-clients/{}/rotate-secret", old.id), hours).await
        };
        app.clock.advance(chrono::Duration::minutes(1));
        let rotated = rotate(json!({})).await.is(200);
        assert_eq!(rotated.etag(), "\"2\"");
        let new = Client::of(&rotated);
        assert_ne!(new.secret, old.secret);
        old.ask(app).await.is(200);
        new.ask(app).await.is(200);
        app.clock.advance(chrono::Duration::hours(24));
        old.ask(app).await.is(401);
        new.ask(app).await.is(200);
        // Never more than two: the older of two old ones ends with the next change.
        let newer = Client::of(&rotate(json!({ "overlapHours": 168 })).await.is(200));
        let newest = Client::of(&rotate(json!({ "overlapHours": 168 })).await.is(200));
        new.ask(app).await.is(401);
        newer.ask(app).await.is(200);
        newest.ask(app).await.is(200);
        let last = Client::of(&rotate(json!({ "overlapHours": 0 })).await.is(200));
        newest.ask(app).await.is(401);
        last.ask(app).await.is(200);
        rotate(json!({ "overlapHours": 169 })).await.is_problem(422, "invalid-fields").names(&["/overlapHours"]);
    }
);

story!(
    async fn a_revoked_client_is_out_at_once_and_for_good(app) {
        let admin = app.admin().await;
        let client = Client::added_by(&admin, &["me:read"]).await;
        let caller = client.enter(app).await;
        caller.get("/v1/me").await.is(200);
        let path = format!("/v1/api-clients/{}", client.id);
        let revoked = admin.step(&format!("{path}/revoke")).await.is(200);
        assert_eq!(revoked.body["status"], "revoked");
        caller.get("/v1/me").await.is_problem(401, "invalid-token");
        client.ask(app).await.is(401);
        admin.step(&format!("{path}/revoke")).await.is_problem(409, "transition-not-allowed");
        admin.post(&format!("{path}/rotate-secret"), json!({})).await.is_problem(409, "rule-not-met");
        assert_eq!(admin.get("/v1/api-clients?status=active").await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn another_organisation_finds_no_client(app) {
        let client = Client::added_by(&app.admin().await, &["me:read"]).await;
        let (stan, path) = (app.stranger().await, format!("/v1/api-clients/{}", client.id));
        stan.get(&path).await.is_problem(404, "not-found");
        stan.patch(&path, "\"1\"", json!({ "name": "Mine" })).await.is_problem(404, "not-found");
        stan.step(&format!("{path}/revoke")).await.is_problem(404, "not-found");
        stan.post(&format!("{path}/rotate-secret"), json!({})).await.is_problem(404, "not-found");
        assert_eq!(stan.get("/v1/api-clients").await.is(200).body["items"], json!([]));
        client.ask(app).await.is(200);
    }
);

story!(
    async fn the_ledger_tells_of_clients_and_never_of_secrets(app) {
        let admin = app.admin().await;
        let client = Client::added_by(&admin, &["me:read"]).await;
        app.clock.advance(chrono::Duration::minutes(1));
        let path = format!("/v1/api-clients/{}", client.id);
        let rotated = Client::of(&admin.post(&format!("{path}/rotate-secret"), json!({})).await.is(200));
        admin.step(&format!("{path}/revoke")).await.is(200);
        app.sequenced().await;
        let ledger = admin.get("/v1/ledger?record=apiClient").await.is(200);
        let told: Vec<_> = ledger.body["items"].as_array().unwrap().iter().map(|item| item["action"].as_str().unwrap()).collect();
        assert_eq!(told, ["apiClient.added", "apiClient.secretRotated", "apiClient.revoked"]);
        assert_eq!(ledger.body["items"][1]["touched"][0]["fields"], json!(["secret_changed_at"]));
        for secret in [client.secret, rotated.secret] {
            assert!(!ledger.body.to_string().contains(&secret));
        }
    }
);

story!(
    async fn a_partner_gets_credentials_of_their_own_within_another_change(app) {
        let partner = uuid::Uuid::now_v7();
        let prepared = prepare_secret().await.unwrap();
        let authority = Authority::system("test");
        let made = app.state.store.write(&authority, async |work| {
            let credentials = for_partner(work, partner, "RXL", prepared).await?;
            Ok((credentials, Event::of("partner.registered", partner).within("RXL").about([partner])))
        });
        let credentials = made.await.unwrap();
        let client = Client { id: credentials.client_id.to_string(), secret: credentials.client_secret };
        let me = client.enter(app).await.get("/v1/me").await.is(200).body;
        assert_eq!((&me["partnerId"], &me["roles"]), (&json!(partner), &json!(["partner"])));
        assert_eq!(me["subject"], format!("partner:{partner}"));
        let reaches: Vec<_> = me["permissions"].as_array().unwrap().iter().map(|one| one["reach"].as_str().unwrap()).collect();
        assert!(reaches.contains(&"own") && !reaches.contains(&"organisation"));
        // They are listed by partner, and not among the systems of the organisation.
        let admin = app.admin().await;
        assert_eq!(admin.get("/v1/api-clients").await.is(200).body["items"], json!([]));
        let listed = admin.get(&format!("/v1/api-clients?partnerId={partner}")).await.is(200).body;
        assert_eq!(listed["items"][0]["id"], client.id);
        // Whoever held the secret would read what only the partner reads.
        let rotate = format!("/v1/api-clients/{}/rotate-secret", client.id);
        admin.post(&rotate, json!({})).await.is_problem(409, "rule-not-met");
        client.enter(app).await.get("/v1/me").await.is(200);
    }
);
