//! The one place where routes, middleware, jobs and document meet.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::{Server, Service, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::Data;
use actix_web::{App, HttpServer, web};
use tokio::task::JoinHandle;
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};

use crate::access::{Access, Keys, forget_revocations};
use crate::config::Config;
use crate::feedback::friends_and_family::forget_exclusions;
use crate::files;
use crate::http::{
    Answers, Contract, Description, Gate, Limits, Problem, Routes, admission, default_service,
    frame, guard,
};
use crate::lifecycle::Drawn;
use crate::operations::Metrics;
use crate::store::jobs::{self, Job};
use crate::store::{Clock, Database, Store, trust};
use crate::telemetry::without_values;
use crate::traces::Traces;

/// Everything that a request may need.
pub struct State {
    /// The settings in force.
    pub config: Config,
    /// The database, and how it is changed.
    pub store: Store,
    /// Keys, and who calls.
    pub access: Access,
    /// The published document.
    pub contract: Arc<Contract>,
    /// Answers for everyone that are kept.
    pub answers: Answers,
    /// How often a caller may call.
    pub limits: Limits,
    /// How many requests are worked on at once.
    pub gate: Gate,
    /// Whether the service is about to end: no load balancer should send anything any more.
    pub ending: AtomicBool,
    /// What is measured.
    pub metrics: Metrics,
    /// What makes traces.
    pub traces: Traces,
    /// Where files are kept.
    pub files: files::FileStore,
}

/// The beginnings of addresses, and the routes behind them.
type Resource = (&'static [&'static str], fn(&mut Routes<'_>));

/// Every resource's routes, behind the beginnings of their addresses: actix tries one route after the other,
/// each with a regular expression, and a request is spared those of other resources.
const RESOURCES: &[Resource] = &[
    (&["/v1/organisations"], crate::organisations::routes),
    (&["/v1/me", "/v1/permissions"], crate::me::routes),
    (&["/v1/users"], crate::users::routes),
    (&["/v1/api-clients"], crate::api_clients::routes),
    (
        &[
            "/v1/partners",
            "/v1/access-needs",
            "/v1/contact-preferences",
            "/v1/declarations",
            "/v1/enrolments",
            "/v1/image-consents",
            "/v1/partner-shares",
            "/v1/representatives",
        ],
        crate::partners::routes,
    ),
    (&["/v1/workstreams"], crate::workstreams::routes),
    (
        &["/v1/involvement-routes"],
        crate::involvement_routes::routes,
    ),
    (&["/v1/opportunities"], crate::opportunities::routes),
    (
        &["/v1/applications", "/v1/application-notes"],
        crate::applications::routes,
    ),
    (&["/v1/appointments"], crate::appointments::routes),
    (&["/v1/rate-cards"], crate::rate_cards::routes),
    (&["/v1/claims", "/v1/claim-receipts"], crate::claims::routes),
    (&["/v1/prior-approvals"], crate::prior_approvals::routes),
    (&["/v1/payment-exports"], crate::payment_exports::routes),
    (
        &["/v1/induction-checklists"],
        crate::induction_checklists::routes,
    ),
    (&["/v1/inductions"], crate::inductions::routes),
    (
        &[
            "/v1/documents",
            "/v1/document-versions",
            "/v1/format-requests",
            "/v1/handouts",
        ],
        crate::documents::routes,
    ),
    (
        &["/v1/insights", "/v1/insight-themes"],
        crate::insights::routes,
    ),
    (
        &["/v1/improvements", "/v1/you-said-we-did"],
        crate::improvements::routes,
    ),
    (&["/v1/provenance"], crate::provenance::routes),
    (&["/v1/reports"], crate::reports::routes),
    (
        &[
            "/v1/one-to-ones",
            "/v1/one-to-one-actions",
            "/v1/one-to-one-cadences",
        ],
        crate::one_to_ones::routes,
    ),
    (
        &["/v1/checks", "/v1/check-requirements"],
        crate::checks::routes,
    ),
    (&["/v1/peer-support"], crate::peer_support::routes),
    (&["/v1/pals"], crate::pals::routes),
    (
        &[
            "/v1/stories",
            "/v1/story-versions",
            "/v1/story-consents",
            "/v1/story-uses",
            "/v1/story-targets",
            "/v1/published-stories",
        ],
        crate::stories::routes,
    ),
    (
        &["/v1/templates", "/v1/template-versions", "/v1/adaptations"],
        crate::templates::routes,
    ),
    (&["/v1/agreement-texts"], crate::agreement_texts::routes),
    (&["/v1/agreements"], crate::agreements::routes),
    (&["/v1/feedback"], crate::feedback::routes),
    (&["/v1/ledger", "/v1/changes"], crate::ledger::routes),
];

fn routes(routes: &mut Routes<'_>) {
    // The order is that of the document.
    crate::operations::routes(routes);
    crate::oauth::routes(routes);
    for (beginnings, resource) in RESOURCES {
        routes.behind(beginnings, *resource);
    }
}

fn served_routes(config: &mut web::ServiceConfig) {
    routes(&mut Routes::Served(config));
}

/// Every kind of job.
pub const JOBS: &[Job] = &[
    crate::opportunities::CLOSE,
    crate::checks::WARN,
    crate::agreement_texts::ASK_AGAIN,
    crate::peer_support::INVITE,
    crate::stories::EXPIRE,
];

/// Every lifecycle, for `docs/lifecycles.md` and the test that walks them.
pub const LIFECYCLES: &[Drawn] = &[
    Drawn::new::<crate::applications::Status>(),
    Drawn::new::<crate::opportunities::Status>(),
    Drawn::new::<crate::partners::enrolments::entity::EnrolmentStatus>(),
    Drawn::new::<crate::partners::PartnerStatus>(),
    Drawn::new::<crate::organisations::shares::entity::ShareStatus>(),
    Drawn::new::<crate::workstreams::entity::Status>(),
    Drawn::new::<crate::users::entity::Status>(),
    Drawn::new::<crate::api_clients::entity::Status>(),
    Drawn::new::<crate::appointments::Status>(),
    Drawn::new::<crate::rate_cards::Status>(),
    Drawn::new::<crate::prior_approvals::Status>(),
    Drawn::new::<crate::claims::Status>(),
    Drawn::new::<crate::payment_exports::Status>(),
    Drawn::new::<crate::inductions::Status>(),
    Drawn::new::<crate::inductions::ItemStatus>(),
    Drawn::new::<crate::documents::versions::Status>(),
    Drawn::new::<crate::checks::Status>(),
    Drawn::new::<crate::one_to_ones::Status>(),
    Drawn::new::<crate::one_to_ones::actions::Status>(),
    Drawn::new::<crate::peer_support::memberships::Status>(),
    Drawn::new::<crate::peer_support::sessions::Status>(),
    Drawn::new::<crate::peer_support::themes::Status>(),
    Drawn::new::<crate::documents::format_requests::Status>(),
    Drawn::new::<crate::templates::versions::Status>(),
    Drawn::new::<crate::templates::adaptations::Status>(),
    Drawn::new::<crate::agreement_texts::Status>(),
    Drawn::new::<crate::agreements::Status>(),
    Drawn::new::<crate::insights::Status>(),
    Drawn::new::<crate::insights::themes::Status>(),
    Drawn::new::<crate::improvements::Status>(),
    Drawn::new::<crate::improvements::Publication>(),
    Drawn::new::<crate::pals::contacts::Status>(),
    Drawn::new::<crate::pals::complaint_returns::Status>(),
    Drawn::new::<crate::stories::Status>(),
    Drawn::new::<crate::feedback::friends_and_family::imports::Status>(),
    Drawn::new::<crate::feedback::friends_and_family::responses::Urgency>(),
    Drawn::new::<crate::feedback::friends_and_family::returns::Status>(),
];

/// The OpenAPI document; needs no database.
pub fn document() -> serde_json::Value {
    let mut description = Description::default();
    routes(&mut Routes::Described(&mut description));
    crate::openapi::complete(description.onto(crate::openapi::base()))
}

/// What the document asks of requests: made once in a process, since it is the same for every service in it.
static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| Arc::new(Contract::new(&document())));

