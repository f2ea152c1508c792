//! Who asks: the session's cookie, and one extractor per role.
//!
//! A handler that takes no extractor of this module has nobody to act for; one that takes
//! [`Owner`] cannot be reached by anybody else. To whom a page is not theirs, it does not exist.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use ballot::{
    hash::Hash,
    store::{
        ids::CompoundId,
        session::{SESSION_SECONDS, SignedIn, Token, Viewer, token_hash},
        sitting::SITTING_SECONDS,
        staff::{Role, StaffMember},
    },
};
use tokio::sync::oneshot;

use crate::{
    app::App,
    problem::Problem,
    view::{SESSION_COOKIES, from_cookie},
};

/// `__Host-` binds the cookie to this host and to TLS; over plain HTTP, on one's own machine, browsers do not take it.
pub(crate) fn cookie_name(app: &App) -> &'static str {
    let [secure, plain] = SESSION_COOKIES;
    if app.config().is_secure { secure } else { plain }
}

/// Sends the browser on with its new session.
pub(crate) fn begin(app: &App, signed_in: &SignedIn, to: &str) -> Response {
    with_session(app, signed_in, Redirect::to(to).into_response())
}

/// Gives an answer the cookie of a new session.
pub(crate) fn with_session(app: &App, signed_in: &SignedIn, response: Response) -> Response {
    let token = signed_in.token.reveal();
    with_cookie(app, cookie_name(app), &token, SESSION_SECONDS, response)
}

/// Lets pages know the reader's estate without a session.
pub(crate) fn with_estate(app: &App, compound: &CompoundId, response: Response) -> Response {
    with_cookie(app, "estate", compound.as_str(), 31_536_000, response)
}

fn with_cookie(app: &App, name: &str, value: &str, seconds: u64, mut response: Response) -> Response {
    let secure = if app.config().is_secure { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    match HeaderValue::from_str(&line) {
        Ok(value) => response.headers_mut().append(header::SET_COOKIE, value),
        Err(err) => return Problem::internal(&err).into_response(),
    };
    response
}

/// Of a tablet at which somebody sits.
pub(crate) fn sitting_cookie(app: &App) -> &'static str {
    if app.config().is_secure { "__Host-sitting" } else { "sitting" }
}

/// Gives a tablet the secret of its sitting, and takes away whatever session it had.
pub(crate) fn sit_down(app: &App, token: &Token, to: &str) -> Response {
    with_cookie(app, sitting_cookie(app), &token.reveal(), SITTING_SECONDS, end(app, to))
}

/// Takes the secret of its sitting from a tablet.
pub(crate) fn get_up(app: &App, response: Response) -> Response {
    with_cookie(app, sitting_cookie(app), "", 0, response)
}

/// Takes the session's cookie from the browser.
pub(crate) fn end(app: &App, to: &str) -> Response {
    with_cookie(app, cookie_name(app), "", 0, Redirect::to(to).into_response())
}

/// Whoever is signed in, whatever they are.
pub(crate) struct Someone(pub(crate) Viewer);

impl Someone {
    async fn find(parts: &Parts, app: &App) -> Result<Option<Self>, Problem> {
        let Some(token) = from_cookie(&parts.headers, cookie_name(app)).and_then(token_hash) else {
            return Ok(None);
        };
        Ok(app.estate().session_of(&token, app.now()).await?.map(Self))
    }
}

impl FromRequestParts<App> for Someone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Self::find(parts, app).await?.ok_or(Problem::SIGNED_OUT)
    }
}

impl OptionalFromRequestParts<App> for Someone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        Self::find(parts, app).await
    }
}

/// Nobody in particular, but no session that ended, or is somebody's who lost the right.
pub(crate) struct NoEndedSession;

impl FromRequestParts<App> for NoEndedSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Some(cookie) = from_cookie(&parts.headers, cookie_name(app)).filter(|value| !value.is_empty()) else {
            return Ok(Self);
        };
        let token = token_hash(cookie).ok_or(Problem::SIGNED_OUT)?;
        if app.live_sessions().has(app, token).await? { Ok(Self) } else { Err(Problem::SIGNED_OUT) }
    }
}

/// Looks sessions up for many requests at once: those that come during one look-up are the next one's.
///
/// When a poll is about to close, a look-up for each ballot would cost as much as all the rest of taking it in.
#[derive(Default)]
pub(crate) struct LiveSessions {
    waiting: Mutex<Vec<Question>>,
    turn: tokio::sync::Mutex<()>,
}

