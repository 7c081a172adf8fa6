//! Reports: what is counted, and that nobody is found in a small number.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::{Person, TestApp, story};

/// So many partners who each sent a claim for a bus in the same role.
async fn claims(app: &TestApp, names: &[&str]) -> Vec<String> {
    let opportunity = app
        .published(json!({ "title": "Riders", "places": 20 }))
        .await;
    let mut sent = Vec::new();
    for name in names {
        let (person, _) = app.partner(name).await;
        let appointment = app.inducted_at(&opportunity, &person).await;
        app.choose(&appointment, json!({ "choice": "accept" }))
            .await;
        let bus = json!([{ "expenseType": "mileageCar", "quantityTenths": 100 }]);
        sent.push(app.claimed(&person, &appointment, bus).await);
    }
    sent
}

fn cell(report: &Value, row: usize, column: usize) -> &Value {
    &report["rows"][row]["cells"][column]["count"]
}

story!(
    async fn claims_that_wait_are_counted_by_what_they_wait_for_and_how_late_they_are(app) {
        app.rates("2026-04-06", None, 45).await;
        claims(app, &["ada", "bea", "cyd", "dan", "eve"]).await;
        let analyst = app.user("anna", Role::Analyst, "RXL").await;
        let report = analyst.get("/v1/reports/claim-ageing").await.is(200).body;
        assert_eq!(report["columns"][0], "Not yet due");
        assert_eq!(report["rows"][0]["label"], "submitted");
        assert_eq!(cell(&report, 0, 0), &json!({ "told": "rounded", "count": 5 }));
        assert_eq!(cell(&report, 1, 0), &json!({ "told": "rounded", "count": 0 }));
        app.clock.advance(chrono::Duration::days(60));
        let analyst = app.user("anna", Role::Analyst, "RXL").await;
        let later = analyst.get("/v1/reports/claim-ageing").await.is(200).body;
        assert_eq!(cell(&later, 0, 0), &json!({ "told": "rounded", "count": 0 }));
        assert_eq!(cell(&later, 0, 3), &json!({ "told": "rounded", "count": 5 }));
        let file = analyst.get("/v1/reports/claim-ageing/content").await.is(200);
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.starts_with(",Not yet due,1 to 7 days late,8 to 30 days late,More than 30 days late,All\r\nsubmitted,0,0,0,5,5\r\n"), "{text}");
    }
);

story!(
    async fn what_a_few_people_were_paid_is_not_told(app) {
        app.rates("2026-04-06", None, 45).await;
        let sent = claims(app, &["ada", "bea"]).await;
        let (olu, finance) = (app.officer().await, app.finance().await);
        for path in &sent {
            olu.post(&format!("{path}/confirm"), json!({ "despite": "Looked at together." })).await.is(200);
            finance.step(&format!("{path}/authorise")).await.is(200);
        }
        let export = finance.step("/v1/payment-exports").await.is(201);
        let paid = format!("{}/mark-paid", export.header("location"));
        finance.post(&paid, json!({ "paidOn": "2026-11-22" })).await.is(200);
        let during = finance.get("/v1/reports/spend").await.is(200).body;
        assert_eq!(during["rows"], json!([]));
        app.clock.advance(chrono::Duration::days(9));
        let finance = app.finance().await;
        let report = finance.get("/v1/reports/spend").await.is(200).body;
        let level_3 = &report["rows"][0]["cells"][2];
        assert_eq!(level_3, &json!({ "count": { "told": "few" }, "pence": null }));
        assert_eq!(report["total"]["total"], *level_3);
        let before = finance.get("/v1/reports/spend?financialYear=2025").await.is(200).body;
        assert_eq!(before["rows"], json!([]));
        finance.get("/v1/reports/spend?financialYear=1999").await.is_problem(400, "invalid-parameter");
    }
);

story!(
    async fn inductions_that_are_late_are_counted_by_workstream(app) {
        let one = app.appointed(json!({})).await;
        app.officer().await.step(&format!("{}/start-induction", one.path)).await.is(200);
        let report = async |app: &TestApp| {
            let analyst = app.user("anna", Role::Analyst, "RXL").await;
            analyst.get("/v1/reports/support").await.is(200).body
        };
        assert_eq!(report(app).await["rows"], json!([]));
        app.clock.advance(chrono::Duration::days(60));
        let late = report(app).await;
        assert_eq!(late["columns"][0], "Inductions with overdue items");
        assert_eq!(cell(&late, 0, 0), &json!({ "told": "few" }));
    }
);

story!(
    async fn reports_are_of_ones_own_organisation_and_no_partners(app) {
        app.rates("2026-04-06", None, 45).await;
        claims(app, &["ada", "bea", "cyd", "dan", "eve"]).await;
        let elsewhere = app.user("anna", Role::Analyst, "RXN").await;
        let report = elsewhere.get("/v1/reports/claim-ageing").await.is(200).body;
        assert_eq!(report["total"]["total"]["count"], json!({ "told": "rounded", "count": 0 }));
        let (ada, _) = app.partner("fay").await;
        for name in ["claim-ageing", "spend", "support", "spend/content"] {
            ada.get(&format!("/v1/reports/{name}")).await.is_problem(403, "insufficient-scope");
        }
    }
);

