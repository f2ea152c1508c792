//! The official result: the file that officers import, and how it compares with our own count.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{BesideError, untrue};
use crate::{
    hash::Hash,
    id::{Id, PollId},
    rule::{Class, Ratio, Who},
    statement::Motion,
    tally::{MotionCount, MotionFigures},
    what_if::Recount,
};

/// The most rows of a file.
const MAX_ROWS: usize = 5_000;

/// Whose figure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficialClass {
    /// 同意
    For,
    /// 反对
    Against,
    /// 弃权
    Abstain,
    /// 参加表决
    Participating,
}

/// What a figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficialMeasure {
    /// Square metres.
    Area,
    /// Owners, as the rule counts them.
    Heads,
    /// Units.
    Units,
}

/// One figure of the official result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficialFigure {
    /// Of this building alone; left out: of the whole roll.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// Whose.
    pub class: OfficialClass,
    /// What is measured.
    pub measure: OfficialMeasure,
    /// Of which motion.
    pub motion: Id,
    /// How much: a whole number or a reduced fraction.
    pub value: String,
}

/// Whether a motion passed by the official result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficialOutcome {
    /// Which.
    pub motion: Id,
    /// Whether it did.
    pub passed: bool,
}

/// Where the official result and our own count differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Of this building alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// Whose figure; left out: it is the outcome that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<OfficialClass>,
    /// What is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<OfficialMeasure>,
    /// Of which motion.
    pub motion: Id,
    /// Officially.
    pub official: String,
    /// By our count; left out: it has no such figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours: Option<String>,
}

/// What the city's system says a poll came to, beside our own count of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Official {
    /// When it was written down, Unix seconds.
    pub at: u64,
    /// Every difference, in ascending order.
    pub differences: Vec<Difference>,
    /// What the file says, in ascending order.
    pub figures: Vec<OfficialFigure>,
    /// SHA-256 of the file as it was imported.
    pub file_sha256: Hash,
    /// SHA-256 of the manifest's text.
    pub manifest: Hash,
    /// What each motion came to officially.
    pub outcomes: Vec<OfficialOutcome>,
    /// Of which poll.
    pub poll: PollId,
    /// The tree of the record that was counted.
    pub root: Hash,
    /// How many entries that has.
    pub size: u64,
    /// What the official system is called.
    pub system: String,
}

/// Why a file is no official result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficialFileError {
    /// Neither of the two forms.
    #[error("the file is neither CSV with the columns motion, building, class, heads, units, area nor such JSON: {0}")]
    Form(String),
    /// A row says what it may not.
    #[error("row {row}: {reason}")]
    Row {
        /// Counted from 1, without the heads.
        row: usize,
        /// What would have been right.
        reason: String,
    },
    /// Nothing in it.
    #[error("the file names no motion of this poll")]
    Empty,
}

/// One row, as either form has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    motion: String,
    #[serde(default)]
    building: String,
    class: String,
    #[serde(default)]
    heads: String,
    #[serde(default)]
    units: String,
    #[serde(default)]
    area: String,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficialFile {
    /// Figures, ascending.
    pub figures: Vec<OfficialFigure>,
    /// Outcomes, ascending.
    pub outcomes: Vec<OfficialOutcome>,
}

