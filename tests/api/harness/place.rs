//! The program as an operator meets it: a folder, a command line, a service beside it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const LOG: &str = "service.log";

/// A folder with a service in it, both gone at the end.
pub struct Place {
    folder: PathBuf,
    service: Option<Child>,
}

impl Place {
    pub fn new() -> Self {
        let folder =
            std::env::temp_dir().join(format!("equal-partners-operator-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            folder,
            service: None,
        }
    }

    /// The command, with default settings except where it listens and where its data are.
    pub fn command(&self, arguments: &[&str]) -> Command {
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

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts the service, and says where it listens.
    pub fn serve(&mut self) -> String {
        self.serve_with(&[])
    }

    /// The same, with more variables set.
    pub fn serve_with(&mut self, variables: &[(&str, &str)]) -> String {
        let mut serve = self.command(&["serve"]);
        serve
            .env("EQUAL_PARTNERS_BIND", "127.0.0.1:0")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(self.folder.join(LOG)).unwrap());
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

    /// Ends the service at once.
    pub fn stop(&mut self) {
        if let Some(mut service) = self.service.take() {
            let _ = service.kill();
            let _ = service.wait();
        }
    }

    /// Everything that the service has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join(LOG)).unwrap()
    }

    pub fn data(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[track_caller]
pub fn printed(output: &Output) -> String {
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
pub fn is_usage(output: &Output, says: &str) {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(says), "{text}");
    assert!(output.stdout.is_empty());
}
