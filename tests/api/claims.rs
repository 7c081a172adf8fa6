//! Claims: from a draft to the money, past everyone who has to look at it.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::claims::declared;
use crate::harness::forms::Form;
use crate::harness::people::client;
use crate::harness::{Answer, Person, TestApp, story};

fn miles(tenths: i32) -> Value {
    json!({ "expenseType": "mileageCar", "quantityTenths": tenths, "from": "Home", "to": "Hospital" })
}

fn bus(pence: i32) -> Value {
    json!({ "expenseType": "publicTransport", "amountPence": pence })
}

fn half_days(count: i32) -> Value {
    json!({ "expenseType": "involvementPayment", "quantityTenths": count * 10, "unit": "halfDay" })
}

/// The codes of what was found, in order.
fn codes(claim: &Answer) -> Vec<&str> {
    let found = claim.body["findings"].as_array().unwrap().iter();
    found.map(|one| one["code"].as_str().unwrap()).collect()
}

/// What a finding says.
fn said<'a>(claim: &'a Answer, code: &str) -> &'a str {
    let found = claim.body["findings"].as_array().unwrap().iter();
    let mut found = found.filter(|one| one["code"] == code);
    found.next().unwrap()["message"].as_str().unwrap()
}

async fn passed(app: &TestApp, path: &str, line: i32, of: &str) -> Answer {
    let body = json!({ "line": line, "of": of, "reason": "cashFlow" });
    app.officer()
        .await
        .post(&format!("{path}/override"), body)
        .await
        .is(200)
}

/// A claim for today, as what was agreed today is agreed in time for it: its address.
async fn claimed_today(person: &Person, appointment: &str, lines: Value) -> String {
    let new = json!({ "appointmentId": id_of(appointment), "activityDate": "2026-11-22", "lines": lines });
    let draft = person.post("/v1/claims", new).await.is(201);
    let path = draft.header("location").to_owned();
    person
        .post(&format!("{path}/submit"), declared())
        .await
        .is(200);
    path
}

/// What the officer agreed to for a partner who asked: its id.
async fn agreed(app: &TestApp, person: &Person, appointment: &str, what: &str, most: i32) -> Value {
    let asked = json!({ "appointmentId": id_of(appointment), "expenseType": what, "mostPence": most, "purpose": "Late." });
    let asked = person.post("/v1/prior-approvals", asked).await.is(201);
    let path = format!("{}/approve", asked.header("location"));
    app.officer().await.step(&path).await.is(200);
    asked.body["id"].clone()
}

story!(
    async fn from_a_draft_to_the_money(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let (olu, farah) = (app.officer().await, app.finance().await);
        let draft = app.drafted_claim(&ada, &appointment, json!([miles(124), bus(320), half_days(1)])).await;
        let path = draft.header("location");
        assert_eq!(
            (&draft.body["expensesPence"], &draft.body["paymentsPence"], &draft.body["totalPence"]),
            (&json!(558 + 320), &json!(7600), &json!(558 + 320 + 7600))
        );
        assert_eq!((&draft.body["lines"][0]["unitPence"], &draft.body["lines"][0]["to"]), (&json!(45), &json!("Hospital")));
        let sent = ada.post(&format!("{path}/submit"), declared()).await.is(200);
        assert_eq!((&sent.body["status"], &sent.body["dueOn"]), (&json!("submitted"), &json!("2026-12-18")));
        assert_eq!(codes(&sent), ["missingReceipt"]);
        olu.post(&format!("{path}/confirm"), json!({})).await.is_problem(409, "rule-not-met").names(&["/lines/1"]);
        assert_eq!(codes(&passed(app, path, 1, "receipt").await), Vec::<&str>::new());
        let confirmed = olu.post(&format!("{path}/confirm"), json!({})).await.is(200);
        assert_eq!(confirmed.body["confirmedById"], app.user_id("olu", Role::EngagementOfficer).await);
        let authorised = farah.step(&format!("{path}/authorise")).await.is(200);
        assert_eq!((&authorised.body["status"], &authorised.body["budgetCode"]), (&json!("authorised"), &json!("CC-1207")));
        let export = farah.step("/v1/payment-exports").await.is(201);
        assert_eq!((&export.body["claims"], &export.body["totalPence"]), (&json!(1), &json!(558 + 320 + 7600)));
        app.clock.advance(chrono::Duration::days(4));
        let (farah, ada) = (app.finance().await, app.user("ada", Role::Partner, "RXL").await);
        let paid = json!({ "paidOn": "2026-11-26", "reference": "BACS 4711" });
        farah.post(&format!("{}/mark-paid", export.header("location")), paid).await.is(200);
        let settled = ada.get(path).await.is(200);
        assert_eq!(
            (&settled.body["status"], &settled.body["paidOn"], &settled.body["workingDaysToPay"]),
            (&json!("paid"), &json!("2026-11-26"), &json!(4))
        );
        assert_eq!(settled.body["totalPence"], draft.body["totalPence"]);
        assert!(app.told(&settled.body["partnerId"]).await.contains(&"claim-paid".to_owned()));
    }
);

