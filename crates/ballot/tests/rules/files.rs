//! Rule files: which come with the program, and what is refused.

use std::{collections::BTreeSet, fs, path::Path};

use ballot::{
    hash::Hash,
    id::RuleName,
    rule::{Day, RuleBook, Silent, place::parse_places},
};

fn folder(path: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let files = entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.map(|path| path.file_stem().expect("a name").to_str().expect("UTF-8").to_owned()).collect()
}

fn name(name: &str) -> RuleName {
    name.parse().expect("a rule's name")
}

#[test]
fn every_file_of_the_folders_is_in_the_program_and_sound() {
    let book = RuleBook::embedded();
    let names: BTreeSet<String> = book.names().map(ToString::to_string).collect();
    assert_eq!(names, folder("rules"));
    for name in book.votable() {
        let rule = book.resolve(name).unwrap_or_else(|err| panic!("{err}"));
        assert!(!rule.cite.is_empty() && !rule.title.is_empty(), "{name}");
        for mark in rule.certainty.split('+') {
            let known = ["text", "secondary", "memory", "contested", "bylaw-example"];
            assert!(known.contains(&mark), "{name}: {mark}");
        }
    }
    let places: BTreeSet<String> = ballot::rule::place::places().keys().map(ToString::to_string).collect();
    assert_eq!(places, folder("rules/places"));
}

