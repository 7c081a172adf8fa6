//! Access needs: the code lists, reviews, and that each read is remembered.

use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::story;

story!(
    async fn a_need_is_recorded_read_reviewed_and_removed(app) {
        let (ada, path) = app.partner("ada").await;
        let needs = format!("{path}/access-needs");
        let new = json!({ "category": "communicationProfessional", "need": "bslInterpreter", "mayBeShared": true });
        let added = ada.post(&needs, new.clone()).await.is(201);
        assert_eq!(added.body["flagProminently"], true);
        assert_eq!(added.body["reviewOn"], "2027-11-22");
        ada.post(&needs, new).await.is_problem(409, "already-exists").names(&["/need"]);
        let one = added.header("location");
        let read = app.officer().await.get(&format!("{one}?purpose=meeting")).await.is(200);
        assert_eq!(read.body, added.body);
        ada.patch(one, read.etag(), json!({ "reviewOn": "2026-11-22" })).await
            .is_problem(422, "invalid-fields").names(&["/reviewOn"]);
        ada.patch(one, read.etag(), json!({ "reviewOn": "2028-01-31" })).await.is(200);
        ada.request(reqwest::Method::DELETE, one).send().await.is_problem(428, "precondition-required");
        let delete = async || ada.request(reqwest::Method::DELETE, one).header("If-Match", "\"2\"").send().await;
        delete().await.is(204);
        delete().await.is_problem(404, "not-found");
        assert_eq!(ada.get(&needs).await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn a_need_is_one_of_its_category(app) {
        let (ada, path) = app.partner("ada").await;
        let needs = format!("{path}/access-needs");
        let wrong = json!({ "category": "specificContactMethod", "need": "hearingLoop", "mayBeShared": false });
        let refused = ada.post(&needs, wrong).await.is_problem(422, "invalid-fields").names(&["/need"]);
        assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains("textRelay"));
        let mut language = json!({ "category": "participationNeed", "need": "languageInterpreter", "mayBeShared": false });
        ada.post(&needs, language.clone()).await.is_problem(422, "invalid-fields").names(&["/detail"]);
        language["detail"] = json!("ur");
        let urdu = ada.post(&needs, language.clone()).await.is(201);
        ada.patch(urdu.header("location"), "*", json!({ "detail": null })).await
            .is_problem(422, "invalid-fields").names(&["/detail"]);
        language["detail"] = json!("pa");
        ada.post(&needs, language).await.is(201);
        // The same word may stand in two categories: a letter as a way, an e-mail as a format.
        for category in ["specificContactMethod", "specificInformationFormat"] {
            ada.post(&needs, json!({ "category": category, "need": "email", "mayBeShared": false })).await.is(201);
        }
    }
);

story!(
    async fn needs_to_review_are_listed_across_partners_and_each_read_is_told(app) {
        let (ada, path) = app.partner("ada").await;
        let (bea, other) = app.partner("bea").await;
        let need = |word: &str, review: &str| json!({ "category": "participationNeed", "need": word, "mayBeShared": false, "reviewOn": review });
        for (who, path, word, review) in [
            (&ada, &path, "quietRoom", "2026-12-01"), (&bea, &other, "breaks", "2026-11-30"), (&bea, &other, "parking", "2027-11-30"),
        ] {
            who.post(&format!("{path}/access-needs"), need(word, review)).await.is(201);
        }
        let olu = app.officer().await;
        let first = olu.get("/v1/access-needs?reviewBefore=2027-01-01&limit=1").await.is(200);
        assert_eq!(first.body["items"][0]["need"], "breaks");
        let next = format!("/v1/access-needs?reviewBefore=2027-01-01&limit=1&after={}", first.body["next"].as_str().unwrap());
        let second = olu.get(&next).await.is(200);
        assert_eq!(second.body["items"][0]["need"], "quietRoom");
        assert_eq!(second.body["next"], Value::Null);
        assert_eq!(ada.get("/v1/access-needs").await.is(200).body["items"].as_array().unwrap().len(), 1);
        let history = ada.get(&format!("{path}/history")).await.is(200);
        let told: Vec<_> = history.body["items"].as_array().unwrap().iter()
            .filter(|one| one["action"] == "accessNeed.listed").map(|one| (&one["name"], &one["purpose"])).collect();
        assert_eq!(told, [(&json!("ada"), &json!("review")), (&json!("olu"), &json!("review"))]);
    }
);

story!(
    async fn who_wants_partners_does_not_see_their_needs(app) {
        let (_, path) = app.partner("ada").await;
        app.lead().await.get(&format!("{path}/access-needs")).await.is_problem(404, "not-found");
        app.stranger().await.get(&format!("{path}/access-needs")).await.is_problem(404, "not-found");
        app.anonymous().get("/v1/access-needs").await.is_problem(401, "unauthenticated");
    }
);

story!(
    async fn a_named_contact_reads_the_needs_of_those_for_whom_they_are_there(app) {
        let (ada, path) = app.partner("ada").await;
        let (bea, other) = app.partner("bea").await;
        let need = json!({ "category": "participationNeed", "need": "breaks", "mayBeShared": false });
        let added = ada.post(&format!("{path}/access-needs"), need.clone()).await.is(201);
        let theirs = bea.post(&format!("{other}/access-needs"), need.clone()).await.is(201);
        let (olu, lena) = (app.officer().await, app.lead().await);
        let id = app.user_id("lena", Role::WorkstreamLead).await;
        olu.patch(&path, "*", json!({ "namedContactId": id })).await.is(200);
        let read = lena.get(&format!("{path}/access-needs?purpose=support")).await.is(200);
        assert_eq!(read.body["items"], json!([added.body]));
        assert_eq!(lena.get("/v1/access-needs").await.is(200).body["items"], json!([added.body]));
        lena.get(added.header("location")).await.is(200);
        for hidden in [format!("{other}/access-needs"), theirs.header("location").to_owned()] {
            lena.get(&hidden).await.is_problem(404, "not-found");
        }
        // To read is not to change, and the rest of the record stays where it is.
        lena.patch(added.header("location"), "*", json!({ "mayBeShared": true })).await.is_problem(403, "insufficient-scope");
        lena.get(&path).await.is_problem(403, "insufficient-scope");
        let history = ada.get(&format!("{path}/history")).await.is(200);
        let told = history.body["items"].as_array().unwrap().iter().filter(|one| one["name"] == "lena").count();
        assert_eq!(told, 3, "each read is recorded");
        // Somebody who is a partner besides reads as a member of staff only while they are one.
        app.user("lena", Role::Partner, "RXL").await.get(&format!("{path}/access-needs")).await.is_problem(404, "not-found");
        let both = app.acting_as("lena", &[Role::WorkstreamLead, Role::Partner], "RXL").await;
        both.get(added.header("location")).await.is(200);
        both.patch(added.header("location"), "*", json!({ "mayBeShared": true })).await.is_problem(404, "not-found");
        both.post(&format!("{path}/access-needs"), need).await.is_problem(404, "not-found");
        let analyst = app.user_id("ann", Role::Analyst).await;
        olu.patch(&path, "*", json!({ "namedContactId": analyst })).await
            .is_problem(422, "invalid-fields").names(&["/namedContactId"]);
    }
);
