//! Matching: who fits is told with reasons; who does not want to hear of opportunities, and who has
//! applied, is left out; those who are listed can see who looked.

use equal_partners::partners::PartnerId;
use equal_partners::partners::contact_preferences::entity as preferences;
use equal_partners::partners::entity::{
    ActiveModel, Availability, Entity, PartnerSource, PartnerStatus,
};
use equal_partners::partners::messages::{MessagePurpose, Sparing, operations, queue};
use equal_partners::store::{Authority, Event};
use equal_partners::values::Perspective;
use equal_partners::values::{Mode, Stored, Weekday};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, Set};
use serde_json::{Value, json};

use crate::harness::applicants::{TO_AN_OFFER, id_of};
use crate::harness::{TestApp, story};

/// A partner who is active in an organisation.
async fn partner(app: &TestApp, organisation: &str, name: &str, interests: &[&str]) -> PartnerId {
    let id = PartnerId::new();
    let row = ActiveModel {
        id: Set(id),
        given_name: Set(name.to_owned()),
        family_name: Set("Example".to_owned()),
        over_16: Set(true),
        perspectives: Set(Stored(vec![Perspective::Carer])),
        lived_experience: Set(Stored(vec!["Diabetes".to_owned()])),
        interests: Set(Stored(
            interests.iter().map(|text| (*text).to_owned()).collect(),
        )),
        skills: Set(Stored(Vec::new())),
        availability: Set(Some(Stored(Availability {
            days: vec![Weekday::Tuesday],
            times: Vec::new(),
            modes: vec![Mode::Online],
            hours_per_month: Some(2),
            notice_days: None,
        }))),
        source: Set(PartnerSource::Staff),
        status: Set(PartnerStatus::Active),
        search_name: Set(format!(" {}", name.to_lowercase())),
        ..Default::default()
    };
    let authority = Authority::system("test").within(organisation);
    let added = app.state.store.write(&authority, async |work| {
        work.add::<Entity>(row).await?;
        Ok((id, Event::of("partner.added", id)))
    });
    added.await.unwrap()
}

/// What a partner said about hearing of opportunities by e-mail.
async fn wish(app: &TestApp, partner: PartnerId, withdrawn: bool) {
    let now = app.clock.now();
    let row = preferences::ActiveModel {
        id: Set(preferences::PreferenceId::new()),
        partner_id: Set(partner),
        purpose: Set(preferences::ContactPurpose::Opportunities),
        channel: Set(preferences::Channel::Email),
        consented_at: Set(now),
        wording: Set("Tell me of opportunities.".to_owned()),
        withdrawn_at: Set(withdrawn.then_some(now)),
        ..Default::default()
    };
    let authority = Authority::system("test").within("RXL");
    let added = app.state.store.write(&authority, async |work| {
        work.add::<preferences::Entity>(row).await?;
        Ok(((), Event::of("partner.consented", partner)))
    });
    added.await.unwrap();
}