story!(
    async fn nobody_decides_about_their_own_money(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let roles = [Role::Partner, Role::EngagementAdmin, Role::EngagementOfficer, Role::WorkstreamLead, Role::FinanceApprover];
        let path = app.claimed(&ada, &appointment, json!([bus(320)])).await;
        let also = app.acting_as("ada", &roles, "RXL").await;
        let refused = async |verb: &str, body: Value| {
            also.post(&format!("{path}/{verb}"), body).await.is_problem(403, "same-person");
        };
        let asked = json!({ "appointmentId": id_of(&appointment), "expenseType": "taxi", "mostPence": 900, "purpose": "Late." });
        let asked = ada.post("/v1/prior-approvals", asked).await.is(201);
        also.step(&format!("{}/approve", asked.header("location"))).await.is_problem(403, "same-person");
        refused("override", json!({ "line": 0, "of": "receipt", "reason": "lost" })).await;
        refused("confirm", json!({ "despite": "It is right." })).await;
        refused("query", json!({ "question": "Is it?" })).await;
        refused("reject", json!({ "reason": "No.", "appealContact": "Me" })).await;
        passed(app, &path, 0, "receipt").await;
        app.officer().await.post(&format!("{path}/confirm"), json!({})).await.is(200);
        also.step(&format!("{path}/authorise")).await.is_problem(403, "same-person");
        assert_eq!(ada.get(&path).await.is(200).body["status"], "confirmed");
        // Nor does it help to cut the link to one's own record.
        let user = app.user_id("ada", Role::Partner).await;
        app.admin().await.patch(&format!("/v1/users/{user}"), "*", json!({ "partnerId": null })).await.is(200);
        let also = app.acting_as("ada", &roles, "RXL").await;
        also.step(&format!("{path}/authorise")).await.is_problem(403, "same-person");
    }
);

story!(
    async fn who_confirms_does_not_authorise_however_often_they_try_at_once(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let both = app.acting_as("bo", &[Role::EngagementOfficer, Role::FinanceApprover], "RXL").await;
        let path = app.claimed(&ada, &appointment, json!([bus(320)])).await;
        passed(app, &path, 0, "receipt").await;
        let (confirm, authorise) = (format!("{path}/confirm"), format!("{path}/authorise"));
        let each = (0..8).map(|at| {
            let (both, confirm, authorise) = (both.clone(), confirm.clone(), authorise.clone());
            async move {
                match at % 2 {
                    0 => both.post(&confirm, json!({})).await.status,
                    _ => both.step(&authorise).await.status,
                }
            }
        });
        futures_util::future::join_all(each).await;
        let claim = ada.get(&path).await.is(200);
        assert_eq!((&claim.body["status"], &claim.body["authorisedById"]), (&json!("confirmed"), &Value::Null));
        both.step(&authorise).await.is_problem(403, "same-person");
        let farah = app.finance().await;
        let each = (0..4).map(|_| farah.step(&authorise));
        let mut statuses: Vec<u16> = futures_util::future::join_all(each).await.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409]);
    }
);

