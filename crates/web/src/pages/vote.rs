//! The vote: one page of four screens, and the route that takes ballots.
//!
//! The page can be read without scripts; choosing, signing and sending happen in `pages/vote.js`, so
//! that the server never learns a choice before it is signed, nor holds a key.

use std::collections::BTreeSet;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ballot::{
    alternatives,
    id::{HolderNo, PollId, RuleName},
    rule::{Rule, RuleBook},
    state::{Attending, Phase},
    statement::{Answers, Candidate, Choice, Manifest, Motion},
    store::{
        ReadError, Refusal, Stored, Submission, SubmitError,
        place::Place,
        polls::{MyHolder, MyUnit, ViewError},
        proxies::{MyProxy, NamedHolder, Principal},
        sitting::Seat,
    },
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{console::rule::silent, enrol::old_browser};
use crate::{
    app::App,
    assets,
    problem::{Path, Problem, Query, Raw},
    session::{NoEndedSession, Owner},
    text::{Lang, Sentence, area, home_label, law, poll as poll_text, proxy, sitting, vote as text, when},
    view::{Page, Reader, Tone, notice, radio_card, step, summary, tag},
};

/// The media type of a statement: no form of another site can send it.
const STATEMENT: &str = "application/vnd.heyi.statement";

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/polls/{poll}/vote", get(show)).route("/polls/{poll}/vote/{holder}", get(show_for))
}

/// Ballots have their poll's queue for a limit, and a signature each.
pub(crate) fn ballots() -> Router<App> {
    Router::new().route("/polls/{poll}/ballots", post(cast))
}

/// Takes a ballot's exact bytes and answers with its receipt.
///
/// The signature is what counts. A session may be missing, but one that ended, or is somebody's who
/// lost the right, takes nothing in.
async fn cast(
    State(app): State<App>,
    headers: HeaderMap,
    Path(poll): Path<String>,
    _: NoEndedSession,
    Raw(bytes): Raw,
) -> Result<Response, Problem> {
    let poll = statement_for(&poll, &headers)?;
    let bytes: Bytes = bytes;
    if !bytes.starts_with(b"heyi/ballot/v1\n") {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "format", text::refused_other));
    }
    let answer = app.estate().logs().submit(&poll, Submission::ready(bytes.to_vec())).await;
    app.metrics().cast(answer.as_ref().map_or_else(SubmitError::code, |_| "stored"));
    Ok(receipt(&answer?))
}

/// The poll that a signed statement is sent to, if it is sent as one.
pub(super) fn statement_for(poll: &str, headers: &HeaderMap) -> Result<PollId, Problem> {
    let poll = poll.parse().map_err(|_| NO_SUCH_POLL)?;
    is_statement(headers)?;
    Ok(poll)
}

/// Whether a request says that it brings a statement.
pub(super) fn is_statement(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(header::CONTENT_TYPE).is_some_and(|given| given == STATEMENT) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", crate::text::problem::malformed))
}

/// The receipt of what was stored, to keep.
pub(super) fn receipt(stored: &Stored) -> Response {
    // Hashes and signatures hardly get smaller by being packed.
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store, no-transform")];
    (headers, stored.receipt.to_string()).into_response()
}

pub(super) const NO_SUCH_POLL: Problem =
    Problem::new(StatusCode::NOT_FOUND, "no_such_poll", crate::text::problem::not_found);

impl From<SubmitError> for Problem {
    /// 409, 410 and 422 tell the phone that these bytes were looked for and are not in the log (web/README.md).
    fn from(err: SubmitError) -> Self {
        let code = err.code();
        match err {
            SubmitError::Refused(refusal) => {
                let (status, say): (_, Sentence) = match (&refusal, code) {
                    (Refusal::NoPoll, _) => return NO_SUCH_POLL,
                    (Refusal::NotOpen(_), _) => (StatusCode::CONFLICT, text::refused_not_open),
                    (Refusal::Closed(_), _) | (_, "closed") => (StatusCode::GONE, text::refused_closed),
                    (_, "not_eligible") => (StatusCode::FORBIDDEN, text::refused_not_eligible),
                    (_, "seq") => (StatusCode::CONFLICT, text::refused_seq),
                    (_, "sitting_over") => (StatusCode::GONE, sitting::refused_over),
                    (_, "proxy_over_limit") => (StatusCode::UNPROCESSABLE_ENTITY, proxy::over_limit),
                    (_, "proxy_instructed") => (StatusCode::UNPROCESSABLE_ENTITY, proxy::instructed),
                    _ => (StatusCode::UNPROCESSABLE_ENTITY, text::refused_other),
                };
                Self::new(status, code, say)
            }
            SubmitError::Busy { retry_after } => Self { code, retry_after: Some(retry_after), ..Self::BUSY },
            SubmitError::Unavailable(outage) => {
                tracing::error!(code = outage.code(), "the log takes no statements");
                Self { code, retry_after: Some(5), ..Self::BUSY }
            }
            SubmitError::Unknown => Self { code, ..Self::BUSY },
        }
    }
}

