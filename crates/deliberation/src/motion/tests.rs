use ballot::{
    id::{PersonNo, UnitNo},
    roll::{UnitKind, UnitLine, UnitStatus},
};
use proptest::prelude::*;

use super::*;

fn version(number: u64, text: &str) -> Version {
    Version::new(number, "充电桩扩建", text, Cost::Nothing, BTreeSet::new()).expect("a text")
}

#[test]
fn a_text_has_one_form() {
    for (typed, stored) in
        [("一\r\n二", "一\n二\n"), ("\n\n一  \n\n\n\n二\n\n", "一\n\n二\n"), ("一\t二", "一    二\n")]
    {
        assert_eq!(canonical(typed).as_deref(), Ok(stored), "{typed:?}");
        assert_eq!(canonical(stored).as_deref(), Ok(stored), "the form is stable");
    }
    assert_eq!(canonical(" \n "), Err(TextError::Empty));
    assert_eq!(canonical("一\n\u{200B}二"), Err(TextError::Character(2)));
    assert!(canonical(&"a".repeat(QUESTION_MAX - 1)).is_ok());
    assert_eq!(canonical(&"a".repeat(QUESTION_MAX)), Err(TextError::Long), "the line end counts");
    let whole = Version::new(1, "题", &"a".repeat(QUESTION_MAX - 1), Cost::Nothing, BTreeSet::new());
    assert_eq!(whole, Err(TextError::Long), "title and cost count too");
    assert_eq!(canonical(&"字\n\n".repeat(PARAGRAPHS_MAX + 1)), Err(TextError::Long));
}

#[test]
fn the_hash_covers_title_text_cost_and_attachments() {
    let base = version(1, "一");
    let other = |title: &str, text: &str, cost, attachments| Version::new(1, title, text, cost, attachments).unwrap();
    let none = BTreeSet::new();
    let hashes = [
        base.hash(),
        other("别的", "一", Cost::Nothing, none.clone()).hash(),
        other("充电桩扩建", "二", Cost::Nothing, none.clone()).hash(),
        other("充电桩扩建", "一", Cost::Fixed { cents: 1 }, none.clone()).hash(),
        other("充电桩扩建", "一", Cost::Range { least: 1, most: 2 }, none).hash(),
        other("充电桩扩建", "一", Cost::Nothing, BTreeSet::from([Hash::of(b"plan")])).hash(),
    ];
    assert_eq!(hashes.iter().collect::<BTreeSet<_>>().len(), hashes.len());
    assert_eq!(version(2, "一").hash(), base.hash(), "and not the number: the same words are the same question");
    assert_eq!(Hash::of(base.question().as_bytes()), base.hash());
}

#[test]
fn a_difference_shows_paragraphs() {
    let changes = diff("一\n\n二\n\n三\n", "一\n\n二改\n\n三\n\n四\n");
    let expected =
        [Change::Kept("一"), Change::Removed("二"), Change::Added("二改"), Change::Kept("三"), Change::Added("四")];
    assert_eq!(changes, expected);
}

#[test]
fn an_amendment_finds_its_paragraphs_in_a_later_text() {
    let base = version(1, "一\n\n二\n\n三");
    let amendment = Amendment::new(&base, 2, 3, "三改").expect("an amendment");
    let later = version(2, "零\n\n一\n\n二\n\n三");
    let amended = amendment.apply(&base, &later).expect("it still fits");
    assert_eq!((amended.number, amended.text()), (3, "零\n\n一\n\n二\n\n三改\n"));
    let replaced = version(2, "一\n\n二\n\n别的");
    assert_eq!(amendment.apply(&base, &replaced), Err(AmendError::Moot(vec![2])));
    assert_eq!(amendment.conflicts(&base, &replaced), Ok(vec![2]));
    assert_eq!(amendment.apply(&later, &later), Err(AmendError::Base));
}

