//! Files that come with a form: told by their content, and pictures made anew before they are stored.

use std::{
    collections::BTreeMap,
    io::Cursor,
    task::{Context, Poll, Waker},
};

use axum::{
    body::Body,
    extract::{FromRequest as _, Multipart, multipart::MultipartError, multipart::MultipartRejection},
    http::{Request, StatusCode, header},
};
use ballot::hash::Hash;
use deliberation::store::{By, FILES_MOST, Field, File, FileKind, UseError};
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder};
use tokio::sync::Semaphore;

use crate::{
    app::App,
    problem::Problem,
    text::{Sentence, after as text},
};

/// The largest form, in bytes.
pub(crate) const FORM_MOST: usize = 12 << 20;
/// The largest file as it is sent, in bytes.
pub(crate) const FILE_MOST: usize = 8 << 20;
/// The longest text of a field, in bytes, and how many fields there may be.
const FIELD_MOST: usize = 16 << 10;
const FIELDS_MOST: usize = 30;
/// The longer side of a stored picture, in pixels.
const SIDE: u32 = 1600;
/// The longest side that is read at all.
const SIDE_MOST: u32 = 12_000;
const QUALITY: u8 = 82;

/// A decoded picture takes a hundred megabytes and more: one at a time.
static DECODING: Semaphore = Semaphore::const_new(1);

/// A form with files.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    fields: BTreeMap<String, String>,
    files: Vec<Vec<u8>>,
    /// What is wrong with the files: said when they are stored, so that what was typed is not lost.
    fault: Option<Problem>,
}

impl Sheet {
    /// Reads a form; an empty file is none, as browsers send it for a field that was left alone.
    ///
    /// # Errors
    /// It is no form of this kind.
    pub(crate) async fn read(form: Result<Multipart, MultipartRejection>) -> Result<Self, Problem> {
        let mut form = form.map_err(|_| Problem::MALFORMED)?;
        let mut sheet = Self::default();
        match sheet.fill(&mut form).await {
            Ok(()) => Ok(sheet),
            // Files come last: what was typed before them is there.
            Err(err) if err.status() == StatusCode::PAYLOAD_TOO_LARGE => Ok(Self { fault: Some(too_large()), ..sheet }),
            Err(_) => Err(Problem::MALFORMED),
        }
    }

    async fn fill(&mut self, form: &mut Multipart) -> Result<(), MultipartError> {
        while let Some(field) = form.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            let is_file = field.file_name().is_some();
            let bytes = field.bytes().await?;
            if is_file {
                self.take(&bytes);
            } else if bytes.len() <= FIELD_MOST && self.fields.len() < FIELDS_MOST {
                self.fields.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) {
        if FILE_MOST < bytes.len() {
            self.fault = Some(too_large());
        } else if FILES_MOST <= self.files.len() {
            self.fault = Some(fault("too_many", text::e_file_many));
        } else if !bytes.is_empty() {
            self.files.push(bytes.to_vec());
        }
    }

    /// Everything that was typed.
    pub(crate) fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    /// What was typed in a field; nothing if it was not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Stores the files for the step that names them.
    ///
    /// # Errors
    /// A file is neither picture nor PDF, or there are too many.
    pub(crate) async fn attach(self, app: &App, by: &By) -> Result<Vec<Hash>, Problem> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let mut hashes = Vec::with_capacity(self.files.len());
        for bytes in self.files {
            hashes.push(store(app, by, bytes).await?);
        }
        Ok(hashes)
    }
}

impl Sheet {
    /// The one picture that came with the form, made anew; nothing if none came.
    ///
    /// # Errors
    /// It is no picture, or too large.
    pub(crate) async fn picture(&self) -> Result<Option<Vec<u8>>, Problem> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let Some(bytes) = self.files.first().cloned() else { return Ok(None) };
        match prepare(bytes).await? {
            File { kind: FileKind::Jpeg, content } => Ok(Some(content)),
            File { kind: FileKind::Pdf, .. } => Err(fault("unknown_kind", text::e_file_kind)),
        }
    }
}

/// Reads a form with files whose parts are divided by `x`: its fields, and how many files came. For fuzzing, as everything
/// is there at once.
pub fn form(bytes: &[u8]) -> Option<(BTreeMap<String, String>, usize)> {
    let request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    let request = request.body(Body::from(bytes.to_vec())).ok()?;
    let mut reading = Box::pin(async { Sheet::read(Multipart::from_request(request, &()).await).await });
    let mut context = Context::from_waker(Waker::noop());
    // Nothing is waited for, but whoever reads may let others go first.
    let done = (0..=bytes.len()).find_map(|_| match reading.as_mut().poll(&mut context) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    });
    let sheet = done?.ok()?;
    Some((sheet.fields, sheet.files.len()))
}

