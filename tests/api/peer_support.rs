//! The peer support network: joined freely, read by those who belong to it, and told to nobody who works here.

use chrono::Duration;
use equal_partners::access::{Role, TABLE};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::people::client;
use crate::harness::{Person, TestApp, story};

const MEMBERSHIP: &str = "/v1/peer-support/membership";
const SHARED: &str = "/v1/peer-support/contributions";
const SESSIONS: &str = "/v1/peer-support/sessions";
const THEMES: &str = "/v1/peer-support/themes";

/// A partner who belongs to the network, and the address of their record.
async fn member(app: &TestApp, subject: &str) -> (Person, String) {
    let (person, path) = app.partner(subject).await;
    person.step(&format!("{MEMBERSHIP}/join")).await.is(200);
    (person, path)
}

fn canary() -> Value {
    json!({ "kind": "whatDoesNot", "topic": "respect", "body": "The canary was not listened to.", "signedAs": "Ada" })
}

/// Everybody who works for the organisation, one by one, and a system with every permission there is.
async fn staff(app: &TestApp) -> Vec<Person> {
    let mut all = Vec::new();
    for role in Role::ALL
        .iter()
        .filter(|role| !matches!(role, Role::Partner | Role::Public))
    {
        all.push(
            app.user(&format!("{role} of the staff"), *role, "RXL")
                .await,
        );
    }
    let scopes: Vec<&str> = TABLE.iter().map(|row| row.scope).collect();
    all.push(client(app, "RXL", &scopes).await);
    all
}

story!(
    async fn every_partner_who_becomes_active_is_invited_once(app) {
        let (ada, path) = app.partner("ada").await;
        assert_eq!(ada.get(MEMBERSHIP).await.is(200).body["status"], "invited");
        let invited = async || {
            let told = app.told(&json!(id_of(&path))).await;
            told.iter().filter(|one| *one == "peerSupportInvitation").count()
        };
        assert_eq!(invited().await, 1);
        // Not again after a break or a suspension.
        let olu = app.officer().await;
        ada.step(&format!("{path}/pause")).await.is(200);
        ada.step(&format!("{path}/resume")).await.is(200);
        olu.post(&format!("{path}/propose-suspension"), json!({ "reason": "Conduct." })).await.is(200);
        app.admin().await.step(&format!("{path}/suspend")).await.is(200);
        olu.step(&format!("{path}/reinstate")).await.is(200);
        assert_eq!(invited().await, 1);
        // Who is not active was not invited, and cannot join.
        let bea = app.user("bea", Role::Partner, "RXL").await;
        let new = json!({ "givenName": "Bea", "familyName": "Shah", "telephone": "01253 300000", "over16": true });
        bea.post("/v1/partners", new).await.is(201);
        bea.get(MEMBERSHIP).await.is_problem(404, "not-found");
        bea.step(&format!("{MEMBERSHIP}/join")).await.is_problem(409, "rule-not-met").names(&["/status"]);
        bea.step(&format!("{MEMBERSHIP}/leave")).await.is_problem(403, "members-only");
    }
);

story!(
    async fn joining_is_free_leaving_needs_no_reason_and_one_may_come_back(app) {
        let (ada, _) = app.partner("ada").await;
        ada.get(SHARED).await.is_problem(403, "members-only");
        ada.step(&format!("{MEMBERSHIP}/leave")).await.is_problem(409, "transition-not-allowed");
        assert_eq!(ada.step(&format!("{MEMBERSHIP}/join")).await.is(200).body["status"], "joined");
        ada.step(&format!("{MEMBERSHIP}/join")).await.is_problem(409, "transition-not-allowed");
        let own = ada.post(SHARED, canary()).await.is(201);
        let (bea, _) = member(app, "bea").await;
        let others = bea.post(SHARED, canary()).await.is(201);
        assert_eq!(ada.get(SHARED).await.is(200).body["items"].as_array().unwrap().len(), 2);
        ada.step(&format!("{MEMBERSHIP}/leave")).await.is(200);
        // What others shared is gone for her; what is hers she still reads and removes.
        ada.get(SHARED).await.is_problem(403, "members-only");
        ada.get(others.header("location")).await.is_problem(404, "not-found");
        ada.post(SHARED, canary()).await.is_problem(403, "members-only");
        for path in [SESSIONS, THEMES] {
            ada.get(path).await.is_problem(403, "members-only");
        }
        assert_eq!(ada.get(&format!("{SHARED}?mine=true")).await.is(200).body["items"], json!([own.body]));
        let remove = ada.request(reqwest::Method::DELETE, own.header("location")).header("If-Match", own.etag());
        assert_eq!(remove.send().await.status, 204);
        assert_eq!(bea.get(SHARED).await.is(200).body["items"], json!([others.body]));
        ada.step(&format!("{MEMBERSHIP}/join")).await.is(200);
        let seen = ada.get(others.header("location")).await.is(200);
        assert_eq!((&seen.body["isYours"], &seen.body["signedAs"]), (&json!(false), &json!("Ada")));
        let remove = ada.request(reqwest::Method::DELETE, others.header("location")).header("If-Match", "*");
        assert_eq!(remove.send().await.status, 404);
    }
);

