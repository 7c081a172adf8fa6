//! Rate cards: one counts on each day, and what was published stays as it was.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, Person, story};

fn card(from: &str, to: Option<&str>) -> Value {
    json!({ "name": format!("Rates from {from}"), "validFrom": from, "validTo": to, "rates": [
        { "expenseType": "mileageCar", "unit": "mile", "pence": 45 }
    ] })
}

async fn drafted(person: &Person, from: &str, to: Option<&str>) -> Answer {
    person.post("/v1/rate-cards", card(from, to)).await.is(201)
}

async fn publish(person: &Person, card: &Answer) -> Answer {
    let path = format!("{}/publish", card.header("location"));
    person.step(&path).await
}

story!(
    async fn one_card_counts_on_each_day(app) {
        let farah = app.finance().await;
        let first = drafted(&farah, "2026-04-06", Some("2027-04-05")).await;
        publish(&farah, &first).await.is(200);
        for (from, to) in [("2027-04-05", None), ("2020-01-01", None), ("2026-12-01", Some("2026-12-02"))] {
            let other = drafted(&farah, from, to).await;
            publish(&farah, &other).await.is_problem(409, "rule-not-met").names(&["/validFrom"]);
        }
        let next = drafted(&farah, "2027-04-06", None).await;
        publish(&farah, &next).await.is(200);
        let on = farah.get("/v1/rate-cards?status=published&on=2027-04-06").await.is(200);
        assert_eq!(on.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(on.body["items"][0]["id"], next.body["id"]);
    }
);

story!(
    async fn two_cards_for_the_same_days_are_not_both_published(app) {
        let farah = app.finance().await;
        let mut cards = Vec::new();
        for _ in 0..4 {
            cards.push(drafted(&farah, "2026-04-06", None).await);
        }
        let each = cards.iter().map(|card| publish(&farah, card));
        let mut statuses: Vec<u16> = futures_util::future::join_all(each).await.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409]);
    }
);

story!(
    async fn what_is_published_stays_and_ends_earlier_at_the_most(app) {
        let farah = app.finance().await;
        let card = drafted(&farah, "2026-04-06", Some("2027-04-05")).await;
        let path = card.header("location");
        farah.patch(path, card.etag(), json!({ "rates": [] })).await.is(200);
        publish(&farah, &card).await.is_problem(409, "rule-not-met").names(&["/rates"]);
        let rates = json!({ "rates": [{ "expenseType": "mileageCar", "unit": "mile", "pence": 45 }] });
        farah.patch(path, "*", rates.clone()).await.is(200);
        publish(&farah, &card).await.is(200);
        farah.patch(path, "*", rates).await.is_problem(409, "transition-not-allowed");
        let end = async |day: &str| farah.post(&format!("{path}/end"), json!({ "validTo": day })).await;
        for wrong in ["2026-04-01", "2026-11-21", "2027-04-06"] {
            end(wrong).await.is_problem(422, "invalid-fields").names(&["/validTo"]);
        }
        assert_eq!(end("2026-12-31").await.is(200).body["validTo"], "2026-12-31");
        farah.step(&format!("{path}/withdraw")).await.is_problem(409, "rule-not-met").names(&["/validFrom"]);
        let later = drafted(&farah, "2027-01-01", None).await;
        publish(&farah, &later).await.is(200);
        farah.step(&format!("{}/withdraw", later.header("location"))).await.is(200);
        let again = drafted(&farah, "2027-01-01", None).await;
        publish(&farah, &again).await.is(200);
    }
);

story!(
    async fn a_card_says_what_can_be_paid(app) {
        let farah = app.finance().await;
        let mut new = card("2026-04-06", Some("2026-04-05"));
        new["rates"] = json!([
            { "expenseType": "mileageCar", "unit": "mile", "pence": 45 },
            { "expenseType": "mileageCar", "unit": "mile", "pence": 40 },
            { "expenseType": "taxi", "unit": "task", "pence": 40 },
            { "expenseType": "mileageBicycle", "unit": "hour", "pence": 40 },
            { "expenseType": "involvementPayment", "unit": "halfDay", "pence": 7500 },
        ]);
        new["caps"] = json!([{ "expenseType": "mileageCar", "mostPence": 1 }]);
        farah.post("/v1/rate-cards", new).await.is_problem(422, "invalid-fields").names(&[
            "/caps/0/expenseType", "/rates/1", "/rates/2/expenseType", "/rates/3/unit", "/rates/4/roleLevel", "/validTo",
        ]);
    }
);

story!(
    async fn partners_look_up_what_counts_and_nobody_elses(app) {
        let farah = app.finance().await;
        let card = drafted(&farah, "2026-04-06", None).await;
        let (ada, _) = app.partner("ada").await;
        assert_eq!(ada.get("/v1/rate-cards").await.is(200).body["items"], json!([]));
        publish(&farah, &card).await.is(200);
        assert_eq!(ada.get(card.header("location")).await.is(200).body["status"], "published");
        ada.step(&format!("{}/withdraw", card.header("location"))).await.is_problem(403, "insufficient-scope");
        let theirs = app.user("fred", Role::FinanceApprover, "R0A").await;
        theirs.get(card.header("location")).await.is_problem(404, "not-found");
        assert_eq!(theirs.get("/v1/rate-cards").await.is(200).body["items"], json!([]));
    }
);
