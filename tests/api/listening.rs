//! From what was heard to what changed because of it, and back.

use atom_syndication::Feed;
use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::listening::{consent, told, words};
use crate::harness::{Answer, Person, TestApp, story};

fn insight(quote: &str) -> Value {
    json!({ "source": "outreach", "service": "Diabetes clinic", "heardOn": "2026-11-02", "quote": quote })
}

async fn heard(person: &Person, quote: &str) -> Answer {
    person.post("/v1/insights", insight(quote)).await.is(201)
}

async fn owner(app: &TestApp) -> String {
    let store = &app.state.store;
    let made =
        equal_partners::users::operations::ensure(store, "RXL", "lena", Role::WorkstreamLead);
    made.await.unwrap().to_string()
}

async fn proposed(app: &TestApp, person: &Person, insights: &[&str]) -> Answer {
    let insight = person
        .get(&format!("/v1/insights/{}", insights[0]))
        .await
        .is(200);
    let new = json!({ "insightIds": insights, "service": "Diabetes clinic", "youSaid": "The clinic opens when we are at work.",
        "decision": "willDo", "weDid": "It is open until eight on Tuesdays.", "ownerId": owner(app).await,
        "quote": insight.body["quote"] });
    person.post("/v1/improvements", new).await.is(201)
}

/// Somebody looks at it as it is now.
async fn checked(person: &Person, at: &str, harmless: &[&str]) -> Answer {
    let version = person.get(at).await.is(200).body["version"].clone();
    let body = json!({ "version": version, "harmless": harmless });
    person.post(&format!("{at}/check"), body).await
}

async fn you_said_we_did(app: &TestApp) -> Vec<Value> {
    let public = app.anonymous().get("/v1/you-said-we-did").await.is(200);
    public.body["items"].as_array().unwrap().clone()
}

async fn published(app: &TestApp, insights: &[&str]) -> Answer {
    let (olu, ines) = (
        app.officer().await,
        app.user("ines", Role::IgLead, "RXL").await,
    );
    let improvement = proposed(app, &olu, insights).await;
    let at = improvement.header("location").to_owned();
    checked(&ines, &at, &[]).await.is(200);
    olu.step(&format!("{at}/publish")).await.is(200)
}

story!(
    async fn what_a_partner_said_is_answered_in_public_and_they_are_told(app) {
        let olu = app.officer().await;
        let (ada, partner) = app.partner("ada").await;
        let partner = id_of(&partner).to_owned();
        let wants = json!({ "channel": "phone", "purpose": "youSaidWeDid", "wording": "Tell me what changed." });
        ada.post(&format!("/v1/partners/{partner}/contact-preferences"), wants).await.is(201);
        let mut said = insight("By the time the clinic opens I have to be at work.");
        said["partnerId"] = json!(partner);
        let said = olu.post("/v1/insights", said).await.is(201);
        assert_eq!(said.body["willBeTold"], true);
        assert!(!said.body.to_string().contains(&partner), "an insight tells who said it");
        let unanswered = "/v1/insights?answered=false";
        assert_eq!(olu.get(unanswered).await.is(200).body["items"][0]["id"], said.id());

        let answer = published(app, &[said.id()]).await;
        let anyone = app.anonymous().get("/v1/you-said-we-did?organisation=RXL").await.is(200);
        let told = &anyone.body["items"][0];
        assert_eq!((&told["id"], &told["weDid"]), (&answer.body["id"], &answer.body["weDid"]));
        for hidden in ["ownerId", "impactMeasure", "dueOn"] {
            assert!(told[hidden].is_null(), "the public sees {hidden}");
        }
        assert_eq!(olu.get(unanswered).await.is(200).body["items"], json!([]));
        let messages = ada.get(&format!("/v1/partners/{partner}/messages")).await.is(200);
        let template = messages.body["items"][0]["template"].as_str();
        assert_eq!(template, Some("what-changed"), "{:#}", messages.body);

        // Taken down and published again: nobody is told twice.
        let at = format!("/v1/improvements/{}", answer.id());
        olu.step(&format!("{at}/take-down")).await.is(200);
        assert_eq!(app.anonymous().get("/v1/you-said-we-did").await.is(200).body["items"], json!([]));
        let ines = app.user("ines", Role::IgLead, "RXL").await;
        checked(&ines, &at, &[]).await.is(200);
        olu.step(&format!("{at}/publish")).await.is(200);
        let messages = ada.get(&format!("/v1/partners/{partner}/messages")).await.is(200);
        let all = messages.body["items"].as_array().unwrap().iter();
        assert_eq!(all.filter(|one| one["template"] == "what-changed").count(), 1);
    }
);

