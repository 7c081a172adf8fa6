//! Tokens and clients on the command line, beside a service that runs.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::harness::place::{Place, is_usage, printed};

#[actix_web::test]
async fn tokens_and_clients_made_on_the_command_line_work_at_the_running_service() {
    let mut place = Place::new();
    let url = place.serve();
    let http = reqwest::Client::new();
    // The command knows neither the port nor the public address: the service has left word.
    let token = printed(&place.run(&[
        "issue-token",
        "--role",
        "engagement_admin",
        "--organisation",
        "ENGLAND",
    ]));
    let me = async |token: &str| {
        http.get(format!("{url}/v1/me"))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
    };
    let answer = me(&token).await;
    assert_eq!(answer.status(), 200);
    let me_body: Value = answer.json().await.unwrap();
    assert_eq!(me_body["issuer"], url);
    let made = printed(&place.run(&[
        "create-client",
        "--organisation",
        "ENGLAND",
        "--scope",
        "me:read workstreams:read",
    ]));
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(made["scope"], "me:read workstreams:read");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", made["clientId"].as_str().unwrap()),
        ("client_secret", made["clientSecret"].as_str().unwrap()),
    ];
    let body: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let answer = http
        .post(format!("{url}/oauth/token"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(
        me(answer["access_token"].as_str().unwrap()).await.status(),
        200
    );
    // A token signed for another name is not for this service.
    let mut elsewhere = place.command(&[
        "issue-token",
        "--role",
        "analyst",
        "--organisation",
        "ENGLAND",
    ]);
    elsewhere.env("EQUAL_PARTNERS_PUBLIC_URL", "https://elsewhere.example");
    let foreign = printed(&elsewhere.output().unwrap());
    assert_eq!(me(&foreign).await.status(), 401);
    assert!(place.data().join("equal-partners.db").exists());
}

#[test]
fn what_an_operator_can_mend_is_said_in_one_line() {
    let place = Place::new();
    let run = |arguments: &[&str]| place.run(arguments);
    let organisation = ["--organisation", "ENGLAND"];
    is_usage(
        &run(&[
            "create-client",
            organisation[0],
            organisation[1],
            "--scope",
            "everything",
        ]),
        "--scope",
    );
    is_usage(
        &run(&[
            "create-client",
            organisation[0],
            organisation[1],
            "--scope",
            "",
        ]),
        "--scope",
    );
    is_usage(
        &run(&[
            "create-client",
            "--organisation",
            "XYZ",
            "--scope",
            "me:read",
        ]),
        "XYZ",
    );
    is_usage(
        &run(&["create-client", organisation[0], organisation[1]]),
        "--scope",
    );
    is_usage(
        &run(&["issue-token", "--role", "analyst", "--organisation", "XYZ"]),
        "XYZ",
    );
    is_usage(
        &run(&[
            "issue-token",
            "--role",
            "king",
            organisation[0],
            organisation[1],
        ]),
        "engagementAdmin",
    );
    is_usage(
        &run(&[
            "issue-token",
            "--role",
            "public",
            organisation[0],
            organisation[1],
        ]),
        "public",
    );
    is_usage(
        &run(&[
            "issue-token",
            "--role",
            "analyst",
            organisation[0],
            organisation[1],
            "--minutes",
            "61",
        ]),
        "60",
    );
    let subject = [
        "issue-token",
        "--role",
        "analyst",
        organisation[0],
        organisation[1],
        "--subject",
        "",
    ];
    is_usage(&run(&subject), "--subject");
    is_usage(&run(&["dance"]), "dance");
    let set = |name: &str, value: &str| {
        place
            .command(&["config", "--check"])
            .env(name, value)
            .output()
            .unwrap()
    };
    for (name, value) in [
        ("EQUAL_PARTNERS_CORS_ORIGINS", "https://a b"),
        ("EQUAL_PARTNERS_PUBLIC_URL", "https://a>b"),
        ("EQUAL_PARTNERS_LOG", "equal_partners=debgu"),
        ("EQUAL_PARTNERS_BIND", "here"),
    ] {
        is_usage(&set(name, value), name);
    }
    let secret = set(
        "EQUAL_PARTNERS_DATABASE_URL",
        "postgres://u:secret@127.0.0.1:99999/x",
    );
    is_usage(&secret, "EQUAL_PARTNERS_DATABASE_URL");
    assert!(!String::from_utf8_lossy(&secret.stderr).contains("secret"));
}

#[test]
fn looking_makes_nothing() {
    let place = Place::new();
    is_usage(&place.run(&["verify-ledger"]), "there is no database");
    assert!(place.run(&["config", "--check"]).status.success());
    assert_eq!(std::fs::read_dir(place.data()).unwrap().count(), 0);
}

#[test]
fn an_answer_that_nobody_reads_to_its_end_is_no_failure() {
    let place = Place::new();
    let mut openapi = place.command(&["openapi"]);
    let mut openapi = openapi
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(openapi.stdout.take());
    let output = openapi.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    let mut full = place.command(&["openapi"]);
    let full = full
        .stdout(std::fs::File::create("/dev/full").unwrap())
        .output()
        .unwrap();
    assert_eq!(full.status.code(), Some(1));
}

#[test]
fn a_backup_is_private_and_restores_a_private_database() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |file: &Path| file.metadata().unwrap().permissions().mode() & 0o777;
    let (place, other) = (Place::new(), Place::new());
    printed(&place.run(&["migrate"]));
    let backup = place.data().join("backup.db");
    let name = backup.to_str().unwrap();
    printed(&place.run(&["backup", name]));
    assert_eq!(mode(&backup), 0o600);
    is_usage(&place.run(&["backup", name]), "exists already");
    // However it was carried, what is made of it is private again.
    std::fs::set_permissions(&backup, std::fs::Permissions::from_mode(0o644)).unwrap();
    printed(&other.run(&["restore", name]));
    assert_eq!(mode(&other.data().join("equal-partners.db")), 0o600);
    assert!(printed(&other.run(&["verify-ledger"])).contains("whole"));
    is_usage(&other.run(&["restore", name]), "exists");
    std::fs::write(&backup, b"no database").unwrap();
    assert_eq!(Place::new().run(&["restore", name]).status.code(), Some(1));
}

