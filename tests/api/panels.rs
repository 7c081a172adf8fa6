//! Panels: who meets whom knows by which name, nobody decides about themself or a rival, and a partner on a
//! panel answers for themself only.

use chrono::Duration;
use equal_partners::access::Role;
use futures_util::future::join;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};

use crate::harness::applicants::{TO_AN_OFFER, id_of};
use crate::harness::people::client;
use crate::harness::{TestApp, story};

story!(
    async fn a_partner_on_the_panel_answers_for_nobody_else(app) {
        let (pat, _) = app.partner("pat").await;
        let panel = json!([app.user_id("pat", Role::Partner).await]);
        let opportunity = app.published(json!({ "panel": panel })).await;
        let (applied, ada) = app.applicant(&opportunity, json!({})).await;
        let path = applied.header("location");
        app.decide_all(&app.officer().await, path, TO_AN_OFFER).await;
        pat.get(path).await.is(200);
        let system = client(app, "RXL", &["applications:answer"]).await;
        for verb in ["accept", "decline", "withdraw"] {
            pat.step(&format!("{path}/{verb}")).await.is_problem(403, "not-yours");
            system.step(&format!("{path}/{verb}")).await.is_problem(403, "not-on-panel");
        }
        ada.step(&format!("{path}/accept")).await.is(200);
    }
);

story!(
    async fn nobody_applies_to_a_panel_on_which_they_sit(app) {
        let opportunity = app.published(json!({})).await;
        // The officer is a partner too.
        let me = app.user("olu", Role::Partner, "RXL").await;
        let own = json!({ "givenName": "Olu", "familyName": "Adeyemi", "telephone": "01253 300002", "over16": true });
        let record = me.post("/v1/partners", own).await.is(201);
        let apply = json!({ "opportunityId": id_of(&opportunity), "consent": true });
        me.post("/v1/applications", apply).await.is_problem(409, "rule-not-met").names(&["/opportunityId"]);
        let by_phone = json!({
            "opportunityId": id_of(&opportunity), "partnerId": record.id(), "method": "phone", "consent": true
        });
        app.admin().await.post("/v1/applications", by_phone).await.is_problem(409, "rule-not-met").names(&["/opportunityId"]);
    }
);

story!(
    async fn who_applied_is_not_put_on_the_panel(app) {
        let opportunity = app.published(json!({})).await;
        let otto = app.acting_as("otto", &[Role::Partner, Role::EngagementOfficer], "RXL").await;
        let own = json!({ "givenName": "Otto", "familyName": "Braun", "telephone": "01253 300003", "over16": true });
        let me = app.user("otto", Role::Partner, "RXL").await;
        me.post("/v1/partners", own).await.is(201);
        let applied = me.post("/v1/applications", json!({ "opportunityId": id_of(&opportunity), "consent": true })).await.is(201);
        let ids = json!([
            app.user_id("olu", Role::EngagementOfficer).await, app.user_id("otto", Role::EngagementOfficer).await
        ]);
        let olu = app.officer().await;
        olu.patch(&opportunity, "*", json!({ "panel": ids })).await.is_problem(422, "invalid-fields").names(&["/panel/1"]);
        // Who approves joins the panel, unless they applied.
        olu.step(&format!("{opportunity}/return-to-draft")).await.is(200);
        olu.step(&format!("{opportunity}/submit-for-review")).await.is(200);
        let approved = otto.step(&format!("{opportunity}/approve")).await.is(200);
        assert!(!approved.body["staff"]["panel"].as_array().unwrap().contains(&ids[1]));
        otto.get(applied.header("location")).await.is(200);
        me.step(&format!("{}/withdraw", applied.header("location"))).await.is(200);
        olu.patch(&opportunity, "*", json!({ "panel": ids })).await.is(200);
    }
);

