//! One record of each kind, made through HTTP: what the sweeps call the operations on.

use std::collections::BTreeMap;

use equal_partners::access::{NewToken, Role};
use equal_partners::api_clients::entity::{ActiveModel, ApiClientId, Entity, Status};
use equal_partners::store::{Authority, Event};
use equal_partners::values::Stored;
use sea_orm::Set;
use serde_json::{Value, json};

use super::forms::Form;
use super::{Answer, Person, TestApp, applicants, claims, listening, support};

/// The records of one organisation.
#[derive(Clone, Debug, Default)]
pub struct Records {
    pub organisation: String,
    /// By template, such as `/v1/workstreams/{id}`: the address of the record that was made.
    addresses: BTreeMap<&'static str, String>,
    /// By the name of a field that refers to it, such as `workstreamId`: the id.
    pub ids: BTreeMap<&'static str, String>,
}

/// Makes one record of each kind in an organisation. Each resource has a function of its own below;
/// the order is that in which they need one another. It is called again for fresh records, so names
/// that have to be unique are made with [`unique`].
pub async fn seed(app: &TestApp, organisation: &str) -> Records {
    let mut records = Records {
        organisation: organisation.to_owned(),
        ..Records::default()
    };
    let admin = app
        .user("seed-admin", Role::EngagementAdmin, organisation)
        .await;
    workstream(&admin, &mut records).await;
    share(&admin, &mut records).await;
    involvement_route(&admin, &mut records).await;
    user(app, &mut records).await;
    opportunity(&admin, &mut records).await;
    api_client(&admin, &mut records).await;
    applicants::seed(app, &admin, &mut records).await;
    claims::seed(app, &admin, &mut records).await;
    partner(&admin, &mut records).await;
    document(app, &admin, &mut records).await;
    support::seed(app, &admin, &mut records).await;
    listening::seed(app, &mut records).await;
    template(app, &admin, &mut records).await;
    heard(&admin, &mut records).await;
    friends_and_family(&admin, &mut records).await;
    records
}

/// A text that no other record has. It is letters alone: ten digits in a row may be an NHS number, which is refused.
pub fn unique(word: &str) -> String {
    let letter = |digit: char| {
        digit
            .to_digit(16)
            .map_or(digit, |digit| (b'a' + digit as u8) as char)
    };
    let own = uuid::Uuid::new_v4().simple().to_string();
    format!("{word} {}", own.chars().map(letter).collect::<String>())
}

/// A partner with one record of each kind that belongs to one.
async fn partner(admin: &Person, records: &mut Records) {
    let named = |name: &str| json!({ "givenName": name, "familyName": "Seeded", "telephone": "01253 300000", "over16": true });
    let duplicate = admin.post("/v1/partners", named("Duplicate")).await.is(201);
    records.ids.insert("duplicateId", duplicate.id().to_owned());
    let added = admin.post("/v1/partners", named("Partner")).await.is(201);
    records.add("/v1/partners/{id}", &added, &["partnerId"]);
    let below = |path: &str| format!("{}/{path}", added.header("location"));
    let belongings = [
        (
            "enrolments",
            "/v1/enrolments/{id}",
            json!({ "route": "equalPartnersAssembly" }),
        ),
        (
            "contact-preferences",
            "/v1/contact-preferences/{id}",
            json!({ "purpose": "surveys", "channel": "phone", "wording": "You may call me." }),
        ),
        (
            "access-needs",
            "/v1/access-needs/{id}",
            json!({ "category": "participationNeed", "need": "quietRoom", "mayBeShared": false }),
        ),
        (
            "declarations",
            "/v1/declarations/{id}",
            json!({ "kind": "nil", "fromDate": "2024-03-01" }),
        ),
        (
            "representatives",
            "/v1/representatives/{id}",
            json!({ "kind": "carer", "name": "Charles", "may": ["accompany"], "consentWording": "Yes." }),
        ),
        (
            "image-consents",
            "/v1/image-consents/{id}",
            json!({ "images": ["photograph"], "uses": ["print"], "wording": "Yes." }),
        ),
        (
            "shares",
            "/v1/partner-shares/{id}",
            json!({ "withOrganisation": "RXN", "purpose": "To ask about roles.", "consentWording": "Yes.", "endsOn": "2027-01-01" }),
        ),
    ];
    for (path, template, new) in belongings {
        let added = admin.post(&below(path), new).await.is(201);
        records.add(template, &added, &[]);
    }
}

