//! The Friends and Family Test: what comes in by files, and what is published.

use equal_partners::access::Role;
use equal_partners::feedback::friends_and_family::forget_exclusions;
use equal_partners::http::digest_of;
use equal_partners::organisations;
use equal_partners::values::{begins, day_of};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::harness::{Answer, Person, TestApp, story};

const IMPORTS: &str = "/v1/feedback/friends-and-family/imports";
const TABLES: &str = "/v1/feedback/friends-and-family/published-tables";

/// Responses, and the tables to be published for them at each level: computed by NHS England's rule, and given to us.
macro_rules! given {
    ($name:literal, $setting:literal, [$($level:literal),+]) => {
        Given {
            setting: $setting,
            responses: include_str!(concat!("fixtures/friends_and_family/", $name, "-responses.csv")),
            tables: &[$(($level, include_str!(concat!("fixtures/friends_and_family/", $name, "-", $level, ".csv")))),+],
        }
    };
}

struct Given {
    setting: &'static str,
    responses: &'static str,
    tables: &'static [(&'static str, &'static str)],
}

const GIVEN: &[Given] = &[
    given!("ae-midlands", "ae", ["icb", "trust", "site"]),
    given!(
        "inpatient-midlands",
        "inpatient",
        ["icb", "trust", "site", "ward"]
    ),
];

const HEADER: &str = "responded_on,setting,organisation_code,site_code,ward_name,score,mode";

/// All commissioners, trusts, sites and wards of England.
async fn england(app: &TestApp) {
    let file = organisations::bundled().unwrap();
    organisations::operations::load(&app.state.store, &file)
        .await
        .unwrap();
}

async fn import(
    who: &Person,
    query: &str,
    media_type: &str,
    file: impl Into<reqwest::Body>,
) -> Answer {
    let request = who.request(Method::POST, &format!("{IMPORTS}{query}"));
    request.body(media_type, file).send().await
}

async fn import_rows(who: &Person, query: &str, rows: &[&str]) -> Answer {
    let file = format!("{HEADER}\n{}\n", rows.join("\n"));
    import(who, query, "text/csv", file).await
}

/// The same file as JSON, a line for each row.
fn as_lines(file: &str) -> String {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let header = reader.headers().unwrap().clone();
    let line = |row: csv::StringRecord| {
        let fields = header.iter().zip(row.iter());
        let fields = fields.map(|(name, cell)| match name {
            "score" => (name.to_owned(), json!(cell.parse::<u64>().unwrap())),
            _ => (name.to_owned(), json!(cell)),
        });
        format!("{}\n", Value::Object(fields.collect()))
    };
    reader.records().map(|row| line(row.unwrap())).collect()
}

