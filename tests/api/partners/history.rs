//! Who looked at a partner's data, and who changed it.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, story};

fn actions(answer: &Answer) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    answer.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (word(&one["action"]), word(&one["name"])))
        .collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

story!(
    async fn a_partner_sees_who_looked_and_who_changed_what(app) {
        let (ada, path) = app.partner("ada").await;
        let olu = app.officer().await;
        olu.get(&path).await.is(200);
        olu.get("/v1/partners").await.is(200);
        olu.patch(&path, "*", json!({ "skills": ["mathematics"] })).await.is(200);
        let history = ada.get(&format!("{path}/history")).await.is(200);
        assert_eq!(actions(&history), pairs(&[
            ("partner.changed", "olu"), ("partner.listed", "olu"), ("partner.read", "olu"),
            ("partner.activated", "olu"), ("partner.registered", "ada"),
        ]));
        assert_eq!(history.body["items"][0]["fields"], json!(["skills"]));
        assert_eq!(history.body["items"][0]["kind"], "write");
        assert_eq!(history.body["items"][1]["kind"], "access");
    }
);

story!(
    async fn the_history_comes_in_pages_and_is_part_of_itself(app) {
        let (ada, path) = app.partner("ada").await;
        let address = format!("{path}/history?limit=1");
        let first = ada.get(&address).await.is(200);
        assert_eq!(actions(&first), pairs(&[("partner.activated", "olu")]));
        let next = format!("{address}&after={}", first.body["next"].as_str().unwrap());
        assert_eq!(actions(&ada.get(&next).await.is(200)), pairs(&[("partner.registered", "ada")]));
        assert_eq!(actions(&ada.get(&address).await.is(200)), pairs(&[("partner.historyRead", "ada")]));
        let (bea, other) = app.partner("bea").await;
        let foreign = format!("{other}/history?limit=1&after={}", first.body["next"].as_str().unwrap());
        bea.get(&foreign).await.is_problem(400, "invalid-cursor");
    }
);

story!(
    async fn the_history_is_for_the_partner_and_for_those_who_answer_for_it(app) {
        let (_, path) = app.partner("ada").await;
        let history = format!("{path}/history");
        app.admin().await.get(&history).await.is(200);
        app.user("ivan", Role::IgLead, "RXL").await.get(&history).await.is(200);
        app.officer().await.get(&history).await.is_problem(403, "insufficient-scope");
        app.stranger().await.get(&history).await.is_problem(404, "not-found");
        let (bea, _) = app.partner("bea").await;
        bea.get(&history).await.is_problem(404, "not-found");
    }
);

story!(
    async fn a_proposal_is_not_in_the_partners_own_history_before_it_is_confirmed(app) {
        let (ada, path) = app.partner("ada").await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let (propose, withdraw) = (format!("{path}/propose-suspension"), format!("{path}/withdraw-suspension-proposal"));
        let history = format!("{path}/history");
        let told = async |who: &crate::harness::Person| -> Vec<String> {
            let all = actions(&who.get(&history).await.is(200));
            all.into_iter().map(|(action, _)| action).filter(|action| action.contains("uspen") || action.contains("rasure")).collect()
        };
        let why = json!({ "reason": "Conduct." });
        olu.post(&propose, why.clone()).await.is(200);
        assert_eq!(told(&ada).await, Vec::<String>::new());
        assert_eq!(told(&amina).await, ["partner.suspensionProposed"]);
        olu.step(&withdraw).await.is(200);
        olu.post(&propose, why.clone()).await.is(200);
        assert_eq!(told(&ada).await, Vec::<String>::new());
        amina.step(&format!("{path}/suspend")).await.is(200);
        assert_eq!(told(&ada).await, ["partner.suspended", "partner.suspensionProposed"]);
        olu.post(&format!("{path}/end"), json!({ "reason": "conduct" })).await.is(200);
        let ivan = app.user("ivan", Role::IgLead, "RXL").await;
        ivan.post(&format!("{path}/propose-erasure"), why).await.is(200);
        assert_eq!(told(&ada).await, ["partner.suspended", "partner.suspensionProposed"]);
        assert_eq!(told(&amina).await.len(), 5);
    }
);
