//! Patient stories: what the teller approves, consents to, and takes back.

use chrono::Duration;
use equal_partners::access::{Role, TABLE};
use serde_json::{Value, json};

use crate::harness::forms::Form;
use crate::harness::listening::{consent, teller, told, words};
use crate::harness::people::client;
use crate::harness::{Answer, Person, TestApp, story};
use crate::partners::erasure::everything;

/// A story of a partner with an account, captured and under review: the teller, and its address.
async fn under_review(app: &TestApp) -> (Person, String) {
    let (ada, partner) = teller(app, "ada", "RXL").await;
    let stella = app.story_lead().await;
    let new =
        told(json!({ "partnerId": partner, "tellerName": null, "supportPlan": "Olu rings her." }));
    let path = stella
        .post("/v1/stories", new)
        .await
        .is(201)
        .header("location")
        .to_owned();
    captured(&stella, &path, 1).await;
    (ada, path)
}

/// A further version that the teller looks at.
async fn captured(stella: &Person, path: &str, number: i32) {
    let version = words(&format!("It was on a Sunday, says version {number}."));
    let version = stella
        .post(&format!("{path}/versions"), version)
        .await
        .is(201);
    assert_eq!(version.body["number"], number);
    let review = json!({ "number": number, "thirdPartiesUnknowable": true });
    stella
        .post(&format!("{path}/send-for-review"), review)
        .await
        .is(200);
}

/// What a teller consents to in their own account.
fn own(number: i32, scope: &str, until: &str) -> Value {
    json!({ "number": number, "scope": scope, "expiresOn": until })
}

async fn consents(ada: &Person, path: &str, scope: &str) -> Answer {
    ada.post(&format!("{path}/consents"), own(1, scope, "2027-11-22"))
        .await
        .is(201)
}

async fn approved(app: &TestApp, scopes: &[&str]) -> (Person, String) {
    let (ada, path) = under_review(app).await;
    ada.post(&format!("{path}/approve"), json!({ "number": 1 }))
        .await
        .is(200);
    for scope in scopes {
        consents(&ada, &path, scope).await;
    }
    (ada, path)
}

fn scheduled(audience: &str, on: &str) -> Value {
    json!({ "audience": audience, "on": on, "meeting": "Board of Directors, part one" })
}

async fn public(app: &TestApp) -> Vec<Value> {
    let page = app.anonymous().get("/v1/published-stories").await.is(200);
    page.body["items"].as_array().unwrap().clone()
}

async fn listed(person: &Person, query: &str) -> Vec<Value> {
    let page = person.get(&format!("/v1/stories?{query}")).await.is(200);
    page.body["items"].as_array().unwrap().clone()
}

async fn status(person: &Person, path: &str) -> Value {
    person.get(path).await.is(200).body["status"].clone()
}

