//! The removal of a partner's personal data.

use equal_partners::access::Role;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::{id_of, registered, somebody, with_credentials};
use crate::harness::{TestApp, story};

/// Every value of every table, as text.
pub async fn everything(app: &TestApp) -> String {
    use equal_partners::store::Engine;
    let database = app.state.store.database.whole();
    let engine = app.state.store.database.engine();
    let (backend, tables) = match engine {
        Engine::Sqlite => (
            sea_orm::DbBackend::Sqlite,
            "SELECT name FROM sqlite_master WHERE type = 'table'",
        ),
        Engine::Postgres => (
            sea_orm::DbBackend::Postgres,
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
        ),
    };
    let run = async |sql: String| {
        database
            .query_all_raw(Statement::from_string(backend, sql))
            .await
            .unwrap()
    };
    let mut all = String::new();
    for table in run(tables.to_owned()).await {
        let table: String = table.try_get_by_index(0).unwrap();
        let sql = match engine {
            Engine::Postgres => format!("SELECT row_to_json(t)::text FROM \"{table}\" t"),
            Engine::Sqlite => {
                let columns = run(format!("SELECT name FROM pragma_table_info('{table}')")).await;
                let columns: Vec<String> = columns
                    .iter()
                    .map(|row| row.try_get_by_index::<String>(0).unwrap())
                    .map(|name| format!("quote(\"{name}\")"))
                    .collect();
                format!("SELECT {} FROM \"{table}\"", columns.join(" || ' ' || "))
            }
        };
        for row in run(sql).await {
            all.push_str(&row.try_get_by_index::<String>(0).unwrap());
            all.push('\n');
        }
    }
    all
}