impl From<ReadError> for Problem {
    fn from(err: ReadError) -> Self {
        match err {
            ReadError::NotFound => Self::NOT_FOUND,
            ReadError::Database(err) => err.into(),
            err => Self::internal(&err),
        }
    }
}

impl From<ViewError> for Problem {
    fn from(err: ViewError) -> Self {
        match err {
            ViewError::NoSuchPoll | ViewError::NotInspector => Self::NOT_FOUND,
            ViewError::NotOnRoll => Self::new(StatusCode::FORBIDDEN, "not_eligible", text::not_on_roll),
            ViewError::Database(err) => err.into(),
        }
    }
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    Owner { viewer }: Owner,
    Path(poll): Path<String>,
    Query(Said { hall }): Query<Said>,
) -> Result<Response, Problem> {
    let poll: PollId = poll.parse().map_err(|_| Problem::NOT_FOUND)?;
    let holders = app.estate().my_poll(&viewer, &poll).await?;
    let proxies = app.estate().my_proxies(&poll, &holders).await?;
    let principals = app.estate().my_principals(&poll, &holders).await?;
    let log = app.estate().logs().log(&poll).await?;
    let there = log.read(|_, turnout| {
        let came = |holder: &HolderNo| turnout.attending(*holder) == Some(Attending::Present);
        holders.iter().map(|one| one.holder).filter(came).collect()
    });
    let hall = Hall { there, is_here: hall };
    voting(&app, &reader, &poll, &holders, Beside::Own { proxies: &proxies, principals: &principals, hall: &hall })
        .await
}

#[derive(Deserialize)]
struct Said {
    /// From an assembly's hall, as the reader says.
    #[serde(default)]
    hall: bool,
}

/// Which of somebody's holders came to an assembly, as the record says, and whether they say that they vote there.
struct Hall {
    there: BTreeSet<HolderNo>,
    is_here: bool,
}

/// The same page for a holder whose proxy one has.
async fn show_for(
    State(app): State<App>,
    reader: Reader,
    Owner { viewer }: Owner,
    Path((poll, holder)): Path<(String, u64)>,
) -> Result<Response, Problem> {
    let poll: PollId = poll.parse().map_err(|_| Problem::NOT_FOUND)?;
    let wanted = HolderNo::try_from(holder).map_err(|_| Problem::NOT_FOUND)?;
    let own = app.estate().my_poll(&viewer, &poll).await?;
    let principals = app.estate().my_principals(&poll, &own).await?;
    let principal = principals.into_iter().find(|one| one.of.holder == wanted).ok_or(Problem::NOT_FOUND)?;
    let voted_for = MyHolder {
        holder: principal.of.holder,
        area: principal.of.units.iter().map(|unit| unit.area).sum(),
        units: principal.of.units.clone(),
        representative: None,
        // Who of them voted is told to themselves.
        people: Vec::new(),
        ..principal.by.clone()
    };
    voting(&app, &reader, &poll, &[voted_for], Beside::For(&principal)).await
}

/// The same page on the tablet of the service point, for whoever sits there.
pub(super) async fn at_seat(app: &App, reader: &Reader, seat: &Seat) -> Result<Response, Problem> {
    voting(app, reader, &seat.poll, std::slice::from_ref(&seat.holder), Beside::Seat(seat)).await
}