story!(
    async fn a_story_is_told_approved_presented_and_published(app) {
        let (ada, path) = under_review(app).await;
        let (stella, boris) = (app.story_lead().await, app.board_secretary().await);
        let read = ada.get(&format!("{path}/versions")).await.is(200);
        assert_eq!(read.body["items"][0]["words"], "It was on a Sunday, says version 1.");
        // Nothing leaves before the teller has approved it.
        let schedule = format!("{path}/schedule");
        boris.post(&schedule, scheduled("boardPublic", "2026-12-03")).await.is_problem(409, "transition-not-allowed");
        stella.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is_problem(409, "transition-not-allowed");
        stella.post(&format!("{path}/uses"), json!({ "number": 1, "scope": "training", "kind": "presented", "place": "Nurses" })).await
            .is_problem(409, "transition-not-allowed");
        let yes = ada.post(&format!("{path}/approve"), json!({ "number": 1 })).await.is(200);
        assert_eq!((&yes.body["status"], &yes.body["approved"]), (&json!("approvedByTeller"), &json!(1)));
        let version = ada.get(&format!("{path}/versions")).await.is(200).body["items"][0].clone();
        assert_eq!((&version["approval"]["givenBy"], &version["approval"]["givenHow"]), (&json!("teller"), &json!("account")));
        // Approved is not consented: each use by itself.
        boris.post(&schedule, scheduled("boardPublic", "2026-12-03")).await.is_problem(409, "rule-not-met").names(&["/audience"]);
        consents(&ada, &path, "boardPrivate").await;
        boris.post(&schedule, scheduled("boardPublic", "2026-12-03")).await.is_problem(409, "rule-not-met").names(&["/audience"]);
        consents(&ada, &path, "boardPublic").await;
        boris.post(&schedule, scheduled("website", "2026-12-03")).await.is_problem(422, "invalid-fields").names(&["/audience"]);
        let on = boris.post(&schedule, scheduled("boardPublic", "2026-12-03")).await.is(200);
        assert_eq!((&on.body["status"], &on.body["supportPlan"]), (&json!("scheduled"), &Value::Null));
        let heard = json!({ "minuted": true, "printed": true });
        boris.post(&format!("{path}/present"), heard.clone()).await.is_problem(409, "rule-not-met").names(&["/scheduledFor"]);
        app.clock.advance(Duration::days(11));
        let (stella, boris) = (app.story_lead().await, app.board_secretary().await);
        let heard = boris.post(&format!("{path}/present"), heard).await.is(200);
        assert_eq!((&heard.body["presentedOn"], &heard.body["debriefDueAt"], &heard.body["reportDueOn"]),
            (&json!("2026-12-03"), &json!("2026-12-05T09:00:00Z"), &json!("2027-03-03")));
        assert_eq!(public(app).await, Vec::<Value>::new());
        stella.post(&format!("{path}/publish"), json!({ "number": 2 })).await.is_problem(409, "rule-not-met").names(&["/number"]);
        // To be heard once by the Board in public is not to be on the web.
        stella.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is_problem(409, "rule-not-met").names(&["/consents"]);
        let ada = app.user("ada", Role::Partner, "RXL").await;
        consents(&ada, &path, "website").await;
        stella.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is(200);
        let shown = public(app).await;
        assert_eq!((&shown[0]["words"], &shown[0]["shownAs"]), (&json!("It was on a Sunday, says version 1."), &json!("Margaret")));
        assert_eq!((&shown[0]["partnerId"], &shown[0]["tellerName"]), (&Value::Null, &Value::Null));
        let one = app.anonymous().get(&path.replace("stories", "published-stories")).await.is(200);
        assert_eq!(one.body, shown[0]);
        let uses = stella.get(&format!("{path}/uses")).await.is(200);
        let mut kinds: Vec<&str> = uses.body["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["minuted", "online", "presented", "printed"]);
    }
);

story!(
    async fn an_approval_of_one_version_is_none_of_another(app) {
        let (ada, path) = under_review(app).await;
        let stella = app.story_lead().await;
        let approve = format!("{path}/approve");
        ada.post(&format!("{path}/ask-for-changes"), json!({ "number": 1, "changes": "Leave out the ward." })).await.is(200);
        captured(&stella, &path, 2).await;
        // What she saw before the second version came does not count, and neither does what she never saw.
        for number in [1, 3] {
            ada.post(&approve, json!({ "number": number })).await.is_problem(409, "rule-not-met").names(&["/number"]);
            ada.post(&format!("{path}/consents"), own(number, "website", "2027-11-22")).await.is_problem(409, "rule-not-met").names(&["/number"]);
        }
        ada.post(&approve, json!({ "number": 2 })).await.is(200);
        ada.post(&format!("{path}/consents"), own(2, "website", "2027-11-22")).await.is(201);
        // A third version takes the approval away, and the consent with it.
        let third = stella.post(&format!("{path}/versions"), words("It was on a Monday.")).await.is(201);
        let now = stella.get(&path).await.is(200);
        assert_eq!((&now.body["status"], &now.body["approved"]), (&json!("captured"), &Value::Null));
        let publish = format!("{path}/publish");
        stella.post(&publish, json!({ "number": 2 })).await.is_problem(409, "transition-not-allowed");
        stella.post(&format!("{path}/send-for-review"), json!({ "number": 2, "thirdPartiesUnknowable": true })).await
            .is_problem(409, "rule-not-met").names(&["/number"]);
        stella.post(&format!("{path}/send-for-review"), json!({ "number": 3, "thirdPartiesUnknowable": false })).await
            .is_problem(422, "invalid-fields").names(&["/thirdPartiesUnknowable"]);
        stella.post(&format!("{path}/send-for-review"), json!({ "number": 3, "thirdPartiesUnknowable": true })).await.is(200);
        ada.post(&approve, json!({ "number": 3 })).await.is(200);
        stella.post(&publish, json!({ "number": 3 })).await.is_problem(409, "rule-not-met").names(&["/consents"]);
        stella.post(&publish, json!({ "number": 2 })).await.is_problem(409, "rule-not-met").names(&["/number"]);
        // Each version stays as it was.
        assert_eq!(ada.get(third.header("location")).await.is(200).body["words"], "It was on a Monday.");
        assert_eq!(ada.get(&format!("{path}/versions")).await.is(200).body["items"].as_array().unwrap().len(), 3);
    }
);

story!(
    async fn a_version_that_comes_while_the_teller_approves_is_not_approved(app) {
        for _ in 0..4 {
            let (ada, path) = {
                let (ada, partner) = teller(app, &format!("ada-{}", uuid::Uuid::new_v4()), "RXL").await;
                let stella = app.story_lead().await;
                let new = told(json!({ "partnerId": partner, "tellerName": null }));
                let path = stella.post("/v1/stories", new).await.is(201).header("location").to_owned();
                captured(&stella, &path, 1).await;
                (ada, path)
            };
            let stella = app.story_lead().await;
            let (approve, versions) = (format!("{path}/approve"), format!("{path}/versions"));
            let (yes, _) = tokio::join!(
                ada.post(&approve, json!({ "number": 1 })),
                stella.post(&versions, words("Another one.")),
            );
            let now = stella.get(&path).await.is(200);
            assert_eq!((&now.body["latest"], &now.body["approved"]), (&json!(2), &Value::Null), "{}", yes.status);
            assert_eq!(now.body["status"], "captured");
        }
    }
);

story!(
    async fn nobody_approves_for_a_teller_who_has_an_account(app) {
        let (_, path) = under_review(app).await;
        let stella = app.story_lead().await;
        let recorded = json!({ "number": 1, "givenHow": "spoken", "witness": "Charles Babbage" });
        stella.post(&format!("{path}/record-approval"), recorded.clone()).await.is_problem(403, "not-yours");
        stella.post(&format!("{path}/consents"), consent(1, "website")).await.is_problem(403, "not-yours");
        stella.post(&format!("{path}/approve"), json!({ "number": 1 })).await.is_problem(404, "not-found");
        let (bea, _) = teller(app, "bea", "RXL").await;
        bea.post(&format!("{path}/approve"), json!({ "number": 1 })).await.is_problem(404, "not-found");
        let scopes: Vec<&str> = TABLE.iter().map(|row| row.scope).collect();
        let system = client(app, "RXL", &scopes).await;
        system.post(&format!("{path}/approve"), json!({ "number": 1 })).await.is_problem(404, "not-found");
        system.post(&format!("{path}/record-approval"), recorded.clone()).await.is_problem(403, "person-needed");
        // A story lead who tells her own story speaks as its teller, and needs nobody to write it down.
        let both = app.acting_as("ada", &[Role::StoryLead, Role::Partner], "RXL").await;
        both.post(&format!("{path}/record-approval"), recorded).await.is_problem(403, "not-yours");
        both.post(&format!("{path}/consents"), consent(1, "website")).await.is_problem(422, "invalid-fields").names(&["/givenHow", "/witness"]);
        both.post(&format!("{path}/approve"), json!({ "number": 1 })).await.is(200);
    }
);

story!(
    async fn for_a_teller_without_an_account_staff_record_it_with_a_witness(app) {
        let stella = app.story_lead().await;
        let path = stella.post("/v1/stories", told(json!({}))).await.is(201).header("location").to_owned();
        captured(&stella, &path, 1).await;
        let record = format!("{path}/record-approval");
        let recorded = |how: &str, witness: &str| json!({ "number": 1, "givenHow": how, "witness": witness });
        stella.post(&record, recorded("account", "Charles")).await.is_problem(422, "invalid-fields").names(&["/givenHow"]);
        // A witness is somebody else than whoever says it and whoever writes it down.
        for witness in ["stella", " Stella ", "Margaret"] {
            stella.post(&record, recorded("spoken", witness)).await.is_problem(422, "invalid-fields").names(&["/witness"]);
        }
        stella.post(&record, recorded("spoken", "Charles Babbage")).await.is(200);
        let version = stella.get(&format!("{path}/versions")).await.is(200).body["items"][0].clone();
        assert_eq!((&version["approval"]["witness"], &version["approval"]["givenHow"]), (&json!("Charles Babbage"), &json!("spoken")));
        let unwitnessed = own(1, "website", "2027-11-22");
        stella.post(&format!("{path}/consents"), unwitnessed).await.is_problem(422, "invalid-fields").names(&["/givenHow", "/witness"]);
        stella.post(&format!("{path}/consents"), consent(1, "website")).await.is(201);
        // Another one takes its place: what is taken back later is all there is.
        let last = stella.post(&format!("{path}/consents"), consent(1, "website")).await.is(201);
        stella.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is(200);
        stella.step(&format!("{}/withdraw", last.header("location"))).await.is(200);
        assert_eq!(public(app).await, Vec::<Value>::new());
    }
);

story!(
    async fn who_is_represented_has_somebody_consent_for_them(app) {
        let (_, partner) = teller(app, "ada", "RXL").await;
        let stella = app.story_lead().await;
        let represented = json!({ "because": "lacksCapacity", "by": "Charles Babbage", "relationship": "Attorney" });
        // Who has an account speaks for themself, whatever one member of staff says.
        let of_ada = told(json!({ "partnerId": partner, "tellerName": null, "represented": represented.clone() }));
        stella.post("/v1/stories", of_ada).await.is_problem(422, "invalid-fields").names(&["/represented"]);
        let new = told(json!({ "represented": represented }));
        let path = stella.post("/v1/stories", new).await.is(201).header("location").to_owned();
        captured(&stella, &path, 1).await;
        let record = format!("{path}/record-approval");
        stella.post(&record, json!({ "number": 1, "givenHow": "paper", "witness": "Charles Babbage" })).await
            .is_problem(422, "invalid-fields").names(&["/witness"]);
        stella.post(&record, json!({ "number": 1, "givenHow": "paper", "witness": "Grace Hopper" })).await.is(200);
        let given = json!({ "number": 1, "scope": "website", "expiresOn": "2027-11-22", "givenHow": "paper", "witness": "Grace Hopper" });
        let given = stella.post(&format!("{path}/consents"), given).await.is(201);
        assert_eq!(given.body["givenBy"], "representative");
    }
);

story!(
    async fn consent_that_expires_while_a_story_is_scheduled_is_no_consent(app) {
        let (ada, path) = approved(app, &[]).await;
        let boris = app.board_secretary().await;
        let give = format!("{path}/consents");
        ada.post(&give, own(1, "boardPublic", "2026-11-21")).await.is_problem(422, "invalid-fields").names(&["/expiresOn"]);
        ada.post(&give, own(1, "boardPublic", "2099-11-21")).await.is_problem(422, "invalid-fields").names(&["/expiresOn"]);
        ada.post(&give, own(1, "boardPublic", "2026-12-03")).await.is(201);
        // It has to stand on the day on which the Board meets.
        boris.post(&format!("{path}/schedule"), scheduled("boardPublic", "2026-12-04")).await.is_problem(409, "rule-not-met").names(&["/audience"]);
        boris.post(&format!("{path}/schedule"), scheduled("boardPublic", "2026-12-03")).await.is(200);
        // The meeting is put off, and the consent expires.
        app.clock.advance(Duration::days(12));
        let boris = app.board_secretary().await;
        boris.post(&format!("{path}/present"), json!({ "minuted": false, "printed": false })).await
            .is_problem(409, "rule-not-met").names(&["/audience"]);
        assert_eq!(listed(&boris, "").await, Vec::<Value>::new());
        app.run_jobs().await;
        let stella = app.story_lead().await;
        assert_eq!(status(&stella, &path).await, "expired");
        stella.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is_problem(409, "transition-not-allowed");
        // A consent that is given again brings it back, unheard.
        let ada = app.user("ada", Role::Partner, "RXL").await;
        ada.post(&format!("{path}/consents"), own(1, "boardPublic", "2027-06-01")).await.is(201);
        assert_eq!(status(&stella, &path).await, "approvedByTeller");
    }
);

story!(
    async fn what_is_public_ends_with_the_day_of_its_consent_whether_or_not_anybody_looks(app) {
        let (ada, path) = approved(app, &[]).await;
        ada.post(&format!("{path}/consents"), own(1, "website", "2026-11-24")).await.is(201);
        ada.post(&format!("{path}/consents"), own(1, "teamLearning", "2027-11-24")).await.is(201);
        app.story_lead().await.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is(200);
        app.clock.advance(Duration::days(2));
        assert_eq!(public(app).await.len(), 1);
        app.clock.advance(Duration::hours(15));
        assert_eq!(public(app).await, Vec::<Value>::new());
        app.anonymous().get(&path.replace("stories", "published-stories")).await.is_problem(404, "not-found");
        app.run_jobs().await;
        // Another consent stands, so it is no more than taken down.
        assert_eq!(status(&app.story_lead().await, &path).await, "approvedByTeller");
    }
);

story!(
    async fn what_is_taken_back_is_out_of_every_list_and_the_answer_says_where_copies_went(app) {
        let (ada, path) = approved(app, &["boardPublic", "website", "training"]).await;
        let (stella, boris) = (app.story_lead().await, app.board_secretary().await);
        boris.post(&format!("{path}/schedule"), scheduled("boardPublic", "2026-11-22")).await.is(200);
        boris.post(&format!("{path}/present"), json!({ "minuted": true, "printed": false })).await.is(200);
        stella.post(&format!("{path}/publish"), json!({ "number": 1, "place": "www.example.org" })).await.is(200);
        let sent = json!({ "number": 1, "scope": "training", "kind": "sent", "place": "School of Nursing" });
        let sent = stella.post(&format!("{path}/uses"), sent).await.is(201);
        let early = json!({ "number": 1, "scope": "training", "kind": "sent", "place": "Nobody", "usedOn": "2026-11-21" });
        stella.post(&format!("{path}/uses"), early).await.is_problem(409, "rule-not-met").names(&["/scope"]);
        let press = json!({ "number": 1, "scope": "press", "kind": "sent", "place": "The Gazette" });
        stella.post(&format!("{path}/uses"), press).await.is_problem(409, "rule-not-met").names(&["/scope"]);
        assert_eq!((public(app).await.len(), listed(&stella, "").await.len(), listed(&boris, "").await.len()), (1, 1, 1));
        let back = ada.post(&format!("{path}/withdraw"), json!({ "reason": "Told often enough." })).await.is(200);
        assert_eq!((&back.body["story"]["status"], &back.body["story"]["publishedAt"]), (&json!("withdrawn"), &Value::Null));
        let kinds = |list: &str| -> Vec<String> {
            let items = back.body[list].as_array().unwrap().iter();
            items.map(|one| format!("{} {}", one["kind"].as_str().unwrap(), one["place"].as_str().unwrap())).collect()
        };
        assert_eq!(kinds("toRecall"), ["online www.example.org", "sent School of Nursing"]);
        assert_eq!(kinds("cannotBeRecalled"), ["presented Board of Directors, part one", "minuted Board of Directors, part one"]);
        for person in [&stella, &boris, &ada] {
            for query in ["", "status=withdrawn", "overdue=false"] {
                assert_eq!(listed(person, query).await, Vec::<Value>::new());
            }
        }
        assert_eq!(public(app).await, Vec::<Value>::new());
        app.anonymous().get(&path.replace("stories", "published-stories")).await.is_problem(404, "not-found");
        // Nobody but the teller reads it any more; where it went can still be followed.
        stella.get(&format!("{path}/versions")).await.is_problem(404, "not-found");
        boris.get(&path).await.is_problem(404, "not-found");
        let text = String::from_utf8(stella.get(&path).await.is(200).bytes).unwrap();
        assert!(!text.contains("my father") && !text.contains("often enough"), "{text}");
        assert_eq!(ada.get(&format!("{path}/versions")).await.is(200).body["items"].as_array().unwrap().len(), 1);
        stella.step(&format!("{}/remove", sent.header("location"))).await.is(200);
        stella.step(&format!("{}/remove", sent.header("location"))).await.is_problem(409, "transition-not-allowed");
        let heard = back.body["cannotBeRecalled"][0]["id"].as_str().unwrap();
        stella.step(&format!("/v1/story-uses/{heard}/remove")).await.is_problem(409, "rule-not-met").names(&["/kind"]);
        // And nothing begins again.
        for (step, body) in [("publish", json!({ "number": 1 })), ("withdraw", json!({})), ("debrief", json!({})), ("report-back", json!({ "changed": "Much." }))] {
            let request = stella.request(reqwest::Method::POST, &format!("{path}/{step}"));
            let request = if step == "debrief" { request } else { request.json(body) };
            request.send().await.is_problem(409, "transition-not-allowed");
        }
        stella.post(&format!("{path}/versions"), words("Again.")).await.is_problem(409, "transition-not-allowed");
        stella.patch(&path, "*", json!({ "title": "Another title" })).await.is_problem(409, "transition-not-allowed");
        ada.post(&format!("{path}/consents"), own(1, "website", "2027-11-22")).await.is_problem(409, "transition-not-allowed");
        let messages = format!("/v1/partners/{}/messages", ada.get("/v1/me").await.is(200).body["partnerId"].as_str().unwrap());
        let messages = ada.get(&messages).await.is(200);
        let withdrawn = messages.body["items"].as_array().unwrap().iter().find(|one| one["template"] == "storyWithdrawn").unwrap();
        assert_eq!(withdrawn["facts"]["cannotBeRecalled"], "2");
    }
);

story!(
    async fn one_consent_taken_back_ends_what_it_allowed_and_no_more(app) {
        let (ada, path) = approved(app, &["training"]).await;
        let (stella, boris) = (app.story_lead().await, app.board_secretary().await);
        let website = consents(&ada, &path, "website").await;
        let board = consents(&ada, &path, "boardPublic").await;
        boris.post(&format!("{path}/schedule"), scheduled("boardPublic", "2026-12-03")).await.is(200);
        // The Board in public was allowed; without it, the story is off the agenda.
        let back = ada.step(&format!("{}/withdraw", board.header("location"))).await.is(200);
        assert_eq!((&back.body["story"]["status"], &back.body["story"]["scheduledFor"]), (&json!("approvedByTeller"), &Value::Null));
        boris.post(&format!("{path}/present"), json!({ "minuted": false, "printed": false })).await.is_problem(409, "transition-not-allowed");
        stella.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is(200);
        let sent = json!({ "number": 1, "scope": "training", "kind": "sent", "place": "School of Nursing" });
        stella.post(&format!("{path}/uses"), sent.clone()).await.is(201);
        // Staff take it back in her name.
        let back = stella.step(&format!("{}/withdraw", website.header("location"))).await.is(200);
        assert_eq!(back.body["story"]["status"], "approvedByTeller");
        assert_eq!((back.body["toRecall"].as_array().unwrap().len(), &back.body["toRecall"][0]["scope"]), (1, &json!("website")));
        assert_eq!(public(app).await, Vec::<Value>::new());
        stella.step(&format!("{}/withdraw", website.header("location"))).await.is_problem(409, "transition-not-allowed");
        stella.post(&format!("{path}/uses"), sent).await.is(201);
    }
);

story!(
    async fn to_be_heard_by_the_board_keeps_no_story_on_the_web(app) {
        let (ada, path) = approved(app, &["boardPublic"]).await;
        let website = consents(&ada, &path, "website").await;
        app.story_lead().await.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is(200);
        let back = ada.step(&format!("{}/withdraw", website.header("location"))).await.is(200);
        assert_eq!(back.body["story"]["status"], "approvedByTeller");
        assert_eq!(public(app).await, Vec::<Value>::new());
    }
);

story!(
    async fn a_story_tells_no_more_of_its_teller_than_they_want(app) {
        let stella = app.story_lead().await;
        let new = told(json!({ "tellerName": "Margaret Ashworth" }));
        let path = stella.post("/v1/stories", new).await.is(201).header("location").to_owned();
        let versions = format!("{path}/versions");
        let version = |identity: &str, shown: Value, words: &str| {
            json!({ "title": "A fall", "words": words, "identity": identity, "shownAs": shown })
        };
        for (identity, shown, words) in [
            ("anonymous", Value::Null, "I am Margaret, and I fell."),
            ("pseudonym", json!("Peg"), "I am margaret ASHWORTH."),
            ("firstName", json!("Margaret"), "The Ashworths were there: Ashworth is a name you hear."),
        ] {
            let answer = stella.post(&versions, version(identity, shown, words)).await;
            answer.is_problem(422, "invalid-fields").names(&["/words"]);
        }
        stella.post(&versions, version("firstName", json!("Margaret"), "I am Margaret.")).await.is(201);
    }
);

story!(
    async fn what_looks_like_a_name_in_a_story_is_looked_at_before_it_is_public(app) {
        let stella = app.story_lead().await;
        let path = stella.post("/v1/stories", told(json!({}))).await.is(201).header("location").to_owned();
        let version = words("Margaret says: I asked Nurse Jane Smith. I rang 07700 900123 at Blackpool Victoria.");
        stella.post(&format!("{path}/versions"), version).await.is(201);
        stella.post(&format!("{path}/send-for-review"), json!({ "number": 1, "thirdPartiesUnknowable": true })).await.is(200);
        let approval = json!({ "number": 1, "givenHow": "spoken", "witness": "Charles Babbage" });
        stella.post(&format!("{path}/record-approval"), approval).await.is(200);
        stella.post(&format!("{path}/consents"), consent(1, "website")).await.is(201);
        let publish = format!("{path}/publish");
        let answer = stella.post(&publish, json!({ "number": 1 })).await;
        answer.is_problem(409, "rule-not-met").names(&["/words", "/words", "/words"]);
        let harmless = json!({ "number": 1, "harmless": ["Jane Smith", "Nurse Jane Smith", "Blackpool Victoria", "07700 900123"] });
        stella.post(&publish, harmless).await.is_problem(409, "rule-not-met").names(&["/words"]);
    }
);

story!(
    async fn publication_never_outruns_a_withdrawal(app) {
        for round in 0..6 {
            let subject = format!("ada-{round}");
            let (ada, partner) = teller(app, &subject, "RXL").await;
            let stella = app.story_lead().await;
            let new = told(json!({ "partnerId": partner, "tellerName": null }));
            let path = stella.post("/v1/stories", new).await.is(201).header("location").to_owned();
            captured(&stella, &path, 1).await;
            ada.post(&format!("{path}/approve"), json!({ "number": 1 })).await.is(200);
            let given = consents(&ada, &path, "website").await;
            let (publish, whole, one) =
                (format!("{path}/publish"), format!("{path}/withdraw"), format!("{}/withdraw", given.header("location")));
            let number = json!({ "number": 1 });
            let withdrawal = async {
                match round % 2 {
                    0 => ada.post(&whole, json!({})).await,
                    _ => ada.step(&one).await,
                }
            };
            let (first, back, second) = tokio::join!(stella.post(&publish, number.clone()), withdrawal, stella.post(&publish, number.clone()));
            let back = back.is(200);
            // Whichever came first, it is public no more, and stays so; and a copy that went out is told of.
            assert_eq!(public(app).await, Vec::<Value>::new());
            let out = [&first, &second].iter().any(|answer| answer.status == 200);
            assert_eq!(back.body["toRecall"].as_array().unwrap().is_empty(), !out, "{} {}", first.status, second.status);
            stella.post(&publish, number).await.is_problem(409, if round % 2 == 0 { "transition-not-allowed" } else { "rule-not-met" });
        }
    }
);

story!(
    async fn the_board_sees_what_it_may_hear_and_nothing_else(app) {
        let (ada, path) = approved(app, &["training"]).await;
        let (stella, boris) = (app.story_lead().await, app.board_secretary().await);
        boris.get(&path).await.is_problem(404, "not-found");
        let first = stella.get(&format!("{path}/versions")).await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
        boris.get(&format!("/v1/story-versions/{first}")).await.is_problem(404, "not-found");
        consents(&ada, &path, "boardPrivate").await;
        let seen = boris.get(&path).await.is(200);
        assert_eq!((&seen.body["title"], &seen.body["tellsWhose"]), (&json!("The night my father fell"), &json!(false)));
        assert_eq!((&seen.body["partnerId"], &seen.body["supportPlan"]), (&Value::Null, &Value::Null));
        assert_ne!(seen.etag(), stella.get(&path).await.is(200).etag());
        boris.get(&format!("/v1/story-versions/{first}")).await.is(200);
        // While another version is written, the Board sees none.
        stella.post(&format!("{path}/versions"), words("Another one.")).await.is(201);
        boris.get(&format!("/v1/story-versions/{first}")).await.is_problem(404, "not-found");
        boris.get(&path).await.is_problem(404, "not-found");
        for role in Role::ALL.iter().filter(|role| !matches!(role, Role::StoryLead | Role::BoardSecretary | Role::Partner | Role::Public)) {
            let person = app.user(&format!("a {role}"), *role, "RXL").await;
            person.get(&path).await.is_problem(403, "insufficient-scope");
        }
        let (bea, _) = teller(app, "bea", "RXL").await;
        let other = app.user("sam", Role::StoryLead, "R0A").await;
        for person in [&bea, &other] {
            person.get(&path).await.is_problem(404, "not-found");
            person.get(&format!("{path}/versions")).await.is_problem(404, "not-found");
            person.post(&format!("{path}/withdraw"), json!({})).await.is_problem(404, "not-found");
            assert_eq!(listed(person, "").await, Vec::<Value>::new());
        }
        other.post(&format!("{path}/versions"), words("Theirs.")).await.is_problem(404, "not-found");
        other.post("/v1/stories", told(json!({ "partnerId": stella.get(&path).await.is(200).body["partnerId"], "tellerName": null }))).await
            .is_problem(422, "invalid-fields").names(&["/partnerId"]);
    }
);

story!(
    async fn a_debrief_and_a_report_back_are_owed_and_become_overdue(app) {
        app.story_lead().await.post("/v1/story-targets", json!({ "reportBackDays": 30, "appliesFrom": "2026-11-01" })).await.is(201);
        let (_, path) = approved(app, &["boardPublic"]).await;
        let (stella, boris) = (app.story_lead().await, app.board_secretary().await);
        let (debrief, report) = (format!("{path}/debrief"), format!("{path}/report-back"));
        stella.step(&debrief).await.is_problem(409, "rule-not-met").names(&["/presentedOn"]);
        boris.post(&format!("{path}/schedule"), scheduled("boardPublic", "2026-11-22")).await.is(200);
        let heard = boris.post(&format!("{path}/present"), json!({ "minuted": false, "printed": false })).await.is(200);
        assert_eq!(heard.body["reportDueOn"], "2026-12-22");
        assert_eq!(listed(&stella, "overdue=true").await, Vec::<Value>::new());
        app.clock.advance(Duration::hours(48) + Duration::seconds(1));
        let stella = app.story_lead().await;
        assert_eq!(listed(&stella, "overdue=true").await.len(), 1);
        stella.step(&debrief).await.is(200);
        assert_eq!(listed(&stella, "overdue=true").await, Vec::<Value>::new());
        app.clock.advance(Duration::days(28));
        assert_eq!(listed(&app.story_lead().await, "overdue=true").await, Vec::<Value>::new());
        app.clock.advance(Duration::days(1));
        let stella = app.story_lead().await;
        let late = listed(&stella, "overdue=true&sort=reportDue").await;
        assert_eq!((late.len(), &late[0]["reportDueOn"]), (1, &json!("2026-12-22")));
        let told = stella.post(&report, json!({ "changed": "Wards ring families the same evening." })).await.is(200);
        assert_eq!(told.body["reportBack"], "Wards ring families the same evening.");
        assert_eq!(listed(&stella, "overdue=true").await, Vec::<Value>::new());
        let ada = app.user("ada", Role::Partner, "RXL").await;
        assert_eq!(ada.get(&path).await.is(200).body["reportBack"], told.body["reportBack"]);
    }
);

story!(
    async fn a_story_is_declined_at_any_time_before_it_was_heard(app) {
        let (ada, path) = under_review(app).await;
        let gone = ada.post(&format!("{path}/decline"), json!({})).await.is(200);
        assert_eq!(gone.body["status"], "declined");
        let stella = app.story_lead().await;
        assert_eq!(listed(&stella, "").await, Vec::<Value>::new());
        stella.get(&format!("{path}/versions")).await.is_problem(404, "not-found");
        ada.post(&format!("{path}/approve"), json!({ "number": 1 })).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn what_was_told_goes_with_the_tellers_data(app) {
        let (ada, path) = approved(app, &[]).await;
        let stella = app.story_lead().await;
        let canary = json!({ "title": "The canary", "words": "Canary Row.", "identity": "pseudonym", "shownAs": "Canary" });
        stella.post(&format!("{path}/versions"), canary).await.is(201);
        stella.patch(&path, "*", json!({ "title": "Canary working title", "supportPlan": "A canary.", "learning": "Canaries." })).await.is(200);
        stella.post(&format!("{path}/send-for-review"), json!({ "number": 2, "thirdPartiesUnknowable": true })).await.is(200);
        ada.post(&format!("{path}/approve"), json!({ "number": 2 })).await.is(200);
        ada.post(&format!("{path}/consents"), own(2, "website", "2027-11-22")).await.is(201);
        stella.post(&format!("{path}/publish"), json!({ "number": 2, "harmless": ["Canary Row"] })).await.is(200);
        assert_eq!(public(app).await[0]["title"], "The canary");
        stella.patch(&path, "*", json!({ "title": "Zoltan of Bispham" })).await.is_problem(422, "invalid-fields").names(&["/title"]);
        let partner = format!("/v1/partners/{}", ada.get("/v1/me").await.is(200).body["partnerId"].as_str().unwrap());
        ada.post(&format!("{partner}/end"), json!({ "reason": "ownChoice" })).await.is(200);
        let ivan = app.user("ivan", Role::IgLead, "RXL").await;
        ivan.post(&format!("{partner}/propose-erasure"), json!({ "reason": "Asked for it." })).await.is(200);
        app.admin().await.step(&format!("{partner}/anonymise")).await.is(200);
        let all = everything(app).await.to_lowercase();
        assert!(!all.contains("canary") && !all.contains("canaries") && !all.contains("my father"));
        assert_eq!(public(app).await, Vec::<Value>::new());
        // Where it went can still be followed.
        let left = stella.get(&path).await.is(200);
        assert_eq!((&left.body["status"], &left.body["title"]), (&json!("withdrawn"), &Value::Null));
        assert_eq!(stella.get(&format!("{path}/uses")).await.is(200).body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn what_somebody_without_an_account_took_back_is_kept_for_nobody(app) {
        let stella = app.story_lead().await;
        let new = told(json!({ "tellerName": "Canary Row", "supportPlan": "A canary is rung." }));
        let path = stella.post("/v1/stories", new).await.is(201).header("location").to_owned();
        let recording = Form::new().field("title", "The canary").field("identity", "named").field("shownAs", "Canary Row")
            .file("canary.txt", Some("text/plain"), b"It sang.");
        stella.upload(&format!("{path}/recordings"), recording).await.is(201);
        stella.post(&format!("{path}/versions"), words("The canary sang.")).await.is(201);
        stella.post(&format!("{path}/withdraw"), json!({})).await.is(200);
        let all = everything(app).await.to_lowercase();
        assert!(!all.contains("canary"), "something is left");
        assert_eq!(stella.get(&path).await.is(200).body["status"], "withdrawn");
    }
);

story!(
    async fn nothing_of_a_story_is_in_the_ledger_or_in_the_feed_of_changes(app) {
        let (_, path) = approved(app, &["website"]).await;
        app.story_lead().await.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is(200);
        app.sequenced().await;
        for feed in ["/v1/ledger?limit=200", "/v1/changes?limit=200"] {
            let text = String::from_utf8(app.admin().await.get(feed).await.is(200).bytes).unwrap();
            assert!(text.contains("story.published"), "{text}");
            assert!(!text.contains("Sunday") && !text.contains("my father") && !text.contains("Olu rings"), "{text}");
        }
    }
);

story!(
    async fn published_stories_come_in_pages(app) {
        let stella = app.story_lead().await;
        for _ in 0..5 {
            let path = stella.post("/v1/stories", told(json!({}))).await.is(201).header("location").to_owned();
            captured(&stella, &path, 1).await;
            let recorded = json!({ "number": 1, "givenHow": "paper", "witness": "Charles Babbage" });
            stella.post(&format!("{path}/record-approval"), recorded).await.is(200);
            stella.post(&format!("{path}/consents"), consent(1, "website")).await.is(201);
            stella.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is(200);
            app.clock.advance(Duration::milliseconds(1));
        }
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = app.anonymous().get(&format!("/v1/published-stories?limit=2{after}")).await.is(200);
            let items = page.body["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(next) = page.body["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        let all: Vec<String> = public(app).await.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!((seen.len(), &seen), (5, &all));
        let elsewhere = app.anonymous().get("/v1/published-stories?organisation=R0A").await.is(200);
        assert_eq!(elsewhere.body["items"], json!([]));
        let here = app.anonymous().get("/v1/published-stories?organisation=RXL&service=inpatient").await.is(200);
        assert_eq!(here.body["items"].as_array().unwrap().len(), 5);
    }
);

story!(
    async fn a_recording_is_heard_by_everyone_while_its_teller_consents(app) {
        let (ada, partner) = teller(app, "ada", "RXL").await;
        let stella = app.story_lead().await;
        let new = told(json!({ "partnerId": partner, "tellerName": null, "format": "audio" }));
        let path = stella.post("/v1/stories", new).await.is(201).header("location").to_owned();
        let recording = Form::new()
            .field("title", "The night my father fell")
            .field("identity", "anonymous")
            .file("story.txt", Some("text/plain"), b"What is said in it.");
        let version = stella.upload(&format!("{path}/recordings"), recording).await.is(201);
        let content = format!("{}/content", version.header("location"));
        assert_eq!(ada.get(&content).await.is(200).bytes, b"What is said in it.");
        app.board_secretary().await.get(&content).await.is_problem(404, "not-found");
        stella.post(&format!("{path}/send-for-review"), json!({ "number": 1, "thirdPartiesUnknowable": true })).await.is(200);
        ada.post(&format!("{path}/approve"), json!({ "number": 1 })).await.is(200);
        consents(&ada, &path, "website").await;
        let published = format!("{}/content", path.replace("stories", "published-stories"));
        app.anonymous().get(&published).await.is_problem(404, "not-found");
        stella.post(&format!("{path}/publish"), json!({ "number": 1 })).await.is(200);
        assert_eq!(app.anonymous().get(&published).await.is(200).bytes, b"What is said in it.");
        ada.post(&format!("{path}/withdraw"), json!({})).await.is(200);
        app.anonymous().get(&published).await.is_problem(404, "not-found");
        stella.get(&content).await.is_problem(404, "not-found");
        ada.get(&content).await.is(200);
    }
);