async fn table(who: &Person, setting: &str, level: &str) -> String {
    let address = format!("{TABLES}?setting={setting}&period=2026-09&level={level}");
    let request = who
        .request(Method::GET, &address)
        .header("Accept", "text/csv");
    let answer = request.send().await.is(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    String::from_utf8(answer.bytes).unwrap()
}

/// The rows of a table, its header among them.
fn rows(table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(table.as_bytes());
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

fn rows_of(file: &[u8]) -> Vec<Vec<String>> {
    rows(std::str::from_utf8(file).unwrap())
}

/// The rows of a table of all of England that belong to the commissioners of another one.
fn of_the_same_commissioners(table: &str, given: &str) -> Vec<Vec<String>> {
    let given = rows(given);
    let mut rows = rows(table);
    rows.retain(|row| given.iter().any(|one| one[0] == row[0]));
    rows
}

async fn tables_match(analyst: &Person, given: &Given) {
    for (level, expected) in given.tables {
        let published = table(analyst, given.setting, level).await;
        let published = of_the_same_commissioners(&published, expected);
        let expected = rows(expected);
        assert_eq!(published.len(), expected.len(), "{} {level}", given.setting);
        for (published, expected) in published.iter().zip(&expected) {
            assert_eq!(published, expected, "{} {level}", given.setting);
        }
    }
}

story!(
    async fn published_tables_are_those_of_nhs_england_cell_for_cell(app) {
        england(app).await;
        let admin = app.user("amina", Role::EngagementAdmin, "ENGLAND").await;
        let analyst = app.user("anna", Role::Analyst, "ENGLAND").await;
        for given in GIVEN {
            let count = given.responses.lines().count() - 1;
            let imported = import(&admin, "", "text/csv", given.responses).await.is(201);
            assert_eq!(imported.body["rows"], count);
            assert_eq!(imported.body["accepted"], count);
            assert_eq!(imported.body["rejected"], 0);
            tables_match(&analyst, given).await;
        }
        // Everyone is listed, with zeros where nobody answered; every story finds one ward more than England has.
        let wards = rows(&table(&analyst, "inpatient", "ward").await);
        assert_eq!(wards.len(), 1 + 6941 + 1);
        let none = wards.iter().find(|row| row[0] == "IS1").unwrap();
        assert_eq!(&none[6..9], ["0", "-", "-"]);
        assert!(none[9..].iter().all(|cell| cell == "0"));
    }
);

story!(
    async fn lines_of_json_count_as_the_same_rows_do(app) {
        england(app).await;
        let admin = app.user("amina", Role::EngagementAdmin, "ENGLAND").await;
        let analyst = app.user("anna", Role::Analyst, "ENGLAND").await;
        for given in GIVEN {
            import(&admin, "", "application/x-ndjson", as_lines(given.responses)).await.is(201);
            tables_match(&analyst, given).await;
        }
        let camel = r#"{"respondedOn":"2026-10-02","setting":"ambulancePts","organisationCode":"RX1","siteCode":null,"score":"6","mode":"paperHome"}"#;
        let answer = import(&admin, "", "application/x-ndjson", camel).await.is(201);
        assert_eq!((&answer.body["accepted"], &answer.body["firstOn"]), (&json!(1), &json!("2026-10-02")));
    }
);

story!(
    async fn json_tells_what_the_file_tells(app) {
        england(app).await;
        let admin = app.user("amina", Role::EngagementAdmin, "ENGLAND").await;
        let analyst = app.user("anna", Role::Analyst, "ENGLAND").await;
        import(&admin, "", "text/csv", GIVEN[0].responses).await.is(201);
        let address = format!("{TABLES}?setting=ae&period=2026-09&level=icb");
        let table = analyst.get(&address).await.is(200);
        assert!(table.body["caution"].as_str().unwrap().contains("does not rank"));
        let row = |code: &str| {
            let rows = table.body["rows"].as_array().unwrap();
            rows.iter().find(|row| row["icbCode"] == code).unwrap().clone()
        };
        let shown = row("QJ2");
        assert_eq!((&shown["totalResponses"], &shown["hides"]), (&json!(64), &json!("nothing")));
        assert_eq!((&shown["percentagePositive"], &shown["percentageNegative"]), (&json!(0.9219), &json!(0.0312)));
        assert_eq!((&shown["veryGood"], &shown["modeSms"], &shown["modeElectronicHome"]), (&json!(42), &json!(30), &Value::Null));
        let few = row("QNC");
        assert_eq!((&few["totalResponses"], &few["hides"]), (&json!(2), &json!("countsAndPercentages")));
        assert_eq!((&few["percentagePositive"], &few["veryGood"]), (&Value::Null, &Value::Null));
        let next = row("QT1");
        assert_eq!((&next["hides"], &next["percentagePositive"], &next["good"]), (&json!("counts"), &json!(0.7903), &Value::Null));
        let none = row("QOP");
        assert_eq!((&none["totalResponses"], &none["percentagePositive"], &none["good"]), (&json!(0), &Value::Null, &json!(0)));
        // What the caller wants most decides.
        for (accept, kind) in [
            ("*/*", "application/json"), ("text/csv, */*;q=0.5", "text/csv; charset=utf-8"), ("text/*", "text/csv; charset=utf-8"),
            ("text/csv;q=0.2, application/json;q=0.3", "application/json"), ("text/csv, application/json", "application/json"),
        ] {
            let answer = analyst.request(Method::GET, &address).header("Accept", accept).send().await.is(200);
            assert_eq!(answer.header("content-type"), kind, "{accept}");
        }
        analyst.request(Method::GET, &address).header("Accept", "image/png").send().await.is_problem(406, "not-acceptable");
    }
);

story!(
    async fn each_organisation_sees_its_own_rows_of_a_table_that_all_of_england_decided(app) {
        england(app).await;
        let admin = app.user("amina", Role::EngagementAdmin, "ENGLAND").await;
        for given in GIVEN {
            import(&admin, "", "text/csv", given.responses).await.is(201);
        }
        let own = async |organisation: &str, setting: &str, level: &str| {
            let analyst = app.user(&format!("of {organisation}"), Role::Analyst, organisation).await;
            rows(&table(&analyst, setting, level).await)
        };
        for (level, expected) in GIVEN[1].tables.iter().skip(1) {
            let mut expected = rows(expected);
            expected.retain(|row| row[1] == "RTG" || row[1] == "trust_code");
            assert_eq!(own("RTG", "inpatient", level).await, expected, "{level}");
        }
        // It alone would have nothing to hide; beside its neighbour with two responses it has.
        let trust = own("RK5", "ae", "trust").await;
        assert_eq!(trust[1][3..6], ["60", "0.8000", "0.0500"]);
        assert!(trust[1][6..].iter().all(|cell| cell == "*"), "{trust:?}");
        assert_eq!(own("RK5", "ae", "icb").await.len(), 1, "a trust is no commissioner");
        let commissioner = own("QT1", "ae", "site").await;
        assert!(commissioner.len() > 2 && commissioner[1..].iter().all(|row| row[0] == "QT1"));
        assert_eq!(own("RTG02", "inpatient", "site").await.len(), 2);
    }
);

story!(
    async fn wards_with_as_many_responses_are_told_apart_by_what_they_are_for(app) {
        let admin = app.user("amina", Role::EngagementAdmin, "ENGLAND").await;
        let header = "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward_name";
        let ward = |name: &str, specialty: &str| {
            format!("QE1,LANCASHIRE AND SOUTH CUMBRIA ICB,RXL,BLACKPOOL TEACHING HOSPITALS NHS FOUNDATION TRUST,RXL01,\
                BLACKPOOL VICTORIA HOSPITAL - RXL01,{name}{specialty}\n")
        };
        let wards = async |file: String| {
            let request = admin.request(Method::POST, "/v1/organisations/imports");
            request.body("text/csv", file).send().await.is(200);
        };
        wards(format!("{header}\n{}{}{}", ward("Few", ""), ward("Alder", ""), ward("Birch", ""))).await;
        let row = |ward: &str| format!("2026-09-02,inpatient,RXL,RXL01,{ward},1,sms");
        let sent: Vec<String> = [("Few", 2), ("Alder", 7), ("Birch", 7)].iter()
            .flat_map(|(ward, count)| vec![row(ward); *count]).collect();
        import_rows(&admin, "", &sent.iter().map(String::as_str).collect::<Vec<_>>()).await.is(201);
        let second = async || {
            let wards = rows(&table(&admin, "inpatient", "ward").await);
            let hidden = wards.into_iter().find(|row| row[6] == "7" && row[9] == "*");
            hidden.unwrap()[5].clone()
        };
        assert_eq!(second().await, "Alder");
        wards(format!("{header},first_specialty,second_specialty\n{}{}",
            ward("Alder", ",300 - GENERAL MEDICINE,"), ward("Birch", ",100 - GENERAL SURGERY,"))).await;
        assert_eq!(second().await, "Birch");
    }
);

story!(
    async fn a_table_that_there_is_not_is_told_with_what_would_be(app) {
        let analyst = app.user("anna", Role::Analyst, "RXL").await;
        let call = async |query: &str| analyst.get(&format!("{TABLES}?{query}")).await;
        call("setting=ae&period=2026-09&level=ward").await.is_problem(400, "invalid-parameter").names(&["/level"]);
        call("setting=ambulancePts&period=2026-09&level=site").await.is_problem(400, "invalid-parameter").names(&["/level"]);
        call("setting=ae&period=2020-03&level=icb").await.is_problem(400, "invalid-parameter").names(&["/period"]);
        for query in ["setting=ae&period=2026-9&level=icb", "setting=aande&period=2026-09&level=icb", "setting=ae&level=icb"] {
            call(query).await.is_problem(400, "invalid-parameter");
        }
    }
);

story!(
    async fn every_field_that_is_wrong_is_told_by_its_line(app) {
        let admin = app.admin().await;
        let bad = [
            "2026-11-02,inpatient,RXL,RXL01,AMU1,1,sms",
            "02/11/2026,inpatient,RXL,RXL01,AMU1,7,sms",
            "2026-11-02,inpatient,RXL,RXL01,amu1,2,sms",
            "2026-11-02,inpatient,RXL,RXN02,Ward 2,2,sms",
            "2026-11-02,inpatient,RZZ,RXL01,AMU1,2,post",
            "2026-11-02,ae,RXL,RXL01,,2,electronic_home",
            "2026-11-02,inpatient,RXL,RXL01,,2,sms",
            "2026-11-02,inpatient,RXN,RXN02,Ward 2,2,sms",
            "2026-11-24,ae,RXL,RXL01,,2,sms",
            "2020-03-31,ae,RXL,RXL01,,2,sms",
            "2026-11-02,maternity,RXL,,,2,sms",
            "2026-11-02,ae,RXL,RXL01,2,sms",
            "2026-11-02,ae,RXL,RXL01,,3,other",
        ];
        let refused = import_rows(&admin, "", &bad).await.is_problem(422, "invalid-fields");
        let told = [
            "/rows/3/responded_on", "/rows/3/score", "/rows/4/ward_name", "/rows/5/site_code",
            "/rows/6/mode", "/rows/6/organisation_code", "/rows/7/mode", "/rows/8/ward_name",
            "/rows/9/organisation_code", "/rows/10/responded_on", "/rows/11/responded_on", "/rows/12/touchpoint", "/rows/13/row",
        ];
        let refused = refused.names(&told);
        assert!(!refused.body.to_string().contains("02/11/2026"), "what was sent is not repeated");
        let neither = import(&admin, "", "application/json", "{}").await.is_problem(415, "unsupported-media-type");
        assert_eq!(neither.body["detail"], "The body has to be text/csv or application/x-ndjson in UTF-8");
        assert_eq!(neither.header("accept"), "text/csv, application/x-ndjson");
        // Nothing was taken, and a dry run says the same.
        assert!(admin.get(IMPORTS).await.is(200).body["items"].as_array().unwrap().is_empty());
        let checked = import_rows(&admin, "?dryRun=true", &bad).await.is(200);
        assert_eq!((&checked.body["rows"], &checked.body["accepted"], &checked.body["rejected"]), (&json!(13), &json!(2), &json!(11)));
        assert!(admin.get(IMPORTS).await.is(200).body["items"].as_array().unwrap().is_empty());
        // The rest is taken where that was asked for.
        let taken = import_rows(&admin, "?acceptance=bestEffort", &bad).await.is(201);
        assert_eq!((&taken.body["rows"], &taken.body["accepted"], &taken.body["rejected"]), (&json!(13), &json!(2), &json!(11)));
        let first = json!({ "line": 3, "field": "responded_on", "code": "invalid", "reason": "a day such as 2026-09-30 is needed" });
        assert_eq!(taken.body["rejections"][0], first);
        assert_eq!(checked.body["rejections"], taken.body["rejections"]);
        let address = taken.header("location");
        assert_eq!(admin.get(address).await.is(200).body, taken.body);
        let mut listed = Vec::new();
        let mut page = admin.get(&format!("{address}/rejections?limit=5")).await.is(200);
        loop {
            listed.extend(page.body["items"].as_array().unwrap().clone());
            let Some(next) = page.body["next"].as_str().map(str::to_owned) else { break };
            page = admin.get(&format!("{address}/rejections?limit=5&after={next}")).await.is(200);
        }
        assert_eq!(&json!(listed), &taken.body["rejections"]);
    }
);

story!(
    async fn a_file_that_is_no_table_of_responses_is_refused_whole(app) {
        let admin = app.admin().await;
        let row = "2026-11-02,ae,RXL,RXL01,,3,other";
        let refused = async |file: String| {
            let answer = import(&admin, "?acceptance=bestEffort", "text/csv", file).await;
            answer.is_problem(422, "invalid-fields")
        };
        refused(String::new()).await.names(&["/rows/1/row"]);
        refused(format!("{row}\n")).await.names(&["/rows/1/row"]);
        refused(format!("{}\n{row}\n", HEADER.replace("score", "answer"))).await.names(&["/rows/1/row"]);
        refused(format!("{HEADER}\n{row}\n2026-11-02,ae,RXL,RXL01,\"{},3,other", "x".repeat(9_000))).await.names(&["/rows/3/row"]);
        let lines = import(&admin, "", "application/x-ndjson", "{\"score\":1}\n[]\n{\"setting\":\"ae\",\"name\":\"Ada\"}\n").await;
        let lines = lines.is_problem(422, "invalid-fields");
        assert_eq!(lines.body["errors"].as_array().unwrap().last().unwrap()["pointer"], "/rows/3/row");
        import(&admin, "", "application/json", "{}").await.is_problem(415, "unsupported-media-type");
        // What spreadsheets add makes no difference.
        let dressed = format!("\u{FEFF}{HEADER}\r\n{row}\r\n\r\n{row}");
        assert_eq!(import(&admin, "", "text/csv", dressed).await.is(201).body["accepted"], 2);
    }
);

story!(
    async fn the_same_import_id_counts_once(app) {
        let admin = app.user("amina", Role::EngagementAdmin, "ENGLAND").await;
        let row = "2026-09-02,ae,RXL,RXL01,,3,other";
        let first = import_rows(&admin, "?importId=september", &[row; 7]).await.is(201);
        assert_eq!(first.body["importId"], "september");
        let again = import_rows(&admin, "?importId=september", &[row; 7]).await.is(201);
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("location"), first.header("location"));
        import_rows(&admin, "?importId=september", &[row; 8]).await.is_problem(409, "import-id-reused");
        // Another organisation's same name is another name.
        let officer = app.officer().await;
        import_rows(&officer, "?importId=september", &[row; 5]).await.is(201);
        // Two at the same time: one is counted, and both have its answer.
        let both = futures_util::future::join(
            import_rows(&admin, "?importId=twice", &[row; 3]), import_rows(&admin, "?importId=twice", &[row; 3]),
        ).await;
        assert_eq!(both.0.is(201).body, both.1.is(201).body);
        let trust = rows(&table(&admin, "ae", "trust").await);
        let trust = trust.iter().find(|row| row[1] == "RXL").unwrap();
        assert_eq!(trust[3], "15");
        assert_eq!(app.changes_of("friendsAndFamilyImport.taken").await, 3);
    }
);

story!(
    async fn an_import_by_mistake_is_taken_back_to_the_last_response(app) {
        let admin = app.admin().await;
        let total = async || {
            let results = admin.get(&format!("{ROOT}/results?setting=ae&from=2026-09&to=2026-10&level=site")).await.is(200);
            let row = &results.body["rows"][0];
            [row["totalResponses"].clone(), row["good"].clone(), row["modeOther"].clone()]
        };
        let [sms, other] = ["2026-09-02,ae,RXL,RXL01,,1,sms", "2026-10-02,ae,RXL,RXL01,,2,other"];
        import_rows(&admin, "", &[sms, other]).await.is(201);
        let before = total().await;
        let mistake = import_rows(&admin, "?importId=mistake", &[other, other, sms]).await.is(201);
        assert_eq!(total().await, [json!(5), json!(3), json!(3)]);
        let address = format!("{}/withdraw", mistake.header("location"));
        assert_eq!(admin.step(&address).await.is(200).body["status"], "withdrawn");
        assert_eq!(total().await, before);
        admin.step(&address).await.is_problem(409, "transition-not-allowed");
        // Sent again, it does not count, and whoever sends it is told.
        let again = import_rows(&admin, "?importId=mistake", &[other, other, sms]).await.is_problem(409, "transition-not-allowed");
        assert_eq!(again.body["state"], "withdrawn");
        assert_eq!(total().await, before);
        // What is locked stays as it is.
        let late = import_rows(&admin, "", &[other]).await.is(201);
        let month = admin.post(&format!("{ROOT}/returns"), json!({ "setting": "ae", "period": "2026-10" })).await.is(201);
        admin.step(&format!("{}/lock", month.header("location"))).await.is(200);
        admin.step(&format!("{}/withdraw", late.header("location"))).await.is_problem(409, "rule-not-met");
    }
);

story!(
    async fn who_may_import_is_what_the_table_of_permissions_says(app) {
        let row = ["2026-09-02,ae,RXL,RXL01,,3,other"];
        app.anonymous().request(Method::POST, IMPORTS).body("text/csv", HEADER).send().await.is(401);
        let analyst = app.user("anna", Role::Analyst, "ENGLAND").await;
        import_rows(&analyst, "", &row).await.is_problem(403, "insufficient-scope");
        // A commissioner imports for its trusts, a trust for itself, a site for itself, and nobody for others.
        for (organisation, status) in [("QE1", 201), ("RXL", 201), ("RXL01", 201), ("RXN", 422), ("QOP", 422), ("RXN02", 422)] {
            let officer = app.user(&format!("of {organisation}"), Role::EngagementOfficer, organisation).await;
            import_rows(&officer, "", &row).await.is(status);
        }
        // Whoever imported sees the import; others do not.
        let admin = app.admin().await;
        let imports = admin.get(IMPORTS).await.is(200);
        assert_eq!(imports.body["items"].as_array().unwrap().len(), 1);
        let address = format!("{IMPORTS}/{}", imports.body["items"][0]["id"].as_str().unwrap());
        app.stranger().await.get(&address).await.is_problem(404, "not-found");
    }
);

const ROOT: &str = "/v1/feedback/friends-and-family";

story!(
    async fn anybody_answers_and_nobody_knows_who_it_was(app) {
        let anyone = app.anonymous();
        let rules = anyone.get(&format!("{ROOT}/rules")).await.is(200);
        assert_eq!(rules.body["wording"], "Overall, how was your experience of our service?");
        assert_eq!(rules.body["answers"][0], "Very good");
        let new = json!({
            "setting": "inpatient", "organisation": "RXL", "siteCode": "RXL01", "wardName": "AMU1", "score": 2, "mode": "online",
            "why": "Dr Patel was kind. Ring me on 07700 900123.", "better": "Nothing.", "mayBePublished": true
        });
        let given = anyone.post(&format!("{ROOT}/responses"), new.clone()).await.is(201);
        assert_eq!(given.body["why"], "Dr [name] was kind. Ring me on [telephone number].");
        assert_eq!(given.body["personal"], json!(["name", "telephone"]));
        assert_eq!((&given.body["respondedOn"], &given.body["urgency"]), (&json!("2026-11-22"), &json!("none")));
        let address = given.header("location");
        anyone.get(address).await.is(401);
        app.stranger().await.get(address).await.is_problem(404, "not-found");
        let officer = app.officer().await;
        assert_eq!(officer.get(address).await.is(200).body, given.body);
        // What was written, the moderator reads, and that is remembered.
        officer.get(&format!("{address}/as-written")).await.is_problem(403, "insufficient-scope");
        let pals = app.user("pat", Role::PalsOfficer, "RXL").await;
        let written = pals.get(&format!("{address}/as-written")).await.is(200);
        assert_eq!(written.body["why"], "Dr Patel was kind. Ring me on 07700 900123.");
        assert_eq!(app.changes_of("friendsAndFamilyResponse.read").await, 1);
        // It counts at once, at every level.
        let analyst = app.user("anna", Role::Analyst, "RXL").await;
        for level in ["trust", "site", "ward"] {
            let results = analyst.get(&format!("{ROOT}/results?setting=inpatient&from=2026-11&to=2026-11&level={level}")).await.is(200);
            let row = &results.body["rows"][0];
            assert_eq!((&row["totalResponses"], &row["good"], &row["modeOnline"]), (&json!(1), &json!(1), &json!(1)), "{level}");
            assert_eq!(row["percentagePositive"], 1.0);
        }
        analyst.get(address).await.is_problem(403, "insufficient-scope");
    }
);

story!(
    async fn a_response_is_judged_like_a_row_of_a_file(app) {
        let anyone = app.anonymous();
        let give = async |change: Value| {
            let mut new = json!({ "setting": "inpatient", "organisation": "RXL", "siteCode": "RXL01", "wardName": "AMU1", "score": 2, "mode": "online" });
            for (field, value) in change.as_object().unwrap() {
                new[field] = value.clone();
            }
            anyone.post(&format!("{ROOT}/responses"), new).await
        };
        give(json!({ "wardName": "Ward 99" })).await.is_problem(422, "invalid-fields").names(&["/wardName"]);
        give(json!({ "siteCode": "RXN02" })).await.is_problem(422, "invalid-fields").names(&["/siteCode"]);
        give(json!({ "organisation": "RZZ" })).await.is_problem(422, "invalid-fields").names(&["/organisation"]);
        give(json!({ "wardName": null })).await.is_problem(422, "invalid-fields").names(&["/wardName"]);
        give(json!({ "setting": "ae", "mode": "electronicHome" })).await.is_problem(422, "invalid-fields").names(&["/mode"]);
        give(json!({ "setting": "maternity" })).await.is_problem(422, "invalid-fields").names(&["/touchpoint"]);
        give(json!({ "respondedOn": "2026-12-24" })).await.is_problem(422, "invalid-fields").names(&["/respondedOn"]);
        give(json!({ "score": 7 })).await.is_problem(422, "invalid-fields").names(&["/score"]);
        give(json!({ "name": "Ada" })).await.is_problem(422, "invalid-fields").names(&["/name"]);
        give(json!({ "setting": "maternity", "touchpoint": "birth" })).await.is(201);
        // With credentials, it is the caller's own organisation.
        let elsewhere = json!({ "setting": "outpatient", "organisation": "RXN", "score": 1, "mode": "sms" });
        let admin = app.admin().await;
        admin.post(&format!("{ROOT}/responses"), elsewhere).await.is_problem(422, "invalid-fields").names(&["/organisation"]);
    }
);

story!(
    async fn danger_is_seen_to_on_the_same_day(app) {
        let anyone = app.anonymous();
        let give = async |why: &str| {
            let new = json!({ "setting": "outpatient", "organisation": "RXL", "score": 5, "mode": "online", "why": why });
            anyone.post(&format!("{ROOT}/responses"), new).await.is(201)
        };
        give("The food was cold.").await;
        let waiting = give("My carer hits me and I am scared to go home.").await;
        assert_eq!(waiting.body["urgency"], "waiting");
        let pals = app.user("pat", Role::PalsOfficer, "RXL").await;
        let queue = async || pals.get(&format!("{ROOT}/responses?urgency=waiting")).await.is(200).body["items"].clone();
        assert_eq!(queue().await, json!([waiting.body]));
        let address = format!("{}/deal-with", waiting.header("location"));
        let done = json!({ "dealtWith": "The safeguarding lead has it." });
        app.officer().await.post(&address, done.clone()).await.is_problem(403, "insufficient-scope");
        let seen_to = pals.post(&address, done.clone()).await.is(200);
        assert_eq!(seen_to.body["urgency"], "dealtWith");
        assert_eq!(queue().await, json!([]));
        // What was done is about somebody in danger: for those who know what they wrote.
        assert!(!seen_to.body.to_string().contains("safeguarding lead"));
        let seen = app.officer().await.get(waiting.header("location")).await.is(200);
        assert!(!seen.body.to_string().contains("safeguarding lead"));
        let written = pals.get(&format!("{}/as-written", waiting.header("location"))).await.is(200);
        assert_eq!(written.body["dealtWith"], done["dealtWith"]);
        pals.post(&address, done).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn what_cannot_wait_has_a_day_and_is_found_when_it_has_passed(app) {
        let anyone = app.anonymous();
        let due = async || {
            let new = json!({ "setting": "outpatient", "organisation": "RXL", "score": 5, "mode": "online", "why": "She overdosed." });
            anyone.post(&format!("{ROOT}/responses"), new).await.is(201).body["dueOn"].clone()
        };
        let overdue = async |overdue: bool| {
            let pals = app.user("pat", Role::PalsOfficer, "RXL").await;
            let listed = pals.get(&format!("{ROOT}/responses?overdue={overdue}")).await.is(200);
            listed.body["items"].as_array().unwrap().len()
        };
        // On a Sunday; on the Monday in the morning, and after five.
        assert_eq!(due().await, "2026-11-23");
        app.clock.advance(chrono::Duration::days(1));
        let nine = begins(day_of(app.clock.now())) + chrono::Duration::hours(9);
        app.clock.advance(nine - app.clock.now());
        assert_eq!(due().await, "2026-11-23");
        app.clock.advance(chrono::Duration::hours(8));
        assert_eq!(due().await, "2026-11-24");
        assert_eq!((overdue(true).await, overdue(false).await), (0, 3));
        app.clock.advance(chrono::Duration::hours(8));
        assert_eq!((overdue(true).await, overdue(false).await), (2, 1));
        let calm = json!({ "setting": "outpatient", "organisation": "RXL", "score": 5, "mode": "online", "why": "Cold food." });
        assert_eq!(anyone.post(&format!("{ROOT}/responses"), calm).await.is(201).body["dueOn"], Value::Null);
    }
);

story!(
    async fn results_are_laid_out_by_each_months_own_hierarchy(app) {
        let admin = app.admin().await;
        let root = app.user("amina", Role::EngagementAdmin, "ENGLAND").await;
        let row = "2026-10-02,ae,RXL,RXL01,,1,sms";
        import_rows(&admin, "", &[row, row]).await.is(201);
        // Today its only site becomes another trust's, and so it stays in the months that follow.
        let file = "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward_name\n\
            QE1,LANCASHIRE AND SOUTH CUMBRIA ICB,RXN,LANCASHIRE TEACHING HOSPITALS NHS FOUNDATION TRUST,RXL01,\
            BLACKPOOL VICTORIA HOSPITAL - RXL01,AMU1\n";
        let request = root.request(Method::POST, "/v1/organisations/imports");
        request.body("text/csv", file).send().await.is(200);
        import_rows(&root, "", &["2026-11-22,ae,RXN,RXL01,,1,sms"]).await.is(201);
        app.clock.advance(chrono::Duration::days(30));
        let of = async |organisation: &str, level: &str| {
            let analyst = app.user(&format!("of {organisation}"), Role::Analyst, organisation).await;
            let results = analyst.get(&format!("{ROOT}/results?setting=ae&from=2026-10&to=2026-12&level={level}")).await.is(200);
            let rows = results.body["rows"].as_array().unwrap().clone();
            let rows = rows.iter().filter(|row| row["totalResponses"] != 0).map(|row| {
                let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
                format!("{} {} {}", text("trustCode"), text("siteCode"), row["totalResponses"])
            });
            let trend = analyst.get(&format!("{ROOT}/trend?setting=ae&from=2026-10&to=2026-12")).await.is(200);
            let months = trend.body["months"].as_array().unwrap().clone();
            let months: Vec<i64> = months.iter().map(|month| month["totalResponses"].as_i64().unwrap()).collect();
            (rows.collect::<Vec<_>>(), months)
        };
        assert_eq!(of("RXL", "site").await, (vec!["RXL RXL01 2".to_owned()], vec![2, 0, 0]));
        assert_eq!(of("RXN", "site").await, (vec!["RXN RXL01 1".to_owned()], vec![0, 1, 0]));
        assert_eq!(of("RXL01", "site").await.1, [2, 1, 0]);
        for all in ["QE1", "ENGLAND"] {
            assert_eq!(of(all, "trust").await, (vec!["RXL - 2".to_owned(), "RXN - 1".to_owned()], vec![2, 1, 0]), "{all}");
        }
        let analyst = app.user("of RXL", Role::Analyst, "RXL").await;
        for (what, more) in [("results", "&level=site"), ("trend", "")] {
            for span in ["from=2020-04&to=2030-04", "from=2026-10&to=2026-09"] {
                analyst.get(&format!("{ROOT}/{what}?setting=ae&{span}{more}")).await.is_problem(400, "invalid-parameter").names(&["/to"]);
            }
        }
        let missing = analyst.get(&format!("{ROOT}/results?setting=ae&to=2026-10&level=site")).await.is_problem(400, "invalid-parameter");
        assert_eq!(missing.names(&["/from"]).body["detail"], "The parameter `from` is needed");
    }
);

story!(
    async fn touchpoints_of_maternity_are_series_of_their_own(app) {
        let admin = app.admin().await;
        let rows = |touchpoint: &str, count: usize| vec![format!("2026-10-02,maternity,RXL,,,1,sms,{touchpoint}"); count];
        let file = [rows("antenatal", 1), rows("birth", 7), rows("postnatal_ward", 6)].concat();
        import(&admin, "", "text/csv", format!("{HEADER},touchpoint\n{}\n", file.join("\n"))).await.is(201);
        let month = admin.post(&format!("{ROOT}/returns"), json!({ "setting": "maternity", "period": "2026-10" })).await.is(201);
        let address = month.header("location").to_owned();
        let csv = async |address: &str| {
            let request = admin.request(Method::GET, address).header("Accept", "text/csv");
            rows_of(&request.send().await.is(200).bytes)
        };
        let content = csv(&format!("{address}/content")).await;
        assert_eq!(content[0][4..6], ["touchpoint", "1_very_good"]);
        let told: Vec<[&str; 2]> = content[1..].iter().map(|row| [row[4].as_str(), row[5].as_str()]).collect();
        let expected = [["antenatal", "1"], ["birth", "7"], ["postnatal_ward", "6"], ["postnatal_community", "0"]];
        assert_eq!(told, expected);
        admin.step(&format!("{address}/lock")).await.is(200);
        assert_eq!(csv(&format!("{address}/content")).await, content);
        let json = admin.get(&format!("{address}/content")).await.is(200);
        assert_eq!(json.body["rows"][2]["touchpoint"], "postnatalWard");
        let results = admin.get(&format!("{ROOT}/results?setting=maternity&from=2026-10&to=2026-11&level=trust")).await.is(200);
        let told: Vec<_> = results.body["rows"].as_array().unwrap().iter().map(|row| row["totalResponses"].as_i64().unwrap()).collect();
        assert_eq!(told, [1, 7, 6, 0]);
        // Each hides its own.
        let table = admin.get(&format!("{TABLES}?setting=maternity&period=2026-10&level=trust")).await.is(200);
        let hides: Vec<_> = table.body["rows"].as_array().unwrap().iter().map(|row| row["hides"].as_str().unwrap()).collect();
        assert_eq!(hides, ["countsAndPercentages", "nothing", "nothing", "nothing"]);
        assert_eq!(csv(&format!("{TABLES}?setting=maternity&period=2026-10&level=trust")).await[2][3..5], ["birth", "7"]);
    }
);

story!(
    async fn who_gives_responses_begins_a_return(app) {
        let new = json!({ "setting": "ae", "period": "2026-10" });
        for organisation in ["QE1", "ENGLAND", "RXL01"] {
            let admin = app.user(&format!("of {organisation}"), Role::EngagementAdmin, organisation).await;
            admin.post(&format!("{ROOT}/returns"), new.clone()).await.is_problem(409, "rule-not-met").names(&["/organisation"]);
        }
        let admin = app.admin().await;
        let begun = admin.post(&format!("{ROOT}/returns"), json!({ "setting": "inpatient", "period": "2026-10" })).await.is(201);
        // A return by ward says what wards are for.
        let request = admin.request(Method::GET, &format!("{}/content", begun.header("location"))).header("Accept", "text/csv");
        let rows = rows_of(&request.send().await.is(200).bytes);
        assert_eq!(rows[0][6..10], ["ward_name", "first_specialty", "second_specialty", "1_very_good"]);
        assert_eq!(rows[1].len(), rows[0].len());
    }
);

story!(
    async fn nobody_without_credentials_changes_what_was_published_long_ago(app) {
        let give = async |day: &str| {
            let new = json!({ "setting": "outpatient", "organisation": "RXL", "score": 5, "mode": "online", "respondedOn": day });
            app.anonymous().post(&format!("{ROOT}/responses"), new).await
        };
        give("2026-09-23").await.is(201);
        for day in ["2026-09-22", "2020-04-01"] {
            give(day).await.is_problem(422, "invalid-fields").names(&["/respondedOn"]);
        }
        // The trust itself may.
        let late = json!({ "setting": "outpatient", "organisation": "RXL", "score": 5, "mode": "online", "respondedOn": "2026-04-01" });
        app.admin().await.post(&format!("{ROOT}/responses"), late).await.is(201);
    }
);

story!(
    async fn a_locked_month_stays_as_it_was(app) {
        let admin = app.admin().await;
        let row = "2026-10-02,ae,RXL,RXL01,,1,sms";
        import_rows(&admin, "", &[row; 9]).await.is(201);
        let begun = admin.post(&format!("{ROOT}/returns"), json!({ "setting": "ae", "period": "2026-10" })).await.is(201);
        assert_eq!((&begun.body["status"], &begun.body["dueOn"]), (&json!("open"), &json!("2026-11-12")));
        admin.post(&format!("{ROOT}/returns"), json!({ "setting": "ae", "period": "2026-10" })).await.is_problem(409, "already-exists");
        let address = begun.header("location").to_owned();
        let content = async || {
            let request = admin.request(Method::GET, &format!("{address}/content")).header("Accept", "text/csv");
            rows(&String::from_utf8(request.send().await.is(200).bytes).unwrap())
        };
        let open = content().await;
        assert_eq!(open[0][..6], ["period", "icb_code", "trust_code", "trust_name", "site_code", "site_name"]);
        assert_eq!(open[1][6..13], ["9", "0", "0", "0", "0", "0", "9"]);
        import_rows(&admin, "", &[row; 3]).await.is(201);
        assert_eq!(content().await[1][12], "12", "an open return follows what comes in");
        admin.post(&format!("{address}/submit"), json!({})).await.is(409);
        admin.step(&format!("{address}/lock")).await.is(200);
        let locked = content().await;
        let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let request = admin.request(Method::GET, &format!("{address}/content")).header("Accept", workbook);
        let answer = request.send().await.is(200);
        assert_eq!((answer.header("content-type"), &answer.bytes[..2]), (workbook, &b"PK"[..]));
        // What comes later counts, and changes neither the return nor what is published.
        let late = import_rows(&admin, "", &[row; 5]).await.is(201);
        assert_eq!((&late.body["accepted"], &late.body["late"]), (&json!(5), &json!(5)));
        let given = app.anonymous().post(&format!("{ROOT}/responses"), json!({ "setting": "ae", "organisation": "RXL",
            "siteCode": "RXL01", "score": 1, "mode": "sms", "respondedOn": "2026-10-31" })).await.is(201);
        assert_eq!(given.body["late"], true);
        assert_eq!(content().await, locked);
        let published = admin.get(&format!("{TABLES}?setting=ae&period=2026-10&level=trust")).await.is(200);
        assert_eq!(published.body["rows"][0]["totalResponses"], 12);
        let results = admin.get(&format!("{ROOT}/results?setting=ae&from=2026-10&to=2026-10&level=trust")).await.is(200);
        assert_eq!(results.body["rows"][0]["totalResponses"], 18);
        // Other settings and months of the same trust are not late.
        assert_eq!(import_rows(&admin, "", &["2026-11-02,ae,RXL,RXL01,,1,sms"]).await.is(201).body["late"], 0);
        admin.step(&format!("{address}/submit")).await.is_problem(403, "same-person");
        let second = app.officer().await;
        assert_eq!(second.step(&format!("{address}/submit")).await.is(200).body["status"], "submitted");
        admin.step(&format!("{address}/lock")).await.is_problem(409, "transition-not-allowed");
        // A month that is not over is not locked.
        let now = admin.post(&format!("{ROOT}/returns"), json!({ "setting": "ae", "period": "2026-11" })).await.is(201);
        admin.step(&format!("{}/lock", now.header("location"))).await.is_problem(409, "rule-not-met");
        let listed = admin.get(&format!("{ROOT}/returns?status=submitted")).await.is(200);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
    }
);

/// What the database knows people by who are not asked.
async fn kept_of_people(app: &TestApp) -> Vec<Vec<u8>> {
    let database = app.state.store.database.whole();
    let sql = "SELECT person FROM friends_and_family_exclusions";
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

story!(
    async fn whoever_was_excluded_is_not_asked(app) {
        let officer = app.officer().await;
        let person = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let may_ask = async |who: &Person, person: &str| {
            who.post(&format!("{ROOT}/may-we-ask"), json!({ "person": person })).await.is(200).body["mayAsk"].clone()
        };
        assert_eq!(may_ask(&officer, person).await, true);
        let asked = officer.post(&format!("{ROOT}/exclusions"), json!({ "person": person, "reason": "asked" })).await.is(201);
        assert_eq!(asked.body["until"], "2026-12-22");
        assert!(!asked.body.to_string().contains(person), "the hash is not given back");
        assert_eq!(may_ask(&officer, person).await, false);
        assert_eq!(may_ask(&officer, &person.replace('9', "8")).await, true);
        // What is kept says nothing to whoever has a copy of it and the senders' hashes.
        let plain = digest_of(format!("RXL {person}").as_bytes());
        assert!(!kept_of_people(app).await.contains(&plain.to_vec()));
        // Another organisation asks whom it likes.
        assert_eq!(may_ask(&app.stranger().await, person).await, true);
        app.clock.advance(chrono::Duration::days(31));
        let officer = app.officer().await;
        assert_eq!(may_ask(&officer, person).await, true);
        // What is over is forgotten.
        officer.get(asked.header("location")).await.is(200);
        forget_exclusions(&app.state.store).await.unwrap();
        officer.get(asked.header("location")).await.is_problem(404, "not-found");
        let out = officer.post(&format!("{ROOT}/exclusions"), json!({ "person": person, "reason": "optOut" })).await.is(201);
        assert_eq!((&out.body["until"], may_ask(&officer, person).await), (&Value::Null, json!(false)));
        let request = officer.request(Method::DELETE, out.header("location")).header("If-Match", out.etag());
        request.send().await.is(204);
        assert_eq!(may_ask(&officer, person).await, true);
        officer.post(&format!("{ROOT}/may-we-ask"), json!({ "person": "Ada Lovelace" })).await.is_problem(422, "invalid-fields").names(&["/person"]);
    }
);

story!(
    async fn deadlines_are_a_calendar_to_subscribe_to(app) {
        let answer = app.anonymous().get(&format!("{ROOT}/deadlines")).await.is(200);
        assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
        let text = String::from_utf8(answer.bytes).unwrap();
        assert!(text.contains("DTSTART;VALUE=DATE:20261211"), "{text}");
    }
);
