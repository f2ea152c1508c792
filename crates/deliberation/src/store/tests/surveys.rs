//! A survey from its first question to the answer for every need, and what is refused on the way.

use super::*;
use crate::{
    lifecycle::tables::SurveyState,
    opinion::Vote,
    survey::{
        Answer, Answers, Channel, NeedAnswer, Question, SurveyFault, Tenure,
        figures::Cell::{Count, Few},
    },
};

const OPENED: u64 = NOW + 60;
const CLOSES: u64 = NOW + 10 * DAY;
const AFTER: u64 = CLOSES + 60;

fn new() -> NewSurvey {
    NewSurvey {
        title: "明年先做什么".to_owned(),
        text: "请说说您家最需要什么。".to_owned(),
        closes: CLOSES,
        promised: CLOSES + 30 * DAY,
        matter: None,
        again: None,
    }
}

fn chosen(place: usize) -> Answer {
    Answer::Options([place].into())
}

fn said(place: usize, text: &str) -> Answers {
    let mut answers = Answers::from([(1, chosen(place))]);
    if !text.is_empty() {
        answers.insert(2, Answer::Text(text.to_owned()));
    }
    answers
}

fn paper(place: usize, text: &str) -> NewEntry {
    NewEntry {
        channel: Channel::Paper,
        building: "3".to_owned(),
        tenure: Tenure::Tenant,
        unit: None,
        answers: said(place, text),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "what a call gave is handed over as it is")]
fn unmet<T: std::fmt::Debug>(result: Result<T, UseError>, need: Need) {
    let is_it = matches!(&result, Err(UseError::Refused(Refused::Unmet { needs })) if needs.contains(&need));
    assert!(is_it, "{need}: {result:?}");
}

#[allow(clippy::needless_pass_by_value, reason = "what a call gave is handed over as it is")]
fn fault<T: std::fmt::Debug>(result: Result<T, UseError>, expected: SurveyFault) {
    assert!(matches!(&result, Err(UseError::Survey(found)) if *found == expected), "{expected:?}: {result:?}");
}

#[allow(clippy::needless_pass_by_value, reason = "what a call gave is handed over as it is")]
fn refused<T: std::fmt::Debug>(result: Result<T, UseError>) {
    assert!(
        matches!(result, Err(UseError::Refused(Refused::NotYours { .. } | Refused::NotListed { .. }))),
        "{result:?}"
    );
}

impl World {
    async fn survey(&self, id: &SurveyId, now: u64) -> SurveyView {
        self.life.survey(&self.compound, id, now).await.unwrap().unwrap()
    }

    async fn survey_step(&self, by: &By, id: &SurveyId, verb: Verb, now: u64) -> Result<SurveyState, UseError> {
        let act = SurveyAct { text: "见需求清单。".to_owned(), reason: "第二题再短些".to_owned() };
        self.life.survey_step(by, id, verb, &act, now).await
    }

    /// With one question to choose from and one in people's own words; written, and not yet reviewed.
    async fn drafted(&mut self) -> SurveyId {
        let author = self.officers[0].clone();
        let id = self.life.draft_survey(&author, &new(), NOW, &mut self.fresh).await.unwrap();
        let options = ["加装扶手", "修路灯"].map(str::to_owned).to_vec();
        for (prompt, question) in [("先做哪一件？", Question::Single { options }), ("还需要什么？", Question::Open)]
        {
            let asked = Asked { prompt: prompt.to_owned(), question };
            self.life.ask(&author, &id, None, &asked, NOW).await.unwrap();
        }
        id
    }

    async fn opened(&mut self) -> SurveyId {
        let id = self.drafted().await;
        self.survey_step(&self.officers[0], &id, Verb::Review, NOW).await.unwrap();
        self.survey_step(&self.officers[1], &id, Verb::Open, OPENED).await.unwrap();
        id
    }
}