story!(
    async fn a_panel_member_who_turns_out_to_have_applied_reads_and_decides_nothing(app) {
        let opportunity = app.published(json!({})).await;
        let (rival, _) = app.applicant(&opportunity, json!({})).await;
        let (by_post, _) = app.applicant(&opportunity, json!({})).await;
        // The officer registers, and it is found that they had applied by post.
        let me = app.user("olu", Role::Partner, "RXL").await;
        let own = json!({ "givenName": "Olu", "familyName": "Adeyemi", "telephone": "01253 300002", "over16": true });
        let record = me.post("/v1/partners", own).await.is(201);
        let olu = app.officer().await;
        let note = olu.post(&format!("{}/notes", rival.header("location")), json!({ "body": "Good." })).await.is(201);
        let merging = json!({ "duplicateId": by_post.body["partnerId"] });
        app.admin().await.post(&format!("{}/merge", record.header("location")), merging).await.is(200);
        let path = rival.header("location");
        olu.get(path).await.is_problem(403, "not-on-panel");
        app.decide(&olu, path, "shortlist").await.is_problem(403, "not-on-panel");
        olu.step(&format!("{path}/withdraw")).await.is_problem(403, "not-on-panel");
        olu.get(&format!("{path}/notes")).await.is_problem(403, "not-on-panel");
        olu.get(note.header("location")).await.is_problem(404, "not-found");
        let own = by_post.header("location");
        assert!(olu.get(own).await.is(200).body.get("panel").is_none());
        app.decide(&olu, own, "shortlist").await.is_problem(403, "same-person");
        olu.post(&format!("{own}/notes"), json!({ "body": "A strong candidate." })).await.is_problem(403, "same-person");
        app.decide(&app.admin().await, path, "shortlist").await.is(200);
    }
);

story!(
    async fn applicant_and_panel_know_by_which_name_they_meet(app) {
        let opportunity = app.published(json!({})).await;
        let applicant = json!({
            "givenName": "Adaeze", "preferredName": "Ada", "familyName": "Okafor", "telephone": "01253 300001",
            "email": "ada@example.org", "over16": true
        });
        let (applied, ada) = app.applicant(&opportunity, json!({ "applicant": applicant })).await;
        let (olu, path) = (app.officer().await, applied.header("location"));
        let seen = olu.get(path).await.is(200);
        assert_eq!(seen.body["panel"]["applicant"]["name"], "Ada Okafor");
        assert_eq!(seen.body["panel"]["applicant"]["telephone"], Value::Null, "not before there is a reason to ring");
        app.decide_all(&olu, path, &["shortlist", "arrange-chat"]).await;
        let seen = olu.get(path).await.is(200);
        let known = &seen.body["panel"]["applicant"];
        assert_eq!((&known["telephone"], &known["email"]), (&json!("01253 300001"), &json!("ada@example.org")));
        let id = app.user_id("olu", Role::EngagementOfficer).await;
        let mine = ada.get(path).await.is(200);
        assert_eq!(mine.body["chat"]["panel"][0]["id"], json!(id));
        assert_eq!(mine.body["chat"]["panel"][0]["name"], "olu");
        assert!(mine.body.get("panel").is_none());
        // A name that changes is another representation.
        let record = format!("/v1/partners/{}", applied.body["partnerId"].as_str().unwrap());
        ada.patch(&record, "*", json!({ "preferredName": "Zee" })).await.is(200);
        let again = olu.request(reqwest::Method::GET, path).header("If-None-Match", seen.etag()).send().await.is(200);
        assert_eq!(again.body["panel"]["applicant"]["name"], "Zee Okafor");
        // The chat was brought forward, as both wished; when it is over, so is the reason to ring.
        app.clock.advance(Duration::hours(1));
        app.decide(&olu, path, "hold-chat").await.is(200);
        let held = olu.get(path).await.is(200);
        assert_eq!((&held.body["chat"]["at"], &held.body["chat"]["heldAt"]), (&json!("2026-11-29T09:00:00Z"), &json!("2026-11-22T10:00:00Z")));
        assert_eq!(held.body["panel"]["applicant"]["telephone"], Value::Null);
    }
);

