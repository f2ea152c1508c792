//! Forms to be printed, and the list that hangs at the building: numbers beside check codes.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use ballot::{
    id::PollId,
    rule::RuleBook,
    statement::Manifest,
    store::paper::{PaperError, PrintedForm, form_number},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Typed, enter::names, path, read_number, sentence_of, show};
use crate::{
    app::App,
    pages::{
        console::{
            Desk,
            draft::{Pairs, refused, values},
            words,
        },
        poll::Live,
        vote::{choice_label, silence},
    },
    problem::{Form, Path, Problem, Query},
    text::{area, console as common, console_poll as ballot_text, desk as text, home_label, site, when, written},
    view::{Page, Reader, Tone, code, empty, error_summary, field, notice, qr, table},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/{poll}/forms", get(choose).post(print))
        .route("/desk/{poll}/replace", post(replace))
        .route("/polls/{poll}/papers", get(list))
}

/// How many homes a form names; a developer may have hundreds, and the form is one page.
const HOMES: usize = 6;

/// The buildings on the roll of a live poll.
fn buildings(live: &Live) -> Vec<String> {
    let names: BTreeSet<String> = live.log.read(|state, _| {
        state.roll().map_or(&[][..], |roll| roll.lines()).iter().map(|line| line.building.clone()).collect()
    });
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by(|one, other| words::by_number(one, other));
    names
}

async fn choose(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    app.estate().desk_progress(&staff, &poll).await?;
    let live = Live::find(&app, &poll).await?;
    Ok(choose_page(&reader, &live, None))
}

fn choose_page(reader: &Reader, live: &Live, error: Option<&str>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("buildings", error)).into_iter().collect();
    let body = html! {
        h1 { (text::print_title(lang)) }
        (error_summary(lang, &errors))
        p { strong { (live.row.title) } }
        p { (text::print_lead(lang)) }
        form method="post" {
            fieldset #buildings {
                legend { (text::building(lang)) }
                @for name in buildings(live) {
                    label .card { input type="checkbox" name="building" value=(name); span { strong { (words::building(lang, &name)) } } }
                }
            }
            button .btn { (text::print(lang)) }
        }
        p { a .btn.second href=(path(&live.row.id)) { (common::back(lang)) } }
    };
    show(Page::new(reader, text::print_title(lang)), lang, &body)
}

async fn print(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let chosen: BTreeSet<String> = values(&pairs, "building").map(str::to_owned).collect();
    app.estate().desk_progress(&staff, &poll).await?;
    let live = Live::find(&app, &poll).await?;
    if chosen.is_empty() {
        let page = choose_page(&reader, &live, Some(text::e_building(reader.lang)));
        return Ok(refused("no_building", text::e_building, page));
    }
    match app.estate().issue_forms(&staff, &poll, &chosen, app.now(), &mut app.fresh()?).await {
        Ok(forms) => sheets(&app, &reader, &live, &forms).await,
        Err(PaperError::Database(err)) => Err(err.into()),
        Err(err) => {
            let page = choose_page(&reader, &live, Some(sentence_of(&err)(reader.lang)));
            Ok(Problem::from(err).on(page))
        }
    }
}

async fn replace(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
    Form(Typed { form }): Form<Typed>,
) -> Result<Response, Problem> {
    let number = read_number(reader.lang, &form).map_err(|_| Problem::NOT_FOUND)?;
    let form = app.estate().replace_form(&staff, &poll, number, app.now(), &mut app.fresh()?).await?;
    let live = Live::find(&app, &poll).await?;
    sheets(&app, &reader, &live, &[form]).await
}

async fn sheets(app: &App, reader: &Reader, live: &Live, forms: &[PrintedForm]) -> Result<Response, Problem> {
    let lang = reader.lang;
    let rules = live.log.rule_book().await?;
    let manifest = live.log.read(|state, _| state.manifest().clone());
    let title = text::sheets_title(lang, forms.len());
    let body = html! {
        div .no-print { h1 { (title) } p { (text::sheets_lead(lang)) } p { a .btn.second href=(path(&live.row.id)) { (common::back(lang)) } } }
        @for form in forms { (sheet(app, reader, (&manifest, &rules), form)) }
    };
    Ok(show(Page::new(reader, &title), lang, &body))
}

