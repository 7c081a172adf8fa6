//! Agreements: their wording, how both sides accept, what is kept of it, and the consent to images, which is apart.

use chrono::Duration;
use equal_partners::access::Role;
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::people::client;
use crate::harness::support::{KINDS, offer, publish, text};
use crate::harness::{Answer, Person, TestApp, story};

fn typed(name: &str) -> Value {
    json!({ "method": "typed", "name": name })
}

fn spoken(name: &str, witness: &str) -> Value {
    json!({ "method": "spoken", "name": name, "witness": witness })
}

fn named(answer: &Answer) -> Vec<&str> {
    let errors = answer.body["errors"].as_array().into_iter().flatten();
    errors
        .filter_map(|error| error["pointer"].as_str())
        .collect()
}

story!(
    async fn a_wording_is_published_by_somebody_who_did_not_write_it_and_never_changes(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let draft = olu.post("/v1/agreement-texts", text("involvement")).await.is(201);
        let (path, publish) = (draft.header("location").to_owned(), format!("{}/publish", draft.header("location")));
        assert_eq!((&draft.body["status"], &draft.body["revision"]), (&json!("draft"), &Value::Null));
        olu.step(&publish).await.is_problem(403, "same-person");
        // Whoever changes a word has written on it.
        let changed = amina.patch(&path, draft.etag(), json!({ "changeNote": "Shorter." })).await.is(200);
        amina.step(&publish).await.is_problem(403, "same-person");
        client(app, "RXL", &["agreement-texts:publish"]).await.step(&publish).await.is_problem(403, "person-needed");
        let ivan = app.user("ivan", Role::IgLead, "RXL").await;
        let published = ivan.step(&publish).await.is(200);
        assert_eq!((&published.body["status"], &published.body["revision"]), (&json!("published"), &json!(1)));
        assert_eq!(published.body["sections"], changed.body["sections"]);
        olu.patch(&path, published.etag(), json!({ "title": "Another" })).await.is_problem(409, "transition-not-allowed");
        olu.step(&format!("{path}/withdraw")).await.is_problem(409, "transition-not-allowed");
        app.lead().await.post("/v1/agreement-texts", text("involvement")).await.is_problem(403, "insufficient-scope");
        app.stranger().await.get(&path).await.is_problem(404, "not-found");
    }
);

