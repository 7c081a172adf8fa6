//! The yearly return about complaints (KO41a).

use serde_json::{Value, json};

use equal_partners::access::Role;

use crate::harness::{Person, TestApp, story};

/// What stands in each section: the field, the set of its codes, and how the new complaints stand in it.
const SECTIONS: &[(&str, &str)] = &[
    ("ages", "ageBand"),
    ("complainants", "complainantStatus"),
    ("services", "serviceArea"),
    ("subjects", "subject"),
    ("professions", "profession"),
];

/// A site of whose ten new complaints each stands under the first code of each section; all other codes have none.
async fn site(officer: &Person) -> Value {
    let mut site = json!({ "siteCode": "RXL", "totals": { "broughtForward": 4, "new": 10, "upheld": 3, "partlyUpheld": 2,
        "notUpheld": 1, "resolved": 6, "carriedForward": 8 } });
    for (field, set) in SECTIONS {
        let codes = officer
            .get(&format!("/v1/pals/codes?set={set}&limit=200"))
            .await
            .is(200);
        let codes = codes.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|code| code["organisation"] == "ENGLAND");
        site[field] = codes
            .enumerate()
            .map(
                |(at, code)| json!({ "code": code["code"], "count": if at == 0 { 10 } else { 0 } }),
            )
            .collect();
    }
    site
}

async fn failures(officer: &Person, path: &str) -> Vec<(String, String)> {
    let checks = officer.get(&format!("{path}/checks")).await.is(200);
    let failed = checks.body["failures"].as_array().unwrap();
    assert_eq!(checks.body["passes"], failed.is_empty());
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    failed
        .iter()
        .map(|one| (text(one, "pointer"), text(one, "code")))
        .collect()
}

async fn other(app: &TestApp) -> Person {
    app.user("pia", Role::PalsOfficer, "RXL").await
}

