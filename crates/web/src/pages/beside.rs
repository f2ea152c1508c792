//! What stands beside the record of a poll: which alternative prevails, a lot that was drawn, the official
//! result of the city's own system.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::{
    alternatives::{Group, GroupResult},
    beside::{Beside, Difference, Lot, Official, OfficialClass, OfficialMeasure},
    id::{Id, PollId},
    rule::{Prevailing, Ratio, explain},
    statement::Motion,
    store::polls::SignedReport,
};
use maud::{Markup, html};

use super::poll::{Live, language};
use crate::{
    app::App,
    problem::{Path, Problem},
    record::Record,
    text::{Lang, area, console_poll, law as text, result as result_text, when},
    view::{Tone, notice, summary, table},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/polls/{poll}/reports/{act}", get(download))
}

/// The signed text, as `heyi-audit report` reads it.
async fn download(State(app): State<App>, Path((poll, act)): Path<(PollId, String)>) -> Result<Response, Problem> {
    let live = Live::find(&app, &poll).await?;
    let reports = app.estate().reports_beside(&live.row.compound, &poll).await?;
    let report = reports.into_iter().find(|report| report.act.as_str() == act).ok_or(Problem::NOT_FOUND)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"report.txt\""),
    ];
    Ok((headers, report.note).into_response())
}

fn joined<'a>(lang: Lang, names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(lang.pick("、", "; "))
}

fn title(motions: &[Motion], at: usize) -> &str {
    motions.get(at).map_or("", |motion| motion.title.as_str())
}

/// Said before anybody chooses: that several may get a vote for, and which prevails then.
pub(crate) fn about_group(lang: Lang, motions: &[Motion], group: &Group) -> Markup {
    let names = joined(lang, group.motions.iter().map(|&at| title(motions, at)));
    notice(
        Tone::Plain,
        &html! {
            p { strong { (text::alternatives_title(lang)) } }
            p { (text::alternatives_vote(lang, &names)) }
            p { (text::alternatives_rule(lang)) }
        },
    )
}

/// Which alternative of each group prevails, and why.
pub(crate) fn alternatives(lang: Lang, record: &Record) -> Markup {
    html! { @for group in &record.alternatives { (group_result(lang, record, group)) } }
}

fn group_result(lang: Lang, record: &Record, result: &GroupResult) -> Markup {
    let motions: Vec<Motion> = record.motions.iter().map(|one| one.motion.clone()).collect();
    let passed = result.rows.iter().filter(|row| row.outcome.is_passed()).count();
    let (tone, verdict) = match &result.prevailing {
        Prevailing::None => (Tone::Bad, text::prevails_none(lang).to_owned()),
        Prevailing::One(at) => (Tone::Ok, text::prevails(lang, title(&motions, *at))),
        Prevailing::Runoff(places) => {
            let names = joined(lang, places.iter().map(|&at| title(&motions, at)));
            (Tone::Warn, text::prevails_runoff(lang, &names))
        }
    };
    let rows: Vec<_> = result
        .group
        .motions
        .iter()
        .zip(&result.rows)
        .map(|(&at, row)| {
            let weight =
                |name: &str| row.votes_for.iter().find(|(measure, _)| measure == name).map(|(_, weight)| weight);
            vec![
                html! { (title(&motions, at)) },
                html! { (explain::outcome(row.outcome, language(lang))) },
                html! { (weight("area").map(|weight| metres(lang, weight)).unwrap_or_default()) },
                html! { (weight("heads").map(ToString::to_string).unwrap_or_default()) },
            ]
        })
        .collect();
    let heads = [text::alternative(lang), text::by_itself(lang), text::for_area(lang), text::for_heads(lang)];
    html! {
        section .motion {
            h2 { (text::alternatives_title(lang)) }
            (notice(tone, &html! { p .verdict { strong { (verdict) } } }))
            @if passed == 1 { p { (text::prevails_only(lang)) } } @else { p { (text::alternatives_rule(lang)) } }
            (table(text::prevails_why(lang), &heads, &rows))
        }
    }
}

fn metres(lang: Lang, weight: &Ratio) -> String {
    let hundredths = weight.times(&Ratio::from(100)).floor().to_u128().and_then(|whole| u64::try_from(whole).ok());
    hundredths.map_or_else(|| weight.to_string(), |hundredths| area(lang, hundredths))
}

