//! The lifecycle over HTTP: walks at random, in which the service says of each step what the table says.

use equal_partners::applications::Status;
use equal_partners::lifecycle::Lifecycle;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::story;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Every verb of the table that has a route below an application.
fn verbs() -> Vec<&'static str> {
    let mut verbs: Vec<_> = Status::STEPS.iter().map(|step| step.verb).collect();
    verbs.sort_unstable();
    verbs.dedup();
    verbs.retain(|verb| !["change", "appoint", "close-round"].contains(verb));
    verbs
}

fn status(word: &Value) -> Status {
    serde_json::from_value(word.clone()).unwrap()
}

story!(
    async fn the_service_takes_the_steps_of_the_table_and_no_others(app) {
        let opportunity = app.published(json!({ "places": 100 })).await;
        let (olu, verbs, mut dice) = (app.officer().await, verbs(), Dice(20_261_122));
        let mut visited = std::collections::BTreeSet::new();
        for walk in 0..8 {
            let mut sent = walk % 2 == 0;
            let draft = json!({ "submit": sent });
            let (applied, ada) = app.applicant(&opportunity, draft).await;
            let path = applied.header("location").to_owned();
            let mut present = status(&applied.body["status"]);
            for _ in 0..24 {
                visited.insert(present);
                // Two steps of three are possible ones, so that walks get somewhere.
                let possible: Vec<_> = present.allowed().into_iter().filter(|verb| verbs.contains(verb)).collect();
                let verb = match dice.throw(3) {
                    0 => verbs[dice.throw(verbs.len())],
                    _ if possible.is_empty() => break,
                    _ => possible[dice.throw(possible.len())],
                };
                // A walk that withdraws early sees little.
                if verb == "withdraw" && dice.throw(4) != 0 {
                    continue;
                }
                let answer = match verb {
                    "submit" | "accept" | "decline" | "withdraw" => ada.step(&format!("{path}/{verb}")).await,
                    _ => app.decide(&olu, &path, verb).await,
                };
                // The panel is not told of what was never sent.
                if !sent && !["submit", "accept", "decline", "withdraw"].contains(&verb) {
                    answer.is_problem(404, "not-found");
                    continue;
                }
                match present.after(verb) {
                    Ok(next) => {
                        sent |= verb == "submit";
                        let answer = answer.is(200);
                        assert_eq!(status(&answer.body["status"]), next, "{present} {verb}");
                        assert_eq!(answer.body["statusMeaning"], next.meaning());
                        assert_eq!(answer.body["outcome"], json!(next.outcome()));
                        present = next;
                    }
                    Err(_) => {
                        let answer = answer.is_problem(409, "transition-not-allowed");
                        assert_eq!(answer.body["state"], json!(present));
                        assert_eq!(answer.body["allowed"], json!(present.allowed()));
                    }
                }
                let read = ada.request(Method::GET, &path).send().await.is(200);
                assert_eq!(status(&read.body["status"]), present, "after {verb}");
            }
        }
        assert!(visited.len() >= 10, "the walks saw {visited:?} only");
    }
);
