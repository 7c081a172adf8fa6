//! Pictures: the figures that the same report answers as JSON, drawn, in words, and in a table.

use equal_partners::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Person, TestApp, story};

const TREND: &str = "/v1/feedback/friends-and-family/trend";

async fn shown(person: &Person, address: &str, kind: &str) -> String {
    let request = person.request(Method::GET, address);
    let answer = request.header("Accept", kind).send().await.is(200);
    assert!(answer.header("content-type").starts_with(kind), "{kind}");
    String::from_utf8(answer.bytes).unwrap()
}

/// The rows of the table of a page, cell by cell.
fn table(page: &str) -> Vec<Vec<String>> {
    let rows = page.split("<tr>").skip(2);
    let rows = rows.map(|row| row.split("</t").filter_map(|cell| cell.rsplit_once('>')));
    rows.map(|cells| {
        cells
            .map(|(_, cell)| cell.to_owned())
            .filter(|cell| !cell.is_empty())
            .collect()
    })
    .collect()
}

async fn answered(app: &TestApp, organisation: &str, rows: &[(&str, u8)]) {
    let admin = app
        .user(
            &format!("of {organisation}"),
            Role::EngagementAdmin,
            organisation,
        )
        .await;
    let line =
        |(day, score): &(&str, u8)| format!("{day},outpatient,{organisation},,,{score},sms\n");
    let rows: String = rows.iter().map(line).collect();
    let file =
        format!("responded_on,setting,organisation_code,site_code,ward_name,score,mode\n{rows}");
    let import = admin.request(Method::POST, "/v1/feedback/friends-and-family/imports");
    import.body("text/csv", file).send().await.is(201);
}

