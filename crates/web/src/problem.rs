//! Refusals: for machines a problem document (RFC 9457) with a stable `code` in snake case, for
//! people a page in their language that says what to do.
//!
//! Handlers return a [`Problem`]; [`render`] turns it into the form that the client asked for,
//! and does the same with every bare error status that a layer or axum itself made.

use std::{any::Any, error::Error, iter};

use axum::{
    Json,
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{BytesRejection, FormRejection, JsonRejection, PathRejection, QueryRejection},
    },
    http::{
        HeaderMap, StatusCode, Uri,
        header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use maud::html;
use serde_json::json;
use tower_http::timeout::TimeoutError;

use crate::{
    api,
    app::{App, RequestId},
    pages::escape,
    text::{self, Sentence},
    view::{Glance, Page, Reader},
};

/// Why a request is not answered with what it asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem {
    /// Of the answer.
    pub status: StatusCode,
    /// For machines; never changes its meaning.
    pub code: &'static str,
    /// For people: what happened and what to do now.
    pub say: Sentence,
    /// Seconds after which asking again makes sense.
    pub retry_after: Option<u64>,
}

/// What of a refusal is of this request alone, for programs, which are not shown the form again.
#[derive(Debug, Clone)]
pub(crate) struct Hint {
    /// The member of the body that holds what it must not.
    pub field: Option<&'static str>,
    /// What would have been right, in English.
    pub detail: String,
}

impl Problem {
    /// No such page, or none that this person may know of.
    pub(crate) const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "not_found", text::problem::not_found);
    /// Nobody is signed in.
    pub(crate) const SIGNED_OUT: Self = Self::new(StatusCode::UNAUTHORIZED, "signed_out", text::problem::signed_out);
    /// The request has not the form that was asked for.
    pub(crate) const MALFORMED: Self = Self::new(StatusCode::BAD_REQUEST, "malformed", text::problem::malformed);
    /// The body is longer than the route takes.
    pub(crate) const TOO_LARGE: Self = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", text::problem::too_large);
    /// Another site made the browser send this.
    pub(crate) const CROSS_SITE: Self = Self::new(StatusCode::FORBIDDEN, "cross_site", text::problem::cross_site);
    /// Our fault; the log has the rest.
    pub(crate) const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", text::problem::internal);
    /// Too much at once, or the storage does not answer: asking again helps.
    pub(crate) const BUSY: Self =
        Self { retry_after: Some(2), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "try_again", text::problem::busy) };

    /// A problem of a page family.
    pub(crate) const fn new(status: StatusCode, code: &'static str, say: Sentence) -> Self {
        Self { status, code, say, retry_after: None }
    }

    /// Too many requests of one client; after so many seconds there is room again.
    pub(crate) const fn too_many(seconds: u64) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", text::problem::too_many);
        Self { retry_after: Some(seconds), ..problem }
    }

    /// Ours, from an error that is logged here once and never shown.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request failed");
        Self::INTERNAL
    }

    /// With a page of its own for people, such as the form again with what to correct.
    pub(crate) fn on(self, mut page: Response) -> Response {
        *page.status_mut() = self.status;
        page.extensions_mut().insert(self);
        page
    }

    /// For a status that some layer answered with.
    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "method_not_allowed", text::problem::method_not_allowed)
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::TOO_LARGE,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(status, "media_type", text::problem::malformed),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => Self::BUSY,
            status if status.is_client_error() => Self { status, ..Self::MALFORMED },
            _ => Self::INTERNAL,
        }
    }

    /// For a body that was not taken; one that did not come in time may be sent again.
    fn of_body(status: StatusCode, why: &(dyn Error + 'static)) -> Self {
        let is_late = iter::successors(Some(why), |why| Error::source(*why)).any(<dyn Error>::is::<TimeoutError>);
        if is_late { Self::BUSY } else { Self::of_status(status) }
    }

    fn document(self, reader: &Reader, hint: Option<Hint>) -> Response {
        let title = (self.say)(reader.lang);
        let mut body =
            json!({ "type": "about:blank", "title": title, "status": self.status.as_u16(), "code": self.code });
        if let Some(Hint { field, detail }) = hint {
            body["detail"] = detail.into();
            if let Some(field) = field {
                body["field"] = field.into();
            }
        }
        let mut response = (self.status, Json(body)).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, const { axum::http::HeaderValue::from_static("application/problem+json") });
        response
    }

    fn page(self, reader: &Reader, id: RequestId) -> Response {
        let title = match self.status {
            StatusCode::NOT_FOUND => text::problem::title_not_found(reader.lang),
            status if status.is_server_error() => text::problem::title_ours(reader.lang),
            _ => text::problem::title(reader.lang),
        };
        let body = html! {
            h1 { (title) }
            p { ((self.say)(reader.lang)) }
            @if self.code == Problem::SIGNED_OUT.code {
                p { a .btn href={ "/login?next=" (escape(&reader.path)) } { (text::site::sign_in(reader.lang)) } }
            } @else {
                p { a .btn href="/" { (text::problem::to_start(reader.lang)) } }
            }
            @if self.status.is_server_error() {
                p .muted { (text::problem::number(reader.lang, id.to_string())) }
            }
        };
        (self.status, Page::new(reader, title).show(body)).into_response()
    }
}