story!(
    async fn after_two_people_agree_nothing_tells_who_it_was(app) {
        let mut new = somebody("Zerubbabel", "Quux");
        new.as_object_mut().unwrap().extend(json!({
            "organisation": "RXL", "email": "canary@example.org", "postalAddress": "Canary Row 1", "interests": ["canaries"],
            "travelLimits": "Canary Wharf", "emergencyContact": { "name": "Canary Senior", "telephone": "01253 300001" },
            "perspectives": ["carer"]
        }).as_object().unwrap().clone());
        let added = app.anonymous().post("/v1/partners", new).await.is(201);
        let (zed, path) = (with_credentials(app, &added), added.header("location"));
        let belongings = [
            ("access-needs", json!({ "category": "participationNeed", "need": "dietary", "detail": "canary seed", "mayBeShared": false })),
            ("declarations", json!({ "kind": "financial", "description": "I sell canaries.", "fromDate": "2024-01-01" })),
            ("representatives", json!({ "kind": "proxy", "name": "Canary Junior", "may": ["accompany"], "consentWording": "Canary may." })),
            ("contact-preferences", json!({ "purpose": "surveys", "channel": "email", "wording": "Canary mail." })),
        ];
        for (below, new) in belongings {
            zed.post(&format!("{path}/{below}"), new).await.is(201);
        }
        let (ivan, amina, olu) = (app.user("ivan", Role::IgLead, "RXL").await, app.admin().await, app.officer().await);
        let (propose, anonymise) = (format!("{path}/propose-erasure"), format!("{path}/anonymise"));
        let why = json!({ "reason": "Asked for it by letter." });
        ivan.post(&propose, why.clone()).await.is_problem(409, "transition-not-allowed");
        zed.post(&format!("{path}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        olu.post(&propose, why.clone()).await.is_problem(403, "insufficient-scope");
        amina.post(&propose, why.clone()).await.is_problem(403, "insufficient-scope");
        amina.step(&anonymise).await.is_problem(409, "rule-not-met");
        ivan.post(&propose, why).await.is(200);
        ivan.step(&anonymise).await.is_problem(403, "same-person");
        let left = amina.step(&anonymise).await.is(200);
        assert_eq!(left.body["status"], "anonymised");
        assert_eq!((&left.body["givenName"], &left.body["telephone"]), (&json!("Anonymised"), &Value::Null));
        assert_eq!(left.body["perspectives"], json!(["carer"]));
        let all = everything(app).await.to_lowercase();
        for canary in ["canary", "canaries", "zerubbabel", "quux", "300000", "letter."] {
            assert!(!all.contains(canary), "{canary} is still there");
        }
        // The ledger still tells what happened to whom, by an id that leads to nobody.
        assert!(all.contains("partner.anonymised") && all.contains(id_of(path)));
        zed.get(path).await.is_problem(401, "invalid-token");
        olu.patch(path, "*", json!({ "givenName": "Z" })).await.is_problem(409, "transition-not-allowed");
        assert_eq!(olu.get("/v1/partners").await.is(200).body["items"], json!([]));
        assert_eq!(olu.get("/v1/partners?q=quux").await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn what_was_merged_into_the_record_goes_with_it(app) {
        let olu = app.officer().await;
        let (one, other) = (registered(&olu, "Ada", "Quux").await, registered(&olu, "Adah", "Quuux").await);
        olu.post(&format!("{one}/merge"), json!({ "duplicateId": id_of(&other) })).await.is(200);
        olu.post(&format!("{one}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        let ivan = app.user("ivan", Role::IgLead, "RXL").await;
        ivan.post(&format!("{one}/propose-erasure"), json!({ "reason": "Asked for it." })).await.is(200);
        app.admin().await.step(&format!("{one}/anonymise")).await.is(200);
        assert_eq!(olu.get(&other).await.is(200).body["status"], "anonymised");
        let all = everything(app).await.to_lowercase();
        assert!(!all.contains("quux") && !all.contains("quuux"));
    }
);

story!(
    async fn a_person_with_another_role_keeps_it(app) {
        let (_, path) = app.partner("olu").await;
        let olu = app.officer().await;
        olu.post(&format!("{path}/end"), json!({ "reason": "roleComplete" })).await.is(200);
        let ivan = app.user("ivan", Role::IgLead, "RXL").await;
        ivan.post(&format!("{path}/propose-erasure"), json!({ "reason": "Asked for it." })).await.is(200);
        olu.step(&format!("{path}/anonymise")).await.is_problem(403, "insufficient-scope");
        app.admin().await.step(&format!("{path}/anonymise")).await.is(200);
        assert_eq!(olu.get(&path).await.is(200).body["status"], "anonymised");
    }
);

/// Ends a partner's involvement, and lets two people remove their data.
async fn erased(app: &TestApp, path: &str) {
    let ivan = app.user("ivan", Role::IgLead, "RXL").await;
    let why = json!({ "reason": "Asked for it." });
    ivan.post(&format!("{path}/propose-erasure"), why)
        .await
        .is(200);
    app.admin()
        .await
        .step(&format!("{path}/anonymise"))
        .await
        .is(200);
}

story!(
    async fn the_ledger_does_not_remember_under_which_name_somebody_signed_in(app) {
        let ada = app.user("zerubbabel.quux", Role::Partner, "RXL").await;
        let added = ada.post("/v1/partners", somebody("Ada", "Lovelace")).await.is(201);
        let (path, amina) = (added.header("location"), app.admin().await);
        ada.get(path).await.is(200);
        app.sequenced().await;
        let theirs = async || amina.get("/v1/ledger?subject=zerubbabel.quux").await.is(200).body["items"].clone();
        let told = theirs().await;
        assert_eq!(told[0]["subject"], "zerubbabel.quux");
        assert_eq!(told[0]["issuer"], app.state.config.public_url);
        let history = amina.get(&format!("{path}/history")).await.is(200);
        let read = |one: &&Value| one["action"] == "partner.registered";
        assert_eq!(history.body["items"].as_array().unwrap().iter().find(read).unwrap()["subject"], "zerubbabel.quux");
        ada.post(&format!("{path}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        erased(app, path).await;
        app.sequenced().await;
        assert!(!everything(app).await.contains("zerubbabel"));
        assert_eq!(theirs().await, json!([]));
        let entry = amina.get("/v1/ledger?action=partner.registered").await.is(200).body["items"][0].clone();
        assert!(entry["subject"].as_str().unwrap().starts_with("anonymised:"));
    }
);

story!(
    async fn nothing_stays_open_when_what_was_written_is_removed(app) {
        use crate::harness::applicants::id_of;
        let role = app.published(json!({})).await;
        let (ada, path) = app.partner("ada").await;
        let applied = ada.post("/v1/applications", json!({ "opportunityId": id_of(&role), "consent": true })).await.is(201);
        let (olu, application) = (app.officer().await, applied.header("location"));
        app.decide_all(&olu, application, &["shortlist", "arrange-chat"]).await;
        ada.post(&format!("{path}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        let database = app.state.store.database.whole();
        let open = "UPDATE applications SET status = 'chatArranged'";
        database.execute_unprepared(open).await.unwrap();
        erased(app, &path).await;
        assert_eq!(olu.get(application).await.is(200).body["status"], "withdrawn");
        // What has no chat any more is told so, whatever its state says.
        database.execute_unprepared(open).await.unwrap();
        app.decide(&olu, application, "hold-chat").await.is_problem(409, "rule-not-met").names(&["/chat"]);
        app.decide(&olu, application, "send-questions").await.is_problem(409, "rule-not-met").names(&["/chat"]);
    }
);

story!(
    async fn what_claims_of_the_first_days_say_goes_too_and_what_they_come_to_stays(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let reading = json!([{ "expenseType": "involvementPayment", "quantityTenths": 20, "unit": "task", "activity": "reading papers" }]);
        let claim = app.drafted_claim(&ada, &appointment, reading).await;
        // In the first days an activity could be any text.
        let said = "REPLACE(CAST(lines AS TEXT), 'reading papers', 'for my sister Zerubbabel')";
        let sql = match app.state.store.database.engine() {
            equal_partners::store::Engine::Sqlite => format!("UPDATE claims SET lines = {said}"),
            equal_partners::store::Engine::Postgres => format!("UPDATE claims SET lines = CAST({said} AS JSONB)"),
        };
        app.state.store.database.whole().execute_unprepared(&sql).await.unwrap();
        assert!(everything(app).await.contains("my sister Zerubbabel"));
        let partner = format!("/v1/partners/{}", claim.body["partnerId"].as_str().unwrap());
        let (ivan, amina, olu) = (app.user("ivan", Role::IgLead, "RXL").await, app.admin().await, app.officer().await);
        olu.post(&format!("{partner}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        ivan.post(&format!("{partner}/propose-erasure"), json!({ "reason": "Asked for it by letter." })).await.is(200);
        amina.step(&format!("{partner}/anonymise")).await.is(200);
        assert!(!everything(app).await.contains("my sister Zerubbabel"));
        let kept = olu.get(claim.header("location")).await.is(200);
        assert_eq!((&kept.body["lines"][0]["activity"], &kept.body["lines"][0]["unitPence"]), (&Value::Null, &json!(1500)));
        assert_eq!(kept.body["paymentsPence"], 3000);
    }
);