story!(
    async fn a_trend_has_every_month_with_its_counts(app) {
        answered(app, "RXL", &[("2026-09-02", 1), ("2026-09-03", 2), ("2026-09-04", 5), ("2026-11-02", 6)]).await;
        answered(app, "RXN", &[("2026-09-02", 4)]).await;
        let months = async |organisation: &str| {
            let analyst = app.user(&format!("analyst of {organisation}"), Role::Analyst, organisation).await;
            let address = format!("{TREND}?setting=outpatient&from=2026-09&to=2026-11");
            let trend = analyst.get(&address).await.is(200).body;
            let months = trend["months"].as_array().unwrap().clone();
            months.iter().map(|one| one["totalResponses"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(months("RXL").await, [3, 0, 1]);
        assert_eq!(months("RXN").await, [1, 0, 0]);
        assert_eq!(months("QE1").await, [4, 0, 1], "a commissioner sees its trusts together");
        assert_eq!(months("ENGLAND").await, [4, 0, 1]);

        let analyst = app.user("ana", Role::Analyst, "RXL").await;
        let trend = analyst.get(&format!("{TREND}?setting=outpatient&from=2026-09&to=2026-11")).await.is(200).body;
        let first = json!({ "period": "2026-09", "totalResponses": 3, "positive": 2, "negative": 1,
            "percentagePositive": 0.6667, "percentageNegative": 0.3333 });
        assert_eq!(trend["months"][0], first);
        assert_eq!(trend["months"][1]["percentagePositive"], Value::Null);
    }
);

story!(
    async fn a_trend_goes_from_a_month_to_a_later_one_over_ten_years_at_the_most(app) {
        let analyst = app.user("ana", Role::Analyst, "RXL").await;
        for months in ["from=2026-09&to=2026-08", "from=2016-01&to=2026-01"] {
            for picture in ["", "/picture"] {
                let answer = analyst.get(&format!("{TREND}{picture}?setting=ae&{months}")).await;
                answer.is_problem(400, "invalid-parameter").names(&["/to"]);
            }
        }
        analyst.get(&format!("{TREND}?setting=ae&from=2016-02&to=2026-01")).await.is(200);
    }
);

story!(
    async fn a_picture_has_the_same_figures_in_words_and_in_a_table(app) {
        answered(app, "RXL", &[("2026-09-02", 1), ("2026-09-03", 2), ("2026-09-04", 5), ("2026-11-02", 6)]).await;
        let analyst = app.user("ana", Role::Analyst, "RXL").await;
        let address = format!("{TREND}/picture?setting=outpatient&from=2026-09&to=2026-11");
        let svg = shown(&analyst, &address, "image/svg+xml").await;
        assert!(svg.starts_with("<svg role=\"img\" aria-labelledby="), "{svg}");
        assert!(svg.contains(">Friends and Family Test, outpatient, RXL, September 2026 to November 2026</title>"), "{svg}");
        let told = "4 responses in all. September 2026: 66.7 % of 3 responses very good or good, 33.3 % poor or very poor. \
            November 2026: 0.0 % of 1 responses very good or good, 0.0 % poor or very poor.</desc>";
        assert!(svg.contains(told), "{svg}");
        let page = shown(&analyst, &address, "text/html").await;
        assert!(page.contains(svg.split_once("<title").unwrap().1), "the page shows the same picture");
        assert_eq!(table(&page), [
            ["2026-09", "3", "2", "66.7 %", "1", "33.3 %"],
            ["2026-10", "0", "0", "–", "0", "–"],
            ["2026-11", "1", "0", "0.0 %", "0", "0.0 %"],
        ]);
    }
);

story!(
    async fn themes_are_counted_by_the_service_that_is_spoken_of(app) {
        let olu = app.officer().await;
        for (code, label) in [("openingHours", "When clinics are open"), ("parking", "Parking <here>")] {
            olu.post("/v1/insight-themes", json!({ "code": code, "label": label })).await.is(201);
        }
        let said = |service: &str, themes: Value| json!({ "source": "survey", "service": service, "heardOn": "2026-11-02",
            "quote": "It could be better.", "themes": themes });
        for (service, themes) in [
            ("Eyes", json!(["parking"])), ("Eyes", json!(["parking", "openingHours"])), ("Eyes", json!([])),
            ("Diabetes", json!(["parking"])),
        ] {
            olu.post("/v1/insights", said(service, themes)).await.is(201);
        }
        let withdrawn = olu.post("/v1/insights", said("Eyes", json!(["parking"]))).await.is(201);
        let withdraw = format!("{}/withdraw", withdrawn.header("location"));
        olu.post(&withdraw, json!({ "reason": "It was another service." })).await.is(200);

        let address = "/v1/reports/themes-by-service";
        let report = olu.get(address).await.is(200).body;
        assert_eq!(report["themes"], json!([
            { "code": "parking", "label": "Parking <here>", "insights": 3 },
            { "code": "openingHours", "label": "When clinics are open", "insights": 1 },
        ]));
        assert_eq!(report["services"], json!([
            { "service": "Diabetes", "insights": 1, "byTheme": [1, 0] },
            { "service": "Eyes", "insights": 3, "byTheme": [2, 1] },
        ]));
        let file = shown(&olu, &format!("{address}/content"), "text/csv").await;
        assert_eq!(file, "service,insights,Parking <here>,When clinics are open\r\nDiabetes,1,1,0\r\nEyes,3,2,1\r\n");
        let page = shown(&olu, &format!("{address}/picture"), "text/html").await;
        assert_eq!(table(&page), [["Diabetes", "1", "1", "0"], ["Eyes", "3", "2", "1"]]);
        assert!(page.contains("4 insights about 2 services. Most, 3, are about: Parking &lt;here&gt;."), "{page}");
        let before = olu.get(&format!("{address}?until=2026-11-01")).await.is(200).body;
        assert_eq!((&before["themes"], &before["services"]), (&json!([]), &json!([])));
    }
);

story!(
    async fn what_is_answered_is_drawn_by_service(app) {
        let olu = app.officer().await;
        let said = json!({ "source": "survey", "service": "Eyes", "heardOn": "2026-11-02", "quote": "Too late." });
        olu.post("/v1/insights", said).await.is(201);
        let address = "/v1/reports/closing-the-loop/picture";
        let svg = shown(&olu, address, "image/svg+xml").await;
        assert!(svg.contains("All services together: 0 of 1 answered."), "{svg}");
        let page = shown(&olu, address, "text/html").await;
        assert_eq!(table(&page), [["Eyes", "1", "0", "0"], ["All", "1", "0", "0"]]);
    }
);