impl IntoResponse for Problem {
    /// Not what the client sees: [`render`] replaces it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// What is kept of a request until it is known whether its answer is an error: copies of references, no text.
pub(crate) struct Asked {
    uri: Uri,
    headers: HeaderMap,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Self {
        let (uri, given) = (request.uri().clone(), request.headers());
        let mut headers = HeaderMap::with_capacity(3);
        for name in [ACCEPT, ACCEPT_LANGUAGE, COOKIE] {
            for value in given.get_all(&name) {
                headers.append(&name, value.clone());
            }
        }
        Self { uri, headers }
    }

    pub(crate) fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }
}

/// Gives an error status its form.
pub(crate) async fn render(app: &App, asked: &Asked, id: RequestId, mut response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let wants_page = accepts_html(&asked.headers) && !api::is_api(asked.uri.path());
    let hint = response.extensions_mut().remove::<Hint>();
    let problem = match response.extensions_mut().remove::<Problem>() {
        // A page with its own sentences, such as a form shown again.
        Some(_) if wants_page && is_finished(response.headers()) => return response,
        Some(problem) => problem,
        None => Problem::of_status(status),
    };
    let reader = Reader::of(Glance::of(&asked.uri, &asked.headers), app).await;
    let mut rendered = if wants_page { problem.page(&reader, id) } else { problem.document(&reader, hint) };
    for (name, value) in response.headers() {
        let is_of_old_body = [CONTENT_TYPE, CONTENT_LENGTH].contains(name);
        if !is_of_old_body {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}

/// What a panic in a handler becomes; the hook has logged it.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::INTERNAL.into_response()
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().windows(9).any(|part| part == b"text/html"))
}

fn is_finished(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

impl From<PathRejection> for Problem {
    /// A path that cannot be read leads nowhere.
    fn from(_: PathRejection) -> Self {
        Self::NOT_FOUND
    }
}

impl From<QueryRejection> for Problem {
    fn from(_: QueryRejection) -> Self {
        Self::MALFORMED
    }
}

impl From<FormRejection> for Problem {
    fn from(rejection: FormRejection) -> Self {
        Self::of_body(rejection.status(), &rejection)
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::of_body(rejection.status(), &rejection)
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        Self::of_body(rejection.status(), &rejection)
    }
}

/// Path parameters; what cannot be read is not found.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(crate) struct Path<T>(pub(crate) T);

/// The query; nothing of it is said back.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(crate) struct Query<T>(pub(crate) T);

/// A form; nothing of it is said back.
#[derive(FromRequest)]
#[from_request(via(axum::extract::Form), rejection(Problem))]
pub(crate) struct Form<T>(pub(crate) T);

/// A JSON body; nothing of it is said back.
#[derive(FromRequest)]
#[from_request(via(axum::extract::Json), rejection(Problem))]
pub(crate) struct Body<T>(pub(crate) T);

/// The body's bytes.
pub(crate) struct Raw(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Ok(Self(Bytes::from_request(request, state).await?))
    }
}
