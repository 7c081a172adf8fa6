//! Settings, from the environment or a file, each with a default that runs on a laptop.

mod files;
mod sources;

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::Uri;
use sea_orm::sqlx::postgres::PgConnectOptions;

pub use files::{Bucket, Keeping};
pub use sources::{FILE, Sources};

/// A setting as the reference describes it.
#[derive(Debug)]
pub struct Setting {
    /// The variable.
    pub name: &'static str,
    /// What it is without the variable.
    pub default: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Whether it can hold a password: it is never shown, and may come from a file of its own.
    pub secret: bool,
}

/// Every setting; `equal-partners config` prints this table, and `docs/configuration.md` is made from it.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "EQUAL_PARTNERS_DATABASE_URL",
        default: "sqlite://DATA_DIR/equal-partners.db",
        meaning: "sqlite://FILE or postgres://USER@HOST/DATABASE",
        secret: true,
    },
    Setting {
        name: "EQUAL_PARTNERS_BIND",
        default: "127.0.0.1:8080",
        meaning: "address and port to listen on; port 0 chooses one and prints it",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_DATA_DIR",
        default: "data",
        meaning: "folder of the embedded database",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_PUBLIC_URL",
        default: "http://BIND",
        meaning: "the address under which callers know the service: issuer of its tokens, and links",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_LOG",
        default: "info",
        meaning: "what is logged, such as info or equal_partners=debug; add ,text for people instead of JSON",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_TRACES_URL",
        default: "",
        meaning: "where traces are sent as OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; without it, none are made",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_TRACES_RATIO",
        default: "1",
        meaning: "the share of traces that is sent, from 0 to 1, where the caller has not decided (traceparent)",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_SECURITY_CONTACT",
        default: "mailto:security@example.org",
        meaning: "where weaknesses are reported, for security.txt",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_CORS_ORIGINS",
        default: "",
        meaning: "origins of web front ends that may call from a browser, such as https://involve.example.nhs.uk, separated by commas",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_TRUSTED_PROXIES",
        default: "",
        meaning: "addresses of proxies whose X-Forwarded-For is believed, separated by commas",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_ANONYMOUS_READS",
        default: "600",
        meaning: "reads a minute for an address without a token",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_ANONYMOUS_WRITES",
        default: "60",
        meaning: "registrations and applications a minute for an address without a token",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_TOKEN_REQUESTS",
        default: "120",
        meaning: "requests for tokens a minute, for an address and for a client",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_CALLER_REQUESTS",
        default: "60000",
        meaning: "requests a minute for a caller with a token",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_REQUESTS_AT_ONCE",
        default: "1024",
        meaning: "requests that are worked on at once; one more is answered 503 and asked to come again",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_OPEN_FORMAT_REQUESTS",
        default: "20",
        meaning: "how many requests for formats of a document, by people who are not known here, may wait to be seen to; one more is refused",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_STALLED_SECONDS",
        default: "40",
        meaning: "after an answer, how long a connection may take to accept it and send another request; then it is reset",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_DRAIN_SECONDS",
        default: "0",
        meaning: "how long the service still serves after SIGTERM while it says that it is not ready, so that a load balancer can turn away first",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_FILES_URL",
        default: "file://DATA_DIR/equal-partners-files",
        meaning: "where uploaded files are kept: file:///FOLDER (its default is beside the embedded database), or s3://BUCKET/PREFIX for an object store that speaks S3; several instances need one place",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_FILES_ENDPOINT",
        default: "",
        meaning: "the address of the object store, such as https://s3.example.nhs.uk; without it, that of Amazon's",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_FILES_REGION",
        default: "eu-west-2",
        meaning: "the region of the object store",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_FILES_KEY_ID",
        default: "",
        meaning: "the name of the key to the object store; without it, the role of the machine is used",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_FILES_KEY",
        default: "",
        meaning: "the key to the object store",
        secret: true,
    },
    Setting {
        name: "EQUAL_PARTNERS_LARGEST_FILE_MB",
        default: "256",
        meaning: "how large an uploaded file may be, in megabytes of 1,048,576 bytes; 256 at the most",
        secret: false,
    },
    Setting {
        name: "EQUAL_PARTNERS_FILES_QUOTA_MB",
        default: "51200",
        meaning: "how large an organisation's files may be together, in megabytes",
        secret: false,
    },
];

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the rows are.
    pub database_url: String,
    /// Where to listen.
    pub bind: String,
    /// Folder of the embedded database.
    pub data_dir: PathBuf,
    /// Issuer of the tokens, and base of links. Empty until the port is known.
    pub public_url: String,
    /// What is logged.
    pub log: String,
    /// The collector of traces; empty for none.
    pub traces_url: String,
    /// The share of traces that is sent.
    pub traces_ratio: f64,
    /// Where weaknesses are reported.
    pub security_contact: String,
    /// Origins of web front ends that may call from a browser.
    pub cors_origins: Vec<String>,
    /// Proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Requests a minute: anonymous reads, anonymous writes, tokens, callers.
    pub allowances: [u32; 4],
    /// How many requests are worked on at once.
    pub requests_at_once: u32,
    /// How many requests for formats of a document wait, by people who are not known here.
    pub open_format_requests: u32,
    /// How long a connection may stall.
    pub stalled: Duration,
    /// How long is served between SIGTERM and the end.
    pub drain: Duration,
    /// Where uploaded files are kept, and how large they may be.
    pub files: Keeping,
}

