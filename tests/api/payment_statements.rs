//! What a partner was paid, as they and others may need it: facts, and nothing about benefits.

use serde_json::{Value, json};

use crate::harness::{Person, TestApp, story};

/// A claim of a partner that was paid on a day; the clock is on that day.
async fn paid(app: &TestApp, person: &Person, appointment: &str, day: &str, lines: Value) {
    app.authorised(person, appointment, lines).await;
    let finance = app.finance().await;
    let export = finance.step("/v1/payment-exports").await.is(201);
    let path = format!("{}/mark-paid", export.header("location"));
    finance.post(&path, json!({ "paidOn": day })).await.is(200);
}

fn half_day() -> Value {
    json!([{ "expenseType": "involvementPayment", "quantityTenths": 10, "unit": "halfDay" }])
}

fn miles() -> Value {
    json!([{ "expenseType": "mileageCar", "quantityTenths": 100 }])
}

async fn two_payments(app: &TestApp) -> (Person, String) {
    app.rates("2026-04-06", None, 45).await;
    let (ada, appointment) = app.inducted("ada").await;
    paid(app, &ada, &appointment, "2026-11-22", half_day()).await;
    app.clock.advance(chrono::Duration::days(9));
    let ada = app.partner_again("ada").await;
    paid(app, &ada, &appointment, "2026-12-01", miles()).await;
    let claim = ada.get("/v1/claims").await.is(200);
    let partner = claim.body["items"][0]["partnerId"].as_str().unwrap();
    (ada, format!("/v1/partners/{partner}"))
}

impl TestApp {
    /// The same partner with a token that is valid now.
    async fn partner_again(&self, subject: &str) -> Person {
        self.user(subject, equal_partners::access::Role::Partner, "RXL")
            .await
    }
}

story!(
    async fn a_statement_adds_up_by_week_month_and_tax_year(app) {
        let (ada, partner) = two_payments(app).await;
        let statement = async |query: &str| ada.get(&format!("{partner}/payment-statement{query}")).await.is(200);
        let months = statement("").await;
        assert_eq!(months.body["from"], "2026-04-06");
        assert_eq!(months.body["periods"], json!([
            { "from": "2026-11-01", "to": "2026-11-30",
              "sum": { "claims": 1, "expensesPence": 0, "paymentsPence": 7600, "donatedPence": 0, "totalPence": 7600 } },
            { "from": "2026-12-01", "to": "2026-12-01",
              "sum": { "claims": 1, "expensesPence": 450, "paymentsPence": 0, "donatedPence": 0, "totalPence": 450 } },
        ]));
        let year = statement("?by=taxYear").await;
        assert_eq!(year.body["periods"].as_array().unwrap().len(), 1);
        assert_eq!(year.body["periods"][0]["sum"], year.body["sum"]);
        assert_eq!(year.body["sum"]["totalPence"], 8050);
        let weeks = statement("?by=week&from=2026-11-18&to=2026-11-30").await;
        assert_eq!((&weeks.body["periods"][0]["from"], &weeks.body["periods"][0]["to"]), (&json!("2026-11-18"), &json!("2026-11-22")));
        assert_eq!(weeks.body["sum"]["claims"], 1);
        for wrong in ["?from=2026-12-02&to=2026-12-01", "?from=2000-01-01&to=2026-12-01"] {
            ada.get(&format!("{partner}/payment-statement{wrong}")).await.is_problem(400, "invalid-parameter").names(&["/to"]);
        }
    }
);

story!(
    async fn the_same_comes_as_a_file(app) {
        let (ada, partner) = two_payments(app).await;
        let file = ada.get(&format!("{partner}/payment-statement/content?by=taxYear")).await.is(200);
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(
            String::from_utf8(file.bytes).unwrap(),
            "from,to,claims,expensesPence,paymentsPence,donatedPence,totalPence\r\n2026-04-06,2026-12-01,2,450,7600,0,8050\r\n"
        );
    }
);

story!(
    async fn a_letter_states_facts_and_runs_nothing(app) {
        let (ada, partner) = two_payments(app).await;
        let named = json!({ "givenName": "Ada <b>", "familyName": "O'Neill & Co" });
        ada.patch(&partner, "*", named).await.is(200);
        let letter = ada.get(&format!("{partner}/payment-letter")).await.is(200);
        assert_eq!(letter.header("content-type"), "text/html; charset=utf-8");
        let text = String::from_utf8(letter.bytes).unwrap();
        for fact in [
            "<html lang=\"en-GB\">", "Ada &lt;b&gt; O&#39;Neill &amp; Co", "Role of ada: from 1 September 2026", "Payment for time is accepted.",
            "Expenses paid back: £4.50", "Payments for time: £76.00", "22 November 2026", "<th scope=\"col\">Paid on</th>",
        ] {
            assert!(text.contains(fact), "{fact} is not in {text}");
        }
        for advice in ["should", "must", "Universal Credit", "benefit", "<b>"] {
            assert!(!text.contains(advice), "{advice} is in {text}");
        }
    }
);

story!(
    async fn a_statement_is_the_partners_own(app) {
        let (_, partner) = two_payments(app).await;
        let (bea, _) = app.partner("bea").await;
        for path in ["payment-statement", "payment-statement/content", "payment-letter"] {
            let path = format!("{partner}/{path}");
            bea.get(&path).await.is_problem(404, "not-found");
            app.stranger().await.get(&path).await.is_problem(404, "not-found");
            app.lead().await.get(&path).await.is_problem(403, "insufficient-scope");
            app.finance().await.get(&path).await.is(200);
        }
    }
);