#[tokio::test]
async fn a_survey_is_opened_by_somebody_else_than_who_wrote_it() {
    let mut world = World::new().await;
    let [author, other] = world.officers.clone();
    refused(world.life.draft_survey(&world.owners[0].clone(), &new(), NOW, &mut world.fresh).await);
    let none = world.life.draft_survey(&author, &new(), NOW, &mut world.fresh).await.unwrap();
    unmet(world.survey_step(&author, &none, Verb::Review, NOW).await, Need::Questions);
    for (why, closes, promised) in [
        ("closed already", NOW, CLOSES),
        ("more than a year", NOW + 367 * DAY, NOW + 368 * DAY),
        ("answers before it closes", CLOSES, CLOSES),
        ("answers too late", CLOSES, CLOSES + 367 * DAY),
    ] {
        let wrong = NewSurvey { closes, promised, ..new() };
        let result = world.life.draft_survey(&author, &wrong, NOW, &mut world.fresh).await;
        assert!(matches!(result, Err(UseError::Survey(SurveyFault::Window))), "{why}: {result:?}");
    }
    let id = world.drafted().await;
    refused(world.life.revise_survey(&other, &id, &new(), NOW).await);
    let wrong = Asked { prompt: "选".to_owned(), question: Question::Single { options: vec!["一".to_owned()] } };
    let result = world.life.ask(&author, &id, Some(1), &wrong, NOW).await;
    assert!(matches!(result, Err(UseError::Question(1, _))), "{result:?}");
    let extra = Asked { prompt: "第三题".to_owned(), question: Question::Scale { steps: 5 } };
    assert_eq!(world.life.ask(&author, &id, None, &extra, NOW).await.unwrap(), 3);
    world.life.unask(&author, &id, 1, NOW).await.unwrap();
    let prompts: Vec<_> = world.survey(&id, NOW).await.questions.into_iter().map(|asked| asked.prompt).collect();
    assert_eq!(prompts, ["还需要什么？", "第三题"], "those after it move up");
    world.survey_step(&author, &id, Verb::Review, NOW).await.unwrap();
    refused(world.life.ask(&author, &id, None, &extra, NOW).await);
    unmet(world.survey_step(&author, &id, Verb::Open, NOW).await, Need::NotAuthor);
    world.survey_step(&other, &id, Verb::Return, NOW).await.unwrap();
    assert_eq!(world.survey(&id, NOW).await.note, "第二题再短些");
    assert_eq!(world.life.news(&author.subject, None, 5).await.unwrap()[0].verb, Verb::Return);
    world.survey_step(&author, &id, Verb::Review, NOW).await.unwrap();
    unmet(world.survey_step(&other, &id, Verb::Open, CLOSES).await, Need::WindowOpen);
    assert_eq!(world.survey_step(&other, &id, Verb::Open, OPENED).await.unwrap(), SurveyState::Open);
    assert_eq!(world.survey_step(&author, &none, Verb::Withdraw, NOW).await.unwrap(), SurveyState::Withdrawn);
    world.estate.verify_events(&world.compound).await.unwrap();
}

#[tokio::test]
async fn each_person_answers_once_and_may_think_again_until_it_closes() {
    let mut world = World::new().await;
    let (owner, officer) = (world.owners[0].clone(), world.officers[0].clone());
    let community = world.appoint(4, Role::Community).await;
    let tenant = world.tenant(&community).await;
    let draft = world.drafted().await;
    refused(world.life.answer_survey(&owner, &draft, &said(0, ""), NOW).await);
    let id = world.opened().await;
    fault(world.life.answer_survey(&officer, &id, &said(0, ""), OPENED).await, SurveyFault::Person);
    fault(world.life.answer_survey(&owner, &id, &Answers::new(), OPENED).await, SurveyFault::Nothing);
    for (number, answer) in [(1, chosen(2)), (2, Answer::Text(" ".to_owned())), (3, chosen(0)), (0, chosen(0))] {
        let result = world.life.answer_survey(&owner, &id, &[(number, answer)].into(), OPENED).await;
        let is_it = matches!(&result, Err(UseError::Question(found, _)) if *found == number)
            || (number == 0 && matches!(result, Err(UseError::Survey(SurveyFault::Nothing))));
        assert!(is_it, "{number}: {result:?}");
    }
    world.life.answer_survey(&owner, &id, &said(0, "灯"), OPENED).await.unwrap();
    world.life.answer_survey(&owner, &id, &said(1, "路"), CLOSES - 1).await.unwrap();
    world.life.answer_survey(&tenant, &id, &said(0, "灯"), OPENED).await.unwrap();
    let own = world.life.own_answers(&owner, &id).await.unwrap();
    assert_eq!(own, Some(said(1, "路")));
    let coverage = world.life.coverage(&world.compound, &id, OPENED).await.unwrap();
    assert_eq!((coverage.answered, coverage.buildings[0].answered), (2, Few), "{coverage:?}");
    assert_eq!(coverage.are_tenants_heard, None, "of so few nothing is said");
    let events = world.events().await;
    let answers: Vec<_> = events.iter().filter(|event| event.verb == "survey_submit").collect();
    assert_eq!(answers.len(), 3);
    let all = serde_json::to_string(&answers).unwrap();
    assert!(!all.contains(&owner.subject.to_string()) && !all.contains("路"), "{all}");
    refused(world.life.answer_survey(&owner, &id, &said(0, ""), CLOSES).await);
    let homes = async |by: &By| world.life.homes_to_visit(by, &id, "3", OPENED).await.unwrap().len();
    assert_eq!((homes(&community).await, homes(&owner).await), (9, 0), "one home has answered");
}