/// One paper ballot: large, and each choice on a line of its own, so that none stands out.
fn sheet(app: &App, reader: &Reader, (manifest, rules): (&Manifest, &RuleBook), form: &PrintedForm) -> Markup {
    let lang = reader.lang;
    let address = format!("{}/polls/{}/papers?form={}", app.config().origin, manifest.poll, form.number);
    let total = form.units.iter().map(|unit| unit.area).sum();
    let tick = |label: &str| html! { p .box { "☐ " (label) } };
    html! {
        article .sheet.a4.ballot {
            p { (reader.estate) @if manifest.test { " · " strong { (text::rehearsal(lang)) } } }
            h1 { (ballot_text::paper_title(lang)) }
            h2 { (manifest.title) }
            p { (ballot_text::window(lang, &when(lang, manifest.opens), &when(lang, manifest.closes))) }
            p { (ballot_text::paper_how(lang)) }
            @for motion in &manifest.motions {
                section .panel {
                    h3 { (motion.title) }
                    @if let Some(silence) = silence(lang, rules, &motion.rule) { p { (silence) } }
                    @match &motion.candidates {
                        None => { @for choice in &motion.choices { (tick(choice_label(lang, *choice))) } }
                        Some(candidates) => {
                            p { (ballot_text::ballot_each(lang, motion.seats.unwrap_or_default())) }
                            @for candidate in candidates {
                                p { strong { (candidate.name) } " " @for choice in &motion.choices { span .tick { "☐ " (choice_label(lang, *choice)) } } }
                            }
                        }
                    }
                }
            }
            p {
                (text::homes(lang)) "：" @for unit in form.units.iter().take(HOMES) { (home_label(lang, &unit.label)) " " }
                @if HOMES < form.units.len() { (text::homes_all(lang, form.units.len())) " " } "· " (area(lang, total))
            }
            p { (text::owners(lang)) "：" (form.names.join("、")) }
            p { (ballot_text::paper_signature(lang)) "：____________________" }
            @if let Some(agent) = &form.agent {
                p { (written::agent_line(lang, &names(lang, agent), &form.names.join("、"))) "：____________________" }
            }
            div .numbered {
                (qr(&address, text::qr_label(lang)))
                p { (text::form(lang)) " " strong .big { (form.number) } }
            }
            p { (text::sheet_return(lang)) @if !reader.service_point.is_empty() { " " (site::come(lang)) " " (reader.service_point) } }
            div .stub {
                p { "✂ " (ballot_text::paper_stub(lang)) }
                p { (manifest.title) " · " strong .big { (form.number) } }
                p { (text::stub_how(lang)) @if !reader.phone.is_empty() { " " (site::call(lang)) " " (reader.phone) } }
            }
        }
    }
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    form: String,
}

/// Public: numbers beside check codes, and nothing of whose they are.
async fn list(
    State(app): State<App>,
    reader: Reader,
    Path(poll): Path<PollId>,
    Query(Wanted { form }): Query<Wanted>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let live = Live::find(&app, &poll).await?;
    let papers = app.estate().counted_papers(&poll).await?;
    let wanted = (!form.is_empty()).then(|| form_number(&form));
    let rows: Vec<_> =
        papers.iter().map(|paper| vec![html! { (paper.form) }, html! { span .hash { (paper.code) } }]).collect();
    let body = html! {
        h1 { (text::list_title(lang)) }
        p { strong { (live.row.title) } }
        p { (text::list_lead(lang)) }
        form .no-print method="get" {
            (field(&crate::view::Field {
                name: "form", label: text::form(lang), hint: Some(text::stub_hint(lang)), value: &form,
                error: wanted.and_then(Result::err).map(|_| text::e_slip(lang)), kind: ("text", "numeric", "off"),
            }))
            button .btn { (text::is_it_in(lang)) }
        }
        @if let Some(Ok(number)) = wanted {
            @match papers.iter().find(|paper| paper.form == number) {
                Some(paper) => {
                    (notice(Tone::Ok, &html! { p { (text::it_is_in(lang, number.get())) } }))
                    (code(&paper.code))
                    p { a .inline href={ "/check?c=" (paper.code) } { (text::check_it(lang)) } }
                }
                None => { (notice(Tone::Warn, &html! { p { (text::it_is_not_in(lang, number.get())) } })) }
            }
        }
        @if rows.is_empty() { (empty(text::list_empty(lang))) }
        @else { (table(text::list_title(lang), &[text::form(lang), text::its_code(lang)], &rows)) }
        p { a .btn.second href={ "/polls/" (poll) } { (common::back(lang)) } }
    };
    Ok(Page::new(&reader, text::list_title(lang)).show(body))
}
