//! What the place of the estate asks of every vote, each with its article, and the count of a request
//! for a special meeting. What is said here is what the wizard checks.

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{
    rule::{
        Ratio, RuleBook,
        explain::certainty,
        guard::{self, Petition},
        place::{Place as Law, Policy},
    },
    store::place::{Matter, Place},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{super::poll::language, figures, show, words};
use crate::{
    app::App,
    import::Figures,
    problem::{Problem, Query},
    session::Officer,
    text::{Lang, area, law as text, number},
    view::{Field, Page, Reader, Tone, error_summary, field, notice, summary, table},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/c/place", get(page))
}

/// Whose rules a poll is prepared by, and where they stand.
pub(super) fn whose(lang: Lang, place: Place) -> Markup {
    let name = lang.pick(&place.asks().zh, &place.asks().en);
    html! {
        p .muted { (text::whose(lang, name)) " " a .inline href="/c/place" { (text::whose_link(lang)) } }
        @if place.is_official_only() { (channel_notice(lang, place.asks())) }
    }
}

/// Why votes are not cast here.
pub(crate) fn channel_notice(lang: Lang, law: &Law) -> Markup {
    html! {
        @if let Some(warning) = guard::check_channel(law) {
            (notice(Tone::Warn, &html! { p { (warning.text(law, language(lang))) } }))
        }
    }
}

/// The periods beside the notice that a poll has to keep to.
pub(super) fn periods(lang: Lang, place: Place) -> Markup {
    let law = place.asks();
    html! {
        @if law.voting.min_days.is_some() || law.voting.max_days.is_some() {
            p { (text::voting(lang)) (lang.pick("：", ": ")) (voting(lang, law)) }
        }
        p .muted { (text::rests_on(lang)) " " (law.cite.join("、")) }
    }
}

/// The box that says that owners asked for the meeting.
pub(super) fn special(lang: Lang, place: Place, is_special: bool) -> Markup {
    let days = guard::notice_days(place.asks(), true);
    html! {
        label .card {
            input type="checkbox" name="special" value="yes" checked[is_special];
            span { strong { (text::special_label(lang)) } span .muted { (text::special_hint(lang, days)) } }
        }
    }
}

/// How many seats a committee has here.
pub(super) fn seats(lang: Lang, place: Place) -> String {
    let committee = &place.asks().committee;
    let mut parts = vec![match committee.max_seats {
        Some(max) => text::seats_between(lang, committee.min_seats, max),
        None => text::seats_from(lang, committee.min_seats),
    }];
    if let Some(small) = &committee.small {
        parts.extend(small.below_units.map(|below| text::small_units(lang, small.seats, below)));
        parts.extend(small.below_square_metres.map(|below| text::small_metres(lang, small.seats, below)));
    }
    join(lang, parts)
}

fn join(lang: Lang, parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(lang.pick("；", "; "))
}

fn voting(lang: Lang, law: &Law) -> String {
    match (law.voting.min_days, law.voting.max_days) {
        (Some(min), Some(max)) => text::voting_span(lang, min, max),
        _ => text::voting_free(lang).to_owned(),
    }
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    heads: String,
    #[serde(default)]
    area: String,
}

async fn page(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let place = app.estate().compound(&staff.compound).await?.map_or_else(Place::china, |compound| compound.place);
    let (_, register) = app.estate().register(&staff.compound).await?;
    let totals = Figures::of(&register).totals;
    let law = place.asks();
    let name = lang.pick(&law.zh, &law.en);
    let body = html! {
        h1 { (text::place_title(lang)) " · " (name) }
        p { (text::place_lead(lang)) }
        (channel_notice(lang, law))
        (summary(&demands(lang, place)))
        (matters(lang, place))
        h2 #petition { (text::petition_title(lang)) }
        @if totals.units == 0 { p { (text::petition_no_roll(lang)) } }
        @else { (petition(lang, &asked, [totals.heads, totals.area_centi])) }
    };
    Ok(show(Page::new(&reader, text::place_title(lang)), lang, &body))
}

/// Everything the place's file says, in words.
fn demands(lang: Lang, place: Place) -> Vec<(&'static str, Markup)> {
    let law = place.asks();
    let channel = match law.channel.policy {
        Policy::Open => text::channel_open(lang),
        Policy::OfficialFirst => text::channel_first(lang),
        Policy::OfficialOnly => text::channel_only(lang),
    };
    let mut rows = vec![(
        text::channel(lang),
        html! {
            (channel) br; span .muted { (law.channel.cite) } br;
            @if law.channel.is_paper_parallel { (text::paper_parallel(lang)) } @else { (text::paper_always(lang)) }
        },
    )];
    let mut row = |label: &'static str, parts: Vec<Option<String>>| {
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            rows.push((label, html! { (join(lang, parts)) }));
        }
    };
    let special = law.notice.special_days.map(|days| text::notice_special(lang, days));
    row(text::notice(lang), vec![Some(text::notice_days(lang, law.notice.days)), special]);
    row(text::told(lang), vec![Some(text::told_committee(lang).to_owned())]);
    row(text::voting(lang), vec![Some(voting(lang, law))]);
    row(
        text::candidates(lang),
        vec![
            law.candidates.announced_days_before.map(|days| text::candidates_before(lang, days)),
            law.candidates.posted_days.map(|days| text::candidates_posted(lang, days)),
        ],
    );
    row(
        text::result(lang),
        vec![
            law.result.post_within_days.map(|days| text::result_within(lang, days)),
            law.result.tell_owners_within_days.map(|days| text::result_told(lang, days)),
            law.result.posted_days.map(|days| text::result_posted(lang, days)),
        ],
    );
    row(text::delivery(lang), vec![law.delivery.posted_days.map(|days| text::delivery_posted(lang, days))]);
    row(text::filing(lang), vec![law.filing.within_days.map(|days| text::filing_within(lang, days))]);
    row(text::committee(lang), vec![Some(seats(lang, place))]);
    row(
        text::proxies(lang),
        vec![
            law.proxy.is_staff_barred.then(|| text::proxy_staff(lang).to_owned()),
            law.proxy.is_instructed.then(|| text::proxy_instructed(lang).to_owned()),
        ],
    );
    row(text::rests_on(lang), law.cite.iter().cloned().map(Some).collect());
    row(text::certainty(lang), law.certainty.split('+').map(|mark| Some(certainty(mark, language(lang)))).collect());
    rows
}

