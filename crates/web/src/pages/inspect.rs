//! Who is who in a closed poll: for those who may inspect, to others it does not exist. Every look is an event.

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{
    hash::Hash,
    id::{HolderNo, PollId},
    statement::Method,
    store::polls::{HolderNames, IssuedCredential, StruckEntry, ViewError},
};
use maud::{Markup, html};

use super::{
    audit::{ballot_rows, heads},
    console::desk::jpeg,
    poll::Live,
};
use crate::{
    app::App,
    problem::{Path, Problem},
    record::BallotRow,
    session::Inspector,
    text::{Lang, area, home_label, inspect as text, when, written},
    view::{Page, Reader, Tone, empty, notice, summary, table},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/audit/{poll}/holders/{holder}", get(holder))
        .route("/audit/{poll}/evidence/{sha256}", get(evidence))
        .route("/audit/{poll}/scans/{sha256}", get(scan))
}

async fn holder(
    State(app): State<App>,
    reader: Reader,
    Inspector(staff): Inspector,
    Path((poll, holder)): Path<(PollId, u64)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let number = HolderNo::try_from(holder).map_err(|_| Problem::NOT_FOUND)?;
    let live = Live::find(&app, &poll).await?;
    let found = match app.estate().inspect_holder(&staff, &poll, number, app.now()).await {
        Err(ViewError::NotOnRoll) => return Err(Problem::NOT_FOUND),
        found => found?,
    };
    let has_result = live.log.read(|state, _| state.result().is_some());
    let record = if has_result { Some(app.records().of(&live.log, app.now()).await?) } else { None };
    let title = text::title(lang, holder);
    let body = html! {
        h1 { (title) }
        p { strong { (live.row.title) } }
        (notice(Tone::Plain, &html! { p { (text::lead(lang)) } }))
        (who(lang, &found))
        @match &record {
            None => { h2 { (text::ballots(lang)) } p { (text::not_counted(lang)) } }
            Some(record) => {
                @let own: Vec<&BallotRow> = record.ballots.iter().filter(|row| row.holder == number).collect();
                @if own.is_empty() { h2 { (text::ballots(lang)) } (empty(text::no_ballots(lang))) }
                @else { (table(text::ballots(lang), &heads(lang, true), &ballot_rows(lang, &record.motions, &own, true, (None, None)))) }
            }
        }
        (scans(lang, &poll, text::papers(lang), &found.papers))
        (scans(lang, &poll, written::scans(lang), &found.proxies))
        (struck(lang, &poll, &found.strikes))
        (credentials(lang, &poll, &found))
        p { a .btn.second href={ "/audit/" (poll) "#ballots" } { (text::back(lang)) } }
    };
    Ok(Page::new(&reader, &title).show(body))
}

fn who(lang: Lang, found: &HolderNames) -> Markup {
    let representative = found.people.iter().find(|(number, ..)| Some(*number) == found.representative);
    let total = found.units.iter().map(|unit| unit.area).sum();
    html! {
        (summary(&[
            (text::people(lang), html! {
                @for (number, _, name) in &found.people { (text::person(lang, number.get(), name)) br; }
                @if let Some((_, _, name)) = representative { (text::representative(lang, name)) }
            }),
            (text::homes(lang), html! {
                @for unit in &found.units { (home_label(lang, &unit.label)) " · " (area(lang, unit.area)) br; }
            }),
            (text::weight(lang), html! { (area(lang, total)) }),
        ]))
    }
}

/// Pictures beside the entries that name them.
fn scans(lang: Lang, poll: &PollId, title: &str, scans: &[(u64, Hash)]) -> Markup {
    html! {
        @if !scans.is_empty() {
            h2 { (title) }
            @for (index, sha256) in scans {
                figure {
                    figcaption { (text::scan_of(lang, *index)) }
                    img src={ "/audit/" (poll) "/scans/" (sha256) } alt=(text::scan_of(lang, *index));
                }
            }
        }
    }
}

