//! Asking for mediation.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use deliberation::{
    mediation::{Category, MediationFault},
    rights::Role,
    store::{By, Field as Wrong, NewCase, NewParty, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{building_field, list, path, words};
use crate::{
    app::App,
    pages::matters::{by, life},
    problem::{Form, Problem},
    session::Someone,
    text::{Lang, mediation as text},
    view::{Field, Page, Reader, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/mediations/new", get(form).post(ask))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    category: String,
    text: String,
    building: String,
    small: String,
    name1: String,
    building1: String,
    home1: String,
    name2: String,
    building2: String,
    home2: String,
    name3: String,
    building3: String,
    home3: String,
    behalf_name: String,
    behalf_building: String,
    behalf_home: String,
    consent: String,
}

impl Typed {
    fn others(&self) -> [NewParty; 3] {
        let party = |name: &str, building: &str, home: &str| NewParty {
            name: name.trim().to_owned(),
            building: building.to_owned(),
            home: home.trim().to_owned(),
        };
        [
            party(&self.name1, &self.building1, &self.home1),
            party(&self.name2, &self.building2, &self.home2),
            party(&self.name3, &self.building3, &self.home3),
        ]
    }

    fn behalf(&self) -> Option<NewParty> {
        let party = NewParty {
            name: self.behalf_name.trim().to_owned(),
            building: self.behalf_building.clone(),
            home: self.behalf_home.trim().to_owned(),
        };
        (party != NewParty::default()).then_some(party)
    }
}

type Fault = Option<(&'static str, Problem)>;

async fn form(State(app): State<App>, reader: Reader, someone: Someone) -> Result<Response, Problem> {
    page(&app, &reader, &by(&someone.0), &Typed::default(), None).await
}

/// Whether somebody asks for others by their post.
async fn asks_for_others(app: &App, by: &By) -> Result<bool, Problem> {
    let now = app.now();
    let posts = life(app).posts(by, now).await?;
    let is_one = |role: Role| matches!(role, Role::GridWorker | Role::Mediator | Role::Street);
    Ok(posts.iter().any(|post| is_one(post.role) && post.is_held_at(now)))
}

async fn page(app: &App, reader: &Reader, by: &By, typed: &Typed, fault: Fault) -> Result<Response, Problem> {
    if !list::may_ask(app, by).await? {
        return Err(Problem::NOT_FOUND);
    }
    let lang = reader.lang;
    let error = fault.map(|(field, problem)| (field, (problem.say)(lang)));
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let [first, second, third] = typed.others();
    let has_more = second != NewParty::default() || third != NewParty::default();
    let body = html! {
        h1 { (text::ask(lang)) }
        (error_summary(lang, error.as_slice()))
        p { (text::new_lead(lang)) }
        p { (text::sealed(lang)) }
        form method="post" action="/mediations/new" {
            (what(lang, typed, (wrong("category"), wrong("text"))))
            (building_field(app, reader, ("building", text::where_field(lang), text::where_none(lang)), &typed.building, wrong("building")).await?)
            label .card {
                input type="checkbox" name="small" value="yes" checked[typed.small == "yes"];
                span { strong { (text::small(lang)) } span .muted { (text::small_hint(lang)) } }
            }
            h2 { (text::others_field(lang)) }
            p .muted { (text::others_hint(lang)) }
            (party(app, reader, 1, &first, wrong("name1")).await?)
            details .panel open[has_more] {
                summary { (text::more_others(lang)) }
                (party(app, reader, 2, &second, None).await?)
                (party(app, reader, 3, &third, None).await?)
            }
            @if asks_for_others(app, by).await? || typed.behalf().is_some() { (for_another(app, reader, typed, (wrong("behalf_name"), wrong("consent"))).await?) }
            button .btn { (text::send(lang)) }
        }
        (list::rights(lang))
        p { a .btn.second href="/mediations" { (text::back(lang)) } }
    };
    let page = Page::new(reader, text::ask(lang)).show(body);
    Ok(match fault {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

fn what(lang: Lang, typed: &Typed, (category, said): (Option<&str>, Option<&str>)) -> Markup {
    html! {
        fieldset #category {
            legend { (text::category_field(lang)) }
            @if let Some(error) = category { p .error #category-error { (error) } }
            @for category in Category::ALL {
                (radio_card("category", category.code(), words::category(lang, *category), None, typed.category == category.code()))
            }
        }
        div .field {
            label for="text" { (text::text_field(lang)) }
            p .hint #text-hint { (text::text_hint(lang)) }
            @if let Some(error) = said { p .error #text-error { (error) } }
            textarea #text name="text" rows="8" maxlength="4000" aria-describedby="text-hint"
                aria-invalid=[said.map(|_| "true")] { "\n" (typed.text) }
        }
    }
}

async fn party(
    app: &App,
    reader: &Reader,
    number: u64,
    typed: &NewParty,
    error: Option<&str>,
) -> Result<Markup, Problem> {
    let lang = reader.lang;
    let [name, building, home] = ["name", "building", "home"].map(|field| format!("{field}{number}"));
    Ok(html! {
        fieldset {
            legend { (text::other_n(lang, number)) }
            (field(&Field { name: &name, label: text::name_field(lang), hint: None, value: &typed.name, error, kind: ("text", "text", "off") }))
            (building_field(app, reader, (&building, text::building_field(lang), text::building_none(lang)), &typed.building, None).await?)
            (field(&Field { name: &home, label: text::home_field(lang), hint: Some(text::home_hint(lang)), value: &typed.home, error: None, kind: ("text", "text", "off") }))
        }
    })
}

async fn for_another(
    app: &App,
    reader: &Reader,
    typed: &Typed,
    (name, consent): (Option<&str>, Option<&str>),
) -> Result<Markup, Problem> {
    let lang = reader.lang;
    Ok(html! {
        details .panel open[typed.behalf().is_some() || name.is_some()] {
            summary { (text::behalf(lang)) }
            p { (text::behalf_lead(lang)) }
            (field(&Field { name: "behalf_name", label: text::name_field(lang), hint: None, value: &typed.behalf_name, error: name, kind: ("text", "text", "off") }))
            (building_field(app, reader, ("behalf_building", text::building_field(lang), text::building_none(lang)), &typed.behalf_building, None).await?)
            (field(&Field { name: "behalf_home", label: text::home_field(lang), hint: Some(text::home_hint(lang)), value: &typed.behalf_home, error: None, kind: ("text", "text", "off") }))
            label .card {
                input #consent type="checkbox" name="consent" value="yes" checked[typed.consent == "yes"];
                span { strong { (text::behalf_consent(lang)) } @if let Some(error) = consent { span .error { (error) } } }
            }
        }
    })
}

async fn ask(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let Ok(category) = typed.category.parse() else {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "category", text::e_category);
        return page(&app, &reader, &by, &typed, Some(("category", problem))).await;
    };
    let [first, second, third] = typed.others();
    let more = [second, third].into_iter().filter(|party| *party != NewParty::default());
    let new = NewCase {
        category,
        text: typed.text.clone(),
        building: Some(typed.building.clone()).filter(|name| !name.is_empty()),
        is_small: typed.small == "yes",
        others: std::iter::once(first).chain(more).collect(),
        on_behalf_of: typed.behalf(),
        has_consent: typed.consent == "yes",
    };
    match life(&app).ask_mediation(&by, &new, app.now(), &mut app.fresh()?).await {
        Ok(Some(number)) => Ok(Redirect::to(&path(number)).into_response()),
        Ok(None) => Ok(Redirect::to("/mediations?asked=1").into_response()),
        Err(error) => {
            let (field, problem) = wrong(error)?;
            page(&app, &reader, &by, &typed, Some((field, problem))).await
        }
    }
}

fn wrong(error: UseError) -> Result<(&'static str, Problem), Problem> {
    let field = match &error {
        UseError::Field(Wrong::Building) => "building",
        UseError::Mediation(MediationFault::Others) => "name1",
        UseError::Mediation(MediationFault::Behalf) => "behalf_name",
        UseError::Refused(_) => {
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), text::e_behalf_consent);
            return Ok(("consent", problem));
        }
        _ => "text",
    };
    Ok((field, words::refusal(error)?))
}
