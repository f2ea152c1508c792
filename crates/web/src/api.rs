//! The JSON API and the document that describes it: the same use cases as the pages, for programs.
//!
//! A route asks for the same extractors as its page and calls the same functions, so that no right is decided twice.
//! The document is made of the handlers' own descriptions; `docs/api.md` says what a program has to know besides.

mod amendments;
mod decisions;
mod files;
mod matters;
mod meetings;
mod motions;
mod notices;
mod objections;
mod opinion;
mod polls;
mod refusal;
mod remarks;
mod results;
mod search;
mod statements;
mod steps;
mod surveys;
mod words;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, FromRequestParts, State},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post, put},
};
use deliberation::{lifecycle::Window, store::By};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::{
    IntoParams, Modify, OpenApi, ToSchema,
    openapi::{
        path::Operation,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};

use crate::{
    app::App,
    files::FILE_MOST,
    pages::{
        matters::{Looking, by},
        older::next_page,
    },
    problem::Problem,
    session::{Someone, cookie_name},
    view::Reader,
};

/// How many lines a list has at most.
const PAGE: u64 = 50;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Heyi",
        version = "1",
        description = "What the pages of an estate show, for programs. Times are Unix seconds, areas hundredths of a \
                       square metre, amounts hundredths of a yuan; all are whole numbers. Nobody's name is said but of \
                       those who act for the estate or stand for election. Until a poll has closed there is nothing of \
                       what was chosen. A member that is `null` is not there, or not for whoever asks.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
    ),
    paths(
        document,
        polls::list,
        polls::one,
        results::one,
        motions::list,
        motions::one,
        motions::support,
        motions::remarks,
        motions::say,
        amendments::list,
        amendments::file,
        amendments::step,
        steps::propose,
        steps::of_motion,
        steps::step_motion,
        objections::list,
        objections::file,
        objections::step,
        matters::list,
        matters::one,
        matters::raise,
        matters::remarks,
        matters::say,
        matters::promises,
        steps::of_matter,
        steps::step_matter,
        statements::of_matter,
        statements::write_of_matter,
        statements::react_of_matter,
        statements::of_motion,
        statements::write_of_motion,
        statements::react_of_motion,
        opinion::of_matter,
        opinion::of_motion,
        notices::list,
        notices::one,
        meetings::list,
        meetings::one,
        meetings::minutes,
        decisions::list,
        decisions::one,
        decisions::give,
        decisions::step,
        decisions::doers,
        surveys::list,
        surveys::one,
        surveys::own,
        surveys::answer,
        surveys::results,
        files::store,
        search::find,
    ),
    components(schemas(refusal::ProblemDocument)),
    modifiers(&Everywhere),
    tags(
        (name = "polls", description = "Votes and what they came to"),
        (name = "motions", description = "What is to be decided, from its first version on"),
        (name = "matters", description = "What people raise, and what becomes of it"),
        (name = "notices", description = "What hangs on the boards"),
        (name = "meetings", description = "Agendas and minutes"),
        (name = "decisions", description = "What was decided, and what is done about it"),
        (name = "surveys", description = "What people are asked, and what they answered"),
        (name = "files", description = "What shows that something is so"),
        (name = "search", description = "Looking up what everybody may see"),
        (name = "document", description = "This document"),
    )
)]
struct Document;

/// What holds for every route of the document.
struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            for operation in operations(item) {
                operation.responses.responses.extend([("default".to_owned(), refusal::any().into())]);
            }
        }
    }
}

/// The operations that the API has on a path: it reads, posts and puts.
fn operations(item: &mut utoipa::openapi::PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put].into_iter().flatten()
}

