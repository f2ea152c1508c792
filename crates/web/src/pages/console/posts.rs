//! Posts beside the offices of a vote: building heads, grid workers, secretary, community, street, property firm.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::{
    ids::Subject,
    staff::{StaffMember, StaffState},
};
use deliberation::{
    rights::{Conflict, Post, Role, Scope},
    store::{By, GridView, Places, PostView, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{form::Fault, search::Search, show, words};
use crate::{
    app::App,
    pages::matters::{self, by, end_of, life, words::post as post_name},
    problem::{Form, Path, Problem, Query},
    session::Officer,
    text::{Lang, Sentence, console as common, home_label, last_day, post as text},
    view::{Page, Reader, empty, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/posts", get(list))
        .route("/c/posts/new", get(new).post(appoint))
        .route("/c/posts/{id}/end", post(end))
}

/// The posts that are given here; committee and auditors are offices of the vote, with keys of their own.
const GIVEN: [Role; 9] = [
    Role::Secretary,
    Role::BuildingLead,
    Role::GridWorker,
    Role::Community,
    Role::Street,
    Role::Property,
    Role::Mediator,
    Role::Moderator,
    Role::Enterprise,
];

/// What the value of a grid begins with, where a building's is its name.
const GRID: &str = "grid:";

/// What whoever holds a post does.
fn hint(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::BuildingLead => text::building_lead_hint(lang),
        Role::GridWorker => text::grid_worker_hint(lang),
        Role::Secretary => text::secretary_hint(lang),
        Role::Property => text::property_hint(lang),
        Role::Community => text::community_hint(lang),
        Role::Street => text::street_hint(lang),
        Role::Mediator => text::mediator_hint(lang),
        Role::Enterprise => text::enterprise_hint(lang),
        Role::Moderator => text::moderator_hint(lang),
        Role::Public | Role::Resident | Role::Owner | Role::Committee | Role::Auditor | Role::Admin => "",
    }
}

fn scope(lang: Lang, scope: &Scope, grids: &[GridView]) -> String {
    match scope {
        Scope::Building(name) => words::building(lang, name),
        Scope::Grid(id) => grids.iter().find(|grid| grid.id == *id).map_or_else(String::new, |grid| grid.name.clone()),
        Scope::Estate | Scope::Body(_) => text::over_all(lang).to_owned(),
    }
}

async fn list(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let (lang, now) = (reader.lang, app.now());
    let all = life(&app).all_posts(&staff.compound).await?;
    let grids = life(&app).places(&staff.compound, now).await?.grids;
    let subjects: BTreeSet<Subject> = all.iter().map(|view| view.subject.clone()).collect();
    let names = life(&app).names(&staff.compound, &subjects, now).await?;
    let name = |view: &PostView| names.get(&view.subject).map_or("", |found| found.name.as_str());
    let (present, past): (Vec<_>, Vec<_>) = all.iter().partition(|view| now < view.post.until);
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        @if present.is_empty() { (empty(text::none(lang))) }
        @for given in GIVEN {
            @for view in present.iter().filter(|view| view.post.role == given) {
                section .panel {
                    h2 { (post_name(lang, given)) " · " (name(view)) }
                    p { (scope(lang, &view.post.scope, &grids)) " · " (text::runs_until(lang, &last_day(lang, view.post.until))) }
                    form method="post" action={ "/c/posts/" (view.id) "/end" } {
                        button .btn.danger { (text::end(lang)) }
                    }
                }
            }
        }
        p { a .btn href="/c/posts/new" { (text::new(lang)) } }
        @if !past.is_empty() {
            h2 { (text::past(lang)) }
            ul { @for view in past { li { (post_name(lang, view.post.role)) " · " (name(view)) } } }
        }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

/// Whom the page is about, or what to find them by.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    text: String,
    who: Option<String>,
}

async fn new(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Query(Asked { text: typed, who }): Query<Asked>,
) -> Result<Response, Problem> {
    match who {
        Some(who) => {
            let typed = Typed { who, ..Typed::default() };
            form(&app, &reader, &staff, &typed, Fault::NONE).await
        }
        None => find(&app, &reader, &staff, Search { text: typed }).await,
    }
}

async fn find(app: &App, reader: &Reader, staff: &StaffMember, search: Search) -> Result<Response, Problem> {
    let lang = reader.lang;
    let found = search.find(app, staff).await?;
    let offices = app.estate().staff(&staff.compound).await?;
    let link = |subject: &Subject, name: &str| html! { a .btn.second href={ "/c/posts/new?who=" (subject) } { (text::choose(lang, name)) } };
    let body = html! {
        h1 { (text::new(lang)) }
        p { (text::find(lang)) }
        (search.form(lang, &found))
        @if !found.units.is_empty() { h2 { (text::owners(lang)) } }
        @for unit in &found.units {
            div .panel {
                p { (home_label(lang, &unit.label.key())) }
                @for owner in &unit.owners { p { (link(&Subject::Person(owner.id.clone()), &owner.name)) } }
            }
        }
        h2 { (text::offices(lang)) }
        @for member in offices.iter().filter(|member| member.state != StaffState::Ended) {
            p { (link(&member.subject(), &member.name)) " " (words::role(lang, member.role)) }
        }
        p { a .btn.second href="/c/posts" { (common::back(lang)) } }
    };
    Ok(show(Page::new(reader, text::new(lang)), lang, &body))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    who: String,
    role: String,
    building: String,
    until: String,
}

async fn form(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    typed: &Typed,
    fault: Fault,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let subject: Subject = typed.who.parse().map_err(|_| Problem::NOT_FOUND)?;
    let names = life(app).names(&staff.compound, &BTreeSet::from([subject.clone()]), app.now()).await?;
    let found = names.get(&subject).ok_or(Problem::NOT_FOUND)?;
    let title = text::form_title(lang, &matters::words::name(lang, found));
    let places = life(app).places(&staff.compound, app.now()).await?;
    let body = html! {
        h1 { (title) }
        (fault.summary(lang))
        form method="post" action="/c/posts/new" {
            input type="hidden" name="who" value=(subject);
            fieldset #role {
                legend { (text::which(lang)) }
                @if let Some(error) = fault.of("role") { p .error #role-error { (error) } }
                @for given in GIVEN {
                    (radio_card("role", given.code(), post_name(lang, given), Some(hint(lang, given)), typed.role == given.code()))
                }
            }
            (over(lang, &places, &typed.building, fault))
            (fault.line("until", text::until(lang), Some(text::until_hint(lang)), &typed.until, ("date", "", "off")))
            button .btn { (text::give(lang)) }
        }
        p { a .btn.second href="/c/posts" { (common::back(lang)) } }
    };
    Ok(show(Page::new(reader, &title), lang, &body))
}

/// Over what: all of it, a grid as `grid:ID`, or a building as the register names it.
fn over(lang: Lang, places: &Places, chosen: &str, fault: Fault) -> Markup {
    html! {
        div .field {
            label for="building" { (text::over(lang)) }
            @if let Some(error) = fault.of("building") { p .error #building-error { (error) } }
            select #building name="building" {
                option value="" { (text::over_all(lang)) }
                @for grid in &places.grids {
                    @let value = format!("{GRID}{}", grid.id);
                    option value=(value) selected[value == chosen] { (grid.name) }
                }
                @for (building, _) in &places.buildings {
                    option value=(building) selected[*building == chosen] { (words::building(lang, building)) }
                }
            }
        }
    }
}

async fn appoint(
    State(app): State<App>,
    reader: Reader,
    Officer { viewer, staff }: Officer,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let again = async |field: &'static str, code, say: Sentence| {
        let page = form(&app, &reader, &staff, &typed, Fault::at(field, say(reader.lang))).await?;
        Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, say).on(page))
    };
    let subject: Subject = typed.who.parse().map_err(|_| Problem::NOT_FOUND)?;
    let Some(role) = GIVEN.into_iter().find(|role| role.code() == typed.role) else {
        return again("role", "bad_role", text::e_role).await;
    };
    let places = life(&app).places(&staff.compound, app.now()).await?;
    let grid = typed.building.strip_prefix(GRID).and_then(|id| places.grids.iter().find(|grid| grid.id == id));
    let scope = if typed.building.is_empty() {
        Scope::Estate
    } else if let Some(grid) = grid {
        Scope::Grid(grid.id.clone())
    } else if places.buildings.iter().any(|(name, _)| *name == typed.building) {
        Scope::Building(typed.building.clone())
    } else {
        return again("building", "bad_scope", text::e_scope).await;
    };
    let now = app.now();
    let Some(until) = end_of(&typed.until).filter(|until| now < *until) else {
        return again("until", "no_end", text::e_until).await;
    };
    let new = Post { role, scope, from: now, until };
    match life(&app).appoint(&by(&viewer), &subject, &new, now, &mut app.fresh()?).await {
        Ok(_) => Ok(Redirect::to("/c/posts").into_response()),
        Err(UseError::Conflict(conflict)) => {
            let (field, say): (_, Sentence) = match conflict {
                Conflict::ModeratorInCommittee => ("role", text::e_moderator),
                Conflict::AuditorElsewhere | Conflict::OfficerAndClerk | Conflict::SamePerson => {
                    ("role", text::e_auditor)
                }
                Conflict::AdminWithContent => ("role", text::e_admin),
                Conflict::NoEnd => ("until", text::e_until),
            };
            again(field, conflict.code(), say).await
        }
        Err(error) => Err(matters::refusal(error)?),
    }
}

async fn end(
    State(app): State<App>,
    Officer { viewer, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let by: By = by(&viewer);
    let known = life(&app).all_posts(&by.compound).await?;
    if !known.iter().any(|view| view.id == id && app.now() < view.post.until) {
        return Err(Problem::NOT_FOUND);
    }
    match life(&app).end_post(&by, &id, app.now()).await {
        Ok(()) => Ok(Redirect::to("/c/posts").into_response()),
        Err(error) => Err(matters::refusal(error)?),
    }
}
