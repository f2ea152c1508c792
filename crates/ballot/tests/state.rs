//! What the server asks of the fold: whether an entry may follow now, and who has voted.

mod common;

use ballot::{
    bundle::Bundle,
    log::EntryBundle,
    roll::Roll,
    state::{Check, Phase, Refusal, State, Turnout},
    statement::Entry,
};
use serde_json::json;

use common::poll::*;

/// The entries of a script and the state after leaf 0.
fn opened(script: &Script) -> (Vec<Vec<u8>>, State) {
    let files = script.build();
    let bundle = Bundle::from_tar(tar(&files)).expect("a bundle");
    let path = entries_path(script.said.len() as u64 + 1);
    let bytes = bundle.read(&path, u64::MAX).expect("read").expect("there");
    let entries: Vec<_> = EntryBundle::new(&bytes).map(|entry| entry.expect("whole").to_vec()).collect();
    let first = Entry::parse(&entries[0]).expect("a manifest");
    let roll = Roll::parse(&files["roll.jsonl"]).expect("a roll");
    let state = State::open(&first, Some(roll), &log_key()).expect("a manifest");
    assert_eq!(state.opening_faults(&first), []);
    (entries, state)
}

/// When each entry of the script may be taken in: ballots while the poll is open, the close after it.
fn time_of(kind: &str, is_after_close: bool) -> u64 {
    match kind {
        "close" | "result" => CLOSES,
        _ if is_after_close => CLOSES,
        _ => OPENS + 10,
    }
}

#[test]
fn the_server_takes_in_the_whole_script_and_ends_without_a_fault() {
    let (entries, mut state) = opened(&script());
    for bytes in &entries[1..] {
        let entry = Entry::parse(bytes).expect("a statement");
        let now = time_of(entry.statement.kind(), state.closed().is_some());
        assert_eq!(state.accept(&entry, now), Ok(()), "{}", entry.text);
        state.apply(&entry);
    }
    assert_eq!(state.closing_faults(), []);
    assert_eq!(state.phase(OPENS), Phase::Closed);
    assert_eq!(state.size(), entries.len() as u64);
}

#[test]
fn ballots_come_while_the_poll_is_open_and_the_close_after_it() {
    let (entries, mut state) = opened(&script());
    for bytes in &entries[1..] {
        let entry = Entry::parse(bytes).expect("a statement");
        let at = |now| state.accept(&entry, now);
        match entry.statement.kind() {
            "ballot" => {
                assert_eq!(at(OPENS - 1), Err(Refusal::NotOpen(OPENS)));
                assert_eq!(at(OPENS), Ok(()));
                assert_eq!(at(CLOSES - 1), Ok(()));
                assert_eq!(at(CLOSES), Err(Refusal::Ended(CLOSES)));
            }
            "proxy" => {
                assert_eq!(at(OPENS - 1), Ok(()), "a proxy may be given before");
                let is_by_clerks = entry.lines.len() == 2;
                assert_eq!(at(CLOSES).is_ok(), is_by_clerks, "clerks enter on paper what came in time");
            }
            "paper" => assert_eq!(at(CLOSES + 9), Ok(()), "papers are entered after they were received"),
            "close" => {
                assert_eq!(at(CLOSES - 1), Err(Refusal::NotEnded(CLOSES)));
                assert_eq!(at(CLOSES), Ok(()));
            }
            _ => {}
        }
        state.apply(&entry);
    }
}

#[test]
fn what_the_auditor_would_fault_the_server_refuses() {
    let mut script = script();
    script.remove("close");
    script.remove("result");
    script.after("anchor", cast("again", 3, 2, 3, "for"));
    let (entries, mut state) = opened(&script);
    let (last, before) = entries.split_last().expect("entries");
    for bytes in &before[1..] {
        state.apply(&Entry::parse(bytes).expect("a statement"));
    }
    let entry = Entry::parse(last).expect("a ballot");
    let refusal = state.accept(&entry, OPENS + 9).expect_err("its seq is taken");
    assert!(matches!(refusal, Refusal::Fault(ref fault) if fault.check == Check::A09), "{refusal}");
    assert_eq!(refusal.to_string(), "seq 4 is next, not 3");
}

#[test]
fn the_next_numbers_follow_what_was_said() {
    let (entries, mut state) = opened(&script());
    assert_eq!((state.next_credential().get(), state.next_agent().get()), (1, 1));
    for bytes in &entries[1..] {
        state.apply(&Entry::parse(bytes).expect("a statement"));
    }
    assert_eq!((state.next_credential().get(), state.next_agent().get()), (6, 2));
    let holder = |number: u64| number.try_into().expect("from 1");
    let credential = 3_u64.try_into().expect("from 1");
    assert_eq!(state.next_seq(credential).map(ballot::id::Seq::get), Some(4));
    assert_eq!(state.next_proxy_seq(holder(5)).get(), 2);
    let party = ballot::statement::Party::Holder(holder(2));
    assert_eq!(state.standing_agent(holder(3)).map(|standing| standing.party), Some(party));
    assert_eq!(state.principals(party).collect::<Vec<_>>(), [holder(3)]);
    let revoked = ballot::statement::Signer::Person(holder(1), 2_u64.try_into().expect("from 1"));
    assert_eq!(state.live_credential(revoked), None);
    assert_eq!(state.paper_of(102_u64.try_into().expect("from 1")), None, "its paper is struck");
}

#[test]
fn turnout_counts_for_whom_a_ballot_stands_and_not_how_often() {
    let (entries, mut state) = opened(&script());
    let mut turnout = Turnout::default();
    for bytes in &entries[1..] {
        let entry = Entry::parse(bytes).expect("a statement");
        turnout.see(&state, &entry);
        state.apply(&entry);
    }
    // Holders 1 to 4 online, 5 by its agent's paper; the paper of 7 is struck; 6 only came.
    assert_eq!(turnout.holders(), 5);
    let figures = turnout.by_building(&state);
    let units = |building: &str| (figures[building].units_voted, figures[building].units);
    assert_eq!((units("1"), units("2")), ((4, 4), (2, 4)));
    assert_eq!(figures["1"].area, figures["1"].area_voted);
}

#[test]
fn a_log_may_not_be_opened_by_anything_but_a_manifest() {
    let script = script();
    let (entries, _) = opened(&script);
    let entry = Entry::parse(&entries[1]).expect("a delivery");
    assert!(State::open(&entry, None, &log_key()).is_none());
    let mut short = script;
    short.manifest["policy"]["officers"] = json!(3);
    let files = short.build();
    let bytes = &files[&entries_path(short.said.len() as u64 + 1)];
    let first = EntryBundle::new(bytes).next().expect("an entry").expect("whole");
    let first = Entry::parse(first).expect("a manifest");
    let state = State::open(&first, None, &log_key()).expect("a manifest");
    let faults = state.opening_faults(&first);
    assert_eq!(faults.iter().map(|fault| fault.check).collect::<Vec<_>>(), [Check::A05], "two of three officers");
}