fn struck(lang: Lang, poll: &PollId, strikes: &[StruckEntry]) -> Markup {
    html! {
        @if !strikes.is_empty() {
            h2 { (text::strikes(lang)) }
            ul .links {
                @for strike in strikes {
                    li {
                        (text::struck(lang, strike.index)) " · " (when(lang, strike.at)) " · "
                        (evidence_link(lang, poll, &strike.evidence))
                    }
                }
            }
        }
    }
}

fn evidence_link(lang: Lang, poll: &PollId, sha256: &Hash) -> Markup {
    html! { a href={ "/audit/" (poll) "/evidence/" (sha256) } { (text::to_evidence(lang)) } }
}

fn credentials(lang: Lang, poll: &PollId, found: &HolderNames) -> Markup {
    let name = |one: &IssuedCredential| match one.person {
        None => text::agent(lang).to_owned(),
        Some(person) => found
            .people
            .iter()
            .find(|(number, ..)| *number == person)
            .map_or_else(String::new, |(number, _, name)| text::person(lang, number.get(), name)),
    };
    let rows: Vec<_> = found
        .credentials
        .iter()
        .map(|one| {
            vec![
                html! { (one.number) },
                html! { (name(one)) },
                html! { (method(lang, one.method)) },
                html! { (when(lang, one.at)) },
                html! { @if one.is_revoked { (text::revoked(lang)) } @else { (text::live(lang)) } },
                evidence_link(lang, poll, &one.evidence),
            ]
        })
        .collect();
    let heads =
        [text::number(lang), text::who(lang), text::how(lang), text::at(lang), text::state(lang), text::evidence(lang)];
    html! {
        @if rows.is_empty() { h2 { (text::credentials(lang)) } (empty(text::no_credentials(lang))) }
        @else { (table(text::credentials(lang), &heads, &rows)) }
    }
}

fn method(lang: Lang, method: Method) -> &'static str {
    match method {
        Method::Sms => text::sms(lang),
        Method::Letter => text::letter(lang),
        Method::InPerson => text::in_person(lang),
        Method::Oidc => text::oidc(lang),
    }
}

async fn scan(
    State(app): State<App>,
    Inspector(staff): Inspector,
    Path((poll, sha256)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    let hash: Hash = sha256.parse().map_err(|_| Problem::NOT_FOUND)?;
    // Closed by the clock is closed, whoever looks first.
    Live::find(&app, &poll).await?;
    Ok(jpeg(app.estate().inspect_scan(&staff, &poll, &hash, app.now()).await?))
}

async fn evidence(
    State(app): State<App>,
    reader: Reader,
    Inspector(staff): Inspector,
    Path((poll, sha256)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let hash: Hash = sha256.parse().map_err(|_| Problem::NOT_FOUND)?;
    // Closed by the clock is closed, whoever looks first.
    Live::find(&app, &poll).await?;
    let found = app.estate().inspect_evidence(&staff, &poll, &hash, app.now()).await?;
    let body = html! {
        h1 { (text::e_title(lang)) }
        (notice(Tone::Plain, &html! { p { (text::e_lead(lang)) } }))
        @if found.is_erased() { (notice(Tone::Warn, &html! { p { (crate::text::privacy::evidence_erased(lang)) } })) }
        @else if found.is_sound { (notice(Tone::Ok, &html! { p { (text::e_sound(lang)) } })) }
        @else { (notice(Tone::Bad, &html! { p { (text::e_broken(lang)) } })) }
        (summary(&[
            (text::e_hash(lang), html! { span .hash { (hash) } }),
            (text::e_salt(lang), html! { span .hash { (found.salt) } }),
        ]))
        h2 { (text::e_record(lang)) }
        pre tabindex="0" { (found.record) }
        p .muted { (text::e_how(lang)) }
        p { a .btn.second href={ "/audit/" (poll) "#ballots" } { (text::back(lang)) } }
    };
    Ok(Page::new(&reader, text::e_title(lang)).show(body))
}
