//! What an auditor would claim of every rule.

use std::collections::BTreeMap;

use ballot::rule::{Per, RuleBook, Weight, case::Case};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{decided, figure};

const FIELDS: [&str; 8] = ["area", "entitlement", "mea", "share", "share_value", "shares", "tantiemes", "votes"];

/// A unit: owner, whether co-owned, weight in hundredths, and odd ones' traits.
#[derive(Debug, Clone)]
struct Home {
    owner: usize,
    is_shared: bool,
    weight: u64,
    trait_of: usize,
}

/// A ballot: its unit, what it says, channel, who signs.
#[derive(Debug, Clone)]
struct Vote {
    home: usize,
    content: usize,
    channel: usize,
    signer: usize,
}

#[derive(Debug, Clone)]
struct Poll {
    rule: String,
    homes: Vec<Home>,
    votes: Vec<Vote>,
    undelivered: usize,
}

fn any_home() -> impl Strategy<Value = Home> {
    (0..6_usize, prop::bool::weighted(0.2), 1..20_000_u64, 0..12_usize)
        .prop_map(|(owner, is_shared, weight, trait_of)| Home { owner, is_shared, weight, trait_of })
}

fn any_vote() -> impl Strategy<Value = Vote> {
    (0..16_usize, 0..8_usize, 0..6_usize, 0..8_usize).prop_map(|(home, content, channel, signer)| Vote {
        home,
        content,
        channel,
        signer,
    })
}

fn any_rule() -> impl Strategy<Value = String> {
    let names: Vec<String> = RuleBook::embedded().votable().map(ToString::to_string).collect();
    prop::sample::select(names)
}

fn any_poll() -> impl Strategy<Value = Poll> {
    let homes = prop::collection::vec(any_home(), 1..14);
    (any_rule(), homes, prop::collection::vec(any_vote(), 0..24), 0..14_usize)
        .prop_map(|(rule, homes, votes, undelivered)| Poll { rule, homes, votes, undelivered })
}

impl Poll {
    /// The case; `name` gives each id and person its name.
    fn case(&self, name: impl Fn(&str) -> String) -> Value {
        let is_election =
            RuleBook::embedded().resolve(&self.rule.parse().expect("a name")).expect("a rule").election.is_some();
        let unit = |at: usize| name(&format!("U{at}"));
        let owner = |at: usize| name(&format!("owner{at}"));
        let units: Vec<Value> = self
            .homes
            .iter()
            .enumerate()
            .map(|(at, home)| {
                let mut line = json!({"id": unit(at), "owner": owner(home.owner), "building": "1"});
                for field in FIELDS {
                    line[field] = json!(format!("{}.{:02}", home.weight / 100, home.weight % 100));
                }
                if home.is_shared {
                    line["co_owners"] = json!([owner(home.owner), name("spouse")]);
                }
                match home.trait_of {
                    0 => line["kind"] = json!("parking"),
                    1 => line["status"] = json!("unsold"),
                    2 => line["flags"] = json!(["arrears", "conflicted", "court_excluded"]),
                    3 => line["representative"] = line["owner"].clone(),
                    _ => {}
                }
                line
            })
            .collect();
        let ballots: Vec<Value> = self
            .votes
            .iter()
            .enumerate()
            .map(|(at, vote)| {
                let mut ballot = json!({"units": unit(vote.home % self.homes.len()), "at": at});
                match (is_election, vote.content) {
                    (_, 0) => ballot["choice"] = json!("invalid"),
                    (_, 1) => ballot["choice"] = json!("abstain"),
                    (false, 2 | 3) => ballot["choice"] = json!("against"),
                    (false, _) => ballot["choice"] = json!("for"),
                    (true, content) => {
                        let mark = |bit: usize| if content >> bit & 1 == 1 { "for" } else { "against" };
                        ballot["marks"] = json!({"x": mark(0), "y": mark(1), "z": mark(2)});
                    }
                }
                match vote.channel {
                    0 => ballot["via"] = json!("paper"),
                    1 | 2 => ballot["via"] = json!("meeting"),
                    _ => {}
                }
                match vote.signer {
                    0 => ballot["by"] = json!(name("spouse")),
                    1 | 2 => ballot["proxy"] = json!(name("proxy")),
                    3 => ballot["proxy"] = json!(owner(0)),
                    _ => {}
                }
                ballot
            })
            .collect();
        let mut case = json!({
            "roll": {"units": units, "developer": name("developer")}, "ballots": ballots,
            "undelivered": unit(self.undelivered % self.homes.len()), "attended": unit(self.undelivered / 2 % self.homes.len()),
        });
        if is_election {
            case["motion"] = json!({"seats": 2, "candidates": ["x", "y", "z"]});
        }
        case
    }
}