story!(
    async fn a_wording_speaks_of_everything_that_belongs_to_its_kind(app) {
        let (olu, amina) = (app.officer().await, app.admin().await);
        let mut short = text("confidentiality");
        short["sections"].as_array_mut().unwrap().truncate(3);
        let draft = olu.post("/v1/agreement-texts", short).await.is(201);
        let publish = format!("{}/publish", draft.header("location"));
        let refused = amina.step(&publish).await.is_problem(409, "rule-not-met").names(&["/sections", "/sections"]);
        let codes: Vec<_> = refused.body["errors"].as_array().unwrap().iter().map(|e| e["code"].clone()).collect();
        assert_eq!(codes, ["socialMedia", "afterLeaving"]);
        let whole = json!({ "sections": text("confidentiality")["sections"] });
        olu.patch(draft.header("location"), draft.etag(), whole).await.is(200);
        amina.step(&publish).await.is(200);
        let given_up = olu.post("/v1/agreement-texts", text("confidentiality")).await.is(201);
        olu.step(&format!("{}/withdraw", given_up.header("location"))).await.is(200);
        amina.step(&format!("{}/publish", given_up.header("location"))).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn an_agreement_is_offered_once_with_the_particulars_of_the_role(app) {
        let one = app.appointed(json!({})).await;
        let olu = app.officer().await;
        let new = offer(id_of(&one.path), "involvement");
        olu.post("/v1/agreements", new.clone()).await.is_problem(409, "rule-not-met").names(&["/kind"]);
        app.texts().await;
        let mut silent = new.clone();
        silent["terms"]["support"] = json!({ "name": "Olu" });
        olu.post("/v1/agreements", silent).await.is_problem(422, "invalid-fields").names(&["/terms/support/telephone"]);
        let choice = json!({ "choice": "acceptReduced", "reducedPence": 2000, "benefitsInfoGiven": true });
        one.partner.post(&format!("{}/choose-payment", one.path), choice).await.is(200);
        let offered = olu.post("/v1/agreements", new.clone()).await.is(201);
        let particulars = &offered.body["particulars"];
        assert_eq!((&particulars["partnerName"], &particulars["startsOn"]), (&json!("Ada Okafor"), &json!("2027-01-04")));
        assert_eq!((&particulars["payment"]["pence"], &particulars["reducedPence"]), (&json!(7500), &json!(2000)));
        assert_eq!(particulars["terms"]["absenceNoticeHours"], 48);
        olu.post("/v1/agreements", new.clone()).await.is_problem(409, "already-exists").names(&["/kind"]);
        // Withdrawn, it can be offered anew.
        olu.step(&format!("{}/withdraw", offered.header("location"))).await.is(200);
        olu.post("/v1/agreements", new.clone()).await.is(201);
        app.stranger().await.post("/v1/agreements", new).await.is_problem(422, "invalid-fields").names(&["/appointmentId"]);
        one.partner.post("/v1/agreements", offer(id_of(&one.path), "confidentiality")).await.is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn two_offers_at_once_make_one(app) {
        let one = app.appointed(json!({})).await;
        app.texts().await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let new = offer(id_of(&one.path), "involvement");
        let (first, second) = tokio::join!(olu.post("/v1/agreements", new.clone()), amina.post("/v1/agreements", new.clone()));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
);

story!(
    async fn both_sides_accept_in_either_order_and_then_it_is_in_force(app) {
        let one = app.appointed(json!({})).await;
        let olu = app.officer().await;
        for (kind, partner_first) in [("involvement", true), ("confidentiality", false)] {
            let path = app.offered(&one, kind).await;
            let theirs = (&one.partner, format!("{path}/accept"), typed("Ada Okafor"), "acceptedByPartner");
            let ours = (&olu, format!("{path}/countersign"), typed("Olu Adeyemi"), "acceptedByOrganisation");
            let [first, second] = if partner_first { [theirs, ours] } else { [ours, theirs] };
            let half = first.0.post(&first.1, first.2.clone()).await.is(200);
            assert_eq!((&half.body["status"], &half.body["inForceAt"]), (&json!(first.3), &Value::Null));
            first.0.post(&first.1, first.2).await.is_problem(409, "transition-not-allowed");
            let whole = second.0.post(&second.1, second.2).await.is(200);
            assert_eq!((&whole.body["status"], &whole.body["inForceAt"]), (&json!("inForce"), &json!("2026-11-22T09:00:00Z")));
            assert_eq!(whole.body["partnerAcceptance"]["name"], "Ada Okafor");
            // Its item of the induction is done with it.
            let induction = olu.get(&one.induction).await.is(200);
            let code = format!("{kind}Agreement");
            let item = induction.body["items"].as_array().unwrap().iter().find(|one| one["code"] == json!(code)).unwrap();
            assert_eq!(item["status"], "done");
        }
        let again = offer(id_of(&one.path), "involvement");
        olu.post("/v1/agreements", again).await.is_problem(409, "already-exists").names(&["/kind"]);
    }
);

story!(
    async fn nobody_accepts_in_the_partners_place(app) {
        let one = app.appointed(json!({})).await;
        let path = app.offered(&one, "involvement").await;
        let accept = format!("{path}/accept");
        let (bea, _) = app.partner("bea").await;
        client(app, "RXL", &["agreements:accept"]).await.post(&accept, typed("Ada Okafor")).await.is_problem(404, "not-found");
        let (stranger, decline) = (app.user("zed", Role::Partner, "R0A").await, format!("{path}/decline"));
        for other in [&bea, &stranger, &app.officer().await, &app.admin().await] {
            other.post(&accept, typed("Ada Okafor")).await.is_problem(404, "not-found");
            other.step(&decline).await.is_problem(404, "not-found");
        }
        app.lead().await.step(&decline).await.is_problem(403, "insufficient-scope");
        bea.get(&path).await.is_problem(404, "not-found");
        for shown in ["page", "pdf"] {
            bea.get(&format!("{path}/{shown}")).await.is_problem(404, "not-found");
        }
    }
);

story!(
    async fn each_way_to_accept_has_what_it_needs(app) {
        let one = app.appointed(json!({})).await;
        let path = app.offered(&one, "involvement").await;
        let accept = format!("{path}/accept");
        let drawn = |path: &str| json!({ "method": "drawn", "name": "Ada Okafor", "drawing": path });
        for (wrong, field) in [
            (json!({ "method": "drawn", "name": "Ada" }), "/drawing"),
            (json!({ "method": "typed", "name": "Ada", "drawing": "M1 1 L2 2" }), "/drawing"),
            (json!({ "method": "spoken", "name": "Ada" }), "/method"),
            (drawn("M1 1"), "/drawing"),
            (drawn("M1 1 L2 300"), "/drawing"),
            (drawn("M1 1 L2 2 Z"), "/drawing"),
            (drawn("M1 1 L2 2\" onload=\"x"), "/drawing"),
            (drawn(&format!("M1 1{}", " L999 299".repeat(3000))), "/drawing"),
        ] {
            one.partner.post(&accept, wrong).await.is_problem(422, "invalid-fields").names(&[field]);
        }
        one.partner.post(&accept, json!({ "method": "typed" })).await.is_problem(422, "invalid-fields").names(&["/name"]);
        let stale = one.partner.request(reqwest::Method::POST, &accept).header("If-Match", "\"9\"");
        stale.json(typed("Ada Okafor")).send().await.is_problem(412, "precondition-failed");
        one.partner.post(&accept, drawn("M100 150 L180 90 L260 210 M300 150 L420 140")).await.is(200);
        let page = one.partner.get(&format!("{path}/page")).await.is(200);
        assert!(String::from_utf8_lossy(&page.bytes).contains("M100 150 L180 90"));
    }
);

story!(
    async fn what_is_spoken_or_on_paper_has_a_witness_and_two_people_of_staff(app) {
        let one = app.appointed(json!({})).await;
        let path = app.offered(&one, "involvement").await;
        let (record, sign) = (format!("{path}/record-acceptance"), format!("{path}/countersign"));
        let (olu, amina) = (app.officer().await, app.admin().await);
        olu.post(&record, json!({ "method": "spoken", "name": "Ada Okafor" })).await
            .is_problem(422, "invalid-fields").names(&["/witness"]);
        olu.post(&record, spoken("Ada Okafor", "ada  OKAFOR")).await.is_problem(422, "invalid-fields").names(&["/witness"]);
        let mut early = spoken("Ada Okafor", "Grace Mensah");
        early["acceptedAt"] = json!("2026-11-21T09:00:00Z");
        olu.post(&record, early).await.is_problem(422, "invalid-fields").names(&["/acceptedAt"]);
        client(app, "RXL", &["agreements:manage"]).await.post(&record, spoken("Ada Okafor", "Grace Mensah")).await
            .is_problem(403, "person-needed");
        let heard = olu.post(&record, spoken("Ada Okafor", "Grace Mensah")).await.is(200);
        assert_eq!((&heard.body["status"], &heard.body["partnerAcceptance"]["witness"]), (&json!("acceptedByPartner"), &json!("Grace Mensah")));
        // Who recorded the one side does not sign for the other.
        olu.post(&sign, typed("Olu Adeyemi")).await.is_problem(403, "same-person");
        client(app, "RXL", &["agreements:countersign"]).await.post(&sign, typed("A system")).await.is_problem(403, "person-needed");
        amina.post(&sign, typed("Amina Khan")).await.is(200);
        // The other way round, too.
        let path = app.offered(&one, "confidentiality").await;
        amina.post(&format!("{path}/countersign"), typed("Amina Khan")).await.is(200);
        amina.post(&format!("{path}/record-acceptance"), spoken("Ada Okafor", "Grace Mensah")).await.is_problem(403, "same-person");
        olu.post(&format!("{path}/record-acceptance"), spoken("Ada Okafor", "Grace Mensah")).await.is(200);
    }
);

story!(
    async fn a_member_of_staff_who_is_the_partner_does_not_sign_for_the_organisation(app) {
        let opportunity = app.published(json!({ "panel": [app.user_id("olu", Role::EngagementOfficer).await] })).await;
        let both = app.acting_as("petra", &[Role::Partner, Role::EngagementOfficer], "RXL").await;
        let partner = app.user("petra", Role::Partner, "RXL").await;
        let new = json!({ "givenName": "Petra", "familyName": "Lovelace", "telephone": "01253 300000", "over16": true });
        let record = partner.post("/v1/partners", new).await.is(201);
        let applied = json!({ "opportunityId": id_of(&opportunity), "whyInterested": "I have waited there.",
            "perspective": "staff", "availabilityConfirmed": true, "consent": true });
        let applied = partner.post("/v1/applications", applied).await.is(201);
        let olu = app.officer().await;
        app.decide_all(&olu, applied.header("location"), crate::harness::applicants::TO_AN_OFFER).await;
        partner.step(&format!("{}/accept", applied.header("location"))).await.is(200);
        let term = json!({ "applicationId": applied.id(), "startsOn": "2027-01-04", "reviewOn": "2027-07-01" });
        let appointment = olu.post("/v1/appointments", term).await.is(201);
        app.texts().await;
        let offered = olu.post("/v1/agreements", offer(appointment.id(), "involvement")).await.is(201);
        both.post(&format!("{}/countersign", offered.header("location")), typed("Petra Lovelace")).await
            .is_problem(403, "same-person");
        assert_eq!(record.body["partner"]["givenName"].as_str().or(record.body["givenName"].as_str()), Some("Petra"));
    }
);

/// The page and the PDF of an agreement, as sent.
async fn shown(person: &Person, path: &str) -> (Answer, Answer) {
    let page = person.get(&format!("{path}/page")).await.is(200);
    let pdf = person.get(&format!("{path}/pdf")).await.is(200);
    (page, pdf)
}

async fn as_kept(app: &TestApp) {
    let one = app.appointed(json!({})).await;
    let path = app.offered(&one, "involvement").await;
    let (offer_page, offer_pdf) = shown(&one.partner, &path).await;
    assert!(String::from_utf8_lossy(&offer_page.bytes).contains("Not yet."));
    one.partner
        .post(&format!("{path}/accept"), typed("Ada <b>Okafor</b>"))
        .await
        .is(200);
    app.officer()
        .await
        .post(&format!("{path}/countersign"), typed("Olu Adeyemi"))
        .await
        .is(200);
    let (page, pdf) = shown(&one.partner, &path).await;
    assert_ne!(
        (&page.bytes, &pdf.bytes),
        (&offer_page.bytes, &offer_pdf.bytes)
    );
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(
        (pdf.header("content-type"), &pdf.bytes[..8]),
        ("application/pdf", &b"%PDF-1.7"[..])
    );
    let read = String::from_utf8_lossy(&page.bytes).into_owned();
    for there in [
        "<html lang=\"en-GB\">",
        "<h1>Our involvement agreement</h1>",
        "Ada &lt;b&gt;Okafor",
        "£75.00 for each half day",
        "4 January 2027",
    ] {
        assert!(read.contains(there), "{there}: {read}");
    }
    assert!(!read.contains("<script") && !read.contains("Not yet."));
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"),
        "{policy}"
    );

    // Its digests are in the record and in the ledger.
    let agreement = one.partner.get(&path).await.is(200);
    for (shown, field, record) in [
        (&page, "pageSha256", "agreement page"),
        (&pdf, "pdfSha256", "agreement PDF"),
    ] {
        assert_eq!(
            shown.etag().trim_matches('"'),
            agreement.body[field].as_str().unwrap()
        );
        app.sequenced().await;
        let ledger = app.admin().await.get("/v1/ledger?limit=200").await.is(200);
        let entries = ledger.body["items"].as_array().unwrap().iter();
        let concluded: Vec<_> = entries
            .filter(|entry| entry["action"] == "agreement.concluded")
            .collect();
        assert_eq!(concluded.len(), 1);
        let touched = concluded[0]["touched"].as_array().unwrap();
        assert!(
            touched
                .iter()
                .any(|one| one["record"] == record && one["id"] == agreement.body[field]),
            "{touched:#?}"
        );
        assert!(!ledger.body.to_string().contains("Okafor"));
    }

    // What changes afterwards changes nothing of it.
    let record = one.partner.get(&one.record).await.is(200);
    one.partner
        .patch(
            &one.record,
            record.etag(),
            json!({ "familyName": "Changed" }),
        )
        .await
        .is(200);
    publish(
        &app.officer().await,
        &app.admin().await,
        text("involvement"),
    )
    .await;
    app.run_jobs().await;
    app.clock.advance(Duration::minutes(40));
    let again = shown(&one.partner, &path).await;
    assert_eq!((&again.0.bytes, &again.1.bytes), (&page.bytes, &pdf.bytes));
}

story!(
    async fn what_was_signed_is_kept_byte_for_byte_with_its_digests_in_the_ledger(app) {
        as_kept(app).await;
    }
);

#[actix_web::test]
async fn every_instance_shows_the_same_bytes() {
    let app = TestApp::on_postgres().await;
    let other = app.another().await;
    let one = app.appointed(json!({})).await;
    for path in [
        app.offered(&one, "involvement").await,
        app.agreed(&one, "confidentiality").await,
    ] {
        let there = other.bearer(one.partner.token.as_deref().unwrap());
        let (here, there) = (shown(&one.partner, &path).await, shown(&there, &path).await);
        assert_eq!((here.0.bytes, here.1.bytes), (there.0.bytes, there.1.bytes));
    }
    other.halt().await;
    app.stop().await;
}

story!(
    async fn a_new_wording_asks_again_and_the_old_agreement_stands_until_it_is_accepted(app) {
        let one = app.active(json!({})).await;
        let (olu, amina) = (app.officer().await, app.admin().await);
        let mut newer = text("involvement");
        newer["changeNote"] = json!("Says what to do when you cannot come.");
        let newer = publish(&olu, &amina, newer).await;
        app.run_jobs().await;
        let theirs = format!("/v1/agreements?appointmentId={}&kind=involvement", id_of(&one.path));
        let list = one.partner.get(&theirs).await.is(200);
        let items = list.body["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!((&items[0]["status"], &items[0]["textId"]), (&json!("offered"), &json!(newer)));
        assert_eq!((&items[1]["status"], &items[0]["particulars"]["terms"]), (&json!("inForce"), &items[1]["particulars"]["terms"]));
        assert_eq!(olu.get(&one.path).await.is(200).body["status"], "active");
        // Nobody is asked twice for the same, also when the offer was declined.
        let path = format!("/v1/agreements/{}", items[0]["id"].as_str().unwrap());
        one.partner.step(&format!("{path}/decline")).await.is(200);
        app.run_jobs().await;
        assert_eq!(one.partner.get(&theirs).await.is(200).body["items"].as_array().unwrap().len(), 2);
        let anew = olu.post("/v1/agreements", offer(id_of(&one.path), "involvement")).await.is(201);
        one.partner.post(&format!("{}/accept", anew.header("location")), typed("Ada Okafor")).await.is(200);
        amina.post(&format!("{}/countersign", anew.header("location")), typed("Amina Khan")).await.is(200);
        let list = one.partner.get(&theirs).await.is(200);
        let states: Vec<_> = list.body["items"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
        assert_eq!(states, ["inForce", "declined", "superseded"]);
        let texts = one.partner.get("/v1/agreement-texts?kind=involvement").await.is(200);
        let states: Vec<_> = texts.body["items"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
        assert_eq!(states, ["published", "superseded"]);
    }
);

story!(
    async fn either_side_ends_an_agreement_without_penalty_and_the_role_rests(app) {
        let one = app.active(json!({})).await;
        let olu = app.officer().await;
        let of_kind = async |kind: &str| {
            let found = format!("/v1/agreements?appointmentId={}&kind={kind}&status=inForce", id_of(&one.path));
            let found = olu.get(&found).await.is(200);
            format!("/v1/agreements/{}", found.body["items"][0]["id"].as_str().unwrap())
        };
        let end = format!("{}/end", of_kind("involvement").await);
        olu.post(&end, json!({})).await.is_problem(422, "invalid-fields").names(&["/reason"]);
        one.partner.post(&end, json!({ "endedBy": "organisation" })).await.is_problem(422, "invalid-fields").names(&["/endedBy"]);
        olu.post(&end, json!({ "endedBy": "endOfRole", "reason": "Over." })).await.is_problem(422, "invalid-fields").names(&["/endedBy"]);
        let ended = one.partner.post(&end, json!({})).await.is(200);
        assert_eq!((&ended.body["endedBy"], &ended.body["endReason"]), (&json!("partner"), &Value::Null));
        one.partner.post(&end, json!({})).await.is_problem(409, "transition-not-allowed");
        assert_eq!(olu.get(&one.path).await.is(200).body["status"], "paused");
        let resume = format!("{}/resume", one.path);
        one.partner.step(&resume).await.is_problem(409, "rule-not-met").names(&["/agreements/involvement"]);
        app.agreed(&one, "involvement").await;
        assert_eq!(one.partner.step(&resume).await.is(200).body["status"], "active");
        let end = format!("{}/end", of_kind("confidentiality").await);
        let ended = olu.post(&end, json!({ "reason": "The group comes to its end." })).await.is(200);
        assert_eq!(ended.body["endedBy"], "organisation");
        // With the role, what was agreed about it ends, and what waits is taken back.
        let waiting = app.offered(&one, "confidentiality").await;
        one.partner.post(&format!("{}/end", one.path), json!({ "reason": "ownChoice" })).await.is(200);
        assert_eq!(olu.get(&waiting).await.is(200).body["status"], "withdrawn");
        let states = olu.get(&format!("/v1/agreements?appointmentId={}&kind=involvement", id_of(&one.path))).await.is(200);
        assert_eq!((&states.body["items"][0]["status"], &states.body["items"][0]["endedBy"]), (&json!("ended"), &json!("endOfRole")));
        olu.post("/v1/agreements", offer(id_of(&one.path), "involvement")).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn a_role_is_active_with_both_agreements_and_rests_when_the_partner_wants(app) {
        let one = app.appointed(json!({})).await;
        app.ticked_off(&one).await;
        let (olu, activate) = (app.officer().await, format!("{}/activate", one.path));
        let refused = olu.step(&activate).await.is_problem(409, "rule-not-met");
        assert_eq!(named(&refused), ["/agreements/involvement", "/agreements/confidentiality"]);
        app.agreed(&one, "involvement").await;
        let half = app.offered(&one, "confidentiality").await;
        one.partner.post(&format!("{half}/accept"), typed("Ada Okafor")).await.is(200);
        let refused = olu.step(&activate).await.is_problem(409, "rule-not-met").names(&["/agreements/confidentiality"]);
        assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains("acceptedByPartner"));
        olu.post(&format!("{half}/countersign"), typed("Olu Adeyemi")).await.is(200);
        olu.step(&activate).await.is(200);
        // The route of the role begins with it.
        let routes = one.partner.get(&format!("{}/enrolments", one.record)).await.is(200);
        assert_eq!((&routes.body["items"][0]["route"], &routes.body["items"][0]["status"]), (&json!("ppp"), &json!("active")));
        // What the role needed stays done.
        let reopen = format!("{}/reopen-item", one.induction);
        olu.post(&reopen, json!({ "code": "welcome" })).await.is_problem(409, "rule-not-met").names(&["/code"]);
        assert_eq!(one.partner.step(&format!("{}/pause", one.path)).await.is(200).body["status"], "paused");
        one.partner.step(&format!("{}/pause", one.path)).await.is_problem(409, "transition-not-allowed");
        assert_eq!(one.partner.step(&format!("{}/resume", one.path)).await.is(200).body["status"], "active");
    }
);

story!(
    async fn what_waits_for_an_answer_is_a_report(app) {
        let one = app.appointed(json!({})).await;
        let waits_for_both = app.offered(&one, "involvement").await;
        let waits_for_us = app.offered(&one, "confidentiality").await;
        one.partner.post(&format!("{waits_for_us}/accept"), typed("Ada Okafor")).await.is(200);
        let olu = app.officer().await;
        let waiting = async |side: &str| {
            let list = olu.get(&format!("/v1/agreements?awaiting={side}&sort=oldest")).await.is(200);
            let items = list.body["items"].as_array().unwrap();
            items.iter().map(|one| format!("/v1/agreements/{}", one["id"].as_str().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(waiting("partner").await, std::slice::from_ref(&waits_for_both));
        assert_eq!(waiting("organisation").await, [waits_for_both, waits_for_us]);
        // Partners see nothing but their own.
        let (bea, _) = app.partner("bea").await;
        assert_eq!(bea.get("/v1/agreements").await.is(200).body["items"], json!([]));
        assert_eq!(one.partner.get("/v1/agreements").await.is(200).body["items"].as_array().unwrap().len(), 2);
        assert_eq!(app.stranger().await.get("/v1/agreements").await.is(200).body["items"], json!([]));
    }
);

story!(
    async fn images_are_a_matter_apart(app) {
        let one = app.active(json!({})).await;
        let consents = format!("{}/image-consents", one.record);
        let new = json!({ "images": ["video", "photograph", "video"], "uses": ["print"], "wording": "At the launch." });
        let given = one.partner.post(&consents, new).await.is(201);
        assert_eq!(given.body["images"], json!(["photograph", "video"]));
        one.partner.post(&consents, json!({ "images": [], "uses": ["print"], "wording": "x" })).await
            .is_problem(422, "invalid-fields").names(&["/images"]);
        let withdraw = format!("{}/withdraw", given.header("location"));
        assert_eq!(one.partner.step(&withdraw).await.is(200).body["withdrawnAt"], "2026-11-22T09:00:00Z");
        one.partner.step(&withdraw).await.is_problem(409, "transition-not-allowed");
        // Nothing else depends on it.
        assert_eq!(one.partner.get(&one.path).await.is(200).body["status"], "active");
        let (bea, _) = app.partner("bea").await;
        bea.get(given.header("location")).await.is_problem(404, "not-found");
    }
);

story!(
    async fn what_was_agreed_moves_and_goes_with_its_partner(app) {
        let one = app.active(json!({})).await;
        let olu = app.officer().await;
        let other = json!({ "givenName": "Ada", "familyName": "Okafor", "telephone": "01253 300001", "over16": true });
        let other = olu.post("/v1/partners", other).await.is(201);
        let merge = json!({ "duplicateId": id_of(&one.record) });
        olu.post(&format!("{}/merge", other.header("location")), merge).await.is(200);
        for list in ["agreements", "inductions"] {
            let theirs = olu.get(&format!("/v1/{list}?partnerId={}", other.id())).await.is(200);
            assert!(!theirs.body["items"].as_array().unwrap().is_empty(), "{list}");
        }
        olu.post(&format!("{}/end", other.header("location")), json!({ "reason": "ownChoice" })).await.is(200);
        let ivan = app.user("ivan", Role::IgLead, "RXL").await;
        ivan.post(&format!("{}/propose-erasure", other.header("location")), json!({ "reason": "Asked for it." })).await.is(200);
        app.admin().await.step(&format!("{}/anonymise", other.header("location"))).await.is(200);
        for list in ["agreements", "inductions"] {
            assert_eq!(olu.get(&format!("/v1/{list}")).await.is(200).body["items"], json!([]), "{list}");
        }
        assert_eq!(KINDS.len(), 2);
    }
);
