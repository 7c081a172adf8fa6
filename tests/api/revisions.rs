//! Revisions: terms on which people applied do not change unseen, and nobody is told who cannot be.

use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::story;

story!(
    async fn before_the_first_application_the_terms_are_restated(app) {
        let path = app.published(json!({})).await;
        app.new_terms(&path, json!({ "hoursPerMonth": 8 })).await;
        let list = app.anonymous().get(&format!("{path}/revisions")).await.is(200);
        let items = list.body["items"].as_array().unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!((&items[0]["revision"], &items[0]["terms"]["hoursPerMonth"]), (&json!(1), &json!(8)));
    }
);

story!(
    async fn after_it_who_applied_is_told_what_changed(app) {
        let path = app.published(json!({})).await;
        let (applied, _) = app.applicant(&path, json!({})).await;
        let (gone, gone_person) = app.applicant(&path, json!({})).await;
        gone_person.step(&format!("{}/withdraw", gone.header("location"))).await.is(200);
        // When one meets counts as much as for how long.
        let changes = json!({ "role": { "usualDays": ["friday"], "usualTimes": ["morning"], "frequency": "Every week" } });
        app.new_terms(&path, changes).await;
        // What is no term makes no revision.
        app.officer().await.patch(&path, "*", json!({ "title": "Partner for clinics" })).await.is(200);
        app.new_terms(&path, json!({ "summary": "Help us to plan clinics." })).await;
        let first = app.anonymous().get(&format!("{path}/revisions?limit=1")).await.is(200);
        let newest = &first.body["items"][0];
        assert_eq!(newest["revision"], 2);
        assert_eq!(newest["changed"], json!(["frequency", "usualDays", "usualTimes"]));
        let next = format!("{path}/revisions?limit=1&after={}", first.body["next"].as_str().unwrap());
        let last = app.anonymous().get(&next).await.is(200);
        assert_eq!((&last.body["items"][0]["revision"], &last.body["next"]), (&json!(1), &Value::Null));
        assert_eq!(app.told(&applied.body["partnerId"]).await, ["applicationReceived", "opportunityTermsChanged"]);
        assert_eq!(app.told(&gone.body["partnerId"]).await, ["applicationReceived"]);
    }
);

story!(
    async fn neither_new_terms_nor_a_withdrawal_reach_the_dead(app) {
        let path = app.published(json!({})).await;
        let (living, _) = app.applicant(&path, json!({})).await;
        let (dead, _) = app.applicant(&path, json!({})).await;
        let olu = app.officer().await;
        let record = format!("/v1/partners/{}", dead.body["partnerId"].as_str().unwrap());
        olu.post(&format!("{record}/end"), json!({ "reason": "deceased" })).await.is(200);
        app.new_terms(&path, json!({ "hoursPerMonth": 6 })).await;
        let reason = json!({ "reason": "The clinic stays where it is." });
        app.admin().await.post(&format!("{path}/withdraw"), reason).await.is(200);
        assert_eq!(app.told(&dead.body["partnerId"]).await, ["applicationReceived"]);
        assert_eq!(
            app.told(&living.body["partnerId"]).await,
            ["applicationReceived", "opportunityTermsChanged", "opportunityWithdrawn"]
        );
        // The ledger says of those who were told, and of nobody else, that they were.
        for (partner, times) in [(&dead, 0), (&living, 2)] {
            let history = format!("/v1/partners/{}/history", id_of(partner.body["partnerId"].as_str().unwrap()));
            let history = app.admin().await.get(&history).await.is(200);
            let told = history.body["items"].as_array().unwrap().iter()
                .filter(|one| ["opportunity.published", "opportunity.withdrawn"].contains(&one["action"].as_str().unwrap()));
            assert_eq!(told.count(), times);
        }
    }
);
