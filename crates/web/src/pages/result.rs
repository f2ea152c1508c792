//! What a poll came to: the verdict, the bars, the figures, and how they were reckoned.

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{
    id::PollId,
    rule::{Channel, Class, Outcome, explain},
    state::Phase,
    statement::{CandidateTally, Figures, MotionResult},
    tally::{MotionFigures, Reason},
};
use maud::{Markup, html};

use super::{
    beside, corrected, filing,
    poll::{Live, by_number, language},
};
use crate::{
    app::App,
    problem::{Path, Problem},
    record::{Bar, MotionRecord, Record},
    session::{Reckoner, Someone},
    text::{Lang, area, law, number, poll as poll_text, result as text, when},
    view::{Page, Reader, Tone, meter, notice, qr, summary, table, tag},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/polls/{poll}/result", get(show)).route("/polls/{poll}/announcement", get(announcement))
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    reckoner: Option<Reckoner>,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let live = Live::find(&app, &poll).await?;
    let title = text::title(lang);
    if !matches!(live.phase, Phase::Closed | Phase::Ended) {
        let body = html! {
            h1 { (title) }
            p { (text::not_yet(lang, &when(lang, live.row.closes))) }
            p { a .btn href={ "/polls/" (poll) } { (poll_text::to_poll(lang)) } }
        };
        return Ok(Page::new(&reader, title).show(body));
    }
    if live.log.read(|state, _| state.result().is_none()) {
        let body = html! {
            h1 { (title) }
            p { strong { (live.row.title) } }
            (notice(Tone::Plain, &html! { p { (text::not_signed(lang)) } }))
            p { a .btn.second href={ "/polls/" (poll) } { (poll_text::to_poll(lang)) } }
        };
        return Ok(Page::new(&reader, title).show(body));
    }
    let record = app.records().of(&live.log, app.now()).await?;
    let reports = app.estate().reports_beside(&live.row.compound, &poll).await?;
    let files = filing::may_file(&app, someone.as_ref(), &live).await?;
    let may_try = reckoner.is_some_and(|Reckoner(staff)| staff.compound == live.row.compound);
    let body = html! {
        h1 { (live.row.title) }
        @if record.is_outdated { (notice(Tone::Warn, &html! { p { (text::counted_again(lang)) } })) }
        @else if !record.report.is_ok() { (notice(Tone::Bad, &html! { p { (text::does_not_hold(lang)) } })) }
        (beside::alternatives(lang, &record))
        @for motion in &record.motions { (motion_result(lang, &poll, motion)) }
        (corrected::section(lang, &record))
        (beside::reports(lang, &poll, &record, &reports))
        @if files { p { a .btn.second href={ "/polls/" (poll) "/filing" } { (crate::text::filing::title(lang)) } } }
        @if may_try { p { a .btn.second href={ "/audit/" (poll) "/what-if" } { (law::what_if_title(lang)) } } }
        (after(lang, &poll, &record))
    };
    let page = Page::new(&reader, title);
    Ok(if may_try || files { page } else { page.public() }.show(body))
}

fn after(lang: Lang, poll: &PollId, record: &Record) -> Markup {
    html! {
        h2 { (text::check_it(lang)) }
        p { (text::check_lead(lang)) }
        ul .links {
            li { a href={ "/polls/" (poll) "/announcement" } { (text::to_announcement(lang)) } }
            li { a href={ "/audit/" (poll) } { (text::to_audit(lang)) } }
            li { a href="/check" { (text::to_check(lang)) } }
        }
        (summary(&[
            (text::entries(lang), html! { (number(record.size)) }),
            (text::root(lang), html! { span .hash { (record.report.root.map(|root| root.to_string()).unwrap_or_default()) } }),
        ]))
    }
}

fn motion_result(lang: Lang, poll: &PollId, motion: &MotionRecord) -> Markup {
    let [quorum, pass] = &motion.bars;
    html! {
        section .motion {
            h2 { (motion.motion.title) }
            (verdict(lang, motion.outcome))
            @if motion.is_contested { (notice(Tone::Warn, &html! { p { (text::contested(lang)) } })) }
            @if let Some(without) = motion.without_silence {
                (notice(Tone::Warn, &html! { p { (both_results(lang, [motion.outcome, without])) } }))
            }
            (bars(lang, text::taking_part(lang), quorum))
            (bars(lang, text::agreeing(lang), pass))
            (to_how(lang, motion))
            (elected(lang, motion))
            (figures(lang, &motion.result))
            (to_how(lang, motion))
            (by_building(lang, &motion.figures))
            (by_channel(lang, &motion.figures))
            (invalid(lang, &motion.figures))
            details {
                summary { (text::how(lang)) }
                // Browsers open the fold when something inside it is gone to.
                h3 #(how(motion)) tabindex="-1" { (motion.motion.title) }
                @for line in lang.pick(&motion.explanation[0], &motion.explanation[1]) { p { (line) } }
                p { a .inline href={ "/audit/" (poll) } { (text::recompute(lang)) } }
            }
        }
    }
}

