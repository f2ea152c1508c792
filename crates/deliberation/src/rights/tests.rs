use super::*;

const NOW: u64 = 1_793_462_400;

fn post(role: Role, scope: Scope) -> Post {
    Post { role, scope, from: NOW - 100, until: NOW + 100 }
}

fn site() -> Site {
    Site {
        building: Some("3".to_owned()),
        grids: ["g1", "g1.2"].map(str::to_owned).into(),
        body: Some("council".to_owned()),
    }
}

#[test]
fn every_action_has_exactly_one_row_and_every_role_one_column() {
    for action in Action::ALL {
        assert_eq!(RIGHTS.iter().filter(|(row, _)| row == action).count(), 1, "{action}");
    }
    assert_eq!(ROLES.as_slice(), Role::ALL);
    for (action, cells) in RIGHTS {
        for cell in cells {
            assert!(*cell == b'-' || grant(*cell).is_some(), "{action}: {}", char::from(*cell));
        }
    }
}

#[test]
fn nobody_sees_choices_before_the_close_and_the_admin_sees_no_content() {
    assert_eq!(roles_for(Action::SeeChoices), []);
    for action in Action::ALL.iter().filter(|action| !matches!(action, Action::ReadPublic | Action::Operate)) {
        assert_eq!(granted(Role::Admin, *action), None, "{action}");
    }
    assert_eq!(roles_for(Action::Operate), [Role::Admin]);
}

#[test]
fn residents_take_part_in_everything_but_votes_and_motions() {
    for action in [Action::PostMatter, Action::Propose, Action::Comment, Action::React, Action::AskMediation] {
        assert_eq!(granted(Role::Resident, action), Some(Grant::Yes), "{action}");
    }
    for action in [Action::Vote, Action::SupportMotion, Action::SubmitMotion, Action::FileAmendment] {
        assert_eq!(granted(Role::Resident, action), None, "{action}");
    }
}

#[test]
fn a_right_holds_within_the_scope_of_its_post() {
    let act = |scope| may(&[post(Role::GridWorker, scope)], Action::PlaceMatter, &site(), Bearing::default(), NOW);
    for scope in [Scope::Estate, Scope::Grid("g1".to_owned()), Scope::Building("3".to_owned())] {
        assert_eq!(act(scope.clone()), Ok(Grant::InScope), "{scope:?}");
    }
    for scope in [Scope::Grid("g2".to_owned()), Scope::Building("4".to_owned()), Scope::Body("committee".to_owned())] {
        let denied = Err(Denied::Condition { action: Action::PlaceMatter, only: vec![Grant::InScope] });
        assert_eq!(act(scope.clone()), denied, "{scope:?}");
    }
}

#[test]
fn a_right_begins_and_ends_with_its_term() {
    let posts = [post(Role::Street, Scope::Estate)];
    let at = |now| may(&posts, Action::DecideObjection, &site(), Bearing::default(), now).is_ok();
    assert!(!at(NOW - 101) && at(NOW - 100) && at(NOW + 99) && !at(NOW + 100));
}

