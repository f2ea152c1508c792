//! What this process has published of a log: all that readers see.

use std::{collections::BTreeMap, sync::Arc};

use super::cosigned::{Cosignatures, LastAnchor, Lines};
use crate::{
    hash::Hash,
    log::{CheckCode, Receipt, Tree, verify_inclusion},
    note::Note,
    state::{State, Turnout},
    statement::{Entry, Statement, StatementError},
    store::{sequencer::Placed, signer::LogKey},
};

/// A statement that was read, with the bytes it came in.
#[derive(Debug)]
pub(in crate::store) struct Read {
    pub(in crate::store) bytes: Arc<[u8]>,
    pub(in crate::store) leaf: Hash,
    statement: Statement,
}

impl Read {
    /// Reads a statement's full bytes.
    pub(in crate::store) fn parse(bytes: Vec<u8>) -> Result<Self, StatementError> {
        let Entry { statement, leaf, .. } = Entry::parse(&bytes)?;
        Ok(Self { leaf, statement, bytes: bytes.into() })
    }

    /// Looks at the statement with the lines below it, without reading its JSON again.
    pub(in crate::store) fn open<T>(self, look: impl FnOnce(&Entry<'_>) -> T) -> (Self, T) {
        let Self { bytes, leaf, statement } = self;
        let note = Note::parse(&bytes).expect("read once already");
        let entry = Entry { statement, text: note.text, lines: note.lines, leaf };
        let seen = look(&entry);
        let statement = entry.statement;
        (Self { bytes, leaf, statement }, seen)
    }
}

/// The published tree, what its entries come to, and where each of them is.
#[derive(Debug)]
pub(in crate::store) struct View {
    pub(in crate::store) tree: Tree,
    pub(in crate::store) state: State,
    pub(in crate::store) turnout: Turnout,
    /// Every published size, smallest first.
    pub(in crate::store) sizes: Vec<u64>,
    /// The signed checkpoint of the last of them.
    pub(in crate::store) note: Arc<str>,
    /// The signed checkpoints that cannot be made again here: of a log whose key a signer has.
    pub(in crate::store) notes: BTreeMap<u64, Arc<str>>,
    /// What witnesses say of them.
    pub(in crate::store) cosigned: Cosignatures,
    /// The last anchor that holds.
    pub(in crate::store) anchored: Option<LastAnchor>,
    /// How many entries stand up to the last one that wants a time.
    pub(in crate::store) dated: u64,
    leaves: BTreeMap<Hash, u64>,
}

impl View {
    /// A view of leaf 0 alone, of which nothing is published yet.
    pub(in crate::store) fn new(state: State, leaf: Hash) -> Self {
        let mut tree = Tree::default();
        tree.append(leaf);
        Self {
            tree,
            state,
            turnout: Turnout::default(),
            sizes: Vec::new(),
            note: "".into(),
            notes: BTreeMap::new(),
            cosigned: Cosignatures::default(),
            anchored: None,
            dated: 0,
            leaves: BTreeMap::from([(leaf, 0)]),
        }
    }

    /// Takes in the next entry.
    pub(in crate::store) fn take(&mut self, entry: &Entry<'_>) {
        let index = self.tree.size();
        self.leaves.insert(entry.leaf, index);
        self.tree.append(entry.leaf);
        match &entry.statement {
            Statement::Anchor(anchor) => {
                let read = LastAnchor::read(anchor, index, self.state.manifest(), self.state.keys());
                self.anchored = read.or(self.anchored);
            }
            // What is counted in the end says nothing new of the time.
            Statement::Manifest(_) | Statement::ResultSheet(_) => {}
            Statement::Credential(_)
            | Statement::Revocation(_)
            | Statement::Ballot(_)
            | Statement::Paper(_)
            | Statement::Attendance(_)
            | Statement::Proxy(_)
            | Statement::Delivery(_)
            | Statement::Amendment(_)
            | Statement::Strike(_)
            | Statement::Close(_) => self.dated = index + 1,
        }
        self.turnout.see(&self.state, entry);
        self.state.apply(entry);
    }

    /// The published size.
    pub(in crate::store) fn size(&self) -> u64 {
        self.sizes.last().copied().unwrap_or_default()
    }

    /// Where these very bytes stand.
    pub(in crate::store) fn find(&self, leaf: &Hash) -> Option<u64> {
        self.leaves.get(leaf).copied()
    }

    /// Where the entry with this check code stands.
    pub(in crate::store) fn find_code(&self, code: CheckCode) -> Option<u64> {
        let mut from = [0; 32];
        from[..8].copy_from_slice(&(code.bits() << 4).to_be_bytes());
        let (leaf, index) = self.leaves.range(Hash(from)..).next()?;
        (CheckCode::of(leaf) == code).then_some(*index)
    }

    /// The receipt of an entry under the first checkpoint that holds it, and once one that does is witnessed, where the
    /// poll has witnesses, under the first such: between the two it is the same whenever it is asked for.
    ///
    /// The checkpoint is at hand when the entry has just been put in; later it is signed again, byte for byte.
    pub(in crate::store) fn receipt(&self, placed: &Placed, key: &LogKey) -> Option<Receipt> {
        let Placed { entry, index, published } = placed;
        if let Some(size) = self.witnessed_size(*index) {
            let proof = self.tree.inclusion_proof(*index, size)?;
            let bare = key.published(self, size)?;
            let checkpoint = self.cosigned_note(&bare, size, Lines::Earliest);
            return Some(Receipt { entry: entry.to_vec(), index: *index, proof, checkpoint });
        }
        let (size, checkpoint) =
            self.sizes[self.sizes.partition_point(|size| size <= index)..].iter().find_map(|size| {
                let note = match published {
                    Some((at, note)) if at == size => note.to_string(),
                    _ if *size == self.size() => self.note.to_string(),
                    // One that a process committed and did not come to sign is not there where a signer has the key.
                    _ => key.published(self, *size)?,
                };
                Some((*size, note))
            })?;
        let proof = self.tree.inclusion_proof(*index, size)?;
        Some(Receipt { entry: entry.to_vec(), index: *index, proof, checkpoint })
    }

    /// Checks our own proof before anybody is given one.
    pub(in crate::store) fn proves(&self, index: u64, size: u64, root: &Hash) -> bool {
        let leaf = self.tree.node(0, index);
        let proof = self.tree.inclusion_proof(index, size);
        matches!((leaf, proof), (Ok(leaf), Some(proof)) if verify_inclusion(&leaf, index, size, &proof, root).is_ok())
    }
}
