//! Raising a matter: a wish by a resident, or for a resident by an office.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::store::{fresh::Fresh, ids::Subject};
use deliberation::{
    matter::Source,
    rights::Action,
    store::{By, Field as Wrong, MatterId, NewMatter, UseError},
};
use maud::html;
use serde::Deserialize;

use super::{by, life, refusal, words};
use crate::{
    app::App,
    problem::{Form, Problem, Query},
    session::Someone,
    text::matter as text,
    view::{Field, Page, Reader, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/matters/new", get(form).post(post))
}

#[derive(Deserialize)]
struct Asked {
    /// A building, as a poster's code names it.
    #[serde(default)]
    building: String,
    /// For whom an office raises it.
    #[serde(default, rename = "for")]
    on_behalf: String,
}

/// What was typed.
#[derive(Deserialize, Default)]
struct Typed {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    building: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    emergency: String,
    #[serde(default, rename = "for")]
    on_behalf: String,
}

async fn form(
    State(app): State<App>,
    reader: Reader,
    Someone(viewer): Someone,
    Query(Asked { building, on_behalf }): Query<Asked>,
) -> Result<Response, Problem> {
    let typed = Typed { building, on_behalf, kind: "wish".to_owned(), ..Typed::default() };
    page(&app, &reader, &by(&viewer), &typed, None).await
}

async fn page(
    app: &App,
    reader: &Reader,
    by: &By,
    typed: &Typed,
    refused: Option<(&'static str, Problem)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let error = refused.map(|(field, problem)| (field, (problem.say)(lang)));
    let buildings = app.estate().buildings(&by.compound).await?;
    let principal = principal(app, by, typed).await?;
    let speaks_for_others = matches!(by.subject, Subject::Staff(_)) && principal.is_none();
    if speaks_for_others && !life(app).may(by, Action::PostMatter, app.now()).await? {
        let body = html! { h1 { (text::post(lang)) } p { (text::office_posts(lang)) } p { a .btn.second href="/matters" { (text::back(lang)) } } };
        return Ok(Page::new(reader, text::post(lang)).show(body));
    }
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let body = html! {
        h1 { (text::post(lang)) }
        (error_summary(lang, error.as_slice()))
        @if let Some((_, name)) = &principal { p { (text::on_behalf(lang, name)) } }
        form method="post" action="/matters/new" {
            input type="hidden" name="for" value=(typed.on_behalf);
            fieldset {
                legend { (text::kind_field(lang)) }
                (radio_card("kind", "wish", text::kind_wish(lang), None, typed.kind != "matter"))
                (radio_card("kind", "matter", text::kind_matter(lang), None, typed.kind == "matter"))
            }
            (field(&Field {
                name: "title",
                label: text::title_field(lang),
                hint: Some(text::title_hint(lang)),
                value: &typed.title,
                error: wrong("title"),
                kind: ("text", "text", "off"),
            }))
            div .field {
                label for="text" { (text::text_field(lang)) }
                p .hint #text-hint { (text::text_hint(lang)) }
                @if let Some(error) = wrong("text") { p .error #text-error { (error) } }
                textarea #text name="text" rows="6" maxlength="4000" aria-describedby="text-hint"
                    aria-invalid=[wrong("text").map(|_| "true")] { "\n" (typed.text) }
            }
            div .field {
                label for="building" { (text::where_field(lang)) }
                @if let Some(error) = wrong("building") { p .error #building-error { (error) } }
                select #building name="building" {
                    option value="" { (text::whole_estate(lang)) }
                    @for totals in &buildings {
                        option value=(totals.building) selected[totals.building == typed.building] {
                            (words::building(lang, &totals.building))
                        }
                    }
                }
            }
            label .card {
                input type="checkbox" name="emergency" value="yes" checked[typed.emergency == "yes"];
                span { strong { (text::emergency(lang)) } span .muted { (text::emergency_hint(lang)) } }
            }
            button .btn { (text::send(lang)) }
        }
        p { a .btn.second href="/matters" { (text::back(lang)) } }
    };
    let page = Page::new(reader, text::post(lang)).show(body);
    Ok(match refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

/// For whom an office raises a matter: somebody of the register.
async fn principal(app: &App, by: &By, typed: &Typed) -> Result<Option<(Subject, String)>, Problem> {
    if typed.on_behalf.is_empty() {
        return Ok(None);
    }
    // Nobody looks people up by their ids but who handles what they say.
    let subject: Subject = typed.on_behalf.parse().map_err(|_| Problem::NOT_FOUND)?;
    if !life(app).may_handle(by, None, app.now()).await? {
        return Err(Problem::NOT_FOUND);
    }
    let mut names = life(app).names(&by.compound, &BTreeSet::from([subject.clone()]), app.now()).await?;
    let found = names.remove(&subject).ok_or(Problem::NOT_FOUND)?;
    Ok(Some((subject, found.name)))
}

/// Raises a matter of the whole estate, or of a building of it.
///
/// # Errors
/// As the use case refuses it; a building that is none of the estate's is a field that holds what it must not.
pub(crate) async fn raise(app: &App, by: &By, new: &NewMatter, fresh: &mut Fresh) -> Result<(MatterId, u64), UseError> {
    if let Some(building) = &new.building {
        let buildings = app.estate().buildings(&by.compound).await?;
        if !buildings.iter().any(|totals| totals.building == *building) {
            return Err(UseError::Field(Wrong::Building));
        }
    }
    life(app).post_matter(by, new, app.now(), fresh).await
}

async fn post(
    State(app): State<App>,
    reader: Reader,
    Someone(viewer): Someone,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = by(&viewer);
    let principal = principal(&app, &by, &typed).await?;
    let new = NewMatter {
        source: if typed.kind == "matter" { Source::Visit } else { Source::Wish },
        title: typed.title.trim().to_owned(),
        text: typed.text.clone(),
        building: Some(typed.building.clone()).filter(|name| !name.is_empty()),
        is_emergency: typed.emergency == "yes",
        on_behalf_of: principal.map(|(subject, _)| subject),
    };
    match raise(&app, &by, &new, &mut app.fresh()?).await {
        Ok((id, _)) => Ok(Redirect::to(&format!("/matters/{id}")).into_response()),
        Err(error) => {
            let field = match &error {
                UseError::Field(Wrong::Title) => "title",
                UseError::Field(Wrong::Building) => "building",
                _ => "text",
            };
            page(&app, &reader, &by, &typed, Some((field, refusal(error)?))).await
        }
    }
}
