//! Figures for Prometheus, on an address of their own: how often, how long, how many. Nobody's name, address, code or
//! choice is in them, nor how a vote stands.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use crate::{app::App, problem::Problem};

/// Upper bounds in seconds: a page is quick, a ballot waits for the disk, and after ten seconds nobody waits.
const SECONDS: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    method: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    answer: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Channel {
    channel: &'static str,
    is_sent: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Poll {
    poll: String,
}

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram>,
    casts: Family<Code, Counter>,
    messages: Family<Channel, Counter>,
    entries: Family<Poll, Gauge>,
    waiting: Gauge,
    oldest: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("heyi");
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            casts: Family::default(),
            messages: Family::default(),
            entries: Family::default(),
            waiting: Gauge::default(),
            oldest: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("requests", "Requests answered", metrics.requests.clone());
        registry.register_with_unit(
            "request",
            "From a request to the beginning of its answer",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        registry.register(
            "casts",
            "Ballots sent, by what was answered: stored, or a problem's code",
            metrics.casts.clone(),
        );
        registry.register("messages", "Attempts to send a message", metrics.messages.clone());
        registry.register("log_entries", "Entries of a poll's log", metrics.entries.clone());
        registry.register("messages_waiting", "Messages that wait to be sent", metrics.waiting.clone());
        registry.register_with_unit(
            "messages_oldest",
            "Since the oldest waiting message was written",
            Unit::Seconds,
            metrics.oldest.clone(),
        );
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// A request was answered. `route` is as the program knows it, never an address with its codes.
    pub(crate) fn answered(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let (route, method) = (route.to_owned(), method.to_string());
        self.seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { route, method, status: status.as_u16() }).inc();
    }

    /// A ballot was answered with `stored`, or with the code of a problem.
    pub(crate) fn cast(&self, answer: &'static str) {
        self.casts.get_or_create(&Code { answer }).inc();
    }

    /// A message was sent, or was not.
    pub(crate) fn message(&self, channel: &'static str, is_sent: bool) {
        self.messages.get_or_create(&Channel { channel, is_sent: is_sent.to_string() }).inc();
    }
}

/// The routes of the address that figures have for themselves.
pub(crate) fn routes(app: App) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<App>) -> Result<Response, Problem> {
    let metrics = app.metrics();
    let now = app.now();
    let (sizes, unsent) = app.estate().survey(now).await?;
    metrics.entries.clear();
    for (poll, size) in sizes {
        metrics.entries.get_or_create(&Poll { poll: poll.to_string() }).set(gauge(size));
    }
    metrics.waiting.set(gauge(unsent.waiting));
    metrics.oldest.set(gauge(unsent.oldest));
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(|err| Problem::internal(&err))?;
    Ok(([(header::CONTENT_TYPE, OPENMETRICS)], text).into_response())
}

fn gauge(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_prometheus_reads_them() {
        let metrics = Metrics::default();
        metrics.answered("/polls/{poll}", &Method::GET, StatusCode::OK, Duration::from_millis(5));
        metrics.cast("stored");
        metrics.cast("seq");
        metrics.message("sms", false);
        let mut text = String::new();
        encode(&mut text, &metrics.registry).expect("written");
        for line in [
            "heyi_requests_total{route=\"/polls/{poll}\",method=\"GET\",status=\"200\"} 1",
            "heyi_request_seconds_bucket{le=\"0.003\",route=\"/polls/{poll}\"} 0",
            "heyi_request_seconds_bucket{le=\"0.01\",route=\"/polls/{poll}\"} 1",
            "heyi_casts_total{answer=\"stored\"} 1",
            "heyi_casts_total{answer=\"seq\"} 1",
            "heyi_messages_total{channel=\"sms\",is_sent=\"false\"} 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|given| given == line), "{line} is not in\n{text}");
        }
    }
}
