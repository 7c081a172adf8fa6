//! Users: who has which role, what is taken away is gone at the next request, and somebody stays in charge.

use equal_partners::access::{Role, Row, TABLE};
use futures_util::future::join;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::clients::Client;
use crate::harness::people::client;
use crate::harness::{TestApp, story};

fn olu() -> Value {
    json!({ "subject": "olu", "displayName": "Olu Adeyemi", "email": "olu@example.org", "roles": ["engagementOfficer"] })
}

story!(
    async fn an_administrator_adds_reads_and_changes_a_user(app) {
        let admin = app.admin().await;
        let added = admin.post("/v1/users", olu()).await.is(201);
        assert_eq!(added.body["issuer"], app.state.config.public_url);
        assert_eq!((&added.body["status"], &added.body["organisation"]), (&json!("active"), &json!("RXL")));
        let path = added.header("location").to_owned();
        assert_eq!(admin.get(&path).await.is(200).body, added.body);
        let patch = json!({ "displayName": "Olúwaseun Adéyemí", "email": null, "roles": ["storyLead", "analyst"] });
        let changed = admin.patch(&path, added.etag(), patch).await.is(200);
        assert_eq!(changed.body["email"], json!(null));
        assert_eq!(changed.body["roles"], json!(["storyLead", "analyst"]));
        let by_role = admin.get("/v1/users?role=storyLead").await.is(200).body;
        assert_eq!(by_role["items"], json!([changed.body]));
        assert_eq!(admin.get("/v1/users?role=groupChair").await.is(200).body["items"], json!([]));
        admin.post("/v1/users", olu()).await.is_problem(409, "already-exists").names(&["/subject"]);
    }
);

story!(
    async fn the_same_subject_of_another_issuer_is_another_person(app) {
        let admin = app.admin().await;
        let ours = admin.post("/v1/users", olu()).await.is(201);
        let with_issuer = |issuer: &str| {
            let mut new = olu();
            new["issuer"] = json!(issuer);
            new
        };
        let theirs = admin.post("/v1/users", with_issuer("https://login.example.org")).await.is(201);
        assert_ne!(ours.id(), theirs.id());
        assert_eq!(theirs.body["issuer"], "https://login.example.org");
        // Our own name, spelled out, is ourselves.
        let own = app.state.config.public_url.clone();
        admin.post("/v1/users", with_issuer(&own)).await.is_problem(409, "already-exists");
        admin.post("/v1/users", with_issuer("login.example.org")).await.is_problem(422, "invalid-fields").names(&["/issuer"]);
        // In another organisation the same person is another user.
        app.stranger().await.post("/v1/users", olu()).await.is(201);
    }
);

story!(
    async fn only_roles_that_can_be_given_are_given_and_each_once(app) {
        let admin = app.admin().await;
        let add = async |roles: Value| {
            let mut new = olu();
            new["roles"] = roles;
            admin.post("/v1/users", new).await.is_problem(422, "invalid-fields")
        };
        add(json!(["public"])).await.names(&["/roles/0"]);
        add(json!(["analyst", "root"])).await.names(&["/roles/1"]);
        add(json!([])).await.names(&["/roles"]);
        add(json!(["analyst", "analyst"])).await.names(&["/roles"]);
        let mut more = olu();
        more["partnerId"] = json!("0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90");
        admin.post("/v1/users", more.clone()).await.is_problem(422, "invalid-fields").names(&["/partnerId"]);
        more["status"] = json!("active");
        more["organisation"] = json!("R0A");
        admin.post("/v1/users", more).await.is_problem(422, "invalid-fields").names(&["/organisation", "/status"]);
    }
);