story!(
    async fn nobody_who_works_here_reads_what_is_shared(app) {
        let (ada, _) = member(app, "ada").await;
        let shared = ada.post(SHARED, canary()).await.is(201);
        let theme = json!({ "kind": "whatDoesNot", "topic": "respect", "body": "The canary of a theme." });
        let theme = ada.post(THEMES, theme).await.is(201);
        let session = json!({ "title": "Canary tea", "startsAt": "2027-03-04T14:00:00Z", "minutes": 60, "mode": "online" });
        let session = ada.post(SESSIONS, session).await.is(201);
        app.sequenced().await;
        for person in staff(app).await {
            for (list, one) in [(SHARED, &shared), (SESSIONS, &session)] {
                assert_eq!(person.get(list).await.status, 403);
                assert!(matches!(person.get(one.header("location")).await.status, 403 | 404));
                assert!(matches!(person.post(list, canary()).await.status, 403 | 422));
            }
            // Of themes, those that the network let out: none.
            let themes = person.get(THEMES).await;
            assert!(themes.status == 403 || themes.body["items"] == json!([]), "{:#}", themes.body);
            assert!(matches!(person.get(theme.header("location")).await.status, 403 | 404));
            assert!(matches!(person.step(&format!("{}/agree", theme.header("location"))).await.status, 403 | 404));
        }
    }
);

story!(
    async fn neither_ledger_nor_feed_nor_history_nor_figures_tell_of_it(app) {
        let (ada, path) = app.partner("ada").await;
        app.sequenced().await;
        let admin = app.admin().await;
        let everything = async || {
            let mut all = String::new();
            for list in ["/v1/ledger", "/v1/changes"] {
                all += &String::from_utf8(admin.get(&format!("{list}?limit=200")).await.is(200).bytes).unwrap();
            }
            all += &String::from_utf8(admin.get(&format!("{path}/messages")).await.is(200).bytes).unwrap();
            all += &admin.get(&format!("{path}/enrolments")).await.is(200).body.to_string();
            let partner = admin.get(&path).await.is(200);
            all + &partner.body.to_string() + partner.etag()
        };
        // Reading is in the ledger too, so both times are read twice.
        let quiet = |text: &str| text.matches("peer").count();
        let before = quiet(&everything().await);
        ada.step(&format!("{MEMBERSHIP}/join")).await.is(200);
        let shared = ada.post(SHARED, canary()).await.is(201);
        ada.get(SHARED).await.is(200);
        let theme = json!({ "kind": "whatDoesNot", "topic": "respect", "body": "The canary of a theme." });
        ada.post(THEMES, theme).await.is(201);
        ada.step(&format!("{MEMBERSHIP}/leave")).await.is(200);
        app.sequenced().await;
        let after = everything().await;
        assert_eq!(quiet(&after), before, "{after}");
        for word in [shared.id(), "contribution", "canary", "theme", "membership-changed"] {
            assert!(!after.contains(word), "{word} is told");
        }
        let history = admin.get(&format!("{path}/history?limit=200")).await.is(200).body.to_string();
        let own = ada.get(&format!("{path}/history?limit=200")).await.is(200).body.to_string();
        for text in [history, own] {
            assert!(!text.contains("peer-support") && !text.contains(shared.id()), "{text}");
        }
        // The chain holds it all the same: without organisation, actor or partner.
        let database = app.state.store.database.whole();
        let backend = database.get_database_backend();
        let sql = "SELECT COUNT(*) FROM ledger_entries WHERE record = 'peer-support'";
        let named = " AND (organisation IS NOT NULL OR issuer IS NOT NULL OR subject IS NOT NULL OR client_id IS NOT NULL \
                      OR id IN (SELECT entry_id FROM ledger_subjects))";
        let count = async |sql: String| -> i64 {
            let row = database.query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
            row.try_get_by_index(0).unwrap()
        };
        assert_eq!(count(sql.to_owned()).await, 4);
        assert_eq!(count(format!("{sql}{named}")).await, 0);
        assert!(matches!(
            equal_partners::store::verify(&app.state.store.database).await.unwrap(),
            equal_partners::store::Verdict::Whole(_)
        ));
        // And no figure tells how often, by which operation, or whether it went well.
        let figures = String::from_utf8(app.anonymous().get("/metrics").await.is(200).bytes).unwrap();
        let told: Vec<&str> = figures.lines().filter(|line| line.contains("peer-support")).collect();
        assert!(!told.is_empty());
        for line in told {
            assert!(line.contains("route=\"/v1/peer-support\"") && line.contains("method=\"ANY\""), "{line}");
        }
    }
);

