//! The program itself, as a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use crate::harness::database;

const PROGRAM: &str = env!("CARGO_BIN_EXE_equal-partners");
/// Whatever takes longer than this never ends.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Where a service listens; it moves when the service is started again.
#[derive(Clone, Default)]
pub struct Address(Arc<RwLock<String>>);

impl Address {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.read().unwrap())
    }

    pub fn set(&self, url: &str) {
        *self.0.write().unwrap() = url.to_owned();
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.url("").trim_start_matches("http://").to_owned()
    }
}

/// A running service.
pub struct Service {
    child: Child,
    settings: Vec<(&'static str, String)>,
    log: PathBuf,
    pub address: Address,
}

/// Settings under which every drill runs: allowances are out of the way.
fn settings(database_url: &str) -> Vec<(&'static str, String)> {
    let plain = [
        ("EQUAL_PARTNERS_BIND", "127.0.0.1:0"),
        ("EQUAL_PARTNERS_PUBLIC_URL", "https://equal-partners.test"),
        ("EQUAL_PARTNERS_LOG", "warn"),
        ("EQUAL_PARTNERS_ANONYMOUS_READS", "1000000"),
        ("EQUAL_PARTNERS_ANONYMOUS_WRITES", "1000000"),
        ("EQUAL_PARTNERS_TOKEN_REQUESTS", "1000000"),
        ("EQUAL_PARTNERS_CALLER_REQUESTS", "1000000"),
    ];
    let mut all: Vec<_> = plain
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    all.push(("EQUAL_PARTNERS_DATABASE_URL", database_url.to_owned()));
    all
}

fn program(settings: &[(&'static str, String)], arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env_clear()
        .envs(settings.iter().cloned());
    command
}

/// Runs a command of the program beside the service, and gives what it printed.
pub async fn command(database_url: &str, arguments: &[&str]) -> String {
    let mut command = program(&settings(database_url), arguments);
    let output = actix_web::rt::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A token of an engagement administrator of Blackpool Teaching Hospitals, good for an hour.
pub async fn token(database_url: &str) -> String {
    let role = [
        "issue-token",
        "--role",
        "engagement-admin",
        "--organisation",
        "RXL",
    ];
    command(database_url, &role).await
}

/// Sends a signal to a process.
pub fn signal(pid: u32, name: &str) {
    let kill = Command::new("sh")
        .args(["-c", &format!("kill -{name} {pid}")])
        .status();
    assert!(kill.unwrap().success());
}

impl Service {
    /// Starts a service and waits until it is ready.
    pub async fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[]).await
    }

    /// Starts a service with settings of its own and waits until it is ready.
    pub async fn start_with(database_url: &str, more: &[(&'static str, &str)]) -> Self {
        let mut service = Self::spawn(database_url, more);
        service.ready().await;
        service
    }

    /// Starts a service.
    pub fn spawn(database_url: &str, more: &[(&'static str, &str)]) -> Self {
        let mut settings = settings(database_url);
        settings.extend(
            more.iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let log = database::folder().join(format!("service-{}", uuid::Uuid::new_v4()));
        let child = Self::process(&settings, &log);
        Self {
            child,
            settings,
            log,
            address: Address::default(),
        }
    }

    fn process(settings: &[(&'static str, String)], log: &Path) -> Child {
        let heard = std::fs::File::create(log.with_extension("out")).unwrap();
        let logged = std::fs::File::options()
            .create(true)
            .append(true)
            .open(log.with_extension("log"))
            .unwrap();
        program(settings, &["serve"])
            .stdin(Stdio::null())
            .stdout(heard)
            .stderr(logged)
            .spawn()
            .unwrap()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the service has logged so far, over all its starts.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.with_extension("log")).unwrap()
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most that the resident memory has been, in KiB.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// Measures the peak anew.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").unwrap();
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Waits until the service has said where it listens.
    pub async fn listening(&mut self) {
        let asked = Instant::now();
        loop {
            let heard = std::fs::read_to_string(self.log.with_extension("out")).unwrap();
            let address = heard
                .lines()
                .find_map(|line| line.strip_prefix("Equal Partners listens on "));
            if let Some(address) = address.filter(|_| heard.ends_with('\n')) {
                return self.address.set(address);
            }
            assert!(
                self.child.try_wait().unwrap().is_none(),
                "it ended: {}",
                self.log()
            );
            assert!(
                asked.elapsed() < PATIENCE,
                "it does not listen: {}",
                self.log()
            );
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until the service says that it is ready; answers how long that took.
    pub async fn ready(&mut self) -> Duration {
        let asked = Instant::now();
        self.listening().await;
        while !is_ready(&self.address).await {
            assert!(
                asked.elapsed() < PATIENCE,
                "it does not get ready: {}",
                self.log()
            );
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        asked.elapsed()
    }

    /// Ends the service without warning.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the service again; answers how long it took until it was ready.
    pub async fn again(&mut self) -> Duration {
        self.child = Self::process(&self.settings, &self.log);
        self.ready().await
    }

    /// Asks the service to end.
    pub fn terminate(&self) {
        signal(self.pid(), "TERM");
    }

    /// Waits for the end of the service; answers how it ended and how long that took.
    pub async fn ended(&mut self) -> (ExitStatus, Duration) {
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, asked.elapsed());
            }
            assert!(
                asked.elapsed() < PATIENCE,
                "it does not end: {}",
                self.log()
            );
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// The status that a get is answered with.
pub async fn status(address: &Address, token: &str, path: &str) -> u16 {
    let get = reqwest::Client::new()
        .get(address.url(path))
        .bearer_auth(token);
    get.send().await.unwrap().status().as_u16()
}

/// Whether a service says that it is ready.
pub async fn is_ready(address: &Address) -> bool {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    let answer = client.get(address.url("/health/ready")).send().await;
    answer.is_ok_and(|answer| answer.status() == 200)
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
