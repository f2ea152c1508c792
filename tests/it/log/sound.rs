//! What must hold of a log whatever was done to it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use ballot::{
    hash::Hash,
    key::VerifierKey,
    log::{Checkpoint, Frontier, leaf_hash, verify_consistency},
    store::{Database, Log, Stored},
};
use sea_orm::{ConnectionTrait as _, Statement};

/// Every checkpoint that anybody was given: of one size there is never more than one root.
#[derive(Debug, Default)]
pub struct History(Mutex<BTreeMap<u64, Hash>>);

impl History {
    /// Notes a checkpoint.
    pub fn see(&self, checkpoint: &Checkpoint) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let root = *seen.entry(checkpoint.size).or_insert(checkpoint.root);
        assert_eq!(root, checkpoint.root, "two roots of {} entries were signed", checkpoint.size);
    }

    /// Verifies a ballot's receipt and notes its checkpoint.
    pub fn receipt(&self, stored: &Stored, bytes: &[u8], key: &VerifierKey) {
        let checkpoint = stored.receipt.verify(key).expect("the receipt verifies");
        assert_eq!((stored.receipt.index, stored.receipt.entry.as_slice()), (stored.index, bytes));
        assert!(stored.index < checkpoint.size);
        self.see(&checkpoint);
    }
}

/// Reads a log from its tables alone and compares it with what is published. Gives its entries.
pub async fn check(database: &Database, log: &Log, history: &History) -> Vec<Vec<u8>> {
    let connection = database.reader();
    let poll = log.read(|state, _| state.manifest().poll.clone());
    let query = |sql: &str| Statement::from_sql_and_values(database.backend(), sql, [poll.as_str().into()]);
    let rows =
        connection.query_all_raw(query("SELECT idx, leaf, body FROM log_entry WHERE poll = $1 ORDER BY idx")).await;
    let mut tree = Frontier::default();
    let mut roots = BTreeMap::new();
    let mut bodies = Vec::new();
    for (row, index) in rows.unwrap().into_iter().zip(0..) {
        assert_eq!(row.try_get_by::<i64, _>("idx").unwrap(), index, "indexes are dense");
        let body: Vec<u8> = row.try_get_by("body").unwrap();
        let leaf = leaf_hash(&body);
        assert_eq!(row.try_get_by::<Vec<u8>, _>("leaf").unwrap(), leaf.0);
        tree.append(leaf, |_, _, _| ());
        roots.insert(tree.size(), tree.root());
        bodies.push(body);
    }
    let head = connection.query_one_raw(query("SELECT size, root FROM log_head WHERE poll = $1")).await;
    let head = head.unwrap().unwrap();
    assert_eq!(u64::try_from(head.try_get_by::<i64, _>("size").unwrap()).unwrap(), tree.size());
    assert_eq!(head.try_get_by::<Vec<u8>, _>("root").unwrap(), tree.root().0);

    let mut before: Option<Checkpoint> = None;
    for note in log.checkpoints() {
        let checkpoint = Checkpoint::open(note.as_bytes(), log.key()).expect("our own checkpoint opens").checkpoint;
        assert_eq!(roots.get(&checkpoint.size), Some(&checkpoint.root), "it is of the stored entries");
        history.see(&checkpoint);
        if let Some(before) = before {
            let proof = log.consistency_proof(before.size, checkpoint.size).expect("both are published");
            verify_consistency(before.size, checkpoint.size, &before.root, &checkpoint.root, &proof).unwrap();
        }
        before = Some(checkpoint);
    }
    let published = Checkpoint::open(log.checkpoint().as_bytes(), log.key()).unwrap().checkpoint;
    assert_eq!(before, Some(published), "the last one is shown");
    bodies
}