story!(
    async fn people_decide_and_not_systems(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let path = app.claimed(&ada, &appointment, json!([bus(320)])).await;
        let system = client(app, "RXL", &["claims:confirm", "claims:authorise", "claims:read"]).await;
        system.post(&format!("{path}/confirm"), json!({})).await.is_problem(403, "person-needed");
        let pass = json!({ "line": 0, "of": "receipt", "reason": "lost" });
        system.post(&format!("{path}/override"), pass).await.is_problem(403, "person-needed");
        passed(app, &path, 0, "receipt").await;
        app.officer().await.post(&format!("{path}/confirm"), json!({})).await.is(200);
        system.step(&format!("{path}/authorise")).await.is_problem(403, "person-needed");
        app.officer().await.step(&format!("{path}/authorise")).await.is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn a_claim_is_paid_at_the_rates_of_the_day_of_the_activity(app) {
        let first = app.rates("2026-04-06", Some("2026-11-19"), 45).await;
        app.rates("2026-11-20", None, 55).await;
        let (ada, appointment) = app.inducted("ada").await;
        let claimed = async |day: &str| {
            let new = json!({ "appointmentId": id_of(&appointment), "activityDate": day, "lines": [miles(100)] });
            ada.post("/v1/claims", new).await.is(201)
        };
        assert_eq!(claimed("2026-11-20").await.body["totalPence"], 550);
        let before = claimed("2026-11-19").await;
        assert_eq!(before.body["totalPence"], 450);
        let moved = ada.patch(before.header("location"), before.etag(), json!({ "activityDate": "2026-11-21" })).await.is(200);
        assert_eq!(moved.body["totalPence"], 550);
        assert!(first.body["validTo"].is_string());
        // Before the first card there is no rate.
        let none = claimed("2026-04-05").await;
        assert_eq!((&none.body["totalPence"], &none.body["lines"][0]["amountPence"]), (&json!(0), &Value::Null));
        ada.post(&format!("{}/submit", none.header("location")), declared()).await
            .is_problem(409, "rule-not-met").names(&["/lines/0/expenseType"]);
    }
);

story!(
    async fn payment_is_what_the_partner_chose(app) {
        app.rates("2026-04-06", None, 45).await;
        let opportunity = app.published(json!({})).await;
        let (ada, _) = app.partner("ada").await;
        let appointment = app.inducted_at(&opportunity, &ada).await;
        let draft = app.drafted_claim(&ada, &appointment, json!([half_days(1), bus(100)])).await;
        let path = draft.header("location");
        let submit = format!("{path}/submit");
        ada.post(&submit, declared()).await.is_problem(409, "rule-not-met").names(&["/lines/0/expenseType"]);
        app.choose(&appointment, json!({ "choice": "decline" })).await;
        let declined = ada.post(&submit, declared()).await.is_problem(409, "rule-not-met");
        assert_eq!(declined.body["errors"][0]["code"], "declined");
        app.choose(&appointment, json!({ "choice": "acceptReduced", "reducedPence": 2000 })).await;
        let sent = ada.post(&submit, declared()).await.is(200);
        assert_eq!((&sent.body["paymentsPence"], &sent.body["totalPence"]), (&json!(2000), &json!(2100)));
        // A change of mind before the money is on its way is kept to when the claim is sent again.
        app.officer().await.post(&format!("{path}/query"), json!({ "question": "As before?" })).await.is(200);
        app.choose(&appointment, json!({ "choice": "donate" })).await;
        let again = ada.post(&submit, declared()).await.is(200);
        assert_eq!(
            (&again.body["paymentsPence"], &again.body["donatedPence"], &again.body["totalPence"]),
            (&json!(0), &json!(7600), &json!(100))
        );
        let by_day = json!([{ "expenseType": "involvementPayment", "quantityTenths": 10, "unit": "day" }]);
        app.choose(&appointment, json!({ "choice": "acceptReduced", "reducedPence": 2000 })).await;
        let other = app.drafted_claim(&ada, &appointment, by_day).await;
        let refused = ada.post(&format!("{}/submit", other.header("location")), declared()).await.is_problem(409, "rule-not-met");
        assert_eq!(refused.body["errors"][0]["code"], "reduced");
    }
);

story!(
    async fn a_change_of_mind_after_a_claim_was_sent_stops_the_payment(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let (olu, farah) = (app.officer().await, app.finance().await);
        let path = app.claimed(&ada, &appointment, json!([half_days(1)])).await;
        let (confirm, authorise) = (format!("{path}/confirm"), format!("{path}/authorise"));
        for choice in ["decline", "donate"] {
            app.choose(&appointment, json!({ "choice": choice })).await;
            let refused = olu.post(&confirm, json!({})).await.is_problem(409, "rule-not-met").names(&["/lines"]);
            assert_eq!(refused.body["errors"][0]["code"], "termsChanged");
        }
        app.choose(&appointment, json!({ "choice": "accept" })).await;
        olu.post(&confirm, json!({})).await.is(200);
        app.choose(&appointment, json!({ "choice": "acceptReduced", "reducedPence": 2000 })).await;
        let refused = farah.step(&authorise).await.is_problem(409, "rule-not-met").names(&["/lines"]);
        assert_eq!(refused.body["errors"][0]["code"], "termsChanged");
        farah.post(&format!("{path}/query"), json!({ "question": "For less?" })).await.is(200);
        ada.post(&format!("{path}/submit"), declared()).await.is(200);
        olu.post(&confirm, json!({})).await.is(200);
        assert_eq!(farah.step(&authorise).await.is(200).body["totalPence"], 2000);
    }
);

story!(
    async fn nothing_new_is_claimed_for_somebody_who_died_or_whose_record_went(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let draft = app.drafted_claim(&ada, &appointment, json!([bus(320)])).await;
        let partner = format!("/v1/partners/{}", draft.body["partnerId"].as_str().unwrap());
        let olu = app.officer().await;
        let new = json!({ "appointmentId": id_of(&appointment), "activityDate": "2026-11-20", "lines": [bus(410)] });
        let asked = json!({ "appointmentId": id_of(&appointment), "expenseType": "taxi", "mostPence": 900, "purpose": "Late." });
        // Who takes part no more is still paid what they spent.
        olu.post(&format!("{partner}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        olu.post("/v1/claims", new.clone()).await.is(201);
        let path = draft.header("location");
        let refused = async || {
            let state = |answer: Answer| drop(answer.is_problem(409, "transition-not-allowed"));
            state(olu.post("/v1/claims", new.clone()).await);
            state(olu.post("/v1/prior-approvals", asked.clone()).await);
            state(olu.patch(path, "*", json!({ "lines": [bus(500)] })).await);
            state(olu.post(&format!("{path}/submit"), declared()).await);
            state(olu.upload(&format!("{path}/receipts"), ticket("Late.")).await);
        };
        olu.step(&format!("{partner}/record-death")).await.is(200);
        refused().await;
        let (idris, ivy) = (app.user("idris", Role::IgLead, "RXL").await, app.user("ivy", Role::IgLead, "RXL").await);
        idris.post(&format!("{partner}/propose-erasure"), json!({ "reason": "It is time." })).await.is(200);
        ivy.step(&format!("{partner}/anonymise")).await.is(200);
        refused().await;
    }
);

story!(
    async fn lines_share_the_limit_that_they_name(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let approval = agreed(app, &ada, &appointment, "taxi", 2400).await;
        let taxi = |pence: i32| json!({ "expenseType": "taxi", "amountPence": pence, "priorApprovalId": approval });
        let within = claimed_today(&ada, &appointment, json!([taxi(1400), taxi(1000)])).await;
        assert_eq!(codes(&ada.get(&within).await.is(200)), ["missingReceipt", "missingReceipt"]);
        ada.step(&format!("{within}/withdraw")).await.is(200);
        let over = claimed_today(&ada, &appointment, json!([taxi(2000), taxi(1900)])).await;
        let found = ada.get(&over).await.is(200);
        assert_eq!(codes(&found), ["missingReceipt", "missingReceipt", "overCap"]);
        assert_eq!(found.body["findings"][2]["line"], 1);
        assert_eq!(said(&found, "overCap"), "£39.00 is claimed with the lines before, and £24.00 was agreed");
        let meal = |pence: i32| json!({ "expenseType": "subsistence", "amountPence": pence });
        let meals = app.claimed(&ada, &appointment, json!([meal(600), meal(700)])).await;
        assert_eq!(
            said(&ada.get(&meals).await.is(200), "overCap"),
            "£13.00 is claimed with the lines before, and £10.00 is the limit of the rate card"
        );
    }
);

story!(
    async fn what_is_agreed_afterwards_is_not_agreed_beforehand(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let approval = agreed(app, &ada, &appointment, "taxi", 2400).await;
        let taxi = json!({ "expenseType": "taxi", "amountPence": 2000, "priorApprovalId": approval });
        let late = app.claimed(&ada, &appointment, json!([taxi])).await;
        let found = ada.get(&late).await.is(200);
        assert_eq!(codes(&found), ["missingReceipt", "missingPriorApproval"]);
        assert_eq!(said(&found, "missingPriorApproval"), "it was agreed after the day of the activity");
        assert_eq!(codes(&passed(app, &late, 0, "priorApproval").await), ["missingReceipt"]);
        // Nor does it lift a limit.
        let approval = agreed(app, &ada, &appointment, "subsistence", 1500).await;
        let meal = json!({ "expenseType": "subsistence", "amountPence": 1400, "priorApprovalId": approval });
        let meal = app.claimed(&ada, &appointment, json!([meal])).await;
        assert!(codes(&ada.get(&meal).await.is(200)).contains(&"overCap"));
    }
);

story!(
    async fn a_date_has_one_day_to_pay(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let whole = app.claimed(&ada, &appointment, json!([half_days(2)])).await;
        assert_eq!(codes(&ada.get(&whole).await.is(200)), Vec::<&str>::new());
        let more = app.claimed(&ada, &appointment, json!([half_days(1)])).await;
        let found = ada.get(&more).await.is(200);
        assert_eq!(codes(&found), ["moreThanADay"]);
        assert_eq!(said(&found, "moreThanADay"), "1.50 days are claimed for 2026-11-20, with other claims of that day");
        app.officer().await.post(&format!("{more}/confirm"), json!({})).await.is_problem(409, "rule-not-met").names(&["/lines"]);
        let days = json!([{ "expenseType": "involvementPayment", "quantityTenths": 100, "unit": "day" }]);
        let days = claimed_today(&ada, &appointment, days).await;
        assert_eq!(codes(&ada.get(&days).await.is(200)), ["moreThanADay"]);
    }
);

story!(
    async fn who_asks_for_a_cost_does_not_agree_to_it(app) {
        let (_, appointment) = app.inducted("ada").await;
        let olu = app.officer().await;
        let asked = json!({ "appointmentId": id_of(&appointment), "expenseType": "taxi", "mostPence": 900, "purpose": "Late." });
        let asked = olu.post("/v1/prior-approvals", asked).await.is(201);
        let approve = format!("{}/approve", asked.header("location"));
        olu.step(&approve).await.is_problem(403, "same-person");
        let system = client(app, "RXL", &["prior-approvals:approve", "prior-approvals:read"]).await;
        system.step(&approve).await.is_problem(403, "person-needed");
        app.user("otto", Role::EngagementOfficer, "RXL").await.step(&approve).await.is(200);
    }
);

story!(
    async fn an_unpaid_role_pays_no_time_and_an_activity_has_its_own_rate(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let reading = json!([{ "expenseType": "involvementPayment", "quantityTenths": 20, "unit": "task", "activity": "reading papers" }]);
        assert_eq!(app.drafted_claim(&ada, &appointment, reading).await.body["paymentsPence"], 3000);
        // It is kept with the accounts, and so says what the card says.
        let told = json!([{ "expenseType": "involvementPayment", "quantityTenths": 20, "unit": "task", "activity": "My sister" }]);
        let new = json!({ "appointmentId": id_of(&appointment), "activityDate": "2026-11-20", "lines": told });
        ada.post("/v1/claims", new).await.is_problem(422, "invalid-fields").names(&["/lines/0/activity"]);
        let unpaid = app.published(json!({ "title": "Reader", "payment": { "kind": "expenses" } })).await;
        let appointment = app.inducted_at(&unpaid, &ada).await;
        let draft = app.drafted_claim(&ada, &appointment, json!([half_days(1)])).await;
        let refused = ada.post(&format!("{}/submit", draft.header("location")), declared()).await.is_problem(409, "rule-not-met");
        assert_eq!(refused.body["errors"][0]["code"], "unpaid");
    }
);

story!(
    async fn lines_say_what_their_type_asks_for(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let wrong = json!({ "appointmentId": id_of(&appointment), "activityDate": "2026-11-23", "payeeReference": "S1", "lines": [
            { "expenseType": "mileageCar" },
            { "expenseType": "mileageCar", "quantityTenths": 10, "amountPence": 450 },
            { "expenseType": "taxi", "quantityTenths": 10 },
            { "expenseType": "involvementPayment", "quantityTenths": 15, "unit": "day" },
            { "expenseType": "involvementPayment", "quantityTenths": 15 },
            { "expenseType": "parking", "amountPence": 100, "from": "Home" },
            { "expenseType": "parking", "amountPence": 0 },
        ] });
        ada.post("/v1/claims", wrong).await.is_problem(422, "invalid-fields").names(&[
            "/activityDate", "/lines/0/quantityTenths", "/lines/1/amountPence", "/lines/2/amountPence", "/lines/2/quantityTenths",
            "/lines/3/quantityTenths", "/lines/4/unit", "/lines/5/from", "/lines/6/amountPence", "/payeeReference",
        ]);
        let many = json!({ "appointmentId": id_of(&appointment), "activityDate": "2026-11-20",
            "lines": [bus(100_000_000), bus(1)] });
        ada.post("/v1/claims", many).await.is_problem(422, "invalid-fields").names(&["/lines"]);
        let unknown = json!({ "appointmentId": id_of(&appointment), "activityDate": "2026-11-20",
            "lines": [{ "expenseType": "taxi", "amountPence": 900, "priorApprovalId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90" }] });
        ada.post("/v1/claims", unknown).await.is_problem(422, "invalid-fields").names(&["/lines/0/priorApprovalId"]);
    }
);

story!(
    async fn a_claim_is_sent_with_its_declarations_and_not_empty(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let draft = app.drafted_claim(&ada, &appointment, json!([])).await;
        let submit = format!("{}/submit", draft.header("location"));
        ada.post(&submit, json!({ "spentByPartner": true, "notPaidElsewhere": false })).await
            .is_problem(422, "invalid-fields").names(&["/notPaidElsewhere"]);
        ada.post(&submit, json!({ "spentByPartner": true })).await.is_problem(422, "invalid-fields").names(&["/notPaidElsewhere"]);
        ada.post(&submit, declared()).await.is_problem(409, "rule-not-met").names(&["/lines"]);
    }
);

story!(
    async fn what_is_found_says_what_was_compared(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let first = app.authorised(&ada, &appointment, json!([miles(100), half_days(1)])).await;
        // The same again, farther than agreed, and a day beside half a day.
        let day = json!({ "expenseType": "involvementPayment", "quantityTenths": 10, "unit": "day" });
        let second = app.claimed(&ada, &appointment, json!([miles(131), half_days(1), day])).await;
        let found = ada.get(&second).await.is(200);
        assert_eq!(codes(&found), ["distance", "duplicate", "halfAndFullDay", "moreThanADay"]);
        assert_eq!(
            said(&found, "distance"),
            "13.1 miles are claimed; 10.0 miles were agreed for this appointment before, and up to 130 per cent of that \
             pass without a question"
        );
        let also = format!("involvementPayment of £76.00 for 2026-11-20 stands on claim {} too", id_of(&first));
        assert_eq!(said(&found, "duplicate"), also);
        let olu = app.officer().await;
        let confirm = format!("{second}/confirm");
        olu.post(&confirm, json!({})).await.is_problem(409, "rule-not-met").names(&["/lines/0", "/lines/1", "/lines", "/lines"]);
        let despite = json!({ "despite": "Two meetings on one day; the bridge was closed." });
        assert_eq!(olu.post(&confirm, despite).await.is(200).body["confirmedDespite"], "Two meetings on one day; the bridge was closed.");
        // What was confirmed in spite of it is agreed from now on.
        let third = app.claimed(&ada, &appointment, json!([miles(131)])).await;
        assert_eq!(codes(&ada.get(&third).await.is(200)), ["duplicate"]);
    }
);

story!(
    async fn dates_and_hours_are_looked_at(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let new = json!({ "appointmentId": id_of(&appointment), "activityDate": "2026-08-20", "tenthHours": 50, "lines": [half_days(1)] });
        let draft = ada.post("/v1/claims", new).await.is(201);
        let sent = ada.post(&format!("{}/submit", draft.header("location")), declared()).await.is(200);
        assert_eq!(codes(&sent), ["duration", "late", "outsideTerm"]);
        assert_eq!(said(&sent, "duration"), "half a day is claimed, and 5.0 hours are more: half a day goes up to 4.0");
        assert_eq!(said(&sent, "late"), "the activity was on 20 August 2026, and claims are sent within 3 months");
        let parking = app.claimed(&ada, &appointment, json!([{ "expenseType": "parking", "amountPence": 300 }])).await;
        let parking = ada.get(&parking).await.is(200);
        assert_eq!(codes(&parking), ["missingReceipt", "notCovered"]);
    }
);

story!(
    async fn some_costs_are_agreed_beforehand_or_let_pass_by_name(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let (olu, lunch) = (app.officer().await, json!({ "expenseType": "subsistence", "amountPence": 1200 }));
        let without = app.claimed(&ada, &appointment, json!([lunch])).await;
        let found = ada.get(&without).await.is(200);
        assert_eq!(codes(&found), ["missingReceipt", "missingPriorApproval", "overCap", "notCovered"]);
        assert_eq!(said(&found, "overCap"), "£12.00 is claimed, and £10.00 is the limit of the rate card");
        for of in ["receipt", "priorApproval", "cap"] {
            passed(app, &without, 0, of).await;
        }
        let let_pass = ada.get(&without).await.is(200);
        assert_eq!(codes(&let_pass), ["notCovered"]);
        assert_eq!(let_pass.body["lines"][0]["overrides"][0]["reason"], "cashFlow");

        let asked = json!({ "appointmentId": id_of(&appointment), "expenseType": "subsistence", "mostPence": 1500, "purpose": "A long day." });
        let asked = ada.post("/v1/prior-approvals", asked).await.is(201);
        let mut with = lunch.clone();
        with["priorApprovalId"] = json!(asked.id());
        with["amountPence"] = json!(1400);
        let claim = claimed_today(&ada, &appointment, json!([with])).await;
        assert!(codes(&ada.get(&claim).await.is(200)).contains(&"missingPriorApproval"), "asked for is not agreed");
        ada.step(&format!("{}/approve", asked.header("location"))).await.is_problem(403, "insufficient-scope");
        olu.step(&format!("{}/approve", asked.header("location"))).await.is(200);
        passed(app, &claim, 0, "receipt").await;
        assert_eq!(codes(&ada.get(&claim).await.is(200)), ["notCovered"]);
        let again = app.claimed(&ada, &appointment, json!([with])).await;
        assert!(codes(&ada.get(&again).await.is(200)).contains(&"approvalUsed"));
    }
);

story!(
    async fn what_is_booked_directly_is_not_claimed(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let asked = json!({ "appointmentId": id_of(&appointment), "expenseType": "taxi", "mostPence": 2400,
            "purpose": "Nobody should have to find the money first.", "arrangement": "bookedDirectly" });
        let asked = ada.post("/v1/prior-approvals", asked).await.is(201);
        let olu = app.officer().await;
        let path = asked.header("location");
        olu.post(&format!("{path}/decline"), json!({})).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        olu.step(&format!("{path}/approve")).await.is(200);
        olu.post(&format!("{path}/decline"), json!({ "reason": "Too late." })).await.is_problem(409, "transition-not-allowed");
        let taxi = json!([{ "expenseType": "taxi", "amountPence": 2000, "priorApprovalId": asked.id() }]);
        let claim = claimed_today(&ada, &appointment, taxi).await;
        passed(app, &claim, 0, "receipt").await;
        assert_eq!(codes(&ada.get(&claim).await.is(200)), ["approvalUsed"]);
        olu.post(&format!("{claim}/confirm"), json!({ "despite": "So be it." })).await.is_problem(409, "rule-not-met").names(&["/lines/0"]);
    }
);

story!(
    async fn a_question_goes_to_the_partner_and_the_claim_starts_again(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let (olu, farah) = (app.officer().await, app.finance().await);
        let path = app.claimed(&ada, &appointment, json!([bus(320)])).await;
        passed(app, &path, 0, "receipt").await;
        olu.post(&format!("{path}/confirm"), json!({})).await.is(200);
        let queried = farah.post(&format!("{path}/query"), json!({ "question": "There and back?" })).await.is(200);
        assert_eq!((&queried.body["status"], &queried.body["confirmedById"]), (&json!("queried"), &Value::Null));
        assert!(app.told(&queried.body["partnerId"]).await.contains(&"claim-queried".to_owned()));
        let changed = ada.patch(&path, queried.etag(), json!({ "lines": [bus(640)] })).await.is(200);
        assert_eq!((&changed.body["totalPence"], &changed.body["lines"][0]["overrides"]), (&json!(640), &json!([])));
        let mut answer = declared();
        answer["answer"] = json!("Yes, both ways.");
        let again = ada.post(&format!("{path}/submit"), answer).await.is(200);
        assert_eq!(again.body["queries"][0]["answer"], "Yes, both ways.");
        assert_eq!(again.body["submittedAt"], queried.body["submittedAt"], "the clock goes on");
        farah.step(&format!("{path}/authorise")).await.is_problem(409, "transition-not-allowed");
        ada.patch(&path, "*", json!({ "lines": [] })).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn a_rejection_says_why_and_whom_to_ask(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let path = app.claimed(&ada, &appointment, json!([bus(320)])).await;
        let reject = format!("{path}/reject");
        let olu = app.officer().await;
        olu.post(&reject, json!({})).await.is_problem(422, "invalid-fields").names(&["/appealContact", "/reason"]);
        let why = json!({ "reason": "The meeting was cancelled.", "appealContact": "Engagement team, 01253 300000" });
        olu.post(&reject, why).await.is(200);
        let read = ada.get(&path).await.is(200);
        assert_eq!((&read.body["status"], &read.body["appealContact"]), (&json!("rejected"), &json!("Engagement team, 01253 300000")));
        ada.step(&format!("{path}/withdraw")).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn a_partner_takes_a_claim_back_until_it_is_confirmed(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let path = app.claimed(&ada, &appointment, json!([bus(320)])).await;
        assert_eq!(ada.step(&format!("{path}/withdraw")).await.is(200).body["status"], "withdrawn");
        let done = app.authorised_bus(&ada, &appointment).await;
        ada.step(&format!("{done}/withdraw")).await.is_problem(409, "transition-not-allowed");
    }
);

impl TestApp {
    async fn authorised_bus(&self, ada: &Person, appointment: &str) -> String {
        let path = self.claimed(ada, appointment, json!([bus(500)])).await;
        passed(self, &path, 0, "receipt").await;
        self.officer()
            .await
            .post(&format!("{path}/confirm"), json!({}))
            .await
            .is(200);
        self.finance()
            .await
            .step(&format!("{path}/authorise"))
            .await
            .is(200);
        path
    }
}

story!(
    async fn a_lead_confirms_what_was_claimed_in_their_own_workstream(app) {
        let lena = app.lead().await;
        let lead_id = app.user_id("lena", Role::WorkstreamLead).await;
        let stroke = json!({ "name": "Stroke", "purpose": "Care after a stroke.", "leadId": lead_id });
        let stroke = app.admin().await.post("/v1/workstreams", stroke).await.is(201);
        let (ada, elsewhere) = app.inducted("ada").await;
        let role = app.published(json!({ "workstreamId": stroke.id(), "title": "Stroke partner" })).await;
        let here = app.inducted_at(&role, &ada).await;
        let draft = app.drafted_claim(&ada, &here, json!([bus(320)])).await;
        lena.get(draft.header("location")).await.is_problem(404, "not-found");
        let (hers, other) = (
            app.claimed(&ada, &here, json!([bus(310)])).await, app.claimed(&ada, &elsewhere, json!([bus(330)])).await,
        );
        assert_eq!(lena.get("/v1/claims").await.is(200).body["items"].as_array().unwrap().len(), 1);
        lena.post(&format!("{other}/confirm"), json!({})).await.is_problem(404, "not-found");
        lena.post(&format!("{hers}/override"), json!({ "line": 0, "of": "receipt", "reason": "noneGiven" })).await.is(200);
        lena.post(&format!("{hers}/confirm"), json!({})).await.is(200);
        lena.patch(&hers, "*", json!({ "lines": [] })).await.is_problem(403, "insufficient-scope");
        // Who leads and is a partner too makes claims in their own name only.
        let both = app.acting_as("lena", &[Role::WorkstreamLead, Role::Partner], "RXL").await;
        let new = json!({ "appointmentId": id_of(&here), "activityDate": "2026-11-20", "lines": [] });
        both.post("/v1/claims", new).await.is_problem(422, "invalid-fields").names(&["/appointmentId"]);
        both.step(&format!("{hers}/withdraw")).await.is_problem(404, "not-found");
    }
);

story!(
    async fn claims_are_for_roles_whose_induction_has_started(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, ada) = app.applicant(&opportunity, json!({})).await;
        let olu = app.officer().await;
        app.decide_all(&olu, applied.header("location"), crate::harness::applicants::TO_AN_OFFER).await;
        let accepted = ada.step(&format!("{}/accept", applied.header("location"))).await.is(200);
        let term = json!({ "applicationId": accepted.id(), "startsOn": "2026-09-01", "reviewOn": "2027-03-01" });
        let appointment = olu.post("/v1/appointments", term).await.is(201);
        let new = json!({ "appointmentId": appointment.id(), "activityDate": "2026-11-20", "lines": [bus(100)] });
        ada.post("/v1/claims", new.clone()).await.is_problem(409, "rule-not-met").names(&["/appointmentId"]);
        let path = appointment.header("location");
        olu.step(&format!("{path}/start-induction")).await.is(200);
        ada.post("/v1/claims", new.clone()).await.is(201);
        olu.post(&format!("{path}/end"), json!({ "reason": "roleComplete", "endedOn": "2026-11-20" })).await.is(200);
        ada.post("/v1/claims", new.clone()).await.is(201);
        let mut after = new.clone();
        after["activityDate"] = json!("2026-11-21");
        ada.post("/v1/claims", after).await.is_problem(422, "invalid-fields").names(&["/activityDate"]);
        // Somebody else's role is none.
        let (bea, _) = app.partner("bea").await;
        bea.post("/v1/claims", new.clone()).await.is_problem(422, "invalid-fields").names(&["/appointmentId"]);
        app.stranger().await.post("/v1/claims", new).await.is_problem(422, "invalid-fields").names(&["/appointmentId"]);
    }
);

story!(
    async fn claims_are_seen_by_those_who_deal_with_them_and_each_read_is_recorded(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let path = app.claimed(&ada, &appointment, json!([bus(320)])).await;
        let (bea, _) = app.partner("bea").await;
        bea.get(&path).await.is_problem(404, "not-found");
        assert_eq!(bea.get("/v1/claims").await.is(200).body["items"], json!([]));
        app.stranger().await.get(&path).await.is_problem(404, "not-found");
        app.user("anil", Role::Analyst, "RXL").await.get(&path).await.is_problem(403, "insufficient-scope");
        app.finance().await.get(&path).await.is(200);
        app.sequenced().await;
        let claim = ada.get(&path).await.is(200);
        let partner = claim.body["partnerId"].as_str().unwrap();
        let history = ada.get(&format!("/v1/partners/{partner}/history?limit=200")).await.is(200);
        let read = history.body["items"].as_array().unwrap().iter().filter(|one| one["action"] == "claim.read");
        assert!(read.count() >= 1, "{:#}", history.body);
        let late = app.officer().await.get("/v1/claims?sort=due&unpaidDueBefore=2027-01-01").await.is(200);
        assert_eq!(late.body["items"].as_array().unwrap().len(), 1);
        let none = app.officer().await.get("/v1/claims?unpaidDueBefore=2026-12-18").await.is(200);
        assert_eq!(none.body["items"], json!([]));
    }
);

story!(
    async fn an_officer_claims_for_somebody_who_sends_paper(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let olu = app.officer().await;
        let new = json!({ "appointmentId": id_of(&appointment), "activityDate": "2026-11-20", "payeeReference": "SUP-1907",
            "lines": [bus(320)] });
        let draft = olu.post("/v1/claims", new).await.is(201);
        olu.post(&format!("{}/submit", draft.header("location")), declared()).await.is(200);
        let hers = ada.get("/v1/claims").await.is(200);
        assert_eq!(hers.body["items"][0]["payeeReference"], "SUP-1907");
    }
);

story!(
    async fn money_that_is_owed_is_paid_before_somebody_is_forgotten(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let path = app.claimed(&ada, &appointment, json!([{ "expenseType": "publicTransport", "amountPence": 320, "note": "From my sister's." }])).await;
        let claim = ada.get(&path).await.is(200);
        let partner = format!("/v1/partners/{}", claim.body["partnerId"].as_str().unwrap());
        app.officer().await.post(&format!("{partner}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        let (idris, ivy) = (app.user("idris", Role::IgLead, "RXL").await, app.user("ivy", Role::IgLead, "RXL").await);
        idris.post(&format!("{partner}/propose-erasure"), json!({ "reason": "They asked for it." })).await.is(200);
        ivy.step(&format!("{partner}/anonymise")).await.is_problem(409, "rule-not-met").names(&["/claims"]);
        let why = json!({ "reason": "Not there.", "appealContact": "Olu" });
        app.officer().await.post(&format!("{path}/reject"), why).await.is(200);
        ivy.step(&format!("{partner}/anonymise")).await.is(200);
        let kept = app.officer().await.get(&path).await.is(200);
        assert_eq!((&kept.body["expensesPence"], &kept.body["lines"][0]["note"]), (&json!(320), &Value::Null));
        assert_eq!(kept.body["rejectReason"], Value::Null);
    }
);

/// A form with a ticket.
fn ticket(text: &str) -> Form {
    Form::new().file("ticket.txt", Some("text/plain"), text.as_bytes())
}

story!(
    async fn a_receipt_belongs_to_a_line_of_its_own_claim(app) {
        let (ada, appointment) = app.inducted("ada").await;
        let draft = app.drafted_claim(&ada, &appointment, json!([bus(320), bus(410)])).await;
        let path = draft.header("location");
        let receipts = format!("{path}/receipts");
        ada.upload(&receipts, ticket("x").field("line", "2")).await.is_problem(422, "invalid-fields").names(&["/line"]);
        let first = ada.upload(&receipts, ticket("The first.").field("line", "0")).await.is(201);
        let second = ada.upload(&receipts, ticket("The second.")).await.is(201);
        let read = ada.get(path).await.is(200);
        assert_eq!((&read.body["lines"][0]["receiptId"], &read.body["lines"][1]["receiptId"]), (&first.body["id"], &Value::Null));
        let sent = ada.post(&format!("{path}/submit"), declared()).await.is(200);
        assert_eq!((codes(&sent), &sent.body["findings"][0]["line"]), (vec!["missingReceipt"], &json!(1)));
        // What comes by post is put to the claim by staff, while it waits.
        let olu = app.officer().await;
        olu.upload(&receipts, ticket("By post.").field("line", "1")).await.is(201);
        assert_eq!(codes(&ada.get(path).await.is(200)), Vec::<&str>::new());
        let file = olu.get(&format!("{}/content", first.header("location"))).await.is(200);
        assert_eq!((file.bytes.as_slice(), file.header("content-type")), (&b"The first."[..], "text/plain; charset=utf-8"));
        olu.post(&format!("{path}/confirm"), json!({})).await.is(200);
        ada.upload(&receipts, ticket("Late.")).await.is_problem(409, "transition-not-allowed");
        // Another claim's receipt is none, nor is another partner's.
        let other = app.drafted_claim(&ada, &appointment, json!([])).await;
        let mut line = bus(320);
        line["receiptId"] = second.body["id"].clone();
        ada.patch(other.header("location"), "*", json!({ "lines": [line] })).await
            .is_problem(422, "invalid-fields").names(&["/lines/0/receiptId"]);
        let (bea, _) = app.partner("bea").await;
        for path in [first.header("location").to_owned(), format!("{}/content", first.header("location")), receipts.clone()] {
            bea.get(&path).await.is_problem(404, "not-found");
            app.stranger().await.get(&path).await.is_problem(404, "not-found");
        }
        assert_eq!(ada.get(&receipts).await.is(200).body["items"].as_array().unwrap().len(), 3);
    }
);