story!(
    async fn a_return_names_each_check_that_fails_and_is_submitted_by_another_person(app) {
        let (petra, pia) = (app.pals().await, other(app).await);
        let mut site = site(&petra).await;
        let thin = petra.post("/v1/pals/complaint-returns", json!({ "year": 2025 })).await.is(201);
        let path = thin.header("location").to_owned();
        let submit = format!("{path}/submit");
        assert_eq!(failures(&petra, &path).await, [("/sites".to_owned(), "noSite".to_owned())]);
        pia.step(&submit).await.is_problem(409, "rule-not-met").names(&["/sites"]);
        site["totals"]["resolved"] = json!(7);
        site["ages"][1]["count"] = json!(1);
        site["subjects"].as_array_mut().unwrap().remove(0);
        let wrong = petra.patch(&path, thin.etag(), json!({ "sites": [site] })).await.is(200);
        let expected = [
            ("/sites/0/totals/resolved", "resolvedAddsUp"), ("/sites/0/totals/carriedForward", "carriedAddsUp"),
            ("/sites/0/ages", "totalEqualsNew"), ("/sites/0/subjects", "zeroExplicit"), ("/sites/0/subjects", "totalAtLeastNew"),
        ];
        assert_eq!(failures(&petra, &path).await, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        let named = pia.step(&submit).await.is_problem(409, "rule-not-met");
        assert_eq!(named.body["errors"].as_array().unwrap().len(), 5);
        let good = self::site(&petra).await;
        let good = petra.patch(&path, wrong.etag(), json!({ "sites": [good] })).await.is(200);
        assert_eq!(failures(&petra, &path).await, []);
        // Whoever wrote it last does not submit it.
        petra.step(&submit).await.is_problem(403, "same-person");
        let stale = pia.request(reqwest::Method::POST, &submit).header("If-Match", "\"1\"");
        stale.send().await.is_problem(412, "precondition-failed");
        let done = pia.step(&submit).await.is(200);
        assert_eq!((&done.body["status"], &done.body["sites"]), (&json!("submitted"), &good.body["sites"]));
        petra.patch(&path, done.etag(), json!({ "sites": [] })).await.is_problem(409, "transition-not-allowed");
    }
);

story!(
    async fn there_is_one_return_a_year_and_none_before_the_year_is_over(app) {
        let (petra, pia) = (app.pals().await, other(app).await);
        let site = site(&petra).await;
        let mut paths = Vec::new();
        for year in [2025, 2025, 2026] {
            let new = json!({ "year": year, "sites": [site] });
            let added = petra.post("/v1/pals/complaint-returns", new).await.is(201);
            paths.push(format!("{}/submit", added.header("location")));
        }
        pia.step(&paths[2]).await.is_problem(409, "rule-not-met").names(&["/year"]);
        let (one, another) = tokio::join!(pia.step(&paths[0]), pia.step(&paths[1]));
        let mut statuses = [one.status, another.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let submitted = petra.get("/v1/pals/complaint-returns?status=submitted&year=2025").await.is(200);
        assert_eq!(submitted.body["items"].as_array().unwrap().len(), 1);
    }
);

story!(
    async fn counts_are_counts_and_codes_are_the_national_ones(app) {
        let petra = app.pals().await;
        let mut site = site(&petra).await;
        let added = petra.post("/v1/pals/complaint-returns", json!({ "year": 2025, "sites": [site] })).await.is(201);
        let path = added.header("location");
        for wrong in [json!(-1), json!(1_000_001), json!(1.5), json!("10")] {
            let mut sites = json!([site]);
            sites[0]["ages"][0]["count"] = wrong;
            petra.patch(path, added.etag(), json!({ "sites": sites })).await.is_problem(422, "invalid-fields").names(&["/sites/0/ages/0/count"]);
        }
        let mut elsewhere = json!([site]);
        elsewhere[0]["siteCode"] = json!("ZZZ99");
        petra.patch(path, added.etag(), json!({ "sites": elsewhere })).await.is_problem(422, "invalid-fields").names(&["/sites/0/siteCode"]);
        // An organisation's own code is counted under the national one that it names.
        let own = json!({ "set": "subject", "code": "parking", "label": "Car parking", "nationalCode": "facilities", "validFrom": "2025-04-01" });
        petra.post("/v1/pals/codes", own).await.is(201);
        site["subjects"].as_array_mut().unwrap().push(json!({ "code": "parking", "count": 1 }));
        petra.patch(path, added.etag(), json!({ "sites": [site] })).await.is(200);
        assert_eq!(failures(&petra, path).await, [("/sites/0/subjects".to_owned(), "codeKnown".to_owned())]);
    }
);

story!(
    async fn whoever_wrote_any_of_it_does_not_submit_it(app) {
        let (petra, pia) = (app.pals().await, other(app).await);
        let site = site(&petra).await;
        let added = petra.post("/v1/pals/complaint-returns", json!({ "year": 2025, "sites": [site] })).await.is(201);
        let path = added.header("location");
        let mut changed = site.clone();
        changed["ages"][0]["count"] = json!(9);
        let wrong = pia.patch(path, added.etag(), json!({ "sites": [changed] })).await.is(200);
        pia.patch(path, wrong.etag(), json!({ "sites": [site] })).await.is(200);
        for author in [&petra, &pia] {
            author.step(&format!("{path}/submit")).await.is_problem(403, "same-person");
        }
        let paula = app.user("paula", Role::PalsOfficer, "RXL").await;
        paula.step(&format!("{path}/submit")).await.is(200);
    }
);

story!(
    async fn a_return_tells_of_the_organisations_own_sites(app) {
        let petra = app.pals().await;
        let of = |site: &str| json!({ "year": 2025, "sites": [{ "siteCode": site, "totals": {
            "broughtForward": 0, "new": 0, "upheld": 0, "partlyUpheld": 0, "notUpheld": 0, "resolved": 0, "carriedForward": 0 } }] });
        for site in ["RXN02", "RXN"] {
            petra.post("/v1/pals/complaint-returns", of(site)).await.is_problem(422, "invalid-fields").names(&["/sites/0/siteCode"]);
        }
        petra.post("/v1/pals/complaint-returns", of("RXL01")).await.is(201);
    }
);

story!(
    async fn a_return_is_its_organisations(app) {
        let petra = app.pals().await;
        let added = petra.post("/v1/pals/complaint-returns", json!({ "year": 2025 })).await.is(201);
        let path = added.header("location");
        let paul = app.user("paul", Role::PalsOfficer, "R0A").await;
        paul.get(path).await.is_problem(404, "not-found");
        paul.get(&format!("{path}/checks")).await.is_problem(404, "not-found");
        paul.step(&format!("{path}/submit")).await.is_problem(404, "not-found");
        app.officer().await.get(path).await.is_problem(403, "insufficient-scope");
        let ivan = app.user("ivan", Role::IgLead, "RXL").await;
        ivan.get(path).await.is(200);
        ivan.step(&format!("{path}/submit")).await.is_problem(403, "insufficient-scope");
    }
);