#[test]
fn conditions_are_held_against_the_case() {
    let owner = post(Role::Owner, Scope::Estate);
    let none = Bearing::default();
    let rows: [(&str, Vec<Post>, Action, Bearing, bool); 12] = [
        ("on behalf without consent", vec![post(Role::GridWorker, Scope::Estate)], Action::PostMatter, none, false),
        (
            "on behalf with consent",
            vec![post(Role::GridWorker, Scope::Estate)],
            Action::PostMatter,
            Bearing { has_consent: true, ..none },
            true,
        ),
        (
            "a paper by one person",
            vec![post(Role::Community, Scope::Estate)],
            Action::AssistBallot,
            Bearing { has_consent: true, ..none },
            false,
        ),
        (
            "a paper by two",
            vec![post(Role::Community, Scope::Estate)],
            Action::AssistBallot,
            Bearing { has_consent: true, is_by_two: true, ..none },
            true,
        ),
        ("a member who owns nothing votes", vec![post(Role::Committee, Scope::Estate)], Action::Vote, none, false),
        ("a member who owns", vec![post(Role::Committee, Scope::Estate), owner.clone()], Action::Vote, none, true),
        (
            "one's own action is not verified",
            vec![post(Role::Committee, Scope::Estate)],
            Action::VerifyTask,
            Bearing { is_own: true, ..none },
            false,
        ),
        ("another's is", vec![post(Role::Committee, Scope::Estate)], Action::VerifyTask, none, true),
        (
            "a lead mediates small things of the building",
            vec![post(Role::BuildingLead, Scope::Building("3".to_owned()))],
            Action::Mediate,
            Bearing { is_small: true, ..none },
            true,
        ),
        (
            "and no large ones",
            vec![post(Role::BuildingLead, Scope::Building("3".to_owned()))],
            Action::Mediate,
            none,
            false,
        ),
        (
            "an owner reads opened answers",
            vec![owner.clone()],
            Action::ReadChoices,
            Bearing { is_opened: true, ..none },
            true,
        ),
        ("and no sealed ones", vec![owner], Action::ReadChoices, none, false),
    ];
    for (why, posts, action, bearing, is_allowed) in rows {
        assert_eq!(may(&posts, action, &site(), bearing, NOW).is_ok(), is_allowed, "{why}");
    }
}

#[test]
fn a_denial_names_who_may() {
    let denied = may(&[], Action::DecideObjection, &site(), Bearing::default(), NOW).map(|_| ());
    assert_eq!(denied, Err(Denied::Role { action: Action::DecideObjection, roles: vec![Role::Street] }));
}

#[test]
fn offices_that_must_be_apart_are_kept_apart_while_they_overlap() {
    let held = |role| vec![post(role, Scope::Estate)];
    for (held, new, expected) in [
        (held(Role::Committee), Role::Moderator, Err(Conflict::ModeratorInCommittee)),
        (held(Role::Moderator), Role::Committee, Err(Conflict::ModeratorInCommittee)),
        (held(Role::Auditor), Role::Secretary, Err(Conflict::AuditorElsewhere)),
        (held(Role::GridWorker), Role::Auditor, Err(Conflict::AuditorElsewhere)),
        (held(Role::Admin), Role::Community, Err(Conflict::AdminWithContent)),
        (held(Role::Owner), Role::Auditor, Ok(())),
        (held(Role::Owner), Role::Committee, Ok(())),
        (held(Role::Committee), Role::Secretary, Ok(())),
    ] {
        assert_eq!(check_appointment(&held, &post(new, Scope::Estate)), expected, "{held:?} and {new}");
    }
    let later = Post { from: NOW + 100, until: NOW + 200, ..post(Role::Moderator, Scope::Estate) };
    assert_eq!(check_appointment(&held(Role::Committee), &later), Ok(()), "one after the other");
}

#[test]
fn a_post_has_an_end() {
    for (until, expected) in [
        (NOW, Err(Conflict::NoEnd)),
        (NOW + 1, Ok(())),
        (NOW + LONGEST_TERM, Ok(())),
        (NOW + LONGEST_TERM + 1, Err(Conflict::NoEnd)),
    ] {
        let new = Post { role: Role::BuildingLead, scope: Scope::Building("3".to_owned()), from: NOW, until };
        assert_eq!(check_appointment(&[], &new), expected, "{until}");
    }
}

#[test]
fn offices_of_a_vote_and_the_two_of_a_paper_are_different_people() {
    assert_eq!(check_vote_offices(&[1, 2].into(), &[3].into()), Ok(()));
    assert_eq!(check_vote_offices(&[1, 2].into(), &[2].into()), Err(Conflict::OfficerAndClerk));
    assert_eq!(check_second_person(&1, &2), Ok(()));
    assert_eq!(check_second_person(&1, &1), Err(Conflict::SamePerson));
}