/// Stores one file for the step that will name it.
///
/// # Errors
/// It is neither picture nor PDF, too large, or one too many.
pub(crate) async fn store(app: &App, by: &By, bytes: Vec<u8>) -> Result<Hash, Problem> {
    let file = prepare(bytes).await?;
    match app.deliberation().attach(by, &file, app.now()).await {
        Ok(hash) => Ok(hash),
        Err(UseError::Field(Field::Evidence)) => Err(fault("too_many", text::e_file_many)),
        Err(UseError::Database(err)) => Err(err.into()),
        Err(err) => Err(Problem::internal(&err)),
    }
}

fn fault(code: &'static str, say: Sentence) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, say)
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_big", text::e_file_large)
}

/// A file as it is stored.
async fn prepare(bytes: Vec<u8>) -> Result<File, Problem> {
    if bytes.starts_with(b"%PDF-") {
        if deliberation::store::FILE_MOST < bytes.len() {
            return Err(too_large());
        }
        return Ok(File { kind: FileKind::Pdf, content: bytes });
    }
    let _one = DECODING.acquire().await.map_err(|err| Problem::internal(&err))?;
    let made = tokio::task::spawn_blocking(move || picture(&bytes)).await.map_err(|err| Problem::internal(&err))?;
    let content = made.ok_or_else(|| fault("unknown_kind", text::e_file_kind))?;
    Ok(File { kind: FileKind::Jpeg, content })
}

/// A JPEG of the picture alone: upright, no larger than is looked at, without what a camera writes beside it.
/// Nothing if it is no picture.
pub fn picture(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    if !matches!(reader.format()?, ImageFormat::Jpeg | ImageFormat::Png) {
        return None;
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MOST), Some(SIDE_MOST));
    limits.max_alloc = Some(512 << 20);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    image.apply_orientation(orientation);
    if SIDE < image.width() || SIDE < image.height() {
        image = image.thumbnail(SIDE, SIDE);
    }
    let mut content = Vec::new();
    JpegEncoder::new_with_quality(&mut content, QUALITY).encode_image(&image.to_rgb8()).ok()?;
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_the_fields_and_files_that_were_sent() {
        let part = |head: &str, body: &str| format!("--x\r\ncontent-disposition: form-data; {head}\r\n\r\n{body}\r\n");
        let (text, file) = (part("name=\"text\"", "灯坏了"), part("name=\"files\"; filename=\"a\"", "%PDF"));
        let sent = |parts: &[&str]| form(format!("{}--x--\r\n", parts.concat()).as_bytes());
        let fields = BTreeMap::from([("text".to_owned(), "灯坏了".to_owned())]);
        assert_eq!(sent(&[&text, &file, &file]), Some((fields.clone(), 2)));
        assert_eq!(sent(&[&text, &part("name=\"files\"; filename=\"\"", "")]), Some((fields, 0)), "a field left alone");
        assert_eq!(form(text.as_bytes()), None, "cut off");
    }

    fn drawn(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        let image = DynamicImage::new_rgb8(width, height);
        image.write_to(&mut Cursor::new(&mut bytes), format).expect("it is written");
        bytes
    }

    /// A JPEG with an Exif block: where it was taken, and that it lies on its side.
    fn from_camera() -> Vec<u8> {
        let plain = drawn(40, 20, ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 39.9042 N");
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        [&plain[..2], b"\xff\xe1", &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn a_picture_is_made_anew_upright_and_without_where_it_was_taken() {
        let camera = from_camera();
        assert!(camera.windows(3).any(|bytes| bytes == b"GPS"));
        let made = picture(&camera).expect("a picture");
        assert!(!made.windows(3).any(|bytes| bytes == b"GPS") && !made.windows(4).any(|bytes| bytes == b"Exif"));
        let image = image::load_from_memory(&made).expect("a picture");
        assert_eq!((image.width(), image.height()), (20, 40), "it stands now");
    }

    #[test]
    fn a_picture_is_no_larger_than_is_looked_at() {
        for (width, height, expected) in [(4000, 1000, (1600, 400)), (30, 1700, (28, 1600)), (1600, 10, (1600, 10))] {
            let made = picture(&drawn(width, height, ImageFormat::Png)).expect("a picture");
            let image = image::load_from_memory(&made).expect("a picture");
            assert_eq!((image.width(), image.height()), expected);
        }
    }

    #[test]
    fn nothing_else_is_a_picture() {
        let cut = drawn(40, 20, ImageFormat::Png);
        let mut vast = cut.clone();
        // The header says 2^31-1 pixels a side.
        vast[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        for (why, bytes) in [
            ("nothing", &b""[..]),
            ("a page", b"<html>"),
            ("a drawing with scripts", b"<svg onload=alert(1)>"),
            ("an archive", b"PK\x03\x04"),
            ("an animation", b"GIF89a\x01\0\x01\0\0\0\0;"),
            ("half a picture", &cut[..cut.len() / 2]),
            ("a picture that says it is vast", &vast),
        ] {
            assert!(picture(bytes).is_none(), "{why}");
        }
    }
}
