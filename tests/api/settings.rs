//! Where settings may come from, and what an operator is told about them.

use std::path::PathBuf;
use std::process::Output;

use crate::harness::database;
use crate::harness::place::{Place, is_usage, printed};

fn file(place: &Place, name: &str, text: &str) -> PathBuf {
    let path = place.data().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// What `config --show` prints, under these variables.
fn shown(place: &Place, text: &str, variables: &[(&str, &str)]) -> String {
    let file = file(place, "settings.toml", text);
    let output = place
        .command(&["--config", file.to_str().unwrap(), "config", "--show"])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn checked(place: &Place, variables: &[(&str, &str)]) -> Output {
    place
        .command(&["config", "--check"])
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// The problems of a file with this text.
fn refusal(text: &str) -> String {
    let place = Place::new();
    let file = file(&place, "settings.toml", text);
    let output = checked(&place, &[("EQUAL_PARTNERS_CONFIG", file.to_str().unwrap())]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_default() {
    let place = Place::new();
    let text = "bind = \"127.0.0.1:9\"\ncaller_requests = 7\ntrusted_proxies = [\"10.0.0.1\", \"10.0.0.2\"]\n";
    let shown = shown(&place, text, &[("EQUAL_PARTNERS_BIND", "127.0.0.1:8")]);
    assert!(
        shown.contains("bind = \"127.0.0.1:8\"  # environment"),
        "{shown}"
    );
    assert!(shown.contains("\ncaller_requests = \"7\"  # "), "{shown}");
    assert!(
        shown.contains("\ntrusted_proxies = \"10.0.0.1,10.0.0.2\"  # "),
        "{shown}"
    );
    assert!(
        shown.contains("\n# anonymous_reads = \"600\"  # default"),
        "{shown}"
    );
}

#[test]
fn what_is_shown_can_be_used_as_a_file() {
    let place = Place::new();
    let first = shown(&place, "bind = \"127.0.0.1:9\"\n", &[]);
    let again = shown(&place, &first, &[]);
    assert!(again.contains("bind = \"127.0.0.1:9\""), "{again}");
    let kept = file(&place, "again.toml", &first);
    printed(&place.run(&["--config", kept.to_str().unwrap(), "migrate"]));
}

#[test]
fn a_secret_comes_from_a_file_of_its_own_and_is_never_shown() {
    let place = Place::new();
    let secret = file(
        &place,
        "secret",
        "postgres://u:canary@db.example/x?password=canary\n",
    );
    let secret = secret.to_str().unwrap();
    let by_key = shown(&place, &format!("database_url_file = {secret:?}"), &[]);
    let by_variable = shown(&place, "", &[("EQUAL_PARTNERS_DATABASE_URL_FILE", secret)]);
    for shown in [by_key, by_variable] {
        assert!(shown.contains("postgres://u@db.example:5432/x"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
    let both = [
        ("EQUAL_PARTNERS_DATABASE_URL_FILE", secret),
        ("EQUAL_PARTNERS_DATABASE_URL", "sqlite://x.db"),
    ];
    is_usage(&checked(&place, &both), "both set");
    let none = [("EQUAL_PARTNERS_DATABASE_URL_FILE", "/nowhere/secret")];
    is_usage(&checked(&place, &none), "/nowhere/secret");
}

#[test]
fn everything_that_is_wrong_with_a_file_is_said_in_one_go() {
    let text = refusal(
        "databse_url = \"x\"\nbind = \"here\"\ncaller_requests = 0\ncors_origins = { a = 1 }\nblue = 1\n\
         traces_url = \"http://u:canary@h/\"\ntraces_ratio = 1.5\n",
    );
    for part in [
        "databse_url is no setting; did you mean database_url?",
        "EQUAL_PARTNERS_BIND has to be",
        "EQUAL_PARTNERS_CALLER_REQUESTS has to be",
        "cors_origins takes",
        "EQUAL_PARTNERS_TRACES_URL has to be",
        "EQUAL_PARTNERS_TRACES_RATIO has to be",
        "blue is no setting; equal-partners config lists them",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn a_line_that_cannot_be_read_is_told_by_its_number_and_not_quoted() {
    let text = refusal("bind = \"127.0.0.1:0\"\ndatabase_url = \"postgres://u:canary@h/x\n");
    assert!(text.contains("line 2"), "{text}");
    assert!(!text.contains("canary"), "{text}");
    let place = Place::new();
    is_usage(
        &checked(
            &place,
            &[("EQUAL_PARTNERS_CONFIG", "/nowhere/settings.toml")],
        ),
        "/nowhere/settings.toml",
    );
}

#[test]
fn a_variable_that_looks_like_a_slip_is_told_and_one_of_the_platform_is_not() {
    let place = Place::new();
    let variables = [
        ("EQUAL_PARTNERS_DATABSE_URL", "x"),
        ("EQUAL_PARTNERS_SERVICE_HOST", "10.0.0.1"),
    ];
    let output = checked(&place, &variables);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("EQUAL_PARTNERS_DATABSE_URL is ignored"),
        "{text}"
    );
    assert!(!text.contains("SERVICE_HOST"), "{text}");
}

#[actix_web::test]
async fn the_check_tells_what_the_start_would_meet() {
    let place = Place::new();
    let says = |variables: &[(&str, &str)], part: &str| {
        let output = checked(&place, variables);
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(part), "{text}");
    };
    says(&[], "is made at the first start");
    printed(&place.run(&["migrate"]));
    says(&[], "the schema is up to date");
    // A file is no folder, whoever asks.
    file(&place, "taken", "");
    let below = format!("sqlite://{}", place.data().join("taken/x.db").display());
    let output = checked(&place, &[("EQUAL_PARTNERS_DATABASE_URL", &below)]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be written"));
    // Nobody listens on port 1.
    let away = [(
        "EQUAL_PARTNERS_DATABASE_URL",
        "postgres://u:canary@127.0.0.1:1/x",
    )];
    let output = checked(&place, &away);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("does not open") && !text.contains("canary"),
        "{text}"
    );
    let fresh = database::empty_postgres().await;
    says(
        &[("EQUAL_PARTNERS_DATABASE_URL", &fresh)],
        "m2026_11_22_0001",
    );
    let migrate = place
        .command(&["migrate"])
        .env("EQUAL_PARTNERS_DATABASE_URL", &fresh)
        .output();
    printed(&migrate.unwrap());
    says(
        &[("EQUAL_PARTNERS_DATABASE_URL", &fresh)],
        "the schema is up to date",
    );
    database::remove(&fresh).await;
}
