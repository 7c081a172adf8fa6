//! Processes that the benchmark starts, and ends again whatever happens.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A server in a process of its own; killed when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens: host and port.
    pub address: String,
}

impl Server {
    /// Starts a server and waits until it says where it listens. Its log goes into a file.
    pub fn start(mut command: Command, log: &Path) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log).with_context(|| log.display().to_string())?)
            .spawn()
            .with_context(|| format!("{command:?}"))?;
        let mut said = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut said)?;
        }
        let address = said.split("http://").nth(1).map(str::trim);
        let server = Self {
            address: address.unwrap_or_default().to_owned(),
            child,
        };
        if server.address.is_empty() {
            let why = std::fs::read_to_string(log).unwrap_or_default();
            bail!("{command:?} did not start: {}", why.trim());
        }
        Ok(server)
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it, and waits until it has ended.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing of it is needed any more: its folder and database are removed as well.
        self.stop();
    }
}

/// Runs a command to its end and answers what it printed.
pub fn run(mut command: Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// A folder that is removed when it is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Makes an empty folder of this run beside the program, so that it is on the disk that the build is on:
    /// in a temporary folder in memory, a durable write would cost nothing.
    pub fn new(name: &str) -> Result<Self> {
        let program = std::env::current_exe()?;
        let beside = program.parent().context("the program is in no folder")?;
        let own = std::process::id();
        for entry in std::fs::read_dir(beside)?.flatten() {
            let other = entry.file_name().into_string().unwrap_or_default();
            let run = other
                .strip_prefix("bench-")
                .and_then(|rest| rest.split('-').next());
            // A run that was ended before it could remove its folder.
            if run.is_some_and(|run| {
                run.parse::<u32>().is_ok() && !Path::new("/proc").join(run).exists()
            }) {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        let folder = beside.join(format!("bench-{own}-{name}"));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