/// A result without its notes, which tell names in the order of events.
fn figures(rule: &str, case: Value) -> Value {
    let mut result = decided(rule, case).to_json();
    for round in ["first_round", "second_round"] {
        if let Some(round) = result.get_mut(round).and_then(Value::as_object_mut) {
            round.remove("notes");
        }
    }
    result
}

fn plain(name: &str) -> String {
    name.to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Times decide, not the order in which ballots are listed.
    #[test]
    fn the_order_of_ballots_does_not_matter(poll in any_poll(), seed in any::<u64>()) {
        let case = poll.case(plain);
        let mut shuffled = case.clone();
        let ballots = shuffled["ballots"].as_array_mut().expect("ballots");
        for at in (1..ballots.len()).rev() {
            let drawn = seed.rotate_left(u32::try_from(at).expect("few")) % (at as u64 + 1);
            let other = usize::try_from(drawn).expect("a place");
            ballots.swap(at, other);
        }
        prop_assert_eq!(figures(&poll.rule, case), figures(&poll.rule, shuffled));
    }

    /// One more unit for a motion never loses it. (A ballot for a unit that has voted already may: it
    /// can contradict a co-owner's, or another channel's, and make the unit's ballot invalid.)
    #[test]
    fn one_more_vote_for_never_loses_a_motion(mut poll in any_poll(), home in 0..14_usize) {
        let count = poll.homes.len();
        let home = home % count;
        poll.votes.retain(|vote| vote.home % count != home);
        let case = poll.case(plain);
        if case.get("motion").is_some() {
            return Ok(());
        }
        let mut more = case.clone();
        let ballots = more["ballots"].as_array_mut().expect("ballots");
        let owner = format!("owner{}", poll.homes[home].owner);
        ballots.push(json!({"units": format!("U{home}"), "choice": "for", "by": owner, "via": "meeting"}));
        let (before, after) = (decided(&poll.rule, case).report, decided(&poll.rule, more).report);
        if before.first.outcome.is_passed() {
            prop_assert!(after.outcome().is_passed(), "{:#?}\n{:#?}", before, after);
        }
    }

    /// Two halves of a unit, with the same ballots, weigh what it weighed, where no measure counts units.
    #[test]
    fn splitting_a_unit_changes_nothing(poll in any_poll(), home in 0..14_usize, part in 0..20_000_u64) {
        let rule = RuleBook::embedded().resolve(&poll.rule.parse().expect("a name")).expect("a rule");
        let counts_units = |measure: &ballot::rule::Measure| measure.weight == Weight::One && measure.per == Per::Unit;
        let limits_units = rule.proxy.as_ref().is_some_and(|proxy| proxy.max_units.is_some());
        let multiplies = rule.caps.iter().any(|cap| matches!(cap.mode, ballot::rule::CapMode::MultiplyVotes { .. }));
        if rule.measures.iter().any(counts_units) || limits_units || multiplies {
            return Ok(());
        }
        let home = home % poll.homes.len();
        let part = part % (poll.homes[home].weight + 1);
        let mut split = poll.clone();
        split.homes[home].weight -= part;
        split.homes.push(Home { weight: part, ..poll.homes[home].clone() });
        // Both halves in every list that had the whole.
        let (whole, half) = (format!("U{home}"), format!("U{}", poll.homes.len()));
        let mut case = poll.case(plain);
        let units = split.case(plain)["roll"]["units"].clone();
        let before = figures(&poll.rule, case.clone());
        case["roll"]["units"] = units;
        for ballot in case["ballots"].as_array_mut().expect("ballots") {
            if ballot["units"] == json!(whole) {
                ballot["units"] = json!([whole, half]);
            }
        }
        for key in ["undelivered", "attended"] {
            if case[key] == json!(whole) {
                case[key] = json!([whole, half]);
            }
        }
        let mut after = figures(&poll.rule, case);
        // A void ballot for both halves is listed once per half.
        if let Some(Value::Array(overvoted)) = after["first_round"].get_mut("overvoted") {
            overvoted.retain(|unit| *unit != json!(half));
        }
        prop_assert_eq!(before, after);
    }

    /// Names are only names.
    #[test]
    fn renaming_changes_nothing(poll in any_poll()) {
        // The order of names stays, for it lists what is void.
        let renamed = |name: &str| format!("某{name}号");
        let rename = |value: &Value| Value::from(renamed(value.as_str().expect("a name")));
        let mut before = figures(&poll.rule, poll.case(plain));
        for round in ["first_round", "second_round"] {
            if let Some(Value::Array(overvoted)) = before.get_mut(round).and_then(|round| round.get_mut("overvoted")) {
                *overvoted = overvoted.iter().map(rename).collect();
            }
        }
        prop_assert_eq!(before, figures(&poll.rule, poll.case(renamed)));
    }

    /// Every unit has one class, and the classes add up to the base; caps apart.
    #[test]
    fn the_classes_add_up_to_the_base(poll in any_poll()) {
        let rule = RuleBook::embedded().resolve(&poll.rule.parse().expect("a name")).expect("a rule");
        if !rule.caps.is_empty() {
            return Ok(());
        }
        let round = decided(&poll.rule, poll.case(plain)).report.first;
        let mut by_class: BTreeMap<_, u64> = BTreeMap::new();
        for (unit, home) in round.units.iter().zip(&poll.homes) {
            if !unit.is_removed {
                *by_class.entry(unit.class).or_default() += home.weight;
            }
        }
        for (sums, measure) in round.sums.iter().zip(&rule.measures) {
            let parts = [&sums.for_, &sums.against, &sums.abstain];
            prop_assert!(parts.into_iter().fold(ballot::rule::Ratio::zero(), |sum, part| sum.plus(part)) <= sums.participating);
            prop_assert!(sums.participating <= sums.all && sums.present <= sums.all && sums.in_person <= sums.present);
            if measure.per == Per::Unit && measure.exclude_kinds.is_empty() && matches!(measure.weight, Weight::Field(_)) {
                let base = u128::from(by_class.values().sum::<u64>());
                prop_assert_eq!(&sums.all, &ballot::rule::Ratio::new(base, 100));
            }
        }
    }

    /// Whatever a line holds, it is decided or refused.
    #[test]
    fn no_line_makes_the_reader_panic(case in 0..50_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases.jsonl");
        let text = std::fs::read_to_string(path).expect("the cases are there");
        let mut line = text.lines().nth(case).expect("fifty cases").as_bytes().to_vec();
        prop_assume!(line.len() < 20_000);
        let at = at.index(line.len());
        if cut { line.truncate(at) } else { line[at] = byte }
        if let Ok(line) = str::from_utf8(&line)
            && let Ok(case) = Case::parse(line)
            && let Ok(decided) = case.decide(RuleBook::embedded())
        {
            prop_assert!(figure(&decided.to_json(), "/outcome").is_string());
        }
    }

    /// Whatever a rule file holds, it is refused or decides a case.
    #[test]
    fn no_rule_file_makes_the_reader_panic(file in 0..60_usize, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<bool>()) {
        let book = RuleBook::embedded();
        let names: Vec<_> = book.votable().collect();
        let name = names[file % names.len()];
        let mut text = book.text(name).expect("its text").as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(text.len());
            if cut { text.drain(at..=at); } else { text[at] = byte }
            prop_assume!(!text.is_empty());
        }
        let own = format!("{name}.toml");
        let files = book.names().filter(|known| *known != name);
        let files: Vec<_> = files.map(|name| (format!("{name}.toml"), book.text(name).expect("a text").as_bytes())).collect();
        let files = files.iter().map(|(name, text)| (name.as_str(), *text)).chain([(own.as_str(), text.as_slice())]);
        match RuleBook::parse(files) {
            Ok(book) => {
                for rule in book.votable() {
                    prop_assert!(book.rounds(rule).is_ok(), "what is read can be resolved");
                }
            }
            Err(err) => prop_assert!(!err.to_string().is_empty()),
        }
    }
}