impl State {
    /// Opens a migrated database.
    pub async fn open(config: Config, database: Database, clock: Clock) -> Result<Self, Problem> {
        let [reads, writes, tokens, callers] = config.allowances;
        let access = Access::new(Keys::default());
        let store = Store::open(database, clock).await?;
        access.keys.announce(&store, &config.public_url).await?;
        let traces = Traces::start(&config).map_err(Problem::internal)?;
        Ok(Self {
            limits: Limits::new(reads, writes, tokens, callers),
            answers: Answers::default(),
            gate: Gate::new(usize::try_from(config.requests_at_once).unwrap_or(usize::MAX)),
            ending: AtomicBool::new(false),
            contract: CONTRACT.clone(),
            metrics: Metrics::new(store.database.figures(), &traces.sent),
            traces,
            files: files::FileStore::new(config.files.clone()),
            config,
            store,
            access,
        })
    }
}

/// A service that listens, with its background work.
pub struct Running {
    /// Where it listens.
    pub address: std::net::SocketAddr,
    /// What it serves from.
    pub state: Data<State>,
    /// Ends when the service has been stopped.
    pub server: Server,
    /// The pulse, sequencing with jobs, and housekeeping: to be ended before the database is closed.
    pub background: [JoinHandle<()>; 3],
}

/// Connections that are served at once; others wait to be accepted. Each one takes two files.
const CONNECTIONS: usize = 4096;

