//! Formats that people can use: what is asked for has room, and what somebody cannot read is not given to them.

use equal_partners::access::Role;
use equal_partners::config::Config;
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::forms::Form;
use crate::harness::people::{published_version, unique};
use crate::harness::{Person, TestApp, database, story};

/// A document for everyone: its address.
async fn guide(olu: &Person) -> String {
    let new = json!({ "title": unique("Guide"), "kind": "guide", "summary": "How it goes.", "audience": "everyone" });
    let added = olu.post("/v1/documents", new).await.is(201);
    added.header("location").to_owned()
}

/// A version in another format than the standard one, published: its id.
async fn in_format(olu: &Person, amina: &Person, guide: &str, format: &str) -> String {
    let form = Form::new()
        .field("changeNote", "The same in another format.")
        .field("language", "en")
        .field("format", format)
        .file("guide.txt", Some("text/plain"), format.as_bytes());
    let added = olu.upload(&format!("{guide}/versions"), form).await.is(201);
    let version = added.header("location");
    let asked = json!({ "consultation": "A group of readers." });
    olu.post(&format!("{version}/consult"), asked).await.is(200);
    amina.step(&format!("{version}/approve")).await.is(200);
    olu.step(&format!("{version}/publish")).await.is(200);
    added.id().to_owned()
}

story!(
    async fn what_a_partner_cannot_read_is_not_given_to_them(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let (ada, record) = app.partner("ada").await;
        let guide = guide(&olu).await;
        let standard = published_version(&olu, &amina, &guide, "In small print.").await;
        let give = |version: &str, with: Value| {
            let mut new = json!({ "partnerId": id_of(&record), "versionId": version, "channel": "post" });
            new.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
            new
        };
        // Whoever has recorded no need is given any format.
        let first = olu.post("/v1/handouts", give(standard.id(), json!({ "despite": "Nothing is in the way." }))).await.is(201);
        assert_eq!(first.body["despite"], Value::Null);
        for need in ["largePrint24", "easyRead"] {
            let need = json!({ "category": "specificInformationFormat", "need": need, "mayBeShared": false });
            ada.post(&format!("{record}/access-needs"), need).await.is(201);
        }
        // A need of another kind is none for a format.
        let quiet = json!({ "category": "participationNeed", "need": "quietRoom", "mayBeShared": false });
        ada.post(&format!("{record}/access-needs"), quiet).await.is(201);

        // What helps with neither is refused by their names, with what helps.
        let easy = in_format(&olu, &amina, &guide, "easyRead").await;
        let vera = app.user("vera", Role::VolunteerManager, "RXL").await;
        let refused = vera.post("/v1/handouts", give(standard.id(), json!({}))).await.is_problem(409, "rule-not-met");
        let errors = refused.body["errors"].as_array().unwrap();
        let told: Vec<_> = errors.iter().map(|one| (one["code"].as_str().unwrap(), one["message"].as_str().unwrap())).collect();
        assert_eq!(told, [
            ("largePrint24", format!("the partner needs largePrint24: ask for largePrint with POST {guide}/format-requests").as_str()),
            ("easyRead", format!("the partner needs easyRead: give version {easy}").as_str()),
        ]);
        // One of the two is enough; or they want the other one as well, which is kept.
        olu.post("/v1/handouts", give(&easy, json!({}))).await.is(201);
        let despite = json!({ "despite": "Her daughter reads along." });
        let also = olu.post("/v1/handouts", give(standard.id(), despite)).await.is(201);
        assert_eq!(ada.get(also.header("location")).await.is(200).body["despite"], "Her daughter reads along.");

        // She sees that her needs were named, to whom and what for; for what was not refused they were not.
        app.sequenced().await;
        let history = ada.get(&format!("{record}/history?limit=200")).await.is(200);
        let reads = history.body["items"].as_array().unwrap().iter().filter(|one| one["action"] == "accessNeed.listed");
        let reads: Vec<_> = reads.map(|one| &one["purpose"]).collect();
        assert_eq!(reads, [&json!("message")]);
    }
);

story!(
    async fn what_is_read_out_or_sent_by_email_helps_whoever_needs_it_so(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let guide = guide(&olu).await;
        let standard = published_version(&olu, &amina, &guide, "The text.").await;
        for (subject, need, channel) in [("ada", "readAloud", "readAloud"), ("bea", "email", "email")] {
            let (person, record) = app.partner(subject).await;
            let need = json!({ "category": "specificInformationFormat", "need": need, "mayBeShared": false });
            person.post(&format!("{record}/access-needs"), need).await.is(201);
            let give = |channel: &str| json!({ "partnerId": id_of(&record), "versionId": standard.id(), "channel": channel });
            let refused = olu.post("/v1/handouts", give("post")).await.is_problem(409, "rule-not-met");
            assert!(refused.body["errors"][0]["message"].as_str().unwrap().ends_with(&format!("give it by the channel {channel}")));
            olu.post("/v1/handouts", give(channel)).await.is(201);
        }
    }
);

#[actix_web::test]
async fn people_who_are_not_known_cannot_bury_the_requests_that_wait() {
    for url in [database::sqlite().await, database::postgres().await] {
        let config = Config::read(|name| match name {
            "EQUAL_PARTNERS_DATABASE_URL" => Some(url.clone()),
            "EQUAL_PARTNERS_BIND" => Some("127.0.0.1:0".to_owned()),
            "EQUAL_PARTNERS_PUBLIC_URL" => Some("https://equal-partners.test".to_owned()),
            "EQUAL_PARTNERS_FILES_URL" => Some(database::files_url(&url)),
            "EQUAL_PARTNERS_OPEN_FORMAT_REQUESTS" => Some("3".to_owned()),
            _ => None,
        });
        let app = TestApp::with_config(config.unwrap(), url.clone()).await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let (wanted, other) = (guide(&olu).await, guide(&olu).await);
        for one in [&wanted, &other] {
            published_version(&olu, &amina, one, "The text.").await;
        }
        let new = json!({ "format": "braille", "language": "en", "note": "For us, please." });
        let ask = async |who: &Person, guide: &str| {
            who.post(&format!("{guide}/format-requests"), new.clone())
                .await
        };
        // However many ask at once, as many wait as there is room for.
        let public = app.anonymous();
        let each = (0..6).map(|_| ask(&public, &wanted));
        let answers = futures_util::future::join_all(each).await;
        let mut statuses: Vec<u16> = answers.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 201, 201, 409, 409, 409]);
        let full = ask(&public, &wanted).await.is_problem(409, "rule-not-met");
        assert_eq!(full.body["errors"][0]["code"], "full");
        ask(&app.stranger().await, &wanted)
            .await
            .is_problem(409, "rule-not-met");
        // Another document has its own room, and those who are known here are not turned away.
        ask(&public, &other).await.is(201);
        let (ada, _) = app.partner("ada").await;
        ask(&ada, &wanted).await.is(201);
        ask(&olu, &wanted).await.is(201);
        // What has been seen to makes room.
        let waiting = olu
            .get("/v1/format-requests?status=requested&limit=200")
            .await
            .is(200);
        let all = waiting.body["items"].as_array().unwrap().iter();
        let theirs = all
            .filter(|one| one["partnerId"].is_null() && one["documentId"] == json!(id_of(&wanted)));
        for one in theirs.take(2) {
            let decline = format!(
                "/v1/format-requests/{}/decline",
                one["id"].as_str().unwrap()
            );
            olu.post(&decline, json!({ "reason": "There is one on the ward." }))
                .await
                .is(200);
        }
        ask(&public, &wanted).await.is(201);
        app.stop().await;
    }
}