impl OfficialFile {
    /// Reads an official result: CSV, or JSON `{"rows": [{…}]}` with the same names, values as texts.
    ///
    /// - `class`: `for`, `against`, `abstain`, `participating` with at least one figure; or `passed` or
    ///   `not_passed`, which says what the motion came to and has none.
    /// - `building` empty: of the whole roll. `area` in square metres.
    ///
    /// # Errors
    /// The first row that is unsound, with what would have been right.
    pub fn parse(bytes: &[u8], motions: &[Motion]) -> Result<Self, OfficialFileError> {
        let rows = rows(bytes)?;
        if MAX_ROWS < rows.len() {
            return Err(OfficialFileError::Form(format!("{} rows are too many, {MAX_ROWS} are allowed", rows.len())));
        }
        let (mut figures, mut outcomes) = (BTreeMap::new(), BTreeMap::new());
        for (row, number) in rows.iter().zip(1..) {
            let fault = |reason: String| OfficialFileError::Row { row: number, reason };
            let found = motions.iter().find(|motion| motion.id.as_str() == row.motion.trim());
            let motion = found.ok_or_else(|| {
                let known: Vec<_> = motions.iter().map(|motion| motion.id.as_str()).collect();
                fault(format!("the poll has no motion \"{}\"; it has {}", row.motion, known.join(", ")))
            })?;
            let cells = [
                (OfficialMeasure::Heads, row.heads.trim()),
                (OfficialMeasure::Units, row.units.trim()),
                (OfficialMeasure::Area, row.area.trim()),
            ];
            let has_figures = cells.iter().any(|(_, cell)| !cell.is_empty());
            let building = Some(row.building.trim().to_owned()).filter(|name| !name.is_empty());
            if building.as_deref().is_some_and(|name| !crate::json::is_record_text(name) || 100 < name.len()) {
                return Err(fault("building: not a text that a report can hold".to_owned()));
            }
            let class = match row.class.trim() {
                word @ ("passed" | "not_passed") => {
                    if has_figures || building.is_some() {
                        return Err(fault(format!("{word} has neither figures nor building")));
                    }
                    if outcomes.insert(motion.id.clone(), word == "passed").is_some() {
                        return Err(fault("the outcome of this motion stands above already".to_owned()));
                    }
                    continue;
                }
                "for" => OfficialClass::For,
                "against" => OfficialClass::Against,
                "abstain" => OfficialClass::Abstain,
                "participating" => OfficialClass::Participating,
                _ => {
                    return Err(fault("class: for, against, abstain, participating, passed or not_passed".to_owned()));
                }
            };
            if !has_figures {
                return Err(fault("heads, units or area: one at least".to_owned()));
            }
            for (measure, cell) in cells.into_iter().filter(|(_, cell)| !cell.is_empty()) {
                let value = amount(measure, cell).map_err(&fault)?;
                let key = (motion.id.clone(), building.clone(), class, measure);
                if figures.insert(key, value.to_string()).is_some() {
                    return Err(fault("the same figure stands above already".to_owned()));
                }
            }
        }
        if figures.is_empty() && outcomes.is_empty() {
            return Err(OfficialFileError::Empty);
        }
        let mut figures: Vec<_> = figures
            .into_iter()
            .map(|((motion, building, class, measure), value)| OfficialFigure {
                building,
                class,
                measure,
                motion,
                value,
            })
            .collect();
        figures.sort();
        let outcomes = outcomes.into_iter().map(|(motion, passed)| OfficialOutcome { motion, passed }).collect();
        Ok(Self { figures, outcomes })
    }
}

fn amount(measure: OfficialMeasure, cell: &str) -> Result<Ratio, String> {
    let (word, example) = match measure {
        OfficialMeasure::Heads => ("heads", "a whole number, such as 120"),
        OfficialMeasure::Units => ("units", "a whole number, such as 120"),
        OfficialMeasure::Area => ("area", "square metres with at most two decimals, such as 10234.56"),
    };
    let wrong = || format!("{word}: {example}");
    let value: Ratio = cell.parse().map_err(|_| wrong())?;
    let scaled = if measure == OfficialMeasure::Area { value.times(&Ratio::from(100)) } else { value.clone() };
    let is_whole = scaled.floor().to_u128().is_some_and(|whole| Ratio::from(whole) == scaled);
    if is_whole && !cell.contains('/') { Ok(value) } else { Err(wrong()) }
}

