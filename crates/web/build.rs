//! Lists what the browser is sent, so that it is part of the binary: every script and style below
//! `web/`, as it lies there, and the npm-built fall-back if somebody has built it.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Folders whose files are served under their own names.
const FOLDERS: [&str; 3] = ["core", "pages", "styles"];

fn main() {
    let web = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../web");
    let mut files: Vec<(String, PathBuf)> = FOLDERS.iter().flat_map(|folder| files_of(&web, folder)).collect();
    // Without it old browsers are told to vote on paper.
    let fallback = web.join("fallback/dist/fallback.js");
    println!("cargo:rerun-if-changed={}", web.join("fallback/dist").display());
    if fallback.is_file() {
        files.push(("fallback/fallback.js".to_owned(), fallback));
    }
    files.sort();
    let mut table = String::from("&[\n");
    for (name, file) in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        writeln!(table, "    ({name:?}, include_bytes!({:?})),", file.display().to_string()).expect("a String");
    }
    table.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("assets.rs");
    fs::write(out, table).expect("the output folder can be written");
}

fn files_of(web: &Path, folder: &str) -> Vec<(String, PathBuf)> {
    let path = web.join(folder);
    println!("cargo:rerun-if-changed={}", path.display());
    let entries = fs::read_dir(&path).expect("a folder of web/").map(|entry| entry.expect("readable").path());
    let is_served = |path: &PathBuf| {
        path.extension().is_some_and(|ending| ["js", "css", "svg", "webmanifest"].iter().any(|known| ending == *known))
    };
    entries
        .filter(is_served)
        .map(|path| (format!("{folder}/{}", path.file_name().expect("a file").to_string_lossy()), path))
        .collect()
}
