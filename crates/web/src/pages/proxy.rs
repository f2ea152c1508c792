//! Giving one's vote into the hands of another owner, and taking it back.
//!
//! What is given is a statement that the owner's phone signs in `pages/proxy.js`. The neighbour is found by home and
//! name, which the giver knows; nobody can look through a list here.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    middleware::from_fn_with_state,
    response::Response,
    routing::{get, post},
};
use ballot::{
    id::{HolderNo, PollId},
    state::Phase,
    statement::{Manifest, Party},
    store::{
        Log,
        polls::MyHolder,
        proxies::{FindAgentError, MyProxy, NamedHolder, ProxyLaw, Standing},
    },
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    enrol::old_browser,
    vote::{cast_elsewhere, homes, names_of, receipt, statement_for},
};
use crate::{
    app::App,
    limit,
    problem::{Form, Path, Problem, Raw},
    session::{NoEndedSession, Owner},
    text::{Lang, Sentence, problem as problem_text, proxy as text, vote},
    view::{Field, Page, Reader, Tone, error_summary, field, notice, radio_card, summary},
};

/// Whoever looks for neighbours could guess.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/polls/{poll}/proxy", get(show).post(find))
        .layer(from_fn_with_state(app.clone(), limit::guesses))
}

/// Signed proxies have their poll's queue for a limit, as ballots have.
pub(crate) fn given() -> Router<App> {
    Router::new().route("/polls/{poll}/proxies", post(give))
}

/// Takes a proxy's exact bytes and answers with its receipt.
async fn give(
    State(app): State<App>,
    headers: HeaderMap,
    Path(poll): Path<String>,
    _: NoEndedSession,
    Raw(bytes): Raw,
) -> Result<Response, Problem> {
    let poll = statement_for(&poll, &headers)?;
    Ok(receipt(&app.estate().give_proxy(&poll, bytes.to_vec()).await?))
}

impl From<FindAgentError> for Problem {
    fn from(err: FindAgentError) -> Self {
        let code = err.code();
        let refused = |say: Sentence| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, say);
        match err {
            FindAgentError::NoSuchPoll => Self::NOT_FOUND,
            FindAgentError::NotOnRoll => Self::new(StatusCode::FORBIDDEN, code, vote::not_on_roll),
            FindAgentError::NoSuchOwner => refused(text::no_such_owner),
            FindAgentError::Yourself => refused(text::yourself),
            FindAgentError::OverLimit => refused(text::over_limit),
            FindAgentError::Instructed => refused(text::instructed),
            FindAgentError::Database(err) => err.into(),
        }
    }
}

/// What the pages need of a poll.
struct Given {
    poll: PollId,
    log: Log,
    manifest: Manifest,
    phase: Phase,
    law: ProxyLaw,
    proxies: Vec<MyProxy>,
}

impl Given {
    async fn find(app: &App, viewer: &ballot::store::session::Viewer, poll: &str) -> Result<Self, Problem> {
        let poll: PollId = poll.parse().map_err(|_| Problem::NOT_FOUND)?;
        let own = app.estate().my_poll(viewer, &poll).await?;
        let proxies = app.estate().my_proxies(&poll, &own).await?;
        let law = app.estate().proxy_law(&poll).await?;
        let log = app.estate().logs().log(&poll).await?;
        let now = app.now();
        let (manifest, phase) = log.read(|state, _| (state.manifest().clone(), state.phase(now)));
        Ok(Self { poll, log, manifest, phase, law, proxies })
    }

    fn may_still_give(&self) -> bool {
        matches!(self.phase, Phase::Before | Phase::Open)
    }

