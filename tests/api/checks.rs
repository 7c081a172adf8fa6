//! Checks: decided by law before anyone is asked, cleared by a person, and never told in full.

use chrono::Duration;
use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::people::client;
use crate::harness::{Answer, Person, TestApp, story};
use crate::one_to_ones::in_a_role;

fn decision(appointment: &Answer, with: Value) -> Value {
    let mut new = json!({
        "opportunityId": appointment.body["opportunityId"], "level": "enhanced", "workforce": "adult",
        "legalBasis": "Regulated activity with adults."
    });
    for (name, value) in with.as_object().unwrap() {
        new[name] = value.clone();
    }
    new
}

async fn decided(app: &TestApp, appointment: &Answer, with: Value) -> Answer {
    let olu = app.officer().await;
    olu.post("/v1/check-requirements", decision(appointment, with))
        .await
        .is(201)
}

fn dbs(appointment: &Answer) -> Value {
    json!({ "appointmentId": appointment.id(), "kind": "dbs" })
}

/// A check by the DBS of a partner in an unpaid role, asked for by the officer.
async fn requested(app: &TestApp) -> (Answer, Answer, Person) {
    let (appointment, ada) = in_a_role(app, json!({ "payment": { "kind": "expenses" } })).await;
    decided(app, &appointment, json!({})).await;
    let check = app
        .officer()
        .await
        .post("/v1/checks", dbs(&appointment))
        .await
        .is(201);
    (appointment, check, ada)
}

story!(
    async fn a_check_is_asked_for_once_it_was_decided_that_the_law_allows_it(app) {
        let (appointment, ada) = in_a_role(app, json!({ "dbsLevel": "standard" })).await;
        let olu = app.officer().await;
        olu.post("/v1/checks", dbs(&appointment)).await.is_problem(409, "rule-not-met").names(&["/appointmentId"]);
        // It was decided that the law allows none.
        decided(app, &appointment, json!({ "level": "none", "workforce": null })).await;
        olu.post("/v1/checks", dbs(&appointment)).await.is_problem(409, "rule-not-met").names(&["/appointmentId"]);
        assert_eq!(olu.get(appointment.header("location")).await.is(200).body["dbsLevel"], "none");
        // It was decided anew; the newest decision holds, and the one before stays to be read.
        let decision = decided(app, &appointment, json!({})).await;
        assert_eq!(decision.body["decidedBy"], json!(app.user_id("olu", Role::EngagementOfficer).await));
        assert_eq!(decision.body["decidedOn"], "2026-11-22");
        let all = format!("/v1/check-requirements?opportunityId={}", appointment.body["opportunityId"].as_str().unwrap());
        assert_eq!(olu.get(&all).await.is(200).body["items"].as_array().unwrap().len(), 2);
        let check = olu.post("/v1/checks", dbs(&appointment)).await.is(201);
        assert_eq!((&check.body["level"], &check.body["workforce"]), (&json!("enhanced"), &json!("adult")));
        assert_eq!((&check.body["legalBasis"], &check.body["requirementId"]), (&decision.body["legalBasis"], &decision.body["id"]));
        assert_eq!(olu.get(appointment.header("location")).await.is(200).body["dbsLevel"], "enhanced");
        olu.post("/v1/checks", dbs(&appointment)).await.is_problem(409, "already-exists").names(&["/kind"]);
        assert_eq!(ada.get(check.header("location")).await.is(200).body, check.body);
        assert!(app.told(&appointment.body["partnerId"]).await.contains(&"checkRequested".to_owned()));
    }
);