/// Whether one votes for oneself or as an agent, on a phone or a tablet that is not one's own, and what is said then.
#[derive(Clone, Copy)]
enum Beside<'a> {
    Own { proxies: &'a [MyProxy], principals: &'a [Principal], hall: &'a Hall },
    For(&'a Principal),
    Seat(&'a Seat),
}

async fn voting(
    app: &App,
    reader: &Reader,
    poll: &PollId,
    holders: &[MyHolder],
    beside: Beside<'_>,
) -> Result<Response, Problem> {
    if let Some(place) = app.estate().official_place(poll).await? {
        return Ok(cast_elsewhere(reader, poll, place));
    }
    let log = app.estate().logs().log(poll).await?;
    let now = app.now();
    let (manifest, hash, phase) =
        log.read(|state, _| (state.manifest().clone(), state.manifest_hash(), state.phase(now)));
    let title = match beside {
        Beside::Own { .. } | Beside::Seat(_) => manifest.title.clone(),
        Beside::For(principal) => proxy::title_for(reader.lang, &names_of(reader.lang, &principal.of), &manifest.title),
    };
    let mut data = json!({
        "host": app.estate().host(),
        "id": poll.as_str(),
        "logKey": log.key().to_string(),
        "witnesses": manifest.keys.witnesses.iter().map(|key| &key.0).collect::<Vec<_>>(),
        "quorum": manifest.policy.witnesses,
        "address": match beside {
            Beside::Own { .. } | Beside::For(_) => format!("/polls/{poll}/ballots"),
            Beside::Seat(_) => "/sitting/ballot".to_owned(),
        },
        "title": title,
        "manifest": hash.to_string(),
        "release": assets::release(),
        "holders": holders.iter().map(|holder| holder_data(reader.lang, holder, beside)).collect::<Vec<_>>(),
    });
    if matches!(beside, Beside::Seat(_)) {
        data["seat"] = true.into();
    }
    let rules = log.rule_book().await?;
    let vote = Vote { reader, manifest: &manifest, rules: &rules, holders, beside, phase };
    let body = html! {
        div #vote data-poll=(data) { (vote.show()) }
    };
    Ok(Page::new(reader, &title).script("pages/vote.js").light().show(body))
}

/// The page where nobody votes online here.
pub(super) fn cast_elsewhere(reader: &Reader, poll: &PollId, place: Place) -> Response {
    let body = html! {
        h1 { (law::elsewhere_title(reader.lang)) }
        (elsewhere(reader.lang, place))
        p { a .btn.second href={ "/polls/" (poll) } { (poll_text::to_poll(reader.lang)) } }
    };
    Page::new(reader, law::elsewhere_title(reader.lang)).show(body)
}

/// Why nobody votes online here, with the article, and how people vote instead.
pub(crate) fn elsewhere(lang: Lang, place: Place) -> Markup {
    let asks = place.asks();
    let name = lang.pick(&asks.zh, &asks.en);
    html! {
        (notice(Tone::Warn, &html! {
            p { strong { (law::elsewhere(lang, name)) } }
            p { (law::rests_on(lang)) (lang.pick("：", ": ")) (asks.channel.cite) }
            p { (law::elsewhere_how(lang)) }
        }))
    }
}

fn holder_data(lang: Lang, holder: &MyHolder, beside: Beside<'_>) -> serde_json::Value {
    let homes = homes_of(lang, holder);
    let number = holder.holder.get();
    let (voter, homes) = match beside {
        Beside::Own { hall, .. } if hall.is_here && hall.there.contains(&holder.holder) => {
            (json!({ "holder": number, "channel": "meeting" }), homes)
        }
        Beside::Seat(Seat { is_in_hall: true, .. }) => (json!({ "holder": number, "channel": "meeting" }), homes),
        Beside::Own { .. } | Beside::Seat(_) => (json!({ "holder": number }), homes),
        Beside::For(one) => {
            let said = proxy::on_behalf(lang, &names_of(lang, &one.of), &homes);
            (json!({ "holder": one.by.holder.get(), "for_holder": number }), said)
        }
    };
    let credential = |number: u64, key: &str, last: u64| json!({ "number": number, "key": key, "lastSeq": last });
    let credential = match (beside, &holder.credential) {
        // The tablet asks for one when the ballot is cast.
        (Beside::Seat(_), _) => Some(credential(0, "", 0)),
        (_, Some(own)) => Some(credential(own.number.get(), &own.public_key, own.last_seq)),
        (_, None) => None,
    };
    json!({ "holder": number, "voter": voter, "homes": homes, "credential": credential })
}

fn homes_of(lang: Lang, holder: &MyHolder) -> String {
    homes(lang, &holder.units)
}

/// Homes in a row.
pub(super) fn homes(lang: Lang, units: &[MyUnit]) -> String {
    let homes: Vec<_> = units.iter().map(|unit| home_label(lang, &unit.label)).collect();
    homes.join(lang.pick("、", "; "))
}

/// All people of a holder in a row.
pub(super) fn names_of(lang: Lang, holder: &NamedHolder) -> String {
    holder.names.join(lang.pick("、", ", "))
}

/// What the page shows.
struct Vote<'a> {
    reader: &'a Reader,
    manifest: &'a Manifest,
    /// Those that the poll was begun with.
    rules: &'a RuleBook,
    holders: &'a [MyHolder],
    beside: Beside<'a>,
    phase: Phase,
}

impl Vote<'_> {
    fn show(&self) -> Markup {
        let lang = self.reader.lang;
        html! {
            // Above every screen.
            @if let Beside::For(one) = self.beside {
                (notice(Tone::Warn, &html! {
                    p { strong { (proxy::on_behalf(lang, &names_of(lang, &one.of), &homes(lang, &one.of.units))) } }
                }))
            }
            @if let Beside::Seat(seat) = self.beside {
                (notice(Tone::Plain, &html! { p { strong { (sits(lang, seat)) } } }))
            }
            (self.start())
            @if self.phase == Phase::Open {
                form #choose {
                    (self.choose())
                }
                (self.check())
                (self.done())
            }
        }
    }

    /// The first screen: what is asked, whom one votes for, who will see it.
    fn start(&self) -> Markup {
        let (lang, manifest) = (self.reader.lang, self.manifest);
        let own = || self.holders.iter().flat_map(|holder| holder.people.iter().filter(|person| person.is_viewer));
        let has_voted = own().next().is_some() && own().all(|person| person.has_voted);
        html! {
            section #start {
                h1 tabindex="-1" {
                    @match self.beside {
                        Beside::For(one) => { (proxy::vote_for(lang, &names_of(lang, &one.of))) }
                        Beside::Own { .. } | Beside::Seat(_) if has_voted => { (text::cast_already(lang)) }
                        Beside::Own { .. } | Beside::Seat(_) => { (text::to_cast(lang, manifest.motions.len())) }
                    }
                }
                @if manifest.test { p { (tag(Tone::Warn, text::test_poll(lang))) } }
                @for motion in &manifest.motions { p .question { strong { (motion.title) } } }
                (self.stands_for())
                p { (self.deadline()) }
                (notice(Tone::Plain, &html! { p { (who_sees(lang, manifest.policy.answers)) } }))
                (self.co_owners())
                (self.agents())
                @if self.phase == Phase::Open {
                    (old_browser(lang))
                    div #no-key .notice.warn hidden {
                        @if let Beside::Seat(_) = self.beside { p { (sitting::not_here(lang)) } }
                        @else {
                            p { (text::no_key(lang)) }
                            p { a .btn href="/enrol" { (text::enrol(lang)) } }
                        }
                    }
                    p #go hidden {
                        button type="button" .btn { @if has_voted { (text::vote_again(lang)) } @else { (text::start(lang)) } }
                        span .muted { (text::one_minute(lang)) }
                    }
                }
                @match self.beside {
                    Beside::Seat(_) => { form method="post" action="/sitting/end" { button .btn.second { (sitting::leave(lang)) } } }
                    Beside::Own { .. } | Beside::For(_) => { (self.other_ways()) }
                }
            }
        }
    }

    /// What one may read or do instead.
    fn other_ways(&self) -> Markup {
        let (lang, poll) = (self.reader.lang, &self.manifest.poll);
        html! {
            p { a .btn.second href={ "/polls/" (poll) } { (text::read_first(lang)) } }
            p { a .btn.second href={ "/polls/" (poll) "/roll" } { (crate::text::mine::link(lang)) } }
            details {
                summary { (text::on_paper(lang)) }
                p { (text::on_paper_how(lang)) }
            }
        }
    }

    fn deadline(&self) -> String {
        let (lang, manifest) = (self.reader.lang, self.manifest);
        match self.phase {
            Phase::Before => text::opens_at(lang, &when(lang, manifest.opens)),
            Phase::Open => text::deadline(lang, &when(lang, manifest.closes)),
            Phase::Ended | Phase::Closed => text::over(lang, &when(lang, manifest.closes)),
        }
    }

    fn stands_for(&self) -> Markup {
        let lang = self.reader.lang;
        let units: Vec<_> = self.holders.iter().flat_map(|holder| &holder.units).collect();
        let total = self.holders.iter().map(|holder| holder.area).sum();
        html! {
            p { (text::you_stand_for(lang)) }
            ul {
                @for unit in &units { li { (text::home_with_area(lang, &home_label(lang, &unit.label), &area(lang, unit.area))) } }
            }
            @if 1 < units.len() { p { (text::together(lang, &area(lang, total))) } }
        }
    }

    fn co_owners(&self) -> Markup {
        let lang = self.reader.lang;
        html! {
            @for holder in self.holders.iter().filter(|holder| 1 < holder.people.len()) {
                @let homes = homes_of(lang, holder);
                @for person in holder.people.iter().filter(|person| !person.is_viewer) {
                    @if !person.has_voted { p .muted { (text::co_owner_not_yet(lang, &person.name, &homes)) } }
                    @else if holder.representative.is_none() {
                        (notice(Tone::Warn, &html! { p { (text::co_owner_voted(lang, &person.name, &homes)) } }))
                    } @else { p { (text::co_owner_voted_too(lang, &person.name, &homes)) } }
                }
                @match holder.people.iter().find(|person| Some(person.number) == holder.representative) {
                    None => { p .muted { (text::nobody_represents(lang, &homes)) } }
                    Some(person) if person.is_viewer => {
                        (notice(Tone::Plain, &html! { p { (text::you_represent(lang, &homes)) } }))
                    }
                    Some(person) => {
                        (notice(Tone::Plain, &html! { p { (text::represented_by(lang, &person.name, &homes)) } }))
                    }
                }
            }
        }
    }

    /// Who votes for the reader, and for whom the reader may vote.
    fn agents(&self) -> Markup {
        let lang = self.reader.lang;
        html! {
            @match self.beside {
                Beside::For(one) => { @if one.has_ballot { p .muted { (proxy::has_ballot(lang)) } } }
                Beside::Seat(seat) => {
                    @if seat.is_in_hall { p { (crate::text::hall::cast_in_hall(lang)) } }
                    @if seat.has_credential { (notice(Tone::Warn, &html! { p { (sitting::phone_ends(lang)) } })) }
                }
                Beside::Own { proxies, principals, hall } => {
                    @if !hall.there.is_empty() && hall.is_here { p { (crate::text::hall::cast_in_hall(lang)) } }
                    @else if !hall.there.is_empty() { p { a .btn.second href="?hall=true" { (crate::text::hall::am_here(lang)) } } }
                    @for (own, agent) in proxies.iter().filter_map(|one| Some((&one.own, one.agent.as_ref()?))) {
                        (notice(Tone::Warn, &html! { p { (super::proxy::stands(lang, own, agent)) } }))
                    }
                    @for one in principals {
                        p {
                            a .btn.second href={ "/polls/" (self.manifest.poll) "/vote/" (one.of.holder) } {
                                (proxy::vote_for_at(lang, &names_of(lang, &one.of), &homes(lang, &one.of.units)))
                            }
                            @if one.has_ballot { " " span .muted { (proxy::has_ballot(lang)) } }
                        }
                    }
                }
            }
        }
    }

    /// Where this page stands.
    fn address(&self) -> String {
        match self.beside {
            Beside::Own { .. } => format!("/polls/{}/vote", self.manifest.poll),
            Beside::For(one) => format!("/polls/{}/vote/{}", self.manifest.poll, one.of.holder),
            Beside::Seat(_) => "/sitting/vote".to_owned(),
        }
    }

    /// The second screen: every choice looks the same.
    fn choose(&self) -> Markup {
        let lang = self.reader.lang;
        let motions = &self.manifest.motions;
        let groups = alternatives::groups(motions);
        let title = if motions.len() == 1 { text::choose(lang) } else { text::choose_each(lang) };
        html! {
            (step(lang, 2, 4))
            h1 tabindex="-1" { (title) }
            div #choose-error .notice.bad role="alert" hidden {}
            @for (at, motion) in motions.iter().enumerate() {
                @for group in groups.iter().filter(|group| group.motions.first() == Some(&at)) {
                    (super::beside::about_group(lang, motions, group))
                }
                (question(lang, &Question::of(lang, self.rules, motion)))
            }
            button .btn disabled { (text::next(lang)) }
        }
    }

    /// The third screen: read over, then cast.
    fn check(&self) -> Markup {
        let lang = self.reader.lang;
        let homes = html! {
            @for holder in self.holders { (homes_of(lang, holder)) br; }
            (area(lang, self.holders.iter().map(|holder| holder.area).sum()))
        };
        html! {
            section #check hidden {
                (step(lang, 3, 4))
                h1 tabindex="-1" { (text::check(lang)) }
                p { (text::you_chose(lang)) }
                dl #chosen .summary {}
                (summary(&[(text::homes(lang), homes)]))
                p { strong { (text::not_cast(lang)) } }
                (self.trouble())
                p role="status" #progress data-sending=(text::sending(lang)) data-slow=(text::slow(lang)) {}
                p { button type="button" #cast .btn data-again=(text::try_again(lang)) { (text::cast(lang)) } }
                p { button type="button" #change .btn.second { (text::change(lang)) } }
                p .muted { (text::may_change(lang)) }
            }
        }
    }

    /// What may be said if a ballot does not go through: the script shows one.
    fn trouble(&self) -> Markup {
        let lang = self.reader.lang;
        let refusals = [
            ("closed", text::refused_closed(lang)),
            ("not_open", text::refused_not_open(lang)),
            ("not_eligible", text::refused_not_eligible(lang)),
            ("seq", text::refused_seq(lang)),
            match self.beside {
                Beside::Seat(_) => ("sitting_over", sitting::refused_over(lang)),
                Beside::Own { .. } | Beside::For(_) => ("signed_out", crate::text::problem::signed_out(lang)),
            },
            ("other_tab", text::other_tab(lang)),
            ("bad_receipt", text::bad_receipt(lang)),
            ("other", text::refused_other(lang)),
        ];
        html! {
            div #trouble .notice.bad role="alert" hidden {
                p data-code="failed" {
                    (text::failed(lang))
                    @if !self.reader.phone.is_empty() { (text::failed_call(lang, &self.reader.phone)) }
                }
                @for (code, sentence) in refusals { p data-code=(code) hidden { (sentence) } }
            }
        }
    }

    /// The fourth screen: received, as the phone has verified.
    fn done(&self) -> Markup {
        let lang = self.reader.lang;
        html! {
            section #done hidden {
                (step(lang, 4, 4))
                h1 tabindex="-1" { (text::received(lang)) }
                div #codes {}
                template #code-template {
                    div .panel {
                        p .muted data-part="homes" {}
                        p { (text::code(lang)) }
                        p .code data-part="code" translate="no" {}
                        p data-part="place" data-text=(text::place(lang, "{n}")) {}
                        @if self.manifest.policy.witnesses != 0 {
                            p data-part="witnessed" role="status" data-text=(text::witnessed(lang, "{names}")) {
                                (text::not_witnessed_yet(lang))
                            }
                        }
                        // On a tablet that is not the voter's own nothing is kept, and nothing leads elsewhere.
                        div hidden[matches!(self.beside, Beside::Seat(_))] {
                            p { a .btn data-part="check" href="/check" { (text::check_now(lang)) } }
                            p .muted { (text::check_now_hint(lang)) }
                            p { a .btn.second data-part="save" href="/receipt" { (text::save(lang)) } }
                        }
                    }
                }
                @if let Beside::Seat(_) = self.beside {
                    p { (sitting::done(lang)) }
                    form method="post" action="/sitting/end" { button .btn { (sitting::finish(lang)) } }
                }
                div hidden[matches!(self.beside, Beside::Seat(_))] {
                    p { button type="button" #print .btn.second { (text::print(lang)) } }
                    p { a .btn.second href=(self.address()) { (text::changed_mind(lang)) } }
                }
            }
        }
    }
}

