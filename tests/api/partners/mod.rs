//! Partners: who registers, who sees what, how a partner goes through the states, and what belongs to one.

mod access_needs;
mod belongings;
mod contact;
mod duplicates;
pub mod erasure;
mod history;
mod shares;
mod steps;

use equal_partners::access::{NewToken, Role};
use serde_json::{Value, json};

use crate::harness::{Answer, Person, TestApp, story};

/// Somebody to register, who can be reached by telephone.
pub fn somebody(given: &str, family: &str) -> Value {
    json!({ "givenName": given, "familyName": family, "telephone": "01253 300000", "over16": true })
}

/// Somebody registered by staff, and the address of their record.
pub async fn registered(staff: &Person, given: &str, family: &str) -> String {
    let added = staff
        .post("/v1/partners", somebody(given, family))
        .await
        .is(201);
    added.header("location").to_owned()
}

/// The id at the end of an address.
pub fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// A person with the credentials that registering gave them.
pub fn with_credentials(app: &TestApp, answer: &Answer) -> Person {
    let client = answer.body["credentials"]["clientId"].as_str().unwrap();
    let scopes: Vec<&str> = equal_partners::access::TABLE
        .iter()
        .map(|row| row.scope)
        .collect();
    let token = NewToken {
        subject: client.to_owned(),
        client_id: client.to_owned(),
        organisation: answer.body["organisation"].as_str().unwrap().to_owned(),
        scope: Some(scopes.join(" ")),
        roles: None,
        life: chrono::Duration::minutes(60),
    };
    let issuer = &app.state.config.public_url;
    app.bearer(
        &token
            .sign(&app.state.access.keys, issuer, app.clock.now())
            .unwrap()
            .0,
    )
}

story!(
    async fn staff_register_somebody_who_phoned_and_need_no_e_mail(app) {
        let olu = app.officer().await;
        let added = olu.post("/v1/partners", somebody("Ada", "Lovelace")).await.is(201);
        assert_eq!(added.body["status"], "registered");
        assert_eq!(added.body["source"], "staff");
        assert!(added.body.get("credentials").is_none());
        let read = olu.get(added.header("location")).await.is(200);
        assert_eq!(read.body, added.body);
        assert_eq!(read.etag(), added.etag());
    }
);

story!(
    async fn a_partner_can_be_reached_in_one_way_at_least(app) {
        let olu = app.officer().await;
        let nobody = json!({ "givenName": "Ada", "familyName": "Lovelace", "over16": true });
        olu.post("/v1/partners", nobody).await.is_problem(422, "invalid-fields").names(&[""]);
        let path = registered(&olu, "Ada", "Lovelace").await;
        olu.patch(&path, "*", json!({ "telephone": null })).await.is_problem(422, "invalid-fields").names(&[""]);
        let post = json!({ "telephone": null, "postalAddress": "1 High Street\nBlackpool" });
        let changed = olu.patch(&path, "*", post).await.is(200);
        assert_eq!(changed.body["telephone"], Value::Null);
    }
);

story!(
    async fn anyone_shows_interest_and_gets_credentials_for_their_own_record(app) {
        let anyone = app.anonymous();
        anyone.post("/v1/partners", somebody("Ada", "Lovelace")).await
            .is_problem(422, "invalid-fields").names(&["/organisation"]);
        let mut new = somebody("Ada", "Lovelace");
        new["organisation"] = json!("RXL");
        let added = anyone.post("/v1/partners", new.clone()).await.is(201);
        assert_eq!(added.body["status"], "enquirer");
        assert_eq!(added.body["source"], "ownRegistration");
        assert!(added.body["credentials"]["clientSecret"].as_str().unwrap().starts_with("eps_"));
        let path = added.header("location");
        anyone.get(path).await.is_problem(401, "unauthenticated");
        let ada = with_credentials(app, &added);
        let read = ada.get(path).await.is(200);
        assert!(read.body.get("credentials").is_none());
        ada.patch(path, read.etag(), json!({ "preferredName": "Countess" })).await.is(200);
        assert_eq!(ada.get("/v1/partners").await.is(200).body["items"][0]["preferredName"], "Countess");
        // Another enquirer sees nothing of it.
        let other = with_credentials(app, &anyone.post("/v1/partners", new).await.is(201));
        other.get(path).await.is_problem(404, "not-found");
        ada.post("/v1/partners", somebody("Ada", "Again")).await.is_problem(409, "already-exists");
    }
);