impl Config {
    /// Reads settings from wherever they are. Answers every one that is wrong.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let text = |name: &str, default: &str| get(name).unwrap_or_else(|| default.to_owned());
        let data_dir = PathBuf::from(text("EQUAL_PARTNERS_DATA_DIR", "data"));
        let embedded = format!("sqlite://{}", data_dir.join("equal-partners.db").display());
        let database_url = text("EQUAL_PARTNERS_DATABASE_URL", &embedded);
        if !["sqlite://", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| database_url.starts_with(scheme))
        {
            wrong.push(
                "EQUAL_PARTNERS_DATABASE_URL has to begin with sqlite:// or postgres://".to_owned(),
            );
        }
        // Never shown: it can hold a password.
        if database_url.starts_with("postgres")
            && PgConnectOptions::from_str(&database_url).is_err()
        {
            wrong.push(
                "EQUAL_PARTNERS_DATABASE_URL cannot be read; it looks like postgres://USER:PASSWORD@HOST:5432/DATABASE"
                    .to_owned(),
            );
        }
        let bind = text("EQUAL_PARTNERS_BIND", "127.0.0.1:8080");
        if bind.parse::<std::net::SocketAddr>().is_err() {
            wrong.push(
                "EQUAL_PARTNERS_BIND has to be an address with a port, such as 127.0.0.1:8080"
                    .to_owned(),
            );
        }
        let public_url = text("EQUAL_PARTNERS_PUBLIC_URL", "")
            .trim_end_matches('/')
            .to_owned();
        if !public_url.is_empty() && !is_web_address(&public_url) {
            wrong.push(
                "EQUAL_PARTNERS_PUBLIC_URL has to be an address such as https://involve.example.nhs.uk, without a query"
                    .to_owned(),
            );
        }
        let list = |name: &str| -> Vec<String> {
            let all = text(name, "");
            all.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let cors_origins = list("EQUAL_PARTNERS_CORS_ORIGINS");
        for origin in &cors_origins {
            let path = origin
                .split_once("://")
                .is_some_and(|(_, host)| host.contains('/'));
            if !is_web_address(origin) || path {
                wrong.push(format!(
                    "EQUAL_PARTNERS_CORS_ORIGINS: {origin} is not an origin such as https://involve.example.nhs.uk"
                ));
            }
        }
        let trusted_proxies = list("EQUAL_PARTNERS_TRUSTED_PROXIES")
            .iter()
            .filter_map(|part| {
                let parsed = part.parse();
                if parsed.is_err() {
                    wrong.push(format!(
                        "EQUAL_PARTNERS_TRUSTED_PROXIES: {part} is not an IP address"
                    ));
                }
                parsed.ok()
            })
            .collect();
        let log = text("EQUAL_PARTNERS_LOG", "info");
        if let Err(error) = crate::telemetry::filter(&log) {
            wrong.push(format!("EQUAL_PARTNERS_LOG: {error}"));
        }
        let traces_url = text("EQUAL_PARTNERS_TRACES_URL", "");
        // A password in it would be shown with the other settings.
        if !traces_url.is_empty() && (!is_web_address(&traces_url) || traces_url.contains('@')) {
            wrong.push(
                "EQUAL_PARTNERS_TRACES_URL has to be an address such as http://127.0.0.1:4318/v1/traces, without a password and a query"
                    .to_owned(),
            );
        }
        let ratio = text("EQUAL_PARTNERS_TRACES_RATIO", "1").parse::<f64>();
        let ratio = ratio.ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        if ratio.is_none() {
            wrong.push("EQUAL_PARTNERS_TRACES_RATIO has to be a number from 0 to 1".to_owned());
        }
        let mut at_least = |least: u32, name: &str, default: u32| match get(name)
            .map(|text| text.parse::<u32>())
        {
            None => default,
            Some(Ok(number)) if number >= least => number,
            Some(_) => {
                wrong.push(format!(
                    "{name} has to be a whole number of {least} or more"
                ));
                default
            }
        };
        let drain = Duration::from_secs(at_least(0, "EQUAL_PARTNERS_DRAIN_SECONDS", 0).into());
        let mut number = |name, default| at_least(1, name, default);
        let stalled = Duration::from_secs(number("EQUAL_PARTNERS_STALLED_SECONDS", 40).into());
        let requests_at_once = number("EQUAL_PARTNERS_REQUESTS_AT_ONCE", 1024);
        let open_format_requests = number("EQUAL_PARTNERS_OPEN_FORMAT_REQUESTS", 20);
        let allowances = [
            number("EQUAL_PARTNERS_ANONYMOUS_READS", 600),
            number("EQUAL_PARTNERS_ANONYMOUS_WRITES", 60),
            number("EQUAL_PARTNERS_TOKEN_REQUESTS", 120),
            number("EQUAL_PARTNERS_CALLER_REQUESTS", 60_000),
        ];
        let files = Keeping::read(&get, &database_url, &data_dir, &mut wrong);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Self {
            files,
            database_url,
            public_url,
            data_dir,
            cors_origins,
            trusted_proxies,
            allowances,
            requests_at_once,
            open_format_requests,
            stalled,
            drain,
            log,
            traces_url,
            traces_ratio: ratio.unwrap_or(1.0),
            security_contact: text(
                "EQUAL_PARTNERS_SECURITY_CONTACT",
                "mailto:security@example.org",
            ),
            bind,
        })
    }

    /// The file of the embedded database; nothing with PostgreSQL.
    pub fn embedded_file(&self) -> Option<PathBuf> {
        embedded_file(&self.database_url)
    }

    /// The address of the caller: the peer's, or the nearest one in X-Forwarded-For that is no trusted proxy.
    ///
    /// Proxies append, so the list is read from its end, over all lines of the header. IPv6 callers count by
    /// their network of 64 bits, of which each has as many addresses as they like.
    pub fn address_of(&self, request: &HttpRequest) -> String {
        let Some(peer) = request.peer_addr().map(|peer| peer.ip().to_canonical()) else {
            return "unknown".to_owned();
        };
        let trusted = |address: &IpAddr| self.trusted_proxies.contains(address);
        let named = request
            .headers()
            .get_all("x-forwarded-for")
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(|part| {
                part.trim()
                    .parse::<IpAddr>()
                    .map(|address| address.to_canonical())
            })
            .collect::<Vec<_>>();
        let nearest = named
            .into_iter()
            .rev()
            .find(|part| !part.as_ref().is_ok_and(trusted));
        let address = match nearest {
            Some(Ok(address)) if trusted(&peer) => address,
            _ => peer,
        };
        match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

fn embedded_file(database_url: &str) -> Option<PathBuf> {
    let path = database_url.strip_prefix("sqlite://")?;
    Some(PathBuf::from(path.split('?').next().unwrap_or_default()))
}

/// An http address with a host and without a query.
fn is_web_address(text: &str) -> bool {
    Uri::from_str(text).is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.query().is_none()
            && uri.host().is_some_and(|host| {
                !host.is_empty()
                    && host
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(c))
            })
    })
}