story!(
    async fn a_role_that_is_taken_away_is_gone_at_the_next_request(app) {
        let (admin, officer) = (app.admin().await, app.officer().await);
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        officer.post("/v1/workstreams", new.clone()).await.is(201);
        let found = admin.get("/v1/users?subject=olu").await.is(200).body["items"][0].clone();
        let path = format!("/v1/users/{}", found["id"].as_str().unwrap());
        let seen = format!("\"{}\"", found["version"]);
        admin.patch(&path, &seen, json!({ "roles": ["analyst"] })).await.is(200);
        officer.post("/v1/workstreams", new).await.is_problem(403, "insufficient-scope");
        // The token acts in the role that it names, and that is gone; the person is still known.
        officer.get("/v1/me").await.is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn a_removed_user_is_out_at_once_and_can_be_restored(app) {
        let (admin, officer) = (app.admin().await, app.officer().await);
        officer.get("/v1/me").await.is(200);
        let id = admin.get("/v1/users?subject=olu").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
        let removed = admin.step(&format!("/v1/users/{id}/remove")).await.is(200);
        assert_eq!(removed.body["status"], "removed");
        officer.get("/v1/me").await.is_problem(401, "invalid-token");
        admin.step(&format!("/v1/users/{id}/remove")).await.is_problem(409, "transition-not-allowed");
        assert_eq!(admin.get("/v1/users?status=removed").await.is(200).body["items"][0]["id"], id);
        admin.step(&format!("/v1/users/{id}/restore")).await.is(200);
        officer.get("/v1/me").await.is(200);
    }
);

story!(
    async fn the_last_administrator_of_an_organisation_stays(app) {
        let admin = app.admin().await;
        let find = async |subject: &str| {
            let user = admin.get(&format!("/v1/users?subject={subject}")).await.is(200).body["items"][0].clone();
            (format!("/v1/users/{}", user["id"].as_str().unwrap()), format!("\"{}\"", user["version"]))
        };
        let (path, seen) = find("amina").await;
        let no_longer = json!({ "roles": ["engagementOfficer"] });
        admin.patch(&path, &seen, no_longer.clone()).await.is_problem(409, "rule-not-met").names(&["/roles"]);
        admin.step(&format!("{path}/remove")).await.is_problem(409, "rule-not-met");
        // An administrator of another organisation, or one who was removed, does not count.
        app.stranger().await.get("/v1/me").await.is(200);
        app.user("adaeze", Role::EngagementAdmin, "RXL").await;
        let (other, _) = find("adaeze").await;
        admin.step(&format!("{other}/remove")).await.is(200);
        admin.patch(&path, &seen, no_longer.clone()).await.is_problem(409, "rule-not-met");
        admin.step(&format!("{other}/restore")).await.is(200);
        admin.patch(&path, &seen, no_longer).await.is(200);
        admin.get("/v1/users").await.is_problem(403, "insufficient-scope");
    }
);

#[actix_web::test]
async fn two_administrators_cannot_remove_each_other_on_two_instances() {
    let app = TestApp::on_postgres().await;
    let other = app.another().await;
    for round in 0..5 {
        let names = [format!("ada {round}"), format!("bea {round}")];
        let ada = app.user(&names[0], Role::EngagementAdmin, "RXN").await;
        let bea = other.user(&names[1], Role::EngagementAdmin, "RXN").await;
        let path = async |name: &str| {
            let found = ada
                .get(&format!("/v1/users?subject={}", name.replace(' ', "%20")))
                .await
                .is(200);
            format!(
                "/v1/users/{}/remove",
                found.body["items"][0]["id"].as_str().unwrap()
            )
        };
        let (ada_path, bea_path) = (path(&names[0]).await, path(&names[1]).await);
        let (one, two) = join(ada.step(&bea_path), bea.step(&ada_path)).await;
        let done = [&one, &two]
            .into_iter()
            .filter(|answer| answer.status == 200)
            .count();
        assert_eq!(
            done, 1,
            "{} {:#} {} {:#}",
            one.status, one.body, two.status, two.body
        );
        // The next round begins without administrators.
        let sql = "UPDATE users SET status = 'removed' WHERE organisation = 'RXN'";
        app.state
            .store
            .database
            .whole()
            .execute_unprepared(sql)
            .await
            .unwrap();
    }
    other.stop().await;
    app.stop().await;
}

story!(
    async fn a_system_gives_no_role_that_reaches_further_than_itself(app) {
        let admin = app.admin().await;
        let system = Client::added_by(&admin, &["users:manage", "workstreams:read"]).await.enter(app).await;
        system.post("/v1/users", olu()).await.is_problem(403, "not-yours-to-give");
        // What reaches no further than one's own records is not given for nothing either.
        let mut partner = olu();
        partner["roles"] = json!(["partner"]);
        system.post("/v1/users", partner.clone()).await.is_problem(403, "not-yours-to-give");
        // Some of what partners may do is theirs alone, such as what they share with one another: nobody gives it to a
        // system, so no system gives the role of a partner.
        let holds = |row: &Row, one: Role| row.grants.iter().any(|(role, _)| *role == one);
        let own = TABLE.iter().filter(|row| holds(row, Role::Partner) && holds(row, Role::EngagementAdmin));
        let scopes: Vec<&str> = own.map(|row| row.scope).chain(["users:manage"]).collect();
        let system = Client::added_by(&admin, &scopes).await.enter(app).await;
        system.post("/v1/users", partner.clone()).await.is_problem(403, "not-yours-to-give");
        admin.post("/v1/users", partner).await.is(201);
    }
);

story!(
    async fn who_may_not_read_a_partner_links_nobody_to_one(app) {
        let admin = app.admin().await;
        let (_, partner) = app.partner("ada").await;
        let link = json!({ "partnerId": partner.rsplit('/').next().unwrap() });
        let new = json!({ "subject": "otto", "displayName": "Otto", "roles": ["engagementOfficer"] });
        let user = admin.post("/v1/users", new).await.is(201);
        let path = user.header("location");
        for scopes in [&["users:manage", "partners:manage"][..], &["users:manage", "access-needs:read"]] {
            let system = Client::added_by(&admin, scopes).await.enter(app).await;
            system.patch(path, user.etag(), link.clone()).await.is_problem(403, "not-yours-to-give");
        }
        assert_eq!(admin.get(path).await.is(200).body["partnerId"], json!(null));
        let linked = admin.patch(path, user.etag(), link).await.is(200);
        // Whoever changes something else leaves the link as it is.
        let system = Client::added_by(&admin, &["users:manage"]).await.enter(app).await;
        system.patch(path, linked.etag(), json!({ "displayName": "Otto A." })).await.is(200);
    }
);

/// A user who should be linked to a partner, as the administrator proposes: the address.
async fn proposed(app: &TestApp, subject: &str, partner: &str) -> String {
    let new = json!({ "subject": subject, "displayName": "Maggie", "roles": ["partner"], "partnerId": id_of(partner) });
    let user = app.admin().await.post("/v1/users", new).await.is(201);
    assert_eq!(
        (&user.body["partnerId"], &user.body["proposedPartnerId"]),
        (&Value::Null, &json!(id_of(partner)))
    );
    user.header("location").to_owned()
}

story!(
    async fn nobody_signs_in_as_a_partner_because_one_member_of_staff_says_so(app) {
        let (amina, olu) = (app.admin().await, app.officer().await);
        let paper = json!({ "givenName": "Margaret", "familyName": "Ashworth", "telephone": "01253 300000", "over16": true });
        let record = olu.post("/v1/partners", paper).await.is(201).header("location").to_owned();
        let user = proposed(app, "maggie", &record).await;
        let maggie = app.user("maggie", Role::Partner, "RXL").await;
        maggie.get(&record).await.is_problem(404, "not-found");
        // Not by whoever proposed it, not by a system, not by the user, and not elsewhere.
        let confirm = format!("{user}/confirm-link");
        amina.step(&confirm).await.is_problem(403, "same-person");
        client(app, "RXL", &["users:confirm-links"]).await.step(&confirm).await.is_problem(403, "person-needed");
        maggie.step(&confirm).await.is_problem(404, "not-found");
        app.stranger().await.step(&confirm).await.is_problem(404, "not-found");
        assert_eq!(olu.step(&confirm).await.is(200).body["partnerId"], id_of(&record));
        maggie.get(&record).await.is(200);
        assert_eq!(app.told(&json!(id_of(&record))).await, ["accountLinkProposed", "accountLinked"]);
        olu.step(&confirm).await.is_problem(409, "rule-not-met").names(&["/partnerId"]);
        // What is taken away is gone at once.
        amina.patch(&user, "*", json!({ "partnerId": null })).await.is(200);
        maggie.get(&record).await.is_problem(404, "not-found");
    }
);

story!(
    async fn where_a_partner_signs_in_already_nobody_else_confirms_another_account(app) {
        let (ada, record) = app.partner("ada").await;
        let (bea, _) = app.partner("bea").await;
        let user = proposed(app, "ada at home", &record).await;
        let confirm = format!("{user}/confirm-link");
        app.officer().await.step(&confirm).await.is_problem(403, "not-yours");
        bea.step(&confirm).await.is_problem(404, "not-found");
        ada.step(&confirm).await.is(200);
        app.user("ada at home", Role::Partner, "RXL").await.get(&record).await.is(200);
        // The same holds for who applied, and has credentials of their own.
        let opportunity = app.published(json!({})).await;
        let (applied, cal) = app.applicant(&opportunity, json!({})).await;
        let record = format!("/v1/partners/{}", applied.body["partnerId"].as_str().unwrap());
        let confirm = format!("{}/confirm-link", proposed(app, "cal at home", &record).await);
        app.officer().await.step(&confirm).await.is_problem(403, "not-yours");
        cal.step(&confirm).await.is(200);
    }
);

story!(
    async fn nobody_links_themself_to_a_partner(app) {
        let olu = app.officer().await;
        let paper = json!({ "givenName": "Margaret", "familyName": "Ashworth", "telephone": "01253 300000", "over16": true });
        let record = olu.post("/v1/partners", paper).await.is(201).header("location").to_owned();
        let link = json!({ "partnerId": id_of(&record) });
        let (amina, other) = (app.admin().await, app.user("adaeze", Role::EngagementAdmin, "RXL").await);
        let own = format!("/v1/users/{}", app.user_id("amina", Role::EngagementAdmin).await);
        amina.patch(&own, "*", link.clone()).await.is_problem(403, "same-person");
        other.patch(&own, "*", link).await.is(200);
        amina.step(&format!("{own}/confirm-link")).await.is_problem(403, "same-person");
        amina.get(&record).await.is(200);
        assert_eq!(other.get(&own).await.is(200).body["partnerId"], Value::Null);
    }
);

story!(
    async fn nobody_is_linked_to_a_partner_who_is_only_shared(app) {
        let (ada, partner) = app.partner("ada").await;
        let share = json!({ "withOrganisation": "QE1", "purpose": "Roles.", "consentWording": "Yes.", "endsOn": "2027-11-30" });
        ada.post(&format!("{partner}/shares"), share).await.is(201);
        let quinn = app.user("quinn", Role::EngagementAdmin, "QE1").await;
        quinn.get(&partner).await.is(200);
        let mut new = olu();
        new["partnerId"] = json!(partner.rsplit('/').next().unwrap());
        quinn.post("/v1/users", new.clone()).await.is_problem(422, "invalid-fields").names(&["/partnerId"]);
        new.as_object_mut().unwrap().remove("partnerId");
        let user = quinn.post("/v1/users", new).await.is(201);
        let link = json!({ "partnerId": partner.rsplit('/').next().unwrap() });
        quinn.patch(user.header("location"), user.etag(), link).await
            .is_problem(422, "invalid-fields").names(&["/partnerId"]);
    }
);

story!(
    async fn what_a_partner_applied_for_is_seen_in_its_own_organisation_only(app) {
        let opportunity = app.published(json!({})).await;
        let (_, ada) = app.applicant(&opportunity, json!({})).await;
        app.officer().await.step(&format!("{opportunity}/close")).await.is(200);
        ada.get(&opportunity).await.is(200);
        let other = app.user("ada elsewhere", Role::Partner, "R0A").await;
        // Nothing links a user to a partner of another organisation; if it were so, it would show nothing.
        let link = "UPDATE users SET partner_id = (SELECT partner_id FROM applications LIMIT 1) WHERE subject = 'ada elsewhere'";
        app.state.store.database.whole().execute_unprepared(link).await.unwrap();
        other.get(&opportunity).await.is_problem(404, "not-found");
    }
);

story!(
    async fn reads_of_users_are_recorded(app) {
        let admin = app.admin().await;
        let id = admin.post("/v1/users", olu()).await.is(201).id().to_owned();
        admin.get("/v1/users").await.is(200);
        admin.get(&format!("/v1/users/{id}")).await.is(200);
        admin.step(&format!("/v1/users/{id}/remove")).await.is(200);
        app.sequenced().await;
        let ledger = admin.get("/v1/ledger?record=user&subject=amina").await.is(200).body;
        let told: Vec<_> = ledger["items"].as_array().unwrap().iter()
            .map(|item| (item["kind"].as_str().unwrap(), item["action"].as_str().unwrap())).collect();
        assert_eq!(told, [("write", "user.added"), ("access", "user.listed"), ("access", "user.read"), ("write", "user.removed")]);
        assert!(!ledger.to_string().contains("Olu Adeyemi"));
    }
);

story!(
    async fn another_organisation_finds_no_user(app) {
        let path = app.admin().await.post("/v1/users", olu()).await.is(201).header("location").to_owned();
        let stan = app.stranger().await;
        stan.get(&path).await.is_problem(404, "not-found");
        stan.patch(&path, "\"1\"", json!({ "roles": ["analyst"] })).await.is_problem(404, "not-found");
        stan.step(&format!("{path}/remove")).await.is_problem(404, "not-found");
        assert_eq!(stan.get("/v1/users?subject=olu").await.is(200).body["items"], json!([]));
    }
);