    /// The page, with what its script needs.
    fn page(&self, app: &App, reader: &Reader, title: &str, body: &Markup) -> Response {
        let data = json!({
            "host": app.estate().host(),
            "id": self.poll.as_str(),
            "logKey": self.log.key().to_string(),
            "witnesses": self.manifest.keys.witnesses.iter().map(|key| &key.0).collect::<Vec<_>>(),
            "address": format!("/polls/{}/proxies", self.poll),
            "manifest": self.log.read(|state, _| state.manifest_hash()).to_string(),
        });
        let lang = reader.lang;
        let body = html! {
            div #proxy data-poll=(data) {
                section #ask { (body) }
                (sending(lang))
                (done(lang, &self.poll))
            }
            p { a .btn.second href={ "/polls/" (self.poll) } { (crate::text::poll::to_poll(lang)) } }
        };
        Page::new(reader, title).script("pages/proxy.js").show(body)
    }
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    Owner { viewer }: Owner,
    Path(poll): Path<String>,
) -> Result<Response, Problem> {
    let given = Given::find(&app, &viewer, &poll).await?;
    if let Some(place) = app.estate().official_place(&given.poll).await? {
        return Ok(cast_elsewhere(&reader, &given.poll, place));
    }
    Ok(overview(&app, &reader, &given, &Typed::default(), None))
}

/// Whom somebody wants to ask, as typed.
#[derive(Default, Deserialize)]
struct Typed {
    #[serde(default)]
    principal: u64,
    #[serde(default)]
    home: String,
    #[serde(default)]
    name: String,
}

/// Looks for the neighbour. It changes nothing, but is a POST lest the name stand in an address.
async fn find(
    State(app): State<App>,
    reader: Reader,
    Owner { viewer }: Owner,
    Path(poll): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let given = Given::find(&app, &viewer, &poll).await?;
    let lang = reader.lang;
    if !given.may_still_give() {
        let over = Problem::new(StatusCode::GONE, "closed", text::over);
        return Ok(over.on(overview(&app, &reader, &given, &typed, None)));
    }
    let principal = HolderNo::try_from(typed.principal).map_err(|_| Problem::MALFORMED)?;
    let found = app.estate().find_agent(&viewer, &given.poll, principal, (&typed.home, &typed.name)).await;
    let agent = match found {
        Ok(agent) => agent,
        Err(FindAgentError::Database(err)) => return Err(err.into()),
        Err(err @ (FindAgentError::NoSuchPoll | FindAgentError::NotOnRoll)) => return Err(err.into()),
        Err(err) => {
            let problem = Problem::from(err);
            let page = overview(&app, &reader, &given, &typed, Some((problem.say)(lang)));
            return Ok(problem.on(page));
        }
    };
    let mine = given.proxies.iter().find(|one| one.own.holder == principal).ok_or(Problem::NOT_FOUND)?;
    Ok(given.page(&app, &reader, text::confirm_title(lang), &confirm(&reader, &given, mine, &agent)))
}

/// Who stands now, and the form for somebody else.
fn overview(app: &App, reader: &Reader, given: &Given, typed: &Typed, error: Option<&str>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("home", error)).into_iter().collect();
    let may_give = given.may_still_give();
    let body = html! {
        h1 tabindex="-1" { (text::title(lang)) }
        (error_summary(lang, &errors))
        p { (text::lead(lang, &given.manifest.title)) }
        (not_ready(lang))
        @for one in &given.proxies { (standing(lang, one, may_give)) }
        (law(lang, &given.law))
        @if !may_give { (notice(Tone::Warn, &html! { p { (text::over(lang)) } })) }
        @else if !given.law.is_instructed { (form(lang, given, typed, error)) }
    };
    given.page(app, reader, text::title(lang), &body)
}