story!(
    async fn an_enquiry_names_an_organisation_that_is_open(app) {
        let mut new = somebody("Ada", "Lovelace");
        new["organisation"] = json!("ZZZ99");
        app.anonymous().post("/v1/partners", new.clone()).await
            .is_problem(422, "invalid-fields").names(&["/organisation"]);
        new["organisation"] = json!("R0A");
        app.officer().await.post("/v1/partners", new).await
            .is_problem(422, "invalid-fields").names(&["/organisation"]);
    }
);

story!(
    async fn a_repeated_enquiry_gives_the_same_credentials_once_more(app) {
        let mut new = somebody("Ada", "Lovelace");
        new["organisation"] = json!("RXL");
        let send = async || {
            app.anonymous().request(reqwest::Method::POST, "/v1/partners")
                .header("Idempotency-Key", "0b3b2c1e-2f6b-4f6e-9d58-0a6f1d1f5a11").json(new.clone()).send().await.is(201)
        };
        let (first, again) = (send().await, send().await);
        assert_eq!(first.body, again.body);
        assert_eq!(first.etag(), again.etag());
        let list = app.officer().await.get("/v1/partners").await.is(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn a_partner_registers_themself_once_and_corrects_their_record(app) {
        let ada = app.user("ada", Role::Partner, "RXL").await;
        let added = ada.post("/v1/partners", somebody("Ada", "Lovelace")).await.is(201);
        assert_eq!(added.body["status"], "registered");
        ada.post("/v1/partners", somebody("Ada", "Lovelace")).await.is_problem(409, "already-exists");
        let path = added.header("location");
        assert!(added.etag().ends_with("-own\""));
        let contact = json!({ "emergencyContact": { "name": "Charles", "telephone": "01253 300001" } });
        let changed = ada.patch(path, added.etag(), contact).await.is(200);
        assert_eq!(changed.body["emergencyContact"]["name"], "Charles");
        let olu = app.officer().await;
        assert_eq!(olu.get(path).await.is(200).body["emergencyContact"]["name"], "Charles");
        // The version is the same whoever asks; the representation need not be.
        olu.patch(path, changed.etag(), json!({ "skills": ["mathematics"] })).await.is(200);
        ada.patch(path, changed.etag(), json!({ "skills": [] })).await.is_problem(412, "precondition-failed");
    }
);

story!(
    async fn the_named_contact_is_for_staff_to_choose(app) {
        let (ada, path) = app.partner("ada").await;
        let staff = crate::harness::people::seed(app, "RXL").await;
        let contact = staff.filled(&json!({ "namedContactId": uuid::Uuid::nil() }), "a test");
        let refused = ada.patch(&path, "*", contact.clone()).await
            .is_problem(422, "invalid-fields").names(&["/namedContactId"]);
        assert_eq!(refused.body["errors"][0]["code"], "staffOnly");
        let olu = app.officer().await;
        let chosen = olu.patch(&path, "*", contact.clone()).await.is(200);
        assert_eq!(chosen.body["namedContactId"], contact["namedContactId"]);
        let unknown = json!({ "namedContactId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90" });
        olu.patch(&path, "*", unknown).await.is_problem(422, "invalid-fields").names(&["/namedContactId"]);
    }
);

story!(
    async fn what_is_not_the_callers_to_set_is_no_field(app) {
        let (ada, path) = app.partner("ada").await;
        let fields = json!({ "status": "active", "source": "staff", "organisation": "R0A", "version": 9, "mergedIntoId": null });
        ada.patch(&path, "*", fields).await.is_problem(422, "invalid-fields")
            .names(&["/mergedIntoId", "/organisation", "/source", "/status", "/version"]);
    }
);

story!(
    async fn an_nhs_number_is_refused_wherever_people_write_freely(app) {
        let olu = app.officer().await;
        let mut new = somebody("Ada", "Lovelace");
        new["travelLimits"] = json!("Not far. NHS number 943 476 5919.");
        new["interests"] = json!(["diabetes", "9434765919"]);
        olu.post("/v1/partners", new).await.is_problem(422, "invalid-fields")
            .names(&["/interests/1", "/travelLimits"]);
    }
);

story!(
    async fn lists_that_are_too_long_are_refused_in_a_change_too(app) {
        let olu = app.officer().await;
        let path = registered(&olu, "Ada", "Lovelace").await;
        let many: Vec<String> = (0..51).map(|n| format!("interest {n}")).collect();
        let changes = json!({ "interests": many, "availability": { "hoursPerMonth": 1000 } });
        olu.patch(&path, "*", changes).await.is_problem(422, "invalid-fields")
            .names(&["/availability/hoursPerMonth", "/interests"]);
    }
);

story!(
    async fn partners_are_found_by_name_interest_perspective_route_and_state(app) {
        let olu = app.officer().await;
        let mut jose = somebody("José", "O'Neill-Smith");
        jose["preferredName"] = json!("Pepe");
        jose["interests"] = json!(["Diabetes", "eye care"]);
        jose["perspectives"] = json!(["carer"]);
        let jose = olu.post("/v1/partners", jose).await.is(201);
        let ada = registered(&olu, "Ada", "Lovelace").await;
        olu.post(&format!("{ada}/enrolments"), json!({ "route": "equalPartnersAssembly" })).await.is(201);
        olu.post(&format!("{ada}/enrolments"), json!({ "route": "volunteer" })).await.is(201);
        let found = async |query: &str| -> Vec<String> {
            let list = olu.get(&format!("/v1/partners?{query}")).await.is(200);
            list.body["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
        };
        let (jose, ada) = (vec![jose.id().to_owned()], vec![id_of(&ada).to_owned()]);
        for query in ["q=jose", "q=JOS%C3%89%20oneill", "q=smith", "q=pepe", "interest=DIABETES", "perspective=carer"] {
            assert_eq!(found(query).await, jose, "{query}");
        }
        for query in ["q=lov", "q=ad%20love", "route=equalPartnersAssembly"] {
            assert_eq!(found(query).await, ada, "{query}");
        }
        for query in ["q=ovelace", "q=%25", "q=jose%20lovelace", "interest=eye", "route=volunteer", "status=active"] {
            assert_eq!(found(query).await, Vec::<String>::new(), "{query}");
        }
        assert_eq!(found("sort=familyName").await, [ada, jose].concat());
        olu.get("/v1/partners?q=").await.is_problem(400, "invalid-parameter");
    }
);

story!(
    async fn another_organisation_finds_nothing(app) {
        let (ada, path) = app.partner("ada").await;
        let stan = app.stranger().await;
        stan.get(&path).await.is_problem(404, "not-found");
        stan.patch(&path, "*", json!({ "skills": 7 })).await.is_problem(404, "not-found");
        stan.step(&format!("{path}/pause")).await.is_problem(404, "not-found");
        assert_eq!(stan.get("/v1/partners").await.body["items"], json!([]));
        // Neither does another partner of the same organisation.
        let (bea, other) = app.partner("bea").await;
        bea.get(&path).await.is_problem(404, "not-found");
        ada.get(&other).await.is_problem(404, "not-found");
        assert_eq!(bea.get("/v1/partners").await.body["items"].as_array().unwrap().len(), 1);
    }
);
