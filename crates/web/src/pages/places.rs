//! Grids, buildings and homes (网格、楼栋、住户): who looks after what, for everybody; who lives where, for whoever writes
//! it down there.

mod homes;
mod ties;

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::store::{Field as Wrong, GridView, Keeper, Places, UseError};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    decisions::Offices,
    escape,
    matters::{self, Looking, by, life, words::building},
};
use crate::{
    app::App,
    problem::{Form, Problem},
    session::Someone,
    text::{Lang, Sentence, place as text},
    view::{Field, Page, Reader, Tone, empty, error_summary, field, tag},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/places", get(show))
        .route("/places/grids", post(add_grid))
        .route("/places/buildings", post(move_building))
        .merge(homes::routes())
        .merge(ties::routes())
}

/// What was typed in one of the forms, and what was wrong with it: the field's id.
#[derive(Default)]
struct Tried {
    name: String,
    parent: String,
    building: String,
    grid: String,
    refused: Option<(&'static str, Problem)>,
}

async fn show(State(app): State<App>, reader: Reader, someone: Option<Someone>) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    page(&app, &reader, &looking, &Tried::default()).await
}

async fn page(app: &App, reader: &Reader, looking: &Looking, tried: &Tried) -> Result<Response, Problem> {
    let (lang, now) = (reader.lang, app.now());
    let places = life(app).places(&looking.compound, now).await?;
    let keepers = places.grids.iter().flat_map(|grid| &grid.keepers).chain(&places.keepers);
    let keepers = keepers.chain(places.buildings.iter().flat_map(|(_, keepers)| keepers));
    let names = Offices::of(app, looking, keepers.map(|(who, _)| who.clone()).collect()).await?;
    let (open, sets) = match &looking.by {
        Some(by) => {
            let names = places.buildings.iter().map(|(name, _)| name);
            (life(app).tied_buildings(by, names, now).await?, life(app).may_set_grids(by, now).await?)
        }
        None => (BTreeSet::new(), false),
    };
    let shown = Shown { places: &places, names: &names, open: &open };
    let errors: Vec<_> = tried.refused.iter().map(|(at, problem)| (*at, (problem.say)(lang))).collect();
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        (error_summary(lang, &errors))
        (ties::waiting(app, lang, looking).await?)
        @if !places.keepers.is_empty() {
            h2 { (text::whole(lang)) }
            (people(lang, &names, &places.keepers))
        }
        @for grid in &places.grids { (shown.grid(lang, grid)) }
        @if places.buildings.is_empty() { (empty(text::no_register(lang))) }
        @if !places.without_grid.is_empty() {
            section .panel {
                h2 { (text::without_grid(lang)) }
                (shown.buildings(lang, &places.without_grid))
            }
        }
        @if sets { (forms(lang, &places, tried)) }
        p { a .btn.second href="/matters" { (crate::text::matter::back(lang)) } }
    };
    let page = Page::new(reader, text::title(lang)).show(body);
    Ok(match tried.refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

/// Everything of the page that its parts look up.
struct Shown<'a> {
    places: &'a Places,
    names: &'a Offices,
    /// Buildings whose homes whoever looks may see.
    open: &'a BTreeSet<String>,
}

impl Shown<'_> {
    fn grid(&self, lang: Lang, grid: &GridView) -> Markup {
        let parent = self.places.grids.iter().find(|other| Some(&other.id) == grid.parent.as_ref());
        html! {
            section .panel {
                h2 { (grid.name) }
                @if let Some(parent) = parent { p .muted { (text::part_of(lang, &parent.name)) } }
                (people(lang, self.names, &grid.keepers))
                @if grid.lacks_worker { p { (tag(Tone::Warn, text::lacks_worker(lang))) } }
                @if grid.buildings.is_empty() { p .muted { (text::no_buildings(lang)) } }
                (self.buildings(lang, &grid.buildings))
            }
        }
    }

    fn buildings(&self, lang: Lang, of: &[String]) -> Markup {
        let keepers = |name: &String| self.places.buildings.iter().find(|(other, _)| other == name);
        html! {
            ul .links {
                @for name in of {
                    li {
                        @if self.open.contains(name) {
                            a href={ "/places/building?name=" (escape(name)) } { (building(lang, name)) }
                        } @else {
                            (building(lang, name))
                        }
                        @if let Some((_, keepers)) = keepers(name) { (people(lang, self.names, keepers)) }
                    }
                }
            }
        }
    }
}