story!(
    async fn a_decision_about_the_law_is_whole_and_a_persons(app) {
        let (appointment, _) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        for (with, pointer) in [
            (json!({ "workforce": null }), "/workforce"),
            (json!({ "level": "none" }), "/workforce"),
            (json!({ "level": "basic" }), "/workforce"),
            (json!({ "legalBasis": "" }), "/legalBasis"),
            (json!({ "referencesNeeded": 4 }), "/referencesNeeded"),
            (json!({ "opportunityId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90" }), "/opportunityId"),
        ] {
            olu.post("/v1/check-requirements", decision(&appointment, with)).await
                .is_problem(422, "invalid-fields").names(&[pointer]);
        }
        let system = client(app, "RXL", &["checks:decide-requirements"]).await;
        system.post("/v1/check-requirements", decision(&appointment, json!({}))).await.is_problem(403, "person-needed");
        app.stranger().await.post("/v1/check-requirements", decision(&appointment, json!({}))).await
            .is_problem(422, "invalid-fields").names(&["/opportunityId"]);
        app.lead().await.post("/v1/check-requirements", decision(&appointment, json!({}))).await
            .is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn a_paid_role_is_not_marked_as_a_volunteers(app) {
        let (paid, ada) = in_a_role(app, json!({})).await;
        decided(app, &paid, json!({})).await;
        let olu = app.officer().await;
        let mut free = dbs(&paid);
        free["asVolunteer"] = json!(true);
        olu.post("/v1/checks", free.clone()).await.is_problem(409, "rule-not-met").names(&["/asVolunteer"]);
        // Nor when the partner declines the payment: the role is a paid one.
        let choice = json!({ "choice": "decline", "benefitsInfoGiven": true });
        ada.post(&format!("{}/choose-payment", paid.header("location")), choice).await.is(200);
        olu.post("/v1/checks", free).await.is_problem(409, "rule-not-met").names(&["/asVolunteer"]);
        let (unpaid, _) = in_a_role(app, json!({ "payment": { "kind": "expenses" }, "title": "Unpaid" })).await;
        decided(app, &unpaid, json!({})).await;
        let mut free = dbs(&unpaid);
        free["asVolunteer"] = json!(true);
        assert_eq!(olu.post("/v1/checks", free).await.is(201).body["asVolunteer"], true);
        // Nor is a paid role advertised as one, at any level.
        let mut role = app.complete().await;
        role["kind"] = json!("volunteerRole");
        for level in 1..=4 {
            role["roleLevel"] = json!(level);
            olu.post("/v1/opportunities", role.clone()).await.is_problem(422, "invalid-fields").names(&["/kind"]);
        }
    }
);

story!(
    async fn a_person_decides_and_what_the_certificate_says_is_not_kept(app) {
        let (appointment, check, ada) = requested(app).await;
        let (olu, path) = (app.officer().await, check.header("location"));
        let clear = format!("{path}/clear");
        for (wrong, pointer) in [
            (json!({}), "/issuedOn"),
            (json!({ "issuedOn": "2026-11-23" }), "/issuedOn"),
            (json!({ "issuedOn": "2026-11-20", "expiresOn": "2026-11-22" }), "/expiresOn"),
            (json!({ "issuedOn": "2026-11-20", "certificateEnding": "001234567890" }), "/certificateEnding"),
            (json!({ "issuedOn": "2026-11-20", "content": "A caution in 1999." }), "/content"),
        ] {
            olu.post(&clear, wrong).await.is_problem(422, "invalid-fields").names(&[pointer]);
        }
        let good = json!({ "issuedOn": "2026-11-20", "certificateEnding": "7890", "expiresOn": "2029-11-20" });
        let system = client(app, "RXL", &["checks:manage", "checks:read"]).await;
        system.post(&clear, good.clone()).await.is_problem(403, "person-needed");
        system.step(&format!("{path}/not-clear")).await.is_problem(403, "person-needed");
        ada.post(&clear, good.clone()).await.is_problem(403, "insufficient-scope");
        app.stranger().await.post(&clear, good.clone()).await.is_problem(404, "not-found");
        let cleared = olu.post(&clear, good.clone()).await.is(200);
        assert_eq!((&cleared.body["status"], &cleared.body["certificateEnding"]), (&json!("cleared"), &json!("7890")));
        assert_eq!(olu.get(appointment.header("location")).await.is(200).body["dbsCheckedOn"], "2026-11-20");
        olu.post(&clear, good).await.is_problem(409, "transition-not-allowed");
        // One that is not cleared leaves the role waiting, and says no more than that.
        let second = olu.post("/v1/checks", dbs(&appointment)).await.is(201);
        let not = olu.step(&format!("{}/not-clear", second.header("location"))).await.is(200);
        assert_eq!((&not.body["status"], &not.body["issuedOn"]), (&json!("notCleared"), &Value::Null));
        olu.step(&format!("{}/withdraw", second.header("location"))).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn references_are_asked_for_and_the_role_waits_for_them(app) {
        let (appointment, _) = in_a_role(app, json!({})).await;
        let olu = app.officer().await;
        decided(app, &appointment, json!({ "level": "none", "workforce": null, "referencesNeeded": 1 })).await;
        let start = format!("{}/start-induction", appointment.header("location"));
        olu.step(&start).await.is_problem(409, "rule-not-met").names(&["/references"]);
        let referee = json!({ "name": "Charles Babbage", "contact": "01253 300002" });
        let new = json!({ "appointmentId": appointment.id(), "kind": "reference", "referee": referee });
        let mut wrong = new.clone();
        wrong["referee"] = Value::Null;
        olu.post("/v1/checks", wrong).await.is_problem(422, "invalid-fields").names(&["/referee"]);
        let mut wrong = new.clone();
        wrong["asVolunteer"] = json!(true);
        olu.post("/v1/checks", wrong).await.is_problem(422, "invalid-fields").names(&["/asVolunteer"]);
        let mut wrong = new.clone();
        wrong["kind"] = json!("dbs");
        olu.post("/v1/checks", wrong).await.is_problem(422, "invalid-fields").names(&["/referee"]);
        let first = olu.post("/v1/checks", new.clone()).await.is(201);
        olu.step(&format!("{}/not-clear", first.header("location"))).await.is(200);
        let second = olu.post("/v1/checks", new).await.is(201);
        let ending = json!({ "issuedOn": "2026-11-20", "certificateEnding": "7890" });
        olu.post(&format!("{}/clear", second.header("location")), ending).await
            .is_problem(422, "invalid-fields").names(&["/certificateEnding"]);
        olu.step(&start).await.is_problem(409, "rule-not-met").names(&["/references"]);
        olu.post(&format!("{}/clear", second.header("location")), json!({ "issuedOn": "2026-11-20" })).await.is(200);
        olu.step(&start).await.is(200);
    }
);

story!(
    async fn before_a_check_expires_the_partner_is_told_three_times(app) {
        let (appointment, check, _) = requested(app).await;
        let olu = app.officer().await;
        // 70 days from now.
        let good = json!({ "issuedOn": "2026-11-20", "expiresOn": "2027-01-31" });
        olu.post(&format!("{}/clear", check.header("location")), good).await.is(200);
        let warnings = async || {
            let told = app.told(&appointment.body["partnerId"]).await;
            told.iter().filter(|one| *one == "checkExpires").count()
        };
        let mut seen = Vec::new();
        for days in [9, 1, 1, 28, 1, 23, 1, 20] {
            app.clock.advance(Duration::days(days));
            app.run_jobs().await;
            app.run_jobs().await;
            seen.push(warnings().await);
        }
        assert_eq!(seen, [0, 1, 1, 1, 2, 3, 3, 3]);
        let olu = app.officer().await;
        let expiring = olu.get("/v1/checks?sort=expiry&expiresBefore=2027-02-01&status=cleared").await.is(200);
        assert_eq!(expiring.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(olu.get("/v1/checks?expiresBefore=2027-01-31").await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn warnings_that_were_missed_are_one_and_a_check_that_was_made_anew_has_none(app) {
        let (appointment, check, _) = requested(app).await;
        let olu = app.officer().await;
        let soon = json!({ "issuedOn": "2026-11-20", "expiresOn": "2026-12-20" });
        olu.post(&format!("{}/clear", check.header("location")), soon.clone()).await.is(200);
        app.run_jobs().await;
        let warnings = async || {
            let told = app.told(&appointment.body["partnerId"]).await;
            told.iter().filter(|one| *one == "checkExpires").count()
        };
        assert_eq!(warnings().await, 1, "28 days are left: of the first two warnings one is enough");
        let anew = olu.post("/v1/checks", dbs(&appointment)).await.is(201);
        let later = json!({ "issuedOn": "2026-11-22", "expiresOn": "2029-11-22" });
        olu.post(&format!("{}/clear", anew.header("location")), later).await.is(200);
        app.clock.advance(Duration::days(24));
        app.run_jobs().await;
        assert_eq!(warnings().await, 1, "it was made anew");
    }
);

story!(
    async fn a_partner_reads_their_own_checks_and_other_managers_none(app) {
        let (appointment, check, ada) = requested(app).await;
        let path = check.header("location");
        assert_eq!(ada.get("/v1/checks").await.is(200).body["items"], json!([check.body]));
        let (bea, _) = app.partner("bea").await;
        assert_eq!(bea.get("/v1/checks").await.is(200).body["items"], json!([]));
        bea.get(path).await.is_problem(404, "not-found");
        ada.post("/v1/checks", dbs(&appointment)).await.is_problem(403, "insufficient-scope");
        for role in [Role::WorkstreamLead, Role::FinanceApprover, Role::GroupChair, Role::Analyst] {
            app.user(&role.word(), role, "RXL").await.get(path).await.is_problem(403, "insufficient-scope");
        }
        app.stranger().await.get(path).await.is_problem(404, "not-found");
        app.stranger().await.post("/v1/checks", dbs(&appointment)).await
            .is_problem(422, "invalid-fields").names(&["/appointmentId"]);
        // What was asked for a role that ends is withdrawn, and nothing is asked for one that has ended.
        let olu = app.officer().await;
        olu.post(&format!("{}/end", appointment.header("location")), json!({ "reason": "moved" })).await.is(200);
        assert_eq!(olu.get(path).await.is(200).body["status"], "withdrawn");
        olu.post("/v1/checks", dbs(&appointment)).await.is_problem(409, "rule-not-met").names(&["/appointmentId"]);
    }
);

story!(
    async fn two_who_ask_at_once_ask_once(app) {
        let (appointment, _) = in_a_role(app, json!({})).await;
        decided(app, &appointment, json!({})).await;
        let olu = app.officer().await;
        let each = (0..4).map(|_| olu.post("/v1/checks", dbs(&appointment)));
        let mut statuses: Vec<u16> = futures_util::future::join_all(each).await.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409]);
    }
);

story!(
    async fn a_check_counts_as_long_as_it_tells_what_the_role_asks_for(app) {
        let (appointment, _) = in_a_role(app, json!({})).await;
        let (olu, path) = (app.officer().await, appointment.header("location"));
        let start = format!("{path}/start-induction");
        let noted = async || olu.get(path).await.is(200).body["dbsCheckedOn"].clone();
        let cleared = async |expires_on: Value| {
            let check = olu.post("/v1/checks", dbs(&appointment)).await.is(201);
            let good = json!({ "issuedOn": "2026-11-20", "expiresOn": expires_on });
            olu.post(&format!("{}/clear", check.header("location")), good).await.is(200);
        };
        decided(app, &appointment, json!({ "level": "standard" })).await;
        cleared(Value::Null).await;
        assert_eq!(noted().await, "2026-11-20");
        // More is asked for now, or another workforce.
        for with in [
            json!({ "level": "enhancedWithBarredChild", "workforce": "child" }),
            json!({ "level": "enhancedWithBarredAdult", "workforce": "adult" }),
        ] {
            decided(app, &appointment, with).await;
            assert_eq!(noted().await, Value::Null);
            olu.step(&start).await.is_problem(409, "rule-not-met").names(&["/dbsCheckedOn"]);
            cleared(json!("2026-11-30")).await;
            assert_eq!(noted().await, "2026-11-20");
        }
        // One that was asked for before more was decided is not what the role asks for.
        let early = olu.post("/v1/checks", dbs(&appointment)).await.is(201);
        decided(app, &appointment, json!({ "level": "enhancedWithBarredBoth", "workforce": "adultAndChild" })).await;
        let good = json!({ "issuedOn": "2026-11-21" });
        olu.post(&format!("{}/clear", early.header("location")), good).await.is(200);
        assert_eq!(noted().await, Value::Null);
        cleared(json!("2026-11-30")).await;
        // Less is asked for: what was made for more is enough, until it expires.
        decided(app, &appointment, json!({ "level": "enhanced" })).await;
        assert_eq!(noted().await, "2026-11-20");
        decided(app, &appointment, json!({ "level": "enhancedWithBarredBoth", "workforce": "adultAndChild" })).await;
        app.clock.advance(Duration::days(9));
        let olu = app.officer().await;
        olu.step(&start).await.is_problem(409, "rule-not-met").names(&["/dbsCheckedOn"]);
        decided(app, &appointment, json!({ "level": "enhanced" })).await;
        olu.step(&start).await.is(200);
    }
);

story!(
    async fn nobody_decides_about_a_check_of_themself(app) {
        let one = app.appointed(json!({})).await;
        let appointment = app.officer().await.get(&one.path).await.is(200);
        decided(app, &appointment, json!({})).await;
        let check = app.officer().await.post("/v1/checks", dbs(&appointment)).await.is(201);
        let admin = app.admin().await;
        let partner = json!({ "partnerId": appointment.body["partnerId"] });
        let user = format!("/v1/users/{}", app.user_id("otto", Role::EngagementOfficer).await);
        admin.patch(&user, "*", partner).await.is(200);
        one.partner.step(&format!("{user}/confirm-link")).await.is(200);
        let otto = app.user("otto", Role::EngagementOfficer, "RXL").await;
        let path = check.header("location");
        let good = json!({ "issuedOn": "2026-11-20" });
        otto.post(&format!("{path}/clear"), good.clone()).await.is_problem(403, "same-person");
        for verb in ["not-clear", "withdraw"] {
            otto.step(&format!("{path}/{verb}")).await.is_problem(403, "same-person");
        }
        app.officer().await.post(&format!("{path}/clear"), good).await.is(200);
    }
);

story!(
    async fn nobody_is_warned_of_a_check_for_a_role_that_has_ended(app) {
        let (appointment, check, _) = requested(app).await;
        let olu = app.officer().await;
        let soon = json!({ "issuedOn": "2026-11-20", "expiresOn": "2027-01-31" });
        olu.post(&format!("{}/clear", check.header("location")), soon).await.is(200);
        olu.post(&format!("{}/end", appointment.header("location")), json!({ "reason": "moved" })).await.is(200);
        app.clock.advance(Duration::days(50));
        app.run_jobs().await;
        assert!(!app.told(&appointment.body["partnerId"]).await.contains(&"checkExpires".to_owned()));
    }
);
