//! What a street office is handed when a decision is filed (备案): sheets to print and sign, and all of it in one archive.
//!
//! Choices are in none of it: the fingerprint of the record says which ballots it came from.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::{
    hash::Hash,
    id::PollId,
    roll::Roll,
    statement::{Manifest, Motion},
};
use deliberation::{
    rights::Action,
    store::{MeetingId, MeetingView, NoticeView, ObjectionView, Target},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    matters::{Looking, life},
    meetings, motions, notices,
    poll::{Live, by_number},
    result::{announcement_sheet, elected, verdict},
};
use crate::{
    app::App,
    assets, markdown,
    problem::{Path, Problem},
    record::Record,
    session::{Reckoner, Someone},
    text::{Lang, area, filing as text, last_day, number, poll as poll_text, when},
    view::{Page, Reader, summary, table},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/polls/{poll}/filing", get(show)).route("/polls/{poll}/filing.zip", get(archive))
}

/// Seconds within which an elected committee is filed.
///
/// Source: 物业管理条例, article 16: thirty days from the election.
const FILED_WITHIN: u64 = 30 * 86_400;

/// Whether somebody may have the papers of a poll: its officers and auditors, and whoever exports audit packs.
///
/// # Errors
/// The database failed.
pub(super) async fn may_file(app: &App, someone: Option<&Someone>, live: &Live) -> Result<bool, Problem> {
    let Some(Someone(viewer)) = someone.filter(|Someone(viewer)| viewer.compound == live.row.compound) else {
        return Ok(false);
    };
    let by = super::matters::by(viewer);
    Ok(Reckoner::of(viewer).is_some() || life(app).may(&by, Action::ExportAudit, app.now()).await?)
}

/// Everything that is filed.
struct Filing {
    live: Live,
    manifest: Manifest,
    record: std::sync::Arc<Record>,
    roll: Roll,
    /// The text of each motion, in their order.
    texts: Vec<String>,
    notices: Vec<NoticeView>,
    objections: Vec<ObjectionView>,
    meetings: Vec<MeetingView>,
}

impl Filing {
    /// # Errors
    /// No such poll, no result yet, or not theirs to have.
    async fn of(app: &App, someone: &Someone, poll: &PollId) -> Result<Self, Problem> {
        let live = Live::find(app, poll).await?;
        if !may_file(app, Some(someone), &live).await? {
            return Err(Problem::NOT_FOUND);
        }
        let manifest = live.log.read(|state, _| state.result().map(|_| state.manifest().clone()));
        let manifest = manifest.ok_or(Problem::NOT_FOUND)?;
        let record = app.records().of(&live.log, app.now()).await?;
        let roll = live.log.roll().await.map_err(|err| Problem::internal(&err))?;
        let roll = Roll::parse(&roll).map_err(|err| Problem::internal(&err))?;
        let mut texts = Vec::new();
        for motion in &manifest.motions {
            texts.push(String::from_utf8_lossy(&live.log.text(&motion.text_sha256).await?).into_owned());
        }
        let (mut notices, mut objections, mut held) = (Vec::new(), Vec::new(), BTreeSet::new());
        let compound = &live.row.compound;
        for (id, _) in life(app).motions_of_poll(poll).await?.into_values() {
            notices.extend(life(app).notices_of(compound, &id, app.now()).await?);
            objections.extend(life(app).objections_to(compound, &id).await?);
            let items = life(app).items_about(compound, &Target::Motion(id)).await?;
            held.extend(items.into_iter().filter_map(|item| item.meeting).map(|id| id.to_string()));
        }
        notices.retain(|notice| notice.online.is_some());
        let mut meetings = Vec::new();
        for id in held {
            let id: MeetingId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
            let meeting = life(app).meeting(compound, &id).await?;
            meetings.extend(meeting.filter(|meeting| meeting.published().is_some()));
        }
        Ok(Self { live, manifest, record, roll, texts, notices, objections, meetings })
    }

