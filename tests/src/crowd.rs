//! A large community, written by the database itself: what lists look like after ten years.

use ballot::store::{Database, ids::CompoundId};
use sea_orm::{ConnectionTrait as _, DbErr};

/// How much there is of each.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Crowd {
    pub matters: u64,
    /// Comments in all; a tenth of them below the newest matter's neighbours, the rest spread evenly.
    pub remarks: u64,
    /// Reactions in all, to the statements below one matter in a hundred.
    pub reactions: u64,
    pub motions: u64,
    pub notices: u64,
    /// Tasks that follow from decisions.
    pub tasks: u64,
    /// News for the one person.
    pub news: u64,
}

impl Crowd {
    /// One with so many matters, and the rest in proportion: for 100,000 matters a million comments and reactions.
    pub fn of(matters: u64) -> Self {
        Self {
            matters,
            remarks: matters * 5,
            reactions: matters * 5,
            motions: matters / 10,
            notices: matters / 10,
            tasks: matters / 5,
            news: matters / 10,
        }
    }
}

/// Every page that lists what grows with the years.
pub const LISTS: &[&str] = &[
    "/",
    "/matters",
    "/matters?show=open",
    "/matters?show=acknowledged",
    "/matters?show=placed",
    "/matters?show=answered",
    "/matters?show=mine",
    "/matters?before=40",
    "/wishes",
    "/motions",
    "/rules",
    "/motions?before=40",
    "/notices",
    "/notices?before=40",
    "/meetings",
    "/surveys",
    "/mediations",
    "/decisions",
    "/decisions?show=open",
    "/decisions?show=overdue",
    "/decisions?show=done",
    "/decisions?before=40",
    "/places",
    "/search?q=%E7%94%B5%E6%A2%AF",
    "/news",
    "/audit",
    "/c",
    "/c/acts",
    "/c/polls",
];

/// Titles, of which searches find many.
const TITLES: [&str; 8] = [
    "电动车充电桩装在哪里",
    "三号楼电梯夜里有异响",
    "希望花园里多放几张长椅",
    "地下车库漏水",
    "楼道灯坏了三个月",
    "垃圾分类点有异味",
    "快递柜不够用",
    "儿童乐园的地垫破了",
];

/// Fills a compound of a SQLite database whose tables are empty so far. `subject` submitted one matter in a hundred, and
/// is told the news.
///
/// # Errors
/// The database's: a number twice, as where something was there already.
pub async fn fill(database: &Database, compound: &CompoundId, subject: &str, crowd: &Crowd) -> Result<(), DbErr> {
    let sql = Sql::new(compound.as_str(), subject, crowd);
    for sql in sql.talk().into_iter().chain(sql.decisions()) {
        database.writer().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Rows numbered from 1 to `most` as `i`.
fn numbered(most: u64, into: &str, select: &str) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most}) \
         INSERT INTO {into} SELECT {select} FROM n WHERE i <= {most}"
    )
}

/// An id that is a letter and a number, as SQL.
fn id(kind: char, number: &str) -> String {
    format!("printf('{kind}0000000-0000-4000-8000-%012x', {number})")
}

/// What every row is made of.
struct Sql<'a> {
    compound: &'a str,
    subject: &'a str,
    crowd: &'a Crowd,
    /// A title with its number.
    title: String,
    /// Somebody; one row in a hundred is `subject`'s.
    who: String,
}

impl<'a> Sql<'a> {
    fn new(compound: &'a str, subject: &'a str, crowd: &'a Crowd) -> Self {
        let titles = TITLES.iter().enumerate().map(|(n, title)| format!("WHEN {n} THEN '{title}'"));
        let title = format!("CASE i % {} {} END || ' ' || i", TITLES.len(), titles.collect::<Vec<_>>().join(" "));
        let who = format!("CASE i % 100 WHEN 0 THEN '{subject}' ELSE 'person:' || {} END", id('e', "i"));
        Self { compound, subject, crowd, title, who }
    }

