//! Places: never oversold, however many people answer at the same moment.

use futures_util::future::{join, join_all};
use serde_json::json;

use crate::harness::applicants::{TO_A_CHAT, TO_AN_OFFER, id_of};
use crate::harness::{Person, TestApp, story};

/// Applications that staff entered, each taken to a state by the panel; their addresses.
async fn taken(app: &TestApp, opportunity: &str, count: usize, verbs: &[&str]) -> Vec<String> {
    let olu = app.officer().await;
    let mut paths = Vec::new();
    for _ in 0..count {
        let new = app.application(opportunity, json!({ "method": "phone" }));
        let path = olu
            .post("/v1/applications", new)
            .await
            .is(201)
            .header("location")
            .to_owned();
        app.decide_all(&olu, &path, verbs).await;
        paths.push(path);
    }
    paths
}

/// All of them take a step at once, each with the next of the callers; how many got each answer.
async fn at_once(callers: &[Person], paths: &[String], verb: &str) -> (usize, usize) {
    let steps = paths.iter().enumerate().map(|(index, path)| async move {
        let answer = callers[index % callers.len()]
            .step(&format!("{path}/{verb}"))
            .await;
        match answer.status {
            200 => true,
            _ => {
                answer.is_problem(409, "no-places-left");
                false
            }
        }
    });
    let went = join_all(steps).await;
    let good = went.iter().filter(|good| **good).count();
    (good, went.len() - good)
}

async fn in_state(app: &TestApp, opportunity: &str, status: &str) -> usize {
    let list = format!(
        "/v1/applications?limit=200&status={status}&opportunityId={}",
        id_of(opportunity)
    );
    let list = app.officer().await.get(&list).await.is(200);
    list.body["items"].as_array().unwrap().len()
}

/// Twenty people whose chats were held wait for three places.
async fn twenty_for_three_places(app: &TestApp) -> (String, Vec<String>) {
    let opportunity = app.published(json!({ "places": 3 })).await;
    let paths = taken(app, &opportunity, 20, TO_A_CHAT).await;
    (opportunity, paths)
}

/// Those of the applications that hold an offer.
async fn offered(app: &TestApp, opportunity: &str) -> Vec<String> {
    let list = format!(
        "/v1/applications?limit=200&status=offered&opportunityId={}",
        id_of(opportunity)
    );
    let list = app.officer().await.get(&list).await.is(200);
    let ids = list.body["items"].as_array().unwrap().iter();
    ids.map(|one| format!("/v1/applications/{}", one["id"].as_str().unwrap()))
        .collect()
}

story!(
    async fn twenty_are_offered_three_places_at_once_and_three_get_one(app) {
        let (opportunity, paths) = twenty_for_three_places(app).await;
        let olu = app.officer().await;
        assert_eq!(at_once(std::slice::from_ref(&olu), &paths, "offer").await, (3, 17));
        let offered = offered(app, &opportunity).await;
        assert_eq!(at_once(&[olu], &offered, "accept").await, (3, 0));
        assert_eq!(in_state(app, &opportunity, "accepted").await, 3);
    }
);

story!(
    async fn places_do_not_become_fewer_than_were_promised_meanwhile(app) {
        let opportunity = app.published(json!({ "places": 4 })).await;
        let paths = taken(app, &opportunity, 4, TO_A_CHAT).await;
        let olu = app.officer().await;
        let fewer = olu.patch(&opportunity, "*", json!({ "places": 2 }));
        let callers = [olu.clone()];
        let (fewer, (good, refused)) = join(fewer, at_once(&callers, &paths, "offer")).await;
        let places = match fewer.status {
            200 => 2,
            _ => {
                fewer.is_problem(409, "rule-not-met");
                4
            }
        };
        assert!(good <= places, "{good} offers of {places} places");
        assert_eq!(good + refused, 4);
    }
);

story!(
    async fn ten_offers_of_four_places_at_once_and_four_are_made(app) {
        let opportunity = app.published(json!({ "places": 4 })).await;
        let paths = taken(app, &opportunity, 10, TO_A_CHAT).await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        assert_eq!(at_once(&[olu.clone(), amina], &paths, "offer").await, (4, 6));
        // A place that is declined can be offered again; one that is accepted cannot.
        let list = format!("/v1/applications?status=offered&sort=oldest&opportunityId={}", id_of(&opportunity));
        let offered = olu.get(&list).await.is(200);
        let path = |at: usize| format!("/v1/applications/{}", offered.body["items"][at]["id"].as_str().unwrap());
        olu.step(&format!("{}/decline", path(0))).await.is(200);
        olu.step(&format!("{}/accept", path(1))).await.is(200);
        let waiting: Vec<String> = paths.iter().filter(|one| !(0..4).any(|at| path(at) == **one)).cloned().collect();
        assert_eq!(at_once(&[olu], &waiting, "offer").await, (1, 5));
    }
);

#[actix_web::test]
async fn two_instances_do_not_oversell_either() {
    let app = TestApp::on_postgres().await;
    let (opportunity, paths) = twenty_for_three_places(&app).await;
    let other = app.another().await;
    let callers = [app.officer().await, other.officer().await];
    assert_eq!(at_once(&callers, &paths, "offer").await, (3, 17));
    let offered = offered(&other, &opportunity).await;
    assert_eq!(at_once(&callers, &offered, "accept").await, (3, 0));
    assert_eq!(in_state(&other, &opportunity, "accepted").await, 3);
    app.stop().await;
}

story!(
    async fn a_place_is_free_again_when_somebody_withdraws(app) {
        let opportunity = app.published(json!({ "places": 1 })).await;
        let paths = taken(app, &opportunity, 2, TO_A_CHAT).await;
        let olu = app.officer().await;
        let (one, two) = (&paths[0], &paths[1]);
        app.decide(&olu, one, "offer").await.is(200);
        app.decide(&olu, two, "offer").await.is_problem(409, "no-places-left");
        app.decide(&olu, two, "reserve").await.is(200);
        olu.step(&format!("{one}/accept")).await.is(200);
        app.decide(&olu, two, "offer").await.is_problem(409, "no-places-left");
        olu.step(&format!("{one}/withdraw")).await.is(200);
        app.decide(&olu, two, "offer").await.is(200);
        olu.step(&format!("{two}/accept")).await.is(200);
    }
);

story!(
    async fn nothing_is_offered_or_accepted_for_an_opportunity_that_was_taken_back(app) {
        let opportunity = app.published(json!({ "places": 3 })).await;
        let chatted = taken(app, &opportunity, 1, TO_A_CHAT).await;
        let offered = taken(app, &opportunity, 1, TO_AN_OFFER).await;
        let (olu, admin) = (app.officer().await, app.admin().await);
        let reason = json!({ "reason": "The clinic stays where it is." });
        admin.post(&format!("{opportunity}/withdraw"), reason).await.is(200);
        for (path, verb) in [(&chatted[0], "offer"), (&offered[0], "accept")] {
            let refused = olu.step(&format!("{path}/{verb}")).await.is_problem(409, "transition-not-allowed");
            assert_eq!(refused.body["state"], "roundClosed");
        }
        // Feedback is still due.
        app.decide(&olu, &chatted[0], "give-feedback").await.is(200);
    }
);
