//! Organisations: public to read, imported at the root, reached as they say themselves, and shared
//! with others for a time.

use chrono::Duration;
use equal_partners::access::Role;
use equal_partners::organisations::{self, Imported};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Person, story};

const HEADER: &str = "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward_name";

async fn import(who: &Person, rows: &[&str]) -> Answer {
    let file = format!("{HEADER}\n{}\n", rows.join("\n"));
    let request = who.request(Method::POST, "/v1/organisations/imports");
    request.body("text/csv", file).send().await
}

fn codes(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["code"].as_str().unwrap())
        .collect()
}

fn names(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

story!(
    async fn anyone_reads_who_belongs_to_whom(app) {
        let anyone = app.anonymous();
        let trust = anyone.get("/v1/organisations/RXL").await.is(200);
        assert_eq!(trust.body["name"], "BLACKPOOL TEACHING HOSPITALS NHS FOUNDATION TRUST");
        assert_eq!(trust.body["kinds"], json!(["trust"]));
        let parent = json!({ "code": "QE1", "childKind": "trust", "childName": null, "validFrom": null, "validTo": null });
        assert_eq!(trust.body["parents"], json!([parent]));
        assert_eq!(trust.etag(), "\"1\"");
        let again = anyone.request(Method::GET, "/v1/organisations/RXL").header("If-None-Match", trust.etag());
        again.send().await.is(304);
        anyone.get("/v1/organisations/RZZ").await.is_problem(404, "not-found");
        anyone.get("/v1/organisations/rxl").await.is_problem(400, "malformed-request");
        // An address of its own, which takes other methods, is not read as a code.
        let imports = anyone.get("/v1/organisations/imports").await.is_problem(405, "method-not-allowed");
        assert_eq!(imports.header("allow"), "OPTIONS, POST");
    }
);

story!(
    async fn a_hospital_can_be_a_trust_and_its_own_site(app) {
        let anyone = app.anonymous();
        let hospital = anyone.get("/v1/organisations/NWF01").await.is(200);
        assert_eq!(hospital.body["name"], "BENENDEN HOSPITAL");
        assert_eq!(hospital.body["kinds"], json!(["trust", "site"]));
        let as_site = &hospital.body["parents"][1];
        assert_eq!(as_site["code"], "NWF01");
        assert_eq!(as_site["childName"], "BENENDEN HOSPITAL - NWF01");
        assert_eq!(codes(&anyone.get("/v1/organisations?parent=NWF01").await.is(200)), ["NWF01"]);
        assert_eq!(codes(&anyone.get("/v1/organisations?parent=IS1&kind=trust").await.is(200)), ["NWF01"]);
    }
);

story!(
    async fn lists_are_filtered_sorted_and_paged(app) {
        let anyone = app.anonymous();
        let list = async |query: &str| anyone.get(&format!("/v1/organisations?{query}")).await.is(200);
        assert_eq!(codes(&list("kind=root").await), ["ENGLAND"]);
        assert_eq!(codes(&list("parent=ENGLAND&sort=code").await), ["IS1", "QE1", "QOP"]);
        assert_eq!(codes(&list("kind=trust&parent=QE1").await), ["RXL", "RXN"]);
        assert_eq!(codes(&list("kind=site&parent=QE1").await), [""; 0]);
        assert_eq!(codes(&list("q=teaching%20Hospitals").await), ["RXL", "RXN"]);
        // Wildcards of the database mean themselves.
        for part in ["%25", "_", "%5C", "'"] {
            assert_eq!(codes(&list(&format!("q={part}")).await), [""; 0], "{part}");
        }
        assert_eq!(codes(&list("openOn=2026-11-22").await).len(), 11);
        let mut walked = Vec::new();
        let mut page = list("limit=5").await;
        loop {
            walked.extend(codes(&page).into_iter().map(str::to_owned));
            let Some(next) = page.body["next"].as_str().map(str::to_owned) else { break };
            page = list(&format!("limit=5&after={next}")).await;
        }
        let all = list("").await;
        assert_eq!(walked, codes(&all));
        assert_eq!(walked.len(), 11);
        let foreign = list("limit=1").await.body["next"].as_str().unwrap().to_owned();
        anyone.get(&format!("/v1/organisations?sort=code&limit=1&after={foreign}")).await
            .is_problem(400, "invalid-cursor");
        anyone.get("/v1/organisations?colour=red").await.is_problem(400, "unknown-parameter");
        anyone.get("/v1/organisations?kind=ward").await.is_problem(400, "invalid-parameter");
        anyone.get("/v1/organisations?parent=x").await.is_problem(400, "invalid-parameter");
        anyone.get("/v1/organisations?openOn=2026-02-30").await.is_problem(400, "invalid-parameter");
    }
);

story!(
    async fn the_root_imports_the_whole_of_england_once(app) {
        let file = organisations::bundled().unwrap();
        let load = async || organisations::operations::load(&app.state.store, &file).await.unwrap();
        let all = Imported { commissioners: 43, trusts: 150, sites: 582, wards: 6941, ..Imported::default() };
        let first = load().await;
        // All but the ten organisations that every story finds.
        assert_eq!(first, Imported { organisations_added: 762, wards_added: first.wards_added, ..all });
        assert_eq!(load().await, all);
        let anyone = app.anonymous();
        let site = anyone.get("/v1/organisations/RXL01/units?q=amu1").await.is(200);
        assert_eq!(names(&site), ["AMU1"]);
        let mut wards = Vec::new();
        let mut page = anyone.get("/v1/organisations/RXL01/units?limit=7").await.is(200);
        loop {
            wards.extend(names(&page).into_iter().map(str::to_owned));
            let Some(next) = page.body["next"].as_str().map(str::to_owned) else { break };
            page = anyone.get(&format!("/v1/organisations/RXL01/units?limit=7&after={next}")).await.is(200);
        }
        let whole = anyone.get("/v1/organisations/RXL01/units?limit=200").await.is(200);
        assert_eq!(wards, names(&whole));
        let expected = file.wards.iter().filter(|(site, _)| site == "RXL01").count();
        assert_eq!(wards.len(), expected);
        let find = async |kind: &str| anyone.get(&format!("/v1/organisations?kind={kind}&limit=200")).await.is(200);
        assert_eq!(codes(&find("trust").await).len(), 150);
        assert_eq!(codes(&find("commissioner").await).len(), 43);
    }
);

story!(
    async fn a_second_import_of_the_same_file_changes_nothing(app) {
        let root = app.user("erin", Role::EngagementAdmin, "ENGLAND").await;
        let rows = [
            "QE1,LANCASHIRE ICB,RXL,BLACKPOOL,RXL01,VICTORIA,AMU1",
            "QE1,LANCASHIRE ICB,RXL,BLACKPOOL,RXL01,VICTORIA,AMU2",
            "QE1,LANCASHIRE ICB,RXR,EAST LANCASHIRE,RXR20,ROYAL BLACKBURN,Ward B2",
        ];
        let first = import(&root, &rows).await.is(200);
        assert_eq!(first.body, json!({
            "commissioners": 1, "trusts": 2, "sites": 2, "wards": 3,
            "organisationsAdded": 2, "organisationsChanged": 3, "wardsAdded": 2,
        }));
        let trust = app.anonymous().get("/v1/organisations/RXL").await.is(200);
        assert_eq!((trust.etag(), &trust.body["name"]), ("\"2\"", &json!("BLACKPOOL")));
        let second = import(&root, &rows).await.is(200);
        assert_eq!(second.body["organisationsAdded"], 0);
        assert_eq!(second.body["organisationsChanged"], 0);
        assert_eq!(second.body["wardsAdded"], 0);
        assert_eq!(app.anonymous().get("/v1/organisations/RXL").await.body, trust.body);
        app.sequenced().await;
        let told = root.get("/v1/ledger?action=organisation.imported").await.is(200);
        let touched: Vec<_> = told.body["items"].as_array().unwrap().iter()
            .map(|entry| entry["touched"].as_array().unwrap().len()).collect();
        // The harness's own import, and these two.
        assert_eq!(touched, [0, 3, 0]);
    }
);

story!(
    async fn a_trust_that_moves_keeps_its_history(app) {
        let moved = "QOP,GREATER MANCHESTER ICB,RXL,BLACKPOOL TEACHING HOSPITALS NHS FOUNDATION TRUST,RXL01,BLACKPOOL VICTORIA HOSPITAL - RXL01,AMU1";
        app.clock.advance(Duration::days(9));
        let root = app.user("erin", Role::EngagementAdmin, "ENGLAND").await;
        let done = import(&root, &[moved]).await.is(200);
        assert_eq!(done.body["organisationsChanged"], 1);
        let trust = app.anonymous().get("/v1/organisations/RXL").await.is(200);
        let link = |code: &str, from: Value, to: Value| {
            json!({ "code": code, "childKind": "trust", "childName": null, "validFrom": from, "validTo": to })
        };
        assert_eq!(trust.body["parents"], json!([
            link("QE1", Value::Null, json!("2026-12-01")),
            link("QOP", json!("2026-12-01"), Value::Null),
        ]));
        let of = async |code: &str, day: &str| {
            let path = format!("/v1/organisations?kind=trust&parent={code}&openOn={day}");
            codes(&app.anonymous().get(&path).await.is(200)).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(of("QE1", "2026-11-30").await, ["RXL", "RXN"]);
        assert_eq!(of("QE1", "2026-12-01").await, ["RXN"]);
        assert_eq!(of("QOP", "2026-12-01").await, ["RXL", "R0A"]);
    }
);

story!(
    async fn a_file_with_bad_rows_imports_nothing(app) {
        let root = app.user("erin", Role::EngagementAdmin, "ENGLAND").await;
        let good = "QE1,LANCASHIRE ICB,RXR,EAST LANCASHIRE,RXR20,ROYAL BLACKBURN,Ward B2";
        import(&root, &[good, "QE1,LANCASHIRE ICB,RXR,,rxr20,ROYAL BLACKBURN,Ward B3", "QE1"]).await
            .is_problem(422, "invalid-fields")
            .names(&["/rows/3/trust_name", "/rows/3/site_code", "/rows/4/row"]);
        app.anonymous().get("/v1/organisations/RXR").await.is_problem(404, "not-found");
        let send = async |kind: &str, body: Vec<u8>| {
            root.request(Method::POST, "/v1/organisations/imports").body(kind, body).send().await
        };
        send("text/csv", b"{}".to_vec()).await.is_problem(422, "invalid-fields").names(&["/rows/1/row"]);
        send("text/csv", Vec::new()).await.is_problem(422, "invalid-fields");
        send("text/csv; charset=latin-1", good.into()).await.is_problem(415, "unsupported-media-type");
        let json = send("application/json", b"{}".to_vec()).await.is_problem(415, "unsupported-media-type");
        assert_eq!(json.header("accept"), "text/csv");
        send("text/csv", vec![b'a'; 8 * 1024 * 1024 + 1]).await.is_problem(413, "content-too-large");
    }
);

story!(
    async fn only_the_root_imports(app) {
        let row = "QE1,LANCASHIRE ICB,RXR,EAST LANCASHIRE,RXR20,ROYAL BLACKBURN,Ward B2";
        import(&app.anonymous(), &[row]).await.is_problem(401, "unauthenticated");
        import(&app.officer().await, &[row]).await.is_problem(403, "insufficient-scope");
        import(&app.admin().await, &[row]).await.is_problem(403, "root-only");
        app.anonymous().get("/v1/organisations/RXR").await.is_problem(404, "not-found");
    }
);

story!(
    async fn an_import_that_is_sent_twice_is_done_once(app) {
        let root = app.user("erin", Role::EngagementAdmin, "ENGLAND").await;
        let file = format!("{HEADER}\nQE1,LANCASHIRE ICB,RXR,EAST LANCASHIRE,RXR20,ROYAL BLACKBURN,Ward B2\n");
        let send = async || {
            let request = root.request(Method::POST, "/v1/organisations/imports").header("Idempotency-Key", "k1");
            request.body("text/csv", file.clone()).send().await
        };
        let first = send().await.is(200);
        assert_eq!(first.body["organisationsAdded"], 2);
        assert_eq!(send().await.is(200).body, first.body);
    }
);

story!(
    async fn of_two_imports_at_once_the_second_finds_the_work_done(app) {
        let root = app.user("erin", Role::EngagementAdmin, "ENGLAND").await;
        let rows = ["QE1,LANCASHIRE ICB,RXR,EAST LANCASHIRE,RXR20,ROYAL BLACKBURN,Ward B2"];
        let (one, other) = tokio::join!(import(&root, &rows), import(&root, &rows));
        let added = |answer: Answer| answer.is(200).body["organisationsAdded"].as_i64().unwrap();
        assert_eq!(added(one) + added(other), 2);
    }
);

story!(
    async fn the_team_says_how_it_is_reached(app) {
        let admin = app.admin().await;
        let path = "/v1/organisations/RXL";
        let contact = json!({ "email": "involvement@example.nhs.uk", "textRelay": "18001 01253 300000" });
        let changed = admin.patch(path, "\"1\"", json!({ "contact": contact })).await.is(200);
        assert_eq!(changed.etag(), "\"2\"");
        let public = app.anonymous().get(path).await.is(200);
        assert_eq!(public.body, changed.body);
        assert_eq!(public.body["contact"], json!({
            "email": "involvement@example.nhs.uk", "telephone": null, "textRelay": "18001 01253 300000", "post": null,
        }));
        let cleared = admin.patch(path, "\"2\"", json!({ "contact": { "textRelay": null } })).await.is(200);
        assert_eq!(cleared.body["contact"]["textRelay"], Value::Null);
        assert_eq!(cleared.body["contact"]["email"], "involvement@example.nhs.uk");
        // Nothing changes, so neither does the version.
        assert_eq!(admin.patch(path, "\"3\"", json!({ "contact": {} })).await.is(200).etag(), "\"3\"");
        admin.patch(path, "\"1\"", json!({ "contact": {} })).await.is_problem(412, "precondition-failed");
        admin.patch(path, "\"3\"", json!({ "name": "MINE", "contact": { "email": "none", "fax": "1" } })).await
            .is_problem(422, "invalid-fields").names(&["/contact/email", "/contact/fax", "/name"]);
        admin.patch(path, "\"3\"", json!({ "contact": null })).await.is_problem(422, "invalid-fields");
        app.sequenced().await;
        let told = admin.get("/v1/ledger?record=organisation&recordId=RXL").await.is(200);
        let first = &told.body["items"][0];
        assert_eq!((&first["action"], &first["recordVersion"]), (&json!("organisation.changed"), &json!(2)));
        assert_eq!(first["touched"][0]["fields"], json!(["email", "text_relay"]));
    }
);

story!(
    async fn nobody_changes_another_organisation(app) {
        let contact = json!({ "contact": { "email": "involvement@example.nhs.uk" } });
        let admin = app.admin().await;
        admin.patch("/v1/organisations/RXN", "\"1\"", contact.clone()).await.is_problem(404, "not-found");
        admin.patch("/v1/organisations/RZZ", "\"1\"", contact.clone()).await.is_problem(404, "not-found");
        admin.patch("/v1/organisations/RZZ", "\"1\"", json!({ "contact": 7 })).await.is_problem(404, "not-found");
        let root = app.user("erin", Role::EngagementAdmin, "ENGLAND").await;
        root.patch("/v1/organisations/RXL", "\"1\"", contact.clone()).await.is_problem(404, "not-found");
        app.officer().await.patch("/v1/organisations/RXL", "\"1\"", contact.clone()).await
            .is_problem(403, "insufficient-scope");
        app.anonymous().patch("/v1/organisations/RXL", "\"1\"", contact).await.is_problem(401, "unauthenticated");
        assert_eq!(app.anonymous().get("/v1/organisations/RXL").await.etag(), "\"1\"");
    }
);

story!(
    async fn wards_are_listed_below_their_site(app) {
        let anyone = app.anonymous();
        let wards = anyone.get("/v1/organisations/RXL01/units").await.is(200);
        assert_eq!(names(&wards), ["AMU1"]);
        assert_eq!(wards.body["items"][0]["kind"], "ward");
        assert_eq!(names(&anyone.get("/v1/organisations/RXL/units").await.is(200)), [""; 0]);
        anyone.get("/v1/organisations/RZZ/units").await.is_problem(404, "not-found");
    }
);

fn share(what: &str, from: &str, to: &str) -> Value {
    json!({ "withOrganisation": "QE1", "what": what, "startsOn": from, "endsOn": to,
            "purpose": "The board plans involvement across its trusts." })
}

story!(
    async fn a_commissioner_sees_what_a_trust_shares_and_no_more(app) {
        let (admin, olu) = (app.admin().await, app.officer().await);
        let board = async || app.user("cara", Role::EngagementAdmin, "QE1").await;
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        let path = olu.post("/v1/workstreams", new.clone()).await.is(201).header("location").to_owned();
        app.stranger().await.post("/v1/workstreams", new).await.is(201);
        let seen = async || names(&board().await.get("/v1/workstreams").await.is(200)).len();
        assert_eq!(seen().await, 0);

        let shares = "/v1/organisations/RXL/shares";
        admin.post(shares, share("opportunities", "2026-11-01", "2026-12-31")).await.is(201);
        assert_eq!(seen().await, 0, "something else is shared");
        let added = admin.post(shares, share("workstreams", "2026-11-24", "2026-11-25")).await.is(201);
        assert_eq!(seen().await, 0, "it has not begun");
        for days in [2, 1] {
            app.clock.advance(Duration::days(days));
            assert_eq!(seen().await, 1, "{}", app.clock.now());
        }
        let cara = board().await;
        let read = cara.get(&path).await.is(200);
        assert_eq!(read.body["organisation"], "RXL");
        cara.patch(&path, read.etag(), json!({ "purpose": "Ours now." })).await.is_problem(404, "not-found");
        cara.step(&format!("{path}/close")).await.is_problem(404, "not-found");
        app.user("nia", Role::EngagementAdmin, "RXN").await.get(&path).await.is_problem(404, "not-found");
        app.clock.advance(Duration::days(1));
        assert_eq!(seen().await, 0, "it is over");
        board().await.get(&path).await.is_problem(404, "not-found");

        let (admin, cara) = (app.admin().await, board().await);
        let long = admin.post(shares, share("workstreams", "2026-11-24", "2027-11-25")).await.is(201);
        assert_eq!(seen().await, 1);
        let long = long.header("location").to_owned();
        let revoked = admin.step(&format!("{long}/revoke")).await.is(200);
        assert_eq!(revoked.body["status"], "revoked");
        assert_eq!(seen().await, 0, "it was revoked");
        admin.step(&format!("{long}/revoke")).await.is_problem(409, "transition-not-allowed");

        // Both see what was agreed; a third one does not.
        let listed = cara.get("/v1/organisations/QE1/shares?what=workstreams").await.is(200);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 2);
        let first = added.header("location");
        assert_eq!(cara.get(first).await.is(200).body, added.body);
        cara.step(&format!("{first}/revoke")).await.is_problem(404, "not-found");
        let stan = app.stranger().await;
        stan.get(first).await.is_problem(404, "not-found");
        assert_eq!(stan.get(shares).await.is(200).body["items"], json!([]));
        stan.get("/v1/organisations/RZZ/shares").await.is_problem(404, "not-found");
    }
);

story!(
    async fn a_share_is_made_by_its_owner_with_somebody_else_for_some_days(app) {
        let admin = app.admin().await;
        let shares = "/v1/organisations/RXL/shares";
        let with = |field: &str, value: Value| {
            let mut new = share("workstreams", "2026-12-01", "2026-12-31");
            new[field] = value;
            new
        };
        admin.post(shares, with("withOrganisation", json!("RZZ"))).await
            .is_problem(422, "invalid-fields").names(&["/withOrganisation"]);
        admin.post(shares, with("withOrganisation", json!("RXL"))).await
            .is_problem(422, "invalid-fields").names(&["/withOrganisation"]);
        admin.post(shares, with("endsOn", json!("2026-11-30"))).await
            .is_problem(422, "invalid-fields").names(&["/endsOn"]);
        admin.post(shares, with("what", json!("partners"))).await
            .is_problem(422, "invalid-fields").names(&["/what"]);
        admin.post("/v1/organisations/RXN/shares", share("workstreams", "2026-12-01", "2026-12-31")).await
            .is_problem(404, "not-found");
        let olu = app.officer().await;
        olu.post(shares, share("workstreams", "2026-12-01", "2026-12-31")).await.is_problem(403, "insufficient-scope");
        assert_eq!(olu.get(shares).await.is(200).body["items"], json!([]));
        app.anonymous().get(shares).await.is_problem(401, "unauthenticated");
    }
);

#[test]
fn the_command_imports_and_says_what_is_wrong() {
    let folder = std::env::temp_dir().join(format!("equal-partners-import-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let bad = folder.join("bad.csv");
    std::fs::write(
        &bad,
        format!("{HEADER}\nQE1,LANCASHIRE ICB,RXL,BLACKPOOL,rxl01,VICTORIA,AMU1\n"),
    )
    .unwrap();
    let run = |file: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_equal-partners"));
        command
            .args(["import", "organisations", file])
            .env("EQUAL_PARTNERS_DATA_DIR", &folder);
        let done = command
            .env_remove("EQUAL_PARTNERS_DATABASE_URL")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    };
    let (code, _, told) = run(bad.to_str().unwrap());
    assert_eq!(code, Some(1));
    assert!(told.starts_with("line 2, site_code: "), "{told}");
    assert!(
        told.contains("nothing was imported; mend the 1 error above"),
        "{told}"
    );
    assert_eq!(run("no-such-file.csv").0, Some(2));
    let (code, told, _) = run("bundled");
    assert_eq!(code, Some(0));
    assert!(
        told.contains("added 772 organisations and 6941 wards, changed 0"),
        "{told}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}