/// Numbers as large and as fine as the types allow are added and compared, or refused.
#[test]
fn the_largest_weights_do_not_overflow() {
    let roll = |area: &str| json!({"groups": [{"prefix": "A", "count": 3, "area": area}]});
    let mut case = json!({"id": "c", "rule": "cn.278.ordinary", "ballots": [{"units": "A1..A2", "choice": "for"}]});
    for (area, total) in [
        ("999999999999999999", Some("2999999999999999997")),
        ("0.000000000000000001", Some("3/1000000000000000000")),
        ("18.5", Some("111/2")),
        ("1/999999999999999999", Some("1/333333333333333333")),
        ("9999999999999999999", None),
        ("1.0000000000000000001", None),
        ("-1", None),
        ("1e3", None),
    ] {
        case["roll"] = roll(area);
        let result = Case::parse(&case.to_string()).and_then(|case| case.decide(RuleBook::embedded()));
        let all = result.map(|decided| figure(&decided.to_json(), "/first_round/quorum_steps/0/total").clone());
        assert_eq!(all.ok(), total.map(|total| json!(total)), "{area}");
    }
    let mut units: Vec<Map<String, Value>> = Vec::new();
    for (at, area) in ["1/999999999999999989", "1/999999999999999967"].iter().enumerate() {
        units.push(json!({"id": format!("A{at}"), "owner": "a", "area": area}).as_object().expect("a unit").clone());
    }
    case["roll"] = json!({"units": units});
    case["ballots"] = json!([]);
    let err = Case::parse(&case.to_string()).expect("a case").decide(RuleBook::embedded()).expect_err("too fine");
    assert!(err.to_string().contains("no common denominator"), "{err}");
}
