//! Refusals of the API: the problem that the form would show, and for programs the member of the body that is meant.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use deliberation::{
    discussion::CommentError,
    motion::TextError,
    store::{StatementError, UseError},
};
use serde::Serialize;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, Response as Described, ResponseBuilder},
};

use crate::problem::{Hint, Problem};

/// Why nothing was done, as RFC 9457 writes it (`application/problem+json`).
#[derive(Serialize, ToSchema)]
#[allow(dead_code)] // what `problem` writes, described
pub(super) struct ProblemDocument {
    /// Always `about:blank`: `code` tells problems apart.
    #[schema(rename = "type")]
    kind: String,
    /// What happened and what to do now, in the language of the request; the same for every occurrence of a code.
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// For programs, in snake case. Its meaning never changes.
    code: String,
    /// What would have been right, in English, where more can be said than the title does.
    #[schema(required = false, nullable = false)]
    detail: Option<String>,
    /// The member of the body that holds what it must not.
    #[schema(required = false, nullable = false)]
    field: Option<String>,
}

/// A refusal on its way to be answered with.
pub(super) struct Refusal {
    problem: Problem,
    hint: Option<Hint>,
}

impl Refusal {
    /// As the form of the page family refuses it.
    pub(super) fn of(error: UseError, refusal: fn(UseError) -> Result<Problem, Problem>) -> Self {
        let hint = Hint { field: field(&error), detail: error.to_string() };
        match refusal(error) {
            Ok(problem) => Self { problem, hint: Some(hint) },
            Err(problem) => problem.into(),
        }
    }
}

/// The member of a body that an error is about; none where it is about who asks or when.
fn field(error: &UseError) -> Option<&'static str> {
    match error {
        UseError::Field(field) => Some(field.code()),
        UseError::Text(TextError::Title) => Some("title"),
        UseError::Text(TextError::Cost) => Some("cost"),
        UseError::Comment(CommentError::Depth | CommentError::Parent) => Some("parent"),
        UseError::Text(TextError::Empty | TextError::Long | TextError::Character(_))
        | UseError::Comment(CommentError::Length | CommentError::Character)
        | UseError::Statement(StatementError::Length) => Some("text"),
        UseError::Statement(
            StatementError::Over | StatementError::Full | StatementError::Gone | StatementError::Person,
        )
        | UseError::NoSuch(_)
        | UseError::Refused(_)
        | UseError::Denied(_)
        | UseError::Conflict(_)
        | UseError::Meeting(_)
        | UseError::Mediation(_)
        | UseError::Hands(_)
        | UseError::Survey(_)
        | UseError::Question(..)
        | UseError::Amend(_)
        | UseError::Setting(_)
        | UseError::Rule(_)
        | UseError::Database(_) => None,
    }
}

impl<E> From<E> for Refusal
where
    Problem: From<E>,
{
    fn from(error: E) -> Self {
        Self { problem: error.into(), hint: None }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        if let Some(hint) = self.hint {
            response.extensions_mut().insert(hint);
        }
        response
    }
}

fn described(description: &str) -> Described {
    let schema = Ref::from_schema_name("ProblemDocument");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// What any route may answer with.
pub(super) fn any() -> Described {
    described(
        "Another refusal: too many requests (429, with Retry-After), too large a body (413), a fault of ours (500, 503)",
    )
}

/// Answers of one status each.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident $status:literal $description:literal;)+) => { $(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Described>> {
                [($status.to_owned(), described($description).into())].into()
            }
        }
    )+ };
}

refusals! {
    /// A query that cannot be read.
    Misread "400" "`malformed`: the query or the body cannot be read";
    /// Nobody is signed in.
    SignedOut "401" "`signed_out`: nobody is signed in";
    /// Another site.
    Foreign "403" "`cross_site`: another site made the browser send this";
    /// Nothing there.
    Missing "404" "`not_found`: nothing of this id is in the estate, or it is not for whoever asks";
    /// Not JSON.
    NotJson "415" "`media_type`: the body is not `application/json`";
    /// As a form refuses it.
    Wrong "422" "What was sent is refused, as the form would: `field` names the member that is meant";
}
