//! Payment exports: each authorised claim goes out once, and what went out stays as it was.

use std::collections::BTreeSet;

use equal_partners::access::Role;
use equal_partners::claims::entity as claim;
use equal_partners::claims::{ClaimId, Status};
use equal_partners::http::plain;
use equal_partners::store::{Authority, Event};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sea_orm::IntoActiveModel;
use serde_json::{Value, json};

use crate::harness::claims::declared;
use crate::harness::{Answer, Person, TestApp, story};

fn printing(pence: i32) -> Value {
    json!([{ "expenseType": "involvementPayment", "quantityTenths": 10, "unit": "halfDay" },
        { "expenseType": "mileageCar", "quantityTenths": pence }])
}

/// The rows of an export's file, each cell as it was stored.
fn rows(file: &Answer) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(&file.bytes[..]);
    assert_eq!(&reader.headers().unwrap()[0], "claimId");
    reader
        .records()
        .map(|row| {
            row.unwrap()
                .iter()
                .map(|cell| plain(cell).to_owned())
                .collect()
        })
        .collect()
}

async fn file(finance: &Person, export: &Answer) -> Answer {
    finance
        .get(&format!("{}/content", export.header("location")))
        .await
        .is(200)
}

/// What an export says it comes to, and what its claims and its file come to.
async fn sums(finance: &Person, path: &str) -> [i64; 3] {
    let number = |value: &Value| value.as_i64().unwrap();
    let export = finance.get(path).await.is(200);
    let claims = finance
        .get(&format!("{path}/claims?limit=200"))
        .await
        .is(200);
    let claims = claims.body["items"].as_array().unwrap().iter();
    let claims = claims.map(|one| number(&one["totalPence"]) + number(&one["donatedPence"]));
    let file = finance.get(&format!("{path}/content")).await.is(200);
    let file = rows(&file)
        .into_iter()
        .map(|row| row[10].parse::<i64>().unwrap() + row[11].parse::<i64>().unwrap());
    [
        number(&export.body["totalPence"]) + number(&export.body["donatedPence"]),
        claims.sum(),
        file.sum(),
    ]
}

story!(
    async fn each_claim_is_in_one_export_however_often_and_by_how_many_it_is_asked_for(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let farah = app.finance().await;
        farah.step("/v1/payment-exports").await.is_problem(409, "rule-not-met").names(&["/claims"]);
        for at in 1..=6 {
            app.authorised(&ada, &appointment, printing(at * 10)).await;
        }
        let fred = app.user("fred", Role::FinanceApprover, "RXL").await;
        let each = (0..6).map(|at| {
            let person = if at % 2 == 0 { farah.clone() } else { fred.clone() };
            async move { person.step("/v1/payment-exports").await }
        });
        let made: Vec<Answer> = futures_util::future::join_all(each).await;
        assert!(made.iter().any(|one| one.status == 201));
        assert!(made.iter().all(|one| matches!(one.status, 201 | 409)));
        let exports = farah.get("/v1/payment-exports").await.is(200);
        let mut seen = BTreeSet::new();
        for export in exports.body["items"].as_array().unwrap() {
            let path = format!("/v1/payment-exports/{}", export["id"].as_str().unwrap());
            let claims = farah.get(&format!("{path}/claims")).await.is(200);
            for one in claims.body["items"].as_array().unwrap() {
                assert!(seen.insert(one["claimId"].as_str().unwrap().to_owned()), "a claim is in two exports");
            }
            let [said, listed, written] = sums(&farah, &path).await;
            assert_eq!((said, said), (listed, written));
        }
        assert_eq!(seen.len(), 6);
        farah.step("/v1/payment-exports").await.is_problem(409, "rule-not-met");
    }
);