async fn friends_and_family(admin: &Person, records: &mut Records) {
    let imports = "/v1/feedback/friends-and-family/imports";
    let file = format!(
        "responded_on,setting,organisation_code,site_code,ward_name,score,mode\n2026-11-02,outpatient,{},,,1,sms\n",
        records.organisation
    );
    let added = admin
        .request(reqwest::Method::POST, imports)
        .body("text/csv", file);
    let added = added.send().await.is(201);
    records.add("/v1/feedback/friends-and-family/imports/{id}", &added, &[]);
    let below = |path: &str| format!("/v1/feedback/friends-and-family/{path}");
    let response = json!({ "setting": "outpatient", "organisation": records.organisation, "score": 4,
        "mode": "online", "why": "I was scared to go home." });
    let added = admin.post(&below("responses"), response).await.is(201);
    records.add(
        "/v1/feedback/friends-and-family/responses/{id}",
        &added,
        &[],
    );
    let person = uuid::Uuid::new_v4().simple().to_string().repeat(2);
    let exclusion = json!({ "person": person, "reason": "optOut" });
    let added = admin.post(&below("exclusions"), exclusion).await.is(201);
    records.add(
        "/v1/feedback/friends-and-family/exclusions/{id}",
        &added,
        &[],
    );
    // There is one return for each setting and month, and this is called again.
    static MONTHS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let month = MONTHS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let settings = [
        "community",
        "dental",
        "gp",
        "ae",
        "inpatient",
        "mentalHealth",
    ];
    let period = format!("{}-{:02}", 2021 + month / 12 % 5, month % 12 + 1);
    let new = json!({ "setting": settings[month / 60 % settings.len()], "period": period });
    let added = admin.post(&below("returns"), new).await.is(201);
    records.add("/v1/feedback/friends-and-family/returns/{id}", &added, &[]);
}

async fn involvement_route(admin: &Person, records: &mut Records) {
    let new = json!({ "code": "seededRoute", "label": "Seeded route", "validFrom": "2026-11-22" });
    let added = admin.post("/v1/involvement-routes", new).await.is(201);
    records.add("/v1/involvement-routes/{id}", &added, &[]);
}

async fn workstream(admin: &Person, records: &mut Records) {
    let new = json!({ "name": unique("Pathway"), "purpose": "To be called by the sweeps." });
    let added = admin.post("/v1/workstreams", new).await.is(201);
    records.add("/v1/workstreams/{id}", &added, &["workstreamId"]);
}

/// The organisation itself is there already.
async fn share(admin: &Person, records: &mut Records) {
    let address = format!("/v1/organisations/{}", records.organisation);
    let new = json!({ "withOrganisation": "QE1", "what": "workstreams", "purpose": "For the sweeps.",
        "startsOn": "2026-12-01", "endsOn": "2026-12-31" });
    let added = admin.post(&format!("{address}/shares"), new).await.is(201);
    records
        .addresses
        .insert("/v1/organisations/{code}", address);
    records.add("/v1/organisations/{code}/shares/{id}", &added, &[]);
}

async fn opportunity(admin: &Person, records: &mut Records) {
    let new = json!({
        "workstreamId": records.ids["workstreamId"], "title": "Seeded opportunity",
        "summary": "To be called by the sweeps.", "kind": "focusGroup", "participationLevel": "consult",
        "mode": "online", "roleLevel": 2
    });
    let added = admin.post("/v1/opportunities", new).await.is(201);
    records.add("/v1/opportunities/{id}", &added, &["opportunityId"]);
}

/// Fields that name a user take any user of the organisation.
async fn user(app: &TestApp, records: &mut Records) {
    let made = equal_partners::users::operations::ensure(
        &app.state.store,
        &records.organisation,
        "seed-user",
        Role::WorkstreamLead,
    );
    let id = made.await.unwrap().to_string();
    records
        .addresses
        .insert("/v1/users/{id}", format!("/v1/users/{id}"));
    for field in ["leadId", "userId", "namedContactId"] {
        records.ids.insert(field, id.clone());
    }
}

async fn api_client(admin: &Person, records: &mut Records) {
    let new = json!({ "name": "Seeded system", "scopes": ["me:read", "workstreams:read"] });
    let added = admin.post("/v1/api-clients", new).await.is(201);
    records.add("/v1/api-clients/{id}", &added, &["clientId"]);
}

