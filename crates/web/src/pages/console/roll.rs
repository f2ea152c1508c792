//! The roll as it is: totals, units with their owners, its history and the way back.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::{
    register::Register,
    rule::RuleBook,
    store::{
        place::{Matter, Place},
        register::{BuildingTotals, RegisterError, UnitFilter, UnitRow, Version},
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Desk, acts, form::to_act, show, words};
use crate::{
    app::App,
    import::{self, Figures},
    pages::escape,
    problem::{Path, Problem, Query},
    session::Officer,
    text::{
        Lang, Sentence, area, console_people as people, console_register as by_hand, console_roll as text, home_label,
        number, when,
    },
    view::{Page, Reader, Tone, empty, summary, table, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/roll", get(totals))
        .route("/c/roll/units", get(units))
        .route("/c/roll/history", get(history))
        .route("/c/roll/export", get(export))
        .route("/c/roll/undo/{version}", get(confirm_undo).post(undo))
}

async fn totals(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let lang = reader.lang;
    let versions = app.estate().register_versions(&staff.compound).await?;
    let (_, register) = app.estate().register(&staff.compound).await?;
    let place = app.estate().compound(&staff.compound).await?.map_or_else(Place::china, |compound| compound.place);
    let body = html! {
        h1 { (text::title(lang)) }
        @match versions.first() {
            None => { (empty(text::none(lang))) }
            Some(version) => {
                p { (text::lead(lang, version.number, &when(lang, version.applied_at))) }
                h2 { (text::totals(lang)) }
                (figures(lang, &Figures::of(&register)))
                p { a .btn.second href="/c/roll/units" { (text::list(lang)) } }
                h2 { (text::law_title(lang)) }
                (law(lang, place, &register))
                p { a .btn.second href="/c/roll/correct" { (by_hand::title(lang)) } }
                p { a .btn.second href="/c/roll/history" { (text::history(lang)) } }
            }
        }
        p { a .btn href="/c/roll/upload" { (text::upload(lang)) } }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

/// Totals, and the same for every building.
pub(super) fn figures(lang: Lang, figures: &Figures) -> Markup {
    let totals = &figures.totals;
    let rows: Vec<_> = figures
        .by_building
        .iter()
        .map(|building| {
            let name = if building.phase.is_empty() {
                building.building.clone()
            } else {
                format!("{}/{}", building.phase, building.building)
            };
            vec![
                html! { (words::building(lang, &name)) },
                html! { (number(building.share.units)) },
                html! { (area(lang, building.share.area_centi)) },
            ]
        })
        .collect();
    html! {
        (summary(&[
            (text::t_units(lang), html! { (number(totals.units)) }),
            (text::t_area(lang), html! { (area(lang, totals.area_centi)) }),
            (text::t_heads(lang), html! { (number(totals.heads)) }),
            (text::t_holders(lang), html! { (number(totals.holders)) }),
            (text::t_persons(lang), html! { (number(totals.persons)) }),
        ]))
        details {
            summary { (text::by_building(lang)) }
            (table(text::by_building(lang), &[text::t_building(lang), text::t_units(lang), text::t_area(lang)], &rows))
        }
    }
}

/// How the law counts what a register holds, each with its reason.
pub(super) fn law(lang: Lang, place: Place, register: &Register) -> Markup {
    let figures = Figures::of(register);
    let of = |word: &str| figures.by_kind.get(word).cloned().unwrap_or_default();
    let not_delivered =
        ["unsold", "sold_undelivered"].map(|word| figures.by_status.get(word).cloned().unwrap_or_default());
    let [unsold, undelivered] = &not_delivered;
    let (held, held_area) = (unsold.units + undelivered.units, unsold.area_centi + undelivered.area_centi);
    let (shops, offices, parking, storage) = (of("shop"), of("office"), of("parking"), of("storage"));
    let (trade, trade_area) = (shops.units + offices.units, shops.area_centi + offices.area_centi);
    let several = owners_of_several(register);
    let rows = [
        (figures.co_owned_units, text::law_co_owned(lang, figures.co_owned_units), text::law_co_owned_why(lang)),
        (several, text::law_several(lang, several), text::law_several_why(lang)),
        (
            figures.persons_alone_and_with_others,
            text::law_alone_and_with(lang, figures.persons_alone_and_with_others),
            text::law_alone_and_with_why(lang),
        ),
        (held, text::law_developer(lang, held, &area(lang, held_area)), text::law_developer_why(lang)),
        (
            parking.units,
            text::law_parking(lang, parking.units, &area(lang, parking.area_centi)),
            if counts_parking(place) { text::law_parking_counted(lang) } else { text::law_parking_left_out(lang) },
        ),
        (trade, text::law_shops(lang, trade, &area(lang, trade_area)), text::law_shops_why(lang)),
        (
            storage.units,
            text::law_storage(lang, storage.units, &area(lang, storage.area_centi)),
            text::law_parking_counted(lang),
        ),
    ];
    html! {
        ul {
            @for (count, what, why) in &rows {
                @if *count != 0 { li { strong { (what) } " " (why) } }
            }
        }
        @if parking.units != 0 {
            p { (text::law_without_parking(lang, &area(lang, figures.variants.without_parking.area_centi))) }
        }
    }
}

/// How many holders have more than one unit.
fn owners_of_several(register: &Register) -> u64 {
    let mut units = std::collections::BTreeMap::<_, u64>::new();
    for unit in &register.units {
        *units.entry(unit.holders()).or_default() += 1;
    }
    units.values().filter(|count| 1 < **count).count() as u64
}

/// Whether parking counts where most matters are decided.
fn counts_parking(place: Place) -> bool {
    let rule = RuleBook::of_site().resolve(&place.rule(Matter::Other, None));
    let is_left_out = |kinds: &[String]| kinds.iter().any(|kind| kind == "parking");
    rule.is_ok_and(|rule| !rule.measures.iter().any(|measure| is_left_out(&measure.exclude_kinds)))
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    building: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    page: u64,
}

async fn units(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Query(search): Query<Search>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let Search { building, text: wanted, page } = search;
    let buildings = app.estate().buildings(&staff.compound).await?;
    let filter = UnitFilter { building: Some(building.clone()).filter(|name| !name.is_empty()), text: wanted.clone() };
    let found = app.estate().units(&staff, &filter, page).await?;
    let link = |page: u64| format!("/c/roll/units?building={}&text={}&page={page}", escape(&building), escape(&wanted));
    let has_more = (page + 1).saturating_mul(50) < found.total;
    let body = html! {
        h1 { (text::list(lang)) }
        form method="get" action="/c/roll/units" role="search" {
            div .field {
                label for="building" { (text::t_building(lang)) }
                select #building name="building" {
                    option value="" { (text::all_buildings(lang)) }
                    @for one in &buildings {
                        option value=(one.building) selected[one.building == building] { (words::building(lang, &one.building)) }
                    }
                }
            }
            div .field {
                label for="text" { (text::search(lang)) }
                input #text name="text" type="search" value=(wanted);
            }
            button .btn { (text::search_go(lang)) }
        }
        p role="status" { (text::found(lang, found.total)) }
        @if found.units.is_empty() { (empty(text::nothing_found(lang))) }
        @for unit in &found.units { (unit_panel(lang, unit)) }
        @if page != 0 { p { a .btn.second href=(link(page - 1)) { (text::newer(lang)) } } }
        @if has_more { p { a .btn.second href=(link(page + 1)) { (text::older(lang)) } } }
    };
    Ok(show(Page::new(&reader, text::list(lang)), lang, &body))
}

fn unit_panel(lang: Lang, unit: &UnitRow) -> Markup {
    let label = &unit.label;
    html! {
        section .panel {
            h2 { (home_label(lang, &label.key())) }
            p {
                (words::kind(lang, &unit.kind)) " · " (area(lang, unit.area)) " · " (words::status(lang, &unit.status))
                " · " (text::area_source(lang)) " " (words::source(lang, &unit.source))
            }
            ul .links {
                @for owner in &unit.owners {
                    li {
                        strong { (owner.name) } " "
                        @if owner.is_enrolled { (tag(Tone::Ok, text::enrolled(lang))) } @else { (tag(Tone::Plain, text::not_enrolled(lang))) }
                        @if !owner.tail.is_empty() { " " (text::tail(lang, &owner.tail)) }
                        @for phone in &owner.phones { " " (phone) }
                        " " a href={ "/c/letters/" (owner.id) "?name=" (escape(&owner.name)) } { (text::reissue(lang)) }
                        " " a href={ "/matters/new?for=person:" (owner.id) } { (crate::text::matter::raise_for(lang)) }
                    }
                }
            }
            @if let Some(name) = &unit.representative { p { (by_hand::representative(lang)) " " strong { (name) } } }
            @if let Some(developer) = &unit.developer { p { (text::developer(lang, developer)) } }
        }
    }
}

/// Buildings as boxes to tick, for letters, clerks and a poll's scope.
pub(super) fn building_boxes(
    lang: Lang,
    name: &str,
    buildings: &[BuildingTotals],
    is_chosen: impl Fn(&str) -> bool,
) -> Markup {
    html! {
        @for building in buildings {
            label .card {
                input type="checkbox" name=(name) value=(building.building) checked[is_chosen(&building.building)];
                span {
                    strong { (words::building(lang, &building.building)) }
                    span .muted { (people::enrolled_line(lang, &words::building(lang, &building.building), building.enrolled, building.owners)) }
                }
            }
        }
    }
}

async fn history(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let lang = reader.lang;
    let versions = app.estate().register_versions(&staff.compound).await?;
    let body = html! {
        h1 { (text::history(lang)) }
        @if versions.is_empty() { (empty(text::none(lang))) }
        @for (place, version) in versions.iter().enumerate() { (version_panel(lang, version, place == 0)) }
    };
    Ok(show(Page::new(&reader, text::history(lang)), lang, &body))
}

fn version_panel(lang: Lang, version: &Version, is_present: bool) -> Markup {
    html! {
        section .panel {
            h2 { (text::version_line(lang, version.number, &when(lang, version.applied_at))) }
            p {
                @match version.source.as_str() {
                    "undo" => { (text::source_undo(lang)) }
                    "correction" => { (by_hand::source_correction(lang)) }
                    _ => { (text::source_import(lang, &version.file_name)) }
                }
                @if is_present { " " (tag(Tone::Ok, text::present(lang))) }
            }
            @if !version.file_sha256.is_empty() { details { summary { "SHA-256" } p { (version.file_sha256) } } }
            p { a href=(acts::path(&version.act)) { (text::see_act(lang)) } }
            @if !is_present {
                p { a .btn.second href={ "/c/roll/undo/" (version.number) } { (text::undo_to(lang, version.number)) } }
            }
        }
    }
}

async fn export(State(app): State<App>, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let (number, register) = app.estate().register(&staff.compound).await?;
    let disposition = format!("attachment; filename=\"roll-{number}.csv\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, import::to_csv(&register)).into_response())
}

async fn confirm_undo(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(version): Path<u64>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let versions = app.estate().register_versions(&staff.compound).await?;
    let found = versions.iter().skip(1).find(|known| known.number == version).ok_or(Problem::NOT_FOUND)?;
    let title = text::undo_title(lang, version);
    let body = html! {
        h1 { (title) }
        p { (text::version_line(lang, version, &when(lang, found.applied_at))) }
        p { (text::undo_lead(lang)) }
        form method="post" { button .btn { (text::undo_yes(lang)) } }
        p { a .btn.second href="/c/roll/history" { (crate::text::console::back(lang)) } }
    };
    Ok(show(Page::new(&reader, &title), lang, &body))
}

async fn undo(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(version): Path<u64>,
) -> Result<Response, Problem> {
    let act = app.estate().propose_undo(&staff, version, app.now(), &mut app.fresh()?).await?;
    Ok(to_act(&app, &act))
}

impl From<RegisterError> for Problem {
    fn from(err: RegisterError) -> Self {
        let (status, say): (_, Sentence) = match err {
            RegisterError::NotOfficer => (StatusCode::FORBIDDEN, crate::text::console::not_officer),
            RegisterError::Empty => (StatusCode::UNPROCESSABLE_ENTITY, text::empty_register),
            RegisterError::Pending => (StatusCode::CONFLICT, text::pending),
            RegisterError::NoSuchVersion => (StatusCode::NOT_FOUND, text::no_such_version),
            RegisterError::Erased => (StatusCode::CONFLICT, crate::text::privacy::c_version_erased),
            RegisterError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}