/// Every route with what serves it.
fn table() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/api/v1/openapi.json", get(document)),
        ("/api/v1/polls", get(polls::list)),
        ("/api/v1/polls/{poll}", get(polls::one)),
        ("/api/v1/polls/{poll}/result", get(results::one)),
        ("/api/v1/motions", get(motions::list).post(steps::propose)),
        ("/api/v1/motions/{motion}", get(motions::one)),
        ("/api/v1/motions/{motion}/support", post(motions::support)),
        ("/api/v1/motions/{motion}/steps", get(steps::of_motion).post(steps::step_motion)),
        ("/api/v1/motions/{motion}/remarks", get(motions::remarks).post(motions::say)),
        ("/api/v1/motions/{motion}/amendments", get(amendments::list).post(amendments::file)),
        ("/api/v1/motions/{motion}/amendments/{number}/steps", post(amendments::step)),
        ("/api/v1/motions/{motion}/objections", get(objections::list).post(objections::file)),
        ("/api/v1/motions/{motion}/objections/{number}/steps", post(objections::step)),
        ("/api/v1/matters", get(matters::list).post(matters::raise)),
        ("/api/v1/matters/{matter}", get(matters::one)),
        ("/api/v1/matters/{matter}/steps", get(steps::of_matter).post(steps::step_matter)),
        ("/api/v1/matters/{matter}/remarks", get(matters::remarks).post(matters::say)),
        ("/api/v1/matters/{matter}/statements", get(statements::of_matter).post(statements::write_of_matter)),
        ("/api/v1/matters/{matter}/statements/{number}/reaction", put(statements::react_of_matter)),
        ("/api/v1/matters/{matter}/opinion", get(opinion::of_matter)),
        ("/api/v1/motions/{motion}/statements", get(statements::of_motion).post(statements::write_of_motion)),
        ("/api/v1/motions/{motion}/statements/{number}/reaction", put(statements::react_of_motion)),
        ("/api/v1/motions/{motion}/opinion", get(opinion::of_motion)),
        ("/api/v1/promises", get(matters::promises)),
        ("/api/v1/notices", get(notices::list)),
        ("/api/v1/notices/{notice}", get(notices::one)),
        ("/api/v1/meetings", get(meetings::list)),
        ("/api/v1/meetings/{number}", get(meetings::one)),
        ("/api/v1/meetings/{number}/minutes", get(meetings::minutes)),
        ("/api/v1/decisions", get(decisions::list)),
        ("/api/v1/decisions/{number}", get(decisions::one)),
        ("/api/v1/decisions/{number}/tasks", post(decisions::give)),
        ("/api/v1/decisions/{number}/tasks/{task}/steps", post(decisions::step)),
        ("/api/v1/doers", get(decisions::doers)),
        ("/api/v1/surveys", get(surveys::list)),
        ("/api/v1/surveys/{number}", get(surveys::one)),
        ("/api/v1/surveys/{number}/answers", get(surveys::own).put(surveys::answer)),
        ("/api/v1/surveys/{number}/results", get(surveys::results)),
        ("/api/v1/files", post(files::store).layer(DefaultBodyLimit::max(FILE_MOST))),
        ("/api/v1/search", get(search::find)),
    ]
}

pub(crate) fn routes() -> Router<App> {
    table().into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods))
}

/// Whether an address is the API's: refusals there are documents whatever the client would rather see.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// This document
///
/// Every route with its parameters, its answers and its words.
#[utoipa::path(
    get,
    operation_id = "get_document",
    path = "/api/v1/openapi.json",
    tag = "document",
    responses((status = 200, body = Object, description = "The document")),
)]
async fn document(State(app): State<App>) -> Response {
    let mut document = Document::openapi();
    let session = ApiKeyValue::with_description(
        cookie_name(&app),
        "The cookie of a session, as signing in gives it. Reading without one shows what everybody may see.",
    );
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    ([(header::CACHE_CONTROL, "no-cache")], Json(document)).into_response()
}

/// The same for everybody in an estate: caches may keep it, and ask whether it still holds.
fn public<T: Serialize>(body: T) -> Response {
    ([(header::CACHE_CONTROL, "no-cache"), (header::VARY, "Cookie")], Json(body)).into_response()
}

impl FromRequestParts<App> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let reader = match Reader::from_request_parts(parts, app).await {
            Ok(reader) => reader,
            Err(never) => match never {},
        };
        let someone = <Option<Someone> as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        Self::of(&reader, someone.as_ref())
    }
}

/// Somebody who has signed in, where they look.
struct Acting {
    looking: Looking,
    by: By,
}

impl FromRequestParts<App> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Someone(viewer) = <Someone as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let looking = Looking::from_request_parts(parts, app).await?;
        Ok(Self { looking, by: by(&viewer) })
    }
}

/// A page of a list, the newest first.
#[derive(Serialize, ToSchema)]
struct List<T> {
    /// At most 50.
    items: Vec<T>,
    /// What `before` is for the next page; nothing at the end of the list.
    next: Option<u64>,
}

impl<T> List<T> {
    /// What is shown of a page of rows.
    fn of<R>(rows: Vec<R>, number: impl Fn(&R) -> u64, show: impl FnMut(R) -> Option<T>) -> Self {
        let next = next_page(&rows, PAGE, number);
        Self { items: rows.into_iter().filter_map(show).collect(), next }
    }
}

/// Where a list goes on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Before {
    /// The number below which it does: `next` of the page before.
    #[serde(default, deserialize_with = "number")]
    before: Option<u64>,
}

/// A number of a query: below 2^63, as the document's `int64` promises.
fn number<'de, D: Deserializer<'de>>(given: D) -> Result<Option<u64>, D::Error> {
    let number = Option::<u64>::deserialize(given)?;
    let is_above = number.is_some_and(|number| i64::try_from(number).is_err());
    if is_above { Err(D::Error::custom("a number is below 2^63")) } else { Ok(number) }
}

/// The same sentence in two languages.
#[derive(Serialize, ToSchema)]
struct Sentence {
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
}

impl From<[String; 2]> for Sentence {
    fn from([zh, en]: [String; 2]) -> Self {
        Self { zh, en }
    }
}

/// A stretch of time.
#[derive(Serialize, ToSchema)]
struct Span {
    /// The first second, in Unix seconds.
    from: u64,
    /// The second after the last, in Unix seconds.
    until: u64,
}

impl From<Window> for Span {
    fn from(Window { from, until }: Window) -> Self {
        Self { from, until }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_document_describes_exactly_the_routes_that_are_served() {
        let described: BTreeSet<String> = Document::openapi().paths.paths.into_keys().collect();
        let served: BTreeSet<String> = table().into_iter().map(|(path, _)| path.to_owned()).collect();
        assert_eq!(described, served);
    }
}