/// Who sits at a tablet, and for how long.
fn sits(lang: Lang, seat: &Seat) -> String {
    let name = seat.holder.people.iter().find(|person| person.is_viewer).map_or("", |person| person.name.as_str());
    sitting::sits(lang, name, &when(lang, seat.until))
}

fn who_sees(lang: Lang, answers: Answers) -> &'static str {
    match answers {
        Answers::Public => text::named_public(lang),
        Answers::Owners => text::named_owners(lang),
        Answers::Inspectors => text::named_inspectors(lang),
    }
}

/// What is asked in one motion, of a published poll or of a draft.
pub(crate) struct Question<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub choices: &'a [Choice],
    /// Of an election.
    pub candidates: Option<&'a [Candidate]>,
    pub seats: Option<u64>,
    /// How silence counts, where the rule counts it.
    pub silence: Option<String>,
}

/// What owners must be told before they cast nothing, under the rule of this name among `rules`.
pub(crate) fn silence(lang: Lang, rules: &RuleBook, rule: &RuleName) -> Option<String> {
    silence_under(lang, &rules.resolve(rule).ok()?)
}

/// The same under a rule.
pub(crate) fn silence_under(lang: Lang, rule: &Rule) -> Option<String> {
    silent(lang, rule).map(|how| law::silent_warning(lang, how))
}

