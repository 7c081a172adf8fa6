//! Tokens: how a client gets one, asks about one, ends one; and what is refused, in the standards' words.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use equal_partners::config::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::clients::{Client, FORM, form};
use crate::harness::{Answer, TestApp, database, story};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

#[track_caller]
fn is_error(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{:#}", answer.body);
    assert_eq!(answer.body["error"], error, "{:#}", answer.body);
    assert!(answer.body["error_description"].is_string());
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    if status == 401 && error == "invalid_client" {
        assert!(answer.header("www-authenticate").starts_with("Basic "));
    }
}

story!(
    async fn a_client_gets_a_token_and_calls_with_it(app) {
        let client = Client::added_by(&app.admin().await, &["me:read", "workstreams:read"]).await;
        let answer = client.ask(app).await.is(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.body["token_type"], "Bearer");
        assert_eq!(answer.body["expires_in"], 3600);
        assert_eq!(answer.body["scope"], "me:read workstreams:read");
        let token = answer.body["access_token"].as_str().unwrap();
        let (header, claims) = (part(token, 0), part(token, 1));
        assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
        let keys = app.anonymous().get("/.well-known/jwks.json").await.is(200).body;
        assert!(keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == header["kid"]));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
        assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(client.id), &json!(client.id)));
        assert_eq!(claims["aud"], "equal-partners");
        assert_eq!(claims["iss"], app.state.config.public_url);
        assert!(claims["jti"].is_string());
        let caller = app.bearer(token);
        let me = caller.get("/v1/me").await.is(200).body;
        assert_eq!((&me["clientId"], &me["organisation"]), (&json!(client.id), &json!("RXL")));
        caller.get("/v1/workstreams").await.is(200);
        caller.get("/v1/users").await.is_problem(403, "insufficient-scope");
        app.clock.advance(chrono::Duration::seconds(3631));
        caller.get("/v1/me").await.is_problem(401, "invalid-token");
    }
);