/// Connects, migrates, listens and starts the background work.
pub async fn start(mut config: Config, clock: Clock) -> Result<Running, String> {
    let database = Database::connect(&config.database_url)
        .await
        .map_err(|error| explain(&error))?;
    database.migrate().await.map_err(|error| explain(&error))?;
    let listener = std::net::TcpListener::bind(&config.bind).map_err(|error| {
        format!(
            "cannot listen on {}: {error}; set EQUAL_PARTNERS_BIND",
            config.bind
        )
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    if config.public_url.is_empty() {
        config.public_url = format!("http://{address}");
    }
    let state = State::open(config, database, clock)
        .await
        .map_err(|problem| problem.to_string())?;
    let state = Data::new(state);
    let served = state.clone();
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let stalled = state.config.stalled;
    let server = HttpServer::new(move || {
        let swagger = SwaggerUi::new("/docs/{_:.*}").config(
            SwaggerConfig::from("/openapi.json")
                .persist_authorization(true)
                .try_it_out_enabled(true),
        );
        App::new()
            .app_data(served.clone())
            .configure(served_routes)
            .service(web::redirect("/docs", "/docs/"))
            .service(swagger)
            .default_service(web::to(default_service))
            .wrap(from_fn(admission))
            .wrap(cors(&served.config.cors_origins))
            .wrap(from_fn(frame))
    })
    .workers(workers)
    .max_connections(CONNECTIONS.div_ceil(workers))
    .on_connect(move |connection, data| guard(connection, data, stalled))
    .disable_signals()
    .shutdown_timeout(20)
    .listen(listener)
    .map_err(|error| error.to_string())?
    .run();
    let background = [
        tokio::spawn(pulse(state.clone())),
        tokio::spawn(work(state.clone())),
        tokio::spawn(housekeeping(state.clone())),
    ];
    Ok(Running {
        address,
        state,
        server,
        background,
    })
}

/// The service without a network and without background work: it takes a request and answers.
pub async fn in_process(
    state: Data<State>,
) -> impl AsyncFn(TestRequest) -> Result<ServiceResponse, actix_web::Error> {
    let app = App::new()
        .app_data(state)
        .configure(served_routes)
        .default_service(web::to(default_service))
        .wrap(from_fn(admission))
        .wrap(from_fn(frame));
    let service = init_service(app).await;
    async move |request: TestRequest| service.call(request.to_request()).await
}

/// Lets the configured front ends call from a browser, with tokens but never with cookies.
fn cors(origins: &[String]) -> Cors {
    origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin))
        .allowed_methods(["GET", "HEAD", "POST", "PATCH", "DELETE"])
        .allowed_headers([
            "Accept",
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-None-Match",
            "If-Range",
            "Range",
            "X-Correlation-ID",
            "X-Request-ID",
        ])
        .expose_headers([
            "Accept-Patch",
            "Accept-Ranges",
            "Allow",
            "Content-Disposition",
            "Content-Range",
            "ETag",
            "Link",
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            "Repr-Digest",
            "Retry-After",
            "WWW-Authenticate",
            "X-Correlation-ID",
            "X-Request-ID",
        ])
        .max_age(600)
}

/// What an operator can do about a database that does not open.
pub fn explain(error: &sea_orm::DbErr) -> String {
    format!(
        "the database does not open: {error}; check EQUAL_PARTNERS_DATABASE_URL, and that the server runs, or that the folder has room and can be written to"
    )
}

/// Turns of the background work are at least this far apart, so that a turn takes what many changes left.
const PACE: Duration = Duration::from_millis(150);

/// Sequences the ledger and runs jobs: soon after each commit here, and at least once a second.
async fn work(state: Data<State>) {
    loop {
        let turn = trust::patiently(state.traces.around(turn(&state))).await;
        match turn.unwrap_or_else(|why| Err(Problem::unavailable(&why))) {
            Ok(true) => continue,
            Ok(false) => {}
            Err(problem) => tracing::warn!(problem = without_values(problem), "background work"),
        }
        tokio::time::sleep(PACE).await;
        let _ = tokio::time::timeout(Duration::from_secs(1), state.store.bell.notified()).await;
    }
}

/// Feels the database's pulse once a second.
async fn pulse(state: Data<State>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        state.store.database.feel().await;
    }
}

/// One turn; answers whether there is more to do at once.
async fn turn(state: &State) -> Result<bool, Problem> {
    let sequenced = crate::store::sequence(&state.store.database).await?;
    state.metrics.sequenced(sequenced);
    let ran = jobs::run_next(&state.store, JOBS).await?;
    if ran {
        state.metrics.job();
    }
    Ok(ran || sequenced >= crate::store::TURN)
}

/// Makes the next signing key in time, and forgets what has been kept for long enough.
async fn housekeeping(state: Data<State>) {
    loop {
        tokio::time::sleep(Duration::from_secs(600)).await;
        state.limits.tidy();
        let tidied = trust::patiently(tidy(&state)).await;
        if let Err(problem) = tidied.unwrap_or_else(|why| Err(Problem::unavailable(&why))) {
            tracing::warn!(problem = without_values(problem), "housekeeping");
        }
    }
}

async fn tidy(state: &State) -> Result<(), Problem> {
    state.access.keys.refresh(&state.store).await?;
    forget_revocations(&state.store).await?;
    state.store.forget_keys().await?;
    forget_exclusions(&state.store).await?;
    files::sweep(&state.store, &state.files).await
}