/// J5: papers entered twice, answers sorted by two, every need answered, and everybody told.
#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told once")]
async fn answers_become_needs_and_every_need_has_its_answer() {
    let mut world = World::new().await;
    let [author, other] = world.officers.clone();
    let grid = world.appoint(3, Role::GridWorker).await;
    let community = world.appoint(4, Role::Community).await;
    let moderator = world.appoint(5, Role::Moderator).await;
    let id = world.opened().await;
    for place in 0..3 {
        let owner = world.owners[place].clone();
        world.life.answer_survey(&owner, &id, &said(0, "路灯太暗"), OPENED).await.unwrap();
    }
    for number in 4..=9 {
        let entered = world.life.enter_answers(&grid, &id, &paper(1, "台阶难走"), false, OPENED).await.unwrap();
        assert_eq!(entered, number, "what is written on the paper");
    }
    let door = NewEntry { channel: Channel::Interview, unit: Some(label(9).key()), ..paper(0, "") };
    unmet(world.life.enter_answers(&grid, &id, &door, false, OPENED).await, Need::ConsentIfOnBehalf);
    world.life.enter_answers(&grid, &id, &door, true, OPENED).await.unwrap();
    let online = NewEntry { channel: Channel::Online, ..paper(0, "") };
    fault(world.life.enter_answers(&grid, &id, &online, true, OPENED).await, SurveyFault::Channel);
    refused(world.life.enter_answers(&author, &id, &paper(0, ""), true, OPENED).await);
    refused(world.life.draw_papers(&grid, &id, OPENED, &mut world.fresh).await);
    refused(world.life.add_need(&grid, &id, "路灯", OPENED).await);

    // Closed by the clock; papers come in until the sample is drawn.
    assert_eq!(world.survey(&id, AFTER).await.row.state, SurveyState::Closed);
    world.life.enter_answers(&community, &id, &paper(1, "装充电桩"), false, AFTER).await.unwrap();
    let refusal = world.survey_step(&author, &id, Verb::Code, AFTER).await;
    unmet(refusal, Need::DoubleEntry);
    assert_eq!(world.life.draw_papers(&grid, &id, AFTER, &mut world.fresh).await.unwrap(), 1, "five percent of eight");
    fault(world.life.draw_papers(&grid, &id, AFTER, &mut world.fresh).await, SurveyFault::Drawn);
    fault(world.life.enter_answers(&grid, &id, &paper(0, ""), false, AFTER).await, SurveyFault::Drawn);
    let drawn = world.life.drawn_papers(&grid, &id).await.unwrap()[0].clone();
    let (first, second) = if drawn.is_own { (&grid, &community) } else { (&community, &grid) };
    let twice = said(0, "台阶难走");
    let same = world.life.enter_twice(first, (&id, drawn.number), &twice, AFTER).await;
    assert!(matches!(same, Err(UseError::Conflict(_))), "{same:?}");
    let others: Vec<u64> = (1..=11).filter(|number| *number != drawn.number).collect();
    for number in others {
        fault(world.life.enter_twice(second, (&id, number), &twice, AFTER).await, SurveyFault::Paper);
    }
    fault(world.life.settle_paper(second, (&id, drawn.number), Choice::First, AFTER).await, SurveyFault::Settled);
    assert!(!world.life.enter_twice(second, (&id, drawn.number), &twice, AFTER).await.unwrap(), "they differ");
    fault(world.life.enter_twice(second, (&id, drawn.number), &twice, AFTER).await, SurveyFault::Paper);
    unmet(world.survey_step(&author, &id, Verb::Code, AFTER).await, Need::DoubleEntry);
    world.life.settle_paper(second, (&id, drawn.number), Choice::First, AFTER).await.unwrap();

    // Two sort apart.
    unmet(world.survey_step(&author, &id, Verb::Code, AFTER).await, Need::Coded);
    fault(world.life.add_need(&grid, &id, "", AFTER).await, SurveyFault::Need);
    let light = world.life.add_need(&grid, &id, "路灯更亮", AFTER).await.unwrap();
    let step = world.life.add_need(&community, &id, "台阶改坡道", AFTER).await.unwrap();
    assert_eq!(world.life.add_need(&community, &id, "路灯更亮", AFTER).await.unwrap(), light, "it is there already");
    fault(world.life.add_need(&author, &id, "第三个人", AFTER).await, SurveyFault::Coders);
    fault(world.life.sort_answer(&grid, &id, (1, 1), light, AFTER).await, SurveyFault::Coding);
    fault(world.life.sort_answer(&grid, &id, (1, 2), 9, AFTER).await, SurveyFault::Coding);
    let sort = async |by: &By, is_second: bool| {
        while let Coding { next: Some((response, question, text)), is_done: false, .. } =
            world.life.coding(by, &id).await.unwrap()
        {
            let need = match text.as_str() {
                "路灯太暗" => light,
                "台阶难走" => step,
                _ if is_second => step,
                _ => 0,
            };
            world.life.sort_answer(by, &id, (response, question), need, AFTER).await.unwrap();
        }
    };
    sort(&grid, false).await;
    let coding = world.life.coding(&community, &id).await.unwrap();
    assert_eq!((coding.own, coding.agreement, coding.differences.len()), (0, None, 0), "neither sees the other's");
    fault(world.life.settle_answer(&grid, &id, (11, 2), step, AFTER).await, SurveyFault::Apart);
    sort(&community, true).await;
    let coding = world.life.coding(&grid, &id).await.unwrap();
    let agreement = coding.agreement.expect("both are done");
    assert_eq!((agreement.of, agreement.alike, agreement.kappa), (10, 9, Some(795)));
    assert_eq!(coding.differences.len(), 1);
    fault(world.life.sort_answer(&community, &id, (1, 2), step, AFTER).await, SurveyFault::Apart);
    unmet(world.survey_step(&author, &id, Verb::Code, AFTER).await, Need::Coded);
    fault(world.life.settle_answer(&author, &id, (11, 2), step, AFTER).await, SurveyFault::Coders);
    fault(world.life.settle_answer(&grid, &id, (1, 2), step, AFTER).await, SurveyFault::Coding);
    world.life.settle_answer(&grid, &id, (11, 2), step, AFTER).await.unwrap();
    assert_eq!(world.survey_step(&author, &id, Verb::Code, AFTER).await.unwrap(), SurveyState::Coded);
    let own = world.life.own_answers(&world.owners[0], &id).await.unwrap();
    assert_eq!(own, None, "from then on nobody knows who answered what");
    assert!(world.life.has_answered(&world.owners[0], &id).await.unwrap());

    let results = world.life.survey_results(&world.compound, &id).await.unwrap();
    assert_eq!(results[0].tally.answered, Count(11));
    assert_eq!(results[0].tally.each, [Few, Few], "four of the one would tell of the other");
    let needs = world.life.needs(&id).await.unwrap();
    assert_eq!(needs.iter().map(|need| need.found).collect::<Vec<_>>(), [Few, Few]);

    // The needs named most are put to everybody, once, until they are answered.
    let needed = Conversation::Needs(id.clone());
    assert!(matches!(world.life.state_needs(&grid, &id, AFTER).await, Err(UseError::Denied(_))));
    for _ in 0..2 {
        world.life.state_needs(&author, &id, AFTER).await.unwrap();
    }
    let stated = world.life.statements(&needed).await.unwrap();
    assert_eq!(stated.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["台阶改坡道", "路灯更亮"]);
    world.life.statement_step(&moderator, (&needed, 1), Verb::Accept, &StatementAct::default(), AFTER).await.unwrap();
    world.life.react(&world.owners[0], (&needed, 1), Vote::Agree, AFTER).await.unwrap();

    let answer = async |by: &By, number, reason: &str| {
        world.life.answer_need(by, (&id, number), NeedAnswer::Adopted, reason, AFTER).await
    };
    refused(answer(&grid, light, "换灯").await);
    assert!(matches!(answer(&author, light, " ").await, Err(UseError::Field(Field::Reason))));
    assert!(matches!(answer(&author, 9, "换灯").await, Err(UseError::NoSuch(_))));
    answer(&author, light, "明年三月换灯").await.unwrap();
    let plan = |needs: &[u64]| NewPlan {
        title: "换路灯".to_owned(),
        needs: needs.iter().copied().collect(),
        due: Some(AFTER + DAY),
    };
    fault(world.life.plan_for(&author, &id, &plan(&[]), AFTER).await, SurveyFault::Cites);
    fault(world.life.plan_for(&author, &id, &plan(&[light, 9]), AFTER).await, SurveyFault::Cites);
    assert_eq!(world.life.plan_for(&author, &id, &plan(&[light]), AFTER).await.unwrap(), 1);
    world.survey_step(&other, &id, Verb::Report, AFTER).await.unwrap();
    unmet(world.survey_step(&other, &id, Verb::Answer, AFTER).await, Need::EveryNeedAnswered);
    answer(&author, step, "先改两处").await.unwrap();
    assert_eq!(world.survey_step(&other, &id, Verb::Answer, AFTER + 1).await.unwrap(), SurveyState::Answered);
    let news: Vec<_> = world.life.news(&world.owners[0].subject, None, 5).await.unwrap();
    assert_eq!(news.iter().map(|news| news.verb).collect::<Vec<_>>(), [Verb::Answer, Verb::Report]);
    assert!(world.life.news(&world.owners[8].subject, None, 5).await.unwrap().is_empty(), "who did not answer");
    refused(answer(&author, step, "改主意").await);
    world.estate.verify_events(&world.compound).await.unwrap();
}

