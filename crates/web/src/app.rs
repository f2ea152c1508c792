//! The server's state, its routes, and the layers around them in their order.

use std::{
    fmt,
    sync::Arc,
    time::{Instant, SystemTime},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use ballot::store::{estate::Estate, fresh::Fresh};
use deliberation::store::Deliberation;
use tokio::sync::{Notify, watch};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, Predicate},
    },
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};

use crate::{
    api, assets,
    config::Config,
    csrf, limit,
    limit::Limits,
    listen::Deadlines,
    metrics::Metrics,
    notify::Outbox,
    pages, problem,
    problem::{Asked, Problem},
    record::Records,
    session::LiveSessions,
    what_if::Calculations,
};

/// Bytes of a request's body; routes that take files say otherwise.
const BODY: usize = 64 * 1024;

/// The running server, shared by all handlers.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    estate: Estate,
    deliberation: Deliberation,
    clock: Clock,
    outbox: Outbox,
    limits: Limits,
    metrics: Metrics,
    live_sessions: LiveSessions,
    started: Instant,
    /// Wakes who sends messages.
    messages: Notify,
    /// Closed polls, counted and checked.
    records: Records,
    /// What officers and auditors tried on closed polls.
    calculations: Calculations,
    /// Tells answers that never end by themselves that the server stops.
    stopping: watch::Sender<bool>,
}

/// What the time is, in Unix seconds.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The machine's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

impl App {
    /// A server with these settings, over these use cases.
    pub fn new(config: Config, estate: Estate, clock: Clock, outbox: Outbox) -> Self {
        let (limits, started, messages) = (Limits::default(), Instant::now(), Notify::new());
        let (metrics, records, calculations) = (Metrics::default(), Records::default(), Calculations::default());
        let deliberation = Deliberation::new(estate.clone());
        let (live_sessions, stopping) = (LiveSessions::default(), watch::Sender::new(false));
        Self(Arc::new(Inner {
            config,
            estate,
            deliberation,
            clock,
            outbox,
            limits,
            metrics,
            live_sessions,
            started,
            messages,
            records,
            calculations,
            stopping,
        }))
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// Every use case.
    pub fn estate(&self) -> &Estate {
        &self.0.estate
    }

    /// Every use case of what is talked over.
    pub fn deliberation(&self) -> &Deliberation {
        &self.0.deliberation
    }

    pub(crate) fn records(&self) -> &Records {
        &self.0.records
    }

    pub(crate) fn calculations(&self) -> &Calculations {
        &self.0.calculations
    }

    /// Turns true once the server stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }

    /// Ends the answers that would go on for ever.
    pub(crate) fn stop_streams(&self) {
        self.0.stopping.send_replace(true);
    }

    pub(crate) fn outbox(&self) -> Outbox {
        self.0.outbox
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn live_sessions(&self) -> &LiveSessions {
        &self.0.live_sessions
    }

    /// The time in Unix seconds.
    pub(crate) fn now(&self) -> u64 {
        (self.0.clock)()
    }

    /// Randomness for one use case.
    #[allow(clippy::unused_self)] // the time comes from here too, and a handler asks for both alike
    pub(crate) fn fresh(&self) -> Result<Fresh, Problem> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|err| Problem::internal(&err))?;
        Ok(Fresh::new(seed))
    }

    /// Says that there are messages to send.
    pub(crate) fn notify(&self) {
        self.0.messages.notify_one();
    }

    /// Done when somebody said so.
    pub(crate) async fn messages(&self) {
        self.0.messages.notified().await;
    }

    /// Milliseconds since the start, for limits: a clock that nobody sets back.
    pub(crate) fn uptime(&self) -> u64 {
        u64::try_from(self.0.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// All routes with their layers.
    ///
    /// A request passes the layers from the first to the last, its answer the other way. What `around` does
    /// stands outside of everything that can fail, so that every answer has its headers and its line in the log.
    pub fn router(self) -> Router {
        self.router_with(Router::new())
    }

    /// The same with more routes under the same layers.
    pub fn router_with(self, more: Router<Self>) -> Router {
        self.router_within(more, Deadlines::default())
    }

    /// The same with deadlines of one's own.
    pub fn router_within(self, more: Router<Self>, deadlines: Deadlines) -> Router {
        let limited = Router::new()
            .merge(pages::routes(&self))
            .merge(api::routes())
            .merge(more)
            .fallback(not_found)
            .method_not_allowed_fallback(wrong_method)
            .layer(from_fn_with_state(self.clone(), limit::general));
        // One layer to the router, which boxes and clones for each that it is given, and for all those below it.
        let layers = ServiceBuilder::new()
            .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(may_compress)))
            .layer(from_fn_with_state(self.clone(), around))
            .layer(CatchPanicLayer::custom(problem::panicked))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, deadlines.answer))
            .layer(RequestBodyTimeoutLayer::new(deadlines.body_pause))
            .layer(DefaultBodyLimit::max(BODY));
        Router::new()
            .merge(assets::routes())
            .merge(pages::unlimited_routes())
            .merge(limited)
            .layer(layers)
            .with_state(self)
    }
}

async fn not_found() -> Problem {
    Problem::NOT_FOUND
}

async fn wrong_method() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// A page with a secret says `no-transform`.
fn may_compress(_: StatusCode, _: axum::http::Version, headers: &HeaderMap, _: &axum::http::Extensions) -> bool {
    headers.get(header::CACHE_CONTROL).is_none_or(|value| value != "no-store, no-transform")
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    object-src 'none'; require-trusted-types-for 'script'; trusted-types sw-url";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
];

/// Gives an answer its security headers.
fn secure(app: &App, headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.config().is_secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    // Pages are one person's unless they say otherwise.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Tells a request's log lines from others, and is shown with an error for people to quote.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The layer around every handler: refuses what another site sends, gives errors their form and all answers their
/// headers, and logs one line per request.
///
/// The line has the route and not the address, so that no code, number or name in it is kept, and nothing of who asked.
async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let mut random = [0; 8];
    // Without randomness ids repeat, which harms nobody.
    let _ = getrandom::fill(&mut random);
    let id = RequestId(u64::from_ne_bytes(random));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let asked = Asked::of(&request);
    let answer =
        if csrf::allows(&app, &request) { next.run(request).await } else { Problem::CROSS_SITE.into_response() };
    let mut response = problem::render(&app, &asked, id, answer).await;
    pages::prefs::remember(asked.query(), response.headers_mut());
    secure(&app, response.headers_mut());
    let (status, took) = (response.status(), started.elapsed());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    tracing::info!(%id, %method, route, status = status.as_u16(), ms, "answered");
    app.metrics().answered(route, &method, status, took);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}
