//! The auditor's page: the server's own check, and everything needed not to trust it.

use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::{
    audit::Verdict,
    id::{Id, PollId},
    state::{Check, Phase},
    statement::Choice,
    store::polls::PollState,
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    log::Entries,
    poll::{Live, in_list},
    vote::{choice_label, choice_word},
};
use crate::{
    app::App,
    problem::{Path, Problem, Query},
    record::{BallotRow, MotionRecord, Record, Standing},
    session::{Inspector, Reckoner, Someone},
    text::{Lang, area, audit as text, law, number, when},
    view::{Page, Reader, Tone, empty, notice, summary, table, tag},
};

/// Rows of a page.
const ROWS: usize = 200;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/audit", get(index))
        .route("/audit/{poll}", get(show))
        .route("/audit/{poll}/ballots.csv", get(csv))
        .route("/audit/{poll}/ballots.json", get(as_json))
        .route("/audit/{poll}/report.json", get(report))
}

async fn index(State(app): State<App>, reader: Reader) -> Result<Response, Problem> {
    let lang = reader.lang;
    let mut polls = Vec::new();
    for compound in app.estate().compounds().await? {
        for row in app.estate().polls(&compound.id).await? {
            if row.state == PollState::Live {
                let live = Live::find(&app, &row.id).await?;
                polls.push((row, live.phase));
            }
        }
    }
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        @if polls.is_empty() { (empty(text::none(lang))) }
        @for (row, phase) in &polls {
            (in_list(lang, row, *phase))
            p { a .btn.second href={ "/audit/" (row.id) } { (text::title(lang)) } }
        }
        (super::help::programs(lang))
    };
    Ok(Page::new(&reader, text::title(lang)).public().show(body))
}

#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    page: usize,
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    inspector: Option<Inspector>,
    reckoner: Option<Reckoner>,
    Path(poll): Path<PollId>,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let live = Live::find(&app, &poll).await?;
    let entries = live.entries_for(&app, someone.as_ref()).await?;
    let has_result = live.log.read(|state, _| state.result().is_some());
    let record = if has_result { Some(app.records().of(&live.log, app.now()).await?) } else { None };
    let reports = app.estate().reports_beside(&live.row.compound, &poll).await?;
    let body = html! {
        h1 { (text::title(lang)) }
        p { strong { (live.row.title) } }
        @match (&record, live.phase) {
            (Some(record), _) => {
                (own_check(lang, record))
                (commands(lang, &app, &live, record, entries))
                (checks(lang, record))
                (archive(lang, record))
            }
            (None, Phase::Closed | Phase::Ended) => { (notice(Tone::Plain, &html! { p { (text::not_signed(lang)) } })) }
            (None, Phase::Before | Phase::Open) => { (notice(Tone::Plain, &html! { p { (text::still_open(lang)) } })) }
        }
        (head(lang, &live))
        (roll(lang, &live))
        @if let Some(record) = &record {
            (super::beside::alternatives(lang, record))
            (super::beside::reports(lang, &poll, record, &reports))
            (listed(lang, record))
            @let inspects = inspector.is_some_and(|Inspector(staff)| staff.compound == live.row.compound);
            @let reckons = reckoner.is_some_and(|Reckoner(staff)| staff.compound == live.row.compound);
            (ballots(lang, &poll, record, (entries, inspects, reckons), which.page))
        }
        h2 { (text::scripts(lang)) }
        p { (text::scripts_lead(lang)) " " a href="/.well-known/client-manifest.json" { "client-manifest.json" } }
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

fn own_check(lang: Lang, record: &Record) -> Markup {
    let at = when(lang, record.checked_at);
    if record.report.is_ok() {
        notice(Tone::Ok, &html! { p { (text::holds(lang, &at)) } })
    } else {
        notice(Tone::Bad, &html! { p { (text::fails(lang, &at)) } })
    }
}

fn commands(lang: Lang, app: &App, live: &Live, record: &Record, entries: Entries) -> Markup {
    let poll = &live.row.id;
    let origin = &app.config().origin;
    let (sha256, _) = record.archive;
    html! {
        h2 { (text::do_not_trust(lang)) }
        @if entries.are_for_reader() {
            p { (text::commands(lang)) }
            pre tabindex="0" {
                "curl -o " (poll) ".tar " (origin) "/log/" (poll) "/bundle.tar\n"
                "echo '" (sha256) "  " (poll) ".tar' | sha256sum -c\n"
                "heyi-audit verify " (poll) ".tar --log-key '" (live.log.key()) "'"
            }
            p { a .btn.second href={ "/log/" (poll) "/bundle.tar" } { (poll) ".tar" } }
        } @else {
            p { (text::barred(lang)) }
        }
        p { (text::key_from_notice(lang)) }
    }
}

fn checks(lang: Lang, record: &Record) -> Markup {
    let rows: Vec<_> = record
        .report
        .checks
        .iter()
        .map(|one| {
            let verdict = match &one.verdict {
                Verdict::Holds => tag(Tone::Ok, text::ok(lang)),
                Verdict::Fails(reason) => tag(Tone::Bad, &text::failed(lang, reason)),
                Verdict::NotChecked => tag(Tone::Warn, text::not_checked(lang)),
            };
            vec![html! { (one.check.code()) }, html! { (what(lang, one.check)) }, verdict]
        })
        .collect();
    table(text::checks(lang), &[text::check_head(lang), text::what_head(lang), text::verdict_head(lang)], &rows)
}

fn what(lang: Lang, check: Check) -> &'static str {
    match check {
        Check::A01 => text::a01(lang),
        Check::A02 => text::a02(lang),
        Check::A03 => text::a03(lang),
        Check::A04 => text::a04(lang),
        Check::A05 => text::a05(lang),
        Check::A06 => text::a06(lang),
        Check::A07 => text::a07(lang),
        Check::A08 => text::a08(lang),
        Check::A09 => text::a09(lang),
        Check::A10 => text::a10(lang),
        Check::A11 => text::a11(lang),
        Check::A12 => text::a12(lang),
        Check::A13 => text::a13(lang),
        Check::A14 => text::a14(lang),
        Check::A15 => text::a15(lang),
    }
}