/// The place on the page where a motion's figures are reckoned.
fn how(motion: &MotionRecord) -> String {
    format!("how-{}", motion.motion.id)
}

/// From figures to how they came about.
fn to_how(lang: Lang, motion: &MotionRecord) -> Markup {
    html! { p { a .inline href={ "#" (how(motion)) } { (text::how(lang)) } } }
}

/// What it comes to with owners who said nothing, and without them.
fn both_results(lang: Lang, outcomes: [Outcome; 2]) -> String {
    let [with, without] = outcomes.map(|outcome| explain::outcome(outcome, language(lang)));
    text::both_results(lang, with, without)
}

/// The verdict in one sentence, in words before colour.
pub(super) fn verdict(lang: Lang, outcome: Outcome) -> Markup {
    let tone = match outcome {
        Outcome::Carried | Outcome::Elected => Tone::Ok,
        Outcome::Lost | Outcome::NoQuorum | Outcome::LostOnObjection => Tone::Bad,
        Outcome::SecondRoundOpen
        | Outcome::CarriedSubjectToObjection
        | Outcome::SeatsUnfilled
        | Outcome::TieLot
        | Outcome::TieRunoff => Tone::Warn,
    };
    notice(tone, &html! { p .verdict { strong { (explain::outcome(outcome, language(lang))) } } })
}

fn bars(lang: Lang, heading: &str, bars: &[Bar]) -> Markup {
    html! {
        @if !bars.is_empty() {
            h3 { (heading) }
            @for bar in bars {
                @let [sentence_zh, sentence_en] = &bar.sentence;
                @let [need_zh, need_en] = &bar.need;
                (meter(lang.pick(sentence_zh, sentence_en), &text::line(lang, lang.pick(need_zh, need_en)), bar.done, bar.wanted))
            }
        }
    }
}

pub(super) fn elected(lang: Lang, motion: &MotionRecord) -> Markup {
    let (Some(candidates), Some(round)) = (&motion.motion.candidates, motion.result.rounds.last()) else {
        return html! {};
    };
    let is_in = |ids: &Option<Vec<ballot::id::Id>>, id| ids.iter().flatten().any(|one| one == id);
    let tallies = motion.result.tally.candidates.as_deref().unwrap_or_default();
    let rows: Vec<_> = candidates
        .iter()
        .map(|candidate| {
            let of = |side: fn(&CandidateTally) -> Figures| {
                let figures = tallies.iter().find(|one| one.candidate == candidate.id).map(side).unwrap_or_default();
                amount(lang, figures)
            };
            let standing = match () {
                () if is_in(&round.elected, &candidate.id) => tag(Tone::Ok, text::is_elected(lang)),
                () if is_in(&round.tied, &candidate.id) => tag(Tone::Warn, text::is_tied(lang)),
                () => tag(Tone::Plain, text::is_not_elected(lang)),
            };
            vec![html! { (candidate.name) }, of(|one| one.for_), of(|one| one.against), standing]
        })
        .collect();
    let heads = [text::candidate(lang), text::votes_for(lang), text::votes_against(lang), text::outcome(lang)];
    table(text::candidates(lang), &heads, &rows)
}

fn amount(lang: Lang, figures: Figures) -> Markup {
    html! { (text::units_and_area(lang, number(figures.units), area(lang, figures.area))) }
}

