//! What is kept about people in general: for everybody to read, signed in or not.

use axum::{Router, response::Response, routing::get};
use ballot::store::{
    erasure::{CONTEST, Hindrance},
    retention::{Kept, RETENTION},
};
use deliberation::store::FILES_UNUSED;
use maud::{Markup, html};

use super::own::Purpose;
use crate::{
    app::App,
    text::{Lang, last_day, own, privacy as text},
    view::{Page, Reader, Tone, notice, table},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/privacy", get(show))
}

async fn show(reader: Reader) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        @for purpose in Purpose::ALL { (kept(lang, purpose)) }
        h2 { (own::not_kept(lang)) }
        p { (own::not_kept_what(lang)) }
        h2 #rights { (text::rights(lang)) }
        @for (title, how) in [
            (text::right_see_title(lang), text::right_see(lang)),
            (text::right_mend_title(lang), text::right_mend(lang)),
            (text::right_erase_title(lang), text::right_erase(lang)),
            (text::right_refused_title(lang), text::right_refused(lang)),
        ] { h3 { (title) } p { (how) } }
        p { a .btn href="/me/data" { (text::to_own(lang)) } }
        h2 { (text::cannot(lang)) }
        ul {
            @for sentence in [
                text::cannot_record(lang), text::cannot_owner(lang), text::cannot_poll(lang), text::cannot_candidate(lang),
                text::cannot_text(lang), text::cannot_agreement(lang), text::cannot_backup(lang),
            ] { li { (sentence) } }
        }
        h2 #retention { (text::retention(lang)) }
        (retention(lang))
    };
    Page::new(&reader, text::title(lang)).public().show(body)
}

fn kept(lang: Lang, purpose: Purpose) -> Markup {
    let [why, seen, kept] = purpose.about(lang);
    html! {
        section .panel {
            h2 { (purpose.title(lang)) }
            p { (why) }
            p { strong { (own::seen_by(lang)) } (seen) }
            p { strong { (own::kept_for(lang)) } (kept) }
        }
    }
}

/// The table that the sweep goes by, and what has a time of its own.
fn retention(lang: Lang) -> Markup {
    let swept = RETENTION.iter().map(|(kept, seconds)| (name(lang, *kept), *seconds));
    let others = [(text::r_files(lang), FILES_UNUSED), (text::r_polls(lang), CONTEST)];
    let row = |(what, seconds): (&str, u64)| vec![html! { (what) }, html! { (text::r_days(lang, seconds / 86_400)) }];
    let rows: Vec<_> = swept.chain(others).map(row).collect();
    table(text::retention(lang), &[text::r_what(lang), text::r_long(lang)], &rows)
}

fn name(lang: Lang, kept: Kept) -> &'static str {
    match kept {
        Kept::Codes => text::r_codes(lang),
        Kept::Challenges => text::r_challenges(lang),
        Kept::Sessions => text::r_sessions(lang),
        Kept::Messages => text::r_messages(lang),
        Kept::Letters => text::r_letters(lang),
        Kept::Requests => text::r_requests(lang),
        Kept::Agents => text::r_agents(lang),
        Kept::Delegates => text::r_delegates(lang),
    }
}

/// What still stands against erasing somebody, one sentence for each; nothing if nothing does.
pub(super) fn hindrances(lang: Lang, found: &[Hindrance]) -> Markup {
    html! {
        @if !found.is_empty() {
            (notice(Tone::Warn, &html! {
                p { (text::stands(lang)) }
                ul { @for hindrance in found { li { (hindrance_of(lang, hindrance)) } } }
            }))
        }
    }
}

fn hindrance_of(lang: Lang, hindrance: &Hindrance) -> String {
    match hindrance {
        Hindrance::Owner => text::h_owner(lang),
        Hindrance::Organisation => text::h_organisation(lang),
        Hindrance::Poll { title, until } => return text::h_poll(lang, title, &last_day(lang, *until)),
        Hindrance::Act => text::h_act(lang),
        Hindrance::Office => text::h_office(lang),
        Hindrance::Task => text::h_task(lang),
        Hindrance::Motion => text::h_motion(lang),
        Hindrance::Objection => text::h_objection(lang),
        Hindrance::Mediation => text::h_mediation(lang),
    }
    .to_owned()
}
