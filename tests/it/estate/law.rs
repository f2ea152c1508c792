//! Reports beside the record: a lot, the official result; and alternatives of which one prevails.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
};

use ballot::{
    audit::audit,
    beside::{Beside, Witness},
    bundle::Bundle,
    hash::Hash,
    id::{Id, PollId},
    register::Register,
    rule::{Prevailing, RuleBook},
    statement::{Answer, Candidate, Choice, Mark, Statement},
    store::{
        place::Matter,
        polls::{Draft, DraftMotion, Draw},
    },
    what_if::Recount,
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, TestPerson, fresh, register, unit},
};

use crate::log::on_both;

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

/// By-laws of the tests' own, beside the rules of the program.
fn site_rules() {
    let text = "rule = \"site.first\"\nextends = \"cn.278.ordinary\"\ntitle = \"先投为准\"\n\
        cite = [\"议事规则 12条\"]\ncertainty = \"bylaw-example\"\n[ballot]\nrevote = \"first\"\n";
    let book = RuleBook::embedded().with_site([("site.first.toml", text.as_bytes())]).unwrap().install();
    assert!(book.text(&"site.first".parse().unwrap()).is_some());
}

/// Three people with a unit each, all of the same area.
async fn three(database: &TestDatabase) -> (TestEstate, Vec<TestPerson>) {
    let estate = TestEstate::new(database).await;
    let persons = register().persons[..3].to_vec();
    let units = vec![unit("1", "101", &[0]), unit("1", "102", &[1]), unit("2", "101", &[2])];
    estate.apply(Register { units, persons, ..Register::default() }).await;
    let letters = estate.letters().await;
    let mut people = Vec::new();
    for name in ["张伟明", "李秀英", "王芳"] {
        people.push(estate.enrol(&letters[name], TestDevice::new()).await.unwrap().0);
    }
    (estate, people)
}

/// Casts each person's answers, closes the poll and signs its result.
async fn decide(estate: &mut TestEstate, poll: &PollId, people: &mut [TestPerson], answers: &[BTreeMap<Id, Answer>]) {
    for (person, answers) in people.iter_mut().zip(answers) {
        let viewer = estate.sign_in(person).await;
        let holder = estate.estate.my_poll(&viewer, poll).await.unwrap().remove(0);
        estate.cast_answers(poll, person, &holder, answers.clone()).await.unwrap();
    }
    estate.clock.set(NOW + 31 * DAY);
    estate.sign_officers_in().await;
    let by = estate.officer(0).await;
    let act = estate.estate.propose_result(&by, poll, estate.now(), &mut fresh()).await.unwrap();
    estate.carry(&act).await;
}

async fn recount(estate: &TestEstate, poll: &PollId) -> Recount {
    let log = estate.estate.logs().log(poll).await.unwrap();
    let bundle = Bundle::from_tar(log.export(Vec::new()).await.unwrap()).unwrap();
    Recount::new(&bundle, log.key(), &BTreeSet::new()).unwrap()
}

fn motion(name: &str, draft: &Draft) -> DraftMotion {
    DraftMotion { id: id(name), ..draft.motions[0].clone() }
}