story!(
    async fn what_changed_is_a_feed_that_anyone_follows(app) {
        let olu = app.officer().await;
        let feed = async |query: &str| {
            let answer = app.anonymous().get(&format!("/v1/you-said-we-did/feed{query}")).await.is(200);
            assert_eq!(answer.header("content-type"), "application/atom+xml; charset=utf-8");
            Feed::read_from(&answer.bytes[..]).unwrap()
        };
        assert_eq!(feed("").await.entries, []);
        let said = heard(&olu, "It is too late.").await;
        let answer = published(app, &[said.id()]).await;
        let told = feed("?organisation=RXL&service=Diabetes%20clinic").await;
        let [entry] = &told.entries[..] else { panic!("{told:#?}") };
        assert_eq!(entry.id, format!("urn:uuid:{}", answer.id()));
        assert_eq!(entry.title.value, "The clinic opens when we are at work.");
        let content = entry.content.as_ref().unwrap().value.as_ref().unwrap();
        assert!(content.contains("We did: It is open until eight on Tuesdays."), "{content}");
        assert!(told.links[0].href.ends_with("/v1/you-said-we-did/feed?organisation=RXL&service=Diabetes+clinic"));
        assert_eq!(told.updated, entry.updated);
        assert_eq!(feed("?organisation=RXN").await.entries, []);
        olu.step(&format!("/v1/improvements/{}/take-down", answer.id())).await.is(200);
        assert_eq!(feed("").await.entries, []);
    }
);