fn archive(lang: Lang, record: &Record) -> Markup {
    let row = |(path, hash): &(String, ballot::hash::Hash)| vec![html! { (path) }, html! { span .hash { (hash) } }];
    let rows: Vec<_> = record.files.iter().map(row).collect();
    html! {
        details {
            summary { (text::archive(lang)) }
            (table(text::archive(lang), &[text::file_head(lang), text::hash_head(lang)], &rows))
            p { (text::tiles(lang, record.tiles)) }
        }
    }
}

fn head(lang: Lang, live: &Live) -> Markup {
    let now = live.log.head();
    html! {
        h2 { (text::head(lang)) }
        (summary(&[
            (text::key(lang), html! { span .hash { (live.log.key()) } }),
            (text::size(lang), html! { (number(now.size)) }),
            (text::root(lang), html! { span .hash { (now.root) } }),
            (text::checkpoint(lang), html! { a href={ "/log/" (live.row.id) "/checkpoint" } { "/log/" (live.row.id) "/checkpoint" } }),
        ]))
    }
}

fn roll(lang: Lang, live: &Live) -> Markup {
    let totals = live.log.read(|state, _| state.manifest().roll);
    html! {
        h2 { (text::opening(lang)) }
        (summary(&[
            (text::roll_units(lang), html! { (number(totals.units)) }),
            (text::roll_holders(lang), html! { (number(totals.holders)) }),
            (text::roll_area(lang), html! { (area(lang, totals.area)) }),
            (text::roll_root(lang), html! { span .hash { (totals.root) } }),
        ]))
    }
}

fn listed(lang: Lang, record: &Record) -> Markup {
    let late = &record.report.listed.late_credentials;
    let over: Vec<_> = record.report.listed.over_cap.iter().map(|over| over.unit.to_string()).collect();
    html! {
        h2 { (text::late(lang)) }
        @if late.is_empty() { p { (text::late_none(lang)) } }
        @else { p { (text::late_some(lang, late.iter().map(ToString::to_string).collect::<Vec<_>>().join(lang.pick("、", ", ")))) } }
        @if !over.is_empty() { h2 { (text::over_cap(lang)) } p { (over.join(lang.pick("、", ", "))) } }
    }
}

