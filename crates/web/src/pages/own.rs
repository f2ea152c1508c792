//! What is stored about whoever has signed in: by purpose, with who sees it and for how long, and all of it to take away.

use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::store::{own::OwnRows, session::Viewer};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::{
    asking::{self, Typed},
    matters::life,
};
use crate::{
    app::App,
    problem::Problem,
    session::Someone,
    text::{Lang, number, own as text, privacy},
    view::{Page, Reader, summary},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/me/data", get(show)).route("/me/data.json", get(download))
}

/// Why something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Who,
    SigningIn,
    Voting,
    Talking,
    Meeting,
    Surveys,
    Mediation,
    Office,
    Log,
}

impl Purpose {
    pub(super) const ALL: [Self; 9] = [
        Self::Who,
        Self::SigningIn,
        Self::Voting,
        Self::Talking,
        Self::Meeting,
        Self::Surveys,
        Self::Mediation,
        Self::Office,
        Self::Log,
    ];

    pub(super) fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Who => text::who(lang),
            Self::SigningIn => text::signing_in(lang),
            Self::Voting => text::voting(lang),
            Self::Talking => text::talking(lang),
            Self::Meeting => text::meeting(lang),
            Self::Surveys => text::surveys(lang),
            Self::Mediation => text::mediation(lang),
            Self::Office => text::office(lang),
            Self::Log => text::log(lang),
        }
    }

    /// What for, who sees it, and until when.
    pub(super) fn about(self, lang: Lang) -> [&'static str; 3] {
        match self {
            Self::Who => [text::who_why(lang), text::who_seen(lang), text::who_kept(lang)],
            Self::SigningIn => [text::signing_in_why(lang), text::signing_in_seen(lang), text::signing_in_kept(lang)],
            Self::Voting => [text::voting_why(lang), text::voting_seen(lang), text::voting_kept(lang)],
            Self::Talking => [text::talking_why(lang), text::talking_seen(lang), text::talking_kept(lang)],
            Self::Meeting => [text::meeting_why(lang), text::meeting_seen(lang), text::meeting_kept(lang)],
            Self::Surveys => [text::surveys_why(lang), text::surveys_seen(lang), text::surveys_kept(lang)],
            Self::Mediation => [text::mediation_why(lang), text::mediation_seen(lang), text::mediation_kept(lang)],
            Self::Office => [text::office_why(lang), text::office_seen(lang), text::office_kept(lang)],
            Self::Log => [text::log_why(lang), text::log_seen(lang), text::log_kept(lang)],
        }
    }
}

/// What the rows of a table are called, and why they are kept.
fn about(lang: Lang, table: &str) -> Option<(Purpose, &'static str)> {
    use Purpose::{Log, Mediation, Meeting, Office, SigningIn, Surveys, Talking, Voting, Who};
    Some(match table {
        "person" => (Who, text::person(lang)),
        "staff" => (Who, text::staff(lang)),
        "contact" => (Who, text::contact(lang)),
        "ownership" => (Who, text::ownership(lang)),
        "unit" => (Who, text::unit(lang)),
        "tie" => (Who, text::tie(lang)),
        "invitation" => (SigningIn, text::invitation(lang)),
        "device" => (SigningIn, text::device(lang)),
        "voting_key" => (SigningIn, text::voting_key(lang)),
        "session" => (SigningIn, text::session(lang)),
        "poll_person" => (Voting, text::poll_person(lang)),
        "poll_unit" => (Voting, text::poll_unit(lang)),
        "paper_form" => (Voting, text::paper_form(lang)),
        "delivery_holder" => (Voting, text::delivery_holder(lang)),
        "sitting" => (Voting, text::sitting(lang)),
        "reminder" => (Voting, text::reminder(lang)),
        "hall_arrival" => (Voting, text::hall_arrival(lang)),
        "hall_signature" => (Office, text::hall_signature(lang)),
        "written_proxy" => (Voting, text::written_proxy(lang)),
        "delegate" => (Voting, text::delegate(lang)),
        "outside_agent" => (Office, text::outside_agent(lang)),
        "delivery" => (Office, text::delivery(lang)),
        "evidence" => (Voting, text::evidence(lang)),
        "matter" => (Talking, text::matter(lang)),
        "submitter" => (Talking, text::submitter(lang)),
        "step" => (Talking, text::step(lang)),
        "remark" => (Talking, text::remark(lang)),
        "statement" => (Talking, text::statement(lang)),
        "reaction" => (Talking, text::reaction(lang)),
        "motion" => (Talking, text::motion(lang)),
        "motion_version" => (Talking, text::motion_version(lang)),
        "amendment" => (Talking, text::amendment(lang)),
        "support" => (Talking, text::support(lang)),
        "objection" => (Talking, text::objection(lang)),
        "attachment" => (Talking, text::attachment(lang)),
        "news" => (Talking, text::news(lang)),
        "rule_change" => (Meeting, text::rule_change(lang)),
        "body_seat" => (Meeting, text::body_seat(lang)),
        "meeting" => (Meeting, text::meeting_row(lang)),
        "agenda_item" => (Meeting, text::agenda_item(lang)),
        "attendance" => (Meeting, text::attendance(lang)),
        "speech" => (Meeting, text::speech(lang)),
        "minutes" => (Meeting, text::minutes(lang)),
        "minutes_note" => (Meeting, text::minutes_note(lang)),
        "survey" => (Surveys, text::survey(lang)),
        "survey_voice" => (Surveys, text::survey_voice(lang)),
        "survey_response" => (Surveys, text::survey_response(lang)),
        "mediation" => (Mediation, text::mediation_case(lang)),
        "mediation_party" => (Mediation, text::mediation_party(lang)),
        "mediation_barred" => (Mediation, text::mediation_barred(lang)),
        "mediation_message" => (Mediation, text::mediation_message(lang)),
        "mediation_signature" => (Mediation, text::mediation_signature(lang)),
        "post" => (Office, text::post(lang)),
        "act" => (Office, text::act(lang)),
        "act_signature" => (Office, text::act_signature(lang)),
        "poll" => (Office, text::poll(lang)),
        "paper_entry" => (Office, text::paper_entry(lang)),
        "paper_scan" => (Office, text::paper_scan(lang)),
        "notice" => (Office, text::notice(lang)),
        "notice_board" => (Office, text::notice_board(lang)),
        "task" => (Office, text::task(lang)),
        "privacy_request" => (Who, privacy::request(lang)),
        "event" => (Log, text::event(lang)),
        _ => return None,
    })
}

