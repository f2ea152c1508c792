//! `heyi-audit receipt` and `heyi-audit compare`: complaints that need no trust.

use std::{fmt::Write as _, path::Path};

use anyhow::{Context as _, Result, anyhow};
use ballot::{
    audit::{HashTiles, check_tree},
    bundle::{Bundle, MAX_CHECKPOINT},
    hash::Hash,
    key::VerifierKey,
    log::{Checkpoint, Receipt},
};

use crate::{Answer, read};

/// A bundle whose checkpoint and tiles hold.
pub(crate) struct Tree {
    bundle: Bundle,
    checkpoint: Checkpoint,
}

impl Tree {
    /// Opens a bundle and checks A01 and A02.
    pub(crate) fn open(path: &Path, key: &VerifierKey) -> Result<Self> {
        let bundle = Bundle::open(path).with_context(|| path.display().to_string())?;
        let bytes = bundle.read("checkpoint", MAX_CHECKPOINT)?.context("the bundle has no checkpoint")?;
        let opened = Checkpoint::open(&bytes, key).context("the bundle fails A01")?;
        let checkpoint = opened.checkpoint;
        check_tree(&bundle, &checkpoint).context("the bundle fails A02")?;
        Ok(Self { bundle, checkpoint })
    }

    /// The bundle itself.
    pub(crate) fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// The root of the first leaves, if there are so many.
    fn root(&self, size: u64) -> Result<Option<Hash>> {
        if self.checkpoint.size < size {
            return Ok(None);
        }
        Ok(Some(HashTiles::new(&self.bundle, self.checkpoint.size).root(size)?))
    }
}

/// Whether a receipt fits a bundle.
pub fn receipt(file: &Path, bundle: &Path, key: &VerifierKey) -> Result<(String, Answer)> {
    let text = read(file)?;
    let no = |reason: String| Ok((format!("FAIL {reason}\n"), Answer::No));
    let receipt = match str::from_utf8(&text).map_err(|err| err.to_string()).and_then(|text| {
        let receipt = Receipt::parse(text).map_err(|err| err.to_string())?;
        let checkpoint = receipt.verify(key).map_err(|err| err.to_string())?;
        Ok((receipt, checkpoint))
    }) {
        Ok(receipt) => receipt,
        Err(reason) => return no(format!("the receipt proves nothing: {reason}")),
    };
    let (receipt, checkpoint) = receipt;
    let tree = Tree::open(bundle, key)?;
    let root = tree.root(checkpoint.size)?.ok_or_else(|| {
        anyhow!("the receipt is of {} entries, the bundle has {}", checkpoint.size, tree.checkpoint.size)
    })?;
    if root != checkpoint.root {
        return no(format!(
            "the log signed two trees of {} entries: root {} in the receipt, {root} in the bundle",
            checkpoint.size, checkpoint.root
        ));
    }
    Ok((format!("ok {} is entry {}\n", receipt.check_code(), receipt.index), Answer::Yes))
}

/// Whether two checkpoints of one log cannot both be true.
pub fn compare(files: [&Path; 2], bundle: Option<&Path>, key: &VerifierKey) -> Result<(String, Answer)> {
    let mut checkpoints = Vec::new();
    for file in files {
        let bytes = read(file)?;
        let opened = Checkpoint::open(&bytes, key).with_context(|| file.display().to_string())?;
        checkpoints.push(opened.checkpoint);
    }
    let mut contradictions = String::new();
    let mut say = |size: u64, a: (&str, Hash), b: (&str, Hash)| {
        let _ = writeln!(
            contradictions,
            "FAIL of {size} entries there are two roots: {} in {}, {} in {}",
            a.1, a.0, b.1, b.0
        );
    };
    let shown = files.map(|file| file.display().to_string());
    if let [a, b] = checkpoints.as_slice()
        && a.size == b.size
        && a.root != b.root
    {
        say(a.size, (&shown[0], a.root), (&shown[1], b.root));
    }
    if let Some(bundle) = bundle {
        let tree = Tree::open(bundle, key)?;
        for (name, checkpoint) in shown.iter().zip(&checkpoints) {
            let root = tree.root(checkpoint.size)?;
            if let Some(root) = root.filter(|root| *root != checkpoint.root) {
                say(checkpoint.size, (name, checkpoint.root), (&bundle.display().to_string(), root));
            }
        }
    }
    if contradictions.is_empty() {
        Ok(("ok no contradiction\n".to_owned(), Answer::Yes))
    } else {
        Ok((contradictions, Answer::No))
    }
}
