//! The three promises: what is counted, and that every list of what is missing is as long as the count says.

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use super::*;

/// What is kept and of how many, and how many are listed as missing: acknowledged, placed, answered.
async fn counted(world: &World, now: u64) -> [(u64, u64, Vec<u64>); 3] {
    let promises = world.life.promises(&world.compound).await.unwrap();
    let kept = [promises.acknowledged, promises.placed, promises.answered];
    let filters = [MatterFilter::Silent, MatterFilter::Loose, MatterFilter::Unanswered];
    let mut all = Vec::new();
    for (promise, filter) in kept.into_iter().zip(filters) {
        // One to a page, so that going on is tried as well.
        let mut numbers: Vec<u64> = Vec::new();
        loop {
            let rows = world.life.matters(&world.compound, &filter, numbers.last().copied(), 1, now).await.unwrap();
            let Some(row) = rows.first() else { break };
            numbers.push(row.number);
        }
        all.push((promise.kept, promise.of, numbers));
    }
    all.try_into().unwrap()
}

#[tokio::test]
async fn every_promise_is_counted_through_all_that_happens_to_a_matter() {
    let mut world = World::new().await;
    let grid = world.appoint(1, Role::GridWorker).await;
    let moderator = world.appoint(2, Role::Moderator).await;
    let property = world.appoint(3, Role::Property).await;
    let community = world.appoint(4, Role::Community).await;
    let (one, other) = (world.owners[6].clone(), world.owners[7].clone());
    assert_eq!(counted(&world, NOW).await, [const { (0, 0, Vec::new()) }; 3], "nothing to keep");

    let wish = world.post(&one, "充电桩").await;
    let alike = world.post(&other, "拉线充电").await;
    world.post(&other, "长椅").await;
    let all = vec![3, 2, 1];
    assert_eq!(counted(&world, NOW).await, [(0, 3, all.clone()), (0, 3, all.clone()), (0, 3, all)]);

    let nothing = MatterAct::default;
    world.step(&grid, &wish, Verb::Acknowledge, nothing(), NOW).await.unwrap();
    let to = MatterAct { responsible: Some(property.subject.clone()), due: Some(NOW + DAY), ..nothing() };
    world.step(&community, &wish, Verb::Assign, to, NOW).await.unwrap();
    assert_eq!(counted(&world, NOW).await, [(1, 3, vec![3, 2]), (1, 3, vec![3, 2]), (0, 3, vec![3, 2, 1])]);

    // Whoever raised what was merged is counted once, with the matter that goes on.
    let into = MatterAct { survivor: Some(wish.clone()), ..nothing() };
    world.step(&moderator, &alike, Verb::Merge, into, NOW).await.unwrap();
    assert_eq!(counted(&world, NOW).await, [(2, 3, vec![3]), (2, 3, vec![3]), (0, 3, vec![3, 1])]);

    world.step(&property, &wish, Verb::Start, nothing(), NOW).await.unwrap();
    let answer = MatterAct { text: "已装好。".to_owned(), answer_kind: Some(AnswerKind::Done), ..nothing() };
    world.step(&property, &wish, Verb::Answer, answer, NOW).await.unwrap();
    assert_eq!(counted(&world, NOW).await, [(2, 3, vec![3]), (2, 3, vec![3]), (2, 3, vec![3])]);

    let again = MatterAct { reason: "还是没有电。".to_owned(), ..nothing() };
    world.step(&one, &wish, Verb::Reopen, again, NOW).await.unwrap();
    assert_eq!(counted(&world, NOW).await[2], (0, 3, vec![3, 1]), "what is opened again has not been answered");
}

#[tokio::test]
async fn who_submitted_before_promises_were_counted_is_counted() {
    let database = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
    let before = Migrator::migrations().iter().position(|one| one.name().contains("_000092_")).unwrap();
    Migrator::up(&database, u32::try_from(before).ok()).await.unwrap();
    let matter = |id: &str, number: u64, state: &str| {
        format!(
            "INSERT INTO matter(id, compound, number, source, title, body, state, is_open, level, since, left_over, \
             reopened, open_children, is_emergency, answer, answer_kind, created_by, created_at) \
             VALUES ('{id}', 'one', {number}, 'wish', 'x', 'x', '{state}', 1, 1, 1, 0, 0, 0, 0, '', '', 'x', 1)"
        )
    };
    let line = |matter: &str, origin: &str| format!("INSERT INTO submitter VALUES ('{matter}', 'x', '{origin}', NULL)");
    for statement in
        [matter("a", 1, "assigned"), matter("b", 2, "merged"), line("a", "a"), line("a", "b"), line("b", "b")]
    {
        database.execute_unprepared(&statement).await.unwrap();
    }
    Migrator::up(&database, None).await.unwrap();
    let sql = "SELECT matter || origin || ' ' || compound || ' ' || number || ' ' || is_carried AS line FROM submitter \
               ORDER BY matter, origin";
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", "line").unwrap()).collect();
    assert_eq!(lines, ["aa one 1 0", "ab one 1 0", "bb one 2 1"]);
}