/// The columns of ballots; the last three are for those who may read entries.
pub(super) fn heads(lang: Lang, may_see: bool) -> Vec<&'static str> {
    let mut heads =
        vec![text::number_head(lang), text::code_head(lang), text::channel_head(lang), text::status_head(lang)];
    if may_see {
        heads.extend([text::holder_head(lang), text::area_head(lang), text::answers_head(lang)]);
    }
    heads
}

/// Ballots by these columns; with a poll that may be inspected, each holder leads to who it is, and with one that may be
/// reckoned with, each number to a count without the ballot.
pub(super) fn ballot_rows(
    lang: Lang,
    motions: &[MotionRecord],
    rows: &[&BallotRow],
    may_see: bool,
    (inspected, reckoned): (Option<&PollId>, Option<&PollId>),
) -> Vec<Vec<Markup>> {
    let cells = |row: &&BallotRow| {
        let mut cells = vec![
            html! {
                @if let Some(poll) = reckoned { a href={ "/audit/" (poll) "/what-if?strike=" (row.index) } { (row.index) } }
                @else { (row.index) }
            },
            html! { span translate="no" { (row.code) } },
            html! { (channel(lang, row)) },
            html! { (standing(lang, row.standing)) },
        ];
        if may_see {
            cells.push(html! {
                @if let Some(poll) = inspected { a href={ "/audit/" (poll) "/holders/" (row.holder) } { (row.holder) } }
                @else { (row.holder) }
            });
            cells.push(html! { (area(lang, row.area)) });
            let answers: Vec<_> = row.answers.iter().map(|(id, answer)| said(lang, motions, id, answer)).collect();
            cells.push(html! { (answers.join("; ")) });
        }
        cells
    };
    rows.iter().map(cells).collect()
}

fn ballots(
    lang: Lang,
    poll: &PollId,
    record: &Record,
    (entries, inspects, reckons): (Entries, bool, bool),
    page: usize,
) -> Markup {
    let pages = record.ballots.len().div_ceil(ROWS).max(1);
    let page = page.clamp(1, pages);
    let shown: Vec<_> = record.ballots.iter().skip((page - 1) * ROWS).take(ROWS).collect();
    let may_see = entries.are_for_reader();
    let rows = ballot_rows(lang, &record.motions, &shown, may_see, (inspects.then_some(poll), reckons.then_some(poll)));
    html! {
        h2 #ballots { (text::ballots(lang)) }
        p { (text::ballots_lead(lang)) " " @if !may_see { (text::ballots_barred(lang)) } }
        p { a .btn.second href={ "/audit/" (poll) "/ballots.csv" } { (text::as_csv(lang)) } }
        p { a .btn.second href={ "/audit/" (poll) "/ballots.json" } { (text::as_json(lang)) } }
        @if inspects { p { (text::inspect_lead(lang)) } }
        @if reckons { p { (law::what_if_from_list(lang)) } }
        (table(text::ballots(lang), &heads(lang, may_see), &rows))
        p { (text::page(lang, page, pages)) }
        @if 1 < page { p { a .btn.second href={ "?page=" (page - 1) "#ballots" } { (text::previous(lang)) } } }
        @if page < pages { p { a .btn.second href={ "?page=" (page + 1) "#ballots" } { (text::next(lang)) } } }
    }
}

/// An answer in words, with its motion's title if there are several. The files to download have the record's own words.
fn said(lang: Lang, motions: &[MotionRecord], id: &Id, answer: &Value) -> String {
    let motion = motions.iter().map(|record| &record.motion).find(|motion| motion.id == *id);
    let candidates = motion.and_then(|motion| motion.candidates.as_deref()).unwrap_or_default();
    let name = |id: &String| candidates.iter().find(|one| one.id.as_str() == id).map_or(id, |one| &one.name).clone();
    let words = match answer {
        Value::String(word) => said_word(lang, word),
        Value::Object(marks) => {
            let mark = |(id, mark): (&String, &Value)| {
                text::marked(lang, &name(id), &said_word(lang, mark.as_str().unwrap_or_default()))
            };
            marks.iter().map(mark).collect::<Vec<_>>().join(lang.pick("、", ", "))
        }
        other => other.to_string(),
    };
    match motion {
        Some(motion) if 1 < motions.len() => text::marked(lang, &motion.title, &words),
        _ => words,
    }
}