/// A template with a version that is published, and an adaptation of it.
async fn template(app: &TestApp, admin: &Person, records: &mut Records) {
    let new = json!({ "title": unique("Role description"), "kind": "roleDescription", "summary": "For the sweeps." });
    let added = admin.post("/v1/templates", new).await.is(201);
    records.add("/v1/templates/{id}", &added, &["templateId"]);
    let version = json!({ "changeNote": "The first one.", "sections": [
        { "key": "purpose", "heading": "Purpose", "text": "To be called by the sweeps.", "fills": "purpose" },
        { "key": "secrecy", "heading": "Confidentiality", "text": "It stays here.", "locked": true },
    ]});
    let versions = format!("{}/versions", added.header("location"));
    let version = admin.post(&versions, version).await.is(201);
    records.add("/v1/template-versions/{id}", &version, &[]);
    let second = app
        .user("seed-second", Role::EngagementAdmin, &records.organisation)
        .await;
    let address = version.header("location");
    second.step(&format!("{address}/approve")).await.is(200);
    second.step(&format!("{address}/publish")).await.is(200);
    let new = json!({ "templateId": added.id(), "workstreamId": records.ids["workstreamId"], "title": "Seeded role" });
    let adaptation = admin.post("/v1/adaptations", new).await.is(201);
    records.add("/v1/adaptations/{id}", &adaptation, &["adaptationId"]);
}

/// Something that was heard, with a theme, and what is done about it.
async fn heard(admin: &Person, records: &mut Records) {
    let theme = json!({ "code": unique("seeded").replace(' ', ""), "label": "Seeded" });
    let theme = admin.post("/v1/insight-themes", theme).await.is(201);
    records.add("/v1/insight-themes/{id}", &theme, &[]);
    let new = |quote: &str| {
        json!({ "source": "survey", "service": "Seeds", "heardOn": "2026-11-02", "quote": quote,
        "sentiment": { "score": 1, "by": "model", "model": "words-1", "confidence": 80 } })
    };
    let insight = admin.post("/v1/insights", new("It grows.")).await.is(201);
    records.add("/v1/insights/{id}", &insight, &[]);
    let other = admin.post("/v1/insights", new("It shrinks.")).await.is(201);
    records.ids.insert("insightId", other.id().to_owned());
    let improvement = json!({ "insightIds": [insight.id()], "service": "Seeds", "youSaid": "It grows.",
        "decision": "already", "weDid": "We water it.", "ownerId": records.id("userId"), "quote": "It grows." });
    let improvement = admin.post("/v1/improvements", improvement).await.is(201);
    records.add("/v1/improvements/{id}", &improvement, &["improvementId"]);
    records
        .ids
        .insert("ownerId", records.id("userId").to_owned());
    records.add_at(
        "/v1/provenance/{id}",
        format!("/v1/provenance/{}", improvement.id()),
    );
}

/// A document for staff with a version that is published.
async fn document(app: &TestApp, admin: &Person, records: &mut Records) {
    let new = json!({ "title": unique("Guide"), "kind": "guide", "summary": "For the sweeps.", "audience": "staff" });
    let added = admin.post("/v1/documents", new).await.is(201);
    records.add("/v1/documents/{id}", &added, &["documentId"]);
    let second = app
        .user("seed-second", Role::EngagementAdmin, &records.organisation)
        .await;
    let version = published_version(admin, &second, added.header("location"), "The text.").await;
    records.add(
        "/v1/document-versions/{id}",
        &version,
        &["versionId", "rendersId"],
    );
    let wanted = json!({ "format": "braille", "language": "cy", "contact": "01253 300000" });
    let address = format!("{}/format-requests", added.header("location"));
    let request = admin.post(&address, wanted).await.is(201);
    records.add("/v1/format-requests/{id}", &request, &[]);
    let given = json!({ "partnerId": records.ids["partnerId"], "versionId": version.id(), "channel": "post" });
    let given = admin.post("/v1/handouts", given).await.is(201);
    records.add("/v1/handouts/{id}", &given, &[]);
}

/// A version of a document that one person uploaded, and another one approved; it is published. Answers what was
/// answered to the upload.
pub async fn published_version(
    author: &Person,
    second: &Person,
    document: &str,
    text: &str,
) -> Answer {
    let form = Form::new()
        .field("changeNote", "The first one.")
        .field("language", "en")
        .file("guide.txt", Some("text/plain"), text.as_bytes());
    let added = author
        .upload(&format!("{document}/versions"), form)
        .await
        .is(201);
    let version = added.header("location").to_owned();
    let consultation = json!({ "consultation": "The readers' panel likes it." });
    author
        .post(&format!("{version}/consult"), consultation)
        .await
        .is(200);
    second.step(&format!("{version}/approve")).await.is(200);
    author.step(&format!("{version}/publish")).await.is(200);
    added
}