story!(
    async fn what_was_authorised_is_what_is_exported_and_paid_whatever_changes_in_between(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let claim = app.authorised(&ada, &appointment, printing(100)).await;
        let farah = app.finance().await;
        let authorised = farah.get(&claim).await.is(200);
        let amounts = |body: &Value| {
            let names = ["lines", "expensesPence", "paymentsPence", "donatedPence", "totalPence", "budgetCode"];
            names.map(|name| body[name].clone())
        };
        // The partner thinks again, each way there is; the role is offered on other terms, from another budget.
        let role = format!("/v1/opportunities/{}", authorised.body["opportunityId"].as_str().unwrap());
        let after_a_change = async |choice: Value| {
            app.choose(&appointment, choice).await;
            assert_eq!(amounts(&farah.get(&claim).await.is(200).body), amounts(&authorised.body));
        };
        for choice in ["decline", "donate"] {
            after_a_change(json!({ "choice": choice })).await;
        }
        let payment = json!({ "kind": "paid", "pence": 1000, "unit": "halfDay", "expensesCovered": ["travel"] });
        app.new_terms(&role, json!({ "payment": payment, "budgetCode": "CC-9999" })).await;
        after_a_change(json!({ "choice": "acceptReduced", "reducedPence": 2000 })).await;

        let export = farah.step("/v1/payment-exports").await.is(201);
        let path = export.header("location");
        assert_eq!(export.body["totalPence"], authorised.body["totalPence"]);
        let line = farah.get(&format!("{path}/claims")).await.is(200).body["items"][0].clone();
        assert_eq!(amounts(&line)[1..], amounts(&authorised.body)[1..]);
        let [said, listed, written] = sums(&farah, path).await;
        assert_eq!((said, said), (listed, written));
        // Nor does anything change what finance has.
        after_a_change(json!({ "choice": "decline" })).await;
        farah.post(&format!("{path}/mark-paid"), json!({ "paidOn": "2026-11-22" })).await.is(200);
        after_a_change(json!({ "choice": "accept" })).await;
        assert_eq!(sums(&farah, path).await, [said; 3]);
    }
);

story!(
    async fn an_export_is_paid_once_and_every_claim_with_it(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let claim = app.authorised(&ada, &appointment, printing(100)).await;
        let farah = app.finance().await;
        let export = farah.step("/v1/payment-exports").await.is(201);
        let pay = format!("{}/mark-paid", export.header("location"));
        for day in ["2026-11-21", "2026-11-23"] {
            farah.post(&pay, json!({ "paidOn": day })).await.is_problem(422, "invalid-fields").names(&["/paidOn"]);
        }
        app.officer().await.post(&pay, json!({ "paidOn": "2026-11-22" })).await.is_problem(403, "insufficient-scope");
        let each = (0..3).map(|_| farah.post(&pay, json!({ "paidOn": "2026-11-22" })));
        let mut statuses: Vec<u16> = futures_util::future::join_all(each).await.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409]);
        assert_eq!(ada.get(&claim).await.is(200).body["status"], "paid");
        let unpaid = farah.get("/v1/payment-exports?status=made").await.is(200);
        assert_eq!(unpaid.body["items"], json!([]));
    }
);

story!(
    async fn exports_come_in_pages(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let farah = app.finance().await;
        for at in 1..=3 {
            app.authorised(&ada, &appointment, printing(at * 10)).await;
            farah.step("/v1/payment-exports").await.is(201);
        }
        for at in 4..=6 {
            app.authorised(&ada, &appointment, printing(at * 10)).await;
        }
        let last = farah.step("/v1/payment-exports").await.is(201);
        for (list, id, count) in [
            ("/v1/payment-exports?limit=1".to_owned(), "id", 4),
            (format!("{}/claims?limit=1", last.header("location")), "claimId", 3),
        ] {
            let (mut seen, mut at) = (BTreeSet::new(), list.clone());
            loop {
                let page = farah.get(&at).await.is(200);
                seen.extend(page.body["items"].as_array().unwrap().iter().map(|one| one[id].as_str().unwrap().to_owned()));
                let Some(next) = page.body["next"].as_str() else { break };
                at = format!("{list}&after={next}");
            }
            assert_eq!(seen.len(), count, "{list}");
        }
    }
);

story!(
    async fn what_finance_is_told_is_for_finance_alone(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        app.authorised(&ada, &appointment, printing(100)).await;
        let export = app.finance().await.step("/v1/payment-exports").await.is(201);
        let path = export.header("location");
        let theirs = app.user("fred", Role::FinanceApprover, "R0A").await;
        for part in ["", "/claims", "/content"] {
            theirs.get(&format!("{path}{part}")).await.is_problem(404, "not-found");
            ada.get(&format!("{path}{part}")).await.is_problem(403, "insufficient-scope");
            app.officer().await.get(&format!("{path}{part}")).await.is_problem(403, "insufficient-scope");
        }
        theirs.step("/v1/payment-exports").await.is_problem(409, "rule-not-met");
        app.sequenced().await;
        file(&app.finance().await, &export).await;
        app.sequenced().await;
        let claims = ada.get("/v1/claims").await.is(200);
        let partner = claims.body["items"][0]["partnerId"].as_str().unwrap();
        let history = ada.get(&format!("/v1/partners/{partner}/history?limit=200")).await.is(200);
        let read = history.body["items"].as_array().unwrap().iter().any(|one| one["action"] == "paymentExport.downloaded");
        assert!(read, "{:#}", history.body);
    }
);