story!(
    async fn names_take_no_more_statements_for_more_applications(app) {
        let opportunity = app.published(json!({})).await;
        let olu = app.officer().await;
        let list = async |count: usize| {
            let before = app.statements();
            let page = olu.get("/v1/applications").await.is(200);
            assert_eq!(page.body["items"].as_array().unwrap().len(), count);
            app.statements() - before
        };
        let mut counts = Vec::new();
        for round in 1..=3 {
            let (applied, _) = app.applicant(&opportunity, json!({})).await;
            app.decide_all(&olu, applied.header("location"), &["shortlist", "arrange-chat"]).await;
            app.sequenced().await;
            counts.push(list(round).await);
        }
        assert!(counts[2] <= counts[0] + 3, "{counts:?}");
    }
);

story!(
    async fn a_chat_meets_the_needs_that_are_recorded(app) {
        let opportunity = app.published(json!({})).await;
        let (applied, _) = app.applicant(&opportunity, json!({})).await;
        let (olu, path) = (app.officer().await, applied.header("location"));
        app.decide(&olu, path, "shortlist").await.is(200);
        let id = app.user_id("olu", Role::EngagementOfficer).await;
        let arrange = async |arrangements: Value| {
            let chat = json!({
                "at": "2026-12-01T10:00:00Z", "mode": "phone", "panelIds": [id], "accessArrangements": arrangements
            });
            olu.post(&format!("{path}/arrange-chat"), chat).await
        };
        let needs = format!("/v1/partners/{}/access-needs", applied.body["partnerId"].as_str().unwrap());
        // How somebody is written to is no matter of a chat.
        let letters = json!({ "category": "specificContactMethod", "need": "letter", "mayBeShared": false });
        olu.post(&needs, letters).await.is(201);
        arrange(Value::Null).await.is(200);
        let interpreter = json!({ "category": "communicationProfessional", "need": "bslInterpreter", "mayBeShared": false });
        olu.post(&needs, interpreter).await.is(201);
        let refused = arrange(Value::Null).await.is_problem(409, "rule-not-met").names(&["/accessArrangements"]);
        assert!(!refused.body.to_string().to_lowercase().contains("bsl"));
        arrange(json!("An interpreter is booked.")).await.is(200);
        let history = format!("/v1/partners/{}/history", applied.body["partnerId"].as_str().unwrap());
        let history = app.admin().await.get(&history).await.is(200);
        let arranged = history.body["items"].as_array().unwrap().iter()
            .find(|one| one["action"] == "application.chat-arranged").unwrap();
        assert!(arranged["purpose"].as_str().unwrap().contains("access needs"));
    }
);

/// An application and a merge of the applicant at the same time: one comes after the other.
#[actix_web::test]
async fn nobody_applies_with_a_record_that_is_being_merged() {
    let app = TestApp::on_postgres().await;
    let opportunity = app.published(json!({})).await;
    let olu = app.officer().await;
    let person = json!({ "givenName": "Ada", "familyName": "Okafor", "telephone": "01253 300001", "over16": true });
    let partner = olu.post("/v1/partners", person).await.is(201);
    let apply = json!({ "opportunityId": id_of(&opportunity), "partnerId": partner.id(), "method": "phone", "consent": true });
    let merging = app.state.store.database.whole().begin().await.unwrap();
    let merged = format!(
        "UPDATE partners SET status = 'merged' WHERE id = '{}'",
        partner.id()
    );
    merging.execute_unprepared(&merged).await.unwrap();
    let commits = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        merging.commit().await.unwrap();
    };
    let (applied, ()) = join(olu.post("/v1/applications", apply), commits).await;
    applied
        .is_problem(409, "rule-not-met")
        .names(&["/partnerId"]);
    app.stop().await;
}