story!(
    async fn checks_that_expire_are_counted_until_they_have_and_agreements_until_they_are_accepted(app) {
        let one = app.appointed(json!({})).await;
        let olu = app.officer().await;
        let appointment = olu.get(&one.path).await.is(200);
        let decided = json!({
            "opportunityId": appointment.body["opportunityId"], "level": "basic", "legalBasis": "Anyone may ask."
        });
        olu.post("/v1/check-requirements", decided).await.is(201);
        let cleared = async |olu: &Person, expires_on: &str| {
            let new = json!({ "appointmentId": appointment.id(), "kind": "dbs" });
            let check = olu.post("/v1/checks", new).await.is(201);
            let good = json!({ "issuedOn": "2026-11-20", "expiresOn": expires_on });
            olu.post(&format!("{}/clear", check.header("location")), good).await.is(200);
        };
        let told = async |column: usize| {
            let analyst = app.user("anna", Role::Analyst, "RXL").await;
            let report = analyst.get("/v1/reports/support").await.is(200).body;
            assert_eq!(report["columns"][2], "Checks that expire within 60 days");
            assert_eq!(report["columns"][3], "Agreements that wait to be accepted");
            match report["rows"] == json!([]) {
                true => Value::Null,
                false => cell(&report, 0, column)["told"].clone(),
            }
        };
        cleared(&olu, "2026-12-20").await;
        assert_eq!((told(2).await, told(3).await), (json!("few"), json!("rounded")));
        app.clock.advance(chrono::Duration::days(29));
        assert_eq!(told(2).await, Value::Null, "it has expired");
        let olu = app.officer().await;
        cleared(&olu, "2027-01-10").await;
        assert_eq!(told(2).await, "few");
        cleared(&olu, "2029-01-10").await;
        assert_eq!(told(2).await, Value::Null, "it was made anew");
        app.offered(&one, "confidentiality").await;
        assert_eq!((told(2).await, told(3).await), (json!("rounded"), json!("few")));
        cleared(&olu, "2027-01-10").await;
        assert_eq!(told(2).await, "few");
        olu.post(&format!("{}/end", one.path), json!({ "reason": "moved" })).await.is(200);
        assert_eq!(told(2).await, Value::Null, "the role has ended");
    }
);

story!(
    async fn overdue_inductions_and_waiting_agreements_have_files_of_their_own(app) {
        let mut roles = Vec::new();
        for title in ["First", "Second", "Third", "Fourth", "Fifth"] {
            let one = app.appointed(json!({ "title": format!("{title} role") })).await;
            let agreement = app.offered(&one, "confidentiality").await;
            roles.push((one, agreement));
        }
        let file = async |name: &str| {
            let analyst = app.user("anna", Role::Analyst, "RXL").await;
            let file = analyst.get(&format!("/v1/reports/{name}/content")).await.is(200);
            assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
            String::from_utf8(file.bytes).unwrap()
        };
        let by_side = ",For both sides,For the partner,For the organisation,All\r\n";
        assert_eq!(file("waiting-agreements").await, format!("{by_side}Diabetes pathway,5,0,0,5\r\nAll,5,0,0,5\r\n"));
        // Whoever has signed waits for the other side; one is few, and so are the four that are left.
        let (one, agreement) = &roles[0];
        let signed = json!({ "method": "typed", "name": "Ada Okafor" });
        one.partner.post(&format!("{agreement}/accept"), signed).await.is(200);
        assert_eq!(file("waiting-agreements").await, format!("{by_side}Diabetes pathway,<5,0,<5,5\r\nAll,<5,0,<5,5\r\n"));

        let by_days = ",1 to 7 days late,8 to 30 days late,More than 30 days late,All\r\n";
        assert_eq!(file("overdue-inductions").await, format!("{by_days}All,0,0,0,0\r\n"));
        // Roles began on 4 January, and everyone should have been welcomed on that day.
        app.clock.advance(chrono::Duration::days(44));
        assert_eq!(file("overdue-inductions").await, format!("{by_days}Diabetes pathway,5,0,0,5\r\nAll,5,0,0,5\r\n"));
        let analyst = app.user("anna", Role::Analyst, "RXL").await;
        let report = analyst.get("/v1/reports/overdue-inductions").await.is(200).body;
        assert_eq!((&report["rows"][0]["label"], cell(&report, 0, 0)), (&json!("Diabetes pathway"), &json!({ "told": "rounded", "count": 5 })));
        let (elsewhere, pat) = (app.user("anna", Role::Analyst, "RXN").await, app.user("pat", Role::Partner, "RXL").await);
        for name in ["overdue-inductions", "waiting-agreements"] {
            assert_eq!(elsewhere.get(&format!("/v1/reports/{name}")).await.is(200).body["rows"], json!([]));
            pat.get(&format!("/v1/reports/{name}/content")).await.is_problem(403, "insufficient-scope");
        }
    }
);