/// Every signed report, each with the way to its text.
pub(crate) fn reports(lang: Lang, poll: &PollId, record: &Record, reports: &[SignedReport]) -> Markup {
    let motions: Vec<Motion> = record.motions.iter().map(|one| one.motion.clone()).collect();
    html! {
        @for report in reports {
            section .motion {
                (show(lang, &motions, &report.report))
                p .muted { (text::beside_signed(lang, &when(lang, report.signed_at))) }
                p .no-print { a .btn.second href={ "/polls/" (poll) "/reports/" (report.act) } { (text::beside_download(lang)) } }
            }
        }
    }
}

/// What an act that is such a report says, before it is signed.
pub(crate) fn of_text(lang: Lang, signed: &str) -> Markup {
    Beside::parse_text(signed).map_or_else(|_| html! {}, |report| show(lang, &[], &report))
}

fn show(lang: Lang, motions: &[Motion], report: &Beside) -> Markup {
    match report {
        Beside::Lot(lot) => show_lot(lang, motions, lot),
        Beside::Official(official) => show_official(lang, motions, official),
    }
}

fn motion_title<'a>(motions: &'a [Motion], id: &'a Id) -> &'a str {
    motions.iter().find(|motion| motion.id == *id).map_or(id.as_str(), |motion| motion.title.as_str())
}

fn show_lot(lang: Lang, motions: &[Motion], lot: &Lot) -> Markup {
    let candidates =
        motions.iter().filter(|motion| motion.id == lot.motion).flat_map(|motion| motion.candidates.iter().flatten());
    let candidates: Vec<_> = candidates.collect();
    let name =
        |id: &Id| candidates.iter().find(|one| one.id == *id).map_or_else(|| id.to_string(), |one| one.name.clone());
    let drawn: Vec<String> = lot.drawn.iter().map(name).collect();
    let seen: Vec<String> = lot
        .witnesses
        .iter()
        .map(|one| format!("{}{}", one.name, lang.pick(format!("（{}）", one.role), format!(" ({})", one.role))))
        .collect();
    html! {
        h2 { (motion_title(motions, &lot.motion)) }
        (notice(Tone::Ok, &html! { p .verdict { strong { (text::lot_result(lang, &joined(lang, drawn.iter().map(String::as_str)))) } } }))
        p { (text::lot_how(lang, &when(lang, lot.drawn_at), &lot.method)) }
        p { (text::lot_seen_by(lang, &joined(lang, seen.iter().map(String::as_str)))) }
    }
}

fn show_official(lang: Lang, motions: &[Motion], official: &Official) -> Markup {
    let count = official.differences.len();
    let rows: Vec<_> = official.differences.iter().map(|one| difference(lang, motions, one)).collect();
    let heads = [text::official_which(lang), text::official_theirs(lang), text::official_ours(lang)];
    html! {
        h2 { (text::official_result(lang, &official.system)) }
        @if count == 0 { (notice(Tone::Ok, &html! { p { strong { (text::official_equal(lang)) } } })) }
        @else {
            (notice(Tone::Warn, &html! { p { strong { (text::official_differs(lang, count)) } } }))
            (table(&text::official_result(lang, &official.system), &heads, &rows))
        }
        p { (text::official_compared(lang, official.figures.len() + official.outcomes.len())) }
        (summary(&[(text::official_file(lang), html! { span .hash { (official.file_sha256) } })]))
    }
}

fn difference(lang: Lang, motions: &[Motion], one: &Difference) -> Vec<Markup> {
    let class = one.class.map_or(text::official_outcome(lang), |class| match class {
        OfficialClass::For => result_text::votes_for(lang),
        OfficialClass::Against => result_text::votes_against(lang),
        OfficialClass::Abstain => result_text::abstentions(lang),
        OfficialClass::Participating => console_poll::who_participating(lang),
    });
    let measure = one.measure.map(|measure| match measure {
        OfficialMeasure::Area => text::measure_area(lang),
        OfficialMeasure::Heads => text::measure_heads(lang),
        OfficialMeasure::Units => text::measure_units(lang),
    });
    let building = one.building.as_ref().map(|name| text::building_of(lang, name));
    let parts = [Some(motion_title(motions, &one.motion)), building.as_deref(), Some(class), measure];
    let figure = |value: &str| match (one.measure, value) {
        (None, "passed") => text::official_passed(lang).to_owned(),
        (None, _) => text::official_not_passed(lang).to_owned(),
        (Some(OfficialMeasure::Area), value) => {
            value.parse().map_or_else(|_| value.to_owned(), |weight| metres(lang, &weight))
        }
        (Some(OfficialMeasure::Heads | OfficialMeasure::Units), value) => value.to_owned(),
    };
    vec![
        html! { (parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")) },
        html! { (figure(&one.official)) },
        html! { (one.ours.as_deref().map_or_else(|| text::official_no_such(lang).to_owned(), figure)) },
    ]
}
