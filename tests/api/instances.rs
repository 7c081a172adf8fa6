//! Two instances on one PostgreSQL: what one takes away, the other one refuses at its next use.

use equal_partners::access::Role;
use serde_json::json;

use crate::harness::TestApp;
use crate::harness::clients::{Client, form};

#[actix_web::test]
async fn what_is_taken_away_on_one_instance_is_gone_on_the_other_at_the_next_request() {
    let here = TestApp::on_postgres().await;
    let there = here.another().await;
    let admin = here.admin().await;
    let client = Client::added_by(&admin, &["me:read"]).await;
    for round in 0..20 {
        // A token that is ended.
        let token = client.enter(&here).await.token.unwrap();
        there.bearer(&token).get("/v1/me").await.is(200);
        form(
            &here,
            "/oauth/revoke",
            &client.basic(),
            &[("token", &token)],
        )
        .await
        .is(200);
        there
            .bearer(&token)
            .get("/v1/me")
            .await
            .is_problem(401, "invalid-token");

        // A role, there and back.
        let name = format!("officer {round}");
        let officer = there.user(&name, Role::EngagementOfficer, "RXL").await;
        officer.get("/v1/workstreams").await.is(200);
        let path = format!("/v1/users?subject={}", name.replace(' ', "%20"));
        let found = admin.get(&path).await.is(200).body["items"][0].clone();
        let path = format!("/v1/users/{}", found["id"].as_str().unwrap());
        let patch = json!({ "roles": ["storyLead"] });
        let changed = admin
            .patch(&path, &format!("\"{}\"", found["version"]), patch)
            .await
            .is(200);
        officer
            .get("/v1/workstreams")
            .await
            .is_problem(403, "insufficient-scope");
        let patch = json!({ "roles": ["engagementOfficer"] });
        admin.patch(&path, changed.etag(), patch).await.is(200);
        officer.get("/v1/workstreams").await.is(200);
    }
    // A client.
    let caller = client.enter(&there).await;
    there
        .bearer(caller.token.as_deref().unwrap())
        .get("/v1/me")
        .await
        .is(200);
    admin
        .step(&format!("/v1/api-clients/{}/revoke", client.id))
        .await
        .is(200);
    there
        .bearer(caller.token.as_deref().unwrap())
        .get("/v1/me")
        .await
        .is_problem(401, "invalid-token");
    client.ask(&there).await.is(401);
    there.stop().await;
    here.stop().await;
}

#[actix_web::test]
async fn instances_know_one_anothers_keys_and_names() {
    let here = TestApp::on_postgres().await;
    let client = Client::added_by(&here.admin().await, &["me:read"]).await;
    // Started under another name, later than the first one.
    let there = here.another_called("https://second.test").await;
    let theirs = client.enter(&there).await.token.unwrap();
    let ours = client.enter(&here).await.token.unwrap();
    for token in [&ours, &theirs] {
        here.bearer(token).get("/v1/me").await.is(200);
        there.bearer(token).get("/v1/me").await.is(200);
    }
    // A person is the same person under either name.
    let me = async |app: &TestApp| {
        let person = app.user("olu", Role::EngagementOfficer, "RXL").await;
        here.bearer(person.token.as_deref().unwrap())
            .get("/v1/me")
            .await
            .is(200)
            .body
    };
    let (one, two) = (me(&here).await, me(&there).await);
    assert_eq!(one["userId"], two["userId"]);
    there.stop().await;
    here.stop().await;
}

#[actix_web::test]
async fn what_is_published_on_one_instance_is_there_at_once_and_on_the_other_within_a_second() {
    let here = TestApp::on_postgres().await;
    let there = here.another().await;
    let titles = async |app: &TestApp| {
        let list = app.anonymous().get("/v1/opportunities").await.is(200).body;
        let items = list["items"].as_array().unwrap().clone();
        let titles = items
            .iter()
            .map(|one| one["title"].as_str().unwrap().to_owned());
        titles.collect::<Vec<_>>()
    };
    for title in ["Patient partner for diabetes", "Patient partner for falls"] {
        assert_eq!(titles(&here).await, titles(&there).await);
        here.published(json!({ "title": title })).await;
        assert!(titles(&here).await.contains(&title.to_owned()));
        here.clock.advance(chrono::Duration::milliseconds(999));
        assert!(titles(&there).await.contains(&title.to_owned()));
    }
    there.halt().await;
    here.stop().await;
}

#[actix_web::test]
async fn a_key_is_published_before_it_signs_and_verifies_longer_than_it_signs() {
    let here = TestApp::on_postgres().await;
    let there = here.another().await;
    let client = Client::added_by(&here.admin().await, &["me:read"]).await;
    let keys = async |app: &TestApp| {
        let body = app
            .anonymous()
            .get("/.well-known/jwks.json")
            .await
            .is(200)
            .body;
        let keys = body["keys"].as_array().unwrap().clone();
        keys.iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let kid = async |app: &TestApp| {
        let token = client.enter(app).await.token.unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        (header.kid.unwrap(), token)
    };
    let (first, _) = kid(&here).await;
    assert_eq!(keys(&here).await, std::slice::from_ref(&first));

    // A day before the end the next key is there, and the first one still signs.
    here.clock.advance(chrono::Duration::hours(89 * 24 + 1));
    here.state
        .access
        .keys
        .refresh(&here.state.store)
        .await
        .unwrap();
    assert_eq!(keys(&here).await.len(), 2);
    let (signs, old) = kid(&here).await;
    assert_eq!(signs, first);

    // An hour later the next one signs; the other instance, which never saw it, believes it, and the
    // token of the first key is good until its own end.
    here.clock.advance(chrono::Duration::minutes(59));
    let early = kid(&here).await.1;
    here.clock.advance(chrono::Duration::minutes(1));
    let (second, new) = kid(&here).await;
    assert_ne!(second, first);
    for token in [&early, &new] {
        there.bearer(token).get("/v1/me").await.is(200);
    }
    there.bearer(&old).get("/v1/me").await.is(200);
    assert_eq!(keys(&there).await.len(), 2);

    // After 91 days the first key is gone. An instance that slept through it all makes what it needs.
    here.clock.advance(chrono::Duration::days(2));
    assert_eq!(keys(&here).await, [second]);
    there
        .bearer(&old)
        .get("/v1/me")
        .await
        .is_problem(401, "invalid-token");
    here.clock.advance(chrono::Duration::days(400));
    let (third, latest) = kid(&there).await;
    assert_eq!(keys(&there).await, [third]);
    here.bearer(&latest).get("/v1/me").await.is(200);
    there.stop().await;
    here.stop().await;
}