fn rows(bytes: &[u8]) -> Result<Vec<Row>, OfficialFileError> {
    let form = |reason: String| OfficialFileError::Form(reason);
    let text = str::from_utf8(bytes).map_err(|_| form("it is not UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).trim();
    if text.starts_with('{') {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            rows: Vec<Row>,
        }
        return serde_json::from_str::<File>(text).map(|file| file.rows).map_err(|err| form(err.to_string()));
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let heads = lines.next().ok_or_else(|| form("it is empty; motion and class are columns".to_owned()))?;
    let heads: Vec<&str> = heads.split(',').map(str::trim).collect();
    let known = ["motion", "building", "class", "heads", "units", "area"];
    if let Some(other) = heads.iter().find(|head| !known.contains(head)) {
        return Err(form(format!("there is no column \"{other}\"")));
    }
    let distinct: BTreeSet<_> = heads.iter().collect();
    if distinct.len() != heads.len() || !heads.contains(&"motion") || !heads.contains(&"class") {
        return Err(form("motion and class are columns, and none stands twice".to_owned()));
    }
    let mut rows = Vec::new();
    for (line, number) in lines.zip(1..) {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
        if cells.len() != heads.len() {
            let reason = format!("{} cells below {} columns; areas have no commas in them", cells.len(), heads.len());
            return Err(OfficialFileError::Row { row: number, reason });
        }
        let cell = |name: &str| {
            let at = heads.iter().position(|head| *head == name);
            at.map_or(String::new(), |at| cells[at].to_owned())
        };
        rows.push(Row {
            motion: cell("motion"),
            building: cell("building"),
            class: cell("class"),
            heads: cell("heads"),
            units: cell("units"),
            area: cell("area"),
        });
    }
    Ok(rows)
}

/// Our own count of one motion.
#[derive(Debug, Clone)]
pub struct OwnCount {
    /// Every step.
    pub count: MotionCount,
    /// By building.
    pub figures: MotionFigures,
}

impl OwnCount {
    /// Our own counts of a poll's motions, in their order.
    ///
    /// # Errors
    /// A rule that the bundle does not have.
    pub fn of(recount: &Recount) -> Result<Vec<Self>, BesideError> {
        let own = |motion: &Motion| {
            let (_, count) = recount.decide(motion)?;
            let figures = recount.figures(&count);
            Ok(Self { count, figures })
        };
        recount.motions().iter().map(own).collect()
    }

    fn figure(&self, figure: &OfficialFigure) -> Option<Ratio> {
        let classes: &[Class] = match figure.class {
            OfficialClass::For => &[Class::For],
            OfficialClass::Against => &[Class::Against],
            OfficialClass::Abstain => &[Class::Abstain],
            OfficialClass::Participating => &[Class::For, Class::Against, Class::Abstain],
        };
        let name = match figure.measure {
            OfficialMeasure::Area => "area",
            OfficialMeasure::Heads => "heads",
            OfficialMeasure::Units => "units",
        };
        match (&figure.building, figure.measure) {
            // Whom several buildings share counts once in the whole, so that no building has heads of its own.
            (Some(_), OfficialMeasure::Heads) => None,
            (None, OfficialMeasure::Area | OfficialMeasure::Heads) => {
                let who = match figure.class {
                    OfficialClass::For => Who::For,
                    OfficialClass::Against => Who::Against,
                    OfficialClass::Abstain => Who::Abstain,
                    OfficialClass::Participating => Who::Participating,
                };
                self.count.report.last().sums.iter().find(|sums| sums.measure_name == name)?.of(who)
            }
            (building, _) => {
                let wanted = |name: &str| building.as_deref().is_none_or(|building| building == name);
                if building.as_deref().is_some_and(|building| !self.figures.by_building.contains_key(building)) {
                    return None;
                }
                let own = self.figures.by_building.iter().filter(|(name, _)| wanted(name));
                let fit = own.flat_map(|(_, by_class)| classes.iter().filter_map(|class| by_class.get(class)));
                let (units, area) = fit.fold((0, 0), |(units, area), one| (units + one.units, area + one.area));
                Some(match figure.measure {
                    OfficialMeasure::Units => Ratio::from(u128::from(units)),
                    OfficialMeasure::Area | OfficialMeasure::Heads => Ratio::new(u128::from(area), 100),
                })
            }
        }
    }
}

/// Every difference between an official result and our own count, ascending.
pub fn compare(file: &OfficialFile, own: &[OwnCount]) -> Vec<Difference> {
    let of = |motion: &Id| own.iter().find(|own| own.count.motion == *motion);
    let mut differences = Vec::new();
    for outcome in &file.outcomes {
        let ours = of(&outcome.motion).map(|own| own.count.report.outcome().is_passed());
        if ours != Some(outcome.passed) {
            let word = |passed: bool| if passed { "passed" } else { "not_passed" }.to_owned();
            differences.push(Difference {
                building: None,
                class: None,
                measure: None,
                motion: outcome.motion.clone(),
                official: word(outcome.passed),
                ours: ours.map(word),
            });
        }
    }
    for figure in &file.figures {
        let ours = of(&figure.motion).and_then(|own| own.figure(figure)).map(|ours| ours.to_string());
        if ours.as_deref() != Some(figure.value.as_str()) {
            differences.push(Difference {
                building: figure.building.clone(),
                class: Some(figure.class),
                measure: Some(figure.measure),
                motion: figure.motion.clone(),
                official: figure.value.clone(),
                ours,
            });
        }
    }
    differences.sort();
    differences
}

impl Official {
    /// Checks that the differences it lists are those that there are.
    ///
    /// # Errors
    /// A difference is missing, or is none.
    pub fn check(&self, recount: &Recount) -> Result<(), BesideError> {
        let file = OfficialFile { figures: self.figures.clone(), outcomes: self.outcomes.clone() };
        if compare(&file, &OwnCount::of(recount)?) != self.differences {
            return untrue("the differences from the count of the record are others than the report lists");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Choice;

    fn motions() -> Vec<Motion> {
        let motion = |id: &str| Motion {
            attachments: None,
            candidates: None,
            choices: vec![Choice::For, Choice::Against],
            id: id.parse().expect("an id"),
            rule: "cn.278.ordinary".parse().expect("a rule"),
            rule_sha256: Hash([0; 32]),
            seats: None,
            text_sha256: Hash([0; 32]),
            title: id.to_owned(),
        };
        vec![motion("lift"), motion("gate")]
    }

    const CSV: &str = "motion,building,class,heads,units,area\n\
        lift,,passed,,,\n\
        lift,,for,3,4,358.12\n\
        lift,1,for,,2,179.06\n";

    #[test]
    fn both_forms_say_the_same() {
        let json = r#"{"rows":[{"motion":"lift","class":"passed"},
            {"motion":"lift","class":"for","heads":"3","units":"4","area":"358.12"},
            {"motion":"lift","building":"1","class":"for","units":"2","area":"179.06"}]}"#;
        let read = OfficialFile::parse(CSV.as_bytes(), &motions()).expect("sound");
        assert_eq!(OfficialFile::parse(json.as_bytes(), &motions()), Ok(read.clone()));
        assert_eq!(
            OfficialFile::parse(format!("\u{FEFF}{}", CSV.replace('\n', "\r\n")).as_bytes(), &motions()),
            Ok(read.clone())
        );
        assert_eq!((read.figures.len(), read.outcomes.len()), (5, 1));
        let values: Vec<_> = read.figures.iter().map(|figure| figure.value.as_str()).collect();
        assert_eq!(values, ["8953/25", "3", "4", "8953/50", "2"], "{:?}", read.figures);
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_what_would_have_been_right() {
        let head = "motion,building,class,heads,units,area\n";
        for (file, says) in [
            (String::new(), "motion and class are columns"),
            ("motion,klass\n".to_owned(), "no column \"klass\""),
            (head.to_owned(), "names no motion"),
            (format!("{head}roof,,for,1,,\n"), "it has lift, gate"),
            (format!("{head}lift,,for,,,\n"), "one at least"),
            (format!("{head}lift,,maybe,1,,\n"), "class: for, against"),
            (format!("{head}lift,,for,-1,,\n"), "row 1: heads"),
            (format!("{head}lift,,for,1.5,,\n"), "a whole number"),
            (format!("{head}lift,,for,,,1.005\n"), "two decimals"),
            (format!("{head}lift,,for,1/2,,\n"), "row 1: heads"),
            (format!("{head}lift,,for,,,10,234.56\n"), "no commas"),
            (format!("{head}lift,,for,1,,\nlift,,for,1,,\n"), "row 2: the same figure"),
            (format!("{head}lift,,passed,1,,\n"), "neither figures"),
            (format!("{head}lift,,passed,,,\nlift,,not_passed,,,\n"), "stands above"),
            (r#"{"rows":[{"motion":"lift","class":"for","heads":3}]}"#.to_owned(), "string"),
            (r#"{"rows":[],"more":1}"#.to_owned(), "more"),
        ] {
            let err = OfficialFile::parse(file.as_bytes(), &motions()).expect_err(&file).to_string();
            assert!(err.contains(says), "{file}: {err}");
        }
        assert!(OfficialFile::parse(&[0xFF], &motions()).is_err());
    }
}
