//! Templates, what workstreams make of them, and the roles that come of it.

use serde_json::{Value, json};

use crate::harness::{Answer, Person, TestApp, story};

fn section(key: &str, text: &str) -> Value {
    json!({ "key": key, "heading": key, "text": text })
}

fn locked(key: &str, text: &str) -> Value {
    json!({ "key": key, "heading": key, "text": text, "locked": true })
}

fn filling(key: &str, text: &str) -> Value {
    json!({ "key": key, "heading": key, "text": text, "fills": key })
}

/// A template for role descriptions, by its address.
async fn template(olu: &Person, kind: &str) -> String {
    let new = json!({ "title": "Role description", "kind": kind, "summary": "For every role." });
    olu.post("/v1/templates", new)
        .await
        .is(201)
        .header("location")
        .to_owned()
}

/// Adds a version, which another person approves and publishes.
async fn version(app: &TestApp, template: &str, sections: &[Value]) -> Answer {
    let (olu, amina) = (app.officer().await, app.admin().await);
    let new = json!({ "changeNote": format!("Now with {} sections.", sections.len()),
        "fields": [{ "name": "team", "label": "The name of the team", "required": true }], "sections": sections });
    let added = olu.post(&format!("{template}/versions"), new).await.is(201);
    let address = added.header("location").to_owned();
    amina.step(&format!("{address}/approve")).await.is(200);
    amina.step(&format!("{address}/publish")).await.is(200);
    added
}

/// A workstream that Lena leads.
async fn workstream(app: &TestApp) -> String {
    let lena = app.lead().await.get("/v1/me").await.is(200).body["userId"].clone();
    let new = json!({ "name": uuid::Uuid::new_v4().to_string(), "purpose": "Clinics nearer home.", "leadId": lena });
    app.officer()
        .await
        .post("/v1/workstreams", new)
        .await
        .is(201)
        .id()
        .to_owned()
}

fn first() -> Vec<Value> {
    vec![
        filling("purpose", "{{team}} wants partners who have lived with it."),
        filling("whatYouWillDo", "- Read the papers\n- Say what works"),
        section("support", "Ring us."),
        locked("confidentiality", "What you hear stays in the group."),
        locked("dataProtection", "We keep what we need, and no longer."),
    ]
}

/// An adaptation of a template for a workstream of Lena's.
async fn adaptation(app: &TestApp, template: &str) -> Answer {
    let id = template.rsplit('/').next().unwrap();
    let new = json!({ "templateId": id, "workstreamId": workstream(app).await, "title": "Role for the diabetes group" });
    app.lead().await.post("/v1/adaptations", new).await.is(201)
}

async fn approved(app: &TestApp, address: &str) {
    let lena = app.lead().await;
    let tag = lena.get(address).await.is(200).etag().to_owned();
    let filled = json!({ "values": { "team": "The diabetes team" } });
    lena.patch(address, &tag, filled).await.is(200);
    lena.step(&format!("{address}/submit-for-review"))
        .await
        .is(200);
    app.officer()
        .await
        .step(&format!("{address}/approve"))
        .await
        .is(200);
}

fn role() -> Value {
    json!({ "title": "Partner for the diabetes pathway", "summary": "Help us to plan clinics.", "kind": "workingGroup",
        "participationLevel": "coDesign", "mode": "hybrid", "roleLevel": 3 })
}

story!(
    async fn an_adapted_role_becomes_an_opportunity_that_remembers_the_version(app) {
        let (olu, lena) = (app.officer().await, app.lead().await);
        let template = template(&olu, "roleDescription").await;
        let version = version(app, &template, &first()).await;
        let added = adaptation(app, &template).await;
        let address = added.header("location").to_owned();
        let make = format!("{address}/make-opportunity");
        // Not before it is approved.
        lena.post(&make, role()).await.is_problem(409, "transition-not-allowed");
        lena.step(&format!("{address}/submit-for-review")).await.is(200);
        lena.step(&format!("{address}/approve")).await.is_problem(403, "insufficient-scope");
        olu.step(&format!("{address}/approve")).await.is_problem(409, "rule-not-met").names(&["/values/team"]);
        lena.step(&format!("{address}/return-to-draft")).await.is(200);
        approved(app, &address).await;
        let made = lena.post(&make, role()).await.is(201);
        let staff = &made.body["staff"];
        assert_eq!((&staff["templateVersionId"], &staff["adaptationId"]), (&json!(version.id()), &json!(added.id())));
        assert_eq!(made.body["role"]["purpose"], "The diabetes team wants partners who have lived with it.");
        assert_eq!(made.body["role"]["whatYouWillDo"], json!(["Read the papers", "Say what works"]));
        assert_eq!((&made.body["status"], &made.body["workstreamId"]), (&json!("draft"), &added.body["workstreamId"]));
        // It goes on like any other draft, and still knows where it came from.
        let path = made.header("location").to_owned();
        lena.step(&format!("{path}/submit-for-review")).await.is(200);
        assert_eq!(olu.get(&path).await.is(200).body["staff"]["templateVersionId"], json!(version.id()));
        app.stranger().await.post(&make, role()).await.is_problem(404, "not-found");
    }
);