#[test]
fn one_process_at_a_time_serves_from_an_embedded_database_or_replaces_it() {
    let (mut place, other) = (Place::new(), Place::new());
    printed(&other.run(&["migrate"]));
    let backup = other.data().join("backup.db");
    printed(&other.run(&["backup", backup.to_str().unwrap()]));
    place.serve();
    // An address that is not this machine's: the second one ends, whatever it does about the first.
    let mut second = place.command(&["serve"]);
    let second = second.env("EQUAL_PARTNERS_BIND", "192.0.2.1:1").output();
    is_usage(&second.unwrap(), "another process serves");
    // Even when somebody moves `equal-partners.db*` away from under it.
    let away = place.data().join("away");
    std::fs::create_dir(&away).unwrap();
    for file in std::fs::read_dir(place.data()).unwrap().map(Result::unwrap) {
        if file
            .file_name()
            .to_string_lossy()
            .starts_with("equal-partners.db")
        {
            std::fs::rename(file.path(), away.join(file.file_name())).unwrap();
        }
    }
    is_usage(
        &place.run(&["restore", backup.to_str().unwrap()]),
        "another process serves",
    );
}

#[test]
fn a_backup_of_a_newer_release_is_not_restored() {
    let (place, other) = (Place::new(), Place::new());
    printed(&place.run(&["migrate"]));
    let database = place.data().join("equal-partners.db");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        use sea_orm::ConnectionTrait;
        let database = sea_orm::Database::connect(format!("sqlite://{}", database.display())).await.unwrap();
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2099_01_01_0001_tomorrow', 0)";
        database.execute_unprepared(newer).await.unwrap();
        database.close().await.unwrap();
    });
    let restored = other.run(&["restore", database.to_str().unwrap()]);
    assert_eq!(restored.status.code(), Some(1), "{restored:?}");
    assert!(String::from_utf8_lossy(&restored.stderr).contains("m2099_01_01_0001_tomorrow"));
    assert!(!other.data().join("equal-partners.db").exists());
}

#[test]
fn a_backup_that_fails_leaves_no_half_of_it() {
    let place = Place::new();
    std::fs::write(place.data().join("equal-partners.db"), [7; 8192]).unwrap();
    let backup = place.data().join("backup.db");
    let output = place.run(&["backup", backup.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(!backup.exists());
}

#[actix_web::test]
async fn after_the_keys_are_rotated_no_older_token_is_believed() {
    let mut place = Place::new();
    let url = place.serve();
    let asked = [
        "issue-token",
        "--role",
        "analyst",
        "--organisation",
        "ENGLAND",
    ];
    let token = printed(&place.run(&asked));
    let me = async |url: &str, token: &str| {
        let request = reqwest::Client::new().get(format!("{url}/v1/me"));
        request.bearer_auth(token).send().await.unwrap().status()
    };
    assert_eq!(me(&url, &token).await, 200);
    printed(&place.run(&["rotate-keys"]));
    place.stop();
    let url = place.serve();
    assert_eq!(me(&url, &token).await, 401);
    assert_eq!(me(&url, &printed(&place.run(&asked))).await, 200);
}
