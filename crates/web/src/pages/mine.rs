//! What a poll's roll says of an owner, and the proof of it to keep.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::{
    id::PollId,
    json,
    roll::{RollProof, RollProofs},
    store::polls::MyHolder,
};
use maud::{Markup, html};

use crate::{
    app::App,
    problem::{Path, Problem},
    session::Owner,
    text::{Lang, area, home_label, mine as text},
    view::{Page, Reader, Tone, notice, summary},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/polls/{poll}/roll", get(show)).route("/polls/{poll}/roll.json", get(file))
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    Owner { viewer }: Owner,
    Path(poll): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let poll: PollId = poll.parse().map_err(|_| Problem::NOT_FOUND)?;
    let holders = app.estate().my_poll(&viewer, &poll).await?;
    let proofs = app.estate().my_proofs(&viewer, &poll).await?;
    let log = app.estate().logs().log(&poll).await?;
    let title = log.read(|state, _| state.manifest().title.clone());
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang, &title)) }
        @if 1 < holders.len() { p { (text::several(lang)) } }
        @for holder in &holders { (part(lang, holder, &proofs)) }
        p { (text::wrong(lang)) }
        h2 { (text::save_title(lang)) }
        p { strong { (text::save_why(lang)) } }
        p { a .btn href={ "/polls/" (poll) "/roll.json" } download={ "roll-" (poll) ".json" } { (text::save(lang)) } }
        p .muted { (text::save_private(lang)) }
        p { (text::save_how(lang)) }
        pre tabindex="0" { "heyi-audit roll roll-" (poll) ".json" }
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

fn part(lang: Lang, holder: &MyHolder, proofs: &[RollProof]) -> Markup {
    let is_amended = |unit| proofs.iter().any(|proof| proof.unit == unit && proof.amended.is_some());
    let name = |person: &ballot::store::polls::HolderPerson| {
        if person.is_viewer { text::you(lang, &person.name) } else { person.name.clone() }
    };
    let people: Vec<_> = holder.people.iter().map(name).collect();
    let representative = holder.people.iter().find(|person| Some(person.number) == holder.representative);
    let mut rows = vec![
        (
            text::homes(lang),
            html! {
                @for unit in &holder.units { (home_label(lang, &unit.label)) " · " (area(lang, unit.area)) br; }
            },
        ),
        (text::area(lang), html! { (area(lang, holder.area)) }),
        (text::people(lang), html! { @if people.len() < 2 { (text::alone(lang)) } @else { (people.join("、")) } }),
    ];
    if 1 < holder.people.len() {
        let says = representative.map_or_else(|| text::nobody(lang).to_owned(), name);
        rows.push((text::representative(lang), html! { (says) }));
    }
    rows.push((
        text::numbers(lang),
        html! {
            (text::number_holder(lang, holder.holder.get()))
            @for unit in &holder.units { " · " (text::number_unit(lang, unit.unit.get())) }
        },
    ));
    html! {
        section .panel {
            p { strong { (text::one_head(lang)) } }
            (summary(&rows))
            p .muted { (text::numbers_hint(lang)) }
            @if holder.units.iter().any(|unit| is_amended(unit.unit)) {
                (notice(Tone::Plain, &html! { p { (text::amended(lang)) } }))
            }
        }
    }
}

/// The proof itself, for `heyi-audit roll`.
async fn file(State(app): State<App>, Owner { viewer }: Owner, Path(poll): Path<String>) -> Result<Response, Problem> {
    let poll: PollId = poll.parse().map_err(|_| Problem::NOT_FOUND)?;
    let proofs = app.estate().my_proofs(&viewer, &poll).await?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"roll-{poll}.json\""));
    let name = name.map_err(|err| Problem::internal(&err))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, json::write(&RollProofs::new(poll, proofs))).into_response())
}
