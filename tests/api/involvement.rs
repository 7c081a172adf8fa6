//! A partner's involvement: added up from the records, and theirs to take along.

use equal_partners::access::Role;
use equal_partners::http::plain;
use serde_json::{Value, json};

use crate::harness::applicants::id_of;
use crate::harness::claims::declared;
use crate::harness::story;
use crate::one_to_ones::{held, in_a_role};

story!(
    async fn it_adds_itself_up_and_can_be_taken_along(app) {
        let (appointment, ada) = in_a_role(app, json!({ "title": "=Reader of letters" })).await;
        let partner = format!("/v1/partners/{}", appointment.body["partnerId"].as_str().unwrap());
        let (path, olu) = (format!("{partner}/involvement"), app.officer().await);
        let before = ada.get(&path).await.is(200);
        assert_eq!(before.body["totals"], json!({ "routes": 0, "applications": 1, "appointments": 1, "oneToOnes": 0, "activities": 0, "minutes": 0 }));
        let talks = olu.get("/v1/one-to-ones").await.is(200);
        let talk = format!("/v1/one-to-ones/{}", talks.body["items"][0]["id"].as_str().unwrap());
        olu.post(&format!("{talk}/hold"), held(json!({ "heldOn": "2026-11-20" }))).await.is(200);
        ada.post(&format!("{partner}/enrolments"), json!({ "route": "equalPartnersAssembly" })).await.is(201);
        let told = ada.get(&path).await.is(200);
        assert_eq!(told.body["totals"], json!({ "routes": 1, "applications": 1, "appointments": 1, "oneToOnes": 1, "activities": 0, "minutes": 40 }));
        let items = told.body["items"].as_array().unwrap();
        let kinds: Vec<&str> = items.iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["oneToOne", "route", "application", "appointment"]);
        assert_eq!((&items[0]["what"], &items[0]["whatChanged"]), (&json!("=Reader of letters"), &json!("Evening clinics began.")));
        // The file says the same, and no cell of it runs.
        let file = ada.get(&format!("{path}/content")).await.is(200);
        assert!(file.header("content-type").starts_with("text/csv"));
        assert!(file.header("content-disposition").contains("involvement-2026-11-22.csv"));
        let mut reader = csv::Reader::from_reader(&file.bytes[..]);
        let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), items.len());
        for (row, item) in rows.iter().zip(items) {
            for (name, cell) in names.iter().zip(row.iter()) {
                assert!(!cell.starts_with('='), "{cell}");
                let value = match &item[name] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(plain(cell), value, "{name}");
            }
        }
        // The engagement team reads it without what was said between the two.
        let otto = app.user("otto", Role::EngagementOfficer, "RXL").await;
        let seen = otto.get(&path).await.is(200);
        assert_eq!((&seen.body["totals"], &seen.body["items"][0]["whatChanged"]), (&told.body["totals"], &Value::Null));
        let text = String::from_utf8(otto.get(&format!("{path}/content")).await.is(200).bytes).unwrap();
        assert!(!text.contains("Evening clinics"), "{text}");
    }
);

story!(
    async fn nobody_else_reads_it(app) {
        let (appointment, ada) = in_a_role(app, json!({})).await;
        let partner = format!("/v1/partners/{}", appointment.body["partnerId"].as_str().unwrap());
        let (bea, _) = app.partner("bea").await;
        for path in [format!("{partner}/involvement"), format!("{partner}/involvement/content")] {
            bea.get(&path).await.is_problem(404, "not-found");
            app.stranger().await.get(&path).await.is_problem(404, "not-found");
            app.lead().await.get(&path).await.is_problem(403, "insufficient-scope");
            app.anonymous().get(&path).await.is_problem(401, "unauthenticated");
            ada.get(&path).await.is(200);
        }
        let history = ada.get(&format!("{partner}/history")).await.is(200);
        let reads = history.body["items"].as_array().unwrap().iter().filter(|one| one["action"] == "partner.involvementRead");
        assert_eq!(reads.count(), 2);
    }
);

story!(
    async fn an_activity_counts_once_somebody_confirmed_it(app) {
        app.rates("2026-04-06", None, 45).await;
        let (ada, appointment) = app.inducted("ada").await;
        let miles = json!({ "expenseType": "mileageCar", "quantityTenths": 124, "from": "Home", "to": "Hospital" });
        let new = json!({ "appointmentId": id_of(&appointment), "activityDate": "2026-11-20", "activity": "Reading papers",
            "tenthHours": 35, "lines": [miles] });
        let claim = ada.post("/v1/claims", new).await.is(201);
        let path = claim.header("location");
        ada.post(&format!("{path}/submit"), declared()).await.is(200);
        let involvement = format!("/v1/partners/{}/involvement", claim.body["partnerId"].as_str().unwrap());
        assert_eq!(ada.get(&involvement).await.is(200).body["totals"]["activities"], 0);
        let despite = json!({ "despite": "Looked at together." });
        app.officer().await.post(&format!("{path}/confirm"), despite).await.is(200);
        let told = ada.get(&involvement).await.is(200);
        assert_eq!((&told.body["totals"]["activities"], &told.body["totals"]["minutes"]), (&json!(1), &json!(210)));
        let items = told.body["items"].as_array().unwrap();
        let done = items.iter().find(|one| one["kind"] == "activity").unwrap();
        assert_eq!((&done["what"], &done["fromDate"], &done["minutes"]), (&json!("Reading papers"), &json!("2026-11-20"), &json!(210)));
    }
);