    /// The motions by which somebody is elected.
    fn elections(&self) -> impl Iterator<Item = &crate::record::MotionRecord> {
        self.record.motions.iter().filter(|motion| motion.motion.candidates.is_some())
    }
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let filing = Filing::of(&app, &someone, &poll).await?;
    let sheets = sheets(&app, &reader, &someone, &filing).await?;
    let body = html! {
        div .no-print {
            h1 { (text::title(lang)) }
            p { (text::lead(lang)) }
            p { a .btn href={ "/polls/" (poll) "/filing.zip" } { (text::download(lang)) } }
            p .hint { (text::in_archive(lang)) }
            p { a .btn.second href={ "/polls/" (poll) "/result" } { (text::back(lang)) } }
        }
        (sheets)
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

async fn sheets(app: &App, reader: &Reader, someone: &Someone, filing: &Filing) -> Result<Markup, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(reader, Some(someone))?;
    let mut resolutions = Vec::new();
    for ((motion, record), body) in filing.manifest.motions.iter().zip(&filing.record.motions).zip(&filing.texts) {
        let body = markdown::show_below(&motion.title, body).await?;
        resolutions.push(html! {
            article .sheet.a4 {
                h1 { (text::resolution(lang)) }
                p { (filing.manifest.compound) }
                h2 { (motion.title) }
                (verdict(lang, record.outcome))
                @for bar in record.bars.iter().flatten() { p { (lang.pick(&bar.sentence[0], &bar.sentence[1])) } }
                (elected(lang, record))
                h3 { (text::text_of_motion(lang)) }
                div .text { (body) }
                p { (text::fingerprint_of_text(lang)) " " span .hash translate="no" { (motion.text_sha256) } }
                (to_sign(lang))
            }
        });
    }
    let mut minutes = Vec::new();
    for meeting in &filing.meetings {
        let Some(said) = meetings::published_minutes(app, reader, &looking, meeting).await? else { continue };
        minutes.push(html! { article .sheet.a4 { (said) } });
    }
    Ok(html! {
        (cover(app, lang, filing))
        @for resolution in &resolutions { (resolution) }
        (committee(lang, filing))
        (announcement_sheet(app, lang, &filing.live).await?)
        (roll_sheet(lang, filing))
        (publicity(lang, filing))
        @for sheet in &minutes { (sheet) }
    })
}

fn to_sign(lang: Lang) -> Markup {
    html! { p { (text::signed(lang)) } p { (text::sealed(lang)) } }
}

/// The list of what is there, and the record that it all came from.
fn cover(app: &App, lang: Lang, filing: &Filing) -> Markup {
    let Filing { live, manifest, record, .. } = filing;
    let is_election = filing.elections().next().is_some();
    let parts = [
        (true, text::resolution(lang)),
        (is_election, text::committee(lang)),
        (true, text::result(lang)),
        (true, text::roll(lang)),
        (!filing.notices.is_empty() || !filing.objections.is_empty(), text::publicity(lang)),
        (!filing.meetings.is_empty(), text::minutes(lang)),
    ];
    let (sha256, bytes) = record.archive;
    html! {
        article .sheet.a4 {
            h1 { (text::cover(lang)) }
            (summary(&[
                (text::estate(lang), html! { (manifest.compound) }),
                (text::vote(lang), html! { (manifest.title) }),
                (text::ran(lang), html! { (text::from_to(lang, &when(lang, manifest.opens), &when(lang, manifest.closes))) }),
            ]))
            h2 { (text::contents(lang)) }
            ol { @for (_, part) in parts.into_iter().filter(|(is_there, _)| *is_there) { li { (part) } } }
            @if is_election {
                p { (text::within(lang, &last_day(lang, manifest.closes.saturating_add(FILED_WITHIN)))) }
            }
            h2 { (text::fingerprint(lang)) }
            p { (text::fingerprint_lead(lang)) }
            (summary(&[
                (text::bundle(lang), html! { span .hash translate="no" { (sha256) } " " (text::bytes(lang, number(bytes))) }),
                (text::entries(lang), html! { (number(record.size)) }),
                (text::key(lang), html! { span .key translate="no" { (live.log.key()) } }),
            ]))
            pre translate="no" { (live.log.checkpoint()) }
            p { (text::verify(lang)) }
            pre translate="no" {
                "curl -o " (live.row.id) ".tar " (app.config().origin) "/log/" (live.row.id) "/bundle.tar\n"
                "heyi-audit verify " (live.row.id) ".tar --log-key '" (live.log.key()) "'"
            }
            (to_sign(lang))
        }
    }
}

/// Whoever was elected.
fn committee(lang: Lang, filing: &Filing) -> Markup {
    html! {
        @for motion in filing.elections() {
            article .sheet.a4 {
                h1 { (text::committee(lang)) }
                p { (filing.manifest.compound) }
                h2 { (motion.motion.title) }
                (elected(lang, motion))
                p { (text::committee_lead(lang)) }
                (to_sign(lang))
            }
        }
    }
}

/// Units, those who count as one, and area of a building.
#[derive(Default)]
struct Sum {
    units: u64,
    holders: BTreeSet<ballot::id::HolderNo>,
    area: u64,
}

fn by_building(roll: &Roll) -> BTreeMap<&str, Sum> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for line in roll.lines() {
        let sum = sums.entry(line.building.as_str()).or_default();
        sum.units += 1;
        sum.area += line.area;
        sum.holders.insert(line.holder);
    }
    sums
}