async fn rows(app: &App, viewer: &Viewer) -> Result<Vec<OwnRows>, Problem> {
    let subject = viewer.subject();
    let mut all = app.estate().own_data(&subject).await?;
    all.extend(life(app).own_data(&subject).await?);
    Ok(all)
}

async fn show(State(app): State<App>, reader: Reader, Someone(viewer): Someone) -> Result<Response, Problem> {
    page(&app, &reader, &viewer, &Typed::default()).await
}

/// - `typed`: what was asked and not taken.
pub(super) async fn page(app: &App, reader: &Reader, viewer: &Viewer, typed: &Typed<'_>) -> Result<Response, Problem> {
    let lang = reader.lang;
    let rows = rows(app, viewer).await?;
    let asking = asking::sections(app, lang, viewer, typed).await?;
    let body = html! {
        h1 { (text::title(lang)) }
        (typed.summary(lang))
        p { (text::lead(lang)) }
        p { a .btn href="/me/data.json" download { (text::download(lang)) } }
        p .hint { (text::download_hint(lang)) }
        @for purpose in Purpose::ALL { (panel(lang, purpose, &rows)) }
        h2 { (text::not_kept(lang)) }
        p { (text::not_kept_what(lang)) }
        h2 { (text::mend(lang)) }
        p { (text::mend_how(lang)) }
        p { (text::erase_how(lang)) }
        p { a .btn.second href="/privacy" { (privacy::title(lang)) } }
        (asking)
        p { a .btn.second href="/me" { (text::back(lang)) } }
    };
    Ok(Page::new(reader, text::title(lang)).show(body))
}

fn panel(lang: Lang, purpose: Purpose, rows: &[OwnRows]) -> Markup {
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for one in rows {
        let Some((_, name)) = about(lang, one.table).filter(|(of, _)| *of == purpose) else { continue };
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += one.rows.len() as u64,
            None => counts.push((name, one.rows.len() as u64)),
        }
    }
    if counts.is_empty() {
        return html! {};
    }
    let counts: Vec<_> = counts.into_iter().map(|(name, count)| (name, html! { (number(count)) })).collect();
    let [why, seen, kept] = purpose.about(lang);
    html! {
        section .panel {
            h2 { (purpose.title(lang)) }
            p { (why) }
            p { strong { (text::seen_by(lang)) } (seen) }
            p { strong { (text::kept_for(lang)) } (kept) }
            details { summary { (text::what(lang)) } (summary(&counts)) }
        }
    }
}

/// Everything, table by table, as the tables have it.
async fn download(State(app): State<App>, Someone(viewer): Someone) -> Result<Response, Problem> {
    let mut tables = Map::new();
    for one in rows(&app, &viewer).await? {
        let known = tables.entry(one.table).or_insert_with(|| json!([]));
        if let Value::Array(known) = known {
            known.extend(one.rows);
        }
    }
    let export = json!({ "format": "own-data/1", "subject": viewer.subject().to_string(), "tables": tables });
    let headers =
        [(header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Json(export)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exported_table_has_a_name_for_people() {
        let sources =
            [include_str!("../../../ballot/src/store/own.rs"), include_str!("../../../deliberation/src/store/own.rs")];
        let named = sources.iter().flat_map(|source| source.split("naming!(").skip(1));
        let tables: Vec<_> = named.filter_map(|rest| rest.split_once(':').map(|(table, _)| table)).collect();
        assert!(30 < tables.len(), "{tables:?}");
        for table in tables {
            assert!(about(Lang::Zh, table).is_some(), "{table}");
        }
    }
}