story!(
    async fn who_wrote_an_adaptation_does_not_approve_it(app) {
        let olu = app.officer().await;
        let template = template(&olu, "roleDescription").await;
        version(app, &template, &first()).await;
        let address = adaptation(app, &template).await.header("location").to_owned();
        let tag = olu.get(&address).await.is(200).etag().to_owned();
        let filled = json!({ "values": { "team": "The diabetes team" } });
        let changed = olu.patch(&address, &tag, filled).await.is(200);
        olu.step(&format!("{address}/submit-for-review")).await.is(200);
        olu.step(&format!("{address}/approve")).await.is_problem(403, "same-person");
        olu.patch(&address, "*", json!({ "title": "Another" })).await.is_problem(409, "transition-not-allowed");
        assert_ne!(changed.etag(), tag);
        app.admin().await.step(&format!("{address}/approve")).await.is(200);
        olu.step(&format!("{address}/retire")).await.is(200);
        olu.post(&format!("{address}/make-opportunity"), role()).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn a_locked_block_is_neither_changed_nor_left_out(app) {
        let (olu, lena) = (app.officer().await, app.lead().await);
        let template = template(&olu, "roleDescription").await;
        version(app, &template, &first()).await;
        let address = adaptation(app, &template).await.header("location").to_owned();
        let change = async |sections: Vec<Value>| {
            let tag = lena.get(&address).await.is(200).etag().to_owned();
            lena.patch(&address, &tag, json!({ "sections": sections })).await
        };
        let mut sections = first();
        sections[3] = locked("confidentiality", "Tell everybody.");
        change(sections).await.is_problem(422, "invalid-fields").names(&["/sections/3"]);
        let mut sections = first();
        sections[3] = section("confidentiality", "What you hear stays in the group.");
        change(sections).await.is_problem(422, "invalid-fields").names(&["/sections/3"]);
        change(first()[..4].to_vec()).await.is_problem(422, "invalid-fields").names(&["/sections"]);
        let mut sections = first();
        sections.push(locked("ours", "We say so."));
        change(sections).await.is_problem(422, "invalid-fields").names(&["/sections/5"]);
        let mut sections = first();
        sections[2] = section("support", "{{colour}}");
        change(sections).await.is_problem(422, "invalid-fields").names(&["/sections/2/text"]);
        let tag = lena.get(&address).await.etag().to_owned();
        lena.patch(&address, &tag, json!({ "values": { "colour": "Red" } })).await
            .is_problem(422, "invalid-fields").names(&["/values/colour"]);
        // What is not locked is theirs: to change, to leave out, to add to.
        let mut sections = first();
        sections[0] = filling("purpose", "Ours.");
        sections.remove(2);
        sections.push(section("parking", "Behind the house."));
        assert_eq!(change(sections).await.is(200).body["sections"].as_array().unwrap().len(), 5);
    }
);

story!(
    async fn an_adaptation_says_how_far_it_is_behind_and_what_has_changed(app) {
        let (olu, lena) = (app.officer().await, app.lead().await);
        let template = template(&olu, "roleDescription").await;
        version(app, &template, &first()).await;
        let address = adaptation(app, &template).await.header("location").to_owned();
        let mut ours = first();
        ours[2] = section("support", "Ring Lena.");
        let tag = lena.get(&address).await.etag().to_owned();
        lena.patch(&address, &tag, json!({ "sections": ours })).await.is(200);
        approved(app, &address).await;
        lena.step(&format!("{address}/update")).await.is_problem(409, "rule-not-met");
        let before = lena.get(&address).await.is(200);
        assert_eq!(before.body["versionsBehind"], 0);

        let mut second = first();
        second[3] = locked("confidentiality", "What you hear stays in the group.\nUnless somebody is at risk.");
        version(app, &template, &second).await;
        second[2] = section("support", "Ring us on 01253 300000.");
        second[0] = filling("purpose", "{{team}} wants partners.");
        second.push(section("feedback", "We tell you what changed."));
        version(app, &template, &second).await;

        let behind = lena.get(&address).await.is(200);
        assert_eq!((&behind.body["versionsBehind"], &behind.body["templateNumber"]), (&json!(2), &json!(1)));
        assert_ne!(behind.etag(), before.etag());
        assert_eq!(lena.get("/v1/adaptations?behind=true").await.is(200).body["items"].as_array().unwrap().len(), 1);
        let changes = lena.get(&format!("{address}/template-changes")).await.is(200).body;
        assert_eq!((&changes["fromNumber"], &changes["toNumber"]), (&json!(1), &json!(3)));
        assert_eq!(changes["changeNotes"].as_array().unwrap().len(), 2);
        let sections = changes["sections"].as_array().unwrap();
        let told: Vec<_> = sections.iter().map(|one| (one["key"].as_str().unwrap(), one["difference"].as_str().unwrap())).collect();
        assert_eq!(told, [("purpose", "changed"), ("support", "changed"), ("confidentiality", "changed"), ("feedback", "added")]);
        let lines = sections[2]["lines"].as_array().unwrap();
        assert!(lines.contains(&json!({ "change": "added", "text": "Unless somebody is at risk." })), "{lines:#?}");
        assert!(lines.contains(&json!({ "change": "kept", "text": "What you hear stays in the group." })), "{lines:#?}");

        let updated = lena.step(&format!("{address}/update")).await.is(200).body;
        assert_eq!((&updated["versionsBehind"], &updated["templateNumber"], &updated["status"]), (&json!(0), &json!(3), &json!("draft")));
        let text = |key: &str| {
            let sections = updated["sections"].as_array().unwrap();
            sections.iter().find(|one| one["key"] == key).unwrap()["text"].as_str().unwrap().to_owned()
        };
        assert_eq!(text("support"), "Ring Lena.");
        assert_eq!(text("purpose"), "{{team}} wants partners.");
        assert!(text("confidentiality").contains("at risk"));
        lena.post(&format!("{address}/make-opportunity"), role()).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn a_version_is_approved_by_another_person_and_has_no_holes(app) {
        let (olu, lena) = (app.officer().await, app.lead().await);
        let template = template(&olu, "letter").await;
        let versions = format!("{template}/versions");
        let id = template.rsplit('/').next().unwrap();
        let adapt = json!({ "templateId": id, "workstreamId": workstream(app).await, "title": "A letter" });
        lena.get(&template).await.is_problem(404, "not-found");
        let nothing = json!({ "changeNote": "Nothing.", "sections": [] });
        olu.post(&versions, nothing).await.is_problem(422, "invalid-fields").names(&["/sections"]);
        let wrong = json!({ "changeNote": "Wrong.", "sections": [section("part", "{{nobody}}"), section("part", "Twice.")] });
        olu.post(&versions, wrong).await.is_problem(422, "invalid-fields").names(&["/sections/0/text", "/sections/1/key"]);
        let new = json!({ "changeNote": "New.", "sections": [section("greeting", "Dear partner,")] });
        let added = olu.post(&versions, new).await.is(201).header("location").to_owned();
        olu.step(&format!("{added}/approve")).await.is_problem(403, "same-person");
        olu.step(&format!("{added}/publish")).await.is_problem(409, "transition-not-allowed");
        olu.post("/v1/adaptations", adapt.clone()).await.is_problem(409, "rule-not-met").names(&["/templateId"]);
        app.admin().await.step(&format!("{added}/approve")).await.is(200);
        olu.step(&format!("{added}/publish")).await.is(200);
        lena.get(&template).await.is(200);
        lena.get(&added).await.is(200);
        let address = lena.post("/v1/adaptations", adapt).await.is(201).header("location").to_owned();
        lena.step(&format!("{address}/submit-for-review")).await.is(200);
        olu.step(&format!("{address}/approve")).await.is(200);
        // No role comes of a letter.
        lena.post(&format!("{address}/make-opportunity"), role()).await.is_problem(409, "rule-not-met").names(&["/kind"]);
        // Another lead does not see what this one's workstream makes of it.
        let tom = app.user("tom", equal_partners::access::Role::WorkstreamLead, "RXL").await;
        tom.get(&address).await.is_problem(404, "not-found");
        app.stranger().await.get(&template).await.is_problem(404, "not-found");
    }
);
