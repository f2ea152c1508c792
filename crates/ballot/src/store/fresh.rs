//! Randomness as a value: 32 bytes from the system, from which one use case draws all it needs.

use sha2::{Digest, Sha256};

use crate::id::PollId;

/// 32 random bytes of the system's, used for one call and forgotten.
pub struct Fresh {
    seed: [u8; 32],
    counter: u64,
}

impl Fresh {
    /// Bytes that nobody can foresee.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, counter: 0 }
    }

    /// 32 bytes that no other draw gives.
    pub fn block(&mut self) -> [u8; 32] {
        self.counter += 1;
        let counter = self.counter.to_be_bytes();
        Sha256::new().chain_update("heyi fresh v1\n").chain_update(self.seed).chain_update(counter).finalize().into()
    }

    /// 32 bytes in hexadecimal.
    pub(crate) fn hex(&mut self) -> String {
        crate::hash::Hash(self.block()).to_string()
    }

    /// A random UUID (version 4) as the record writes them.
    ///
    /// # Panics
    /// Never: a block has more bytes than a UUID.
    pub fn uuid(&mut self) -> String {
        let block = self.block();
        let first = block.first_chunk().expect("32 bytes");
        uuid::Builder::from_random_bytes(*first).into_uuid().to_string()
    }

    /// A poll's id.
    pub(crate) fn poll_id(&mut self) -> PollId {
        self.uuid().parse().expect("a random UUID is a poll's id")
    }

    /// Six decimal digits, each code as likely as any other.
    pub(crate) fn digits(&mut self) -> String {
        loop {
            let block = self.block();
            let draw = u32::from_be_bytes(*block.first_chunk().expect("32 bytes"));
            // The last 967,296 values of 32 bits would make some codes likelier.
            if draw < 4_294_000_000 {
                return format!("{:06}", draw % 1_000_000);
            }
        }
    }

    /// Twelve characters of Crockford's base 32, 60 random bits, in groups of four.
    pub(crate) fn letter_code(&mut self) -> String {
        let block = self.block();
        let bits = u64::from_be_bytes(*block.first_chunk().expect("32 bytes"));
        super::letters::write_code(bits >> 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_draws_agree_and_all_have_their_form() {
        let mut fresh = Fresh::new([7; 32]);
        assert_ne!(fresh.block(), fresh.block());
        assert!(fresh.uuid().parse::<PollId>().is_ok());
        let code = fresh.digits();
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    }
}