#[test]
fn amendments_strike_and_insert() {
    let base = version(1, "一\n\n二\n\n三");
    let struck = Amendment::new(&base, 1, 2, " ").unwrap().apply(&base, &base).unwrap();
    assert_eq!(struck.text(), "一\n\n三\n");
    let inserted = Amendment::new(&base, 1, 1, "一半").unwrap();
    assert_eq!(inserted.apply(&base, &base).unwrap().text(), "一\n\n一半\n\n二\n\n三\n");
    assert_eq!(inserted.apply(&base, &struck), Err(AmendError::Moot(vec![1])), "its neighbour is gone");
    let at_end = Amendment::new(&base, 3, 3, "四").unwrap();
    assert_eq!(at_end.apply(&base, &base).unwrap().text(), "一\n\n二\n\n三\n\n四\n");
    let between = version(2, "一\n\n中\n\n二\n\n三");
    assert_eq!(inserted.apply(&base, &between), Err(AmendError::Moot(vec![1])), "something stands there now");
    let two = Amendment::new(&base, 0, 2, "一二").unwrap();
    assert_eq!(two.apply(&base, &between), Err(AmendError::Moot(vec![1])), "they are no neighbours any more");
    assert_eq!(Amendment::new(&base, 1, 4, "x"), Err(AmendError::Range(3)));
    assert_eq!(Amendment::new(&base, 1, 2, "二"), Err(AmendError::Nothing));
    let all = Amendment::new(&base, 0, 3, "").unwrap();
    assert_eq!(all.apply(&base, &base), Err(AmendError::Text(TextError::Empty)), "something must be left");
}

fn roll(areas: &[(u64, u64)]) -> Roll {
    let number = |number: u64| HolderNo::try_from(number).expect("a holder");
    let lines = areas.iter().zip(1..).map(|(&(holder, area), unit)| UnitLine {
        area,
        building: "1".to_owned(),
        commit: Hash::of(b"line"),
        entitlement: None,
        flags: None,
        holder: number(holder),
        kind: UnitKind::Home,
        mea: None,
        persons: PersonNo::FIRST,
        representative: None,
        share: None,
        share_value: None,
        shares: None,
        status: UnitStatus::Delivered,
        tantiemes: None,
        unit: UnitNo::try_from(unit).expect("a unit"),
        votes: None,
    });
    Roll::new(lines.collect()).expect("a roll")
}

#[test]
fn support_is_counted_by_heads_and_by_area_and_exactly_the_fraction_is_enough() {
    // Ten holders; the first has a quarter of the area in two units.
    let mut areas = vec![(1, 1500), (1, 1500)];
    areas.extend((2..=10).map(|holder| (holder, 1000)));
    let roll = roll(&areas);
    let count = |holders: &[u64]| {
        Support::count(&roll, &holders.iter().map(|&holder| HolderNo::try_from(holder).expect("a holder")).collect())
    };
    assert_eq!(count(&[1, 2]), Support { heads: 2, heads_of: 10, area: 4000, area_of: 12_000 });
    assert!(count(&[1, 2]).reaches(20), "two of ten is exactly a fifth");
    assert!(!count(&[1]).reaches(20), "a quarter of the area, and a tenth of the heads");
    assert!(!count(&[2, 3]).reaches(20), "a fifth of the heads, and a sixth of the area");
    assert_eq!(count(&[99]).heads, 0, "who is not on the roll does not count");
    assert!(!Support { heads: 0, heads_of: 0, area: 0, area_of: 0 }.reaches(20));
}

proptest! {
    /// The difference gives back both texts.
    #[test]
    fn a_difference_loses_nothing(old in "[ab](\n\n[abc]){0,8}", new in "[ab](\n\n[abc]){0,8}") {
        let changes = diff(&old, &new);
        let side = |skip: fn(&Change<'_>) -> bool| {
            let texts = changes.iter().filter(|change| !skip(change)).map(|change| match change {
                Change::Kept(text) | Change::Removed(text) | Change::Added(text) => *text,
            });
            texts.collect::<Vec<_>>().join("\n\n")
        };
        prop_assert_eq!(side(|change| matches!(change, Change::Added(_))), old.as_str());
        prop_assert_eq!(side(|change| matches!(change, Change::Removed(_))), new.as_str());
    }

    /// Against its own base, every amendment applies; and nothing outside its range changes.
    #[test]
    fn an_amendment_applies_to_its_base(length in 1_usize..8, from in 0_usize..8, span in 0_usize..3) {
        let text = (0..length).map(|number| format!("p{number}")).collect::<Vec<_>>().join("\n\n");
        let base = version(1, &text);
        let (from, to) = (from.min(length), (from + span).min(length));
        let (from, to) = (from.min(to), to);
        let amended = Amendment::new(&base, from, to, "new").unwrap().apply(&base, &base).unwrap();
        let (old, new) = (paragraphs(base.text()), paragraphs(amended.text()));
        prop_assert_eq!(&new[..from], &old[..from]);
        prop_assert_eq!(new[from], "new");
        prop_assert_eq!(&new[from + 1..], &old[to..]);
    }
}
