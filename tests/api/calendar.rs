//! The calendar: a day is a day in London, whatever the clocks of machines say.

use chrono::{DateTime, Utc};
use equal_partners::access::Role;
use serde_json::json;

use crate::harness::applicants::id_of;
use crate::harness::claims::declared;
use crate::harness::story;

story!(
    async fn half_past_midnight_in_june_is_the_next_day(app) {
        app.rates("2026-04-06", None, 45).await;
        let (_, appointment) = app.inducted("ada").await;
        let late: DateTime<Utc> = "2027-06-30T23:30:00Z".parse().unwrap();
        app.clock.advance(late - app.clock.now());
        app.state.access.keys.refresh(&app.state.store).await.unwrap();
        let (ada, olu) = (app.user("ada", Role::Partner, "RXL").await, app.officer().await);

        // What happened today is claimed, and nothing that is still to come.
        let miles = json!([{ "expenseType": "mileageCar", "quantityTenths": 100 }]);
        let on = |day: &str| json!({ "appointmentId": id_of(&appointment), "activityDate": day, "lines": miles });
        ada.post("/v1/claims", on("2027-07-02")).await.is_problem(422, "invalid-fields").names(&["/activityDate"]);
        let draft = ada.post("/v1/claims", on("2027-07-01")).await.is(201);

        // Twenty working days are counted from the first of July, a Thursday.
        let sent = ada.post(&format!("{}/submit", draft.header("location")), declared()).await.is(200);
        assert_eq!((&sent.body["submittedAt"], &sent.body["dueOn"]), (&json!("2027-06-30T23:30:00Z"), &json!("2027-07-29")));

        // What was to be done on the last day of June is late, and what is to be done on the first of July is not.
        for day in ["2027-06-30", "2027-07-01"] {
            let new = json!({ "appointmentId": id_of(&appointment), "plannedFor": day });
            olu.post("/v1/one-to-ones", new).await.is(201);
        }
        let late = olu.get("/v1/one-to-ones?overdue=true&limit=200").await.is(200);
        let days: Vec<_> = late.body["items"].as_array().unwrap().iter().map(|one| &one["plannedFor"]).collect();
        assert!(days.contains(&&json!("2027-06-30")) && !days.contains(&&json!("2027-07-01")), "{days:?}");
    }
);