on_both! {
    async fn a_tie_is_decided_by_a_lot_that_two_officers_sign(database) {
        let (mut estate, mut people) = three(&database).await;
        let mut draft = estate.draft();
        draft.motions[0].id = id("m1");
        draft.motions[0].matter = Matter::Election;
        draft.motions[0].seats = Some(5);
        draft.motions[0].has_abstain = false;
        let candidate = |n: u64| Candidate { id: id(&format!("c{n}")), name: format!("候选人{n}") };
        draft.motions[0].candidates = (1..=7).map(candidate).collect();
        let poll = estate.publish_draft(&draft).await;
        // Seven candidates, each with two of three owners: no five of them are ahead.
        let marks = |ids: &[u64]| {
            let marks = ids.iter().map(|n| (id(&format!("c{n}")), Mark::For)).collect();
            BTreeMap::from([(id("m1"), Answer::Marks(marks))])
        };
        estate.sign_officers_in().await;
        let by = estate.officer(0).await;
        let draw = |drawn: &[&str], witnesses: usize| Draw {
            motion: id("m1"),
            drawn: drawn.iter().map(|name| id(name)).collect(),
            drawn_at: NOW + 31 * DAY - 60,
            method: "纸条抽签".to_owned(),
            witnesses: (0..witnesses).map(|n| Witness { name: format!("见证人{n}"), role: "业主".to_owned() }).collect(),
        };
        let early = estate.estate.propose_lot(&by, &poll, draw(&["c1"], 2), estate.now(), &mut fresh()).await;
        assert_eq!(early.err().map(|err| err.code()), Some("no_result"));
        decide(&mut estate, &poll, &mut people, &[marks(&[1, 2, 3, 4, 5]), marks(&[1, 2, 3, 6, 7]), marks(&[4, 5, 6, 7])]).await;
        let (by, now) = (estate.officer(0).await, estate.now());
        let five = ["c7", "c2", "c3", "c4", "c1"];
        for (why, draw, code) in [
            ("too few drawn", draw(&five[..4], 2), "bad_lot"),
            ("one twice", draw(&["c1", "c1", "c2", "c3", "c4"], 2), "bad_lot"),
            ("one who does not stand", draw(&["c8", "c1", "c2", "c3", "c4"], 2), "bad_lot"),
            ("one witness", draw(&five, 1), "bad_lot"),
            ("before the close", Draw { drawn_at: NOW, ..draw(&five, 2) }, "bad_lot"),
            ("no method", Draw { method: String::new(), ..draw(&five, 2) }, "bad_text"),
            ("no such election", Draw { motion: id("m2"), ..draw(&five, 2) }, "no_tie"),
        ] {
            let refused = estate.estate.propose_lot(&by, &poll, draw, now, &mut fresh()).await;
            assert_eq!(refused.err().map(|err| err.code()), Some(code), "{why}");
        }
        let size = estate.estate.logs().log(&poll).await.unwrap().head().size;
        let act = estate.estate.propose_lot(&by, &poll, draw(&five, 2), now, &mut fresh()).await.unwrap();
        assert!(estate.estate.reports_beside(&estate.compound, &poll).await.unwrap().is_empty(), "not signed yet");
        estate.carry(&act).await;
        let reports = estate.estate.reports_beside(&estate.compound, &poll).await.unwrap();
        assert_eq!(reports.len(), 1);
        assert_eq!(estate.estate.logs().log(&poll).await.unwrap().head().size, size, "the record stays as it is");
        let recount = recount(&estate, &poll).await;
        let manifest = recount.manifest().clone();
        let hash = Hash::of(Statement::Manifest(manifest.clone()).text().as_bytes());
        let opened = Beside::open(reports[0].note.as_bytes(), &manifest, &hash).unwrap();
        opened.check(&recount).unwrap();
        assert!(matches!(&opened, Beside::Lot(lot) if lot.drawn == five.map(id)));
        let changed = reports[0].note.replace("\"c7\",\"c2\"", "\"c2\",\"c7\"");
        assert_ne!(changed, reports[0].note);
        assert!(Beside::open(changed.as_bytes(), &manifest, &hash).is_err(), "nobody signed that");
        let alone: Vec<&str> = reports[0].note.lines().collect();
        let alone = format!("{}\n", alone[..alone.len() - 1].join("\n"));
        let refused = Beside::open(alone.as_bytes(), &manifest, &hash).unwrap_err().to_string();
        assert_eq!(refused, "1 of 2 officers signed");
        assert!(Beside::open(reports[0].note.as_bytes(), &manifest, &Hash([0; 32])).is_err(), "another poll");
        assert!(estate.estate.verify_events(&estate.compound).await.is_ok());
    }

    async fn the_official_result_is_compared_with_our_own_count_figure_by_figure(database) {
        let (mut estate, mut people) = three(&database).await;
        let poll = estate.publish().await;
        let answer = |choice| BTreeMap::from([(id("lift"), Answer::Choice(choice))]);
        decide(&mut estate, &poll, &mut people, &[answer(Choice::For), answer(Choice::For), answer(Choice::Against)]).await;
        let (by, now) = (estate.officer(0).await, estate.now());
        let head = "motion,building,class,heads,units,area\n";
        let equal = format!(
            "{head}lift,,passed,,,\nlift,,for,2,2,179.06\nlift,,against,1,1,89.53\nlift,,participating,3,3,268.59\n\
             lift,1,for,,2,179.06\nlift,2,against,,1,89.53\n"
        );
        let recount = recount(&estate, &poll).await;
        let manifest = recount.manifest().clone();
        let hash = Hash::of(Statement::Manifest(manifest.clone()).text().as_bytes());
        for (why, file, differences) in [
            ("equal", equal.clone(), 0),
            ("one figure", equal.replace("against,1,", "against,2,"), 1),
            ("a hundredth of a square metre", equal.replace("lift,,for,2,2,179.06", "lift,,for,2,2,179.05"), 1),
            ("the outcome", equal.replace("passed", "not_passed"), 1),
            ("a building that we do not have", equal.replace("lift,2,", "lift,9,"), 2),
        ] {
            let named = ("北京业主", "official.csv");
            let act = estate.estate.propose_official(&by, &poll, named, file.clone().into_bytes(), now, &mut fresh()).await;
            estate.carry(&act.unwrap()).await;
            let reports = estate.estate.reports_beside(&estate.compound, &poll).await.unwrap();
            let report = reports.iter().find(|report| match &report.report {
                Beside::Official(official) => official.file_sha256 == Hash::of(file.as_bytes()),
                Beside::Lot(_) => false,
            });
            let report = report.unwrap();
            let Beside::Official(official) = &report.report else { panic!("{why}") };
            assert_eq!(official.differences.len(), differences, "{why}: {:?}", official.differences);
            let opened = Beside::open(report.note.as_bytes(), &manifest, &hash).unwrap();
            opened.check(&recount).unwrap();
            let kept = estate.estate.document(&estate.compound, &official.file_sha256).await.unwrap().unwrap();
            assert_eq!(kept.content, file.into_bytes(), "{why}");
            let mut hidden = official.clone();
            if hidden.differences.pop().is_some() {
                assert!(Beside::Official(hidden).check(&recount).is_err(), "{why}: a difference is left out");
            }
        }
        for (file, system, code) in [("", "北京业主", "bad_file"), ("motion,class\n", "北京业主", "bad_file"), (&equal, "", "bad_text")] {
            let refused = estate.estate.propose_official(&by, &poll, (system, "x"), file.into(), now, &mut fresh()).await;
            assert_eq!(refused.err().map(|err| err.code()), Some(code));
        }
    }

    async fn a_poll_is_held_and_verified_under_the_sites_own_by_laws(database) {
        site_rules();
        let (mut estate, mut people) = three(&database).await;
        let mut draft = estate.draft();
        draft.motions[0].rule = Some("site.first".parse().unwrap());
        let poll = estate.publish_draft(&draft).await;
        let answer = |choice| BTreeMap::from([(id("lift"), Answer::Choice(choice))]);
        decide(&mut estate, &poll, &mut people, &[answer(Choice::For), answer(Choice::For), answer(Choice::Against)]).await;
        let log = estate.estate.logs().log(&poll).await.unwrap();
        let bundle = Bundle::from_tar(log.export(Vec::new()).await.unwrap()).unwrap();
        let (book, motions) = (log.rule_book().await.unwrap(), log.read(|state, _| state.manifest().motions.clone()));
        assert_eq!(book.digest(&motions[0].rule).unwrap(), motions[0].rule_sha256, "pages read the rules of the record");
        for file in ["rules/site.first.toml", "rules/cn.278.ordinary.toml", "rules/cn.base.toml"] {
            assert!(bundle.paths().any(|path| path == file), "the record brings {file}");
        }
        let report = audit(&bundle, log.key(), NonZeroUsize::MIN).unwrap();
        assert!(report.is_ok(), "who has none of the site's files verifies it");
        let recount = recount(&estate, &poll).await;
        let (rule, count) = recount.decide(&recount.motions()[0]).unwrap();
        assert_eq!(rule.name.as_str(), "site.first");
        assert!(count.report.outcome().is_passed());
    }

    async fn silence_is_counted_only_with_the_clause_that_says_so(database) {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let mut draft = estate.draft();
        draft.motions[0].rule = Some("cn.278.ordinary.silent-majority".parse().unwrap());
        let found = async |draft: &Draft| {
            let findings = estate.estate.check_draft(&estate.compound, draft, estate.now()).await.unwrap();
            findings.iter().any(|finding| finding.code == "clause_missing" && finding.is_error)
        };
        assert!(found(&draft).await);
        assert!(!found(&Draft { test: true, ..draft.clone() }).await, "a rehearsal has no effect");
        let by = estate.officer(0).await;
        let clause = b"%PDF-1.4".to_vec();
        let clause = estate.estate.store_document(&by, "a.pdf", "application/pdf", clause, estate.now()).await.unwrap();
        draft.motions[0].attachments.insert(clause);
        assert!(!found(&draft).await);
    }

    async fn a_change_of_use_is_decided_by_the_others_of_the_building(database) {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let mut draft = Draft { scope: ["1".to_owned()].into(), ..estate.draft() };
        draft.motions[0].matter = Matter::HomeIntoBusiness;
        let labels: Vec<String> = register().units.iter().filter(|unit| unit.label.building == "1").map(|unit| unit.label.key()).collect();
        let errors = async |draft: &Draft| {
            let findings = estate.estate.check_draft(&estate.compound, draft, estate.now()).await.unwrap();
            findings.into_iter().filter(|finding| finding.is_error).map(|finding| finding.code).collect::<Vec<_>>()
        };
        for (why, left_out) in [("nobody applies", ""), ("no such home", "|1|1|999"), ("another building's", "|2|1|201")] {
            let draft = Draft { left_out: left_out.to_owned(), ..draft.clone() };
            assert_eq!(errors(&draft).await, ["applicant_missing"], "{why}");
        }
        assert_eq!(estate.estate.homes_like(&estate.compound, "1号楼1单元101").await.unwrap(), ["|1|1|101"]);
        "|1|1|101".clone_into(&mut draft.left_out);
        assert!(labels.contains(&draft.left_out) && errors(&draft).await.is_empty());
        let poll = estate.publish_draft(&draft).await;
        let log = estate.estate.logs().log(&poll).await.unwrap();
        let (rule, units) = log.read(|state, _| (state.manifest().motions[0].rule.to_string(), state.manifest().roll.units));
        assert_eq!((rule.as_str(), units), ("cn.279.change-of-use", labels.len() as u64 - 1));
    }

    async fn of_alternatives_the_one_with_more_for_by_every_measure_prevails(database) {
        let (mut estate, mut people) = three(&database).await;
        let own = estate.draft();
        let motions = ["alt1_1", "alt1_2", "gate", "alt2_1", "alt2_2"].map(|name| motion(name, &own));
        let poll = estate.publish_draft(&Draft { motions: motions.to_vec(), ..own }).await;
        let answers = |choices: [Choice; 5]| {
            let names = ["alt1_1", "alt1_2", "gate", "alt2_1", "alt2_2"].map(id);
            names.into_iter().zip(choices.map(Answer::Choice)).collect::<BTreeMap<_, _>>()
        };
        let (yes, no) = (Choice::For, Choice::Against);
        let cast = [answers([yes, yes, yes, yes, yes]), answers([yes, yes, yes, yes, no]), answers([yes, no, yes, no, yes])];
        decide(&mut estate, &poll, &mut people, &cast).await;
        let results = recount(&estate, &poll).await.prevailing().unwrap();
        let prevailing: Vec<_> = results.iter().map(|result| result.prevailing.clone()).collect();
        assert_eq!(prevailing, [Prevailing::One(0), Prevailing::Runoff(vec![3, 4])], "three against two; two each");
    }
}
