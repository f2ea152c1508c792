//! Owners' letters: who is enrolled, and the sheets with the codes, shown once.

use std::collections::BTreeSet;

use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use ballot::store::{
    letters::{Letter, LetterError, LettersFor},
    register::BuildingTotals,
};
use maud::html;
use serde::Deserialize;

use super::{
    Desk,
    draft::{Pairs, refused, values},
    figures,
    roll::building_boxes,
    show, words,
};
use crate::{
    app::App,
    problem::{Form, Path, Problem, Query},
    text::{Lang, Sentence, console as common, console_people as text, home_label},
    view::{Page, Reader, code, error_summary, meter, qr, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/letters", get(choose).post(print))
        .route("/c/letters/{person}", get(confirm_again).post(again))
}

async fn choose(State(app): State<App>, reader: Reader, Desk(staff): Desk) -> Result<Response, Problem> {
    let buildings = app.estate().buildings(&staff.compound).await?;
    Ok(choose_page(&reader, &buildings, None))
}

fn choose_page(reader: &Reader, buildings: &[BuildingTotals], error: Option<&str>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("buildings", error)).into_iter().collect();
    let body = html! {
        h1 { (text::letters_title(lang)) }
        (error_summary(lang, &errors))
        p { (text::letters_lead(lang)) }
        h2 { (text::enrolled_title(lang)) }
        @for building in buildings {
            (meter(
                &text::enrolled_line(lang, &words::building(lang, &building.building), building.enrolled, building.owners),
                "",
                figures::hundredths(building.enrolled, building.owners),
                None,
            ))
        }
        h2 { (text::print(lang)) }
        form method="post" action="/c/letters" {
            fieldset #buildings {
                legend { (text::for_building(lang)) }
                (building_boxes(lang, "building", buildings, |_| false))
            }
            fieldset {
                legend { (text::for_whom(lang)) }
                (radio_card("whom", "missing", text::missing(lang), Some(text::missing_hint(lang)), true))
                (radio_card("whom", "everybody", text::everybody(lang), Some(text::everybody_hint(lang)), false))
            }
            fieldset {
                legend { (text::paper(lang)) }
                (radio_card("paper", "a4", text::a4(lang), None, true))
                (radio_card("paper", "a5", text::a5(lang), None, false))
            }
            button .btn { (text::print(lang)) }
        }
    };
    show(Page::new(reader, text::letters_title(lang)), lang, &body)
}

async fn print(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Form(form): Form<Pairs>,
) -> Result<Response, Problem> {
    let buildings: BTreeSet<String> = values(&form, "building").map(str::to_owned).collect();
    if buildings.is_empty() {
        let known = app.estate().buildings(&staff.compound).await?;
        let page = choose_page(&reader, &known, Some(text::no_building(reader.lang)));
        return Ok(refused("no_building", text::no_building, page));
    }
    let whom = match values(&form, "whom").next() {
        Some("everybody") => LettersFor::Everybody(buildings),
        _ => LettersFor::Missing(buildings),
    };
    let letters = app.estate().print_letters(&staff, &whom, app.now(), &mut app.fresh()?).await?;
    let paper = if values(&form, "paper").any(|paper| paper == "a5") { "a5" } else { "a4" };
    Ok(owners_sheets(&app, &reader, &letters, paper))
}

fn owners_sheets(app: &App, reader: &Reader, letters: &[Letter], paper: &'static str) -> Response {
    let sheet = |letter: &Letter| {
        home_label(reader.lang, &[letter.phase.as_str(), &letter.building, &letter.entrance, &letter.number].join("|"))
    };
    let sheets: Vec<_> =
        letters.iter().map(|letter| Sheet { name: &letter.name, about: sheet(letter), code: &letter.code }).collect();
    sheets_page(app, reader, &sheets, paper)
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

async fn confirm_again(
    reader: Reader,
    _: Desk,
    Path(_): Path<String>,
    Query(Named { name }): Query<Named>,
) -> Response {
    let lang = reader.lang;
    let title = text::reissue_title(lang, &name);
    let body = html! {
        h1 { (title) }
        p { (text::reissue_lead(lang)) }
        form method="post" { button .btn { (text::letter_yes(lang)) } }
        p { a .btn.second href="/c/roll/units" { (common::back(lang)) } }
    };
    show(Page::new(&reader, &title), lang, &body)
}

async fn again(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let person = person.parse().map_err(|_| Problem::NOT_FOUND)?;
    let whom = LettersFor::Person(person);
    let letters = app.estate().print_letters(&staff, &whom, app.now(), &mut app.fresh()?).await?;
    Ok(owners_sheets(&app, &reader, &letters, "a4"))
}

/// One letter: whom it is for, what about, and its code.
pub(super) struct Sheet<'a> {
    pub name: &'a str,
    /// The unit, or the office.
    pub about: String,
    pub code: &'a str,
}

/// Letters to be printed, each a page of its own.
pub(super) fn sheets_page(app: &App, reader: &Reader, sheets: &[Sheet<'_>], paper: &'static str) -> Response {
    let lang = reader.lang;
    let address = format!("{}/enrol", app.config().origin);
    let title = text::sheets_title(lang, sheets.len());
    let body = html! {
        div .no-print { h1 { (title) } p { (text::sheets_lead(lang)) } }
        @for sheet in sheets {
            article .sheet.(paper) {
                h2 { (text::sheet_head(lang, sheet.name)) }
                p { strong { (reader.estate) } " · " (sheet.about) }
                p { (text::sheet_intro(lang)) }
                ol {
                    li {
                        p { (text::sheet_1(lang)) " " strong { (address) } }
                        // Behind # a code gets into no log and no history but the phone's.
                        (qr(&format!("{address}#{}", sheet.code), text::sheet_qr(lang)))
                    }
                    li { p { (text::sheet_2(lang)) } (code(sheet.code)) }
                    li { p { (text::sheet_3(lang)) } }
                }
                p { (text::sheet_keep(lang)) }
                p { (text::sheet_paper(lang)) }
                (help(lang, reader))
            }
        }
    };
    show(Page::new(reader, &title), lang, &body)
}

fn help(lang: Lang, reader: &Reader) -> maud::Markup {
    html! {
        @if !reader.phone.is_empty() {
            p { (crate::text::site::call(lang)) " " strong { (reader.phone) } }
        }
        @if !reader.service_point.is_empty() {
            p { (crate::text::site::come(lang)) " " (reader.service_point) }
        }
    }
}

impl From<LetterError> for Problem {
    fn from(err: LetterError) -> Self {
        let (status, say): (_, Sentence) = match err {
            LetterError::NotStaff => (StatusCode::FORBIDDEN, text::not_staff),
            LetterError::Nobody => (StatusCode::UNPROCESSABLE_ENTITY, text::nobody),
            LetterError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}