/// Puts many authorised claims like one that is there, with what a spreadsheet would run in them.
async fn many(app: &TestApp, like: &str, count: usize) {
    let id: ClaimId = like.rsplit('/').next().unwrap().parse().unwrap();
    let authority = Authority::system("test").within("RXL");
    let scope = authority.scope.clone();
    let store = &app.state.store;
    let row = store.reader(&scope).get(id).await.unwrap();
    assert_eq!(row.status, Status::Authorised);
    let hostile = [
        "=HYPERLINK(\"http://x.example\")",
        "+44",
        "-1+1",
        "@SUM(A1)",
        "'=1",
        " =1",
        "plain, with \"quotes\"",
    ];
    for some in (0..count).collect::<Vec<_>>().chunks(500) {
        let rows: Vec<claim::ActiveModel> = some
            .iter()
            .map(|at| {
                let reference = hostile[at % hostile.len()].to_owned();
                let row = claim::Model {
                    id: ClaimId::new(),
                    payee_reference: Some(reference),
                    ..row.clone()
                };
                row.into_active_model()
            })
            .collect();
        let wrote = store.write(&authority, async |work| {
            work.add_all::<claim::Entity>(rows).await?;
            Ok(((), Event::all("test.claimed")))
        });
        wrote.await.unwrap();
    }
}

story!(
    async fn ten_thousand_claims_go_out_in_one_file_that_runs_nothing(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let like = app.authorised(&ada, &appointment, printing(100)).await;
        many(app, &like, 10_004).await;
        let farah = app.finance().await;
        let export = farah.step("/v1/payment-exports").await.is(201);
        assert_eq!((&export.body["claims"], &export.body["totalPence"]), (&json!(10_000), &json!(10_000 * (7600 + 450))));
        let file = file(&farah, &export).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"payment-export-{}.csv\"", export.id()));
        assert!(!file.headers.contains_key("content-length"), "it was whole before it was sent");
        let read = rows(&file);
        assert_eq!(read.len(), 10_000);
        let ids: BTreeSet<&String> = read.iter().map(|row| &row[0]).collect();
        assert_eq!(ids.len(), 10_000);
        assert_eq!(read.iter().map(|row| row[11].parse::<i64>().unwrap()).sum::<i64>(), 10_000 * (7600 + 450));
        let stored: BTreeSet<&str> = read.iter().map(|row| row[3].as_str()).collect();
        for reference in ["=HYPERLINK(\"http://x.example\")", "+44", "-1+1", "@SUM(A1)", "'=1", " =1", "plain, with \"quotes\""] {
            assert!(stored.contains(reference), "{reference} did not come back: {stored:?}");
        }
        // Nothing runs as it is written.
        let mut raw = csv::Reader::from_reader(&file.bytes[..]);
        for row in raw.records() {
            for cell in &row.unwrap() {
                assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
            }
        }
        // The rest waits for the next one.
        let rest = farah.step("/v1/payment-exports").await.is(201);
        assert_eq!(rest.body["claims"], 5);
        let paid = json!({ "paidOn": "2026-11-22" });
        farah.post(&format!("{}/mark-paid", export.header("location")), paid).await.is(200);
    }
);

/// What anybody may try after claims went out.
#[derive(Clone, Debug)]
enum Try {
    Step(usize, &'static str),
    Lines(usize, i32),
    Rates(i32),
    Choose(&'static str),
    Claim(i32),
    Export,
    Paid(usize),
    End,
    Merge,
}

const CHOICES: &[&str] = &["accept", "decline", "donate"];
const VERBS: &[&str] = &[
    "submit",
    "query",
    "override",
    "confirm",
    "authorise",
    "reject",
    "withdraw",
];

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        4 => (0..3usize, prop::sample::select(VERBS)).prop_map(|(at, verb)| Try::Step(at, verb)),
        2 => (0..3usize, 1..900i32).prop_map(|(at, tenths)| Try::Lines(at, tenths)),
        1 => (1..90i32).prop_map(Try::Rates),
        1 => prop::sample::select(CHOICES).prop_map(Try::Choose),
        2 => (1..900i32).prop_map(Try::Claim),
        1 => Just(Try::Export),
        1 => (0..2usize).prop_map(Try::Paid),
        1 => Just(Try::End),
        1 => Just(Try::Merge),
    ];
    prop::collection::vec(one, 4..14)
}