fn roll_sheet(lang: Lang, filing: &Filing) -> Markup {
    let sums = by_building(&filing.roll);
    let line = |name: Markup, units: u64, holders: u64, hundredths: u64| {
        vec![name, html! { (number(units)) }, html! { (number(holders)) }, html! { (area(lang, hundredths)) }]
    };
    let mut rows: Vec<_> = by_number(sums.iter().map(|(name, sum)| (*name, sum)))
        .into_iter()
        .map(|(name, sum)| {
            line(html! { (poll_text::building(lang, name)) }, sum.units, sum.holders.len() as u64, sum.area)
        })
        .collect();
    let all = filing.roll.totals();
    rows.push(line(html! { strong { (text::all(lang)) } }, all.units, all.holders, all.area));
    let heads = [poll_text::building_head(lang), text::units(lang), text::heads(lang), text::area(lang)];
    html! {
        article .sheet.a4 {
            h1 { (text::roll(lang)) }
            p { (filing.manifest.compound) }
            (table(text::roll(lang), &heads, &rows))
            p { (text::one_in_two(lang)) }
            p { (text::root(lang)) " " span .hash translate="no" { (all.root) } }
        }
    }
}

/// Where it was posted and for how long, and what was objected.
fn publicity(lang: Lang, filing: &Filing) -> Markup {
    let posted: Vec<_> = filing
        .notices
        .iter()
        .map(|notice| {
            let hung = notice.boards.iter().filter(|board| board.posted.is_some()).count();
            vec![
                html! { (text::notice(lang, notice.number)) " " (notice.title) },
                html! { (notices::kind_word(lang, notice.kind)) },
                html! { @if let Some(online) = notice.online { (when(lang, online)) } },
                html! { (last_day(lang, notice.until)) },
                html! { (text::boards(lang, hung as u64, notice.boards.len() as u64)) },
            ]
        })
        .collect();
    let objected: Vec<_> = filing
        .objections
        .iter()
        .map(|one| {
            vec![
                html! { (one.number) },
                html! { (motions::objection_words(lang, one.ground)) },
                motions::objection_state(lang, one.state),
                html! { (one.decision) },
            ]
        })
        .collect();
    if posted.is_empty() && objected.is_empty() {
        return html! {};
    }
    let heads =
        [text::notice_head(lang), text::kind(lang), text::online(lang), text::until(lang), text::boards_head(lang)];
    let against = [text::number(lang), text::ground(lang), text::state(lang), text::decision(lang)];
    html! {
        article .sheet.a4 {
            h1 { (text::publicity(lang)) }
            p { (filing.manifest.compound) }
            @if !posted.is_empty() { (table(text::posted(lang), &heads, &posted)) }
            @if !objected.is_empty() { (table(text::objections(lang), &against, &objected)) }
        }
    }
}