/// Who votes for one holder, and the way to take it back.
fn standing(lang: Lang, one: &MyProxy, may_take_back: bool) -> Markup {
    html! {
        section .panel {
            @match &one.agent {
                None => {
                    p { (text::own_homes(lang, &homes(lang, &one.own.units))) }
                    p { (text::nobody_yet(lang)) }
                }
                Some(agent) => {
                    p { strong { (stands(lang, &one.own, agent)) } }
                    @if may_take_back {
                        p { (text::may_take_back(lang)) }
                        @if one.has_ballot { p .muted { (text::cast_stays(lang)) } }
                        (sign_button(lang, one, agent.party, Change::TakeBack))
                    }
                }
            }
            @if one.has_ballot { p .muted { (text::has_ballot(lang)) } }
        }
    }
}

/// That somebody votes for a holder and how that was said, in a sentence.
pub(super) fn stands(lang: Lang, own: &MyHolder, agent: &Standing) -> String {
    let own = homes(lang, &own.units);
    let who = match (&agent.owner, &agent.outsider, agent.party) {
        (Some(owner), _, _) => {
            format!("{}{}", names_of(lang, owner), in_brackets(lang, &homes(lang, &owner.units)))
        }
        (None, Some(name), _) => format!("{name}{}", in_brackets(lang, text::no_owner(lang))),
        (None, None, Party::Agent(number)) => text::numbered(lang, number.get()),
        (None, None, Party::Holder(number)) => text::numbered(lang, number.get()),
    };
    let how = if agent.is_written { text::on_paper(lang) } else { text::in_app(lang) };
    format!("{}{how}", text::stands_owner(lang, &own, &who))
}

fn in_brackets(lang: Lang, inside: &str) -> String {
    lang.pick(format!("（{inside}）"), format!(" ({inside})"))
}

/// What the rules and the place say of it, before it bites.
fn law(lang: Lang, law: &ProxyLaw) -> Markup {
    html! {
        h2 { (text::law_title(lang)) }
        ul {
            @if law.is_instructed { li { strong { (text::instructed(lang)) } } }
            @if law.is_staff_barred { li { strong { (text::staff_barred(lang)) } } }
            (rule_says(lang, law))
            li { (text::one_at_a_time(lang)) }
            li { (text::agent_sees(lang)) }
        }
    }
}

/// How many one may vote for, and whose ballot counts: items of a list.
pub(super) fn rule_says(lang: Lang, law: &ProxyLaw) -> Markup {
    let limits = law.limits;
    let has_limit = limits.holders.is_some() || limits.units.is_some() || limits.is_by_weight;
    html! {
        @if let Some(most) = limits.holders { li { (text::limit_holders(lang, most)) } }
        @if let Some(most) = limits.units { li { (text::limit_units(lang, most)) } }
        @if limits.is_by_weight { li { (text::limit_weight(lang)) } }
        @if !has_limit { li { (text::no_limit(lang)) } }
        li { (if limits.does_own_displace { text::own_wins(lang) } else { text::own_does_not_win(lang) }) }
    }
}

fn form(lang: Lang, given: &Given, typed: &Typed, error: Option<&str>) -> Markup {
    html! {
        h2 { (text::find_title(lang)) }
        p { (text::find_hint(lang)) }
        form method="post" action={ "/polls/" (given.poll) "/proxy" } {
            @match given.proxies.as_slice() {
                [only] => { input type="hidden" name="principal" value=(only.own.holder); }
                several => {
                    fieldset {
                        legend { (text::confirm_own(lang)) }
                        @for (place, one) in several.iter().enumerate() {
                            @let holder = one.own.holder;
                            @let is_chosen = if typed.principal == 0 { place == 0 } else { holder.get() == typed.principal };
                            (radio_card("principal", &holder.to_string(), &homes(lang, &one.own.units), None, is_chosen))
                        }
                    }
                }
            }
            (field(&Field {
                name: "home", label: text::home(lang), hint: Some(text::home_hint(lang)), value: &typed.home, error,
                kind: ("text", "text", "off"),
            }))
            (field(&Field {
                name: "name", label: text::name(lang), hint: Some(text::name_hint(lang)), value: &typed.name, error: None,
                kind: ("text", "text", "off"),
            }))
            button .btn { (text::find(lang)) }
        }
    }
}

