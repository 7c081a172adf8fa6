//! A PostgreSQL server of the tests' own, from installed binaries.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A server on a free port, in a folder of its own; it ends with this value.
pub struct Postgres {
    data: PathBuf,
    port: u16,
    settings: String,
}

/// Runs a line of shell as the user who owns the server: PostgreSQL refuses to run as root.
fn run(line: &str) {
    let mut command = match root() {
        true => {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh", "-c", line]);
            command
        }
        false => {
            let mut command = Command::new("sh");
            command.args(["-c", line]);
            command
        }
    };
    assert!(command.status().unwrap().success(), "{line}");
}

fn root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// Where the newest installed server's programs are.
fn bin() -> PathBuf {
    let mut bins: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL is needed: set TEST_POSTGRES_URL, start a server on 127.0.0.1:5432, or install the package postgresql")
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    bins.sort();
    bins.pop().expect("no PostgreSQL below /usr/lib/postgresql")
}

impl Postgres {
    /// Whether there are programs to start a server from.
    pub fn is_installed() -> bool {
        Path::new("/usr/lib/postgresql").is_dir()
    }

    /// Stops the server once this process is gone, however it ends: nothing is dropped that lives as long as it does.
    pub fn ends_with_this_process(&self) {
        let (bin, data, tests) = (bin(), self.data.display(), std::process::id());
        let stop = format!("{}/pg_ctl -D {data} -m immediate stop", bin.display());
        run(&format!(
            "setsid sh -c 'while [ -d /proc/{tests} ]; do sleep 1; done; {stop}; rm -rf {data}' >/dev/null 2>&1 &"
        ));
    }

    /// Makes a server in a folder that does not exist yet, and starts it.
    pub fn start(data: &Path, settings: &str) -> Self {
        let server = Self::new(data, settings);
        let (bin, data) = (bin(), data.display());
        run(&format!(
            "{}/initdb -D {data} -U postgres -A trust >/dev/null",
            bin.display()
        ));
        server.again();
        server
    }

    /// Makes a server that holds what another one held when it was stopped, and starts it.
    pub fn like(stopped: &Self, data: &Path, settings: &str) -> Self {
        let server = Self::new(data, settings);
        run(&format!(
            "cp -a {}/. {}",
            stopped.data.display(),
            data.display()
        ));
        server.again();
        server
    }

    /// Makes a standby of the server on a port, and starts it.
    pub fn copy_of(port: u16, data: &Path) -> Self {
        let server = Self::new(data, "fsync=on");
        let (bin, data) = (bin(), data.display());
        run(&format!(
            "chmod 700 {data} && {}/pg_basebackup -D {data} -R -c fast -h 127.0.0.1 -p {port} -U postgres",
            bin.display()
        ));
        server.again();
        server
    }

    fn new(data: &Path, settings: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::fs::create_dir_all(data).unwrap();
        if root() {
            let mut chown = Command::new("chown");
            let chown = chown.args(["-R", "postgres"]).arg(data).status();
            assert!(chown.unwrap().success());
        }
        Self {
            data: data.to_owned(),
            port,
            settings: settings.to_owned(),
        }
    }

    /// A folder beside the server's own.
    pub fn beside(&self, name: &str) -> PathBuf {
        let own = self.data.file_name().unwrap().to_str().unwrap();
        self.data.with_file_name(format!("{own}-{name}"))
    }

    /// The address without a database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts the server again after [`Postgres::stop`].
    pub fn again(&self) {
        let (bin, data, port, settings) = (bin(), self.data.display(), self.port, &self.settings);
        let options = format!(
            "-p {port} -k {data} -c listen_addresses=127.0.0.1 -c max_connections=300 -c {settings}"
        );
        run(&format!(
            "{}/pg_ctl -D {data} -l {data}/log -w -o '{options}' start >/dev/null",
            bin.display()
        ));
    }

    /// Stops the server: `fast` breaks connections, `immediate` is a crash.
    pub fn stop(&self, mode: &str) {
        run(&format!(
            "{}/pg_ctl -D {} -m {mode} -w stop >/dev/null",
            bin().display(),
            self.data.display()
        ));
    }

    /// Whether the server runs.
    pub fn runs(&self) -> bool {
        self.data.join("postmaster.pid").exists()
    }

    /// Sends a signal to the server and to each of its processes.
    pub fn signal(&self, signal: &str) {
        let pid = std::fs::read_to_string(self.data.join("postmaster.pid")).unwrap();
        let postmaster = pid.lines().next().unwrap();
        let kill = format!(
            "kill -{signal} {postmaster}; kill -{signal} $(cat /proc/{postmaster}/task/{postmaster}/children) || true"
        );
        run(&kill);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.runs() {
            self.signal("CONT");
            self.stop("immediate");
        }
        let _ = std::fs::remove_dir_all(&self.data);
    }
}