story!(
    async fn the_way_leads_from_what_was_said_to_what_changed_and_back(app) {
        let olu = app.officer().await;
        let (one, other) = (heard(&olu, "It is too late.").await, heard(&olu, "It is too far.").await);
        let answer = published(app, &[one.id(), other.id()]).await;
        for from in [one.id(), answer.id()] {
            let walked = olu.get(&format!("/v1/provenance/{from}")).await.is(200);
            let nodes = walked.body["nodes"].as_array().unwrap();
            let kinds: Vec<&str> = nodes.iter().map(|node| node["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, ["insight", "insight", "improvement"], "{:#}", walked.body);
            assert_eq!(walked.body["links"].as_array().unwrap().len(), 2);
            assert_eq!((&walked.body["hidden"], &walked.body["isComplete"]), (&json!(0), &json!(true)));
        }
        let prov = olu.get(&format!("/v1/provenance/{}/prov-json", answer.id())).await.is(200);
        let derived = prov.body["wasDerivedFrom"].as_object().unwrap();
        let used: Vec<&str> = derived.values().map(|one| one["prov:usedEntity"].as_str().unwrap()).collect();
        assert!(used.contains(&format!("ep:insights/{}", one.id()).as_str()), "{:#}", prov.body);
        let stranger = app.stranger().await;
        stranger.get(&format!("/v1/provenance/{}", answer.id())).await.is_problem(404, "not-found");
    }
);

story!(
    async fn whoever_wrote_of_it_does_not_check_it_and_new_words_are_checked_again(app) {
        let (olu, ines) = (app.officer().await, app.user("ines", Role::IgLead, "RXL").await);
        let said = heard(&olu, "It is too late.").await;
        let at = proposed(app, &olu, &[said.id()]).await.header("location").to_owned();
        checked(&olu, &at, &[]).await.is_problem(403, "same-person");
        olu.step(&format!("{at}/publish")).await.is_problem(409, "transition-not-allowed");
        let other = json!({ "version": 7 });
        ines.post(&format!("{at}/check"), other).await.is_problem(409, "rule-not-met").names(&["/version"]);
        checked(&ines, &at, &[]).await.is(200);
        olu.step(&format!("{at}/publish")).await.is(200);
        let due = olu.patch(&at, "*", json!({ "dueOn": "2027-04-01" })).await.is(200);
        assert_eq!(due.body["publication"], "published", "the public does not read the day");
        let changed = olu.patch(&at, "*", json!({ "weDid": "It is open until nine." })).await.is(200);
        assert_eq!(changed.body["publication"], "unpublished");
        assert_eq!(app.anonymous().get("/v1/you-said-we-did").await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn a_no_has_a_reason_in_plain_words(app) {
        let olu = app.officer().await;
        let said = heard(&olu, "Open at night.").await;
        let new = json!({ "insightIds": [said.id()], "service": "Diabetes clinic", "youSaid": "Open at night.",
            "decision": "willNot", "ownerId": owner(app).await });
        olu.post("/v1/improvements", new).await.is_problem(422, "invalid-fields").names(&["/whyNot"]);
        let at = proposed(app, &olu, &[said.id()]).await.header("location").to_owned();
        let declined = olu.post(&format!("{at}/decline"), json!({ "whyNot": "The building is locked at six." })).await.is(200);
        assert_eq!((&declined.body["status"], &declined.body["decision"]), (&json!("notAdopted"), &json!("willNot")));
    }
);

story!(
    async fn an_improvement_goes_from_proposed_to_what_came_of_it(app) {
        let (olu, lena) = (app.officer().await, app.user("lena", Role::WorkstreamLead, "RXL").await);
        let said = heard(&olu, "It is too late.").await;
        let at = proposed(app, &olu, &[said.id()]).await.header("location").to_owned();
        for (step, state) in [("accept", "accepted"), ("start", "inProgress"), ("finish", "done")] {
            let answer = lena.step(&format!("{at}/{step}")).await.is(200);
            assert_eq!(answer.body["status"], state);
        }
        let seen = json!({ "impactObserved": "More appointments are kept." });
        let reviewed = lena.post(&format!("{at}/review-impact"), seen).await.is(200);
        assert_eq!(reviewed.body["status"], "impactReviewed");
        let other = app.user("lewis", Role::WorkstreamLead, "RXL").await;
        other.patch(&at, "*", json!({ "dueOn": "2027-04-01" })).await.is_problem(404, "not-found");
    }
);

story!(
    async fn an_insight_that_is_withdrawn_loses_its_words_and_supports_nothing(app) {
        let olu = app.officer().await;
        let said = heard(&olu, "It is too late, said the heron.").await;
        let improvement = proposed(app, &olu, &[said.id()]).await;
        let unsupported = "/v1/improvements?isSupported=false";
        assert_eq!(olu.get(unsupported).await.is(200).body["items"], json!([]));
        assert_eq!(olu.get("/v1/insights?q=heron").await.is(200).body["items"][0]["id"], said.id());
        let at = said.header("location");
        let gone = olu.post(&format!("{at}/withdraw"), json!({ "reason": "They asked for it." })).await.is(200);
        assert_eq!((&gone.body["quote"], &gone.body["status"]), (&Value::Null, &json!("withdrawn")));
        assert_eq!(olu.get("/v1/insights?q=heron").await.is(200).body["items"], json!([]));
        assert_eq!(olu.get(unsupported).await.is(200).body["items"][0]["id"], improvement.id());
        let ines = app.user("ines", Role::IgLead, "RXL").await;
        let at = improvement.header("location");
        checked(&ines, at, &[]).await.is_problem(409, "rule-not-met").names(&["/quote"]);
        assert_eq!(olu.get("/v1/insights?answered=false").await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn what_is_withdrawn_is_public_no_longer_and_its_words_are_gone(app) {
        let olu = app.officer().await;
        let (one, other) = (heard(&olu, "It is too late, said the heron.").await, heard(&olu, "It is too far.").await);
        let answer = published(app, &[one.id(), other.id()]).await;
        let at = format!("/v1/improvements/{}", answer.id());
        // One that it does not quote may go.
        olu.post(&format!("{}/withdraw", other.header("location")), json!({ "reason": "A mistake." })).await.is(200);
        assert_eq!(you_said_we_did(app).await.len(), 1);
        olu.post(&format!("{}/withdraw", one.header("location")), json!({ "reason": "They asked for it." })).await.is(200);
        assert_eq!(you_said_we_did(app).await, Vec::<Value>::new());
        let left = olu.get(&at).await.is(200);
        assert_eq!((&left.body["publication"], &left.body["quote"]), (&json!("unpublished"), &Value::Null));
    }
);

story!(
    async fn a_story_is_quoted_as_long_as_its_teller_lets_it_be(app) {
        let stella = app.story_lead().await;
        let ines = app.user("ines", Role::IgLead, "RXL").await;
        let story = stella.post("/v1/stories", told(json!({}))).await.is(201);
        let path = story.header("location").to_owned();
        let quoting = json!({ "source": "story", "sourceId": story.id(), "service": "Diabetes clinic", "heardOn": "2026-11-02",
            "quote": "Nobody told us where he was." });
        let both = app.acting_as("both", &[Role::StoryLead, Role::EngagementOfficer], "RXL").await;
        let refused = async |person: &Person| {
            person.post("/v1/insights", quoting.clone()).await.is_problem(422, "invalid-fields").names(&["/sourceId"]);
        };
        // Nothing leaves before the teller has approved it, and nobody quotes what they may not read.
        refused(&both).await;
        stella.post(&format!("{path}/versions"), words("Nobody told us where he was.")).await.is(201);
        stella.post(&format!("{path}/send-for-review"), json!({ "number": 1, "thirdPartiesUnknowable": true })).await.is(200);
        let approval = json!({ "number": 1, "givenHow": "spoken", "witness": "Charles Babbage" });
        stella.post(&format!("{path}/record-approval"), approval).await.is(200);
        refused(&app.user("chair", Role::GroupChair, "RXL").await).await;
        let said = both.post("/v1/insights", quoting.clone()).await.is(201);
        let at = proposed(app, &both, &[said.id()]).await.header("location").to_owned();
        // Within the organisation is one thing, in public another.
        checked(&ines, &at, &[]).await.is_problem(409, "rule-not-met").names(&["/quote"]);
        let website = stella.post(&format!("{path}/consents"), consent(1, "website")).await.is(201);
        checked(&ines, &at, &[]).await.is(200);
        both.step(&format!("{at}/publish")).await.is(200);
        assert_eq!(you_said_we_did(app).await.len(), 1);
        stella.step(&format!("{}/withdraw", website.header("location"))).await.is(200);
        assert_eq!(you_said_we_did(app).await, Vec::<Value>::new());
        assert_eq!(both.get(&at).await.is(200).body["quote"], "Nobody told us where he was.");
        stella.post(&format!("{path}/withdraw"), json!({})).await.is(200);
        assert_eq!(both.get(&at).await.is(200).body["quote"], Value::Null);
        let insight = both.get(said.header("location")).await.is(200);
        assert_eq!((&insight.body["status"], &insight.body["quote"]), (&json!("withdrawn"), &Value::Null));
        refused(&both).await;
    }
);

story!(
    async fn what_nobody_has_taken_up_is_counted(app) {
        let olu = app.officer().await;
        let anonymous = |why: &str| json!({ "setting": "outpatient", "organisation": "RXL", "score": 4, "mode": "online", "why": why });
        let mut responses = Vec::new();
        for why in ["It is too late.", "It is too far."] {
            responses.push(olu.post("/v1/feedback/friends-and-family/responses", anonymous(why)).await.is(201));
        }
        let silent = json!({ "setting": "outpatient", "organisation": "RXL", "score": 1, "mode": "online" });
        olu.post("/v1/feedback/friends-and-family/responses", silent).await.is(201);
        let mut quoting = insight("It is too late.");
        quoting["source"] = json!("friendsAndFamily");
        quoting["sourceId"] = json!(responses[0].id());
        olu.post("/v1/insights", quoting).await.is(201);
        let report = olu.get("/v1/reports/closing-the-loop").await.is(200);
        let first = json!({ "kind": "friendsAndFamilyResponse", "received": 2, "takenUp": 1, "answered": 0 });
        assert_eq!(report.body["inputs"][0], first, "{:#}", report.body);
    }
);

story!(
    async fn everything_that_the_public_reads_is_looked_at(app) {
        let (olu, ines) = (app.officer().await, app.user("ines", Role::IgLead, "RXL").await);
        let said = heard(&olu, "It is too late.").await;
        let at = proposed(app, &olu, &[said.id()]).await.header("location").to_owned();
        for field in ["youSaid", "weDid", "whyNot", "service"] {
            let before = olu.get(&at).await.is(200).body[field].clone();
            olu.patch(&at, "*", json!({ field: "Jane Smith rings 07700 900123 at once." })).await.is(200);
            let pointer = format!("/{field}");
            checked(&ines, &at, &["Jane Smith"]).await.is_problem(409, "rule-not-met").names(&[pointer.as_str()]);
            olu.patch(&at, "*", json!({ field: before })).await.is(200);
        }
        olu.patch(&at, "*", json!({ "weDid": "Parking at Blackpool Victoria is free." })).await.is(200);
        checked(&ines, &at, &[]).await.is_problem(409, "rule-not-met").names(&["/weDid"]);
        checked(&ines, &at, &["Blackpool Victoria"]).await.is(200);
    }
);

story!(
    async fn what_is_heard_later_is_answered_when_it_is_published_with_it(app) {
        let olu = app.officer().await;
        let one = heard(&olu, "It is too late.").await;
        let answer = published(app, &[one.id()]).await;
        let at = format!("/v1/improvements/{}", answer.id());
        let other = heard(&olu, "Nobody can come at noon.").await;
        olu.post(&format!("{at}/evidence"), json!({ "insightId": other.id() })).await.is(200);
        assert_eq!(you_said_we_did(app).await, Vec::<Value>::new());
        let waiting = olu.get("/v1/insights?answered=false").await.is(200);
        assert_eq!(waiting.body["items"].as_array().unwrap().len(), 2);
    }
);

story!(
    async fn what_is_done_stays_done_and_what_is_not_adopted_is_not_promised(app) {
        let olu = app.officer().await;
        let said = heard(&olu, "It is too late.").await;
        let done = proposed(app, &olu, &[said.id()]).await.header("location").to_owned();
        for step in ["accept", "finish"] {
            olu.step(&format!("{done}/{step}")).await.is(200);
        }
        olu.patch(&done, "*", json!({ "weDid": null })).await.is_problem(422, "invalid-fields").names(&["/weDid"]);
        let declined = proposed(app, &olu, &[said.id()]).await.header("location").to_owned();
        olu.post(&format!("{declined}/decline"), json!({ "whyNot": "It is locked at six." })).await.is(200);
        olu.patch(&declined, "*", json!({ "decision": "willDo" })).await.is_problem(422, "invalid-fields").names(&["/decision"]);
    }
);

story!(
    async fn a_model_is_never_taken_for_a_person(app) {
        let olu = app.officer().await;
        let with = |sentiment: Value| {
            let mut new = insight("It is too late.");
            new["sentiment"] = sentiment;
            new
        };
        let bare = json!({ "score": -1, "by": "model" });
        let answer = olu.post("/v1/insights", with(bare)).await;
        answer.is_problem(422, "invalid-fields").names(&["/sentiment/confidence", "/sentiment/model"]);
        let whole = json!({ "score": -1, "by": "model", "model": "words-1", "confidence": 70 });
        let added = olu.post("/v1/insights", with(whole.clone())).await.is(201);
        assert_eq!(added.body["sentiment"]["isConfirmed"], false);
        let at = added.header("location");
        let agreed = olu.step(&format!("{at}/confirm-sentiment")).await.is(200);
        assert_eq!(agreed.body["sentiment"]["isConfirmed"], true);
        let system = crate::harness::people::client(app, "RXL", &["insights:manage"]).await;
        let claimed = json!({ "score": -1, "by": "person" });
        system.post("/v1/insights", with(claimed)).await.is_problem(422, "invalid-fields").names(&["/sentiment/by"]);
        system.post("/v1/insights", with(whole)).await.is(201);
    }
);

story!(
    async fn themes_are_the_organisations_own_and_retired_ones_are_given_to_nothing(app) {
        let olu = app.officer().await;
        let theme = json!({ "code": "openingHours", "label": "When clinics are open", "nationalSubject": "appointments" });
        let theme = olu.post("/v1/insight-themes", theme).await.is(201);
        let nowhere = json!({ "code": "parking", "label": "Parking", "nationalSubject": "noSuchSubject" });
        olu.post("/v1/insight-themes", nowhere).await.is_problem(422, "invalid-fields").names(&["/nationalSubject"]);
        let with = |themes: Value| {
            let mut new = insight("It is too late.");
            new["themes"] = themes;
            new
        };
        olu.post("/v1/insights", with(json!(["openingHours"]))).await.is(201);
        let found = olu.get("/v1/insights?theme=openingHours").await.is(200);
        assert_eq!(found.body["items"].as_array().unwrap().len(), 1);
        for wrong in [json!(["other"]), json!(["openingHours", "openingHours"])] {
            olu.post("/v1/insights", with(wrong)).await.is_problem(422, "invalid-fields");
        }
        olu.step(&format!("{}/retire", theme.header("location"))).await.is(200);
        olu.post("/v1/insights", with(json!(["openingHours"]))).await.is_problem(422, "invalid-fields").names(&["/themes/0"]);
    }
);