#[tokio::test]
async fn a_matter_that_gave_rise_to_a_survey_waits_for_its_end() {
    let mut world = World::new().await;
    let (owner, author) = (world.owners[0].clone(), world.officers[0].clone());
    let grid = world.appoint(1, Role::GridWorker).await;
    let matter = world.post(&owner, "明年做什么").await;
    world.step(&grid, &matter, Verb::Acknowledge, MatterAct::default(), NOW).await.unwrap();
    let gone = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    let wrong = NewSurvey { matter: Some(gone), ..new() };
    assert!(world.life.draft_survey(&author, &wrong, NOW, &mut world.fresh).await.is_err());
    assert!(world.life.surveys(&world.compound, None, 5, NOW).await.unwrap().is_empty(), "nothing is half done");
    let from = NewSurvey { matter: Some(matter.clone()), ..new() };
    let id = world.life.draft_survey(&author, &from, NOW, &mut world.fresh).await.unwrap();
    let children = async || world.life.matter(&world.compound, &matter, NOW).await.unwrap().unwrap().children;
    assert_eq!(children().await, [(crate::lifecycle::Kind::Survey, id.to_string(), false)]);
    world.survey_step(&author, &id, Verb::Withdraw, NOW).await.unwrap();
    assert_eq!(children().await, [(crate::lifecycle::Kind::Survey, id.to_string(), true)], "it ended");
    world.estate.verify_events(&world.compound).await.unwrap();
}