impl Records {
    /// Remembers a record that was added: its address, and the fields that refer to it.
    pub fn add(&mut self, template: &'static str, added: &Answer, fields: &[&'static str]) {
        self.addresses
            .insert(template, added.header("location").to_owned());
        for field in fields {
            self.ids.insert(field, added.id().to_owned());
        }
    }

    /// Remembers the address of a record that came with another one.
    pub fn add_at(&mut self, template: &'static str, address: String) {
        self.addresses.insert(template, address);
    }

    /// The id of the record to which a field of this name refers.
    pub fn id(&self, field: &str) -> &str {
        self.ids
            .get(field)
            .map(String::as_str)
            .unwrap_or_else(|| panic!("no record for {field}"))
    }

    /// Puts the record's own id in the place of an id that nothing has.
    pub fn unknown(&self) -> Self {
        let mut other = self.clone();
        for (template, address) in &mut other.addresses {
            if template.ends_with("{id}") {
                let (above, _) = address.rsplit_once('/').unwrap();
                *address = format!("{above}/0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90");
            }
        }
        other
    }

    /// The address for a template: that of the longest part of it which names a record, and the rest.
    pub fn address(&self, template: &str) -> String {
        if !template.contains('{') {
            return template.to_owned();
        }
        let fixed = [("/problems/{name}", "/problems/not-found")];
        if let Some((_, address)) = fixed.iter().find(|(known, _)| *known == template) {
            return (*address).to_owned();
        }
        let mut known = self.addresses.iter().filter_map(|(known, address)| {
            let rest = template.strip_prefix(known)?;
            (!rest.contains('{') && (rest.is_empty() || rest.starts_with('/')))
                .then(|| format!("{address}{rest}"))
        });
        known.next_back().unwrap_or_else(|| {
            panic!(
                "tests/api/harness/people.rs makes no record for {template}: add a function that makes \
                 one through HTTP, remembers it with `records.add(\"{template}\", …)`, and call it in `seed`"
            )
        })
    }

    /// An example with the ids of records that are there in the place of ids that are made up.
    pub fn filled(&self, example: &Value, operation: &str) -> Value {
        let is_id = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| uuid::Uuid::try_parse(text).is_ok())
        };
        let id = |field: &str| {
            json!(self.ids.get(field).unwrap_or_else(|| {
                panic!(
                    "the example of {operation} has the field {field}, and tests/api/harness/people.rs \
                     makes no record for it: name the field in the `records.add` of what it refers to"
                )
            }))
        };
        match example {
            Value::Object(fields) => fields
                .iter()
                .map(|(field, value)| {
                    let value = match value {
                        value if field.ends_with("Id") && is_id(value) => id(field),
                        _ if field == "organisation" => json!(self.organisation),
                        Value::Array(items)
                            if field.ends_with("Ids") && items.iter().all(is_id) =>
                        {
                            items
                                .iter()
                                .take(1)
                                .map(|_| id(field.trim_end_matches('s')))
                                .collect()
                        }
                        other => self.filled(other, operation),
                    };
                    (field.clone(), value)
                })
                .collect(),
            Value::Array(items) => items
                .iter()
                .map(|item| self.filled(item, operation))
                .collect(),
            other => other.clone(),
        }
    }
}

/// A client of the organisation with exactly these scopes.
pub async fn client(app: &TestApp, organisation: &str, scopes: &[&str]) -> Person {
    let id = ApiClientId::new();
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let authority = Authority::system("test").within(organisation);
    let row = ActiveModel {
        id: Set(id),
        name: Set("Sweeping client".to_owned()),
        scopes: Set(Stored(scopes.clone())),
        partner_id: Set(None),
        status: Set(Status::Active),
        secret_changed_at: Set(app.clock.now()),
        ..Default::default()
    };
    app.state
        .store
        .write(&authority, async |work| {
            work.add::<Entity>(row).await?;
            Ok((id, Event::of("client.added", id)))
        })
        .await
        .unwrap();
    let token = NewToken {
        subject: id.to_string(),
        client_id: id.to_string(),
        organisation: organisation.to_owned(),
        scope: Some(scopes.join(" ")),
        roles: None,
        life: chrono::Duration::minutes(60),
    };
    let (token, _) = token
        .sign(
            &app.state.access.keys,
            &app.state.config.public_url,
            app.clock.now(),
        )
        .unwrap();
    app.bearer(&token)
}