/// How many reads the ledger knows about a partner.
async fn listings(app: &TestApp, partner: PartnerId) -> i64 {
    let count = Query::select()
        .expr(Expr::cust("COUNT(*)"))
        .from(Alias::new("ledger_subjects"))
        .and_where(Expr::col(Alias::new("partner_id")).eq(partner.0))
        .to_owned();
    let row = app
        .state
        .store
        .database
        .whole()
        .query_one(&count)
        .await
        .unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

fn names(ranking: &Value) -> Vec<&str> {
    let partners = ranking["partners"].as_array().unwrap();
    partners
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect()
}

story!(
    async fn partners_are_ranked_with_reasons(app) {
        let ada = partner(app, "RXL", "Ada", &["diabetes care", "clinics"]).await;
        partner(app, "RXL", "Ben", &["maternity"]).await;
        let cem = partner(app, "RXL", "Cem", &["diabetes"]).await;
        let dee = partner(app, "RXL", "Dee", &["diabetes", "clinics"]).await;
        partner(app, "R0A", "Eve", &["diabetes", "clinics"]).await;
        wish(app, ada, false).await;
        wish(app, dee, true).await;
        let olu = app.officer().await;
        let path = app.drafted(&olu, json!({})).await;
        let ranking = olu.get(&format!("{path}/matches")).await.is(200).body;
        assert_eq!(names(&ranking), ["Ada Example", "Cem Example", "Ben Example"]);
        assert_eq!((ranking["compared"].as_i64(), ranking["leftOut"].as_i64()), (Some(3), Some(1)));
        let first = &ranking["partners"][0];
        assert_eq!(first["reasons"], json!([
            { "ground": "interests", "points": 30, "text": "is interested in Diabetes, Clinics" },
            { "ground": "perspective", "points": 20, "text": "knows the NHS as carer" },
            { "ground": "mode", "points": 10, "text": "can take part this way: hybrid" },
            { "ground": "hours", "points": 4, "text": "has up to 2 hours a month; the role takes 4" },
            { "ground": "days", "points": 6, "text": "can take part: tuesday" },
            { "ground": "times", "points": 6, "text": "can take part: evening" },
            { "ground": "contact", "points": 0, "text": "wants to hear of opportunities by email" },
        ]));
        assert_eq!(first["score"], 76);
        let last = ranking["partners"][2]["reasons"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["text"], "has not said whether they want to hear of opportunities: ask first");
        let two = olu.get(&format!("{path}/matches?limit=1")).await.is(200).body;
        assert_eq!(names(&two), ["Ada Example"]);
        olu.get(&format!("{path}/matches?limit=0")).await.is_problem(400, "invalid-parameter");
        app.lead().await.get(&format!("{path}/matches")).await.is_problem(403, "insufficient-scope");
        app.stranger().await.get(&format!("{path}/matches")).await.is_problem(404, "not-found");
        let reads = listings(app, cem).await;
        assert_eq!(reads, 1, "only the ranking in which the partner was listed");
    }
);

story!(
    async fn only_what_asked_for_something_counts_as_asked_and_once(app) {
        let ada = partner(app, "RXL", "Ada", &["diabetes"]).await;
        wish(app, ada, false).await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let path = app.drafted(&olu, json!({ "title": "Another one" })).await;
        let asked = async || {
            let ranking = olu.get(&format!("{path}/matches")).await.is(200).body;
            ranking["partners"][0]["askedLately"].as_i64().unwrap()
        };
        let send = async |purposes: &[MessagePurpose], cancel: bool| {
            let authority = Authority::system("test").within("RXL");
            let sent = app.state.store.write(&authority, async |work| {
                for purpose in purposes {
                    queue(work, ada, *purpose, "aTemplate", []).await?;
                }
                if cancel {
                    operations::cancel(work, ada, Sparing::Nothing).await?;
                }
                Ok(((), Event::of("test.queued", ada)))
            });
            sent.await.unwrap();
        };
        send(&[MessagePurpose::Opportunities, MessagePurpose::Reply, MessagePurpose::Service], true).await;
        assert_eq!(asked().await, 0, "what was not sent asked nothing");
        send(&[MessagePurpose::Opportunities, MessagePurpose::Reply, MessagePurpose::Service], false).await;
        assert_eq!(asked().await, 1, "replies and service messages ask nothing");
        let opportunity = app.published(json!({})).await;
        let by_phone = json!({ "opportunityId": id_of(&opportunity), "partnerId": ada, "method": "phone", "consent": true });
        let applied = olu.post("/v1/applications", by_phone).await.is(201);
        app.decide_all(&olu, applied.header("location"), TO_AN_OFFER).await;
        assert_eq!(asked().await, 2, "nor do the answers to an application");
        olu.step(&format!("{}/accept", applied.header("location"))).await.is(200);
        let term = json!({ "applicationId": applied.id(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01" });
        amina.post("/v1/appointments", term).await.is(201);
        assert_eq!(asked().await, 2, "an application and its appointment are one thing");
    }
);