/// Each item of the law with its rule here and what it takes.
fn matters(lang: Lang, place: Place) -> Markup {
    let row = |matter: Matter| {
        let rule = RuleBook::of_site().resolve(&place.rule(matter, None)).ok()?;
        let conditions = words::thresholds(lang, &rule);
        Some(vec![
            html! { (words::matter(lang, matter).0) br; span .muted { (matter.law().text(language(lang))) } },
            html! { (rule.title) ul { @for condition in conditions { li { (condition) } } } span .muted { (rule.cite.join("、")) } },
        ])
    };
    let rows: Vec<_> = Matter::ALL.into_iter().filter_map(row).collect();
    table(text::matters(lang), &[text::matter(lang), text::rule(lang)], &rows)
}

/// The form, and what was asked before. `all`: owners and area of the register.
fn petition(lang: Lang, asked: &Asked, all: [u64; 2]) -> Markup {
    let is_asked = !asked.heads.is_empty() || !asked.area.is_empty();
    let counted = is_asked.then(|| count(asked, all)).flatten();
    let errors: Vec<_> =
        (is_asked && counted.is_none()).then_some(("heads", text::petition_bad(lang))).into_iter().collect();
    let line = |name, label, hint, value| {
        let error = errors.first().map(|(_, say)| *say).filter(|_| name == "heads");
        field(&Field { name, label, hint: Some(hint), value, error, kind: ("text", "decimal", "off") })
    };
    html! {
        p { (text::petition_lead(lang)) }
        (error_summary(lang, &errors))
        @if let Some((petition, heads, hundredths)) = &counted { (verdict(lang, petition, [*heads, *hundredths], all)) }
        form method="get" action="/c/place#petition" {
            (line("heads", text::petition_heads(lang), text::petition_heads_hint(lang), &asked.heads))
            (line("area", text::petition_area(lang), text::petition_area_hint(lang), &asked.area))
            button .btn.second { (text::petition_go(lang)) }
        }
    }
}

fn count(asked: &Asked, [all_heads, all_area]: [u64; 2]) -> Option<(Petition, u64, u64)> {
    let heads = asked.heads.trim().parse().ok().filter(|heads| *heads <= all_heads)?;
    let metres: Ratio = asked.area.trim().parse().ok()?;
    let hundredths = metres.times(&Ratio::from(100));
    let whole = hundredths.floor();
    let area = whole.to_u128().and_then(|area| u64::try_from(area).ok()).filter(|area| *area <= all_area)?;
    if Ratio::from(u128::from(area)) != hundredths {
        return None;
    }
    Some((guard::petition([heads, all_heads], [area, all_area]), heads, area))
}

fn verdict(lang: Lang, petition: &Petition, [heads, hundredths]: [u64; 2], [all_heads, all_area]: [u64; 2]) -> Markup {
    let (tone, say) = match (petition.is_enough, petition.is_enough_by_guideline) {
        (true, true) => (Tone::Ok, text::petition_enough(lang)),
        (true, false) => (Tone::Warn, text::petition_heads_only(lang)),
        (false, _) => (Tone::Bad, text::petition_short(lang)),
    };
    let part = |have, all| figures::percent(figures::hundredths(have, all));
    notice(
        tone,
        &html! {
            p { strong { (say) } }
            p { (text::petition_heads_are(lang, &part(heads, all_heads), &number(heads), &number(all_heads))) }
            p { (text::petition_area_is(lang, &part(hundredths, all_area), &area(lang, hundredths), &area(lang, all_area))) }
        },
    )
}