/// Whoever could do it does it; whether it is allowed is not asked.
async fn attempt(
    app: &TestApp,
    one: &Try,
    ada: &Person,
    appointment: &str,
    partner: &str,
    claims: &[String],
    exports: &[String],
) {
    let all = app.everybody().await;
    let farah = app.finance().await;
    match one {
        Try::Step(at, verb) => {
            let path = format!("{}/{verb}", claims[at % claims.len()]);
            let body = match *verb {
                "submit" => declared(),
                "query" => json!({ "question": "Is it right?" }),
                "override" => json!({ "line": 0, "of": "cap", "reason": "urgent" }),
                "confirm" => json!({ "despite": "It is right." }),
                "reject" => json!({ "reason": "It is wrong.", "appealContact": "Olu" }),
                _ => Value::Null,
            };
            match body {
                Value::Null => drop(all.step(&path).await),
                body => drop(all.post(&path, body).await),
            }
        }
        Try::Lines(at, tenths) => {
            let lines =
                json!({ "lines": [{ "expenseType": "mileageCar", "quantityTenths": tenths }] });
            ada.patch(&claims[at % claims.len()], "*", lines).await;
        }
        Try::Rates(car) => {
            let cards = farah.get("/v1/rate-cards?status=published").await;
            if let Some(card) = cards.body["items"][0]["id"].as_str() {
                farah
                    .post(
                        &format!("/v1/rate-cards/{card}/end"),
                        json!({ "validTo": "2026-11-22" }),
                    )
                    .await;
            }
            let card = json!({ "name": "Other rates", "validFrom": "2026-11-23",
                "rates": [{ "expenseType": "mileageCar", "unit": "mile", "pence": car }] });
            let card = farah.post("/v1/rate-cards", card).await;
            farah
                .step(&format!("{}/publish", card.header("location")))
                .await;
        }
        Try::Choose(choice) => {
            let body = json!({ "choice": choice, "benefitsInfoGiven": true });
            ada.post(&format!("{appointment}/choose-payment"), body)
                .await;
        }
        Try::Claim(tenths) => {
            let id = appointment.rsplit('/').next();
            let new = json!({ "appointmentId": id, "activityDate": "2026-11-20", "lines": printing(*tenths) });
            let claim = ada.post("/v1/claims", new).await;
            if claim.status == 201 {
                let path = claim.header("location");
                ada.post(&format!("{path}/submit"), declared()).await;
                app.officer()
                    .await
                    .post(&format!("{path}/confirm"), json!({ "despite": "Right." }))
                    .await;
                farah.step(&format!("{path}/authorise")).await;
            }
        }
        Try::Export => drop(farah.step("/v1/payment-exports").await),
        Try::Paid(at) => {
            let path = format!("{}/mark-paid", exports[at % exports.len()]);
            farah.post(&path, json!({ "paidOn": "2026-11-22" })).await;
        }
        Try::End => {
            app.officer()
                .await
                .post(&format!("{partner}/end"), json!({ "reason": "ownChoice" }))
                .await;
        }
        Try::Merge => {
            let new = json!({ "givenName": "Ada", "familyName": "Again", "telephone": "01253 300000", "over16": true });
            let other = app.officer().await.post("/v1/partners", new).await.is(201);
            let body =
                json!({ "duplicateId": partner.rsplit('/').next(), "identityChecked": true });
            all.post(&format!("{}/merge", other.header("location")), body)
                .await;
        }
    }
}

story!(
    async fn no_sequence_of_operations_changes_a_total_that_went_out(app) {
        app.rates("2026-04-06", None, 45).await;
        let mut runner = TestRunner::deterministic();
        let farah = app.finance().await;
        for round in 0..6 {
            let (ada, appointment) = app.inducted(&format!("ada{round}")).await;
            let (mut claims, mut exports) = (Vec::new(), Vec::new());
            for at in 1..=2 {
                claims.push(app.authorised(&ada, &appointment, printing(at * 70)).await);
                let export = farah.step("/v1/payment-exports").await.is(201);
                exports.push(export.header("location").to_owned());
            }
            claims.push(app.claimed(&ada, &appointment, printing(30)).await);
            let first = ada.get(&claims[0]).await.is(200);
            let partner = format!("/v1/partners/{}", first.body["partnerId"].as_str().unwrap());
            let mut before = Vec::new();
            for path in &exports {
                before.push(sums(&farah, path).await);
            }
            let sequence = tries().new_tree(&mut runner).unwrap().current();
            for one in &sequence {
                attempt(app, one, &ada, &appointment, &partner, &claims, &exports).await;
                for (path, sums_before) in exports.iter().zip(&before) {
                    assert_eq!(sums(&farah, path).await, *sums_before, "after {one:?} of {sequence:?}");
                }
            }
        }
    }
);