/// Whether a session goes on, and who wants to know.
struct Question {
    token: Hash,
    answer: oneshot::Sender<Result<bool, Problem>>,
}

impl LiveSessions {
    /// Whether the session goes on, as the tables say at a moment after the request came.
    async fn has(&self, app: &App, token: Hash) -> Result<bool, Problem> {
        loop {
            let (answer, mut answered) = oneshot::channel();
            lock(&self.waiting).push(Question { token, answer });
            tokio::select! {
                biased;
                answer = &mut answered => match answer {
                    Ok(answer) => return answer,
                    // Whose turn it was went away without an answer.
                    Err(_) => continue,
                },
                _turn = self.turn.lock() => {
                    let asked = std::mem::take(&mut *lock(&self.waiting));
                    if !asked.is_empty() {
                        let tokens: Vec<_> = asked.iter().map(|question| question.token).collect();
                        let live = app.estate().live_sessions(&tokens, app.now()).await.map_err(Problem::from);
                        for Question { token, answer } in asked {
                            // Whoever has gone away needs no answer.
                            let _ = answer.send(live.as_ref().map(|live| live.contains(&token)).map_err(|problem| *problem));
                        }
                    }
                }
            }
            if let Ok(answer) = answered.await {
                return answer;
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An owner of the register: `viewer.owner()` is there.
pub(crate) struct Owner {
    pub(crate) viewer: Viewer,
}

impl FromRequestParts<App> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Someone(viewer) = <Someone as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if viewer.owner().is_none() {
            return Err(Problem::NOT_FOUND);
        }
        Ok(Self { viewer })
    }
}

/// An extractor of one office.
macro_rules! office {
    ($(#[$doc:meta])* $name:ident, $role:expr) => {
        $(#[$doc])*
        // Every role has its extractor; whether a page asks for both halves is the page's.
        #[allow(dead_code)]
        pub(crate) struct $name {
            pub(crate) viewer: Viewer,
            pub(crate) staff: StaffMember,
        }

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let Someone(viewer) = <Someone as FromRequestParts<App>>::from_request_parts(parts, app).await?;
                let staff = viewer.staff($role).cloned().ok_or(Problem::NOT_FOUND)?;
                Ok(Self { viewer, staff })
            }
        }
    };
}

office! {
    /// A member of the committee who holds office.
    Officer, Role::Officer
}
office! {
    /// Somebody at the service point.
    Clerk, Role::Clerk
}
office! {
    /// Somebody who may inspect.
    Auditor, Role::Auditor
}

/// An extractor of somebody who holds one of several offices.
macro_rules! one_of {
    ($(#[$doc:meta])* $name:ident, $($role:expr),+) => {
        $(#[$doc])*
        pub(crate) struct $name(pub(crate) StaffMember);

        impl $name {
            pub(crate) fn of(viewer: &Viewer) -> Option<Self> {
                [$($role),+].into_iter().find_map(|role| viewer.staff(role)).cloned().map(Self)
            }
        }

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let Someone(viewer) = <Someone as FromRequestParts<App>>::from_request_parts(parts, app).await?;
                Self::of(&viewer).ok_or(Problem::NOT_FOUND)
            }
        }

        impl OptionalFromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
                Ok(Someone::find(parts, app).await?.and_then(|Someone(viewer)| Self::of(&viewer)))
            }
        }
    };
}

one_of! {
    /// Whoever may look up who a holder is.
    Inspector, Role::Officer, Role::Clerk, Role::Auditor
}
one_of! {
    /// Whoever may reckon with what others may not see.
    Reckoner, Role::Officer, Role::Auditor
}

impl From<sea_orm::DbErr> for Problem {
    /// No connection free in time: asking again helps. Anything else is ours.
    fn from(err: sea_orm::DbErr) -> Self {
        match err {
            sea_orm::DbErr::ConnectionAcquire(_) => Self::BUSY,
            err => Self::internal(&err),
        }
    }
}

/// A path of ours to go to after signing in.
pub(crate) fn next_or_home(next: Option<&str>) -> &str {
    let is_ours = |next: &&str| {
        next.starts_with('/') && !next.starts_with("//") && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
    };
    next.filter(is_ours).unwrap_or("/")
}
