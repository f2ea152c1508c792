//! Keys of the record: names, ids, and the strict signature rule.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use curve25519_dalek::{edwards::CompressedEdwardsY, traits::IsIdentity};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a key signs, by the type byte of C2SP signed-note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519 over the note's text (0x01).
    Ed25519,
    /// A witness's timestamped Ed25519 cosignature of a checkpoint (0x04, C2SP tlog-cosignature).
    Cosignature,
}

impl KeyKind {
    fn type_byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// Why a key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not written as a verifier key.
    #[error(
        "a verifier key is written name+key id in 8 hexadecimal digits+base64, the name without blanks or plus signs"
    )]
    Format,
    /// The id is not the one that name and key give.
    #[error("the key id does not belong to this name and key")]
    Id,
    /// The point is not a canonical encoding of a point of the prime-order group other than the identity.
    #[error("the public key is weak or not canonically encoded")]
    Weak,
}

/// A public key with its name, checked once: a sound point, an id that fits.
///
/// Written as a C2SP verifier key, `name+hex(key id)+base64(type ‖ public key)`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    /// A named key; the point is checked here and never again.
    ///
    /// # Errors
    /// The name is not one of signed-note, or the point is unsound.
    pub fn new(name: &str, kind: KeyKind, public: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Format);
        }
        let key = sound_point(public)?;
        Ok(Self { name: name.to_owned(), kind, id: key_id(name, kind, public), key })
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first four bytes of SHA-256 over name, line feed, type and public key.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The 32 bytes of the public key.
    pub fn public(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether the 64-byte signature over `message` holds under the record's rule.
    ///
    /// `s` is reduced, `R` is the canonical encoding of a point that is not of small order, and the
    /// equation holds without a cofactor; as the key has no torsion, `R` then has none either.
    ///
    /// Source: docs/formats.md §1, RFC 8032 §5.1.7.
    pub fn is_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.kind == other.kind && self.key == other.key
    }
}

impl Eq for VerifierKey {}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut typed = vec![self.kind.type_byte()];
        typed.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id), BASE64.encode(typed))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(typed)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Format);
        };
        let typed = BASE64.decode(typed).map_err(|_| KeyError::Format)?;
        let (kind, public) = match typed.split_first() {
            Some((0x01, public)) => (KeyKind::Ed25519, public),
            Some((0x04, public)) => (KeyKind::Cosignature, public),
            _ => return Err(KeyError::Format),
        };
        let public = public.try_into().map_err(|_| KeyError::Format)?;
        let key = Self::new(name, kind, public)?;
        if format!("{:08x}", u32::from_be_bytes(key.id)) == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

impl TryFrom<String> for VerifierKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<VerifierKey> for String {
    fn from(key: VerifierKey) -> Self {
        key.to_string()
    }
}

/// A secret key with its name. It has no `Debug`, and is wiped when dropped.
#[derive(Clone)]
pub struct SignerKey {
    public: VerifierKey,
    secret: SigningKey,
}

impl SignerKey {
    /// The key of a 32-byte seed (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// The name is not one of signed-note.
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name, kind, secret.verifying_key().as_bytes())?;
        Ok(Self { public, secret })
    }

    /// The public half.
    pub fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// The raw Ed25519 signature of the message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }
}

/// Whether a text is a key name of signed-note: not empty, no blanks, no plus sign, no controls.
pub fn is_key_name(name: &str) -> bool {
    let is_barred = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && !name.chars().any(is_barred)
}

fn key_id(name: &str, kind: KeyKind, public: &[u8; 32]) -> [u8; 4] {
    let digest =
        Sha256::new().chain_update(name).chain_update([b'\n', kind.type_byte()]).chain_update(public).finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

fn sound_point(public: &[u8; 32]) -> Result<VerifyingKey, KeyError> {
    let compressed = CompressedEdwardsY(*public);
    let point = compressed.decompress().ok_or(KeyError::Weak)?;
    if point.is_identity() || !point.is_torsion_free() || point.compress() != compressed {
        return Err(KeyError::Weak);
    }
    VerifyingKey::from_bytes(public).map_err(|_| KeyError::Weak)
}
