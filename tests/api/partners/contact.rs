//! How partners may be reached, and what is sent to them.

use equal_partners::partners::PartnerId;
use equal_partners::partners::messages::{MessagePurpose, queue};
use equal_partners::store::{Authority, Event};
use serde_json::{Value, json};

use super::id_of;
use crate::harness::{TestApp, story};

async fn send(app: &TestApp, path: &str, purpose: MessagePurpose) -> bool {
    let id: PartnerId = id_of(path).parse().unwrap();
    let authority = Authority::system("test").within("RXL");
    app.state
        .store
        .write(&authority, async |work| {
            let facts = [("meetingOn", "2026-12-01".to_owned())];
            let sent = queue(work, id, purpose, "aTemplate", facts).await?;
            Ok((sent.is_some(), Event::all("test.queued")))
        })
        .await
        .unwrap()
}

async fn statuses(app: &TestApp, path: &str) -> Vec<(String, String)> {
    let list = app
        .officer()
        .await
        .get(&format!("{path}/messages"))
        .await
        .is(200);
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all: Vec<_> = list.body["items"]
        .as_array()
        .unwrap()
        .iter()
        // Everybody who becomes active is invited.
        .filter(|one| one["template"] != "peerSupportInvitation")
        .map(|one| (word(&one["purpose"]), word(&one["status"])))
        .collect();
    all.sort();
    all
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

story!(
    async fn a_consent_names_purpose_channel_and_wording_and_can_be_withdrawn(app) {
        let (ada, path) = app.partner("ada").await;
        let preferences = format!("{path}/contact-preferences");
        let new = json!({ "purpose": "opportunities", "channel": "phone", "wording": "You may call me." });
        let added = ada.post(&preferences, new.clone()).await.is(201);
        assert_eq!(added.body["consentedAt"], "2026-11-22T09:00:00Z");
        let one = added.header("location");
        assert_eq!(ada.get(one).await.is(200).body, added.body);
        ada.post(&preferences, new.clone()).await.is_problem(409, "already-exists").names(&["/channel"]);
        let withdraw = format!("{one}/withdraw");
        let withdrawn = ada.step(&withdraw).await.is(200);
        assert_eq!(withdrawn.body["withdrawnAt"], "2026-11-22T09:00:00Z");
        ada.step(&withdraw).await.is_problem(409, "transition-not-allowed");
        ada.post(&preferences, new).await.is(201);
        assert_eq!(ada.get(&preferences).await.is(200).body["items"].as_array().unwrap().len(), 2);
    }
);

story!(
    async fn a_channel_has_to_reach_the_partner(app) {
        let (ada, path) = app.partner("ada").await;
        let preferences = format!("{path}/contact-preferences");
        let by = |channel: &str| json!({ "purpose": "newsletter", "channel": channel, "wording": "Yes." });
        for channel in ["email", "letter", "viaCarer"] {
            ada.post(&preferences, by(channel)).await.is_problem(409, "rule-not-met").names(&["/channel"]);
        }
        let carer = json!({ "kind": "carer", "name": "Charles", "telephone": "01253 300001",
            "may": ["receiveMessages"], "consentWording": "Charles may get my messages." });
        ada.post(&format!("{path}/representatives"), carer).await.is(201);
        ada.post(&preferences, by("viaCarer")).await.is(201);
        let mut late = by("sms");
        late["consentedAt"] = json!("2026-11-23T00:00:00Z");
        ada.post(&preferences, late).await.is_problem(422, "invalid-fields").names(&["/consentedAt"]);
    }
);

story!(
    async fn nothing_is_sent_without_consent_but_replies_and_matters_of_a_role(app) {
        let (ada, path) = app.partner("ada").await;
        assert!(send(app, &path, MessagePurpose::Reply).await);
        assert!(send(app, &path, MessagePurpose::Service).await);
        assert!(!send(app, &path, MessagePurpose::Newsletter).await);
        let yes = json!({ "purpose": "newsletter", "channel": "phone", "wording": "Yes." });
        let consent = ada.post(&format!("{path}/contact-preferences"), yes).await.is(201);
        assert!(send(app, &path, MessagePurpose::Newsletter).await);
        ada.step(&format!("{}/withdraw", consent.header("location"))).await.is(200);
        assert!(!send(app, &path, MessagePurpose::Newsletter).await);
        let list = ada.get(&format!("{path}/messages")).await.is(200);
        assert_eq!(list.body["items"][0]["facts"], json!({ "meetingOn": "2026-12-01" }));
        let first = ada.get(&format!("{path}/messages?limit=2")).await.is(200);
        let next = format!("{path}/messages?limit=2&after={}", first.body["next"].as_str().unwrap());
        assert_eq!(ada.get(&next).await.is(200).body["items"], json!(list.body["items"].as_array().unwrap()[2..]));
    }
);

story!(
    async fn a_pause_stops_everything_but_replies(app) {
        let (ada, path) = app.partner("ada").await;
        send(app, &path, MessagePurpose::Reply).await;
        send(app, &path, MessagePurpose::Service).await;
        ada.step(&format!("{path}/pause")).await.is(200);
        assert_eq!(statuses(app, &path).await, pairs(&[("reply", "queued"), ("service", "cancelled")]));
        assert!(send(app, &path, MessagePurpose::Reply).await);
        assert!(!send(app, &path, MessagePurpose::Service).await);
    }
);

story!(
    async fn after_a_death_nothing_reaches_anybody(app) {
        let (ada, path) = app.partner("ada").await;
        let yes = json!({ "purpose": "newsletter", "channel": "phone", "wording": "Yes." });
        ada.post(&format!("{path}/contact-preferences"), yes).await.is(201);
        send(app, &path, MessagePurpose::Reply).await;
        send(app, &path, MessagePurpose::Newsletter).await;
        let olu = app.officer().await;
        olu.post(&format!("{path}/end"), json!({ "reason": "deceased" })).await.is(200);
        assert_eq!(statuses(app, &path).await, pairs(&[("newsletter", "cancelled"), ("reply", "cancelled")]));
        let preferences = olu.get(&format!("{path}/contact-preferences")).await.is(200);
        assert_ne!(preferences.body["items"][0]["withdrawnAt"], Value::Null);
        assert!(!send(app, &path, MessagePurpose::Reply).await);
    }
);

story!(
    async fn who_has_ended_hears_nothing_more(app) {
        let (ada, path) = app.partner("ada").await;
        send(app, &path, MessagePurpose::Reply).await;
        send(app, &path, MessagePurpose::Service).await;
        ada.post(&format!("{path}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        assert_eq!(statuses(app, &path).await, pairs(&[("reply", "cancelled"), ("service", "cancelled")]));
        assert!(!send(app, &path, MessagePurpose::Reply).await);
    }
);

story!(
    async fn consents_by_way_of_a_carer_end_with_the_last_one(app) {
        let (ada, path) = app.partner("ada").await;
        let carer = async |name: &str, may: &str| {
            let new = json!({ "kind": "carer", "name": name, "telephone": "01253 300001", "may": [may], "consentWording": "Yes." });
            ada.post(&format!("{path}/representatives"), new).await.is(201).header("location").to_owned()
        };
        let (charles, bea) = (carer("Charles", "receiveMessages").await, carer("Bea", "receiveMessages").await);
        carer("Cora", "accompany").await;
        for channel in ["viaCarer", "phone"] {
            let yes = json!({ "purpose": "newsletter", "channel": channel, "wording": "Yes." });
            ada.post(&format!("{path}/contact-preferences"), yes).await.is(201);
        }
        let standing = async || {
            let list = ada.get(&format!("{path}/contact-preferences")).await.is(200);
            let mut all: Vec<_> = list.body["items"].as_array().unwrap().iter()
                .filter(|one| one["withdrawnAt"].is_null()).map(|one| one["channel"].as_str().unwrap().to_owned()).collect();
            all.sort();
            all
        };
        ada.step(&format!("{charles}/end")).await.is(200);
        assert_eq!(standing().await, ["phone", "viaCarer"]);
        ada.step(&format!("{bea}/end")).await.is(200);
        assert_eq!(standing().await, ["phone"]);
    }
);