/// A word of the record in the reader's, if it is one of the choices.
fn said_word(lang: Lang, word: &str) -> String {
    let choices = [Choice::For, Choice::Against, Choice::Abstain];
    let choice = choices.into_iter().find(|choice| choice_word(*choice) == word);
    choice.map_or(word, |choice| choice_label(lang, choice)).to_owned()
}

fn channel(lang: Lang, row: &BallotRow) -> &'static str {
    if row.is_paper { text::paper(lang) } else { text::phone(lang) }
}

fn standing(lang: Lang, standing: Standing) -> &'static str {
    match standing {
        Standing::Counted => text::counted(lang),
        Standing::Replaced => text::replaced(lang),
        Standing::SetAside => text::set_aside(lang),
        Standing::Struck => text::struck(lang),
    }
}

fn standing_code(standing: Standing) -> &'static str {
    match standing {
        Standing::Counted => "counted",
        Standing::Replaced => "replaced",
        Standing::SetAside => "set_aside",
        Standing::Struck => "struck",
    }
}

/// The list for programs: the same columns for everybody, those that not everybody may see only for those who may.
async fn rows(app: &App, someone: Option<&Someone>, poll: &PollId) -> Result<Vec<Value>, Problem> {
    let live = Live::find(app, poll).await?;
    if live.log.read(|state, _| state.result().is_none()) {
        return Err(Problem::NOT_FOUND);
    }
    let may_see = live.entries_for(app, someone).await?.are_for_reader();
    let record = app.records().of(&live.log, app.now()).await?;
    let row = |row: &BallotRow| {
        let mut value = json!({
            "index": row.index,
            "code": row.code,
            "channel": if row.is_paper { "paper" } else { "electronic" },
            "status": standing_code(row.standing),
        });
        if may_see {
            let answers = row.answers.iter().map(|(id, answer)| (id.to_string(), answer.clone()));
            value["holder"] = row.holder.get().into();
            value["area_centi"] = row.area.into();
            value["answers"] = Value::Object(answers.collect());
        }
        value
    };
    Ok(record.ballots.iter().map(row).collect())
}

async fn as_json(
    State(app): State<App>,
    someone: Option<Someone>,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    Ok(Json(rows(&app, someone.as_ref(), &poll).await?).into_response())
}

/// Of numbers, codes and words of the record alone: nothing that a spreadsheet could take for a formula.
async fn csv(State(app): State<App>, someone: Option<Someone>, Path(poll): Path<PollId>) -> Result<Response, Problem> {
    const COLUMNS: [&str; 7] = ["index", "code", "channel", "status", "holder", "area_centi", "answers"];
    let rows = rows(&app, someone.as_ref(), &poll).await?;
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    let is_there = |column: &&str| rows.first().is_none_or(|row| row.get(*column).is_some());
    let columns: Vec<_> = COLUMNS.into_iter().filter(is_there).collect();
    writer.write_record(&columns).map_err(|err| Problem::internal(&err))?;
    for row in &rows {
        let cell = |column: &&str| match &row[*column] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        writer.write_record(columns.iter().map(cell)).map_err(|err| Problem::internal(&err))?;
    }
    let bytes = writer.into_inner().map_err(|err| Problem::internal(&err))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ballots.csv\""),
    ];
    Ok((headers, bytes).into_response())
}

/// The server's own check in the form of `heyi-audit verify --json`.
async fn report(State(app): State<App>, Path(poll): Path<PollId>) -> Result<Response, Problem> {
    let live = Live::find(&app, &poll).await?;
    if live.log.read(|state, _| state.result().is_none()) {
        return Err(Problem::NOT_FOUND);
    }
    let record = app.records().of(&live.log, app.now()).await?;
    Ok(Json(record.report.to_json()).into_response())
}