/// The neighbour as found, to be looked at before one signs.
fn confirm(reader: &Reader, given: &Given, mine: &MyProxy, agent: &NamedHolder) -> Markup {
    let lang = reader.lang;
    html! {
        h1 tabindex="-1" { (text::confirm_title(lang)) }
        (not_ready(lang))
        (summary(&[
            (text::confirm_agent(lang), html! { strong { (names_of(lang, agent)) } }),
            (text::confirm_homes(lang), html! { (homes(lang, &agent.units)) }),
            (text::confirm_own(lang), html! { (homes(lang, &mine.own.units)) }),
        ]))
        @if mine.agent.is_some() { p { strong { (text::replaces(lang)) } } }
        (law(lang, &given.law))
        (sign_button(lang, mine, Party::Holder(agent.holder), Change::Give))
        p { a .btn.second href={ "/polls/" (given.poll) "/proxy" } { (text::other(lang)) } }
    }
}

#[derive(Clone, Copy)]
enum Change {
    Give,
    TakeBack,
}

/// The button that signs: a script shows it where the phone has the key.
fn sign_button(lang: Lang, mine: &MyProxy, party: Party, change: Change) -> Markup {
    let Some(credential) = &mine.own.credential else {
        return notice(Tone::Warn, &html! { p { (vote::no_key(lang)) } });
    };
    let (state, label, said) = match change {
        Change::Give => ("granted", text::give(lang), text::given(lang)),
        Change::TakeBack => ("revoked", text::take_back(lang), text::taken_back(lang)),
    };
    let (field, number) = match party {
        Party::Holder(holder) => ("to_holder", holder.get()),
        Party::Agent(agent) => ("agent", agent.get()),
    };
    let mut proxy = json!({ "principal": mine.own.holder.get(), "seq": mine.next_seq, "state": state });
    proxy[field] = Value::from(number);
    let data = json!({ "credential": credential.number.get(), "key": credential.public_key, "proxy": proxy });
    html! { p { button type="button" .btn data-sign=(data) data-said=(said) hidden { (label) } } }
}

fn not_ready(lang: Lang) -> Markup {
    html! {
        (old_browser(lang))
        div #no-key .notice.warn hidden {
            p { (vote::no_key(lang)) }
            p { a .btn href="/enrol" { (vote::enrol(lang)) } }
        }
    }
}

/// What is said while it is on its way, and if it does not get there: the script shows one sentence.
fn sending(lang: Lang) -> Markup {
    let refusals = [
        ("closed", text::over(lang)),
        ("not_eligible", vote::refused_not_eligible(lang)),
        ("seq", text::refused_seq(lang)),
        ("proxy", text::refused_seq(lang)),
        ("proxy_over_limit", text::over_limit(lang)),
        ("proxy_instructed", text::instructed(lang)),
        ("signed_out", problem_text::signed_out(lang)),
        ("bad_receipt", vote::bad_receipt(lang)),
        ("other", text::refused_other(lang)),
    ];
    html! {
        div #trouble .notice.bad role="alert" hidden {
            p data-code="failed" { (text::failed(lang)) }
            @for (code, sentence) in refusals { p data-code=(code) hidden { (sentence) } }
        }
        p #progress role="status" data-sending=(text::sending(lang)) data-slow=(vote::slow(lang)) {}
    }
}

/// Recorded, as the phone has verified.
fn done(lang: Lang, poll: &PollId) -> Markup {
    html! {
        section #done hidden {
            h1 tabindex="-1" #said {}
            p { (vote::code(lang)) }
            p #code .code translate="no" {}
            p #place data-text=(vote::place(lang, "{n}")) {}
            p { a #check .btn.second href="/check" { (vote::check_now(lang)) } }
            p { a .btn href={ "/polls/" (poll) "/proxy" } { (text::back(lang)) } }
        }
    }
}