story!(
    async fn a_token_holds_what_is_asked_for_and_never_more_than_the_client_has(app) {
        let client = Client::added_by(&app.admin().await, &["me:read", "workstreams:read"]).await;
        let ask = async |scope: &str| {
            form(app, "/oauth/token", &client.basic(), &[GRANT, ("scope", scope)]).await
        };
        assert_eq!(ask("workstreams:read").await.is(200).body["scope"], "workstreams:read");
        assert_eq!(ask("me:read me:read").await.is(200).body["scope"], "me:read");
        // A parameter without a value counts as left out (RFC 6749, section 3.1).
        assert_eq!(ask("").await.is(200).body["scope"], "me:read workstreams:read");
        for wider in ["users:read", "me:read users:manage", "admin", " ", "ME:READ"] {
            is_error(&ask(wider).await, 400, "invalid_scope");
        }
        let narrow = ask("workstreams:read").await.is(200);
        app.bearer(narrow.body["access_token"].as_str().unwrap()).get("/v1/me").await
            .is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn a_client_shows_who_it_is_in_one_way(app) {
        let client = Client::added_by(&app.admin().await, &["me:read"]).await;
        let ask = async |authorization: &str, fields: &[(&str, &str)]| {
            let fields: Vec<_> = [GRANT].iter().chain(fields).copied().collect();
            form(app, "/oauth/token", authorization, &fields).await
        };
        let id = ("client_id", client.id.as_str());
        let secret = ("client_secret", client.secret.as_str());
        let (basic, other) = (client.basic(), client.with_secret("eps_other").basic());
        ask(&basic, &[]).await.is(200);
        ask("", &[id, secret]).await.is(200);
        ask(&basic, &[id]).await.is(200);
        is_error(&ask(&basic, &[id, secret]).await, 400, "invalid_request");
        is_error(&ask(&basic, &[secret]).await, 400, "invalid_request");
        is_error(&ask(&basic, &[("client_id", "another")]).await, 400, "invalid_request");
        is_error(&ask("", &[secret]).await, 400, "invalid_request");
        let wrong = ask(&other, &[]).await;
        is_error(&wrong, 401, "invalid_client");
        for nobody in ["", "Basic", "Basic !", "Basic bm9jb2xvbg==", "Digest x", "Bearer x"] {
            is_error(&ask(nobody, &[]).await, 401, "invalid_client");
        }
        is_error(&ask("", &[id]).await, 401, "invalid_client");
        is_error(&ask("", &[id, ("client_secret", "")]).await, 401, "invalid_client");
        let unknown = Client { id: "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90".to_owned(), secret: client.secret.clone() };
        assert_eq!(ask(&unknown.basic(), &[]).await.body, wrong.body);
        let no_id = Client { id: "me".to_owned(), secret: "x".repeat(9000) };
        is_error(&ask(&no_id.basic(), &[]).await, 401, "invalid_client");
        let twice = app.anonymous().request(Method::POST, "/oauth/token").body(FORM, "grant_type=client_credentials")
            .header("Authorization", &basic).header("Authorization", &basic).send().await;
        is_error(&twice, 400, "invalid_request");
    }
);

story!(
    async fn a_request_for_a_token_is_a_form_with_each_parameter_once(app) {
        let client = Client::added_by(&app.admin().await, &["me:read"]).await;
        let send = async |path: &str, kind: &str, body: &str| {
            app.anonymous().request(Method::POST, path).header("Authorization", &client.basic())
                .body(kind, body.to_owned()).send().await
        };
        let good = "grant_type=client_credentials";
        send("/oauth/token", "application/x-www-form-urlencoded; charset=UTF-8", &format!("{good}&colour=red")).await.is(200);
        for (body, error) in [
            ("", "invalid_request"),
            ("grant_type=", "invalid_request"),
            ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
            ("grant_type=client_credentials&scope=me:read&scope=me:read", "invalid_request"),
            ("grant_type=client_credentials&scope=%00", "invalid_request"),
            ("grant_type=client_credentials&scope=%ff", "invalid_request"),
            ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
            ("grant_type=authorization_code&code=a", "unsupported_grant_type"),
            ("grant_type=refresh_token", "unsupported_grant_type"),
        ] {
            is_error(&send("/oauth/token", FORM, body).await, 400, error);
        }
        is_error(&send("/oauth/token?grant_type=client_credentials", FORM, good).await, 400, "invalid_request");
        let json = send("/oauth/token", "application/json", r#"{"grant_type":"client_credentials"}"#).await;
        assert_eq!(json.is_problem(415, "unsupported-media-type").header("accept"), FORM);
        send("/oauth/token", FORM, &"a".repeat(20_000)).await.is_problem(413, "content-too-large");
    }
);

story!(
    async fn what_is_no_matter_of_oauth_is_a_problem_document(app) {
        let anyone = app.anonymous();
        let wrong = anyone.get("/oauth/token").await.is_problem(405, "method-not-allowed");
        assert_eq!(wrong.header("allow"), "OPTIONS, POST");
        anyone.get("/oauth/authorize").await.is_problem(404, "not-found");
        anyone.post("/oauth", json!({})).await.is_problem(404, "not-found");
    }
);

story!(
    async fn the_metadata_name_the_issuer_exactly(app) {
        let issuer = app.state.config.public_url.clone();
        let answer = app.anonymous().get("/.well-known/oauth-authorization-server").await.is(200);
        assert_eq!(answer.body["issuer"], issuer);
        assert_eq!(answer.body["token_endpoint"], format!("{issuer}/oauth/token"));
        assert_eq!(answer.body["jwks_uri"], format!("{issuer}/.well-known/jwks.json"));
        assert_eq!(answer.body["grant_types_supported"], json!(["client_credentials"]));
        let scopes = answer.body["scopes_supported"].as_array().unwrap();
        assert_eq!(scopes.len(), equal_partners::access::TABLE.len());
        let keys = app.anonymous().get("/.well-known/jwks.json").await.is(200);
        let key = &keys.body["keys"][0];
        assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
        assert!(key.get("d").is_none());
    }
);

/// What introspection tells of a token to somebody.
async fn told(app: &TestApp, authorization: &str, token: &str) -> Value {
    form(app, "/oauth/introspect", authorization, &[("token", token)])
        .await
        .is(200)
        .body
}

story!(
    async fn introspection_tells_the_own_organisation_about_tokens_in_use_and_nothing_else(app) {
        let admin = app.admin().await;
        let client = Client::added_by(&admin, &["me:read", "workstreams:read"]).await;
        let token = client.enter(app).await.token.unwrap();
        let basic = client.basic();
        let about = told(app, &basic, &token).await;
        assert_eq!((&about["active"], &about["client_id"]), (&json!(true), &json!(client.id)));
        assert_eq!(about["scope"], "me:read workstreams:read");
        assert_eq!(about["iss"], app.state.config.public_url);
        let person = admin.token.clone().unwrap();
        let about = told(app, &format!("Bearer {token}"), &person).await;
        assert_eq!((&about["sub"], &about["roles"]), (&json!("amina"), &json!(["engagementAdmin"])));
        let inactive = json!({ "active": false });
        let stranger = app.stranger().await.token.unwrap();
        let altered = token.replace(".eyJ", ".eyK");
        for nothing in [stranger.as_str(), &altered, "garbage", "a.b.c", " "] {
            assert_eq!(told(app, &basic, nothing).await, inactive, "{nothing}");
        }
        assert_eq!(told(app, &format!("Bearer {stranger}"), &token).await, inactive);
        // The same for a question about a token that was revoked, and for one that has expired.
        let other = client.enter(app).await.token.unwrap();
        if other != token {
            form(app, "/oauth/revoke", &basic, &[("token", &other)]).await.is(200);
            assert_eq!(told(app, &basic, &other).await, inactive);
        }
        app.clock.advance(chrono::Duration::seconds(3631));
        assert_eq!(told(app, &basic, &token).await, inactive);
    }
);

story!(
    async fn introspection_needs_somebody_who_shows_who_they_are(app) {
        let client = Client::added_by(&app.admin().await, &["me:read"]).await;
        let token = client.enter(app).await.token.unwrap();
        let ask = async |authorization: &str, fields: &[(&str, &str)]| {
            form(app, "/oauth/introspect", authorization, fields).await
        };
        let question = ("token", token.as_str());
        is_error(&ask("", &[question]).await, 401, "invalid_client");
        is_error(&ask(&client.with_secret("x").basic(), &[question]).await, 401, "invalid_client");
        let refused = ask("Bearer garbage", &[question]).await;
        is_error(&refused, 401, "invalid_token");
        assert_eq!(refused.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        is_error(&ask(&client.basic(), &[]).await, 400, "invalid_request");
        let both = [question, ("client_id", &client.id), ("client_secret", &client.secret)];
        is_error(&ask(&format!("Bearer {token}"), &both).await, 400, "invalid_request");
        ask(&client.basic(), &[question, ("token_type_hint", "refresh_token")]).await.is(200);
    }
);

story!(
    async fn a_token_that_its_client_ends_is_refused_at_its_next_use(app) {
        let admin = app.admin().await;
        let client = Client::added_by(&admin, &["me:read"]).await;
        let (caller, kept) = (client.enter(app).await, client.enter(app).await);
        caller.get("/v1/me").await.is(200);
        let token = caller.token.clone().unwrap();
        let end = async |authorization: &str, token: &str| {
            form(app, "/oauth/revoke", authorization, &[("token", token)]).await
        };
        // Somebody else's token: refused within the organisation, and unknown outside of it.
        let other = Client::added_by(&admin, &["me:read"]).await;
        is_error(&end(&other.basic(), &token).await, 400, "invalid_grant");
        let foreign = Client::added_by(&app.stranger().await, &["me:read"]).await;
        assert!(end(&foreign.basic(), &token).await.is(200).bytes.is_empty());
        is_error(&end("", &token).await, 401, "invalid_client");
        caller.get("/v1/me").await.is(200);

        assert!(end(&client.basic(), &token).await.is(200).bytes.is_empty());
        let refused = caller.get("/v1/me").await.is_problem(401, "invalid-token");
        assert_eq!(refused.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        kept.get("/v1/me").await.is(200);
        for again in [token.as_str(), "garbage", "a.b.c"] {
            end(&client.basic(), again).await.is(200);
        }
        // A person ends the token that they hold by showing it.
        let officer = app.officer().await;
        let own = officer.token.clone().unwrap();
        end(&format!("Bearer {own}"), &own).await.is(200);
        officer.get("/v1/me").await.is_problem(401, "invalid-token");
    }
);

story!(
    async fn the_ledger_tells_of_ended_tokens_and_not_of_issued_ones(app) {
        let admin = app.admin().await;
        let client = Client::added_by(&admin, &["me:read"]).await;
        let token = client.enter(app).await.token.unwrap();
        form(app, "/oauth/revoke", &client.basic(), &[("token", &token)]).await.is(200);
        app.sequenced().await;
        let told = admin.get("/v1/ledger?record=token").await.is(200).body;
        let told: Vec<_> = told["items"].as_array().unwrap().iter().collect();
        assert_eq!(told.len(), 1, "{told:#?}");
        assert_eq!((&told[0]["action"], &told[0]["clientId"]), (&json!("token.revoked"), &json!(client.id)));
        assert_eq!(told[0]["recordId"], part(&token, 1)["jti"]);
        // Once is enough: ending it again is no change.
        let changes = app.changes().await;
        form(app, "/oauth/revoke", &client.basic(), &[("token", &token)]).await.is(200);
        assert_eq!(app.changes().await, changes);
    }
);

async fn with_three_tokens_a_minute() -> TestApp {
    let url = database::sqlite().await;
    let config = Config::read(|name| match name {
        "EQUAL_PARTNERS_DATABASE_URL" => Some(url.clone()),
        "EQUAL_PARTNERS_BIND" => Some("127.0.0.1:0".to_owned()),
        "EQUAL_PARTNERS_TOKEN_REQUESTS" => Some("3".to_owned()),
        "EQUAL_PARTNERS_TRUSTED_PROXIES" => Some("127.0.0.1".to_owned()),
        _ => None,
    });
    TestApp::with_config(config.unwrap(), url).await
}

#[actix_web::test]
async fn requests_for_tokens_are_counted_by_address_and_by_client() {
    let app = with_three_tokens_a_minute().await;
    let client = Client::added_by(&app.admin().await, &["me:read"]).await;
    let ask = async |client: &Client, address: &str| {
        app.anonymous()
            .request(Method::POST, "/oauth/token")
            .header("Authorization", &client.basic())
            .header("X-Forwarded-For", address)
            .body(FORM, "grant_type=client_credentials")
            .send()
            .await
    };
    let nobody = |n: u8| client.with_secret(&n.to_string());
    for n in 0..3 {
        let other = Client {
            id: format!("nobody {n}"),
            ..nobody(n)
        };
        ask(&other, "192.0.2.1").await.is(401);
    }
    let refused = ask(&client, "192.0.2.1")
        .await
        .is_problem(429, "too-many-requests");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    let first = ask(&client, "192.0.2.2").await.is(200);
    assert_eq!(first.header("ratelimit-policy"), "\"tokens\";q=3;w=60");
    // A stranger's wrong secrets don't keep the client out; its own requests count, wherever from.
    for n in 0..3 {
        ask(&nobody(n), "192.0.2.3").await.is(401);
    }
    ask(&client, "192.0.2.4").await.is(200);
    ask(&client, "192.0.2.5").await.is(200);
    ask(&client, "192.0.2.6")
        .await
        .is_problem(429, "too-many-requests");
    app.stop().await;
}