impl<'a> Question<'a> {
    fn of(lang: Lang, rules: &RuleBook, motion: &'a Motion) -> Self {
        Self {
            id: motion.id.as_str(),
            title: &motion.title,
            choices: &motion.choices,
            candidates: motion.candidates.as_deref(),
            seats: motion.seats,
            silence: silence(lang, rules, &motion.rule),
        }
    }
}

/// One motion with its answers; of an election, each candidate with theirs.
pub(crate) fn question(lang: Lang, question: &Question<'_>) -> Markup {
    let Question { id, title, choices, candidates, seats, silence } = question;
    let warning = html! { @if let Some(silence) = silence { p .notice.warn { (silence) } } };
    match candidates {
        None => html! {
            (warning)
            fieldset #{ "q-" (id) } data-motion=(id) data-missing=(missing(lang, choices)) {
                legend { (title) }
                @for choice in *choices { (choice_card(lang, id, *choice)) }
            }
        },
        Some(candidates) => html! {
            (warning)
            fieldset #{ "q-" (id) } data-motion=(id) data-seats=[seats] data-missing=(text::too_many_seats(lang)) {
                legend { (title) }
                @if let Some(seats) = seats { p { (text::seats(lang, *seats)) } }
                @for candidate in *candidates {
                    fieldset data-candidate=(candidate.id) {
                        legend { (candidate.name) }
                        @let name = format!("{id}.{}", candidate.id);
                        @for choice in *choices { (radio_card(&name, choice_word(*choice), choice_label(lang, *choice), None, false)) }
                        (radio_card(&name, "", text::none(lang), None, true))
                    }
                }
            }
        },
    }
}

fn missing(lang: Lang, choices: &[Choice]) -> &'static str {
    if choices.contains(&Choice::Abstain) { text::missing(lang) } else { text::missing_two(lang) }
}

fn choice_card(lang: Lang, name: &str, choice: Choice) -> Markup {
    let hint = match choice {
        Choice::For => text::for_hint(lang),
        Choice::Against => text::against_hint(lang),
        Choice::Abstain => text::abstain_hint(lang),
    };
    radio_card(name, choice_word(choice), choice_label(lang, choice), Some(hint), false)
}

/// A choice as people read it.
pub(crate) fn choice_label(lang: Lang, choice: Choice) -> &'static str {
    match choice {
        Choice::For => text::for_(lang),
        Choice::Against => text::against(lang),
        Choice::Abstain => text::abstain(lang),
    }
}

/// A choice as the record writes it.
pub(crate) fn choice_word(choice: Choice) -> &'static str {
    match choice {
        Choice::For => "for",
        Choice::Against => "against",
        Choice::Abstain => "abstain",
    }
}
