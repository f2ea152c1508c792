//! What people ask of their own data, on the page that shows it: to correct something, to be erased.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use ballot::store::{
    asking::{AskError, Asked, Wish},
    erasure::Hindrance,
    session::Viewer,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{console::text_area, own, privacy::hindrances};
use crate::{
    app::App,
    problem::{Form, Problem},
    session::Owner,
    text::{Lang, privacy as text, when},
    view::{Reader, Tone, error_summary, notice},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/me/correct", post(correct)).route("/me/erase", post(erase))
}

/// What somebody says is wrong, and what is wrong with how they said it.
#[derive(Default)]
pub(super) struct Typed<'a> {
    body: &'a str,
    error: Option<&'static str>,
}

impl Typed<'_> {
    /// What is wrong with it, above the page.
    pub(super) fn summary(&self, lang: Lang) -> Markup {
        error_summary(lang, self.error.map(|error| ("body", error)).as_slice())
    }
}

/// What became of what was asked, and the forms to ask; nothing for people in office.
pub(super) async fn sections(app: &App, lang: Lang, viewer: &Viewer, typed: &Typed<'_>) -> Result<Markup, Problem> {
    let Some(owner) = viewer.owner() else { return Ok(html! {}) };
    let asked = app.estate().asked_by(&owner.id).await?;
    let find = |wish| asked.iter().find(|one| one.wish == wish);
    // Looking for more would read every version of the roll, for each owner who looks at this page.
    let stands = if owner.units.is_empty() {
        let found = app.deliberation().erasable(&viewer.compound, &owner.id, app.now()).await?;
        found.map(|found| found.hindrances).unwrap_or_default()
    } else {
        vec![Hindrance::Owner]
    };
    Ok(html! {
        (correcting(lang, find(Wish::Correct), typed))
        h2 #erase { (text::ask_title(lang)) }
        (hindrances(lang, &stands))
        (erasing(lang, find(Wish::Erase)))
    })
}

fn correcting(lang: Lang, asked: Option<&Asked>, typed: &Typed<'_>) -> Markup {
    let label = if asked.is_some() { text::correct_again(lang) } else { text::correct(lang) };
    let labels = (text::correct_label(lang), text::correct_hint(lang));
    html! {
        h2 #correct { (text::correct_title(lang)) }
        @if let Some(asked) = asked {
            @match &asked.answer {
                None => (notice(Tone::Ok, &html! { p { (text::correct_asked(lang, &when(lang, asked.at), &asked.body)) } })),
                Some((answer, at)) => {
                    (notice(Tone::Plain, &html! { p { (text::answered(lang, &when(lang, *at), answer)) } }))
                }
            }
        }
        form method="post" action="/me/correct" {
            (text_area("body", labels, 3, typed.body, typed.error))
            button .btn.second { (label) }
        }
    }
}

fn erasing(lang: Lang, asked: Option<&Asked>) -> Markup {
    let declined = asked.and_then(|asked| asked.answer.as_ref());
    let label = if declined.is_some() { text::ask_again(lang) } else { text::ask(lang) };
    html! {
        @if let Some((reason, at)) = declined {
            (notice(Tone::Warn, &html! { p { (text::declined(lang, &when(lang, *at), reason)) } }))
        } @else if let Some(asked) = asked {
            (notice(Tone::Ok, &html! { p { (text::asked(lang, &when(lang, asked.at))) } }))
        }
        @if asked.is_none() || declined.is_some() {
            p { (text::ask_hint(lang)) }
            form method="post" action="/me/erase" { button .btn.danger { (label) } }
        }
    }
}

#[derive(Deserialize)]
struct Correction {
    body: String,
}

async fn correct(
    State(app): State<App>,
    reader: Reader,
    Owner { viewer }: Owner,
    Form(Correction { body }): Form<Correction>,
) -> Result<Response, Problem> {
    let typed = body.replace("\r\n", "\n");
    match app.estate().ask(&viewer, Wish::Correct, &typed, app.now()).await {
        Ok(()) => Ok(Redirect::to("/me/data#correct").into_response()),
        Err(err @ AskError::Text) => {
            let typed = Typed { body: &typed, error: Some(text::bad_text(reader.lang)) };
            let page = own::page(&app, &reader, &viewer, &typed).await?;
            Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, err.code(), text::bad_text).on(page))
        }
        Err(AskError::NotPerson) => Err(Problem::NOT_FOUND),
        Err(AskError::Database(err)) => Err(err.into()),
    }
}

async fn erase(State(app): State<App>, Owner { viewer }: Owner) -> Result<Redirect, Problem> {
    match app.estate().ask(&viewer, Wish::Erase, "", app.now()).await {
        Ok(()) => Ok(Redirect::to("/me/data#erase")),
        Err(AskError::NotPerson | AskError::Text) => Err(Problem::NOT_FOUND),
        Err(AskError::Database(err)) => Err(err.into()),
    }
}