/// Whoever looks after a part of the estate.
fn people(lang: Lang, names: &Offices, keepers: &[Keeper]) -> Markup {
    html! {
        @if !keepers.is_empty() {
            p .muted {
                @for (place, (who, role)) in keepers.iter().enumerate() {
                    @if 0 < place { (lang.pick("、", "; ")) }
                    (matters::words::post(lang, *role)) " " (names.say(lang, who))
                }
            }
        }
    }
}

/// For whoever says who looks after what: a new grid, and where a building lies.
fn forms(lang: Lang, places: &Places, tried: &Tried) -> Markup {
    let wrong = |at: &str| tried.refused.and_then(|(refused, problem)| (refused == at).then(|| (problem.say)(lang)));
    let grids = |id: &str, chosen: &str, none: Option<&str>| {
        html! {
            select id=(id) name=(id) {
                @if let Some(none) = none { option value="" { (none) } }
                @for grid in &places.grids { option value=(grid.id) selected[grid.id == chosen] { (grid.name) } }
            }
        }
    };
    html! {
        details .panel open[wrong("name").is_some() || wrong("parent").is_some()] {
            summary { (text::new_grid(lang)) }
            form method="post" action="/places/grids" {
                (field(&Field {
                    name: "name",
                    label: text::grid_name(lang),
                    hint: Some(text::grid_name_hint(lang)),
                    value: &tried.name,
                    error: wrong("name"),
                    kind: ("text", "text", "off"),
                }))
                div .field {
                    label for="parent" { (text::grid_parent(lang)) }
                    @if let Some(error) = wrong("parent") { p .error #parent-error { (error) } }
                    (grids("parent", &tried.parent, Some(text::no_parent(lang))))
                }
                button .btn { (text::add(lang)) }
            }
        }
        @if !places.grids.is_empty() && !places.buildings.is_empty() {
            details .panel open[wrong("building").is_some()] {
                summary { (text::move_building(lang)) }
                form method="post" action="/places/buildings" {
                    div .field {
                        label for="building" { (text::which_building(lang)) }
                        @if let Some(error) = wrong("building") { p .error #building-error { (error) } }
                        select #building name="building" {
                            @for (name, _) in &places.buildings {
                                option value=(name) selected[*name == tried.building] { (building(lang, name)) }
                            }
                        }
                    }
                    div .field {
                        label for="grid" { (text::which_grid(lang)) }
                        (grids("grid", &tried.grid, None))
                    }
                    p .hint { (text::move_hint(lang)) }
                    button .btn { (text::move_it(lang)) }
                }
            }
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NewGrid {
    name: String,
    parent: String,
}

async fn add_grid(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Form(NewGrid { name, parent }): Form<NewGrid>,
) -> Result<Response, Problem> {
    let of = Some(parent.as_str()).filter(|parent| !parent.is_empty());
    let made = life(&app).add_grid(&by(&someone.0), &name, of, app.now(), &mut app.fresh()?).await;
    let Err(error) = made else { return Ok(Redirect::to("/places").into_response()) };
    let (at, say): (_, Sentence) = match &error {
        UseError::Field(Wrong::Name) => ("name", text::e_grid_name),
        UseError::Field(_) => ("parent", text::e_parent),
        _ => return Err(matters::refusal(error)?),
    };
    let refused = Some((at, refused(&error, say)));
    let looking = Looking::of(&reader, Some(&someone))?;
    page(&app, &reader, &looking, &Tried { name, parent, refused, ..Tried::default() }).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Move {
    building: String,
    grid: String,
}

async fn move_building(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Form(Move { building, grid }): Form<Move>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let known = app.estate().buildings(&by.compound).await?;
    let moved = if known.iter().any(|row| row.building == building) {
        life(&app).assign_building(&by, &building, &grid, app.now()).await
    } else {
        Err(UseError::Field(Wrong::Building))
    };
    let Err(error) = moved else { return Ok(Redirect::to("/places").into_response()) };
    if !matches!(error, UseError::Field(_)) {
        return Err(matters::refusal(error)?);
    }
    let refused = Some(("building", refused(&error, text::e_where)));
    let looking = Looking::of(&reader, Some(&someone))?;
    page(&app, &reader, &looking, &Tried { building, grid, refused, ..Tried::default() }).await
}

fn refused(error: &UseError, say: Sentence) -> Problem {
    Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, error.code(), say)
}