#[tokio::test]
async fn a_year_later_the_same_is_asked_and_read_beside_what_was_said_before() {
    let mut world = World::new().await;
    let [author, other] = world.officers.clone();
    let id = world.opened().await;
    for owner in &world.owners.clone()[..6] {
        world.life.answer_survey(owner, &id, &said(0, ""), OPENED).await.unwrap();
    }
    let year = 366 * DAY;
    let again = |now: u64| NewSurvey { again: Some(id.clone()), closes: now + DAY, promised: now + 2 * DAY, ..new() };
    let early = world.life.draft_survey(&author, &again(OPENED), OPENED, &mut world.fresh).await;
    assert!(matches!(early, Err(UseError::NoSuch(Kind::Survey))), "it is still answered: {early:?}");
    let later = world.life.draft_survey(&author, &again(AFTER + year), AFTER + year, &mut world.fresh).await.unwrap();

    assert_eq!(world.survey(&later, AFTER + year).await.kinds(), world.survey(&id, AFTER + year).await.kinds());
    let links = world.life.later_surveys(&world.compound, &id, AFTER + year).await.unwrap();
    assert_eq!(links.iter().map(|row| &row.id).collect::<Vec<_>>(), [&later]);
    assert!(world.life.earlier_survey(&world.compound, &id, AFTER + year).await.unwrap().is_none());
    world.survey_step(&author, &later, Verb::Review, AFTER + year).await.unwrap();
    world.survey_step(&other, &later, Verb::Open, AFTER + year).await.unwrap();
    for owner in &world.owners.clone()[..5] {
        world.life.answer_survey(owner, &later, &said(1, ""), AFTER + year).await.unwrap();
    }
    let earlier = world.life.earlier_survey(&world.compound, &later, AFTER + year).await.unwrap().unwrap();
    let now = world.life.survey_results(&world.compound, &later).await.unwrap();
    let then = earlier.result(&now[0]).unwrap();
    assert_eq!((&now[0].tally.each, &then.tally.each), (&vec![Count(0), Count(5)], &vec![Count(6), Count(0)]));
    let other_words =
        QuestionResult { asked: QuestionView { prompt: "x".to_owned(), ..now[0].asked.clone() }, ..now[0].clone() };
    assert!(earlier.result(&other_words).is_none(), "another question has nothing beside it");
    world.estate.verify_events(&world.compound).await.unwrap();
}