    /// Matters, and what is said below them.
    fn talk(&self) -> Vec<String> {
        let Self { compound, crowd, title, who, .. } = self;
        let spread = |rows: u64| (rows / crowd.matters.max(1)).max(1);
        let (below, said) = (spread(crowd.remarks), crowd.matters.min(crowd.matters / 100 + 1));
        let state = "CASE i % 10 WHEN 0 THEN 'submitted' WHEN 1 THEN 'acknowledged' WHEN 2 THEN 'in_progress' ELSE \
                     'closed' END";
        let matter = id('a', "i");
        let of = id('a', &format!("(i - 1) / {below} + 1"));
        let reacted = spread(crowd.reactions) * 100;
        let statement = format!("'matter:' || {}", id('a', "i * 100"));
        let reaction = format!("'matter:' || {}", id('a', &format!("((i - 1) / {reacted} + 1) * 100")));
        vec![
            numbered(
                crowd.matters,
                "matter(id, compound, number, source, title, body, building, state, is_open, level, since, due, left_over, \
             reopened, open_children, is_emergency, responsible, acknowledged_at, answer, answer_kind, rating, created_by, \
             created_at)",
                &format!(
                    "{matter}, '{compound}', i, CASE i % 3 WHEN 0 THEN 'wish' ELSE 'round' END, {title}, '细节', '1', {state}, \
                 i % 10 < 3, 1 + i % 4, 1790000000 + i, CASE i % 10 WHEN 2 THEN 4000000000 END, 0, 0, 0, 0, \
                 CASE WHEN i % 10 > 1 THEN 'staff:90000000-0000-4000-8000-000000000000' END, CASE WHEN i % 10 > 0 THEN 1790000000 END, '', '', NULL, {who}, \
                 1790000000 + i"
                ),
            ),
            numbered(
                crowd.matters,
                "submitter(matter, subject, origin, answered_at, compound, number)",
                &format!("{matter}, {who}, {matter}, CASE WHEN i % 10 > 2 THEN 1790000000 END, '{compound}', i"),
            ),
            numbered(
                crowd.matters,
                "step(object, number, at, verb, actor, state, body, other)",
                &format!("'matter:' || {matter}, 1, 1790000000 + i, 'submit', {who}, 'submitted', '', ''"),
            ),
            numbered(
                crowd.remarks,
                "remark(target, number, compound, side, author, is_official, body, state, reason, at)",
                &format!(
                    "'matter:' || {of}, (i - 1) % {below} + 1, '{compound}', 'remark', {who}, 0, '我也觉得，' || {title}, 'visible', \
                 '', 1790000000 + i"
                ),
            ),
            numbered(
                said,
                "statement(target, number, compound, body, author, is_seed, state, reason, at)",
                &format!("{statement}, 1, '{compound}', {title}, {who}, 0, 'accepted', '', 1790000000"),
            ),
            numbered(
                crowd.reactions,
                "reaction(target, person, number, value)",
                &format!("{reaction}, 'person:' || {}, 1, i % 3 - 1", id('d', &format!("(i - 1) % {reacted}"))),
            ),
        ]
    }

    /// Motions, what was decided on them and is done about it, notices and news.
    fn decisions(&self) -> Vec<String> {
        let Self { compound, subject, crowd, title, who } = self;
        let (matter, motion) = (id('a', "i"), id('b', "i"));
        vec![
            numbered(
                crowd.motions,
                "motion(id, compound, number, kind, title, state, is_open, since, proposer, version, register, window_from, \
             window_until, question, repeats, created_at)",
                &format!(
                    "{motion}, '{compound}', i, 'use_fund', {title}, CASE i % 10 WHEN 0 THEN 'deliberating' ELSE 'decided' END, \
                 i % 10 = 0, 1790000000 + i, {who}, 1, 1, 0, 0, '', 0, 1790000000 + i"
                ),
            ),
            numbered(
                crowd.motions,
                "motion_version(motion, number, state, title, body, cost, attachments, hash, author, reason, at)",
                &format!("{motion}, 1, 'current', {title}, '方案', '', '[]', '', {who}, '', 1790000000"),
            ),
            numbered(
                crowd.notices,
                "notice(id, compound, number, kind, title, body, object, state, since, online_at, until_at, created_by)",
                &format!(
                    "{}, '{compound}', i, 'accounts', {title}, '公告', '', 'posted', 1790000000 + i, 1790000000 + i, 4000000000, \
                 'staff:90000000-0000-4000-8000-000000000000'",
                    id('c', "i")
                ),
            ),
            numbered(
                crowd.motions,
                "decision(compound, number, source, at)",
                &format!("'{compound}', i, 'motion:' || {motion}, 1790000000 + i"),
            ),
            numbered(
                crowd.tasks,
                "task(id, compound, number, source, title, state, is_open, since, responsible, due, due_changes, percent, \
             evidence, note)",
                &format!(
                    "{}, '{compound}', i, 'motion:' || {}, {title}, CASE i % 2 WHEN 0 THEN 'in_progress' ELSE 'verified' END, i % 2 = 0, \
                 1790000000, 'staff:90000000-0000-4000-8000-000000000000', 4000000000, 0, 0, '[]', ''",
                    id('f', "i"),
                    id('b', "(i - 1) / 2 + 1")
                ),
            ),
            numbered(
                crowd.news,
                "news(subject, once, compound, object, verb, at)",
                &format!("'{subject}', 'n' || i, '{compound}', 'matter:' || {matter}, 'answer', 1790000000 + i"),
            ),
            format!(
                "INSERT OR REPLACE INTO number_of(compound, kind, last) VALUES ('{compound}', 'matter', {}), \
             ('{compound}', 'motion', {motions}), ('{compound}', 'decision', {motions}), ('{compound}', 'notice', {}), \
             ('{compound}', 'task', {})",
                crowd.matters,
                crowd.notices,
                crowd.tasks,
                motions = crowd.motions
            ),
        ]
    }
}