/// The digests that an independent program put into the sample bundles' manifests.
#[test]
fn digests_cover_a_rule_its_parents_and_second_rounds() {
    let book = RuleBook::embedded();
    for (rule, digest) in [
        ("cn.278.ordinary", "456cd4acbbe948cb7075697b2d72c60c56922453c9cf2f56dfd493ed310d59e7"),
        ("cn.278.special", "a9e56288e8f4967eddbc75a1a123c5cf679c4ceaec31859061955551828918f7"),
        ("cn.election.committee", "22cf2ccbe43befd3c956b5d4d645211f3b1224cce75c0f58446790cde181fe1c"),
    ] {
        assert_eq!(book.digest(&name(rule)).map(|hash| hash.to_string()).as_deref(), Ok(digest), "{rule}");
    }
    let closure = |rule: &str| {
        book.closure(&name(rule)).expect("a rule").iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(closure("fr.1965.26"), "base.meeting fr.1965.24 fr.1965.25 fr.1965.25-final fr.1965.26");
    assert_eq!(closure("tw.cmca.32"), "base.meeting tw.cmca.31 tw.cmca.32");
    let lines = ["cn.278.ordinary", "cn.base"]
        .map(|rule| format!("{}  {rule}.toml\n", Hash::of(book.text(&name(rule)).expect("a file").as_bytes())));
    assert_eq!(book.digest(&name("cn.278.ordinary")), Ok(Hash::of(lines.concat().as_bytes())));
}

#[test]
fn rounds_are_the_rule_and_those_that_its_gateways_lead_to() {
    let rounds = |rule: &str| {
        let rounds = RuleBook::embedded().rounds(&name(rule)).expect("a rule");
        rounds.iter().map(|rule| rule.name.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rounds("fr.1965.26"), "fr.1965.26 fr.1965.25-final");
    assert_eq!(rounds("fr.1965.25"), "fr.1965.25 fr.1965.24");
    assert_eq!(rounds("tw.cmca.32"), "tw.cmca.32");
    assert_eq!(rounds("cn.278.special"), "cn.278.special");
}

#[test]
fn the_day_picks_the_version() {
    let book = RuleBook::embedded();
    let is_law = |rule: &str, day: &str| {
        let day: Day = day.parse().expect("a day");
        book.resolve(&name(rule)).expect("a rule").in_force.contains(day)
    };
    assert!(
        is_law("cn.278.special", "2021-01-01") && !is_law("cn.278.special", "2020-12-31"),
        "taken over from the parent"
    );
    assert!(is_law("jp.kubun.62", "2026-04-01") && !is_law("jp.kubun.62", "2026-03-31"));
    assert!(is_law("cn.279.change-of-use", "1990-01-01"), "no day is given");
    let text = "rule = \"x\"\nextends = \"cn.278.special\"\nin_force = { until = \"2027-06-30\" }\n";
    let site = super::site_book("x", text);
    let rule = site.resolve(&name("x")).expect("a rule");
    for (day, holds) in [("2020-12-31", false), ("2021-01-01", true), ("2027-06-30", true), ("2027-07-01", false)] {
        assert_eq!(rule.in_force.contains(day.parse().expect("a day")), holds, "{day}");
    }
}

#[test]
fn tables_are_merged_lists_replaced_and_abstract_not_taken_over() {
    let ningbo = RuleBook::embedded().resolve(&name("cn.ningbo.ordinary")).expect("a rule");
    let heads = &ningbo.measures[ningbo.measure("heads").expect("heads")];
    assert!(heads.is_undelivered_developers && heads.exclude_kinds == ["parking"]);
    let part = "rule = \"x\"\nextends = \"cn.278.ordinary\"\n[treat]\nsilent_delivered = \"participates\"\n";
    let rule = super::site_book("x", part).resolve(&name("x")).expect("a rule");
    assert_eq!(rule.treat.silent_delivered, Silent::Participates);
    assert_eq!(rule.title, "业主共同决定 一般事项 (1)-(5)、(9)", "what the child leaves out is the parent's");
    assert_eq!(rule.with_silent(Silent::Absent).treat.silent_delivered, Silent::Absent);
}

const HEAD: &str = "jurisdiction = \"XX\"\ntitle = \"t\"\ncite = []\ncertainty = \"text\"\nextends = \"base.meeting\"\n\
    measures = { units = { weight = \"one\", per = \"unit\" } }\n";
const PASS: &str = "pass = [ { who = \"for\", measure = \"units\", more_than = \"1/2\", of = \"voting\" } ]\n";

#[test]
#[allow(clippy::too_many_lines)] // one table
fn an_unsound_file_is_refused_with_its_key_and_what_would_be_right() {
    let refused = |text: &str| {
        let text = format!("rule = \"site.x\"\n{text}");
        let files = [("site.x.toml", text.as_bytes())];
        RuleBook::embedded().with_site(files).expect_err(&text).to_string()
    };
    let condition = |inner: &str| format!("{HEAD}pass = [ {inner} ]\n");
    for (why, text, wanted) in [
        ("unknown key", format!("{HEAD}{PASS}quorums = []\n"), vec!["site.x.toml", "quorums", "expected", "quorum"]),
        (
            "unknown inner key",
            format!("{HEAD}{PASS}[treat]\nsilence = \"absent\"\n"),
            vec!["silence", "silent_delivered"],
        ),
        (
            "a float",
            condition("{ who = \"for\", measure = \"units\", more_than = 0.5, of = \"voting\" }"),
            vec!["line 8", "more_than = 0.5", "in quotes"],
        ),
        (
            "a number without quotes",
            condition("{ who = \"for\", measure = \"units\", at_least = 1, of = \"all\" }"),
            vec!["integer `1`", "in quotes"],
        ),
        (
            "a zero denominator",
            condition("{ who = \"for\", measure = \"units\", at_least = \"1/0\", of = \"all\" }"),
            vec!["2/3"],
        ),
        (
            "unknown measure",
            condition("{ who = \"for\", measure = \"area\", at_least = \"1\", of = \"all\" }"),
            vec!["pass[0].measure", "\"area\"", "units"],
        ),
        (
            "unknown word in who",
            condition("{ who = \"yes\", measure = \"units\", at_least = \"1\", of = \"all\" }"),
            vec!["pass[0].who", "participating"],
        ),
        (
            "unknown word in of",
            condition("{ who = \"for\", measure = \"units\", at_least = \"1\", of = \"roll\" }"),
            vec!["pass[0].of", "present"],
        ),
        (
            "no base",
            condition("{ who = \"for\", measure = \"units\", at_least = \"1\" }"),
            vec!["pass[0].of", "is missing"],
        ),
        (
            "a count of something",
            condition("{ who = \"for\", measure = \"units\", count = \"3\", of = \"all\" }"),
            vec!["pass[0].of", "leave it out"],
        ),
        (
            "two comparisons",
            condition("{ who = \"for\", measure = \"units\", at_least = \"1\", at_most = \"1\", of = \"all\" }"),
            vec!["pass[0]", "exactly one"],
        ),
        ("no comparison", condition("{ who = \"for\", measure = \"units\", of = \"all\" }"), vec!["exactly one"]),
        (
            "or_count alone",
            condition("{ who = \"for\", measure = \"units\", at_most = \"1\", or_count = \"3\", of = \"all\" }"),
            vec!["or_count", "at_least"],
        ),
        (
            "objecting in pass",
            condition("{ who = \"objecting\", measure = \"units\", at_most = \"1\", of = \"all\" }"),
            vec!["pass", "confirm"],
        ),
        ("no conditions", HEAD.to_owned(), vec!["pass", "conditions"]),
        (
            "unknown weight",
            format!("{}{PASS}", HEAD.replace("\"one\"", "\"rooms\"")),
            vec!["measures.units.weight", "share_value"],
        ),
        ("no title", format!("{}{PASS}", HEAD.replace("title = \"t\"\n", "")), vec!["title", "is missing"]),
        (
            "no treatment",
            format!("{}{PASS}", HEAD.replace("extends = \"base.meeting\"\n", "")),
            vec!["treat", "is missing"],
        ),
        (
            "missing parent",
            format!("{}{PASS}", HEAD.replace("base.meeting", "base.gone")),
            vec!["extends", "base.gone"],
        ),
        (
            "its own parent",
            format!("{}{PASS}", HEAD.replace("base.meeting", "site.x")),
            vec!["extends", "must not go round"],
        ),
        (
            "missing second round",
            format!(
                "{HEAD}{PASS}gateway = [ {{ when = \"lost\", then = \"site.y\", same_ballots = true, cite = \"c\", needs = [] }} ]\n"
            ),
            vec!["site.y"],
        ),
        (
            "abstract second round",
            format!(
                "{HEAD}{PASS}gateway = [ {{ when = \"lost\", then = \"base.meeting\", same_ballots = true, cite = \"c\", needs = [] }} ]\n"
            ),
            vec!["base.meeting", "abstract"],
        ),
        (
            "unknown when",
            format!(
                "{HEAD}{PASS}gateway = [ {{ when = \"tied\", then = \"site.x\", same_ballots = true, cite = \"c\", needs = [] }} ]\n"
            ),
            vec!["tied", "no_quorum_or_lost"],
        ),
        (
            "a cap without its part",
            format!(
                "{HEAD}{PASS}cap = [ {{ by = \"owner\", measures = [\"units\"], mode = \"reduce_to_others\" }} ]\n"
            ),
            vec!["cap.above", "is missing"],
        ),
        (
            "a cap with another's part",
            format!(
                "{HEAD}{PASS}cap = [ {{ by = \"owner\", measures = [\"units\"], mode = \"reduce_to_others\", above = \"1/2\", max = \"1/5\" }} ]\n"
            ),
            vec!["cap.max", "another mode"],
        ),
        (
            "a cap above the whole",
            format!(
                "{HEAD}{PASS}cap = [ {{ by = \"owner\", measures = [\"units\"], mode = \"excess_not_counted\", max = \"6/5\" }} ]\n"
            ),
            vec!["cap.max", "at most \"1\""],
        ),
        (
            "a cap too fine",
            format!(
                "{HEAD}{PASS}cap = [ {{ by = \"owner\", measures = [\"units\"], mode = \"excess_not_counted\", max = \"1/101\" }} ]\n"
            ),
            vec!["cap.max", "1/100"],
        ),
        (
            "a cap on nothing",
            format!(
                "{HEAD}{PASS}cap = [ {{ by = \"owner\", measures = [\"rooms\"], mode = \"excess_not_counted\", max = \"1/5\" }} ]\n"
            ),
            vec!["cap.measures", "units"],
        ),
        (
            "a limit that limits nothing",
            format!("{HEAD}{PASS}[proxy]\nover = \"excess\"\n"),
            vec!["proxy", "max_principals"],
        ),
        (
            "min_allowed alone",
            format!("{HEAD}{PASS}[proxy]\nover = \"excess\"\nmin_allowed = 2\n"),
            vec!["proxy.min_allowed", "max_units_fraction"],
        ),
        ("no over", format!("{HEAD}{PASS}[proxy]\nmax_principals = 3\n"), vec!["proxy.over"]),
        (
            "no rank",
            format!("{HEAD}{PASS}[election]\nseats_from = \"motion\"\ntie = \"lot\"\n"),
            vec!["election.rank", "for:heads"],
        ),
        (
            "a rank by nothing",
            format!("{HEAD}{PASS}[election]\nseats_from = \"motion\"\ntie = \"lot\"\nrank = [\"against:units\"]\n"),
            vec!["election.rank", "for:"],
        ),
        ("a day that is none", format!("{HEAD}{PASS}in_force = {{ from = \"2026-02-30\" }}\n"), vec!["2026-04-01"]),
        (
            "days the wrong way round",
            format!("{HEAD}{PASS}in_force = {{ from = \"2026-02-02\", until = \"2026-02-01\" }}\n"),
            vec!["in_force.until", "2026-02-02"],
        ),
        ("a flag that is none", format!("{HEAD}{PASS}exclude = {{ Arrears = \"all\" }}\n"), vec!["a-z"]),
        ("no TOML", "rule = \n".to_owned(), vec!["line 2"]),
        ("a key twice", format!("{HEAD}{PASS}title = \"u\"\n"), vec!["duplicate key"]),
        (
            "a float somewhere else",
            format!("{HEAD}{PASS}[proxy]\nover = \"excess\"\nmax_principals = 3.0\n"),
            vec!["max_principals = 3.0", "floating point"],
        ),
    ] {
        let message = refused(&text);
        for word in wanted {
            assert!(message.contains(word), "{why}: \"{word}\" is not in: {message}");
        }
    }
}

#[test]
fn files_are_named_after_their_rule_and_no_name_stands_twice() {
    let text = format!("rule = \"site.x\"\n{HEAD}{PASS}");
    let load = |files: &[(&str, &[u8])]| RuleBook::embedded().with_site(files.iter().copied()).map(|_| ());
    assert!(load(&[("site.x.toml", text.as_bytes())]).is_ok());
    for (file, bytes, wanted) in [
        ("site.y.toml", text.as_bytes(), "must be \"site.y\""),
        ("site.x.txt", text.as_bytes(), "ends in .toml"),
        ("-x.toml", text.as_bytes(), "1 to 64 letters"),
        ("site.x.toml", b"rule = \"\xFF\"".as_slice(), "UTF-8"),
        ("cn.base.toml", b"rule = \"cn.base\"".as_slice(), "has the name \"cn.base\" already"),
    ] {
        let err = load(&[(file, bytes)]).expect_err(wanted).to_string();
        assert!(err.contains(wanted) && err.starts_with(file), "{err}");
    }
    let round =
        [("a.toml", b"rule = \"a\"\nextends = \"b\"\n".as_slice()), ("b.toml", b"rule = \"b\"\nextends = \"a\"\n")];
    assert!(load(&round).expect_err("a circle").to_string().contains("must not go round"));
    let bare =
        RuleBook::parse([("cn.278.ordinary.toml", b"rule = \"cn.278.ordinary\"\nextends = \"cn.base\"\n".as_slice())]);
    assert!(bare.expect_err("a bundle without the parent").to_string().contains("cn.base"));
}

#[test]
fn by_laws_change_only_what_by_laws_may() {
    let load = |text: &str| {
        let text = format!("rule = \"site.x\"\nextends = \"cn.election.committee\"\n{text}");
        RuleBook::embedded().with_site([("site.x.toml", text.as_bytes())]).map(|_| ())
    };
    for allowed in [
        "title = \"t\"\ncite = [\"c\"]\ncertainty = \"bylaw-example\"\nin_force = { from = \"2027-01-01\" }\n",
        "[treat]\nsilent_delivered = \"majority\"\nmajority_basis = \"all_measures_agree\"\ninvalid = \"participates\"\n",
        "[ballot]\nchannels = \"paper\"\nrevote = \"first\"\n",
        "[proxy]\nmax_principals = 2\nover = \"excess\"\n",
        "[election]\ntie = \"runoff\"\n",
    ] {
        assert_eq!(load(allowed), Ok(()), "{allowed}");
    }
    for (key, text) in [
        ("pass", "pass = [ { who = \"for\", measure = \"area\", more_than = \"1/3\", of = \"all\" } ]\n"),
        ("quorum", "quorum = []\n"),
        ("treat.abstain", "[treat]\nabstain = \"present\"\n"),
        ("ballot.own_beats_proxy", "[ballot]\nown_beats_proxy = false\n"),
        ("co_owner.conflict", "[co_owner]\nconflict = \"first_named\"\n"),
        ("measures.area", "[measures]\narea = { weight = \"one\", per = \"unit\" }\n"),
        ("election.min_seats", "[election]\nmin_seats = 1\n"),
        ("exclude.arrears", "[exclude]\narrears = \"votes\"\n"),
        ("jurisdiction", "jurisdiction = \"XX\"\n"),
        ("gateway", "gateway = []\n"),
        ("abstract", "abstract = true\n"),
    ] {
        let err = load(text).expect_err(key).to_string();
        assert!(err.contains(key) && err.contains("treat.silent_delivered, "), "{key}: {err}");
    }
}

#[test]
fn an_abstract_rule_decides_nothing() {
    let err = RuleBook::embedded().resolve(&name("cn.base")).expect_err("abstract");
    assert!(err.to_string().contains("abstract"), "{err}");
    assert!(
        RuleBook::embedded().resolve(&name("cn.nowhere")).expect_err("unknown").to_string().contains("cn.nowhere.toml")
    );
}

#[test]
fn place_files_are_read_strictly() {
    let sound = "place = \"x\"\nzh = \"某地\"\nen = \"X\"\ncite = []\ncertainty = \"text\"\n\
        channel = { policy = \"open\", cite = \"c\", certainty = \"text\" }\nnotice = { days = 15 }\ncommittee = { min_seats = 5 }\n";
    let load = |text: &str| parse_places([("x.toml", text.as_bytes())], RuleBook::embedded());
    assert!(load(sound).is_ok());
    for (text, wanted) in [
        (sound.replace("place = \"x\"", "place = \"y\""), "must be \"x\""),
        (sound.replace("days = 15", "days = 15.5"), "floating point"),
        (sound.replace("days = 15", "weeks = 2"), "weeks"),
        (sound.replace("\"open\"", "\"closed\""), "official_only"),
        (format!("{sound}[rules]\nordinary = \"cn.gone\"\n"), "cn.gone"),
        (format!("{sound}[rules]\nspecial = \"cn.base\"\n"), "abstract"),
        (sound.replace("min_seats = 5", "min_seats = 5, max_seats = 3"), "committee.max_seats"),
    ] {
        let err = load(&text).expect_err(wanted).to_string();
        assert!(err.starts_with("x.toml") && err.contains(wanted), "{err}");
    }
}
