//! Tokens and clients on the command line, beside a service that runs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// A folder with a service in it, both gone at the end.
struct Place {
    folder: PathBuf,
    service: Option<Child>,
}

impl Place {
    fn new() -> Self {
        let folder =
            std::env::temp_dir().join(format!("equal-partners-operator-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            folder,
            service: None,
        }
    }

    /// The command, with default settings except where it listens and where its data are.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equal-partners"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("EQUAL_PARTNERS_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .env("EQUAL_PARTNERS_DATA_DIR", &self.folder)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts the service, and says where it listens.
    fn serve(&mut self) -> String {
        let mut serve = self.command(&["serve"]);
        serve
            .env("EQUAL_PARTNERS_BIND", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut service = serve.spawn().unwrap();
        let mut lines = BufReader::new(service.stdout.take().unwrap()).lines();
        let line = lines
            .find(|line| line.as_ref().unwrap().contains("listens on"))
            .unwrap()
            .unwrap();
        // What else it prints must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        self.service = Some(service);
        line.split_whitespace().last().unwrap().to_owned()
    }

    fn data(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(service) = &mut self.service {
            let _ = service.kill();
            let _ = service.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[track_caller]
fn printed(output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(text.lines().count(), 1, "{text}");
    text.trim().to_owned()
}

#[track_caller]
fn is_usage(output: &Output, says: &str) {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(says), "{text}");
    assert!(output.stdout.is_empty());
}

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
    assert!(printed(&place.run(&["config", "--check"])).contains("at the first start"));
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