/// Every unit of the roll in one class, so that the sum is the roll.
fn figures(lang: Lang, result: &MotionResult) -> Markup {
    let tally = &result.tally;
    let rows = [
        (text::votes_for(lang), tally.for_),
        (text::votes_against(lang), tally.against),
        (text::abstentions(lang), tally.abstain),
        (text::marks(lang), tally.marks),
        (text::overvoted(lang), tally.overvoted),
        (text::invalid(lang), Some(tally.invalid)),
        (text::present_only(lang), Some(tally.present_only)),
        (text::silent_delivered(lang), Some(tally.silent_delivered)),
        (text::silent_undelivered(lang), Some(tally.silent_undelivered)),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .filter_map(|(label, figures)| {
            figures.map(|one| vec![html! { (label) }, html! { (number(one.units)) }, html! { (area(lang, one.area)) }])
        })
        .collect();
    table(text::all_units(lang), &[text::class(lang), text::units(lang), text::area(lang)], &rows)
}

fn by_building(lang: Lang, figures: &MotionFigures) -> Markup {
    let rows: Vec<_> = by_number(figures.by_building.iter().map(|(name, classes)| (name.as_str(), classes)))
        .into_iter()
        .map(|(name, classes)| {
            let is_silent =
                |class: &Class| matches!(class, Class::SilentDelivered | Class::SilentUndelivered | Class::PresentOnly);
            let sum = |is_in: &dyn Fn(&Class) -> bool| {
                let fit = classes.iter().filter(|(class, _)| is_in(class));
                fit.fold(Figures::default(), |sum, (_, one)| Figures {
                    area: sum.area + one.area,
                    units: sum.units + one.units,
                })
            };
            let (all, voted) = (sum(&|_| true), sum(&|class| !is_silent(class)));
            vec![
                html! { (poll_text::building(lang, name)) },
                html! { (poll_text::units_voted(lang, number(voted.units), number(all.units))) },
                html! { (poll_text::area_voted(lang, area(lang, voted.area), area(lang, all.area))) },
            ]
        })
        .collect();
    html! {
        details {
            summary { (text::turnout_by_building(lang)) }
            (table(text::turnout_by_building(lang), &[poll_text::building_head(lang), text::units(lang), text::area(lang)], &rows))
        }
    }
}

fn by_channel(lang: Lang, figures: &MotionFigures) -> Markup {
    let name = |channel: &Channel| match channel {
        Channel::Electronic => text::by_phone(lang),
        Channel::Paper => text::on_paper(lang),
        Channel::Meeting => text::in_meeting(lang),
    };
    let row = |(channel, one): (&Channel, &Figures)| vec![html! { (name(channel)) }, amount(lang, *one)];
    let rows: Vec<_> = figures.by_channel.iter().map(row).collect();
    html! {
        @if !rows.is_empty() { (table(text::channels(lang), &[text::channel(lang), text::counted(lang)], &rows)) }
        p { (text::ballots_counted(lang, figures.counted)) " " (text::ballots_uncounted(lang, figures.uncounted)) }
    }
}

fn invalid(lang: Lang, figures: &MotionFigures) -> Markup {
    let why = |reason: &Reason| match reason {
        Reason::Blank => text::blank(lang),
        Reason::Spoiled => text::spoiled(lang),
        Reason::Unclear => text::unclear(lang),
        Reason::Unsigned => text::unsigned(lang),
        Reason::Answer => text::answer_unclear(lang),
        Reason::Channels => text::channels_differ(lang),
        Reason::CoOwners => text::co_owners_differ(lang),
        Reason::Overvoted => text::overvoted(lang),
    };
    let row = |(reason, one): (&Reason, &Figures)| vec![html! { (why(reason)) }, amount(lang, *one)];
    let rows: Vec<_> = figures.invalid.iter().map(row).collect();
    html! {
        @if !rows.is_empty() { (table(text::invalid_why(lang), &[text::reason(lang), text::counted(lang)], &rows)) }
    }
}

/// The result on paper, for the boards of the buildings.
async fn announcement(State(app): State<App>, reader: Reader, Path(poll): Path<PollId>) -> Result<Response, Problem> {
    let lang = reader.lang;
    let live = Live::find(&app, &poll).await?;
    let body = html! {
        (announcement_sheet(&app, lang, &live).await?)
        p .no-print { (text::how_to_print(lang)) }
    };
    Ok(Page::new(&reader, text::announcement(lang)).public().show(body))
}

/// The sheet with the result of a poll.
///
/// # Errors
/// It has no result yet.
pub(super) async fn announcement_sheet(app: &App, lang: Lang, live: &Live) -> Result<Markup, Problem> {
    let poll = &live.row.id;
    let manifest = live.log.read(|state, _| state.result().map(|_| state.manifest().clone()));
    let manifest = manifest.ok_or(Problem::NOT_FOUND)?;
    let record = app.records().of(&live.log, app.now()).await?;
    let reports = app.estate().reports_beside(&live.row.compound, poll).await?;
    let address = format!("{}/polls/{poll}/result", app.config().origin);
    Ok(html! {
        article .sheet.a4 {
            h1 { (text::announcement(lang)) }
            p { strong { (manifest.compound) } }
            p { (text::vote_ran(lang, &when(lang, manifest.opens), &when(lang, manifest.closes))) }
            p { (text::roll(lang, number(manifest.roll.units), number(manifest.roll.holders), area(lang, manifest.roll.area))) }
            @for motion in &record.motions {
                h2 { (motion.motion.title) }
                (verdict(lang, motion.outcome))
                @for bar in motion.bars.iter().flatten() { p { (lang.pick(&bar.sentence[0], &bar.sentence[1])) } }
                (elected(lang, motion))
                (figures(lang, &motion.result))
                (invalid(lang, &motion.figures))
            }
            (beside::alternatives(lang, &record))
            (corrected::section(lang, &record))
            (beside::reports(lang, poll, &record, &reports))
            p { (text::objections(lang)) }
            (qr(&address, text::scan(lang)))
            p { (address) }
            p { (text::key(lang)) " " span .key translate="no" { (live.log.key()) } }
            p { (text::checkpoint(lang)) }
            pre translate="no" { (live.log.checkpoint()) }
            p { (text::signed(lang)) }
        }
    })
}