async fn archive(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    let filing = Filing::of(&app, &someone, &poll).await?;
    let sheets = sheets(&app, &reader, &someone, &filing).await?;
    let files = files(reader.lang, &filing, &sheets).await?;
    let bytes = pack(&files).map_err(|err| Problem::internal(&err))?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{poll}-filing.zip\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// The files of the archive by their names.
async fn files(lang: Lang, filing: &Filing, sheets: &Markup) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
    let mut files = BTreeMap::from([
        ("filing.html".to_owned(), page(lang, filing, sheets).into_string().into_bytes()),
        ("checkpoint.txt".to_owned(), filing.live.log.checkpoint().as_bytes().to_vec()),
        ("log-key.txt".to_owned(), format!("{}\n", filing.live.log.key()).into_bytes()),
        ("bundle.sha256".to_owned(), format!("{}  {}.tar\n", filing.record.archive.0, filing.live.row.id).into_bytes()),
        ("result.csv".to_owned(), result_csv(filing)?),
        ("roll-totals.csv".to_owned(), roll_csv(filing)?),
    ]);
    for (motion, body) in filing.manifest.motions.iter().zip(&filing.texts) {
        files.insert(format!("texts/{}.md", motion.id), body.clone().into_bytes());
        for hash in motion.attachments.iter().flatten() {
            let bytes = filing.live.log.text(hash).await?;
            files.insert(attachment_name(motion, hash, &bytes), bytes);
        }
    }
    let mut sums = String::new();
    for (name, bytes) in &files {
        // A `String` takes everything.
        let _ = writeln!(sums, "{}  {name}", Hash::of(bytes));
    }
    files.insert("SHA256SUMS".to_owned(), sums.into_bytes());
    Ok(files)
}

fn attachment_name(motion: &Motion, hash: &Hash, bytes: &[u8]) -> String {
    let ending = match super::poll::content_type(bytes) {
        "application/pdf" => "pdf",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        _ => "txt",
    };
    format!("texts/{}-{}.{ending}", motion.id, &hash.to_string()[..8])
}

/// The sheets as one page that needs no other file.
fn page(lang: Lang, filing: &Filing, sheets: &Markup) -> Markup {
    let style = |path| PreEscaped(String::from_utf8_lossy(assets::find(path).unwrap_or_default()).into_owned());
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (text::cover(lang)) " · " (filing.manifest.compound) }
                style { (style("styles/main.css")) (style("styles/more.css")) }
                style media="print" { (style("styles/print.css")) }
            }
            body { main { (sheets) } }
        }
    }
}

fn to_csv(rows: &[Vec<String>]) -> Result<Vec<u8>, Problem> {
    // Spreadsheets know UTF-8 by its byte order mark only.
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    for row in rows {
        writer.write_record(row).map_err(|err| Problem::internal(&err))?;
    }
    writer.into_inner().map_err(|err| Problem::internal(&err))
}

/// Each motion's classes: their units, and their area in hundredths of a square metre.
fn result_csv(filing: &Filing) -> Result<Vec<u8>, Problem> {
    let mut rows = vec![["motion", "outcome", "passed", "class", "units", "area_centi"].map(str::to_owned).to_vec()];
    for motion in &filing.record.motions {
        let (result, tally) = (&motion.result, &motion.result.tally);
        let classes = [
            ("for", tally.for_),
            ("against", tally.against),
            ("abstain", tally.abstain),
            ("marks", tally.marks),
            ("overvoted", tally.overvoted),
            ("invalid", Some(tally.invalid)),
            ("present_only", Some(tally.present_only)),
            ("silent_delivered", Some(tally.silent_delivered)),
            ("silent_undelivered", Some(tally.silent_undelivered)),
        ];
        for (class, figures) in classes {
            let Some(figures) = figures else { continue };
            rows.push(vec![
                result.motion.to_string(),
                result.outcome.clone(),
                result.passed.to_string(),
                class.to_owned(),
                figures.units.to_string(),
                figures.area.to_string(),
            ]);
        }
    }
    to_csv(&rows)
}

fn roll_csv(filing: &Filing) -> Result<Vec<u8>, Problem> {
    let mut rows = vec![["building", "units", "heads", "area_centi"].map(str::to_owned).to_vec()];
    for (name, sum) in by_building(&filing.roll) {
        let figures = [sum.units, sum.holders.len() as u64, sum.area].map(|figure| figure.to_string());
        rows.push([vec![crate::import::guarded(name)], figures.to_vec()].concat());
    }
    to_csv(&rows)
}

/// The same files give the same bytes.
fn pack(files: &BTreeMap<String, Vec<u8>>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