story!(
    async fn who_works_here_belongs_to_no_network_in_whatever_role_they_act(app) {
        // A partner with a user account becomes a member of staff as well.
        let (pat, _) = member(app, "pat").await;
        let (ada, _) = member(app, "ada").await;
        let shared = ada.post(SHARED, canary()).await.is(201);
        pat.get(shared.header("location")).await.is(200);
        let both = app.acting_as("pat", &[Role::EngagementOfficer, Role::Partner], "RXL").await;
        both.get(SHARED).await.is_problem(403, "members-only");
        assert_eq!(both.get(shared.header("location")).await.status, 404);
        // Nor when they leave their other role out of the token.
        let pat = app.acting_as("pat", &[Role::Partner], "RXL").await;
        for path in [SHARED, SESSIONS, THEMES] {
            pat.get(path).await.is_problem(403, "members-only");
        }
        pat.get(shared.header("location")).await.is_problem(403, "members-only");
        pat.post(SHARED, canary()).await.is_problem(403, "members-only");
        pat.step(&format!("{MEMBERSHIP}/leave")).await.is(200);
        pat.step(&format!("{MEMBERSHIP}/join")).await.is_problem(403, "members-only");
    }
);

story!(
    async fn who_is_suspended_or_has_ended_reads_nothing_and_a_break_changes_nothing(app) {
        let (ada, path) = member(app, "ada").await;
        let (bea, _) = member(app, "bea").await;
        let shared = bea.post(SHARED, canary()).await.is(201);
        ada.step(&format!("{path}/pause")).await.is(200);
        ada.get(shared.header("location")).await.is(200);
        ada.step(&format!("{path}/resume")).await.is(200);
        let olu = app.officer().await;
        olu.post(&format!("{path}/propose-suspension"), json!({ "reason": "Conduct." })).await.is(200);
        app.admin().await.step(&format!("{path}/suspend")).await.is(200);
        ada.get(SHARED).await.is_problem(403, "members-only");
        ada.get(shared.header("location")).await.is_problem(404, "not-found");
        olu.step(&format!("{path}/reinstate")).await.is(200);
        ada.get(shared.header("location")).await.is(200);
        ada.post(&format!("{path}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        ada.get(SHARED).await.is_problem(403, "members-only");
        ada.get(shared.header("location")).await.is_problem(404, "not-found");
    }
);

story!(
    async fn networks_of_two_organisations_are_two(app) {
        let (ada, _) = member(app, "ada").await;
        let shared = ada.post(SHARED, canary()).await.is(201);
        let other = app.user("zoe", Role::Partner, "R0A").await;
        let new = json!({ "givenName": "Zoe", "familyName": "Far", "telephone": "01253 300000", "over16": true,
            "privacyNoticeVersion": "2026-04" });
        let zoe = other.post("/v1/partners", new).await.is(201);
        app.stranger().await.step(&format!("{}/activate", zoe.header("location"))).await.is(200);
        other.step(&format!("{MEMBERSHIP}/join")).await.is(200);
        assert_eq!(other.get(SHARED).await.is(200).body["items"], json!([]));
        other.get(shared.header("location")).await.is_problem(404, "not-found");
    }
);

story!(
    async fn people_sign_up_for_sessions_as_long_as_there_are_places(app) {
        let (ada, _) = member(app, "ada").await;
        let mut others = Vec::new();
        for name in ["bea", "cal", "dee"] {
            others.push(member(app, name).await.0);
        }
        let mut new = json!({ "title": "Tea and talk", "startsAt": "2026-11-22T09:00:00Z", "minutes": 60, "mode": "online", "places": 2 });
        ada.post(SESSIONS, new.clone()).await.is_problem(422, "invalid-fields").names(&["/startsAt"]);
        new["startsAt"] = json!("2026-11-22T09:30:00Z");
        let session = ada.post(SESSIONS, new).await.is(201);
        let path = session.header("location");
        let sign_up = format!("{path}/sign-up");
        let each = others.iter().map(|one| one.step(&sign_up));
        let mut statuses: Vec<u16> = futures_util::future::join_all(each).await.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 409]);
        let seen = ada.get(path).await.is(200);
        assert_eq!((&seen.body["signedUp"], &seen.body["areYouComing"], &seen.body["isYours"]), (&json!(2), &json!(false), &json!(true)));
        assert_ne!(seen.etag(), session.etag());
        ada.step(&sign_up).await.is_problem(409, "no-places-left");
        ada.step(&format!("{path}/cancel-sign-up")).await.is_problem(409, "rule-not-met");
        // Who comes twice is refused, who leaves gives the place back.
        for one in &others {
            if one.get(path).await.is(200).body["areYouComing"] == json!(true) {
                one.step(&sign_up).await.is_problem(409, "already-exists");
                one.step(&format!("{MEMBERSHIP}/leave")).await.is(200);
                break;
            }
        }
        assert_eq!(ada.step(&sign_up).await.is(200).body["areYouComing"], true);
        assert_eq!(ada.step(&format!("{path}/cancel-sign-up")).await.is(200).body["signedUp"], 1);
        let (eli, _) = member(app, "eli").await;
        eli.step(&format!("{path}/cancel")).await.is_problem(403, "not-yours");
        app.clock.advance(Duration::minutes(31));
        ada.step(&sign_up).await.is_problem(409, "rule-not-met").names(&["/startsAt"]);
        assert_eq!(ada.step(&format!("{path}/cancel")).await.is(200).body["status"], "cancelled");
        ada.step(&sign_up).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn the_network_lets_a_theme_out_without_its_author(app) {
        let (ada, path) = member(app, "ada").await;
        let mut others = Vec::new();
        for name in ["bea", "cal", "dee"] {
            others.push(member(app, name).await.0);
        }
        let theme = json!({ "kind": "whatDoesNot", "topic": "papers", "body": "Papers come too late." });
        let theme = ada.post(THEMES, theme).await.is(201);
        let agree = format!("{}/agree", theme.header("location"));
        ada.step(&agree).await.is_problem(403, "same-person");
        assert_eq!(others[0].step(&agree).await.is(200).body["agreed"], 1);
        others[0].step(&agree).await.is_problem(409, "already-exists");
        others[1].step(&agree).await.is(200);
        // Three agree, but the network is so small that each of it could be the author.
        let third = others[2].step(&agree).await.is(200);
        assert_eq!((&third.body["status"], &third.body["agreed"]), (&json!("proposed"), &json!(3)));
        let olu = app.officer().await;
        assert_eq!(olu.get(THEMES).await.is(200).body["items"], json!([]));
        olu.get(theme.header("location")).await.is_problem(404, "not-found");
        let (eli, _) = member(app, "eli").await;
        // Who leaves takes their agreement along.
        others[2].step(&format!("{MEMBERSHIP}/leave")).await.is(200);
        others[2].step(&agree).await.is_problem(404, "not-found");
        let (fay, _) = member(app, "fay").await;
        let released = eli.step(&agree).await.is(200);
        assert_eq!((&released.body["status"], &released.body["releasedOn"]), (&json!("released"), &json!("2026-11-22")));
        fay.step(&agree).await.is_problem(409, "transition-not-allowed");
        ada.step(&format!("{}/withdraw", theme.header("location"))).await.is_problem(409, "transition-not-allowed");
        // Staff see what it says, and nothing of who or how many.
        let seen = olu.get(THEMES).await.is(200);
        let expected = json!([{
            "id": theme.id(), "organisation": "RXL", "version": 2, "kind": "whatDoesNot", "topic": "papers",
            "body": "Papers come too late.", "status": "released", "releasedOn": "2026-11-22",
            "agreed": null, "needed": null, "doYouAgree": false, "isYours": false
        }]);
        assert_eq!(seen.body["items"], expected);
        assert!(!seen.body.to_string().contains(id_of(&path)));
        let text = theme.id().as_bytes()[14];
        assert_eq!(text, b'4', "its id does not tell when it was proposed");
        for role in [Role::FinanceApprover, Role::IgLead] {
            app.user(&role.word(), role, "RXL").await.get(THEMES).await.is_problem(403, "insufficient-scope");
        }
        let another = app.user("otto", Role::EngagementOfficer, "R0A").await;
        assert_eq!(another.get(THEMES).await.is(200).body["items"], json!([]));
        another.get(theme.header("location")).await.is_problem(404, "not-found");
    }
);

story!(
    async fn a_theme_stays_in_the_network_when_who_proposed_it_says_so(app) {
        let (ada, _) = member(app, "ada").await;
        let (bea, _) = member(app, "bea").await;
        let theme = json!({ "kind": "whatWorks", "topic": "meetings", "body": "Breaks." });
        let theme = ada.post(THEMES, theme).await.is(201);
        let withdraw = format!("{}/withdraw", theme.header("location"));
        bea.step(&withdraw).await.is_problem(403, "not-yours");
        ada.step(&withdraw).await.is(200);
        bea.step(&format!("{}/agree", theme.header("location"))).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn who_left_still_keeps_what_they_proposed_in_the_network(app) {
        let (ada, _) = member(app, "ada").await;
        let (bea, _) = member(app, "bea").await;
        let theme = json!({ "kind": "whatWorks", "topic": "meetings", "body": "Breaks." });
        let theme = ada.post(THEMES, theme).await.is(201);
        bea.step(&format!("{}/agree", theme.header("location"))).await.is(200);
        let withdraw = format!("{}/withdraw", theme.header("location"));
        ada.step(&format!("{MEMBERSHIP}/leave")).await.is(200);
        // She finds it, and not who agrees; nobody else learns that whoever proposed it has left.
        let own = ada.get(&format!("{THEMES}?mine=true")).await.is(200).body["items"][0].clone();
        assert_eq!((&own["id"], &own["isYours"], &own["agreed"]), (&theme.body["id"], &json!(true), &Value::Null));
        assert_eq!(ada.get(theme.header("location")).await.is(200).body, own);
        ada.get(THEMES).await.is_problem(403, "members-only");
        bea.step(&withdraw).await.is_problem(403, "not-yours");
        let withdrawn = ada.step(&withdraw).await.is(200);
        assert_eq!((&withdrawn.body["status"], &withdrawn.body["agreed"]), (&json!("withdrawn"), &Value::Null));
        bea.step(&format!("{}/agree", theme.header("location"))).await.is_problem(409, "transition-not-allowed");
        assert_eq!(bea.get(&format!("{THEMES}?mine=true")).await.is(200).body["items"], json!([]));
        // What others proposed is not hers to see or to keep.
        let others = bea.post(THEMES, json!({ "kind": "whatWorks", "topic": "papers", "body": "Post." })).await.is(201);
        ada.get(others.header("location")).await.is_problem(404, "not-found");
        ada.step(&format!("{}/withdraw", others.header("location"))).await.is_problem(404, "not-found");
    }
);

story!(
    async fn who_was_active_before_there_was_a_network_is_invited_once(app) {
        use migration::MigratorTrait;
        let (ada, path) = app.partner("ada").await;
        let (bea, other) = member(app, "bea").await;
        // The database as it was when Ada had become active and nobody had been invited.
        let database = app.state.store.database.whole();
        let all = migration::Migrator::migrations();
        let before = all.iter().position(|one| one.name() == "m2026_11_28_0018_support_indexes").unwrap();
        let later = u32::try_from(all.len() - before).unwrap();
        migration::Migrator::down(database, Some(later)).await.unwrap();
        for table in ["messages", "peer_support_memberships WHERE status = 'invited'"] {
            database.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
        }
        migration::Migrator::up(database, None).await.unwrap();
        for _ in 0..2 {
            app.run_jobs().await;
            assert_eq!(app.told(&json!(id_of(&path))).await, ["peerSupportInvitation"]);
            assert_eq!(app.told(&json!(id_of(&other))).await, [""; 0], "who has joined is not asked again");
        }
        assert_eq!(ada.get(MEMBERSHIP).await.is(200).body["status"], "invited");
        assert_eq!(bea.get(MEMBERSHIP).await.is(200).body["status"], "joined");
        // Who has a break is invited when it ends.
        ada.step(&format!("{path}/pause")).await.is(200);
        database.execute_unprepared("DELETE FROM peer_support_memberships WHERE status = 'invited'").await.unwrap();
        ada.get(MEMBERSHIP).await.is_problem(404, "not-found");
        ada.step(&format!("{path}/resume")).await.is(200);
        assert_eq!(ada.get(MEMBERSHIP).await.is(200).body["status"], "invited");
    }
);

story!(
    async fn staff_learn_how_many_belong_unless_they_are_few(app) {
        let olu = app.officer().await;
        let told = async || olu.get("/v1/peer-support/headcount").await.is(200).body["members"].clone();
        assert_eq!(told().await, json!({ "told": "withheld" }));
        let mut members = Vec::new();
        for name in ["ada", "bea", "cal", "dee"] {
            members.push(member(app, name).await);
        }
        assert_eq!(told().await, json!({ "told": "withheld" }));
        members.push(member(app, "eli").await);
        members.push(member(app, "fay").await);
        assert_eq!(told().await, json!({ "told": "rounded", "count": 5 }));
        members[0].0.step(&format!("{MEMBERSHIP}/leave")).await.is(200);
        members[1].0.post(&format!("{}/end", members[1].1), json!({ "reason": "moved" })).await.is(200);
        assert_eq!(told().await, json!({ "told": "withheld" }));
        members[2].0.get("/v1/peer-support/headcount").await.is_problem(403, "insufficient-scope");
        app.lead().await.get("/v1/peer-support/headcount").await.is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn staff_enrol_nobody_and_merging_and_erasure_know_the_network(app) {
        let (ada, path) = member(app, "ada").await;
        let (bea, other) = member(app, "bea").await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        for person in [&olu, &ada] {
            person.post(&format!("{path}/enrolments"), json!({ "route": "peerSupportNetwork" })).await
                .is_problem(422, "invalid-fields").names(&["/route"]);
        }
        let shared = bea.post(SHARED, canary()).await.is(201);
        let theme = json!({ "kind": "whatWorks", "topic": "meetings", "body": "Breaks." });
        bea.post(THEMES, theme).await.is(201);
        let session = json!({ "title": "Tea", "about": "The canary again.", "startsAt": "2027-03-04T14:00:00Z", "minutes": 60, "mode": "online" });
        let session = bea.post(SESSIONS, session).await.is(201);
        for person in [&ada, &bea] {
            person.step(&format!("{}/sign-up", session.header("location"))).await.is(200);
        }
        // One person with two records comes once, and what was shared is theirs.
        olu.post(&format!("{path}/merge"), json!({ "duplicateId": id_of(&other) })).await.is(200);
        assert_eq!(ada.get(shared.header("location")).await.is(200).body["isYours"], true);
        assert_eq!(ada.get(session.header("location")).await.is(200).body["signedUp"], 1);
        ada.get(MEMBERSHIP).await.is(200);
        // What a partner has shared goes with them.
        ada.post(&format!("{path}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        let ivan = app.user("ivan", Role::IgLead, "RXL").await;
        ivan.post(&format!("{path}/propose-erasure"), json!({ "reason": "Asked for it." })).await.is(200);
        amina.step(&format!("{path}/anonymise")).await.is(200);
        let database = app.state.store.database.whole();
        for table in ["peer_support_contributions", "peer_support_memberships", "peer_support_sign_ups"] {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let row = database.query_one_raw(Statement::from_string(database.get_database_backend(), sql)).await;
            let count: i64 = row.unwrap().unwrap().try_get_by_index(0).unwrap();
            assert_eq!(count, 0, "{table}");
        }
        let (cal, _) = member(app, "cal").await;
        let left = cal.get(session.header("location")).await.is(200);
        assert_eq!((&left.body["about"], &left.body["isYours"]), (&Value::Null, &json!(false)));
        // Nobody waits for them, and what the network did not let out is gone.
        assert_eq!((&left.body["status"], &left.body["title"]), (&json!("cancelled"), &json!("Session")));
        assert_eq!(cal.get(THEMES).await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn an_analyst_who_belongs_to_the_network_reads_what_it_let_out_and_no_more(app) {
        let (ada, _) = member(app, "ada").await;
        let (ann, _) = member(app, "ann").await;
        let theme = json!({ "kind": "whatDoesNot", "topic": "papers", "body": "The canary of a theme." });
        let others = ada.post(THEMES, theme.clone()).await.is(201);
        let own = ann.post(THEMES, theme).await.is(201);
        ann.step(&format!("{}/withdraw", own.header("location"))).await.is(200);
        let both = app.acting_as("ann", &[Role::Partner, Role::Analyst], "RXL").await;
        for query in ["", "?status=proposed", "?status=withdrawn"] {
            assert_eq!(both.get(&format!("{THEMES}{query}")).await.is(200).body["items"], json!([]), "{query}");
        }
        for one in [&others, &own] {
            both.get(one.header("location")).await.is_problem(404, "not-found");
        }
        let partner = app.acting_as("ann", &[Role::Partner], "RXL").await;
        partner.get(THEMES).await.is_problem(403, "members-only");
        partner.get(others.header("location")).await.is_problem(403, "members-only");
    }
);

story!(
    async fn of_two_records_of_one_person_the_one_that_joined_goes_on_and_agrees_with_nobody_else(app) {
        let (ada, path) = app.partner("ada").await;
        let (bea, other) = member(app, "bea").await;
        let (cal, _) = member(app, "cal").await;
        let theme = json!({ "kind": "whatWorks", "topic": "meetings", "body": "Breaks." });
        let theme = bea.post(THEMES, theme).await.is(201);
        let agree = format!("{}/agree", theme.header("location"));
        cal.step(&agree).await.is(200);
        ada.step(&format!("{MEMBERSHIP}/join")).await.is(200);
        ada.step(&agree).await.is(200);
        ada.step(&format!("{MEMBERSHIP}/leave")).await.is(200);
        ada.step(&format!("{MEMBERSHIP}/join")).await.is(200);
        assert_eq!(ada.step(&agree).await.is(200).body["agreed"], 2);
        let olu = app.officer().await;
        olu.post(&format!("{path}/merge"), json!({ "duplicateId": id_of(&other) })).await.is(200);
        let seen = ada.get(theme.header("location")).await.is(200);
        assert_eq!((&seen.body["agreed"], &seen.body["isYours"]), (&json!(1), &json!(true)));
        // Whoever was only invited with one record, and joined with the other one, belongs to it.
        let (dee, path) = app.partner("dee").await;
        let (_, other) = member(app, "eli").await;
        olu.post(&format!("{path}/merge"), json!({ "duplicateId": id_of(&other) })).await.is(200);
        assert_eq!(dee.get(MEMBERSHIP).await.is(200).body["status"], "joined");
        dee.get(THEMES).await.is(200);
    }
);
